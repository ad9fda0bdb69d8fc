"""What is wrong today and what would be right: the trouble, its cause and cost, how it is done now,
what success is, and who may see what.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from evigate.studio.extraction.models import Found
from evigate.studio.extraction.reading import Clause, Reading, trimmed
from evigate.studio.extraction.refusals import Refusal, forbids, is_limit
from evigate.studio.extraction.telling import first_wish, is_wish, told_last
from evigate.studio.fields import (
    CORE_PROBLEM,
    CURRENT_SOLUTION,
    MEASURES,
    PAIN_POINTS,
    PROBLEM_IMPACT,
    ROLES_AND_ACCESS,
    TRIGGER_EVENT,
)

PAINS_MAX = 10
OPENING_WORDS_MIN = 5
_BUT = re.compile(r"(?:but|and)\s+")
_HARD = re.compile(
    r"\b(?:los(?:e|es|ing|t)\b(?!\s+weight)|miss(?:es|ed|ing)?\b(?!ion)|forget(?:s|ting)?|forgeting|forgot(?:ten)?|can(?:not|'t|t)\b|unable|struggl\w+"
    r"|(?<!of\s)(?<!the\s)(?<!less\s)wast(?:e|es|ed|ing)\b|throw(?:s|ing)?\s+(?:\w+\s+)?away|takes?\s+(?:too|so|very)\s+long|takes?\s+(?:us|them|me|him|her|hours|days|ages|forever)\b|takes?\s+(?:about|up\s+to|around|over|nearly)?\s*\d+\s+(?:min(?:ute)?s?|hours|days|weeks|evenings)\b|(?:was|were|is|are|been|gets?|got)\s+\w+\s+twice\b|takes?\s+(?:\w+\s+){0,4}(?:hours?|days?|weeks?|evenings?|afternoons?|mornings?)|spends?\s+(?:\w+\s+){0,3}(?:hours?|days?|weeks?)|hard\s+to|difficult\b|difficulties|frustrat\w+"
    r"|(?:big|main|real|biggest)\s+(?:problem|issue|pain|headache)|(?:the|our|my|a)\s+problem\b|error[\s-]prone|errors\b|mistakes|mess(?:y)?\b|chaos|chaotic|no\s+(?:overview|way\s+to|idea|central|record|visibility|control)"
    r"|double[\s-]book\w*|overbook\w*|no-shows?|costs?\s+us|too\s+(?:slow|many|much|late|expensive|complicated|often)|(?:nobody|no\s+one)\s+(?:(?:in|at|on|of|else)\s+(?:\w+\s+){1,3})?(?:knows?|answers|sees|reads|looks|has|had|can|ever|really|remembers|notices)|complain\w*|(?:call|phone|ring|ask|e-?mail)s?\s+(?:us\s+|me\s+)?(?:\w+\s+){1,2}times|(?:again|over)\s+and\s+over|expired?\s+unused|(?:is|are)\s+(?:always\s+)?engaged|over\s+and\s+over"
    r"|late\b(?!r|st)|delays?\b|delayed|fed\s+up|annoy\w+|keep(?:s)?\s+(?:forgetting|losing|missing|asking|calling|getting|having|coming|breaking|failing|changing|phoning|ringing|emailing|crashing|running)|end(?:s)?\s+up|stay(?:s)?\s+empty|never\s+(?:answer|reply|know|turn\s+up|arrive)\w*"
    r"|(?:is|are|always|constantly)\s+busy|(?:is|are|goes|gets?)\s+(?:\w+\s+)?wrong|drown\w*|get\s+through|lonely|isolat\w+|stress\w*|overwhelm\w*|scattered|outdated|duplicate\w*|by\s+hand|manually|manual\s+(?:work|process|entry)|tedious|time[\s-]consuming|painful|suffer\w*|lack(?:s|ing|\s+of)?"
    r"|(?:at|to|in|with)\s+the\s+wrong\s+\w+|falls?\s+(?:apart|through|over)|pil(?:e|es|ed|ing)\s+up|guess(?:ing\s+game|work)|turn(?:s|ed)?\s+out\s+to\s+(?:be|have)\b|(?:is|are|was|were|been)\s+(?:\w+\s+){0,3}(?:expired|left\s+waiting|forgotten|unreadable|mixed\s+up)|gets?\s+(?:mixed\s+up|confused|swapped)|comes?\s+back\s+(?:\w+\s+)?because|left\s+(?:waiting|standing|empty)|could(?:\s+not|n't)\s+\w+|disput(?:es|ed)\b|dispute\s+(?:about|over|with)\b|embarrass\w+|(?:get|gets|got)\s+bored|(?:is|are|goes|gone)\s+(?:simply\s+|just\s+)?gone|constantly|all\s+the\s+time|again\s+and\s+again|comes?\s+back\s+(?:broken|late|damaged|wrong|dirty|incomplete)|in\s+(?:her|his|one\s+person's|someone's|my)\s+head|(?:is|are)\s+ill|people\s+(?:just\s+)?queue|empty\s+\w+\s+and\s+full|go(?:es)?\s+(?:wrong|missing|out\s+late)|gets?\s+lost|fall\s+through\s+the\s+cracks|do(?:es)?(?:\s+not|n't|nt)\s+(?:know|find|show|work|answer|turn\s+up|understand|have\s+(?:a|any|the)\s+\w+)|don't\s+know|have\s+to\s+(?:call|phone|drive|come|wait|ask|type|copy|retype|search|ring)|has\s+to\s+(?:call|phone|drive|wait|ask|type|copy|ring)|runs?\s+out|(?:are|is|we're|keep)\s+running\s+out)\b"
)
# States and kinds stand in brackets or behind a colon; their names tell no trouble.
_LISTED = re.compile(r"\([^()]*,[^()]*\)|:\s*[\w\s-]+(?:,\s*[\w\s-]+){2,}")
_STATES_OF = re.compile(
    r"\b(?:is|are)\s+(?:either\s+)?[\w-]+(?:\s\w+)?(?:,\s*[\w-]+(?:\s\w+)?)+,?\s+or\s+[\w-]+"
)
_BUILDS = re.compile(
    r"\s*(?:please\s+)?(?:build|create|develop|make|design|implement|write|program|code)\s+(?:me\s+|us\s+)?(?:an?\b|the\b|our\b|\w+,|(?:\w+\s+){0,3}\w+:)"
)
_DISMISSED = re.compile(
    r"no,?\s+(?:forget|never\s+mind|wait|sorry)\b|keep\s+using\b|.*\bcan(?:'t|not)\s+(?:pay|spend|afford)\b"
    r"|.*\bcan(?:'t|not)\s+(?:see|access|edit|change|view)\s+(?:each|other|the|their|any)\b"
)
_WISHED = re.compile(
    r"\b(?:i|we)\s+(?:\w+\s+)?(?:want|need|wish)\b|\b(?:i|we)(?:'d|\s+would)\s+(?:like|love)\b|\bwant(?:s|ed)?\s+to\b|\bshould\b"
    r"|\b(?:app|tool|system|portal|platform)\s+(?:where|in\s+which|that)\b"
)
_TURNED = re.compile(
    r"\b(?:but|because|since|today|currently|now|however|although|though|yet|still|right\s+now)\b"
)
_PURPOSE = re.compile(
    r"\b(?:that|which|to|and)\s+(?:help(?:s)?|allow(?:s)?|enable(?:s)?|let(?:s)?|aim(?:s)?|assist(?:s)?|empower(?:s)?)\b|\baims?\s+to\b|\bdesigned\s+to\b|\bhelps?\s+(?:users|people|\w+s)\b"
    r"|\b(?:a|some)\s+way\s+to\b|\b(?:want|need|wants|needs|would\s+like|looking)\b|\b(?:app|application|platform|tool|system|software|website|site|game|program|marketplace|portal)\b"
)
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
_TRIGGER = re.compile(
    r"\b(?:(?:ever\s+)?since\s+(?:we|our|the|they|i|last|covid|january|february|march|april|may|june|july|august|september|october|november|december|\d{4}|then)\b"
    r"|because\s+of\s+(?:a|an|the|new|our|last|recent)\b|due\s+to\s+(?:a|an|the|new|our|recent)\b|(?:the\s+)?new\s+(?:\w+\s+){0,2}(?:law|laws|regulation|regulations|rule|rules|directive|act|requirement|requirements|owner|boss|contract)\b"
    r"|after\s+(?:we|our|the|a|last|an)\s+(?:\w+\s+){0,2}(?:merger|audit|inspection|fine|incident|accident|breach|pandemic|lockdown|lost|had|moved|opened|complaint|fire|flood|move|hired|bought|takeover|strike|crash)\b"
    r"|now\s+that\b|(?<!talked\s)last\s+(?:week|month|year|spring|summer|autumn|winter|season|christmas)\b|recently\b|we\s+(?:have\s+)?just\s+\w+ed\b|is\s+(?:being\s+)?(?:discontinued|shut\s+down|retired)|licen[cs]e\s+(?:runs\s+out|expires|ends))"
)
# When people last spoke of it is not why it is wanted.
_SPOKEN = re.compile(r"\b(?:talked|spoke|discussed|chatted|met|wrote|agreed|mentioned)\b")
_NUMBER = re.compile(
    r"\d|within\s+an?\s+(?:hour|minute|day)|\b(?:two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty|half|hundreds?|thousands?|dozens?)\b"
)
_IMPACT_UNIT = re.compile(
    r"%|\bper\s?cent\b|[$€£]|\b(?:hours?|hrs?|days?|minutes?|mins?|weeks?|evenings?|dollars?|euros?|pounds?|portions?|money|refunds?|revenue|in\s+\d+|a\s+(?:day|week|month|year)|per\s+(?:day|week|month|year)|every\s+(?:day|week|month)|half\s+of|k)\b"
)
_IMPACT_VERB = re.compile(
    r"\b(?:cost(?:s|ing)?|los(?:e|es|ing|t)|wast(?:e|es|ed|ing)|takes?|spend(?:s|ing)?|miss\w*|late|no-shows?|wrong|never|throw\w*\s+away|refund\s+\w+|last\s+year|spends?|gets?\s+lost|complain\w*|empty)\b"
)
_COSTS = re.compile(
    r"\bcosts?\s+(?:us|each|them|me|about|around|roughly|nearly)\b|\b(?:which|and|that)\s+takes\b|\bspends?\s+hours\b|\b(?:that|which)\s+was\b|\btakes\s+(?:me|us|them|her|him)\b"
)
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
_SO_THAT = re.compile(r"^(?:so\s+)?that\b|^so\b")
_ACCESS = re.compile(
    r"\bonly\s+be\s+(?:seen|read|opened|changed|edited|viewed|accessed)\b|\bown\s+\w+\s+only\b|\bonly\s+(?:their|his|her|its|see|the\s+cases|own|for|visible|by|access|view|edit)\b|\b(?:see|sees|view|edit|access|read|change|delete)\s+(?:only|just|all|every\w*|any\w*|who|each)\b|\b(?:only|just)\s+(?:\w+\s+){1,6}(?:can|may|should|must|see|sees|view|edit|change|are\s+allowed)\b"
    r"|\bpermissions?\b|\b(?:user\s+)?roles?\b|\baccess\s+(?:rights?|control|levels?|to)\b|\bread[\s-]only\b|\bvisible\s+(?:to|for|only)\b|\b(?:may|must|can|should|are)\s*(?:not|n't|never|\s+not)\s+(?:be\s+)?(?:allowed\s+to\s+)?(?:see|view|edit|access|read|change|delete|register|show|open)\w*"
    r"|\b(?:private|confidential)\b|\bbut\s+(?:never|not|no)\s+(?!(?:in|for|yet|at|now|later)\b)\w+|\bnever\s+(?:show|see|share|reveal)\w*|\bapprov(?:e|es|al|als)\b|\badmin(?:istrator)?s?\s+(?:can|may|should|will|manage\w*|approve\w*)\b|\bcan\s+(?:see|manage|approve|edit|delete)\b|\bmay\s+(?:see|manage|approve|edit|delete)\b|\bown\s+(?:data|records|salon|cases|orders|child|class)\b|\b(?:see|view|edit|access|read|change|manage)s?\s+(?:only\s+)?(?:their|his|her|its)\s+own\b"
    r"|\balone\s+(?:may|can)\s+\w+|\b(?:see|view|get|receive|read|access|open)s?\s+(?:[\w'’-]+\s+){1,4}(?:only|alone)\b|\b(?:visible|shown|open|accessible|available)\s+to\s+(?:[\w'’-]+\s+){1,4}(?:alone|only)\b|\bwith(?:out)?\s+(?:an?\s+)?(?:parent|guardian|supervisor)\b|\b(?:must|may|should)\s+have\s+no\s+access\b"
    r"|^(?:only|just)\s+(?:me|i|my|our|the)\s+(?:[\w'’-]+\s+){1,5}(?:upload|edit|change|see|delete|publish|approve|enter|assign)s?\b"
    r"|\b(?:nothing|nobody|none|no\s+one)\s+(?:[\w'’-]+\s+){0,3}?(?:may|must|should|can(?=\s+be\b))\s+(?:be\s+)?(?:shown|seen|see|visible|view|read|access|change|edit|delete|shared|public)\b"
    r"|\b(?:do|does)(?:\s+not|n't)\s+(?:really\s+)?want\s+(?:[\w'’-]+\s+){1,4}to\s+(?:see|view|read|access|edit|change|delete|know)\b"
)

# "The foreman sees what is late" tells what is shown, and of no delay.
_SEEN = re.compile(
    r"(?<!nobody\s)(?<!no\sone\s)\b(?:sees?|shows?|lists?|spots?)\s+(?:what|who|which(?:\s+\w+)?)\s+(?:is|are)\s+\w+"
)
_RESERVED = re.compile(
    r"(?:only|just)\s+(?:[\w'’-]+\s+){1,4}(?:and|or)\s+(?:[\w'’-]+\s+){1,3}(?:(?:can|may|should|must|are\s+allowed\s+to)\s+)?(?:upload|edit|change|see|read|view|delete|publish|approve|enter|assign|sign|open|access)s?\b"
)


def trouble_claims(reading: Reading, refused: Sequence[Refusal]) -> Iterator[Found]:
    """Yield what is wrong today, why, since when, at what cost, and how it is done now."""
    hard = [clause for clause in reading.clauses if is_trouble(reading, clause)]
    runs = _runs(hard)
    told = told_last(reading, refused)
    wish = first_wish(reading)
    before = [run for run in runs if wish is not None and run[0].sentence_start < wish]
    if before or (runs and (not told or any(_TURNED.search(_words(reading, r[0])) for r in runs))):
        core = max(
            before or runs,
            key=lambda run: (sum(_hardness(reading, each) for each in run), -run[0].start),
        )
        whole = _in_full(reading, core)
        yield _clause_claim(reading, whole, CORE_PROBLEM, 0.8, "trouble")
    elif told:
        claim = _clause_claim(reading, told, CORE_PROBLEM, 0.55, "told before the wish")
        yield replace(claim, kind="inference")
    for clause in hard[:PAINS_MAX]:
        yield _clause_claim(reading, clause, PAIN_POINTS, 0.75, "trouble")
    for clause in reading.clauses:
        words = _words(reading, clause)
        if _TRIGGER.search(words) and not _SPOKEN.search(words):
            yield _clause_claim(reading, clause, TRIGGER_EVENT, 0.75, "trigger")
            break
    yield from _current(reading, refused)
    yield from _impact(reading, hard)
    if not hard and not told:
        yield from list(_purpose(reading, refused)) or _opening(reading, refused)


def _in_full(reading: Reading, run: Sequence[Clause]) -> Clause:
    """Return troubles with what their sentence tells before them, which is why or when."""
    first, last = run[0], run[-1]
    start, _ = trimmed(reading.text, first.sentence_start, first.start)
    if is_wish(reading, start, first.start) or len(reading.text[start : last.end].split()) > 60:
        start = first.start
    return Clause(start, last.end, first.sentence_start, first.sentence_end)


def aim_claims(reading: Reading) -> Iterator[Found]:
    """Yield what success is measured by."""
    for clause in reading.clauses:
        words = _words(reading, clause)
        is_said = _SUCCESS.search(words)
        if not is_said and is_limit(words) and not _CHANGE.search(_WITHIN.sub("", words)):
            continue
        aims = _NO_AIM.sub("", words)
        is_number = _NUMBER.search(words) and _MEASURE.search(aims) and _AIM.search(aims)
        if not is_said and _DOES.search(words) and not _CHANGE.search(words):
            continue
        if is_said or is_number:
            if (
                not is_said
                and _HARD.search(words)
                and not re.search(r"\b(?:reduc|cut|fewer|less|halv|within)", words)
            ):
                continue
            if (
                not is_said
                and re.search(r"\bwithin\b", words)
                and not re.search(r"seconds?|minutes?|hours?|ms\b|%|days?", words)
            ):
                continue
            yield _clause_claim(reading, clause, MEASURES, 0.85 if is_said else 0.75, "measure")


def access_claims(reading: Reading, refused: Sequence[Refusal]) -> Iterator[Found]:
    """Yield who may see or do what; what is refused before or within it says nothing of that."""
    reserved = list(_reserved(reading))
    for each in reserved:
        yield _clause_claim(reading, each, ROLES_AND_ACCESS, 0.85, "access")
    for whole in reading.clauses:
        clause = _past_refusals(reading, whole, refused)
        words = _words(reading, clause)
        match = _ACCESS.search(words)
        if match and not any(each.start <= clause.start < each.end for each in reserved):
            is_strict = (
                re.search(r"\bonly\b|\bnot\b|never|\bmay\b|role|permission|n't\b", words)
                is not None
            )
            if is_strict or not _SO_THAT.search(words):
                sure = 0.85 if is_strict else 0.65
                yield _clause_claim(reading, clause, ROLES_AND_ACCESS, sure, "access")


def _reserved(reading: Reading) -> Iterator[Clause]:
    """Yield the sentences that leave something to several: "only the cook and I can change it"."""
    for start, end in reading.sentences:
        first, last = trimmed(reading.shadow, start, end)
        if _RESERVED.match(reading.shadow, first, last):
            yield Clause(first, last, start, end)


def _past_refusals(reading: Reading, clause: Clause, refused: Sequence[Refusal]) -> Clause:
    """Return what is left of a clause behind the refusals that it begins with."""
    start = clause.start
    for each in refused:
        if start <= each.start < start + 3 and each.end <= clause.end:
            start, _ = trimmed(reading.shadow, each.end, clause.end)
    if start > clause.start and (lead := _BUT.match(reading.shadow, start, clause.end)):
        start = lead.end()
    return replace(clause, start=start)


def is_trouble(reading: Reading, clause: Clause) -> bool:
    """Say whether a clause tells what goes wrong today."""
    words = _words(reading, clause)
    plain = _SEEN.sub("", _LISTED.sub("", words))
    states = _STATES_OF.search(plain)
    if states and len(_HARD.findall(states[0])) == 1:
        plain = plain.replace(states[0], "")
    if _HARD.search(plain) is None or _DISMISSED.match(words) or forbids(words):
        return False
    # "Build a tracker where flatmates record purchases (open, disputed)" asks for something.
    if _BUILDS.match(reading.shadow, clause.sentence_start, clause.sentence_end) and not (
        _TURNED.search(reading.shadow, clause.sentence_start, clause.end)
    ):
        return False
    # "I want nurses to see delays" is a wish, however many clauses it has.
    wish = _WISHED.search(reading.shadow, clause.sentence_start, clause.start)
    if wish and not _TURNED.search(reading.shadow, wish.end(), clause.end):
        return False
    # "must not lose data" and "so that nothing gets lost" are wishes.
    return not re.search(
        r"\b(?:must|should|shall|would|will|so\s+that|to\s+avoid|to\s+reduce|reduce|fewer|avoid|prevent|success|cut|\w+s?\s+can\s+(?:see|view|add|create)|allows?|without\s+downtime)\b",
        words,
    )


def is_turned(reading: Reading, clause: Clause) -> bool:
    """Say whether a clause's sentence goes back to what is today ("but now …")."""
    return _TURNED.search(reading.shadow, clause.sentence_start, clause.end) is not None


