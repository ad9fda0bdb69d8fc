"""Answerability: can the question be answered from the passages that the draft cites?

Two things are asked of the evidence. Does it speak of what the question speaks of? That is a matter
of coverage, and tells a right passage from a wrong or a stale one. And does the sentence around the
answer say what the question asks, or has a word been turned round (a negation, an opposite, another
name or number)? That is what adversarial questions do, and it is seen only in part.

With an answer the signs are weighed by a logistic model fitted on half of the SQuAD 2.0 development
set and on its answerable questions paired with another paragraph of the same article. Without one
there is nothing to look around, so the weights are set by hand.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from evigate.gate.checks.models import Draft, Score, measured, not_measured
from evigate.gate.checks.passages import Passages, has_stem, loose_coverage, read_passages
from evigate.language.names import names
from evigate.language.negation import negations
from evigate.language.numbers import quantities
from evigate.language.opposites import opposed_words
from evigate.language.weights import BACKGROUND
from evigate.language.words import Word, contains_phrase, fold, stems, words

VERSION = "1"
ANSWER_WORDS_COUNTED = 10

# Words that deny without being a negation of grammar: "unable", "prevented", "other than".
_DENYING = re.compile(
    r"\b(?:not|never|no|none|nobody|nothing|without|cannot|\w+n['’]t|except|excluding|unable|least|"
    r"fail\w*|lack\w*|avoid\w*|refus\w*|un(?!i|der|til|cle)\w{4,}|incapable|inability|invalid|"
    r"dis(?:like|agree|allow|approv|connect|believ|satisf|trust)\w*|non-?\w*|"
    r"opposite|deny|denied|stop\w*|prevent\w*|rather|other\s+than)\b",
    re.IGNORECASE,
)
_ASKED = re.compile(r"\b(?:who|whom|whose|when|where|which|what|why|how)\b", re.IGNORECASE)
_COUNT = re.compile(r"\bhow\s+(?:many|much)\b|\bwhat\s+(?:year|percent|number|date)", re.I)
_SINGLING = re.compile(
    r"(?:first|last|only|most|best|largest|smallest|oldest|youngest|highest|"
    r"lowest|main|primary|original|earliest|latest|final|longest|greatest|biggest|"
    r"least|worst|new|second|third)"
)


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks for and against; counts unless said."""

    coverage: float  # share of the question, by weight, in the sentence that answers
    heaviest_missing: float  # weight of the heaviest question word missing there, 0..1
    names_missing: float  # capitalised words missing around it
    numbers_missing: float  # numbers missing around it
    denies_alone: float  # 1 when the question denies something and the sentence does not
    negates: float  # 1 when the question holds a negation
    opposites: float  # words whose opposite stands in the evidence, at most 2
    singles_out: float  # "first", "largest" and their like missing around it
    negation_differs: float  # 1 when just one of the two holds a negation
    answer_words: float  # length of the answer, at most ANSWER_WORDS_COUNTED
    answer_missing: float  # 1 when the answer stands nowhere in the evidence
    type_fits: float  # 1 unless the answer is no date, person or number where one is asked


# Logistic weights per unit, of the fit that the module's paragraph names; a positive one speaks for
# the question. Left out by article (4-fold) they give AUC .73 on the adversarial questions and .99
# on the wrong paragraphs.
INTERCEPT = 0.42
WEIGHTS: Mapping[str, float] = {
    "coverage": 0.57,
    "heaviest_missing": -0.57,
    "names_missing": -0.71,
    "numbers_missing": -1.46,
    "denies_alone": -1.84,
    "negates": -1.09,
    "opposites": -0.95,
    "singles_out": -0.36,
    "negation_differs": -0.19,
    "answer_words": -0.06,
    "answer_missing": -4.43,
    "type_fits": 0.48,
}
# Below this coverage a passage that happens to hold the answer speaks of something else.
RELEVANT_COVERAGE = 0.4


def score_answerability(draft: Draft, params: Mapping[str, Any]) -> Score:
    """
    Score whether the question can be answered from the evidence.

    Args:
        draft: its question, its key if it has one, and the contexts of its citations.
        params: none.

    Returns:
        details: the sentence looked at, the question's words missing there and the signs.
        Not measured without a question or without evidence. An empty question scores nothing.
    """
    question = draft.reading.question
    if question is None or not words(question):
        return not_measured("the draft asks no question")
    if not draft.evidence:
        return not_measured("no citation resolves to a passage")
    value, details = judge_question(question, draft.evidence, draft.reading.answer)
    return measured(value, details)


