"""What a person says is not wanted, and what must never happen: kept apart from what is wanted.

"no login", "without payment", "not a marketplace", "we don't want a chat": what is named is out of
scope, and no other rule may read it as a requirement. "We have no overview" is a trouble and not a
refusal; so is "nobody answers". "Staff may not see prices" is a rule that breaks the deal.
"""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from evigate.language.deadlines import deadlines
from evigate.language.money import amounts
from evigate.studio.extraction.lexicon import (
    AUXILIARIES,
    DETERMINERS,
    FEATURES,
    INTEGRATIONS,
    MODALS,
    PREPOSITIONS,
    PRONOUNS,
    word_set,
)
from evigate.studio.extraction.models import Found
from evigate.studio.extraction.reading import Clause, Reading, trimmed
from evigate.studio.extraction.sparing import is_spared
from evigate.studio.extraction.words import is_verb
from evigate.studio.fields import DEALBREAKERS, OUT_OF_SCOPE

_CUE = re.compile(
    r"""(?<![\w-])(?:
      (?P<no>(?<!\byes\sor\s)(?<!\bif\s)(?<!\bcall\sit\s)no|kein(?:e[nrms]?)?|sin|sans|senza|zonder|geen)\s+(?!(?:one|longer|more\s+than|later|less\s+than|fewer|matter|circumstances?|doubt|idea|way
        |problem|budget|deadline|rush|hurry|further|need|reply|answer|shows?\b|-)\b)
      |(?P<nothing>nothing\s+(?:about|with|to\s+do\s+with|like)|stay\s+away\s+from|leave\s+out|skip\s+the
        |(?:do\s+not|don't)\s+bother\s+(?:with|about)|(?:not|isn't|aren't)\s+(?:after|looking\s+for|interested\s+in|asking\s+for|about)
        |\bwe(?:'ve|\s+have)?\s+(?:gave|given)\s+up\s+on|keep\s+it\s+free\s+(?:of|from))\s+
      |(?P<dont>(?:(?<=[.!;\n]\s)|(?<=[\n(]))(?:please\s+)?(?:do\s+not|don't)\s+(?:ever\s+)?(?:put|collect|track|store|keep|record|include|add|build|bring|save|ask\s+for|touch)\s+)
      |(?P<nothat>nothing\s+(?:that|which|where)\s+)
      |(?P<nomeant>\b(?:it|this|that|app|system|tool)(?:\s+is\s+not|\s+isn't|'s\s+not)\s+(?:meant|supposed|intended)\s+to\s+(?=\w))
      |(?P<nonneed>no\s+need\s+(?:for|of)\s+)
      |(?P<without>(?:without|ohne)(?P<handling>\s+(?:ever\s+)?(?:storing|collecting|keeping|saving|recording|processing|handling|taking|accepting
        |using|asking\s+for|having|requiring|needing|offering|supporting|integrating|adding|building|including)(?=\s+\w))?
        |exclud(?:ing|es?))\s+
      |(?P<except>except(?:ing|\s+for)?|(?:apart|aside)\s+from|other\s+than)\s+(?!(?:what|when|where|who|that|if|how)\b)
      |(?P<neither>neither)\s+
      |(?P<ours>(?<=\bwe\s)(?:(?:do|will|would|should|must)(?:\s+not|n't|\s+never)|won't|never)\s+(?:take|accept|process|store|collect|charge|publish|share|sell|disclose|reveal|give\s+out)\s+)
      |(?P<never>never\s+(?:have\s+to\s+|need\s+(?:to\s+)?|ask\s+(?:\w+\s+)?to\s+|(?:get|have|receive)\s+(?:an?\s+)?)?(?=(?:log-?ins?|accounts?|passwords?|log\s+in|sign\s+(?:in|up)|register|pay\s+online|enter\s+an?\s+password)\b))
      |(?P<itsnot>(?:(?<=\band\s)|(?<=\bbut\s)|(?<=\bapplication\s)|(?<=\bit\s)|(?<=\bapp\s)|(?<=\bsystem\s)|(?<=\bsoftware\s)|(?<=\bsite\s)|(?<=\bgame\s)|(?<=\btool\s)|(?<=\bplatform\s)|(?<=\bprogram\s))
        (?:(?:does|will)(?:\s+not|n't)|won't)\s+(?:track|show|display|send|upload|record|store|collect|share|sell|take|keep|process)\s+)
      |(?P<its>(?<=\bit\s)(?:(?:does|will|would|should|must)(?:\s+not|n't|\s+never)|won't|never)\s+(?:take|accept|process|store|collect|charge|publish|share|sell|disclose|reveal)\s+)
      |(?P<notfor>(?:(?:it['s]*|this|that|is|are)\s+)?not\s+(?:meant\s+|intended\s+|made\s+)?for\s+(?!(?:now|free|long|ever|me|us|sale|profit)\b))
      |(?P<nota>(?:(?:it['s]*|this|that|is|are|we\s+are)\s+)?not\s+(?:be\s+)?(?:an?|the|another)\s+(?!(?:problem|fan|must|big\s+deal|few|lot|single)\b))
      |(?P<want>(?:do|does|did|should|would|will|need)(?:\s+not|n't|nt)\s+(?!be\s+(?:able|allowed)\b)(?!(?:really\s+)?want\s+(?:[\w'’-]+\s+){1,4}to\s+(?:see|view|read|access|edit|change|delete|know)\b)(?:really\s+|actually\s+|yet\s+|have\s+to\s+|to\s+)?
        (?:want|need|require|include|have|be|support|offer|involve|become|contain|use|handle|ask\s+for|plan|replace|duplicate)\s+(?:to\s+(?:have\s+|be\s+|include\s+|add\s+)?)?)
      |(?P<mustnot>(?:must|shall|may)(?:\s+not|n't)\s+(?:require|include|contain|offer|support|need)\s+)
      |(?P<skip>(?:\bwe(?:['’]d|['’]ll|\s+would|\s+will)?|\bi(?:['’]d|['’]ll)?|\blet['’]s)\s+(?:(?:rather|probably|gladly)\s+)?(?:skip|drop|omit|leave\s+out|do\s+without|postpone)\s+)
      |(?P<wont>(?:\bwe|\bit|\bi|\bthey)\s+(?:won['’]t|will\s+not|(?:are|am|is)(?:\s+not|n['’]t)\s+going\s+to|do(?:\s+not|n['’]t)\s+(?:plan|intend)\s+to)\s+(?:do|build|add|have|support|offer|include|cover|touch|store|collect|keep|process|record|save|share|publish|sell|track|handle|take)\s+)
      |(?P<later>(?:later|eventually|in\s+(?:the\s+future|a\s+later\s+version)|some\s?day)(?:\s+on)?,?\s+(?:maybe|perhaps|possibly|we\s+might\s+(?:add|want))\s+(?!\d|(?:an?\s+)?(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|dozens?|hundreds?|thousands?|more)\b))
      |(?P<rather>instead\s+of|rather\s+than)\s+(?!\w+ing\b)
    )""",
    re.VERBOSE,
)
# A heading over what is left out; its items follow on the line, or on the lines below it.
_HEADING = re.compile(
    r"(?<!\w)(?:(?:is\s+)?not\s+(?:in|part\s+of)\s+(?:the\s+)?scope|out[\s-]of[\s-]scope(?:\s+for\s+(?:now|the\s+moment|the\s+start))?|excluded|exclusions|non-?goals?"
    r"|not\s+(?:included|needed|wanted|required|planned)|won'?t\s+have)\s*:[ \t]*(?P<items>[^\n.]*)(?P<lines>(?:\n[ \t]*[-*•·–][^\n]*)*)"
)
_LINE = re.compile(r"[^\n]+")
# "X is not needed", "X: out of scope", "X later".
_AFTER = re.compile(
    r"""(?P<item>[\w'’/ -]{3,60}?)\s+(?:(?:is|are|would\s+be)\s+)?
    (?:not\s+our\s+(?:business|job|concern|task|part|responsibility)|(?:explicitly|expressly|deliberately|specifically)?\s*excluded|(?:not|isn't|aren't|wasn't|weren't)\s+(?:needed|required|necessary|wanted|planned|included|involved|concerned|stored|collected|processed|recorded|handled|touched|permitted|in\s+scope|part\s+of(?:\s+\w+){1,3}|yet|for\s+now|in\s+(?:phase|version)\s+\w+)
      |(?:(?:none|no\s+part)\s+of\s+(?:it|them|that|this|which)\s+)?(?:is|are)\s+(?:none\s+of\s+)?our\s+(?:business|concern|job)
      |(?:is|are|stays?|remains?)\s+(?:left\s+)?out(?:side)?(?=\s*(?:[.;!)\n]|$|of\s+(?:it|this|here|the\s+(?:system|software|project|app))\b))
      |(?:don't|doesn't|do\s+not|does\s+not)\s+(?:belong\s+(?:in|to|into)\s+(?:it|this|here)|belong\s+here|come\s+(?:in|into\s+it))(?=\s*(?:[.,;:!)\n]|$))
      |(?:is|are|gets?)\s+(?:done|handled|made|run|dealt\s+with|taken\s+care\s+of|covered|managed)\s+(?:elsewhere|by\s+(?:another|others|someone\s+else|somebody\s+else|a\s+different|an?\s+external))
      |itself\s+(?:stays?|remains?|continues?)\s+(?=in\b|with\b|as\b|where\b|on\b)
      |[-–—]?\s*but\s+(?:please\s+)?not\s+(?=in\s+(?:the\s+first|this|version|phase)|for\s+now|now\b|yet\b)
      |out\s+of\s+scope|off\s+the\s+table|unnecessary|nicht\s+nötig|nicht\s+nöt\w+
      |(?:(?:would\s+be\s+(?:nice|great|good|lovely)(?:\s+to\s+have)?\s+but\s+)?(?:can|may|could|will)\s+(?:come|follow|wait(?:\s+until)?|be\s+added))\s*(?:later)?|later(?=\s*(?:[.,;!)\n]|$))
      |in\s+(?:a\s+later|the\s+second|phase\s+(?:two|2|three|3))\s*(?:phase|version|step)?)""",
    re.VERBOSE,
)
# "Anything apart from seeds stays outside" names what stays in.
_EXEMPT = re.compile(
    r"(?:anything|everything|whatever|all)\s+(?:apart|aside|except|other|but|beyond|besides)\b"
)
# "Typed weeks later" tells when.
_LATER = re.compile(r"\b(?:minute|hour|day|week|month|year)s?\s+later$")
# "Leave payments out", "keep the chat out of it": the item stands between.
_AROUND = re.compile(
    r"\b(?:leave|keep|rule)\s+(?P<item>(?!(?:it|them|us|me|people|everyone|anyone|everything)\b)[\w'-]+(?:\s+[\w'-]+){0,3}?)\s+out\b(?!\s+of\s+(?!it\b|this\b|here\b|the\s+(?:system|app|software|project)\b))"
)
# "Customers ordering online? No, …" asks and answers.
_ASKED = re.compile(
    r"(?P<item>[^.?!;:\n]{3,60})\?\s+no(?:t\s+(?:now|yet|needed|for\s+us))?(?=[,.!])"
)
# "Payment is calculated monthly (not in phase one)": the brackets refuse what stands before.
_BRACKETED = re.compile(
    r"\((?:not\s+(?:in|for|part|now|yet|needed|required)\b|later\b|out\s+of\s+scope|phase\s+(?:two|2|three|3)|version\s+(?:two|2)|v2\b|excluded)[^()]{0,40}\)"
)
_PHASE = re.compile(
    r"\s*(?:(?:for|in|during|at)\s+(?:now|first|this\s+(?:first\s+)?(?:phase|version|stage|step|release|round|iteration|edition)|the\s+(?:first|beginning|start|moment|initial)\b[\w ]{0,20}"
    r"|(?:phase|version|v)\s*(?:one|1)|the\s+time\s+being)|this\s+(?:year|time|season|round)|yet|initially|right\s+now|at\s+first|por\s+ahora|pour\s+l['’]instant|nötig)"
)
_ITEM_END = re.compile(
    r"[.;:!?()\n\"{}<>]|,(?!\d)|\s[-–—]\s|\s(?=no\s)|\b(?:but|and\s+(?:we|i|they|it|the|no|not|does|is|should|must|can)|because|so|if|when|while|where|which"
    r"|that|who|until|before|after|please|pls|por\s+ahora)\b|\b(?:for\s+(?:now|this|the\s+first|the\s+moment|the\s+time)|in\s+(?:this\s+first|this\s+(?:phase|version|stage|step|release|round|iteration|edition)|phase|the\s+first|version|v1)"
    r"|at\s+(?:first|the\s+moment)|right\s+now|yet|initially|this\s+(?:year|time|season|round)|to\s+(?:translators|users|others|them))\b"
)
# Who has no X has a trouble, and does not refuse X.
_HAVER = re.compile(
    r"(?:\b(?:say|says|said|saying)|\b(?:i|we|he|she|they)(?:\s+(?:am|are|is|was)|'m|'re)|\b(?:the|our|this|my|each|every|that)\s+[\w'-]+\s+(?:still\s+)?(?:has|have|had)|\b(?:must|may|should|shall|can|will)\s+(?:have|get|see)|\b(?:we|i|they|you|staff|people|customers?|clients?|users?|\w+s)\s+(?:\w+ly\s+|still\s+|currently\s+)?(?:have|has|had|got|get|see|know|with|were\s+left\s+with)"
    r"|\bthere(?:\s+is|\s+are|'s|\s+was)|\bwith)\s*$"
)
_PARTS = re.compile(
    r"\b(?:ads?|advert\w*|tracking|cookies|telemetry|in-app\s+\w+|purchases|microtransactions|multiplayer|loot\s+boxes"
    r"|sign-?up|social\s+features|cloud|server|backend|web\s+version|native\s+app|subscription)\b"
)
_NEXT_NO = re.compile(r"(?:,|\band)\s+no\s+")
_THERE = re.compile(r"\bthere(?:\s+is|\s+are|'s|\s+will\s+be|\s+should\s+be)\s*$")
_PRODUCT_HAVER = re.compile(
    r"\b(?:it|app|application|system|software|site|website|game|tool|platform|portal|version|product|program|solution|phase)\s+(?:(?:must|should|shall|will|may|can)\s+)?(?:\w+ly\s+)?(?:has|have|with|there\s+(?:is|are))\s*$"
)
_NOR = re.compile(r"\s*,\s*nor\s+(?:do\s+we\s+(?:need|want)\s+)?")
_QUALITY = word_set(
    """
    downtime error errors delay delays problem problems hassle effort knowledge internet wifi loss
    losing interruption interruptions success result results luck doubt compromise fuss friction
    stress paperwork
    """
)
# "Without a connection" says how well; "no bank connection" and "no social network" say what not.
_QUALITY_ALONE = word_set(
    """
    help training connection signal reception coverage network data paper extra cost costs limit
    limits
    """
)
_QUALIFIED = word_set(
    """
    any good bad poor mobile phone cell data special prior technical much further additional
    running hidden upper
    """
)
# "Never … without consent" asks for the consent.
_DENIED = re.compile(r"\b(?:never|(?:must|may|should)\s+not|mustn't)\b[^,;:]*$")
# "No plants that are poisonous" refuses those plants and not all.
_WHICH_ONES = re.compile(
    r"\s+(?:that|which|who)\s+(?:\w+\s+){0,2}?(?:is|are|was|were|has|have|can|could|do|does|need|needs|cost|costs|contain|contains|require|requires)\b[^.,;:!?()\n]{2,60}"
)
_PIECE = re.compile(r"\s*,\s*(?:(?P<join>or|nor|and)\s+)?")
_JOINED = re.compile(r"\s+(?P<join>or|nor|and)\s+")
_NO_ITEM = PRONOUNS | word_set(
    "just only but instead one two three four five six please so then thus"
)
_DETERMINER = re.compile(r"(?:an?|any|the|another|some|our|their|more|too|very|yet\s+another)\s+")
_RULE = re.compile(
    r"""\b(?:must|may|shall|should|are|is|can)(?:\s+(?:be\s+)?(?:only|never|not)|n't|nt)\b
    |\bmay\s+not\b|\b(?:is|are)\s+not\s+to\s+be\b|\bnothing\s+(?:[\w'-]+\s+){0,3}?(?:may|must|shall)\b|\b(?:nobody|no\s+one)\s+(?:but|except(?:\s+for)?|apart\s+from|other\s+than|besides)\b
    |^only\s+(?:[\w'-]+\s+){1,4}?(?:may|can|must|should|are\s+allowed)\b|\bmustn't\b|\bmust\b|\bnever\b|\bonly\s+if\b|\bunder\s+no\s+circumstances\b|\bno\s+one\s+(?:may|should|can)\b
    |\b(?:nobody|no\s+one)\s+(?:under|without|outside|below|other\s+than)\b|\bnobody\s+(?:may|should|can|must)\b|\b(?:is|are)\s+(?:strictly\s+)?(?:prohibited|forbidden|banned)\b|\bmandatory\b|\bnon-?negotiable\b|\bdeal-?\s?breakers?\b|\b(?:is|are)\s+not\s+(?:allowed|permitted|acceptable)\b
    |\b(?:do|does)(?:\s+not|n't)\s+(?:really\s+)?want\s+(?:[\w'’-]+\s+){1,4}to\s+(?:see|view|read|access|edit|change|delete|know)\b
    |\babsolutely\b|\bhas\s+to\b|\bhave\s+to\s+be\b|\bno\s+way\s+(?:that|should)\b|\bessential\b|\bcompulsory\b|\bonly\s+their\s+own\b""",
    re.VERBOSE,
)
_TROUBLED = re.compile(
    r"\b(?:we|i|they|them|people|customers?|volunteers?|half\s+of\s+\w+|nobody|somebody|staff|he|she)\b[^.]{0,30}\b(?:never|have\s+to|has\s+to|must\s+(?:call|phone|drive|come|wait))\b"
    r"|\bnot\s+allowed\s+to\s+do\s+that\b|\b(?:is|are)\s+(?:not|only)\b(?!\s+(?:to\s+be|allowed|permitted|visible|accessible|shown|available|acceptable))|\bcan(?:'t|not)\b"
)


