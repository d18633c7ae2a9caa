"""One process that reads what can bring its reader down: workbooks, ZIP and XML, under a limit of memory.

It is started when the first such file comes and again after a crash. It waits on a pipe, and ends when the
process that started it does, however that ends.
"""

import atexit
import os
import pickle
import resource
import subprocess
import sys
import threading
from collections.abc import Sequence

import pyarrow as pa

from connectors.errors import ConnectorError
from connectors.formats.reading import read_files
from connectors.formats.rows import SourceFile
from connectors.source import FormatName, Source
from warehouse.db import connect_memory
from warehouse.delivery import Rows

FORMATS_THAT_ABORT: frozenset[FormatName] = frozenset({"excel", "mailchimp_zip", "dsfinvk"})
MEMORY_BYTES = 6 << 30

Answer = dict[str, Rows] | ConnectorError


class Worker:
    """The process, and the one question that it is asked at a time."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._one_at_a_time = threading.Lock()

    def read(self, files: Sequence[SourceFile], source: Source) -> dict[str, Rows]:
        """Return the tables of the files. Raises ConnectorError, also when the process does not survive them."""
        with self._one_at_a_time:
            answer = self._ask(files, source)
            if answer is None:
                alone = [[file] for file in files] if len(files) > 1 else []
                label = next((file.label for (file,) in alone if self._ask([file], source) is None), files[0].label)
                answer = ConnectorError(
                    f"{label}: its reader broke down, or would need more than {MEMORY_BYTES >> 30} GiB. A workbook "
                    "may have a cell far outside its table: delete empty rows and columns, or send it as CSV."
                )
        if isinstance(answer, ConnectorError):
            raise answer
        return answer

    def stop(self) -> None:
        """End the process; the next question starts another."""
        if self._process:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def _ask(self, files: Sequence[SourceFile], source: Source) -> Answer | None:
        process = self._started()
        assert process.stdin
        assert process.stdout
        try:
            pickle.dump((files, source), process.stdin)
            process.stdin.flush()
            answer: Answer = pickle.load(process.stdout)
        except (EOFError, OSError, pickle.UnpicklingError):
            self.stop()
            return None
        except BaseException:  # Half an answer is left in the pipe.
            self.stop()
            raise
        return answer

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self.stop()
            command = [sys.executable, "-m", __name__]
            pipe = subprocess.PIPE
            self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL)
        return self._process


WORKER = Worker()
atexit.register(WORKER.stop)


def main() -> None:
    """Answer what is asked on the standard input until that closes."""
    with os.fdopen(os.dup(1), "wb") as answers:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        while True:
            try:
                files, source = pickle.load(sys.stdin.buffer)
            except EOFError:
                return
            pickle.dump(_answer(files, source), answers, protocol=5)
            answers.flush()
            pa.default_memory_pool().release_unused()


def _answer(files: Sequence[SourceFile], source: Source) -> Answer:
    try:
        with connect_memory() as con:
            return read_files(files, source, con)
    except ConnectorError as error:
        return error


if __name__ == "__main__":
    main()
