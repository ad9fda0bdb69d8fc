"""What an agent remembers of a session, and how it is made shorter: the oldest give way first.

Pure. A pinned message stays as it is, whatever happens; the newest stay as long as there is room;
the others become one message that says how many they were and how each began.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from evigate.agents.policy import estimate_tokens

Role = Literal["user", "assistant", "system"]
SUMMARY_ROLE: Role = "system"
BEGINNING_CHARACTERS = 80
SUMMARY_TOKENS_MAX = 400


@dataclass(frozen=True, slots=True)
class Remembered:
    """A message that an agent remembers; `tokens` is what it takes to be read again."""

    role: Role
    content: str
    is_pinned: bool = False
    metadata: dict[str, Any] = field(default_factory=dict)

    @property
    def tokens(self) -> int:
        """Return about how many tokens it takes."""
        return estimate_tokens(self.content)


def compact(messages: Sequence[Remembered], tokens_max: int) -> list[Remembered]:
    """
    Return the messages in at most `tokens_max` tokens, in their order.

    Pinned ones are kept even where they alone take more. What fits is returned as it is, so doing
    it twice changes nothing. What gives way leaves one message of the system's, in their place.
    """
    if sum(each.tokens for each in messages) <= tokens_max:
        return list(messages)
    room = tokens_max - sum(each.tokens for each in messages if each.is_pinned)
    room -= min(SUMMARY_TOKENS_MAX, max(0, room) // 4)
    kept: set[int] = {at for at, each in enumerate(messages) if each.is_pinned}
    for at in reversed(range(len(messages))):
        if at in kept:
            continue
        if messages[at].tokens > room:
            break
        room -= messages[at].tokens
        kept.add(at)
    gone = [each for at, each in enumerate(messages) if at not in kept]
    left = tokens_max - sum(messages[at].tokens for at in kept)
    result = [each for at, each in enumerate(messages) if at in kept]
    summary = _summary(gone, min(SUMMARY_TOKENS_MAX, left))
    if summary is not None:
        first = next(at for at in range(len(messages)) if at not in kept)
        result.insert(sum(1 for at in kept if at < first), summary)
    return result


def _summary(gone: Sequence[Remembered], tokens_max: int) -> Remembered | None:
    """Return one message for those that give way, as long as there is room; None for no room."""
    count = sum(each.metadata.get("messages", 1) for each in gone)
    head = f"{count} earlier messages are left out here."
    if estimate_tokens(head) > tokens_max:
        return None
    text = head
    for each in gone:
        line = f"\n- {each.role}: {' '.join(each.content.split())[:BEGINNING_CHARACTERS]}"
        if estimate_tokens(text + line) > tokens_max:
            break
        text += line
    return Remembered(SUMMARY_ROLE, text, False, {"messages": count, "is_summary": True})
