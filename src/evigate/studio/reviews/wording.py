"""Words that leave open what is meant, and numbers with what they count: shared by the reviewers.

The lists are the usual ones of requirements engineering (ISO/IEC/IEEE 29148, 5.2.7, and the rules
of INCOSE): superlatives, subjective words, loopholes, open ends.
"""

import re
from collections.abc import Iterator

VAGUE = re.compile(
    r"\b(easy|easily|simple|simply|fast|quick|quickly|soon|user-friendly|intuitive|nice|modern"
    r"|flexible|efficient|efficiently|effective|robust|seamless(?:ly)?|adequate|appropriate"
    r"|appropriately|reasonable|sufficient|some|several|many|few|often|usually|normally|generally"
    r"|as needed|if needed|if possible|where possible|as appropriate|as required|timely|best|better"
    r"|minimal|optimal|state of the art|up to date|etc)\b",
    re.I,
)
OPEN_END = re.compile(
    r"\b(etc\.?|and so on|and so forth|among others|such as|including but)\b", re.I
)
QUALITY = re.compile(
    r"\b(performance|responsive|response time|available|availability|uptime|scal(?:e|es|able)"
    r"|load|throughput|latency|secure|reliable)\b",
    re.I,
)
NUMBER = re.compile(
    r"\d|\b(one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|fifty|hundred"
    r"|thousand|half|twice|once)\b",
    re.I,
)
AMOUNT = re.compile(
    r"(?P<number>\d[\d,.]*)\s*(?P<unit>%|percent|seconds?|minutes?|hours?|days?|weeks?|months?"
    r"|years?|euros?|dollars?|users?|salons?|people|times|km|miles|characters|MB|GB)(?!\w)",
    re.I,
)


def vague_in(text: str) -> re.Match[str] | None:
    """Return the first vague word of what is stated; a question that was asked states nothing."""
    for found in VAGUE.finditer(text):
        end = re.search(r"[.?!](\s|$)", text[found.end() :])
        if end is None or not end[0].startswith("?"):
            return found
    return None


def amounts(text: str) -> Iterator[tuple[str, str]]:
    """Yield each number with its unit, the unit without a plural's s, in their order."""
    for found in AMOUNT.finditer(text):
        yield found["unit"].lower().removesuffix("s"), found["number"].rstrip(".,").replace(",", "")


def sentence_at(text: str, start: int) -> str:
    """Return the sentence or line of a text that a place stands in."""
    begin = max(text.rfind(". ", 0, start) + 2 if ". " in text[:start] else 0,
                text.rfind("\n", 0, start) + 1)  # fmt: skip
    ends = [at for at in (text.find(". ", start), text.find("\n", start)) if at >= 0]
    return text[begin : min(ends) + 1 if ends else len(text)].strip()
