"""The one export: files, manifest, log, refusals, and why a row is there."""

import json
import shutil
import subprocess
import sys
from datetime import datetime

import polars as pl
import pytest
from python_calamine import CalamineWorkbook

from segments.definition import parse_segment
from segments.desk import (
    Entry,
    enter_consent,
    enter_objection,
    enter_restriction,
    enter_withdrawal,
    lift_restriction,
)
from segments.errors import SegmentError
from segments.export import export
from segments.export_folder import begin_folder, export_folders, file_sha256, slug
from segments.export_manifest import read_manifest
from segments.export_why import why_row
from segments.moment import decision_time
from warehouse.db import connect_memory, connect_snapshot
from warehouse.held import hold
from warehouse.publish import candidate
from warehouse.settings import Config, Sender, Workspace
from warehouse.state.audit import verify_audit
from warehouse.state.exports import logged_exports
from warehouse.state.store import open_state

AS_OF = datetime(2026, 6, 1)
SENDER = Sender(street="Am Markt 1", postal_code="20095", city="Hamburg")
EVERYBODY = parse_segment(
    {"description": "All customers", "purpose": "marketing", "where": {"field": "net_spend", "at_least": 0}},
    "everybody",
    "here",
)


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    monkeypatch.delenv("RUNDBLICK_STATE_URL", raising=False)
    monkeypatch.delenv("RUNDBLICK_SECRET_KEY", raising=False)
    return Workspace(root=tmp_path, config=Config(company="Möbel & Haus", as_of=AS_OF, sender=SENDER))


@pytest.fixture
def state(workspace):
    engine = open_state(workspace.state_url)
    yield engine
    engine.dispose()


@pytest.fixture
def people(con, serve):
    """Anna consented, Ben did not, Carl withdrew; all three can get letters."""
    for number, name in enumerate(("Anna", "Ben", "Carl"), start=1):
        record = f"shop:{name.lower()}"
        serve.customer(number, given_name=name, language="de")
        serve.row("customer_metric", customer_id=number, net_spend=100 * number)
        who = {
            "given_name": name,
            "family_name": f"Groß{number}",
            "gender": "male" if number > 1 else "female",
        }
        serve.point(number, record, "email", f"{name.lower()}@x.de", **who)
        serve.point(number, record, "phone", f"+49171123456{number}", is_mobile=True, **who)
        where = {"street": "Weg", "house_no": str(number), "postal_code": "01067", "city": "Dresden"}
        serve.point(number, record, "post", f"{name.lower()} gross|weg {number}|01067|de", **who, **where)
    serve.says("shop:anna", "anna@x.de", "confirmed", "2026-01-02")
    serve.says("shop:carl", "carl@x.de", "confirmed", "2026-01-02")
    serve.says("shop:carl", "carl@x.de", "withdrawn", "2026-03-02")
    return serve


@pytest.fixture
def snapshot(con, people, workspace):
    """The rows of `serve` as a published snapshot."""
    return publish(con, workspace, "run1")


def publish(con, workspace, run_id):
    path = workspace.published_dir / run_id / "serve.duckdb"
    path.parent.mkdir(parents=True)
    con.execute(f"attach '{path}' as snapshot")
    con.execute("copy from database serve to snapshot")
    con.execute("detach snapshot")
    (workspace.published_dir / "current").write_text(run_id)
    return path


def customers(result) -> list[int]:
    return pl.read_parquet(result.folder / "recipients.parquet")["customer_id"].to_list()


def recipients(workspace, snapshot, channel="email", **options) -> list[int]:
    return customers(export(workspace, snapshot, EVERYBODY, channel, user="anna", **options))


def test_who_says_no_in_a_held_run_is_in_no_file_from_then_on_and_who_says_yes_waits(workspace, snapshot):
    assert recipients(workspace, snapshot) == [1]
    with connect_memory() as con, candidate(con, workspace.published_dir, "run2") as folder:
        for customer, name, status in ((1, "anna", "withdrawn"), (2, "ben", "confirmed")):
            con.execute(
                "insert into serve.consent_event values (?, 'shop', ?, 'email', ?, 'email', 'marketing', ?, "
                "timestamp '2026-05-30', timestamp '2026-05-31', '{\"form\": \"f\"}', false)",
                [f"new{customer}", f"shop:{name}", f"{name}@x.de", status],
            )
        hold(con, folder, AS_OF, [])
    with pytest.raises(SegmentError, match="nobody may be contacted"):
        recipients(workspace, snapshot)


