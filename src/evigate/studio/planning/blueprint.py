"""What a plan comes to: a blueprint of what is built, and a plan of the order in which.

Pure: payloads made from the board, the answers and the applied patterns, and what stands against
approving them. A finding of severity error blocks: the database approves nothing while one is open.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from evigate.gate.found import Found
from evigate.studio import fields
from evigate.studio.features.closure import dependency_order
from evigate.studio.features.models import Board, Chosen
from evigate.studio.features.reading import Known
from evigate.studio.planning.models import MEDIUM, OPEN, Plan, PlanQuestion
from evigate.studio.session.conflicts import shown

BLUEPRINT, IMPLEMENTATION = "studio.blueprint", "studio.implementation_plan"
RANKS = ("must", "should", "could")


def blueprint_of(board: Board, plan: Plan, known: Known) -> dict[str, Any]:
    """Return what is to be built, for whom and within which limits, every part with its source."""
    seeds = {each.key: each for each in board.seeds}
    return {
        "title": board.name,
        "problem": _values(known, fields.CORE_PROBLEM),
        "people": _values(known, fields.PRIMARY_USER, fields.SECONDARY_USERS),
        "measures": _values(known, fields.MEASURES),
        "constraints": _values(known, fields.TIMELINE, fields.BUDGET, fields.TECHNICAL_CONSTRAINTS),
        "out_of_scope": _values(known, fields.OUT_OF_SCOPE),
        "features": [
            {
                "key": each.key,
                "title": each.title,
                "importance": each.importance,
                "summary": each.summary,
                "notes": each.notes,
                "acceptance": list(each.accept),
                "because": [
                    {"said": seeds[key].quote, "seed": seeds[key].feature_name}
                    for key in each.seed_keys
                    if key in seeds
                ],
            }
            for each in _ordered(board.selected)
        ],
        "decisions": [_decision(each) for each in plan.questions if _is_decided(each)],
        "patterns": [
            {"key": each.pattern_key, "title": each.pattern_name, "adds": list(each.spec_additions)}
            for each in plan.patterns
            if each.status == "applied"
        ],
        "assumptions": [
            {"question": each.ask, "assumed": each.prefill.value, "why": each.prefill.explanation}
            for each in plan.questions
            if each.status == "prefilled" and each.prefill and each.prefill.confidence >= MEDIUM
        ],
        "open_questions": [each.ask for each in plan.questions if each.status in OPEN],
    }


def implementation_of(board: Board, plan: Plan) -> dict[str, Any]:
    """Return the features as steps, what is needed before what needs it, and when each is done."""
    ordered = _ordered(board.selected)
    titles = {each.key: each.title for each in ordered}
    decided: dict[str, list[str]] = {}
    for each in plan.questions:
        if each.feature_key is not None and each.answer is not None:
            decided.setdefault(each.feature_key, []).append(f"{each.ask} {each.answer.formatted}")
    return {
        "title": board.name,
        "effort": sum(each.effort for each in ordered),
        "steps": [
            {
                "number": number,
                "feature": each.key,
                "title": each.title,
                "importance": each.importance,
                "effort": each.effort,
                "needs": [titles[key] for key in each.depends if key in titles],
                "decided": decided.get(each.key, []),
                "done_when": list(each.accept),
            }
            for number, each in enumerate(ordered, start=1)
        ],
        "milestones": [
            {"importance": rank, "features": named, "effort": effort}
            for rank, named, effort in _milestones(ordered)
        ],
        "practices": [
            {"title": each.pattern_name, "steps": list(each.spec_additions)}
            for each in plan.patterns
            if each.status == "applied"
        ],
    }


def findings_of(kind: str, board: Board, plan: Plan, *, is_blueprint_approved: bool) -> list[Found]:
    """Return what stands against a draft of the kind, as things are now; errors block."""
    found = [*_plan_findings(board, plan), *_question_findings(plan)]
    if kind == IMPLEMENTATION and not is_blueprint_approved:
        found.append(
            Found(
                "PLANNING.BLUEPRINT",
                "error",
                "",
                "The blueprint of this plan is not approved.",
                "Have the blueprint approved first.",
            )
        )
    for each in board.selected:
        if not each.accept:
            message = f"“{each.title}” does not say when it is done."
            fix = "Answer what it leaves behind; it is how it is accepted."
            found.append(Found("PLANNING.ACCEPTANCE", "warning", each.key, message, fix))
    return found


def _plan_findings(board: Board, plan: Plan) -> Iterable[Found]:
    if not plan.is_current:
        why = plan.head.stale_reason or "The features were chosen otherwise since."
        fix = "Generate the plan again; answers are carried over."
        yield Found("PLANNING.STALE", "error", "", f"The plan is stale. {why}", fix)
    for seed in board.undecided():
        message = f"Nobody decided on “{seed.feature_name}”, which is critical."
        yield Found("PLANNING.SEED", "error", seed.key, message, "Decide on it on the board.")
    _, dropped = dependency_order(board.selected)
    for edge in dropped:
        message = f"{edge.key} and {edge.needs} need each other."
        yield Found("PLANNING.CYCLE", "error", edge.key, message, "Drop one of the two.")


def _question_findings(plan: Plan) -> Iterable[Found]:
    for each in plan.questions:
        if each.has_conflict:
            message = f"“{each.ask}” is answered one way, and filled in another."
            yield Found("PLANNING.CONFLICT", "error", each.key, message, "Keep one of the two.")
        elif each.is_required and each.status in OPEN:
            message = f"“{each.ask}” is required and open."
            fix = "Answer it, or leave it out with a reason."
            yield Found("PLANNING.OPEN", "error", each.key, message, fix)
        elif each.status == "prefilled" and each.prefill and each.prefill.confidence >= MEDIUM:
            message = f"“{each.ask}” is assumed, and nobody said so."
            yield Found("PLANNING.ASSUMED", "warning", each.key, message, "Take it or refuse it.")


def _ordered(selected: Sequence[Chosen]) -> list[Chosen]:
    by_key = {each.key: each for each in selected}
    return [by_key[key] for key in dependency_order(selected)[0]]


def _milestones(ordered: Sequence[Chosen]) -> Iterable[tuple[str, list[str], int]]:
    for rank in RANKS:
        of = [each for each in ordered if each.importance == rank]
        if of:
            yield rank, [each.title for each in of], sum(each.effort for each in of)


def _is_decided(question: PlanQuestion) -> bool:
    return question.status == "suppressed" or (
        question.answer is not None and question.status != "withdrawn"
    )


def _decision(question: PlanQuestion) -> Mapping[str, Any]:
    if question.answer is not None:
        by: Mapping[str, Any] = {"source": question.answer.source, "answer": question.answer.raw}
    else:
        assert question.prefill is not None
        by = {"source": "pattern", "answer": question.prefill.value}
    return {"key": question.key, "question": question.ask, **by}


def _values(known: Known, *paths: str) -> list[dict[str, str]]:
    return [
        {"value": shown(each.value), "said": each.quote}
        for path in paths
        for each in known.of(path)
    ]
