"""A kit and a specification in, a bundle out: pure, so the same two give the same bytes.

An output that cannot be made does not hold up the others; it is in the bundle's report as failed,
with the file and the line that say why.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import orjson

from evigate.base.canonical import content_hash, sha256_hex
from evigate.base.errors import EvigateError
from evigate.base.zips import zip_bytes
from evigate.gate.shapes import shape_errors
from evigate.studio.kits.checking import Problem, problems_of
from evigate.studio.kits.errors import (
    E_KIT_ENDLESS,
    E_KIT_INPUT,
    E_KIT_INVALID,
    E_KIT_SECRETS,
)
from evigate.studio.kits.folder import Kit, inside
from evigate.studio.kits.manifest import FileType, Output
from evigate.studio.kits.repairing import Check, mend, tidy
from evigate.studio.kits.selecting import name_of_one, things
from evigate.studio.yamlfiles import dump_yaml

Status = Literal["valid", "warnings", "failed"]
FILES_MAX = 5_000
MISSING_TOLD = 5
# A kit that does one of these is refused whole; any other fault is of one output.
REFUSED = (E_KIT_ENDLESS, E_KIT_SECRETS)
# What an output of `artifact` takes from the specification, under the registry's name.
ARTIFACTS: Mapping[str, str] = {
    "standard/openapi": "openapi",
    "standard/asyncapi": "asyncapi",
    "standard/json-schema": "schemas",
}


@dataclass(frozen=True, slots=True)
class Mending:
    """What a model needs to go on with a file that rules did not mend."""

    kind: FileType
    attempts_left: int
    check: Check


@dataclass(frozen=True, slots=True)
class Made:
    """One file of a bundle, or one that could not be made (then `text` is empty).

    `repairs` are the strategies that mended it, in order; `mending` is there where the kit lets a
    model go on with a file that does not check.
    """

    output_id: str
    path: str
    text: str
    problems: tuple[Problem, ...]
    repairs: tuple[str, ...]
    mending: Mending | None = None

    @property
    def status(self) -> Status:
        """failed if anything is wrong, warnings if something is only not as it should be."""
        if any(each.is_error for each in self.problems):
            return "failed"
        return "warnings" if self.problems else "valid"

    @property
    def digest(self) -> str:
        """The hash of the file's bytes."""
        return sha256_hex(self.text.encode())


@dataclass(frozen=True, slots=True)
class Bundle:
    """What a kit made of a specification, in the order of its outputs."""

    kit_id: str
    kit_version: str
    made: tuple[Made, ...]

    @property
    def files(self) -> Mapping[str, bytes]:
        """The files that may be used, by path; failed ones are not among them."""
        return {
            each.path: each.text.encode()
            for each in sorted(self.made, key=lambda one: one.path)
            if each.status != "failed"
        }

    @property
    def digest(self) -> str:
        """The hash of all of its files; the same kit and specification give the same."""
        return content_hash({path: sha256_hex(data) for path, data in self.files.items()})

    def zipped(self) -> bytes:
        """Return the files as a zip, of the same bytes always."""
        return zip_bytes(self.files)


