"""A quote too many swallows lines, and a file ends too early: nothing of it is lost in silence."""

import hashlib
import io
from zipfile import ZipFile

import pytest

from connectors.errors import ConnectorError

SOURCE = """
name: crm
kind: files
path: inbox/crm/*
format: csv
options: {delimiter: ";"}
tables:
  customer: {key: [id], delivery: DELIVERY}
"""
HEADER = "id;name;city;zip\n"


def rows(count, changes):
    lines = [f"{n};Name {n};Mainz;55116" for n in range(1, count + 1)]
    for number, line in changes.items():
        lines[number - 1] = line
    return HEADER + "\n".join(lines) + "\n"


def crm(silo, delivery="changes", text=SOURCE):
    return silo.source(text.replace("DELIVERY", delivery))


def rejected_places(silo):
    places = silo.con.sql("select json_extract_string(row, '$._bad_place') from raw.reject order by row_no")
    return [place for (place,) in places.fetchall()]


@pytest.mark.parametrize(
    ("count", "changes", "lines"),
    [
        (1000, {100: '100;"Name;Mainz;55116', 900: '900;Name";Mainz;55116'}, (101, 901)),
        (1000, {100: '100;"Name;Mainz;55116', 900: '900;Name;Mainz";55116'}, (101, 901)),
        (50_000, {25_000: '25000;"Name;Mainz;55116'}, (25_001, 50_001)),
        (300, {1: '1;"Name;Mainz;55116'}, (2, 301)),
        (20, {5: '"5;Name;Mainz;55116', 6: '6;Name;Mainz;55116"'}, (6, 7)),
        (30, {5: '5;"Name;Mainz;55116', 8: '8;"Eva";Mainz;55116'}, (6, 9)),
    ],
    ids=["one column", "two columns", "never closed", "first row", "the next line", "closed by an opening quote"],
)
def test_lines_that_a_quote_swallows_are_rejects_with_their_place(silo, count, changes, lines):
    silo.write("crm/a.csv", rows(count, changes))
    result = silo.load(crm(silo))
    first, last = lines
    assert rejected_places(silo) == [f"inbox/crm/a.csv:{number}" for number in range(first, last + 1)]
    assert (result.rows, result.rejected) == (count - (last - first + 1), last - first + 1)
    assert silo.con.sql("select count(*) from raw.crm_customer where name like '%Mainz%'").fetchall() == [(0,)]


KEYS = {
    "number": lambda n: f"{n}",
    "hash": lambda n: hashlib.md5(str(n).encode()).hexdigest(),
    "mailbox": lambda n: f"{'abc'[n % 3] * (n % 4 + 1)}.{n}@x.example",
    "word": lambda n: "K" + "abcdefgh"[n % 8],
}


@pytest.mark.parametrize("columns", [2, 3])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["lf", "crlf", "cr"])
@pytest.mark.parametrize("key", KEYS)
def test_lines_of_few_columns_are_not_swallowed_either(silo, key, end, columns):
    lines = [";".join([KEYS[key](n), f"Name {n}", "Mainz"][:columns]) for n in range(1000)]
    lines[99], lines[899] = lines[99].replace(";Name", ';"Name'), lines[899] + '"'
    silo.write("crm/a.csv", end.join([";".join(["id", "name", "city"][:columns]), *lines]) + end)
    silo.load(crm(silo))
    assert rejected_places(silo) == [f"inbox/crm/a.csv:{number}" for number in range(101, 902)]


def test_prose_of_several_lines_in_a_file_of_two_columns_still_loads(silo):
    notes = [f'{n};"Hello, Anna;\nthanks; and\nbye; Bo"' for n in range(50)]
    silo.write("crm/a.csv", "\n".join(["id;note", *notes]) + "\n")
    assert silo.load(crm(silo)).rows == 50


@pytest.mark.parametrize(
    "value",
    [
        '"two\nlines"',
        '"a\n\n\nb"',
        '"he said ""so\nit is"""',
        '"Dear Anna,\nthanks; and; more\nBo"',
        'a 17" screen',
        '"17"""',
    ],
)
def test_values_that_hold_line_ends_or_quotes_still_load(silo, value):
    silo.write("crm/a.csv", rows(50, {7: f"7;{value};Mainz;55116"}))
    assert silo.load(crm(silo)).rows == 50
    expected = value[1:-1].replace('""', '"') if value.startswith('"') else value
    assert silo.con.sql("select name from raw.crm_customer where id = '7'").fetchall() == [(expected,)]


