"""`make bench`: every benchmark in turn, or those named: `python -m benchmarks loading identity_accuracy`.

Seconds are this machine's and its neighbours'; the ratios beside them are what to compare.
"""

import platform
import sys
from importlib import import_module

BENCHMARKS = ("whole_run", "loading", "exporting", "identity_accuracy", "identity_speed", "identity_spark")


def main() -> None:
    """Run the benchmarks named on the command line, or all."""
    names = sys.argv[1:] or list(BENCHMARKS)
    unknown = sorted(set(names) - set(BENCHMARKS))
    if unknown:
        print(f"benchmarks: {', '.join(unknown)}: not one of {', '.join(BENCHMARKS)}.", file=sys.stderr)
        raise SystemExit(2)
    print(f"{platform.machine()}, Python {platform.python_version()}")
    for name in names:
        benchmark = import_module(f"benchmarks.{name}")
        print(f"\n{name}: {(benchmark.__doc__ or '').splitlines()[0]}")
        benchmark.main()


if __name__ == "__main__":
    main()
