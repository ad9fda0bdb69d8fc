"""What success is measured by: a number to reach, a direction, or words that say what success is.

A number alone measures nothing: "we sell less than ten boxes a week" is told, "at least ten boxes a
week" is aimed at. So most patterns count only beside a wish, a goal or an "if".
"""

import re
from collections.abc import Iterator

from evigate.studio.extraction.clauses import clause_claim, words_of
from evigate.studio.extraction.described import is_described, is_game
from evigate.studio.extraction.models import Found
from evigate.studio.extraction.reading import Clause, Reading
from evigate.studio.extraction.trouble_words import NUMBER
from evigate.studio.fields import MEASURES

_N = (
    r"(?:\d[\d.,]*|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty"
    r"|fifty|sixty|ninety|a\s+hundred|an?|half\s+an?|a\s+(?:few|couple\s+of)|the(?=\s+hour))"
)
_LESS = r"(?:(?:less|fewer|more|longer|shorter|faster)\s+than|under|below|above|over|about|around|at\s+most|at\s+least)"
_SOON = r"(?:ms|milliseconds?|seconds?|secs?|s)\b"
_LONG = r"(?:minutes?|mins?|hours?|hrs?|days?|weeks?|evenings?|mornings?|months?|clicks?|steps?|taps?)\b"
_PERIOD = r"(?:a|an|per|each|every|in\s+a|in\s+the)\s+(?:\w+\s+)?(?:second|minute|hour|day|night|week|month|quarter|season|year|shift|term|visit|order|person|head|book|case|trip|round)\b"
_QUANTITY = (
    r"(?:numbers?|amounts?|time|times|rates?|costs?|share|errors?|mistakes?|waste|queues?|waits?|waiting|calls?|e-?mails?|paper\w*|delays?|no-shows?|complaints?|sales|revenue|turnover"
    r"|occupancy|attendance|loss(?:es)?|effort|workload|work|trips?|risk|accidents?|returns?|spoilage|emissions?|consumption|participation|bookings?|double[\s-]bookings?|overtime|stock|typing|retyping|phoning|searching|cancellations?|reminders?|tickets?|visits?|money|kilomet(?:re|er)s|miles)"
)
_CHANGES = (
    r"(?:reduc(?:e|es|ing)|cuts?|halv(?:e|es|ing)|lower(?:s|ing)?|decreas(?:e|es|ing)|increas(?:e|es|ing)|rais(?:e|es|ing)|doubl(?:e|es|ing)|shorten(?:s|ing)?|sav(?:e|es|ing)|speed(?:s|ing)?\s+up"
    r"|improv(?:e|es|ing)|boost(?:s|ing)?|minimi[sz](?:e|es|ing)|eliminat(?:e|es|ing)|shrink(?:s|ing)?|bring(?:s|ing)?\s+down|push(?:es)?\s+down|drop(?:s)?|fall(?:s)?|rise(?:s)?|grow(?:s)?|go(?:es)?\s+(?:down|up))"
)

