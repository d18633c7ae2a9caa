"""The files of an audience, written by the one export and then handed to the browser."""

import getpass
from pathlib import Path

import streamlit as st

from dashboards import look, words
from dashboards.view import View
from segments.definition import Segment
from segments.export import ExportResult, export
from warehouse.errors import RundblickError

_MIME = {
    ".csv": "text/csv",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".zip": "application/zip",
}
_NAMES = {".csv": "CSV for systems", ".xlsx": "Excel for people"}


def show_files(view: View, segment: Segment, channel: str, countries: tuple[str, ...], eligible: int) -> None:
    """Two steps: write the files (which is the export, and logged), then download them."""
    if not eligible:
        return
    goods = ",".join(segment.advertises)
    order = f"{view.snapshot_id}/{segment.name}/{channel}/{','.join(countries)}/{goods}"
    with st.container(border=True, key="files"):
        left, right = st.columns([2, 1], vertical_alignment="center")
        with left:
            look.heading(
                f"{words.plural(eligible, 'customer')} may be contacted",
                "Writing the files is an export: it is logged with your name, the funnel and every proof.",
            )
        with right:
            wanted = st.button("Prepare files", type="primary", icon=":material/inventory_2:", width="stretch")
        if wanted:
            _export(view, segment, channel, countries, order)
        done = st.session_state.get("exported", {}).get(order)
        if done is not None:
            _show_done(view, done)


def _export(view: View, segment: Segment, channel: str, countries: tuple[str, ...], order: str) -> None:
    """Run the export and keep its result for the downloads; a refusal is shown as it is worded."""
    try:
        with st.spinner("Asking the gate and writing the files …"):
            result = export(
                view.workspace, view.snapshot, segment, channel, user=getpass.getuser(), countries=countries
            )
    except RundblickError as error:
        st.error(look.plain(str(error)), icon=":material/block:")
        return
    st.session_state.setdefault("exported", {})[order] = result


def _show_done(view: View, done: ExportResult) -> None:
    """The download buttons, and where the files lie."""
    with st.container(horizontal=True):
        for file in done.files:
            st.download_button(
                f"{_NAMES.get(file.suffix, file.suffix)} · {words.plural(done.rows, 'row')}",
                data=_reader(file),
                file_name=file.name,
                mime=_MIME.get(file.suffix, "application/octet-stream"),
                icon=":material/download:",
                on_click="ignore",
                key=f"download_{file.name}",
            )
    for note in done.notes:
        st.caption(look.plain(note))
    folder = done.folder.relative_to(view.workspace.root)
    st.caption(
        f"Also in the workspace: `{folder}`. Why is a row there? "
        f"`rundblick why --export {folder / done.files[0].name} --row 1`"
    )


def _reader(file: Path):
    """The file's bytes, read when it is asked for and not before."""
    return file.read_bytes
