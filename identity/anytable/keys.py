"""Matching keys: every value folded to what is compared, and how telling it is.

`<key>_bits` is minus the log2 of the value's share: the weight of two strangers agreeing on it by chance.
"""

import duckdb

from identity import fold
from identity.anytable.name_keys import write_names
from identity.fold_address import city_key, house_number_key, street_key

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
    write_names(con)
    con.execute(_other_keys())
    _drop_values_of_many(con)
    _write_person(con)
    for table in ("person_name", "person_key"):
        con.execute(f"drop table {table}")


def _other_keys() -> str:
    others = ", ".join(f"{_TEXT.format(x='v.' + name)} as {name}" for name in ("birth_place", *_OTHERS))
    number = "coalesce(v.house_no, regexp_extract(v.street, '(?:^| )([0-9]+ ?[a-zA-Z]?)(?:$|[ ,/])', 1))"
    return f"""
        create or replace table person_key as
        with key as (
            select n.*,
                v.dob_digits as dob,
                nullif({fold.email_key("v.email")}, '') as email,
                nullif(right(regexp_replace(v.phone, '[^0-9]+', '', 'g'), 8), '') as phone,
                {_CODE.format(x="v.national_id")} as national_id, {_CODE.format(x="v.card")} as card,
                {_GENDER.format(x="v.gender")} as gender,
                nullif(regexp_replace({street_key("strip_accents(v.street)")}, '[0-9]+', '', 'g'), '') as street,
                {house_number_key(number)} as house_no,
                nullif(regexp_replace({street_key("strip_accents(v.extra)")}, '^$', ''), '') as extra,
                coalesce({city_key("strip_accents(v.city)")}, lower(v.city)) as city,
                {_CODE.format(x="v.postal_code")} as postal_code,
                {_CODE.format(x="v.region")} as region, {others}
            from person_value as v
            inner join person_name as n on n.no = v.no
        )
        select k.*,
            regexp_replace(k.email, '@.*$', '') as mailbox,
            regexp_replace(k.email, '^.*@', '') as domain,
            {_made_of_name("k")} as name_mailbox,
            {_made_of_name("k")} is not null and not regexp_matches(k.email, '[0-9].*@') as is_name_mailbox,
            case when substr(k.dob, 5) <> '0000' then
                substr(k.dob, 1, 4) || substr(k.dob, 7, 2) || substr(k.dob, 5, 2) end as dob_swapped,
            cast(substr(k.dob, 1, 4) as integer) as birth_year,
            case when length(k.postal_code) >= 4 then
                left(k.postal_code, length(k.postal_code) - case when length(k.postal_code) > 5 then 3 else 2 end)
            end as postal_area
        from key as k"""


def _made_of_name(k: str) -> str:
    """SQL: the letters of a mailbox, folded as names are, when they are made of the record's name; else null."""
    letters = fold.one_vowel(f"regexp_replace(regexp_replace({k}.email, '@.*$', ''), '[^a-z]', '', 'g')")
    first, last = f"{k}.given", f"{k}.family"
    made = (f"{first} || {last}", f"{last} || {first}", f"{first}[1] || {last}", f"{first} || {last}[1]",
            f"{last} || {first}[1]", first, last)  # fmt: skip
    return f"case when {letters} in ({', '.join(made)}) then {letters} end"


def _drop_values_of_many(con: duckdb.DuckDBPyConnection) -> None:
    for key in _OWN:
        con.execute(f"""
            update person_key set {key} = null{", mailbox = null" if key == "email" else ""}
            where {key} in (
                select {key} from person_key where {key} is not null group by {key}
                having count(distinct family_sound || given[1]) > {_MOST_NAMES}
                    and count(distinct family_sound || given[1]) > 0.3 * count(*))""")


def _write_person(con: duckdb.DuckDBPyConnection) -> None:
    """Write person: the keys with their bits, counted for the keys that any record has."""
    filled = con.execute(f"select {', '.join(f'count({key})' for key in _BITS)} from person_key").fetchall()[0]
    known = {key: number for key, number in zip(_BITS, filled, strict=True) if number}
    for key, number in known.items():
        con.execute(f"""
            create or replace temp table bits_{key} as
            select {key}, round(log2({number} / cast(count(*) as double)), 3) as bits
            from person_key where {key} is not null group by {key}""")
    bits = "".join(f", {f'b_{key}.bits' if key in known else 'cast(null as double)'} as {key}_bits" for key in _BITS)
    joins = " ".join(f"left join bits_{key} as b_{key} on b_{key}.{key} = k.{key}" for key in known)
    con.execute(f"create or replace table person as select k.*{bits} from person_key as k {joins} order by k.no")
    for key in known:
        con.execute(f"drop table bits_{key}")
