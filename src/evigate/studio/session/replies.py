"""What kind of reply a message is, before anything is read out of it.

An answer says something; "no idea", "ask our lawyer", "I'd rather not say", "what do you mean?" and
"thanks!" do not, however many words they take. A message is judged by its parts: it is no answer
only when none of its parts is one, so "not sure, about 40" is.
"""

import re
from enum import StrEnum

_DON_T = r"(?:don['’]?t|do\s+not)"
_CAN_T = r"(?:can['’]?t|cannot|can\s+not|could\s?n['’]?t)"
_NOW = r"(?:\s+(?:yet|now|right\s+now|exactly|really|at\s+the\s+moment|for\s+sure|off\s+hand))*"
_UNKNOWN = re.compile(
    rf"\b(?:no\s+(?:idea|clue)|beats\s+me|dunno|idk|tbd|who\s+knows|your\s+guess"
    rf"|i\s+(?:\w+\s+)?{_DON_T}\s+(?:really\s+|even\s+)?know|i\s+would\s?n['’]?t\s+know"
    rf"|^we\s+{_DON_T}\s+know(?:\s+(?:that|it))?{_NOW}$|^{_DON_T}\s+know(?:\s+(?:that|it))?{_NOW}$"
    rf"|(?:i['’]?m|i\s+am|we['’]?re|we\s+are)?\s*\bnot\s+(?:\w+\s+)?(?:sure|certain|decided)\b"
    rf"|(?:i|we)\s+{_CAN_T}\s+(?:\w+\s+)?(?:say|tell|answer|think)|(?:hard|difficult|tricky|impossible)\s+(?:to\s+(?:say|tell|answer)|question|one)"
    rf"|(?:have|has)\s?(?:n['’]?t|\s+not)\s+(?:\w+\s+)?(?:decided|thought|discussed|worked|figured)|(?:not\s+)?(?:yet\s+)?to\s+be\s+(?:decided|defined|determined)|undecided"
    rf"|(?:i|we|you)(?:['’]?d|\s+would|\s+will|['’]?ll)?\s+(?:have\s+to|need\s+to|must|should|better)\s+(?:\w+\s+)?(?:ask|check|look\s+(?:it|that|this|into)|think|talk\s+to|find\s+out)"
    rf"|let\s+me\s+(?:think|check|ask|get\s+back)|(?:that['’]?s|that\s+is|this\s+is|it['’]?s|it\s+is)\s+(?:up\s+to|for)\s+(?:my|our|the)\s+\w+(?:\s+to\s+\w+)?$"
    rf"|^(?:you\s+(?:could|can|may)\s+|please\s+)?ask\s+(?:my|our|the)\b|nothing\s+(?:i|we)\s+can\s+think\s+of|^(?:that|it)?\s*depends$"
    rf"|^(?:ask\s+(?:me\s+)?again|ask\s+me)\b|^(?:i|we)(?:['’]?ll|\s+will)\s+(?:tell|let)\s+you)",
    re.I,
)
_LATER = re.compile(
    r"^(?:(?:let['’]?s\s+|we['’]?ll\s+|i['’]?ll\s+)?(?:decide|do|answer)\s+(?:that\s+|this\s+|it\s+)?later"
    r"|later|skip(?:\s+(?:it|this|that))?|pass|next(?:\s+(?:one|question))?|ask\s+(?:me\s+)?(?:again\s+)?later)$",
    re.I,
)
_REFUSED = re.compile(
    rf"(?:\b(?:rather|prefer|preferred)\s+not\b(?!\s+to\s+have)|^no\s+comment|none\s+of\s+your\s+business"
    rf"|^(?:sorry\s+)?(?:that['’]?s|that\s+is|this\s+is|it['’]?s|it\s+is)\s+(?:strictly\s+)?(?:confidential|secret|private|internal)$"
    rf"|\b(?:i|we)\s+(?:{_DON_T}|won['’]?t|will\s+not|{_CAN_T})\s+(?:want\s+to\s+)?(?:disclose|share|say|tell|answer|talk\s+about|discuss|reveal)\b)",
    re.I,
)
_IDLE = re.compile(
    r"^(?:(?:ok(?:ay)?|k|yes|yep|yeah|sure|fine|right|great|good|nice|cool|super|perfect|wow|thanks?|thank\s+you|thx|cheers"
    r"|haha\w*|lol|hehe|hm+|uh+|um+|well|hello|hi|hey|sorry|please|so|good\s+(?:one|morning|day|question)|very\s+much|a\s+lot|again|there|is|somebody|anyone|test)\b[\s,]*)+$"
    r"|^(?:this|that|it)\s+(?:is|was|['’]s)\s+(?:\w+\s+)?(?:fun|great|nice|interesting|cool|easy|boring|annoying|taking\s+long)\b"
    r"|^(?:what\s+a\s+)?(?:nice|lovely|bad|awful|terrible)\s+(?:weather|day)\b|^you(?:['’]re|\s+are)\s+(?:\w+\s+)?(?:funny|helpful|welcome|a\s+\w+)$",
    re.I,
)
_WAIT = re.compile(
    r"^\s*(?:one|a|just\s+a)\s+(?:moment|minute|second|sec)\b|^\s*(?:hold\s+on|wait\s+a|brb|be\s+right\s+back)",
    re.I,
)
_ASKS = re.compile(
    r"^(?:(?:and|but|so|hm+|well|ok(?:ay)?|sorry|who|hello|hi|what)\s*[,:]?\s+)*(?:what|why|how|who|whom|whose|when|where|which|do|does|did|is|are"
    r"|was|were|can|could|should|would|will|may|must|shall|have|has|am|for\s+example|such\s+as|like\s+what|in\s+what)\b",
    re.I,
)
_OFFERS_TWO = re.compile(r"^(?:\S+\s+){0,5}or\s+(?:\S+\s*){1,5}$", re.I)
_RIGHT = re.compile(
    r"^(?:(?:(?:oh|well|all)\s+)?(?:yes|yep|yeah|yup|right|correct|exactly|true|agreed|confirmed|precisely|indeed"
    r"|(?:that|this|it|all|everything)(?:['’]s|\s+is|\s+looks|\s+sounds)\s+(?:all\s+)?(?:right|correct|true|fine|good|it)"
    r"|(?:looks|sounds)\s+(?:right|correct|fine|good))\b[\s,.!]*)+$",
    re.I,
)
_WRONG = re.compile(
    r"^(?:(?:no|nope|nah|wrong|incorrect|(?:no[\s,]+)?not\s+(?:quite|really|exactly|entirely|(?:all\s+)?(?:right|correct|true))"
    r"|(?:that|this|it|something|some\s+of\s+it)(?:['’]s|\s+is)\s+(?:\w+\s+)?(?:wrong|incorrect|not\s+(?:right|correct|true))"
    r"|(?:that|this|it)\s+is\s?n['’]?t\s+(?:right|correct|true))\b[\s,.!]*)+$",
    re.I,
)
_SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?]+|\n|$)")
_PART = re.compile(r"\s*(?:[,;–—]|\s-\s|\bbut\b|\band\s+(?=i\b|we\b|you\b))\s*", re.I)


