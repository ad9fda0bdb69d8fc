"""Learning's pages over HTTP: what each role sees, what forms do, and whose things they are."""

import re
from uuid import UUID, uuid4

import httpx
import pytest
from tests.access.test_matrix import routes_of
from tests.integration.learning.conftest import CHAPTER, SINUS, Class
from tests.integration.test_pages import SAME_ORIGIN, browser, csrf

from evigate.base.ids import UserId
from evigate.base.subject import Subject
from evigate.boot import House
from evigate.gate import NewCitation, open_review
from evigate.learning.bank.models import ItemFilter
from evigate.learning.item_form import fields_of, payload_of
from evigate.learning.items.kinds import parse
from evigate.learning.practice.models import Answer

MD = "text/markdown"


async def join(house: House, owner: Subject, email: str, role: str) -> Subject:
    """Let a person in and return who they are."""
    user_id: UserId = await house.tenancy.add_member(owner, email, role)
    return Subject(owner.tenant_id, f"user:{user_id}", role, user_id)


async def put(house: House, client: httpx.AsyncClient, path: str, **fields: object):  # type: ignore[no-untyped-def]
    return await client.post(path, data={**csrf(house, client), **fields})


@pytest.fixture
async def learner(house: House, owner: Subject) -> Subject:
    return await join(house, owner, "pupil@home.test", "learner")


@pytest.fixture
async def asked(heart: Class) -> UUID:
    """An approved question of the module."""
    judged = await heart.write_mcq(await heart.put(CHAPTER))
    assert judged.outcome.artifact_status == "APPROVED"
    return judged.artifact_id


async def pending_item(heart: Class) -> UUID:
    """A card that no sentence bears out, so that it waits or is rejected."""
    judged = await heart.house.learning.bank.write(
        heart.teacher,
        heart.module_id,
        "learning.flashcard",
        {"front": "Mitral valve", "back": "the valve that William Harvey repaired in 1628"},
        [],
    )
    assert judged.outcome.artifact_status != "APPROVED"
    return judged.artifact_id


def addresses(house: House, *, ids: dict[str, object]) -> list[tuple[str, str]]:
    """Return learning's pages with the names in their paths filled in."""
    found = []
    for method, path in routes_of(house):
        if method == "HEAD" or not path.startswith(("/learning", "/practice")):
            continue
        for name, value in ids.items():
            path = path.replace(f"{{{name}}}", str(value))
        found.append((method, path))
    return found


async def test_every_page_of_a_module_is_drawn(heart: Class, house: House, asked: UUID) -> None:
    await heart.build()
    module = f"/learning/{heart.module_id}"
    chunk = (await house.learning.bank.coverage(heart.teacher, heart.module_id))[0].id
    async with browser(house, heart.teacher) as client:
        for path, says in (
            ("/learning", "The heart"),
            ("/learning?archived=true", "The heart"),
            (module, "Coverage of the text"),
            (f"{module}/items", "newest first"),
            (f"{module}/items?q=heartbeat&kind=learning.mcq_item", "rhythm of the heartbeat"),
            (f"{module}/items?q=zebra", "No item is like that"),
            (f"{module}/items?flagged=true", "No item is like that"),
            (f"{module}/items/new?kind=learning.ordering_item", "in their right order"),
            (f"{module}/class", "Nobody has practised yet"),
            (f"{module}/passages/{chunk}", "Items that rest on it"),
            (f"/learning/items/{asked}", "As a learner sees it"),
            ("/practice", "The heart"),
            (f"/practice/progress/{heart.module_id}", "No answers yet"),
        ):
            answer = await client.get(path)
            assert answer.status_code == 200, path
            assert says in answer.text, path
        for each in await house.learning.bank.list_items(
            heart.teacher, ItemFilter(module_id=heart.module_id), limit=200
        ):
            shown = await client.get(f"/learning/items/{each.id}")
            assert shown.status_code == 200, each.kind


