"""Every SQL model as a Dagster asset, each check of its header as an asset check."""

import re

import dagster as dg

from pipelines.steps import IDENTITY_TABLES
from warehouse.build import ChecksFailed, build
from warehouse.models import Model, read_models
from warehouse.session import Session


def model_assets() -> list[dg.AssetsDefinition]:
    """Return one asset a model, but for those that a step writes."""
    return [_model_asset(model) for table, model in read_models().items() if table not in IDENTITY_TABLES]


def _model_asset(model: Model) -> dg.AssetsDefinition:
    key = dg.AssetKey([model.schema, model.name])
    names = {check: _check_name(check) for check in model.all_checks}
    specs = [dg.AssetCheckSpec(name, asset=key, description=check, blocking=True) for check, name in names.items()]

    @dg.asset(
        key=key,
        deps=[dg.AssetKey(table.split(".")) for table in model.inputs],
        group_name=model.schema,
        description=model.description,
        kinds={"sql", "duckdb"},
        check_specs=specs,
    )
    def model_table(session: dg.ResourceParam[Session]):
        session.report(model.table)
        try:
            result = build(session.con, model, session.parameters)
        except ChecksFailed as failed:
            yield from (
                dg.AssetCheckResult(
                    asset_key=key, check_name=names[c.name], passed=c.passed, metadata={"failing": c.failing}
                )
                for c in failed.checks
            )
            raise dg.Failure(str(failed)) from None
        session.note(result)
        failing = {c.name: c.failing for c in result.checks}
        yield dg.MaterializeResult(
            metadata={"dagster/row_count": result.rows, "skipped": result.skipped},
            check_results=[
                dg.AssetCheckResult(check_name=name, passed=True, metadata={"failing": failing.get(check, 0)})
                for check, name in names.items()
            ],
        )

    return model_table


def _check_name(check: str) -> str:
    """A check's text as a name that Dagster takes."""
    return re.sub(r"[^a-z0-9]+", "_", check.lower()).strip("_")[:80]
