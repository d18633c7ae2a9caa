"""What every format gives: files in, tables of text out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import duckdb

from connectors.errors import ConnectorError
from connectors.source import Source
from warehouse.contract import Table
from warehouse.delivery import Rows


@dataclass(frozen=True)
class SourceFile:
    """A file that arrived: where it is, what it is called in messages, and which tables it holds."""

    path: Path
    label: str
    content_hash: str
    tables: tuple[str, ...]


ReadFormat = Callable[[Sequence[SourceFile], Source, duckdb.DuckDBPyConnection], dict[str, Rows]]


def check_columns(
    label: str, found: Sequence[str], table: Table, delimiter: str | None = None, added: Sequence[str] = ()
) -> None:
    """Raise ConnectorError when a column that the contract names is missing, or a name is there twice.

    added are columns that the format itself makes.
    """
    folded = [name.lower() for name in (*found, *added)]
    if twice := next((name for name in found if folded.count(name.lower()) > 1), None):
        raise ConnectorError(f'{label}: column "{twice}" is there twice. Ask the silo for distinct names.')
    missing = [name for name in table.promised_columns if name.lower() not in folded]
    if not missing:
        return
    if delimiter and len(found) == 1 and (other := _other_delimiter(found[0], delimiter)):
        raise ConnectorError(
            f'{label}: no "{delimiter}" in the header, but {found[0].count(other)} "{_shown(other)}". '
            f'Set options.delimiter to "{_shown(other)}", or ask the silo what changed.'
        )
    close = get_close_matches(missing[0], found, n=1, cutoff=0.8)
    hint = f'; is "{close[0]}" the same' if close else ""
    raise ConnectorError(
        f'{label}: column "{missing[0]}" is missing, and {len(missing) - 1} more of '
        f"{len(table.promised_columns)} promised; {len(found)} found{hint}. "
        "Ask the silo what changed, or declare it optional."
    )


def _other_delimiter(header: str, delimiter: str) -> str | None:
    counts = {sign: header.count(sign) for sign in ",;\t|" if sign != delimiter}
    best = max(counts, key=lambda sign: counts[sign])
    return best if counts[best] else None


def _shown(sign: str) -> str:
    return r"\t" if sign == "\t" else sign
