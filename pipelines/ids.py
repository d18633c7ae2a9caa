"""Ids as people write them."""

import re

from warehouse.errors import WarehouseError


def parse_customer_no(text: str) -> int:
    """Return the customer_id of `C000123`. Raises WarehouseError for anything else."""
    found = re.fullmatch(r"[Cc]?0*(\d{1,18})", text.strip())
    if not found:
        raise WarehouseError(f'"{text}" is no customer number. Write it like C000123.')
    return int(found[1])


def is_record_id(text: str) -> bool:
    """Return whether the text looks like a record's id, `shop:0123456789abcdef`."""
    return re.fullmatch(r"[a-z][a-z0-9_]*:[0-9a-f]{16}", text) is not None
