"""Data that need protection: by their own name, by being kept or shown, or by being somebody's.

"Diagnosis" is health wherever it stands. "Passwords" are data where they are stored and none where
one logs in with them. "Singers' body measurements" are data because they are the singers'. What is
said not to be stored is claimed as that.
"""

import re
from collections.abc import Iterator, Sequence

from evigate.language.plurals import singular
from evigate.studio.extraction.listing import state_places
from evigate.studio.extraction.mentions import is_likened
from evigate.studio.extraction.models import Found
from evigate.studio.extraction.reading import Reading
from evigate.studio.extraction.refusals import Refusal
from evigate.studio.extraction.sensitive_words import CARED, KEPT, PUBLIC, SENSITIVE
from evigate.studio.extraction.words import person_of
from evigate.studio.fields import SENSITIVE_DATA

WORDS_MAX = 6
# How far from its word a verb of keeping may stand.
_REACH = 90
_STORING = r"(?:stor|sav|record|collect|track|keep|kept|hold|held|logg|process|handl|transmit)\w*"
# "No personal data", "must not contain patient data", "we don't want to store anything about them".
_NO_SENSITIVE = re.compile(
    r"\b(?:no|without(?:\s+any)?)\s+(?:personal|sensitive|private|health|customer|patient|user)\s+(?:data|information)\b"
    r"(?!\s+(?:\w+\s+){0,2}(?:may|can|must|should|shall|will|is|are|gets?|leaves?|to)\s+(?:be\s+|to\s+)?(?:ever\s+)?(?:leav|sent|shared|sold|pass|given|publish|shown|visible|leak|lost|seen|go\b|outside))"
    r"|\b(?:does|do|must|shall|should|may|will|can)(?:\s*n[o']t|\s+not|\s+never)\s+(?:want\s+to\s+)?(?:contain|store|collect|hold|keep|process|save|record)\s+(?:any\s+|anything\s+)?"
    r"(?:(?:personal|sensitive|private|patient|health|customer|user)\s+(?:data|information|details|\w+)|about\s+(?:them|people|anybody|anyone|users|persons)\b)"
)
# "Stores login names", "an entry with the phone number".
_KEPT_BEFORE = re.compile(
    r"\b(?:stor|sav|keep|kept|hold|held|record|enter|note[sd]?\b|noting|log(?:s|ged|ging)?\b(?!\s+in)|collect|captur|leav(?:e|es|ing)\b|left|submit|upload|provid|fill|add(?:s|ed|ing)?\b|regist|attach|writ|wrote"
    r"|manag|contain|includ|sees?\b|seen|view|show|display|shar(?:e|es|ed|ing)\b|access|export|import|read(?:s|ing)?\b|edit|updat|chang|protect|hid(?:e|es|den)\b|mask|encrypt|ask\w*\s+for|obtain|photograph|dictat|track|listing|lists?\b|visible|together|send|compare"
    r"|(?:patient|client|member|customer|person|household|applicant|user|guest|dog|pet|animal|record|entry|profile|form|file|card)s?\s+with\b|(?:give|gives|given|has|have|needs?|know)\b)\w*\s(?:[^.;:!?]{0,70}\s)?(?:[\"'(]\s*)?$"
)
# "Generates and stores passwords": entering one keeps nothing.
_SECRET_KEPT = re.compile(
    r"\b(?:stor(?:e|es|ed|ing)|sav(?:e|es|ed|ing)|keep(?:s|ing)?|kept|hold(?:s|ing)?|manag(?:e|es|ed|ing)|generat(?:e|es|ed|ing)|organi[sz](?:e|es|ed|ing)|remember(?:s|ed|ing)?(?!\s+(?:their|them))|records?|copy|copies|encrypt(?:s|ed|ing)?|protect(?:s|ing)?|backs?\s+up|shar(?:e|es|ing)|safe\s+for|vault\s+(?:for|of))\s(?:[^.;:!?]{0,50}\s)?$"
)
_SECRET_HOUSE = re.compile(r"\s+(?:managers?|vaults?|safes?|keepers?|lists?|stores?|books?)\b")
# "… are encrypted at rest", "… for the coordinator only", "… never leave the device".
_SHIELDED = re.compile(
    r"(?:\s+(?!(?:is|are)\b)[\w'-]+){0,4}?(?<!\sand)\s+(?:(?:is|are|be|must|shall|should|may|can|will|stays?|remains?|gets?|never|not)\s+){1,3}(?:only\s+|be\s+|automatically\s+|also\s+|not\s+|never\s+){0,2}"
    r"(?:encrypt|stored|kept|held|saved|delet|hidden|hid\b|mask|visible|seen|shown|protect|hash|gone|remov|strip|eras|shared|publish|expos|redact|blur|pseudonym|anonymi|private|confidential|secret|leave|readable|accessible|recorded|collected|for\s+(?:the|our)\s|on\s+(?:the|this|their)\s+(?:device|phone|server))"
)
_ONLY = re.compile(r"(?:\s+[\w'-]+){0,3}\s+(?:only|alone)\s*(?:[.,;]|$)")
_NEGATED = r"\b(?:no|never|not|cannot|without|nor|neither)\b|n't\b"
# "Never stores the card data", "no location".
_DENIED_BEFORE = re.compile(
    rf"(?:{_NEGATED})\s+(?:(?!that\b|which\b|who\b)[\w'-]+\s+){{0,3}}?(?:{_STORING}|log|needs?|asks?\s+for|requires?|uses?)\s+(?:[\w'-]+\s+){{0,3}}$"
    rf"|\b(?:system|software|app|application|site|server|shop|platform|program|it)\s+(?:will\s+|must\s+|does\s+|should\s+|shall\s+)?(?:{_NEGATED})\s+sees?\s+(?:[\w'-]+\s+){{0,3}}$"
)
_NO_BEFORE = re.compile(r"\b(?:no|nor|neither)\s+(?:[\w'-]+\s+){0,2}$")
# "… are not recorded", "… never go in", and behind "no": "… is stored".
_DENIED_AFTER = re.compile(
    rf"(?:\s+of\s+\w+)?\s+(?:(?:is|are|will|shall|must|may|should|can|do|does)\s*)?(?:{_NEGATED})\s+(?:be\s+|ever\s+)?(?:{_STORING}|needed|required|go\s+in\b|entered|asked)"
)
_STORED_AFTER = re.compile(
    rf"(?:\s+(?:of|about)\s+\w+)?\s+(?:is|are|will\s+be|shall\s+be|gets?|may\s+be)\s+(?:ever\s+)?(?:{_STORING}|needed|required|asked)"
)
# "No customer data may leave the house" is no refusal of the data.
_GUARDED = re.compile(
    r"(?:\s+of\s+\w+)?\s+(?:(?:may|can|must|should|shall|will|is|are|to|ever|be)\s+){0,3}(?:leav|shar|sold|sent|pass|publish|show|visible|seen|expos|leak|lost)"
)
# What is often denied, and by itself no sign of anything: "no location is stored".
_DENIABLE = re.compile(
    r"(?<![\w-])(?:(?:exact\s+)?locations?|(?:full\s+|real\s+)?names?|photos|pictures|faces|e-?mail\s+addresses|addresses|phone\s+numbers)(?!\w)"
)
_PERSONS_PLAIN = frozenset({"people", "persons", "deceased", "staff"})
# Before its noun: "singers' body measurements", "patient data", "an owner's street".
_WHO = re.compile(
    r"(?P<who>[a-z]+(?:-[a-z]+)*)(?P<own>'s?)?\s+(?:(?:own|body|home|postal|full|first|last|real|medical|wound|street)\s+){0,2}$"
)
_DATA = re.compile(
    r"(?<![\w-])(?:(?P<plain>data|details|information|particulars|addresses|names|phone\s+numbers?|telephone\s+numbers?|e-?mails|e-?mail\s+addresses)"
    r"|(?P<cared>records?|files|dossiers?|notes|histor(?:y|ies)|photos?|photographs?|pictures|portraits?|videos|recordings?)"
    r"|(?P<owned>name|address|street|measurements|results|scores|answers|numbers?|e-?mail|signatures?|movements|conditions|needs|illness|problems|opinions|votes?|debts?|fees\s+owed|fines))(?![\w-])"
)
_OF_WHOM = re.compile(
    r"\s+(?:of|about|on|showing)\s+(?:(?:the|our|their|all|any|each|every|living|other|individual|affected|young|single)\s+){0,2}(?P<who>[a-z]+(?:-[a-z]+)*)"
)
_PERSONAL = re.compile(
    r"data|details|information|particulars|records?|files|notes|names?|everything|photos?|photographs?|pictures|portraits?|videos|recordings?|measurements|addresses"
)
_EVERYTHING = re.compile(r"\beverything\s+about\s+(?:the\s+)?(?P<who>[a-z]+)")
_WHO_IS = re.compile(
    r"\bwho\s+(?:is|was|are|were)\s+(?:treated|ill|sick|pregnant|in\s+debt|behind|absent)\b[^.,;:\n]{0,20}"
)


