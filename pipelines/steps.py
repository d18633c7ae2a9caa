"""What the assets call: each step joins one library function to the run's session.

Each returns numbers for Dagster to show. None reads a record or holds a rule.
"""

from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime

import polars as pl
import pyarrow as pa

from connectors.source import Source
from identity.config import read_config
from identity.households import write_households as write_household_members
from identity.judgement_conflicts import publish_judgement_conflicts
from identity.model import workspace_model
from identity.resolve import resolve
from identity.review import write_review_queue
from identity.tables import count
from segments.findings import write_segment_reach
from segments.membership import write_membership as write_segment_membership
from segments.pack import read_segments
from segments.release import check_release
from warehouse import books, fingerprint, held, mapping, values
from warehouse.publish import publish as publish_candidate
from warehouse.session import Session
from warehouse.state.consents import all_desk_events
from warehouse.state.judgements import judgements
from warehouse.state.store import open_state

Numbers = dict[str, int]
IDENTITY_TABLES = (
    "core.customer",
    "identity.survivorship",
    "identity.bad_value",
    "identity.link",
    "identity.cluster",
    "identity.party_key",
    "identity.mail_domain",
    "serve.customer_record",
    "serve.customer_id_history",
    "serve.customer_record_history",
    "serve.customer_link",
    "serve.customer_near_link",
    "serve.customer_judgement",
    "serve.bad_value",
)
HOUSEHOLD_TABLES = ("serve.household_member", "serve.household_member_history", "serve.household_exclusion")
MEMBERSHIP_TABLES = ("serve.membership", "serve.membership_event", "serve.segment_reach")
REVIEW_TABLES = ("serve.review_queue", "serve.judgement_conflict")
RELEASE_TABLES = ("serve.release_check", "serve.release_example", "serve.release_basis")


def write_stage(session: Session, sources: list[Source]) -> Numbers:
    """Views of schema stage: every source's rows, mapped to the entities."""
    con = session.con
    stage = mapping.create_stage(con, sources)
    con.begin()
    for entity, sql in stage.items():
        loads = [books.loads_of(con, source.name) for source in sources if entity in source.map]
        fingerprint.record(con, f"stage.{entity}", fingerprint.digest([sql, *loads]))
    con.commit()
    return {"entities": len(stage)}


def write_values(session: Session) -> Numbers:
    """Lookup tables of values that need a library: countries, e-mail addresses, phone numbers."""
    con = session.con
    return {
        "countries": values.write_country_names(con),
        "new_emails": values.write_email_values(con),
        "new_phones": values.write_phone_values(con, session.workspace.config.country),
    }


def write_decisions(session: Session) -> Numbers:
    """What people decided, copied from the state store: consents at the desk, judgements on pairs."""
    engine = open_state(session.workspace.state_url)
    tables = {
        "state.consent_event": all_desk_events(engine),
        "identity.judgement": judgements(engine).rename_columns({"judged_at": "decided_at"}),
    }
    return {table: _copy(session, table, rows) for table, rows in tables.items()}


def write_identity(session: Session) -> Numbers:
    """Which records are one person: links, clusters, customer ids and their history."""
    config = read_config(session.workspace.root / "identity.yaml")
    inputs = fingerprint.read(session.con, ["clean.party", "identity.judgement"])
    model = workspace_model(session.workspace.root)
    rules = [config.model_dump_json(exclude={"release"}), model.model_dump_json()]
    wanted = fingerprint.digest([*rules, fingerprint.of_code("identity"), *inputs])

    def write() -> Numbers:
        return asdict(resolve(session.con, config, session.run_id, session.as_of, model))

    return _unless_fresh(session, IDENTITY_TABLES, wanted, write)


def write_households(session: Session) -> Numbers:
    """Who lives together: households with ids that stay, and who has an address that is no home."""
    limits = read_config(session.workspace.root / "identity.yaml").households
    inputs = fingerprint.read(session.con, ["core.customer", "serve.customer_record", "clean.party"])
    wanted = fingerprint.digest([limits.model_dump_json(), fingerprint.of_code("identity"), *inputs])

    def write() -> Numbers:
        return asdict(write_household_members(session.con, limits, session.run_id, session.as_of))

    return _unless_fresh(session, HOUSEHOLD_TABLES, wanted, write)


def write_membership(session: Session) -> Numbers:
    """Who is in which segment, and who entered or left since the last snapshot."""
    segments = read_segments(session.workspace.root)
    definitions = [segment.model_dump_json() for segment in segments.values()]
    made_from = [table for table in session.served_tables() if table not in (*MEMBERSHIP_TABLES, *REVIEW_TABLES)]
    inputs = fingerprint.read(session.con, made_from)
    code = fingerprint.of_code("segments")
    wanted = fingerprint.digest([session.as_of.isoformat(), code, *definitions, *inputs])

    def write() -> Numbers:
        write_segment_reach(session.con, segments, session.as_of)
        return write_segment_membership(session.con, segments, session.as_of, session.run_id)

    return _unless_fresh(session, MEMBERSHIP_TABLES, wanted, write)


