"""The tests are the same ones whenever and however they are collected: two workers must agree on them."""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
_APART_SECONDS = 3


def _collect(hash_seed: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "pytest", "-n", "0", "--collect-only", "-q", "-p", "no:cacheprovider", "tests"]
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)


def _ids(collecting: subprocess.Popen[str]) -> list[str]:
    return [line for line in collecting.communicate()[0].splitlines() if "::" in line]


def test_two_collections_seconds_apart_and_with_two_hash_seeds_find_the_same_tests():
    first = _collect("1")
    time.sleep(_APART_SECONDS)  # A ZIP's time has steps of two seconds: what holds the present must differ.
    second = _collect("2")
    found, again = _ids(first), _ids(second)
    assert len(found) > 1
    assert found == again