# "The public cannot vote" forbids; "customers cannot see which slot is free" tells a trouble.
_FORBIDS = re.compile(
    r"^(?!(?:\w+\s+)?(?:we|i|you|they|he|she|it|nobody|people|which|who|that|so|because)\b)(?:[\w'’-]+\s+){1,4}?can(?:\s*not|'t)\s+"
    r"(?:(?:edit|change|alter|delete|remove|modify|vote|approve|publish|register)\b(?!\s+(?:our|my|anything|online|themselves)\b)"
    r"|(?:see|view|read|access)\b(?!\s+(?:which|whether|what|when|where|who(?!\s+else)|if|how|why|our|my|it|them|anything|online)\b))"
    r"|\bbut\s+can(?:\s*not|'t)\s+(?:edit|change|alter|delete|remove|modify|vote|approve|publish|register)\b"
)
_DEMANDED = re.compile(
    r"\b(?:demands?|requires?|insists?|prescribes?|expects?)\b[^.]*\b(?:cannot|can't|can\s+not|must|never|only)\b"
)
# "Nobody can book more than a week ahead" sets a bound; nobody suffers from it.
_BOUNDED = re.compile(
    r"(?:nobody|no\s+one)\s+(?:can|may|should)\s+(?:[\w'’-]+\s+){1,4}(?:more|fewer|less|later|earlier|longer)\s+than\b"
    r"|(?:(?:it|this|that|everything|the\s+\w+)\s+)can(?:\s?not|['’]t)\s+(?:cost|exceed|go\s+(?:over|above)|take)\b"
)
_TODAY = re.compile(r"\b(?:today|currently|now|at\s+the\s+moment|right\s+now|still)\b")


