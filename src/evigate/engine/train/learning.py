"""Learning from pairs: batches, losses, Adam, early stopping, and a state that can be resumed.

What is learnt are the weights of a `Learner`, an adapter or the low-rank parts of an encoder.
Nothing here reads a clock or a file. One seed decides the split, the order of the batches and the
first weights; an epoch's order comes of the seed and the epoch's number alone, so training that is
taken up from a state gives the bytes of training that was never disturbed.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from evigate.base.errors import EvigateError
from evigate.engine.train.errors import E_TRAIN_DIVERGED
from evigate.engine.train.losses import Loss, Matrix, cosent_loss, ranking_loss, triplet_loss

Places = npt.NDArray[np.int64]
Weights = dict[str, Matrix]

NONE = -1
LOSS_MAX = 100.0
DIVERGED_BATCHES = 3
ADAM_BETAS = (0.9, 0.999)
ADAM_EPSILON = 1e-8
GRADIENT_NORM_MAX = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """What is learnt from: places in `vectors` (v, d), unit length, a row an example.

    The width is 0 where a learner makes vectors of the names themselves. `negatives` is -1 where an
    example has none; `scores` is there for pairs with a score; `groups` tells which examples have
    answers in common, so that none is another's negative.
    """

    vectors: npt.NDArray[np.float32]
    anchors: Places
    positives: Places
    negatives: Places
    scores: Matrix | None
    groups: Places

    def take(self, rows: Places) -> "Examples":
        """Return some of the examples."""
        scores = None if self.scores is None else self.scores[rows]
        return Examples(
            self.vectors,
            self.anchors[rows],
            self.positives[rows],
            self.negatives[rows],
            scores,
            self.groups[rows],
        )

    def __len__(self) -> int:
        return len(self.anchors)


@dataclass(frozen=True, slots=True, eq=False)
class Passed:
    """What came of a forward pass: unit vectors of each part, and how to come back.

    `back` takes the loss's gradient at each part's vectors to gradients of the weights.
    """

    units: list[Matrix]
    back: Callable[[Sequence[Matrix]], Weights]


class Learner(Protocol):
    """What has weights that can be learnt."""

    def first_weights(self) -> Weights:
        """Return weights that change nothing yet."""

    def forward(self, weights: Weights, parts: Sequence[Places], *, seed: int | None) -> Passed:
        """Return the vectors of some parts of a batch; `seed` is None where nothing is learnt."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How weights are learnt; `hidden` is the adapter's alone, 0 for the linear map."""

    loss: str = "mnrl"
    hidden: int = 0
    epochs: int = 20
    batch_size: int = 64
    learning_rate: float = 3e-4
    weight_decay: float = 1e-3
    temperature: float = 0.05
    margin: float = 0.2
    validation: float = 0.1
    patience: int = 3
    seed: int = 42


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """Training after some epochs; `best` are the weights of the lowest held-out loss so far."""

    epoch: int
    step: int
    weights: Weights
    means: Weights
    squares: Weights
    best: Weights
    best_loss: float
    best_epoch: int
    bad_batches: int = 0
    losses: tuple[tuple[float, float], ...] = field(default=())

    def is_done(self, settings: Settings) -> bool:
        """Whether all epochs have run, or the held-out loss has not fallen for too many."""
        waited = self.epoch - self.best_epoch
        return self.epoch >= settings.epochs or waited >= settings.patience

    def packed(self) -> tuple[dict[str, Any], dict[str, npt.NDArray[Any]]]:
        """Return the state as a heading and arrays."""
        kinds = {"w": self.weights, "m": self.means, "v": self.squares, "b": self.best}
        arrays = {
            f"{kind}.{name}": each for kind, own in kinds.items() for name, each in own.items()
        }
        heading = {
            "epoch": self.epoch,
            "step": self.step,
            "best_loss": self.best_loss,
            "best_epoch": self.best_epoch,
            "bad_batches": self.bad_batches,
            "losses": [list(each) for each in self.losses],
        }
        return heading, arrays

    @classmethod
    def unpacked(
        cls, heading: Mapping[str, Any], arrays: Mapping[str, npt.NDArray[Any]]
    ) -> "State":
        """Return the state that was packed."""

        def own(kind: str) -> Weights:
            return {
                name[2:]: np.array(each, np.float64)
                for name, each in arrays.items()
                if name.startswith(f"{kind}.")
            }

        return cls(
            epoch=heading["epoch"],
            step=heading["step"],
            weights=own("w"),
            means=own("m"),
            squares=own("v"),
            best=own("b"),
            best_loss=heading["best_loss"],
            best_epoch=heading["best_epoch"],
            bad_batches=heading["bad_batches"],
            losses=tuple((float(a), float(b)) for a, b in heading["losses"]),
        )


def split(examples: Examples, settings: Settings) -> tuple[Examples, Examples]:
    """Return the examples to learn from and those held out, no anchor in both.

    With fewer than ten anchors none is held out, and the loss on all of them decides.
    """
    anchors = np.unique(examples.anchors)
    count = round(len(anchors) * settings.validation) if len(anchors) >= 10 else 0
    if not count:
        return examples, examples
    chosen = np.random.default_rng([settings.seed, 0]).permutation(anchors)[: max(count, 1)]
    is_held = np.isin(examples.anchors, chosen)
    return examples.take(np.flatnonzero(~is_held)), examples.take(np.flatnonzero(is_held))


