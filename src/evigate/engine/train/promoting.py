"""From a candidate to a model that is served: after an eval beside its base, and not if worse."""

from dataclasses import asdict
from typing import TYPE_CHECKING

from evigate.base.clock import utc_now
from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.engine.catalog.models import Model
from evigate.engine.train import store
from evigate.engine.train.errors import E_JOB_STATE, E_TRAIN_EVAL, E_TRAIN_MODEL, E_TRAIN_WORSE
from evigate.engine.train.judging import Question, check_question, evaluation_of, judge, keep
from evigate.engine.train.models import Evaluation, Job, Promotion
from evigate.engine.train.trainer import CANDIDATE

if TYPE_CHECKING:
    from evigate.engine.core import Core

REGISTERED = "registered"
REASON_CHARACTERS = 2_000


def evaluate(core: "Core", subject: Subject, name: str, question: Question) -> Evaluation:
    """Judge a trained model beside its base, and keep that in its job's result.

    Raises:
        EvigateError[E_TRAIN_MODEL]: it was not trained here, or has no base to stand beside.
    """
    model, job = trained(core, subject, name)
    if model.base_model is None:
        message = f"{model.id!r} has no base model: it was judged when it was trained."
        raise EvigateError(E_TRAIN_MODEL, message)
    base = core.model(subject, model.base_model, is_served=False)
    check_question(core, subject, question, base)
    judged = judge(core, subject, question, model, base)
    with core.database.tx(subject) as tx:
        found = {"evaluation": keep(tx, judged)}
        if not store.add_result(tx, job.id, found):
            raise EvigateError(E_JOB_STATE, f"The job {str(job.id)!r} of {model.id!r} is gone.")
    evaluation = evaluation_of(found)
    assert evaluation is not None
    return evaluation


def promote(
    core: "Core", subject: Subject, name: str, *, is_forced: bool, reason: str | None
) -> Promotion:
    """Let a candidate be served.

    Raises:
        EvigateError[E_TRAIN_EVAL]: no eval beside its base has run.
        EvigateError[E_TRAIN_WORSE]: it is worse than its base beyond the interval.
        EvigateError[E_TRAIN_MODEL]: it was not trained here, or is no candidate any more.
    """
    model, job = trained(core, subject, name)
    evaluation = evaluation_of(job.result)
    if evaluation is None or not evaluation.comparisons:
        message = f"The candidate {model.id!r} was not evaluated beside its base."
        raise EvigateError(E_TRAIN_EVAL, message)
    deciding = evaluation.comparisons[0]
    needs_force = deciding.is_worse
    if needs_force and not (is_forced and reason and reason.strip()):
        message = (
            f"{model.id!r} is worse than {evaluation.base!r}: {deciding.measure} differs by"
            f" {deciding.delta:+.4f}, [{deciding.lower:+.4f}, {deciding.upper:+.4f}]."
        )
        raise EvigateError(E_TRAIN_WORSE, message)
    given = reason[:REASON_CHARACTERS] if reason else None
    done = Promotion(model.id, evaluation.base, deciding, needs_force, given)
    record = {**asdict(done), "by": subject.actor, "at": utc_now().isoformat()}
    with core.database.tx(subject) as tx:
        if not store.set_model_status(tx, model, before=CANDIDATE, status=REGISTERED):
            raise EvigateError(E_TRAIN_MODEL, f"The model {model.id!r} is no candidate any more.")
        store.add_result(tx, job.id, {"promotion": record})
    core.tables.forget(subject)
    return done


def trained(core: "Core", subject: Subject, name: str) -> tuple[Model, Job]:
    """Return a model that was trained here, and the job that made it.

    By its name alone the newest version is meant, promoted or not.

    Raises:
        EvigateError[E_TRAIN_MODEL]: it was not, or its job was pruned.
    """
    model = core.model(subject, name, is_served=False)
    with core.database.read(subject) as tx:
        job = store.job_of_model(tx, model)
    if job is None or not model.options.get("is_trained"):
        raise EvigateError(E_TRAIN_MODEL, f"No training of the model {name!r} is known.")
    return model, job
