"""What is promised or demanded without a "must": what is deleted, stays put, is never sent, keeps working.

"Recordings are deleted after a week", "nothing leaves the device", "works without a network": a product
is described as if it were there, and each of these would break the deal if it did not hold.
"""

import re

_SECRET = r"(?:private|secret|confidential|local|locally|untouched|unchanged|intact|anonymous|encrypted|hidden|offline|on\s+(?:the|their|his|her|this|our|my|your)\s+(?:own\s+)?(?:\w+\s+)?(?:devices?|phones?|computers?|machines?|disks?|laptops?|servers?|tablets?))"
_WITHIN = r"(?:in|inside|within)\s+(?:the\s+|our\s+)?(?:browser|house|building|school|family|company|country|eu|europe|own\s+network|practice)"
# "Is deleted when the program is closed", "disappears after 72 hours", "get deleted after 30 days".
_DELETED = re.compile(
    r"\b(?:is|are|be|gets?|got)\s+(?:\w+ly\s+)?(?:deleted|erased|wiped|purged|destroyed|shredded|anonymi[sz]ed)\b|\b(?:disappears?|vanish(?:es)?|expires?)\s+(?:\w+ly\s+)?(?:after|within)\s+(?:\d|an?\b|one|two|three|\w+\s+(?:hours|days|weeks|months|years))"
    r"|^(?:please\s+)?(?:delete|erase|wipe|purge)\b[^,;]*\b(?:after|at|when|once|every|daily|nightly|midnight|immediately|older)\b|\bafter\s+\w+(?:\s+\w+)?,?\s+delete\b"
)
# "The original file is left untouched", "stays private unless its owner publishes it".
_STAYS = re.compile(
    r"\bencrypted\s+at\s+rest\b|\bstays?\s+on\s+(?:the\s+)?\w+'s?\s+own\s+\w+|\bonly\s+[^.;]{3,70}?\s+(?:may|can|shall)\s+be\s+(?:collected|stored|kept|recorded)\b|\b(?:is|are|be|gets?|stays?|remains?|left|keeps?|kept|held|stored|stay)\s+(?:\w+ly\s+|only\s+|always\s+|strictly\s+|left\s+|kept\s+|itself\s+)*"
    + _SECRET
    + r"\b(?!\s+(?:lessons?|trips?|customers?|clients?|events?|tours?|parties|messages|notes))"
    r"|\b(?:stays?|remains?|kept|keeps?|held|stored|processed|stay)\s+(?:\w+ly\s+|only\s+)*"
    + _WITHIN
    + r"\b"
    r"|\b(?:stored|kept|saved|held|processed|recorded)\s+(?:only\s+|exclusively\s+)(?:on|in|at)\b|\b(?:stored|kept|saved|held)\s+on\s+the\s+\w+\s+only\b"
)
# "Secret keys never leave the device", "are never shown", "are left out of every export".
_NEVER = re.compile(
    r"\bnever\s+(?:leaves?|shown|shared|stored|saved|sent|uploaded|changes?|deletes?|overwrit\w+|sees?|asks?|opens?|reads?|touch(?:es)?|kept|published|given|passed|transmitted|collected|sell|send|share|show|store|upload|be\b)"
    r"|\b(?:is|are)\s+(?:never|not)\s+(?:kept|stored|saved|shared|sent|shown|uploaded|transmitted|collected|published|passed\s+on|given|recorded|logged|retained)\b"
    r"|\b(?:is|are)\s+(?:always\s+)?(?:skipped|hidden|masked|blurred|greyed\s+out|blanked|redacted|withheld|left\s+out)\b(?:\s+(?:from|of|on|when(?:ever)?|until|unless|for|in)\b|\s*$)|\bshould\s+be\s+(?:masked|hidden|blurred|redacted)\b"
    r"|\bnothing\s+(?:goes|passes)\s+(?:to|out)\b|\bnothing\s+(?:(?:is|gets|has\s+been)\s+)?(?:leaves?|uploaded|sent|stored|saved|advertised|tracked|shared|installed|recorded|logged|collected|transmitted)\b|\bwithout\s+(?:ever\s+)?(?:recording|storing|saving|collecting|showing|revealing|sending|uploading|logging|tracking|sharing|changing)\s|\b(?:does|do|will)(?:\s+not|n't)\s+(?:connect|access|modify|change|alter|delete|overwrite|open|contact|transmit|upload|collect|share|sell|publish|install|touch|leave)\b|\binstalls?\s+nothing\b|\bstores?\s+nothing\b|\bsends?\s+nothing\b"
)
# "Works without a network", "keeps working when the link is down", "usable with a screen reader".
_WORKS = re.compile(
    r"\b(?:works?|working|runs?|running|usable|readable|playable|operable|functions?)\b[^,;]{0,40}?\b(?:without\s+(?:an?\s+|any\s+)?(?:\w+\s+)?(?:internet|network|connection|signal|wi-?fi|reception|server|account|install\w*|keyboard|mouse|electricity|power)|off-?line|even\s+(?:when|if|without|with|on)|when\s+(?:the\s+)?(?:\w+\s+)?(?:drops|fails|is\s+(?:down|gone|off|lost))|with\s+(?:gloves|voiceover|talkback|one\s+hand|a\s+screen\s+reader|screen\s+readers|the\s+keyboard))"
    r"|\beven\s+(?:when|if|with|without)\s+(?:the\s+|an?\s+|no\s+)?(?:internet|network|link|connection|signal|wi-?fi|power|server|line)\b|\b(?:do(?:es)?|must|shall|should|can)(?:\s+not|not|n't|'t)\s+(?:depend|rely)\s+on\b|\b(?:has|have)\s+to\s+(?:understand|learn|manage)\b|\bindependent\s+of\b|\b(?:should|must|shall|has\s+to|have\s+to)\s+(?:also\s+|still\s+)?(?:last|hold|survive|withstand|fit|work|run(?!\s+for\b)|cope|be\s+(?:playable|usable|readable|accessible|compatible|secure|safe|reliable|robust))\b|\bresumes?\s+\w+\s+(?:if|when|after)\b"
    r"|\b(?:works?|run(?:s)?|has\s+to\s+work|have\s+to\s+work)\s+(?:well\s+)?on\s+(?:an?\s+|any\s+|every\s+|all\s+|old\s+|cheap\s+|our\s+|their\s+)*(?:phones?|tablets?|smartphones?|chromebooks?|laptops?|computers?)\b"
)
# "Suitable for children", "free of violence", "free for members".
_SUITS = re.compile(
    r"\bin\s+(?:his|her|their)\s+own\s+language\b|\bplayable\s+(?:on|in|with|by)\b|\bwith\s+the\s+keyboard\s+alone\b|\bby\s+keyboard\s+alone\b|\b(?:contains?|has|have|shows?|needs?)\s+no\s+(?:purchases?|ads|adverts?|advertis\w+|tracking|subscriptions?|gambling)\b|\bleaves\s+(?:nothing|no\s+traces?)\b|\bkeeps?\s+(?:\w+\s+){1,2}from\s+\w+ing\b|\bonly\s+(?:while|when|if|during)\s+(?:on|at|the|they|he|she|somebody)\b"
    r"|\bsuitable\s+for\s+(?:small\s+|young\s+)?(?:children|kids|all\s+ages|the\s+blind|colou?r-?blind\s+\w+)|\bfree\s+(?:of|from)\s+(?:violence|ads|adverts|advertis\w+|charge|tracking|gambling|blood)|\bfree\s+for\s+(?:all\s+|the\s+)?(?:members|users|schools|everyone|everybody|residents|pupils|students|families)\b"
)
# "Keep it small", "keep booking data no longer than 30 days", "held for no more than seven days".
_KEPT = re.compile(
    r"(?:^|,\s+|\band\s+|\bplease\s+)keep\s+(?:it|this|that|everything|things)\s+(?:\w+\s+)?(?:small|simple|plain|lean|light|lightweight|fast|free|local|private|offline|cheap|short|minimal)\b|\b(?:keep|kept|held|stored|retained?|retain|store|needs?\s+to\s+be\s+kept|archived)\s+(?:[\w'’-]+\s+){0,3}?(?:for\s+)?(?:no\s+(?:longer|more)\s+than|at\s+(?:most|least))\b"
    r"|\b(?:has|have|needs?|must|shall)\s+(?:to\s+)?be\s+(?:kept|stored|archived|retained)\s+for\b|\bkept\s+to\s+the\s+minimum\b|\bnothing\s+(?:fancy|complicated|clever|flashy|big)\b|\bno\s+more\s+than\s+(?:\w+)\s+\w+\s+(?:per|a|an|each)\s+\w+"
)
# "Should refuse a car that is already out", "photographs showing persons shall be rejected".
_REFUSES = re.compile(
    r"\b(?:should|shall|must|has\s+to|is\s+to)\s+(?:always\s+)?(?:refuse|reject|block|forbid)\b|\b(?:shall|must|should|has\s+to|have\s+to)\s+be\s+(?:unalterable|immutable|tamper-?proof|irreversible|audit-?proof)\b|\bshall\s+be\s+(?:rejected|recorded|logged|encrypted|hosted|usable|accessible|operable|compatible|anonymi[sz]ed|retained|limited|restricted|visible\s+to)\b|\b(?:is|are)\s+(?:not\s+(?:admissible|tolerated|negotiable|up\s+for\s+(?:debate|discussion))|inadmissible|unalterable|immutable|tamper-?proof|irreversible|audit-?proof|ruled\s+out|a\s+must|obligatory|required\s+by\s+law)\b"
    r"|\bcan(?:not|\s+no\s+longer|'t)\s+be\s+(?:altered|edited|changed|deleted|undone|overwritten|tampered)\b|\b(?:has|have|is|are|shall\s+be)\s+frozen\b|\b(?:shall|must)\s+be\s+validated\b"
    r"|\b(?:shall|must|should)\b[^,;]*\band\s+not\s+\w+ed\b|\b(?:on\s+no\s+account|at\s+no\s+time|in\s+no\s+case|by\s+no\s+means|no\s+exceptions?|no\s+mercy|without\s+exception|whatever\s+happens)\b"
)
_ALL = (_DELETED, _STAYS, _NEVER, _WORKS, _SUITS, _KEPT, _REFUSES)
# "Whether it is deleted", "messages that are not kept": told of a case, or of what is.
_ASIDE = re.compile(r"\b(?:whether|if)\s+(?:\w+\s+){0,3}?(?:is|are|was|were)\b")


def is_safeguard(words: str) -> bool:
    """Say whether a clause in lower case promises what must hold, of data or of how it runs."""
    return not _ASIDE.search(words) and any(each.search(words) for each in _ALL)
