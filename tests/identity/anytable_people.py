"""Tables of people unlike each other, each with its truth, made anew from a seed.

Other countries and eras than the retailer's: a Norwegian parish, a British register of the nineteenth century, a
Swedish list with national ids, contacts of a company, households without any duplicate.
"""

from collections.abc import Callable
from importlib import import_module

import numpy as np
import polars as pl
from faker import Faker

Record = dict[str, str | None]


class Maker:
    """Draws names by their rank, as in life, and makes the errors that people make."""

    def __init__(self, seed: int, locale: str) -> None:
        self.rng = np.random.default_rng(seed)
        person = import_module(f"faker.providers.person.{locale}").Provider
        self.male, self.female = self._list(person.first_names_male), self._list(person.first_names_female)
        self.family = self._list(person.last_names)
        fake = Faker(locale)
        fake.seed_instance(1)
        self.cities = sorted({fake.city() for _ in range(150)})
        for names in (self.male, self.female, self.family):
            self.rng.shuffle(names)

    @staticmethod
    def _list(names: object) -> list[str]:
        return sorted({str(name) for name in names})  # type: ignore[attr-defined]

    def ranked(self, values: list[str], flatness: float = 8.0) -> str:
        """One of `values`; the first ones often."""
        n = len(values)
        return values[min(n - 1, int(flatness * (np.exp(self.rng.random() * np.log1p(n / flatness)) - 1)))]

    def one(self, values: list[str]) -> str:
        return values[self.rng.integers(len(values))]

    def chance(self, share: float) -> bool:
        return bool(self.rng.random() < share)

    def date(self, first: int, last: int) -> str:
        return f"{self.rng.integers(first, last + 1)}-{self.rng.integers(1, 13):02d}-{self.rng.integers(1, 29):02d}"

    def typo(self, value: str) -> str:
        """One letter left out, put in, changed, or two that changed places."""
        if len(value) < 3:
            return value
        at = int(self.rng.integers(1, len(value) - 1))
        letter = chr(97 + int(self.rng.integers(26))) if not value[at].isdigit() else str(self.rng.integers(10))
        return (
            value[:at] + value[at + 1 :],
            value[:at] + letter + value[at:],
            value[:at] + letter + value[at + 1 :],
            value[:at] + value[at + 1] + value[at] + value[at + 2 :],
        )[self.rng.integers(4)]

    def spoiled(self, value: str | None, typo: float, lost: float) -> str | None:
        if value is None or self.chance(lost):
            return None
        return self.typo(value) if self.chance(typo) else value


def _table(rows: list[Record], rng: np.random.Generator) -> pl.DataFrame:
    table = pl.DataFrame(rows, infer_schema_length=None)
    order = rng.permutation(table.height)
    return (
        table[order]
        .with_columns(pl.Series("nr", [f"R{n:07d}" for n in range(table.height)]))
        .select("nr", pl.exclude("nr"))
    )


_SHORT = {"Elizabeth": ["Eliza", "Betty", "Lizzie"], "William": ["Will", "Bill", "Wm"], "Margaret": ["Maggie", "Peggy"]}


def register(people: int, seed: int, most: int = 60) -> pl.DataFrame:
    """A British register: misspelt, much missing, up to 60 records a person, some under another name."""
    make = Maker(seed, "en_GB")
    jobs = ["politician", "farmer", "clergyman", "soldier", "writer", "cricketer", "lawyer", "painter", "merchant"]
    rows: list[Record] = []
    for person in range(people):
        male = make.chance(0.75)
        given, second = (make.ranked(make.male if male else make.female, 3.0) for _ in range(2))
        family, born = make.ranked(make.family, 20.0), make.date(1800, 1880)
        born = born[:4] + "-01-01" if make.chance(0.15) else born
        place, job = make.ranked(make.cities), make.one(jobs)
        code = f"{place[:2].upper()}{make.rng.integers(1, 30)} {make.rng.integers(1, 9)}XY"
        for _ in range(min(most, 1 + int(make.rng.geometric(0.11)))):
            name = make.one(_SHORT[given]) if given in _SHORT and make.chance(0.2) else given
            name = second if make.chance(0.04) else name
            when = born[:5] + f"{make.rng.integers(1, 13):02d}" + born[7:] if make.chance(0.06) else born
            when = f"{int(when[:4]) + make.rng.integers(-2, 3)}{when[4:]}" if make.chance(0.06) else when
            first, last = make.spoiled(name, 0.12, 0.03), make.spoiled(family, 0.12, 0.02)
            if make.chance(0.02):
                first, last = last, first
            rows.append({
                "truth": f"Q{person}",
                "full_name": " ".join(x for x in (first, last) if x) or None,
                "first_name": first,
                "surname": last,
                "dob": make.spoiled(when, 0.06, 0.15),
                "birth_place": make.spoiled(make.ranked(make.cities) if make.chance(0.05) else place, 0.06, 0.2),
                "postcode_fake": make.spoiled(
                    f"{code[:-3]}{make.rng.integers(1, 9)}XY" if make.chance(0.3) else code, 0.05, 0.15
                ),
                "gender": make.spoiled("male" if male else "female", 0, 0.2),
                "occupation": make.spoiled(make.one(jobs) if make.chance(0.15) else job, 0, 0.25),
            })  # fmt: skip
    return _table(rows, make.rng)


