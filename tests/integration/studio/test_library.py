"""A tenant's own library over a real database: overrides, versions, bundles, walls, pages, commands."""

import io
import zipfile

import httpx
import pytest

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.boot import House
from evigate.studio.library import facts_of, match_features, packaged_library

TEA = """key: tea-round
title: Tea round
summary: Somebody is drawn by lot who brews for everyone this morning.
group: work
effort: 1
signals: [tea round, who makes the tea]
accept: [Given four people when a round is drawn then exactly one of them is named.]
"""


async def test_without_own_entries_the_library_is_the_packaged_one(
    house: House, owner: Subject
) -> None:
    assert await house.library.library(owner) is packaged_library()
    items = await house.library.list_items(owner)
    assert {each.origin for each in items} == {"packaged"}
    assert await house.library.check(owner) == []


async def test_an_own_entry_is_matched_for_its_tenant_alone(
    house: House, owner: Subject, stranger: Subject
) -> None:
    written = await house.library.write(owner, "features", "tea-round", TEA, version_seen=0)
    assert (written.item.origin, written.item.version) == ("own", 1)
    own = await house.library.library(owner)
    assert match_features("We fight over who makes the tea.", own)[0].key == "tea-round"
    theirs = await house.library.library(stranger)
    assert theirs is packaged_library()
    assert "tea-round" not in {i.key for i in await house.library.list_items(stranger)}
    with pytest.raises(EvigateError, match="E_LIBRARY_NOT_FOUND"):
        await house.library.show(stranger, "features", "tea-round")
    with pytest.raises(EvigateError, match="E_LIBRARY_NOT_FOUND"):
        await house.library.withdraw(stranger, "features", "tea-round", version_seen=1)
    # The other tenant may use the same key for something else.
    other = TEA.replace("Tea round", "Tea break")
    await house.library.write(stranger, "features", "tea-round", other, version_seen=0)
    assert "Tea round" in (await house.library.show(owner, "features", "tea-round")).text


async def test_an_override_holds_until_it_is_withdrawn(house: House, owner: Subject) -> None:
    packaged = await house.library.show(owner, "features", "tips")
    changed = packaged.text.replace("title: Tips", "title: Tips and thanks")
    await house.library.write(owner, "features", "tips", changed, version_seen=0)
    found = await house.library.show(owner, "features", "tips")
    assert (found.item.title, found.item.origin) == ("Tips and thanks", "override")
    # A page drawn from the list says the same as one entry opened.
    (listed,) = await house.library.list_items(owner, own_only=True)
    assert listed == found.item
    await house.library.withdraw(owner, "features", "tips", version_seen=1)
    back = await house.library.show(owner, "features", "tips")
    assert (back.text, back.item.origin) == (packaged.text, "packaged")
    assert [each.version for each in back.versions] == [2, 1]
    again = await house.library.write(owner, "features", "tips", changed, version_seen=2)
    assert again.item.version == 3


async def test_who_edits_what_has_changed_is_shown_both_texts(house: House, owner: Subject) -> None:
    await house.library.write(owner, "features", "tea-round", TEA, version_seen=0)
    mine = TEA.replace("effort: 1", "effort: 2")
    await house.library.write(owner, "features", "tea-round", mine, version_seen=1)
    late = TEA.replace("effort: 1", "effort: 3")
    for seen in (0, 1, 7):
        with pytest.raises(EvigateError) as caught:
            await house.library.write(owner, "features", "tea-round", late, version_seen=seen)
        assert caught.value.code.name == "E_LIBRARY_STALE"
        assert "effort: 2" in caught.value.detail["present"]
        assert caught.value.detail["yours"] == late
    assert "effort: 2" in (await house.library.show(owner, "features", "tea-round")).text


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("effort: 1", "effort: 4"), "effort"),
        (("effort: 1", "effort: 1\ndepends: [coffee]"), "'coffee', which is not there"),
        (("effort: 1", "effort: 1\nexcludes: [tips]"), "does not exclude it"),
        (("key: tea-round", "key: tea-break"), "of the same entry"),
    ],
)
async def test_an_entry_that_would_make_the_library_wrong_is_refused(
    house: House, owner: Subject, change: tuple[str, str], said: str
) -> None:
    with pytest.raises(EvigateError) as caught:
        wrong = TEA.replace(*change)
        await house.library.write(owner, "features", "tea-round", wrong, version_seen=0)
    assert caught.value.code.name == "E_LIBRARY_INVALID"
    assert said in caught.value.message
    assert await house.library.library(owner) is packaged_library()


