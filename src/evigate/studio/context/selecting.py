"""Which pieces an agent is given: the best first, with what they cannot do without, while room is.

Pure. A piece's score is its kind's rank in the budget, how much of the question it speaks of, and
how new it is; what was asked for by key goes before all others. A piece that does not fit whole is
cut at the borders of its sections, those that speak of the question staying first, and says what
was left out. The estimate of tokens is the one that calls are reserved by, so a context never
takes more of a call than was counted.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from evigate.agents import estimate_tokens
from evigate.language.words import content_stems
from evigate.studio.context.cascade import closure
from evigate.studio.context.models import NEEDED, Held, Line, Section

KIND_SHARE, QUERY_SHARE, NEWNESS_SHARE = 0.45, 0.4, 0.15
# A piece that a fitting one refers to is worth half of that one's fit.
REFERRED = 0.5
KIND_RANK_DEFAULT, KIND_RANK_MAX = 5, 10
NAMED_MAX, NAME_CHARACTERS = 3, 60
LEFT_OUT = (
    "({count} pieces are not here for want of room; the record of this request names them.)\n"
)
LEFT_OUT_TOKENS = estimate_tokens(LEFT_OUT.format(count=10**9))


@dataclass(frozen=True, slots=True)
class Selected:
    """What fits: the text, the tokens that it takes at most, and a line for each piece."""

    text: str
    tokens: int
    lines: tuple[Line, ...]


def select(
    held: Sequence[Held],
    *,
    room: int,
    query: str = "",
    wanted: Sequence[str] = (),
    kinds: Mapping[str, int] | None = None,
) -> Selected:
    """
    Return the context of a request.

    Args:
        held: the pieces; keys differ, their order means nothing.
        room: tokens that the text may take, 0 or more.
        wanted: keys that go before all others, in this order; unknown ones are passed over.
        kinds: rank of each kind, 1 to 10; 5 for those not named.

    Returns:
        Pieces best first, each after what it needs; ties by key. Where there is no room for even
        the line that says so, the text is empty.
    """
    scores = _scores(held, query, kinds or {})
    places = {key: place for place, key in enumerate(wanted)}
    last = len(places)
    order = sorted(
        held, key=lambda e: (places.get(e.piece.key, last), -scores[e.piece.key], e.piece.key)
    )
    filling = _Filling(order, scores, room, set(content_stems(query)))
    for each in order:
        filling.take(each)
    return filling.done()


class _Filling:
    """A context while it is filled."""

    def __init__(
        self, order: Sequence[Held], scores: Mapping[str, float], room: int, asked: set[str]
    ) -> None:
        self._order, self._scores, self._asked = order, scores, asked
        self._by_key = {each.piece.key: each for each in order}
        self._needs = {
            each.piece.key: [key for key, how in each.piece.links.items() if how in NEEDED]
            for each in order
        }
        self._left = room
        self._text = ""
        self._lines: dict[str, Line] = {}
        # The line that tells of the rest is paid for beforehand, unless everything fits.
        if sum(estimate_tokens(_drawn(each)) for each in order) > room:
            self._left = room - LEFT_OUT_TOKENS

    def take(self, held: Held) -> None:
        """Take a piece with what it needs, or note why it stays away."""
        key = held.piece.key
        if key in self._lines and self._lines[key].state != "out":
            return
        needs = [
            self._by_key[each]
            for each in closure(key, self._needs, self._by_key)
            if self._lines.get(each, None) is None or self._lines[each].state == "out"
        ]
        cost = sum(estimate_tokens(_drawn(each)) for each in (*needs, held))
        if cost <= self._left:
            for each in needs:
                self._add(each, _drawn(each), "whole", f"needed by {key}")
            self._add(held, _drawn(held), "whole", self._reason(held))
            return
        if not needs and (cut := self._cut(held)):
            self._add(held, *cut)
            return
        if needs and estimate_tokens(_drawn(held)) <= self._left:
            named = ", ".join(each.piece.key for each in needs[:NAMED_MAX])
            why = f"needs {named}, and there is no room for that"
        else:
            why = f"takes {cost} tokens, and {max(0, self._left)} were left"
        self._lines[key] = self._line(held, "out", 0, why)

    def done(self) -> Selected:
        """Return what was filled in."""
        out = sum(1 for each in self._lines.values() if each.state == "out")
        text = self._text
        if out and self._left >= 0:
            text += LEFT_OUT.format(count=out)
        lines = tuple(self._lines[each.piece.key] for each in self._order)
        return Selected(text, estimate_tokens(text), lines)

    def _cut(self, held: Held) -> tuple[str, str, str] | None:
        """Return as many sections of a piece as fit, with a note of the rest; None if none do."""
        sections = held.piece.sections
        if len(sections) < 2:
            return None
        ranked = sorted(range(len(sections)), key=lambda at: (-self._fit(sections[at]), at))
        kept: list[int] = []
        for at in ranked:
            if len(kept) + 1 == len(sections):
                break
            tried = _drawn(held, sorted((*kept, at)))
            if estimate_tokens(tried) <= self._left:
                kept.append(at)
        if not kept:
            return None
        why = f"{len(kept)} of {len(sections)} sections fit"
        return _drawn(held, sorted(kept)), "part", why

    def _fit(self, section: Section) -> int:
        return len(self._asked & set(content_stems(f"{section.heading} {section.text}")))

    def _reason(self, held: Held) -> str:
        return f"scores {self._scores[held.piece.key]:.2f}"

    def _add(self, held: Held, text: str, state: str, why: str) -> None:
        tokens = estimate_tokens(text)
        self._left -= tokens
        line = self._line(held, state, tokens, why)
        start, self._text = len(self._text), self._text + text
        self._lines[held.piece.key] = replace(line, start=start, end=len(self._text))

    def _line(self, held: Held, state: str, tokens: int, why: str) -> Line:
        piece = held.piece
        score = round(self._scores[piece.key], 4)
        return Line(held.id, piece.kind, piece.key, piece.title, state, tokens, score, why)  # type: ignore[arg-type]


def _drawn(held: Held, kept: Sequence[int] | None = None) -> str:
    """Return a piece as it is read, with a note of the sections that are left out."""
    piece = held.piece
    old = "; out of date: what it rests on changed" if held.stale_since else ""
    head = f"## {piece.title}\n[{piece.kind} {piece.key}{old}]\n\n"
    if kept is None:
        return head + piece.content
    body = "".join(str(piece.sections[at]) for at in kept)
    missing = [s.heading for at, s in enumerate(piece.sections) if at not in set(kept)]
    named = "; ".join(each[:NAME_CHARACTERS] for each in missing[:NAMED_MAX] if each)
    more = f": {named}" if named else ""
    rest = "; and others" if named and len(missing) > NAMED_MAX else ""
    note = f"(Left out here: {len(missing)} of {len(piece.sections)} sections{more}{rest}.)\n\n"
    return f"{head}{body}{note}"


def _scores(held: Sequence[Held], query: str, kinds: Mapping[str, int]) -> dict[str, float]:
    fits = _fits(held, query)
    times = sorted({each.updated_at for each in held})
    newness = {at: place / max(1, len(times) - 1) for place, at in enumerate(times)}
    return {
        each.piece.key: KIND_SHARE * kinds.get(each.piece.kind, KIND_RANK_DEFAULT) / KIND_RANK_MAX
        + QUERY_SHARE * fits[each.piece.key]
        + NEWNESS_SHARE * newness[each.updated_at]
        for each in held
    }


def _fits(held: Sequence[Held], query: str) -> dict[str, float]:
    """Return how much of a question each piece speaks of, 0 to 1, rare words counting more."""
    asked = sorted(set(content_stems(query)))
    counts = {
        each.piece.key: Counter(content_stems(f"{each.piece.title} {each.piece.content}"))
        for each in held
    } if asked else {}  # fmt: skip
    weights = {
        word: math.log(1 + (len(held) + 1) / (1 + sum(1 for c in counts.values() if c[word])))
        for word in asked
    }
    total = sum(weights.values())
    own = {each.piece.key: 0.0 for each in held}
    for key, count in counts.items():
        own[key] = sum(weights[w] * count[w] / (count[w] + 1) for w in asked) / total
    found = dict(own)
    for each in held:
        for key in each.piece.links:
            if key in found:
                found[key] = max(found[key], REFERRED * own[each.piece.key])
    return found
