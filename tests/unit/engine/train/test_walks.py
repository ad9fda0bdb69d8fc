"""Walks on graphs small enough to see what may come."""

import numpy as np
import pytest

from evigate.engine.train.walks import NONE, WalkOptions, graph_of, walk_pairs, within


def path(count: int, *, is_directed: bool = False):
    own = np.arange(count - 1)
    return graph_of(own, own + 1, count, is_directed=is_directed)


def test_edges_become_neighbours_both_ways_once_and_without_loops() -> None:
    graph = graph_of(np.array([0, 0, 1, 2]), np.array([1, 1, 0, 2]), 4, is_directed=False)
    assert [graph.of(node).tolist() for node in range(4)] == [[1], [0], [], []]


def test_positives_are_within_the_walk_and_never_oneself() -> None:
    pairs = list(walk_pairs(path(30), WalkOptions(walks=8)))
    assert {abs(a - b) for a, b, _ in pairs} <= {1, 2, 3, 4}
    assert {a for a, _, _ in pairs} == set(range(30))
    assert len({(a, b) for a, b, _ in pairs}) == len(pairs)


def test_a_directed_walk_follows_the_edges_and_ends_at_the_end() -> None:
    pairs = list(walk_pairs(path(6, is_directed=True), WalkOptions(walks=1, negatives=0)))
    assert {b - a for a, b, _ in pairs} == {1, 2, 3, 4}
    assert all(negative == NONE for _, _, negative in pairs)
    assert 5 not in {a for a, _, _ in pairs}


@pytest.mark.parametrize("hops", [1, 2, 3])
def test_a_negative_is_beyond_the_hops_and_no_positive(hops: int) -> None:
    graph = path(40)
    options = WalkOptions(exclude_hops=hops, negatives=2)
    pairs = list(walk_pairs(graph, options))
    positives: dict[int, set[int]] = {}
    for anchor, positive, _ in pairs:
        positives.setdefault(anchor, set()).add(positive)
    for anchor, _, negative in pairs:
        assert negative not in within(graph, anchor, hops) | positives[anchor]
        assert negative != NONE


def test_where_all_are_near_there_is_no_negative() -> None:
    whole = np.array([(a, b) for a in range(5) for b in range(a)])
    graph = graph_of(whole[:, 0], whole[:, 1], 5, is_directed=False)
    assert {negative for _, _, negative in walk_pairs(graph, WalkOptions())} == {NONE}


def test_the_one_node_outside_is_found() -> None:
    # A star of 200 around node 0, and one edge apart: the star's centre has two nodes outside.
    src = np.concatenate([np.zeros(199, np.int64), [200]])
    dst = np.concatenate([np.arange(1, 200), [201]])
    graph = graph_of(src, dst, 202, is_directed=False)
    found = {negative for a, _, negative in walk_pairs(graph, WalkOptions()) if a == 0}
    assert found <= {200, 201}
    assert found


def test_a_seed_decides() -> None:
    one, two = (list(walk_pairs(path(30), WalkOptions(seed=4))) for _ in range(2))
    assert one == two
    assert one != list(walk_pairs(path(30), WalkOptions(seed=5)))


def test_p_makes_a_walk_return_less() -> None:
    def spread(p: float) -> float:
        options = WalkOptions(p=p, walks=4, negatives=0)
        return float(np.mean([abs(a - b) for a, b, _ in walk_pairs(path(200), options)]))

    assert spread(1e6) > spread(1.0) > spread(1e-6)
