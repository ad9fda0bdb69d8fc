"""Kits without a database: reading one, making a bundle, what is refused, and planning it."""

import ast
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evigate.base.errors import EvigateError
from evigate.studio.kits.checking import problems_of
from evigate.studio.kits.errors import E_KIT_INVALID
from evigate.studio.kits.folder import Kit, find_kit, load_kit, read_folder
from evigate.studio.kits.manifest import read_manifest
from evigate.studio.kits.planning import RECORD, apply_plan, make_plan
from evigate.studio.kits.rendering import render_kit
from evigate.studio.kits.scaffold import new_kit
from evigate.studio.kits.selecting import name_of_one, things
from evigate.studio.kits.templates import Templates, camel, kebab, pascal, snake
from evigate.studio.kits.trying import try_kit
from evigate.studio.yamlfiles import dump_yaml, parse_yaml

SPEC: dict[str, Any] = {
    "openapi": {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": {}},
    "entities": [
        {"key": "dog-visit", "title": "Visit", "summary": "One visit.", "fields": []},
        {"key": "owner", "title": "Owner", "summary": "Who pays.", "fields": []},
    ],
}


def kit(outputs: list[dict[str, Any]], files: dict[str, str] | None = None, **more: Any) -> Kit:
    manifest = {"id": "k", "name": "K", "version": "1.0.0", "outputs": outputs, **more}
    return load_kit({"kit.yaml": dump_yaml(manifest), **(files or {})})


def one(template: str, **more: Any) -> Kit:
    output = {"id": "a", "path": "a.txt", "template": "t.liquid", **more}
    return kit([output], {"t.liquid": template})


def refused(code: str, *parts: str, **files: str) -> None:
    with pytest.raises(EvigateError) as caught:
        load_kit({name.replace("__", "."): text for name, text in files.items()})
    assert caught.value.code.name == code
    assert all(part in caught.value.message for part in parts), caught.value.message


def test_a_new_kit_is_whole_and_passes_its_fixture() -> None:
    made = load_kit(new_kit("first-kit", "First kit"))
    assert [each.faults for each in try_kit(made)] == [()]
    bundle = render_kit(made, SPEC)
    assert list(bundle.files) == ["entities/dog-visit.md", "entities/owner.md"]
    assert bundle.digest == render_kit(load_kit(new_kit("first-kit", "First kit")), SPEC).digest
    assert bundle.zipped() == render_kit(made, SPEC).zipped()


def test_a_fixture_that_is_not_met_says_what_is_not() -> None:
    files = dict(new_kit("first-kit", "First kit"))
    files["templates/entity.liquid"] = "{{ entity.title }}\n"
    faults = try_kit(load_kit(files))[0].faults
    assert "there is no entities/visit.md" in faults
    assert any("has-a-heading: a page begins with a heading" in fault for fault in faults)


def test_a_specification_that_lacks_an_input_is_refused_with_what_is_missing() -> None:
    with pytest.raises(EvigateError, match=r"E_KIT_INPUT.*lacks 1 of what k1 needs.*entities"):
        render_kit(load_kit(new_kit("k1", "K")), {"openapi": {}})


@pytest.mark.parametrize(
    ("manifest", "part"),
    [
        ("- a", "the manifest"),
        ("id: K", "id"),
        ("id: k\nname: K\nversion: 1.0\n", "version"),
        ("id: k\nname: K\nversion: 1.0.0\ncolour: red\n", "colour"),
        ("id: k\nname: K\nversion: 1.0.0\nphases: [PLAN, SPEC]\n", "in the order"),
        ("id: k\nname: K\nversion: 1.0.0\nphases: [APPLY]\n", "APPLY needs PLAN"),
        ("id: k\nname: K\nversion: 1.0.0\nphases: [DISCOVER]\n", "DISCOVER is for"),
        ("id: k\nname: K\nversion: 1.0.0\ntype: composite\n", "names its children"),
        ("id: k\nname: K\nversion: 1.0.0\noutputs: [{id: a, path: a}]\n", "a template or"),
        ("id: k\nname: K\nversion: 1.0.0\nengine: jinja\n", "engine"),
        ("id: k\nid: j\n", "stands twice"),
    ],
)
def test_a_manifest_that_is_none_is_refused_by_field(manifest: str, part: str) -> None:
    refused("E_KIT_INVALID", "kit.yaml", part, kit__yaml=manifest)


@pytest.mark.parametrize(
    "path", ["../a", "/etc/passwd", "a/../../b", "~/a", "a\\b", "c:a", "a\nb", "."]
)
def test_a_path_that_leads_out_is_refused_by_name_before_and_after_filling(path: str) -> None:
    with pytest.raises(EvigateError, match=r"E_KIT_OUTSIDE.*output a.*leads out of the bundle"):
        one("x", path=path)
    with pytest.raises(EvigateError, match=r"E_KIT_OUTSIDE.*output a"):
        render_kit(one("x", path="{{ spec.name }}"), {"name": path})


def test_a_template_that_is_wrong_names_file_and_line() -> None:
    with pytest.raises(EvigateError, match=r"E_KIT_TEMPLATE: t\.liquid:2: .*"):
        one("fine\n{% if %}\n")
    bundle = render_kit(one("one\ntwo\n{{ spec.nothing }}\n"), {})
    (made,) = bundle.made
    assert made.status == "failed" and made.problems[0].message.startswith("t.liquid:3: ")
    assert bundle.files == {}, "what could not be made is not in the bundle"


def test_an_error_in_an_included_template_names_that_file() -> None:
    files = {"t.liquid": "{% render 'part.liquid' %}", "part.liquid": "\n{{ missing }}"}
    bundle = render_kit(kit([{"id": "a", "path": "a", "template": "t.liquid"}], files), {})
    assert bundle.made[0].problems[0].message.startswith("part.liquid:2: ")


@pytest.mark.parametrize(
    "template",
    [
        "{% for i in (1..100000000) %}x{% endfor %}",
        "{% for i in (1..1000) %}{% for j in (1..1000) %}x{% endfor %}{% endfor %}",
        "{% render 't.liquid' %}",
        "{% include 't.liquid' %}",
    ],
)
def test_a_template_without_end_is_stopped(template: str) -> None:
    with pytest.raises(EvigateError, match=r"E_KIT_ENDLESS: t\.liquid"):
        render_kit(one(template), {})


def test_a_kit_that_asks_for_secrets_is_refused_by_name() -> None:
    for expression in ("credentials.stripe", "env.HOME", "secrets['key']", "secret"):
        with pytest.raises(EvigateError, match=r"E_KIT_SECRETS: t\.liquid:1: a template sees no"):
            render_kit(one(f"{{{{ {expression} }}}}"), {"name": "N"})


@pytest.mark.parametrize(
    "command",
    ["sh -c 'true'", "python -c 'print()'", "python", "python -m", "make test", "python '"],
)
def test_a_command_that_is_not_pythons_is_refused(command: str) -> None:
    with pytest.raises(EvigateError, match="E_KIT_INVALID"):
        read_manifest(
            {"id": "a", "name": "A", "version": "1.0.0", "verify": {"run": [command]}}, path="k"
        )


def test_a_template_reaches_nothing_but_what_it_is_given() -> None:
    for expression in (
        "spec.__class__", "spec.keys", "'../../etc/passwd' | read", "kit.__dict__",
    ):  # fmt: skip
        try:
            (made,) = render_kit(one(f"{{{{ {expression} }}}}"), {"name": "N"}).made
        except EvigateError as error:
            assert error.code.name == "E_KIT_TEMPLATE"
        else:
            assert made.status == "failed", expression
    (made,) = render_kit(one("{% include '/etc/hostname' %}"), {}).made
    assert made.status == "failed"


def test_outputs_are_made_for_each_thing_and_hand_names_on() -> None:
    files = {
        "model.liquid": "{% assign class_name = entity.key | pascal %}class {{ class_name }}:\n"
        '    """{{ entity.summary | docstring }}"""\n',
        "all.liquid": "{% for one in outputs.models %}{{ one.class_name }} {{ one.path }}\n"
        "{% endfor %}",
    }
    outputs = [
        {
            "id": "models", "path": "src/{{ entity.key | snake }}.py", "for_each": "spec.entities",
            "template": "model.liquid", "type": "python", "exports": ["class_name"],
        },
        {"id": "index", "path": "index.txt", "template": "all.liquid"},
        {"id": "api", "path": "openapi.yaml", "artifact": "standard/openapi", "type": "yaml"},
    ]  # fmt: skip
    bundle = render_kit(kit(outputs, files), SPEC)
    assert all(each.status == "valid" for each in bundle.made), bundle.made
    assert bundle.files["index.txt"].decode() == "DogVisit src/dog_visit.py\nOwner src/owner.py\n"
    assert bundle.files["openapi.yaml"].startswith(b"openapi: 3.1.0\n")
    no_export = render_kit(one("x", exports=["class_name"]), {})
    assert no_export.made[0].status == "failed"


def test_two_outputs_of_one_path_do_not_win_silently() -> None:
    outputs = [{"id": name, "path": "same.txt", "template": "t"} for name in ("a", "b")]
    bundle = render_kit(kit(outputs, {"t": "x"}), {})
    assert [each.status for each in bundle.made] == ["valid", "failed"]


def test_what_does_not_check_is_mended_within_bounds_or_said() -> None:
    text = '"""A module."""\n\ndef when() -> datetime:\n\treturn datetime.now(UTC)\n'
    (made,) = render_kit(one(text, type="python", path="a.py"), {}).made
    assert made.repairs == ("format", "add_import")
    assert [each.message for each in made.problems] == ["'UTC' is not defined"]
    mended = text.replace("UTC", "None")
    (made,) = render_kit(one(mended, type="python", path="a.py"), {}).made
    assert made.status == "valid"
    assert made.text.startswith('"""A module."""\n\nfrom datetime import datetime\n')
    (made,) = render_kit(one('{"a": [1, 2,],}', type="json", path="a.json"), {}).made
    assert (made.status, made.repairs, made.text) == ("valid", ("format",), '{"a": [1, 2]}\n')
    never = {"max_attempts": 0}
    (made,) = render_kit(one('{"a": 1,}', type="json", repair=never), {}).made
    assert made.status == "failed" and made.repairs == ()


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("python", "x = [y for y in range(3)]\n", "def f(:\n"),
        ("json", "{}", "{"),
        ("yaml", "a: 1\n", "a: [1\n"),
        ("toml", "a = 1\n", "a = \n"),
        ("html", "<!doctype html>\n<p>a<br/></p>", "<p><b>a</p>"),
        ("text", "", "anything"),
    ],
)
def test_a_file_is_what_its_type_says(kind: Any, good: str, bad: str) -> None:
    def check(text: str) -> list[Any]:
        return problems_of(kind, text, path="a", facts={}, rules=())

    assert check(good) == []
    assert bool(check(bad)) == (kind != "text")


