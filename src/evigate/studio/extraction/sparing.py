"""What has the words of a refusal and refuses nothing: a lack, a condition, a goal, an exception.

"Half of our tenants don't have a smartphone" tells who they are, "without a badge you can pay in
cash" a case, "success = no double booking" a measure, "nobody except the nurse" whom a rule spares.
"""

import re

from evigate.studio.extraction.reading import Reading
from evigate.studio.extraction.words import is_verb

# How far back the subject of a lack may stand, in characters.
SUBJECT_BACK = 80
_COMING = re.compile(
    r"\b(?:we|they|people|\w+s)\s+(?:(?:often|just|still|always|simply|usually)\s+)?(?:drop|come|turn\s+up|walk|show\s+up|arrive|call|phone|ring|appear)\b[^.,;]*$"
)
# "Nothing that …" is refused where somebody speaks of wishes; "we found nothing that" tells.
_WISHED_NOTHING = re.compile(
    r"(?:^|[.;:,!?(\n–—-]|\b(?:and|please|want|wants|need|needs|so|but))\s*$"
)
_ALL_BUT = re.compile(r"\b(?:all|every\w*|any\w*|whole|complete)\b")
# "Without a badge you can pay in cash", "members without a phone must still ring": who, and not what.
_CONDITION = re.compile(
    r"(?:(?:his|her|their|its(?!\s+own))\b|(?:[\w'-]+\s+){1,4}?(?:(?:you|we|they|he|she|it|people|everyone)\s+)?(?:can|must|may|should|will|cannot|can't)\b)"
)
# "Residents without a smartphone call a number": who they are, and what they do.
_WHO_LACKS = re.compile(
    r"(?:^|[.;,]\s)(?:(?:those|people|anyone|the|some|all)\s*)?(?:[\w'-]+s\s*)?$"
)
_ACTS = re.compile(
    r"(?:an?\s+|any\s+)?[\w'-]+\s+(?:call|phone|ring|come|go|use|get|pay|write|ask|order|book|receive|register|sign|queue|wait|visit|send)s?\s"
)
# Who "doesn't have a phone number" lacks one; what a product or its makers do not have is refused.
_LACKS = re.compile(
    r"\b(?!(?:we|i|it|app|application|system|software|site|website|game|tool|platform|portal|version|program|that|which)\s)"
    r"[\w'-]+\s+(?:do|does|did)(?:\s+not|n't|nt)\s+(?:really\s+|yet\s+)?have\s+(?:to\s+)?$"
)
# "Within five minutes instead of forty", "in the evening rather than at the weekend": how much, when.
_MEASURED = re.compile(
    r"(?:an?\s+)?(?:\d|(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|eighteen|twenty|thirty|forty|fifty|sixty|ninety|half|hour|minute|day|week|month|year|weeks|hours|days|minutes|months)\b|(?:at|in|on|by|from|during|after|before|every|once)\s)"
)
# "Its catalogue system does not handle accessories": what is there today falls short.
_FALLS_SHORT = re.compile(
    r"\b(?:(?:its|our|their|the|my)\s+)?(?:current|existing|present|old|today's)\s+(?:[\w-]+\s+){1,4}(?:does|do)(?:\s+not|n't)\s+(?:[\w-]+\s+)?$|\bits\s+(?:[\w-]+\s+){1,4}(?:does|do)(?:\s+not|n't)\s+(?:[\w-]+\s+)?$"
)
_GOAL_BEFORE = re.compile(r"\b(?:success|goal|aim|target)s?\s*(?:=|:|is|means|would\s+be)\s*$")
_DENIES = re.compile(r"\b(?:no|not|nobody|none|nothing|never|neither|cannot|\w+n't)\b")
_REST_OUT = re.compile(
    r"\b(?:stays?|is|are|remains?)\s+(?:left\s+)?(?:out|outside|excluded|elsewhere)\b"
)


def is_spared(reading: Reading, match: re.Match[str], before: str) -> bool:
    """
    Say whether what stands behind the cue of a refusal is not refused.

    Args:
        reading: the text.
        match: the cue, with a group for each kind of it.
        before: what stands before the cue, in lower case.
    """
    shadow = reading.shadow
    if match["without"]:
        is_who = _WHO_LACKS.search(before) and _ACTS.match(shadow, match.end())
        is_case = _CONDITION.match(shadow, match.end()) is not None
        return is_case or bool(is_who) or _is_told(match, shadow, before)
    if match["want"]:
        until = shadow[max(0, match.end() - SUBJECT_BACK) : match.end()]
        return bool(_LACKS.search(until) or _FALLS_SHORT.search(until))
    if match["no"]:
        return _GOAL_BEFORE.search(before) is not None
    if match["rather"]:
        return _MEASURED.match(shadow, match.end()) is not None
    if match["nothat"]:
        return _WISHED_NOTHING.search(before) is None
    return match["except"] is not None and not _is_left_out(reading, match)


def _is_told(match: re.Match[str], shadow: str, before: str) -> bool:
    """Say whether a "without" tells how somebody acts today, and refuses nothing.

    "Customers drop in without asking and wait", "they come without an appointment".
    """
    first = shadow[match.end() :].split(" ", 1)[0]
    is_act = first.endswith("ing") and not match["handling"] and is_verb(first)
    return is_act or _COMING.search(before) is not None


def _is_left_out(reading: Reading, match: re.Match[str]) -> bool:
    """Say whether an exception is what is not wanted: "everything except payments".

    "Nobody except the nurse may read" and "except for coaches nobody pays" leave nothing out, and
    "anything apart from seeds stays outside" leaves out the rest.
    """
    start, end = next((s, e) for s, e in reading.sentences if s <= match.start() < e)
    before, after = reading.shadow[start : match.start()], reading.shadow[match.end() : end]
    return bool(_ALL_BUT.search(before)) and not (
        _DENIES.search(before) or _DENIES.search(after) or _REST_OUT.search(after)
    )
