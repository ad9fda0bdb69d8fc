"""Section topics: where the matter changes, what each part is about, how hard it is.

Headings say where sections are; a document without any is cut by TextTiling, where neighbouring
blocks of paragraphs share fewest words. A summary is one or two of the section's own sentences, the
nearest to its centre; the difficulty is a guess from the words, placed among the document's own
sections, so it orders them and measures nothing.

Source:
    Hearst, Computational Linguistics 23(1), 1997; the threshold (mean + 0.3 deviations) is that
    of the reference on generation, measured on 228 OpenStax modules.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import mean, pstdev

from evigate.language.weights import BACKGROUND
from evigate.language.words import content_stems, content_words
from evigate.learning.generate.cloze import is_term
from evigate.learning.generate.drafts import capital, draft
from evigate.learning.generate.material import Fact, Material, is_skipped
from evigate.learning.generate.models import DraftItem
from evigate.learning.items.payloads import SectionTopic

KIND = "learning.section_topics"
SECTION_WORDS_MIN = 60
TILE_REACH = 2
DEPTH_DEVIATIONS = 0.3
SUMMARY_MAX = 2
SUMMARY_REACH = 2
SUMMARY_LIKENESS_MAX = 0.5
SECTIONS_MAX = 500


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of the text: its headings (or made title), chunks, and facts."""

    path: tuple[str, ...]
    title: str
    chunks: tuple[int, ...]
    facts: tuple[Fact, ...]
    word_count: int


def sections_of(material: Material) -> tuple[Section, ...]:
    """Return the document's sections in order; those with too few words join the one before."""
    chunks = [
        number
        for number, chunk in enumerate(material.source.chunks)
        if chunk.kind == "prose" and not is_skipped(chunk.heading_path)
    ]
    paths = {material.section(number) for number in chunks}
    groups = _by_heading(material, chunks) if len(paths) > 1 else _by_tiles(material, chunks)
    by_chunk: dict[int, list[Fact]] = {}
    for fact in material.facts:
        by_chunk.setdefault(fact.chunk, []).append(fact)
    found: list[Section] = []
    titles: Counter[str] = Counter()
    for group in groups:
        facts = tuple(fact for number in group for fact in by_chunk.get(number, ()))
        count = sum(len(material.source.chunks[number].text.split()) for number in group)
        if not facts or (count < SECTION_WORDS_MIN and len(groups) > 1):
            continue
        path = material.section(group[0])
        title = path[-1] if path and len(paths) > 1 else _made_title(material, facts)
        titles[title] += 1
        # Two sections of one title are told apart by the heading above.
        if titles[title] > 1:
            title = f"{title} ({path[-2] if len(path) > 1 else titles[title]})"
        found.append(Section(path, title[:300], tuple(group), facts, count))
    return tuple(found[:SECTIONS_MAX])


def _joined(section: Section, group: Sequence[int], facts: tuple[Fact, ...], count: int) -> Section:
    return replace(
        section,
        chunks=(*section.chunks, *group),
        facts=(*section.facts, *facts),
        word_count=section.word_count + count,
    )


def topic_of(material: Material, facts: Sequence[Fact]) -> str:
    """Return the term that stands in most of the facts for its worth; the first of equals."""
    counts: Counter[tuple[str, ...]] = Counter()
    for fact in facts:
        counts.update({term.key for term, _, _ in fact.terms if is_term(term)})
    terms = {term.key: term for term in material.terms}
    whole = Counter(key for fact in material.facts for key in {t.key for t, _, _ in fact.terms})
    if not counts:
        return ""
    # What stands everywhere says little of one part; as in tf-idf, the share here counts.
    best = max(
        counts,
        key=lambda key: (
            counts[key] * (0.2 + counts[key] / whole[key]) * math.log1p(terms[key].score), key
        ),
    )  # fmt: skip
    return terms[best].text


def section_topics(material: Material, sections: Sequence[Section]) -> DraftItem | None:
    """Return the topics of all sections with a summary as one draft, or None without any."""
    hardness = [_hardness(section) for section in sections]
    topics: list[SectionTopic] = []
    cites = []
    for section, value in zip(sections, hardness, strict=True):
        summary = summary_of(material, section)
        if not summary:
            continue
        cited = [material.cite(fact.chunk, fact.text) for fact in summary]
        topic = topic_of(material, summary) or section.title
        topics.append(
            SectionTopic(
                title=section.title,
                topic=capital(topic),
                difficulty=_fifth(value, hardness),
                summary=" ".join(fact.text for fact in summary),
                path=section.path,
            )
        )
        cites.extend(cited)
    if not topics:
        return None
    return draft(
        material,
        KIND,
        fields={"sections": topics},
        concept="",
        citations=cites,
        chunk=sections[0].chunks[0],
        answer=" ".join(topic.title for topic in topics),
        question=material.source.title or "topics",
        quality=1.0,
    )


