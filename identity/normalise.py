"""From clean.party to matching keys, and from keys to the features that are compared."""

from importlib.resources import files

import duckdb

from identity import fold

# Taken for the frequency of a name never seen before.
_RARE = "0.000002"


# A mailbox named by the person's name alone: all of it without a number, or the given name with one.
_LOCAL_LETTERS = fold.one_vowel("regexp_replace(o.email_local, '[^a-z]', '', 'g')")
_EMAIL_IS_NAME = f"""coalesce(
                {_LOCAL_LETTERS} in (o.given, o.given_first)
                or (
                    not regexp_matches(o.email_local, '[0-9]')
                    and {_LOCAL_LETTERS} in (
                        o.family, o.given || o.family, o.family || o.given, o.given_first || o.family,
                        o.family || o.given_first, substr(o.given, 1, 1) || o.family)), false)"""


def _without_bad(kind: str, column: str) -> str:
    return (
        f"case when {column} in (select b.value from identity.bad_value as b where b.kind = '{kind}')"
        f" then null else {column} end"
    )


_USABLE = f"""
    select
        k.record_id, k.source, k.gender,
        {_without_bad("given_name", "k.given")} as given,
        {_without_bad("given_name", "k.given_first")} as given_first,
        {_without_bad("family_name", "k.family")} as family,
        {_without_bad("family_name", "k.family_first")} as family_first,
        {_without_bad("family_name", "k.family_last")} as family_last,
        {_without_bad("email", "k.email")} as email,
        regexp_replace({_without_bad("email", "k.email")}, '@.*$', '') as email_local,
        {_without_bad("phone", "k.phone")} as phone,
        {_without_bad("phone", "k.phone_2")} as phone_2,
        {_without_bad("card", "k.card")} as card,
        k.street, k.house_no, k.postal_code, k.city,
        {_without_bad("birth_date", "k.birth_date")} as birth_date
    from identity.party_key as k
    where not k.is_company"""


def write_keys(con: duckdb.DuckDBPyConnection) -> None:
    """Write identity.party_key: one row a record of clean.party, every value as its matching key.

    | record_id | given    | given_first | family  | email              | street   | birth_date |
    |-----------|----------|-------------|---------|--------------------|----------|------------|
    | shop:01…  | annalena | anna        | leyen   | annal@gmail.com    | hauptstr | 1975-03-12 |
    """
    con.execute("create schema if not exists identity")
    con.execute(f"""
        create or replace table identity.party_key as
        select
            p.record_id,
            p.source,
            p.is_company,
            p.gender,
            {fold.name_key("p.given_name")} as given,
            {fold.first_word(fold.name_words("p.given_name"))} as given_first,
            {fold.name_key("p.family_name")} as family,
            {fold.first_word(fold.name_words("p.family_name"))} as family_first,
            {fold.last_word(fold.name_words("p.family_name"))} as family_last,
            {fold.company_key("p.company_name")} as company,
            {fold.email_key("p.email")} as email,
            p.phone,
            p.phone_2,
            {fold.card_key("p.card_no")} as card,
            {fold.street_key("p.street")} as street,
            {fold.house_number_key("p.house_no")} as house_no,
            {fold.postal_code_key("p.postal_code")} as postal_code,
            {fold.city_key("p.city")} as city,
            cast(p.birth_date as text) as birth_date
        from clean.party as p
        order by p.record_id""")


def write_features(con: duckdb.DuckDBPyConnection) -> None:
    """Write identity.party_feature: the keys of persons without their bad values, names in order.

    Needs identity.party_key, identity.bad_value and identity.name_frequency. Swapped names are put
    back where the frequencies of both names say so; `nick` is the given name behind a short form; `tf_…`
    is how common a name is.
    """
    _write_nicknames(con)
    con.execute(f"""
        create or replace table identity.party_feature as
        with usable as ({_USABLE}),
        swap as (
            select
                u.record_id,
                greatest(coalesce(gg.elsewhere, 0), {_RARE}) * greatest(coalesce(ff.elsewhere, 0), {_RARE}) * 20
                    < coalesce(gf.frequency, {_RARE}) * coalesce(fg.frequency, {_RARE}) as is_swapped
            from usable as u
            left join identity.name_frequency as gg on gg.kind = 'given' and gg.value = u.given_first
            left join identity.name_frequency as ff on ff.kind = 'family' and ff.value = u.family
            left join identity.name_frequency as gf on gf.kind = 'given' and gf.value = u.family_first
            left join identity.name_frequency as fg on fg.kind = 'family' and fg.value = u.given
        ),
        ordered as (
            select
                u.record_id, u.source, u.gender, s.is_swapped,
                case when s.is_swapped then u.family else u.given end as given,
                case when s.is_swapped then u.family_first else u.given_first end as given_first,
                case when s.is_swapped then u.given else u.family end as family,
                case when s.is_swapped then u.given_first else u.family_first end as family_first,
                case when s.is_swapped then u.given else u.family_last end as family_last,
                u.email, u.email_local, u.phone, u.phone_2, u.card,
                u.street, u.house_no, u.postal_code, u.city, u.birth_date
            from usable as u
            inner join swap as s on s.record_id = u.record_id
        )
        select
            o.record_id, o.source, o.gender, o.is_swapped,
            o.given, o.given_first,
            coalesce(n.given_name, o.given_first) as nick,
            o.family, o.family_first, o.family_last,
            o.record_id as family_key,
            g.frequency as tf_given,
            f.frequency as tf_family_key,
            o.email, o.email_local,
            regexp_replace(o.email_local, '[^0-9]', '', 'g') as email_digits,
            {_EMAIL_IS_NAME} as email_is_name,
            o.phone, o.phone_2, o.card,
            o.street, o.house_no, o.postal_code, o.city,
            o.birth_date,
            case
                when cast(substr(o.birth_date, 9, 2) as integer) <= 12
                    then substr(o.birth_date, 1, 5) || substr(o.birth_date, 9, 2) || '-' || substr(o.birth_date, 6, 2)
            end as birth_date_swapped
        from ordered as o
        left join identity.nickname as n on n.nickname = o.given_first
        left join identity.name_frequency as g on g.kind = 'given' and g.value = o.given
        left join identity.name_frequency as f on f.kind = 'family' and f.value = o.family
        order by o.record_id""")


def _write_nicknames(con: duckdb.DuckDBPyConnection) -> None:
    """Write identity.nickname from data/nicknames.csv, both names as keys."""
    import polars as pl

    frame = pl.read_csv(files("identity").joinpath("data/nicknames.csv").read_bytes())
    con.register("nicknames_as_written", frame)
    con.execute(f"""
        create or replace table identity.nickname as
        select {fold.name_key("nickname")} as nickname, min({fold.name_key("given_name")}) as given_name
        from nicknames_as_written
        group by 1""")
    con.unregister("nicknames_as_written")
