"""What a story must keep to whoever tells it, beyond its schema: numbers, drawings and claims.

The reading grade is part of the schema (`models.StoryOut`); a model that breaks that is asked
again. What is here needs the facts as well, so it is checked when the story is in.
"""

import re
from collections.abc import Iterator
from typing import Any

from evigate.papers.storyboards.models import StoryInput, StoryOut

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
SMALL_MAX = 10


def _numbers(text: str) -> set[str]:
    return {found.replace(",", "").rstrip(".") for found in _NUMBER.findall(text)}


def story_faults(given: StoryInput, story: StoryOut) -> Iterator[str]:
    """
    Yield what is wrong with a story, as sentences; nothing where it may go on to the gate.

    Numbers in digits must be among the facts', or count to ten, or be a hundred.
    """
    # Ids hold digits that are no numbers.
    ids: Any = {"main": True, "rivals": True, "claims": {"__all__": {"id"}}}
    known = _numbers(given.model_dump_json(exclude=ids))
    known |= {str(number) for number in range(SMALL_MAX + 1)} | {"100"}
    drawings = {each.name for each in given.drawings}
    claims = {each.id for each in given.claims}
    for number, page in enumerate(story.pages, start=1):
        text = f"{page.title} {page.body} {page.alt_text}"
        for strange in sorted(_numbers(text) - known):
            yield f"page {number} says {strange}, which is no number of the paper or its run"
        if page.drawing not in drawings:
            yield f"page {number} asks for a drawing {page.drawing!r}, which there is not"
        for strange in sorted(set(page.claim_ids) - claims):
            yield f"page {number} names a claim {strange!r}, which there is not"
    for term in story.glossary:
        for strange in sorted(_numbers(f"{term.term} {term.definition}") - known):
            yield f"the glossary says {strange}, which is no number of the paper or its run"
