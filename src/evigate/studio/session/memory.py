"""What a conversation keeps in mind from turn to turn: what is open, what it was last about, how
whoever answers does it. A picture of the session, made anew each turn; nothing is decided by it.
"""

from typing import Any

from evigate.studio.session.models import Session
from evigate.studio.session.replies import Reply, kind_of
from evigate.studio.standing import NeedStatus

TOPICS = 3
ANSWERS = 5


def memory_of(session: Session) -> dict[str, Any]:
    """
    Return the working memory of a session, as plain JSON.

    `open_threads` are the needs that were begun and not settled, by place, with why; `last_topics`
    the needs that were last spoken of, newest first; `style` how the last answers were given.
    """
    said = [each for each in session.messages if each.role == "user"]
    topics = dict.fromkeys(each.need_key for each in reversed(said) if each.need_key)
    kinds = [kind_of(each.content) for each in said[-ANSWERS:]]
    words = [len(each.content.split()) for each in said[-ANSWERS:]]
    return {
        "asked": session.asked_key,
        "domain": session.domain,
        "trades": sorted(session.facts.get("domain", {})),
        "industry": (session.industry or {}).get("code"),
        "open_threads": _threads(session),
        "last_topics": list(topics)[:TOPICS],
        "style": {
            "level": session.level,
            "words": round(sum(words) / len(words)) if words else 0,
            "asks_back": kinds.count(Reply.QUESTION),
            "does_not_know": kinds.count(Reply.UNKNOWN),
        },
    }


def _threads(session: Session) -> list[dict[str, str]]:
    found = []
    for need in sorted(session.needs.values(), key=lambda each: each.position):
        task = session.open_task(need.key)
        if need.negotiation is not None:
            found.append({"need": need.key, "why": "contested"})
        elif task is not None:
            found.append({"need": need.key, "why": task.kind.lower()})
        elif need.status is NeedStatus.PARTIAL or (
            need.attempts and need.status is NeedStatus.PENDING
        ):
            found.append({"need": need.key, "why": "begun"})
    return found
