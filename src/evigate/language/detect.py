"""Which language a text is in, or "unknown": the only file that knows py3langid."""

import threading
from functools import lru_cache
from typing import Any

# Below this the identifier guesses: on single sentences of three words it is often wrong.
LETTERS_MIN = 24
PROBABILITY_MIN = 0.8
CHARACTERS_READ = 10_000
UNKNOWN = "unknown"

_LOCK = threading.Lock()


def detect_language(text: str) -> str:
    """
    Return the ISO 639-1 code of the text's language, or "unknown".

    A text with fewer than `LETTERS_MIN` letters, or for which no language reaches
    `PROBABILITY_MIN`, is unknown. Only the first `CHARACTERS_READ` characters are read.
    """
    sample = text[:CHARACTERS_READ]
    if sum(mark.isalpha() for mark in sample) < LETTERS_MIN:
        return UNKNOWN
    with _LOCK:
        language, probability = _identifier().classify(sample)
    return str(language) if probability >= PROBABILITY_MIN else UNKNOWN


@lru_cache(maxsize=1)
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
