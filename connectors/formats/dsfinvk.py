"""DSFinV-K, the German tills' export: a ZIP a till and day, its CSV files described by index.xml.

The files of hundreds of ZIPs are joined as bytes, one buffer a kind of file and way of writing, and each
buffer is parsed once. Numbers come out as the standard writes them, `1.234,56`, whatever signs the
index.xml of a till declares. The table `customer` is made here: the KUNDE_* fields of the receipts,
one row a customer_key, the latest; training receipts name nobody.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from xml.etree import ElementTree
from zipfile import ZipFile

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from connectors.errors import ConnectorError
from connectors.formats.archive import open_zip, read_member
from connectors.formats.delimited import read_csv
from connectors.formats.encoding import check_encoding
from connectors.formats.rows import SourceFile, check_columns
from connectors.source import Options, Source
from warehouse.delivery import Rows

INDEX = "index.xml"
RECEIPT, CUSTOMER = "receipt", "customer"
MEMBERS = {
    "transactions.csv": RECEIPT,
    "lines.csv": "receipt_line",
    "lines_vat.csv": "receipt_line_vat",
    "datapayment.csv": "payment",
    "references.csv": "reference",
    "cashpointclosing.csv": "closing",
    "location.csv": "location",
}
_CUSTOMER_KEY = """
    case
        when nullif(trim("KUNDE_ID"), '') is not null then "KUNDE_ID"
        when coalesce("KUNDE_NAME", "KUNDE_STRASSE", "KUNDE_PLZ") is not null
            then coalesce("KUNDE_NAME", '') || '|' || coalesce("KUNDE_STRASSE", '')
                || '|' || coalesce("KUNDE_PLZ", '')
    end
"""
_CUSTOMERS = """
    select customer_key, "KUNDE_ID", "KUNDE_NAME", "KUNDE_TYP", "KUNDE_STRASSE", "KUNDE_PLZ", "KUNDE_ORT",
        "KUNDE_LAND", "BON_ENDE"
    from _receipts
    where customer_key is not null and "BON_TYP" <> 'AVTraining'
    qualify row_number() over (
        partition by customer_key order by "BON_ENDE" desc, "Z_KASSE_ID", "Z_NR", "BON_ID"
    ) = 1
    order by customer_key