def test_export_writes_files_recipients_manifest_and_log(workspace, snapshot, state):
    result = export(workspace, snapshot, EVERYBODY, "email", user="anna")
    names = [file.name for file in result.files]
    assert [name.rsplit("_", 1)[0] for name in names] == ["moebel-haus_everybody_email"] * 2
    assert {file.name for file in result.folder.iterdir()} == {*names, "recipients.parquet", "manifest.json"}
    assert [(step.step, step.customers) for step in result.funnel] == [
        ("in_segment", 3),
        ("reachable", 3),
        ("legal_basis", 2),
        ("not_suppressed", 1),
        ("not_restricted", 1),
        ("deduplicated", 1),
        ("not_capped", 1),
        ("eligible", 1),
        ("exported", 1),
    ]
    csv = pl.read_csv(result.files[0])
    assert csv.select("customer_no", "email", "given_name", "basis").rows() == [
        ("C000001", "anna@x.de", "Anna", "consent")
    ]
    manifest = json.loads((result.folder / "manifest.json").read_text())
    assert manifest["rows"] == 1
    assert [(f["name"], f["sha256"]) for f in manifest["files"]] == [(f.name, file_sha256(f)) for f in result.files]
    assert manifest["funnel"][2] == {"step": "legal_basis", "customers": 2, "reasons": {"no_basis": 1}}
    assert (manifest["snapshot_id"], manifest["purpose"], manifest["as_of"]) == (
        "run1",
        "marketing",
        "2026-06-01T00:00:00",
    )
    logged = logged_exports(state).to_pylist()
    assert [(row["export_id"], row["segment"], row["channel"], row["rows"], row["created_by"]) for row in logged] == [
        (result.export_id, "everybody", "email", 1, "anna")
    ]
    assert logged[0]["recipients_sha256"] == file_sha256(result.folder / "recipients.parquet")
    assert verify_audit(state).entries == 1


def test_workbook_gives_the_legal_basis_and_reason_in_every_row(workspace, snapshot):
    result = export(workspace, snapshot, EVERYBODY, "email", user="anna")
    book = CalamineWorkbook.from_path(result.files[1])
    header, row = book.get_sheet_by_name("Audience").to_python()
    cells = dict(zip(header, row, strict=True))
    assert (cells["Kundennummer"], cells["Rechtsgrundlage"], cells["Segment"], cells["Zweck"]) == (
        "C000001",
        "Einwilligung",
        "everybody",
        "Werbung",
    )
    assert cells["Begründung"].startswith("Einwilligung vom 02.01.2026 (")
    funnel = book.get_sheet_by_name("Funnel").to_python()
    assert funnel[3] == ["Mit Rechtsgrundlage", 2.0, 1.0, "1 keine Rechtsgrundlage"]
    facts = dict(row[:2] for row in book.get_sheet_by_name("Read me").to_python())
    assert (facts["Absender"], facts["Erstellt von"], facts["Zeilen"]) == ("Möbel & Haus", "anna", "1")


def test_recipients_hold_no_name_address_or_number(workspace, snapshot):
    result = export(workspace, snapshot, EVERYBODY, "email", user="anna")
    table = pl.read_parquet(result.folder / "recipients.parquet")
    text = " ".join(map(str, table.rows()[0]))
    assert "anna@x.de" not in text
    assert "Groß" not in text
    assert len(table["identifier_hash"][0]) == 64
    assert (result.folder / "recipients.parquet").stat().st_mode & 0o222 == 0


def test_letter_channel_adds_response_codes_and_the_control_address(workspace, snapshot):
    result = export(workspace, snapshot, EVERYBODY, "letter", user="anna")
    lines = result.files[0].read_text().splitlines()
    code = result.export_id[-4:].upper()
    assert lines[1] == (
        "C000001;;;;Frau;;Anna;Groß1;;Weg 1;01067;Dresden;;Sehr geehrte Frau Groß1,;everybody;" + f"{code}-000001;de"
    )
    assert lines[4].startswith(";Möbel & Haus;;;;;Kontrolle;Versand;;Am Markt 1;20095;Hamburg;;")
    assert (len(lines), result.rows) == (5, 3)
    assert read_manifest(result.folder).control_addresses == 1
    with pytest.raises(SegmentError, match="row 4 is the sender's own control address"):
        why_row(workspace, result.files[0], 4)


def test_german_cold_calls_are_refused_with_the_reason_and_nothing_is_written(workspace, snapshot, state):
    with pytest.raises(SegmentError, match=r"nobody may be contacted\. Germany: calls to consumers for marketing"):
        export(workspace, snapshot, EVERYBODY, "phone", user="anna")
    assert [path.name for path in workspace.exports_dir.iterdir()] == [".lock"]
    assert logged_exports(state).num_rows == 0


def test_countries_limit_the_audience_and_an_empty_one_is_refused(workspace, snapshot):
    assert recipients(workspace, snapshot, "letter", countries=["de"]) == [1, 2, 3]
    with pytest.raises(SegmentError, match=r"3 in another country\. Nothing was written"):
        export(workspace, snapshot, EVERYBODY, "letter", user="anna", countries=["NO"])


