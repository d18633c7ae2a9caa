"""From clean.party to matching keys: every value in the one form that all its spellings share."""

import duckdb

from identity import fold, fold_address
from identity.steps import step_by_step
from identity.tables import LOOSE_TEXT

_TABLE = f"""
    create table if not exists identity.party_key (
        record_no integer, record_id text, row_hash ubigint, source text, is_company boolean, is_test boolean,
        gender text, country text,
        given {LOOSE_TEXT}, given_first {LOOSE_TEXT},
        family {LOOSE_TEXT}, family_first {LOOSE_TEXT}, family_last {LOOSE_TEXT},
        company text, email {LOOSE_TEXT}, phone {LOOSE_TEXT}, phone_2 text, card {LOOSE_TEXT},
        street text, house_no text, postal_code {LOOSE_TEXT}, city text, birth_date {LOOSE_TEXT})"""


# What takes several steps: its name, the steps, and the column of clean.party that they begin with.
_MADE = {
    "given_words": (fold.name_words, "given_name"),
    "family_words": (fold.name_words, "family_name"),
    "company_key": (fold.company_key, "company_name"),
    "email_key": (fold.email_key, "email"),
    "street_key": (fold_address.street_key, "street"),
    "postal_code_key": (fold_address.postal_code_key, "postal_code"),
    "city_key": (fold_address.city_key, "city"),
}


def keys_sql(source: str, first: str) -> str:
    """SQL: the columns `first`, then those of identity.party_key that are made from `source`, rows of clean.party.

    Made step by step: to plan each key as one expression takes longer than to make the keys of a thousand records.
    """
    return f"""
        select
            {first},
            p.record_id, p.source, p.is_company, coalesce(p.is_test, false) as is_test, p.gender, p.country,
        {fold.squeezed("p.given_words")} as given,
        {fold.first_word("p.given_words")} as given_first,
        {fold.squeezed("p.family_words")} as family,
        {fold.first_word("p.family_words")} as family_first,
        {fold.last_word("p.family_words")} as family_last,
        p.company_key as company,
        p.email_key as email,
        p.phone, p.phone_2,
        {fold.card_key("p.card_no")} as card,
        p.street_key as street,
        {fold_address.house_number_key("p.house_no")} as house_no,
        {fold_address.with_leading_zero("p.postal_code_key", "p.country")} as postal_code,
        p.city_key as city,
        -- A birth date after the record itself is a slip.
        case
            when coalesce(p.updated_at, p.created_at) is null
                or p.birth_date <= cast(coalesce(p.updated_at, p.created_at) as date)
            then cast(p.birth_date as text)
        end as birth_date
        from {step_by_step(source, _MADE)} as p"""


def open_keys(con: duckdb.DuckDBPyConnection) -> None:
    """Make identity.party_key where it is missing."""
    con.execute(_TABLE)


def update_keys(con: duckdb.DuckDBPyConnection, party: str = "clean.party") -> None:
    """Bring identity.party_key up to date with temp table changed_record, whose records `party` holds; the old
    rows stay in temp table old_key.

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
    con.execute("delete from identity.party_key where record_no in (select record_no from old_key)")
    changed = f"""(
            select p.*, c.record_no, c.row_hash from {party} as p
            inner join changed_no as c on c.record_id = p.record_id
            where not c.is_gone)"""
    con.execute(f"""
        insert into identity.party_key by name
        {keys_sql(changed, "p.record_no, p.row_hash")}
        -- Sorted by record_id as well, so that a few records are found without reading the others.
        order by record_no""")


def write_changed_keys(con: duckdb.DuckDBPyConnection) -> None:
    """Write temp table changed_key: the rows of identity.party_key that `update_keys` wrote."""
    con.execute("""
        create or replace temp table changed_key as
        select * from identity.party_key where record_no in (select record_no from changed_no)""")