# "Our goal: 30 rides a day", "we'd be happy", "I'd call it a win", "then it has paid for itself".
_SUCCESS = re.compile(
    r"\b(?:we\s+aim\s+(?:at|for|to)\b|success(?:ful)?\b|(?:our\s+|the\s+|my\s+)?(?:goal|target|aim|objective|kpi)s?(?:\s+(?:is|are)\b|\s*[:=])|is\s+(?:my|our|the)\s+(?:goal|target|aim|objective)\b|(?:we|i)(?:'d|\s+would|'m|\s+am|'ll|\s+will)\s+be\s+(?:happy|satisfied|glad|content|delighted)"
    r"|(?:i'm|i\s+am|we're|we\s+are|everybody's|everybody\s+is|everyone's|everyone\s+is)\s+(?:happy|satisfied|content)|(?:good|great|ideal|perfect)\s+would\s+be|measured\s+by|definition\s+of\s+done|it\s+works\s+if|call\s+(?:it|that)\s+a\s+(?:win|success)|(?:paid|pays?)\s+(?:for\s+itself|off\b)|(?:have\s+)?succeed(?:s|ed)?\s+(?:if|when)|would\s+do\s+if|judge\s+(?:it|this|that)\s+by|over\s+the\s+moon|what\s+(?:i|we)\s+promised|don't\s+care\s+about\s+any\s+other"
    r"|(?:a|the)\s+win\s+(?:is|would)|(?:it|that)(?:'s|\s+is|\s+was|\s+would\s+be)\s+worth\s+(?:it|the|every)|get(?:s)?\s+(?:my|our|their|his|her)\s+(?:\w+\s+)?(?:sundays?|saturdays?|weekends?|evenings?|nights?|life|time|fridays?|mondays?)\s+back|(?:good|done)\s+(?:enough\s+)?(?:when|if)\b)"
)
# "Target: defects closed within 14 days": the heading stands in a clause of its own.
_HEADED = re.compile(
    r"\b(?:goals?|targets?|aims?|objectives?|success|kpis?|(?:key\s+)?indicators?|criteri(?:on|a))\s*:\s*$"
)
# "Saves 20 minutes", "cut no-shows by half", "reduce disputed slips to below 0.5 %".
_CHANGE_BY = re.compile(
    r"\b"
    + _CHANGES
    + r"\b[^,;]{0,60}?(?:%|\bper\s?cent\b|\b(?:by|to|from|below|under|above)\s+(?:\w+\s+){0,2}?(?:\d|half|a\s+(?:third|quarter|fifth|tenth)|zero|"
    + _N
    + r"\s+"
    + _PERIOD
    + r")|\b\d+\s*(?:"
    + _SOON
    + "|"
    + _LONG
    + r")|\b(?:"
    + _N
    + r")\s+(?:hours|minutes|days))"
)
# "Meant to cut the number of empty tables", "reduces the time wasted": a direction alone.
_DIRECTION = re.compile(
    r"\b"
    + _CHANGES
    + r"\s+(?:the\s+|our\s+|their\s+|its\s+|my\s+)?(?:[\w'’-]+\s+){0,2}?"
    + _QUANTITY
    + r"\b"
    r"|\b(?:fewer|less)\s+(?:[\w'’-]+\s+){0,2}?"
    + _QUANTITY
    + r"\b|\b(?:zero|not\s+a\s+single|no\s+more)\s+(?:[\w'’-]+\s+)?(?:\w+ing|"
    + _QUANTITY
    + r")\b|\b(?:grumble|complain|wait|search|type|phone|worry|drive|travel|walk|print|waste|throw\s+away|spend|lose|argue|call|write|copy)\s+less\b"
)
# "From 30 % to below 10 %", "a rate of 18 % instead of 26 %".
_FROM_TO = re.compile(
    r"\bfrom\s+(?:about\s+|around\s+)?(?:\d[\d.,]*\s*%|[^,;]{1,30}?\s(?:down|up))\s*(?:[\w-]+\s+){0,3}?to\s+(?:[a-z]+\s+){0,2}?(?:\d|"
    + _N
    + r"\b)|\bdown\s+from\s+\d|\b\d[\d.,]*\s*%\s+(?:instead\s+of|rather\s+than)\b"
)
# "Within five minutes instead of forty", "in the evening rather than at the weekend".
_INSTEAD = re.compile(
    r"\b(?:in|within|under|by|on|over)\s+(?:[\w-]+\s+){1,4}?(?:instead\s+of|rather\s+than|and\s+not)\s+(?:(?:after|in|on|at|within|over)\s+)?(?:"
    + _N
    + r"\b|weekends?\b)"
)
# "In less than a second", "under 150 ms", "60 fps": how fast software is.
_FAST = re.compile(
    r"\b(?:in|within|under|below|less\s+than|exceed|faster\s+than)\s+(?:"
    + _LESS
    + r"\s+)?"
    + _N
    + r"\s*(?:\w+\s+)?"
    + _SOON
    + r"(?!\s+(?:window|screen|tab|step|phase|round|version|language|list|column|place|stage|file|one|time|hand|person|line|device|monitor)\b)|\b\d+\s*(?:fps|frames\s+(?:per|a)\s+second)\b|\bframe\s*rate\b.*\d"
    r"|\b(?:feels?|be|is|seem|appear)\s+(?:\w+\s+)?(?:instant|instantaneous|immediate|snappy)\b"
)
# "300 files in under ten minutes", "finish within three minutes".
_DONE_IN = re.compile(
    r"\b(?:in|within|under|below|less\s+than|at\s+most|no\s+more\s+than|(?:in|within)\s+"
    + _LESS
    + r")\s+"
    + _N
    + r"\s+(?:\w+\s+)?"
    + _LONG
)
_PERFORMS = re.compile(
    r"\b(?:finish\w*|load\w*|runs?|process\w*|chew\w*|complet\w+|done|find|found|hear|know|answer\w*|repl(?:y|ied|ies)|respon[ds]\w*|reach|search\s+time|response|time|start\w*|open\w*|import\w*|render\w*|comput\w+|calculat\w+|scan\w*|handled|solved|fixed|served|settled|available|appear\w*|get\s+\w+\s+through|learn\w*|go\s+out|sent|delivered|paid|shipped|lists?|closed?|reaches)\b"
)
# "At least 95 % of totals correct", "below three a week", "at least 400 rides per month".
_THRESHOLD = re.compile(
    r"\b(?:at\s+least|at\s+most|no\s+more\s+than|not\s+more\s+than|fewer\s+than|less\s+than|more\s+than|below|under|above|over)\s+"
    + _N
    + r"\s*(?:%|per\s?cent\b|(?:[\w'’-]+\s+){0,3}?"
    + _PERIOD
    + r")|\b\d\d(?:[.,]\d+)?\s*%\s+(?:availability|uptime|accuracy|accurate|correct|occupancy|of\s+(?:the\s+|all\s+)?\w+)"
)
# "They quit if it takes more than two minutes".
_TAKES = re.compile(
    r"\b(?:takes?|exceeds?)\s+(?:any\s+)?(?:(?:(?:no|not)\s+)?(?:more|longer|less)\s+than|under|at\s+most)\s+"
    + _N
    + r"\s+(?:"
    + _SOON
    + "|"
    + _LONG
    + r")|\b(?:should|must)\s+(?:only\s+)?take\s+"
    + _N
    + r"\s+(?:"
    + _SOON
    + "|"
    + _LONG
    + ")"
)
# "99.9 % availability": a promise wherever it is named.
_SERVICE = re.compile(
    r"\b(?:availability|uptime|accuracy)\s*(?:of|:|=|is)?\s*(?:at\s+least\s+)?\d\d(?:[.,]\d+)?\s*(?:%|per\s?cent\b)|\b\d\d(?:[.,]\d+)?\s*%\s+(?:availability|uptime|accuracy)\b"
)
# "Should get a price within ten minutes"; to accept or to cancel in time is a rule.
_SWIFT = re.compile(
    r"\b(?:should|must|demands?|expects?|needs?|has\s+to|have\s+to)\b[^,;]*\bwithin\s+"
    + _N
    + r"\s+(?:minutes?|hours?)\b"
)
_IN_TIME = re.compile(r"\b(?:accept|approv|comment|cancel|return|pay|confirm|object|answer\s+by)")
# "The smallest possible number of transfers".
_LEAST = re.compile(
    r"\b(?:smallest|lowest|least|fewest|highest|greatest)\s+possible\s+"
    + _QUANTITY
    + r"\b|\bas\s+(?:few|little)\s+"
    + _QUANTITY
    + r"\s+as\s+possible\b"
)
# "If the calls went down by a third", "reduced to 40 minutes".
_IF_ONLY = re.compile(
    r"\bif\b[^,;]{0,60}?\b(?:went\s+(?:down|up)|came\s+down|dropped|fell|(?:was|were)\s+(?:\w+\s+){0,2}?(?:cut|halved|right|reduced|gone))\b"
)
_CUT_TO = re.compile(
    r"\b(?:reduced|lowered|shortened|cut|brought\s+down|raised|increased)\s+(?:from\s+\S+\s+)?(?:to|by)\s+(?:\w+\s+)?(?:\d|half|a\s+third|"
    + _N
    + r"\s)"
)
# "Zero forgotten patients", "60 percent of claims closed in ten days".
_ZERO = re.compile(r"^(?:zero|not\s+one|no\s+more)\s+(?:\w+(?:ed|en|ing)|lost|missed|sent)\s+\w+")
_PART_IN = re.compile(
    r"\b\d+(?:[.,]\d+)?\s*(?:%|per\s?cent)\s+of\s+(?:[\w'-]+\s+){1,3}\w+ed\s+(?:in|within)\s+" + _N
)
# "Reception must see it the same second".
_AT_ONCE = re.compile(
    r"\b(?:should|must|has\s+to|have\s+to|needs?\s+to)\b[^,;]*\bthe\s+same\s+(?:second|minute|hour)\b"
)
# "Would save me two mornings a week".
_SAVES = re.compile(
    r"\b(?:sav(?:e|es|ing)|spar(?:e|es|ing)|free(?:s|ing)?\s+up|win(?:s|ning)?\s+back)\b[^,;]{0,50}?\b(?:"
    + _N
    + r"|hours|days|thousands?)\s+(?:\w+\s+){0,3}?"
    + _PERIOD
)
# "Two weeks earlier", "half an hour sooner".
_SOONER = re.compile(
    r"\b" + _N + r"\s+(?:\w+\s+)?(?:" + _LONG + r")\s+(?:earlier|sooner|faster|quicker)\b"
)
# "No-shows down to one a week", "falls from 50 to 15 minutes", "only one in ten".
_DOWN_TO = re.compile(
    r"\bdown\s+to\s+(?:\w+\s+)?" + _N + r"\b|\b(?:only\s+)?one\s+in\s+(?:" + _N + r")\b"
)
_FALLS = re.compile(
    r"\b(?:falls?|drops?|rises?|goes|go|shrinks?|grows?)\s+(?:again\s+)?from\s+\S+(?:\s+\w+)?\s+to\s+\S+"
)
# "Gets the report within 24 hours", "to record a fault in less than two minutes".
_GETS_IN = re.compile(
    r"\b(?:gets?|receives?|sees?|knows?|hears?|published|online|visible|record|report|enter|file|log|submit)\b[^,;]{0,60}?\b(?:within|in\s+(?:less\s+than|under)|under)\s+"
    + _N
    + r"\s+(?:minutes?|hours?)\b"
)
# "One bill instead of twenty-two receipts".
_ONE_FOR = re.compile(
    r"\b(?:one|a\s+single)\s+\w+[^,;]{0,40}?\b(?:instead\s+of|rather\s+than)\s+(?:\d|"
    + _N
    + r"\b|twenty)"
)
_WANTED = re.compile(
    r"\b(?:should|must|shall|wants?|need(?:s)?|aims?|goals?|targets?|objectives?|expects?|hopes?|would|will|if|when|meant|intended|designed|so\s+that|in\s+order|criteri(?:on|a)|is\s+to|are\s+to|let's|get\s+us|i'd|we'd|sla|kpi|have\s+to|has\s+to|promise[sd]?|supposed)\b|^(?:at\s+least|below|under|zero|fewer|less|cut|reduce|halve|double|increase|save|lower|bring|raise)\b|^(?:[\w-]+\s+){0,2}(?:response|reply|answer|search|delivery|processing|turnaround)s?\b"
)
# "Alert me if it goes over 2 %", "with increasing difficulty", "meals for up to seven days".
_NO_AIM = re.compile(
    r"\b(?:alerts?|warns?|reminds?|notif\w+|warning|reminder|discount|deposit|fee|expires?|older\s+than|younger\s+than|under\s+1[0-8]|over\s+(?:1[0-8]|60|65))\b|\b(?:with|of)\s+(?:increasing|growing|decreasing)\b"
)
_IF = re.compile(r"\b(?:if|when(?:ever)?|before|after)\b")
# "Meals for up to seven days" is what fits in.
_ROOM = re.compile(r"\bup\s+to\b")
# "Answers within seven days": what is promised whenever it is asked.
_PROMISED = re.compile(
    r"\b(?:answers?|repl(?:y|ies)|respon[ds]\w*|closes?|resolves?|pays?)\b[^,;]{0,30}\bwithin\s+"
    + _N
    + r"\s+(?:\w+\s+)?"
    + _LONG
)
# "An average wait of less than 20 minutes".
_AVERAGE = re.compile(
    r"\b(?:wait(?:ing)?|times?|response|latency|delay|duration|turnaround)\b(?:\s+[\w-]+){0,4}?\s+(?:of\s+|to\s+)?(?:less\s+than|under|below|at\s+most|no\s+more\s+than)\s+"
    + _N
    + r"\s+"
    + _LONG
)
# "Reach forty words per minute", "hit 500 bookings".
_REACHES = re.compile(
    r"\b(?:reach|hit|achieve|attain|get\s+to)\s+(?:\w+\s+){0,2}?" + _N + r"\s+\w+"
)
# Of today or of the past: told, and not aimed at.
_PAST = re.compile(
    r"\b(?:currently|today|last\s+(?:year|month|week|season)|at\s+present|dropped|fell|rose|lost|was|were|has\s+been|have\s+been|right\s+now|often|usually|every\s+(?:time|week))\b"
)
_MONEY = re.compile(
    r"[$€£]|\b(?:budget|euros?|dollars?|pounds?|francs?|price|costs?\s+(?:capped|below|under))\b"
)