def forbids(words: str) -> bool:
    """Say whether a clause forbids something ("guests cannot delete", "demands that nobody can")."""
    if _DEMANDED.search(words) or _BOUNDED.match(words):
        return True
    return _FORBIDS.search(words) is not None and not _TODAY.search(words)


# "A puzzle in which players must connect dots" tells how it goes.
_TOLD = re.compile(r"\b(?:in\s+which|where|wherein)\b.*\b(?:must|ha(?:s|ve)\s+to|can\s+only)\b")
_LETS = re.compile(r"\b(?:must|has\s+to|have\s+to|should)\s+(?:let|allow|enable|help)\b")
_BOUND_BY = re.compile(
    r"\b(?:live|ready|running|done|finished|launch\w*|online|complete[d]?|deliver\w*|start\w*|open\w*"
    r"|in\s+place|released?|costs?|budget|spend|spent|stay\w*|cheaper|less\s+than|more\s+than|at\s+most)\b"
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """What is refused: the item, the whole phrase, and whether for a first phase alone."""

    item: str
    start: int
    end: int
    item_start: int
    item_end: int
    is_for_now: bool
    is_quality: bool


def refusals(reading: Reading) -> tuple[Refusal, ...]:
    """Return what the text refuses, in order; phrases do not overlap."""
    found = [
        *_listed(reading),
        *_before(reading),
        *_behind(reading),
        *_bracketed(reading),
        *_between(reading),
    ]
    kept: list[Refusal] = []
    for each in sorted(found, key=lambda one: (one.start, -one.end)):
        if not kept or each.start >= kept[-1].end:
            kept.append(each)
    return tuple(kept)


def refused_claims(reading: Reading, refused: tuple[Refusal, ...]) -> Iterator[Found]:
    """Yield what is out of scope and what would break the deal."""
    for each in refused:
        quote = reading.text[each.start : each.end]
        place = (quote, each.start, each.end)
        if not each.is_quality:
            yield Found(OUT_OF_SCOPE, each.item, "fact", 0.9, *place, "refusal")
        if not each.is_for_now:
            yield Found(DEALBREAKERS, quote, "fact", 0.7, *place, "refusal")
    for clause in reading.clauses:
        words = reading.shadow[clause.start : clause.end]
        is_rule = _RULE.search(words) and not _TOLD.search(words)
        is_forbidden = forbids(words)
        if not is_forbidden and (not is_rule or _TROUBLED.search(words) or is_limit(words)):
            continue
        if any(_covers(each, clause) for each in refused):
            continue
        quote = reading.text[clause.start : clause.end]
        yield Found(
            DEALBREAKERS, quote, "fact", 0.85, quote, clause.start, clause.end, "breaking rule"
        )


def is_limit(words: str) -> bool:
    """Say whether a rule only says by when, for how much, or what one is to be able to do.

    "It must be live by May" is the time it has, and "it must let staff book" is work to be done.
    """
    if _LETS.search(words):
        return True
    is_bound = bool(deadlines(words)) or bool(amounts(words, is_asked=True))
    return is_bound and _BOUND_BY.search(words) is not None


def _listed(reading: Reading) -> Iterator[Refusal]:
    """Yield the items under a heading such as "Out of scope:", each with its own words alone."""
    shadow = reading.shadow
    for match in _HEADING.finditer(shadow):
        # Items that a comma sets apart stand on the heading's line, or one on each line below.
        parts = [m.span() for m in re.compile(r"[^,;\n]+").finditer(shadow, *match.span("items"))]
        parts += [m.span() for m in _LINE.finditer(shadow, *match.span("lines"))]
        for first, last in parts:
            start, end = trimmed(shadow, first, last)
            if start < end and len(shadow[start:end].split()) <= 8:
                item = reading.text[start:end]
                yield Refusal(item, start, end, start, end, is_for_now=True, is_quality=False)


def _bracketed(reading: Reading) -> Iterator[Refusal]:
    """Yield what brackets behind it put off: "SMS (later)", "payment (not in phase one)"."""
    for match in _BRACKETED.finditer(reading.shadow):
        end = match.start()
        first = next((s for s, e in reading.sentences if s <= end < e), end)
        start = max(first, *(reading.shadow.rfind(mark, first, end) + 1 for mark in ",;:()"))
        start, end = trimmed(reading.shadow, start, end)
        if reading.is_read(start) and 0 < len(reading.shadow[start:end].split()) <= 8:
            item = reading.text[start:end]
            yield Refusal(item, start, match.end(), start, end, is_for_now=True, is_quality=False)


def _covers(refusal: Refusal, clause: Clause) -> bool:
    return refusal.start - 3 <= clause.start <= refusal.start and refusal.end >= clause.end - 2


def _before(reading: Reading) -> Iterator[Refusal]:
    shadow = reading.shadow
    for match in _CUE.finditer(shadow):
        if not reading.is_read(match.start()):
            continue
        before = shadow[max(0, match.start() - 60) : match.start()]
        is_had = match["no"] and _HAVER.search(before) and not _PRODUCT_HAVER.search(before)
        if is_had and not (_THERE.search(before) and _names_part(shadow, match.end())):
            continue
        sentence_end = next(e for s, e in reading.sentences if s <= match.start() < e)
        items = list(_items(shadow, match.end(), sentence_end, not match["neither"]))
        if is_spared(reading, match, before):
            continue
        if len(items) == 1:
            items += _series(shadow, items[0][1], sentence_end, takes_and=not match["no"])
        for place, (item_start, item_end) in enumerate(items):
            refusal = _refusal(reading, match, item_start, item_end, is_first=not place)
            if refusal is not None:
                yield refusal
        last = items[-1][1]
        # "no delivery, nor online payment": the list goes on behind its comma.
        while nor := _NOR.match(shadow, last, sentence_end):
            stop = _ITEM_END.search(shadow, nor.end(), sentence_end)
            last = stop.start() if stop else sentence_end
            refusal = _refusal(reading, match, nor.end(), last, is_first=False)
            if refusal is not None:
                yield refusal


def _between(reading: Reading) -> Iterator[Refusal]:
    """Yield what a refusal stands around, or answers: `leave payments out`, `A shop? No.`"""
    shadow = reading.shadow
    for match in [*_AROUND.finditer(shadow), *_ASKED.finditer(shadow)]:
        start, end = trimmed(shadow, *match.span("item"))
        if article := _DETERMINER.match(shadow, start, end):
            start = article.end()
        if start < end and reading.is_read(start):
            item = reading.text[start:end]
            yield Refusal(item, start, match.end(), start, end, is_for_now=True, is_quality=False)


def _series(shadow: str, start: int, limit: int, *, takes_and: bool) -> list[tuple[int, int]]:
    """Return the further items of a list that commas part and "or" closes; none where none does.

    "No chat, payments or recordings" refuses three things. "And" closes such a list behind verbs
    alone ("we don't need chat, payments and recordings"): "no login, search and maps" may wish two.
    """
    closing = {"or", "nor", "and"} if takes_and else {"or", "nor"}
    found: list[tuple[int, int]] = []
    while piece := _PIECE.match(shadow, start, limit):
        stop = _ITEM_END.search(shadow, piece.end(), limit)
        end = stop.start() if stop else limit
        joined = _JOINED.search(shadow, piece.end(), end)
        is_last = piece["join"] is not None or joined is not None
        join = piece["join"] or (joined["join"] if joined else None)
        cuts = (
            [(piece.end(), joined.start()), (joined.end(), end)] if joined else [(piece.end(), end)]
        )
        if (is_last and join not in closing) or not all(_is_item(shadow[a:b]) for a, b in cuts):
            return []
        found += cuts
        if is_last:
            return found
        start = end
    return []


def _is_item(words: str) -> bool:
    """Say whether words may be one thing of a list, with no subject and no verb of their own."""
    parts = words.split()
    if not 0 < len(parts) <= 4 or parts[0][0].isdigit():
        return False
    if parts[0] in _NO_ITEM or not set(parts).isdisjoint(MODALS | AUXILIARIES):
        return False
    return len(parts) == 1 or not (is_verb(parts[0]) and parts[1] in DETERMINERS)


def _names_part(shadow: str, start: int) -> bool:
    """Say whether a part of some software is named next ("there is no public registration")."""
    patterns = (*FEATURES.values(), *INTEGRATIONS.values(), _PARTS)
    # "No timers, no lives, no ads": one part of the row speaks for the others.
    places = [start, *(each.end() for each in _NEXT_NO.finditer(shadow, start, start + 80))]
    return any(
        (found := each.search(shadow, place, place + 40)) and found.start() <= place + 16
        for place in places
        for each in patterns
    )


def _items(shadow: str, start: int, limit: int, is_of_things: bool) -> Iterator[tuple[int, int]]:
    """Yield the stretches that a cue governs, joined by "or" or "and".

    A verb that agrees with a subject ends what is refused: "does not need the internet and stores
    all data" refuses one thing. After "neither" it is what is refused.
    """
    stop = _ITEM_END.search(shadow, start, limit)
    end = stop.start() if stop else limit
    cut = start
    for match in re.finditer(r"\s+(?:or|nor|and)\s+|\s*/\s*", shadow[start:end]):
        first = shadow[start + match.end() : end].split(" ")[0]
        if is_of_things and is_verb(first) and first.endswith("s"):
            end = start + match.start()
            break
        yield cut, start + match.start()
        cut = start + match.end()
    yield cut, end


def _refusal(
    reading: Reading, match: re.Match[str], start: int, end: int, *, is_first: bool
) -> Refusal | None:
    shadow = reading.shadow
    if article := _DETERMINER.match(shadow, start, end):
        start = article.end()
    start, end = trimmed(shadow, start, end)
    words = shadow[start:end].split()
    limit = next((last for first, last in reading.sentences if first <= start < last), end)
    if match["no"] and words and (ones := _WHICH_ONES.match(shadow, end, limit)):
        end = trimmed(shadow, start, ones.end())[1]
    if words and words[0] in PRONOUNS:
        return None
    if not words or len(words) > 8 or (match["without"] and words[0].endswith("ing")):
        return None
    if match["without"] and _DENIED.search(
        shadow[_sentence_start(shadow, match.start()) : match.start()]
    ):
        return None
    if match["no"] and (is_verb(words[0]) and len(words) > 3):
        return None
    phase = _PHASE.match(shadow, end)
    return Refusal(
        item=reading.text[start:end],
        start=match.start() if is_first else start,
        end=phase.end() if phase else end,
        item_start=start,
        item_end=end,
        is_for_now=phase is not None or match["later"] is not None,
        # "Without losing data" speaks of how well; "without storing data" of what is not done.
        is_quality=not match["handling"] and phase is None and _is_quality(words),
    )


def _is_quality(words: Sequence[str]) -> bool:
    """Say whether what is missing is a way of working ("errors", "a connection") and no thing."""
    if not _QUALITY.isdisjoint(words):
        return True
    # "Signal on the boat", "help of the office": what a preposition adds tells where or whose.
    head = list(itertools.takewhile(lambda each: each not in PREPOSITIONS, words))
    known = _QUALITY_ALONE | _QUALIFIED
    return bool(head) and head[-1] in _QUALITY_ALONE and all(each in known for each in head)


def _sentence_start(shadow: str, at: int) -> int:
    return max(shadow.rfind(mark, 0, at) for mark in ".!?;\n") + 1


def _behind(reading: Reading) -> Iterator[Refusal]:
    shadow = reading.shadow
    for clause in reading.clauses:
        match = _AFTER.search(shadow, clause.start, clause.end)
        if match is None:
            continue
        start, end = trimmed(shadow, match.start("item"), match.end("item"))
        # The item is the last stretch before the words that refuse it.
        comma = max(
            shadow.rfind(",", start, end),
            shadow.rfind(" but ", start, end) + 4 * (" but " in shadow[start:end]),
        )
        start, end = trimmed(shadow, comma + 1 if comma >= start else start, end)
        if article := _DETERMINER.match(shadow, start, end):
            start = article.end()
        if not 0 < len(shadow[start:end].split()) <= 5 or _EXEMPT.match(shadow, start, end):
            continue
        if _LATER.search(shadow, start, match.end()):
            continue
        yield Refusal(
            reading.text[start:end],
            start,
            match.end(),
            start,
            end,
            is_for_now=True,
            is_quality=False,
        )
