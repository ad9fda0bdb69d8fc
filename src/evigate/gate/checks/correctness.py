"""Answer correctness: is the key the option that the evidence supports best?

Each option is scored by how much of the stem and how much of the option stand together in windows
of one, three and six sentences; the two best windows of each size are averaged, which breaks ties
that a single best window leaves. The distance between the best option and the next is the margin:
on 754 textbook items the best option is the key in 57 %, and in 90 % where the margin is over .2.
So a margin over `VETO_MARGIN` against the key is a veto, over it for the key is support, and in
between the check holds no opinion and says so by a score of one half.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from evigate.gate.checks.models import Draft, Option, Score, measured, not_measured
from evigate.gate.checks.passages import Passages, read_passages
from evigate.language.numbers import is_supported, quantities
from evigate.language.weights import BACKGROUND
from evigate.language.words import content_words, words

VERSION = "1"
WINDOWS = (1, 3, 6)
WINDOWS_AVERAGED = 2
SENTENCES_AVERAGED_MIN = 6
VETO_MARGIN = 0.2
NO_OPINION = 0.5

_NEGATED = re.compile(r"\b(?:not|except|least|incorrect|false|untrue)\b", re.IGNORECASE)
_COMPOUND = re.compile(
    r"\b(?:all|any|none|both|neither|two|three)\s+(?:of\s+)?(?:the\s+)?(?:above|these|answers)|"
    r"\b(?:all|none)\s+of\b|^\s*both\b|\b[A-E]\s+and\s+[A-E]\b",
    re.IGNORECASE,
)


def score_correctness(draft: Draft, params: Mapping[str, Any]) -> Score:
    """
    Score whether the evidence supports the key more than any other option.

    Args:
        draft: with options, one of them the key; or with a key alone, which is then looked for.
        params: `veto_margin`, optional, instead of `VETO_MARGIN`.

    Returns:
        1/2 without an opinion, towards 1 as the margin for the key grows and towards 0 as that
        against it does. details: each option's support, the best, the margin (negative when it is
        against the key), and `veto`. Not measured without a key or evidence, and for stems that
        ask for what is not so or options that refer to other options, which words cannot decide.
    """
    reading = draft.reading
    if not draft.evidence:
        return not_measured("no citation resolves to a passage")
    if not reading.options:
        return _alone(draft)
    keys = [option.id for option in reading.options if option.is_key]
    if len(keys) != 1 or not reading.question:
        return not_measured("there is no stem with exactly one key among the options")
    support = option_support(reading.question, reading.options, draft.evidence)
    best, margin = best_option(support)
    if is_undecidable(reading.question, reading.options):
        details = {"support": support, "best": best, "margin": margin, "veto": False}
        reason = "the stem is negated, or an option refers to other options"
        return Score(None, details, reason)
    veto_margin = float(params.get("veto_margin", VETO_MARGIN))
    signed = margin if best == keys[0] else -margin
    details = {
        "support": {name: round(value, 6) for name, value in support.items()},
        "best": best,
        "margin": round(margin, 6),
        "key": keys[0],
        "decides": margin > veto_margin,
        "veto": best not in (None, keys[0]) and margin > veto_margin,
    }
    return measured(NO_OPINION + signed / 2, details)


def option_support(
    question: str, options: Sequence[Option], evidence: tuple[str, ...]
) -> dict[str, float]:
    """
    Return how well the evidence supports each option as the answer, 0..1, by its id.

    For a stem that asks for what is not so, the option that is supported least leads.
    """
    passages = read_passages(evidence)
    asked = {word.stem for word in content_words(question)}
    support = {option.id: _support(asked, option.text, passages) for option in options}
    if not _NEGATED.search(question):
        return support
    most = max(support.values(), default=0.0)
    return {name: most - value for name, value in support.items()}


def best_option(support: Mapping[str, float]) -> tuple[str | None, float]:
    """Return the best supported option and its lead; None and 0 when two lead or none has any."""
    ranked = sorted(support, key=lambda name: (-support[name], name))
    if not ranked or not support[ranked[0]]:
        return None, 0.0
    lead = support[ranked[0]] - (support[ranked[1]] if len(ranked) > 1 else 0.0)
    return (ranked[0], lead) if lead > 0 else (None, 0.0)


def is_undecidable(question: str, options: Sequence[Option]) -> bool:
    """Say whether the stem asks for what is not so, or an option refers to other options."""
    return bool(_NEGATED.search(question)) or any(_COMPOUND.search(one.text) for one in options)


def _support(asked: set[str], option: str, passages: Passages) -> float:
    own = {word.stem for word in content_words(option)} or {word.stem for word in words(option)}
    new = own - asked or own
    count = len(passages.sets)
    # In a short passage a wide window is the passage itself and tells no options apart.
    sizes = [size for size in WINDOWS if size == 1 or 2 * size <= count]
    averaged = WINDOWS_AVERAGED if count >= SENTENCES_AVERAGED_MIN else 1
    shares = []
    for size in sizes:
        scored = sorted(
            (_share(asked, near) * _share(new, near) for _, near in passages.windows(size)),
            reverse=True,
        )[:averaged]
        shares.append(sum(scored) / len(scored) if scored else 0.0)
    return sum(shares) / len(shares)


def _share(wanted: set[str], there: frozenset[str]) -> float:
    total = sum(BACKGROUND.weight(stem) for stem in sorted(wanted))
    found = sum(BACKGROUND.weight(stem) for stem in sorted(wanted & there))
    # Options of stop words alone ("on", "off") weigh nothing; then presence decides.
    return found / total if total else float(bool(wanted) and wanted <= there)


def _alone(draft: Draft) -> Score:
    """Score a key without options: do its words, and its numbers exactly, stand with the stem's?"""
    answer, question = draft.reading.answer, draft.reading.question
    if not answer or not words(answer):
        return not_measured("the draft has no key")
    asked = {word.stem for word in content_words(question or "")}
    passages = read_passages(draft.evidence)
    own = {word.stem for word in content_words(answer)} or {word.stem for word in words(answer)}
    score = max((_share(own, near) for _, near in passages.windows(3)), default=0.0)
    known = [one for text in draft.evidence for one in quantities(text)]
    wrong = [one.text for one in quantities(answer) if not is_supported(one, known)]
    best = max((_share(asked, near) for _, near in passages.windows(3) if own & near), default=0.0)
    details = {
        "answer": answer,
        "numbers": wrong,
        "veto": bool(wrong) or score == 0.0,
        "near_stem": round(best, 6),
    }
    return measured(0.0 if wrong else score, details)
