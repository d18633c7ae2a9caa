"""From clean.party to matching keys: every value in the one form that all its spellings share."""

import duckdb

from identity import fold, fold_address
from identity.tables import count

_TABLE = """
    create table if not exists identity.party_key (
        record_no integer, record_id text, row_hash ubigint, source text, is_company boolean, is_test boolean,
        gender text,
        country text,
        given text, given_first text, family text, family_first text, family_last text,
        company text, email text, phone text, phone_2 text, card text,
        street text, house_no text, postal_code text, city text, birth_date text)"""


def key_columns(p: str = "p") -> str:
    """SQL: the columns of identity.party_key that are made from a row `p` of clean.party."""
    return f"""
        {p}.record_id, {p}.source, {p}.is_company, coalesce({p}.is_test, false) as is_test, {p}.gender, {p}.country,
        {fold.name_key(f"{p}.given_name")} as given,
        {fold.first_word(fold.name_words(f"{p}.given_name"))} as given_first,
        {fold.name_key(f"{p}.family_name")} as family,
        {fold.first_word(fold.name_words(f"{p}.family_name"))} as family_first,
        {fold.last_word(fold.name_words(f"{p}.family_name"))} as family_last,
        {fold.company_key(f"{p}.company_name")} as company,
        {fold.email_key(f"{p}.email")} as email,
        {p}.phone, {p}.phone_2,
        {fold.card_key(f"{p}.card_no")} as card,
        {fold_address.street_key(f"{p}.street")} as street,
        {fold_address.house_number_key(f"{p}.house_no")} as house_no,
        {fold_address.postal_code_key(f"{p}.postal_code", f"{p}.country")} as postal_code,
        {fold_address.city_key(f"{p}.city")} as city,
        case when {_is_born(p)} then cast({p}.birth_date as text) end as birth_date"""


def _is_born(p: str) -> str:
    """SQL: the birth date is not after the record itself, which would make it a slip."""
    known = f"coalesce({p}.updated_at, {p}.created_at)"
    return f"({known} is null or {p}.birth_date <= cast({known} as date))"


def open_keys(con: duckdb.DuckDBPyConnection) -> None:
    """Make identity.party_key where it is missing."""
    con.execute(_TABLE)


def update_keys(con: duckdb.DuckDBPyConnection) -> None:
    """Bring identity.party_key up to date with temp table changed_record; the old rows stay in temp table old_key.

    | record_no | record_id | given    | given_first | family  | email              | street   | birth_date |
    |-----------|-----------|----------|-------------|---------|--------------------|----------|------------|
    | 1         | shop:01…  | annalena | anna        | leyen   | annal@gmail.com    | hauptstr | 1975-03-12 |

    `record_no` is this store's own number of a record; it stays while the store lasts.
    """
    con.execute("""
        create or replace temp table old_key as
        select k.* from identity.party_key as k
        where k.record_no in (select record_no from changed_record where record_no is not null)""")
    con.execute("""
        create or replace temp table changed_no as
        select
            c.record_id, c.row_hash, c.is_gone,
            coalesce(
                c.record_no,
                (select coalesce(max(record_no), 0) from identity.party_key)
                    + row_number() over (partition by c.record_no is null order by c.record_id)
            )::integer as record_no
        from changed_record as c""")
    if count(con, "old_key"):
        con.execute("delete from identity.party_key where record_no in (select record_no from old_key)")
    con.execute(f"""
        insert into identity.party_key by name
        select c.record_no, c.row_hash, {key_columns("p")}
        from clean.party as p
        inner join changed_no as c on c.record_id = p.record_id
        where not c.is_gone""")
