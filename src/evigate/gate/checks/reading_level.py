"""Readability and difficulty: is the text in the band that the module asks for?

Both are priors from the text alone. Nobody has shown that they foretell how learners fare, so their
rules advise; attempts replace the difficulty as soon as there are some.
"""

from collections.abc import Mapping
from typing import Any

from evigate.gate.checks.models import Draft, Score, measured, not_measured
from evigate.language.detect import UNKNOWN, detect_language
from evigate.language.readability import Readability, flesch_kincaid, readability
from evigate.language.weights import BACKGROUND, is_common
from evigate.language.words import content_words, words

READABILITY_VERSION = "1"
DIFFICULTY_VERSION = "1"
GRADE_MIN = 0.0
GRADE_MAX = 16.0
STEM_WORDS_MAX = 60
# One grade outside the band takes so much.
GRADE_COST = 0.1
COMMON_WORDS = 5_000
# The index of a text is 1 below the first of these and 5 from the last on; set by hand.
RARITY_BOUNDS = (0.55, 0.62, 0.68, 0.75)


def score_readability(draft: Draft, params: Mapping[str, Any]) -> Score:
    """
    Score how far the text lies outside the band of grades: 1 within it.

    A rule, not a measured judge: an index of lengths says nothing of sense.

    Args:
        draft: all its texts.
        params: `grade_min`, `grade_max`: school grades, default 0 to 16; `language`: an ISO code
            that the text must not plainly contradict; `formula`: `flesch_kincaid` for that index
            instead of the automated one; `each`: hold every text to the band by itself.

    Returns:
        details: grade, words, language. 0 for a stem of more than `STEM_WORDS_MAX` words or for
        another language. With `each` the grade is that of the text that lies farthest outside, and
        `grades` holds all by their path. Not measured without words.
    """
    text = "\n\n".join(draft.reading.texts.values())
    index = flesch_kincaid if params.get("formula") == "flesch_kincaid" else readability
    low = float(params.get("grade_min", GRADE_MIN))
    high = float(params.get("grade_max", GRADE_MAX))

    def distance(found: Readability) -> float:
        grade = found.grade or 0.0
        return max(0.0, low - grade, grade - high)

    found = index(text)
    if found.grade is None:
        return not_measured("the draft has no words")
    grades = {}
    if params.get("each"):
        each = {path: index(part) for path, part in draft.reading.texts.items()}
        grades = {path: one.grade for path, one in each.items() if one.grade is not None}
        found = max((one for one in each.values() if one.grade is not None), key=distance)
    outside = distance(found)
    language = detect_language(text)
    wanted = params.get("language")
    is_foreign = bool(wanted) and language not in (UNKNOWN, wanted)
    stem_count = len(words(draft.reading.question or ""))
    score = 1.0 - GRADE_COST * outside
    if is_foreign or stem_count > STEM_WORDS_MAX:
        score = 0.0
    facts = {
        "grade": found.grade,
        "words": found.word_count,
        "language": language,
        "stem": stem_count,
    }
    return measured(score, {**facts, "grades": grades} if grades else facts)


def difficulty_prior(text: str) -> int | None:
    """
    Return a guess at how hard a text is, 1 (introductory) to 5 (expert); None without content.

    It counts how rare the words are: their mean weight, raised by the share of words outside the
    `COMMON_WORDS` commonest. It is a prior, measured against nothing.
    """
    found = content_words(text)
    if not found:
        return None
    rarity = sum(BACKGROUND.weight(word.stem) for word in found) / len(found)
    rare = sum(not is_common(word.folded, within=COMMON_WORDS) for word in found) / len(found)
    index = 0.7 * rarity + 0.3 * rare
    return 1 + sum(index > bound for bound in RARITY_BOUNDS)


def score_difficulty(draft: Draft, params: Mapping[str, Any]) -> Score:
    """
    Score how near the text's difficulty prior is to the one claimed: a quarter less per step.

    A rule, not a measured judge: see `difficulty_prior`.

    Args:
        draft: its question and key, or all its texts; with the difficulty it claims.
        params: `band`: (lowest, highest) wanted, instead of the draft's own claim.

    Returns:
        details: the prior and the band. Not measured without a claim and a band, or without words.
    """
    reading = draft.reading
    band = params.get("band") or (reading.difficulty and [reading.difficulty] * 2)
    if not band:
        return not_measured("neither the draft nor the rule says how hard it should be")
    text = " ".join(part for part in (reading.question, reading.answer) if part)
    prior = difficulty_prior(text or " ".join(reading.texts.values()))
    if prior is None:
        return not_measured("the draft has no words")
    outside = max(0, int(band[0]) - prior, prior - int(band[1]))
    return measured(1.0 - 0.25 * outside, {"prior": prior, "band": [int(band[0]), int(band[1])]})
