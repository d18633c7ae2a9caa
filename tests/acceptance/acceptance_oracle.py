"""The oracle: who may be contacted, by SQL of its own on what the silos sent, and what was really exported."""

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb
import polars as pl
from typer.testing import CliRunner

from segments.errors import SegmentError
from warehouse.yamlfile import read_yaml

ORACLE = Path(__file__).with_name("acceptance_oracle.sql")
# Channel of the command line → channel of consents.
CHANNELS = {"email": "email", "letter": "post", "phone": "phone", "sms": "sms"}
DEFINITIONS = Path(__file__).parents[2] / "segments" / "definitions"
PACK = (
    "cart_abandoners", "first_time_buyers", "full_returners", "high_value", "lapsed", "loyalty_without_account",
    "new_customers", "open_quotations", "regulars", "unanswered_enquirers", "win_back",
)  # fmt: skip


def purpose_of(segment: str) -> str:
    """The purpose that the pack's definition of a segment declares."""
    return read_yaml(DEFINITIONS / f"{segment}.yaml")["purpose"]


@dataclass(frozen=True)
class Export:
    """One export as files and manifest."""

    segment: str
    channel: str
    manifest: dict
    recipients: pl.DataFrame
    rows: list[dict[str, str]]

    @property
    def customers(self) -> list[int]:
        """Customer ids of the file's rows, without the control address."""
        return [int(row[self.id_column][1:]) for row in self.rows]

    @property
    def id_column(self) -> str:
        return {"letter": "Kundennummer", "phone": "id"}.get(self.channel, "customer_no")


def export(workspace: Path, segment: str, channel: str, *countries: str) -> Export:
    """Export through the command line (in this process) and read what it wrote; nobody is refused in one line."""
    from pipelines.cli import app

    words = ["export", segment, "--channel", channel, "--json", "--workspace", str(workspace)]
    words += [word for country in countries for word in ("--country", country)]
    done = CliRunner().invoke(app, words)
    if isinstance(done.exception, SegmentError) and "nobody may be contacted" in str(done.exception):
        return Export(segment, channel, {}, pl.DataFrame(), [])
    assert done.exit_code == 0, (done.output, done.exception)
    folder = Path(json.loads(done.stdout)["files"][0]).parent
    manifest = json.loads((folder / "manifest.json").read_text())
    file = next(folder.glob("*.csv"))
    with file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter=";" if channel == "letter" else ","))
    id_column = {"letter": "Kundennummer", "phone": "id"}.get(channel, "customer_no")
    people = [row for row in rows if row[id_column]]
    assert len(rows) - len(people) == manifest["control_addresses"]
    return Export(segment, channel, manifest, pl.read_parquet(folder / "recipients.parquet"), people)


def ask_oracle(
    con: duckdb.DuckDBPyConnection, as_of: datetime, advertised: Sequence[str] = (), from_ledger: bool = False
) -> None:
    """Make the oracle's temporary tables: `member` of segments, `allowed` contacts, and what they rest on.

    from_ledger: what people said is taken from serve.consent_event, not from the silos' present rows.
    """
    con.execute(f"set variable from_ledger = {str(from_ledger).lower()}")
    con.execute(f"set variable as_of = timestamp '{as_of.isoformat(' ')}'")
    con.execute(f"set variable advertised = cast([{', '.join(map(repr, advertised))}] as varchar[])")
    con.execute(ORACLE.read_text(encoding="utf-8"))


def allowed(con: duckdb.DuckDBPyConnection, segment: str, channel: str, purpose: str | None = None) -> pl.DataFrame:
    """Return everybody of a segment who may be contacted, before duplicates go.

    Columns: customer_id, record_id, identifier, country, and `place`: what no two rows of a file may share, the
    identifier or the letter box.
    """
    return con.sql(
        """
        select distinct
            a.customer_id, a.record_id, a.identifier, coalesce(p.country, '') as country,
            coalesce(h.letter_box, a.identifier) as place
        from allowed as a
        inner join member as m on m.customer_id = a.customer_id and m.segment = $1
        inner join point as p
            on p.customer_id = a.customer_id and p.record_id = a.record_id
            and p.channel = a.channel and p.identifier = a.identifier
        left join household as h on a.channel = 'post' and h.record_id = a.record_id and h.identifier = a.identifier
        where a.channel = $2 and a.purpose = $3
        order by all
        """,
        params=[segment, CHANNELS[channel], purpose or purpose_of(segment)],
    ).pl()


@dataclass(frozen=True)
class Verdict:
    """How a file differs from what the oracle allows. Empty lists: not at all."""

    not_allowed: list[tuple]
    missing: list[tuple]
    double: list[tuple]
    other_values: list[tuple]

    def __bool__(self) -> bool:
        return any((self.not_allowed, self.missing, self.double, self.other_values))


def judge(may: pl.DataFrame, made: Export) -> Verdict:
    """Compare a file with all who may be contacted.

    Somebody is missing unless an address, number or letter box of hers is somebody else's in the file already.
    """
    if not made.rows:
        return Verdict([], may.select("customer_id", "country").unique().rows(), [], [])
    key = ["customer_id", "record_id", "country"]
    sent = made.recipients.with_columns(pl.col("country").fill_null("")).sort("row_no")
    found = sent.join(may, on=key, how="left", maintain_order="left")
    absent = may.filter(~pl.col("customer_id").is_in(sent["customer_id"].implode()))
    served = absent.filter(pl.col("place").is_in(found["place"].implode()))["customer_id"]
    return Verdict(
        not_allowed=sent.join(may, on=key, how="anti").select(key).rows(),
        missing=absent.filter(~pl.col("customer_id").is_in(served.implode())).select(key).rows(),
        double=found.filter(pl.col("place").is_duplicated() & pl.col("place").is_not_null())
        .select("row_no", "place")
        .rows()
        + sent.filter(pl.col("customer_id").is_duplicated()).select("row_no", "customer_id").rows(),
        other_values=_other_values(found, made),
    )


def _other_values(found: pl.DataFrame, made: Export) -> list[tuple]:
    """Rows of the CSV whose customer, address or number is not the one that was decided upon."""
    column = {"email": "email", "phone": "phone_e164", "sms": "phone_e164"}.get(made.channel)
    rows = zip(made.rows, made.customers, found.select("customer_id", "identifier").iter_rows(), strict=True)
    return [
        (number, customer, decided)
        for number, (row, customer, (decided, identifier)) in enumerate(rows, start=1)
        if customer != decided or (column and identifier and row[column].lower() != identifier)
    ]