def parish(people: int, seed: int) -> pl.DataFrame:
    """Norwegian church books: patronymics, spelling as it sounded, year of birth give or take, and the parish."""
    make = Maker(seed, "no_NO")
    farms = [f"{a}{b}" for a in ("Hau", "Ber", "Sol", "Nor", "Sør", "Lun", "Mo", "Dal", "Vik", "Stor", "Lill", "Øver")
             for b in ("gen", "ge", "berg", "by", "stad", "land", "vold", "rud", "set", "heim")]  # fmt: skip
    parishes = [f"{name} sogn" for name in make.cities[:40]]
    rows: list[Record] = []
    for person in range(people):
        male = make.chance(0.5)
        given = make.ranked(make.male if male else make.female, 4.0)
        family = make.ranked(make.male, 4.0) + ("sen" if male else "datter") + " " + make.one(farms)
        year, home = int(make.rng.integers(1780, 1880)), make.one(parishes)
        for _ in range(1 + int(make.rng.poisson(1.2))):
            written = make.spoiled(given, 0.1, 0) or given
            for old, new in (("k", "ch"), ("v", "w"), ("f", "ph"), ("e", "æ")):
                written = written.replace(old, new) if make.chance(0.06) else written
            last = make.spoiled(family, 0.1, 0.02)
            last = last.replace("sen", "søn") if last and make.chance(0.15) else last
            off = int(make.rng.integers(-2, 3)) if make.chance(0.2) else 0
            rows.append({
                "truth": f"P{person}",
                "fornavn": written,
                "etternavn": last,
                "fødselsår": make.spoiled(str(year + off), 0, 0.1),
                "sogn": make.spoiled(make.one(parishes) if make.chance(0.12) else home, 0.03, 0.05),
            })  # fmt: skip
    return _table(rows, make.rng)


def national(people: int, seed: int) -> pl.DataFrame:
    """A Swedish list: a national id that is often missing and sometimes mistyped; people move and marry."""
    make = Maker(seed, "sv_SE")
    rows: list[Record] = []
    for person in range(people):
        male = make.chance(0.5)
        given, family = make.ranked(make.male if male else make.female), make.ranked(make.family)
        born = make.date(1930, 2005)
        number = f"{born.replace('-', '')}-{make.rng.integers(1000, 9999)}"
        street, city = f"{make.ranked(make.family)}gatan {make.rng.integers(1, 120)}", make.ranked(make.cities)
        for _ in range(1 + int(make.rng.poisson(0.8))):
            if make.chance(0.15):
                street, city = f"{make.ranked(make.family)}gatan {make.rng.integers(1, 120)}", make.ranked(make.cities)
            if not male and make.chance(0.05):
                family = make.ranked(make.family)
            rows.append({
                "truth": f"P{person}",
                "Förnamn": make.spoiled(given, 0.05, 0.01),
                "Efternamn": make.spoiled(family, 0.05, 0.01),
                "Personnummer": make.spoiled(number, 0.03, 0.3),
                "Adress": make.spoiled(street, 0.08, 0.1),
                "Ort": make.spoiled(city, 0.03, 0.1),
            })  # fmt: skip
    return _table(rows, make.rng)


def households(homes: int, seed: int, locale: str = "de_DE", dates: bool = True) -> pl.DataFrame:
    """No duplicates at all: couples, children, some twins, some fathers and sons of one name."""
    make = Maker(seed, locale)
    rows: list[Record] = []
    for home in range(homes):
        family, street = make.ranked(make.family), f"{make.ranked(make.family)}str. {make.rng.integers(1, 90)}"
        city, code = make.ranked(make.cities), f"{make.rng.integers(10000, 99999)}"
        year = int(make.rng.integers(1930, 1990))
        size = int(make.rng.choice([1, 2, 3, 4, 5], p=[0.4, 0.3, 0.12, 0.12, 0.06]))
        twins = make.date(year + 25, year + 26)
        for member in range(size):
            given = make.ranked(make.male if (member + home) % 2 else make.female)
            child = make.date(year + 22, year + 35) if member > 1 else make.date(year - 3, year + 3)
            born = twins if member > 1 and home % 50 == 0 else child
            row: Record = {"truth": f"H{home}-{member}", "Vorname": given, "Name": family}
            if dates:
                row |= {
                    "Geburtsdatum": ".".join(reversed(born.split("-"))),
                    "Strasse": street,
                    "PLZ": code,
                    "Ort": city,
                }
            else:
                row |= {"Jahrgang": born[:4], "Ort": city}
            rows.append(row)
    return _table(rows, make.rng)