def write_review(session: Session) -> Numbers:
    """What a person should look at first, and the judgements that contradict each other."""
    made_from = ["serve.customer_record", "serve.consent_event", "serve.membership", "identity.judgement"]
    inputs = fingerprint.read(session.con, made_from)

    def write() -> Numbers:
        publish_judgement_conflicts(session.con)
        return {"questions": write_review_queue(session.con)}

    wanted = fingerprint.digest([fingerprint.of_code("identity"), *inputs])
    numbers = _unless_fresh(session, REVIEW_TABLES, wanted, write)
    session.contradictory_judgements = count(session.con, "serve.judgement_conflict")
    return numbers | {"contradictory_judgements": session.contradictory_judgements}


def write_books(session: Session) -> Numbers:
    """What was loaded from where, what every column means, and the Data Docs of what was checked."""
    if session.check_results:
        from warehouse.data_docs import write_docs

        write_docs(session.workspace.docs_dir, session.check_results)
    books.write_column_docs(session.con)
    return {"tables": books.write_source_status(session.con)}


def write_release_check(session: Session) -> Numbers:
    """How the candidate differs from what is published, and what of it goes beyond the limits."""
    if not session.changed:
        return {"skipped": 1}
    limits = read_config(session.workspace.root / "identity.yaml").release
    segments = read_segments(session.workspace.root)
    published = session.workspace.published_dir
    found = check_release(session.con, published, limits, segments, session.run_id, _rules(session))
    session.findings = [asdict(finding) for finding in found] if limits.hold else []
    return {"beyond_limit": len(found)}


def _rules(session: Session) -> dict[str, str]:
    """What a run is made from besides the silos' data, each with a hash."""
    config = read_config(session.workspace.root / "identity.yaml")
    code = [fingerprint.of_code(package) for package in ("warehouse", "connectors", "identity", "segments")]
    return {
        "the program": fingerprint.digest(code),
        "identity.yaml": fingerprint.digest([config.model_dump_json(exclude={"release"})]),
        "judgements": fingerprint.read(session.con, ["identity.judgement"])[0],
    }


def publish(session: Session) -> Numbers:
    """The snapshot that pages and exports read. The old one stays when nothing has changed, and when the run goes
    beyond a limit: it is held then until a person decides."""
    published = session.workspace.published_dir
    session.held_before = held.held_candidate(published)
    if session.changed:
        finished_at = datetime.now(UTC).replace(tzinfo=None)
        session.con.execute(
            "insert into serve.run values (?, ?, ?, ?)",
            [session.run_id, session.as_of, session.started_at, finished_at],
        )
        if session.findings:
            return _hold(session, finished_at)
        publish_candidate(session.con, session.candidate)
    # What an older run held is not what the silos say now, even where that is what was published.
    held.drop_all(published)
    return {"published": int(bool(session.changed)), "held": 0}


def _hold(session: Session, at: datetime) -> Numbers:
    """Hold the candidate; one that is held already, made from the same inputs, stays."""
    session.report("held, not published: look at it with `rundblick release`")
    before = session.held_before
    if before is not None and held.is_same_again(session.con, before):
        session.held = before
    else:
        session.held = held.hold(session.con, session.candidate, at, session.findings)
    return {"published": 0, "held": 1}


def _unless_fresh(session: Session, tables: tuple[str, ...], wanted: str, write: Callable[[], Numbers]) -> Numbers:
    """Call `write` unless all `tables` were made from the same inputs; then store what they were made from.

    What they were made from before is forgotten first: a kill half-way leaves nothing that passes for fresh."""
    con = session.con
    if fingerprint.read(con, tables) == [wanted] * len(tables):
        return {"skipped": 1}
    fingerprint.forget(con, tables)
    numbers = write()
    for table in tables:
        fingerprint.record(con, table, wanted)
    session.changed.update(table for table in tables if table.startswith("serve."))
    return numbers


def _copy(session: Session, table: str, rows: pa.Table) -> int:
    con = session.con
    frame = pl.DataFrame(rows)  # noqa: F841 - read by the statement below
    con.execute(f"create schema if not exists {table.split('.')[0]}")
    con.begin()
    con.execute(f"create or replace table {table} as select * from frame")
    content = fingerprint.digest(map(str, con.execute(f"select hash(t) from {table} as t order by all").fetchall()))
    fingerprint.record(con, table, content)
    con.commit()
    return rows.num_rows
