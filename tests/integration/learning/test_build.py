"""From a chapter to judged items, through the services: what is kept, refused, resumed and followed."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
import typer
from tests.integration.learning.conftest import CHAPTER, SINUS, Class, make_class
from typer.testing import CliRunner

from evigate.base.errors import E_INVALID, EvigateError
from evigate.base.subject import Subject
from evigate.boot import House
from evigate.boot.console import working
from evigate.gate.models import NewCitation
from evigate.gate.reevaluate import reevaluate
from evigate.kernel.console import Session
from evigate.kernel.events import read_events
from evigate.learning.building.options import BuildOptions
from evigate.learning.building.service import BuildView
from evigate.learning.commands import learning_app


async def test_a_chapter_becomes_items_that_quote_it(heart: Class) -> None:
    done = await heart.build()
    assert done.status == "succeeded", done.error_message
    approved = await heart.items("APPROVED")
    assert len(approved) >= 6
    assert {item.kind for item in approved} >= {"learning.flashcard", "learning.cloze_item"}
    for item in approved:
        full = await heart.house.learning.bank.get(heart.teacher, item.id)
        assert full.citations
        for each in full.citations:
            assert " ".join(each.quote.split()) in " ".join(CHAPTER.split())
            assert each.context is not None
            assert each.context[each.start_char :].startswith(each.quote)


async def test_building_again_adds_nothing(heart: Class) -> None:
    await heart.build()
    before = {item.id for item in await heart.items()}
    again = await heart.build()
    assert again.output is not None and again.output["drafts"] == 0
    assert {item.id for item in await heart.items()} == before


async def test_an_empty_module_says_so(house: House, owner: Subject) -> None:
    empty = await make_class(house, owner)
    with pytest.raises(EvigateError, match="has no documents") as refusal:
        await empty.build()
    assert refusal.value.code.name == "E_MODULE_EMPTY"


async def test_a_text_that_yields_nothing_ends_with_the_reasons(
    house: House, owner: Subject
) -> None:
    bare = await make_class(house, owner)
    await bare.put("# Bonjour\n\nLe coeur est un organe. Il pompe le sang. C'est la vie.\n")
    done = await bare.build()
    assert (done.status, done.error_code) == ("failed", "E_BUILD_NO_ITEMS")
    assert "'Bonjour': " in (done.error_message or "")
    assert await bare.items("APPROVED") == []


async def test_a_stopped_build_keeps_what_was_judged(heart: Class) -> None:
    builds = heart.house.learning.builds
    run_id = await builds.start(heart.teacher, heart.module_id, BuildOptions())
    assert await builds.cancel(heart.teacher, run_id)
    await builds.walk(heart.worker, {"run_id": str(run_id)})
    done = await builds.view(heart.teacher, run_id)
    assert (done.status, done.error_code) == ("cancelled", "E_RUN_CANCELLED")


class Interrupted:
    """A console whose command is stopped, as Ctrl-C does, once its build is well in the text."""

    def __init__(self, heart: Class) -> None:
        self._heart = heart
        self._loop = asyncio.get_running_loop()
        self.build: BuildView | None = None

    def run(self, work: Any) -> Any:
        asyncio.run_coroutine_threadsafe(self._stopped(work), self._loop).result(120)
        raise KeyboardInterrupt

    async def _stopped(self, work: Any) -> None:
        session = Session(
            self._heart.house.learning, self._heart.teacher, lambda: working(self._heart.house)
        )
        task = asyncio.create_task(work(session))
        while self.build is None or not await self._is_drafting(self.build):
            await asyncio.sleep(0.05)
            listed = await self._heart.house.learning.builds.list_builds(self._heart.teacher)
            self.build = listed[0] if listed else None
        task.cancel()
        await asyncio.wait({task})

    async def _is_drafting(self, build: BuildView) -> bool:
        async with self._heart.house.database.tx(self._heart.teacher) as tx:
            events = await read_events(tx, "run", build.id)
        return any(each.payload.get("percent", 0) > 0 for each in events)


async def test_ctrl_c_cancels_a_build_in_the_midst_of_a_long_text(
    heart: Class, tmp_path: Path
) -> None:
    path = tmp_path / "long.md"
    path.write_text("\n".join(CHAPTER.replace("heart", f"heart{n}") for n in range(400)))
    console = Interrupted(heart)
    app = typer.Typer()
    app.add_typer(learning_app(console), name="learning")
    words = ["learning", "build", str(path), "--module", "Long"]
    done = await asyncio.to_thread(CliRunner().invoke, app, words)
    assert done.exit_code == 130
    assert "what was judged stays" in done.stderr
    assert console.build is not None
    ended = await heart.house.learning.builds.view(heart.teacher, console.build.id)
    assert (ended.status, ended.error_code) == ("cancelled", "E_RUN_CANCELLED")


async def test_what_a_stopped_build_drafted_is_judged_by_the_next(
    heart: Class, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A build that broke off while it judged left drafts that nothing would have judged again."""
    await heart.put(CHAPTER)
    builds, evaluator = heart.house.learning.builds, heart.house.evaluator

    async def broken(*_args: object, **_more: object) -> list[object]:
        raise EvigateError(E_INVALID, "The judge cannot go on.")

    with monkeypatch.context() as broke:
        broke.setattr(evaluator, "evaluate", broken)
        first = await builds.start(heart.teacher, heart.module_id, BuildOptions())
        await builds.walk(heart.worker, {"run_id": str(first)})
    assert (await builds.view(heart.teacher, first)).status == "failed"
    drafted = await heart.items("PENDING_EVAL")
    assert drafted and await heart.items("APPROVED") == []
    again = await builds.start(heart.teacher, heart.module_id, BuildOptions())
    await builds.walk(heart.worker, {"run_id": str(again)})
    assert (await builds.view(heart.teacher, again)).status == "succeeded"
    left = {each.id for each in await heart.items("PENDING_EVAL")}
    assert {each.id for each in drafted} - left
    assert await heart.items("APPROVED") != []


