"""The words that refuse something, and what tells how far the refusal reaches.

Patterns alone, over the shadow of a text; `refusals` reads them.
"""

import re

from evigate.studio.extraction.lexicon import word_set

CUE = re.compile(
    r"""(?<![\w-])(?:
      (?P<no>(?<!\byes\sor\s)(?<!\bif\s)(?<!\bcall\sit\s)(?<!\bon\s)no|kein(?:e[nrms]?)?|sin|sans|senza|zonder|geen)\s+(?!(?:one|longer|more\s+than|later|less\s+than|fewer|matter|circumstances?|doubt|idea|way
        |problem|mercy|use\s+for|budget|deadline|rush|hurry|further|need|reply|answer|shows?\b|-)\b)
      |(?P<nothing>(?:(?:i|we)(?:\s+have|\'ve|\s+see)?\s+)?no\s+use\s+for|(?:(?<=[.!;]\s)|(?<=\n))(?:please\s+)?(?:skip|drop|omit|postpone|defer|ignore|forget\s+about)(?=\s+[^.!?;]{2,40}?\b(?:for\s+now|for\s+the\s+moment|at\s+first|in\s+the\s+first|this\s+time|until\s+later))|nothing\s+(?:about|with|to\s+do\s+with|like)|stay\s+away\s+from|leave\s+out|skip\s+the
        |(?:do\s+not|don't)\s+bother\s+(?:with|about)|(?:not|isn't|aren't)\s+(?:after|looking\s+for|interested\s+in|asking\s+for|about)
        |\bwe(?:'ve|\s+have)?\s+(?:gave|given)\s+up\s+on|keep\s+it\s+free\s+(?:of|from))\s+
      |(?P<dont>(?:(?<=[.!;\n]\s)|(?<=[\n(]))(?:please\s+)?(?:do\s+not|don't)\s+(?:ever\s+)?(?:put|collect|track|store|keep|record|include|add|build|bring|save|ask\s+for|touch|integrate|implement|bother\s+with|worry\s+about)\s+)
      |(?P<nothat>nothing\s+(?:that|which|where|(?=(?:the|anyone|anybody|people|they|we|i|you|users|our)\s))\s*)
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
HEADING = re.compile(
    r"(?<!\w)(?:(?:is\s+)?not\s+(?:in|part\s+of)\s+(?:the\s+)?scope|out[\s-]of[\s-]scope(?:\s+for\s+(?:now|the\s+moment|the\s+start))?|excluded|exclusions|non-?goals?"
    r"|not\s+(?:included|needed|wanted|required|planned)|won'?t\s+have|(?:left\s+)?out\s+(?:for\s+(?:now|the\s+moment)|at\s+first|in\s+(?:phase|version)\s+\w+)|(?:for\s+)?later|postponed|deferred|not\s+now|not\s+yet|(?:phase|version)\s+(?:two|2)|nice\s+to\s+have|(?:we\s+)?leave\s+out)\s*:[ \t]*(?P<items>[^\n.]*)(?P<lines>(?:\n[ \t]*[-*•·–][^\n]*)*)"
)
# "X is not needed", "X: out of scope", "X later".
AFTER = re.compile(
    r"""(?P<item>[\w'’/ -]{3,60}?)\s+(?:(?:is|are|would\s+be)\s+)?
    (?:not\s+our\s+(?:business|job|concern|task|part|responsibility)|(?:explicitly|expressly|deliberately|specifically)?\s*(?:excluded|omitted|missing\s+on\s+purpose)|(?:deliberately|intentionally|purposely|consciously)\s+(?:absent|missing|kept\s+out)|(?:not|isn't|aren't|wasn't|weren't)\s+(?:needed|required|necessary|wanted|planned|intended|foreseen|envisaged|provided|offered|supported|possible(?=\s*(?:[.;,)\n]|$))|included|involved|concerned|stored|collected|processed|recorded|handled|touched|permitted|in\s+scope|part\s+of(?:\s+\w+){1,3}|yet|for\s+now|in\s+(?:phase|version)\s+\w+)
      |(?:(?:none|no\s+part)\s+of\s+(?:it|them|that|this|which)\s+)?(?:is|are)\s+(?:none\s+of\s+)?our\s+(?:business|concern|job)
      |(?:is|are|stays?|remains?)\s+(?:left\s+)?out(?:side)?(?=\s*(?:[.;!)\n]|$|of\s+(?:it|this|here|the\s+(?:system|software|project|app))\b))
      |(?:don't|doesn't|do\s+not|does\s+not)\s+(?:belong\s+(?:in|to|into)\s+(?:it|this|here)|belong\s+here|come\s+(?:in|into\s+it))(?=\s*(?:[.,;:!)\n]|$))
      |(?:is|are|gets?)\s+(?:done|handled|made|run|dealt\s+with|taken\s+care\s+of|covered|managed)\s+(?:elsewhere|by\s+(?:another|others|someone\s+else|somebody\s+else|a\s+different|an?\s+external))
      |itself\s+(?:stays?|remains?|continues?)\s+(?=in\b|with\b|as\b|where\b|on\b)
      |[-–—]?\s*but\s+(?:please\s+)?not\s+(?=in\s+(?:the\s+first|this|version|phase)|for\s+now|now\b|yet\b)
      |(?:is|are|stays?|remains?)\s+left\s+to\b|(?:is|are)\s+(?:planned|foreseen|scheduled|reserved|intended|postponed|deferred|put\s+off|moved)\s+(?:for|to|until|till)\s+(?:an?\s+|the\s+)?(?:later|second|next|future|further|subsequent|following)\b|(?:stays?|remains?)\s+(?:on\s+paper|(?:in|with|on)\s+(?:the\s+)?(?:existing|current|old|present|payroll|accounting|bookkeeping|finance|sap|navision|lexware|datev|excel|quickbooks|xero|sage|odoo|outlook|jira)\b)
      |(?:do|does)(?:n't|\s+not)\s+go\s+in(?=\s*(?:[.,;!)\n]|$))|(?:is|are)\s+ruled\s+out|(?:is|are)\s+(?:beyond|outside)\s+(?:the|our|its|this)\s+(?:scope|remit|brief)|would\s+be\s+(?:lovely|nice|great|good|fine)(?:\s+to\s+have)?,?\s+but\s+(?:later|not\s+now|not\s+yet|can\s+wait)
      |out\s+of\s+scope|off\s+the\s+table|unnecessary|nicht\s+nötig|nicht\s+nöt\w+
      |(?:(?:would\s+be\s+(?:nice|great|good|lovely)(?:\s+to\s+have)?\s+but\s+)?(?:can|may|could|will)\s+(?:come|follow|wait(?:\s+until)?|be\s+added))(?:\s*later|(?=\s*(?:[.,;!)\n]|$|until|in\s+a\s+(?:later|second)|afterwards|another|next|then\b)))|(?<!\bfor\s)later(?=\s*(?:[.,;!)\n]|$))
      |in\s+(?:a\s+later|the\s+second|phase\s+(?:two|2|three|3))\s*(?:phase|version|step)?)""",
    re.VERBOSE,
)
# Without one of these no clause refuses from behind; cheap to look for.
AFTER_HINT = re.compile(
    r"not\b|n't|nicht|our\b|out|excluded|omitted|missing\s+on|absent|kept|belong|come|elsewhere|by\s|itself|scope|table|unnecessary|wait|follow|added|later|phase|version|left|planned|foreseen|scheduled|reserved|intended|postponed|deferred|put|moved|stay|remain|beyond"
)
# "Anything apart from seeds stays outside" names what stays in.
EXEMPT = re.compile(
    r"(?:anything|everything|whatever|all)\s+(?:apart|aside|except|other|but|beyond|besides)\b"
)
# "Typed weeks later" tells when.
LATER = re.compile(r"\b(?:minute|hour|day|week|month|year)s?\s+later$")
# "When the card will come", "queue locally, sync later": of time, and of nothing that is put off.
NO_ITEM = re.compile(
    r"(?:.*\b(?:when|where|whether|if|how)\b|(?:sync|resume|return|reply|save|come|go|try|continue|change|edit)$)"
)
# "Leave payments out", "keep the chat out of it": the item stands between.
AROUND = re.compile(
    r"\b(?:leave|keep|rule)\s+(?P<item>(?!(?:it|them|us|me|people|everyone|anyone|everything)\b)[\w'-]+(?:\s+[\w'-]+){0,3}?)\s+(?:out\b(?!\s+of\s+(?!it\b|this\b|here\b|the\s+(?:system|app|software|project)\b))|for\s+(?:an?|the)\s+(?:second|later|next|future)\s+(?:version|phase|iteration|release|step|stage|round)\b)"
)
# "Customers ordering online? No, …" asks and answers.
ASKED = re.compile(
    r"(?P<item>[^.?!;:\n]{3,60})\?\s+no(?:t\s+(?:now|yet|needed|for\s+us))?(?=[,.!])"
)
# "Payment is calculated monthly (not in phase one)": the brackets refuse what stands before.
BRACKETED = re.compile(
    r"\((?:not\s+(?:in|for|part|now|yet|needed|required)\b|later\b|out\s+of\s+scope|phase\s+(?:two|2|three|3)|version\s+(?:two|2)|v2\b|excluded)[^()]{0,40}\)"
)
PHASE = re.compile(
    r"\s*(?:(?:for|in|during|at)\s+(?:now|first|this\s+(?:first\s+)?(?:phase|version|stage|step|release|round|iteration|edition)|the\s+(?:first|beginning|start|moment|initial)\b[\w ]{0,20}"
    r"|(?:phase|version|v)\s*(?:one|1)|the\s+time\s+being)|this\s+(?:year|time|season|round)|yet|initially|right\s+now|at\s+first|por\s+ahora|pour\s+l['’]instant|nötig)"
)
ITEM_END = re.compile(
    r"[.;:!?()\n\"{}<>]|,(?!\d)|\s[-–—]\s|\s(?=no\s)|\b(?:but|and\s+(?:we|i|they|it|the|no|not|does|is|should|must|can)|because|so|if|when|while|where|which"
    r"|that|who|until|before|after|please|pls|por\s+ahora)\b|\b(?:for\s+(?:now|this|the\s+first|the\s+moment|the\s+time)|in\s+(?:this\s+first|this\s+(?:phase|version|stage|step|release|round|iteration|edition)|phase|the\s+first|version|v1)"
    r"|at\s+(?:first|the\s+moment)|right\s+now|yet|initially|this\s+(?:year|time|season|round)|to\s+(?:translators|users|others|them))\b"
)
# Who has no X has a trouble, and does not refuse X.
HAVER = re.compile(
    r"(?:\b(?:say|says|said|saying)|\b(?:i|we|he|she|they)(?:\s+(?:am|are|is|was)|'m|'re)|\b(?:the|our|this|my|each|every|that)\s+[\w'-]+\s+(?:still\s+)?(?:has|have|had)|\b(?:must|may|should|shall|can|will)\s+(?:have|get|see)|\b(?:we|i|they|you|staff|people|customers?|clients?|users?|\w+s)\s+(?:\w+ly\s+|still\s+|currently\s+)?(?:have|has|had|got|get|see|know|with|were\s+left\s+with)"
    r"|\bthere(?:\s+is|\s+are|'s|\s+was)|\bwith)\s*$"
)
PARTS = re.compile(
    r"\b(?:ads?|advert\w*|tracking|cookies|telemetry|in-app\s+\w+|purchases|microtransactions|multiplayer|loot\s+boxes"
    r"|sign-?up|social\s+features|cloud|server|backend|web\s+version|native\s+app|subscription)\b"
)
NEXT_NO = re.compile(r"(?:,|\band)\s+no\s+")
THERE = re.compile(r"\bthere(?:\s+is|\s+are|'s|\s+will\s+be|\s+should\s+be)\s*$")
PRODUCT_HAVER = re.compile(
    r"\b(?:it|app|application|system|software|site|website|game|tool|platform|portal|version|product|program|solution|phase)\s+(?:(?:must|should|shall|will|may|can)\s+)?(?:\w+ly\s+)?(?:has|have|with|there\s+(?:is|are))\s*$"
)
NOR = re.compile(r"\s*,\s*nor\s+(?:do\s+we\s+(?:need|want)\s+)?")
QUALITY = word_set(
    """
    downtime error errors delay delays problem problems hassle effort knowledge internet wifi loss
    losing interruption interruptions success result results luck doubt compromise fuss friction
    stress paperwork
    """
)
# "Without a connection" says how well; "no bank connection" and "no social network" say what not.
QUALITY_ALONE = word_set(
    """
    help training connection signal reception coverage network data paper extra cost costs limit
    limits
    """
)
QUALIFIED = word_set(
    """
    any good bad poor mobile phone cell data special prior technical much further additional
    running hidden upper
    """
)
# "Never … without consent" asks for the consent.
DENIED = re.compile(r"\b(?:never|(?:must|may|should)\s+not|mustn't)\b[^,;:]*$")
# "No plants that are poisonous" refuses those plants and not all.
WHICH_ONES = re.compile(
    r"\s+(?:that|which|who)\s+(?:\w+\s+){0,2}?(?:is|are|was|were|has|have|can|could|do|does|need|needs|cost|costs|contain|contains|require|requires)\b[^.,;:!?()\n]{2,60}"
)
