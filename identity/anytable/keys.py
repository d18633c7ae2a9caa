"""Matching keys: every value folded to what is compared, and how telling it is.

`<key>_bits` is minus the log2 of the value's share: the weight of two strangers agreeing on it by chance.
"""

import csv
from importlib.resources import files

import duckdb
import polars as pl

from identity import fold

# Written where a name was asked for and none known.
_NO_NAME = (
    "unbekannt|unknown|test|tester|kunde|kundin|customer|gast|guest|anonym|anonymous|nn|nomen nescio|xx+|na|none|keine|"
    "leer|ukjent|okand|ukendt|unnamed|not known|not named|no name|noname|firma|infant|stillborn|dummy|mustermann|tbd|"
    "nil"
)
_OTHERS = ("occupation", "company", "age", "other_0", "other_1", "other_2")
_GENDER = (
    "case when regexp_matches(lower({x}), '^(m|male|man|mann|männlich|maennlich|herr|mr|mand|boy|1)[.]?$') then 'm' "
    "when regexp_matches(lower({x}), "
    "'^(f|w|k|female|woman|frau|weiblich|kvinne|kvinna|kvinde|mrs|ms|miss|girl|2)[.]?$') then 'f' end"
)
_CODE = "nullif(regexp_replace(upper({x}), '[^A-Z0-9]+', '', 'g'), '')"
_TEXT = "nullif(regexp_replace(" + fold.plain("strip_accents({x})") + ", '[^a-z0-9]+', ' ', 'g'), '')"
_BITS = (
    "given", "family", "dob", "email", "domain",
    "phone", "national_id", "card", "gender", "street", "house_no", "extra", "city",
    "postal_code", "postal_area", "region", "birth_place", *_OTHERS,
)  # fmt: skip
# Values of these shared by people of that many names are nobody's own: a till's phone, a made-up number.
_OWN = ("email", "phone", "national_id", "card")
_MOST_NAMES = 5


def write_keys(con: duckdb.DuckDBPyConnection) -> None:
    """Write person from person_value."""
    _register_nicknames(con)
    con.execute(_name_keys())
    con.execute(_PUT_RIGHT)
    con.execute(_other_keys())
    _drop_values_of_many(con)
    con.execute(_with_bits())
    for table in ("nickname", "person_name", "person_named", "person_key"):
        con.execute(f"drop table {table}")


def _register_nicknames(con: duckdb.DuckDBPyConnection) -> None:
    rows: list[dict[str, str]] = []
    for name in ("nicknames.csv", "nicknames_english.csv"):
        rows += csv.DictReader(files("identity").joinpath(f"data/{name}").read_text(encoding="utf-8").splitlines())
    con.register("nickname_frame", pl.DataFrame(rows))
    con.execute(f"""
        create or replace table nickname as
        select {fold.name_key("nickname")} as nickname, min({fold.name_key("given_name")}) as given_name
        from nickname_frame group by 1""")
    con.unregister("nickname_frame")


def _name_keys() -> str:
    return f"""
        create or replace table person_name as
        select no,
            case when not regexp_full_match(given_words, '{_NO_NAME}') then given_words end as given_words,
            case when not regexp_full_match(family_words, '{_NO_NAME}') then family_words end as family_words
        from person_value"""


# A given name that is mostly a family name, beside a family name that is mostly a given name, is in the wrong place.
_PUT_RIGHT = """
    create or replace table person_named as
    with used as (
        select word, sum(as_given) as as_given, sum(as_family) as as_family
        from (
            select given_words as word, 1 as as_given, 0 as as_family from person_name
            union all
            select family_words as word, 0 as as_given, 1 as as_family from person_name
        ) as u
        where word is not null group by word
    )
    select p.no,
        case when s.swapped then p.family_words else p.given_words end as given_words,
        case when s.swapped then p.given_words else p.family_words end as family_words
    from person_name as p
    inner join (
        select p.no, coalesce(
            g.as_family >= 5 * g.as_given and f.as_given >= 5 * f.as_family
            and g.as_family + f.as_given >= 8, false) as swapped
        from person_name as p
        left join used as g on g.word = p.given_words
        left join used as f on f.word = p.family_words
    ) as s on s.no = p.no"""


