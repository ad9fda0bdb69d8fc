"""Trials: a suite over many artifacts without moving any, for comparison and for CI.

What a trial brought can be saved as a value and compared with a later one: the regression gate.
Its runs are kept as well, so that two trials (of another judge, model, prompt or suite) can be laid
side by side at any time.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from evigate.base.errors import E_INVALID, EvigateError
from evigate.base.ids import new_uuid
from evigate.base.subject import Subject
from evigate.gate.compare import Comparison, compare_scores, scores_of
from evigate.gate.errors import E_TRIAL_NOT_FOUND
from evigate.gate.evaluate import BUILT_IN, Evaluator, Judges
from evigate.gate.models import Suite
from evigate.gate.permissions import READ
from evigate.gate.suites import charges, find_suite, list_suites
from evigate.kernel.access import require
from evigate.kernel.db import Database, Tx, load_queries

_queries = load_queries(__package__)

ARTIFACTS_MAX = 20_000
TRIALS_MAX = 100
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Trial:
    """What a suite says of artifacts: how many pass, the mean, and each score.

    `passed` counts runs that passed and left no doubt; `not_measured` those that failed to measure.
    `fell_back` counts, by check, the artifacts that another judge answered on than the one asked.
    """

    id: UUID
    suite: str
    judge: str
    artifacts: int
    passed: int
    doubtful: int
    not_measured: int
    mean: float | None
    scores: Mapping[str, Mapping[tuple[str, str], float]]
    fell_back: Mapping[str, int]

    @property
    def share(self) -> float:
        """Return the share that passes, doubtful ones too; 0 for none."""
        return (self.passed + self.doubtful) / self.artifacts if self.artifacts else 0.0

    def to_json(self) -> dict[str, Any]:
        """Return the trial as JSON values."""
        return {
            "id": str(self.id),
            "suite": self.suite,
            "judge": self.judge,
            "artifacts": self.artifacts,
            "passed": self.passed,
            "doubtful": self.doubtful,
            "not_measured": self.not_measured,
            "share": self.share,
            "mean": self.mean,
            "fell_back": dict(self.fell_back),
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

    Where no kind is named they are of those that a suite of the name is in charge of, if any.

    Raises:
        EvigateError[E_SUITE_NOT_FOUND]
    """
    async with database.tx(subject) as tx:
        suite = await find_suite(tx, suite_name)
        kinds = [kind] if kind else await _kinds_of(tx, suite)
        rows = await _queries.artifacts_to_judge(
            tx.connection,
            module_id=module_id,
            kinds=kinds,
            status=status,
            run_id=generation_run_id,
            limit=ARTIFACTS_MAX,
        )
    trial_id = new_uuid()
    judged = await evaluator.evaluate(
        subject,
        [row["id"] for row in rows],
        suite=suite,
        judges=judges,
        trial_id=trial_id,
        progress=progress,
    )
    async with database.tx(subject) as tx:
        scores = await scores_of(tx, [each.run_id for each in judged])
    outcomes = [each.outcome for each in judged]
    means = [float(each.overall_score) for each in outcomes if each.overall_score is not None]
    return Trial(
        id=trial_id,
        suite=_name(suite),
        judge=", ".join(sorted({each.judge for each in judged})) or BUILT_IN,
        artifacts=len(outcomes),
        passed=sum(bool(each.overall_pass) and not each.needs_review for each in outcomes),
        doubtful=sum(bool(each.overall_pass and each.needs_review) for each in outcomes),
        not_measured=sum(each.status == "FAILED" for each in outcomes),
        mean=sum(means) / len(means) if means else None,
        scores=scores,
        fell_back=dict(
            sorted(Counter(check for each in judged for check in each.fell_back).items())
        ),
    )


async def _kinds_of(tx: Tx, suite: Suite) -> list[str]:
    named = {each.id for each in await list_suites(tx) if each.name == suite.name}
    return [kind for kind, suite_id in (await charges(tx)).items() if suite_id in named]


@dataclass(frozen=True, slots=True)
class KeptTrial:
    """A trial whose runs are kept: what judged how many artifacts, and what came of it."""

    id: UUID
    suite: str
    judge: str
    prompts: list[str]
    artifacts: int
    passed: int
    mean: float | None
    started_at: datetime


async def list_trials(tx: Tx, *, limit: int = TRIALS_MAX) -> list[KeptTrial]:
    """Return the tenant's trials, newest first."""
    require(tx.subject, READ)
    return [KeptTrial(**row) for row in await _queries.list_trials(tx.connection, limit=limit)]


async def compare_kept(tx: Tx, first: UUID, second: UUID) -> Comparison:
    """Compare two trials whose runs are kept, paired by artifact.

    Raises:
        EvigateError[E_TRIAL_NOT_FOUND]: this tenant has none such.
    """
    require(tx.subject, READ)
    sets = []
    for trial_id in (first, second):
        rows = await _queries.runs_of_trial(tx.connection, trial_id=str(trial_id))
        if not rows:
            raise EvigateError(E_TRIAL_NOT_FOUND, f"There is no trial {str(trial_id)!r}.")
        sets.append(await scores_of(tx, [row["id"] for row in rows]))
    return compare_scores(*sets)


def _name(suite: Suite) -> str:
    return f"{suite.name}@{suite.version}"
