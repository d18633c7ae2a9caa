"""How addresses are compared: all parts in one.

They come together, and counted one by one they would count many times.
"""

from identity.anytable.levels import Comparison, Level, near

PARTS = ("street", "house_no", "extra", "city", "postal_code", "postal_area", "region")
_WORDY = ("street", "extra", "city")


def _agreed(part: str) -> str:
    """SQL: how much a part of the address tells, in bits, 0 when it differs or one side lacks it."""
    bits = f"least(l.{part}_bits, r.{part}_bits)"
    if part not in _WORDY:
        return f"case when l.{part} = r.{part} then l.{part}_bits else 0 end"
    others = ", ".join(f"r.{other}" for other in _WORDY if other != part)
    return (
        f"coalesce(case when l.{part} = r.{part} then l.{part}_bits when l.{part} in ({others}) then l.{part}_bits"
        f" when {near(f'l.{part}', f'r.{part}')} then {bits} * 0.8 else 0 end, 0)"
    )


def address(parts: list[str]) -> Comparison:
    """All parts in one: they come together, and counted one by one they would count many times.

    What agrees is added up in bits, each value as rare as it is in this table.
    """
    agreed = " + ".join(_agreed(part) for part in parts)
    known = " + ".join(f"case when r.{part} is not null then coalesce(l.{part}_bits, 0) else 0 end" for part in parts)
    levels = (
        ("whole address", 0.85, 15, 0.38, 0.55),
        ("most of the address", 0.85, 10, 0.14, 0.12),
        ("most of a vague address", 0.85, 6, 0.06, 0.05),
        ("little is known of the address, and agrees", 0.85, 0, 0.03, 0.03),
        ("half of the address", 0.4, 12, 0.13, 0.08),
        ("half of the address", 0.4, 6, 0.08, 0.06),
        ("some of the address", 0.4, 0, 0.03, 0.03),
        ("little of the address", 0.12, 4, 0.04, 0.03),
        ("hardly anything of the address", 0.01, 0, 0.04, 0.03),
    )
    made = [
        Level(f"{words} ({bits} bits)", f"p.agreed >= {share} * p.known and p.agreed >= {bits}", same, relative)
        for words, share, bits, same, relative in levels
    ]
    last = Level("different addresses", "true", 0.07, 0.02)
    return Comparison(
        "address",
        "p.known > 0",
        (*made, last),
        of_family=True,
        agreeing=4,
        prepared=(("agreed", agreed), ("known", known)),
    )
