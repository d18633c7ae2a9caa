"""Persons with more different names, birth dates, addresses or cards than one person has: a look at the customers
that needs no truth. Counted in the candidate's `serve.party` and the published one."""

import duckdb

from identity.fold import card_key, email_key, first_word, name_key, name_words
from identity.release_limits import Plausible
from warehouse.held import as_published

# How the values of one kind are told apart: spellings of one name are one name.
_KEYS = {
    "given_names": first_word(name_words("value")),
    "family_names": name_key("value"),
    "birth_dates": "value",
    "emails": email_key("value"),
    "phones": "value",
    "cards": card_key("value"),
}
_COLUMNS = {
    "given_names": ("given_name",),
    "family_names": ("family_name",),
    "birth_dates": ("birth_date",),
    "emails": ("email",),
    "phones": ("phone", "phone_2"),
    "cards": ("card_no",),
}


def write_implausible(con: duckdb.DuckDBPyConnection, plausible: Plausible) -> None:
    """Write temp table release_implausible (is_now, customer_id, kind, values): persons with more values of a kind
    than one person has; and their numbers as measures."""
    most = plausible.model_dump()
    con.execute("create or replace temp table release_most (kind text, most bigint)")
    rows = ", ".join(f"('{kind}', {number})" for kind, number in most.items())
    con.execute(f"insert into release_most values {rows}")
    con.execute(f"""
        create or replace temp table release_implausible as
        {_implausible("false", as_published(con, "party"))}
        union all
        {_implausible("true", "serve.party")}""")
    con.execute("""
        insert into release_measure
        select 'implausible', m.kind, count(i.kind) filter (not i.is_now), count(i.kind) filter (i.is_now),
            greatest(count(i.kind) filter (i.is_now) - count(i.kind) filter (not i.is_now), 0),
            (select count(distinct customer_id) from release_before)
        from release_most as m
        left join release_implausible as i on i.kind = m.kind
        group by m.kind""")


def _implausible(is_now: str, party: str) -> str:
    """The persons of `party` with too many values. Cheap counts first: of values at all, then of different ones as
    they were sent; only what is left is folded."""
    values = " union all ".join(
        f"select customer_id, '{kind}' as kind, cast({column} as text) as value from person "
        f"where {column} is not null and customer_id in ({_with_many(kind)})"
        for kind, columns in _COLUMNS.items()
        for column in columns
    )
    keys = " ".join(f"when '{kind}' then {key}" for kind, key in _KEYS.items())
    return f"""
        select {is_now} as is_now, k.customer_id, k.kind, count(distinct k.key) as values
        from (
            with person as (select * from {party} where not is_company),
            known as materialized (select distinct customer_id, kind, value from ({values})),
            many as materialized (
                select k.customer_id, k.kind
                from known as k
                inner join release_most as m on m.kind = k.kind
                group by k.customer_id, k.kind, m.most
                having count(*) > m.most
            )
            select k.customer_id, k.kind, case k.kind {keys} end as key
            from known as k
            inner join many as m on m.customer_id = k.customer_id and m.kind = k.kind
        ) as k
        inner join release_most as m on m.kind = k.kind
        -- An initial is not another name.
        where length(k.key) > 1
        group by k.customer_id, k.kind, m.most
        having count(distinct k.key) > m.most"""


def _with_many(kind: str) -> str:
    """The customers of `person` with more values of a kind than plausible, equal ones among them."""
    values = " + ".join(f"count({column})" for column in _COLUMNS[kind])
    most = f"(select most from release_most where kind = '{kind}')"
    return f"select customer_id from person group by customer_id having {values} > {most}"