async def test_items_follow_their_document(heart: Class) -> None:
    document = await heart.put(CHAPTER)
    judged = await heart.write_mcq(document)
    assert judged.outcome.artifact_status == "APPROVED", judged
    house = heart.house

    moved = CHAPTER.replace("## Chambers", "## Chambers\n\nA new sentence opens the section.")
    await heart.put(moved)
    assert [item.id for item in await heart.items("APPROVED")] == [judged.artifact_id]

    said_anew = SINUS.replace("The sinoatrial node is", "In people, the sinoatrial node is")
    await heart.put(CHAPTER.replace(SINUS, said_anew))
    assert await heart.items("APPROVED") == []
    done = await reevaluate(
        house.database, house.evaluator, house.kinds, heart.worker, heart.module_id
    )
    assert (done.cited_anew, done.returned) == (1, 1)
    full = await house.learning.bank.get(heart.teacher, judged.artifact_id)
    assert [each.quote for each in full.citations] == [said_anew]

    await heart.put(CHAPTER.replace(SINUS, ""))
    assert await heart.items("APPROVED") == []
    done = await reevaluate(
        house.database, house.evaluator, house.kinds, heart.worker, heart.module_id
    )
    assert done.retired == 1
    [item] = await heart.items("RETIRED")
    assert "nothing else in the documents says it" in (item.decision_reason or "")


async def test_a_sentence_that_now_says_something_else_bears_nothing_out(heart: Class) -> None:
    """A statement came back approved on a sentence whose last words were others."""
    told = (
        "The sinoatrial node lies high in the wall of the right atrium near the great vein and"
        " makes the heart of an adult at rest beat without any word from the brain."
    )
    chapter = CHAPTER.replace(SINUS, f"{SINUS} {told}")
    document = await heart.put(chapter)
    house = heart.house
    judged = await house.learning.bank.write(
        heart.teacher,
        heart.module_id,
        "learning.true_false_item",
        {"stem": told.replace("lies", "is"), "key": True, "concept": "sinoatrial node"},
        [NewCitation(document, told)],
    )
    assert judged.outcome.artifact_status == "APPROVED", judged
    await heart.put(chapter.replace("from the brain", "from the liver"))
    assert await heart.items("APPROVED") == []
    done = await reevaluate(
        house.database, house.evaluator, house.kinds, heart.worker, heart.module_id
    )
    assert (done.cited_anew, done.retired) == (0, 1)
    assert await heart.items("APPROVED") == []


async def test_an_edit_takes_the_place_of_what_it_edits(heart: Class) -> None:
    document = await heart.put(CHAPTER)
    first = await heart.write_mcq(document)
    full = await heart.house.learning.bank.get(heart.teacher, first.artifact_id)
    changed = {**full.payload, "stem": "Which part of the heart sets the rhythm of the heartbeat?"}
    second = await heart.house.learning.bank.edit(heart.teacher, first.artifact_id, changed)
    assert second.outcome.artifact_status == "APPROVED"
    statuses = {item.id: item.status for item in await heart.items()}
    assert statuses == {first.artifact_id: "RETIRED", second.artifact_id: "APPROVED"}


async def test_an_item_that_no_text_bears_out_is_kept_from_learners(heart: Class) -> None:
    document = await heart.put(CHAPTER)
    judged = await heart.house.learning.bank.write(
        heart.teacher,
        heart.module_id,
        "learning.flashcard",
        {"front": "Mitral valve", "back": "the valve of 1628 that William Harvey repaired first"},
        [],
    )
    assert document
    assert judged.outcome.artifact_status != "APPROVED"
    assert await heart.items("APPROVED") == []


async def test_another_tenant_sees_none_of_it(heart: Class, stranger: Subject) -> None:
    document = await heart.put(CHAPTER)
    judged = await heart.write_mcq(document)
    other = await make_class(heart.house, stranger)
    learning = heart.house.learning
    assert [m.id for m in await learning.modules.list_modules(stranger)] == [other.module_id]
    assert await other.items() == []
    for call in (
        learning.bank.get(stranger, judged.artifact_id),
        learning.modules.get(stranger, str(heart.module_id)),
        learning.bank.retire(stranger, judged.artifact_id, "mine"),
        learning.builds.start(stranger, heart.module_id, BuildOptions()),
    ):
        with pytest.raises(EvigateError, match="There is no"):
            await call
