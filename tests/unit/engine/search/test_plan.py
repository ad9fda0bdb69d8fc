"""The planner: gathers where few rows are allowed, walks where many are, scans where small."""

import pytest

from evigate.engine.search.plan import RouteKind, Shape, choose, walk_of_each


@pytest.mark.parametrize(
    ("count", "dimensions", "share", "kind"),
    [
        (1_000, 384, None, RouteKind.SCAN),
        (100_000, 384, None, RouteKind.GRAPH),
        (100_000, 384, 0.001, RouteKind.GATHER),
        (100_000, 384, 0.01, RouteKind.GATHER),
        (100_000, 384, 0.5, RouteKind.GRAPH),
        (100_000, 128, 0.01, RouteKind.GATHER),
        (1_000_000, 384, 0.1, RouteKind.GRAPH),
        (1_000_000, 384, 0.0005, RouteKind.GATHER),
    ],
)
def test_the_cheapest_route_is_taken(count, dimensions, share, kind) -> None:
    allowed = None if share is None else int(count * share)
    shape = Shape(count, dimensions, allowed, expansion=128)
    assert choose(shape, wanted=40, k=10).kind is kind


def test_without_a_graph_many_allowed_rows_are_scanned() -> None:
    assert choose(Shape(10_000, 64, 9_000, None), wanted=10, k=10).kind is RouteKind.SCAN
    assert choose(Shape(100_000, 64, 100, None), wanted=10, k=10).kind is RouteKind.GATHER


def test_a_narrower_filter_is_walked_further() -> None:
    def fetch(allowed: int | None) -> int:
        return choose(Shape(10**6, 384, allowed, 128), wanted=40, k=10).fetch

    assert fetch(None) == 128 < fetch(500_000) < fetch(100_000)


def test_many_queries_share_a_product_until_the_table_is_large() -> None:
    def fetch(count: int, queries: int, share: float | None = None) -> int:
        allowed = None if share is None else int(count * share)
        return walk_of_each(Shape(count, 384, allowed, 128), wanted=40, k=10, queries=queries)

    assert fetch(1_000_000, 100) == fetch(100_000, 2) == 128
    assert fetch(20_000, 100) == fetch(100_000, 100, 0.01) == 0
    assert fetch(1_000_000, 100, 0.5) > 128
    assert walk_of_each(Shape(10**6, 384, None, None), wanted=40, k=10, queries=9) == 0
