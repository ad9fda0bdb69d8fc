"""The order of hits: score descending, then the key's text; chunks change nothing."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from evigate.engine.index.ranking import best, best_of_chunks


def naive(scores: list[float], keys: list[str], k: int) -> list[int]:
    return sorted(range(len(scores)), key=lambda row: (-scores[row], keys[row].encode()))[:k]


@given(
    # Few different scores, so that ties are common.
    st.lists(st.sampled_from([-1.0, 0.0, 0.25, 0.5, 1.0]), max_size=60),
    st.integers(0, 70),
    st.integers(1, 17),
    st.randoms(),
)
def test_streamed_top_k_is_bit_identical_to_sorting_all(scores, k, chunk, random) -> None:
    keys = [f"{number}\u00e9" if number % 3 else str(number) for number in range(len(scores))]
    random.shuffle(keys)

    def texts_of(rows):
        return [keys[row] for row in rows]

    rows, values = np.arange(len(scores)), np.array(scores, np.float32)
    chunks = [
        (rows[at : at + chunk], values[at : at + chunk]) for at in range(0, len(scores), chunk)
    ]
    expected = naive(scores, keys, k)
    for found in (best(rows, values, k, texts_of), best_of_chunks(chunks, k, texts_of)):
        assert found.rows.tolist() == expected
        assert found.scores.tolist() == [scores[row] for row in expected]


def test_keys_are_not_read_where_no_scores_are_equal() -> None:
    def never(rows):
        raise AssertionError(rows)

    found = best(np.arange(5), np.array([3, 1, 5, 2, 4], np.float32), 3, never)
    assert found.rows.tolist() == [2, 4, 0]


def test_chunks_hold_no_more_than_k_rows_between_them() -> None:
    # 50 equal scores a chunk: only k of them may be kept, those with the first keys.
    seen: list[int] = []

    def texts_of(rows):
        seen.append(len(rows))
        return [f"{row:05}" for row in rows]

    chunks = [(np.arange(at, at + 50), np.ones(50, np.float32)) for at in range(0, 1000, 50)]
    assert best_of_chunks(chunks, 5, texts_of).rows.tolist() == [0, 1, 2, 3, 4]
    assert max(seen) <= 55
