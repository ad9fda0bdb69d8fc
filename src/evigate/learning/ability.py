"""How able a learner is and how hard an item: the two-parameter logistic model, and its use.

P(right) = 1 / (1 + exp(-a (theta - b))), abilities standard normal. Items are fitted by marginal
maximum likelihood; a prior holds an item back where answers are few and fades as they come. Between
fits a learner's ability follows each answer, and an item's difficulty may. Nothing here is to be
shown without its count of answers: `standing` says what a count bears.
"""

import math
import random
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

K = TypeVar("K", bound=Hashable)
L = TypeVar("L", bound=Hashable)
Array = NDArray[np.float64]

# 61 nodes over six deviations, as mirt takes by default.
NODES, NODE_MAX = 61, 6.0
A_MIN, A_MAX, B_MAX = 0.05, 6.0, 8.0
# Slopes of sound items scatter about half a unit of log round 1; a difficulty guessed from the text
# is worth little, so its spread is that of difficulties at large.
PRIOR_LOG_A_SD, PRIOR_B_SD, PRIOR_B_RANGE = 0.5, 1.5, 2.0
ROUNDS_MAX, STEP_MAX, TOLERANCE = 2_000, 1.0, 1e-6
# A learner learns, so an ability is never taken as known better than this.
SE_MIN = 0.2
COUNTED_MIN, FITTED_MIN = 10, 200
# Elo: how far one answer moves a difficulty, and how soon the steps become small.
ELO_STEP, ELO_DECAY = 0.4, 0.05


@dataclass(frozen=True, slots=True)
class ItemParameters:
    """An item's slope and difficulty with standard errors; None where the data cannot say.

    As a prior, the errors are its spreads; None there means no prior on that parameter.
    """

    a: float
    b: float
    se_a: float | None
    se_b: float | None


@dataclass(frozen=True, slots=True)
class Ability:
    """A learner's ability in deviations from the average learner, with its standard error."""

    theta: float
    se: float


@dataclass(frozen=True, slots=True)
class Fit(Generic[L, K]):
    """Fitted items and abilities, the answers each item was fitted on, and the log-likelihood."""

    items: Mapping[K, ItemParameters]
    abilities: Mapping[L, Ability]
    n: Mapping[K, int]
    log_likelihood: float


def prior_parameters(difficulty_prior: float) -> ItemParameters:
    """Return what is believed of an item before any answer, from a guess in 0 easy to 1 hard."""
    at = (min(1.0, max(0.0, difficulty_prior)) - 0.5) * 2 * PRIOR_B_RANGE
    return ItemParameters(1.0, at, PRIOR_LOG_A_SD, PRIOR_B_SD)


def standing(n: int) -> Literal["none", "counts", "model"]:
    """Return what this many answers bear: nothing, shares and correlations, or the model too."""
    if n < COUNTED_MIN:
        return "none"
    return "counts" if n < FITTED_MIN else "model"


def probability(theta: float, item: ItemParameters) -> float:
    """Return the chance that a learner of this ability is right, in 0..1."""
    return 1.0 / (1.0 + math.exp(-max(-700.0, min(700.0, item.a * (theta - item.b)))))


def information(theta: float, item: ItemParameters) -> float:
    """Return how much an answer tells of the ability: Fisher information, a^2 P (1 - P)."""
    p = probability(theta, item)
    return item.a**2 * p * (1.0 - p)


def update(theta: float, se: float, item: ItemParameters, is_correct: bool) -> Ability:
    """
    Return the ability after one more answer: mean and deviation of the posterior.

    What was known is taken as normal, and weighed by the answer's likelihood on a grid. The error
    never falls below `SE_MIN`, so that a learner who improves is followed.
    """
    grid = theta + max(se, SE_MIN) * np.linspace(-5.0, 5.0, NODES)
    weights = np.exp(-0.5 * ((grid - theta) / max(se, SE_MIN)) ** 2)
    right = _logistic(item.a * (grid - item.b))
    weights = weights * (right if is_correct else 1.0 - right)
    mean, deviation = _moments(grid, weights / weights.sum())
    return Ability(mean, max(SE_MIN, deviation))


