"""The release check of a snapshot as it is read: every measure in words, before and now, with its examples."""

from dataclasses import dataclass

import duckdb

_KINDS = {
    "given_names": "given names",
    "family_names": "family names",
    "birth_dates": "birth dates",
    "emails": "e-mail addresses",
    "phones": "phone numbers",
    "cards": "loyalty cards",
}
# In the order in which a person wants to know.
_WORDS = {
    "records": "Records",
    "customers": "Customers",
    "records_moved": "Records that go to another customer",
    "customers_changed": "Customers that lose or get records of others",
    "customers_merged": "Customers merged into others",
    "customers_split": "Customers split",
    "customers_gone": "Customers with no record left",
    "judgements_broken": "Judgements not honoured any more",
    "largest_customer": "Records of the largest customer",
    "usual_customer": "Records that 99 in 100 customers stay within",
    "large_customers": "Large customers",
    "implausible": "Persons with too many {subject}",
    "segment_gained": "Segment {subject}: members gained",
    "segment_lost": "Segment {subject}: members lost",
}


@dataclass(frozen=True)
class Measure:
    """One line of the comparison. `changed` is what the limit `allowed` (None: no limit) is about; `examples` are
    customers that most of it is about, with a count each."""

    measure: str
    subject: str
    before_count: int | None
    now_count: int | None
    changed: int
    of_count: int
    allowed: int | None
    is_beyond: bool
    examples: list[tuple[int, int]]

    @property
    def words(self) -> str:
        """What is measured, for people."""
        return _WORDS.get(self.measure, self.measure).format(subject=_KINDS.get(self.subject, self.subject))

    @property
    def is_nothing(self) -> bool:
        """Whether there is nothing of it, neither before nor now."""
        return not (self.before_count or self.now_count or self.changed)

    @property
    def share(self) -> float | None:
        """The change as a share of what is published."""
        return self.changed / self.of_count if self.of_count else None


def release_measures(con: duckdb.DuckDBPyConnection) -> list[Measure]:
    """Return how the snapshot differs from the one before it, in the order of reading; nothing for a first one, and
    for one that a program without this check made."""
    known = con.execute("select count(*) from duckdb_tables() where table_name = 'release_example'").fetchall()
    if known == [(0,)]:
        return []
    rows = con.execute(_MEASURES).fetchall()
    order = list(_WORDS)
    found = [Measure(*row) for row in rows]
    return sorted(found, key=lambda m: (order.index(m.measure) if m.measure in order else len(order), m.subject))


def release_causes(con: duckdb.DuckDBPyConnection) -> list[str] | None:
    """Return what people changed since the snapshot before, besides the silos' data: the program, identity.yaml…
    None where that snapshot did not note what it was made from."""
    known = con.execute("select count(*) from duckdb_tables() where table_name = 'release_basis'").fetchall()
    if known == [(0,)]:
        return None
    rows = con.execute(
        "select case when kind = 'segment' then 'segment ' || name else name end, is_changed "
        "from serve.release_basis order by kind, name"
    ).fetchall()
    return None if all(changed is None for _, changed in rows) else [name for name, changed in rows if changed]


_MEASURES = """
    with latest as (
        -- A first run has nothing to differ from.
        select run_id from serve.run
        where (select count(*) from serve.run) > 1
        order by finished_at desc, run_id desc limit 1
    ),
    example as (
        select measure, subject, list(row(customer_id, count) order by count desc, customer_id) as examples
        from serve.release_example
        group by measure, subject
    )
    select
        c.measure, c.subject, c.before_count, c.now_count, c.changed, c.of_count, c.allowed, c.is_beyond,
        coalesce(e.examples, []) as examples
    from serve.release_check as c
    inner join latest as l on l.run_id = c.run_id
    left join example as e on e.measure = c.measure and e.subject = c.subject
"""
