"""Loading one source: its deliveries into raw, its failure into one line."""

from dataclasses import dataclass, field

from connectors.read import deliveries
from connectors.source import Source
from warehouse.db import connect_memory
from warehouse.errors import RundblickError
from warehouse.ledger import latest_cursor, loaded_hashes
from warehouse.load import load
from warehouse.quality import CheckResult, ContractBroken
from warehouse.session import Session


@dataclass(frozen=True)
class SourceOutcome:
    """What loading a source did in this run. `checks` maps a check's name to what broke it; `error` is the
    one line of a source that stopped and kept its last good data."""

    rows: int = 0
    rejected: int = 0
    batches: int = 0
    checks: dict[str, list[str]] = field(default_factory=dict)
    error: str | None = None


def check_names(source: Source) -> list[str]:
    """Return the names of a source's checks: that it could be read, and each table's contract."""
    return ["readable", *(f"{table}_contract" for table in source.tables)]


def load_source(session: Session, source: Source) -> SourceOutcome:
    """Load what is new of a source; a failure is remembered in the session and blocks nothing else."""
    outcome = _load(session, source)
    session.outcomes[source.name] = outcome
    if outcome.batches:
        session.changed.add(f"raw.{source.name}")
    return outcome


def _load(session: Session, source: Source) -> SourceOutcome:
    con, workspace = session.con, session.workspace
    seen = loaded_hashes(con, source.name)
    try:
        result = load(
            con,
            source,
            deliveries(
                source,
                workspace.root,
                seen.__contains__,
                lambda table: latest_cursor(con, source.name, table),
                connect_memory,
            ),
            as_of=session.as_of,
            run_id=session.run_id,
            default_timezone=workspace.config.timezone,
        )
    except ContractBroken as broken:
        session.check_results.extend(broken.checks)
        return SourceOutcome(checks=_checks(source, broken.checks), error=str(broken))
    except RundblickError as error:
        return SourceOutcome(checks=_checks(source, ()) | {"readable": [str(error)]}, error=str(error))
    session.check_results.extend(result.checks)
    return SourceOutcome(result.rows, result.rejected, result.batches, _checks(source, result.checks))


def _checks(source: Source, results: tuple[CheckResult, ...]) -> dict[str, list[str]]:
    """Every check of the source with the rules that failed, worded with counts and never with values."""
    failed: dict[str, list[str]] = {name: [] for name in check_names(source)}
    for result in results:
        if not result.passed:
            failed[f"{result.table}_contract"].append(f"{result.name}: {result.observed}, not {result.expected}")
    return failed