def is_current(reading: Reading, clause: Clause) -> bool:
    """Say whether a clause tells how it is done today."""
    words = _words(reading, clause)
    if _BUILDS.match(reading.shadow, clause.sentence_start, clause.sentence_end):
        return False
    return _CURRENT.search(words) is not None and not _NOT_CURRENT.search(words)


def _is_carried(reading: Reading, clause: Clause, wish: int | None) -> bool:
    """Say whether a clause tells, before any wish, what people keep things on."""
    words = _words(reading, clause)
    is_before = wish is not None and clause.sentence_start < wish
    return is_before and _CARRIER.search(words) is not None and not _NOT_CURRENT.search(words)


def _current(reading: Reading, refused: Sequence[Refusal]) -> Iterator[Found]:
    count = 0
    wish = first_wish(reading)
    for clause in reading.clauses:
        if any(each.start <= clause.start + 1 < each.end for each in refused):
            continue
        is_told = is_current(reading, clause) or _is_carried(reading, clause, wish)
        if is_told and count < 3:
            count += 1
            yield _clause_claim(
                reading, clause, CURRENT_SOLUTION, 0.8 if count == 1 else 0.6, "current"
            )


def _impact(reading: Reading, hard: Sequence[Clause]) -> Iterator[Found]:
    for clause in reading.clauses:
        words = _words(reading, clause)
        if not _IMPACT_VERB.search(words) or not _IMPACT_UNIT.search(words):
            continue
        is_close = clause in hard or _COSTS.search(words)
        if is_close and (
            _NUMBER.search(words) or "money" in words or "refund" in words or "hours" in words
        ):
            yield _clause_claim(reading, clause, PROBLEM_IMPACT, 0.8, "impact")
            return


