"""`rundblick privacy`: a person's objection or restriction, entered at the desk."""

from pathlib import Path

from pipelines.ids import parse_customer_no
from segments.desk import Entry, enter_objection, enter_restriction, lift_restriction
from warehouse.db import connect_snapshot
from warehouse.errors import WarehouseError
from warehouse.publish import current_snapshot
from warehouse.settings import clock, open_workspace
from warehouse.state.store import open_state

_ACTIONS = {"object": enter_objection, "restrict": enter_restriction, "lift": lift_restriction}
_DONE = {
    "object": "objected to marketing: in no audience for it from now on",
    "restrict": "is restricted: kept, but used for nothing from now on",
    "lift": "is no longer restricted",
}


def run(action: str, customer: str, reason: str, user: str, workspace: Path | None) -> None:
    """Write the statement to the state store, where the gate sees it at once."""
    if action not in _ACTIONS:
        raise WarehouseError(f'privacy: "{action}" is not one of {", ".join(_ACTIONS)}. Use one of those.')
    opened = open_workspace(workspace)
    entry = Entry(parse_customer_no(customer), user, clock(), reason)
    with connect_snapshot(current_snapshot(opened.published_dir)) as con:
        records = _ACTIONS[action](con, open_state(opened.state_url), entry)
    print(f"{customer} {_DONE[action]} ({records} records).")