def test_yaml_that_is_written_is_read_back_whatever_it_shares() -> None:
    shared = {"type": "string"}
    text = dump_yaml({"one": shared, "two": shared})
    assert parse_yaml(text, path="a", code=E_KIT_INVALID) == {"one": shared, "two": shared}


def test_names_are_made_of_words() -> None:
    assert [snake("DogVisit 2nd"), kebab("Dog_visit"), pascal("dog-visit"), camel("Dog visit")] == [
        "dog_visit_2_nd", "dog-visit", "DogVisit", "dogVisit",
    ]  # fmt: skip
    assert (snake("2 days"), pascal("2 days")) == ("n_2_days", "N2Days")


@given(st.text(max_size=60))
def test_a_text_in_a_docstring_ends_no_docstring(text: str) -> None:
    source = Templates({"t": '"""{{ text | docstring }}"""\n'}).render("t", {"text": text}).text
    (only,) = ast.parse(source).body
    assert isinstance(only, ast.Expr) and isinstance(only.value, ast.Constant)


def test_things_are_found_by_a_dotted_path_or_a_jsonpath() -> None:
    values = {"spec": {**SPEC, "roles": {"owner": 1}}}
    assert [each["key"] for each in things("spec.entities", values)] == ["dog-visit", "owner"]
    assert things("$.spec.entities[?@.key == 'owner'].title", values) == ["Owner"]
    assert things("spec.roles", values) == [{"key": "owner", "value": 1}]
    assert things("spec.nothing.at.all", values) == []
    with pytest.raises(EvigateError, match="leads to no list"):
        things("spec.openapi.openapi", values)
    with pytest.raises(EvigateError, match="is no JSONPath"):
        things("$.[", values)
    named = ["spec.entities", "spec.classes", "spec.boxes", "spec.status", "$.x[*]", "spec.data"]
    assert [name_of_one(path) for path in named] == [
        "entity", "class", "box", "statu", "item", "item",
    ]  # fmt: skip


