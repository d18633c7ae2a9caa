"""`rundblick judge`: a person's verdict on two records, or on two customers, and taking it back."""

import getpass
import json
from pathlib import Path
from typing import get_args

import duckdb

from identity.questions import Pair, pair_of_customers, refuse_unknown
from pipelines.ids import is_record_id, parse_customer_no
from warehouse.db import connect_snapshot
from warehouse.errors import WarehouseError
from warehouse.publish import current_snapshot
from warehouse.settings import clock, open_workspace
from warehouse.state.judgements import Verdict, record_judgement, undo_judgement
from warehouse.state.store import open_state

_SAID = {
    "same": "are the same person",
    "different": "are different people",
    "unsure": "are left to the model, and nobody is asked about them again",
}


def judge(
    ids: tuple[str, str], verdict: str | None, reason: str | None, user: str | None, where: Path | None, as_json: bool
) -> None:
    """Write the verdict to the state store and say from when it counts."""
    known = get_args(Verdict)
    if verdict is None or verdict not in known:
        raise WarehouseError(f'judge: "{verdict or ""}" is not one of {", ".join(known)}. Use one of those, or --undo.')
    if not reason or not reason.strip():
        raise WarehouseError('judge: no reason. Say for the record how you know, such as --reason "asked her".')
    opened = open_workspace(where)
    with connect_snapshot(current_snapshot(opened.published_dir)) as con:
        pair = _pair(con, ids)
        refuse_unknown(con, pair)
    state = open_state(opened.state_url)
    record_judgement(state, pair, verdict, user=user or getpass.getuser(), at=clock(), reason=reason.strip())  # type: ignore[arg-type]
    _tell(pair, verdict, f"{pair[0]} and {pair[1]} {_SAID[verdict]}. It counts from the next run.", as_json)


def undo(ids: tuple[str, str], reason: str | None, user: str | None, where: Path | None, as_json: bool) -> None:
    """Take the verdict on the two back and say what counts instead."""
    if not all(is_record_id(text) for text in ids):
        raise WarehouseError("judge: name the two records as they were judged. `rundblick review --judged` lists them.")
    pair = _sorted(ids)
    state = open_state(open_workspace(where).state_url)
    again = undo_judgement(state, pair, user=user or getpass.getuser(), at=clock(), reason=(reason or "").strip())
    then = f"they {_SAID[again]}, as was judged before" if again else "the model decides again"
    _tell(pair, again, f"{pair[0]} and {pair[1]}: taken back. From the next run on {then}.", as_json)


def _tell(pair: Pair, verdict: str | None, line: str, as_json: bool) -> None:
    fields = {"record_id_l": pair[0], "record_id_r": pair[1], "verdict": verdict, "counts_from": "next run"}
    print(json.dumps(fields) if as_json else line)


def _pair(con: duckdb.DuckDBPyConnection, ids: tuple[str, str]) -> Pair:
    """The two records that are meant, in order; customers are stood for by the two records most alike."""
    if all(is_record_id(text) for text in ids):
        return _sorted(ids)
    if any(is_record_id(text) for text in ids):
        raise WarehouseError(f"judge: {ids[0]} and {ids[1]} are a record and a customer. Name two of a kind.")
    customers = (parse_customer_no(ids[0]), parse_customer_no(ids[1]))
    if customers[0] == customers[1]:
        raise WarehouseError(f"judge: {ids[0]} twice. To part a customer name two of its records; see rundblick why.")
    return pair_of_customers(con, customers)


def _sorted(ids: tuple[str, str]) -> Pair:
    left, right = sorted(ids)
    return left, right
