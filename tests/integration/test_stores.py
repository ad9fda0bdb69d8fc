"""Stores: from a PDF to the passage that answers, on its page; incremental; two tenants."""

import asyncio

import httpx
import pytest
from tests.conftest import DEMO_PAPER

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.boot import House
from evigate.evidence.stores import source_of

QUESTION = "softmax regression accuracy on the breast cancer data set"
NOTE = b"# Cooking\n\nBoil the pasta in salted water for nine minutes. Drain it well."


async def test_a_question_finds_its_passage_and_says_why(house: House, owner: Subject) -> None:
    stores = house.stores
    store = await stores.create(owner, "Papers on cancer")
    document = await stores.add(owner, store, DEMO_PAPER.read_bytes(), "paper.pdf")
    again = await stores.add(owner, store, DEMO_PAPER.read_bytes(), "paper.pdf")
    assert document.id == again.id
    with pytest.raises(EvigateError) as refusal:
        await stores.search(owner, store, QUESTION)
    assert refusal.value.code.name == "E_STORE_EMPTY"
    count = await stores.index(owner, store)
    store = await stores.get(owner, "papers on CANCER")
    assert store.is_indexed and count > 20
    answer = await stores.search(owner, store, QUESTION, k=5)
    first = answer.hits[0]
    assert first.document_id == document.id and first.boxes
    assert first.retrieved_by == ("vector", "bm25")
    assert {"softmax", "regression"} & set(first.words)
    sizes = await stores.page_sizes(owner, document, [first.page, 10_000])
    assert sizes == {first.page: (612.0, 792.0)}
    image = await stores.page_image(owner, document.id, first.page)
    assert image.startswith(b"\x89PNG")
    assert answer.query_id is not None


async def test_adding_a_document_embeds_it_alone_and_removing_it_takes_its_passages(
    house: House, owner: Subject
) -> None:
    stores = house.stores
    store = await stores.create(owner, "Mixed")
    await stores.add(owner, store, DEMO_PAPER.read_bytes(), "paper.pdf")
    count = await stores.index(owner, store)
    note = await stores.add(owner, store, NOTE, "cooking.md")
    assert not (await stores.get(owner, str(store.id))).is_indexed
    assert await stores.index(owner, store) == count + 1
    from evigate.engine.engine import Engine

    table = Engine(house.engine, owner).tables.describe(f"{source_of(store)}_vectors")
    segments = Engine(house.engine, owner).tables.segments(table.name)
    assert sorted(segment.row_count for segment in segments) == [1, count]
    store = await stores.get(owner, str(store.id))
    answer = await stores.search(owner, store, "how long to boil pasta", k=1)
    assert (answer.hits[0].document, answer.hits[0].boxes) == ("Cooking", ())
    await stores.remove(owner, note.id)
    store = await stores.get(owner, str(store.id))
    answer = await stores.search(owner, store, "how long to boil pasta", k=3)
    assert all(hit.document_id != note.id for hit in answer.hits) and len(answer.hits) == 3


async def test_another_tenants_store_is_not_there(
    house: House, owner: Subject, stranger: Subject, other_client: httpx.AsyncClient
) -> None:
    store = await house.stores.create(owner, "Mine")
    document = await house.stores.add(owner, store, NOTE, "cooking.md")
    await house.stores.index(owner, store)
    assert await house.stores.list_stores(stranger) == []
    for path in (
        f"/api/v1/stores/{store.id}/documents",
        f"/api/v1/stores/{store.id}/search?q=pasta",
        f"/api/v1/documents/{document.id}/pages/1.png",
    ):
        answer = await other_client.get(path)
        never = await other_client.get(path.replace(str(store.id), str(owner.tenant_id)).replace(
            str(document.id), str(owner.tenant_id)))  # fmt: skip
        assert (answer.status_code, never.status_code) == (404, 404)
        assert answer.json()["code"] == never.json()["code"]


async def test_the_api_from_a_file_to_an_answer(client: httpx.AsyncClient) -> None:
    made = (await client.post("/api/v1/stores", json={"title": "By hand"})).json()
    path = f"/api/v1/stores/{made['id']}"
    bad = await client.post(
        f"{path}/documents", files={"file": ("x.bin", b"\x00\x01", "text/plain")}
    )
    assert bad.status_code == 415
    added = await client.post(f"{path}/documents", files={"file": ("c.md", NOTE, "text/markdown")})
    assert added.status_code == 201
    empty = await client.get(f"{path}/search", params={"q": "pasta"})
    assert (empty.status_code, empty.json()["code"]) == (409, "E_STORE_EMPTY")
    assert (await client.post(f"{path}/index")).json()["indexed"] == 1
    answer = (await client.get(f"{path}/search", params={"q": "boil pasta", "k": 3})).json()
    assert answer["hits"][0]["text"].startswith("Boil the pasta")
    assert answer["hits"][0]["heading_path"] == ["Cooking"]
    assert answer["hits"][0]["words"] == ["boil", "pasta"]
    listed = (await client.get("/api/v1/stores")).json()["items"]
    assert [each["title"] for each in listed] == ["By hand"]
    assert (await client.delete(f"/api/v1/documents/{added.json()['id']}")).status_code == 204


async def test_a_worker_indexes_what_the_page_was_given(house: House, owner: Subject) -> None:
    from evigate.kernel.jobs import enqueue

    store = await house.stores.create(owner, "Later")
    await house.stores.add(owner, store, NOTE, "cooking.md")
    async with house.database.tx(owner) as tx:
        await enqueue(tx, "evidence.index", {"store_id": str(store.id)})
    stop = asyncio.Event()
    worker = asyncio.create_task(house.worker().run(concurrency=1, stop=stop))
    try:
        for _ in range(200):
            if (await house.stores.get(owner, str(store.id))).is_indexed:
                break
            await asyncio.sleep(0.1)
        assert (await house.stores.get(owner, str(store.id))).is_indexed
    finally:
        stop.set()
        await worker