async def test_files_and_a_title_make_a_module_that_builds(house: House, owner: Subject) -> None:
    async with browser(house, owner) as client:
        answer = await client.post(
            "/learning",
            data={**csrf(house, client), "title": "Hearts"},
            files=[
                ("files", ("heart.md", CHAPTER.encode(), MD)),
                ("files", ("more.md", b"# More\n\nThe aorta is the largest artery.", MD)),
            ],
        )
        assert answer.status_code == 303
        page = (await client.get(answer.headers["location"])).text
        assert "Hearts" in page and "Building the bank" in page and "data-live=" in page
        [module] = await house.learning.modules.list_modules(owner)
        assert module.documents == 2
        [build] = await house.learning.builds.list_builds(owner, module.id)
        cancelled = await put(house, client, f"/learning/{module.id}/builds/{build.id}/cancel")
        assert cancelled.status_code == 303

        nameless = await put(house, client, "/learning", title=" ")
        assert nameless.status_code == 422 and "Give it a title" in nameless.text
        bad = await client.post(
            "/learning",
            data=csrf(house, client),
            files=[("files", ("broken.pdf", b"%PDF-1.7 and then nothing", "application/pdf"))],
        )
        assert bad.status_code == 422 and "broken.pdf" in bad.text and "field__error" in bad.text


async def test_objectives_are_added_ordered_and_removed(heart: Class, house: House) -> None:
    base = f"/learning/{heart.module_id}"
    modules = house.learning.modules

    async def texts() -> list[str]:
        return [each.text for each in await modules.objectives(heart.teacher, heart.module_id)]

    async with browser(house, heart.teacher) as client:
        await put(house, client, f"{base}/objectives", text="Name the chambers\n\nTell systole")
        assert await texts() == ["Name the chambers", "Tell systole"]
        [first, second] = await modules.objectives(heart.teacher, heart.module_id)
        await put(house, client, f"{base}/objectives/{second.id}/move", direction="up")
        assert await texts() == ["Tell systole", "Name the chambers"]
        await put(house, client, f"{base}/objectives/{first.id}/remove")
        assert await texts() == ["Tell systole"]
        gone = await put(house, client, f"{base}/objectives/{uuid4()}/remove")
        assert gone.status_code == 404


async def test_modules_are_ordered_described_and_archived(heart: Class, house: House) -> None:
    modules = house.learning.modules
    second = await modules.create(heart.teacher, "The lung")
    base = f"/learning/{second.id}"
    async with browser(house, heart.teacher) as client:
        await put(house, client, f"{base}/move", direction="up")
        listed = await modules.list_modules(heart.teacher)
        assert [each.title for each in listed] == ["The lung", "The heart"]
        about = {"title": "Lungs", "description": "Breath.", "requires": str(heart.module_id)}
        await put(house, client, f"{base}/about", **about)
        assert "After: The heart" in (await client.get("/learning")).text
        circle = await put(
            house,
            client,
            f"/learning/{heart.module_id}/about",
            title="The heart",
            requires=str(second.id),
        )
        assert circle.status_code == 422 and "comes after this one already" in circle.text
        await put(house, client, f"{base}/archive", is_archived="true")
        assert "Lungs" not in (await client.get("/learning")).text
        assert "Lungs" in (await client.get("/learning?archived=true")).text


async def test_an_item_is_written_edited_and_retired(heart: Class, house: House) -> None:
    document = await heart.put(CHAPTER)
    base = f"/learning/{heart.module_id}/items/new"
    form = {
        "kind": "learning.mcq_item",
        "stem": "What sets the rhythm of the heartbeat?",
        "option_A": "the sinoatrial node",
        "option_B": "the pericardium",
        "option_C": "the pulmonary artery",
        "option_D": "the left ventricle",
        "key": "A",
        "concept": "sinoatrial node",
        "tags": "beat, node",
        "difficulty": "introductory",
        "quote_0": SINUS,
        "document_0": str(document),
        "page_0": "1",
    }
    async with browser(house, heart.teacher) as client:
        refused = await put(house, client, base, **{**form, "option_C": "", "option_D": ""})
        assert refused.status_code == 422 and "the pericardium" in refused.text
        assert SINUS in refused.text, "what was typed is there again"

        done = await put(house, client, base, **form)
        assert done.status_code == 303
        page = (await client.get(done.headers["location"])).text
        assert "The gate has judged it: approved" in page
        assert f"<mark>{SINUS}</mark>" in page and "#marked" in page
        [item] = await heart.items("APPROVED")
        assert (item.tags, item.difficulty) == (["beat", "node"], "introductory")

        edited = {**form, "stem": "Which part of the heart sets the rhythm of the heartbeat?"}
        done = await put(house, client, f"/learning/items/{item.id}/edit", **edited)
        page = (await client.get(done.headers["location"])).text
        assert "Version 2" in page and "Which part of the heart" in page
        [newer] = await heart.items("APPROVED")
        wrong = {**edited, "key": "E"}
        refused = await put(house, client, f"/learning/items/{newer.id}/edit", **wrong)
        assert refused.status_code == 422 and "none of the options" in refused.text

        await put(house, client, f"/learning/items/{newer.id}/retire", reason="Too easy.")
        assert await heart.items("APPROVED") == []
        assert "Too easy." in (await client.get(f"/learning/items/{newer.id}")).text


