"""The work of a job that trains an adapter: read, encode once, learn, write, judge."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

import structlog

from evigate.base.canonical import content_hash
from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.engine.catalog.models import Model
from evigate.engine.models.adapters import ADAPTER, BASE, base_value
from evigate.engine.models.arrays import pack
from evigate.engine.tables.files import write_file
from evigate.engine.train.adapter import Adapter
from evigate.engine.train.attempt import Attempt
from evigate.engine.train.checkpoints import newest_state, save_state
from evigate.engine.train.errors import E_TRAIN_OPTION
from evigate.engine.train.examples import (
    ROLES,
    check_columns,
    digest_of_examples,
    encode_names,
    name_examples,
    read_columns,
    schema_of,
    table_vectors,
    with_vectors,
)
from evigate.engine.train.judging import Judged, Question, check_question, judge
from evigate.engine.train.learning import (
    Examples,
    Learner,
    Settings,
    State,
    first_state,
    split,
    train_epoch,
)

if TYPE_CHECKING:
    from evigate.engine.core import Core
    from evigate.engine.train.trainer import Trained

log = structlog.get_logger(__name__)

LOSSES = ("mnrl", "triplet", "cosent")
_BOUNDS: Mapping[str, tuple[float, float]] = {
    "hidden": (0, 4_096),
    "epochs": (1, 10_000),
    "batch_size": (2, 8_192),
    "learning_rate": (1e-9, 1e6),
    "weight_decay": (0, 10),
    "temperature": (1e-6, 100),
    "margin": (0, 2),
    "validation": (0, 0.5),
    "patience": (1, 10_000),
    "seed": (0, 2**31 - 1),
}


def check_settings(settings: Settings, columns: Mapping[str, str]) -> None:
    """Refuse settings out of bounds, and losses that the columns do not serve.

    Raises:
        EvigateError[E_TRAIN_OPTION]: the message names the first.
    """
    check_loss(settings.loss, columns)
    for name, (least, most) in _BOUNDS.items():
        value = getattr(settings, name)
        if not least <= value <= most:
            message = f"{name} is {value!r}; it is {least:g} to {most:g}."
            raise EvigateError(E_TRAIN_OPTION, message)


def check_loss(loss: str, columns: Mapping[str, str]) -> None:
    """Refuse a loss that is unknown, or that needs a column which is not there.

    Raises:
        EvigateError[E_TRAIN_OPTION]
    """
    if loss not in LOSSES:
        known = ", ".join(LOSSES)
        raise EvigateError(E_TRAIN_OPTION, f"The loss {loss!r} is none of {known}.")
    needed = {"triplet": "negative", "cosent": "score"}.get(loss)
    if needed is not None and needed not in columns:
        message = f"The loss {loss!r} needs the column of a {needed}."
        raise EvigateError(E_TRAIN_OPTION, message)


def choose_columns(
    core: "Core", subject: Subject, relation: str, named: Mapping[str, str]
) -> dict[str, str]:
    """
    Return the column of each role: those given, else those of the roles' own names that are there.

    Raises:
        EvigateError[E_TRAIN_COLUMNS]: a column is missing or holds something else.
        EvigateError[E_TRAIN_OPTION]: a role is unknown, or only one of text and label is named.
    """
    unknown = sorted(set(named) - set(ROLES))
    if unknown:
        message = f"There is no role {unknown[0]!r}; the roles are {', '.join(ROLES)}."
        raise EvigateError(E_TRAIN_OPTION, message)
    schema = schema_of(core, subject, relation)
    if ("text" in named) != ("label" in named):
        raise EvigateError(E_TRAIN_OPTION, "text and label are given together or not at all.")
    roles = ("text", "label") if "text" in named else ("anchor", "positive")
    found = {role: named.get(role, role) for role in roles}
    if "text" not in named:
        for role in ("negative", "score"):
            if role in named or role in schema.names:
                found[role] = named.get(role, role)
    check_columns(schema, relation, found)
    return found


def default_loss(columns: Mapping[str, str]) -> str:
    """Return the loss that columns call for: cosent for scored pairs, else mnrl."""
    return "cosent" if "score" in columns else "mnrl"


def settings_of(spec: Mapping[str, Any]) -> Settings:
    """Return the settings in a job's spec."""
    return Settings(**spec["settings"])


def question_of(spec: Mapping[str, Any]) -> Question | None:
    """Return the question in a job's spec, None where the job evaluates nothing."""
    asked = spec.get("question")
    return None if not asked else Question(**{**asked, "columns": tuple(asked["columns"])})


def question_value(question: Question | None) -> dict[str, Any] | None:
    """Return a question as JSON values."""
    return None if question is None else {**asdict(question), "columns": list(question.columns)}


