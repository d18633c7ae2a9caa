"""The command line. Each command imports what it needs when it is called, so that `--help` answers at once."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from pipelines.errors import BAD_INPUT, RUN_FAILED, RunFailedError
from warehouse.errors import RundblickError

app = typer.Typer(
    name="rundblick",
    help="The open customer data platform: every silo in, one customer out, nobody contacted without a legal basis.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode="rich",
)

Where = Annotated[
    Path | None, typer.Option("--workspace", "-w", help="Workspace folder; default: the nearest one upward.")
]
Advertises = Annotated[
    list[str] | None,
    typer.Option(help="Category of goods that the campaign shows; existing customers get mail for such goods only."),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object, for programs.")]
AsOf = Annotated[str | None, typer.Option("--as-of", help="Time of the run, e.g. 2026-10-31T23:59:59 (UTC).")]


def main() -> None:
    """Run the command line; every known error ends in one line on standard error and exit
    status 2, or 1 where a run failed."""
    try:
        app()
    except RundblickError as error:
        print(f"rundblick: {error}", file=sys.stderr)
        raise SystemExit(RUN_FAILED if isinstance(error, RunFailedError) else BAD_INPUT) from None


identity_app = typer.Typer(help="Learn a model of identity, and measure how far customers can be trusted.")
app.add_typer(identity_app, name="identity", no_args_is_help=True)


@app.command()
def demo(
    folder: Annotated[Path, typer.Argument(help="Folder of the demo's workspace.")] = Path(".demo"),
    people: Annotated[int, typer.Option(min=1, help="How many people to simulate.")] = 10_000,
    seed: Annotated[int, typer.Option(help="Seed of the simulated retailer.")] = 1,
    next_day: Annotated[bool, typer.Option("--next-day", help="Add a day to an existing demo and run it.")] = False,
    as_of: AsOf = None,
    json: Json = False,
) -> None:
    """Simulate a retailer, run everything on it and export a first audience."""
    from pipelines.commands import demo as command

    command.run(folder, people, seed, next_day, as_of, json)


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(help="Folder of the new workspace.")] = Path(),
    company: Annotated[str, typer.Option(help="Who sends the letters.")] = "My company",
    country: Annotated[str, typer.Option(help="The sender's country, ISO-2.")] = "DE",
) -> None:
    """Make a workspace with one example source, ready to be pointed at your files."""
    from pipelines.commands import init as command

    command.run(folder, company, country)


@app.command()
def check(workspace: Where = None, json: Json = False) -> None:
    """Read every source, segment and setting of a workspace and say what is wrong, loading nothing."""
    from pipelines.commands import check as command

    command.run(workspace, json)


@app.command()
def run(workspace: Where = None, as_of: AsOf = None, json: Json = False) -> None:
    """Load what is new, find the customers, publish a snapshot."""
    from pipelines.commands import run as command

    command.run(workspace, as_of, json)


@app.command()
def preview(
    segment: Annotated[str, typer.Argument(help="Name of the segment.")],
    channel: Annotated[str, typer.Option(help="email, letter, phone or sms.")] = "email",
    country: Annotated[list[str] | None, typer.Option(help="Only these countries, ISO-2.")] = None,
    advertises: Advertises = None,
    workspace: Where = None,
    json: Json = False,
) -> None:
    """Show how many customers of a segment may be contacted, step by step. Writes nothing."""
    from pipelines.commands import audience

    audience.preview(audience.Order(segment, channel, country or [], advertises or []), workspace, json)


@app.command()
def export(
    segment: Annotated[str, typer.Argument(help="Name of the segment.")],
    channel: Annotated[str, typer.Option(help="email, letter, phone or sms.")],
    country: Annotated[list[str] | None, typer.Option(help="Only these countries, ISO-2.")] = None,
    advertises: Advertises = None,
    workspace: Where = None,
    json: Json = False,
) -> None:
    """Write the audience's files: exactly those who may be contacted, each row with its legal basis."""
    from pipelines.commands import audience

    audience.export(audience.Order(segment, channel, country or [], advertises or []), workspace, json)


@app.command()
def resolve(
    files: Annotated[list[Path], typer.Argument(help="CSV or Parquet files of people.")],
    out: Annotated[Path, typer.Option(help="File to write, .csv or .parquet: each record with its customer.")],
    id_column: Annotated[str | None, typer.Option(help="Column that names a record; default: found, else row.")] = None,
    truth: Annotated[str | None, typer.Option(help="Column that says who it is, only for figures.")] = None,
    model: Annotated[Path | None, typer.Option(help="Model that --save-model wrote, instead of learning one.")] = None,
    save_model: Annotated[Path | None, typer.Option(help="Where to write the learned model.")] = None,
    mapping: Annotated[list[str] | None, typer.Option("--map", help="A column's kind: family_name=surname.")] = None,
    json: Json = False,
) -> None:
    """Find out who is who in any table of people; needs no workspace."""
    from identity.anytable.resolve import Order
    from pipelines.commands import resolve as command

    mapped = command.parse_map(mapping or [])
    command.run(Order(files, out, id_column, truth, mapped, model, save_model), json)


@app.command()
def why(
    ids: Annotated[
        list[str] | None, typer.Argument(help="One or two customers (C000123, old ids too), or records.")
    ] = None,
    at: Annotated[str | None, typer.Option(help="Whose it was then, e.g. 2026-05-03 (the end of that day).")] = None,
    export_file: Annotated[Path | None, typer.Option("--export", help="An exported file.")] = None,
    row: Annotated[int | None, typer.Option(min=1, help="Row of that file; 1 is the first under the header.")] = None,
    workspace: Where = None,
    json: Json = False,
) -> None:
    """Say why records are one customer or two, who an old id is today, or why a row is in an export."""
    from pipelines.commands import why as command

    command.run(ids or [], at, export_file, row, workspace, json)


