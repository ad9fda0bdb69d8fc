"""QA alignment: does the key answer what the stem asks, without the stem giving it away?"""

import re
from collections.abc import Mapping
from typing import Any

from evigate.gate.checks.answerability import answer_type_fits
from evigate.gate.checks.models import Draft, Score, measured, not_measured
from evigate.language.words import STOP_WORDS, Word, contains_phrase, stems, words

VERSION = "1"
COST = 0.4
LEAK_SHARE = 0.5

_BLANK = re.compile(r"_{3,}|\[\s*blank\s*\]|…{1}|\.{4,}", re.IGNORECASE)
_ASKS = re.compile(
    r"\b(?:what|which|who|whom|whose|when|where|why|how)\b|^(?:name|define|describe|explain|list|"
    r"give|state|identify|choose|select|match|order|arrange|complete|true\s+or\s+false)\b",
    re.IGNORECASE,
)


def score_alignment(draft: Draft, params: Mapping[str, Any]) -> Score:
    """
    Score how question and key fit each other; a leaked key scores 0.

    A rule, not a measured judge: a leak by shared words is found, one by meaning is not.

    Args:
        draft: with a question; the rules on the key need one.
        params: `is_statement`, optional: the question is a statement to judge (true or false), so
            it need not ask and may hold its key. `is_term`: a term to explain (a flashcard).

    Returns:
        details: `faults`, each with a rule and a sentence, and the leaked words as spans.
        Not measured without a question.
    """
    question, answer = draft.reading.question, draft.reading.answer
    if question is None:
        return not_measured("the draft asks no question")
    faults: list[dict[str, Any]] = []
    if params.get("is_statement"):
        return measured(1.0 if words(question) else 0.0, {"faults": faults})
    leaked = leaked_words(question, answer) if answer else ()
    if leaked:
        spans = [{"text": w.text, "start": w.start, "end": w.end} for w in leaked]
        faults.append({"rule": "leak", "message": "the stem holds its own answer", "spans": spans})
    if not params.get("is_term"):
        faults.extend(_form_faults(question, answer))
    score = 0.0 if leaked else 1.0 - COST * len(faults)
    return measured(score, {"faults": faults})


def leaked_words(question: str, answer: str) -> tuple[Word, ...]:
    """
    Return the words of the stem that give the key away, in order.

    The whole key in the stem is a leak, unless it stands beside an "or" that offers it; so is half
    or more of its rare words, by letters, for a key of several words.
    """
    asked = words(question)
    key = stems(answer)
    if contains_phrase([word.stem for word in asked], key) and not _is_offered(question, answer):
        wanted = {stem for stem in key if stem not in STOP_WORDS} or set(key)
        return tuple(word for word in asked if word.stem in wanted)
    rare = {word.stem: len(word.stem) for word in words(answer) if word.is_content}
    if len(rare) < 2 or len(rare) > 4:
        return ()
    shared = tuple(word for word in asked if word.stem in rare)
    share = sum(rare[stem] for stem in {word.stem for word in shared}) / sum(rare.values())
    return shared if share > LEAK_SHARE else ()


def blank_count(text: str) -> int:
    """Return how many blanks a cloze text has."""
    return len(_BLANK.findall(text))


def _is_offered(question: str, answer: str) -> bool:
    """Say whether the stem offers a choice of which the key is one ("rods or cones")."""
    return bool(re.search(rf"\bor\s+{re.escape(answer)}\b|\b{re.escape(answer)},?\s+or\b",
                          question, re.I))  # fmt: skip


def _form_faults(question: str, answer: str | None) -> list[dict[str, Any]]:
    faults: list[dict[str, Any]] = []
    blanks = blank_count(question)
    asks = question.rstrip().endswith("?") or bool(_ASKS.search(question))
    # A stem that breaks off is finished by an option, as in "The cell wall is made of".
    breaks_off = not re.search(r"[.!]\s*$", question.rstrip(" \"'”)"))
    if blanks > 1:
        faults.append({"rule": "blanks", "message": f"the stem has {blanks} blanks, not one"})
    if not (blanks or asks or breaks_off):
        faults.append({"rule": "asks_nothing", "message": "the stem neither asks nor has a blank"})
    if answer and not blanks and not answer_type_fits(question, answer):
        faults.append({"rule": "type", "message": "the key is not of the sort that is asked for"})
    return faults