def sensitive_claims(reading: Reading, refused: Sequence[Refusal]) -> Iterator[Found]:
    """Yield the kinds of sensitive data that a text deals with, and those it says it has not."""
    match = _NO_SENSITIVE.search(reading.shadow)
    if match and reading.is_read(match.start()):
        yield _found(reading, "none", *match.span(), 0.85)
        return
    classes = list(_classes(reading, refused))
    yield from classes
    told: list[str] = []
    for found in sorted(_kept(reading, refused), key=lambda each: -len(each.value)):
        is_told = any(found.start < each.end and each.start < found.end for each in classes)
        # "Passwords", after "login names and passwords", says nothing more.
        if not is_told and not any(singular(found.value) in each for each in told):
            told.append(found.value)
            yield found


def _found(reading: Reading, value: str, start: int, end: int, confidence: float) -> Found:
    quote = reading.text[start:end]
    return Found(SENSITIVE_DATA, value, "fact", confidence, quote, start, end, "sensitive")


def _classes(reading: Reading, refused: Sequence[Refusal]) -> Iterator[Found]:
    """Yield each class that is named, at its first place; one that is only denied as that."""
    listed = state_places(reading)
    for name, pattern in SENSITIVE.items():
        denied: Found | None = None
        for match in pattern.finditer(reading.shadow):
            start, end = match.span()
            # A board that is "private, shared or final" holds nothing private for that.
            if any(first <= start < last for first, last in listed) or not _is_said(reading, start):
                continue
            if _is_refused(reading, refused, start, end):
                continue
            if _is_denied(reading, start, end):
                denied = denied or _not_stored(reading, start, end)
            else:
                yield _found(reading, name, start, end, 0.75)
                break
        else:
            if denied is not None:
                yield denied


