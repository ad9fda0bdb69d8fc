"""Multiple choice: a blank or a definition to name, a year, a person; three rivals beside the key.

Stems are literal: the sentence with its term left out, or "Which term ..." followed by the
document's own definition. The options' order follows from a hash of the question, so keys stand
anywhere and the same item always looks the same; numbers go up. A chosen rival is explained by the
document's own definition of it, where it has one.
"""

import math
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from evigate.language.definitions import DefinitionShape
from evigate.language.weights import background_weight
from evigate.language.words import content_stems, fold, stems
from evigate.learning.generate import phrases
from evigate.learning.generate.cloze import CONTENT_MIN, IDF_FULL, Gap, clean_stem
from evigate.learning.generate.distractors import Entry, Pool
from evigate.learning.generate.drafts import draft, lower_first, section_hint, spread
from evigate.learning.generate.material import Fact, Material
from evigate.learning.generate.meanings import Meaning
from evigate.learning.generate.models import Cited, DraftItem
from evigate.learning.items.payloads import BLANK

KIND = "learning.mcq_item"
RIVALS = 3
# Below this the third rival is a stranger beside the key.
RIVAL_SCORE_MIN = 0.2
TRUST_MIN = 0.8
FEEDBACK_MAX = 500
PEOPLE_MIN = 4
_WORD = re.compile(r"\w+")
# Who and when are fair questions, but seldom the best ones.
PERSON_QUALITY, YEAR_QUALITY = 0.62, 0.6

_EVENTS = frozenset({"occurs", "occur", "happens", "happen", "takes", "take"})
_PARTICLES = frozenset({"van", "von", "de", "of", "the", "la", "der"})
_YEAR = re.compile(r"(?<![\d–-])(?<!\d[,.])(1[0-9]\d\d|20[0-4]\d)(?!\d|[,.]\d|[%–-]|s\b)")


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


def people_and_years(material: Material) -> Iterator[DraftItem]:
    """Yield who did something, and in which year, where the document names enough of either."""
    yield from _people(material)
    yield from _years(material)


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
    chosen = rivals[:RIVALS]
    proper = material.proper
    if len(chosen) < RIVALS or chosen[-1][0] < RIVAL_SCORE_MIN:
        return None
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
        fields=_options(stem, _shown(key, proper), list(said), feedback),
        concept=concept,
        citations=(cited, *cites),
        chunk=chunk,
        answer=key,
        question=stem,
        quality=0.8 * quality + 0.2 * plausible,
        hint=section_hint(material.section(chunk), key),
    )


def _options(
    stem: str, key: str, others: list[str], feedback: dict[str, str], *, is_sorted: bool = False
) -> dict[str, object]:
    texts = [key, *others]
    ordered = sorted(texts) if is_sorted else spread(texts, stem)
    options = [
        {"id": "ABCDE"[n], "text": text, "feedback": feedback.get(text, "")}
        for n, text in enumerate(ordered)
    ]
    return {"stem": stem, "options": options, "key": "ABCDE"[ordered.index(texts[0])]}


def _shown(text: str, proper: frozenset[str]) -> str:
    """Return an option with a small first letter as all have, unless it is a name or short form."""
    parts = text.split()
    is_name = len(parts) > 1 and all(part[:1].isupper() for part in parts)
    return text if is_name else lower_first(text, proper)


def _people(material: Material) -> Iterator[DraftItem]:
    """Yield who did what, where the document names enough people in full."""
    named = [(fact, name) for fact in material.facts for name in _full_names(fact)]
    everyone = list(dict.fromkeys(name for _, name in named))
    if len(everyone) < PEOPLE_MIN:
        return
    nearby = _Nearby(material, everyone)
    for fact, name in named:
        if fact.refused is not None or len(_full_names(fact)) > 1:
            continue
        stem = clean_stem(fact.text.replace(name, BLANK, 1))
        before = fact.text[: fact.text.find(name)]
        if phrases.EXAMPLES.search(before) or (before and not before[-1].isspace()):
            continue
        others = nearby.people(fact, name, stem)
        if stem.count(BLANK) != 1 or len(others) < RIVALS or not _says_enough(stem, name):
            continue
        yield draft(
            material,
            KIND,
            fields=_options(stem, name, others, {}),
            concept=name,
            citations=(material.cite(fact.chunk, fact.text),),
            chunk=fact.chunk,
            answer=name,
            question=stem,
            quality=PERSON_QUALITY + 0.1 * stem.startswith(BLANK),
            hint=section_hint(material.section(fact.chunk), name),
        )


