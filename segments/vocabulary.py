"""The words of the legal layer: purposes, channels, bases, and what each channel reaches a person by."""

from typing import Literal, get_args

Purpose = Literal["marketing", "ads", "profiling", "research", "feedback", "prize_draw", "service", "enquiry"]
Channel = Literal["email", "sms", "phone", "post", "ads"]
Basis = Literal["consent", "existing_customer", "enquiry", "contract", "legitimate_interest"]
Who = Literal["consumer", "business"]

PURPOSES: tuple[str, ...] = get_args(Purpose)
CHANNELS: tuple[str, ...] = get_args(Channel)
# In the order in which a basis is preferred, when a person may be contacted on several.
BASES: tuple[str, ...] = get_args(Basis)

# What an objection to marketing (GDPR 21) ends. The rest answers the person's own order or enquiry.
MARKETING_PURPOSES = ("marketing", "ads", "profiling", "research", "feedback", "prize_draw")

# Kinds of contact point (serve.contact_point.kind) that a channel can use.
KINDS_OF_CHANNEL: dict[str, tuple[str, ...]] = {
    "email": ("email",),
    "sms": ("phone",),
    "phone": ("phone",),
    "post": ("post",),
    "ads": ("email", "phone"),
}

# Interactions that use a consent: its age counts from the last of them.
USES_OF_CHANNEL: dict[str, tuple[str, ...]] = {
    "email": ("email_sent",),
    "sms": ("sms_sent",),
    "phone": ("call",),
    "post": ("letter_sent",),
    "ads": (),
}


def denial_purposes(purpose: str) -> tuple[str, ...]:
    """Return the purposes whose refusal on an identifier also ends `purpose`: a question about
    satisfaction counts as advertising (BGH VI ZR 225/17). None for service and enquiry."""
    if purpose not in MARKETING_PURPOSES:
        return ()
    return ("feedback", "marketing") if purpose == "feedback" else (purpose,)