async def test_every_kind_survives_its_form(heart: Class, house: House) -> None:
    await heart.build()
    kinds = set()
    for item in await heart.items():
        full = await house.learning.bank.get(heart.teacher, item.id)
        fields = fields_of(item.kind, full.payload)
        form = {name: value for name, value in fields.items() if isinstance(value, str)}
        for option in fields.get("options", ()):
            form[f"option_{option['id']}"] = option["text"]
            form[f"feedback_{option['id']}"] = option["feedback"]
        form["is_true"] = "true" if fields.get("is_true") else "false"
        again = parse(item.kind, payload_of(item.kind, form, full.payload))
        before = parse(item.kind, full.payload)
        if item.kind in ("learning.ordering_item", "learning.matching_item"):
            assert again.model_dump().keys() == before.model_dump().keys()
        else:
            assert again == before, item.kind
        kinds.add(item.kind)
    assert len(kinds) >= 4


async def test_a_file_is_imported_and_its_problems_are_shown(heart: Class, house: House) -> None:
    path = f"/learning/{heart.module_id}/import"
    gift = b"::q1::What sets the rhythm of the heartbeat? {=the sinoatrial node ~the aorta ~the lung}\n\n::q2::Broken {=one ="
    async with browser(house, heart.teacher) as client:
        answer = await client.post(
            path,
            data={**csrf(house, client), "format": "gift"},
            files={"file": ("a.gift.txt", gift)},
        )
        assert answer.status_code == 200
        assert "1 item was read" in answer.text and "Not read:" in answer.text
        wrong = await client.post(
            path,
            data={**csrf(house, client), "format": "qti"},
            files={"file": ("a.zip", b"this is no archive")},
        )
        assert wrong.status_code == 422 and "field__error" in wrong.text
        for format_ in ("qti", "gift", "moodle", "anki", "csv", "json"):
            page = (await client.get(f"/learning/{heart.module_id}")).text
            href = f"/api/v1/modules/{heart.module_id}/export?format={format_}"
            assert href in page
            assert (await client.get(href)).status_code == 200


async def test_a_whole_sitting_without_script(
    heart: Class, house: House, learner: Subject, asked: UUID
) -> None:
    async with browser(house, learner) as client:
        begun = await put(house, client, "/practice", module_id=str(heart.module_id))
        session = begun.headers["location"]
        page = (await client.get(session)).text
        assert "rhythm of the heartbeat" in page and SINUS not in page
        fields = dict(re.findall(r'name="(artifact_id|kind|key)" value="([^"]+)"', page))
        nothing = await put(house, client, f"{session}/answers", **fields)
        assert nothing.status_code == 422 and "Choose one of the answers" in nothing.text
        twice = [
            await put(house, client, f"{session}/answers", **fields, answer="A") for _ in range(2)
        ]
        assert twice[0].headers["location"] == twice[1].headers["location"]
        shown = (await client.get(twice[0].headers["location"])).text
        assert "Not right" in shown and f"<mark>{SINUS}</mark>" in shown
        assert "Comes again" in shown and "the pericardium" in shown
        ended = (await client.get(session)).text
        assert "0 of 1 right" in ended and "To look at again" in ended
        home = (await client.get("/practice")).text
        assert "Last sessions" in home
        progress = (await client.get(f"/practice/progress/{heart.module_id}")).text
        assert "1 answer, 0 right" in progress and "curve__line" in progress


