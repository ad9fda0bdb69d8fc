"""Whether a text only describes a product, in the third person, as a catalogue would.

There nobody speaks of their own day: "shows what is late" and "removes duplicate rows" are features,
words of trouble or not, and what the product is for stands in "helps", "for", "the purpose of".
"""

import re
from functools import lru_cache

from evigate.studio.extraction.reading import Reading
from evigate.studio.extraction.words import verb_of

OPENING_SENTENCES = 3
_SPEAKER = re.compile(r"\b(?:we|i|our|my|us|me|i'd|i'm|we're|we'd)\b")
# "The system shall …", "Build a …": somebody asks for it.
_ASKS = re.compile(
    r"\bshall\b|\b(?:seeks|intends|wishes|wants|requires)\s+(?:an?|to)\b|\bplease\b|\b(?:currently|at\s+present|at\s+the\s+moment|nowadays)\b"
    r"|^\s*(?:build|create|develop|make|design|implement|write|program|code|generate|set\s+up|scaffold|need|using)\b"
)
# "TidyTable is a utility", "It is an app": what it is, in so many words.
_IS_PRODUCT = re.compile(
    r"\b(?:is|are)\s+(?:an?|the)\s+(?:[\w'’-]+\s+){0,6}?(?:app|application|tool|utility|program(?:me)?|software|system|platform|website|site|portal|game|puzzle|simulat(?:ion|or)"
    r"|quiz|editor|player|planner|organi[sz]er|tracker|manager|calculator|converter|generator|viewer|reader|browser|builder|trainer|timer|scheduler|finder|checker|scanner|recorder|monitor"
    r"|assistant|companion|helper|dashboard|marketplace|plug-?in|extension|widget|suite|bot)\b"
)
# "StrideBook is a running diary": with a name of its own these are products too.
_MAY_BE = re.compile(
    r"\bis\s+(?:an?|the)\s+(?:[\w'’-]+\s+){0,6}?(?:diary|journal|log|logbook|notebook|calendar|community|service|package|library|guide|catalogue|network|shop|store|exchange|board|map|atlas|archive|trainer|course|lab|studio|desk|companion|toolbox|toolkit|kit|album|directory|register|index|forum|club|hub|quiz|list)\b"
)
# "Is a puzzle game", "Build a tower-defence game"; a board game club is none.
_GAME = re.compile(
    r"\b(?:is|are|build|create|make|develop|design|write|generate|program|code|called)\s+(?:me\s+)?(?:an?|the)\s+(?:[\w'’-]+\s+){0,6}?(?:games?|puzzle|platformer|shooter|roguelike|jump\s+and\s+run|arcade|solitaire|tetris|snake|tower\s+defen[cs]e)\b(?!\s+(?:club|cafe|café|shop|store|library|tracker|collection|night|evening|rental)s?\b)"
    r"|\bplayers?\s+(?:controls?|moves?|steers?|jumps?|shoots?|collects?|swaps?|explores?|builds?)\b|\benem(?:y|ies)\b|\bgame\s+over\b"
)
# "The purpose of X is …. The software compares …".
_CALLED = re.compile(
    r"\b(?:the|this)\s+(?:software|app|application|program(?:me)?|tool|utility|game|platform)\b"
)
# A name, and a verb that agrees with it: "TrailFolio helps", "Morning Sheet is".
_NAMED = re.compile(r"\s*(?P<name>[A-Z][\w'’.-]*(?:\s+[A-Z][\w'’.-]*){0,3})\s+(?P<verb>[a-z]+s)\b")
_SERVES = frozenset(
    [
        "helps",
        "lets",
        "allows",
        "enables",
        "makes",
        "turns",
        "frees",
        "brings",
        "replaces",
        "gathers",
        "supports",
        "teaches",
        "assists",
        "keeps",
        "saves",
        "spares",
        "combines",
        "offers",
        "provides",
        "shows",
        "tells",
        "gives",
        "simplifies",
        "connects",
        "displays",
    ]
)
_NO_NAME = frozenset(
    [
        "the",
        "a",
        "an",
        "our",
        "my",
        "this",
        "that",
        "these",
        "those",
        "each",
        "every",
        "all",
        "many",
        "most",
        "some",
        "we",
        "i",
        "it",
        "they",
        "he",
        "she",
        "there",
        "customers",
        "users",
        "staff",
        "people",
        "parents",
    ]
)


def is_described(reading: Reading) -> bool:
    """Say whether a text is the description of a product, with nobody speaking of themselves."""
    return _is_described(reading.text, reading.shadow, reading.sentences[:OPENING_SENTENCES])


# Asked of every clause of a text in turn.
@lru_cache(maxsize=2)
def _is_described(text: str, shadow: str, opening: tuple[tuple[int, int], ...]) -> bool:
    if _SPEAKER.search(shadow) or _ASKS.search(shadow):
        return False
    return any(
        _IS_PRODUCT.search(shadow, start, end)
        or _CALLED.search(shadow, start, end)
        or _is_named(text[start:end])
        for start, end in opening
    )


def is_game(reading: Reading) -> bool:
    """Say whether the opening of a text speaks of a game, whose goals and losses are part of it."""
    return any(
        _GAME.search(reading.shadow, start, end)
        for start, end in reading.sentences[:OPENING_SENTENCES]
    )


def _is_named(sentence: str) -> bool:
    match = _NAMED.match(sentence)
    if match is None or match["name"].split()[0].lower() in _NO_NAME:
        return False
    first = match["name"].split()[0]
    is_made_up = any(mark.isupper() for mark in first[1:]) or first != match["name"]
    if match["verb"] == "is":
        return is_made_up or _MAY_BE.search(sentence.lower()) is not None
    return match["verb"] in _SERVES or (is_made_up and verb_of(match["verb"]) is not None)
