"""Simulated person records without the rest of a run: clean.party and the truth as two Parquet files.

`python -m benchmarks.party_records FOLDER PEOPLE SEED` writes FOLDER/party.parquet (clean.party) and
FOLDER/truth.parquet (record_id, person_id, household_id, hard_case). A million people take some 10 minutes.
"""

import logging
import shutil
import sys
import tempfile
from datetime import datetime
from pathlib import Path

import connectors.demo
from connectors.demo.simulate import simulate
from connectors.read import deliveries
from connectors.source import Source, read_sources
from warehouse import mapping, values
from warehouse.build import Parameters, build
from warehouse.db import connect_memory
from warehouse.ledger import prepare_ledger
from warehouse.load import load
from warehouse.models import read_models
from warehouse.session import Session, open_session
from warehouse.settings import open_workspace


def write_party_records(folder: Path, people: int, seed: int) -> None:
    """Write party.parquet and truth.parquet to `folder`, unless they are there."""
    if (folder / "truth.parquet").exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        root = Path(scratch) / "workspace"
        shutil.copytree(Path(connectors.demo.__file__).parent / "workspace", root)
        simulate(root, people=people, seed=seed)
        with open_session(open_workspace(root)) as session:
            _build_party(session)
            session.con.execute(f"copy (from clean.party order by record_id) to '{folder / 'party.parquet'}'")
        with connect_memory() as con:
            con.execute(f"""
                copy (
                    select source || ':' || left(sha256(record_table || chr(31) || record_key), 16) as record_id,
                        person_id, household_id, hard_case
                    from read_parquet('{root / "truth" / "records.parquet"}')
                    order by record_id
                ) to '{folder / "truth.parquet"}'""")


def _build_party(session: Session) -> None:
    con = session.con
    prepare_ledger(con)
    sources = [source for source in read_sources(session.workspace.root) if "party" in source.map]
    for source in sources:
        _load(session, source)
    mapping.create_stage(con, sources)
    values.write_country_names(con)
    values.write_email_values(con)
    values.write_phone_values(con, session.workspace.config.country)
    models = read_models()
    for table in ("clean.street_value", "clean.full_name_value", "clean.party"):
        build(con, models[table], Parameters(datetime(2026, 1, 1)))


def _load(session: Session, source: Source) -> None:
    root = session.workspace.root
    found = deliveries(source, root, lambda _: False, lambda _: None, connect_memory)
    load(session.con, source, found, as_of=session.as_of, run_id=session.run_id, default_timezone="Europe/Berlin")


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    write_party_records(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
