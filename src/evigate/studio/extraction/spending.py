"""What a project may cost: an amount near a word for spending, or one that stands by itself.

An amount is a price near "per" and a loss near "costs us": neither is a budget.
"""

import re
from collections.abc import Iterator

from evigate.language.money import Amount, amounts
from evigate.studio.extraction.models import Found
from evigate.studio.extraction.reading import Reading
from evigate.studio.fields import BUDGET

# A smaller sum without a word for spending is rather a price.
SUM_MIN = 300
_SPENDING = re.compile(
    r"budget|grant\s+(?:gives|pays|covers|of)|contract\s+value|we\s+can\s+manage|\d\s*k\s+(?:max|tops|at\s+most|or\s+less)\b|spend|afford|envelope|capex|opex|(?:with|has|have)\s+a\s+cap\s+of|capped\s+at|(?:stay|remain|keep)s?\s+(?:it\s+)?(?:under|below)|invest|funding|funded"
    r"|\bcosts?\s+(?:at\s+most|up\s+to|max|no\s+more|less|under|below)|max(?:imum|\.)?(?=\s*(?:[\d$€£]|$))|price\s+cap|ceiling"
    r"|(?:no|not)\s+more\s+than|put\s+in\b|chip\s+in\b|at\s+(?:the\s+(?:very\s+)?)?most|(?:can(?:\s?not|['’]t)|won['’]t|not)\s+(?:cost|exceed|go\s+(?:over|above))|(?:must|should|may)\s+(?:not\s+)?(?:cost|be\s+(?:free|under|below))|(?:can|could|would|will|might|['’]d)\s+pay|willing\s+to\s+pay|\bgrants?\s+(?:of|over|for)\b|\bfunds?\s+(?:of|available|amount\s+to|are|come\s+to)|(?:estimated|expected|total|project|maximum|planned)\s+(?:costs?|price|volume)\s*(?::|is|are|of)|set\s+aside|put\s+aside|scrape\s+together|sponsor(?:s|ed|ship)?\b|hinted\s+at|approved\b|granted\b|cheap|presupuesto|bis\s+zu"
)
_SUM_SAID = re.compile(
    r"\d\s+(?:all\s+in\b|all\s+included|including\s+everything)|\d\s*k?\s+is\s+what\s+(?:we|i)\s+have"
)
# "9000 all in" is money, whatever stands before it.
_CLOSED_SUM = re.compile(
    r"\s*(?:all\s+in\b|all\s+included|including\s+everything|is\s+what\s+(?:we|i)\s+have)"
)
# "Users set a budget of 200 euros", "members pay ten euros": money of those who use it.
_THEIRS = re.compile(
    r"\b(?:users?|members|applicants?|customers|guests|families|participants|people|they|each\s+\w+|every\s+\w+)\s+"
    r"(?:(?:can|may|could|must|should|to)\s+)?(?:set|enter|ask|plan|pay|request|spend|donate|apply|receive|get|give|have)s?\b[^.;]{0,40}$"
)
_PAST = re.compile(r"\s*(?:last|in\s+(?:the\s+)?(?:past|previous)|of\s+damage|ago)\b")
_PRICED = re.compile(
    r"per\b|/|each\b|fee|price|deposit|ticket|discount|donat|voucher|salar|fine\b|subscription|a\s+(?:month|week|year|day)\b|every\b"
)
# "At most 40" may be anything; "at most 40k" and "budget 40" are money.
_MONEY_WORD = re.compile(
    r"budget|spend|afford|invest|fund|cost|pay|price|grant|sponsor|set\s+aside|hinted\s+at|presupuesto|cheap|not\s+(?:go\s+(?:over|above)|exceed)"
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
    r"\b(?:nothing\s+to\s+spend|no\s+funds?\b|no\s+funding|without\s+(?:a\s+|any\s+)?budget|(?:must|should|may)\s+cost\s+(?:nothing|a\s+(?:thing|penny|cent))|budget\s*(?::|is)\s*(?:basically\s+|practically\s+|more\s+or\s+less\s+)?(?:my\s+own|our\s+own|zero|nil|none|nothing|0(?!\d|[.,]\d))|free[\s-]tier(?:\s+hosting)?|on\s+a\s+shoestring)|\b(?:(?:no|zero|tiny|small|shoestring|low|tight|limited|very\s+little)\s+budget|(?:tiny|small|limited|very\s+little)\s+money)\b|\b(?:must|should|has\s+to)\s+be\s+(?:free|cheap)(?:\s+of\s+charge)?\b|\bno\s+money(?=\s*(?:[.,;:!?)\n]|$|-|for\s+(?:this|it|that|the\s+project|software)\b|left\b|at\s+all\b|and\b|but\b|to\s+spend\b))|\bas\s+cheap\s+as\s+possible\b|\b(?:cannot|can't|can\s+not)\s+(?:pay|afford)\b(?:\s+\w+){0,4}"
)


def budget_claims(reading: Reading) -> Iterator[Found]:
    """Yield what may be spent: the surest sum of the text, or that there is hardly any money."""
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
    if _THEIRS.search(sentence, max(0, amount.start - 60), amount.start):
        return 0.0
    if _COMPARED.search(before) and not _MONEY_WORD.search(before):
        return 0.0
    if _SPENDING.search(before) or re.match(
        r"\s*(?:once\s+|in\s+all\s+|a\s+(?:month|year)\s+)?(?:is\s+(?:the\s+most|all|what)\s+(?:we|i)\b|all\s+included\b|including\s+everything\b|is\s+(?:ok|okay|fine|possible|the\s+limit)\b|from\s+(?:the\s+|a\s+|our\s+)(?:\w+\s+){0,2}(?:fund|grant|council|foundation|sponsors?|raffle|lottery|budget)\b|(?:is|are)\s+(?:set\s+aside|available|earmarked|approved|reserved)\b|budget|max(?:imum)?\b|at\s+(?:the\s+(?:very\s+)?)?most|tops\b|or\s+less|all\s+in\b|in\s+total|is\s+(?:our|the)\s+(?:budget|limit|max))",
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
