"""What is wrong today: the trouble, its cause and what it costs."""

import re
from collections.abc import Iterator, Sequence

from evigate.studio.extraction.breaking import forbids
from evigate.studio.extraction.clauses import clause_claim, words_of
from evigate.studio.extraction.described import is_described, is_game
from evigate.studio.extraction.models import Found
from evigate.studio.extraction.reading import Clause, Reading
from evigate.studio.extraction.trouble_words import (
    BUILDS,
    COSTS,
    DISMISSED,
    FEATURE,
    HANDLED,
    HARD,
    IMPACT_UNIT,
    IMPACT_VERB,
    LISTED,
    NUMBER,
    OUTRIGHT,
    SEEN,
    SPOKEN,
    STATES_OF,
    TRIGGER,
    TURNED,
    WATCHED,
    WISHED,
)
from evigate.studio.extraction.wishing import orders
from evigate.studio.fields import (
    PAIN_POINTS,
    PROBLEM_IMPACT,
    TRIGGER_EVENT,
)

PAINS_MAX = 10


def trouble_claims(reading: Reading) -> Iterator[Found]:
    """Yield what is wrong today, since when, and at what cost."""
    hard = [clause for clause in reading.clauses if is_trouble(reading, clause)]
    for clause in hard[:PAINS_MAX]:
        yield clause_claim(reading, clause, PAIN_POINTS, 0.75, "trouble")
    for clause in reading.clauses:
        words = words_of(reading, clause)
        if TRIGGER.search(words) and not SPOKEN.search(words):
            yield clause_claim(reading, clause, TRIGGER_EVENT, 0.75, "trigger")
            break
    yield from _impact(reading, hard)


def is_trouble(reading: Reading, clause: Clause) -> bool:
    """Say whether a clause tells what goes wrong today."""
    words = words_of(reading, clause)
    if is_described(reading):
        return not is_game(reading) and _is_told_of_people(words)
    plain = SEEN.sub("", LISTED.sub("", words))
    plain = WATCHED.sub("", HANDLED.sub("", plain))
    states = STATES_OF.search(plain)
    if states and len(HARD.findall(states[0])) == 1:
        plain = plain.replace(states[0], "")
    if HARD.search(plain) is None or DISMISSED.match(words) or forbids(words):
        return False
    if orders(words):
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


def _is_told_of_people(words: str) -> bool:
    """Say whether a catalogue's clause tells of people's trouble and not of a feature."""
    match = OUTRIGHT.search(words)
    return match is not None and FEATURE.search(words[: match.start()]) is None


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