def _other_keys() -> str:
    given = fold.first_word("n.given_words")
    family = fold.squeezed("n.family_words")
    others = ", ".join(f"{_TEXT.format(x='v.' + name)} as {name}" for name in ("birth_place", *_OTHERS))
    number = "coalesce(v.house_no, regexp_extract(v.street, '(?:^| )([0-9]+ ?[a-zA-Z]?)(?:$|[ ,/])', 1))"
    return f"""
        create or replace table person_key as
        with key as (
            select v.no, n.given_words, n.family_words, {given} as given, {family} as family,
                nullif(regexp_extract(n.given_words, '^[^ ]+ ([^ ]+)', 1), '') as given_2,
                {fold.first_word("n.family_words")} as family_first, {fold.last_word("n.family_words")} as family_last,
                v.dob_digits as dob,
                nullif({fold.email_key("v.email")}, '') as email,
                nullif(right(regexp_replace(v.phone, '[^0-9]+', '', 'g'), 8), '') as phone,
                {_CODE.format(x="v.national_id")} as national_id, {_CODE.format(x="v.card")} as card,
                {_GENDER.format(x="v.gender")} as gender,
                nullif(regexp_replace({fold.street_key("strip_accents(v.street)")}, '[0-9]+', '', 'g'), '') as street,
                {fold.house_number_key(number)} as house_no,
                nullif(regexp_replace({fold.street_key("strip_accents(v.extra)")}, '^$', ''), '') as extra,
                coalesce({fold.city_key("strip_accents(v.city)")}, lower(v.city)) as city,
                {_CODE.format(x="v.postal_code")} as postal_code,
                {_CODE.format(x="v.region")} as region, {others}
            from person_value as v
            inner join person_named as n on n.no = v.no
        )
        select k.*, coalesce(w.given_name, k.given) as nick,
            {_sound("k.family")} as family_sound, {_sound("k.given")} as given_sound,
            regexp_replace(k.email, '@.*$', '') as mailbox,
            regexp_replace(k.email, '^.*@', '') as domain,
            coalesce({_letters("k.email")} in (
                k.given || k.family, k.family || k.given, k.given[1] || k.family, k.given || k.family[1],
                k.family || k.given[1], k.given, k.family), false) as is_name_mailbox,
            case when substr(k.dob, 5) <> '0000' then
                substr(k.dob, 1, 4) || substr(k.dob, 7, 2) || substr(k.dob, 5, 2) end as dob_swapped,
            cast(substr(k.dob, 1, 4) as integer) as birth_year,
            case when length(k.postal_code) >= 4 then
                left(k.postal_code, length(k.postal_code) - case when length(k.postal_code) > 5 then 3 else 2 end)
            end as postal_area
        from key as k
        left join nickname as w on w.nickname = k.given"""


def _letters(email: str) -> str:
    """The letters of a mailbox, folded as names are; null when it has figures, which tell people apart."""
    mailbox = f"regexp_replace({email}, '@.*$', '')"
    folded = fold.one_vowel(f"regexp_replace({mailbox}, '[^a-z]', '', 'g')")
    return f"case when not regexp_matches({mailbox}, '[0-9]') then {folded} end"


def _sound(x: str) -> str:
    """What sounds alike: the group of the first letter, then of the other consonants, doubled ones once."""
    rest = f"translate(replace(replace(substr({x}, 2), 'ph', 'f'), 'sch', 's'), 'ckqgzvwdbj', 'kkkksfftpi')"
    rest = f"regexp_replace({rest}, '[aeiouyh]', '', 'g')"
    for letter in "ksftplmnr":
        rest = f"regexp_replace({rest}, '{letter}{letter}+', '{letter}', 'g')"
    return f"case when length({x}) >= 3 then translate(substr({x}, 1, 1), 'ckqzvwyj', 'kkksffii') || {rest} end"


def _drop_values_of_many(con: duckdb.DuckDBPyConnection) -> None:
    for key in _OWN:
        con.execute(f"""
            update person_key set {key} = null{", mailbox = null" if key == "email" else ""}
            where {key} in (
                select {key} from person_key where {key} is not null group by {key}
                having count(distinct family_sound || given[1]) > {_MOST_NAMES}
                    and count(distinct family_sound || given[1]) > 0.3 * count(*))""")


def _with_bits() -> str:
    bits = ", ".join(
        f"case when {key} is not null then round(log2("
        f"count({key}) over () / cast(count({key}) over (partition by {key}) as double)), 3) end as {key}_bits"
        for key in _BITS
    )
    return f"create or replace table person as select *, {bits} from person_key order by no"