def _purpose(reading: Reading, refused: Sequence[Refusal]) -> Iterator[Found]:
    """Yield what the thing is for, where no trouble is told: what it is to solve is read off that."""
    for start, end in reading.sentences:
        match = _PURPOSE.search(reading.shadow, start, end)
        if match and not any(start <= each.start < end for each in refused):
            quote = reading.text[start:end].strip()
            begin = reading.text.find(quote, start)
            yield Found(
                CORE_PROBLEM, quote, "inference", 0.5, quote, begin, begin + len(quote), "purpose"
            )
            return


def _opening(reading: Reading, refused: Sequence[Refusal]) -> Iterator[Found]:
    """Yield the first sentence that says anything, where no other says what the thing is for."""
    for start, end in reading.sentences:
        quote = reading.text[start:end].strip()
        if len(quote.split()) < OPENING_WORDS_MIN or any(start <= r.start < end for r in refused):
            continue
        begin = reading.text.find(quote, start)
        yield Found(
            CORE_PROBLEM, quote, "inference", 0.4, quote, begin, begin + len(quote), "opening"
        )
        return


def _runs(hard: Sequence[Clause]) -> list[list[Clause]]:
    """Return troubles that one sentence tells next to each other, together."""
    runs: list[list[Clause]] = []
    for clause in hard:
        if (
            runs
            and runs[-1][-1].sentence_start == clause.sentence_start
            and clause.start - runs[-1][-1].end < 10
        ):
            runs[-1].append(clause)
        else:
            runs.append([clause])
    return runs


def _hardness(reading: Reading, clause: Clause) -> float:
    words = _words(reading, clause)
    return len(_HARD.findall(words)) + 0.5 * bool(_IMPACT_UNIT.search(words))


def _words(reading: Reading, clause: Clause) -> str:
    return reading.shadow[clause.start : clause.end]


def _clause_claim(
    reading: Reading, clause: Clause, field_path: str, confidence: float, rule: str
) -> Found:
    quote = reading.text[clause.start : clause.end]
    return Found(
        field_path,
        " ".join(quote.split()),
        "fact",
        confidence,
        quote,
        clause.start,
        clause.end,
        rule,
    )
