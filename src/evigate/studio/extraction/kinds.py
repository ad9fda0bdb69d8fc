"""Lists of states and kinds that a verb or a number introduces, and no heading.

"Mark a boat as usable, limited or out of service", "on one of three shelves: wanted, reading, read",
"an order moves from received to packed to shipped". Where such words may also introduce a row of
work ("sort them into groups, design letters …") the items decide.
"""

import re
from collections.abc import Sequence

from evigate.studio.extraction.lexicon import PRODUCTS, PRONOUNS
from evigate.studio.extraction.words import is_base_verb, is_verb

_WORD = r"[\w'-]+"
_NO_FIRST = r"(?!(?:the|an?|it|they|he|she|we|you|i|his|her|its|their|our|my|who|which|that|this|is|are|was|to|of|by|with|and|or|but|so|if|when|then|also|not|each|all|every)\b)"
_NO_NEXT = r"(?!(?:and|or|the|an?|it|they|we|you|i|is|are|was|were|who|which|that|but|so|when|if|then|because|while|their|our|my|his|her|can|may|must)\b)"
_ITEM = rf"{_NO_FIRST}{_WORD}(?:\s{_NO_NEXT}{_WORD}){{0,3}}"
# The last item ends where the clause does or goes on: "… or gold | when paid".
_LAST = (
    rf"{_NO_FIRST}{_WORD}(?:\s{_NO_NEXT}{_WORD}){{0,3}}?"
    r"(?=\s*(?:[.,;:!?)\n–—]|$)|\s-\s|\s(?:and|or|but|so|when|if|by|for|from|at|on|while|until|depending|then|because|which|who|that|is|are|can|with|to|in|the|we|they|it)\b)"
)
LIST = rf"{_ITEM}(?:,\s*{_ITEM})*(?:,?\s+(?:and|or)\s+{_LAST}|,\s*{_LAST})"
_NUMBER = r"(?:two|three|four|five|six|seven|eight|nine|ten|\d{1,2})"
_SPLITTING = (
    r"(?:divide|group|sort|split|classif(?:y|ie)|organi[sz]e|categori[sz]e|separate|arrange|file)"
)
# "Items are divided into clothes, documents and toys", "are rated as poor, fair or good".
DIVIDED = re.compile(
    rf"\b(?P<of>{_WORD})\s+(?:is|are|get|gets|(?:can|may|will|shall|must)\s+be)\s+(?:\w+ly\s+)?"
    rf"(?:divided|grouped|sorted|split|classified|organi[sz]ed|categori[sz]ed|separated|filed|arranged|tagged|labell?ed|marked|flagged|graded|rated|ranked|treated|shown|displayed|listed|recorded|reported)\s+(?:into|as|under)\s+(?:either\s+)?(?P<items>{LIST})"
)
DIVIDES = re.compile(
    rf"\b{_SPLITTING}[sd]?\s+(?P<of>{_WORD}(?:\s{_WORD}){{0,2}}?)\s+into\s+(?P<items>{LIST})"
)
# "Mark a boat as usable, limited or sunk", "counts as open, practised or mastered".
MARKED = re.compile(
    rf"\b(?:mark|flag|grade|rate|label|tag|classif|declare|report|record|treat|set|show|count|register|sign|list|rank)(?:s|ed|d|y|ies|ied)?\s+(?:(?P<of>{_WORD}(?:\s{_WORD}){{0,3}}?)\s+)?as\s+(?:either\s+)?(?P<items>{LIST})"
)
# "Sets each one to received, in repair, ready".
SET_TO = re.compile(
    rf"\b(?:set|change|switch|move|put|turn|update|flip)s?\s+(?P<of>{_WORD}(?:\s{_WORD}){{0,3}}?)\s+to\s+(?:either\s+)?(?P<items>{LIST})"
)
# "An order moves from received to packed to shipped".
FROM_TO = re.compile(
    rf"\b(?:(?P<of>{_WORD})\s+(?:moves?|goes?|pass(?:es)?|runs?|progress(?:es)?|advances?|changes?|travels?)\s+)?from\s+"
    rf"(?P<items>{_WORD}(?:\s{_WORD})?\s+(?:to|via|through|over)\s+{_WORD}(?:\s{_WORD})?\s+to\s+{_WORD}(?:\s{_WORD}(?=[.,;\n]|$))?)"
)
# "Tickets go through new, in progress, done".
THROUGH = re.compile(
    rf"\b(?P<of>{_WORD})\s+(?:goes?|go|moves?|pass(?:es)?|runs?)\s+through\s+(?P<items>{LIST})"
)
# "Choose between easy, normal and hard".
CHOOSE = re.compile(
    rf"\b(?:choose|select|switch|pick|decide)s?\s+(?P<of>{_WORD}\s+)?(?:between|from|among)\s+(?P<items>{LIST})"
)
# "The lamp turns green, yellow or red".
TURNS = re.compile(
    rf"\b(?P<of>{_WORD})\s+(?:turns?|becomes?|lights\s+up)\s+(?:in\s+)?(?P<items>{_WORD},\s*{_WORD}(?:,\s*{_WORD})*,?\s+or\s+{_WORD})"
)
# "On one of three shelves: want to read, reading, finished", "four towers: ice, spark, net".
NUMBERED = re.compile(
    rf"\b(?P<of>{_NUMBER}\s+(?:{_WORD}\s){{0,2}}?{_WORD}s)\b(?:\s(?:is|are|can|be|to|chosen|there|of|them|each|apart|from|available|possible|offered)){{0,4}}:\s*(?P<items>{LIST})(?=\s*(?:[.;\n)]|$))"
)
# "Given the status in use, lent, sold", "through the stages new, contacted, won".
STATUSED = re.compile(
    rf"\b(?P<of>(?:status(?:es)?|states?|stages?|phases?|priorit(?:y|ies)|conditions?|labels|languages|sizes|colou?rs|shelves))\s+(?P<items>{LIST})"
)
_SINGLE = rf"{_WORD}(?:,\s*{_WORD}(?:\s(?:away|off|out|up|back|in|on))?){{2,}}(?:,?\s+(?:and|or|then)\s+{_WORD})?"
# "An assignment is requested, offered, confirmed, billed." "Every litre: brewed, bottled, spilt."
BECOMES = re.compile(
    rf"\b(?P<of>{_WORD})(?:\s+(?:is|are)\s+(?:first\s+|either\s+)?|:\s*)(?P<items>{_SINGLE})(?=\s*(?:[.;\n]|$)|\s(?:by|at|in)\s)"
)
# "The special drives - night, motorway, country road - count".
DASHED = re.compile(rf"\b(?P<of>{_WORD}s)(?:\s(?:too|also))?\s[-–—]\s(?P<items>{LIST})\s[-–—]\s")
_QUOTE = r"(?:'[\w -]{2,20}'|[\"“][\w -]{2,20}[\"”])"
# "It says 'mine', 'share' or 'please finish'".
QUOTED = re.compile(rf"(?P<items>{_QUOTE}(?:,\s*{_QUOTE})+,?\s+(?:and|or)\s+{_QUOTE})")
TOLD = (
    DIVIDED,
    DIVIDES,
    MARKED,
    SET_TO,
    FROM_TO,
    NUMBERED,
    STATUSED,
    THROUGH,
    CHOOSE,
    TURNS,
    BECOMES,
    DASHED,
    QUOTED,
)
# Without these no such list is there: they are looked for first.
MARKS = {
    DIVIDED: (" into ", " as ", " under "),
    DIVIDES: (" into ",),
    MARKED: (" as ",),
    SET_TO: (" to ",),
    FROM_TO: ("from ",),
    THROUGH: (" through ",),
    CHOOSE: (" between ", " from ", " among "),
    NUMBERED: (":",),
    DASHED: (" - ", "–", "—"),
    QUOTED: ("'", '"', "“"),
}
SPLIT_STEPS = re.compile(r"\s+(?:to|via|through|over)\s+")
_STATES = (THROUGH, TURNS, DIVIDED, MARKED, SET_TO, FROM_TO, STATUSED, BECOMES)
_THREE = (THROUGH, CHOOSE, TURNS, DIVIDES, SET_TO, STATUSED, BECOMES, DASHED, MARKED)
_DONE = re.compile(
    r"(?:\w+(?:ed|en)|done|paid|sent|lent|sold|lost|found|won|spilt|built|met|put|cut|kept|held|gone|new|open|in\s+\w+|ready|late|due|active|free|full)(?:\s\w+)?"
)


