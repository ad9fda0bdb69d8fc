"""Documents and their chunk rows: added, replaced and removed in one transaction; two tenants."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from tests.integration.test_fetch import Answer, ok, on_loopback, serve  # noqa: F401
from tests.integration.test_pages import browser
from tests.unit.evidence.files import book, slide_deck, word_file

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.boot import House
from evigate.evidence import (
    StoredChunk,
    add_folder,
    add_url,
    get_chunks,
    list_chunks,
    remove_document,
)
from evigate.evidence.chunks import CHUNKER_VERSION

FIRST = b"# Rocks\n\nGranite is hard.\n\n# Water\n\nWater is wet.\n\n# Air\n\nAir is thin.\n"
LAST_CHANGED = FIRST.replace(b"thin", b"thick")
MOVED = b"# Fire\n\nFire is hot.\n\n" + FIRST


async def chunks_of(house: House, subject: Subject, document_id: UUID) -> list[StoredChunk]:
    async with house.database.tx(subject) as tx:
        return await list_chunks(tx, document_id=document_id)


async def born(house: House, document_id: UUID) -> dict[UUID, object]:
    """When each chunk's row was written, and by which transaction, past all walls."""
    async with await psycopg.AsyncConnection.connect(house.urls.owner) as connection:
        await connection.execute("SET ROLE service_role")
        rows = await connection.execute(
            "SELECT id, xmin::text FROM evidence.chunks WHERE document_id = %s", [document_id]
        )
        return dict(await rows.fetchall())


async def test_chunks_are_rows_as_soon_as_the_document_is(house: House, owner: Subject) -> None:
    store = await house.stores.create(owner, "Nature", "course")
    document = await house.stores.add(owner, store, FIRST, "nature.md")
    assert (document.kind, document.page_count, document.revision) == ("markdown", 1, 1)
    assert (document.source_uri, document.warnings) == ("file:nature.md", ())
    chunks = await chunks_of(house, owner, document.id)
    assert [(c.ordinal, c.kind, c.heading_path, c.text) for c in chunks] == [
        (0, "heading", ("Rocks",), "Rocks"),
        (1, "prose", ("Rocks",), "Granite is hard."),
        (2, "heading", ("Water",), "Water"),
        (3, "prose", ("Water",), "Water is wet."),
        (4, "heading", ("Air",), "Air"),
        (5, "prose", ("Air",), "Air is thin."),
    ]
    async with house.database.tx(owner) as tx:
        asked = [chunks[3].id, UUID(int=7), chunks[1].id]
        assert await get_chunks(tx, asked) == [chunks[3], chunks[1]]
        assert await list_chunks(tx, module_id=store.module_id) == chunks


async def test_the_same_bytes_change_nothing(house: House, owner: Subject) -> None:
    store = await house.stores.create(owner, "Nature", "course")
    document = await house.stores.add(owner, store, FIRST, "nature.md")
    await house.stores.index(owner, store)
    before = await house.stores.document(owner, document.id)
    rows = await born(house, document.id)
    assert await house.stores.add(owner, store, FIRST, "nature.md") == before
    assert before.indexed_at is not None
    assert await born(house, document.id) == rows


async def test_other_bytes_of_a_name_replace_it_and_touch_only_what_differs(
    house: House, owner: Subject
) -> None:
    store = await house.stores.create(owner, "Nature", "course")
    document = await house.stores.add(owner, store, FIRST, "nature.md")
    await house.stores.index(owner, store)
    first_version = (await house.stores.get(owner, str(store.id))).evidence_version
    rows, old = await born(house, document.id), await chunks_of(house, owner, document.id)
    changed = await house.stores.add(owner, store, LAST_CHANGED, "nature.md")
    assert (changed.id, changed.revision, changed.indexed_at) == (document.id, 2, None)
    assert changed.sha256 != document.sha256
    store = await house.stores.get(owner, str(store.id))
    assert (store.documents, store.indexed) == (1, 0)
    assert store.evidence_version != first_version
    new_rows, new = await born(house, document.id), await chunks_of(house, owner, document.id)
    assert {row: new_rows[row] for row in rows if row in new_rows} == {
        chunk.id: rows[chunk.id] for chunk in old[:5]
    }
    assert [chunk.text for chunk in new][5] == "Air is thick." and new[5].id not in rows
    await house.stores.index(owner, store)
    store = await house.stores.get(owner, str(store.id))
    answer = await house.stores.search(owner, store, "how thick is air", k=1)
    assert (answer.hits[0].text, answer.hits[0].heading_path) == ("Air is thick.", ("Air",))
    assert answer.hits[0].chunk_id == str(new[5].id)