"""


@dataclass(frozen=True)
class Symbols:
    """How one file of an export is written, as its index.xml says."""

    delimiter: str
    quote: str
    decimal: str
    thousands: str
    encoding: str


@dataclass(frozen=True)
class _Kind:
    """Files that can be parsed as one: of the same table, written alike, with the same header."""

    table: str
    symbols: Symbols
    header: bytes


def read(files: Sequence[SourceFile], source: Source, con: duckdb.DuckDBPyConnection) -> dict[str, Rows]:
    """Return the declared tables of the exports, and `customer`."""
    bodies: dict[_Kind, list[bytes]] = {}
    for file in files:
        for kind, body in _members(file, source):
            bodies.setdefault(kind, []).append(body)
    tables: dict[str, list[pa.Table]] = {}
    for kind, parts in bodies.items():
        parsed = _parse(kind, parts, files, source)
        tables.setdefault(kind.table, []).append(parsed)
    joined = {name: pa.concat_tables(parts, promote_options="default") for name, parts in tables.items()}
    return joined if CUSTOMER not in source.tables else _with_customers(joined, con)


def _members(file: SourceFile, source: Source) -> Iterator[tuple[_Kind, bytes]]:
    """The files of one export that are wanted, each as header and body."""
    with open_zip(file.path, file.label) as archive:
        names = {name.rsplit("/", 1)[-1].lower(): name for name in archive.namelist()}
        if INDEX not in names:
            raise ConnectorError(f"{file.label}: no {INDEX} in it, so this is no DSFinV-K export.")
        symbols = _read_index(read_member(archive, names[INDEX], file.label), file.label)
        for member, table in MEMBERS.items():
            if table not in source.tables:
                continue
            if member not in names or member not in symbols:
                raise ConnectorError(f"{file.label}: {member} is missing. Ask the till's maker for a whole export.")
            yield _member(archive, names[member], file, table, symbols[member])


def _member(archive: ZipFile, name: str, file: SourceFile, table: str, symbols: Symbols) -> tuple[_Kind, bytes]:
    label = f"{file.label}: {name}"
    content = read_member(archive, name, file.label)
    check_encoding(content, label, symbols.encoding)
    if content.count(symbols.quote.encode()) % 2:
        raise ConnectorError(f"{label}: a field is not closed, the file was probably cut off. Send it again.")
    header, _, body = content.removeprefix(b"\xef\xbb\xbf").partition(b"\n")
    if not header.strip():
        raise ConnectorError(f"{label}: the file is empty, not even a header. Ask the silo to send it again.")
    ended = body if not body or body.endswith(b"\n") else body + b"\r\n"
    return _Kind(table, symbols, header.rstrip(b"\r")), ended


def _parse(kind: _Kind, bodies: list[bytes], files: Sequence[SourceFile], source: Source) -> pa.Table:
    symbols = kind.symbols
    label = files[0].label if len(files) == 1 else f"{files[0].label} … {files[-1].path.name}"
    contract = source.tables[kind.table]
    made = ["customer_key"] if kind.table == RECEIPT else []

    def check_names(found: Sequence[str]) -> None:
        check_columns(f"{label}: {kind.table}", found, contract, symbols.delimiter, made)

    options = Options(delimiter=symbols.delimiter, quote=symbols.quote, encoding=symbols.encoding)
    content = b"\r\n".join([kind.header, b"".join(bodies)])
    table = read_csv(content, f"{label}: {kind.table}", options, check_names=check_names)
    decimals = [name for name, column in contract.columns.items() if column.type.startswith("decimal")]
    return table if symbols.decimal == "," else _with_comma(table, decimals, symbols)


def _with_comma(table: pa.Table, decimals: Sequence[str], symbols: Symbols) -> pa.Table:
    for name in decimals:
        column = table[name]
        if symbols.thousands:
            column = pc.replace_substring(column, symbols.thousands, "")
        comma = pc.replace_substring(column, symbols.decimal, ",")
        table = table.set_column(table.column_names.index(name), name, comma)
    return table


def _with_customers(tables: dict[str, pa.Table], con: duckdb.DuckDBPyConnection) -> dict[str, Rows]:
    """The tables with `customer`, and customer_key on the receipts."""
    con.register("_sent", tables[RECEIPT])
    keyed = con.sql(f"select *, {_CUSTOMER_KEY} as customer_key from _sent").to_arrow_table()
    con.unregister("_sent")
    con.register("_receipts", keyed)
    customers = con.sql(_CUSTOMERS).to_arrow_table()
    con.unregister("_receipts")
    return {**tables, RECEIPT: keyed, CUSTOMER: customers}


def _read_index(content: bytes, label: str) -> dict[str, Symbols]:
    try:
        return _symbols(content)
    except (ElementTree.ParseError, ValueError):
        raise ConnectorError(f"{label}: {INDEX} cannot be read. Ask the till's maker for a whole export.") from None


@lru_cache(maxsize=256)
def _symbols(index: bytes) -> dict[str, Symbols]:
    """How each file of the export is written; what index.xml leaves out is as the standard has it."""
    found = {}
    for table in ElementTree.fromstring(index).iter("Table"):
        name = table.findtext("URL", "").rsplit("/", 1)[-1].lower()
        found[name] = Symbols(
            delimiter=table.findtext(".//ColumnDelimiter") or ";",
            quote=table.findtext(".//TextEncapsulator") or '"',
            decimal=table.findtext("DecimalSymbol") or ",",
            thousands=table.findtext("DigitGroupingSymbol") or "",
            encoding="cp1252" if table.find("ANSI") is not None else "utf-8",
        )
    return found