def check_base(core: "Core", subject: Subject, spec: Mapping[str, Any]) -> Model:
    """Return the base of a spec; refuse one that is another than when the job was submitted."""
    base = core.model(subject, spec["base"]["id"])
    if base.digest != spec["base"]["digest"]:
        message = f"The base {base.id!r} is another model now than when the job was submitted."
        raise EvigateError(E_TRAIN_OPTION, message)
    return base


def train_adapter(core: "Core", attempt: Attempt) -> "Trained":
    """Train the adapter that a job's spec describes, from the last checkpoint if there is one."""
    from evigate.engine.train.trainer import Trained

    spec, subject = attempt.job.spec, attempt.subject
    base = check_base(core, subject, spec)
    settings = settings_of(spec)
    examples = read_examples(core, attempt, base)
    data = digest_of_examples(examples, content_hash(dict(spec)))
    learner = Adapter(examples.vectors, settings)
    state, result = learn(attempt, learner, examples, settings, data)
    folder = attempt.folder / "model"
    arrays = {name: each.astype("<f4") for name, each in state.best.items()}
    content = pack({"base_digest": base.digest, "data": data}, arrays)
    fact = write_file(folder, "adapter", ".evg", lambda file: file.write(content))
    made = Trained(
        folder=folder,
        place=fact.name,
        task=base.task,
        backend=ADAPTER,
        dimensions=base.dimensions,
        digest=fact.sha256,
        base_model=base.id,
        options={"loss": settings.loss, "hidden": settings.hidden, "data": data},
        result=result,
    )
    return with_judgment(core, attempt, made, base)


def learn(
    attempt: Attempt, learner: Learner, examples: Examples, settings: Settings, data: str
) -> tuple[State, dict[str, Any]]:
    """Return the last state of learning from examples, and what a job's result says of it.

    It goes on from the furthest state that any attempt at the job left.

    Args:
        data: the digest of the examples and of how they are learnt from.
    """
    learnt, held = split(examples, settings)
    state = newest_state(attempt.job_folder, data) or first_state(learner, held, settings)
    if state.epoch:
        log.info("training_resumed", job_id=str(attempt.job.id), epoch=state.epoch)
    while not state.is_done(settings):
        attempt.progress("train", state.epoch, settings.epochs)
        state = train_epoch(learner, state, learnt, held, settings, check=attempt.check)
        save_state(attempt.folder, state, data)
    attempt.progress("write", state.epoch, settings.epochs)
    return state, _result(state, learnt, held)


def read_examples(core: "Core", attempt: Attempt, base: Model) -> Examples:
    """Return the examples of a job's relation with the base's vectors."""
    spec, subject = attempt.job.spec, attempt.subject
    settings = settings_of(spec)
    attempt.progress("read", 0, None)
    rows = read_columns(core, subject, spec["relation"], list(spec["columns"].values()))
    named = name_examples(rows, spec["columns"], loss=settings.loss, seed=settings.seed)
    if spec["table"] is None:
        vectors, is_known = encode_names(core, attempt, base, named.names)
    else:
        table = core.tables.get(subject, spec["table"])
        vectors, is_known = table_vectors(core, subject, table, named.names)
    return with_vectors(named, vectors, is_known)


def _result(state: State, learnt: Examples, held: Examples) -> dict[str, Any]:
    return {
        "epochs": state.epoch,
        "best_epoch": state.best_epoch,
        "held_out_loss": state.best_loss,
        "losses": [list(each) for each in state.losses],
        "learnt_count": len(learnt),
        "held_out_count": 0 if held is learnt else len(held),
    }


def with_judgment(core: "Core", attempt: Attempt, made: "Trained", base: Model) -> "Trained":
    """Judge what was made, if the job says by what; that it cannot be judged loses no training."""
    question = question_of(attempt.job.spec)
    if question is None:
        return made
    attempt.progress("evaluate", 0, None)
    options = {**made.options, "is_trained": True}
    if made.backend == ADAPTER:
        options[BASE] = base_value(base)
    model = Model(
        name=attempt.job.output_name,
        version=attempt.job.output_version,
        task=made.task,
        backend=made.backend,
        dimensions=made.dimensions,
        digest=made.digest,
        location=f"{made.scheme}{made.folder / made.place}",
        options=options,
        base_model=base.id,
    )
    try:
        check_question(core, attempt.subject, question, base)
        judged: Judged = judge(core, attempt.subject, question, model, base, check=attempt.check)
    except EvigateError as error:
        attempt.check()
        told = {"code": error.code.name, "message": error.message}
        return replace(made, result={**made.result, "evaluation_error": told})
    finally:
        # It is loaded from a place that it leaves now.
        core.models.unload(model)
    return replace(made, judged=judged)
