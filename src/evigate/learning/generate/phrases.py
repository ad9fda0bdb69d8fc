"""Phrases by which a sentence shows that it cannot stand alone, or is no part of the matter.

Word lists and patterns for English, ours, and general: they name how texts refer to themselves and
to what came before, not what any text is about. A phrase that is missing lets a worse item through;
one too many costs a good one.
"""

import re

# A sentence that begins so continues the one before.
CONNECTIVES = re.compile(
    r"^(?:however|therefore|thus|hence|for\s+(?:example|instance)|in\s+(?:addition|contrast|turn|fact|"
    r"short|sum|summary|conclusion|other\s+words|this|these|that|such|both|each|either|all\s+of\s+these|"
    r"the\s+(?:same|former|latter|following|previous|next|case|example|end|above|second|first)|doing)|"
    r"moreover|furthermore|additionally|also|but|and|so|or|yet|nor|instead|then|next|finally|last(?:ly)?|"
    r"first|firstly|second|secondly|third|thirdly|similarly|likewise|conversely|consequently|"
    r"as\s+(?:a\s+(?:result|consequence)|such|mentioned|noted|discussed|described|shown|you|we|seen|"
    r"explained|stated|before|above|opposed|well|with\s+(?:the|all|other))|on\s+the\s+(?:other|one|contrary)"
    r"|by\s+(?:contrast|comparison)|indeed|again|still|meanwhile|otherwise|nevertheless|nonetheless|"
    r"accordingly|overall|subsequently|afterwards?|thereafter|besides|alternatively|rather|"
    r"specifically|particularly|especially|notably|interestingly|surprisingly|unfortunately|"
    r"fortunately|importantly|recall|note|remember|imagine|suppose|consider|say|let|see|here|now|"
    r"there|like|unlike|another|others?|both|some(?!\w)|many|several|most|few|one\s+(?:of|such|"
    r"example|way|reason|study|possible|explanation|more|type|kind|common|important|method)|one\b|"
    r"two|three|four|five|each|either|neither|none|all|any|perhaps|maybe|of\s+(?:course|these|those|"
    r"the)|at\s+(?:this|that|the\s+same|first)|after\s+(?:this|that|all)|before\s+(?:this|that)|"
    r"because\s+of\s+(?:this|that|these)|for\s+(?:this|these|that|those|both)|from\s+(?:this|these)|"
    r"with\s+(?:this|these|that)|under\s+(?:this|these)|to\s+(?:this|these|do|answer|illustrate|sum)|"
    r"since\s+then|until\s+then|later|earlier|today|currently|recently|such|those(?!\s+who)|these|this|that|"
    r"(?:(?:a\s+few|several|many|some|just|only|nearly|about|almost)\s+)?[\w-]+\s+(?:years?|"
    r"decades?|days?|weeks?|months?|centur(?:y|ies)|hours?)\s+(?:later|earlier|before|after)|"
    r"at\s+the\s+time|during\s+(?:this|that)|in\s+a\s+(?:subsequent|later|similar)|"
    r"it|they|he|she|i|who|which|what|when\s+(?:this|these|that)|if\s+(?:this|so|not)|"
    r"not\s+(?:all|only|every)|together|more\s+(?:recently|importantly|specifically|generally)|"
    r"an?\s+(?:final|second|third|related|similar|further|good|common|simple|famous|classic|recent|"
    r"different|new)\b|while\s+(?:this|these|it)|although\s+(?:this|these|it)|even|only|just)\b",
    re.IGNORECASE,
)
# Of those, what only joins a sentence to the one before: without it, it says the same.
LEAD = re.compile(
    r"^(?:(?:thus|therefore|hence)\s+(?=(?:the|an?)\s)|(?:however|moreover|furthermore|also|"
    r"additionally|similarly|thus|therefore|hence|finally|in\s+turn|most\s+notably|consequently|"
    r"accordingly|indeed|overall|nevertheless|nonetheless|conversely|specifically|notably|"
    r"importantly|interestingly|surprisingly|fortunately|unfortunately|generally|typically|"
    r"for\s+(?:example|instance)|in\s+(?:addition|fact|general|particular|contrast|other\s+words|"
    r"short|summary|practice|essence)|as\s+a\s+(?:result|consequence)|of\s+course|"
    r"for\s+(?:this|these|that|those)\s+reasons?|"
    r"by\s+(?:contrast|comparison)|on\s+the\s+(?:other\s+hand|contrary)),\s+(?=\w))",
    re.IGNORECASE,
)
# Beginnings that are fair where what they count is a term: "most bacteria", "unlike fungi, …".
COUNTED = re.compile(r"^(?:some|many|most|several|each|all|both|few|unlike|like)\s", re.IGNORECASE)
# What joins a sentence to another from within it, between two commas.
ASIDE = re.compile(
    r",\s+(?:for\s+(?:example|instance)|however|therefore|then|too|in\s+turn|of\s+course|moreover|"
    r"in\s+(?:contrast|addition|fact)|on\s+the\s+other\s+hand),\s+",
    re.IGNORECASE,
)
# What stands before the subject keeps its comma when such an aside goes.
OPENS_BEFORE = re.compile(
    r"^(?:if|when|while|although|though|because|since|as|after|before|once|unless|until|where|"
    r"in|on|at|for|during|with|without|by|to|from|under|among|within|unlike|like|despite)\b",
    re.IGNORECASE,
)
# Words that point at another place of the text.
POINTERS = re.compile(
    r"\b(?:figures?|fig\.|tables?|listings?|examples?|tubes?|panels?|boxes|equations?|eq\.|"
    r"sections?|chapters?|modules?|appendix|exercises?)\s+(?:\(?\d|[A-Z]\b|above|below)"
    r"|\b(?:former|latter|respectively|aforementioned|foregoing|above-mentioned)\b"
    r"|\b(?:as|see|shown|mentioned|described|discussed|noted|listed|explained|introduced|defined|"
    r"outlined|depicted|illustrated|given)\s+(?:\w+\s+)?(?:above|below|earlier|previously|later|"
    r"before|here|in\s+(?:the\s+)?(?:figure|table|section|chapter|preceding|previous|next|following))\b"
    r"|\b(?:is|are|be|was|were|been)\s+(?:\w+\s+){0,2}(?:discussed|covered|described|explained)\s+"
    r"(?:(?:further|again|more\s+\w+|in\s+(?:more|greater|full)?\s*details?)\s+)?in\b"
    r"|\bin\s+this\s+(?:chapter|section|book|module|text|unit|article|paper|document|example|case)\b"
    r"|\b(?:this|next|previous|following|preceding|earlier|later)\s+(?:chapter|section|module|unit|"
    r"lesson|page|paragraph)\b|\b(?:the\s+following|as\s+follows|the\s+above)\b|\blearn(?:ed)?\s+about\b"
    r"|\b(?:watch|visit|click|read)\s+(?:this|the|here|more)\b",
    re.IGNORECASE,
)
# Words, beside "this" and "those", that need something said before.
ANAPHORA = re.compile(
    # "such a", "such towns", but "towns such as", "such that" and "no such".
    r"\b(?:(?<!no\s)such\s+(?!as\b|that\b)\w+|the\s+(?:other|others|two|three|four|second|third|next)\b"
    # "The Second World War" is a name.
    r"(?!\s+(?-i:[A-Z]))|the\s+process\s+above|either\s+case|both\s+of\s+(?:these|them)|"
    r"one\s+another\s+such|(?:was|were|is|are)\s+(?:also\s+)?(?:\w+\s+)?here)\b|^the\s+same\b",
    re.IGNORECASE,
)
# The writer speaking of himself or of his text, or to a reader about the reader's own life. A "we"
# that is everybody ("we encode what we hear") and a "you" that is anybody ("you can borrow a value
# twice") stand alone.
ADDRESS = re.compile(
    r"\b(?:i|i[’']m|me|my|mine|myself|ours|ourselves|yours|yourself|let[’']s|let\s+us)\b"
    r"|\b(?:we|you)[’'](?:ll|ve|re|d)\b"
    r"|\bwe\s+(?:\w+ly\s+)?(?:will|shall|have|had|were|was|did|could|would|might|may|should|must|"
    r"just|now|first|next|then|already|also|say|said|see|saw|look|discuss|turn|talk|learn|mention|"
    r"describe|explain|focus|examine|explore|cover|introduce|consider|review|note|begin|start|define|"
    r"assume|suppose|show|present|denote|write|get|obtain|find|found|go|call|want|need|\w+ed)\b"
    r"|\bwe\s+(?:can|do|are)\s+(?:now|also|see|not\s+see|look|going|then|\w+ing)\b"
    r"|\bour\s+(?!own\b|ability\b|bod(?:y|ies)\b|brains?\b|minds?\b|senses?\b|memor(?:y|ies)\b|"
    r"immune\b|nervous\b|species\b|planet\b|environment\b|eyes?\b|ears?\b|cells?\b|thoughts?\b|"
    r"emotions?\b|perceptions?\b|behaviou?rs?\b|attention\b|solar\b|galaxy\b)"
    r"|\byou\s+(?!can\b|cannot\b|must\b|need\s+to\b|use\b|call\b|declare\b|create\b|want\s+to\b|"
    r"have\s+to\b|assign\b|pass\b|store\b|define\b|specify\b|attempt\b|add\b|write\b|return\b|"
    r"multiply\b|divide\b|don[’']t\s+(?:have|need)\s+to\b)"
    r"|\byou\s*[.,;?!]|\byou\s+can\s+(?:also\s+)?(?:see|find|read|imagine|think|learn|watch|visit)\b"
    r"|\byour\s+(?!(?:code|program|projects?|application|system|files?|data|computer|browser|server|"
    r"package|librar(?:y|ies)|module|script|tests?|types?|functions?)\b)",
    re.IGNORECASE,
)
# What a text says to make a reading machine obey; kept out of items whoever is meant.
INSTRUCTION = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass)\b[^.]{0,40}\b(?:instructions?|prompts?|rules?|"
    r"above|previous|everything)\b|\b(?:system\s+prompt|jailbreak|prompt\s+injection)\b"
    r"|\b(?:respond|reply|answer|output)\s+(?:only|with|always)\b"
    r"|\b(?:the\s+)?(?:assistant|language\s+model|chatbot|AI(?:\s+(?:model|system|assistant))?|reader|"
    r"grader|quiz\s+generator)\s+(?:you\s+)?(?:must|should|shall|is\s+to|has\s+to|needs?\s+to)\b"
    r"|\bas\s+an?\s+(?:AI|language\s+model)\b|\bmark\b[^.]{0,40}\bas\s+(?:true|correct|right)\b",
    re.IGNORECASE,
)
# What only an address, a rights notice or a listing holds.
BOILERPLATE = re.compile(
    r"https?://|www\.|\S+@\S+\.\w|©|\ball\s+rights\s+reserved\b|\bcreative\s+commons\b|"
    r"\bcopyright(?:ed)?\s+(?:\(c\)|©|\d{4})|\blicen[cs]ed\s+under\b|\bISBN\b|\bdoi:|"
    r"\bpermission\s+(?:is|to\s+(?:reproduce|copy))\b|[{}<>|\\^=]|\s[+*/]\s|→|\$\w|`|_{2,}|\w\(\)",
    re.IGNORECASE,
)
# Words that a learner cannot date or weigh.
VAGUE = re.compile(
    r"\b(?:today|currently|(?<!more )recently|nowadays|now|then|these\s+days|many\s+(?:people|of)|"
    r"some\s+(?:people|of|researchers|scientists)|various|several|certain|things?|stuff|perhaps|"
    r"probably|possibly|in\s+many\s+cases|also|too|again|as\s+well|in\s+addition|however|therefore|"
    r"thus|for\s+example|for\s+instance|interesting|important)\b",
    re.IGNORECASE,
)
# Words that weaken a statement: it can still be asked about, but is not plainly true or false.
HEDGES = re.compile(
    r"\b(?:often|usually|typically|generally|commonly|sometimes|may|might|could|likely|similar)\b",
    re.IGNORECASE,
)
# Headings under which stands no matter to be learned.
SKIPPED_HEADINGS = re.compile(
    r"^(?:[\d.]+\s+)?(?:review(?:\s+questions?)?|exercises?|problems?|problem\s+sets?|questions?|"
    r"self[- ](?:check|test|assessment)|check\s+your\b.*|test\s+your\b.*|multiple[- ]choice|"
    r"true[ /-]+(?:or[ -])?false|fill\s+in\b.*|matching|short\s+answers?|"
    r"critical\s+thinking(?:\s+questions?)?|"
    r"personal\s+application.*|discussion(?:\s+(?:questions?|topics?|prompts?))|homework|quiz(?:zes)?|"
    r"answers?(?:\s+key)?|solutions?(?:\s+to\b.*)?|answer\s+key|think\s+(?:about|it)\b.*|"
    r"references?|bibliography|works\s+cited|literature(?:\s+cited)?|further\s+reading|sources|notes|"
    r"endnotes|footnotes|recommended\b.*|suggested\b.*|see\s+also|external\s+links|link\s+to\s+learning|"
    r"acknowledge?ments?|about(?:\s+.*)?|preface|foreword|dedication|licen[cs]e|licensing|copyright.*|"
    r"credits|contributors|contributing|attributions?|authors?|index|(?:table\s+of\s+)?contents|"
    r"change\s*log|learning\s+(?:objectives?|outcomes?|goals)|objectives?|outline|chapter\s+outline|"
    r"prerequisites)\s*:?$",
    re.IGNORECASE,
)
OBJECTIVES_HEADING = re.compile(
    r"^(?:[\d.]+\s+)?(?:learning\s+|chapter\s+)?(?:objectives?|outcomes?|goals)\s*:?$",
    re.IGNORECASE,
)
OBJECTIVES_LEAD = re.compile(
    r"\b(?:you\s+(?:will|should)\s+be\s+able\s+to|students?\s+(?:will|should)\s+be\s+able\s+to|"
    r"learning\s+(?:objectives|outcomes))\b[^.]{0,60}:?\s*$",
    re.IGNORECASE,
)
OBJECTIVE_VERB = re.compile(
    r"^(?:[-•*–\d.)\s]*)(?:analy[sz]e|apply|appreciate|assess|calculate|classify|compare|compute|"
    r"construct|contrast|define|demonstrate|derive|describe|design|determine|differentiate|discuss|"
    r"distinguish|estimate|evaluate|examine|explain|explore|formulate|give|identify|illustrate|"
    r"implement|interpret|label|list|locate|name|outline|predict|recall|recogni[sz]e|relate|review|"
    r"select|show|sketch|solve|state|summari[sz]e|trace|understand|use|write)\b\s+\S",
    re.IGNORECASE,
)
# A line that is an option or a task of an exercise.
EXERCISE_LINE = re.compile(r"^\s*(?:\(?[a-eA-E][.)]\s|Q\d*[.:]\s|A\d*[.:]\s|Answer\s*:)")
# What follows stands as one example of several.
EXAMPLES = re.compile(
    r"\b(?:such\s+as|including|includes?|e\.g\.|for\s+example|for\s+instance|like|namely)\s*$"
    r"|\b(?:such\s+as|including|includes?|e\.g\.|for\s+example,?|for\s+instance,?)\s[^.;]*$",
    re.IGNORECASE,
)
# A citation, an empty reference or a pointer in brackets, which a stem does without.
BRACKETED = re.compile(
    r"\s*\(\s*(?:see)?\s*\)|\s*\((?:see\s+)?(?:[^()]*\b(?:1[89]|20)\d\d[a-z]?|fig(?:ure|\.)?[^()]*|table[^()]*|"
    r"see\s[^()]*|n\.d\.|[^()]*n\.d\.)\)|\s*\[(?:\d+(?:[,–-]\s*\d+)*|citation needed|link)\]",
    re.IGNORECASE,
)
