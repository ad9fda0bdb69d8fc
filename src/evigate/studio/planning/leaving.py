"""What a plan leaves to people: a system to connect, a conflict to decide, a document to bring.

Each is a task about its integration, question or feature, made once. A conflict's task ends when
the conflict does, wherever that is settled; what was connected or brought is not asked for again.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from psycopg.types.json import Jsonb

from evigate.base.ids import new_uuid
from evigate.kernel.db import Tx, load_queries
from evigate.kernel.events import NewEvent, append_events
from evigate.studio.features.models import Chosen
from evigate.studio.features.reading import known_of
from evigate.studio.features.service import STREAM
from evigate.studio.features.store import list_features
from evigate.studio.library import Library, match_integrations
from evigate.studio.library.models import Integration
from evigate.studio.planning.models import Plan, PlanQuestion, plain_value
from evigate.studio.tasks.actions import (
    ActionConfig,
    ApproveReject,
    FileUpload,
    FormField,
    FormSubmit,
    MultiSelect,
    SingleSelect,
    TextInput,
)
from evigate.studio.tasks.models import ActionDraft, Target, TaskDraft
from evigate.studio.tasks.store import insert_task
from evigate.studio.tasks.store import queries as task_queries

CONNECTS, DECIDES, BRINGS = "integration", "plan-question", "document"
# The feature that reads what exists already; nobody can plan that without having seen it.
IMPORT = "data-import"
TITLE_MAX = 500
_queries = load_queries(__package__)


@dataclass(frozen=True, slots=True)
class Left:
    """A task that planning made: what it is about, and whether somebody has still to do it."""

    id: UUID
    component_key: str
    target: Target
    is_open: bool


async def leave_tasks(
    tx: Tx, plan: Plan, library: Library, *, but: UUID | None = None
) -> list[UUID]:
    """
    Make the tasks that a plan calls for, and end those whose conflict is over.

    Args:
        but: a task that is being answered just now and ends by itself.

    Returns:
        The ids of the tasks that are new.
    """
    known = await known_of(tx, plan.project_id)
    chosen = [each for each in await list_features(tx, plan.project_id) if each.is_selected]
    words = [known.text, *(q.answer.formatted for q in plan.questions if q.answer)]
    before = await _left(tx, plan.project_id)
    await _end_settled(tx, plan, [each for each in before if each.id != but])
    done = {each.target for each in before if each.component_key != DECIDES or each.is_open}
    drafts = wanted(plan, chosen, "\n\n".join(words), library)
    return [
        await _make(tx, plan.project_id, each) for each in drafts if each.targets[0] not in done
    ]


async def leave_question(
    tx: Tx, project_id: UUID, question: PlanQuestion, *, role: str | None
) -> None:
    """Make the task that asks somebody a question, unless one asks it already."""
    about = Target(kind="question", target=question.key)
    if any(each.is_open and each.target == about for each in await _left(tx, project_id)):
        return
    await _make(tx, project_id, asking(question, role=role))


def wanted(
    plan: Plan, chosen: Sequence[Chosen], text: str, library: Library
) -> Iterator[TaskDraft]:
    """Yield the tasks that a plan calls for, whether or not they were made already."""
    systems = {each.key: each for each in library.integrations}
    for match in match_integrations(text, library):
        if match.is_likely and match.hits:
            yield _connect(systems[match.key], [hit.quote for hit in match.hits])
    for question in plan.questions:
        if question.has_conflict:
            yield _decide(question)
        elif question.kind == "file" and question.is_open:
            yield _bring(question.ask, question.why, Target(kind="question", target=question.key))
    for feature in chosen:
        if feature.key == IMPORT:
            why = "Without having seen what there is, nobody knows what becomes of it."
            about = Target(kind="feature", target=feature.key)
            yield _bring("A sample of what is to be imported", why, about)


async def _left(tx: Tx, project_id: UUID) -> list[Left]:
    rows = await _queries.list_left(tx.connection, project_id=project_id)
    return [
        Left(r["id"], r["component_key"], Target(kind=r["kind"], target=r["target"]), r["is_open"])
        for r in rows
    ]


async def _make(tx: Tx, project_id: UUID, draft: TaskDraft) -> UUID:
    task_id = new_uuid()
    await insert_task(tx, task_id, project_id, draft)
    event = NewEvent("task_changed", {"task_id": str(task_id)})
    await append_events(tx, STREAM, project_id, [event])
    return task_id


def asking(question: PlanQuestion, *, role: str | None) -> TaskDraft:
    """Return the task by which somebody else is asked a question of the plan."""
    is_choice = bool(question.options) or question.kind == "boolean"
    return TaskDraft(
        kind="DECIDE" if is_choice else "PROVIDE",
        title=question.ask[:TITLE_MAX],
        description=question.why,
        component_key=DECIDES,
        assignee_role=role,
        actions=(ActionDraft(label="Your answer", config=_config(question)),),
        targets=(Target(kind="question", target=question.key),),
    )


def _config(question: PlanQuestion) -> ActionConfig:
    if question.kind == "multi":
        return MultiSelect(options=question.options)
    if question.kind == "choice":
        return SingleSelect(options=question.options)
    if question.kind == "boolean":
        return SingleSelect(options=("yes", "no"))
    return FileUpload() if question.kind == "file" else TextInput()


def _connect(system: Integration, quotes: Sequence[str]) -> TaskDraft:
    said = ", ".join(f"“{each}”" for each in dict.fromkeys(quotes))
    secrets = tuple(
        FormField(name=name, label=name.replace("_", " ").capitalize(), type="secret")
        for name in system.secrets
    )
    actions = [ActionDraft(label="Is it connected?", config=ApproveReject(
        approve_label="It is connected", reject_label="It cannot be"))]  # fmt: skip
    if secrets:
        form = FormSubmit(fields=secrets)
        given = ActionDraft(label="What one signs in with", config=form, is_required=False)
        actions.insert(0, given)
    return TaskDraft(
        kind="CONNECT",
        title=f"Connect {system.title}",
        description=f"You named it: {said}. {' '.join(system.setup)}"[:5000],
        component_key=CONNECTS,
        actions=tuple(actions),
        targets=(Target(kind="integration", target=system.key),),
    )


def _decide(question: PlanQuestion) -> TaskDraft:
    assert question.answer is not None and question.prefill is not None
    options = (question.answer.formatted, plain_value(question.prefill.value))
    choices = tuple(dict.fromkeys(each[:500] for each in options))
    action = SingleSelect(options=choices) if len(choices) > 1 else TextInput()
    return TaskDraft(
        kind="DECIDE",
        title=question.ask[:TITLE_MAX],
        description=f"Two answers stand against each other. {question.prefill.explanation}",
        component_key=DECIDES,
        actions=(ActionDraft(label="Which holds?", config=action),),
        targets=(Target(kind="question", target=question.key),),
    )


def _bring(title: str, why: str, target: Target) -> TaskDraft:
    return TaskDraft(
        kind="PROVIDE",
        title=title[:TITLE_MAX],
        description=why,
        component_key=BRINGS,
        actions=(ActionDraft(label="The file", config=FileUpload()),),
        targets=(target,),
    )


async def _end_settled(tx: Tx, plan: Plan, before: Sequence[Left]) -> None:
    """End the tasks that asked for what was answered on the plan meanwhile."""
    questions: Mapping[str, PlanQuestion] = {each.key: each for each in plan.questions}
    for each in before:
        question = questions.get(each.target.target)
        if not each.is_open or each.component_key != DECIDES or question is None:
            continue
        if question.answer is None or question.is_open or question.has_conflict:
            continue
        result = Jsonb({"settled": question.answer.formatted})
        await task_queries.close_task(tx.connection, id=each.id, status="completed", result=result)
        event = NewEvent("task_changed", {"task_id": str(each.id)})
        await append_events(tx, STREAM, plan.project_id, [event])
