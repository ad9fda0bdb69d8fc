"""The built-in reviewers' rules: completeness, wording, security, consistency, testability.

Pure. A rule yields what it found in the pieces before it. Whether something is missing is said only
where all of the material was given; otherwise it may be among what was left out.
"""

import re
from collections.abc import Callable, Iterator, Mapping

from evigate.language.words import content_stems
from evigate.studio.reviews.models import Finding
from evigate.studio.reviews.reading import ACCEPTED, FIELDS, RIGHTS, STEPS, Desk, Read
from evigate.studio.reviews.wording import (
    NUMBER,
    OPEN_END,
    QUALITY,
    VAGUE,
    amounts,
    sentence_at,
    vague_in,
)

QUOTE_CHARACTERS = 400
ALIKE, SHARED_WORDS, DELETERS = 0.8, 4, 2
PERSONAL = re.compile(r"^(email|e_mail|phone|mobile|address|birth\w*|health\w*|iban|card\w*|ssn)\b")
KEEPING = re.compile(
    r"\b(retain|retention|erase|erasure|delet\w+ after|kept for|keep\w* for)\b", re.I
)
SIGNING = re.compile(
    r"\b(sign(?:s|ed)? in|log(?:s|ged)? in|authenticat\w+|password|passkey)\b", re.I
)
Rule = Callable[[Desk, bool], Iterator[Finding]]


def found(
    rule: str, piece: Read, quote: str, message: str, fix: str, *, is_grave: bool = False
) -> Finding:
    """Return a finding about a piece, in its words."""
    return Finding(
        rule=rule,
        severity="warning" if is_grave else "note",
        element=piece.key,
        message=message[:600],
        fix=fix,
        quote=quote[:QUOTE_CHARACTERS],
        passage=piece.passage,
    )


def completeness(desk: Desk, is_whole: bool) -> Iterator[Finding]:
    """Yield what is not there: calls of a record, an end of a life, how long something is kept."""
    stated = "\n".join(each.text for each in desk.of("requirement"))
    called = {each.name for each in desk.of("calls")}
    for record in desk.of("record"):
        private = [line for line in record.lines(FIELDS) if line.endswith(", private")]
        if private and is_whole and not KEEPING.search(stated):
            message = f"Nobody said how long {record.title} keeps what is private."
            yield found("NO_RETENTION", record, private[0], message,
                        "Say how long it is kept and who erases it.", is_grave=True)  # fmt: skip
        steps = [line.partition(":")[0].split(" to ") for line in record.lines(STEPS)]
        starts, ends = {each[0] for each in steps}, {each[-1] for each in steps}
        if steps and ends <= starts:
            yield found("NO_END", record, record.lines(STEPS)[0],
                        f"The life of {record.title} has no end.", "Say how it ends.")  # fmt: skip
        if is_whole and record.name not in called:
            yield found("NO_CALLS", record, record.lines(FIELDS)[0] if record.lines(FIELDS)
                        else record.text, f"Nothing makes or reads {record.title}.",
                        "Say who keeps it, or leave it out.")  # fmt: skip
    if is_whole:
        yield from _features(desk)


def _features(desk: Desk) -> Iterator[Finding]:
    ids = " ".join(each.name for each in desk.of("requirement"))
    for feature in desk.of("feature"):
        if ids and f"FR-{feature.name.upper()}" not in ids:
            yield found("NO_REQUIREMENT", feature, feature.text,
                        f"{feature.title} was chosen, and no requirement carries it.",
                        "Say what it must do, or drop it.", is_grave=True)  # fmt: skip


def wording(desk: Desk, is_whole: bool) -> Iterator[Finding]:
    """Yield what can be read in more than one way."""
    for each in desk.of("requirement"):
        if (vague := vague_in(each.text)) is not None:
            yield found("VAGUE_WORD", each, sentence_at(each.text, vague.start()),
                        f"“{vague[0]}” means something else to everybody.",
                        "Say it in a number, or in what can be seen.", is_grave=True)  # fmt: skip
        if (open_end := OPEN_END.search(each.text)) is not None:
            yield found("OPEN_END", each, sentence_at(each.text, open_end.start()),
                        f"“{open_end[0]}” leaves the list open.", "Name all of them.")  # fmt: skip
        if len(re.findall(r"\bshall\b", each.text)) > 1:
            yield found("TWO_IN_ONE", each, each.text, "It asks for two things at once.",
                        "Make two requirements of it.")  # fmt: skip