# What sets a number wherever it stands, and what does so only where something is wanted.
_PLAIN = (
    _FAST, _INSTEAD, _PROMISED, _AVERAGE, _SERVICE, _FALLS, _ONE_FOR, _SAVES,
    _IF_ONLY, _ZERO, _PART_IN, _AT_ONCE,
)  # fmt: skip
_AIMED = (_THRESHOLD, _TAKES, _REACHES, _SOONER, _DOWN_TO, _CUT_TO)


def aim_claims(reading: Reading) -> Iterator[Found]:
    """Yield what success is measured by."""
    for clause in reading.clauses:
        sure = _sureness(reading, clause)
        if sure:
            yield clause_claim(reading, clause, MEASURES, sure, "measure")


def _sureness(reading: Reading, clause: Clause) -> float:
    """Return how sure it is that a clause says what success is measured by; 0 where it does not."""
    words = words_of(reading, clause)
    is_number = _tells_number(words)
    before = reading.shadow[clause.sentence_start : clause.start]
    if _HEADED.search(before) and (NUMBER.search(words) or _DIRECTION.search(words)):
        return 0.85
    if _SUCCESS.search(words) and (is_number or NUMBER.search(words) or not is_described(reading)):
        return 0.85
    if is_game(reading) and is_described(reading):
        return 0.65 if _FAST.search(words) and _WANTED.search(words) else 0.0
    is_swift = _FAST.search(words) and not _IF.search(words)
    if _NO_AIM.search(words) and not is_swift:
        return 0.0
    if is_number:
        return 0.75
    is_wanted = _WANTED.search(words) or is_described(reading)
    is_direction = _DIRECTION.search(words) and is_wanted and not _PAST.search(words)
    return 0.65 if is_direction or _LEAST.search(words) else 0.0


def _tells_number(words: str) -> bool:
    """Say whether words set a number to reach."""
    if any(each.search(words) for each in _PLAIN):
        return True
    if _ROOM.search(words):
        return False
    if _MONEY.search(words) and "%" not in words:
        return False
    is_wanted = _WANTED.search(words) is not None
    if is_wanted and _DONE_IN.search(words) and _PERFORMS.search(words):
        return True
    is_prompt = _SWIFT.search(words) or (_GETS_IN.search(words) and not _PAST.search(words))
    if is_prompt and not _IN_TIME.search(words):
        return True
    if is_wanted and (_CHANGE_BY.search(words) or _FROM_TO.search(words)):
        return True
    if not is_wanted or _PAST.search(words):
        return False
    return any(each.search(words) for each in _AIMED)
