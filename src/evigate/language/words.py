"""Words, stems and quick sentences: the parts of the language that need no model.

The judges use this file rather than the parser: it is a hundred times as fast, and its errors do
not depend on a model. A word is folded (lower case, no accents, straight quotes) and stemmed by
Snowball's English rules, so "Résumés" and "resume" agree; its offsets stay those of the text given.
"""

import re
import threading
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

WORDS_CACHED = 100_000

_DATA = files("evigate.language") / "data"
STOP_WORDS = frozenset((_DATA / "stop_words.txt").read_text(encoding="utf-8").split())

_WORD = re.compile(r"(?:[^\W\d_]\.){2,}|[^\W\d_]+(?:['’][^\W\d_]+)*|\d+(?:[.,]\d+)*")
_ABBREVIATION = re.compile(
    r"(?:\b(?:[A-Z]|Mr|Mrs|Ms|Dr|Prof|St|Jr|Sr|vs|etc|e\.g|i\.e|cf|al|Fig|Figs|Eq|No|Vol|pp|ed|Inc"
    r"|Ltd|Co|Corp|Gen|Col|Lt|Sgt|Rev|Hon|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|approx"
    r"|dept|est|c|ca))\.$"
)
_END = re.compile(r"[.!?]+['\"”’)\]]*(?=\s+[\"'“‘(\[]?[A-Z0-9])|\n\s*\n")
# Thai and Lao, Burmese, Khmer, the Japanese syllables and Han characters.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\U00020000-\U0003ffff]"
)
_LOCAL = threading.local()


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it stands in a text; `folded` and `stem` are what two words are compared by."""

    text: str
    start: int
    end: int
    folded: str
    stem: str

    @property
    def is_content(self) -> bool:
        """Say whether it carries meaning of its own, which stop words do not."""
        if self.folded in STOP_WORDS:
            # "US" and "I.T." are names, "us" and "it" are not.
            return len(self.folded) > 1 and self.text.isupper()
        return len(self.folded) > 1 or self.folded.isdigit()


def fold(text: str) -> str:
    """Return the text in lower case, without accents, with straight quotes; may change length."""
    plain = unicodedata.normalize("NFKD", text.replace("’", "'").replace("‘", "'"))
    return "".join(mark for mark in plain if not unicodedata.combining(mark)).casefold()


@lru_cache(maxsize=WORDS_CACHED)
def stem(word: str) -> str:
    """Return the Snowball English stem of one folded word; numbers stay as they are."""
    # A stemmer keeps the word it works on, so each thread has its own.
    if not hasattr(_LOCAL, "stemmer"):
        # Importing it reads the stemmers of thirty languages: only who stems waits for that.
        import snowballstemmer

        _LOCAL.stemmer = snowballstemmer.stemmer("english")
    return str(_LOCAL.stemmer.stemWord(word))


def words(text: str) -> tuple[Word, ...]:
    """
    Return the words of a text in order, with offsets.

    A possessive "'s" is left off the folded form, full stops inside an abbreviation ("U.S.") and
    commas inside a number ("1,000") are dropped from it, and a hyphen separates words.
    """
    return tuple(_word(match) for match in _WORD.finditer(text))


def folded_words(text: str) -> tuple[str, ...]:
    """Return the folded forms of `words`, in order, without the time that stemming takes."""
    return tuple(_folded(match[0]) for match in _WORD.finditer(text))


def is_unspaced(text: str) -> bool:
    """Say whether most letters are of scripts that set no spaces between words; no letters: no."""
    return 2 * len(_UNSPACED.findall(text)) > sum(mark.isalpha() for mark in text)


def content_words(text: str) -> tuple[Word, ...]:
    """Return the words that are not stop words, in order."""
    return tuple(word for word in words(text) if word.is_content)


def stems(text: str) -> tuple[str, ...]:
    """Return the stems of all words, in order."""
    return tuple(word.stem for word in words(text))


def content_stems(text: str) -> tuple[str, ...]:
    """Return the stems of the content words, in order, repeats kept."""
    return tuple(word.stem for word in words(text) if word.is_content)


def split_sentences(text: str) -> tuple[tuple[int, int], ...]:
    """
    Return the (start, end) of each sentence by its punctuation, in order, blanks trimmed.

    A full stop after an initial or a known abbreviation ends nothing; a blank line always does.
    The parser splits better; this one is fast and needs no model.
    """
    bounds: list[tuple[int, int]] = []
    start = 0
    for match in _END.finditer(text):
        if match[0].startswith(".") and _ABBREVIATION.search(text[start : match.start() + 1]):
            continue
        bounds.append((start, match.end()))
        start = match.end()
    bounds.append((start, len(text)))
    return tuple(trimmed for bound in bounds if (trimmed := _trim(text, *bound)) is not None)


def contains_phrase(haystack: Sequence[str], needle: Sequence[str]) -> bool:
    """Say whether the stems of a phrase stand next to each other, in order; an empty one never."""
    size = len(needle)
    if not size:
        return False
    wanted = tuple(needle)
    return any(tuple(haystack[at : at + size]) == wanted for at in range(len(haystack) - size + 1))


def _word(match: re.Match[str]) -> Word:
    folded = _folded(match[0])
    return Word(match[0], match.start(), match.end(), folded, stem(folded))


def _folded(word: str) -> str:
    folded = fold(word)
    if folded[0].isdigit():
        return folded.replace(",", "")
    return folded.replace(".", "").removesuffix("'s")


def _trim(text: str, start: int, end: int) -> tuple[int, int] | None:
    inner = text[start:end]
    left = len(inner) - len(inner.lstrip())
    right = len(inner.rstrip())
    return (start + left, start + right) if right > left else None