async def test_an_answer_that_cannot_be_graded_is_rated(
    heart: Class, house: House, learner: Subject
) -> None:
    document = await heart.put(CHAPTER)
    card = await house.learning.bank.write(
        heart.teacher,
        heart.module_id,
        "learning.flashcard",
        {
            "front": "Sinoatrial node",
            "back": "a group of cells that sets the rhythm of the heartbeat",
            "concept": "sinoatrial node",
            "hint": "It stands under The beat.",
        },
        [NewCitation(document, SINUS)],
    )
    assert card.outcome.artifact_status == "APPROVED"
    async with browser(house, learner) as client:
        begun = await put(house, client, "/practice", module_id=str(heart.module_id))
        session = begun.headers["location"]
        front = (await client.get(session)).text
        assert "group of cells" not in front and "Turn the card" in front and "Hint" in front
        hinted = (await client.get(f"{session}?hint=true")).text
        assert "It stands under The beat." in hinted and 'name="hint_used"' in hinted
        back = (await client.get(f"{session}?flip=true")).text
        assert "group of cells" in back
        fields = dict(re.findall(r'name="(artifact_id|kind|key)" value="([^"]+)"', back))
        done = await put(house, client, f"{session}/answers", **fields, rating="2")
        shown = (await client.get(done.headers["location"])).text
        assert "You said</dt><dd>Hard" in shown


async def test_what_waits_for_review_is_on_no_page_of_practice(
    heart: Class, house: House, learner: Subject
) -> None:
    hidden = await pending_item(heart)
    async with browser(house, learner) as client:
        home = (await client.get("/practice")).text
        assert "Nothing to practise yet" in home
        start = await put(house, client, "/practice", module_id=str(heart.module_id))
        assert start.status_code == 409
        for path in ("/practice", f"/practice/progress/{heart.module_id}"):
            assert "Mitral valve" not in (await client.get(path)).text
        for path in (f"/learning/items/{hidden}", f"/api/v1/items/{hidden}"):
            answer = await client.get(path)
            assert answer.status_code in (403, 404) and "William Harvey" not in answer.text


async def test_for_a_learner_no_other_page_is_there(
    heart: Class, house: House, learner: Subject, asked: UUID
) -> None:
    ids = {
        "module_id": heart.module_id, "item_id": asked, "objective_id": uuid4(), "run_id": uuid4(),
        "document_id": uuid4(), "chunk_id": uuid4(),
    }  # fmt: skip
    async with browser(house, learner) as client:
        pages = [each for each in addresses(house, ids=ids) if each[1].startswith("/learning")]
        others = ("/papers", "/stores", "/runs", "/settings", "/settings/tokens", "/doctor")
        for method, path in [*pages, *(("GET", other) for other in others)]:
            form = csrf(house, client) if method == "POST" else None
            answer = await client.request(method, path, data=form)
            assert answer.status_code == 404, f"{method} {path} answers {answer.status_code}"
            assert "There is nothing here." in answer.text and 'href="/practice"' in answer.text
        assert len(pages) >= 20
        home = (await client.get("/practice")).text
        for href in ('href="/papers"', 'href="/learning"', 'href="/settings"'):
            assert href not in home


async def test_a_learner_signs_in_to_practice_and_chooses_a_password(
    house: House, owner: Subject, learner: Subject
) -> None:
    async with browser(house, owner) as client:
        made = await put(house, client, "/settings/members/link", email="pupil@home.test")
        link = re.search(r"/sign-in/evg_[\w-]+", made.text)
        assert link is not None
    async with browser(house) as client:
        entered = await client.post(link[0], headers=SAME_ORIGIN)
        assert entered.headers["location"] == "/practice"
        assert (await client.get("/")).headers["location"] == "/practice"
        weak = await put(house, client, "/account/password", new="short")
        assert weak.status_code == 422 and "field__error" in weak.text
        done = await put(house, client, "/account/password", new="correct horse battery")
        assert done.status_code == 303
    form = {"email": "pupil@home.test", "password": "correct horse battery", "next": "/papers"}
    async with browser(house) as client:
        entered = await client.post("/sign-in", data=form, headers=SAME_ORIGIN)
        assert entered.headers["location"] == "/practice"


