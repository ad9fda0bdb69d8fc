"""Ordering: steps that a list announces, a passage that counts, events with their years.

Only an order that the text states is asked for: a lead that speaks of steps, stages or a sequence;
sentences that begin with first, then, finally; years. A list whose lead does not speak of order is
never taken for one, so many documents give none.
"""

import re
from collections.abc import Iterator
from itertools import chain

from evigate.learning.generate import phrases
from evigate.learning.generate.drafts import capital, draft, section_hint, spread
from evigate.learning.generate.material import Fact, Material
from evigate.learning.generate.models import DraftItem

KIND = "learning.ordering_item"
STEPS_MIN, STEPS_MAX = 3, 6
STEP_WORDS_MIN, STEP_WORDS_MAX = 2, 40
STEP_CHARS_MAX = 300
EVENTS_MIN = 4
STEPS_STEM = "Put these steps in the right order"
EVENTS_STEM = "Put these events in the order in which they happened"

_LEAD = re.compile(
    r"\b(?:steps?|stages?|phases?|sequence|procedure|algorithm|in\s+(?:this|the\s+following)\s+order|"
    r"as\s+follows\s+in\s+order)\b[^.]*:\s*$",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"^\s*(?:step\s+)?(\d{1,2})[.):]\s+(?=\S)", re.IGNORECASE)
_ORDINAL = re.compile(
    r"^(?P<first>first(?:ly)?|to begin(?: with)?|initially)\b|"
    r"^(?P<mid>second(?:ly)?|third(?:ly)?|fourth(?:ly)?|next|then|after\s+that|subsequently)\b|"
    r"^(?P<last>finally|last(?:ly)?|in\s+the\s+(?:end|last\s+step|final\s+step))\b",
    re.IGNORECASE,
)
_COURSE = re.compile(r"^(?:next|then|after\s+that|subsequently)\b", re.IGNORECASE)
_STRIP = re.compile(r"^(?:[\w ]{4,16}?)?,\s*")
_DATED = re.compile(
    r"^(?:In|By)\s+(?:\w+\s+)?(?P<year>1\d{3}|20[0-4]\d),\s+(?P<rest>.+)$", re.DOTALL
)


# A step: the chunk that says it, the sentence or line there, and how the item words it.
Step = tuple[int, str, str]


def orderings(material: Material) -> Iterator[DraftItem]:
    """Yield lists of steps, counted passages and dated events, in order of the text.

    Where two steps read alike there is no one right order, and nothing is asked.
    """
    for stem, found, quality in chain(_lists(material), _counted(material), _dated(material)):
        steps = [(chunk, quote, text[:STEP_CHARS_MAX].strip()) for chunk, quote, text in found]
        if len({text.casefold() for _, _, text in steps}) == len(steps):
            yield _item(material, stem, steps, quality)


def _lists(material: Material) -> Iterator[tuple[str, list[Step], float]]:
    lines = material.lines
    for at, (_, lead) in enumerate(lines):
        if not _LEAD.search(lead):
            continue
        steps: list[tuple[int, str]] = []
        section = material.section(lines[at][0])
        for chunk, line in lines[at + 1 :]:
            text = _NUMBERED.sub("", line).strip(" •-*")
            if material.section(chunk) != section or not _is_step(text) or _LEAD.search(line):
                break
            steps.append((chunk, line))
        if STEPS_MIN <= len(steps) <= STEPS_MAX + 2:
            yield STEPS_STEM, [(chunk, line, _step(line)) for chunk, line in steps], 0.8


def _counted(material: Material) -> Iterator[tuple[str, list[Step], float]]:
    """Yield passages whose sentences say first, next and finally, one after the other."""
    run: list[Step] = []
    for fact in material.facts:
        found = _ORDINAL.match(fact.text)
        if found is None or (run and run[-1][0] != fact.chunk):
            run = []
            if found is None:
                continue
        if found["first"]:
            run = []
        if found["first"] or run:
            run.append((fact.chunk, fact.text, _bare(fact.text, found)))
        # "First, second, finally" may count arguments; "then" and "next" tell a course.
        is_course = any(_COURSE.match(quote) for _, quote, _ in run)
        if found["last"] and is_course and STEPS_MIN <= len(run) <= STEPS_MAX:
            yield STEPS_STEM, run, 0.65
            run = []


def _dated(material: Material) -> Iterator[tuple[str, list[Step], float]]:
    """Yield four to six events of one top section in the order of their years."""
    events: dict[tuple[str, ...], list[tuple[int, Fact, str]]] = {}
    for fact in material.fit:
        found = _DATED.match(phrases.BRACKETED.sub("", fact.text))
        if found and not re.search(r"\b1\d{3}\b|\b20\d\d\b", found["rest"]):
            path = material.section(fact.chunk)[:2]
            events.setdefault(path, []).append((int(found["year"]), fact, capital(found["rest"])))
    for found_events in events.values():
        by_year = {year: (fact, text) for year, fact, text in reversed(found_events)}
        if len(by_year) >= EVENTS_MIN:
            years = sorted(by_year)[:STEPS_MAX]
            steps = [(by_year[y][0].chunk, by_year[y][0].text, by_year[y][1]) for y in years]
            yield EVENTS_STEM, steps, 0.7


def _item(material: Material, asked: str, steps: list[Step], quality: float) -> DraftItem:
    section = material.section(steps[0][0])
    where = f" ({section[-1]})" if section else ""
    stem = f"{asked}{where}."
    texts = [text for _, _, text in steps]
    shown = spread(texts, stem)
    if shown == texts:
        shown = shown[::-1]
    ids = {text: "ABCDEFGH"[n] for n, text in enumerate(shown)}
    return draft(
        material,
        KIND,
        fields={
            "stem": stem,
            "steps": [{"id": ids[text], "text": text} for text in shown],
            "key": [ids[text] for text in texts],
        },
        concept="",
        citations=tuple(material.cite(chunk, quote) for chunk, quote, _ in steps),
        chunk=steps[0][0],
        answer=" ".join(texts),
        question=stem,
        quality=quality,
        hint=section_hint(section, "") if not where else "",
    )


def _is_step(text: str) -> bool:
    return STEP_WORDS_MIN <= len(text.split()) <= STEP_WORDS_MAX and not text.endswith("?")


def _step(line: str) -> str:
    return capital(_NUMBERED.sub("", line).strip(" •-*"))


def _bare(text: str, found: re.Match[str]) -> str:
    return capital(_STRIP.sub("", text[found.end() :]).strip())