@app.command()
def review(
    limit: Annotated[int, typer.Option(min=1, help="How many questions to show.")] = 20,
    judged: Annotated[bool, typer.Option("--judged", help="List the judgements that count instead.")] = False,
    workspace: Where = None,
    json: Json = False,
) -> None:
    """List the pairs of records that a person should look at first, and judgements that contradict each other."""
    from pipelines.commands import review as command

    command.judged(workspace, json) if judged else command.queue(limit, workspace, json)


@app.command()
def judge(
    left: Annotated[str, typer.Argument(help="A record such as shop:0123456789abcdef, or a customer (C000123).")],
    right: Annotated[str, typer.Argument(help="Another one.")],
    verdict: Annotated[str | None, typer.Argument(help="same, different or unsure.")] = None,
    reason: Annotated[str | None, typer.Option(help="How you know, for the record.")] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Take the judgement on the two back.")] = False,
    user: Annotated[str | None, typer.Option(help="Who judges; default: the user of this machine.")] = None,
    workspace: Where = None,
    json: Json = False,
) -> None:
    """Say that two records are the same person or different people. It beats the model from the next run on."""
    from pipelines.commands import judge as command

    if undo and verdict is None:
        command.undo((left, right), reason, user, workspace, json)
    else:
        command.judge((left, right), None if undo else verdict, reason, user, workspace, json)


@app.command()
def release(
    run_id: Annotated[str | None, typer.Argument(help="The held run; refused when it is another by now.")] = None,
    accept: Annotated[bool, typer.Option("--accept", help="Publish it.")] = False,
    reject: Annotated[bool, typer.Option("--reject", help="Drop it.")] = False,
    reason: Annotated[str | None, typer.Option(help="Why, for the record.")] = None,
    user: Annotated[str, typer.Option(help="Who decides.")] = "desk",
    workspace: Where = None,
    json: Json = False,
) -> None:
    """Show how a held run, or the last one, differs from the one before; release or reject a held run."""
    from pipelines.commands import release as command

    command.run(command.action(accept, reject, reason), run_id, reason, user, workspace, json)


@app.command()
def query(
    sql: Annotated[str, typer.Argument(help="One SELECT over the tables of `serve`.")],
    csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
    workspace: Where = None,
    json: Json = False,
) -> None:
    """Ask the published snapshot, read-only."""
    from pipelines.commands import query as command

    command.run(sql, csv, workspace, json)


@app.command()
def privacy(
    action: Annotated[str, typer.Argument(help="object, restrict or lift.")],
    customer: Annotated[str, typer.Argument(help="The customer, e.g. C000123.")],
    reason: Annotated[str, typer.Option(help="How the person said so, e.g. “letter of 3 May”.")],
    user: Annotated[str, typer.Option(help="Who enters it.")] = "desk",
    workspace: Where = None,
) -> None:
    """Enter a person's objection to marketing or a restriction. It counts at once."""
    from pipelines.commands import privacy as command

    command.run(action, customer, reason, user, workspace)


@app.command()
def ui(workspace: Where = None, port: Annotated[int, typer.Option(help="Port on 127.0.0.1.")] = 8501) -> None:
    """Open the pages for marketers and analysts on this machine."""
    from pipelines.commands import servers

    servers.pages(workspace, port)


@app.command()
def dev(
    workspace: Where = None,
    port: Annotated[int, typer.Option(help="Port of the pages.")] = 8501,
    dagster_port: Annotated[int, typer.Option(help="Port of Dagster's UI.")] = 3000,
) -> None:
    """Start the pages and Dagster's UI together, on this machine only."""
    from pipelines.commands import servers

    servers.everything(workspace, port, dagster_port)


@identity_app.command()
def train(
    workspace: Where = None,
    party: Annotated[Path | None, typer.Option(help="Parquet file of clean.party, instead of a workspace.")] = None,
    labels: Annotated[Path | None, typer.Option(help="Judged pairs: record_id_l, record_id_r, verdict.")] = None,
    out: Annotated[Path | None, typer.Option(help="Model to write; default: the workspace's own.")] = None,
    version: Annotated[str | None, typer.Option(help="Name of this model.")] = None,
    match_weight: Annotated[float | None, typer.Option(help="Threshold, instead of the usual or by labels.")] = None,
    json: Json = False,
) -> None:
    """Learn weights, name frequencies and the prior from the records at hand, without labels."""
    from pipelines.commands import identity_train as command

    command.run(workspace, party, labels, out, version, match_weight, json)


@identity_app.command()
def evaluate(
    workspace: Where = None,
    party: Annotated[Path | None, typer.Option(help="Parquet file of clean.party, resolved for the figures.")] = None,
    truth: Annotated[Path | None, typer.Option(help="Parquet file of record_id and person_id.")] = None,
    sets: Annotated[list[str] | None, typer.Option("--set", help="A public set: febrl1 to febrl4.")] = None,
    json: Json = False,
) -> None:
    """Say how many customers are wrong: by a demo's truth, by judgements, or on the public FEBRL sets."""
    from pipelines.commands import identity_evaluate as command

    command.run(workspace, party, truth, sets or [], json)
