"""The words of trouble, and what only looks like them: patterns alone, over the shadow of a text."""

import re

HARD = re.compile(
    r"\b(?:los(?:e|es|ing|t)\b(?!\s+weight)|miss(?:es|ed|ing)?\b(?!ion)|forget(?:s|ting)?|forgeting|forgot(?:ten)?|can(?:not|'t|t)\b|unable|struggl\w+"
    r"|(?<!of\s)(?<!the\s)(?<!less\s)wast(?:e|es|ed|ing)\b|throw(?:s|ing)?\s+(?:\w+\s+)?away|takes?\s+(?:too|so|very)\s+long|takes?\s+(?:us|them|me|him|her|hours|days|ages|forever)\b|takes?\s+(?:about|up\s+to|around|over|nearly)?\s*\d+\s+(?:min(?:ute)?s?|hours|days|weeks|evenings)\b|(?:was|were|is|are|been|gets?|got)\s+\w+\s+twice\b|takes?\s+(?:\w+\s+){0,4}(?:hours?|days?|weeks?|evenings?|afternoons?|mornings?)|spends?\s+(?:\w+\s+){0,3}(?:hours?|days?|weeks?)|hard\s+to|difficult\b|difficulties|frustrat\w+"
    r"|(?:big|main|real|biggest)\s+(?:problem|issue|pain|headache)|(?:the|our|my|a)\s+problem\b|error[\s-]prone|errors\b|mistakes|mess(?:y)?\b|chaos|chaotic|no\s+(?:overview|way\s+to|idea|central|record|visibility|control)"
    r"|double[\s-]book\w*|overbook\w*|no-shows?|costs?\s+us|too\s+(?:slow|many|much|late|expensive|complicated|often)|(?:nobody|no\s+one)\s+(?:(?:in|at|on|of|else)\s+(?:\w+\s+){1,3})?(?:knows?|knew|answers|answered|sees|saw|reads|looks|looked|has|had|can|ever|really|remembers|remembered|notices|noticed|counts|checks|checked|tells|told|cleans|writes|wrote|records|returns|owns\s+up|picks\s+up|turns\s+up|follows|cares|updates|logs|signs|thought|feels|takes|took|came|comes)|complain\w*|(?:call|phone|ring|ask|e-?mail)s?\s+(?:us\s+|me\s+)?(?:\w+\s+){1,2}times|(?:again|over)\s+and\s+over|expired?\s+unused|(?:is|are)\s+(?:always\s+)?engaged|over\s+and\s+over"
    r"|late\b(?!r|st|\s+(?:shifts?|fees?|evenings?|nights?|afternoons?|mornings?|shows?|summer|autumn|spring|winter|sign-?ups?)\b)|delays?\b|delayed|fed\s+up|annoy\w+|keep(?:s)?\s+(?:forgetting|losing|missing|asking|calling|getting|having|coming|breaking|failing|changing|phoning|ringing|emailing|crashing|running)|(?<!must\s)(?<!should\s)(?<!to\s)\bkeep\s+(?!(?:working|using|running|going|playing|tracking|receiving|seeing|doing)\b)\w+ing\b(?=\s)|(?:do|does|did)\s+not\s+(?:handle|support|allow|offer|cover|scale|keep\s+up)|end(?:s)?\s+up|stay(?:s)?\s+empty|never\s+(?:answer|reply|know|turn\s+up|arrive)\w*"
    r"|(?:is|are|always|constantly)\s+busy|(?:is|are|goes|gets?)\s+(?:\w+\s+)?wrong|drown\w*|get\s+through|lonely|isolat\w+|stress\w*|overwhelm\w*|scattered|outdated|duplicate\w*|by\s+hand|manually|manual\s+(?:work|process|entry)|tedious|time[\s-]consuming|painful|suffer\w*|lack(?:s|ing|\s+of)?"
    r"|(?:at|to|in|with)\s+the\s+wrong\s+\w+|falls?\s+(?:apart|through|over)|pil(?:e|es|ed|ing)\s+up|guess(?:ing\s+game|work)|turn(?:s|ed)?\s+out\s+to\s+(?:be|have)\b|(?:is|are|was|were|been)\s+(?:\w+\s+){0,3}(?:expired|left\s+waiting|forgotten|unreadable|mixed\s+up)|gets?\s+(?:mixed\s+up|confused|swapped)|comes?\s+back\s+(?:\w+\s+)?because|left\s+(?:waiting|standing|empty)|could(?:\s+not|n't)\s+\w+|disput(?:es|ed)\b|dispute\s+(?:about|over|with)\b|embarrass\w+|(?:get|gets|got)\s+bored|(?:is|are|goes|gone)\s+(?:simply\s+|just\s+)?gone|constantly|all\s+the\s+time|again\s+and\s+again|comes?\s+back\s+(?:broken|late|damaged|wrong|dirty|incomplete)|in\s+(?:her|his|one\s+person's|someone's|my)\s+head|(?:is|are)\s+ill|people\s+(?:just\s+)?queue|empty\s+\w+\s+and\s+full|go(?:es)?\s+(?:wrong|missing|out\s+late)|gets?\s+lost|fall\s+through\s+the\s+cracks|do(?:es)?(?:\s+not|n't|nt)\s+(?:know|find|show|work|answer|turn\s+up|understand|have\s+(?:a|any|the)\s+\w+)|don't\s+know|have\s+to\s+(?:call|phone|drive|come|wait|ask|type|copy|retype|search|ring)|has\s+to\s+(?:call|phone|drive|wait|ask|type|copy|ring)|runs?\s+out|(?:are|is|we're|keep)\s+running\s+out)\b"
)
# States and kinds stand in brackets or behind a colon; their names tell no trouble.
LISTED = re.compile(r"\([^()]*,[^()]*\)|:\s*[\w\s-]+(?:,\s*[\w\s-]+){2,}")
STATES_OF = re.compile(
    r"\b(?:is|are)\s+(?:either\s+)?[\w-]+(?:\s\w+)?(?:,\s*[\w-]+(?:\s\w+)?)+,?\s+or\s+[\w-]+"
)
BUILDS = re.compile(
    r"\s*(?:please\s+)?(?:build|create|develop|make|design|implement|write|program|code)\s+(?:me\s+|us\s+)?(?:an?\b|the\b|our\b|\w+,|(?:\w+\s+){0,3}\w+:)"
)
DISMISSED = re.compile(
    r"no,?\s+(?:forget|never\s+mind|wait|sorry)\b|keep\s+using\b|.*\bcan(?:'t|not)\s+(?:pay|spend|afford)\b"
    r"|.*\bcan(?:'t|not)\s+(?:see|access|edit|change|view)\s+(?:each|other|the|their|any)\b"
)
WISHED = re.compile(
    r"\b(?:i|we)\s+(?:\w+\s+)?(?:want|need|wish)\b|\b(?:i|we)(?:'d|\s+would)\s+(?:like|love)\b|\bwant(?:s|ed)?\s+to\b|\bshould\b"
    r"|\b(?:app|tool|system|portal|platform)\s+(?:where|in\s+which|that)\b"
)
TURNED = re.compile(
    r"\b(?:but|because|since|today|currently|now|however|although|though|yet|still|right\s+now)\b"
)
TRIGGER = re.compile(
    r"\b(?:(?:ever\s+)?since\s+(?:we|our|the|they|i|last|covid|january|february|march|april|may|june|july|august|september|october|november|december|\d{4}|then)\b"
    r"|because\s+of\s+(?:a|an|the|new|our|last|recent)\b|due\s+to\s+(?:a|an|the|new|our|recent)\b|(?:the\s+)?new\s+(?:\w+\s+){0,2}(?:law|laws|regulation|regulations|rule|rules|directive|act|requirement|requirements|owner|boss|contract)\b"
    r"|after\s+(?:we|our|the|a|last|an)\s+(?:\w+\s+){0,2}(?:merger|audit|inspection|fine|incident|accident|breach|pandemic|lockdown|lost|had|moved|opened|complaint|fire|flood|move|hired|bought|takeover|strike|crash)\b"
    r"|now\s+that\b|(?<!talked\s)last\s+(?:week|month|year|spring|summer|autumn|winter|season|christmas)\b|recently\b|we\s+(?:have\s+)?just\s+\w+ed\b|is\s+(?:being\s+)?(?:discontinued|shut\s+down|retired)|licen[cs]e\s+(?:runs\s+out|expires|ends))"
)
# When people last spoke of it is not why it is wanted.
SPOKEN = re.compile(r"\b(?:talked|spoke|discussed|chatted|met|wrote|agreed|mentioned)\b")
NUMBER = re.compile(
    r"\d|within\s+an?\s+(?:hour|minute|day)|\b(?:two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty|half|hundreds?|thousands?|dozens?)\b"
)
IMPACT_UNIT = re.compile(
    r"%|\bper\s?cent\b|[$€£]|\b(?:hours?|hrs?|days?|minutes?|mins?|weeks?|evenings?|dollars?|euros?|pounds?|portions?|money|refunds?|revenue|in\s+\d+|a\s+(?:day|week|month|year)|per\s+(?:day|week|month|year)|every\s+(?:day|week|month)|half\s+of|k)\b"
)
IMPACT_VERB = re.compile(
    r"\b(?:cost(?:s|ing)?|los(?:e|es|ing|t)|wast(?:e|es|ed|ing)|takes?|spend(?:s|ing)?|miss\w*|late|no-shows?|wrong|never|throw\w*\s+away|refund\s+\w+|last\s+year|spends?|gets?\s+lost|complain\w*|empty)\b"
)
COSTS = re.compile(
    r"\bcosts?\s+(?:us|each|them|me|about|around|roughly|nearly)\b|\b(?:which|and|that)\s+takes\b|\bspends?\s+hours\b|\b(?:that|which)\s+was\b|\btakes\s+(?:me|us|them|her|him)\b"
)
# "The foreman sees what is late" tells what is shown, and of no delay.
SEEN = re.compile(
    r"(?<!nobody\s)(?<!no\sone\s)\b(?:sees?|shows?|lists?|spots?)\s+(?:what|who|which(?:\s+\w+)?)\s+(?:is|are)\s+\w+"
)

