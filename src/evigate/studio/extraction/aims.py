"""What success is measured by: a number to reach, or words that say what success is."""

import re
from collections.abc import Iterator

from evigate.studio.extraction.breaking import is_limit
from evigate.studio.extraction.clauses import clause_claim, words_of
from evigate.studio.extraction.models import Found
from evigate.studio.extraction.reading import Reading
from evigate.studio.extraction.trouble_words import HARD, NUMBER
from evigate.studio.fields import MEASURES

_MEASURE = re.compile(
    r"\b(?:reduc\w+|cut(?:s|ting)?|decreas\w+|lower(?:s|ed)?|halv\w+|increas\w+|grow|rais\w+|doubl\w+|at\s+least|at\s+most|fewer\s+than|less\s+than|more\s+than|below|under|within|faster|no\s+more\s+than|sav(?:e|es|ing)|"
    r"by\s+\d+\s*%|\d+(?:\.\d+)?\s*%)\b|%"
)
_SUCCESS = re.compile(
    r"\b(?:we\s+aim\s+(?:at|for|to)\b|success(?:ful)?\b|(?:our\s+|the\s+)?(?:goal|target|aim|objective|kpi)s?(?:\s+(?:is|are)\b|\s*[:=])|(?:we|i)(?:'d|\s+would)\s+be\s+(?:happy|satisfied|glad|content)|(?:good|great|ideal|perfect)\s+would\s+be|measured\s+by|definition\s+of\s+done|it\s+works\s+if)"
)
_AIM = re.compile(
    r"\b(?:reduc\w+|cut(?:s|ting)?|decreas\w+|lower|halv\w+|increas\w+|doubl\w+|grow|success\w*|goal|target|kpi|sla|save|saving|alerts?|respon[ds]\w+|load|availability|uptime|accuracy|should|must|want|within)\b"
)
# "A puzzle with increasing difficulty" has no measure in it, and "meals for up to 7 days" neither.
_NO_AIM = re.compile(r"\b(?:with|of)\s+(?:increasing|growing|decreasing|reduced|increased)\b")
# "So that users can see where it goes" is what it is for, and limits nobody.
# "Lets users save meals for up to 7 days" is work that it does, unless something is to change.
_DOES = re.compile(r"\b(?:lets?|allows?|enables?|helps?)\s+\w+")
_CHANGE = re.compile(r"%|\b(?:reduc|cut|fewer|halv|doubl|increas|decreas|lower|within)")
_WITHIN = re.compile(r"\bwithin\b")


def aim_claims(reading: Reading) -> Iterator[Found]:
    """Yield what success is measured by."""
    for clause in reading.clauses:
        words = words_of(reading, clause)
        is_said = _SUCCESS.search(words)
        if not is_said and is_limit(words) and not _CHANGE.search(_WITHIN.sub("", words)):
            continue
        aims = _NO_AIM.sub("", words)
        is_number = NUMBER.search(words) and _MEASURE.search(aims) and _AIM.search(aims)
        if not is_said and _DOES.search(words) and not _CHANGE.search(words):
            continue
        if is_said or is_number:
            if (
                not is_said
                and HARD.search(words)
                and not re.search(r"\b(?:reduc|cut|fewer|less|halv|within)", words)
            ):
                continue
            if (
                not is_said
                and re.search(r"\bwithin\b", words)
                and not re.search(r"seconds?|minutes?|hours?|ms\b|%|days?", words)
            ):
                continue
            yield clause_claim(reading, clause, MEASURES, 0.85 if is_said else 0.75, "measure")
