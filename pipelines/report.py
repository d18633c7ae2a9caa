"""What a run did, as numbers: for people at its end, for programs as JSON."""

from dataclasses import asdict, dataclass
from datetime import datetime

import duckdb

from pipelines.loading import SourceOutcome
from warehouse.held import Held


@dataclass(frozen=True)
class RunReport:
    """One run. `sources` says what this run loaded, `segments` how many members each has now and how many of
    them its own purpose allows to contact by e-mail, letter or phone, `contradictory_judgements` how many were set
    aside because they cannot all be true. Of a run that is held, `snapshot` and the
    counts are those of the published one, which stays."""

    run_id: str
    as_of: datetime
    snapshot: str
    seconds: float
    sources: dict[str, SourceOutcome]
    records: int
    customers: int
    segments: dict[str, dict[str, int]]
    contradictory_judgements: int = 0
    held: Held | None = None
    held_before: Held | None = None

    @property
    def failed(self) -> dict[str, str]:
        """The one line of each source that stopped."""
        return {name: outcome.error for name, outcome in self.sources.items() if outcome.error}

    def as_json(self) -> dict:
        """Return what `--json` prints."""
        fields = asdict(self)
        fields["as_of"] = self.as_of.isoformat()
        fields["seconds"] = round(self.seconds, 2)
        fields["held"] = self.held.as_json() if self.held else None
        fields["held_before"] = self.held_before.run_id if self.held_before else None
        fields["sources"] = {
            name: {"rows": o.rows, "rejected": o.rejected} | ({"error": o.error} if o.error else {})
            for name, o in self.sources.items()
        }
        return fields


def count_records(con: duckdb.DuckDBPyConnection) -> tuple[int, int]:
    """Return how many records and how many customers a snapshot holds."""
    query = "select count(*), count(distinct customer_id) from serve.customer_record"
    ((records, customers),) = con.execute(query).fetchall()
    return records, customers
