"""Multiple choice: a blank or a definition to name, with three rivals beside the key.

Stems are literal: the sentence with its term left out, or "Which term ..." followed by the
document's own definition. The options' order follows from a hash of the question, so keys stand
anywhere and the same item always looks the same; numbers go up. A chosen rival is explained by the
document's own definition of it, where it has one.
"""

from collections.abc import Iterator, Mapping, Sequence

from evigate.language.definitions import DefinitionShape
from evigate.language.words import content_stems
from evigate.learning.generate.cloze import Gap
from evigate.learning.generate.distractors import Entry, Pool
from evigate.learning.generate.drafts import draft, lower_first, section_hint, spread
from evigate.learning.generate.material import Material
from evigate.learning.generate.meanings import Meaning
from evigate.learning.generate.models import Cited, DraftItem

KIND = "learning.mcq_item"
RIVALS = 3
# Below this a rival is a stranger beside the key, and the three together must be nearer still, else
# the key stands out among them; a neighbour that the text explains may be less like it.
RIVAL_SCORE_MIN, MEAN_SCORE_MIN, EXPLAINED_SCORE_MIN = 0.55, 0.58, 0.2
TRUST_MIN = 0.8
FEEDBACK_MAX = 500

_EVENTS = frozenset({"occurs", "occur", "happens", "happen", "takes", "take"})


def choices_of_gaps(material: Material, found: Sequence[Gap], pool: Pool) -> Iterator[DraftItem]:
    """Yield an item for each gap that has three rivals."""
    meant = {one.key: one for one in material.meanings}
    for gap in found:
        item = _from_gap(material, gap, pool, meant)
        if item is not None:
            yield item


def choices_of_meanings(material: Material, pool: Pool) -> Iterator[DraftItem]:
    """Yield "Which term ...?" for each meaning that can be trusted and has three rivals."""
    meant = {one.key: one for one in material.meanings}
    for meaning in material.meanings:
        item = _from_meaning(material, meaning, pool, meant)
        if item is not None:
            yield item


def _from_gap(
    material: Material, gap: Gap, pool: Pool, meant: dict[tuple[str, ...], Meaning]
) -> DraftItem | None:
    rivals = pool.rivals(
        gap.term.key, gap.key, gap.stem, is_plural=gap.is_plural, context=gap.fact.text
    )
    return _item(
        material,
        stem=gap.stem,
        key=gap.key,
        rivals=rivals,
        meant=meant,
        cited=material.cite(gap.fact.chunk, gap.fact.text),
        chunk=gap.fact.chunk,
        concept=gap.concept,
        quality=gap.quality,
    )


def _from_meaning(
    material: Material, meaning: Meaning, pool: Pool, meant: dict[tuple[str, ...], Meaning]
) -> DraftItem | None:
    stem = definition_question(meaning)
    if meaning.trust < TRUST_MIN or not stem:
        return None
    rivals = pool.rivals(meaning.key, meaning.term, stem, is_plural=meaning.is_plural)
    return _item(
        material,
        stem=stem,
        key=meaning.term,
        rivals=rivals,
        meant=meant,
        cited=material.cite(meaning.chunk, meaning.quote),
        chunk=meaning.chunk,
        concept=meaning.term,
        quality=meaning.trust - 0.05,
    )


def definition_question(meaning: Meaning) -> str:
    """
    Return "Which term ...?" for a meaning, or nothing where it would not be a sentence.

    The document's own verb is kept, so number and tense agree as they did there.
    """
    said = meaning.said
    verb = meaning.verb.lower()
    if set(content_stems(meaning.term)) & set(content_stems(said)):
        return ""
    if not verb or meaning.shape is DefinitionShape.CALLED:
        return f"Which of these {'are' if meaning.is_plural else 'is'} “{lower_first(said)}”?"
    if verb in {"is", "are"} or verb.split()[0] in _EVENTS:
        return f"Which of these {verb} {said}?"
    which = "terms" if meaning.is_plural and not verb.endswith("s") else "term"
    return f"Which {which} {verb} {said}?"


def _item(
    material: Material,
    *,
    stem: str,
    key: str,
    rivals: list[tuple[float, Entry]],
    meant: dict[tuple[str, ...], Meaning],
    cited: Cited,
    chunk: int,
    concept: str,
    quality: float,
) -> DraftItem | None:
    chosen = _fair(rivals, meant, material.section(chunk))
    if not chosen:
        return None
    proper = material.proper
    said = {_shown(entry.text, proper): meant.get(entry.term.key) for _, entry in chosen}
    feedback = {
        text: one.quote for text, one in said.items() if one and len(one.quote) < FEEDBACK_MAX
    }
    cites = [material.cite(one.chunk, one.quote) for text, one in said.items()
             if one and text in feedback]  # fmt: skip
    plausible = min(1.0, sum(score for score, _ in chosen) / RIVALS)
    return draft(
        material,
        KIND,
        fields=options_of(stem, _shown(key, proper), list(said), feedback),
        concept=concept,
        citations=(cited, *cites),
        chunk=chunk,
        answer=key,
        question=stem,
        quality=0.8 * quality + 0.2 * plausible,
        hint=section_hint(material.section(chunk), key),
    )


def _fair(
    rivals: list[tuple[float, Entry]],
    meant: Mapping[tuple[str, ...], Meaning],
    section: tuple[str, ...],
) -> list[tuple[float, Entry]]:
    """Return the best three rivals that are near enough to the key, or none."""

    def worth(score: float, entry: Entry) -> float:
        is_neighbour = entry.term.key in meant and entry.section == section
        return (
            max(score, MEAN_SCORE_MIN) if is_neighbour and score >= EXPLAINED_SCORE_MIN else score
        )

    near = [(score, entry) for score, entry in rivals if worth(score, entry) >= RIVAL_SCORE_MIN]
    chosen = near[:RIVALS]
    total = sum(worth(score, entry) for score, entry in chosen)
    return chosen if len(chosen) == RIVALS and total >= RIVALS * MEAN_SCORE_MIN else []


def options_of(
    stem: str,
    key: str,
    others: Sequence[str],
    feedback: Mapping[str, str] | None = None,
    *,
    is_sorted: bool = False,
) -> dict[str, object]:
    """Return stem, options and key of an item; the options' order follows from the stem."""
    texts = [key, *others]
    ordered = sorted(texts) if is_sorted else spread(texts, stem)
    said = feedback or {}
    options = [
        {"id": "ABCDE"[n], "text": text, "feedback": said.get(text, "")}
        for n, text in enumerate(ordered)
    ]
    return {"stem": stem, "options": options, "key": "ABCDE"[ordered.index(texts[0])]}


def _shown(text: str, proper: frozenset[str]) -> str:
    """Return an option with a small first letter as all have, unless it is a name or short form."""
    parts = text.split()
    is_name = len(parts) > 1 and all(part[:1].isupper() for part in parts)
    return text if is_name else lower_first(text, proper)
