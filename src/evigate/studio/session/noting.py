"""What somebody answers outside the conversation, kept as a claim with the words it rests on.

A task's answer and a decision of planning are said too: they become a message and a claim in the
project's session, also when the conversation is over, and nothing is asked after them.
"""

from evigate.studio import fields
from evigate.studio.extraction import Found
from evigate.studio.session import answers
from evigate.studio.session.draft import Draft
from evigate.studio.standing import NeedStatus


def path_of(fills: str | None, key: str) -> str:
    """Return the field that an answer to a question of the library fills, else a detail's own."""
    known = (each for each in fields.ASKED if each.removesuffix("[]") == fills)
    return next(known, fields.DETAILS + key)


def note(draft: Draft, path: str, text: str) -> None:
    """
    Keep an answer as a decision on a field; what a field of one value held before gives way.

    Raises:
        EvigateError[E_MESSAGE_INVALID]: nothing was said, or too much.
    """
    need = draft.session.needs.get(path)
    message = draft.add_message(text, path if need is not None else None)
    before = draft.session.claims_of(path)
    told = answers.answer_claims(path, text, (), is_meant=True) or [_whole(path, text)]
    made = [draft.add_claim(message, each, "user", kind="decision") for each in told]
    if not fields.is_list(path):
        for each in before:
            draft.emit("claim_superseded", id=str(each.id), by=str(made[0].id))
    if need is not None and need.status is not NeedStatus.SKIPPED:
        draft.set_need(path, draft.by_claims(path))
        task = draft.session.open_task(path)
        if task is not None and draft.session.needs[path].status is NeedStatus.SATISFIED:
            draft.emit("task_completed", id=str(task.id), result=[each.value for each in made])
    session = draft.session
    draft.emit(
        "turn_ended",
        turn=draft.number,
        completeness=draft.completeness(),
        asked_key=session.asked_key,
    )


def _whole(path: str, text: str) -> Found:
    quote = text.strip()
    start = text.index(quote)
    return Found(path, quote, "decision", 1.0, quote, start, start + len(quote), "answer")
