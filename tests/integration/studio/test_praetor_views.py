"""Document 002's tables of a discovery, read under their own names and columns."""

from typing import Any

import pytest
from tests.integration.studio.test_discovery import GROOMING

from evigate.base.subject import Subject
from evigate.boot import House
from evigate.kernel.budgets import set_budget
from evigate.studio import fields

# Names and columns as document 002 has them; of the two tables that it only extends, its additions.
COLUMNS = {
    "discovery_objectives": "id context_type version display_name config active created_at updated_at",
    "elicitation_sessions": "objective_id session_phase working_memory_snapshot completeness_score turn_count",
    "elicitation_obligations": "collection_type widget_type dependencies source origin_layer origin_source_id pool_id"
    " task_priority negotiation_state confidence extracted_value attempts max_attempts last_attempt_turn"
    " satisfied_at_turn category field_path agent_notes follow_up_strategy satisfied_when expertise_required embedding",
    "obligation_events": "id session_id obligation_key event_type old_status new_status old_confidence new_confidence"
    " source metadata turn_number created_at",
    "discovery_session_summaries": "id session_id tenant_id summary_text obligation_snapshot research_summary"
    " turn_range_start turn_range_end created_at",
    "discovery_research_tasks": "id session_id tenant_id obligation_key task_type query status result error_message"
    " priority created_at started_at completed_at",
    "requirements_discovery_contexts": "id project_id tenant_id is_complete completed_at purpose_and_problem"
    " users_and_personas success_criteria constraints non_functional_screening domain_specific domain_type version"
    " created_at updated_at created_by",
    "requirements_discovery_messages": "id discovery_context_id project_id tenant_id role content ui_config"
    " extraction_data question_delivered created_at",
    "requirements_discovery_extractions": "id discovery_context_id message_id project_id tenant_id field_path"
    " extracted_value confidence extraction_type source_turn_number source_message_snippet extracted_at",
}


async def rows(house: House, subject: Subject, query: str) -> list[dict[str, Any]]:
    async with house.database.tx(subject) as tx:
        found = await (await tx.connection.execute(query)).fetchall()  # type: ignore[arg-type]
        return [dict(each) for each in found]


@pytest.mark.parametrize("table", sorted(COLUMNS))
async def test_each_table_has_its_columns_and_its_tenant_alone(
    house: House, owner: Subject, stranger: Subject, table: str
) -> None:
    found = await house.studio.create(owner, GROOMING)
    for said in (
        "Half the no-shows",
        "Yes, that is right",
        "On phones",
        "Excel",
        "Yes, that is right",
    ):
        found = await house.studio.say(owner, found.project.id, said)
    await house.studio.say(owner, found.project.id, "The budget is 35k.")
    held = await rows(
        house, owner, f"SELECT {', '.join(COLUMNS[table].split())} FROM praetor.{table}"
    )
    assert held
    assert await rows(house, stranger, f"SELECT * FROM praetor.{table}") == []


async def test_the_views_tell_what_the_session_is(house: House, owner: Subject) -> None:
    found = await house.studio.create(owner, GROOMING)
    session = found.session
    (context,) = await rows(house, owner, "SELECT * FROM praetor.requirements_discovery_contexts")
    assert "we lose appointments" in context["purpose_and_problem"]["coreProblem"]["value"]
    assert context["constraints"]["budget"]["value"]["amount"] == 20000
    assert len(context["users_and_personas"]["painPoints"]["value"]) == 2
    assert not context["is_complete"] and context["created_by"] == owner.actor
    held = await rows(house, owner, "SELECT * FROM praetor.elicitation_obligations")
    assert {each["obligation_key"]: each["status"] for each in held} == {
        each.key: str(each.status) for each in session.needs.values()
    }
    (deposit,) = [each for each in held if each["obligation_key"] == "details.deposit-taken"]
    assert (deposit["source"], deposit["origin_layer"], deposit["pool_id"]) == (
        "library",
        "entity",
        "appointments",
    )
    told = await rows(house, owner, "SELECT * FROM praetor.obligation_events ORDER BY created_at")
    kinds = {each["event_type"] for each in told}
    assert {"created", "merged", "value_extracted", "status_changed"} <= kinds
    changed = [
        each for each in told if each["obligation_key"] == fields.BUDGET and each["new_status"]
    ]
    assert [(each["old_status"], each["new_status"]) for each in changed] == [
        ("pending", "satisfied")
    ]
    extractions = await rows(
        house, owner, "SELECT * FROM praetor.requirements_discovery_extractions"
    )
    assert all(each["source_message_snippet"] in GROOMING for each in extractions)


