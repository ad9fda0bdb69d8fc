"""Fusion: reciprocal ranks by the book, convex sums, and a total order."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evigate.base.errors import EvigateError
from evigate.engine.search import Fusion, FusionMethod, rrf_fuse
from evigate.engine.search.fusion import Ranking, fuse

RRF = Fusion(FusionMethod.RRF)


def ranking(ids: list[int], scores: list[float], **more: float) -> Ranking:
    return Ranking(np.array(ids, np.int64), np.array(scores, np.float32), **more)


def by_id(rankings: list[Ranking], fusion: Fusion) -> dict[int, float]:
    fused = fuse(rankings, fusion)
    return dict(zip(fused.ids.tolist(), fused.scores.tolist(), strict=True))


def test_the_first_of_one_list_scores_one_over_sixty_one() -> None:
    assert rrf_fuse([["a"]]) == [("a", 1 / 61)]
    assert by_id([ranking([7], [3.0])], RRF) == {7: pytest.approx(1 / 61)}


def test_reciprocal_ranks_by_hand() -> None:
    # a: ranks 0 and 1, b: 1 and 0, c: 2 alone; a and b tie and come by name.
    fused = rrf_fuse([["a", "b", "c"], ["b", "a"]])
    assert [row for row, _ in fused] == ["a", "b", "c"]
    assert [score for _, score in fused] == pytest.approx([1 / 61 + 1 / 62] * 2 + [1 / 63])


def test_a_row_named_twice_counts_once_at_its_best_rank() -> None:
    assert rrf_fuse([["a", "b", "a"]]) == [("a", 1 / 61), ("b", 1 / 62)]


def test_nothing_fuses_to_nothing() -> None:
    assert rrf_fuse([]) == rrf_fuse([[], []]) == []
    assert len(fuse([], RRF).ids) == len(fuse([ranking([], [])], Fusion()).ids) == 0


@given(st.lists(st.lists(st.integers(0, 9), max_size=8, unique=True), max_size=4), st.randoms())
def test_the_order_of_the_lists_does_not_matter(lists, random) -> None:
    shuffled = random.sample(lists, len(lists))
    assert rrf_fuse(lists) == rrf_fuse(shuffled)
    vectorised = by_id([ranking(ids, [0.0] * len(ids)) for ids in lists], RRF)
    assert vectorised == pytest.approx({int(row): score for row, score in rrf_fuse(lists)})


def test_convex_by_hand() -> None:
    # Words: 8 / 8 and 4 / 8 of weight 1/2; vectors: .5 / .5 and .25 / .5; a row below 0 adds 0.
    words = ranking([1, 2], [8, 4], weight=0.5, floor=0.0)
    near = ranking([2, 3, 4], [0.5, 0.25, -0.1], weight=0.5, floor=0.0)
    assert by_id([words, near], Fusion()) == pytest.approx({1: 0.5, 2: 0.75, 3: 0.25, 4: 0.0})


def test_without_a_floor_the_worst_of_the_pool_is_it() -> None:
    near = ranking([1, 2, 3], [-1, -2, -3])
    assert by_id([near], Fusion()) == pytest.approx({1: 1.0, 2: 0.5, 3: 0.0})
    assert by_id([ranking([1, 2], [-1, -1])], Fusion()) == {1: 1.0, 2: 1.0}


@pytest.mark.parametrize(
    "options", [{"lexical_weight": 1.1}, {"lexical_weight": -0.1}, {"damping": -1}]
)
def test_impossible_parameters_are_refused(options) -> None:
    with pytest.raises(EvigateError) as caught:
        Fusion(**options)
    assert caught.value.code.name == "E_SEARCH_INVALID"