@pytest.mark.parametrize("end", ["51;Name", '51;"Na', "51", '51;"Na";Mainz', '51;"two\nlines";Ma'])
def test_a_snapshot_that_ends_inside_its_last_row_stops_the_source(silo, end):
    silo.write("crm/a.csv", rows(50, {}) + end)
    with pytest.raises(ConnectorError, match=r"a\.csv: the file ends inside its last row.*send it again"):
        silo.read(crm(silo, "snapshot"))


@pytest.mark.parametrize("end", ["51;Name;Mainz;55116", '51;"two\nlines";Mainz;55116', '51;Name;Mainz;"55\n116"'])
def test_a_snapshot_whose_last_row_is_whole_needs_no_line_end(silo, end):
    silo.write("crm/a.csv", rows(50, {}) + end)
    assert silo.load(crm(silo, "snapshot")).rows == 51


def test_what_cannot_be_read_is_never_marked_deleted(silo):
    source = crm(silo, "snapshot")
    silo.write("crm/a.csv", rows(50, {}))
    silo.load(source)
    silo.write("crm/b.csv", rows(50, {7: "7;Name;Ma;inz;55116", 9: '9;"Name;Mainz;55116', 10: '10;Name";Mainz;55116'}))
    result = silo.load(source)
    assert result.rejected == 3
    assert result.tables["customer"].removed == 0


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_bad_lines_that_begin_like_others_are_told_by_their_own_place(silo, end):
    text = rows(50, {1: "1", 7: "7", 10: "1", 50: "5"})
    silo.write("crm/a.csv", text.replace("\n", end).removesuffix(end))
    silo.load(crm(silo))
    assert rejected_places(silo) == [f"inbox/crm/a.csv:{number}" for number in (2, 8, 11, 51)]


def test_many_bad_lines_are_found_again_without_reading_the_text_for_each(silo):
    silo.write("crm/a.csv", rows(60_000, {number: f"{number};x" for number in range(2, 60_000, 2)}))
    assert silo.load(crm(silo)).rejected == 29_999
    assert rejected_places(silo)[-1] == "inbox/crm/a.csv:59999"


def test_a_line_with_another_number_of_fields_is_told_by_its_line(silo):
    silo.write("crm/a.csv", rows(50, {7: "7;Name", 9: "7;Name", 12: "12;x;y;z;w"}))
    silo.load(crm(silo))
    assert rejected_places(silo) == [f"inbox/crm/a.csv:{number}" for number in (8, 10, 13)]


@pytest.mark.parametrize("name", ["a", "b"], ids=["the same file", "another file"])
def test_a_snapshot_without_the_line_end_that_an_earlier_one_had_stops_the_source(silo, name):
    source = crm(silo, "snapshot")
    silo.write("crm/a.csv", rows(50, {}))
    silo.load(source)
    silo.write(f"crm/{name}.csv", rows(40, {}) + "41;Name 41;Mainz;551")
    with pytest.raises(ConnectorError, match=rf"{name}\.csv: no line end after its last row, which the delivery"):
        silo.load(source)
    silo.write(f"crm/{name}.csv", rows(51, {}))
    assert silo.load(source).tables["customer"].inserted == 1


def test_of_two_snapshots_that_come_at_once_the_second_is_held_to_the_end_of_the_first(silo):
    silo.write("crm/a.csv", rows(50, {}))
    silo.write("crm/b.csv", rows(40, {}) + "41;Name 41;Mainz;551")
    with pytest.raises(ConnectorError, match=r"b\.csv: no line end"):
        silo.load(crm(silo, "snapshot"))


def test_snapshots_that_never_end_by_a_line_end_are_whole(silo):
    for name in ("a", "b"):
        silo.write(f"crm/{name}.csv", rows(50, {}) + f"51;Name {name};Mainz;55116")
    assert silo.load(crm(silo, "snapshot")).batches == 2


def test_a_cut_off_member_list_stops_the_newsletter(silo):
    header = "Email Address,Last Name,LEID,LAST_CHANGED,OPTIN_TIME,CONFIRM_TIME\n"
    buffer = io.BytesIO()
    with ZipFile(buffer, "w") as archive:
        archive.writestr("subscribed_a.csv", header + "a@x.example,A,1,2026-01-01 08:00:00,,\nb@x.example,B")
    silo.write("newsletter/a.zip", buffer.getvalue())
    source = silo.demo_source("newsletter")
    member = source.tables["member"].model_copy(update={"delivery": "snapshot"})
    source = source.model_copy(update={"tables": {**source.tables, "member": member}})
    with pytest.raises(ConnectorError, match=r"subscribed_a\.csv: the file ends inside its last row"):
        silo.load(source)
