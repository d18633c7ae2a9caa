"""Name lists by country: Faker's, widened by composed family names to a long tail."""

import importlib
from functools import cache
from itertools import product
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from connectors.demo.countries import COUNTRIES

TABLES = Path(__file__).parent / "tables"
_COMMON = {
    "DE": "Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer Richter "
    "Klein Wolf Schröder Neumann Schwarz Zimmermann Braun Krüger Hofmann Hartmann Lange Krause Jäger Böhm",
    "AT": "Gruber Huber Bauer Wagner Müller Pichler Steiner Moser Mayer Hofer Leitner Berger Fuchs Eder Fischer "
    "Schmid Winkler Weber Schwarz Maier Reiter Schneider Köck Böck",
    "CH": "Müller Meier Schmid Keller Weber Huber Schneider Meyer Steiner Fischer Gerber Brunner Baumann Frei Zimmermann "
    "Moser Widmer Wyss Graf Roth Bühler Lüthi Küng Zürcher",
    "NO": "Hansen Johansen Olsen Larsen Andersen Pedersen Nilsen Kristiansen Jensen Karlsen Johnsen Pettersen Eriksen "
    "Berg Haugen Hagen Johannessen Sørensen Ødegård Bråten Sæther",
    "SE": "Andersson Johansson Karlsson Nilsson Eriksson Larsson Olsson Persson Svensson Gustafsson Pettersson Jonsson "
    "Lindström Lindberg Lindgren Sjöberg Åberg Öberg Löfgren Söderberg",
    "DK": "Nielsen Jensen Hansen Andersen Pedersen Christensen Larsen Sørensen Rasmussen Jørgensen Petersen Madsen "
    "Kristensen Olsen Thomsen Møller Østergaard Kjær Nørgaard Søndergaard",
}
_GERMAN_FIRST = "Ober Nieder Alt Neu Groß Klein Hoch".split()
_GERMAN_STEM = (
    "Acker Berg Birken Brand Bruck Buch Burg Dorn Eich Erlen Esch Feld Fels Frei Garten Gold Hagen Hasel Heide Hirsch "
    "Hohen Holz Kalt Kirch König Kreuz Kron Linden Löwen Mühl Moos Nuss Rosen Rot Sand Schön Silber Stein Stern Stolz "
    "Strauß Tannen Thal Ulmen Vogel Wald Weiden Weiß Wiesen Winter Wolf Ziegel"
).split()
_GERMAN_END = (
    "mann berger bauer hofer meier müller hauser bacher huber steiner reuter rath brink kamp horst beck bach wald stock "
    "egger thaler inger ner auer ecker felder gruber kofler lechner moser rieder schmid wirth zeller städt hoff furth"
).split()
_NORDIC_STEM = (
    "Ask Bak Berg Birk Bjørk Brek Dal Ek Elv Eng Fjell Foss Furu Gran Grøn Hag Ham Hav Hell Holm Kir Kvist Lang Lill "
    "Lind Lund Lyng Mo Myr Nor Nøst Ros Rød Sand Sel Sjø Skog Sol Sten Strand Sund Tor Vest Vik Ås Øst"
).split()
_NORDIC_END = {
    "NO": "heim vik rud stad land nes set bakken dal haug lien eng moen vold rød sæter".split(),
    "SE": "qvist ström gren berg lund dahl man ell mark stedt felt hult blad löf sjö holm".split(),
    "DK": "gaard toft holm bæk lund skov dal mose kjær krog bjerg vang strup rup by høj".split(),
}


def _faker_list(country: str, name: str) -> list[str]:
    locale = COUNTRIES[country].locale
    provider = importlib.import_module(f"faker.providers.person.{locale}").Provider
    return list(dict.fromkeys(getattr(provider, name)))


def _composed(country: str) -> list[str]:
    if country in ("DE", "AT", "CH"):
        short = [stem + end for stem, end in product(_GERMAN_STEM, _GERMAN_END)]
        long = [first + stem.lower() + end for first, stem, end in product(_GERMAN_FIRST, _GERMAN_STEM, _GERMAN_END)]
    else:
        short = [stem + end for stem, end in product(_NORDIC_STEM, _NORDIC_END[country])]
        fathers = _faker_list(country, "first_names_male")
        long = [name.rstrip("s") + ("sson" if country == "SE" else "sen") for name in fathers if " " not in name]
        long += [a + b.lower() + end for a, b, end in product(_NORDIC_STEM, _NORDIC_STEM, _NORDIC_END[country])]
    return _shuffled(short) + _shuffled(long)


def _shuffled(names: list[str]) -> list[str]:
    return [names[i] for i in np.random.default_rng(7).permutation(len(names))]


@cache
def family_names(country: str) -> pl.Series:
    """Return the family names of a country, the most frequent first."""
    listed = _shuffled(_faker_list(country, "last_names"))
    return pl.Series(list(dict.fromkeys(_COMMON[country].split() + listed + _composed(country))))


@cache
def given_names(country: str, gender: str, young: bool) -> pl.Series:
    """Return given names, the most frequent first, in another order for the younger generation."""
    names = _faker_list(country, "first_names_female" if gender == "f" else "first_names_male")
    names = [name for name in _shuffled(names) if " " not in name and "." not in name]
    known = short_forms()["name"].to_list()
    common = [name for name in names if name in known]
    rest = [name for name in names if name not in known]
    return pl.Series((rest[:40] + common + rest[40:]) if young else common + rest)


@cache
def short_forms() -> pl.DataFrame:
    """Return given names with their short or pet forms."""
    return pl.read_csv(TABLES / "short_forms.csv").unique("name", keep="first", maintain_order=True)


def zipf_ranks(rng: np.random.Generator, size: int, length: int, exponent: float) -> NDArray[np.int64]:
    """Return ranks (0 is the most frequent) by Zipf-Mandelbrot: weight 1 / (rank + 9) ** exponent."""
    cdf = np.cumsum(1.0 / (np.arange(length) + 9.0) ** exponent)
    return np.searchsorted(cdf / cdf[-1], rng.random(size)).clip(0, length - 1)
