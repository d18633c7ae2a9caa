"""Finding customers by anything that a silo knows of them.

A search matches when each of its words stands in the customer's words: names (every spelling that any
silo holds), e-mail addresses, phone and card numbers, customer numbers, cities and postal codes. Words are
folded, so that Müller, Mueller and Muller are one. An old customer number finds the customer that it became.
"""

import re

import duckdb
import polars as pl

from dashboards.queries.rows import one_row
from identity.fold import one_vowel, plain
from identity.lookup import current_ids

AT_MOST = 25
# Signs that people put between digits, and between digits only.
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[ /().-]+(?=\d)")
_NUMBER = re.compile(r"^\+?\d+$")
_CODE = re.compile(r"^c0*(\d{1,18})$")


def search_index(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Return customer_id, words (folded, a blank before each) and digits (numbers, a blank before each)."""
    said = one_vowel(plain("concat_ws(' ', given_name, family_name, company_name, email, city, customer_no)"))
    numbers = ", ".join(
        f"regexp_replace({column}, '[^0-9]', '', 'g')"
        for column in ("phone", "phone_2", "card_no", "postal_code", "customer_no")
    )
    return con.sql(
        f"""
        select
            customer_id,
            ' ' || string_agg(distinct {said}, ' ') as words,
            ' ' || string_agg(distinct concat_ws(' ', {numbers}), ' ') || ' ' || customer_id as digits,
            count(*) as records
        from serve.party
        group by customer_id
        order by customer_id
        """
    ).pl()


def find(con: duckdb.DuckDBPyConnection, index: pl.DataFrame, text: str) -> tuple[int, list[int]]:
    """Return how many customers match, and the ids of the best: whole beginnings first, then most records."""
    words = _words(con, text)
    if not words:
        return 0, []
    codes = {word: _of_code(con, word) for word in words}
    tests = [_contains(word, codes[word], whole=False) for word in words]
    starts = pl.sum_horizontal([_contains(word, codes[word], whole=True).cast(pl.Int32) for word in words])
    found = index.filter(pl.all_horizontal(tests))
    best = found.with_columns(starts.alias("starts")).sort(
        ["starts", "records", "customer_id"], descending=[True, True, False]
    )
    return found.height, best["customer_id"].head(AT_MOST).to_list()


def most_records(con: duckdb.DuckDBPyConnection, at_most: int = 12) -> pl.DataFrame:
    """Return what `results` does of the persons with the most records."""
    found = con.execute(
        "select customer_id from serve.customer where not coalesce(is_test, false) and kind = 'person' "
        "order by source_count desc, record_count desc, customer_id limit ?",
        [at_most],
    ).fetchall()
    return results(con, [customer_id for (customer_id,) in found])


def results(con: duckdb.DuckDBPyConnection, customer_ids: list[int]) -> pl.DataFrame:
    """Return what a list of results shows of each customer, in the order of `customer_ids`.

    `also` holds the other ways in which silos write the name.
    """
    return con.sql(
        """
        with wanted as (select unnest($ids) as customer_id, generate_subscripts($ids, 1) as place),
        spelling as (
            select
                p.customer_id,
                string_agg(distinct nullif(concat_ws(' ', p.given_name, p.family_name), ''), ' · ') as also
            from serve.party as p
            inner join serve.customer as c on c.customer_id = p.customer_id
            where lower(concat_ws(' ', p.given_name, p.family_name)) <> lower(c.full_name)
                and p.customer_id in (select customer_id from wanted)
            group by p.customer_id
        )
        select
            c.customer_id, coalesce(c.full_name, c.company_name) as name, c.postal_code, c.city, c.country,
            c.sources, c.record_count, s.also, m.last_purchase_at, m.net_spend
        from wanted as w
        inner join serve.customer as c on c.customer_id = w.customer_id
        left join serve.customer_metric as m on m.customer_id = c.customer_id
        left join spelling as s on s.customer_id = c.customer_id
        order by w.place
        """,
        params={"ids": customer_ids},
    ).pl()


def _words(con: duckdb.DuckDBPyConnection, text: str) -> list[str]:
    """The words of a search, folded as the index is; digits written with blanks or dashes are one word."""
    joined = _BETWEEN_DIGITS.sub("", text.strip())
    (folded,) = one_row(con, f"select {one_vowel(plain('$text'))}", {"text": joined})
    return list(folded.split())


def _of_code(con: duckdb.DuckDBPyConnection, word: str) -> list[int]:
    """The customers of today that a code such as `c000123` leads to; it may be an old one."""
    code = _CODE.match(word)
    return [today.customer_id for today in current_ids(con, int(code[1]))] if code else []


def _contains(word: str, of_code: list[int], whole: bool) -> pl.Expr:
    """Whether a customer has the word; `whole` asks for words that begin with it."""
    start = " " if whole else ""
    if _CODE.match(word):
        return pl.col("customer_id").is_in(of_code) | pl.col("words").str.contains(start + word, literal=True)
    if _NUMBER.match(word):
        digits = word.lstrip("+0") or word
        return pl.col("digits").str.contains(start + digits, literal=True)
    return pl.col("words").str.contains(start + word, literal=True)