def estimate(answers: Sequence[tuple[ItemParameters, bool]]) -> Ability:
    """Return the ability behind some answers by expected a posteriori; none give (0, 1)."""
    grid, weights = _nodes()
    logs = np.log(weights)
    for item, is_correct in answers:
        z = item.a * (grid - item.b)
        logs = logs - np.logaddexp(0.0, -z if is_correct else z)
    posterior = np.exp(logs - logs.max())
    return Ability(*_moments(grid, posterior / posterior.sum()))


def update_item(item: ItemParameters, theta: float, is_correct: bool, *, n: int) -> ItemParameters:
    """
    Return the item after one answer more than `n`: its difficulty moves by Elo, its slope stays.

    The step falls as 1 / (1 + n / 20), so a difficulty settles between two fits.

    Source:
        Pelánek, Computers & Education 2016; the constants are in his range.
    """
    step = ELO_STEP / (1.0 + ELO_DECAY * n)
    moved = item.b + step * (probability(theta, item) - float(is_correct))
    return ItemParameters(item.a, max(-B_MAX, min(B_MAX, moved)), item.se_a, item.se_b)


def choose(
    theta: float,
    candidates: Sequence[tuple[K, ItemParameters, int]],
    *,
    seed: int,
    among: int = 5,
) -> K:
    """
    Return the key of an item that tells much of the ability, without wearing out the best ones.

    Of the `among` most informative (equals in the order given) one is drawn, less likely the more
    often it has been shown. The same arguments give the same item.

    Args:
        candidates: (key, parameters, times shown so far); at least one.

    Raises:
        ValueError: there is no candidate.

    Source:
        randomesque selection, Kingsbury & Zara, Applied Measurement in Education 1989.
    """
    if not candidates:
        raise ValueError("there is nothing to choose from")
    ranked = sorted(candidates, key=lambda each: -information(theta, each[1]))[: max(1, among)]
    weights = [1.0 / (1 + max(0, exposure)) for _, _, exposure in ranked]
    return random.Random(seed).choices(ranked, weights)[0][0]


def fit(responses: Sequence[tuple[L, K, bool]], priors: Mapping[K, ItemParameters]) -> Fit[L, K]:
    """
    Fit slopes and difficulties of all items at once, then each learner's ability.

    Args:
        responses: (learner, item, right); of a pair that repeats the first counts.
        priors: by item; normal on the slope's logarithm and on the difficulty, with the spreads
            that the prior's errors are. An item without one is fitted by likelihood alone, which
            wants hundreds of answers and both right and wrong ones.

    Returns:
        Items in the order they first appear. A slope stays within A_MIN..A_MAX: an item that
        abler learners get wrong more often ends at A_MIN. Errors come from the observed
        information; None where it cannot be inverted. No responses fit nothing.

    Source:
        Bock & Aitkin, Psychometrika 1981; errors by the cross-products of scores.
    """
    learners = {name: at for at, name in enumerate(dict.fromkeys(one for one, _, _ in responses))}
    items = {name: at for at, name in enumerate(dict.fromkeys(one for _, one, _ in responses))}
    right = np.zeros((len(learners), len(items)))
    seen = np.zeros_like(right)
    for learner, item, is_correct in responses:
        row, column = learners[learner], items[item]
        if not seen[row, column]:
            seen[row, column], right[row, column] = 1.0, float(is_correct)
    if not responses:
        return Fit({}, {}, {}, 0.0)
    model = _Model(right, seen, [priors.get(name) for name in items])
    model.run()
    errors = model.errors()
    return Fit(
        items={
            name: ItemParameters(float(np.exp(model.log_a[at])), float(model.b[at]), *errors[at])
            for name, at in items.items()
        },
        abilities={name: model.ability(at) for name, at in learners.items()},
        n={name: int(seen[:, at].sum()) for name, at in items.items()},
        log_likelihood=model.log_likelihood,
    )