def summary_of(material: Material, section: Section) -> tuple[Fact, ...]:
    """Return the one or two fit sentences nearest to the section's centre, in order."""
    fit = [fact for fact in section.facts if fact.refused is None]
    if not fit:
        fit = [fact for fact in section.facts if fact.refused in {"length", "bare_subject"}]
    centre = Counter(stem for fact in section.facts for stem in content_stems(fact.text))
    scores = {fact.order: _near(material, fact, centre) for fact in fit}
    ranked = sorted(fit, key=lambda fact: (-scores[fact.order], fact.order))
    kept: list[Fact] = []
    for fact in ranked:
        own = set(content_stems(fact.text))
        # Two sentences from far apart do not read as one summary.
        if all(
            len(own & set(content_stems(other.text))) < SUMMARY_LIKENESS_MAX * len(own)
            and other.chunk == fact.chunk
            and abs(other.order - fact.order) <= SUMMARY_REACH
            for other in kept
        ):
            kept.append(fact)
        if len(kept) == SUMMARY_MAX:
            break
    return tuple(sorted(kept, key=lambda fact: fact.order))


def _near(material: Material, fact: Fact, centre: Counter[str]) -> float:
    """Return how central a sentence is: its words' weight in the section, per square root."""
    own = set(content_stems(fact.text))
    mass = sum(math.log1p(centre[stem]) * material.weights.weight(stem) for stem in sorted(own))
    return round(mass / math.sqrt(len(own) + 4), 9)


def _by_heading(material: Material, chunks: Sequence[int]) -> list[list[int]]:
    groups: list[list[int]] = []
    for number in chunks:
        if groups and material.section(groups[-1][-1]) == material.section(number):
            groups[-1].append(number)
        else:
            groups.append([number])
    return groups


def _by_tiles(material: Material, chunks: Sequence[int]) -> list[list[int]]:
    """Cut between chunks where the likeness of what is before and after dips."""
    bags = [Counter(content_stems(material.source.chunks[n].text)) for n in chunks]
    if len(bags) < 2 * TILE_REACH:
        return [list(chunks)] if chunks else []
    gaps = [
        _like(material, bags[max(0, at - TILE_REACH) : at], bags[at : at + TILE_REACH])
        for at in range(1, len(bags))
    ]
    depths = [
        max(gaps[: at + 1][-4:]) + max(gaps[at : at + 4]) - 2 * gap for at, gap in enumerate(gaps)
    ]
    bound = mean(depths) + DEPTH_DEVIATIONS * pstdev(depths)
    groups = [[chunks[0]]]
    for at, depth in enumerate(depths):
        is_peak = depth > bound and depth == max(depths[max(0, at - 1) : at + 2])
        if is_peak:
            groups.append([])
        groups[-1].append(chunks[at + 1])
    return groups


def _like(material: Material, left: list[Counter[str]], right: list[Counter[str]]) -> float:
    one, other = sum(left, Counter()), sum(right, Counter())
    weigh = material.weights.weight
    product = sum(one[s] * other[s] * weigh(s) ** 2 for s in sorted(one.keys() & other.keys()))
    sizes = [
        math.sqrt(sum((n * weigh(s)) ** 2 for s, n in sorted(bag.items()))) for bag in (one, other)
    ]
    return round(product / (sizes[0] * sizes[1]), 9) if all(sizes) else 0.0


def _made_title(material: Material, facts: Sequence[Fact]) -> str:
    topic = topic_of(material, facts)
    return capital(topic) if topic else " ".join(facts[0].text.split()[:6])


def _hardness(section: Section) -> float:
    words = [word for fact in section.facts for word in content_words(fact.text)]
    if not words:
        return 0.0
    rarity = sum(BACKGROUND.weight(word.stem) for word in words) / len(words)
    length = sum(len(fact.sentence.tokens) for fact in section.facts) / len(section.facts)
    return rarity + min(length, 40) / 100


def _fifth(value: float, values: Sequence[float]) -> int:
    """Return the fifth of the document's sections that a value lies in, 1 to 5; 3 for one."""
    if len(values) < 2:
        return 3
    below = sum(other < value for other in values)
    return 1 + min(4, 5 * below // len(values))