def _full_names(fact: Fact) -> list[str]:
    """Return the people named in full outside brackets; an initial in front is a citation's."""
    found = []
    for entity in fact.sentence.entities:
        tokens = fact.sentence.tokens[entity.first : entity.last]
        before = fact.sentence.text[: entity.start - fact.sentence.start]
        is_plain = len(tokens) > 1 and len(tokens[0].text) > 2 and all(
            token.text.replace(".", "").replace("-", "").isalpha()
            and (token.text[:1].isupper() or token.text in _PARTICLES)
            for token in tokens
        )  # fmt: skip
        if entity.label == "PERSON" and is_plain and before.count("(") == before.count(")"):
            found.append(entity.text)
    return found


class _Nearby:
    """Where people are named, so that the nearest are found without reading it all again."""

    def __init__(self, material: Material, everyone: Sequence[str]) -> None:
        self._stems = {name: frozenset(stems(name)) for name in everyone}
        by_word: dict[str, list[Fact]] = {}
        for fact in material.facts:
            for word in set(_WORD.findall(fact.text)):
                by_word.setdefault(word, []).append(fact)
        self._places = sorted(
            (fact.order, name)
            for name in everyone
            for fact in by_word.get(_WORD.findall(name)[0], ())
            if name in fact.text
        )
        self._orders = [order for order, _ in self._places]

    def people(self, fact: Fact, name: str, stem: str) -> list[str]:
        """Return three other people, those named nearest first and then by name."""
        taken = self._stems[name] | set(stems(stem))
        kept: list[str] = []
        for other in self._outward(fact.order):
            if not self._stems[other] & taken:
                kept.append(other)
                taken |= self._stems[other]
                if len(kept) == RIVALS:
                    break
        return kept

    def _outward(self, order: int) -> Iterator[str]:
        """Yield names from nearest to farthest, those equally far in alphabetical order."""
        right = bisect_left(self._orders, order)
        left = right - 1
        while left >= 0 or right < len(self._orders):
            below = order - self._orders[left] if left >= 0 else math.inf
            above = self._orders[right] - order if right < len(self._orders) else math.inf
            distance, names = min(below, above), set()
            while left >= 0 and order - self._orders[left] == distance:
                names.add(self._places[left][1])
                left -= 1
            while right < len(self._orders) and self._orders[right] - order == distance:
                names.add(self._places[right][1])
                right += 1
            yield from sorted(names)


def _years(material: Material) -> Iterator[DraftItem]:
    """Yield the year of an event where a sentence names just one outside brackets."""
    for fact in material.fit:
        text = clean_stem(fact.text)
        found = _YEAR.findall(text)
        if len(found) != 1 or "(" in text:
            continue
        stem = _YEAR.sub(BLANK, text, count=1)
        if not _says_enough(stem, found[0]) or not re.search(
            rf"\b[Ii]n\s+(?:\w+\s+)?{BLANK}", stem
        ):
            continue
        others = _other_years(material, int(found[0]))
        yield draft(
            material,
            KIND,
            fields=_options(stem, found[0], others, {}, is_sorted=True),
            concept="",
            citations=(material.cite(fact.chunk, fact.text),),
            chunk=fact.chunk,
            answer=found[0],
            question=stem,
            quality=YEAR_QUALITY,
            tags=tuple(term.text for term, _, _ in fact.terms),
            hint=section_hint(material.section(fact.chunk), found[0]),
        )


def _other_years(material: Material, year: int) -> list[str]:
    """Return three years near the key, the document's own first; some before it, some after."""
    known = {int(found) for found in _YEAR.findall(material.parsed.text)} - {year}
    near = sorted((y for y in known if 2 < abs(y - year) <= 40), key=lambda y: (abs(y - year), y))
    # The key would stand out as the middle if the rest were always on both sides.
    shift = 1 + sum(map(int, str(year))) % 3
    made = [year + step * 6 for step in (-shift, 4 - shift, -shift - 1, 5 - shift) if step]
    kept: list[int] = []
    for each in (*near[:2], *made):
        if each not in kept and each != year and len(kept) < RIVALS:
            kept.append(each)
    return [str(each) for each in kept]


def _says_enough(stem: str, key: str) -> bool:
    rest = [s for s in content_stems(stem.replace(BLANK, " ")) if s not in set(stems(fold(key)))]
    mass = sum(background_weight(each) for each in sorted(set(rest)))
    return len(rest) >= CONTENT_MIN and mass > IDF_FULL / 2
