"""Pairs nobody compares, by samples that stand for all of them: namesakes, and the others.

Two people of one full name are rare among all pairs, so a sample of these would hold none. But they are what is
taken for one person most easily, and of a common name only those are compared that agree on something else.
"""

import duckdb

_DRAWN, _DRAWN_NAMESAKES = 1_000_000, 300_000
_ONE_NAME = "r.given = l.given and r.family = l.family"


def other_pairs(con: duckdb.DuckDBPyConnection, records: int) -> str:
    """Return a query of pairs (no_l, no_r): each record with those some steps further on in a shuffled order."""
    steps = max(1, min(_DRAWN // records, records // 2 - 1))
    con.execute("""
        create or replace temp table shuffled as
        select no, given, family, row_number() over (order by hash(no), no) - 1 as place from person""")
    return _not_compared(f"""
        select least(l.no, r.no) as no_l, greatest(l.no, r.no) as no_r
        from shuffled as l
        cross join range(1, {steps + 1}) as s(step)
        inner join shuffled as r on r.place = (l.place + s.step) % {records}
        where not coalesce({_ONE_NAME}, false)""")


def namesakes(con: duckdb.DuckDBPyConnection) -> str:
    """Return a query of pairs (no_l, no_r) of one full name. Writes name_bearer.

    Each record is drawn with some others of its name, the more the more there are: every pair has the same chance.
    """
    con.execute("""
        create or replace temp table name_bearer as
        select no, given, family,
            row_number() over (partition by given, family order by hash(no), no) - 1 as place,
            count(*) over (partition by given, family) as bearers
        from person where given is not null and family is not null""")
    pairs = con.execute("select sum(bearers - 1) / 2.0 from name_bearer").fetchall()[0][0]
    share = min(1.0, _DRAWN_NAMESAKES / max(float(pairs or 0), 1.0))
    return _not_compared(f"""
        select distinct least(l.no, r.no) as no_l, greatest(l.no, r.no) as no_r
        from (
            select no, given, family, place, bearers, unnest(range(
                cast(floor((bearers - 1) / 2.0 * {share} + hash(no, 1) % 1024 / 1024.0) as bigint))) as step
            from name_bearer where bearers > 1
        ) as l
        inner join name_bearer as r on {_ONE_NAME}
            and r.place = (l.place + 1 + hash(l.no, l.step) % (l.bearers - 1)) % l.bearers""")


def namesakes_not_compared(con: duckdb.DuckDBPyConnection) -> float:
    """Return the number of pairs of one full name that are not compared. Needs name_bearer and pair."""
    found = con.execute(f"""
        select coalesce(sum(n * (n - 1) / 2), 0) - (
            select count(*) from pair as e
            inner join name_bearer as l on l.no = e.no_l
            inner join name_bearer as r on r.no = e.no_r and {_ONE_NAME})
        from (select count(*) as n from name_bearer group by given, family) as g""")
    return float(found.fetchall()[0][0])


def _not_compared(pairs: str) -> str:
    return f"select s.no_l, s.no_r from ({pairs}) as s anti join pair as p on p.no_l = s.no_l and p.no_r = s.no_r"
