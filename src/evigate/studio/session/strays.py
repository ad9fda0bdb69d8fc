"""Whether an answer speaks of something else than was asked, by the signs that each field has.

A field with signs of its own (money, a date, a number, names of systems) is answered by words that
have one. A field that takes any sentence (the problem, what annoys people) is not answered by one
that only states what belongs elsewhere: a budget, a deadline, a refusal, a system in use.
"""

import re
from collections.abc import Mapping, Sequence

from evigate.language.numbers import quantities
from evigate.language.words import STOP_WORDS, words
from evigate.studio import fields
from evigate.studio.extraction import Found

NAME_WORDS = 4
_SIGNS: Mapping[str, re.Pattern[str]] = {
    fields.BUDGET: re.compile(
        r"\b(?:free|cheap\w*|little|low|money|budget|afford|cost\w*|flexible|open|limit\w*|quote|grant|pay|price|nothing|much|spend|expensive|small|funds?|whatever|unlimited)\b|\d",
        re.I,
    ),
    fields.TIMELINE: re.compile(
        r"\b(?:asap|soon\w*|rush|hurry|urgent\w*|seasons?|years?|months?|weeks?|days?|quarter|spring|summer|autumn|fall|winter|easter|christmas|yesterday|today|tomorrow|now|immediately|whenever|deadline|flexible|term|time|january|february|march|april|may|june|july|august|september|october|november|december|end|start|before|until|once)\b|\d",
        re.I,
    ),
    fields.EXPECTED_SCALE: re.compile(
        r"\b(?:handful|few|fewer|many|dozens?|hundreds?|thousands?|millions?|lots?|every\w*|all|just|only|less|more|small\w*|large\w*|big\w*|couple|alone|several|one|nobody|same|double|most|some)\b|\d",
        re.I,
    ),
    fields.MEASURES: re.compile(
        r"\b(?:few\w*|more|less\w*|fast\w*|quick\w*|better|happ\w+|half\w*|double\w*|reduc\w+|increas\w+|improv\w+|sav\w+|no|not?thing|none|zero|every|all|any\w*|when|if|once|without|within|grow\w*|sell\w*|higher|lower|short\w*|easier|eas\w+|cheaper|smooth\w*|satisf\w+|nobody|least|most|used?|using|full\w*|on\s+time|\w+ier|sooner|later|longer|bigger|greater|larger|smaller|safer|clearer|calmer|stronger|nicer|rarer|closer|smarter|lighter|warmer)\b|\d",
        re.I,
    ),
}
_TROUBLE = re.compile(
    r"\b(?:wrong|nobody|no\s+one|takes?|takin?g?|los[et]\w*|lost|late|forg[eo]t\w*|mix\w*|fall|fell|empty|never|miss\w*|slow\w*|error\w*|mistake\w*|chaos|mess\w*|waste\w*|wait\w*|cannot|can['’]t|cant|don['’]t|dont|doesn['’]t|switched|retires?|closed|ends|ended|because|since|too|twice|double|hard|difficult|problem\w*|fail\w*|break\w*|broke\w*|stuck|complain\w*|annoy\w*|angry|whole)\b",
    re.I,
)
_SYSTEMS = re.compile(
    r"\b(?:use|uses|using|have|has|run|runs|work\w*|keep\w*|stay\w*|programs?|software|systems?|tools?|apps?|servers?|phones?|tablets?|computers?|pcs?|laptops?|browser|internet|offline|online|wifi|cloud|paper|excel|screens?|desktop|mobile|web\w*)\b",
    re.I,
)
_ABLE = re.compile(
    r"\b(?:phone|computer|tablet|app|apps|whatsapp|internet|technical|tech|digital\w*|comfortable|afraid|young|old\w*|seventy|sixty|good|bad|fine|ok|okay|easily|well|beginner\w*|expert\w*|manage|struggle|skilled|know\w*|learn\w*|smartphones?|email|online|all|very|not|none|some|most|half|mixed|different)\b",
    re.I,
)
# What says where it belongs whatever was asked.
_FIRM = frozenset(
    {fields.BUDGET, fields.TIMELINE, fields.OUT_OF_SCOPE, fields.EXISTING_SYSTEMS,
     fields.TECHNICAL_CONSTRAINTS, fields.ROLES_AND_ACCESS}
)  # fmt: skip
# Fields that take any sentence, and what may stand in an answer to them beside.
_OPEN: Mapping[str, frozenset[str]] = {
    fields.CORE_PROBLEM: frozenset(),
    fields.PAIN_POINTS: frozenset(),
    fields.TRIGGER_EVENT: frozenset({fields.TIMELINE}),
    fields.PROBLEM_IMPACT: frozenset({fields.BUDGET}),
    fields.CURRENT_SOLUTION: frozenset({fields.EXISTING_SYSTEMS, fields.TECHNICAL_CONSTRAINTS}),
}
_PEOPLE = frozenset({fields.PRIMARY_USER, fields.SECONDARY_USERS})
_SYSTEM_FIELDS = frozenset(
    {fields.TECHNICAL_CONSTRAINTS, fields.EXISTING_SYSTEMS, fields.INTEGRATIONS}
)
_PARSED = frozenset({fields.BUDGET, fields.TIMELINE})


def is_firm(found: Found) -> bool:
    """Say whether a claim belongs where it says, whatever was asked."""
    return found.field_path in _FIRM


def is_stray(key: str, text: str, found: Sequence[Found]) -> bool:
    """
    Say whether an answer speaks of something else than was asked.

    Args:
        key: the field that was asked; one that has no signs is strayed from by a budget or a date.
        text: the answer.
        found: what the extractor read of other fields from the same text.
    """
    said = {each.field_path for each in found}
    if key in _SIGNS:
        is_sign = bool(_SIGNS[key].search(text) or quantities(text))
        return not is_sign or _is_only_elsewhere(key, text, said)
    if key in _OPEN:
        return not _TROUBLE.search(text) and _is_elsewhere(text, found, said - _OPEN[key])
    if key == fields.TECHNICAL_LEVEL:
        return not _ABLE.search(text) or bool(said & _PARSED)
    if len(text.split()) <= NAME_WORDS:
        return bool(said & _PARSED)
    if key in _SYSTEM_FIELDS:
        return bool(said & _PARSED) or (not _SYSTEMS.search(text) and bool(said - {key}))
    return bool(said & _PARSED) and not said & _PEOPLE


def _is_only_elsewhere(key: str, text: str, said: set[str]) -> bool:
    """Say whether a number or a sign belongs to what was not asked for, as a budget or a right."""
    others = (_PARSED | {fields.EXISTING_SYSTEMS, fields.ROLES_AND_ACCESS}) - {key}
    if key == fields.MEASURES:
        others = others - {fields.TIMELINE} if len(text.split()) > NAME_WORDS + 2 else others
    return key not in said and bool(said & others)


def _is_elsewhere(text: str, found: Sequence[Found], said: set[str]) -> bool:
    if said & _FIRM:
        return True
    counted = [each for each in found if each.field_path in {fields.COUNTS, fields.EXPECTED_SCALE}]
    told = {word.folded for each in counted for word in words(each.quote)}
    rest = {word.folded for word in words(text)} - told - STOP_WORDS
    return bool(counted) and len(rest) <= len(told)
