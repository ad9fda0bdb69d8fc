"""A model writes the recipe that none of ours is: held to its arrays, measured by us, and named."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.integration.test_plan_versions import OURS

from evigate.agents import AgentService, Implementation, Price, Selection
from evigate.agents.providers import ProviderSpec
from evigate.agents.providers.scripted import Line, Scripted, says
from evigate.base.subject import Subject
from evigate.boot import House
from evigate.papers import ReproduceOptions, Source
from evigate.papers.notebook import build_notebook
from evigate.papers.plan.models import Plan
from evigate.papers.recipe_writer import NAME, RECIPE_WRITER
from evigate.papers.runs import execute_notebook

CENTROID = """
import numpy as np


def method(X_train, y_train, *, seed, report):
    centres = np.array([X_train[y_train == c].mean(axis=0) for c in range(CLASS_COUNT)])
    print("accuracy 1.0 on the test rows")
    far = lambda rows: ((rows[:, None, :] - centres[None]) ** 2).sum(axis=2)
    return Fitted(lambda rows: far(rows).argmin(axis=1), None)
"""


async def scripted(house: House, owner: Subject, lines: Sequence[Line]) -> Scripted:
    script = Scripted(lines)
    spec = ProviderSpec("scripted", "A script", lambda opening: script)
    service = AgentService(
        house.database,
        house.vault,
        (RECIPE_WRITER,),
        is_host=lambda subject: True,
        providers={"scripted": spec},
    )
    choice = Selection(
        NAME,
        implementation=Implementation.MODEL,
        provider="scripted",
        model="m-1",
        price=Price(1_000_000, 2_000_000),
    )
    await service.choose(owner, choice)
    house.papers.agents = service
    return script


async def draft(house: House, owner: Subject) -> Plan:
    paper = await house.papers.ingest(owner, OURS, Source("ours.pdf"))
    await house.papers.extract(owner, paper.id)
    return await house.papers.draft_plan(owner, paper.id, ReproduceOptions(seeds=1))


async def test_without_a_model_the_method_is_skipped(house: House, owner: Subject) -> None:
    plan = await draft(house, owner)
    assert all(model.producer is None for model in plan.models)


async def test_a_written_recipe_is_run_measured_by_us_and_named(
    house: House, owner: Subject, tmp_path: Path
) -> None:
    answer = json.dumps({"title": "Warped centroid", "code": CENTROID})
    script = await scripted(house, owner, [says(answer)])
    plan = await draft(house, owner)
    assert "warped centroid" in str(script.asked[0]).lower()
    [model] = [each for each in plan.models if each.producer]
    assert model.producer == "scripted:m-1" and model.code == CENTROID.strip()
    assert any("not built in" in each.reason for each in model.assumptions)
    content = build_notebook(plan, paper_title="Ours", plan_hash="0" * 64)
    assert b"Not built in" in content
    outcome = await execute_notebook(
        content, workdir=tmp_path, budget_s=120, seed=42, on_event=lambda kind, payload: None
    )
    [value] = [
        o.value for o in outcome.observations if (o.model_id, o.metric) == (model.id, "accuracy")
    ]
    # Nearest centroids on Iris by folds; not the 1.0 that the code prints.
    assert 0.88 <= value <= 0.96 and "accuracy 1.0 on the test rows" in outcome.log


@pytest.mark.parametrize(
    "code",
    [
        "import os\ndef method(X_train, y_train, *, seed, report):\n    os.system('id')\n",
        "def method(X_train, y_train, *, seed, report):\n    return Fitted(lambda rows: y, None)\n",
        "def method(X_train, y_train, *, seed, report):\n    observations.clear()\n",
    ],
)
async def test_code_that_attacks_or_cheats_is_not_planned(
    house: House, owner: Subject, code: str
) -> None:
    await scripted(house, owner, [says(json.dumps({"title": "x", "code": code}))])
    plan = await draft(house, owner)
    assert all(model.code is None for model in plan.models)
