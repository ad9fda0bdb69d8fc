"""How it is done now, without the software: on paper, by telephone, in a spreadsheet, by heart."""

import re
from collections.abc import Iterator, Sequence

from evigate.studio.extraction.clauses import clause_claim, words_of
from evigate.studio.extraction.models import Found
from evigate.studio.extraction.reading import Clause, Reading
from evigate.studio.extraction.refusals import Refusal
from evigate.studio.extraction.telling import first_wish
from evigate.studio.extraction.trouble_words import BUILDS
from evigate.studio.fields import CURRENT_SOLUTION

_CURRENT = re.compile(
    r"\b(?:currently|at\s+the\s+moment|right\s+now|nowadays|presently|so\s+far|until\s+now|up\s+to\s+now|today(?!'s)|these\s+days|the\s+way\s+we\s+do\s+it|still\s+\w+)\b"
    r"|\b(?:phone|phones|call|calls|email|emails|ring|text)\s+(?:us|up|in|to\s+\w+|me|the\s+\w+)\b|\b(?:handwritten|comes?\s+in\s+on\s+paper)\b"
    r"|\b(?:on|with|using|in|into|via|through|from)\s+(?:a\s+|an\s+|our\s+|the\s+|one\s+big\s+|several\s+|shared\s+|piece(?:s)?\s+of\s+)*(?:paper\w*|excel\w*|spread\s?sheets?|whatsapp|google\s+(?:sheets?|docs?|forms?)|post-?its?|sticky\s+notes|whiteboards?|notebooks?|word\s+(?:file|document)s?|emails?\s+and\s+\w+|binders?|folders?|index\s+cards|quickbooks)\b"
    r"|\bby\s+(?:phone|e-?mail|whatsapp|text\s+message|hand|fax|post|mail|letter|voicemail|telephone|word\s+of\s+mouth|memory|heart|(?:ring|call|phon|mail|e-?mail|text|messag|ask)ing)\b"
    r"|\b(?:live|lives|sits?|stays?|lies?|runs?\s+(?:[\w']+\s+){1,4}|(?:is|are)(?:\s+\w+)?|keeps?\s+\w+)\s+(?:only\s+)?(?:in|on)\s+(?:a|an|the|our|her|his|my|one)\s+(?:\w+\s+)?(?:card\s+(?:catalogue|catalog|index)|exercise\s+book|drawer|head|cupboard|cabinet|shoe\s?box|binder|folder|notebook|diary|book|spreadsheet|excel(?:\s+\w+)?|group|chat|file)\b"
    r"|\b(?:come|comes|coming|arrive|arrives|arriving|go|goes)\s+(?:in\s+|out\s+)?(?:by|through|via|on|as)\s+(?:\w+\s+){0,2}(?:messages?|e-?mails?|mails?|phone|paper|letters?|voicemails?|slips?|faxes?|whatsapp|facebook)\b"
    r"|\b(?:fill|fills|write|writes|type|types|key|keys|note|notes|copy|copies|send|sends|print|prints)\s+(?:\w+\s+){0,4}(?:on\s+(?:\w+\s+)?(?:sheets?|paper|cards?|slips?|clipboards?)|paper\s+\w+|slips?|word\s+(?:forms?|files?|documents?)|excel\s+\w+|into\s+(?:\w+\s+){0,2}(?:system|excel|spreadsheet))\b|\bboards?\s+with\s+(?:magnets|cards|pins)\b|(?<!uploaded\s)(?<!exported\s)(?<!saved\s)(?<!attached\s)\bas\s+(?:photocop\w+|printouts?|paper\w*|pdfs?)\b|\bwrites?\s+(?:\w+\s+){1,3}(?:in|into|on)\s+(?:a|an|the|her|his)\s+(?:\w+\s+)?(?:diary|book|notebook|board|calendar|sheet|list|ledger|logbook|log|register)\b"
    r"|\b(?:is|are)\s+(?:just\s+|only\s+)?an?\s+(?:(?:sheet|piece|scrap)s?\s+of\s+paper|shoe\s?box|pile|stack|spreadsheet|notebook|whiteboard|word\s+file|excel\s+\w+|folder|ring\s+binder)\b|"
    r"\bwe\s+(?:already\s+)?(?:use|keep|have\s+been|write|track|manage|do)\b(?!\s+(?:not|n't|without|want|need|\d+(?:[.,]\d+)?\s*(?:%|per\s?cent))\b)|\breplac(?:es?|ing)\s+(?:the|our|an?|all)\b|\bmanually\b|\bjuggl\w+\b|\bexcel\s+(?:lists?|sheets?|files?)\b"
    r"|\b(?:is|are)\s+(?:kept|done|tracked|managed|written|handled|recorded|stored|coordinated|organi[sz]ed)\s+(?:in|on|by|with|via|through|manually)\b"
)
# What people keep things on before there is software for it, wherever a clause names it.
_CARRIER = re.compile(
    r"\b(?:envelopes?|(?:ring\s+)?binders?|card\s+(?:index|catalogue|file)|index\s+cards?|(?:note|exercise|log|order|duplicate|receipt)\s?-?books?|diary|diaries|ledgers?"
    r"|(?:white|black|cork|pin|magnet)\s?-?boards?|wall\s+(?:map|chart|planner|calendar)s?|on\s+(?:a|the)\s+wall|slips?(?:\s+of\s+paper)?|(?:paper|printed|handwritten|carbon[\s-]copy)\s+\w+|on\s+paper|clipboards?|stickers"
    r"|sticky\s+notes?|post-?its?|shoe\s?box(?:es)?|drawers?|filing\s+cabinets?|pigeon\s?holes?|walkie-talkies?|fax(?:es)?|(?:old|ancient|dos|home-made|homegrown)\s+(?:\w+\s+)?(?:program|software|database|system)s?"
    r"|by\s+(?:hand|radio|shouting|pigeon|memory)|(?:in|inside)\s+(?:the|his|her|my)\s+head|dms?\s+on\s+\w+|(?:excel|word|access)\s+(?:\w+)|whatsapp|(?:ring|phone|call)s?\s+(?:him|her|them|everyone|everybody|round|around|down)|calls?\s+\d+|(?:on|over)\s+the\s+(?:phone|telephone)|by\s+(?:tele)?phone|(?:in|by|as)\s+(?:e-?)?mails?|e-?mails?\s+(?:us|to|him|her|them))\b"
)
_NOT_CURRENT = re.compile(
    r"\b(?:should|could|want|need|would|must|allows?|enables?|lets?|can|may|where\s+users)\b"
)


def is_current(reading: Reading, clause: Clause) -> bool:
    """Say whether a clause tells how it is done today."""
    words = words_of(reading, clause)
    if BUILDS.match(reading.shadow, clause.sentence_start, clause.sentence_end):
        return False
    return _CURRENT.search(words) is not None and not _NOT_CURRENT.search(words)


def _is_carried(reading: Reading, clause: Clause, wish: int | None) -> bool:
    """Say whether a clause tells, before any wish, what people keep things on."""
    words = words_of(reading, clause)
    is_before = wish is not None and clause.sentence_start < wish
    return is_before and _CARRIER.search(words) is not None and not _NOT_CURRENT.search(words)


def current_claims(reading: Reading, refused: Sequence[Refusal]) -> Iterator[Found]:
    """Yield how it is done now, three times at most; the first is the surest."""
    count = 0
    wish = first_wish(reading)
    for clause in reading.clauses:
        if any(each.start <= clause.start + 1 < each.end for each in refused):
            continue
        is_told = is_current(reading, clause) or _is_carried(reading, clause, wish)
        if is_told and count < 3:
            count += 1
            yield clause_claim(
                reading, clause, CURRENT_SOLUTION, 0.8 if count == 1 else 0.6, "current"
            )
