"""Who may see or do what: roles, rights and what stays private."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from evigate.studio.extraction.clauses import clause_claim, words_of
from evigate.studio.extraction.models import Found
from evigate.studio.extraction.reading import Clause, Reading, trimmed
from evigate.studio.extraction.refusals import Refusal
from evigate.studio.fields import ROLES_AND_ACCESS

_BUT = re.compile(r"(?:but|and)\s+")
_SO_THAT = re.compile(r"^(?:so\s+)?that\b|^so\b")
_ACCESS = re.compile(
    r"\bonly\s+be\s+(?:seen|read|opened|changed|edited|viewed|accessed)\b|\bown\s+\w+\s+only\b|\bonly\s+(?:their|his|her|its|see|the\s+cases|own|for|visible|by|access|view|edit)\b|\b(?:see|sees|view|edit|access|read|change|delete)\s+(?:only|just|all|every\w*|any\w*|each|who\s+(?:is|has))\b|\b(?:only|just)\s+(?!(?:runs?|works?|opens?)\b)(?:\w+\s+){1,6}(?:can|may|should|must|see|sees|view|edit|change|are\s+allowed)\b"
    r"|(?<!location\s)(?<!camera\s)(?<!no\s)\bpermissions?\b|\b(?:user\s+)?roles?\b(?![\s-]+play)|\baccess\s+(?:rights?|control|levels?|(?<!remote\saccess\s)to)\b|\bread[\s-]only\b|\b(?:read|write|view|viewing|reading)\s+(?:access|rights?)\b|\bvisible\s+(?:to|for|only)\b|\b(?:may|must|can|should|are)\s*(?:not|n't|never|\s+not)\s+(?:be\s+)?(?:allowed\s+to\s+)?(?:see|view|edit|access|read|change|delete|register|show|open)\w*"
    r"|\b(?:is|are|be|stays?|remains?|kept|keep\s+\w+)\s+(?:\w+ly\s+)?private\b(?!\s+(?:lessons?|trips?|customers?|clients?|links?))|\bconfidential\b|\bbut\s+(?:never|not|no)\s+(?!(?:in|for|yet|at|now|later)\b)\w+|\bnever\s+(?:show|see|share|reveal)\w*|(?<!auto-)(?<!never\s)\bapprov(?:e|es|al|als)\b|\badmin(?:istrator)?s?\s+(?:can|may|should|will|manage\w*|approve\w*)\b|(?<!\bthat\s)(?<!\bi\s)\bcan\s+(?:see|manage|approve|edit|delete)\b|\bmay\s+(?:see|manage|approve|edit|delete)\b|\bown\s+(?:data(?!\s+cent)|records|salon|cases|orders|child|class)\b|\b(?:see|view|edit|access|read|change|manage)s?\s+(?:only\s+)?(?:(?:what|when|where|that|whether|how)\s+)?(?:their|his|her|its)\s+own\b"
    r"|\balone\s+(?:may|can)\s+\w+|\b(?:see|view|get|receive|read|access(?!\s+database)|open)s?\s+(?:[\w'’-]+\s+){1,4}(?:only|alone)\b|\b(?:visible|shown|open|accessible|available)\s+to\s+(?:[\w'’-]+\s+){1,4}(?:alone|only)\b|\bwith(?:out)?\s+(?:an?\s+)?(?:parent|guardian|supervisor)\b|\b(?:must|may|should)\s+have\s+no\s+access\b"
    r"|^(?:only|just)\s+(?:me|i|my|our|the)\s+(?:[\w'’-]+\s+){1,5}(?:upload|edit|change|see|delete|publish|approve|enter|assign)s?\b"
    r"|\b(?:nothing|nobody|none|no\s+one)\s+(?:[\w'’-]+\s+){0,3}?(?:may|must|should|can(?=\s+be\b))\s+(?:be\s+)?(?:shown|seen|see|visible|view|read|access|change|edit|delete|shared|public)\b"
    r"|\b(?:may|can)\s+(?:just|only)\s+(?!be\s+(?:found|used|played|won)\b)\w+|\b(?:just|only)\s+(?:reads?|looks?|views?|watch(?:es)?|sees?)\b|\b(?:for|by)\s+(?:the\s+|an?\s+|our\s+)?(?:(?!(?:keyboard|mouse|hand|phone|mail|email|letter)\b)[\w'’-]+\s+){1,3}(?:only|alone)\s*$|\bto\s+others\s+only\b|\brequires?\s+(?:a\s+second\s+(?:person|pair|signature)|two\s+(?:people|persons|signatures)|(?:the\s+)?(?:consent|approval|signature)\s+of)\b|\bnobody\s+else\b|\bno\s+one\s+else\b|\bha(?:s|ve)\s+no\s+business\b|\b(?:need|needs|have|has|gets?)\s+no\s+access\b|\bhidden\s+from\b"
    r"|\b(?:can(?:not|\s+not|'t)|may\s+not|must\s+not)\s+(?:alter|edit|change|delete|see|open|view|read|remove|access)\b(?!\s+(?:which|whether|what|when|where|if|how|why)\b)|\bbut\s+(?:can(?:not|'t)|may\s+not)\s+\w+|\baccess\b[^,;]*\b(?:limited|restricted|reserved)\s+to\b|\bnot\s+be\s+possible\s+(?:for\s+\w+\s+)?to\s+(?:delete|change|edit|alter|see|open)\b|\b(?:nobody|no\s+one)\s+(?:may|must|should)\s+\w+|\b(?:see|sees|get|gets)\b[^;.]*,\s*(?:but\s+)?not\s+(?:the|their|his|her|its|each)\b"
    r"|\b(?:parents?|guardians?|nurse|managers?|lead|leader|owner|head|chief|director|supervisor|teacher|notary|boss|chair\w*|secretary|treasurer|coach|captain|moderator|doctor|vet|foreman|coordinator|officer|committee|board|partner|partners)\s+(?:must\s+|has\s+to\s+|have\s+to\s+|shall\s+|should\s+)?(?:confirms?|releases?\s+(?:the|a|it)|signs?\s+off|countersigns?|authori[sz]es?|saying\s+yes|says?\s+yes|gives?\s+(?:the|their|his|her|its)\s+(?:ok|okay|go-ahead|consent))\b|\b(?:owner|moderators?|treasurer|editor)\s+(?:can|may)\s+(?!(?:not|only)\b)\w+"
    r"|\b(?:don't|do\s+not|never|not)\s+show\s+[^,;]{2,60}?\sto\s"
    r"|\b(?:do|does)(?:\s+not|n't)\s+get\s+(?:any\s+)?(?:access|accounts?|in\b)|\bgets?\s+no\s+(?:access|accounts?|log-?in)\b|\blook(?:ing)?\s+only\b|\bnot\s+even\s+(?:by\s+)?(?:me|us|the|an?|our|my)\b|\bby\s+(?:me|the\s+\w+|our\s+\w+)\s+alone\b"
    r"|\b(?:must|should|may)(?:\s+not|n't)\s+be\s+able\s+to\b|^only\s+(?:[\w'-]+\s+){1,6}(?:gets?|comes?|logs?)\s+in\b|\bacts?\s+as\s+(?:an?\s+|the\s+)?(?:host|moderator|admin\w*|chair\w*|owner|editor)\b|\band\s+nothing\s+(?:more|else)\b|\b(?:last|final)\s+(?:word|say)\b|\b(?:has|have)\s+to\s+(?:agree|approve|sign|consent|confirm)\b|\b(?:i|we|she|he|they)\s+says?\s+yes\b|\brather\s+(?:\w+\s+){1,2}did(?:n't|\s+not)\s+(?:see|know|read)\b|\b(?:she|he|they)\s+should\s+(?:only\s+)?see\b"
    r"|\badmin(?:istration)?\s+(?:page|area|panel|view|interface)s?\b|\bbehind\s+(?:an?\s+)?(?:basic\s+auth\w*|log-?in|password|admin\s+\w+)\b|\blets?\s+the\s+(?:supervisor|manager|boss|admin|owner|head|lead|teacher|coach|chief|foreman)\s+\w+"
    r"|\b(?:do|does)(?:\s+not|n't)\s+(?:really\s+)?want\s+(?:[\w'’-]+\s+){1,4}to\s+(?:see|view|read|access|edit|change|delete|know)\b"
)
# "A packing list that travellers can edit" tells of the list.
_OF_THINGS = re.compile(r"\b(?:that|which)\s+(?:the\s+)?[\w'-]+\s+can\s+(?!only\b|not\b)\w+")
_RESERVED = re.compile(
    r"(?:only|just)\s+(?:[\w'’-]+\s+){1,4}(?:and|or)\s+(?:[\w'’-]+\s+){1,3}(?:(?:can|may|should|must|are\s+allowed\s+to)\s+)?(?:upload|edit|change|see|read|view|delete|publish|approve|enter|assign|sign|open|access)s?\b"
)


def access_claims(reading: Reading, refused: Sequence[Refusal]) -> Iterator[Found]:
    """Yield who may see or do what; what is refused before or within it says nothing of that."""
    reserved = list(_reserved(reading))
    for each in reserved:
        yield clause_claim(reading, each, ROLES_AND_ACCESS, 0.85, "access")
    for whole in reading.clauses:
        clause = _past_refusals(reading, whole, refused)
        words = words_of(reading, clause)
        match = _ACCESS.search(_OF_THINGS.sub("", words))
        if match and not any(each.start <= clause.start < each.end for each in reserved):
            is_strict = (
                re.search(r"\bonly\b|\bnot\b|never|\bmay\b|role|permission|n't\b", words)
                is not None
            )
            if is_strict or not _SO_THAT.search(words):
                sure = 0.85 if is_strict else 0.65
                yield clause_claim(reading, clause, ROLES_AND_ACCESS, sure, "access")


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
