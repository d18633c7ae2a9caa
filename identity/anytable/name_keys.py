"""Names as keys: each distinct name is folded once, however many records bear it."""

import csv
from importlib.resources import files

import duckdb
import polars as pl

from identity import fold

# Written where a name was asked for and none known.
_NO_NAME = (
    "unbekannt|unknown|test|tester|kunde|kundin|customer|gast|guest|anonym|anonymous|nn|nomen nescio|xx+|na|none|nil|"
    "keine|leer|ukjent|okand|ukendt|unnamed|not known|not named|no name|noname|firma|infant|stillborn|dummy|mustermann"
)


def write_names(con: duckdb.DuckDBPyConnection) -> None:
    """Write person_name from person_value: the keys of each record's names.

    | no | given_words | family_words | given | given_2 | nick | given_sound | family | family_first | …
    """
    _register_nicknames(con)
    con.execute(_WORDS)
    con.execute(_PARTS)
    con.execute(_PUT_RIGHT)
    con.execute(_GIVEN_KEYS)
    con.execute(_FAMILY_KEYS)
    con.execute("""
        create or replace table person_name as
        select n.no, n.given_words, n.family_words, g.* exclude (words), f.* exclude (words)
        from name_in_place as n
        left join given_key as g on g.words = n.given_words
        left join family_key as f on f.words = n.family_words""")
    for table in ("nickname", "name_word", "name_part", "name_in_place", "given_key", "family_key"):
        con.execute(f"drop table {table}")


def _register_nicknames(con: duckdb.DuckDBPyConnection) -> None:
    rows: list[dict[str, str]] = []
    for name in ("nicknames.csv", "nicknames_english.csv"):
        rows += csv.DictReader(files("identity").joinpath(f"data/{name}").read_text(encoding="utf-8").splitlines())
    con.register("nickname_frame", pl.DataFrame(rows).select("nickname", "given_name"))
    con.execute(f"""
        create or replace table nickname as
        select {fold.name_key("nickname")} as nickname, min({fold.name_key("given_name")}) as given_name
        from nickname_frame group by 1""")
    con.unregister("nickname_frame")


def _sound(x: str) -> str:
    """What sounds alike: the group of the first letter, then of the other consonants, doubled ones once."""
    rest = f"translate(replace(replace(substr({x}, 2), 'ph', 'f'), 'sch', 's'), 'ckqgzvwdbj', 'kkkksfftpi')"
    rest = f"regexp_replace({rest}, '[aeiouyh]', '', 'g')"
    for letter in "ksftplmnr":
        rest = f"regexp_replace({rest}, '{letter}{letter}+', '{letter}', 'g')"
    return f"case when length({x}) >= 3 then translate(substr({x}, 1, 1), 'ckqzvwyj', 'kkksffii') || {rest} end"


# A name in another alphabet stays as it is.
_WORDS = f"""
    create or replace table name_word as
    with word as (
        select name, coalesce({fold.name_words("strip_accents(name)")}, lower(name)) as words
        from (
            select given_name as name from person_value
            union select family_name from person_value
            union select full_name from person_value
        ) as n
        where name is not null
    )
    select name, case when not regexp_full_match(words, '{_NO_NAME}') then words end as words from word"""

# Of a whole name the last word is the family name.
_PARTS = """
    create or replace table name_part as
    select v.no,
        coalesce(g.words, case when w.words like '% %' then regexp_replace(w.words, ' [^ ]+$', '') end) as given_words,
        coalesce(f.words, regexp_extract(w.words, '[^ ]+$')) as family_words
    from person_value as v
    left join name_word as g on g.name = v.given_name
    left join name_word as f on f.name = v.family_name
    left join name_word as w on w.name = v.full_name"""

# A given name that is mostly a family name, beside a family name that is mostly a given name, is in the wrong place.
_PUT_RIGHT = """
    create or replace table name_in_place as
    with used as (
        select word, sum(as_given) as as_given, sum(as_family) as as_family
        from (
            select given_words as word, 1 as as_given, 0 as as_family from name_part
            union all
            select family_words as word, 0 as as_given, 1 as as_family from name_part
        ) as u
        where word is not null group by word
    ),
    seen as (
        select p.*, coalesce(
            g.as_family >= 5 * g.as_given and f.as_given >= 5 * f.as_family
            and g.as_family + f.as_given >= 8, false) as swapped
        from name_part as p
        left join used as g on g.word = p.given_words
        left join used as f on f.word = p.family_words
    )
    select no,
        case when swapped then family_words else given_words end as given_words,
        case when swapped then given_words else family_words end as family_words
    from seen"""

_GIVEN_KEYS = f"""
    create or replace table given_key as
    with key as (
        select given_words as words, {fold.first_word("given_words")} as given,
            nullif(regexp_extract(given_words, '^[^ ]+ ([^ ]+)', 1), '') as given_2
        from (select distinct given_words from name_in_place where given_words is not null) as d
    )
    select k.*, coalesce(n.given_name, k.given) as nick, {_sound("k.given")} as given_sound
    from key as k left join nickname as n on n.nickname = k.given"""

_FAMILY_KEYS = f"""
    create or replace table family_key as
    with key as (
        select family_words as words, {fold.squeezed("family_words")} as family,
            {fold.first_word("family_words")} as family_first, {fold.last_word("family_words")} as family_last
        from (select distinct family_words from name_in_place where family_words is not null) as d
    )
    select k.*, {_sound("k.family")} as family_sound from key as k"""