def families(homes: int, seed: int) -> pl.DataFrame:
    """Households with one phone each, often without birth dates; names of columns that nothing recognises."""
    home = pl.col("truth").str.extract(r"H(\d+)-").cast(pl.Int64)
    phone = pl.lit("0") + (home * 7919 % 900_000 + 100_000).cast(pl.String) + pl.lit("55")
    return (
        households(homes, seed, "it_IT")
        .rename({"Strasse": "dove", "Ort": "paese"})
        .with_columns(
            pl.when(pl.int_range(pl.len()) % 5 > 0).then(pl.col("Geburtsdatum")).alias("Geburtsdatum"),
            pl.when(home % 5 < 3).then(phone).alias("Telefon"),
        )
    )


def contacts(people: int, seed: int) -> pl.DataFrame:
    """A company's contacts: one name column, e-mail, phone and employer, each often missing; job changes."""
    make = Maker(seed, "en_US")
    firms = [f"{a} {b}" for a in make.family[:120] for b in ("Ltd", "Group", "Inc")]
    rows: list[Record] = []
    for person in range(people):
        given, family = make.ranked(make.male + make.female), make.ranked(make.family, 20.0)
        firm, phone = make.ranked(firms), f"({make.rng.integers(200, 999)}) 555-{make.rng.integers(1000, 9999)}"
        for _ in range(1 + int(make.rng.poisson(0.7))):
            firm = make.ranked(firms) if make.chance(0.15) else firm
            mail = f"{given}.{family}@{firm.split()[0]}.com".lower()
            name = f"{family}, {given}" if make.chance(0.2) else f"{given} {family}"
            name = f"{given[0]}. {family}" if make.chance(0.08) else name
            rows.append({
                "truth": f"P{person}",
                "Name": make.spoiled(name, 0.06, 0.01),
                "E-Mail": make.spoiled(mail, 0.03, 0.35),
                "Telephone": make.spoiled(phone, 0.03, 0.35),
                "Company": make.spoiled(firm, 0.03, 0.15),
            })  # fmt: skip
    return _table(rows, make.rng)


def few_people(people: int, seed: int, records: int = 60) -> pl.DataFrame:
    """A few people, each with dozens of records."""
    make = Maker(seed, "en_GB")
    rows: list[Record] = []
    for person in range(people):
        given, family = make.ranked(make.male + make.female), make.ranked(make.family)
        born, city = make.date(1940, 2000), make.ranked(make.cities)
        for _ in range(records):
            rows.append({
                "truth": f"P{person}",
                "given name": make.spoiled(given, 0.1, 0.05),
                "last name": make.spoiled(family, 0.1, 0.05),
                "birthday": make.spoiled(born, 0.1, 0.15),
                "town": make.spoiled(city, 0.1, 0.1),
            })  # fmt: skip
    return _table(rows, make.rng)


def customers(people: int, seed: int) -> pl.DataFrame:
    """Customers of four countries: each source knows something else, names come with their country, many share one."""
    countries = [Maker(seed + n, locale) for n, locale in enumerate(("de_DE", "no_NO", "it_IT", "pl_PL"))]
    rng = countries[0].rng
    rows: list[Record] = []
    for person in range(people):
        make = countries[rng.choice(4, p=[0.7, 0.1, 0.1, 0.1])]
        given, family = make.ranked((make.male + make.female)[:300]), make.ranked(make.family[:300])
        mail = f"{given}.{family}{make.one(['', str(rng.integers(10, 99))])}@{make.one(['post', 'mail'])}.example"
        phone, born = f"+{rng.integers(30, 50)} {rng.integers(10**8, 10**9)}", make.date(1940, 2005)
        street, city = f"{make.ranked(make.family)}weg {rng.integers(1, 90)}", make.ranked(make.cities[:40])
        for _ in range(1 + int(rng.poisson(0.6))):
            lives = make.chance(0.5)
            rows.append({
                "truth": f"P{person}",
                "given name": make.spoiled(given, 0.04, 0),
                "family name": make.spoiled(family, 0.04, 0),
                "e-mail": make.spoiled(mail.lower().replace(" ", ""), 0.02, 0.4),
                "phone": make.spoiled(phone, 0.01, 0.5),
                "birth date": make.spoiled(born, 0.02, 0.7),
                "street": make.spoiled(street, 0.05, 0) if lives else None,
                "city": make.spoiled(city, 0.03, 0) if lives else None,
            })  # fmt: skip
    return _table(rows, rng)


TABLES: dict[str, Callable[[int], pl.DataFrame]] = {
    "register": lambda seed: register(400, seed),
    "parish": lambda seed: parish(2500, seed),
    "national": lambda seed: national(2500, seed),
    "no duplicates": lambda seed: households(1800, seed),
    "no duplicates, few columns": lambda seed: households(1800, seed, "en_GB", dates=False),
    "customers": lambda seed: customers(10_000, seed),
    "contacts": lambda seed: contacts(2500, seed),
    "dozens of records": lambda seed: few_people(60, seed),
}