async def test_only_an_owner_lets_people_in(house: House, owner: Subject, learner: Subject) -> None:
    editor = await join(house, owner, "editor@home.test", "editor")
    async with browser(house, editor) as client:
        assert "Invite somebody" not in (await client.get("/settings")).text
        for path, form in (
            ("/settings/invitations", {"email": "a@b.test", "role": "owner"}),
            ("/settings/members/role", {"email": "editor@home.test", "role": "owner"}),
            ("/settings/members/remove", {"email": "pupil@home.test"}),
            ("/settings/members/link", {"email": "pupil@home.test"}),
        ):
            assert (await put(house, client, path, **form)).status_code == 403
    async with browser(house, owner) as client:
        for email, role in (("no address", "learner"), ("a@b.test", "king")):
            bad = await put(house, client, "/settings/invitations", email=email, role=role)
            assert bad.status_code == 422 and "field__error" in bad.text
        await put(house, client, "/settings/invitations", email="new@home.test", role="learner")
        assert "new@home.test" in (await client.get("/settings")).text
        missing = await put(house, client, "/settings/members/link", email="who@home.test")
        assert missing.status_code == 404


async def test_members_are_let_in_over_the_api(
    client: httpx.AsyncClient, other_client: httpx.AsyncClient, house: House
) -> None:
    body = {"email": "Api@Home.test", "role": "learner"}
    assert (await client.post("/api/v1/members", json=body)).status_code == 204
    members = (await client.get("/api/v1/members")).json()["items"]
    assert {each["email"]: each["role"] for each in members}["api@home.test"] == "learner"
    made = await client.post("/api/v1/members/link", json={"email": "api@home.test"})
    async with browser(house) as visitor:
        entered = await visitor.post(made.json()["path"], headers=SAME_ORIGIN)
        assert entered.headers["location"] == "/practice"
    others = (await other_client.get("/api/v1/members")).json()["items"]
    assert "api@home.test" not in {each["email"] for each in others}
    refused = await other_client.post("/api/v1/members/link", json={"email": "api@home.test"})
    assert (refused.status_code, refused.json()["code"]) == (404, "E_USER_NOT_FOUND")


async def test_nobody_makes_a_link_for_another_owner(house: House, owner: Subject) -> None:
    await join(house, owner, "second@home.test", "owner")
    async with browser(house, owner) as client:
        refused = await put(house, client, "/settings/members/link", email="second@home.test")
        assert refused.status_code == 403


async def test_another_tenants_learning_is_not_there(
    heart: Class, house: House, stranger: Subject, learner: Subject, asked: UUID
) -> None:
    session = await house.learning.practice.start(learner, heart.module_id)
    [objective] = await house.learning.modules.add_objectives(
        heart.teacher, heart.module_id, ["Tell what sets the rhythm"]
    )
    coverage = await house.learning.bank.coverage(heart.teacher, heart.module_id)
    ids = {
        "module_id": heart.module_id,
        "item_id": asked,
        "session_id": session.id,
        "attempt_id": uuid4(),
        "objective_id": objective.id,
        "document_id": coverage[0].document_id,
        "chunk_id": coverage[0].id,
        "run_id": uuid4(),
    }
    forms = {
        "import": {"format": "gift"}, "about": {"title": "Mine"}, "move": {"direction": "up"},
        "retire": {"reason": "mine"}, "decide": {"verdict": "approve"}, "rating": {"rating": "3"},
    }  # fmt: skip
    asked_for = 0
    async with browser(house, stranger) as client:
        for method, path in addresses(house, ids=ids):
            if path in ("/learning", "/practice"):
                continue
            form = {**csrf(house, client), **forms.get(path.rsplit("/", 1)[-1], {})}
            kwargs: dict[str, object] = {"data": form} if method == "POST" else {}
            if path.endswith("/import"):
                kwargs["files"] = {"file": ("a.txt", b"x")}
            if path.endswith("/documents"):
                kwargs["files"] = {"files": ("a.md", b"x")}
            answer = await client.request(method, path, **kwargs)  # type: ignore[arg-type]
            assert answer.status_code == 404, f"{method} {path} answers {answer.status_code}"
            assert "rhythm" not in answer.text
            asked_for += 1
        for path in ("/learning", "/practice"):
            assert "The heart" not in (await client.get(path)).text
    assert asked_for >= 25
    assert (await house.learning.modules.get(heart.teacher, str(heart.module_id))).title == (
        "The heart"
    )


