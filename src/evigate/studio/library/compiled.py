"""What the packaged library's JSON twin holds: the entries, and the stems of their phrases.

Stemming a few thousand phrases takes longer than a person should wait for a first match, so the
stems are worked out when the twin is written.
"""

from collections.abc import Iterator
from pathlib import Path

from evigate.language.words import stem, words
from evigate.studio.library.loader import read_library
from evigate.studio.library.models import Library


def compiled_library(root: Path) -> Library:
    """Return the library of a folder with the stems of all its phrases."""
    library = read_library(root)
    known = {word.folded: stem(word.folded) for each in _phrases(library) for word in words(each)}
    return library.model_copy(update={"known_stems": dict(sorted(known.items()))})


def _phrases(library: Library) -> Iterator[str]:
    for domain in library.domains:
        yield from (*domain.strong, *domain.weak)
        for entity in domain.entities:
            yield from (entity.title, *entity.synonyms)
    for feature in library.features:
        yield from feature.signals
    for pattern in library.patterns:
        yield from pattern.signals
    for integration in library.integrations:
        yield from (*integration.names, *integration.signals)
