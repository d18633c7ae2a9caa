"""The steps that are no SQL model, as Dagster assets: stage, values, decisions, identity, membership, publishing."""

from collections.abc import Callable, Sequence

import dagster as dg

from connectors.source import Source
from pipelines import steps
from warehouse.entities import entities
from warehouse.models import read_models
from warehouse.session import Session


def step_assets(sources: list[Source]) -> list[dg.AssetsDefinition]:
    """Return the assets of every step that is not a SQL model."""
    raw = [f"raw.{source.name}" for source in sources]
    stage = [f"stage.{entity}" for entity in entities()]
    values = ["clean.country_name", "clean.email_value", "clean.phone_value"]
    decisions = ["state.consent_event", "identity.judgement"]
    households = list(steps.HOUSEHOLD_TABLES)
    members = list(steps.MEMBERSHIP_TABLES)
    review = list(steps.REVIEW_TABLES)
    books = ["serve.source_status", "serve.column_doc"]
    release = list(steps.RELEASE_TABLES)
    served = [table for table, model in read_models().items() if model.schema == "serve"]
    written = [*served, *households, *members, *review, *books, *steps.IDENTITY_TABLES]
    return [
        _step("stage", stage, raw, lambda session: steps.write_stage(session, sources)),
        _step("values", values, stage, steps.write_values),
        _step("decisions", decisions, [], steps.write_decisions),
        _step("identity", list(steps.IDENTITY_TABLES), ["clean.party", "identity.judgement"], steps.write_identity),
        _step("households", households, list(steps.IDENTITY_TABLES), steps.write_households),
        _step("membership", members, [*served, "serve.customer_record"], steps.write_membership),
        _step("review", review, ["serve.consent_event", *members, *steps.IDENTITY_TABLES], steps.write_review),
        _step("books", books, [*raw, *served], steps.write_books),
        _step("release", release, written, steps.write_release_check),
        _step("publish", ["published.snapshot"], release, steps.publish),
    ]


def _step(
    name: str, tables: Sequence[str], deps: Sequence[str], write: Callable[[Session], dict[str, int]]
) -> dg.AssetsDefinition:
    """One multi-asset: `write` makes all `tables` and returns numbers to show for them."""
    keys = {table: dg.AssetKey(table.split(".")) for table in tables}
    inputs = [dg.AssetKey(table.split(".")) for table in deps]

    @dg.multi_asset(
        name=name,
        specs=[dg.AssetSpec(key, deps=inputs, group_name=key.path[0]) for key in keys.values()],
        description=write.__doc__,
    )
    def step(session: dg.ResourceParam[Session]):
        session.report(name)
        numbers = write(session)
        for key in keys.values():
            yield dg.MaterializeResult(asset_key=key, metadata=dict(numbers))

    return step