def missing_inputs(kit: Kit, spec: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return what the kit asks of a specification and does not find: where, and what is wrong."""
    return [] if kit.schema is None else list(shape_errors(dict(spec), kit.schema))


def render_kit(
    kit: Kit, spec: Mapping[str, Any], existing: Mapping[str, Any] | None = None
) -> Bundle:
    """
    Make a kit's files of a specification.

    Args:
        existing: what was discovered of the platform, for kits that reach one.

    Raises:
        EvigateError[E_KIT_INPUT]: the specification lacks what the kit's inputs ask for.
        EvigateError[E_KIT_INVALID]: `for_each` leads nowhere sensible, or to too many files.
        EvigateError[E_KIT_OUTSIDE]: a path, filled in, leads out of the bundle.
        EvigateError[E_KIT_ENDLESS | E_KIT_SECRETS]: a template does not end, or asks for secrets.
    """
    if missing := missing_inputs(kit, spec):
        told = "; ".join(f"{where}: {what}" for where, what in missing[:MISSING_TOLD])
        raise EvigateError(
            E_KIT_INPUT,
            f"The specification lacks {len(missing)} of what {kit.manifest.id} needs: {told}.",
            detail={"missing": [{"at": where, "problem": what} for where, what in missing]},
        )
    made: list[Made] = list(_of_children(kit, spec))
    exports: dict[str, Any] = {}
    for output in kit.manifest.outputs:
        own = list(_of_output(kit, output, spec, exports, existing))
        made.extend(each for each, _ in own)
        exported = [names for _, names in own]
        exports[output.id] = exported if output.for_each else (exported or [{}])[0]
        if len(made) > FILES_MAX:
            raise EvigateError(E_KIT_INVALID, f"The bundle has more than {FILES_MAX} files.")
    return Bundle(kit.manifest.id, kit.manifest.version, tuple(_told_apart(made)))


def _of_children(kit: Kit, spec: Mapping[str, Any]) -> Iterator[Made]:
    """Yield a composite's files, child by child; what one is given comes from those before it."""
    done: dict[str, Bundle] = {}
    for child in kit.manifest.children:
        given = dict(spec)
        for name, wire in child.given.items():
            given[name] = _wired(done[wire.child], wire.output)
        done[child.kit] = render_kit(kit.children[child.kit], given)
        for each in done[child.kit].made:
            path = f"{child.into}/{each.path}"
            yield replace(each, output_id=f"{child.kit}.{each.output_id}", path=path)


def _wired(bundle: Bundle, output_id: str) -> Any:
    found = next((each for each in bundle.made if each.output_id == output_id), None)
    if found is None or found.status == "failed":
        message = f"The output {output_id} of {bundle.kit_id} could not be made, and is asked for."
        raise EvigateError(E_KIT_INPUT, message)
    try:
        return orjson.loads(found.text)
    except orjson.JSONDecodeError as error:
        message = f"The output {output_id} of {bundle.kit_id} is no JSON, and is asked for as such."
        raise EvigateError(E_KIT_INPUT, message) from error


def _of_output(
    kit: Kit,
    output: Output,
    spec: Mapping[str, Any],
    exports: Mapping[str, Any],
    existing: Mapping[str, Any] | None,
) -> Iterator[tuple[Made, Mapping[str, Any]]]:
    """Yield an output's files, each with what it exports."""
    manifest = kit.manifest
    about = {"id": manifest.id, "name": manifest.name, "version": manifest.version}
    values: dict[str, Any] = {"spec": spec, "kit": about, "outputs": dict(exports)}
    if existing is not None:
        values["existing"] = existing
    if output.for_each is None:
        yield _one(kit, output, values)
        return
    name = output.named or name_of_one(output.for_each)
    for number, thing in enumerate(things(output.for_each, values), 1):
        yield _one(kit, output, {**values, "item": thing, name: thing, "number": number})


def _one(kit: Kit, output: Output, values: Mapping[str, Any]) -> tuple[Made, Mapping[str, Any]]:
    filled = kit.templates.fill(output.path, values, where=f"kit.yaml: output {output.id}: path")
    path = inside(filled, where=f"output {output.id}")
    try:
        text, assigned = _text(kit, output, values)
    except EvigateError as error:
        if error.code in REFUSED:
            raise
        return Made(output.id, path, "", (Problem(error.message),), ()), {}
    rules = tuple(rule for name in output.validate_by for rule in kit.rules[name])
    facts = {"item": values.get("item")}

    def check(tried: str) -> list[Problem]:
        return problems_of(output.type, tried, path=path, facts=facts, rules=rules)

    most, strategies = output.repair.max_attempts, output.repair.strategies
    text, problems, repairs = mend(output.type, tidy(output.type, text), strategies, most, check)
    is_wrong = any(each.is_error for each in problems)
    left = most - len(repairs) if is_wrong and "regenerate" in strategies else 0
    exported = {name: assigned.get(name) for name in output.exports}
    if lacking := sorted(name for name, value in exported.items() if value is None):
        problems = [*problems, Problem(f"it exports {lacking[0]!r} and assigns no such name")]
    mending = Mending(output.type, left, check) if left else None
    made = Made(output.id, path, text, tuple(problems), tuple(repairs), mending)
    return made, {**exported, "path": path}


def _text(kit: Kit, output: Output, values: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    if output.template is not None:
        rendered = kit.templates.render(output.template, values)
        return rendered.text, rendered.assigned
    part = ARTIFACTS.get(output.artifact or "")
    document = values["spec"].get(part) if part else None
    if not isinstance(document, dict | list):
        known = ", ".join(ARTIFACTS)
        message = f"output {output.id}: there is no artifact {output.artifact!r} of {known}."
        raise EvigateError(E_KIT_INVALID, message)
    if output.type == "yaml":
        return dump_yaml(document), {}
    return orjson.dumps(document, option=orjson.OPT_INDENT_2).decode(), {}


def _told_apart(made: list[Made]) -> Iterator[Made]:
    """Yield files, a second one of a path failed: neither may silently win."""
    seen: dict[str, str] = {}
    for each in made:
        if each.path in seen:
            message = f"the output {seen[each.path]} writes {each.path} too"
            yield replace(each, problems=(*each.problems, Problem(message)))
        else:
            seen[each.path] = each.output_id
            yield each
