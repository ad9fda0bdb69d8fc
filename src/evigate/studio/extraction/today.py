"""How it is done now, without the software: on paper, by telephone, in a spreadsheet, by heart."""

import re
from collections.abc import Iterator, Sequence

from evigate.studio.extraction.clauses import clause_claim, words_of
from evigate.studio.extraction.described import is_described
from evigate.studio.extraction.models import Found
from evigate.studio.extraction.reading import Clause, Reading
from evigate.studio.extraction.refusals import Refusal
from evigate.studio.extraction.telling import wish_start
from evigate.studio.extraction.trouble_words import BUILDS
from evigate.studio.extraction.wishing import orders, wishes
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
    r"\bwe\s+(?:already\s+)?(?:use|keep(?!\s+\w+ing\b)|have\s+been|write|track|manage|do(?=\s+(?:it|this|that|them|everything|all|most|the\b|our\b)))\b(?!\s+(?:not|n't|without|want|need|\d+(?:[.,]\d+)?\s*(?:%|per\s?cent))\b)|\breplac(?:es?|ing)\s+(?:the|our|an?|all)\b|\bmanually\b|\bjuggl\w+\b|\bexcel\s+(?:lists?|sheets?|files?)\b"
    r"|\b(?:is|are)\s+(?:kept|done|tracked|managed|written|handled|recorded|stored|coordinated|organi[sz]ed)\s+(?:in|on|by|with|via|through|manually)\b"
)
# What people keep things on before there is software for it, wherever a clause names it.
_CARRIER = re.compile(
    r"\b(?:envelopes?|(?:ring\s+)?binders?|card\s+(?:index|catalogue|file)|index\s+cards?|(?:note|exercise|log|order|duplicate|receipt)\s?-?books?|diary|diaries|ledgers?"
    r"|(?:white|black|cork|pin|magnet)\s?-?boards?|wall\s+(?:map|chart|planner|calendar)s?|on\s+(?:a|the)\s+wall|slips?(?:\s+of\s+paper)?|(?:paper|printed|handwritten|carbon[\s-]copy)\s+\w+|on\s+paper|clipboards?|stickers"
    r"|sticky\s+notes?|post-?its?|shoe\s?box(?:es)?|drawers?|filing\s+cabinets?|pigeon\s?holes?|walkie-talkies?|fax(?:es)?|(?:old|ancient|dos|home-made|homegrown)\s+(?:\w+\s+)?(?:program|software|database|system)s?"
    r"|by\s+(?:hand|radio|shouting|pigeon|memory)|(?:in|inside)\s+(?:the|his|her|my)\s+head|dms?\s+on\s+\w+|(?:excel|word|access)\s+(?:\w+)|whatsapp|(?:ring|phone|call)s?\s+(?:him|her|them|everyone|everybody|round|around|down)|calls?\s+\d+|(?:on|over)\s+the\s+(?:phone|telephone)|by\s+(?:tele)?phone|(?:in|by|as)\s+(?:e-?)?mails?|e-?mails?\s+(?:us|to|him|her|them))\b"
)
# "On my arm in biro", "a laminated sheet", "the back of a menu": what else people keep things on.
_SCRAPS = re.compile(
    r"\b(?:biro|pencils?|crayon|chalk|a3|a4|beer\s+mats?|(?:the\s+)?back\s+of\s+(?:an?|the)\s+\w+|laminated\s+\w+|magnets?|(?:signing|guest|visitors?'?|day|cash|address|sign-in|work)\s?-?books?|card\s+index(?:es)?|kardex|access\s+(?:database|file|table)|(?:google\s+)?spread\s?sheets?|google\s+(?:sheets?|docs?|forms?|calendar)|pdfs?\s+(?:printed|signed|sent|by)|folders?|forms?\s+in\s+(?:triplicate|duplicate)|in\s+(?:triplicate|duplicate)|sheets?\s+of\s+paper|paper|carbon\s+copies"
    r"|(?:a|the)\s+list\s+(?:from|on|in|by)|filemaker\s+\w+|outlook|doodle|dropbox|e-?mail\s+(?:thread|chain|list)s?|mailing\s+list|facebook|instagram|messenger|telegram|signal\s+group|chat\s+group|group\s+chat|tape|pins?|tokens?|in\s+cash|cash\s+(?:box|tin)|jars?|box\s+on|from\s+memory|by\s+heart|word\s+of\s+mouth|in\s+the\s+(?:corridor|hallway)|phone\s+calls?|telephone)\b"
)
# "Mothers ring at 6:40", "people DM me", "the director sends a plan in WhatsApp".
_REACHES = re.compile(
    r"\b(?:ring|rings|phone|phones|call|calls|text|texts|dm|dms|fax|faxes|e-?mails?|shout|shouts|drive|drives|walk|walks|queue|queues|stop|stops)\s+(?:me|us|him|her|them|each|one|two|three|five|up|round|around|at|from|in|over|back|everyone|everybody|the)\b"
    r"|\b(?:customers|parents|people|members|clients|guests|they|we|i|patients|a\s+\w+|the\s+\w+|\w+s)\s+(?:then\s+)?(?:ring|phone|call|calls|phones|rings)\s*(?=[.,;:]|$)|\b(?:pay|pays)\s+(?:\w+\s+)?(?:in\s+)?(?:cash|by\s+\w+)\b"
)
# "Stock is counted twice a year", "forms are filled in at the end of the shift".
_DONE = re.compile(
    r"(?<!be\s)\b(?:is|are|get|gets)\s+(?:\w+ly\s+|still\s+|all\s+)?(?:kept|done|tracked|managed|written|handled|recorded|stored|coordinated|organi[sz]ed|counted|entered|keyed|filled|negotiated|collected|reconciled|drawn|compiled|planned|noted|copied|signed|printed|scribbled|maintained|typed|read|made|passed|checked|assigned|reported|sorted)\b(?:\s+(?:up|in|out|down))?(?:\s+\w+)?\s+(?:in|on|by|with|via|through|from|manually|twice|once|every|each|at\s+the\s+end)\b"
)
# "We have a book", "there's a signing book", "for each I have a folder": what there is.
_THERE = re.compile(
    r"\b(?:there(?:'s|\s+is|\s+are)|(?:i|we)(?:'ve|\s+have)(?:\s+got)?|(?:i|we)\s+(?:keep|use|write|copy|type|note|put|print|fill|draw|scribble|do|phone|ring|call))\s+(?:\w+\s+){0,4}?(?:books?|logbooks?|folders?|lists?|sheets?|calendars?|binders?|boxes|box|cards?|notes?|texts|forms?|boards?|charts?|tables?|maps?|drawers?|files?|diary|diaries|it\s+on)\b"
)
# "The catalogue is a card index", wherever it is told.
_IS_ONE = re.compile(
    r"\b(?:is|are)\s+(?:just\s+|only\s+|still\s+|basically\s+)*(?:an?|the|phone|paper|on|in)\b"
)
_LIVED = re.compile(
    r"\b(?:we|i|our|my|us|me|she|he|currently|today|now|at\s+present|at\s+the\s+moment|still|by\s+hand|manually|replac\w+)\b|\b(?:we|i)'|\bis\s+(?:a\s+)?(?:phone|paper|excel|spreadsheet)"
)
_TODAY = re.compile(
    r"\b(?:currently|at\s+present|at\s+the\s+moment|right\s+now|today(?!'s)|nowadays|so\s+far|until\s+now|up\s+to\s+now|still)\b"
)
_NOT_CURRENT = re.compile(
    r"\b(?:should|could|want|need|would|must|shall|will|allows?|enables?|lets?|can|may|(?:has|have)\s+to\s+(?:be|stay|know|work|remain)|where\s+users|stays\s+so)\b"
)
# "Replaces phone orders and paper lists": all that a catalogue tells of today.
_REPLACED = re.compile(r"\b(?:replac(?:es|ing)|instead\s+of|does\s+away\s+with|ends\s+the)\b")
CLAIMS_MAX = 3


