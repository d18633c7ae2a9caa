"""What is asked for in an export, complete and checked: one without a purpose cannot be made."""

import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from connectors.channels.audience import local_time
from connectors.channels.definition import ChannelDefinition, channel_named, read_channels
from segments.compile import Segments, members_sql
from segments.definition import Segment
from segments.errors import SegmentError
from segments.export_folder import slug
from segments.moment import decision_time
from warehouse.db import connect_snapshot
from warehouse.publish import snapshot_id
from warehouse.settings import Workspace

_ANY_TIME = datetime(2000, 1, 1)


@dataclass(frozen=True)
class Order:
    """One export to be made. Times are UTC."""

    export_id: str
    workspace: Workspace
    snapshot: Path
    segment: Segment
    segments: Segments
    channel_name: str
    channel: ChannelDefinition
    purpose: str
    countries: tuple[str, ...]
    limit: int | None
    user: str
    as_of: datetime
    created_at: datetime

    @property
    def snapshot_id(self) -> str:
        return snapshot_id(self.snapshot)

    @property
    def members_sql(self) -> str:
        return members_sql(self.segment, self.as_of, self.segments)

    @property
    def definition_hash(self) -> str:
        """Changes with the segment's conditions, those of segments it refers to, and what it is for."""
        conditions = members_sql(self.segment, _ANY_TIME, self.segments)
        parts = [self.segment.name, self.segment.purpose, self.segment.advertises, conditions]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()

    @property
    def file_stem(self) -> str:
        """`<company>_<segment>_<channel>_<YYYYMMDD-HHMMSS>`, in local time."""
        config = self.workspace.config
        names = (config.company, self.segment.name, self.channel_name)
        return f"{'_'.join(map(slug, names))}_{local_time(self.created_at, config.timezone):%Y%m%d-%H%M%S}"


def make_order(
    workspace: Workspace,
    snapshot: Path,
    segment: Segment,
    segments: Segments,
    channel: str,
    *,
    user: str,
    purpose: str | None,
    countries: Sequence[str],
    as_of: datetime | None,
    limit: int | None,
) -> Order:
    """Return the order. Raises SegmentError without a purpose, ConnectorError for an unknown channel."""
    wanted = purpose or segment.purpose
    if not wanted:
        raise SegmentError(f"segment {segment.name}: no purpose. Say what the people are contacted for.")
    definition = channel_named(read_channels(workspace.root / "channels"), channel)
    created_at = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    return Order(
        export_id=f"{created_at:%Y%m%d-%H%M%S}-{slug(segment.name)}-{slug(channel)}-{secrets.token_hex(2)}",
        workspace=workspace,
        snapshot=snapshot,
        segment=segment,
        segments=segments,
        channel_name=channel,
        channel=definition,
        purpose=wanted,
        countries=tuple(sorted({country.upper() for country in countries})),
        limit=limit,
        user=user,
        as_of=as_of or _decision_time(snapshot, workspace),
        created_at=created_at,
    )


def _decision_time(snapshot: Path, workspace: Workspace) -> datetime:
    with connect_snapshot(snapshot) as con:
        return decision_time(con, workspace)
