"""How well an answer in the learner's own words says what the key says, without a language model.

An answer is compared with each reference: how much of what the reference adds to the question it
says, by how much each word says; how much of it is to the point; shared runs of words and letters;
what one affirms and the other denies; numbers. A logistic turns that into the chance that a
teacher would take it. It counts words, so a right answer in wholly other words is missed, and the
caller leaves the verdict open in the middle band.
"""

import math
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from evigate.language.negation import negations
from evigate.language.numbers import unsupported
from evigate.language.opposites import opposed_words
from evigate.language.similarity import ngrams
from evigate.language.weights import BACKGROUND, Weights
from evigate.language.words import Word, words
from evigate.learning.spelling import respell

# A word of the question says little when the answer repeats it.
GIVEN = 0.25
LETTERS = 4
MISSING_MAX = 5
# A denial of the key in the key's own words looks like the key but for one word.
DENIED_MAX = 0.5
# Verdicts outside this band were right in 87 % (SciEntsBank) and 85 % (Beetle) of the answers of
# modules that the weights had not seen; it leaves five in six and three in five answers open.
RIGHT_FROM, WRONG_TO = 0.8, 0.15
# Fitted by scripts/evals/learning.py --fit on the training half of SemEval-2013 task 7 (SciEntsBank
# and Beetle weighing the same; CC BY-SA, of which these numbers hold nothing).
INTERCEPT = -3.975
COEFFICIENTS = {
    "recall": 1.521,
    "recall_new": 0.691,
    "precision": 0.204,
    "precision_new": 0.653,
    "pairs": -0.273,
    "triples": 1.131,
    "letters": 0.136,
    "turned": -1.77,
    "numbers": -0.501,
    "numbers_missing": -0.329,
    "length": 1.185,
    "order": 1.743,
    # The best of several references fits better by luck alone.
    "single": 1.363,
}


@dataclass(frozen=True, slots=True)
class Text:
    """A text read once: its words, stems with spelling put right, and runs of letters."""

    text: str
    words: tuple[Word, ...]
    stems: tuple[str, ...]
    content: tuple[str, ...]
    letters: Counter[str]
    negated: frozenset[str]
    affirmed: frozenset[str]


def read(text: str, expected: Collection[Word] = ()) -> Text:
    """Return a text as it is compared; misspelt words become the expected ones they stand for."""
    found = words(text)
    fixed = respell(found, expected) if expected else {}
    content = tuple(fixed.get(word.stem, word.stem) for word in found if word.is_content)
    scopes = negations(text)
    negated: set[str] = set()
    affirmed: set[str] = set()
    for word in found:
        if word.is_content and not any(one.start <= word.start < one.end for one in scopes):
            inside = sum(one.end <= word.start < one.scope_end for one in scopes)
            (negated if inside % 2 else affirmed).add(fixed.get(word.stem, word.stem))
    plain = " ".join(word.folded for word in found)
    letters = Counter(plain[at : at + LETTERS] for at in range(len(plain) - LETTERS + 1))
    return Text(
        text,
        found,
        tuple(fixed.get(word.stem, word.stem) for word in found),
        content,
        letters,
        frozenset(negated),
        frozenset(affirmed),
    )


def compare(
    answer: Text, reference: Text, question: Text, *, weights: Weights = BACKGROUND
) -> dict[str, float]:
    """Return how an answer and one reference agree, feature by feature, each about 0..1."""
    given = frozenset(question.content)
    said, wanted = frozenset(answer.content), frozenset(reference.content)

    def worth(stem: str) -> float:
        return weights.weight(stem) * (GIVEN if stem in given else 1.0) + 1e-3

    def share(part: Collection[str], whole: Collection[str]) -> float:
        total = sum(map(worth, sorted(whole)))
        return sum(map(worth, sorted(part))) / total if total else 0.0

    new, fresh = wanted - given, said - given
    return {
        "recall": share(said & wanted, wanted),
        "recall_new": share(said & new, new) if new else share(said & wanted, wanted),
        "precision": share(said & wanted, said),
        "precision_new": share(fresh & wanted, fresh) if fresh else 0.0,
        "pairs": _overlap(answer.stems, reference.stems, 2),
        "triples": _overlap(answer.stems, reference.stems, 3),
        "letters": _cosine(answer.letters, reference.letters),
        "turned": share(
            (answer.negated - answer.affirmed) & (reference.affirmed - reference.negated)
            | (answer.affirmed - answer.negated) & (reference.negated - reference.affirmed),
            wanted,
        ),
        "numbers": float(bool(unsupported(answer.text, [reference.text, question.text]))),
        "numbers_missing": float(bool(unsupported(reference.text, [answer.text, question.text]))),
        "length": min(1.0, math.log1p(len(said)) / math.log1p(max(1, len(wanted)))),
        "order": _common_run(answer.stems, reference.stems) / max(1, len(reference.stems)),
    }


