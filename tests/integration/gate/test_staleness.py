"""A changed document takes what cites it out of use in the same transaction; text that moved does not."""

import pytest
from tests.integration.gate.conftest import HARD, HEART, LUNGS, OTHER, Bench

from evigate.gate.artifacts import list_citations, list_stale, recheck


async def approved(bench: Bench, key: str, quote: str):  # type: ignore[no-untyped-def]
    suite = await bench.suite(HARD)
    artifact = await bench.draft(key, quotes=(quote,))
    await bench.judge(artifact, suite, SCHEMA_VALIDATION=1.0)
    assert await bench.status(artifact) == "APPROVED"
    return artifact


async def citation(bench: Bench, artifact):  # type: ignore[no-untyped-def]
    async with bench.house.database.tx(bench.subject) as tx:
        return (await list_citations(tx, [artifact]))[artifact][0]


async def test_only_what_cites_the_changed_text_goes(bench: Bench) -> None:
    heart, lungs = await approved(bench, "h", HEART), await approved(bench, "l", LUNGS)
    await bench.rewrite(HEART.replace("four", "three"), LUNGS)
    assert await bench.status(heart) == "PENDING_EVAL"
    assert await bench.status(lungs) == "APPROVED"
    assert (await citation(bench, heart)).state == "stale"
    async with bench.house.database.tx(bench.subject) as tx:
        assert await list_stale(tx, bench.module_id) == [heart]
    [approval] = await bench.sql(
        "SELECT withdrawn_at FROM gate.approvals WHERE artifact_id = %s", heart
    )
    assert approval["withdrawn_at"] is not None


async def test_one_transaction_holds_the_change_and_its_consequence(bench: Bench) -> None:
    heart = await approved(bench, "h", HEART)
    with pytest.raises(ZeroDivisionError):
        async with bench.house.database.tx(bench.subject) as tx:
            await tx.connection.execute("DELETE FROM evidence.chunks")
            raise ZeroDivisionError
    assert await bench.status(heart) == "APPROVED"
    await bench.sql("DELETE FROM evidence.chunks WHERE text = %s", HEART)
    assert await bench.status(heart) == "PENDING_EVAL"


async def test_text_that_moved_is_the_same_evidence(bench: Bench) -> None:
    heart = await approved(bench, "h", HEART)
    before = await citation(bench, heart)
    await bench.rewrite("A new introduction.", f"Before it. {HEART} After it.", LUNGS)
    after = await citation(bench, heart)
    assert await bench.status(heart) == "APPROVED"
    assert (after.state, after.quote) == ("moved", before.quote)
    assert after.context is not None
    assert after.context[after.start_char :].startswith(HEART)


async def test_a_quote_that_a_new_cut_divides_is_still_there(bench: Bench) -> None:
    heart = await approved(bench, "h", HEART)
    first, second = HEART[: HEART.index("and") - 1], HEART[HEART.index("and") :]
    await bench.rewrite("First.", first, second, LUNGS)
    assert await bench.status(heart) == "APPROVED"
    found = await citation(bench, heart)
    assert (found.context, found.start_char) == (first, 0)


async def test_text_that_went_to_another_document_is_followed(bench: Bench) -> None:
    heart = await approved(bench, "h", HEART)
    await bench.rewrite(OTHER, HEART, document=1)
    await bench.rewrite(LUNGS)
    assert await bench.status(heart) == "APPROVED"
    assert (await citation(bench, heart)).document_id == bench.documents[1]


async def test_a_removed_document_takes_its_items_along(bench: Bench) -> None:
    heart = await approved(bench, "h", HEART)
    other = await bench.draft("o", quotes=(OTHER,))
    await bench.sql("DELETE FROM evidence.documents WHERE id = %s", bench.documents[0])
    assert await bench.status(heart) == "PENDING_EVAL"
    assert (await citation(bench, other)).state == "fresh"


async def test_a_job_is_left_once_a_module(bench: Bench) -> None:
    await approved(bench, "h", HEART)
    await approved(bench, "l", LUNGS)
    await bench.rewrite("Nothing of it is left.")
    jobs = await bench.sql(
        "SELECT task, args FROM kernel.list_jobs(NULL, 10) WHERE task = 'gate.reevaluate'"
    )
    assert [job["args"]["module_id"] for job in jobs] == [str(bench.module_id)]


async def test_text_that_comes_back_is_found_again(bench: Bench) -> None:
    heart = await approved(bench, "h", HEART)
    await bench.rewrite(LUNGS)
    await bench.rewrite(HEART, LUNGS)
    async with bench.house.database.tx(bench.subject) as tx:
        assert await recheck(tx, heart) == 0
    assert (await citation(bench, heart)).state == "fresh"
    # The earlier pass was on this very evidence.
    await bench.sql("SELECT gate.decide_artifact(%s, 'APPROVED', 'the text is back')", heart)
    assert await bench.status(heart) == "APPROVED"


async def test_removing_a_papers_module_removes_its_artifacts(bench: Bench) -> None:
    heart = await approved(bench, "h", HEART)
    async with bench.house.database.maintenance("test") as tx:
        await tx.connection.execute("UPDATE evidence.modules SET purpose = 'paper'")
    await bench.sql("SELECT evidence.remove_module(%s)", bench.module_id)
    assert await bench.sql("SELECT 1 FROM gate.artifacts WHERE id = %s", heart) == []