def test_limit_keeps_the_first_rows_and_says_so_in_the_funnel(workspace, snapshot):
    result = export(workspace, snapshot, EVERYBODY, "letter", user="anna", limit=2)
    assert customers(result) == [1, 2]
    assert read_manifest(result.folder).funnel[-1].model_dump() == {
        "step": "exported",
        "customers": 2,
        "reasons": {"limit": 1},
    }


def test_export_without_a_purpose_or_with_an_unknown_one_is_refused(workspace, snapshot):
    nothing = EVERYBODY.model_copy(update={"purpose": ""})
    with pytest.raises(SegmentError, match="no purpose"):
        export(workspace, snapshot, nothing, "email", user="anna")
    with pytest.raises(SegmentError, match='purpose "fun" is not one of'):
        export(workspace, snapshot, EVERYBODY, "email", user="anna", purpose="fun")


def test_objection_at_the_desk_counts_at_once_on_every_channel(workspace, snapshot, state):
    with connect_snapshot(snapshot) as con:
        assert enter_objection(con, state, Entry(1, "desk", AS_OF)) == 1
    assert recipients(workspace, snapshot, "letter") == [2, 3]
    with pytest.raises(SegmentError, match="nobody may be contacted"):
        export(workspace, snapshot, EVERYBODY, "email", user="anna")


def test_restriction_counts_at_once_until_the_desk_lifts_it(workspace, snapshot, state):
    with connect_snapshot(snapshot) as con:
        enter_restriction(con, state, Entry(2, "desk", AS_OF))
    assert recipients(workspace, snapshot, "letter") == [1, 3]
    with connect_snapshot(snapshot) as con:
        lift_restriction(con, state, Entry(2, "desk", AS_OF))
    assert recipients(workspace, snapshot, "letter") == [1, 2, 3]


def test_withdrawal_binds_its_channel_and_identifier_only(workspace, snapshot, state):
    with connect_snapshot(snapshot) as con:
        assert enter_withdrawal(con, state, Entry(3, "desk", AS_OF), channel="post") == 1
        enter_withdrawal(con, state, Entry(1, "desk", AS_OF), channel="email", identifier=" Anna@X.de")
    with pytest.raises(SegmentError, match="nobody may be contacted"):
        export(workspace, snapshot, EVERYBODY, "email", user="anna")
    assert recipients(workspace, snapshot, "letter") == [1, 2]


def test_consent_with_a_recording_opens_the_phone_and_why_shows_the_proof(workspace, snapshot, state):
    with connect_snapshot(snapshot) as con:
        enter_consent(
            con,
            state,
            Entry(2, "desk", datetime(2026, 5, 1)),
            channel="phone",
            identifier="+491711234562",
            proof={"recording_id": "R-7"},
        )
    result = export(workspace, snapshot, EVERYBODY, "phone", user="anna")
    assert customers(result) == [2]
    answer = why_row(workspace, result.files[0], 1)
    assert (answer.customer_id, answer.basis, answer.evidence_kind) == (2, "consent", "event")
    assert answer.evidence["source"] == "desk"
    assert '"recording_id": "R-7"' in answer.evidence["evidence"]


def test_desk_refuses_what_it_cannot_write(workspace, snapshot, state):
    entry = Entry(1, "desk", AS_OF)
    with connect_snapshot(snapshot) as con:
        with pytest.raises(SegmentError, match="no proof"):
            enter_consent(con, state, entry, channel="email", identifier="anna@x.de", proof={"note": " "})
        with pytest.raises(SegmentError, match="no such email contact on any record"):
            enter_consent(con, state, entry, channel="email", identifier="new@x.de", proof={"signature": "1"})
        with pytest.raises(SegmentError, match="customer 99: not in the snapshot"):
            enter_objection(con, state, Entry(99, "desk", AS_OF))
        with pytest.raises(SegmentError, match='channel "fax" is not one of'):
            enter_withdrawal(con, state, entry, channel="fax")
        with pytest.raises(SegmentError, match='purpose "fun" is not one of'):
            enter_withdrawal(con, state, entry, channel="email", purpose="fun")
    assert verify_audit(state).entries == 0


def test_objection_stays_with_every_record_of_the_person(con, serve, people, workspace, state):
    """After a split both halves keep it, whichever customer id they get."""
    serve.point(1, "forms:anna", "email", "anna2@x.de")
    with connect_snapshot(publish(con, workspace, "run1")) as snapshot:
        assert enter_objection(snapshot, state, Entry(1, "desk", AS_OF)) == 2
    serve.customer(4)
    serve.row("customer_metric", customer_id=4, net_spend=1)
    for table in ("customer_record", "contact_point"):
        con.execute(f"update serve.{table} set customer_id = 4 where record_id = 'forms:anna'")
    serve.says("forms:anna", "anna2@x.de", "confirmed", "2026-01-02")
    serve.says("shop:ben", "ben@x.de", "confirmed", "2026-01-02")
    assert recipients(workspace, publish(con, workspace, "run2"), "email") == [2]


