"""How much is to come: the counts that say so, and words for many that give no number.

Users, sites and a stock of things are a load ("about 15,000 objects", "there are fourteen boats");
"at least three photos" and "40 characters" are rules, and no load.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from evigate.studio.extraction.counting import Count
from evigate.studio.extraction.lexicon import word_set
from evigate.studio.extraction.models import Found
from evigate.studio.extraction.reading import Reading
from evigate.studio.extraction.words import is_thing, person_of
from evigate.studio.fields import COUNTS, EXPECTED_SCALE

SCALE_FROM = 20
# So many of what a business has are a load; fewer may be any number of things.
HOLDINGS_FROM = 4
_SCALED = word_set(
    """
    user customer client member patient student pupil volunteer employee worker agent
    therapist lawyer engineer donor visitor guest subscriber participant driver resident
    household tenant staff seat site salon shop store branch location warehouse hotel room
    school office building machine sensor vehicle car bike unit booking order appointment
    reservation transaction movement shipment parcel delivery delivery invoice ticket message
    event call request visit inspection question product item sku article tool record document
    page photo file property apartment flat listing class course session table plant animal
    device teacher trainer family person company supplier donation pre-order hectare acre
    """
)
_HOLDINGS = word_set(
    """
    aircraft bed berth boat book bottle boat bridge bus camera chair chapter choir clinic club computer contract
    costume county court cow crew desk district dog exhibit farm field film folder freezer fridge
    garage garden goat grave greenhouse group herd hive horse instrument key kiln kit laptop library
    lift locker lorry meter museum orchard oven parish path plot practice printer
    project pump region road robot screen sheep song stable stall stand stop tablet tank team tent tower
    trail train tram tree truck turbine van village vineyard ward well window workshop
    """
)
# "Head" of cattle, "sets of sheet music": what is counted comes behind, or is understood.
_MEASURED = re.compile(r"\s+of\s+[a-z]")
_PORTIONS = word_set("set copy piece pair box roll bundle crate carton kilo ton head")
# "About", "over" and "up to" a number are loads too; "at least" and "under" are demands.
_LOADED = re.compile(
    r"(?:up\s+to|at\s+most|max(?:imum|\.)?(?:\s+of)?|more\s+than|over|about|around|roughly|approx(?:imately|\.)?|ca\.?|some|nearly|almost)$"
)
_RULED = word_set(
    """
    character letter word symbol digit pixel px fps mb gb kb tb dpi step time try attempt second
    percent point degree row-height
    """
)
_OWNED = re.compile(
    r"\b(?:there\s+are|(?:we|i|they)(?:\s+(?:have|run|own|manage|rent(?:\s+out)?|keep|lend|operate|serve|breed|grow|maintain|look\s+after|care\s+for|hold)|'ve(?:\s+got)?))\s+(?:now\s+|currently\s+|only\s+)?$"
)
_MANY = (
    r"(?:hundreds|thousands|dozens|tens\s+of\s+thousands|millions)\s+of|(?:half\s+an?|an?|two|three|four|five|six|several|a\s+few|a\s+couple(?:\s+of)?)\s+dozen"
    r"|(?:a\s+(?:few|couple(?:\s+of)?)|several)\s+(?:hundred|thousand)"
)
# "Hundreds of members", "a few thousand entries".
_VAGUE = re.compile(rf"\b(?:{_MANY})\s+(?:[a-z-]+\s+)?(?P<of>[a-z-]+s|people|staff)\b")
# "Several cars are supported", "handles any number of shops".
_SEVERAL = r"(?:several|multiple|many|any\s+number\s+of|an\s+unlimited\s+number\s+of|unlimited)"
_SUPPORTED = re.compile(
    rf"\b{_SEVERAL}\s+(?:[a-z-]+\s+)?(?P<of>[a-z-]+s|people)\s+(?:are|can\s+be)\s+(?:supported|possible|allowed|managed|handled|kept)\b"
    rf"|\b(?:supports?|handles?|manages?|copes?\s+with)\s+{_SEVERAL}\s+(?:[a-z-]+\s+)?(?P<kept>[a-z-]+s|people)\b"
)
_LOST = re.compile(r"\b(?:los\w+|wast\w+|cost\w*|miss\w*|lines\s+of|spend\w*)\s+$")


def count_claims(reading: Reading, found: Sequence[Count]) -> Iterator[Found]:
    """Yield each count, and again as the scale to expect where it says how much is to come."""
    for count in found:
        quote = reading.text[count.start : count.end]
        value: dict[str, Any] = {"count": count.count, "of": count.of, "text": quote}
        if count.per:
            value["per"] = count.per
        if count.bound:
            value["bound"] = count.bound
        place = (quote, count.start, count.end)
        yield Found(COUNTS, value, "fact", 0.9, *place, "count")
        if count.head and (count.per or count.is_growth or _is_scale(reading, count)):
            yield Found(EXPECTED_SCALE, value, "fact", 0.8, *place, "scale")
    yield from _uncounted(reading)


def _is_scale(reading: Reading, count: Count) -> bool:
    """Say whether a count says how much is to come: people, sites, or many of a thing."""
    if count.count == 1:
        return False
    if count.of == "people" or count.head in _SCALED or person_of(count.head) is not None:
        return True
    if count.bound and not _LOADED.match(count.bound):
        return False
    if count.head in _PORTIONS:
        is_whole = count.head in {"head", "pair"} or _MEASURED.match(reading.shadow, count.end)
        return count.count >= SCALE_FROM and bool(is_whole)
    if count.head in _RULED or not is_thing(count.head):
        return False
    if count.head in _HOLDINGS and count.count >= HOLDINGS_FROM:
        return True
    is_owned = _OWNED.search(reading.shadow, max(0, count.start - 40), count.start) is not None
    return count.count >= (HOLDINGS_FROM if is_owned else SCALE_FROM)


def _uncounted(reading: Reading) -> Iterator[Found]:
    """Yield words for many: "hundreds of members", "several cars are supported"."""
    for pattern in (_VAGUE, _SUPPORTED):
        for match in pattern.finditer(reading.shadow):
            start, end = match.span()
            groups = match.groupdict()
            of = groups["of"] or groups.get("kept") or ""
            is_load = is_thing(of) or of in _SCALED or person_of(of) is not None
            is_lost = _LOST.search(reading.shadow, max(0, start - 20), start)
            if not is_load or is_lost or not reading.is_read(start) or of.endswith("hours"):
                continue
            quote = reading.text[start:end]
            value = {"of": of, "text": quote}
            yield Found(EXPECTED_SCALE, value, "fact", 0.7, quote, start, end, "scale")
