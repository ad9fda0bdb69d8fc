"""Flashcards: a term in front, on the back what the document says it means.

The best yield for its quality of all kinds, because a definition is a card as it stands. Its limit
is that of the meanings: a property that is phrased as a definition becomes a card, too.
"""

import re
from collections.abc import Iterator

from evigate.language.definitions import DefinitionShape
from evigate.learning.generate.drafts import capital, draft
from evigate.learning.generate.material import Material
from evigate.learning.generate.meanings import Meaning
from evigate.learning.generate.models import DraftItem

KIND = "learning.flashcard"
TRUST_MIN = 0.8


def flashcards(material: Material) -> Iterator[DraftItem]:
    """Yield a card for each meaning that can be trusted, in order of the text."""
    for meaning in material.meanings:
        if meaning.trust >= TRUST_MIN:
            yield _card(material, meaning)


def _card(material: Material, meaning: Meaning) -> DraftItem:
    front, back = capital(meaning.term), f"{capital(_back(meaning))}."
    return draft(
        material,
        KIND,
        fields={"front": front, "back": back},
        concept=meaning.term,
        citations=(material.cite(meaning.chunk, meaning.quote),),
        chunk=meaning.chunk,
        answer=back,
        question=front,
        quality=meaning.trust,
    )


def _back(meaning: Meaning) -> str:
    """Return what is said; a verb that carries meaning ("occurs when") stays with it."""
    is_event = meaning.shape is DefinitionShape.REFERS and meaning.verb.endswith("when")
    verb = re.sub(r"^(?:is|are|was|were)\s+(?=when$)", "", meaning.verb)
    is_clause = meaning.said.startswith("that ")
    return f"{verb} {meaning.said}" if is_event or is_clause else meaning.said
