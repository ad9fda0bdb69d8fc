"""Spelling tolerance: what a learner meant to write, judged by the words that are expected.

Only a long word that is no English word is taken for a slip, and only for one that is expected and
one or two strokes away. "Mitosis" for "meiosis" are both words, so they stay apart.
"""

from collections.abc import Collection, Iterable
from functools import lru_cache
from itertools import permutations

from evigate.language.weights import background_words
from evigate.language.words import Word, fold

# Strokes allowed by length: short words that differ in a letter are other words.
ONE_STROKE_MIN, TWO_STROKES_MIN = 6, 9
# Parts of learned words that differ by a stroke or two and mean something else: "hypotonic" is no
# slip for "hypertonic", nor "sulfite" for "sulfate". No word list holds all such words.
_STARTS = (
    ("hyper", "hypo"),
    ("endo", "exo", "ecto"),
    ("ab", "ad"),
    ("inter", "intra"),
    ("macro", "micro"),
    ("mono", "di", "tri", "tetra", "penta", "hexa", "uni", "bi"),
    ("pre", "pro", "per", "peri", "para"),
    ("an", "ana", "cata"),
    ("eu", "pro"),
    ("homo", "hetero"),
    ("epi", "hypo", "meso"),
    ("oligo", "poly"),
    ("anti", "ante"),
    ("meta", "mega", "meso"),
    ("sub", "super", "supra"),
    ("in", "im", "un", "non"),
)
_ENDS = (
    ("ate", "ite", "ide"),
    ("ane", "ene", "yne"),
    ("ose", "ase"),
    ("ic", "ous"),
    ("gen", "gon"),
    ("ium", "eum"),
    ("itis", "osis"),
    ("cyte", "cyst"),
)
# An answer with more unknown words than this is not misspelt but no English.
RESPELT_MAX = 60


def strokes_allowed(word: str) -> int:
    """Return how many strokes a word of this length may be off: 0, 1 or 2."""
    return (len(word) >= ONE_STROKE_MIN) + (len(word) >= TWO_STROKES_MIN)


def nearest(word: str, expected: Iterable[str]) -> str | None:
    """
    Return the expected word that a misspelt one stands for; None for a word or a far one.

    Both are folded. Of equally near ones the first in alphabetical order is taken.
    """
    if is_word(word) or not word.isalpha():
        return None
    best: tuple[int, str] | None = None
    for other in sorted(expected):
        allowed = strokes_allowed(other)
        if allowed and other.isalpha() and abs(len(other) - len(word)) <= allowed:
            found = strokes(word, other, most=allowed)
            nearer = found <= allowed and (best is None or found < best[0])
            if nearer and not is_contrast(word, other):
                best = (found, other)
    return best[1] if best else None


def respell(words: Collection[Word], expected: Collection[Word]) -> dict[str, str]:
    """Return the stem meant by each misspelt stem of a text, by the words expected of it."""
    meant = {word.folded: word.stem for word in expected if word.is_content}
    known = set(meant.values())
    unknown = dict.fromkeys(
        (word.folded, word.stem)
        for word in words
        if word.is_content and word.stem not in known and not is_word(word.folded)
    )
    fixed = {}
    for folded, stem in list(unknown)[:RESPELT_MAX]:
        found = nearest(folded, meant)
        if found is not None:
            fixed[stem] = meant[found]
    return fixed


def is_contrast(one: str, other: str) -> bool:
    """Say whether two folded words differ by a part of learned words that has another meaning."""
    starts = (
        one.removeprefix(first) == other.removeprefix(second)
        for first, second in _pairs(_STARTS)
        if one.startswith(first) and other.startswith(second)
    )
    ends = (
        one.removesuffix(first) == other.removesuffix(second)
        for first, second in _pairs(_ENDS)
        if one.endswith(first) and other.endswith(second)
    )
    return any(starts) or any(ends)


@lru_cache(maxsize=2)
def _pairs(groups: tuple[tuple[str, ...], ...]) -> tuple[tuple[str, str], ...]:
    return tuple(pair for group in groups for pair in permutations(group, 2))


def is_word(word: str) -> bool:
    """Say whether a folded word is in the language's word list."""
    return word in _words()


def strokes(one: str, other: str, *, most: int) -> int:
    """
    Return how many strokes turn one word into the other; `most` + 1 for any more.

    A stroke adds, drops or changes a letter or swaps two neighbours (optimal string alignment).
    """
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, left in enumerate(one, start=1):
        last, before, row = before, row, [i]
        for j, right in enumerate(other, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (left != right))
            if i > 1 and j > 1 and left == other[j - 2] and one[i - 2] == right:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)


@lru_cache(maxsize=1)
def _words() -> frozenset[str]:
    return frozenset(fold(word) for word in background_words())
