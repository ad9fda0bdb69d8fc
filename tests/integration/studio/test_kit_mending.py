"""Files that rules do not mend: by a chosen model, bounded and kept; without one, said."""

import json

from tests.integration.studio.kit_projects import NOTES, brought, specified, walk

from evigate.agents import Implementation, Selection
from evigate.agents.messages import ModelReply, ModelRequest
from evigate.agents.providers.protocol import ProviderSpec
from evigate.agents.providers.scripted import Line, Scripted, says
from evigate.base.subject import Subject
from evigate.boot import House
from evigate.studio.kits.runs.regenerating import NAME, NOBODY

BROKEN = "def greet(:\n    return 'hello'\n"
WHOLE = "def greet() -> str:\n    return 'hello'\n"
FILE = "  - {id: code, path: code.py, template: code.liquid, type: python, repair: {max_attempts: 2, strategies: [add_import, regenerate]}}\n"
KIT = {
    **NOTES,
    "kit.yaml": NOTES["kit.yaml"].replace("tests:", FILE + "tests:"),
    "code.liquid": BROKEN,
    "basic.yaml": NOTES["basic.yaml"].replace("entities/cup.json]", "entities/cup.json], failed: [code.py]"),
}  # fmt: skip


async def chosen(house: House, owner: Subject, *lines: Line) -> Scripted:
    """Choose a model that answers from a script."""
    script = Scripted(lines)
    spec = ProviderSpec("scripted", "A script", lambda opening: script)
    house.agents.choosing.providers = {"scripted": spec}
    await house.agents.choose(owner, Selection(NAME, Implementation.MODEL, "scripted", "m-1"))
    return script


def wrote(text: str) -> ModelReply:
    return says(json.dumps({"text": text}))


async def test_without_a_model_the_file_stays_failed_and_that_is_said(
    house: House, owner: Subject
) -> None:
    project = await specified(house, owner)
    await brought(house, owner, KIT)
    run = await walk(house, owner, await house.kits.start(owner, project, "notes", is_dry=True))
    assert run.status == "partial"
    outputs = (await house.kits.show(owner, project, run.run_id)).outputs
    [code] = [each for each in outputs if each.path == "code.py"]
    assert code.status == "failed" and code.repair_attempts == 0
    assert NOBODY in [each["message"] for each in code.problems]


async def test_a_chosen_model_mends_it_once_and_what_was_planned_is_applied(
    house: House, owner: Subject
) -> None:
    project = await specified(house, owner)
    await brought(house, owner, KIT)

    def answer(request: ModelRequest) -> ModelReply:
        given = json.dumps(request.to_json()["turns"])
        assert "it is no Python" in given and "def greet(:" in given
        return wrote(WHOLE)

    script = await chosen(house, owner, wrote(BROKEN), answer, wrote("print('never asked')\n"))
    waiting = await walk(house, owner, await house.kits.start(owner, project, "notes"))
    assert waiting.is_waiting and waiting.plan_digest is not None
    asked = len(script.asked)
    assert asked == 2, "the first answer was no better, so it was asked again"
    approved = await house.kits.approve(owner, project, waiting.run_id, waiting.plan_digest)
    done = await walk(house, owner, approved)
    assert (done.status, done.plan_digest) == ("completed", waiting.plan_digest)
    assert len(script.asked) == asked, "what a model wrote is kept, and not asked for again"
    outputs = (await house.kits.show(owner, project, done.run_id)).outputs
    [code] = [each for each in outputs if each.path == "code.py"]
    assert (code.status, code.errors, code.repair_attempts) == ("warnings", 0, 2)
    assert any("asked 2×" in each["message"] for each in code.problems)


async def test_a_model_that_mends_nothing_is_asked_as_often_as_the_kit_allows(
    house: House, owner: Subject
) -> None:
    project = await specified(house, owner)
    await brought(house, owner, KIT)
    script = await chosen(house, owner, *(wrote(BROKEN) for _ in range(6)))
    run = await walk(house, owner, await house.kits.start(owner, project, "notes", is_dry=True))
    assert run.status == "partial" and len(script.asked) == 2
    outputs = (await house.kits.show(owner, project, run.run_id)).outputs
    [code] = [each for each in outputs if each.path == "code.py"]
    assert (code.status, code.repair_attempts) == ("failed", 2)