def _overlap(one: Sequence[str], other: Sequence[str], size: int) -> float:
    """Return the F1 of two texts' runs."""
    left, right = ngrams(one, size), ngrams(other, size)
    total = len(left) + len(right)
    return 2 * len(left & right) / total if total else 0.0


def _cosine(one: Counter[str], other: Counter[str]) -> float:
    dot = sum(count * other[run] for run, count in one.items())
    size = math.sqrt(sum(c * c for c in one.values()) * sum(c * c for c in other.values()))
    return dot / size if size else 0.0


def _common_run(one: Sequence[str], other: Sequence[str]) -> int:
    """Return the length of the longest common subsequence."""
    row = [0] * (len(other) + 1)
    for left in one:
        last = 0
        for at, right in enumerate(other, start=1):
            last, row[at] = row[at], last + 1 if left == right else max(row[at], row[at - 1])
    return row[-1]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The chance that a teacher would take the answer, and what that bears.

    `is_correct` is None within the band; `confidence` is the chance that the verdict, or the
    likelier one, is right. `is_denied`: one of answer and key denies what the other affirms.
    `start` and `end` bound the part of the answer that says the key; both 0 where none does.
    """

    chance: float
    is_correct: bool | None
    confidence: float
    reason: str
    is_denied: bool
    start: int
    end: int


def judge(
    answer: str,
    question: str,
    references: Sequence[str],
    evidence: Sequence[str] = (),
) -> Verdict:
    """
    Judge an answer by the reference that it comes closest to.

    Args:
        references: the key first, then other ways to say it; at least one.
        evidence: passages; a misspelt word may stand for one of theirs, nothing else.
    """
    asked = read(question)
    known = [read(each) for each in references]
    passages = [word for text in evidence for word in words(text)]
    expected = [word for text in (asked, *known) for word in text.words] + passages
    given = read(answer, expected)
    features, reference = closest(given, known, asked)
    chance = _chance(features)
    is_denied = features["turned"] > 0 or _is_reversed(given, reference)
    if is_denied:
        chance = min(chance, DENIED_MAX)
    is_correct = True if chance >= RIGHT_FROM else False if chance <= WRONG_TO else None
    start, end = _said(given, reference)
    return Verdict(
        chance,
        is_correct,
        max(chance, 1 - chance),
        _reason(given, reference, asked, features, is_correct, is_denied),
        is_denied,
        start,
        end,
    )


def closest(
    answer: Text, references: Sequence[Text], question: Text
) -> tuple[dict[str, float], Text]:
    """Return the closest reference with its features; of equals the first."""
    found = [(compare(answer, each, question), each) for each in references]
    features, reference = max(found, key=lambda pair: _closeness(pair[0]))
    return {**features, "single": float(len(references) == 1)}, reference


def _closeness(features: dict[str, float]) -> float:
    return math.fsum(features[name] for name in ("recall_new", "recall", "precision", "letters"))


def _chance(features: dict[str, float]) -> float:
    z = INTERCEPT + math.fsum(COEFFICIENTS[name] * value for name, value in features.items())
    return 1.0 / (1.0 + math.exp(-z))


def _is_reversed(answer: Text, reference: Text) -> bool:
    """Say whether two opposites changed places: "from low to high", "from high to low"."""
    shared = {word.stem: word for word in reference.words if word.stem in answer.stems}
    ordered = sorted(shared.values(), key=lambda word: word.start)
    return any(
        opposed_words((one,), (other.stem,))
        and answer.stems.index(one.stem) > answer.stems.index(other.stem)
        for at, one in enumerate(ordered)
        for other in ordered[at + 1 :]
    )


def _said(answer: Text, reference: Text) -> tuple[int, int]:
    wanted = frozenset(reference.content)
    found = [
        word
        for word, stemmed in zip(answer.words, answer.stems, strict=True)
        if word.is_content and stemmed in wanted
    ]
    return (found[0].start, found[-1].end) if found else (0, 0)


def _reason(
    answer: Text,
    reference: Text,
    question: Text,
    features: dict[str, float],
    is_correct: bool | None,
    is_denied: bool,
) -> str:
    said = frozenset(answer.content)
    missing = list(
        dict.fromkeys(
            word.text
            for word in reference.words
            if word.is_content and word.stem not in said and word.stem not in question.content
        )
    )
    opening = {
        True: "It says what the key says.",
        False: "It does not say what the key says.",
        None: "This could not be decided; compare it with the key.",
    }[is_correct]
    notes = []
    if is_denied:
        notes.append("It seems to say the contrary of a part of the key.")
    if features["numbers"]:
        notes.append("A number in it is not the key's.")
    if missing and is_correct is not True:
        notes.append(f"Not found in it: {', '.join(missing[:MISSING_MAX])}.")
    return " ".join((opening, *notes))