def test_a_plan_tells_the_kits_own_files_from_a_persons(tmp_path: Path) -> None:
    target = tmp_path / "out"
    made = load_kit(new_kit("k1", "K"))
    bundle = render_kit(made, SPEC)
    plan = make_plan(bundle, target)
    assert [each.action for each in plan.items] == ["create", "create"]
    assert not target.exists(), "a plan writes nothing"
    assert apply_plan(plan, bundle, target) == 2
    again = make_plan(bundle, target)
    assert [each.action for each in again.items] == ["no-op", "no-op"]
    assert apply_plan(again, bundle, target) == 0

    (target / "entities" / "owner.md").write_text("mine\n")
    other = {**SPEC, "entities": [{**SPEC["entities"][0], "summary": "Else."}]}
    smaller = render_kit(made, other)
    plan = make_plan(smaller, target)
    assert [(each.path, each.action) for each in plan.items] == [
        ("entities/dog-visit.md", "update"), ("entities/owner.md", "conflict"),
    ]  # fmt: skip
    apply_plan(plan, smaller, target)
    assert (target / "entities" / "owner.md").read_text() == "mine\n", "a person's change stays"
    (target / "entities" / "owner.md").write_bytes(bundle.files["entities/owner.md"])
    plan = make_plan(smaller, target)
    assert plan.items[1].action == "delete"
    apply_plan(plan, smaller, target)
    assert sorted(each.name for each in target.rglob("*.md")) == ["dog-visit.md"]
    assert make_plan(smaller, target).digest != make_plan(bundle, target).digest


