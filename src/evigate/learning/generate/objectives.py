"""Objectives: listed by the document or proposed from its topics, and which items serve which.

A list under "Learning objectives", or after "you will be able to", is taken as it stands; such
lists make no items. An item serves an objective as far as it speaks of what the objective speaks
of: by the weight of words in its question, answer, tags and headings, and by meaning where texts
can be embedded.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from evigate.language.similarity import coverage
from evigate.language.words import content_stems
from evigate.learning.generate import phrases
from evigate.learning.generate.drafts import lower_first
from evigate.learning.generate.models import DraftItem, Embed, Objective, SourceText
from evigate.learning.generate.sections import Section
from evigate.learning.items.kinds import answer_of, question_of

# An item that shares less of an objective's words does not assess it.
RELEVANCE_MIN = 0.4
OBJECTIVE_MAX = 500
HEADING_SHARE = 0.5
SECTION_BONUS = 0.15
EMBED_SHARE = 0.5
# Verbs and nouns of how, not of what.
_FRAME = frozenset(
    content_stems(
        "explain describe discuss identify define list compare contrast understand apply analyze "
        "recognize summarize distinguish differentiate outline appreciate evaluate examine "
        "difference types role concept basic important main key various characteristics "
        "distinguishing "
        "points certain individuals why how"
    )
)


def objectives_of(
    source: SourceText,
    sections: Sequence[Section],
    given: Sequence[str],
    proper: frozenset[str] = frozenset(),
) -> tuple[Objective, ...]:
    """Return the given objectives, then the listed ones; where there are none, proposed ones.

    `proper` are the words, folded, that keep their capital.
    """
    found = [Objective(text[:OBJECTIVE_MAX], "given") for text in given if text.strip()]
    found.extend(_listed(source))
    if not found:
        found.extend(_proposed(sections, proper))
    first = {objective.text.casefold(): objective for objective in reversed(found)}
    return tuple(each for each in found if first[each.text.casefold()] is each)


def rank_items(
    items: Sequence[DraftItem], objectives: Sequence[Objective], embed: Embed | None
) -> tuple[tuple[DraftItem, ...], Mapping[str, tuple[str, ...]]]:
    """
    Return the items, each with the objective that it serves best, and for each objective its items.

    Items below `RELEVANCE_MIN` serve none; equal ones are ordered by quality, then by key.
    """
    if not objectives or not items:
        return tuple(items), {objective.text: () for objective in objectives}
    table = _relevance(items, objectives, embed)
    placed = tuple(
        _with_objective(item, objectives[int(row.argmax())].text)
        if row.max() >= RELEVANCE_MIN
        else item
        for item, row in zip(items, table, strict=True)
    )
    ranked: dict[str, tuple[str, ...]] = {}
    for column, objective in enumerate(objectives):
        serving = [n for n in range(len(items)) if table[n, column] >= RELEVANCE_MIN]
        serving.sort(key=lambda n: (-table[n, column], -items[n].quality, items[n].key))
        ranked[objective.text] = tuple(items[n].key for n in serving)
    return placed, ranked


def _listed(source: SourceText) -> Iterator[Objective]:
    is_open = False
    for chunk in source.chunks:
        if chunk.kind == "heading":
            is_open = False
            continue
        if chunk.kind != "prose":
            continue
        under = any(phrases.OBJECTIVES_HEADING.match(part.strip()) for part in chunk.heading_path)
        section = tuple(p for p in chunk.heading_path if not phrases.OBJECTIVES_HEADING.match(p))
        for line in chunk.text.split("\n"):
            if phrases.OBJECTIVES_LEAD.search(line):
                is_open = True
            elif (under or is_open) and phrases.OBJECTIVE_VERB.match(line):
                yield Objective(line.strip(" •-*–")[:OBJECTIVE_MAX], "listed", section)
            else:
                is_open = False


def _proposed(sections: Sequence[Section], proper: frozenset[str]) -> Iterator[Objective]:
    for section in sections:
        title = section.title.rstrip(" ?.:")
        if title.split()[0].lower() in {"what", "why", "how", "when", "where", "who"}:
            yield Objective(f"Answer the question: {title}?", "proposed", section.path)
        else:
            yield Objective(f"Explain {lower_first(title, proper)}", "proposed", section.path)


def _relevance(
    items: Sequence[DraftItem], objectives: Sequence[Objective], embed: Embed | None
) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Return items x objectives, 0..1."""
    texts = [_text(item) for item in items]
    # Parts of one section, cut where the words change, are told apart by words alone.
    parts = Counter(each.section for each in objectives if each.origin == "proposed")
    wanted = [set(content_stems(each.text)) - _FRAME for each in objectives]
    table = np.array(
        [
            [
                _shared(want, item, text, each, is_part=parts[each.section] > 1)
                for want, each in zip(wanted, objectives, strict=True)
            ]
            for item, text in zip(items, texts, strict=True)
        ],
        dtype=np.float64,
    )
    if embed is None:
        return table
    left, right = (_rows(embed, each) for each in (texts, [one.text for one in objectives]))
    likeness: np.ndarray[tuple[int, int], np.dtype[np.float64]] = np.clip(left @ right.T, 0, 1)
    mixed = (1 - EMBED_SHARE) * table + EMBED_SHARE * likeness
    return np.round(mixed, 6)


def _rows(embed: Embed, texts: Sequence[str]) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    rows = np.asarray(embed(texts), dtype=np.float64)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(lengths == 0, 1, lengths))


def _shared(
    want: set[str], item: DraftItem, text: str, objective: Objective, *, is_part: bool
) -> float:
    own = coverage(want, content_stems(text))
    if is_part:
        return own
    headings = coverage(want, content_stems(" ".join(item.payload.section)))
    # An objective that stands in a section is first of all that section's.
    shares = (
        objective.section and item.payload.section[: len(objective.section)] == objective.section
    )
    return min(1.0, own + HEADING_SHARE * headings * (1 - own) + (SECTION_BONUS if shares else 0.0))


def _text(item: DraftItem) -> str:
    parts = (question_of(item.payload), answer_of(item.payload), *item.tags)
    return " ".join((*parts, item.payload.explanation))


def _with_objective(item: DraftItem, text: str) -> DraftItem:
    return replace(item, payload=item.payload.model_copy(update={"objective": text}))
