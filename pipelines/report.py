"""What a run did, as numbers: for people at its end, for programs as JSON."""

from dataclasses import asdict, dataclass
from datetime import datetime

import duckdb

from pipelines.loading import SourceOutcome


@dataclass(frozen=True)
class RunReport:
    """One run. `sources` says what this run loaded, `segments` how many members each has now and how many of
    them its own purpose allows to contact by e-mail, letter or phone."""

    run_id: str
    as_of: datetime
    snapshot: str
    seconds: float
    sources: dict[str, SourceOutcome]
    records: int
    customers: int
    segments: dict[str, dict[str, int]]

    @property
    def failed(self) -> dict[str, str]:
        """The one line of each source that stopped."""
        return {name: outcome.error for name, outcome in self.sources.items() if outcome.error}

    def as_json(self) -> dict:
        """Return what `--json` prints."""
        fields = asdict(self)
        fields["as_of"] = self.as_of.isoformat()
        fields["seconds"] = round(self.seconds, 2)
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
