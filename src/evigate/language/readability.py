"""How hard a text is to read, by the lengths of its words and sentences alone.

Two indices: one counts characters and is exact everywhere; the other counts syllables, as most
scales of school grades do.
"""

from dataclasses import dataclass

from evigate.language.syllables import said_number, syllable_count
from evigate.language.words import split_sentences, words


@dataclass(frozen=True, slots=True)
class Readability:
    """Counts, and the grade they give; `grade` is None for a text without words."""

    grade: float | None
    word_count: int
    sentence_count: int


def readability(text: str) -> Readability:
    """
    Return the automated readability index: the US school grade that reads it with ease.

    4.71 characters per word + 0.5 words per sentence - 21.43, never below 0; letters and digits
    count as characters. It counts no syllables, so it is exact and the same everywhere.

    Source:
        Smith & Senter, AMRL-TR-66-220, 1967.
    """
    found = words(text)
    sentence_count = len(split_sentences(text))
    if not found:
        return Readability(None, 0, sentence_count)
    characters = sum(sum(mark.isalnum() for mark in word.text) for word in found)
    grade = 4.71 * characters / len(found) + 0.5 * len(found) / sentence_count - 21.43
    return Readability(round(max(0.0, grade), 2), len(found), sentence_count)


def flesch_kincaid(text: str) -> Readability:
    """
    Return the Flesch-Kincaid grade: the US school grade that reads the text with ease.

    0.39 words per sentence + 11.8 syllables per word - 15.59, which may be below 0; `words` and
    syllables are those of the text read aloud, so that "81.5" counts as four words.

    Source:
        Kincaid, Fishburne, Rogers & Chissom, Research Branch Report 8-75, 1975.
    """
    said: list[str] = []
    for word in words(text):
        said += said_number(word.text) if word.text[0].isdecimal() else [word.text]
    sentence_count = len(split_sentences(text))
    if not said:
        return Readability(None, 0, sentence_count)
    syllables = sum(syllable_count(word) for word in said)
    grade = 0.39 * len(said) / sentence_count + 11.8 * syllables / len(said) - 15.59
    return Readability(round(grade, 2), len(said), sentence_count)
