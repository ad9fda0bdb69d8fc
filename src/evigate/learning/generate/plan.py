"""The study plan: sections in an order in which what is used was defined before.

A term that one section defines and another uses makes the first come before the second; the order
is that of the document wherever it may be, and a circle is broken there. A text is mostly written
in such an order already, so the plan seldom differs from it; what it adds is which steps a step
needs.
"""

from collections.abc import Sequence

from evigate.learning.generate.drafts import draft
from evigate.learning.generate.material import Fact, Material
from evigate.learning.generate.models import Cited, DraftItem
from evigate.learning.generate.sections import Section, summary_of
from evigate.learning.items.payloads import StudyStep

KIND = "learning.study_plan"
# Silent reading of a textbook with thought; the reference's figure.
WORDS_A_MINUTE = 180
CONCEPTS_MAX = 6
NEEDS_MAX = 4
TRUST_MIN = 0.7


def study_plan(material: Material, sections: Sequence[Section]) -> DraftItem | None:
    """Return the plan of a document's sections as one draft, or None without sections."""
    if not sections:
        return None
    defined = _defined(material, sections)
    needs = _needs(sections, defined)
    steps: list[StudyStep] = []
    cites: list[Cited] = []
    for number in _in_order(needs):
        section = sections[number]
        own = [one for one in material.meanings if defined.get(one.key) == number]
        ranked = sorted(own, key=lambda one: (-one.trust, one.chunk, one.key))[:CONCEPTS_MAX]
        before = sorted(needs[number], key=lambda n: (-needs[number][n], n))[:NEEDS_MAX]
        steps.append(
            StudyStep(
                title=section.title,
                minutes=min(600, max(1, round(section.word_count / WORDS_A_MINUTE))),
                concepts=tuple(dict.fromkeys(one.term for one in ranked)),
                after=tuple(sections[n].title for n in sorted(before)),
            )
        )
        cites.extend(material.cite(one.chunk, one.quote) for one in ranked)
        cites.extend(material.cite(fact.chunk, fact.text) for fact in _opening(material, section))
    return draft(
        material,
        KIND,
        fields={"steps": steps},
        concept="",
        citations=tuple(dict.fromkeys(cites)),
        chunk=sections[0].chunks[0],
        answer=" ".join(step.title for step in steps),
        question=material.source.title or "plan",
        quality=1.0,
    )


def _opening(material: Material, section: Section) -> tuple[Fact, ...]:
    return summary_of(material, section)[:1] or section.facts[:1]


def _defined(material: Material, sections: Sequence[Section]) -> dict[tuple[str, ...], int]:
    """Return for each term with a meaning the section that gives it, or that names it first."""
    of_chunk = {chunk: number for number, one in enumerate(sections) for chunk in one.chunks}
    first: dict[tuple[str, ...], int] = {}
    for number, section in enumerate(sections):
        for fact in section.facts:
            for term, _, _ in fact.terms:
                first.setdefault(term.key, number)
    found: dict[tuple[str, ...], int] = {}
    for one in material.meanings:
        if one.trust >= TRUST_MIN:
            home = of_chunk.get(one.chunk, first.get(one.key))
            if home is not None:
                found[one.key] = home
    return found


def _needs(
    sections: Sequence[Section], defined: dict[tuple[str, ...], int]
) -> list[dict[int, int]]:
    """Return for each section those that define what it uses, with how many terms."""
    needs: list[dict[int, int]] = [{} for _ in sections]
    for number, section in enumerate(sections):
        used = {term.key for fact in section.facts for term, _, _ in fact.terms}
        for key in sorted(used):
            home = defined.get(key)
            if home is not None and home != number:
                needs[number][home] = needs[number].get(home, 0) + 1
    return needs


def _in_order(needs: list[dict[int, int]]) -> list[int]:
    """Return the sections so that needs come first; of a circle, the document's first goes on.

    A need that points forward counts only where it is stronger than the one that points back, so
    that a passing mention does not turn the document round.
    """
    firm = [
        {n for n, weight in each.items() if n < number or weight > 2 + needs[n].get(number, 0)}
        for number, each in enumerate(needs)
    ]
    order: list[int] = []
    left = list(range(len(needs)))
    while left:
        ready = next((n for n in left if firm[n] <= set(order)), left[0])
        order.append(ready)
        left.remove(ready)
    # What is named as needed stands earlier in the plan, always.
    for at, number in enumerate(order):
        for other in [n for n in needs[number] if n not in order[:at]]:
            del needs[number][other]
    return order