async def test_the_houses_own_tables_are_read_and_end_at_the_tenant(
    house: House, owner: Subject, stranger: Subject
) -> None:
    found = await house.studio.create(owner, GROOMING, name="Salons")
    await house.studio.close(owner, found.project.id)
    project = found.project.id
    for subject, count in ((owner, 1), (stranger, 0)):
        (tenant,) = await rows(house, subject, "SELECT id FROM praetor.tenants")
        assert tenant["id"] == subject.tenant_id
        users = await rows(house, subject, "SELECT id, role, user_type FROM praetor.users")
        assert [(each["id"], each["role"]) for each in users] == [(subject.user_id, "owner")]
        log = await rows(
            house,
            subject,
            f"SELECT actor_id FROM praetor.event_log WHERE project_id = '{project}'"
            " AND event_type = 'turn_ended' ORDER BY created_at LIMIT 1",
        )
        assert [each["actor_id"] for each in log] == [owner.user_id] * count
        output = await rows(house, subject, "SELECT * FROM praetor.discovery_output")
        assert [each["project_id"] for each in output] == [project] * count
    (made,) = await rows(house, owner, "SELECT * FROM praetor.discovery_output")
    assert made["extracted_entities"] and made["summary"]


LIBRARY_VIEWS = {
    "feature_catalog": 1, "kb_patterns": 1, "kb_pattern_feature_mappings": 1,
    "ontology_pattern_templates": 1, "ontology_integration_templates": 1, "question_pools": 2,
    "pool_questions": 2, "question_templates": 2, "pool_activation_rules": 2,
    "kb_canonical_entities": 2, "entity_questions": 2, "canonical_questions": 2,
    "kb_naics_standard_mappings": 2, "ontology_domain_templates": 2, "graph_nodes": 2,
}  # fmt: skip


async def test_what_a_tenant_wrote_of_the_library_is_in_its_tables(
    house: House, owner: Subject, stranger: Subject
) -> None:
    packaged = {
        "features": "tips",
        "patterns": "slot-hold",
        "integrations": "stripe",
        "domains": "appointments",
        "pools": "payments",
    }
    for kind, key in packaged.items():
        text = (await house.library.show(owner, kind, key)).text
        await house.library.write(owner, kind, key, text, version_seen=0)
    await house.studio.create(owner, GROOMING)
    for view, least in LIBRARY_VIEWS.items():
        held = await rows(house, owner, f"SELECT * FROM praetor.{view}")
        assert len(held) >= least, view
        assert await rows(house, stranger, f"SELECT * FROM praetor.{view}") == [], view
    (tips,) = await rows(house, owner, "SELECT * FROM praetor.feature_catalog")
    assert (tips["id"], tips["name"]) == ("tips", "Tips")
    (mapped,) = await rows(
        house, owner, "SELECT * FROM praetor.kb_pattern_feature_mappings ORDER BY 2 LIMIT 1"
    )
    assert mapped["pattern_id"] == "slot-hold" and 0 < mapped["relevance_score"] <= 1
    asked = await rows(
        house, owner,
        "SELECT q.*, n.entity_name FROM praetor.entity_questions q"
        " JOIN praetor.kb_canonical_entities n ON n.id = q.entity_id",
    )  # fmt: skip
    assert all(each["question_text"].endswith("?") for each in asked)
    waiting = await rows(
        house, owner,
        "SELECT q.prerequisite_questions <@ ARRAY(SELECT id FROM praetor.pool_questions) AS known"
        " FROM praetor.pool_questions q",
    )  # fmt: skip
    assert all(each["known"] for each in waiting)
    (template,) = await rows(
        house, owner,
        "SELECT template FROM praetor.ontology_domain_templates WHERE canonical_name = 'appointment'",
    )  # fmt: skip
    assert template["template"]["statusEnum"] and template["template"]["suggestedAttributes"]
    nodes = await rows(house, owner, "SELECT * FROM praetor.graph_nodes")
    sections = {each["id"] for each in nodes if each["type"] == "section"}
    assert all(e["parent_id"] in sections for e in nodes if e["type"] == "question")
    assert all(e["content"]["question_text"] for e in nodes)


async def test_what_bounds_a_project_and_which_industries_are_referred_to(
    house: House, owner: Subject, stranger: Subject
) -> None:
    found = await house.studio.create(owner, GROOMING)
    assert await rows(house, owner, "SELECT * FROM praetor.budget_limits") == []
    async with house.database.tx(owner) as tx:
        await set_budget(tx, "agents.tokens", unit="tokens", limit_amount=100_000)
        await set_budget(tx, "agents.micros", unit="micros", limit_amount=5_000_000)
    (held,) = await rows(house, owner, "SELECT * FROM praetor.budget_limits")
    assert (held["project_id"], held["max_tokens"]) == (found.project.id, 100_000)
    assert (float(held["max_cost_usd"]), float(held["warning_threshold"])) == (5.0, 0.8)
    assert held["on_limit_reached"] == "pause"
    assert await rows(house, stranger, "SELECT * FROM praetor.budget_limits") == []
    codes = await rows(house, owner, "SELECT code FROM praetor.kb_naics_codes")
    mapped = await rows(
        house, owner, "SELECT DISTINCT naics_code AS code FROM praetor.kb_naics_standard_mappings"
    )
    assert sorted(each["code"] for each in codes) == sorted(each["code"] for each in mapped)