async def test_a_search_between_replacing_and_indexing_shows_nothing_that_is_gone(
    house: House, owner: Subject
) -> None:
    store = await house.stores.create(owner, "Nature", "course")
    await house.stores.add(owner, store, FIRST, "nature.md")
    await house.stores.add(owner, store, b"Sand is soft.", "sand.md")
    await house.stores.index(owner, store)
    await house.stores.add(owner, store, MOVED.replace(b"thin", b"thick"), "nature.md")
    store = await house.stores.get(owner, str(store.id))
    assert (store.documents, store.indexed) == (2, 1)
    answer = await house.stores.search(owner, store, "granite water air sand", k=10)
    texts = {hit.text: hit.start for hit in answer.hits}
    assert set(texts) == {"Granite is hard.", "Water is wet.", "Sand is soft."}
    assert texts["Granite is hard."] == len("Fire\nFire is hot.\nRocks\n")
    assert "index again" in answer.notes[-1]


async def test_a_passage_that_moved_keeps_its_id(house: House, owner: Subject) -> None:
    store = await house.stores.create(owner, "Nature", "course")
    document = await house.stores.add(owner, store, FIRST, "nature.md")
    old = {chunk.text: chunk for chunk in await chunks_of(house, owner, document.id)}
    await house.stores.add(owner, store, MOVED, "nature.md")
    new = {chunk.text: chunk for chunk in await chunks_of(house, owner, document.id)}
    assert all(new[text].id == old[text].id for text in old)
    assert new["Water is wet."].start == old["Water is wet."].start + len("Fire\nFire is hot.\n")
    assert [chunk.ordinal for chunk in new.values()] == list(range(8))


async def test_whoever_names_a_document_replaces_it_by_that_name(
    house: House, owner: Subject
) -> None:
    store = await house.stores.create(owner, "Nature")
    one = await house.stores.add(owner, store, FIRST, "a.md", source_uri="lesson:1")
    same = await house.stores.add(owner, store, MOVED, "b.md", source_uri="lesson:1")
    other = await house.stores.add(owner, store, MOVED, "b.md")
    assert (same.id, same.file_name, same.revision) == (one.id, "b.md", 2)
    assert other.id != one.id
    paper = await house.stores.create(owner, "Papers", "paper")
    first = await house.stores.add(owner, paper, FIRST, "p.md")
    second = await house.stores.add(owner, paper, MOVED, "p.md")
    assert first.id != second.id and first.source_uri == f"sha256:{first.sha256}"


async def test_two_who_add_one_name_at_once_make_one_document(house: House, owner: Subject) -> None:
    store = await house.stores.create(owner, "Nature", "course")
    versions = [FIRST, MOVED, LAST_CHANGED, FIRST, MOVED]
    found = await asyncio.gather(
        *(house.stores.add(owner, store, data, "nature.md") for data in versions)
    )
    assert len({document.id for document in found}) == 1
    last = await house.stores.document(owner, found[0].id)
    texts = {chunk.text for chunk in await chunks_of(house, owner, last.id)}
    assert len(await chunks_of(house, owner, last.id)) == (8 if "Fire" in texts else 6)


async def test_a_document_that_cannot_be_read_leaves_all_as_it_was(
    house: House, owner: Subject
) -> None:
    store = await house.stores.create(owner, "Nature", "course")
    document = await house.stores.add(owner, store, word_file(), "cells.docx")
    rows = await born(house, document.id)
    for broken in (b"", word_file()[:-500], b"\0\1\2"):
        with pytest.raises(EvigateError):
            await house.stores.add(owner, store, broken, "cells.docx")
    assert await house.stores.documents(owner, store) == [document]
    assert await born(house, document.id) == rows


async def test_removing_takes_the_chunks_in_the_same_transaction(
    house: House, owner: Subject
) -> None:
    store = await house.stores.create(owner, "Nature", "course")
    document = await house.stores.add(owner, store, FIRST, "nature.md")
    with pytest.raises(RuntimeError):
        async with house.database.tx(owner) as tx:
            assert await remove_document(tx, document.id)
            assert await list_chunks(tx, document_id=document.id) == []
            raise RuntimeError
    assert len(await chunks_of(house, owner, document.id)) == 6
    await house.stores.remove(owner, document.id)
    assert await chunks_of(house, owner, document.id) == []
    assert (await house.stores.get(owner, str(store.id))).documents == 0


async def test_documents_from_before_chunks_were_rows_are_cut_when_indexed(
    house: House, owner: Subject
) -> None:
    store = await house.stores.create(owner, "Nature", "course")
    document = await house.stores.add(owner, store, FIRST, "nature.md")
    async with await psycopg.AsyncConnection.connect(house.urls.owner) as connection:
        await connection.execute("SET ROLE service_role")
        await connection.execute("DELETE FROM evidence.chunks")
        await connection.execute("UPDATE evidence.documents SET metadata = '{\"pages\": 1}'")
    await house.stores.index(owner, store)
    assert len(await chunks_of(house, owner, document.id)) == 6
    assert (await house.stores.document(owner, document.id)).metadata["chunker"] == CHUNKER_VERSION


async def test_another_tenant_sees_and_moves_no_chunk(
    house: House, owner: Subject, stranger: Subject
) -> None:
    store = await house.stores.create(owner, "Nature", "course")
    document = await house.stores.add(owner, store, FIRST, "nature.md")
    theirs = await house.stores.create(stranger, "Nature", "course")
    copy = await house.stores.add(stranger, theirs, FIRST, "nature.md")
    chunks = await chunks_of(house, owner, document.id)
    async with house.database.tx(stranger) as tx:
        assert await list_chunks(tx, document_id=document.id) == []
        assert await list_chunks(tx, module_id=store.module_id) == []
        assert await get_chunks(tx, [chunk.id for chunk in chunks]) == []
        assert not await remove_document(tx, document.id)
        assert len(await list_chunks(tx, document_id=copy.id)) == 6
    assert await chunks_of(house, owner, document.id) == chunks


