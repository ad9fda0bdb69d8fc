"""Whether words wish for something or order it, so that they tell nothing of what goes wrong."""

import re

# "I'd like", "should", "Let them order", "It'd be a blessing if", "A form that asks all that".
_WISHES = re.compile(
    r"\b(?:should|ought\s+to|shall|must|wants?|wanted|wish(?:es)?|please|looking\s+for|imagine|(?:seeks|intends|plans|requests|envisages|proposes|recommends)\s+(?:an?|the|to|that)|let's|would\s+(?:like|love|help|be)|(?:we|i|you|it|that|they)'d|(?:we|i)\s+would|if\s+(?:they|we|people|you|parents|customers|\w+s)\s+(?:could|had)"
    r"|(?:we|i|they|and|also)\s+need|(?<!in\s)needs?\s+(?:an?|the|to|some|it|something)\b|(?:is|are)\s+to\s+be|(?:it|everything)\s+(?:has|needs)\s+to)\b"
    r"|(?<!not\s)\b(?:may|can)\b(?!\s*(?:not|'t|only|hardly|barely))"
)
_ORDERS = re.compile(
    r"\s*(?:(?:so|and|then|ok|okay|right|quick\s+one|hi|hey|hello)[\s,:]+)*(?:please\s+|(?:can|could|would)\s+you\s+(?:please\s+)?)?"
    r"(?:(?:could|can|would)(?:n't)?\s+(?:there|it|they|we|you)\s|(?:build|create|develop|make|design|implement|write|program|code|generate|set\s+up|scaffold|spin\s+up|give|let|show|list|warn|tell|add|flag|highlight|resume|use|using|allow|send|print|mark|remind|notify|alert|put|include|store|track|detect|remove|delete|handle|support|display|ask|ensure|don't|do\s+not|keep\s+(?:it|the|a)|no(?=\s+(?!one\b|idea\b|overview\b|way\b))|nothing(?=\s+(?:that|which|fancy|more|else|the|complicated)\b))\s"
    r"|(?:an?|one)\s+(?:[\w'-]+\s+){0,3}?(?:list|page|form|screen|map|button|tool|app|application|place|calendar|way|board|program(?:me)?|system|site|website|plan|overview|register|reminder|message|bot|script|table|database|portal|diary|timetable|dashboard|view|code|link|alarm|search|game|widget|extension)\s+(?:that|which|where|to|by|with|for|and|would|will)\s|(?:we|i)\s+need\b|need\s+an?\b)"
)
# "When they want a seat they walk": told, and not wished.
_TOLD = re.compile(
    r"\b(?:nobody|no\s+one|never|hardly|barely|when|if|whoever|who|before|until)\s+(?:\w+\s+){0,3}(?:can|may|wants?|needs?|wanted)\b"
)


def wishes(words: str) -> bool:
    """Say whether words in lower case wish for something, or order it."""
    return _WISHES.search(_TOLD.sub("", words)) is not None or orders(words)


def orders(words: str) -> bool:
    """Say whether words in lower case begin as an order does ("Build a …", "Let them …")."""
    return _ORDERS.match(words) is not None
