"""Groundedness: is every claim supported by the passages that the draft cites?

The built-in judge measures how much of a claim, by the weight of its words, stands together in
three consecutive sentences of the evidence, and how many of its word pairs do. What coverage cannot
see is judged apart: a number, a name or a negation that the evidence does not bear out lowers the
score however well the rest agrees. A reversed relation ("A causes B") is not noticed.

The factors were set by hand after the research in the reference and looked at on two development
sets (WiCE: AUC .84, BEGIN: .94); none is fitted. Without those for numbers and names WiCE falls to
.79; BEGIN hardly changes.
"""

from collections.abc import Mapping
from typing import Any

from evigate.gate.checks.models import Draft, Score, measured, not_measured
from evigate.gate.checks.passages import Passages, read_passages
from evigate.language.names import unsupported_names
from evigate.language.negation import contradicted_words
from evigate.language.numbers import quantities, unsupported
from evigate.language.similarity import coverage, ngrams
from evigate.language.words import content_words, stems

VERSION = "1"
WINDOW_SENTENCES = 3
PAIR_SHARE = 0.2
NUMBER_FACTOR = 0.6
NAME_FACTOR = 0.8
NEGATION_FACTOR = 0.5
WORD_FACTOR = 0.97
# A sentence that covers so much of a claim speaks of the same thing, and may contradict it.
SAME_MATTER_MIN = 0.6
SAME_MATTER_GAP = 0.1
# What a claim with a hard miss gets at most when the rule allows none; below any threshold in use.
HARD_MISS_SCORE_MAX = 0.4


def score_groundedness(draft: Draft, params: Mapping[str, Any]) -> Score:
    """
    Score a draft by its weakest claim.

    Args:
        draft: its claims are compared with the contexts of its citations.
        params: `misses_max`, optional: a claim with more numbers, names and negations that the
            evidence does not bear out scores at most `HARD_MISS_SCORE_MAX`.

    Returns:
        details: for each claim its score, the missing numbers, names, negations and words as spans
        of the claim, and the sentence of the evidence that is nearest.
        Not measured without a claim or without evidence.
    """
    claims = [claim for claim in draft.reading.claims if content_words(claim)]
    if not claims:
        return not_measured("the draft makes no claim that could be compared")
    if not draft.evidence:
        return not_measured("no citation resolves to a passage")
    judged = [judge_claim(claim, draft.evidence) for claim in claims]
    allowed = params.get("misses_max")
    for one in judged:
        if allowed is not None and one["hard_misses"] > allowed:
            one["score"] = min(one["score"], HARD_MISS_SCORE_MAX)
    return measured(min(one["score"] for one in judged), {"claims": judged})


def judge_claim(claim: str, evidence: tuple[str, ...]) -> dict[str, Any]:
    """
    Return the score of one claim against evidence, with what was missing.

    Args:
        claim: a statement with at least one content word.
        evidence: passages, at least one with text.

    Returns:
        score: 0..1, higher is better supported; hard_misses: numbers, names and negations that
        the evidence does not bear out; numbers, names, negations, words: those, as spans.
    """
    passages = read_passages(evidence)
    found = content_words(claim)
    there = passages.all_stems
    numbers = unsupported(claim, evidence)
    # "2,000" and "two thousand" share no word: a number that is there in another form is not asked.
    counted = [one for one in quantities(claim) if one not in numbers]
    found = tuple(
        word
        for word in found
        if word.stem in there or not any(one.start <= word.start < one.end for one in counted)
    )
    wanted = {word.stem for word in found}
    names = unsupported_names(claim, evidence)
    turned = _contradictions(claim, wanted, passages)
    missing = {word.stem: word for word in reversed(found) if word.stem not in there}
    windows = passages.windows(WINDOW_SENTENCES, is_across=True)
    window = max((coverage(wanted, near) for _, near in windows), default=0.0)
    score = (1 - PAIR_SHARE) * window + PAIR_SHARE * _pairs(claim, passages)
    score *= NUMBER_FACTOR ** len(numbers) * NAME_FACTOR ** len(names)
    score *= WORD_FACTOR ** len(missing) * (NEGATION_FACTOR if turned else 1.0)
    nearest = passages.texts[passages.best_sentence(wanted)] if passages.texts else ""
    return {
        "claim": claim,
        "score": round(score, 6),
        "hard_misses": len(numbers) + len(names) + len(turned),
        "numbers": [_span(one) for one in numbers],
        "names": [_span(one) for one in names],
        "negations": [_span(one) for one in turned],
        "words": sorted((_span(word) for word in missing.values()), key=lambda one: one["start"]),
        "nearest": nearest,
    }


def _pairs(claim: str, passages: Passages) -> float:
    wanted = ngrams(stems(claim), 2)
    there = set().union(*(ngrams(sentence, 2) for sentence in passages.stems))
    return len(wanted & there) / len(wanted) if wanted else 0.0


def _contradictions(claim: str, wanted: set[str], passages: Passages) -> tuple[Any, ...]:
    """Return the claim's words that the sentences nearest to it, all of them, turn round."""
    shares = [coverage(wanted, found) for found in passages.sets]
    nearest = max(shares, default=0.0)
    same = [
        contradicted_words(claim, text)
        for text, share in zip(passages.texts, shares, strict=True)
        if share >= max(SAME_MATTER_MIN, nearest - SAME_MATTER_GAP)
    ]
    return min(same, key=len) if same else ()


def _span(found: Any) -> dict[str, Any]:
    return {"text": found.text, "start": found.start, "end": found.end}