def judge_question(
    question: str, evidence: tuple[str, ...], answer: str | None
) -> tuple[float, dict[str, Any]]:
    """
    Return the score of one question against evidence, and its details.

    Args:
        question: with at least one word.
        evidence: passages, at least one with text.
        answer: what is taken for the answer; None when nobody has said.
    """
    passages = read_passages(evidence)
    asked = _asked_words(question)
    wanted = {word.stem for word in asked}
    index, is_there = _where(passages, wanted, answer)
    signs = _signs(question, asked, passages, index, answer, is_there)
    details = {
        "sentence": passages.texts[index],
        "missing": [
            {"text": word.text, "start": word.start, "end": word.end}
            for word in asked
            if not has_stem(word.stem, passages.sets[index])
        ],
        "signs": {name: round(value, 6) for name, value in asdict(signs).items()},
    }
    if answer is None:
        windows = (loose_coverage(wanted, near) for _, near in passages.windows(2))
        return _without_answer(signs, max(windows)), details
    near = loose_coverage(wanted, passages.around(index)) if wanted else 1.0
    return _with_answer(signs) * min(1.0, near / RELEVANT_COVERAGE), details


def _with_answer(signs: Signs) -> float:
    total = INTERCEPT + sum(WEIGHTS[name] * value for name, value in asdict(signs).items())
    return 1 / (1 + math.exp(-total))


def _without_answer(signs: Signs, window: float) -> float:
    """Return coverage, lowered for each sign that the question was turned round."""
    score = (signs.coverage + window) / 2
    score *= math.pow(0.8, signs.denies_alone) * math.pow(0.7, signs.negates)
    score *= math.pow(0.8, min(1, signs.opposites))
    return score * math.pow(0.92, signs.names_missing) * math.pow(0.9, signs.numbers_missing)


def _asked_words(question: str) -> tuple[Word, ...]:
    """Return the question's content words, each once; those that ask are not among them."""
    first: dict[str, Word] = {}
    for word in words(question):
        if word.is_content:
            first.setdefault(word.stem, word)
    return tuple(first.values())


def _where(passages: Passages, wanted: set[str], answer: str | None) -> tuple[int, bool]:
    """Return the sentence to look at and whether the answer stands in the evidence."""
    if answer is None:
        return passages.best_sentence(wanted), True
    phrase = stems(answer)
    holding = [n for n, found in enumerate(passages.stems) if contains_phrase(found, phrase)]
    if holding:
        best = max(holding, key=lambda n: (loose_coverage(wanted, passages.sets[n]), -n))
        return best, True
    is_there = any(fold(answer).strip() in fold(text) for text in passages.texts)
    return passages.best_sentence({*phrase, *wanted}), is_there and bool(answer.strip())


def _signs(
    question: str,
    asked: tuple[Word, ...],
    passages: Passages,
    index: int,
    answer: str | None,
    is_there: bool,
) -> Signs:
    every = words(question)
    sentence, near = passages.sets[index], passages.around(index)
    text = passages.texts[index]
    missing = [word for word in asked if not has_stem(word.stem, sentence)]
    opposed = opposed_words(every, sentence) + opposed_words(every, passages.all_stems)
    denies = bool(_DENYING.search(question))
    return Signs(
        coverage=loose_coverage({word.stem for word in asked}, sentence),
        heaviest_missing=max((BACKGROUND.weight(word.stem) for word in missing), default=0.0),
        names_missing=sum(w.text[0].isupper() and not has_stem(w.stem, near) for w in every[1:]),
        numbers_missing=sum(w.text[0].isdigit() and w.stem not in near for w in every),
        denies_alone=float(denies and not _DENYING.search(text)),
        negates=float(bool(negations(question))),
        opposites=min(2, len(opposed)),
        singles_out=sum(bool(_SINGLING.fullmatch(w.folded)) and w.stem not in near for w in every),
        negation_differs=float(bool(negations(question)) != bool(negations(text))),
        answer_words=min(ANSWER_WORDS_COUNTED, len(words(answer))) if answer else 0.0,
        answer_missing=float(not is_there),
        type_fits=float(answer is None or answer_type_fits(question, answer)),
    )


def answer_type_fits(question: str, answer: str) -> bool:
    """
    Say whether the answer is of the sort that is asked for, as far as words can tell.

    "When" wants a number or date, "who" a capitalised word, "how many" a number; a question that
    asks otherwise fits every answer.
    """
    first = _ASKED.search(question)
    asked = first[0].lower() if first else ""
    if _COUNT.search(question) or asked == "when":
        return bool(quantities(answer))
    if asked in {"who", "whose", "whom"}:
        return bool(names(f"the {answer}")) or any(word.text[0].isupper() for word in words(answer))
    return True
