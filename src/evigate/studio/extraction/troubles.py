"""What is wrong today: the trouble, its cause and what it costs."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from evigate.studio.extraction.breaking import forbids
from evigate.studio.extraction.clauses import clause_claim, words_of
from evigate.studio.extraction.models import Found
from evigate.studio.extraction.purposes import opening_claims, purpose_claims
from evigate.studio.extraction.reading import Clause, Reading, trimmed
from evigate.studio.extraction.refusals import Refusal
from evigate.studio.extraction.telling import first_wish, is_wish, told_last
from evigate.studio.extraction.today import current_claims
from evigate.studio.extraction.trouble_words import (
    BUILDS,
    COSTS,
    DISMISSED,
    HARD,
    IMPACT_UNIT,
    IMPACT_VERB,
    LISTED,
    NUMBER,
    SEEN,
    SPOKEN,
    STATES_OF,
    TRIGGER,
    TURNED,
    WISHED,
)
from evigate.studio.fields import (
    CORE_PROBLEM,
    PAIN_POINTS,
    PROBLEM_IMPACT,
    TRIGGER_EVENT,
)

PAINS_MAX = 10


def trouble_claims(reading: Reading, refused: Sequence[Refusal]) -> Iterator[Found]:
    """Yield what is wrong today, why, since when, at what cost, and how it is done now."""
    hard = [clause for clause in reading.clauses if is_trouble(reading, clause)]
    runs = _runs(hard)
    told = told_last(reading, refused)
    wish = first_wish(reading)
    before = [run for run in runs if wish is not None and run[0].sentence_start < wish]
    if before or (runs and (not told or any(TURNED.search(words_of(reading, r[0])) for r in runs))):
        core = max(
            before or runs,
            key=lambda run: (sum(_hardness(reading, each) for each in run), -run[0].start),
        )
        whole = _in_full(reading, core)
        yield clause_claim(reading, whole, CORE_PROBLEM, 0.8, "trouble")
    elif told:
        claim = clause_claim(reading, told, CORE_PROBLEM, 0.55, "told before the wish")
        yield replace(claim, kind="inference")
    for clause in hard[:PAINS_MAX]:
        yield clause_claim(reading, clause, PAIN_POINTS, 0.75, "trouble")
    for clause in reading.clauses:
        words = words_of(reading, clause)
        if TRIGGER.search(words) and not SPOKEN.search(words):
            yield clause_claim(reading, clause, TRIGGER_EVENT, 0.75, "trigger")
            break
    yield from current_claims(reading, refused)
    yield from _impact(reading, hard)
    if not hard and not told:
        yield from list(purpose_claims(reading, refused)) or opening_claims(reading, refused)


def _in_full(reading: Reading, run: Sequence[Clause]) -> Clause:
    """Return troubles with what their sentence tells before them, which is why or when."""
    first, last = run[0], run[-1]
    start, _ = trimmed(reading.text, first.sentence_start, first.start)
    if is_wish(reading, start, first.start) or len(reading.text[start : last.end].split()) > 60:
        start = first.start
    return Clause(start, last.end, first.sentence_start, first.sentence_end)


def is_trouble(reading: Reading, clause: Clause) -> bool:
    """Say whether a clause tells what goes wrong today."""
    words = words_of(reading, clause)
    plain = SEEN.sub("", LISTED.sub("", words))
    states = STATES_OF.search(plain)
    if states and len(HARD.findall(states[0])) == 1:
        plain = plain.replace(states[0], "")
    if HARD.search(plain) is None or DISMISSED.match(words) or forbids(words):
        return False
    # "Build a tracker where flatmates record purchases (open, disputed)" asks for something.
    if BUILDS.match(reading.shadow, clause.sentence_start, clause.sentence_end) and not (
        TURNED.search(reading.shadow, clause.sentence_start, clause.end)
    ):
        return False
    # "I want nurses to see delays" is a wish, however many clauses it has.
    wish = WISHED.search(reading.shadow, clause.sentence_start, clause.start)
    if wish and not TURNED.search(reading.shadow, wish.end(), clause.end):
        return False
    # "must not lose data" and "so that nothing gets lost" are wishes.
    return not re.search(
        r"\b(?:must|should|shall|would|will|so\s+that|to\s+avoid|to\s+reduce|reduce|fewer|avoid|prevent|success|cut|\w+s?\s+can\s+(?:see|view|add|create)|allows?|without\s+downtime)\b",
        words,
    )


def is_turned(reading: Reading, clause: Clause) -> bool:
    """Say whether a clause's sentence goes back to what is today ("but now …")."""
    return TURNED.search(reading.shadow, clause.sentence_start, clause.end) is not None


def _impact(reading: Reading, hard: Sequence[Clause]) -> Iterator[Found]:
    for clause in reading.clauses:
        words = words_of(reading, clause)
        if not IMPACT_VERB.search(words) or not IMPACT_UNIT.search(words):
            continue
        is_close = clause in hard or COSTS.search(words)
        if is_close and (
            NUMBER.search(words) or "money" in words or "refund" in words or "hours" in words
        ):
            yield clause_claim(reading, clause, PROBLEM_IMPACT, 0.8, "impact")
            return


def _runs(hard: Sequence[Clause]) -> list[list[Clause]]:
    """Return troubles that one sentence tells next to each other, together."""
    runs: list[list[Clause]] = []
    for clause in hard:
        if (
            runs
            and runs[-1][-1].sentence_start == clause.sentence_start
            and clause.start - runs[-1][-1].end < 10
        ):
            runs[-1].append(clause)
        else:
            runs.append([clause])
    return runs


def _hardness(reading: Reading, clause: Clause) -> float:
    words = words_of(reading, clause)
    return len(HARD.findall(words)) + 0.5 * bool(IMPACT_UNIT.search(words))