def tells_states(pattern: re.Pattern[str]) -> bool:
    """Say whether what a pattern finds are states of something, whatever their words."""
    return pattern in _STATES


def is_list(pattern: re.Pattern[str], of: str, values: Sequence[str]) -> bool:
    """Say whether what a pattern found are kinds, and no row of work or of praise."""
    if len(values) < (3 if pattern in _THREE else 2):
        return False
    words = of.casefold().split()
    if pattern in (BECOMES, THROUGH):
        done = sum(_DONE.fullmatch(each.casefold()) is not None for each in values)
        is_said = bool(words) and words[-1] not in PRODUCTS | PRONOUNS
        return is_said and done > len(values) / 2
    if pattern is QUOTED:
        return True
    if pattern is FROM_TO and not any(_DONE.fullmatch(each.casefold()) for each in values):
        # "Trains go from Ulm to Bonn to Rome."
        return not any(each[0].isupper() for each in values)
    return not any(_is_work(each.casefold().split()) for each in values)


def _is_work(words: Sequence[str]) -> bool:
    """Say whether words are a deed ("design letters", "archives them") and no kind."""
    if len(words) < 2 or words[0].endswith(("ing", "ed")):
        return False
    is_wish = words[1] == "to"
    return not is_wish and (is_base_verb(words[0]) or (words[0][-1] == "s" and is_verb(words[0])))
