"""The singular of an English noun, by rule and a short list of exceptions.

Stems say that two words are the same; a singular is what may be shown. A word that is no plural
comes back as it is, and so does one that the rules do not know.
"""

import re
from functools import lru_cache

_IRREGULAR = {
    "people": "person",
    "persons": "person",
    "children": "child",
    "grandchildren": "grandchild",
    "men": "man",
    "women": "woman",
    "feet": "foot",
    "teeth": "tooth",
    "mice": "mouse",
    "geese": "goose",
    "wives": "wife",
    "lives": "life",
    "knives": "knife",
    "shelves": "shelf",
    "leaves": "leaf",
    "halves": "half",
    "analyses": "analysis",
    "diagnoses": "diagnosis",
    "criteria": "criterion",
    "indices": "index",
    "matrices": "matrix",
    "movies": "movie",
    "cookies": "cookie",
    "calories": "calorie",
    "ties": "tie",
    "pies": "pie",
    "quizzes": "quiz",
    "buses": "bus",
    "statuses": "status",
    "viruses": "virus",
    "bonuses": "bonus",
    "campuses": "campus",
    "menus": "menu",
    "staff": "staff",
}
# Singular already, whatever they end in.
_SAME = frozenset(
    [
        "news",
        "series",
        "species",
        "status",
        "bus",
        "gas",
        "lens",
        "campus",
        "virus",
        "bonus",
        "census",
        "process",
        "address",
        "access",
        "business",
        "progress",
        "analysis",
        "diagnosis",
        "basis",
        "crisis",
        "class",
        "glass",
        "pass",
        "boss",
        "loss",
        "mass",
        "dress",
        "press",
        "success",
        "fitness",
        "wellness",
        "illness",
        "always",
        "this",
        "is",
        "was",
        "has",
        "does",
        "across",
        "less",
        "unless",
        "plus",
        "minus",
        "physics",
        "mathematics",
        "logistics",
        "analytics",
        "statistics",
        "economics",
        "electronics",
        "sms",
        "gps",
        "ios",
        "aws",
        "https",
        "data",
        "goods",
        "logistics",
        "headquarters",
        "pos",
        "cms",
        "gis",
        "kubernetes",
        "jeans",
        "stress",
        "wireless",
        "express",
        "canvas",
        "atlas",
        "christmas",
        "perhaps",
        "various",
        "previous",
    ]
)
_ENDS_IN_MEN = frozenset({"specimen", "regimen", "abdomen", "acumen", "hymen"})
_SIBILANT = re.compile(r"(?:ss|sh|ch|x|zz)es$")


@lru_cache(maxsize=20_000)
def singular(word: str) -> str:
    """Return the singular of a word in lower case, or the word itself where it is no plural."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word.endswith("men") and word not in _ENDS_IN_MEN and len(word) > 5:
        return word[:-3] + "man"
    if (
        word in _SAME
        or len(word) < 4
        or not word.endswith("s")
        or word.endswith(("ss", "us", "is"))
    ):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    if _SIBILANT.search(word):
        return word[:-2]
    return word[:-1]
