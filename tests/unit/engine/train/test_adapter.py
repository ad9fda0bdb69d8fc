"""Training an adapter: it begins as nothing, finds what is there, repeats to the byte, resumes."""

from dataclasses import replace

import numpy as np
import pytest

from evigate.base.errors import EvigateError
from evigate.engine.models.adapters import VectorMap
from evigate.engine.models.arrays import NotArrays, pack, unpack
from evigate.engine.train.adapter import Adapter
from evigate.engine.train.errors import E_TRAIN_DIVERGED
from evigate.engine.train.learning import (
    NONE,
    Examples,
    Settings,
    State,
    first_state,
    mean_loss,
    split,
    train_epoch,
)

WIDTH = 16


def units(vectors: np.ndarray) -> np.ndarray:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return (vectors / lengths).astype(np.float32)


def noisy_pairs(count: int = 120, seed: int = 3) -> Examples:
    """Pairs that agree in the first half of their dimensions and differ in the second."""
    draw = np.random.default_rng(seed)
    meaning = draw.standard_normal((count, WIDTH // 2))
    sides = [
        np.concatenate([meaning, 2 * draw.standard_normal((count, WIDTH // 2))], axis=1)
        for _ in range(2)
    ]
    own = np.arange(count)
    return Examples(units(np.concatenate(sides)), own, own + count, np.full(count, NONE), None, own)


def run(examples: Examples, settings: Settings, state: State | None = None) -> State:
    learnt, held = split(examples, settings)
    state = state or first_state(Adapter(held.vectors, settings), held, settings)
    while not state.is_done(settings):
        state = train_epoch(Adapter(learnt.vectors, settings), state, learnt, held, settings)
    return state


def packed(state: State) -> bytes:
    return pack(*state.packed())


def hits(examples: Examples, state: State) -> float:
    """Return how many anchors find their own positive first."""
    moved = VectorMap(state.best).apply(examples.vectors)
    scores = moved[examples.anchors] @ moved[examples.positives].T
    return float((scores.argmax(axis=1) == np.arange(len(examples))).mean())


@pytest.mark.parametrize("hidden", [0, 8])
def test_before_the_first_epoch_the_map_changes_nothing(hidden: int) -> None:
    examples = noisy_pairs()
    state = first_state(
        Adapter(examples.vectors, Settings(hidden=hidden)), examples, Settings(hidden=hidden)
    )
    moved = VectorMap(state.weights).apply(examples.vectors)
    np.testing.assert_allclose(moved, examples.vectors, atol=1e-6)


@pytest.mark.parametrize("hidden", [0, 32])
def test_what_does_not_matter_is_learnt_to_be_ignored(hidden: int) -> None:
    settings = Settings(hidden=hidden, epochs=40, batch_size=32, learning_rate=0.02, patience=40)
    state = run(noisy_pairs(300), settings)
    fresh = noisy_pairs(100, seed=9)
    before = hits(fresh, first_state(Adapter(fresh.vectors, settings), fresh, settings))
    assert hits(fresh, state) > before + (0.2 if not hidden else 0.05)


def test_the_same_seed_gives_the_same_bytes_and_another_does_not() -> None:
    settings = Settings(epochs=3, batch_size=16)
    one, two = run(noisy_pairs(), settings), run(noisy_pairs(), settings)
    assert packed(one) == packed(two)
    assert packed(run(noisy_pairs(), replace(settings, seed=1))) != packed(one)


@pytest.mark.parametrize("loss", ["mnrl", "triplet", "cosent"])
def test_training_that_goes_on_from_any_epoch_ends_in_the_same_bytes(loss: str) -> None:
    examples = noisy_pairs()
    negatives = np.roll(examples.positives, 5)
    scores = np.linspace(0, 1, len(examples))
    examples = replace(examples, negatives=negatives, scores=scores)
    settings = Settings(loss=loss, epochs=4, batch_size=16, hidden=4, patience=9)
    whole = run(examples, settings)
    learnt, held = split(examples, settings)
    state = first_state(Adapter(held.vectors, settings), held, settings)
    for _ in range(4):
        state = State.unpacked(*unpack(packed(state)))
        assert packed(run(examples, settings, state)) == packed(whole)
        state = train_epoch(Adapter(learnt.vectors, settings), state, learnt, held, settings)


def test_training_ends_when_the_held_out_loss_no_longer_falls() -> None:
    settings = Settings(epochs=200, learning_rate=0.3, patience=2, batch_size=16)
    state = run(noisy_pairs(60), settings)
    assert state.epoch < 200
    assert state.epoch == state.best_epoch + 2
    _, held = split(noisy_pairs(60), settings)
    assert mean_loss(Adapter(held.vectors, settings), held, state.best, settings) == pytest.approx(
        state.best_loss
    )
    assert all(state.best_loss <= loss for _, loss in state.losses)


def test_a_loss_above_the_bound_three_batches_in_a_row_is_the_end() -> None:
    settings = Settings(temperature=1e-3, batch_size=16, learning_rate=1e-9)
    examples = noisy_pairs()
    with pytest.raises(EvigateError) as refusal:
        run(examples, settings)
    assert refusal.value.code is E_TRAIN_DIVERGED
    assert "epoch 1" in refusal.value.message


def test_bad_batches_are_counted_across_epochs() -> None:
    settings = Settings(temperature=1e-3, batch_size=200, learning_rate=1e-9, validation=0)
    with pytest.raises(EvigateError) as refusal:
        run(noisy_pairs(), settings)
    assert "epoch 3" in refusal.value.message


def test_a_loss_that_is_no_number_is_the_end() -> None:
    examples = noisy_pairs()
    broken = examples.vectors.copy()
    broken[:] = np.nan
    with pytest.raises(EvigateError) as refusal, np.errstate(invalid="ignore"):
        run(replace(examples, vectors=broken), Settings(batch_size=16))
    assert refusal.value.code is E_TRAIN_DIVERGED


def test_no_anchor_is_both_learnt_and_held_out() -> None:
    examples = noisy_pairs(50)
    doubled = examples.take(np.concatenate([np.arange(50), np.arange(50)]))
    learnt, held = split(doubled, Settings(validation=0.2))
    assert len(held) == 20
    assert not set(learnt.anchors) & set(held.anchors)


def test_few_examples_are_all_learnt() -> None:
    learnt, held = split(noisy_pairs(5), Settings())
    assert len(learnt) == len(held) == 5


def test_examples_of_one_group_are_not_each_others_negatives() -> None:
    vectors = units(np.array([[1.0, 0.0], [0.9, 0.1], [0.8, 0.2], [0.7, 0.3]]))
    own = np.array([0, 1])
    apart = Examples(vectors, own, own + 2, np.full(2, NONE), None, np.array([0, 1]))
    alike = replace(apart, groups=np.array([5, 5]))
    learner = Adapter(apart.vectors, Settings())
    weights = learner.first_weights()
    assert mean_loss(learner, apart, weights, Settings()) > 0.1
    assert mean_loss(learner, alike, weights, Settings()) == pytest.approx(0)


def test_arrays_that_were_cut_or_changed_are_refused() -> None:
    data = pack({"a": 1}, {"x": np.arange(6.0).reshape(2, 3), "n": np.array([1, 2])})
    heading, arrays = unpack(data)
    assert heading == {"a": 1}
    np.testing.assert_array_equal(arrays["x"], np.arange(6.0).reshape(2, 3))
    np.testing.assert_array_equal(arrays["n"], [1, 2])
    for broken in (data[:-1], data + b"x", data[:10], b"", b"EVGB" + data[4:]):
        with pytest.raises(NotArrays):
            unpack(broken)
