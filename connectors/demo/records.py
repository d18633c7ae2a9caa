"""Which silos know a person, and the record each of them keeps."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from connectors.demo import noise
from connectors.demo.contacts import written
from connectors.demo.countries import CODES
from connectors.demo.dice import Dice, chance, only, pick, where
from connectors.demo.rates import Carry, Rates
from connectors.demo.roles import NOBODY, ROLES

Rows = NDArray[np.int64]


def memberships(people: pl.DataFrame, dice: Dice, rates: Rates) -> dict[str, Rows]:
    """Return, per silo, the rows of the people whom it knows; one twice when it keeps two records of them."""
    rng, size = dice.of("memberships"), len(people)
    silos = list(rates.memberships)
    count = 1 + rng.choice(len(rates.record_counts), size, p=np.array(rates.record_counts) / sum(rates.record_counts))
    count = np.minimum(count, len(silos))
    keys = rng.gumbel(size=(size, len(silos))) + np.log(list(rates.memberships.values()))
    german = (people["country"] == "DE").to_numpy()
    keys[~german, silos.index("till")] = -np.inf  # DSFinV-K is German
    order = np.argsort(-keys, axis=1).argsort(axis=1)
    knows = order < count[:, None]
    role = people["role"].to_numpy()
    for number, each in enumerate(ROLES):
        knows[role == number] = np.isin(silos, each.silos)
    first_of_each = (role != NOBODY) & (np.arange(size) < len(ROLES) * len(CODES))
    knows[first_of_each, silos.index("calls")] = True  # they gave consent to calls, on a recorded line
    adult = people["adult"].to_numpy()
    result = {}
    for column, silo in enumerate(silos):
        allowed = adult | np.isin(silo, ("shop", "draws", "loyalty"))
        rows = np.flatnonzero(knows[:, column] & allowed)
        again = rows[chance(rng, len(rows), rates.second_record_in_silo) & (role[rows] == NOBODY)]
        result[silo] = np.sort(np.concatenate([rows, again]), kind="stable")
    return result


def records(
    people: pl.DataFrame,
    rows: Rows,
    dice: Dice,
    step: str,
    carry: Carry,
    rates: Rates,
    by_staff: bool = False,
) -> pl.DataFrame:
    """Return one record per row number of `people`, as a silo that carries these values would keep it.

    Columns: person (the row), person_id, household_id, country, role, female, title, kin, died, given,
    family, email, phone, street (with number), postal_code, city, birth, card, hard_case. What was not
    taken down is null. Planted people are taken down in full and without errors. Placeholders are what
    staff type; no form lets them through.
    """
    rng, true = dice.of(step), people[rows]
    real = (true["role"] == NOBODY).to_numpy()
    errs = _errors(rng, real, rates)
    for name in ("bad_email", "bad_phone"):
        errs[name] &= by_staff
    names = _names(rng, true, errs, rates)
    repeated = np.concatenate([[False], rows[1:] == rows[:-1]]) if len(rows) else np.zeros(0, dtype=bool)
    errs["second_card"] = errs["second_card"] | repeated
    email = where(errs["second_email"] | repeated, true["email_2"], true["email"])
    email = noise.typed_wrong(rng, email, errs["email_typo"], noise.LETTERS)
    phone = where(errs["second_phone"], true["phone_2"], true["phone"])
    phone = written(rng, noise.typed_wrong(rng, phone, errs["phone_typo"], noise.DIGITS), true["country"])
    address = _address(rng, true, errs, rates)
    card = where(errs["second_card"], true["card_2"], true["card"])
    keep = {
        name: chance(rng, len(rows), getattr(carry, name)) | (~real & (getattr(carry, name) > 0))
        for name in ("email", "phone", "address", "birth_date", "card")
    }
    return pl.DataFrame(
        {
            "person": rows,
            **{
                name: true[name]
                for name in ("person_id", "household_id", "country", "role", "female", "title", "kin", "died")
            },
            **names,
            "email": only(keep["email"], _placeholder_email(rng, email, errs["bad_email"])),
            "phone": only(
                keep["phone"],
                where(errs["bad_phone"], pick(rng, ["0000", "000000000", "12345", "0"], len(rows)), phone),
            ),
            **{name: only(keep["address"], value) for name, value in address.items()},
            "birth": only(keep["birth_date"], noise.birth_wrong(rng, true["birth"], errs["birth"])),
            "card": only(keep["card"], noise.typed_wrong(rng, card, errs["card_typo"], noise.DIGITS)),
            "hard_case": _hard_case(true, errs, keep),
        }
    )


def _errors(rng: np.random.Generator, real: noise.Mask, rates: Rates) -> dict[str, noise.Mask]:
    share = {
        "given_typo": rates.name_typo,
        "family_typo": rates.name_typo,
        "given_missing": rates.given_name_missing,
        "initial": rates.initial_only,
        "short_form": rates.short_form,
        "family_changed": rates.family_name_changed,
        "swapped": rates.names_swapped,
        "email_typo": rates.email_typo,
        "second_email": rates.second_email,
        "phone_typo": rates.phone_typo,
        "second_phone": rates.second_phone,
        "card_typo": rates.card_typo,
        "second_card": rates.second_card,
        "street": rates.street_error,
        "city": rates.city_error,
        "postal_code": rates.postal_code_error,
        "moved": rates.moved,
        "birth": rates.birth_date_error,
        "bad_email": rates.placeholder_email,
        "bad_phone": rates.placeholder_phone,
    }
    return {name: chance(rng, len(real), value) & real for name, value in share.items()}


def _names(
    rng: np.random.Generator, true: pl.DataFrame, errs: dict[str, noise.Mask], rates: Rates
) -> dict[str, pl.Series]:
    given = noise.short_form(true["given"], errs["short_form"])
    given = noise.typed_wrong(rng, given, errs["given_typo"], noise.LETTERS)
    given = where(errs["initial"], true["given"].str.slice(0, 1) + ".", given)
    given = only(~errs["given_missing"], given)
    family = where(errs["family_changed"], true["family_before"], true["family"])
    family = noise.typed_wrong(rng, family, errs["family_typo"], noise.LETTERS)
    spelled = [noise.respelled(rng, part, rates.umlaut_expanded, rates.umlaut_stripped) for part in (given, family)]
    clean = (true["role"] != NOBODY).to_numpy()
    given, family = where(clean, true["given"], spelled[0]), where(clean, true["family"], spelled[1])
    swapped = errs["swapped"] & ~errs["given_missing"]
    pair = where(swapped, family, given), where(swapped, given, family)
    return {
        name: where(clean, value, noise.other_case(rng, value, rates.name_case))
        for name, value in zip(("given", "family"), pair, strict=True)
    }


def _address(
    rng: np.random.Generator, true: pl.DataFrame, errs: dict[str, noise.Mask], rates: Rates
) -> dict[str, pl.Series]:
    """Return street with number, postal code and city; an old address is old in every part."""
    parts = {
        name: where(errs["moved"], true[f"old_{name}"], true[name])
        for name in ("street", "house_no", "postal_code", "city")
    }
    street = noise.street_wrong(rng, parts["street"], errs["street"])
    return {
        "street": street + " " + parts["house_no"],
        "postal_code": noise.typed_wrong(rng, parts["postal_code"], errs["postal_code"], noise.DIGITS),
        "city": noise.typed_wrong(rng, parts["city"], errs["city"], noise.LETTERS),
    }


def _placeholder_email(rng: np.random.Generator, email: pl.Series, bad: noise.Mask) -> pl.Series:
    stock = [
        "info@nordlicht-wohnen.example",
        "noreply@nordlicht-wohnen.example",
        "keine@mail.example",
        "test@test.example",
    ]
    return where(bad, pick(rng, stock, len(email), [0.5, 0.25, 0.15, 0.1]), email)


def _hard_case(true: pl.DataFrame, errs: dict[str, noise.Mask], keep: dict[str, noise.Mask]) -> pl.Series:
    """Return the one thing that makes a record hard to recognise, null where nothing does."""
    label = true["kin"].replace({"": None})
    for name, mask in (
        ("typo", errs["given_typo"] | errs["family_typo"]),
        ("second_phone", errs["second_phone"] & keep["phone"]),
        ("initial", errs["initial"]),
        ("short_form", errs["short_form"]),
        ("shared_mailbox", true["shared_mailbox"].to_numpy() & keep["email"]),
        ("second_card", errs["second_card"] & keep["card"]),
        ("second_email", errs["second_email"] & keep["email"]),
        ("moved", errs["moved"] & keep["address"]),
        ("family_name_changed", errs["family_changed"]),
        ("swapped", errs["swapped"]),
        ("placeholder", (errs["bad_email"] & keep["email"]) | (errs["bad_phone"] & keep["phone"])),
    ):
        label = where(mask, pl.Series([name]).new_from_index(0, len(true)), label)
    return where((true["kin"] != "").to_numpy(), true["kin"], label)