class _Model:
    """The state of one fit: parameters by item, and each learner's posterior over the nodes."""

    def __init__(self, right: Array, seen: Array, priors: Sequence[ItemParameters | None]) -> None:
        self.right, self.seen = right, seen
        self.grid, self.weights = _nodes()
        starts = [prior or ItemParameters(1.0, 0.0, None, None) for prior in priors]
        self.log_a = np.log([min(A_MAX, max(A_MIN, each.a)) for each in starts])
        self.b = np.array([float(each.b) for each in starts])
        self.means = np.stack([self.log_a, self.b])
        self.precisions = np.array(
            [[_precision(each.se_a) for each in starts], [_precision(each.se_b) for each in starts]]
        )
        self.posterior = np.zeros((len(right), NODES))
        self.log_likelihood = 0.0

    def run(self) -> None:
        """Alternate until no parameter moves by more than `TOLERANCE`."""
        for _ in range(ROUNDS_MAX):
            self._expect()
            if self._maximise() < TOLERANCE:
                break
        self._expect()

    def ability(self, row: int) -> Ability:
        """Return the mean and deviation of one learner's posterior."""
        return Ability(*_moments(self.grid, self.posterior[row]))

    def errors(self) -> list[tuple[float | None, float | None]]:
        """Return the standard errors of slope and difficulty, by item."""
        p, slopes = self._curves()
        count = len(self.b)
        scores = np.concatenate(
            [
                self.right * (self.posterior @ d.T) - self.seen * (self.posterior @ (p * d).T)
                for d in slopes
            ],
            axis=1,
        )
        whole = scores.T @ scores + np.diag(self.precisions.reshape(-1))
        try:
            np.linalg.cholesky(whole)
        except np.linalg.LinAlgError:
            return [(None, None)] * count
        deviations = np.sqrt(np.diag(np.linalg.inv(whole)))
        at_bound = (self.log_a <= math.log(A_MIN)) | (np.abs(self.b) >= B_MAX)
        return [
            (None, None)
            if at_bound[at]
            else (float(np.exp(self.log_a[at]) * deviations[at]), float(deviations[count + at]))
            for at in range(count)
        ]

    def _curves(self) -> tuple[Array, tuple[Array, Array]]:
        """Return P by item and node, and how the logit moves with log a and with b."""
        a = np.exp(self.log_a)[:, None]
        z = a * (self.grid[None, :] - self.b[:, None])
        return _logistic(z), (z, np.broadcast_to(-a, z.shape))

    def _expect(self) -> None:
        a = np.exp(self.log_a)[:, None]
        z = a * (self.grid[None, :] - self.b[:, None])
        log_right, log_wrong = -np.logaddexp(0.0, -z), -np.logaddexp(0.0, z)
        logs = self.right @ log_right + (self.seen - self.right) @ log_wrong
        logs += np.log(self.weights)
        top = logs.max(axis=1, keepdims=True)
        self.posterior = np.exp(logs - top)
        total = self.posterior.sum(axis=1, keepdims=True)
        self.posterior /= total
        self.log_likelihood = float((top + np.log(total)).sum())

    def _maximise(self) -> float:
        """Take one step of Fisher scoring for every item; return the largest move."""
        p, (along_a, along_b) = self._curves()
        count = self.seen.T @ self.posterior
        residual = self.right.T @ self.posterior - count * p
        weight = count * p * (1.0 - p)
        here = np.stack([self.log_a, self.b])
        gradient = np.stack([(residual * along_a).sum(1), (residual * along_b).sum(1)])
        gradient -= self.precisions * (here - self.means)
        aa = (weight * along_a**2).sum(1) + self.precisions[0] + 1e-9
        bb = (weight * along_b**2).sum(1) + self.precisions[1] + 1e-9
        ab = (weight * along_a * along_b).sum(1)
        determinant = np.maximum(aa * bb - ab**2, 1e-12)
        step = np.stack([bb * gradient[0] - ab * gradient[1], aa * gradient[1] - ab * gradient[0]])
        moved = here + np.clip(step / determinant, -STEP_MAX, STEP_MAX)
        self.log_a = np.clip(moved[0], math.log(A_MIN), math.log(A_MAX))
        self.b = np.clip(moved[1], -B_MAX, B_MAX)
        return float(np.abs(np.stack([self.log_a, self.b]) - here).max())


def _precision(spread: float | None) -> float:
    return 0.0 if spread is None else 1.0 / spread**2


def _nodes() -> tuple[Array, Array]:
    grid = np.linspace(-NODE_MAX, NODE_MAX, NODES)
    weights = np.exp(-0.5 * grid**2)
    return grid, weights / weights.sum()


def _logistic(z: Array) -> Array:
    return np.asarray(np.exp(-np.logaddexp(0.0, -z)), dtype=np.float64)


def _moments(grid: Array, weights: Array) -> tuple[float, float]:
    mean = float(grid @ weights)
    return mean, math.sqrt(max(0.0, float((grid - mean) ** 2 @ weights)))