async def test_what_others_rest_on_cannot_be_withdrawn(house: House, owner: Subject) -> None:
    await house.library.write(owner, "features", "tea-round", TEA, version_seen=0)
    resting = (
        TEA.replace("tea-round", "biscuits")
        .replace("Somebody is drawn by lot who brews for everyone this morning.", "Sweet things.")
        .replace("effort: 1", "effort: 1\ndepends: [tea-round]")
    )
    await house.library.write(owner, "features", "biscuits", resting, version_seen=0)
    with pytest.raises(EvigateError, match="biscuits"):
        await house.library.withdraw(owner, "features", "tea-round", version_seen=1)


async def test_a_bundle_goes_out_and_comes_in_elsewhere(
    house: House, owner: Subject, stranger: Subject
) -> None:
    await house.library.write(owner, "features", "tea-round", TEA, version_seen=0)
    whole = await house.library.export(owner)
    own = await house.library.export(owner, own_only=True)
    assert zipfile.ZipFile(io.BytesIO(own)).namelist() == ["features/tea-round.yaml"]
    assert await house.library.export(owner) == whole
    rehearsed = await house.library.bring_in(stranger, whole, is_rehearsal=True)
    assert rehearsed.created == ("features/tea-round",)
    assert rehearsed.changed == ()
    assert await house.library.library(stranger) is packaged_library()
    assert await house.library.bring_in(stranger, whole) == rehearsed
    assert await house.library.export(stranger) == whole
    again = await house.library.bring_in(stranger, whole)
    assert (again.created, again.changed) == ((), ())


async def test_a_wrong_bundle_brings_nothing(house: House, owner: Subject) -> None:
    def bundle(**texts: str) -> bytes:
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w") as made:
            for name, text in texts.items():
                made.writestr(name.replace("__", "/") + ".yaml", text)
        return target.getvalue()

    good = f"- {TEA.strip()}".replace("\n", "\n  ")
    wrong = good.replace("tea-round", "tea-two").replace("effort: 1", "effort: 9")
    for content, said in (
        (b"no zip", "no zip"),
        (bundle(spells__x=good), "no library file"),
        (bundle(features__a=good, features__b=wrong), "features/b.yaml: entry tea-two: effort"),
    ):
        with pytest.raises(EvigateError, match="E_LIBRARY_INVALID") as caught:
            await house.library.bring_in(owner, content)
        assert said in caught.value.message
    assert await house.library.library(owner) is packaged_library()


async def test_a_question_of_ones_own_is_asked_with_its_reason(
    house: House, owner: Subject
) -> None:
    pool = """key: tea
title: Tea at work
questions:
  - key: tea-kind
    ask: Which tea is drunk?
    kind: choice
    options: [black, green]
    why: Green tea wants cooler water than black.
    when: {feature: task-board}
"""
    await house.library.write(owner, "pools", "tea", pool, version_seen=0)
    library = await house.library.library(owner)
    facts = facts_of("A kanban board for our team.", library)
    from evigate.studio.library import active_questions

    (asked,) = [e for e in active_questions(facts, library) if e.question.key == "tea-kind"]
    assert '"kanban" points to the feature Task board' in asked.why()


async def test_the_routes_speak_of_the_same_library(
    house: House, client: httpx.AsyncClient
) -> None:
    base = "/api/v1/studio/library"
    listed = (await client.get(base, params={"kind": "patterns", "words": "ladder"})).json()
    assert {each["key"] for each in listed} == {"no-show-ladder", "arrears-ladder"}
    assert (await client.get(base, params={"kind": "spells"})).status_code == 404
    assert (await client.get(f"{base}/features/no-such")).status_code == 404
    made = await client.put(f"{base}/features/tea-round", json={"text": TEA, "version_seen": 0})
    assert made.status_code == 200, made.text
    stale = await client.put(f"{base}/features/tea-round", json={"text": TEA, "version_seen": 0})
    assert stale.status_code == 409
    found = (await client.get(f"{base}/industries", params={"query": "dog groomer"})).json()
    assert found[0]["code"] == "812910" and "appointments" in found[0]["domains"]
    idea = {"text": "Our barber shop needs online booking but no loyalty points."}
    read = (await client.post(f"{base}/read", json=idea)).json()
    assert read["domains"][0]["key"] == "appointments"
    loyalty = next(each for each in read["features"] if each["key"] == "loyalty-points")
    assert loyalty["score"] == 0 and loyalty["excluded"]
    assert all(each["why"] for each in read["questions"])
    assert (await client.get(f"{base}/check")).json() == []
    gone = await client.delete(f"{base}/features/tea-round", params={"version_seen": 1})
    assert gone.status_code == 204
    assert (await client.get(f"{base}/features/tea-round")).status_code == 404