def test_why_says_segment_basis_and_evidence_even_for_a_copy_of_the_file(workspace, snapshot, tmp_path):
    result = export(workspace, snapshot, EVERYBODY, "email", user="anna")
    copy = shutil.copy(result.files[1], tmp_path / "download (1).xlsx")
    answer = why_row(workspace, copy, 1)
    law = answer.law
    assert answer.lines() == [
        "Row 1 is customer C000001.",
        "Segment everybody: All customers",
        "  net_spend 100.00 (at_least 0)",
        f"For marketing by email, DE: Einwilligung vom 02.01.2026 ({law}).",
        f"Legal basis: consent since 2026-01-02 00:00 UTC. Law: {law}.",
        "Evidence: event e1: source forms, status confirmed, channel email, purpose marketing, "
        'occurred_at 2026-01-02 00:00:00, observed_at 2026-01-02 00:00:00, evidence {"form": "newsletter"}.',
        f"Export {result.export_id} of {read_manifest(result.folder).created_at:%Y-%m-%d %H:%M} UTC by anna, "
        "data as of 2026-06-01 00:00 UTC, snapshot run1.",
    ]


def test_why_refuses_changed_files_and_rows_that_are_not_there(workspace, snapshot, tmp_path):
    result = export(workspace, snapshot, EVERYBODY, "email", user="anna")
    for row_no in (0, 2):
        with pytest.raises(SegmentError, match=f"no row {row_no}, it has 1"):
            why_row(workspace, result.files[0], row_no)
    changed = tmp_path / "changed.csv"
    changed.write_text(result.files[0].read_text() + "C000002\n")
    with pytest.raises(SegmentError, match="not a file as this workspace exported it"):
        why_row(workspace, changed, 1)


KILLED = """
import os, sys
from pathlib import Path
import segments.export as module
from segments.definition import parse_segment
from warehouse.settings import Config, Workspace
from datetime import datetime
root, snapshot, moment = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
setattr(module, moment, lambda *_, **__: os.kill(os.getpid(), 9))
tree = {"field": "net_spend", "at_least": 0}
body = {"description": "All customers", "purpose": "marketing", "where": tree}
segment = parse_segment(body, "everybody", "here")
workspace = Workspace(root=root, config=Config(as_of=datetime(2026, 6, 1)))
module.export(workspace, snapshot, segment, "letter", user="anna")
"""


@pytest.mark.parametrize(
    ("moment", "logged"),
    [("write_files", 0), ("write_manifest", 0), ("settle_folder", 0), ("log_export", 0), ("mark_logged", 1)],
)
def test_killed_export_is_whole_and_logged_or_deleted_by_the_next(workspace, snapshot, state, moment, logged):
    command = [sys.executable, "-c", KILLED, str(workspace.root), str(snapshot), moment]
    assert subprocess.run(command, timeout=60).returncode == -9
    next_export = export(workspace, snapshot, EVERYBODY, "letter", user="ben")
    folders = sorted(path.name for path in workspace.exports_dir.iterdir() if path.is_dir())
    in_log = logged_exports(state)["export_id"].to_pylist()
    assert folders == sorted(in_log)
    assert (len(in_log), next_export.export_id in in_log) == (1 + logged, True)
    assert not list(workspace.exports_dir.glob("*/.unlogged"))


def test_an_export_that_is_still_running_is_not_cleaned_up_by_another(workspace, snapshot, state):
    with export_folders(workspace.exports_dir, state):
        running = begin_folder(workspace.exports_dir, "running")
        export(workspace, snapshot, EVERYBODY, "email", user="ben")
        assert running.exists()
    export(workspace, snapshot, EVERYBODY, "email", user="ben")
    assert not running.exists()


def test_file_names_are_plain_ascii():
    names = ("Möbel & Haus GmbH", "Größe 5 – Øst", "???")
    assert [slug(name) for name in names] == [
        "moebel-haus-gmbh",
        "groesse-5-oest",
        "export",
    ]


def test_an_export_is_never_decided_at_a_time_before_its_snapshot(con, serve, workspace):
    """A run `--as-of` later than the workspace's fixed time published what that time must not judge."""
    assert decision_time(con, workspace) == AS_OF
    serve.row("run", run_id="1", as_of=datetime(2026, 5, 1))
    assert decision_time(con, workspace) == AS_OF
    serve.row("run", run_id="2", as_of=datetime(2026, 12, 5))
    assert decision_time(con, workspace) == datetime(2026, 12, 5)
