"""Choosing how a segment is searched, by cost.

An exact gather of 1 % of 100,000 rows is 70 times as fast as the best filtered walk through a graph
and never misses; at 50 % the graph wins by far; near 5 to 10 % they tie. The figures are medians on
one Zen 4 core (384 numbers a row); only their ratios decide, so another machine shifts the border a
little and changes no answer.
"""

from dataclasses import dataclass
from enum import StrEnum

# Microseconds for each number of a vector: read in order, or fetched from anywhere.
SCAN_US = 0.00022
GATHER_US = 0.0006
GATHER_NEAR_US = 0.00028
PACKED_US = 0.00016
# In a matrix product with many queries, for each of them, the sorting out included.
PRODUCT_US = 0.00002
# Rows that stay in the cache from one query to the next cost less than half to gather.
NEAR_NUMBERS = 1_000_000
# A walk: for each candidate weighed, a part that does not depend on the width and one that does.
WALK_US = 1.2
WALK_NUMBER_US = 0.0045
CALL_US = 25.0
# Words, 100,000 short rows: a hit brought up, until all are; and a row named to the index.
HIT_US = 1.5
HITS_COSTED_MAX = 6_000
NAMED_CALL_US = 900.0
NAMED_US = 0.7
# A walk that must pass over n rows that are not allowed weighs 2 n more: with 96 for recall .95
# unfiltered, 300 did at 10 % and 2,000 at 1 % of 100,000 rows.
FILTER_DEPTH = 2.0


class RouteKind(StrEnum):
    """Ways through a segment."""

    SCAN = "scan"
    PACKED = "packed"
    GATHER = "gather"
    GRAPH = "graph"


@dataclass(frozen=True, slots=True)
class Route:
    """A way, and for a graph how many candidates to ask for first."""

    kind: RouteKind
    fetch: int = 0


@dataclass(frozen=True, slots=True)
class Shape:
    """What the choice depends on: `allowed` is None without filter, `expansion` without graph."""

    count: int
    dimensions: int
    allowed: int | None
    expansion: int | None
    is_packed: bool = False


def choose(shape: Shape, *, wanted: int, k: int) -> Route:
    """Return the cheapest route that finds k rows.

    Args:
        wanted: candidates for k rows without a filter, k times the oversampling.
    """
    exact = cheapest_exact(shape)
    if shape.expansion is None:
        return exact
    fetch = graph_fetch(shape, wanted=wanted, k=k)
    if fetch >= shape.count or graph_us(shape, fetch) > exact_us(shape, exact):
        return exact
    return Route(RouteKind.GRAPH, fetch)


def graph_fetch(shape: Shape, *, wanted: int, k: int) -> int:
    """Return how many candidates a walk should bring to hold k allowed rows."""
    fetch = max(wanted, shape.expansion or 0)
    if shape.allowed is None:
        return fetch
    share = max(shape.allowed, 1) / max(shape.count, 1)
    return fetch + int(FILTER_DEPTH * k * (1 / share - 1))


def walk_of_each(shape: Shape, *, wanted: int, k: int, queries: int) -> int:
    """Return how many candidates each of many queries should walk to; 0 if a product is cheaper.

    A product reads the allowed rows once for all queries, so a row costs each of them little.
    """
    if shape.expansion is None:
        return 0
    fetch = graph_fetch(shape, wanted=wanted, k=k)
    numbers = (shape.count if shape.allowed is None else shape.allowed) * shape.dimensions
    product_us = numbers * (PRODUCT_US + SCAN_US / max(queries, 1))
    is_walked = fetch < shape.count and graph_us(shape, fetch) <= product_us
    return fetch if is_walked else 0


def picks_from_hits(fetch: int, allowed: int) -> bool:
    """Return whether bringing up `fetch` hits of words costs less than naming the allowed rows."""
    return min(fetch, HITS_COSTED_MAX) * HIT_US <= NAMED_CALL_US + allowed * NAMED_US


def cheapest_exact(shape: Shape) -> Route:
    """Return the way of reading every allowed row that is fastest."""
    if shape.allowed is None:
        return Route(RouteKind.SCAN)
    kinds = [RouteKind.GATHER, RouteKind.SCAN]
    if shape.is_packed:
        kinds.insert(0, RouteKind.PACKED)
    return min((Route(kind) for kind in kinds), key=lambda route: exact_us(shape, route))


def exact_us(shape: Shape, route: Route) -> float:
    """Return the cost of an exact route in microseconds."""
    if route.kind is RouteKind.SCAN:
        return shape.count * shape.dimensions * SCAN_US
    numbers = (shape.count if shape.allowed is None else shape.allowed) * shape.dimensions
    if route.kind is RouteKind.PACKED:
        return numbers * PACKED_US
    return numbers * (GATHER_NEAR_US if numbers <= NEAR_NUMBERS else GATHER_US)


def graph_us(shape: Shape, fetch: int) -> float:
    """Return the cost of a walk in microseconds."""
    return CALL_US + fetch * (WALK_US + WALK_NUMBER_US * shape.dimensions)
