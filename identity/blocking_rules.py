"""Which pairs of records are compared at all: a few keys, each with a budget of pairs."""

from dataclasses import dataclass


@dataclass(frozen=True)
class BlockingRule:
    """Records with the same `key` (SQL over identity.party_feature) are compared.

    A key shared by more than `max_records` records is dropped, and counted in identity.blocking: it
    would make most of the pairs and tell least.
    """

    name: str
    key: str
    max_records: int = 60


BLOCKING_RULES = (
    # The same mailbox: one person in several silos, and couples, whom the veto tells apart.
    BlockingRule("email", "email"),
    # The same number, in either field.
    BlockingRule("phone", "phone"),
    BlockingRule("phone", "phone_2"),
    # The same customer card: owners, and friends to whom it was lent.
    BlockingRule("card", "card"),
    # People with another address and no contact value, known by name and birthday.
    BlockingRule("family and birth date", "family || '|' || birth_date"),
    # Married since: only the given name and the birthday are left.
    BlockingRule("given and birth date", "nick || '|' || birth_date"),
    # Day and month written in the other order.
    BlockingRule("swapped birth date", "substr(family, 1, 3) || '|' || least(birth_date, birth_date_swapped)"),
    # One household: given names unknown or mistyped from the first letter.
    BlockingRule("family and house", "family || '|' || postal_code || '|' || house_no"),
    # Typos in the family name, and married since, at the same address.
    BlockingRule("given and address", "nick || '|' || postal_code || '|' || house_no"),
    # Initials and shortened given names with a misspelt family name at the same house.
    BlockingRule("initial and house", "substr(nick, 1, 1) || '|' || postal_code || '|' || street || '|' || house_no"),
    # Wrong postal code.
    BlockingRule("name and street", "nick || '|' || family || '|' || street"),
    # Two typos at once, in postal code and name.
    BlockingRule("name beginnings and city", "substr(given, 1, 3) || '|' || substr(family, 1, 4) || '|' || city", 8),
    # Moved, with another mailbox: only where few bear the name.
    BlockingRule("rare name", "nick || '|' || family", 10),
    # The same mailbox at another provider, and a typo in the provider's name.
    BlockingRule("mailbox", "mailbox", 20),
)