class Reply(StrEnum):
    """What a message is, as a reply to a question."""

    ANSWER = "answer"
    UNKNOWN = "unknown"
    LATER = "later"
    REFUSED = "refused"
    QUESTION = "question"
    IDLE = "idle"


class Verdict(StrEnum):
    """What a reply says of what was read back, where it says nothing else."""

    RIGHT = "right"
    WRONG = "wrong"
    LEFT = "left"


def verdict_of(text: str) -> Verdict | None:
    """Return what a reply says of a reading back; None where it says something of its own."""
    said = text.strip()
    if _RIGHT.match(said):
        return Verdict.RIGHT
    if _WRONG.match(said):
        return Verdict.WRONG
    is_left = kind_of(said) in {Reply.UNKNOWN, Reply.LATER, Reply.REFUSED}
    return Verdict.LEFT if is_left else None


def kind_of(text: str) -> Reply:
    """Return what kind of reply a text is; one part that says something makes it an answer."""
    if _WAIT.match(text):
        return Reply.IDLE
    kinds = [_sentence_kind(sentence) for sentence in sentences(text)]
    if not kinds:
        return Reply.QUESTION if set(text.strip()) <= {"?"} else Reply.ANSWER
    if Reply.ANSWER in kinds:
        return Reply.ANSWER
    order = (Reply.LATER, Reply.REFUSED, Reply.QUESTION, Reply.UNKNOWN, Reply.IDLE)
    return min(kinds, key=order.index)


def asked_back(text: str) -> list[tuple[int, int]]:
    """Return the stretches of a text that ask something back; they state nothing."""
    return [
        match.span()
        for match in _SENTENCE.finditer(text)
        if _sentence_kind(match[0].strip()) is Reply.QUESTION
    ]


def sentences(text: str) -> list[str]:
    """Return the sentences of a text that hold a word."""
    found = (match[0].strip() for match in _SENTENCE.finditer(text))
    return [each for each in found if re.search(r"\w", each)]


def _sentence_kind(sentence: str) -> Reply:
    words = sentence.rstrip(" .!?\n")
    if sentence.endswith("?") and (_ASKS.match(words) or _OFFERS_TWO.match(words)):
        return Reply.QUESTION
    kinds = {_part_kind(part.strip()) for part in _PART.split(words) if part.strip()}
    for kind in (Reply.ANSWER, Reply.LATER, Reply.REFUSED, Reply.UNKNOWN):
        if kind in kinds:
            return kind
    return Reply.IDLE


def _part_kind(part: str) -> Reply:
    for kind, pattern in (
        (Reply.LATER, _LATER),
        (Reply.REFUSED, _REFUSED),
        (Reply.UNKNOWN, _UNKNOWN),
        (Reply.IDLE, _IDLE),
    ):
        if pattern.search(part):
            return kind
    return Reply.ANSWER
