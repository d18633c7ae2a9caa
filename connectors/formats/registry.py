"""The formats by the name that a source's YAML gives them."""

from connectors.formats import delimited, jsonlines, shopify_csv
from connectors.formats.rows import ReadFormat
from connectors.source import FormatName

FORMATS: dict[FormatName, ReadFormat] = {
    "csv": delimited.read,
    "json": jsonlines.read,
    "jsonl": jsonlines.read,
    "shopify_csv": shopify_csv.read,
}
OPEN_SCHEMA: frozenset[FormatName] = frozenset({"json", "jsonl", "segment_jsonl"})
"""Formats whose rows leave out what they do not have: an absent column is null, not a fault."""