async def test_a_row_of_a_chunk_is_never_changed_by_the_app(house: House, owner: Subject) -> None:
    store = await house.stores.create(owner, "Nature", "course")
    await house.stores.add(owner, store, FIRST, "nature.md")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        async with house.database.tx(owner) as tx:
            await tx.connection.execute("UPDATE evidence.chunks SET text = 'x'")


async def test_a_folder_is_taken_in_file_by_file(
    house: House, owner: Subject, tmp_path: Path
) -> None:
    folder = tmp_path / "unit"
    (folder / "deep" / ".git").mkdir(parents=True)
    (folder / "a.docx").write_bytes(word_file())
    (folder / "b.pptx").write_bytes(b"PK\x03\x04 broken")
    (folder / "deep" / "a.docx").write_bytes(slide_deck())
    (folder / "deep" / "c.epub").write_bytes(book(["<h1>One</h1><p>Text.</p>"]))
    (folder / "deep" / "image.png").write_bytes(b"png")
    (folder / "deep" / ".git" / "note.md").write_bytes(b"hidden")
    (folder / "link.md").symlink_to(tmp_path / "secret.md")
    (tmp_path / "secret.md").write_bytes(b"secret")
    store = await house.stores.create(owner, "Unit", "course")
    found = [each async for each in add_folder(house.stores, owner, store, folder)]
    assert [(each.name, each.number, each.total) for each in found] == [
        ("a.docx", 1, 4), ("b.pptx", 2, 4), ("deep/a.docx", 3, 4), ("deep/c.epub", 4, 4)
    ]  # fmt: skip
    assert found[1].problem is not None
    assert found[1].problem.code.name == "E_DOCUMENT_DAMAGED"
    kinds = [each.document.kind for each in found if each.document is not None]
    assert kinds == ["docx", "pptx", "epub"]
    again = [each async for each in add_folder(house.stores, owner, store, folder)]
    assert [each.document for each in again] == [each.document for each in found]
    with pytest.raises(EvigateError) as refusal:
        [
            each
            async for each in add_folder(house.stores, owner, store, folder / "deep" / ".git" / "x")
        ]
    assert refusal.value.code.name == "E_INVALID"


async def test_an_address_is_taken_in_and_served_anew_replaced(
    house: House,
    owner: Subject,
    serve: Callable[[Answer], Awaitable[str]],  # noqa: F811
) -> None:
    served = [b"<html><h1>Rocks</h1><p>Granite is hard.</p></html>"]
    base = await serve(lambda path: ok(served[0]))
    store = await house.stores.create(owner, "Web", "course")
    first = await add_url(house.stores, owner, store, f"{base}/rocks.php#top", rule=on_loopback)
    assert (first.kind, first.title, first.file_name) == ("html", "Rocks", "rocks.php")
    assert first.source_uri == f"{base}/rocks.php"
    served[0] = b"<html><h1>Rocks</h1><p>Granite is very hard.</p></html>"
    second = await add_url(house.stores, owner, store, f"{base}/rocks.php", rule=on_loopback)
    assert (second.id, second.revision) == (first.id, 2)
    with pytest.raises(EvigateError) as refusal:
        await add_url(house.stores, owner, store, f"{base}/rocks.php")
    assert refusal.value.code.name == "E_FETCH_REFUSED"


async def test_a_text_is_shown_with_its_headings_and_the_passage_marked(
    house: House, owner: Subject, stranger: Subject
) -> None:
    store = await house.stores.create(owner, "Nature", "course")
    data = FIRST.replace(b"wet.", b"wet. <b onclick=x>&lt;script&gt;</b>")
    document = await house.stores.add(owner, store, data, "nature.md")
    await house.stores.index(owner, store)
    href = f"/stores/{store.id}/documents/{document.id}"
    async with browser(house, owner) as client:
        page = await client.get(f"/stores/{store.id}", params={"q": "is granite hard"})
        assert page.status_code == 200
        assert f'href="{href}?page=1&amp;start=6&amp;end=22#marked"' in page.text
        assert "MARKDOWN" in page.text
        shown = await client.get(href, params={"page": 1, "start": 6, "end": 22})
        assert shown.status_code == 200
        assert "<h2>Rocks</h2>" in shown.text
        assert '<p id="marked"><mark>Granite is hard.</mark></p>' in shown.text
        assert "&lt;script&gt;" in shown.text and "onclick" not in shown.text
        assert (await client.get(href, params={"page": 2})).status_code == 404
    async with browser(house, stranger) as client:
        theirs = await client.get(href)
        never = await client.get(href.replace(str(document.id), str(store.id)))
        assert (theirs.status_code, never.status_code) == (404, 404)
