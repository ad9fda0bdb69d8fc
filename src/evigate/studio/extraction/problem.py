"""The problem: of all that a text tells, the words that say best what the software is to solve.

A trouble told outright comes first, those told before the first wish before the rest. Where no word
for trouble falls, what happens says it ("cards fall off", "the same room was promised to two people"):
things break, repeat, come out otherwise than they should. Then what the product is for, then the
opening.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from evigate.studio.extraction.clauses import clause_claim, words_of
from evigate.studio.extraction.described import is_described
from evigate.studio.extraction.models import Found
from evigate.studio.extraction.purposes import opening_claims, purpose_claims
from evigate.studio.extraction.reading import Clause, Reading, trimmed
from evigate.studio.extraction.refusals import Refusal
from evigate.studio.extraction.telling import told_last, wish_start
from evigate.studio.extraction.trouble_words import HARD, IMPACT_UNIT, TURNED
from evigate.studio.extraction.troubles import is_trouble
from evigate.studio.extraction.wishing import orders, wishes
from evigate.studio.fields import CORE_PROBLEM

WHOLE_WORDS_MAX = 60
ANNOUNCED_WORDS_MAX = 8
TOLD_WORDS_MIN = 5
ANNOUNCED_BONUS, HARD_BEFORE_BONUS, BEFORE_BONUS, TURNED_BONUS = 8.0, 5.0, 2.0, 1.5
HARD_WEIGHT, HARD_WORDS_MAX = 2.1, 2
# What no word for trouble says counts where two signs of it meet; before any wish one will do.
SOFT_LEAST, SOFT_LEAST_BEFORE = 1.5, 0.7
SIGNS_MAX = 2
# "Cards fall off", "the magnets wander": things that go otherwise than they should.
_BREAKS = re.compile(
    r"\b(?:fall(?:s|ing)?\s+(?:off|out|down)|fell\s+(?:off|out|down)|burn(?:s|t|ed)?\s+off|gets?\s+(?:wet|dirty|torn|stolen|stuck|promised|swapped)|wander(?:s|ed)?|vanish\w*|disappear(?:s|ed)?|leaks?|drift(?:s|ed)?|break(?:s)?(?!\s+even)|broke\b|(?:is|are|was|were|been|gets?|back)\s+broken|tears?|torn|smear\w*|smudg\w+"
    r"|fad(?:e|es|ed)|rub(?:s|bed)?\s+(?:\w+\s+)?(?:holes?|out)|spill\w*|jam(?:s|med)?|crash(?:es|ed)?|freezes|mix(?:es|ed)?\s+(?:\w+\s+){0,4}?(?:up|with)|mix-?ups?|swapped|misread|mishear[ds]?|misdirected|misplaced?|mislaid|mistaken|overlook(?:s|ed)?|error|laps(?:e|es|ed)|spoil(?:s|ed|t)?"
    r"|rots?|clash(?:es|ed)?|conflict(?:s|ing|ed)|collid\w+|oversells?|oversold|overruns?|overloaded|quarrel\w*|argu(?:e|es|ed|ing|ments?)|shout\w*|swears?|cries|cry|blam(?:e|es|ed)|hates?|frighten\w*|scar(?:es|ed)|worr(?:y|ies|ied)|curses?|chas(?:e|es|ed|ing)|grumbl\w+|moans?|furious|angry|upset"
    r"|tired\s+of|sick\s+of|police|lawsuit|fined|illegible|unreadable|crooked|incomplete|unclear|confus\w+|stale|gaps?|bottlenecks?|backlogs?|queues?|walks?|differences\s+of|deviations?|discrepanc\w+|disagree[sd]?|contradict\w*|mismatch\w*|(?:do|does)\s+not\s+match|shortages?|for\s+nothing|in\s+vain|(?:is|are|was|were)\s+(?:already\s+|long\s+)?gone|retires?|bad\s+(?:week|day|month|season)|a\s+(?:guess|gamble|lottery|nightmare|pain|nuisance|headache|ordeal))\b"
)
# "Nobody owns up", "the organist was not told", "without anyone noticing".
_LACKS = re.compile(
    r"\b(?:nobody|no\s+one|none|hardly|barely|rarely|seldom|never\s+(?:know|quite|really|sure|get|see|hear))\b|\bnot\b|n't\b|\bwithout\s+(?:any\w+|us|me|them|the)\s+\w+ing\b"
)
# "Forty times", "every week", "half the time", "a whole Saturday".
_REPEATS = re.compile(
    r"\b(?:\w+\s+times|twice|(?:at\s+least\s+)?once\s+a\s+(?:day|week)|each\s+time|every\s+(?:time|week|single|day|morning|evening|night|month|year|spring|autumn)|again|always|half\s+the\s+time|whole\s+(?:day|evening|morning|afternoon|weekend|week|saturday|sunday|night)|all\s+(?:day|evening|night|weekend)|at\s+all\s+hours|for\s+hours|(?:twenty|thirty|forty|fifty|hundreds?\s+of|dozens?\s+of|\d\d+)\s+(?:messages|calls|e-?mails|mails|texts|letters))\b"
)
# "Yesterday they got forty instead of fourteen", "only discovered on site", "two shops the same".
_TURNS = re.compile(
    r"\b(?:yesterday|last\s+(?:week|month|year|time|inspection|season|summer|winter|spring|autumn|christmas|august|night)|this\s+(?:year|month|spring|summer|autumn|winter)|wrong|instead\s+of|by\s+the\s+time|too\s+\w+|only\s+(?:then\s+)?(?:discover\w*|find|found|notice\w*|learn\w*|see)|discovered\s+only|found\s+only|the\s+same\s+\w+|(?:sent|promised|sold|given|assigned|booked|rented|lent)\s+(?:[\w\'’-]+\s+){0,4}?to\s+(?:two|both)|by\s+(?:monday|tuesday|wednesday|thursday|friday)|crooked|two\s+(?:people|shops|groups|families|teams|men|customers|clients)|end\s+up|sometimes|occasionally|only\s+(?:runs?|works?|exists?)\s+on|only\s+(?:he|she|one|i|\w+)\s+(?:knows|can|has)|used\s+to|still|(?:present|current)\s+(?:state|situation)|status\s+quo|smaller|bigger|shorter|worse|less\s+than)\b"
)
# "It eats a whole Saturday": what it takes.
_BURDENS = re.compile(
    r"\b(?:on\s+average\s+(?:[\d.,]+|\w+)|\w+\s+(?:minutes|hours|days|weeks)\s+(?:pass|go\s+by)|eats|costs?|takes|cost|took|ate|waste|by\s+hand|from\s+memory|walk\s+back|retype\w*|copy|phone|ring|call(?:s|ed)?|dig|digs|rummage|hunt(?:s|ing)?|asks?|asked|type(?:s)?|badly)\b"
)
_SIGNS = ((_BREAKS, 1.5), (_LACKS, 0.7), (_REPEATS, 0.8), (_TURNS, 0.8), (_BURDENS, 0.5))
# "Problem: …", "Issue: error codes are misheard", "The pain is that …".
_ANNOUNCED = re.compile(
    r"(?:(?:our|the|my|main|core|current|today's|problem)\s+){0,3}(?:problems?|issues?|pain(?:\s+points?)?|trouble|challenge|difficulty|bottleneck|background\s+problem)(?:\s+(?:statement|today|now|in\s+\w+\s+\w+))?\s*(?::|is\s+(?:that\b|this\b))"
)
# Whose own day it is: behind the first wish only what somebody lived through is told of trouble.
_LIVED = re.compile(
    r"\b(?:we|i|our|my|us|me|people|they|everyone|customers|yesterday|last\s+\w+|today|currently|now|at\s+present|at\s+the\s+moment)\b|\b(?:we|i)'"
)


def problem_claims(reading: Reading, refused: Sequence[Refusal]) -> Iterator[Found]:
    """Yield the problem, once; an inference where no trouble is told in so many words."""
    hard = [clause for clause in reading.clauses if is_trouble(reading, clause)]
    wish = wish_start(reading)
    scored = [(_score(reading, run, wish, is_hard=True), run, True) for run in _runs(hard)]
    if not is_described(reading):
        soft = [*_soft(reading, hard, refused, wish), *_told(reading, refused)]
        scored += [(_score(reading, run, wish, is_hard=False), run, False) for run in soft]
    if not scored:
        yield from list(purpose_claims(reading, refused)) or opening_claims(reading, refused)
        return
    _, run, is_hard = max(scored, key=lambda each: (each[0], each[2], -each[1][0].start))
    whole = _in_full(reading, run)
    if is_hard:
        yield clause_claim(reading, whole, CORE_PROBLEM, 0.8, "trouble")
    else:
        claim = clause_claim(reading, whole, CORE_PROBLEM, 0.55, "told before the wish")
        yield replace(claim, kind="inference")


def _told(reading: Reading, refused: Sequence[Refusal]) -> list[list[Clause]]:
    """Return the last thing told before the first wish, where one is and orders nothing itself."""
    told = told_last(reading, refused)
    first = reading.shadow[slice(*reading.sentences[0])] if reading.sentences else ""
    if orders(first):
        return []
    if told is not None and not wishes(words_of(reading, told)):
        return [[told]]
    wish = wish_start(reading)
    if not _LIVED.search(reading.shadow):
        return []
    for start, end in reversed(reading.sentences[1:]):
        is_long = len(reading.shadow[start:end].split()) >= TOLD_WORDS_MIN
        is_refused = any(start <= each.start < end for each in refused)
        if wish is not None and start < wish and is_long and not is_refused:
            return [[Clause(*trimmed(reading.text, start, end), start, end)]]
    return []


def _score(reading: Reading, run: Sequence[Clause], wish: int | None, *, is_hard: bool) -> float:
    score = _place(reading, run, wish, is_hard=is_hard)
    for clause in run:
        words = words_of(reading, clause)
        score += _signs(words)
        if is_hard:
            count = min(HARD_WORDS_MAX, len(HARD.findall(words)))
            score += HARD_WEIGHT * count + 0.5 * bool(IMPACT_UNIT.search(words))
    return score


def _place(reading: Reading, run: Sequence[Clause], wish: int | None, *, is_hard: bool) -> float:
    """Return what a trouble gains by where it is told: before any wish, or on turning back to today."""
    if _is_announced(reading, run[0].sentence_start, run[0].end):
        return ANNOUNCED_BONUS
    if wish is not None and run[0].sentence_start < wish:
        return HARD_BEFORE_BONUS if is_hard else BEFORE_BONUS
    return TURNED_BONUS if TURNED.search(words_of(reading, run[0])) else 0.0


def _is_announced(reading: Reading, start: int, end: int) -> bool:
    return _ANNOUNCED.match(reading.shadow, *trimmed(reading.shadow, start, end)) is not None


def _signs(words: str) -> float:
    return sum(min(SIGNS_MAX, len(sign.findall(words))) * weight for sign, weight in _SIGNS)


def _soft(
    reading: Reading, hard: Sequence[Clause], refused: Sequence[Refusal], wish: int | None
) -> Iterator[list[Clause]]:
    """Yield the clauses that wish for nothing and in which signs of trouble meet, by sentence."""
    for start, end in reading.sentences:
        within = [each for each in reading.clauses if each.sentence_start == start]
        if any(each in hard for each in within):
            continue
        if any(start <= each.start < end for each in refused):
            continue
        is_before = wish is None or start < wish
        least = SOFT_LEAST_BEFORE if is_before and wish is not None else SOFT_LEAST
        run = [each for each in within if _tells(reading, each, is_before=is_before)]
        if _is_announced(reading, start, end):
            yield within
        elif run and max(_signs(words_of(reading, each)) for each in run) >= least:
            yield _runs(run)[-1]


def _tells(reading: Reading, clause: Clause, *, is_before: bool) -> bool:
    words = words_of(reading, clause)
    before = reading.shadow[clause.sentence_start : clause.start]
    if wishes(words) or not _signs(words) or (wishes(before) and not TURNED.search(words)):
        return False
    sentence = reading.shadow[clause.sentence_start : clause.sentence_end]
    return is_before or (_LIVED.search(sentence) is not None and not orders(sentence))


def _in_full(reading: Reading, run: Sequence[Clause]) -> Clause:
    """Return troubles with what their sentence tells around them: why or when, and what follows."""
    first, last = run[0], run[-1]
    start, _ = trimmed(reading.text, first.sentence_start, first.start)
    words = reading.text[start : last.end].split()
    if wishes(reading.shadow[start : first.start]) or len(words) > WHOLE_WORDS_MAX:
        start = first.start
    end = last.end
    for each in reading.clauses:
        is_next = each.start >= end and each.sentence_start == last.sentence_start
        if is_next and _signs(words_of(reading, each)) and not wishes(words_of(reading, each)):
            end = each.end
        elif is_next:
            break
    if _is_announced(reading, start, end) and len(reading.text[start:end].split()) <= (
        ANNOUNCED_WORDS_MAX
    ):
        end = next((e for s, e in reading.sentences if s >= end), end)
    return Clause(start, trimmed(reading.text, start, end)[1], first.sentence_start, end)


def _runs(clauses: Sequence[Clause]) -> list[list[Clause]]:
    """Return troubles that one sentence tells next to each other, together."""
    runs: list[list[Clause]] = []
    for clause in clauses:
        if (
            runs
            and runs[-1][-1].sentence_start == clause.sentence_start
            and clause.start - runs[-1][-1].end < 10
        ):
            runs[-1].append(clause)
        else:
            runs.append([clause])
    return runs
