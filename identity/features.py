"""From matching keys to the features that are compared: bad values out, swapped names put right, nicknames."""

from importlib.resources import files

import duckdb

from identity import fold
from identity.frequencies import RAREST
from identity.mailboxes import with_mailboxes
from identity.tables import LOOSE_TEXT, count
from identity.value_holders import COLUMN_KINDS, holders

_TABLE = f"""
    create table if not exists identity.party_feature (
        record_no integer, record_id text, source text, gender text, is_swapped boolean,
        given {LOOSE_TEXT}, given_first {LOOSE_TEXT}, nick text,
        family {LOOSE_TEXT}, family_first {LOOSE_TEXT}, family_last {LOOSE_TEXT}, family_key text,
        tf_given double, tf_family_key double,
        email {LOOSE_TEXT}, email_local {LOOSE_TEXT}, email_domain text, email_digits text, email_is_name boolean,
        mailbox {LOOSE_TEXT}, year_hint text,
        phone {LOOSE_TEXT}, phone_2 text, card {LOOSE_TEXT},
        street text, house_no text, postal_code {LOOSE_TEXT}, city text, is_shared_address boolean,
        birth_date {LOOSE_TEXT}, birth_date_swapped text)"""
_NAMES = ("given", "given_first", "family", "family_first", "family_last")


def _without_bad(column: str, kind: str) -> str:
    bad = f"select b.value from identity.bad_value as b where b.kind = '{kind}'"
    return f"case when k.{column} in ({bad}) then null else k.{column} end as {column}"


def _usable(keys: str, may_be_bad: bool) -> str:
    columns = ", ".join(_without_bad(*c) if may_be_bad else f"k.{c[0]}" for c in COLUMN_KINDS)
    return f"""
    select
        k.record_no, k.record_id, k.source, k.gender, {columns},
        k.street, k.house_no, k.postal_code, k.city, k.country,
        coalesce(k.postal_code || '|' || k.street || '|' || k.house_no in (
            select b.value from identity.bad_value as b where b.kind = 'address'), false) as is_shared_address
    from {keys} as k
    where not k.is_company and not k.is_test"""


def features_sql(
    keys: str = "identity.party_key", frequencies: str = "identity.name_frequency", may_be_bad: bool = True
) -> str:
    """SQL: one row a person of `keys` with what is compared. Reads identity.bad_value and nickname, and of
    identity.name_frequency what `frequencies` holds: their names, at least. Unless a value of theirs `may_be_bad`,
    none but the address is looked up.

    Swapped names are put back where the frequencies of both names say so; `nick` is the given name behind a
    short form; `tf_…` is how common a name is.
    """
    return f"""
        with usable as ({_usable(keys, may_be_bad)}),
        compared as (
            select
                u.*,
                greatest(coalesce(gg.elsewhere, 0), {RAREST}) * greatest(coalesce(ff.elsewhere, 0), {RAREST}) * 20
                    < coalesce(gf.frequency, {RAREST}) * coalesce(fg.frequency, {RAREST}) as is_swapped
            from usable as u
            left join {frequencies} as gg on gg.kind = 'given' and gg.value = u.given_first
            left join {frequencies} as ff on ff.kind = 'family' and ff.value = u.family
            left join {frequencies} as gf on gf.kind = 'given' and gf.value = u.family_first
            left join {frequencies} as fg on fg.kind = 'family' and fg.value = u.given
        ),
        ordered as (
            select
                u.record_no, u.record_id, u.source, u.gender, u.is_swapped,
                case when u.is_swapped then u.family else u.given end as given,
                case when u.is_swapped then u.family_first else u.given_first end as given_first,
                case when u.is_swapped then u.given else u.family end as family,
                case when u.is_swapped then u.given_first else u.family_first end as family_first,
                case when u.is_swapped then u.given else u.family_last end as family_last,
                u.email, u.phone, u.phone_2, u.card,
                u.street, u.house_no, u.postal_code, u.city, u.country, u.is_shared_address, u.birth_date
            from compared as u
        ),
        told as ({with_mailboxes("ordered")})
        select
            o.record_no, o.record_id, o.source, o.gender, o.is_swapped,
            o.given, o.given_first,
            coalesce(n.given_name, o.given_first) as nick,
            o.family, o.family_first, o.family_last,
            o.record_id as family_key,
            g.frequency as tf_given,
            coalesce(c.frequency, least(f.frequency / coalesce(p.frequency, 1), 1)) as tf_family_key,
            o.email, o.email_local, o.email_domain, o.email_digits, o.email_is_name, o.mailbox, o.year_hint,
            o.phone, o.phone_2, o.card,
            o.street, o.house_no, o.postal_code, o.city, o.is_shared_address,
            o.birth_date,
            case
                when cast(substr(o.birth_date, 9, 2) as integer) <= 12
                    then substr(o.birth_date, 1, 5) || substr(o.birth_date, 9, 2) || '-' || substr(o.birth_date, 6, 2)
            end as birth_date_swapped
        from told as o
        left join identity.nickname as n on n.nickname = o.given_first
        left join {frequencies} as g on g.kind = 'given' and g.value = o.given
        left join {frequencies} as f on f.kind = 'family' and f.value = o.family
        -- A family name is commoner in its own country; one that the model does not know there counts as only there.
        left join {frequencies} as c on c.kind = 'family ' || o.country and c.value = o.family
        left join {frequencies} as p on p.kind = 'country' and p.value = o.country"""


