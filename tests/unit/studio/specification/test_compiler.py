"""What a snapshot compiles to: sourced, the same each time, and untouched where nothing changed."""

import time
from dataclasses import replace
from typing import Any

import jsonschema
import orjson
import pytest
from openapi_spec_validator import validate
from tests.conftest import shared_folder
from tests.unit.studio.specification.snapshots import (
    LIBRARY,
    MESSAGE,
    TEXT,
    claims,
    feature,
    said,
    snapshot,
)

from evigate.base.canonical import canonical_json
from evigate.studio import fields
from evigate.studio.specification.checks import findings_of, openapi_faults
from evigate.studio.specification.compiler import compile_specification
from evigate.studio.specification.kinds import SPECIFICATION_SCHEMA, render_specification
from evigate.studio.specification.models import Known, Source
from evigate.studio.specification.things import things_of
from evigate.studio.specification.wording import criterion_of, ears, gherkin, one_of


def requirements(payload: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {each["id"]: each for each in payload["requirements"]}


def test_the_same_snapshot_gives_the_same_bytes_and_sixty_requirements_take_no_two_seconds() -> (
    None
):
    words = Source("message", MESSAGE, MESSAGE, "book", TEXT.index("book"), TEXT.index("book") + 4)
    many = tuple(feature(each.key, words) for each in LIBRARY.features[:60])
    started = time.perf_counter()
    first = compile_specification(snapshot(features=many))
    assert time.perf_counter() - started < 2
    assert len(first["requirements"]) >= 60
    assert canonical_json(first) == canonical_json(compile_specification(snapshot(features=many)))


@pytest.mark.parametrize("style", ["ears", "gherkin"])
def test_a_compiled_document_holds_to_its_schema_and_nothing_stands_against_it(style: str) -> None:
    payload = compile_specification(snapshot(style=style))
    plain = orjson.loads(canonical_json(payload))
    errors = list(jsonschema.Draft202012Validator(SPECIFICATION_SCHEMA).iter_errors(plain))
    assert [error.message for error in errors] == []
    assert [each for each in findings_of(payload) if each.severity == "error"] == []
    assert "FR-ONLINE-BOOKING-1" in render_specification(payload)


def test_each_requirement_quotes_words_that_stand_there() -> None:
    payload = compile_specification(snapshot())
    assert payload["requirements"]
    for each in payload["requirements"]:
        assert each["sources"], each["id"]
        for source in each["sources"]:
            text = payload["evidence"][source["text"]]
            assert text[source["start"] : source["end"]] == source["quote"]


def test_what_nobody_said_is_an_assumption_and_no_requirement() -> None:
    payload = compile_specification(snapshot())
    assert not any("time-zones" in each["key"] for each in payload["requirements"])
    assumed = {each["key"]: each["text"] for each in payload["assumptions"]}
    assert assumed["feature/time-zones"].startswith("“Time zones” is built.")
    # The library says how an appointment goes through its life; nobody here did.
    assert "requested, confirmed" in assumed["entity/appointment"]
    told = {each.rule for each in findings_of(payload)}
    assert "SPECIFICATION.FEATURE" in told


def test_another_word_for_the_places_touches_only_what_speaks_of_them() -> None:
    before = compile_specification(snapshot())
    known = tuple(
        Known(e["key"], e["id"], e["family"], e["text"], tuple(e["roots"]))
        for e in before["requirements"]
    )
    changed = snapshot(TEXT.replace("salon", "branch"), "branch", known=known)
    after = compile_specification(changed)
    old, new = requirements(before), requirements(after)
    assert list(old) == list(new)
    touched = {
        id_
        for id_, each in new.items()
        if (each["text"], [s["quote"] for s in each["sources"]])
        != (old[id_]["text"], [s["quote"] for s in old[id_]["sources"]])
    }
    assert touched == {"AC-STAFF-SEE-ONLY-OWN-SALON", "DT-KEEP-SITE", "NF-TWO-SALONS"}


def test_ids_stay_when_something_else_comes_or_goes() -> None:
    before = requirements(compile_specification(snapshot()))
    less = requirements(compile_specification(snapshot(decisions=())))
    assert set(before) - set(less) == {"DC-DEPOSIT-TAKEN"} and set(less) < set(before)
    found = [each for each in claims() if each.field != fields.DEALBREAKERS]
    without = requirements(compile_specification(snapshot(claims=tuple(found))))
    assert set(before) - set(without) == {"BR-NEVER-CALLS-PEOPLE"}


def test_a_claim_that_took_anothers_place_keeps_its_requirements_id() -> None:
    before = compile_specification(snapshot())
    known = tuple(
        Known(e["key"], e["id"], e["family"], e["text"], tuple(e["roots"]))
        for e in before["requirements"]
    )
    rule = next(each for each in claims() if each.field == fields.DEALBREAKERS)
    other = replace(
        rule, id="c77", root=rule.id, value="Nobody is rung up", shown="Nobody is rung up"
    )
    rest = tuple(other if each.id == rule.id else each for each in claims())
    after = requirements(compile_specification(snapshot(claims=rest, known=known)))
    assert "Nobody is rung up" in after["BR-NEVER-CALLS-PEOPLE"]["text"]


def test_two_rules_that_begin_alike_or_have_no_latin_letter_are_two_requirements() -> None:
    first = "Nobody but the owner ever deletes a booking"
    second = "Nobody but the owner ever deletes a client"
    third, fourth = "不能有广告", "数据留在本国"
    text = f"{first}. {second}. {third}. {fourth}."
    found = tuple(
        said(n, fields.DEALBREAKERS, quote, text=text)
        for n, quote in enumerate((first, second, third, fourth))
    )
    made = snapshot(
        claims=found, evidence={MESSAGE: text}, things=(), features=(), decisions=(), open=()
    )
    payload = compile_specification(made)
    rules = [each for each in payload["requirements"] if each["kind"] == "rule"]
    assert len({each["id"] for each in rules}) == len(rules) == 4
    turned = compile_specification(replace(made, claims=found[:2]))
    assert {each["id"] for each in turned["requirements"]} < {each["id"] for each in rules}
    assert [each for each in findings_of(payload) if each.severity == "error"] == []


def test_only_their_own_salon_becomes_a_condition_wherever_a_record_is_of_one() -> None:
    payload = compile_specification(snapshot())
    rights = {(each["role"], each["entity"]): each for each in payload["permissions"]}
    mine = {"$eq": {"$ref": "user.site_id"}}
    assert rights["front-desk", "appointment"]["condition"] == {"resource.site_id": mine}
    assert rights["front-desk", "site"]["condition"] == {"resource.id": mine}
    # Nothing leads from a client to a salon, so a reference is added, and said.
    assert rights["front-desk", "client"]["condition"] == {"resource.site_id": mine}
    assert "owner/client-site" in {each["key"] for each in payload["assumptions"]}
    # A guard reads one row: what is reached over another record has a reference of its own.
    paths = [path for each in rights.values() for path in each["condition"] or ()]
    assert paths and all(path.count(".") == 1 for path in paths)
    # What is the same for all salons is not limited.
    assert rights["front-desk", "service"]["condition"] is None
    assert rights["client", "appointment"]["condition"] == {
        "resource.client_id": {"$eq": {"$ref": "user.client_id"}}
    }
    assert "create" in rights["client", "appointment"]["actions"]


def test_records_of_ones_own_are_told_by_who_keeps_them() -> None:
    text = "Staff must see only their own clients. Salons book appointments."
    found = (
        said(1, fields.SECONDARY_USERS, "Staff", value="staff", text=text),
        said(2, fields.ROLES_AND_ACCESS, "Staff must see only their own clients", text=text),
        said(3, fields.CORE_ENTITIES, "appointments", value="appointment", text=text),
    )
    things = things_of(LIBRARY, ("appointments",), found, {MESSAGE: text})
    made = snapshot(
        claims=found, evidence={MESSAGE: text}, things=things, features=(), decisions=()
    )
    payload = compile_specification(made)
    rights = {(each["role"], each["entity"]): each for each in payload["permissions"]}
    condition = {"resource.kept_by_id": {"$eq": {"$ref": "user.id"}}}
    assert rights["practitioner", "client"]["condition"] == condition
    assert "kept_by_id" in payload["schemas"]["Client"]["properties"]


def test_a_list_of_states_that_was_said_takes_the_place_of_the_librarys() -> None:
    text = "Appointments move across columns (New, Sure, Over). Two salons: one here, one there."
    states = {"of": "columns", "values": ["New", "Sure", "Over"]}
    counts = {"of": "Two salons", "values": ["one here", "one there"]}
    found = (
        said(1, fields.CORE_ENTITIES, "Appointments", value="appointment", text=text),
        said(2, fields.ENUMERATIONS, "columns (New, Sure, Over)", value=states, text=text),
        said(3, fields.ENUMERATIONS, "Two salons: one here, one there", value=counts, text=text),
    )
    things = things_of(LIBRARY, ("appointments",), found, {MESSAGE: text})
    appointment = next(each for each in things if each.key == "appointment")
    assert appointment.states == ("new", "sure", "over") and appointment.basis == "said"
    assert len(appointment.steps) == 6
    made = snapshot(
        claims=found, evidence={MESSAGE: text}, things=things, features=(), decisions=()
    )
    lists = [e for e in compile_specification(made)["requirements"] if e["family"] == "list"]
    assert len(lists) == 1


def test_a_word_for_what_somebody_does_names_no_thing() -> None:
    assert things_of(LIBRARY, ("logistics",), (), {MESSAGE: "We run a food bank."}) == ()
    text = "Dispatchers plan tours by address on a whiteboard."
    found = tuple(
        said(n, field, quote, text=text)
        for n, (field, quote) in enumerate(
            (
                (fields.CORE_ENTITIES, "plan"),
                (fields.CORE_ENTITIES, "address"),
                (fields.CORE_ENTITIES, "whiteboard"),
                (fields.JOBS, "plan tours"),
            )
        )
    )
    assert [each.key for each in things_of(LIBRARY, (), found, {MESSAGE: text})] == ["whiteboard"]
    tours = things_of(LIBRARY, ("logistics",), (), {MESSAGE: "The run starts at six."})
    assert "tour" in {each.key for each in tours}


def test_the_contracts_are_valid_by_their_own_standards() -> None:
    payload = orjson.loads(canonical_json(compile_specification(snapshot())))
    validate(payload["openapi"])
    folder = shared_folder() / "data" / "praetor" / "asyncapi" / "schemas"
    schema = orjson.loads((folder / "3.0.0.json").read_bytes())
    validator = jsonschema.validators.validator_for(schema)(schema)
    assert [error.message for error in validator.iter_errors(payload["asyncapi"])] == []
    appointment = payload["schemas"]["Appointment"]
    jsonschema.Draft202012Validator.check_schema(appointment)
    assert appointment["properties"]["state"]["enum"][0] == "requested"
    assert "/appointments/{appointment_id}/confirmed" in payload["openapi"]["paths"]
    assert not any(each["method"] == "delete" for each in payload["endpoints"])


def test_what_is_no_openapi_is_told() -> None:
    payload = compile_specification(snapshot())
    broken = orjson.loads(canonical_json(payload["openapi"]))
    del broken["info"]["title"]
    broken["paths"]["/sites"]["get"]["responses"]["200"] = {"$ref": "#/components/responses/Gone"}
    told = " ".join(openapi_faults(broken))
    assert "'title' is a required property" in told
    assert "#/components/responses/Gone: there is no such part" in told


@pytest.mark.parametrize(
    ("text", "as_ears", "as_gherkin"),
    [
        (
            "Given a free slot when a client books it then it is theirs.",
            "Given a free slot, when a client books it, the system shall ensure that it is theirs.",
            "Given a free slot\nWhen a client books it\nThen it is theirs",
        ),
        (
            "Given the key is rotated then old values are still read.",
            "When the key is rotated, the system shall ensure that old values are still read.",
            "Given the key is rotated\nThen old values are still read",
        ),
        (
            # The verb is in a relative clause, so this names a state.
            "Given a reply that is late then that day offers none.",
            "Given a reply that is late, the system shall ensure that day offers none.",
            "Given a reply that is late\nThen that day offers none",
        ),
        ("It prints", "The system shall ensure that It prints.", "Then It prints"),
    ],
)
def test_a_criterion_is_worded_in_either_style(text: str, as_ears: str, as_gherkin: str) -> None:
    assert ears(criterion_of(text)) == as_ears
    assert gherkin(criterion_of(text)) == as_gherkin


@pytest.mark.parametrize(
    ("noun", "said"),
    [("appointment", "an"), ("visit", "a"), ("hour", "an"), ("unit", "a"), ("one-way trip", "a")],
)
def test_a_noun_has_the_article_that_it_sounds_like(noun: str, said: str) -> None:
    assert one_of(noun) == f"{said} {noun}"


@pytest.mark.parametrize(
    ("of", "quote", "owner"),
    [
        ("parcel states", "parcel has the states new, sent, lost", "parcel"),
        # Words before the states that name no thing: what was named last before them has them.
        ("through several states", "through several states (new, sent, lost)", "appointment"),
    ],
)
def test_states_belong_to_the_thing_that_they_are_said_of(of: str, quote: str, owner: str) -> None:
    text = f"We send each parcel, and log appointments: {quote}."
    found = (
        said(1, fields.CORE_ENTITIES, "parcel", value="parcel", text=text),
        said(2, fields.CORE_ENTITIES, "appointments", value="appointment", text=text),
        said(3, fields.ENUMERATIONS, quote, value={"of": of, "values": ["new", "sent", "lost"]}, text=text),
    )  # fmt: skip
    things = things_of(LIBRARY, ("appointments",), found, {MESSAGE: text})
    assert [each.key for each in things if each.states == ("new", "sent", "lost")] == [owner]