def is_current(reading: Reading, clause: Clause) -> bool:
    """Say whether a clause tells how it is done today."""
    words = words_of(reading, clause)
    if is_described(reading):
        return _REPLACED.search(words) is not None and _names_means(words)
    if BUILDS.match(reading.shadow, clause.sentence_start, clause.sentence_end):
        return False
    # Behind "Build a queue …" the third person tells of what is to be.
    first = reading.shadow[slice(*reading.sentences[0])] if reading.sentences else ""
    if orders(first) and not _LIVED.search(words):
        return False
    return _CURRENT.search(words) is not None and not _NOT_CURRENT.search(words)


def current_claims(reading: Reading, refused: Sequence[Refusal]) -> Iterator[Found]:
    """Yield how it is done now, three times at most; the first is the surest."""
    wish = wish_start(reading)
    count = 0
    for clause in reading.clauses:
        if count == CLAIMS_MAX or any(e.start <= clause.start + 1 < e.end for e in refused):
            continue
        if is_current(reading, clause) or _is_carried(reading, clause, wish):
            sure = 0.6 if count else 0.8
            count += 1
            yield clause_claim(reading, clause, CURRENT_SOLUTION, sure, "current")


def _is_carried(reading: Reading, clause: Clause, wish: int | None) -> bool:
    """Say whether a clause tells what people keep things on, or how they reach each other, today."""
    words = words_of(reading, clause)
    if is_described(reading) or _NOT_CURRENT.search(words) or wishes(words):
        return False
    if _TODAY.search(reading.shadow, clause.sentence_start, clause.end) and _names_means(words):
        return True
    is_before = wish is None or clause.sentence_start < wish
    if (is_before and _names_means(words)) or _THERE.search(words):
        return True
    is_kept = _DONE.search(words) or _IS_ONE.search(words)
    return is_kept is not None and bool(_CARRIER.search(words) or _SCRAPS.search(words))


def _names_means(words: str) -> bool:
    """Say whether words name a means of today: a carrier, a call, a way of doing it by hand."""
    return any(
        each.search(words) for each in (_CURRENT, _CARRIER, _SCRAPS, _REACHES, _DONE, _THERE)
    )
