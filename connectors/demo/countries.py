"""What differs by country: money, tax, time, numbers and mail domains."""

from dataclasses import dataclass

CODES = ["DE", "AT", "CH", "NO", "SE", "DK"]


@dataclass(frozen=True)
class Country:
    """Facts of one country. `mobile` holds prefixes with the count of digits that follow."""

    name: str
    alpha_3: str
    dialling: str
    currency: str
    per_euro: float
    vat: float
    zone: str
    locale: str
    language: str
    trunk: str
    mobile: tuple[tuple[str, int], ...]
    landline_digits: int  # digits after the area code
    domains: tuple[str, ...]


COUNTRIES = {
    "DE": Country(
        "Deutschland",
        "DEU",
        "49",
        "EUR",
        1.0,
        19.0,
        "Europe/Berlin",
        "de_DE",
        "de",
        "0",
        (("151", 8), ("160", 7), ("170", 7), ("171", 7), ("175", 7), ("176", 8)),
        7,
        ("gmx", "web", "t-online", "gmail", "freenet", "posteo"),
    ),
    "AT": Country(
        "Österreich",
        "AUT",
        "43",
        "EUR",
        1.0,
        20.0,
        "Europe/Vienna",
        "de_AT",
        "de",
        "0",
        (("664", 7), ("676", 7), ("699", 8), ("660", 7)),
        6,
        ("gmx", "aon", "gmail", "chello", "a1"),
    ),
    "CH": Country(
        "Schweiz",
        "CHE",
        "41",
        "CHF",
        0.94,
        8.1,
        "Europe/Zurich",
        "de_CH",
        "de",
        "0",
        (("76", 7), ("78", 7), ("79", 7)),
        7,
        ("bluewin", "gmx", "gmail", "hispeed", "sunrise"),
    ),
    "NO": Country(
        "Norge",
        "NOR",
        "47",
        "NOK",
        11.6,
        25.0,
        "Europe/Oslo",
        "no_NO",
        "nb",
        "",
        (("40", 6), ("41", 6), ("45", 6), ("90", 6), ("91", 6), ("92", 6), ("95", 6), ("97", 6)),
        6,
        ("online", "gmail", "hotmail", "getmail", "lyse"),
    ),
    "SE": Country(
        "Sverige",
        "SWE",
        "46",
        "SEK",
        11.2,
        25.0,
        "Europe/Stockholm",
        "sv_SE",
        "sv",
        "0",
        (("70", 7), ("72", 7), ("73", 7), ("76", 7)),
        6,
        ("telia", "gmail", "hotmail", "bredband", "spray"),
    ),
    "DK": Country(
        "Danmark",
        "DNK",
        "45",
        "DKK",
        7.46,
        25.0,
        "Europe/Copenhagen",
        "da_DK",
        "da",
        "",
        (("22", 6), ("26", 6), ("28", 6), ("40", 6), ("60", 6)),
        6,
        ("mail", "gmail", "hotmail", "stofanet", "youmail"),
    ),
}
