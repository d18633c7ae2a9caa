"""Why two customers are not one: the pairs of their records that something spoke for."""

from dataclasses import dataclass

import duckdb

from identity.errors import IdentityError
from identity.lookup import current_ids
from identity.stored import NearLink, near_links_of


@dataclass(frozen=True)
class CustomersReasons:
    """Why two customers are not one. `kept_apart` are the pairs that came near, the closest first."""

    customer_ids: tuple[int, int]
    answer: str
    kept_apart: list[NearLink]


def why_two_customers(con: duckdb.DuckDBPyConnection, customer_l: int, customer_r: int) -> CustomersReasons:
    """Return why two customers are two, from what the run stored. An old id stands for the customer it leads to.

    Raises IdentityError for an id that leads to nobody.
    """
    left, right = (_today(con, customer_id) for customer_id in (customer_l, customer_r))
    if left == right:
        return CustomersReasons((left, right), f"One customer: both lead to C{left:06d} today.", [])
    pairs = [near for near in near_links_of(con, left) if right in (near.customer_id_l, near.customer_id_r)]
    cause = pairs[0].reason if pairs else "no record of the one came near to any of the other"
    return CustomersReasons((left, right), f"Two customers: {cause}.", pairs)


def _today(con: duckdb.DuckDBPyConnection, customer_id: int) -> int:
    found = current_ids(con, customer_id)
    if not found:
        raise IdentityError(
            f"customer C{customer_id:06d}: leads to nobody in this snapshot. Look it up by a record's id."
        )
    return found[0].customer_id
