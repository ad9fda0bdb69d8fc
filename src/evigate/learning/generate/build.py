"""Generation as a whole: read the document, let each generator offer, choose the best, report."""

from collections.abc import Callable, Iterator, Sequence

from evigate.learning.generate.answers import short_answers
from evigate.learning.generate.choices import choices_of_gaps, choices_of_meanings
from evigate.learning.generate.cloze import Gap, cloze_items, gaps
from evigate.learning.generate.distractors import Pool
from evigate.learning.generate.flashcards import flashcards
from evigate.learning.generate.material import Material, read_source
from evigate.learning.generate.models import (
    DraftItem,
    Embed,
    Generated,
    Limits,
    Progress,
    SourceText,
)
from evigate.learning.generate.named import people_and_years
from evigate.learning.generate.objectives import objectives_of, rank_items
from evigate.learning.generate.pairs import matchings
from evigate.learning.generate.plan import study_plan
from evigate.learning.generate.sections import Section, section_topics, sections_of
from evigate.learning.generate.select import choose
from evigate.learning.generate.sequences import orderings
from evigate.learning.generate.statements import plain_statements, true_false
from evigate.learning.generate.taxonomy import taxonomy

# Of the time that a chapter or a book takes, so much goes by before its sections are drafted from.
READING_SHARE = 0.7
# For each item that is wanted so many gaps are worked out, and at least so many of a section.
GAPS_AN_ITEM, GAPS_A_SECTION_MIN = 6, 8


def generate(
    source: SourceText,
    *,
    objectives: Sequence[str] = (),
    limits: Limits | None = None,
    embed: Embed | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Generated:
    """
    Return items drawn from one document, with its topics, concept map and study plan.

    Args:
        source: the document; chunks in reading order.
        objectives: what learners should be able to do; items are ranked by them, and each item
            names the one that it serves best, if any.
        limits: how much is made; see `Limits`.
        embed: turns texts into rows of numbers for choosing distractors and objectives; without it
            shared words decide.
        progress: called as the text is read, and then after each of its sections, in order.

    Returns:
        No items, and the reason, for a document without fit sentences. The same input gives the
        same output.
    """
    limits = limits or Limits()
    tell = progress or (lambda _: None)

    def read(done: int, total: int) -> None:
        tell(Progress(READING_SHARE * done / total))

    material = read_source(source, limits, read)
    sections = sections_of(material) if material.fit else ()
    chosen = choose(_candidates(material, sections, embed, tell, limits.items), limits)
    wanted = objectives_of(source, sections, objectives, material.proper)
    items, ranked = rank_items(chosen, wanted, embed)
    return Generated(
        items=items,
        topics=section_topics(material, sections),
        taxonomy=taxonomy(material, sections),
        study_plan=study_plan(material, sections),
        objectives=wanted,
        by_objective=ranked,
        coverage=_coverage(source, items),
        refused=dict(sorted(material.refused.items())),
        reason="" if items else _reason(material),
    )


def _candidates(
    material: Material,
    sections: Sequence[Section],
    embed: Embed | None,
    tell: Callable[[Progress], None],
    items: int,
) -> Iterator[DraftItem]:
    """Yield what each generator offers: section by section, then what spans them."""
    every = tuple(gaps(material))
    by_chunk: dict[int, list[Gap]] = {}
    for gap in every:
        by_chunk.setdefault(gap.fact.chunk, []).append(gap)
    most = max(GAPS_A_SECTION_MIN, GAPS_AN_ITEM * items // max(1, len(sections)))
    pool = Pool(material, embed)
    for number, section in enumerate(sections, start=1):
        own = tuple(gap for chunk in sorted(section.chunks) for gap in by_chunk.get(chunk, ()))
        own = _best(own, most)
        yield from choices_of_gaps(material, own, pool)
        yield from cloze_items(material, own)
        yield from true_false(material, own, pool)
        done = number / len(sections)
        tell(Progress(READING_SHARE + (1 - READING_SHARE) * done, section.path))
    yield from choices_of_meanings(material, pool)
    yield from people_and_years(material)
    yield from plain_statements(material, every)
    yield from flashcards(material)
    yield from short_answers(material)
    yield from orderings(material)
    yield from matchings(material)


def _best(own: tuple[Gap, ...], most: int) -> tuple[Gap, ...]:
    """Return the best gaps of a section in order of the text, so that a book costs no more time.

    A chapter has fewer than are asked for; of a book's thousands only the best can be chosen.
    """
    if len(own) <= most:
        return own
    bound = sorted((gap.quality for gap in own), reverse=True)[most - 1]
    return tuple(gap for gap in own if gap.quality >= bound)[: 2 * most]


def _coverage(source: SourceText, items: Sequence[DraftItem]) -> dict[str, int]:
    counts = {chunk.sha256: 0 for chunk in source.chunks}
    for item in items:
        for digest in dict.fromkeys(cited.chunk_sha256 for cited in item.citations):
            counts[digest] += 1
    return counts


def _reason(material: Material) -> str:
    if not material.lines:
        return "The document has no running text: nothing but headings, tables, lists of tasks."
    if not material.parsed.sentences:
        return "The text is not in English, which is the only language that is read."
    most = ", ".join(f"{name} ({count})" for name, count in material.refused.most_common(3))
    return f"No sentence of the text can stand alone; most were refused for: {most or 'no terms'}."
