"""Mistakes where they are really met: known again by a hash, mended once, and given up after two."""

import asyncio
import io
import zipfile
from typing import Any
from uuid import UUID

import pytest
from tests.integration.studio.projects import curated, generate

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject, job_subject
from evigate.boot import House
from evigate.kernel.runs import RunStatus, finish_run
from evigate.studio.library.loader import dump_yaml, parse_yaml
from evigate.studio.library.models import Feature
from evigate.studio.planning import questions
from evigate.studio.planning.mistakes import MistakeRow
from evigate.studio.planning.models import Plan


async def need_more(house: House, owner: Subject, key: str, *needs: str) -> None:
    """Let a feature of the tenant's library need more than it did."""
    entry = await house.library.show(owner, "features", key)
    kept = parse_yaml(entry.text, path="test")
    kept["depends"] = [*kept.get("depends", []), *needs]
    text = dump_yaml(Feature.model_validate(kept))
    await house.library.write(owner, "features", key, text, version_seen=entry.item.version)


async def of_kind(house: House, owner: Subject, kind: str) -> MistakeRow:
    (found,) = [each for each in await house.plans.mistakes(owner) if each.kind == kind]
    return found


async def test_a_feature_that_came_to_be_needed_is_chosen_too(
    house: House, owner: Subject, stranger: Subject
) -> None:
    project = await curated(house, owner)
    await need_more(house, owner, "reminders", "sms-messages")
    plan = await generate(house, owner, project)
    assert any("'sms-messages' was chosen too" in each for each in plan.head.notices)
    board = await house.features.board(owner, project)
    assert "sms-messages" in [each.key for each in board.selected]
    met = await of_kind(house, owner, "missing_dependency")
    assert (met.strategy, met.occurrences, met.fixed, met.failed) == (
        "add_missing_dependency", 1, 1, 0
    )  # fmt: skip
    assert "reminders" not in met.description and len(met.signature) == 64
    assert await house.plans.mistakes(stranger) == []


async def test_what_failed_twice_is_not_tried_again(house: House, owner: Subject) -> None:
    project = await curated(house, owner)
    await house.features.select(owner, project, "customer-accounts")
    await need_more(house, owner, "reminders", "guest-only-access")

    async def refused() -> str:
        with pytest.raises(EvigateError, match="E_QUESTION_PLAN_NOT_FOUND"):
            await generate(house, owner, project)
        run = await house.plans.run(owner, project)
        assert run is not None and run.status is RunStatus.FAILED
        assert run.error_code == "E_BOARD_UNFINISHED"
        return str(run.error_message)

    assert "exclude each other" in await refused()
    assert "exclude each other" in await refused()
    met = await of_kind(house, owner, "missing_dependency")
    assert (met.failed, met.disabled_at is not None) == (2, True)
    assert "not tried again" in await refused()
    met = await of_kind(house, owner, "missing_dependency")
    assert (met.failed, met.occurrences) == (2, 3)


async def test_a_circle_among_features_is_cut_and_told(house: House, owner: Subject) -> None:
    """Each feature keeps what was said of it at its choice, so a later library may close a circle."""
    project = await curated(house, owner)
    await house.features.add_custom(
        owner, project, "Morning report", depends=("groomer-commission-report",)
    )
    async with house.database.tx(owner) as tx:
        await tx.connection.execute(
            "UPDATE studio.features SET depends = '{morning-report}'"
            " WHERE key = 'groomer-commission-report'"
        )
    plan = await generate(house, owner, project)
    assert any("is a circle" in each for each in plan.head.notices)
    met = await of_kind(house, owner, "circular_reference")
    assert (met.strategy, met.fixed) == ("drop_cycle_edge", 1)


async def test_a_plan_whose_run_died_is_put_right(house: House, owner: Subject) -> None:
    project = await curated(house, owner)
    run_id = await house.plans.generate(owner, project)
    assert await house.plans.generate(owner, project) == run_id
    async with house.database.tx(owner) as tx:
        await finish_run(tx, run_id, RunStatus.FAILED, error_code="E_BUG", error_message="gone")
    plan = await generate(house, owner, project)
    assert plan.head.number == 2
    assert (await of_kind(house, owner, "invalid_state")).strategy == "reset_state"


async def test_too_many_questions_are_cut_to_the_weightiest(
    house: House, owner: Subject, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(questions, "QUESTIONS_MAX", 20)
    project = await curated(house, owner)
    plan = await generate(house, owner, project)
    assert len(plan.questions) == 20 and any("left out" in each for each in plan.head.notices)
    assert (await of_kind(house, owner, "budget_exceeded")).strategy == "reduce_context"


async def test_a_plan_waits_longer_for_a_project_that_somebody_changes(
    house: House, owner: Subject
) -> None:
    project = await curated(house, owner)
    house.plans.patience_ms = 700

    async def hold(until: asyncio.Event, project: UUID) -> None:
        async with house.database.tx(owner) as tx:
            await tx.connection.execute(
                "SELECT id FROM studio.projects WHERE id = %s FOR UPDATE", (project,)
            )
            await until.wait()

    run_id = await house.plans.generate(owner, project)
    released = asyncio.Event()
    holding = asyncio.create_task(hold(released, project))

    async def release() -> None:
        while not [e for e in await house.plans.mistakes(owner) if e.kind == "timeout"]:
            await asyncio.sleep(0.05)
        released.set()

    assert owner.tenant_id is not None
    worker = job_subject(owner.tenant_id, "studio.plan")
    began = asyncio.get_running_loop().time()
    done: Any = await asyncio.gather(
        house.plans.walk(worker, {"run_id": str(run_id)}), release(), holding
    )
    assert done
    # Its own patience counts, and not the half minute that any statement has.
    assert asyncio.get_running_loop().time() - began < 25
    plan: Plan = await house.plans.show(owner, project)
    assert plan.head.number == 1
    met = await of_kind(house, owner, "timeout")
    assert (met.strategy, met.fixed, met.failed) == ("retry_longer", 1, 0)


def bundle(text: str, *, encoding: str = "utf-8") -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        made.writestr("features/tea.yaml", text.encode(encoding))
    return target.getvalue()


async def test_a_bundle_that_an_editor_spoilt_is_mended_and_said_so(
    house: House, owner: Subject
) -> None:
    listed = """- key: tea-round
  title: Tea round
  summary: Somebody is drawn by lot to make tea for all who want some.
  group: work
  effort: 1
  signals: [tea round, making tea]
  accept: ["Given three thirsty colleagues when the lot is drawn then one is named."]
"""
    spoilt = listed.replace("\n  ", "\n\t").replace("title: Tea round", "title: “Tea round”")
    done = await house.library.bring_in(owner, bundle(spoilt, encoding="utf-16"))
    assert done.created == ("features/tea-round",)
    assert done.mended == ("curly quotes", "encoding", "indentation")
    entry = await house.library.show(owner, "features", "tea-round")
    assert entry.item.title == "Tea round"
    met = await of_kind(house, owner, "validation_failure")
    assert (met.strategy, met.fixed) == ("json_repair", 1)
    # What cannot be mended is told as it was, and twice in vain is enough.
    for _ in range(3):
        with pytest.raises(EvigateError, match="E_LIBRARY_INVALID"):
            await house.library.bring_in(owner, bundle("- key: [\n\tno: end"))
    worst = max(await house.plans.mistakes(owner), key=lambda each: each.failed)
    assert (worst.failed, worst.occurrences, worst.disabled_at is not None) == (2, 3, True)
