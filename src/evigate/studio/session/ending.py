"""What follows from a turn: how each need stands, which tasks that leaves, what is asked next."""

from collections.abc import Sequence
from typing import Any

from evigate.studio.session import questions
from evigate.studio.session.draft import MESSAGE_CHARACTERS_MAX, Draft, plain
from evigate.studio.session.feeding import raise_questions
from evigate.studio.session.models import Message
from evigate.studio.session.replies import Verdict
from evigate.studio.session.summaries import SUMMARY_EVERY, known_lines, missing_of, summary_text
from evigate.studio.standing import NeedStatus, Standing

WHAT_IS_WRONG = "What is wrong? Say it as it should be, or change a value in what is known."


def end_turn(draft: Draft, *, explained: str | None = None, verdict: Verdict | None = None) -> None:
    """
    Let every need stand as what was said leaves it, and ask the next question.

    `explained` is a need whose question was not understood: it is asked again, with its reason.
    `verdict` is what was said of a reading back: a plain no is asked what is wrong, and what was
    left unsaid is not read back again at once.
    """
    _reevaluate(draft)
    if draft.session.phase != "closed":
        _give_up(draft)
    # What a task brings to a conversation that is over changes what is known, and asks nothing.
    is_over = draft.session.phase == "closed"
    if draft.library is not None and not is_over:
        raise_questions(draft, draft.library)
    number, asked = draft.number, None
    if draft.number - _summed_up(draft) >= SUMMARY_EVERY:
        summarise(draft)
    if not is_over:
        _phase(draft)
        asked = _ask(draft, explained, verdict)
    draft.emit("turn_ended", turn=number, completeness=draft.completeness(), asked_key=asked)


def _reevaluate(draft: Draft) -> None:
    """Let every need stand as its claims say; only what changes is told."""
    touched = [each for each in draft.session.needs.values() if each.key in draft.touched]
    for need in touched:
        standing = draft.by_claims(need.key)
        if (
            need.status in {NeedStatus.SKIPPED, NeedStatus.DEFERRED}
            and standing.status is not NeedStatus.SATISFIED
        ):
            continue
        if need.status is NeedStatus.SKIPPED:
            continue
        draft.set_need(need.key, standing)
        task = draft.session.open_task(need.key)
        if task is not None and standing.status is NeedStatus.SATISFIED:
            given = [each.value for each in draft.session.claims_of(need.key)]
            draft.emit("task_completed", id=str(task.id), result=given)


def defer_need(draft: Draft, key: str, is_chosen: bool) -> None:
    """
    Put a need off: "later" makes it a task, and so does "I don't know" for a detail.

    At the first "I don't know" everything else is asked anew, in other words.
    """
    need = draft.session.needs[key]
    is_detail = not draft.objective.obligation(key).is_counted
    if not (is_chosen or is_detail or questions.is_exhausted(need)):
        return
    draft.set_need(key, Standing(NeedStatus.DEFERRED, max(need.confidence, 0.5)))
    draft.add_task("PROVIDE", key, ())


def _give_up(draft: Draft) -> None:
    """Turn what was asked three times without an answer into a task."""
    for need in list(draft.session.needs.values()):
        is_open = need.status in {NeedStatus.PENDING, NeedStatus.PARTIAL}
        if is_open and need.negotiation is None and questions.is_exhausted(need):
            defer_need(draft, need.key, is_chosen=True)


def _ask(draft: Draft, explained: str | None, verdict: Verdict | None) -> str | None:
    key = questions.next_key(draft.session, draft.objective)
    if verdict is Verdict.WRONG:
        _say(draft, WHAT_IS_WRONG, None, questions.what_is_wrong())
        return None
    if explained is not None and questions.is_askable(draft.session, draft.objective, explained):
        key = explained
    elif key is None:
        if verdict is not Verdict.LEFT:
            _read_back(draft, list(draft.session.needs))
        return None
    elif in_doubt := questions.section_in_doubt(draft.session, draft.objective):
        _read_back(draft, in_doubt)
        return None
    words = questions.question(draft.session, draft.objective, key)
    if key == explained:
        words = f"{draft.objective.obligation(key).why} {words}".strip()
    _say(draft, words, key, questions.card(draft.session, draft.objective, key))
    if draft.session.needs[key].negotiation is None:
        draft.emit("need_asked", key=key, turn=draft.number)
    return key


def _say(draft: Draft, words: str, key: str | None, card: dict[str, Any]) -> None:
    message = Message(
        id=draft.new_id(),
        position=len(draft.session.messages),
        turn=draft.number,
        role="agent",
        content=words,
        need_key=key,
        card=card,
    )
    draft.emit("message_added", **plain(message))


def _read_back(draft: Draft, keys: Sequence[str]) -> None:
    """Ask whether what is known of some needs is right; sure of all of it, nothing is asked."""
    unsure = [each for key in keys for each in draft.session.claims_of(key) if each.confidence < 1]
    if not unsure:
        return
    doubted = list(dict.fromkeys(each.field_path for each in unsure))
    text = "\n".join(known_lines(draft.session, draft.objective, doubted))
    words = f"{text[: MESSAGE_CHARACTERS_MAX - 100]}\n\nIs that right?"
    _say(draft, words, None, questions.reading_back(unsure))


def _phase(draft: Draft) -> None:
    key = questions.next_key(draft.session, draft.objective)
    is_known = not missing_of(draft.session, draft.objective)
    if key is None:
        phase = "closing"
    elif is_known and draft.completeness() >= draft.objective.threshold:
        phase = "validation"
    else:
        phase = "exploration"
    if phase != draft.session.phase:
        draft.emit("phase_changed", phase=phase)


def _summed_up(draft: Draft) -> int:
    return draft.session.summaries[-1].turn_end if draft.session.summaries else 0


def summarise(draft: Draft) -> None:
    """Sum up the turns since the last summary; none since is none to sum up."""
    start = _summed_up(draft) + 1
    if start > draft.number:
        return
    snapshot = {
        key: [str(need.status), need.confidence] for key, need in draft.session.needs.items()
    }
    text = summary_text(draft.session, draft.objective)
    draft.emit(
        "summary_added", turn_start=start, turn_end=draft.number, text=text, snapshot=snapshot
    )