def test_what_no_kit_wrote_is_not_overwritten_and_links_are_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    target = tmp_path / "out"
    target.mkdir()
    (target / "entities").symlink_to(outside)
    bundle = render_kit(load_kit(new_kit("k1", "K")), SPEC)
    with pytest.raises(EvigateError, match=r"E_KIT_OUTSIDE.*by a link"):
        apply_plan(make_plan(bundle, target), bundle, target)
    assert list(outside.iterdir()) == []
    (target / "entities").unlink()
    (target / "entities").mkdir()
    (target / "entities" / "owner.md").write_text("mine\n")
    plan = make_plan(bundle, target)
    assert plan.count("conflict") == 1
    apply_plan(plan, bundle, target)
    assert (target / "entities" / "owner.md").read_text() == "mine\n"
    (target / RECORD).write_text("{")
    with pytest.raises(EvigateError, match=f"E_KIT_TARGET.*{RECORD}.*damaged"):
        make_plan(bundle, target)


def test_after_a_break_a_plan_goes_on_where_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = render_kit(load_kit(new_kit("k1", "K")), SPEC)
    plan, replace, count = make_plan(bundle, tmp_path), Path.replace, 0

    def breaking(self: Path, other: Path) -> Path:
        nonlocal count
        count += 1
        if count == 3:
            raise OSError(28, "No space left on device")
        return replace(self, other)

    monkeypatch.setattr(Path, "replace", breaking)
    with pytest.raises(EvigateError, match=r"E_KIT_TARGET.*No space left"):
        apply_plan(plan, bundle, tmp_path)
    monkeypatch.undo()
    assert not [each for each in tmp_path.rglob(".evigate-*") if each.name != RECORD]
    rest = make_plan(bundle, tmp_path)
    assert [each.action for each in rest.items] == ["no-op", "create"]
    assert apply_plan(rest, bundle, tmp_path) == 1


def composite(*children: dict[str, Any]) -> Kit:
    return load_kit(
        {
            "kit.yaml": dump_yaml(
                {"id": "whole", "name": "Whole", "version": "1.0.0", "type": "composite",
                 "children": list(children)}
            )
        }
    )  # fmt: skip


SERVICE = {"kit": "python-service", "into": "service"}


def test_a_composite_gives_a_child_what_an_earlier_one_made() -> None:
    raw = read_folder(find_kit("python-service"))["tests/salon.yaml"]
    spec = parse_yaml(raw, path="salon.yaml", code=E_KIT_INVALID)["spec"]
    wire = {"openapi": {"child": "python-service", "output": "openapi"}}
    made = composite(SERVICE, {"kit": "openapi-client", "into": "client", "given": wire})
    bundle = render_kit(made, spec)
    assert bundle.files["client/openapi.json"] == bundle.files["service/openapi.json"]
    assert {each.path.split("/")[0] for each in bundle.made} == {"service", "client"}
    assert bundle.digest == render_kit(made, spec).digest
    # Given the other document of the service, the client has no calls: it reads what it is given.
    other = {"openapi": {"child": "python-service", "output": "asyncapi"}}
    wrong = composite(SERVICE, {"kit": "openapi-client", "into": "client", "given": other})
    with pytest.raises(EvigateError, match="is no JSON"):
        render_kit(wrong, spec)
    assert wrong.digest != made.digest


@pytest.mark.parametrize(
    ("children", "told"),
    [
        ([SERVICE, SERVICE], "stands twice"),
        ([{"kit": "nothing-such", "into": "x"}], "is shipped, nor below"),
        ([{"kit": "product", "into": "x"}], "stands in no other"),
        ([{**SERVICE, "into": "../out"}], "leads out of the bundle"),
        ([{**SERVICE, "given": {"openapi": {"child": "handbook", "output": "page"}}}], "not before"),
        (
            [SERVICE, {"kit": "handbook", "into": "h",
                       "given": {"name": {"child": "python-service", "output": "none"}}}],
            "has no output",
        ),
    ],
)  # fmt: skip
def test_a_composite_that_makes_no_sense_is_refused(
    children: list[dict[str, Any]], told: str
) -> None:
    with pytest.raises(EvigateError, match=told):
        composite(*children)
