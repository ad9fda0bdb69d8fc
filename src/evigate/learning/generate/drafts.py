"""What every item shares: identity, difficulty, hint, explanation, tags.

A generator says what it asks and what answers it; here that becomes a draft. The difficulty is a
guess from the rarity of the words and from how the kind asks (to recognise is easier than to
recall); nobody has measured it, and attempts replace it.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from evigate.base.canonical import sha256_hex
from evigate.language.weights import BACKGROUND
from evigate.language.words import content_words, fold, stems
from evigate.learning.generate.material import Material
from evigate.learning.generate.models import Cited, DraftItem
from evigate.learning.items.payloads import MODELS, Difficulty

# How much harder a kind is than another with the same words, in steps of the 0..1 scale.
KIND_DIFFICULTY: Mapping[str, float] = {
    "learning.flashcard": -0.10,
    "learning.true_false_item": -0.15,
    "learning.mcq_item": 0.0,
    "learning.matching_item": 0.0,
    "learning.cloze_item": 0.10,
    "learning.ordering_item": 0.10,
    "learning.short_answer_item": 0.20,
}
# The mean word weight of easy and of hard textbook sentences; in between the scale is straight.
RARITY_EASY, RARITY_HARD = 0.5, 0.85
BANDS: tuple[tuple[float, Difficulty], ...] = ((0.4, "introductory"), (0.7, "intermediate"))
HINT_WORDS = ("One word", "Two words", "Three words", "Four words", "Five words")
EXPLANATION_MAX = 2_000


def draft(
    material: Material,
    kind: str,
    *,
    fields: Mapping[str, Any],
    concept: str,
    citations: Sequence[Cited],
    chunk: int,
    answer: str,
    question: str,
    quality: float,
    tags: Iterable[str] = (),
    hint: str = "",
) -> DraftItem:
    """
    Return a draft of a kind.

    Args:
        fields: the payload's own fields; the shared ones are added.
        concept: the term that it is about, empty where it is about several.
        citations: at least one; the first one's quote becomes the explanation.
        chunk: where it belongs; its headings become the section.
        answer, question: what its identity, hint and difficulty are taken from.
        quality: 0..1, cut to that.
        hint: instead of the one that is made of the answer.

    Raises:
        pydantic.ValidationError: the fields do not hold to the kind's model; our own mistake.
    """
    section = material.section(chunk)
    payload = MODELS[kind].model_validate(
        {
            **fields,
            "concept": concept[:300],
            "section": section,
            "explanation": citations[0].quote[:EXPLANATION_MAX],
            "hint": hint,
        }
    )
    prior = prior_of(kind, f"{question} {answer}")
    return DraftItem(
        kind=kind,
        payload=payload,
        citations=tuple(dict.fromkeys(citations)),
        difficulty=band_of(prior),
        difficulty_prior=prior,
        tags=tuple(dict.fromkeys(tag for tag in (concept, *tags) if tag)),
        concept=concept,
        key=identity(kind, question, answer),
        quality=round(min(1.0, max(0.0, quality)), 4),
    )


def identity(kind: str, question: str, answer: str) -> str:
    """Return the same 24 hex digits for the same question and answer, case and marks aside."""
    parts = "\n".join((kind, " ".join(stems(question)), " ".join(stems(answer))))
    return sha256_hex(parts.encode())[:24]


def prior_of(kind: str, text: str) -> float:
    """Return a guess at the difficulty, 0 (easy) to 1, by the rarity of the words and the kind."""
    found = content_words(text)
    if not found:
        return 0.5
    rarity = sum(BACKGROUND.weight(word.stem) for word in found) / len(found)
    share = (rarity - RARITY_EASY) / (RARITY_HARD - RARITY_EASY)
    return round(min(1.0, max(0.0, share + KIND_DIFFICULTY.get(kind, 0.0))), 3)


def band_of(prior: float) -> Difficulty:
    """Return the name of the third that a prior lies in."""
    return next((name for bound, name in BANDS if prior < bound), "advanced")


def term_hint(answer: str) -> str:
    """Return the answer's count of words and first letter; never more of it."""
    count = len(answer.split())
    if not count or count > len(HINT_WORDS) or not answer[0].isalpha():
        return ""
    letter = answer[0].upper()
    return f"{HINT_WORDS[count - 1]}, beginning with {letter}."


def section_hint(section: tuple[str, ...], answer: str) -> str:
    """Return where to look, unless the heading holds a word of the answer."""
    own = {word.stem for word in content_words(answer)}
    name = next((part for part in reversed(section) if not own & set(stems(part))), "")
    return f"It is explained under “{name}”." if name else ""


def spread(items: Iterable[str], seed: str) -> list[str]:
    """Return items in an order that depends on the seed alone, so that keys stand anywhere."""
    return sorted(items, key=lambda item: (sha256_hex(f"{seed}\n{item}".encode()), item))


def capital(text: str) -> str:
    """Return the text with its first letter a capital."""
    return text[:1].upper() + text[1:]


def lower_first(text: str, proper: frozenset[str] = frozenset()) -> str:
    """Return the text with a small first letter, unless its first word is a name or short form."""
    first = text.split(maxsplit=1)[0] if text.split() else ""
    keeps = first[1:] != first[1:].lower() or first[:1].isdigit()
    keeps = keeps or fold(re.split(r"[-’']", first)[0]) in proper or fold(first) in proper
    return text if keeps else text[:1].lower() + text[1:]
