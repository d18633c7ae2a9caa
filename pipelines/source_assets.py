"""Every source as a Dagster asset whose checks are the rules of its contract."""

import dagster as dg

from connectors.source import Source
from pipelines.loading import check_names, load_source
from warehouse.session import Session


def source_asset(source: Source) -> dg.AssetsDefinition:
    """Return the asset that loads a source. A source that fails blocks no other: it keeps its last good data,
    its check fails and the run's exit status says so."""
    key = dg.AssetKey(["raw", source.name])

    @dg.asset(
        key=key,
        group_name="raw",
        description=f"What {source.name} sent.",
        kinds={source.kind},
        check_specs=[dg.AssetCheckSpec(name, asset=key) for name in check_names(source)],
    )
    def raw_tables(session: dg.ResourceParam[Session]) -> dg.MaterializeResult:
        session.report(f"load {source.name}")
        outcome = load_source(session, source)
        return dg.MaterializeResult(
            metadata={"dagster/row_count": outcome.rows, "rejected": outcome.rejected, "batches": outcome.batches},
            check_results=[
                dg.AssetCheckResult(
                    check_name=name,
                    passed=not failed,
                    severity=dg.AssetCheckSeverity.ERROR,
                    metadata={"failed": "; ".join(failed)},
                )
                for name, failed in outcome.checks.items()
            ],
        )

    return raw_tables