def update_features(con: duckdb.DuckDBPyConnection, whole: bool) -> None:
    """Bring identity.party_feature up to date.

    Temp table dirty_record (record_no) is every person whose features changed, those that are gone included. Of an
    increment, feature_before and fresh_feature hold what they were and are.
    """
    if whole:
        _write_nicknames(con)
        con.execute("drop table if exists identity.party_feature")
        con.execute(_TABLE)
        con.execute(f"insert into identity.party_feature by name {features_sql()}")
        con.execute("""
            create or replace temp table dirty_record as
            select record_no from identity.party_feature union select record_no from old_key where not is_company""")
        return
    _write_stale(con)
    con.execute("""
        create or replace temp table stale_key as
        select k.* from identity.party_key as k where k.record_no in (select record_no from stale_record)""")
    # All keys of one name or more, and the few rows of countries.
    names = " union ".join(f"select {column} as name from stale_key" for column in _NAMES)
    con.execute(f"""
        create or replace temp table stale_frequency as
        select * from identity.name_frequency
        where value in ({names} union all select value from identity.name_frequency where kind = 'country')""")
    features = features_sql("stale_key", "stale_frequency", _holds_bad_value(con))
    con.execute(f"create or replace temp table fresh_feature as {features}")
    con.execute("""
        create or replace temp table feature_before as
        select f.* from identity.party_feature as f where f.record_no in (select record_no from stale_record)""")
    con.execute("""
        create or replace temp table dirty_record as
        select coalesce(a.record_no, b.record_no) as record_no
        from fresh_feature as a
        full outer join feature_before as b on b.record_no = a.record_no
        where a.record_no is null or b.record_no is null or hash(a) <> hash(b)""")
    dirty = "record_no in (select record_no from dirty_record)"
    con.execute(f"delete from identity.party_feature where {dirty}")
    con.execute(f"insert into identity.party_feature by name select * from fresh_feature where {dirty}")


def _write_stale(con: duckdb.DuckDBPyConnection) -> None:
    """Temp table stale_record (record_no): changed, or holding a value or name that counts otherwise now."""
    named = " union all ".join(
        f"select record_no from identity.party_key"
        f" where {column} in (select value from flipped_name where kind = '{kind}')"
        for kind in ("given", "family")
        for column in _NAMES
    )
    # Mostly nothing has flipped, and planning to look for its holders takes as long as the rest.
    nobody = "select record_no from changed_no where false"
    holding = holders("flipped_value") if count(con, "flipped_value") else nobody
    con.execute(f"create or replace temp table flipped_holder as {holding}")
    con.execute(f"""
        create or replace temp table stale_record as
        select record_no from changed_no
        union select record_no from flipped_holder
        union select record_no from ({named if count(con, "flipped_name") else nobody}) as n""")


def _holds_bad_value(con: duckdb.DuckDBPyConnection) -> bool:
    """Whether stale_key holds a bad value. Mostly not, and to look up each column takes as long as all the rest."""
    held = ", ".join(f"'{kind}|' || {column}" for column, kind in COLUMN_KINDS)
    return bool(count(con, "identity.bad_value", f"kind || '|' || value in (select unnest([{held}]) from stale_key)"))


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