def security(desk: Desk, is_whole: bool) -> Iterator[Finding]:
    """Yield what somebody could see or do that should not."""
    for record in desk.of("record"):
        private = [line for line in record.lines(FIELDS) if line.endswith(", private")]
        wide = [line for line in record.lines(RIGHTS) if not line.endswith("(their own)")]
        if private and wide:
            name = private[0].partition(":")[0]
            yield found("PRIVATE_TO_ALL", record, wide[0],
                        f"{record.title} keeps {name}, which is private, and {wide[0]} of all.",
                        "Say whose records they may see.", is_grave=True)  # fmt: skip
        for line in record.lines(FIELDS):
            if PERSONAL.match(line) and not line.endswith(", private"):
                name = line.partition(":")[0]
                yield found("PERSONAL_NOT_PRIVATE", record, line,
                            f"{name} of {record.title} tells of a person and is not private.",
                            "Say that it is private, or that all may see it.")  # fmt: skip
    for call in desk.of("calls"):
        for heading, text in call.sections.items():
            roles = text.partition(", for ")[2].split(", ")
            if text.startswith("DELETE") and len(roles) > DELETERS:
                yield found("MANY_DELETE", call, text, f"{len(roles)} roles may do {heading}.",
                            "Let one role remove it.")  # fmt: skip
    yield from _signing(desk, is_whole)


def _signing(desk: Desk, is_whole: bool) -> Iterator[Finding]:
    guarded = [each for each in desk.of("requirement") if each.name.startswith("AC")]
    said = "\n".join(each.text for each in (*desk.of("requirement"), *desk.of("feature")))
    if is_whole and guarded and not SIGNING.search(said):
        yield found("NO_SIGN_IN", guarded[0], guarded[0].text,
                    "Who somebody is decides what they see, and nobody said how they show it.",
                    "Say how people sign in.", is_grave=True)  # fmt: skip


def consistency(desk: Desk, is_whole: bool) -> Iterator[Finding]:
    """Yield what two requirements say against each other, or twice."""
    stated = desk.of("requirement")
    words = {each.key: set(content_stems(each.text)) for each in stated}
    for at, one in enumerate(stated):
        for other in stated[at + 1 :]:
            shared = words[one.key] & words[other.key]
            both = words[one.key] | words[other.key]
            if both and len(shared) / len(both) >= ALIKE and one.text != other.text:
                yield found("ALMOST_THE_SAME", other, other.text,
                            f"It says almost what {one.name} says.",
                            "Keep one of them, or say what differs.")  # fmt: skip
            yield from _numbers(one, other, shared)


def _numbers(one: Read, other: Read, shared: set[str]) -> Iterator[Finding]:
    mine, theirs = dict(amounts(one.text)), dict(amounts(other.text))
    for unit in sorted(mine.keys() & theirs.keys()):
        if mine[unit] != theirs[unit] and len(shared) >= SHARED_WORDS:
            yield found("TWO_NUMBERS", other, other.text,
                        f"{one.name} says {mine[unit]} {unit}, this says {theirs[unit]}.",
                        "Say which one holds.", is_grave=True)  # fmt: skip


def testability(desk: Desk, is_whole: bool) -> Iterator[Finding]:
    """Yield what nobody could tell to be met."""
    tested = {each.name for each in desk.of("tests")}
    for each in desk.of("requirement"):
        criteria = each.lines(ACCEPTED)
        if not criteria:
            yield found("NO_CRITERION", each, each.text, "Nothing says when it is met.",
                        "Say what somebody would see.", is_grave=True)  # fmt: skip
        for line in criteria:
            if (vague := VAGUE.search(line)) is not None:
                yield found("VAGUE_CRITERION", each, line,
                            f"“{vague[0]}” in it can be argued about.",
                            "Say it in a number, or in what can be seen.")  # fmt: skip
                break
        if QUALITY.search(each.text) and not NUMBER.search(each.text + " ".join(criteria)):
            yield found("NO_NUMBER", each, each.text, "It speaks of a quality without a number.",
                        "Say how much is enough.", is_grave=True)  # fmt: skip
        if is_whole and tested and each.name not in tested:
            yield found("NO_TEST", each, each.text, "No test looks at it.",
                        "Compile again, or give it a criterion.")  # fmt: skip


RULES: Mapping[str, Rule] = {
    "completeness": completeness,
    "wording": wording,
    "security": security,
    "consistency": consistency,
    "testability": testability,
}