# "Removes duplicate rows", "shopping lists for missing ingredients": trouble that a feature deals with.
HANDLED = re.compile(
    r"(?<!\bwe\s)(?<!\bi\s)(?<!nobody\s)(?<!\bno\sone\s)(?<!never\s)(?<!not\s)(?<!\bto\s)\b(?:find|detect|highlight|mark|flag|show|display|list|report|remov|delet|merg|prevent|avoid|stop|correct|count|track|spot|check|look|generat|creat|remind|mov|handl|process|fix|reduc|catch|filter|group|see|view|search|record|enter|log|not|point|mut|skip|sort|print|send|export|charg|calculat)(?:e?s|ing|e|y|ies)?\s+(?:[\w-]+\s+){0,4}?"
    r"(?:missing|missed|lost|late|delay(?:s|ed)?|duplicates?|double[\s-]bookings?|errors|mistakes|no-shows|expired|outdated|mess(?:y)?|chaos|stress)\b"
)
# "Warns when a plant is late": told of a case that the product looks out for.
WATCHED = re.compile(
    r"\b(?<!nobody\s)(?<!no\sone\s)(?:warn|alert|remind|notif|tell|flag|highlight|show|colou?r|signal|beep|ping)\w*\s+[^,;.]{0,40}?\b(?:when|if|whenever|as\s+soon\s+as|before)\b[^,;]*"
)
# What a catalogue may tell of people's trouble in so many words: "who struggle to", "is easily lost".
OUTRIGHT = re.compile(
    r"\b(?:struggl\w+|forget(?:s|ting)?\b(?!\s+(?:(?:their|your|his|her|the|a)\s+)?(?:passwords?|log-?ins?|pins?|keys?|codes?))|los(?:e|es|ing)\s+(?:track|sight|time|hours|money|count|touch|patience|the\s+overview)"
    r"|(?:is|are|gets?|so)\s+(?:so\s+)?(?:easily|often|quickly|always)?\s*(?:lost|forgotten|overlooked|mislaid|missed|scattered)|(?:is|are|it|often|always|be)\s+(?:\w+\s+)?(?:hard|difficult|tedious|tiring|confusing)\s+(?:for|to)\b"
    r"|find(?:s|ing)?\s+[^,.;]{0,30}?\b(?:hard|difficult|tedious|fiddly|confusing|tiring|boring|complicated)\b|tedious|time[\s-]consuming|frustrat\w+|ends?\s+up|(?:nobody|no\s+one)\s+(?:knows|remembers|can|sees|notices|has)"
    r"|too\s+(?:slow|many|much|late|expensive|complicated|often|fiddly|little)|wast(?:e|es|ing)\s+(?:time|hours|money|food|paper)|overwhelm\w*|complain\w*|fed\s+up|constantly|again\s+and\s+again|suffer\w*|annoy\w+|knows?\s+the\s+(?:trouble|problem|pain|feeling|frustration)|(?:the\s+)?trouble\s+(?:of|with)|do(?:es)?\s+not\s+know|throws?\s+(?:\w+\s+)?away)\b"
)
# In a catalogue these make a clause a feature, whatever else it says.
FEATURE = re.compile(
    r"\b(?:can|may|cannot|shows?|displays?|alerts?|warns?|reminds?|highlights?|flags?|detects?|notif\w+|marks?|lists?|filters?|sorts?|colou?rs?|calculates?|generates?|stores?|saves?|exports?)\b"
)
