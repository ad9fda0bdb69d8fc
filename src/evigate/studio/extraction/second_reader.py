"""A second reader for what no rule finds: a small linear model over the words of clauses.

It is asked only for a required field of which the rules found nothing, and answers with the one
clause that most probably states it, if that is probable enough; so it says little, and says it as an
inference. The weights are learnt from this house's own labelled ideas by
`scripts/train_second_reader.py` and stand in `data/second_reader.json`.
"""

import itertools
import json
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from evigate.studio.extraction.models import Found
from evigate.studio.extraction.reading import Clause, Reading
from evigate.studio.extraction.refusals import Refusal

# Below what any rule is sure of: the question is still asked.
SURE = 0.45
WORDS_MIN, WORDS_MAX = 3, 40
_NUMBER = re.compile(r"\d[\d.,]*")
_WORD = re.compile(r"[a-z][\w'’-]*|0|%")
_MODEL = files("evigate.studio.extraction") / "data" / "second_reader.json"


@dataclass(frozen=True, slots=True)
class Scorer:
    """What says that a clause states a field: a weight for each word and pair of words."""

    bias: float
    least: float
    weights: Mapping[str, float]


def second_claims(
    reading: Reading, refused: Sequence[Refusal], found: Sequence[Found]
) -> Iterator[Found]:
    """
    Yield at most one claim for each field of which the rules found nothing.

    Args:
        reading: the text.
        refused: what it refuses; a clause that refuses anything is not asked about.
        found: the claims of the rules.
    """
    told = {each.field_path for each in found}
    rest, scorers = _model()
    missing = {path: each for path, each in scorers.items() if path not in told}
    if not missing:
        return
    clauses = [each for each in reading.clauses if _is_asked(reading, refused, each)]
    known = [(each, _features(reading.shadow[each.start : each.end], rest)) for each in clauses]
    for path, scorer in sorted(missing.items()):
        ranked = [
            (_probability(scorer, features), -clause.start, clause) for clause, features in known
        ]
        probable, _, clause = max(ranked, key=lambda each: each[:2], default=(0.0, 0, None))
        if clause is not None and probable >= scorer.least:
            yield _claim(reading, path, clause)


def grams(clause: str) -> list[str]:
    """Return a clause's words in lower case and its pairs of words; numbers are alike."""
    words = _WORD.findall(_NUMBER.sub("0", clause.lower()))
    return [*words, *(" ".join(pair) for pair in itertools.pairwise(words))]


def _is_asked(reading: Reading, refused: Sequence[Refusal], clause: Clause) -> bool:
    count = len(reading.shadow[clause.start : clause.end].split())
    is_refusing = any(each.start < clause.end and clause.start < each.end for each in refused)
    return WORDS_MIN <= count <= WORDS_MAX and not is_refusing


def _features(clause: str, rarity: Mapping[str, float]) -> dict[str, float]:
    """Return how much each known gram of a clause counts; together of length one."""
    counted = Counter(each for each in grams(clause) if each in rarity)
    values = {each: (1 + math.log(count)) * rarity[each] for each, count in counted.items()}
    length = math.sqrt(sum(value * value for value in values.values()))
    return {each: value / length for each, value in values.items()} if length else {}


def _probability(scorer: Scorer, features: Mapping[str, float]) -> float:
    total = sum(scorer.weights.get(each, 0.0) * value for each, value in features.items())
    return 1 / (1 + math.exp(-(scorer.bias + total)))


def _claim(reading: Reading, path: str, clause: Clause) -> Found:
    quote = reading.text[clause.start : clause.end]
    words = " ".join(quote.split())
    return Found(path, words, "inference", SURE, quote, clause.start, clause.end, "second reader")


@cache
def _model() -> tuple[Mapping[str, float], Mapping[str, Scorer]]:
    held = json.loads(_MODEL.read_text(encoding="utf-8"))
    scorers = {path: Scorer(**each) for path, each in held["fields"].items()}
    return held["rarity"], scorers
