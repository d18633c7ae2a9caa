"""The formats by the name that a source's YAML gives them."""

from connectors.formats import (
    delimited,
    dsfinvk,
    excel,
    jsonlines,
    mailchimp_zip,
    parquet,
    segment_jsonl,
    shopify_csv,
)
from connectors.formats.rows import ReadFormat
from connectors.source import FormatName

FORMATS: dict[FormatName, ReadFormat] = {
    "csv": delimited.read,
    "dsfinvk": dsfinvk.read,
    "excel": excel.read,
    "json": jsonlines.read,
    "jsonl": jsonlines.read,
    "mailchimp_zip": mailchimp_zip.read,
    "parquet": parquet.read,
    "segment_jsonl": segment_jsonl.read,
    "shopify_csv": shopify_csv.read,
}
OPEN_SCHEMA: frozenset[FormatName] = frozenset({"json", "jsonl", "segment_jsonl"})
"""Formats whose rows leave out what they do not have: an absent column is null, not a fault."""
