"""Great Expectations, imported as if Spark were not installed."""

import sys
from functools import cache
from typing import Any


@cache
def great_expectations() -> Any:
    """Return the module; call it before anything of it is imported.

    It looks for Spark when it is imported, which takes seconds; where Spark is there without its Connect client, the
    import even ends the process.
    """
    spark = {name: module for name, module in sys.modules.items() if name.split(".")[0] == "pyspark"}
    for name in spark:
        del sys.modules[name]
    sys.modules["pyspark"] = None  # type: ignore[assignment]
    try:
        import great_expectations as gx
    finally:
        del sys.modules["pyspark"]
        sys.modules.update(spark)
    return gx
