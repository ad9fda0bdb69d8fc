"""Trials: a suite over many artifacts without moving any, for comparison and for CI.

What a trial brought can be saved as a value and compared with a later one: the regression gate.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from evigate.base.errors import E_INVALID, EvigateError
from evigate.base.subject import Subject
from evigate.gate.compare import Comparison, compare_scores, scores_of
from evigate.gate.evaluate import BUILT_IN, Evaluator, Judges
from evigate.gate.models import Suite
from evigate.gate.suites import find_suite
from evigate.kernel.db import Database, load_queries

_queries = load_queries(__package__)

ARTIFACTS_MAX = 20_000
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Trial:
    """What a suite says of artifacts: how many pass, the mean, and each score.

    `passed` counts runs that passed and left no doubt; `not_measured` those that failed to measure.
    """

    suite: str
    judge: str
    artifacts: int
    passed: int
    doubtful: int
    not_measured: int
    mean: float | None
    scores: Mapping[str, Mapping[tuple[str, str], float]]

    @property
    def share(self) -> float:
        """Return the share that passes, doubtful ones too; 0 for none."""
        return (self.passed + self.doubtful) / self.artifacts if self.artifacts else 0.0

    def to_json(self) -> dict[str, Any]:
        """Return the trial as JSON values."""
        return {
            "suite": self.suite,
            "judge": self.judge,
            "artifacts": self.artifacts,
            "passed": self.passed,
            "doubtful": self.doubtful,
            "not_measured": self.not_measured,
            "share": self.share,
            "mean": self.mean,
            "scores": {
                rule: [[*pair, score] for pair, score in sorted(found.items())]
                for rule, found in self.scores.items()
            },
        }


def saved_scores(values: Mapping[str, Any]) -> dict[str, dict[tuple[str, str], float]]:
    """Return the scores of a trial from its JSON values.

    Raises:
        EvigateError[E_INVALID]: they are not of a trial.
    """
    try:
        return {
            rule: {(kind, key): float(score) for kind, key, score in found}
            for rule, found in values["scores"].items()
        }
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise EvigateError(E_INVALID, "The baseline is no saved trial.") from error


async def run_trial(
    database: Database,
    evaluator: Evaluator,
    subject: Subject,
    suite_name: str,
    *,
    module_id: UUID | None = None,
    kind: str | None = None,
    status: str | None = None,
    generation_run_id: UUID | None = None,
    judges: Judges | None = None,
    progress: Progress = lambda _done, _total: None,
) -> Trial:
    """Judge artifacts by a suite without moving them; they come in the order they were made.

    Raises:
        EvigateError[E_SUITE_NOT_FOUND]
    """
    async with database.tx(subject) as tx:
        suite = await find_suite(tx, suite_name)
        rows = await _queries.artifacts_to_judge(
            tx.connection,
            module_id=module_id,
            kind=kind,
            status=status,
            run_id=generation_run_id,
            limit=ARTIFACTS_MAX,
        )
    judged = await evaluator.evaluate(
        subject,
        [row["id"] for row in rows],
        suite=suite,
        judges=judges,
        is_trial=True,
        progress=progress,
    )
    async with database.tx(subject) as tx:
        scores = await scores_of(tx, [each.run_id for each in judged])
    outcomes = [each.outcome for each in judged]
    means = [float(each.overall_score) for each in outcomes if each.overall_score is not None]
    return Trial(
        suite=_name(suite),
        judge=", ".join(sorted({each.judge for each in judged})) or BUILT_IN,
        artifacts=len(outcomes),
        passed=sum(bool(each.overall_pass) and not each.needs_review for each in outcomes),
        doubtful=sum(bool(each.overall_pass and each.needs_review) for each in outcomes),
        not_measured=sum(each.status == "FAILED" for each in outcomes),
        mean=sum(means) / len(means) if means else None,
        scores=scores,
    )


def compare_trials(first: Mapping[str, Any], second: Trial) -> Comparison:
    """Compare a trial with a saved one."""
    return compare_scores(saved_scores(first), second.scores)


def _name(suite: Suite) -> str:
    return f"{suite.name}@{suite.version}"