def first_state(learner: Learner, held: Examples, settings: Settings) -> State:
    """Return the state before the first epoch: weights that change nothing."""
    weights = learner.first_weights()
    zeros = {name: np.zeros_like(each) for name, each in weights.items()}
    loss = mean_loss(learner, held, weights, settings)
    return State(0, 0, weights, zeros, dict(zeros), weights, loss, 0)


def train_epoch(
    learner: Learner,
    state: State,
    learnt: Examples,
    held: Examples,
    settings: Settings,
    *,
    check: Callable[[], None] | None = None,
) -> State:
    """
    Return the state after one more epoch.

    Args:
        check: called before each batch; what it raises ends the epoch.

    Raises:
        EvigateError[E_TRAIN_DIVERGED]: the loss was NaN or above 100 in three batches in a row.
    """
    order = np.random.default_rng([settings.seed, 2, state.epoch]).permutation(len(learnt))
    weights, means, squares = dict(state.weights), dict(state.means), dict(state.squares)
    step, bad, losses = state.step, state.bad_batches, []
    steps = settings.epochs * len(range(0, len(learnt), settings.batch_size))
    for start in range(0, len(learnt), settings.batch_size):
        if check is not None:
            check()
        batch = learnt.take(order[start : start + settings.batch_size])
        value, gradients = _gradients(learner, batch, weights, settings, step)
        is_bad = not np.isfinite(value) or value > LOSS_MAX
        bad = bad + 1 if is_bad else 0
        if bad == DIVERGED_BATCHES:
            message = (
                f"The loss was {value:.4g} in epoch {state.epoch + 1}, {bad} batches in a row."
            )
            raise EvigateError(E_TRAIN_DIVERGED, message)
        step += 1
        if not is_bad:
            rate = settings.learning_rate * (1 + np.cos(np.pi * (step - 1) / steps)) / 2
            _adam(weights, means, squares, gradients, step, rate, settings.weight_decay)
        losses.append(value)
    loss = mean_loss(learner, held, weights, settings)
    done = replace(state, epoch=state.epoch + 1, step=step, bad_batches=bad)
    done = replace(done, weights=weights, means=means, squares=squares)
    done = replace(done, losses=(*state.losses, (_kept(np.mean(losses)), _kept(loss))))
    if np.isfinite(loss) and loss < state.best_loss:
        done = replace(done, best=weights, best_loss=loss, best_epoch=done.epoch)
    return done


def _kept(value: Any) -> float:
    """Return a loss as a record can hold it."""
    return float(np.clip(np.nan_to_num(value, nan=LOSS_MAX), 0, 1e9))


def mean_loss(learner: Learner, examples: Examples, weights: Weights, settings: Settings) -> float:
    """Return the mean loss over examples in their order, in batches of the settings' size."""
    total = 0.0
    for start in range(0, len(examples), settings.batch_size):
        rows = np.arange(start, min(start + settings.batch_size, len(examples)))
        batch = examples.take(rows)
        total += _forward(learner, batch, weights, settings)[0].value * len(rows)
    return float(total / len(examples))


def _forward(
    learner: Learner,
    batch: Examples,
    weights: Weights,
    settings: Settings,
    seed: int | None = None,
) -> tuple[Loss, Passed]:
    places = [batch.anchors, batch.positives]
    if settings.loss != "cosent":
        places.append(batch.negatives[batch.negatives != NONE])
    passed = learner.forward(weights, places, seed=seed)
    units = passed.units
    if settings.loss == "cosent":
        assert batch.scores is not None
        return cosent_loss(units[0], units[1], batch.scores), passed
    if settings.loss == "triplet":
        return triplet_loss(*units, margin=settings.margin), passed
    masked = _masked(batch, places[2])
    first, second, third = units
    return ranking_loss(first, second, third, masked, temperature=settings.temperature), passed


def _masked(batch: Examples, negatives: Places) -> npt.NDArray[np.bool_]:
    """Return which candidates answer an anchor too: of its group, or its own positive again."""
    same = batch.groups[:, None] == batch.groups[None, :]
    same |= batch.anchors[:, None] == batch.anchors[None, :]
    same |= batch.positives[:, None] == batch.positives[None, :]
    same |= batch.anchors[:, None] == batch.positives[None, :]
    np.fill_diagonal(same, False)
    again = batch.positives[:, None] == negatives[None, :]
    return np.concatenate([same, again], axis=1)


def _gradients(
    learner: Learner, batch: Examples, weights: Weights, settings: Settings, step: int
) -> tuple[float, Weights]:
    loss, passed = _forward(learner, batch, weights, settings, seed=settings.seed + step)
    total = passed.back(loss.gradients)
    norm = np.sqrt(sum(float((each**2).sum()) for each in total.values()))
    if norm > GRADIENT_NORM_MAX:
        total = {name: each * (GRADIENT_NORM_MAX / norm) for name, each in total.items()}
    return loss.value, total


def _adam(
    weights: Weights,
    means: Weights,
    squares: Weights,
    gradients: Weights,
    step: int,
    rate: float,
    decay: float,
) -> None:
    """Move the weights one step (AdamW: the decay is apart from the gradient)."""
    first, second = ADAM_BETAS
    for name, gradient in gradients.items():
        means[name] = first * means[name] + (1 - first) * gradient
        squares[name] = second * squares[name] + (1 - second) * gradient**2
        mean = means[name] / (1 - first**step)
        square = squares[name] / (1 - second**step)
        weights[name] = weights[name] - rate * (
            mean / (np.sqrt(square) + ADAM_EPSILON) + decay * weights[name]
        )