async def test_a_learner_sees_no_other_learners_session(
    heart: Class, house: House, owner: Subject, learner: Subject, asked: UUID
) -> None:
    session = await house.learning.practice.start(learner, heart.module_id)
    other = await join(house, owner, "other@home.test", "learner")
    async with browser(house, other) as client:
        assert (await client.get(f"/practice/{session.id}")).status_code == 404
        assert str(session.id) not in (await client.get("/practice")).text


async def test_a_viewer_looks_and_changes_nothing(
    heart: Class, house: House, owner: Subject, asked: UUID
) -> None:
    viewer = await join(house, owner, "viewer@home.test", "viewer")
    base = f"/learning/{heart.module_id}"
    async with browser(house, viewer) as client:
        page = (await client.get(base)).text
        assert "The heart" in page and 'action="' + base not in page
        assert (await client.get(f"{base}/class")).status_code == 403
        for path, form in (
            (f"{base}/builds", {"items": "5"}),
            (f"{base}/objectives", {"text": "x"}),
            (f"/learning/items/{asked}/retire", {"reason": "x"}),
            (f"{base}/archive", {}),
        ):
            assert (await put(house, client, path, **form)).status_code == 403, path


async def test_a_documents_text_shows_what_items_rest_on_and_is_its_tenants(
    heart: Class, client: httpx.AsyncClient, other_client: httpx.AsyncClient
) -> None:
    document = await heart.put(CHAPTER, "heart.md")
    await heart.write_mcq(document)
    address = f"/learning/{heart.module_id}/text/{document}"
    page = await client.get(address)
    assert page.status_code == 200
    assert f"<mark>{SINUS}</mark>" in page.text
    assert "1 approved item" in page.text
    assert (await client.get(f"{address}?offset=9999")).status_code == 200
    assert (await other_client.get(address)).status_code == 404
    elsewhere = f"/learning/{heart.module_id}/text/{heart.module_id}"
    assert (await client.get(elsewhere)).status_code == 404


async def test_an_address_is_fetched_only_where_it_is_public(
    heart: Class, client: httpx.AsyncClient, other_client: httpx.AsyncClient
) -> None:
    body = {"url": "http://127.0.0.1:9/chapter.md"}
    for path in (
        f"/api/v1/modules/{heart.module_id}/addresses",
        f"/api/v1/stores/{(await heart.store()).id}/addresses",
    ):
        refused = await client.post(path, json=body)
        assert refused.json()["code"] == "E_FETCH_REFUSED"
        assert (await other_client.post(path, json=body)).status_code == 404
        assert (await client.post(path, json={"url": "ftp://a.b"})).status_code == 422


async def test_a_long_class_is_folded(
    heart: Class, house: House, asked: UUID, learner: Subject, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = await house.learning.practice.start(learner, heart.module_id)
    await house.learning.practice.question(learner, session.id)
    await house.learning.practice.answer(learner, session.id, Answer(asked, "B", "1"))
    address = f"/learning/{heart.module_id}/class"
    async with browser(house, heart.teacher) as client:
        assert "more learners" not in (await client.get(address)).text
        monkeypatch.setattr("evigate.learning.pages_class.LEARNERS_SHOWN", 0)
        page = (await client.get(address)).text
    assert page.index("<summary>1 more learners</summary>") < page.index("<td>pupil</td>")


async def test_a_reviewer_is_a_key_away_from_editing(
    heart: Class, house: House, asked: UUID
) -> None:
    async with house.database.tx(heart.teacher) as tx:
        task = await open_review(tx, asked, "a second look")
    address = f"/learning/items/{asked}?is_editing=true"
    async with browser(house, heart.teacher) as client:
        assert f'href="{address}#edit" data-key="e"' in (await client.get(f"/reviews/{task}")).text
        assert 'id="edit" open' in (await client.get(address)).text
        assert 'id="edit" open' not in (await client.get(f"/learning/items/{asked}")).text
