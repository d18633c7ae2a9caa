"""What a page looks at: the workspace and one published snapshot, the same one for the whole page.

Answers are cached by snapshot, which nobody ever writes again, so none is ever out of date.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import duckdb
import polars as pl
import pyarrow as pa
import sqlalchemy as sa
import streamlit as st

from dashboards.queries.run import latest_run
from segments.recent import recent_events
from warehouse.db import connect_snapshot
from warehouse.held import Held, held_candidate
from warehouse.publish import current_snapshot, snapshot_id
from warehouse.settings import Workspace, open_workspace
from warehouse.state.store import open_state

P = ParamSpec("P")
T = TypeVar("T")
_KEY = "view"


@dataclass(frozen=True)
class View:
    """A workspace and one of its snapshots. `as_of` is the run's time, `finished_at` when it ended (UTC)."""

    workspace: Workspace
    snapshot: Path
    as_of: datetime
    finished_at: datetime

    @property
    def snapshot_id(self) -> str:
        return snapshot_id(self.snapshot)

    @property
    def held(self) -> Held | None:
        """The run that waits for a person, if any."""
        return held_candidate(self.workspace.published_dir)

    @property
    def currency(self) -> str:
        return self.workspace.config.base_currency

    @property
    def timezone(self) -> str:
        return self.workspace.config.timezone

    @property
    def state(self) -> sa.Engine:
        """The state store, where what people decide is kept."""
        return _state(self.workspace.state_url)

    @property
    def now(self) -> datetime:
        """When the gate decides: this hour, never before the run. A fixed `as_of` stays."""
        return max(self.as_of, self.workspace.now().replace(minute=0, second=0, microsecond=0))

    def ask(
        self,
        question: Callable[Concatenate[duckdb.DuckDBPyConnection, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Return `question(con, …)` on the snapshot, from the cache when it was asked before."""
        return _answer(str(self.snapshot), _name(question), args, kwargs, _question=question)

    def ask_gate(self, question: Callable[..., T], *args: Any) -> T:
        """Return `question(con, …, as_of, desk_events)`: what the desk heard since the run, and who said no in a held
        one, counts at once."""
        held = self.held
        events = recent_events(self.workspace, _state(self.workspace.state_url))
        # Desk events are only ever added, so their number, and what is held, say which they are.
        return _gate_answer(
            str(self.snapshot),
            (events.num_rows, held.run_id if held else ""),
            self.now,
            _name(question),
            args,
            _events=events,
            _question=question,
        )


def open_view() -> View:
    """Find the workspace and its snapshot and keep both for this run of the page.

    Raises RundblickError when there is no workspace or nothing has been published.
    """
    workspace = open_workspace()
    snapshot = current_snapshot(workspace.published_dir)
    run = _answer(str(snapshot), "latest_run", (), {}, _question=latest_run)
    view = View(workspace, snapshot, run.as_of, run.finished_at)
    st.session_state[_KEY] = view
    return view


def current_view() -> View:
    """The view that `open_view` made for this run of the page."""
    view: View = st.session_state[_KEY]
    return view


def named_in_address(name: str) -> str | None:
    """What the page's address names as `name`, such as `?customer=C000123`.

    It is written back, because a link to another query of the same page leaves the browser's address bar as
    it was (Streamlit 1.67).
    """
    found = st.query_params.get(name)
    st.query_params.from_dict({name: found} if found else {})
    return found


def kept_index(view: View, build: Callable[[duckdb.DuckDBPyConnection], pl.DataFrame]) -> pl.DataFrame:
    """What `build` makes of the snapshot, kept in memory for as long as the snapshot is the latest."""
    return _index(str(view.snapshot), _build=build)


@st.cache_resource(show_spinner="Reading the customers' names …", max_entries=1)
def _index(snapshot: str, _build: Callable[[duckdb.DuckDBPyConnection], pl.DataFrame]) -> pl.DataFrame:
    with connect_snapshot(Path(snapshot)) as con:
        return _build(con)


def _name(question: Callable[..., Any]) -> str:
    return f"{question.__module__}.{question.__qualname__}"


@st.cache_resource(show_spinner=False)
def _state(url: str) -> sa.Engine:
    return open_state(url)


@st.cache_data(show_spinner=False, max_entries=2000)
def _answer(
    snapshot: str, name: str, args: tuple[Any, ...], kwargs: dict[str, Any], _question: Callable[..., Any]
) -> Any:
    with connect_snapshot(Path(snapshot)) as con:
        return _question(con, *args, **kwargs)


@st.cache_data(show_spinner=False, max_entries=500)
def _gate_answer(
    snapshot: str,
    events: tuple[int, str],
    as_of: datetime,
    name: str,
    args: tuple[Any, ...],
    _events: pa.Table,
    _question: Callable[..., Any],
) -> Any:
    with connect_snapshot(Path(snapshot)) as con:
        return _question(con, *args, as_of, _events)
