"""Laws: which requirements a program can be held to, and that none is claimed without its parts."""

from dataclasses import replace
from typing import Any

import pytest
from tests.unit.studio.specification.snapshots import LIBRARY, feature, said, snapshot

from evigate.studio import fields
from evigate.studio.specification.compiler import compile_specification
from evigate.studio.specification.models import Snapshot, Source


def with_features(found: Snapshot, *keys: str) -> Snapshot:
    """Return a snapshot with more features chosen, for words of its first claim."""
    claim = found.claims[0]
    source = Source("claim", claim.id, claim.message, claim.quote, claim.start, claim.end)
    chosen = []
    for key in keys:
        entry = next(each for each in LIBRARY.features if each.key == key)
        laws = tuple(each or "" for each in entry.laws)
        laws += ("",) * (len(entry.accept) - len(laws))
        chosen.append(replace(feature(key, source), laws=laws))
    return replace(found, features=(*found.features, *chosen))


def laws(found: Snapshot) -> dict[str, dict[str, Any]]:
    return {each["requirement"]: each for each in compile_specification(found)["laws"]}


def test_a_criterion_has_the_law_that_the_library_names_with_its_particulars() -> None:
    found = laws(with_features(snapshot(), "appointment-calendar", "staff-accounts"))
    assert "FR-APPOINTMENT-CALENDAR-1" not in found, "a picture on a page is no law"
    taken = found["FR-APPOINTMENT-CALENDAR-2"]
    assert (taken["kind"], taken["entity"]) == ("apart", "appointment")
    assert (taken["by"], taken["start"], taken["end"]) == (
        "practitioner_id",
        "starts_at",
        "ends_at",
    )
    assert found["FR-STAFF-ACCOUNTS-1"]["kind"] == "account"


def test_without_records_that_have_times_nothing_is_kept_apart() -> None:
    whole = with_features(snapshot(), "appointment-calendar")
    things = tuple(each for each in whole.things if each.key != "appointment")
    assert "FR-APPOINTMENT-CALENDAR-2" not in laws(replace(whole, things=things))


def test_a_limit_is_a_law_over_the_rights_that_it_limits() -> None:
    own = [each for each in laws(snapshot()).values() if each["kind"] == "own"]
    assert own and all(each["rights"] for each in own)
    payload = compile_specification(snapshot())
    limited = {(r["role"], r["entity"]) for r in payload["permissions"] if r["condition"]}
    assert {(r["role"], r["entity"]) for each in own for r in each["rights"]} <= limited


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("15,000 appointments a year", {"count": 15_000, "entity": "appointment"}),
        ("about 20 bookings a week", {"count": 20, "entity": "appointment"}),
        ("seventy salon managers", {"count": 70, "role": "salon-manager"}),
        ("90,000 appointments", None),
        ("31 languages", None),
        ("a lot", None),
    ],
)
def test_a_load_counts_records_or_people_that_there_are(
    words: str, wanted: dict[str, Any] | None
) -> None:
    base = snapshot()
    text = f"It is for {words}."
    claim = said(90, fields.EXPECTED_SCALE, words, text=text)
    rest = tuple(each for each in base.claims if each.field != fields.EXPECTED_SCALE)
    evidence = {**base.evidence, claim.message: text}
    found = laws(replace(base, claims=(*rest, claim), evidence=evidence)).values()
    loads = [each for each in found if each["kind"] == "load"]
    told = [{k: v for k, v in each.items() if k not in ("kind", "requirement")} for each in loads]
    assert told == ([wanted] if wanted else [])


def test_rules_of_the_trade_come_with_their_conditions() -> None:
    payload = compile_specification(snapshot())
    [appointment] = [each for each in payload["entities"] if each["key"] == "appointment"]
    musts = [each["must"] for each in appointment["rules"] if each["must"]]
    assert {"ends_at": {"$gt": {"$ref": "starts_at"}}} in musts
