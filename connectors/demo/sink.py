"""Where the simulator writes: the inbox, a file a silo and chunk, and the truth beside."""

import io
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq

_ZIP_TIME = (2026, 11, 15, 0, 0, 0)  # fixed, so that the same seed gives the same bytes
RECORD_COLUMNS = ["source", "record_table", "record_key", "person_id", "household_id", "hard_case"]


@dataclass
class Sink:
    """Files under `root`. `part` tells the files of one chunk (or day) from another's."""

    root: Path
    part: str = ""
    _open: dict[str, pq.ParquetWriter] = field(default_factory=dict)

    def path(self, silo: str, name: str, ending: str) -> Path:
        """Return inbox/<silo>/<name><part>.<ending>, the folder made."""
        folder = self.root / "inbox" / silo
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"{name}{self.part}.{ending}"

    def csv(self, silo: str, name: str, frame: pl.DataFrame, separator: str = ",") -> None:
        """Write a CSV with header."""
        frame.write_csv(self.path(silo, name, "csv"), separator=separator)

    def lines(self, silo: str, name: str, lines: pl.Series) -> None:
        """Write JSON lines that are text already."""
        text = "\n".join(lines.to_list())
        self.path(silo, name, "jsonl").write_text(text + "\n" if text else "", encoding="utf-8")

    def truth(self, source: str, table: str, keys: pl.Series, of: pl.DataFrame) -> None:
        """Note whose record each key is; `of` bears person_id, household_id and hard_case."""
        frame = of.select(
            pl.lit(source).alias("source"),
            pl.lit(table).alias("record_table"),
            keys.cast(pl.String).alias("record_key"),
            "person_id",
            "household_id",
            "hard_case",
        )
        self.parquet("records", frame)

    def parquet(self, name: str, frame: pl.DataFrame) -> None:
        """Append to truth/<name>.parquet."""
        table = frame.to_arrow(compat_level=pl.CompatLevel.oldest())
        if name not in self._open:
            folder = self.root / "truth"
            folder.mkdir(parents=True, exist_ok=True)
            self._open[name] = pq.ParquetWriter(folder / f"{name}.parquet", table.schema)
        self._open[name].write_table(table)

    def close(self) -> None:
        """Finish the truth's files."""
        for writer in self._open.values():
            writer.close()


def zip_bytes(files: dict[str, bytes]) -> bytes:
    """Return a ZIP of the files, the same bytes for the same files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as archive:
        for name, data in files.items():
            info = zipfile.ZipInfo(name, _ZIP_TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return buffer.getvalue()


def csv_bytes(frame: pl.DataFrame, separator: str = ",", line_terminator: str = "\n") -> bytes:
    """Return a frame as CSV with header."""
    buffer = io.BytesIO()
    frame.write_csv(buffer, separator=separator, line_terminator=line_terminator)
    return buffer.getvalue()
