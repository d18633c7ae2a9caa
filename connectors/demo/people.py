"""The people of one chunk: households first, then who lives in them."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.random import Generator
from numpy.typing import NDArray

from connectors.demo.contacts import cards, emails, landlines, mobiles
from connectors.demo.countries import CODES, COUNTRIES
from connectors.demo.dice import Dice, chance, only, pick, where
from connectors.demo.names import family_names, given_names, zipf_ranks
from connectors.demo.places import addresses
from connectors.demo.rates import Rates
from connectors.demo.roles import NOBODY, ROLES

SINGLE, COUPLE, FAMILY, PARENT = range(4)
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Frame:
    """Who lives with whom: one row a person. `at` is the household's number, `position` the place in it."""

    kind: NDArray[np.int64]  # of the household
    at: NDArray[np.int64]
    position: NDArray[np.int64]
    country: NDArray[np.int64]
    role: NDArray[np.int64]
    households: int


def households(dice: Dice, size: int, cast: int, rates: Rates) -> Frame:
    """Return the households of `size` people; the first `cast` of them live alone."""
    rng = dice.of("households")
    shares = [rates.single_household, *(np.array([0.55, 0.35, 0.10]) * (1 - rates.single_household))]
    kind = rng.choice(4, size, p=shares)
    children = rng.choice([1, 2, 3], size, p=[0.5, 0.4, 0.1])
    kind[:cast] = SINGLE
    people = np.select([kind == SINGLE, kind == FAMILY], [1, 2 + children], 2)
    at = np.repeat(np.arange(size), people)[:size]
    start = np.concatenate([[0], np.cumsum(people)])
    position = np.arange(size) - start[at]
    country = rng.choice(len(CODES), size, p=np.array([rates.countries[code] for code in CODES]))
    country[:cast] = np.arange(cast) % len(CODES)
    role = np.full(size, NOBODY)
    role[:cast] = (np.arange(cast) // len(CODES)) % len(ROLES)
    return Frame(kind[at], at, position, country[at], role, int(at[-1]) + 1)


def people(dice: Dice, first_no: int, size: int, cast: int, rates: Rates) -> pl.DataFrame:
    """Return one row a person, numbered from `first_no`: all that is true of them."""
    frame = households(dice, size, cast, rates)
    rng = dice.of("people")
    born_year, child, twin = _birth_years(rng, frame, rates)
    birth = _birth_dates(rng, born_year, twin)
    female = _genders(rng, frame, child)
    given, same_name = _given(rng, frame, female, born_year, child, rates)
    family, before = _families(rng, frame, child, rates)
    home, old = _by_household(dice.of("home"), frame), _by_household(dice.of("old home"), frame)
    number = np.arange(first_no, first_no + size)
    table = pl.DataFrame(
        {
            "no": number,
            "person_id": "P" + pl.Series(number).cast(pl.String).str.zfill(8),
            "household_id": f"H{dice.chunk:03d}" + pl.Series(frame.at).cast(pl.String).str.zfill(6),
            "country": pl.Series(CODES).gather(frame.country),
            "role": frame.role,
            "female": female,
            "title": only(chance(rng, size, rates.academic_title), pick(rng, ["Dr.", "Prof. Dr."], size, [0.9, 0.1])),
            "given": given,
            "family": family,
            "family_before": before,
            "birth": birth,
            "died": chance(rng, size, rates.died) & (frame.role == NOBODY),
            "kin": pl.Series(np.select([twin, same_name], ["twins", "one_name"], "")).cast(pl.String),
            **{name: home[name] for name in home.columns},
            **{f"old_{name}": old[name] for name in old.columns if name != "area"},
        }
    )
    return _contacts(dice, table, frame, first_no, rates)


def _birth_years(rng: Generator, frame: Frame, rates: Rates) -> tuple[Ints, Bools, Bools]:
    """Return birth year, whether a child, and whether one of twins."""
    size = len(frame.at)
    head_year = 1940 + (rng.beta(2.2, 1.8, frame.households) * 64).astype(np.int64)
    parents = np.isin(frame.kind, (FAMILY, PARENT))
    head = np.where(parents, np.minimum(head_year[frame.at], 1984), head_year[frame.at])
    child = ((frame.kind == FAMILY) & (frame.position >= 2)) | ((frame.kind == PARENT) & (frame.position == 1))
    year = np.where(frame.position == 0, head, head + rng.integers(-5, 6, size))
    year = np.where(child, np.minimum(head + rng.integers(22, 39, size), rng.integers(2000, 2011, size)), year)
    has_twins = chance(rng, frame.households, rates.family_with_twins)[frame.at] & (frame.kind == FAMILY)
    complete = np.bincount(frame.at, frame.position == 3, frame.households)[frame.at] > 0
    return np.minimum(year, 2010), child, has_twins & complete & np.isin(frame.position, (2, 3))


def _birth_dates(rng: Generator, year: Ints, twin: Bools) -> pl.Series:
    days = (pl.Series(year - 1970).cast(pl.Float64) * 365.2425).floor().cast(pl.Int64).to_numpy() + 1
    days = days + rng.integers(0, 364, len(year))
    follows = np.flatnonzero(twin)[1::2]
    days[follows] = days[follows - 1]
    return pl.Series(days.astype(np.int32)).cast(pl.Date)


def _genders(rng: Generator, frame: Frame, child: Bools) -> Bools:
    female = chance(rng, len(frame.at), 0.52)
    partner = (frame.position == 1) & ~child
    opposite = chance(rng, len(frame.at), 0.95)
    female[partner] = np.where(opposite, ~np.roll(female, 1), np.roll(female, 1))[partner]
    return female


def _given(
    rng: Generator, frame: Frame, female: Bools, year: Ints, child: Bools, rates: Rates
) -> tuple[pl.Series, Bools]:
    """Return given names, and who shares his father's."""
    size = len(frame.at)
    given = np.full(size, "", dtype=object)
    draw = np.random.default_rng(rng.integers(2**63))
    for code, country in enumerate(CODES):
        for is_female in (False, True):
            for young in (False, True):
                rows = np.flatnonzero((frame.country == code) & (female == is_female) & ((year >= 1982) == young))
                names = given_names(country, "f" if is_female else "m", young)
                ranks = zipf_ranks(draw, len(rows), len(names), rates.given_name_zipf)
                given[rows] = names.gather(ranks).to_numpy()
    head = np.searchsorted(frame.at, frame.at)
    son = child & ~female & ~female[head] & np.isin(frame.position, (1, 2))
    son &= chance(rng, size, rates.father_and_son_of_one_name * 8)  # few households have such a pair at all
    given[son] = given[head[son]]
    both = son.copy()
    both[head[son]] = True
    return pl.Series(given.astype(str)), both


def _families(rng: Generator, frame: Frame, child: Bools, rates: Rates) -> tuple[pl.Series, pl.Series]:
    """Return family names, and the one each had before a marriage."""
    size = len(frame.at)
    draws = []
    for _ in range(3):
        column = np.full(size, "", dtype=object)
        for code, country in enumerate(CODES):
            names = family_names(country)
            rows = np.flatnonzero(frame.country == code)
            column[rows] = names.gather(zipf_ranks(rng, len(rows), len(names), rates.family_name_zipf)).to_numpy()
        draws.append(column)
    shared, own, before = draws
    head = np.searchsorted(frame.at, frame.at)
    separate = (frame.position == 1) & ~child & ~chance(rng, size, rates.couple_same_family_name)
    family = pl.Series(np.where(separate, own, shared[head]).astype(str))
    born_as = pl.Series(before.astype(str))
    double = chance(rng, size, rates.double_family_name) & separate
    return where(double, family + "-" + born_as, family), born_as


def _by_household(rng: Generator, frame: Frame) -> pl.DataFrame:
    """Return one address per household, repeated for those who live there."""
    country = np.zeros(frame.households, dtype=np.int64)
    country[frame.at] = frame.country
    parts, order = [], []
    for code, name in enumerate(CODES):
        rows = np.flatnonzero(country == code)
        parts.append(addresses(rng, name, len(rows)))
        order.append(rows)
    place = np.argsort(np.concatenate(order), kind="stable")
    return pl.concat(parts)[place][frame.at]


def _contacts(dice: Dice, table: pl.DataFrame, frame: Frame, first_no: int, rates: Rates) -> pl.DataFrame:
    """Add e-mail addresses, phone numbers and cards."""
    rng, size = dice.of("contacts"), len(table)
    head = np.searchsorted(frame.at, frame.at)
    first, second = emails(rng, table, dice.chunk)
    couple = np.isin(frame.kind, (COUPLE, FAMILY)) & (frame.position == 1)
    mailbox = couple & chance(rng, size, rates.couple_shared_mailbox)
    mobile, mobile_2 = mobiles(table, 0), mobiles(table, 1)
    landline = landlines(table, first_no + head)
    shared = chance(rng, frame.households, rates.household_shared_landline)[frame.at]
    main = (shared & chance(rng, size, 0.6)) | ((frame.position == 0) & chance(rng, size, 0.15))
    main &= frame.role == NOBODY
    return table.with_columns(
        email=where(mailbox, first.gather(head), first),
        email_2=second,
        phone=where(main, landline, mobile),
        phone_2=where(main, mobile, mobile_2),
        mobile=mobile,
        card=cards(table["no"].to_numpy() * 2),
        card_2=cards(table["no"].to_numpy() * 2 + 1),
        shared_mailbox=pl.Series(mailbox),
        language=table["country"].replace_strict({code: COUNTRIES[code].language for code in CODES}),
        adult=table["birth"] <= date(2008, 11, 15),
    )
