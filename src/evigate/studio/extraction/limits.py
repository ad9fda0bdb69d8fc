"""The limits of a project: time, money, machines, systems that stay, data to protect, scale, level.

Each is a lexicon or a parser of `evigate.language` and a look at what stands around: an amount is a
budget near a word for spending and a price near "per"; "within 5 seconds" is no deadline.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from evigate.language.deadlines import Deadline, deadlines
from evigate.language.money import Amount, amounts
from evigate.studio.extraction.lexicon import INTEGRATIONS as INTEGRATION_WORDS
from evigate.studio.extraction.lexicon import SENSITIVE, SYSTEMS, TECHNICAL
from evigate.studio.extraction.listing import state_places
from evigate.studio.extraction.models import Found
from evigate.studio.extraction.reading import Reading
from evigate.studio.extraction.refusals import Refusal
from evigate.studio.fields import (
    BUDGET,
    EXISTING_SYSTEMS,
    INTEGRATIONS,
    SENSITIVE_DATA,
    TECHNICAL_CONSTRAINTS,
    TECHNICAL_LEVEL,
    TIMELINE,
)

# A smaller sum without a word for spending is rather a price.
SUM_MIN = 300
_SPENDING = re.compile(
    r"budget|\d\s*k\s+(?:max|tops|at\s+most|or\s+less)\b|spend|afford|envelope|capex|opex|(?:with|has|have)\s+a\s+cap\s+of|capped\s+at|(?:stay|remain|keep)s?\s+(?:it\s+)?(?:under|below)|invest|funding|funded"
    r"|\bcosts?\s+(?:at\s+most|up\s+to|max|no\s+more|less|under|below)|max(?:imum|\.)?(?=\s*(?:[\d$€£]|$))|price\s+cap|ceiling"
    r"|no\s+more\s+than|at\s+(?:the\s+(?:very\s+)?)?most|(?:can(?:\s?not|['’]t)|won['’]t|not)\s+(?:cost|exceed|go\s+(?:over|above))|(?:must|should|may)\s+(?:not\s+)?(?:cost|be\s+(?:free|under|below))|can\s+pay|willing\s+to\s+pay|cheap|presupuesto|bis\s+zu"
)
_SUM_SAID = re.compile(
    r"\d\s+(?:all\s+in\b|all\s+included|including\s+everything)|\d\s*k?\s+is\s+what\s+(?:we|i)\s+have"
)
# "9000 all in" is money, whatever stands before it.
_CLOSED_SUM = re.compile(
    r"\s*(?:all\s+in\b|all\s+included|including\s+everything|is\s+what\s+(?:we|i)\s+have)"
)
_PAST = re.compile(r"\s*(?:last|in\s+(?:the\s+)?(?:past|previous)|of\s+damage|ago)\b")
_PRICED = re.compile(
    r"per\b|/|each\b|fee|price|deposit|ticket|discount|donat|voucher|salar|fine\b|subscription|a\s+(?:month|week|year|day)\b|every\b"
)
# "At most 40" may be anything; "at most 40k" and "budget 40" are money.
_MONEY_WORD = re.compile(
    r"budget|spend|afford|invest|fund|cost|pay|price|presupuesto|cheap|not\s+(?:go\s+(?:over|above)|exceed)"
)
# "Orders over $500" and "invoices worth 2,000" say what is meant, and "it under 500" is a budget.
_COMPARED = re.compile(
    r"\b(?!no\b|not\b|it\b|this\b|that\b|all\b|everything\b|total\b|project\b|for\b|is\b|are\b|be\b|stays?\b|us\b)"
    r"[a-z]+\s+(?:(?:of|worth|for)\s+)?(?:over|above|below|under|exceeding|beyond|worth|more\s+than|less\s+than)\s+$"
)
_TROUBLED = re.compile(
    r"cost(?:s|ing)?\s+(?:us|them|each|me|about|around|roughly|nearly|some|almost|over)\b|los(?:e|es|ing|t)\b|wast(?:e|ed|es|ing)|revenue|turnover|worth\s+of|save|saving|fined|ruined\b|damage|gone\b|last\s+year|that\s+was\b"
)
# "A first version in ten weeks with 15k."
_PUT_IN = re.compile(r"\b(?:with|for|on)\s+(?:about\s+|around\s+|roughly\s+)?$")
_BUILT = re.compile(
    r"\b(?:mvp|prototype|pilot|(?:first\s+)?(?:version|release)|launch|build\s+(?:it|this))\b"
)
_NO_BUDGET = re.compile(
    r"\b(?:(?:no|zero|tiny|small|shoestring|low|tight|limited|very\s+little)\s+budget|(?:tiny|small|limited|very\s+little)\s+money)\b|\b(?:must|should|has\s+to)\s+be\s+(?:free|cheap)(?:\s+of\s+charge)?\b|\bno\s+money(?=\s*(?:[.,;:!?)\n]|$|-|for\s+(?:this|it|that|the\s+project|software)\b|left\b|at\s+all\b|and\b|but\b|to\s+spend\b))|\bas\s+cheap\s+as\s+possible\b|\b(?:cannot|can't|can\s+not)\s+(?:pay|afford)\b(?:\s+\w+){0,4}"
)
_PROPER = r"[A-Z][a-z]+[A-Z]\w*|[A-Z]\w+"
_KEPT_IN_SYSTEMS = (
    r"everything|all\s+of\s+it|data|records?|lists?|catalogues?|catalogs?|billing|bookkeeping|accounting|bookings?"
    r"|orders?|invoices?|prices?|stock|contacts?|accounts?|seats|tickets|schedules?|files|documents|payroll"
)
_USED = re.compile(
    rf"""(?:\b[Ee]xisting(?:\s+\w+)?:
    |\b(?:(?:[Ww]e|[Tt]hey|[Ss]taff)\s+(?:already\s+|currently\s+|now\s+|still\s+)?
        (?:use|run|work\s+with|have|are\s+on|(?:must|have\s+to|want\s+to|need\s+to|should)\s+(?:stay\s+(?:on|with)|keep(?:\s+using)?))
    |[Uu]sing|[Rr]eplac(?:e|es|ing)|[Ii]ntegrat(?:e|es|ed|ion)\s+with|[Ss]ync(?:s|ed)?\s+with|[Ee]xports?\s+to|[Mm]igrate\s+from
    |[Ii]nterfaces?\s+(?:with|to)|[Cc]onnect(?:s|ed|ion)?\s+(?:with|to)|[Kk]eep(?=\s+[A-Z]\w+\s+(?:for|as)\b)|[Ll]og-?\s?in\s+(?:through|via|with)
    |(?:ERP|CRM|TMS|PMS|[Ss]ystem|[Ss]oftware|[Tt]ill|[Ss]hop)\s+(?:is|runs\s+on))
    |\b(?:{_KEPT_IN_SYSTEMS})\s+(?:is|are|stays?|remains?|(?:is|are)\s+(?:kept|held|managed))\s+(?:in|with))
    \s+(?:our\s+|the\s+)?(?:[A-Za-z]+\s+\()?(?P<name>[A-Z][a-z]+[A-Z]\w*|[A-Z]\w+(?:\s+[A-Z]\w+){{0,2}}(?=\s+(?:today|now|already|for|as|and|until|so)\b|[.,;:)]|$))""",
    re.VERBOSE,
)
# "… with Personio and Jira": the second of two names.
_USED_TOO = re.compile(
    rf"\)?\s*(?:,|,?\s+and|\s+or)\s+(?:with\s+|to\s+)?(?P<name>{_PROPER})(?=[\s.,;:)]|$)"
)
_HABIT = re.compile(
    r"\b(?:reply|respond|answer|alert|cancel|refund|remind|notif|deliver(?:ed)?\s+to|pick(?:ed)?\s+up|book|pay|expire|each|every|per)\w*\b"
)
_PLANS = re.compile(
    r"\b(?:live|launch|ready|need|deadline|start|finish|done|complete|deliver|go|ship|by|version|mvp|release|first\s+(?:test|run|show|game|session|event|day)|pilot\w*|trial|timeline|want|must|replaced?|fix|running(?!\s+out)|roll\s*out|open|project|prototype|acceptance|award|require[sd]?|use|using|used)\w*\b"
)
_GOAL = re.compile(r"\s*(?:(?:the|our)\s+)?(?:goal|target|aim|objective|success|kpi)s?\b")
_AT_ONCE = re.compile(r"right\s+away|immediately|yesterday")
_BEGINS = re.compile(
    r"\b(?:launch|pilot|start|begin|go|live|open|roll|release|try|trial|test|use)\w*\b"
)
_LEVELS = (
    (
        "novice",
        re.compile(
            r"not\s+(?:very\s+|really\s+|at\s+all\s+)?(?:tech(?:nical(?:ly)?)?[\s-]*(?:savvy|minded|inclined)?|computer\s+(?:people|literate|savvy)|technical|good\s+with\s+computers)"
            r"|non-?technical(?:\s+\w+)?|nobody\s+(?:is\s+)?technical|no\s+(?:technical|it|computer)\s+(?:skills?|knowledge|experience|background|training|staff|department)"
            r"|elderly|seniors|older\s+people|pensioners|grandparents|computer[\s-]illiterate|technophob\w+|never\s+used\s+a\s+computer|easy\s+(?:enough\s+)?for\s+(?:anyone|everyone|beginners|children|kids)"
            r"|as\s+(?:easy|simple)\s+as\s+possible|without\s+(?:any\s+)?training|beginners?|speak\s+little\s+english|low\s+digital\s+literacy|who\s+are\s+not\s+computer\s+people"
        ),
    ),
    (
        "expert",
        re.compile(
            r"(?:for\s+)?(?:software\s+)?(?:developers|devops\s+engineers?|data\s+scientists|sysadmins|system\s+administrators|power\s+users|tech[\s-]savvy\s+\w+|programmers)|command[\s-]line|highly\s+technical|tech[\s-]savvy"
        ),
    ),
)
_NO_SENSITIVE = re.compile(
    r"\bno\s+(?:personal|sensitive|private|health|customer)\s+(?:data|information)\b|\bdoes\s*n[o']t\s+(?:store|collect)\s+(?:any\s+)?personal\s+\w+\b"
)


def limit_claims(reading: Reading, refused: Sequence[Refusal]) -> Iterator[Found]:
    """Yield the limits that a text states, one kind after the other."""
    yield from _timeline(reading)
    yield from _budget(reading)
    yield from _mentioned(reading, refused, TECHNICAL_CONSTRAINTS, {"": TECHNICAL}, 0.8)
    yield from _mentioned(reading, refused, EXISTING_SYSTEMS, {"": SYSTEMS}, 0.8)
    yield from _named_systems(reading, refused)
    yield from _mentioned(reading, refused, INTEGRATIONS, INTEGRATION_WORDS, 0.75)
    yield from _sensitive(reading, refused)
    yield from _level(reading)


def _timeline(reading: Reading) -> Iterator[Found]:
    best: tuple[float, Deadline] | None = None
    for each in deadlines(reading.shadow):
        if not reading.is_read(each.start):
            continue
        sure = _deadline_sureness(reading, each)
        if sure and (best is None or sure > best[0]):
            best = (sure, each)
    if best is None:
        return
    sure, each = best
    quote = reading.text[each.start : each.end]
    value: dict[str, Any] = {"text": quote}
    if each.date:
        value["date"] = each.date
    if each.count:
        value["within"] = {"count": each.count, "unit": each.unit}
    yield Found(TIMELINE, value, "fact", sure, quote, each.start, each.end, "deadline")


def _deadline_sureness(reading: Reading, each: Deadline) -> float:
    clause = reading.clause_at(each.start)
    around = reading.shadow[max(clause.start, each.start - 60) : each.start]
    behind = reading.shadow[each.end : each.end + 12]
    if re.match(r"\s*(?:before|prior|after|in\s+advance|notice|old|ago|rule)", behind):
        return 0.0
    if each.shape == "aim":
        return 0.9
    # "Goal: waste down by half within a year" says how much, and not when it is to be there.
    if each.shape == "within" and _GOAL.match(reading.shadow, clause.sentence_start):
        return 0.0
    if _stands_alone(reading.shadow, each):
        return 0.7
    if each.unit == "day" and _HABIT.search(around):
        return 0.0
    if each.shape == "by":
        return 0.0 if _HABIT.search(around) and not each.date else 0.8
    if each.shape == "soon" and not _AT_ONCE.match(each.text):
        return 0.7
    is_planned = _PLANS.search(around) is not None
    # "The nurse dictates it right away" tells of work; "we need it right away" of a date.
    if each.shape == "soon":
        return 0.7 if is_planned or not around.strip() else 0.0
    if each.shape == "within":
        return 0.75 if is_planned and not _HABIT.search(around) else 0.0
    if each.text.startswith("after"):
        is_planned = _BEGINS.search(around) is not None
    is_past = re.search(r"\b(?:since|last|was|were|had|audit|founded|opened|started)\b", around)
    return (
        0.7
        if (is_planned and not is_past and re.match(r"(?:from|as|start|on|in|after)", each.text))
        else 0.0
    )


def _stands_alone(shadow: str, each: Deadline) -> bool:
    """Say whether a time is all that stands between two marks ("500 bucks, next month")."""
    before = shadow[: each.start].rstrip(" \t")[-1:]
    after = shadow[each.end :].lstrip(" \t")[:1]
    is_wished = re.match(
        r"\s+(?:would\s+be|is\s+(?:fine|ok|the\s+latest)|at\s+the\s+latest)", shadow[each.end :]
    )
    ends = after in {"", ",", ";", "\n", ".", "!"} or is_wished is not None
    return before in {"", ",", ";", "\n", "."} and ends


def _budget(reading: Reading) -> Iterator[Found]:
    best: tuple[float, Amount] | None = None
    for start, end in reading.sentences:
        sentence = reading.shadow[start:end]
        is_asked = _SPENDING.search(sentence) is not None or _SUM_SAID.search(sentence) is not None
        is_planned = _BUILT.search(sentence) is not None
        for amount in amounts(sentence, is_asked=is_asked or is_planned):
            sure = _budget_sureness(sentence, amount, is_asked=is_asked)
            if sure and (best is None or sure > best[0]):
                moved = Amount(
                    amount.text,
                    amount.start + start,
                    amount.end + start,
                    amount.amount,
                    amount.currency,
                )
                best = (sure, moved)
    if best is not None:
        sure, found = best
        quote = reading.text[found.start : found.end]
        number = int(found.amount) if found.amount == int(found.amount) else float(found.amount)
        value = {"amount": number, "currency": found.currency or None, "text": quote}
        yield Found(BUDGET, value, "fact", sure, quote, found.start, found.end, "budget")
        return
    match = _NO_BUDGET.search(reading.shadow)
    if match and reading.is_read(match.start()):
        quote = reading.text[match.start() : match.end()]
        yield Found(
            BUDGET, {"text": quote}, "fact", 0.7, quote, match.start(), match.end(), "budget"
        )


def _budget_sureness(sentence: str, amount: Amount, *, is_asked: bool) -> float:
    before = sentence[max(0, amount.start - 40) : amount.start]
    after = sentence[amount.end : amount.end + 30]
    is_money = amount.currency or re.search(r"[a-z]$", amount.text)
    is_sum = amount.amount >= SUM_MIN / 10 and _CLOSED_SUM.match(after) is not None
    if not is_money and not _MONEY_WORD.search(before) and not is_sum:
        return 0.0
    if _COMPARED.search(before) and not _MONEY_WORD.search(before):
        return 0.0
    if _SPENDING.search(before) or re.match(
        r"\s*(?:once\s+|in\s+all\s+|a\s+(?:month|year)\s+)?(?:is\s+(?:the\s+most|all|what)\s+(?:we|i)\b|all\s+included\b|including\s+everything\b|is\s+(?:ok|okay|fine|possible|the\s+limit)\b|(?:is|are)\s+(?:set\s+aside|available|earmarked|approved|reserved)\b|budget|max(?:imum)?\b|at\s+(?:the\s+(?:very\s+)?)?most|tops\b|or\s+less|all\s+in\b|in\s+total|is\s+(?:our|the)\s+(?:budget|limit|max))",
        after,
    ):
        is_rate = re.match(r"\s*(?:/|per\b|a\b|each\b)", after) and "free" not in before
        return 0.9 if not is_rate else 0.7
    if not amount.currency and _PUT_IN.search(before) and _BUILT.search(sentence):
        return 0.6
    if (
        not amount.currency
        or _TROUBLED.search(before)
        or _PAST.match(after)
        or _PRICED.match(after.strip())
        or _PRICED.search(before[-18:])
    ):
        return 0.0
    # An amount that stands by itself in a list of limits.
    is_alone = sentence.strip(" .!") == amount.text.strip() or len(sentence.split()) <= 5
    is_large = amount.amount >= SUM_MIN
    return 0.75 if is_alone else (0.6 if is_asked or is_large else 0.0)


def _mentioned(
    reading: Reading,
    refused: Sequence[Refusal],
    field_path: str,
    patterns: dict[str, re.Pattern[str]],
    confidence: float,
) -> Iterator[Found]:
    """Yield each name that a text mentions, at its first place that is not refused."""
    seen: set[str] = set()
    for name, pattern in patterns.items():
        for match in pattern.finditer(reading.shadow):
            start, end = match.span()
            is_refused = any(each.start <= start < each.end for each in refused) and not match[
                0
            ].startswith(("without", "no "))
            if not reading.is_read(start) or is_refused or _is_likened(reading.shadow, start):
                continue
            value = name or " ".join(reading.text[start:end].split())
            if value.casefold() in seen:
                continue
            seen.add(value.casefold())
            yield Found(
                field_path,
                value,
                "fact",
                confidence,
                reading.text[start:end],
                start,
                end,
                "lexicon",
            )
            if name:
                break


def _named_systems(reading: Reading, refused: Sequence[Refusal]) -> Iterator[Found]:
    """Yield programs that no list knows, by their name: "we run EasyVet today"."""
    for start, end in _named_after(reading.text[: len(reading.shadow)]):
        name = reading.text[start:end]
        is_refused = any(each.start <= start < each.end for each in refused)
        if is_refused or not reading.is_read(start) or SYSTEMS.search(name):
            continue
        yield Found(EXISTING_SYSTEMS, name, "fact", 0.65, name, start, end, "named")


def _named_after(text: str) -> Iterator[tuple[int, int]]:
    """Yield where a program is named that is worked with, and those listed beside it."""
    for first in _USED.finditer(text):
        match: re.Match[str] | None = first
        while match is not None:
            yield match.span("name")
            match = _USED_TOO.match(text, match.end("name"))


def _is_likened(shadow: str, start: int) -> bool:
    """Say whether a name only stands for comparison ("an app like Slack", "unlike ShareNow")."""
    return (
        re.search(
            r"\b(?:apps?|something|tool|site|platform|an?)\s+like\s+$|\bunlike\s+$",
            shadow[max(0, start - 18) : start],
        )
        is not None
    )


def _sensitive(reading: Reading, refused: Sequence[Refusal]) -> Iterator[Found]:
    match = _NO_SENSITIVE.search(reading.shadow)
    if match and reading.is_read(match.start()):
        quote = reading.text[match.start() : match.end()]
        yield Found(
            SENSITIVE_DATA, "none", "fact", 0.85, quote, match.start(), match.end(), "sensitive"
        )
        return
    listed = state_places(reading)
    for found in _mentioned(reading, refused, SENSITIVE_DATA, SENSITIVE, 0.75):
        # A board that is "private, shared or final" holds nothing private for that.
        if not any(start <= found.start < end for start, end in listed):
            yield found


def _level(reading: Reading) -> Iterator[Found]:
    for level, pattern in _LEVELS:
        for match in pattern.finditer(reading.shadow):
            if reading.is_read(match.start()):
                quote = reading.text[match.start() : match.end()]
                yield Found(
                    TECHNICAL_LEVEL, level, "fact", 0.75, quote, match.start(), match.end(), "level"
                )
                return
