"""The table of short forms: each leads to one name, and no name of its own is taken for a short form."""

from importlib.resources import files
from pathlib import Path

import polars as pl
import pytest

from identity import fold
from warehouse.db import connect_memory

# Given names of their own, some of which were once short for another: Anne is not Anna, Jan not Hans, Nils not Klaus.
OWN_NAMES = (Path(__file__).parents[1] / "data" / "given_names_of_their_own.txt").read_text("utf-8").split()


@pytest.fixture(scope="module")
def nicknames():
    """Both names as written and as keys."""
    with connect_memory() as con:
        con.register("written", pl.read_csv(files("identity").joinpath("data/nicknames.csv").read_bytes()))
        return con.execute(
            f"select nickname, given_name, {fold.name_key('nickname')}, {fold.name_key('given_name')} from written"
        ).fetchall()


def test_a_short_form_leads_to_one_name(nicknames):
    keys = [key for _, _, key, _ in nicknames]
    assert sorted(keys) == sorted(set(keys))


def test_the_name_behind_a_short_form_is_none_itself(nicknames):
    short = {key for _, _, key, _ in nicknames}
    assert [name for _, name, _, key in nicknames if key in short] == []


def test_two_names_of_their_own_are_never_one(nicknames):
    with connect_memory() as con:
        keys = dict(
            con.execute(f"select x, {fold.name_key('x')} from (select unnest(?) as x)", [list(OWN_NAMES)]).fetchall()
        )
    behind = {key: name for _, _, key, name in nicknames}
    meant = [behind.get(keys[name], keys[name]) for name in OWN_NAMES]
    assert sorted(meant) == sorted(set(meant))


@pytest.mark.parametrize(
    ("short", "name"),
    [("Sepp", "Josef"), ("Hansi", "Johannes"), ("Uschi", "Ursula"), ("Käthe", "Katharina"), ("Lasse", "Lars"),
     ("Pelle", "Per"), ("Bosse", "Bo"), ("Gitte", "Birgitta"), ("Kalle", "Karl"), ("Vroni", "Veronika")],
)  # fmt: skip
def test_a_short_form_and_its_name_are_one(nicknames, short, name):
    behind = {written: canonical for written, _, _, canonical in nicknames}
    with connect_memory() as con:
        key = con.execute(f"select {fold.name_key('x')} from (select ? as x)", [name]).fetchall()[0][0]
    assert behind[short] in (key, behind.get(name))