def _kept(reading: Reading, refused: Sequence[Refusal]) -> Iterator[Found]:
    """Yield the words that are data here because they are kept, or are somebody's."""
    shadow = reading.shadow
    places = [
        (match.start(), match.end(), _is_kept(reading, name, match.start(), match.end()))
        for name, pattern in KEPT.items()
        for match in pattern.finditer(shadow)
    ]
    places += [(start, end, True) for start, end in _somebodys(reading)]
    places += [(match.start(), match.end(), False) for match in _DENIABLE.finditer(shadow)]
    count = last = 0
    for start, end, is_held in sorted(places, key=lambda each: (each[0], -each[1])):
        if count >= WORDS_MAX or start < last or not _is_said(reading, start):
            continue
        if _is_refused(reading, refused, start, end):
            continue
        if _is_denied(reading, start, end):
            yield _not_stored(reading, start, end)
        elif is_held:
            yield _found(reading, _words(reading, start, end), start, end, 0.65)
        else:
            continue
        count, last = count + 1, end


def _is_refused(reading: Reading, refused: Sequence[Refusal], start: int, end: int) -> bool:
    is_within = any(each.start <= start < each.end for each in refused)
    return is_within and _GUARDED.match(reading.shadow, end) is None


def _words(reading: Reading, start: int, end: int) -> str:
    """Return words as a value: "Client names" begins a sentence, "PIN" does not."""
    value = " ".join(reading.text[start:end].split())
    return value if value[1:2].isupper() else value[:1].lower() + value[1:]


def _is_said(reading: Reading, start: int) -> bool:
    return reading.is_read(start) and not is_likened(reading.shadow, start)


def _not_stored(reading: Reading, start: int, end: int) -> Found:
    words = " ".join(reading.shadow[start:end].split())
    return _found(reading, f"{words}: not stored", start, end, 0.6)


def _is_denied(reading: Reading, start: int, end: int) -> bool:
    """Say whether data are said not to be stored: "no location is stored", "never sees the card"."""
    clause = reading.clause_at(start)
    before = reading.shadow[max(clause.start, start - _REACH) : start]
    behind = reading.shadow[end : min(clause.sentence_end, end + _REACH)]
    if _DENIED_AFTER.match(behind) or _DENIED_BEFORE.search(before):
        return True
    return bool(_NO_BEFORE.search(before) and _STORED_AFTER.match(behind))


def _is_kept(reading: Reading, name: str, start: int, end: int) -> bool:
    """Say whether a word is of what is kept, shown or shielded in its sentence."""
    clause = reading.clause_at(start)
    before = reading.shadow[max(clause.sentence_start, start - _REACH) : start]
    behind = reading.shadow[end : min(clause.sentence_end, end + _REACH)]
    if _SHIELDED.match(behind) or _ONLY.match(behind):
        return True
    if name == "credentials":
        return _SECRET_KEPT.search(before) is not None or _SECRET_HOUSE.match(behind) is not None
    return _KEPT_BEFORE.search(before) is not None


def _somebodys(reading: Reading) -> Iterator[tuple[int, int]]:
    """Yield where data are somebody's: "clients' notes", "photos of the children"."""
    shadow = reading.shadow
    for match in _DATA.finditer(shadow):
        who = _WHO.search(shadow, max(0, match.start() - 40), match.start())
        if who and _is_owner(who["who"], str(match.lastgroup), is_own=bool(who["own"])):
            yield who.start(), match.end()
            continue
        of = _OF_WHOM.match(shadow, match.end()) if _PERSONAL.fullmatch(match[0]) else None
        if of and _is_cared(of["who"]):
            yield match.start(), of.end()
    for match in _EVERYTHING.finditer(shadow):
        if _is_cared(match["who"]):
            yield match.span()
    for match in _WHO_IS.finditer(shadow):
        yield match.span()


def _is_owner(who: str, kind: str, *, is_own: bool) -> bool:
    person = person_of(who) or (singular(who) if singular(who) in CARED else None)
    if person is None or (person in PUBLIC and not is_own):
        return False
    if kind == "plain":
        return person not in PUBLIC
    return person in CARED if kind == "cared" else is_own and person not in PUBLIC - {"owner"}


def _is_cared(who: str) -> bool:
    return who in _PERSONS_PLAIN or singular(who) in CARED or person_of(who) in CARED
