"""A kit's own fixtures: a specification in, and what must come of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from evigate.base.errors import EvigateError
from evigate.studio.kits.errors import E_KIT_INVALID
from evigate.studio.kits.folder import Kit
from evigate.studio.kits.rendering import Bundle, render_kit
from evigate.studio.yamlfiles import parse_yaml


class Expected(BaseModel):
    """What must come of a fixture; `digest` is the bundle's, where bytes are to be held."""

    model_config = ConfigDict(extra="forbid")

    files: tuple[str, ...] = ()
    contains: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    failed: tuple[str, ...] = ()
    digest: str | None = None
    error: str | None = None


class Fixture(BaseModel):
    """One case: `spec` is given to the kit as the specification."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(min_length=1)]
    spec: Mapping[str, Any]
    expect: Expected


@dataclass(frozen=True, slots=True)
class Tried:
    """A case and what was not as expected; no faults is passed."""

    path: str
    name: str
    faults: tuple[str, ...]


def try_kit(kit: Kit) -> list[Tried]:
    """
    Run a kit's fixtures, in the order of its manifest.

    Raises:
        EvigateError[E_KIT_INVALID]: a fixture is none; the message names the file and the field.
    """
    return [_tried(kit, path) for path in kit.manifest.tests]


def _tried(kit: Kit, path: str) -> Tried:
    raw = parse_yaml(kit.files[path], path=path, code=E_KIT_INVALID)
    try:
        fixture = Fixture.model_validate(raw)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        at = ".".join(str(step) for step in first["loc"]) or "the fixture"
        raise EvigateError(E_KIT_INVALID, f"{path}: {at}: {first['msg']}.") from error
    expected = fixture.expect
    try:
        bundle = render_kit(kit, fixture.spec)
    except EvigateError as error:
        is_meant = error.code.name == expected.error
        return Tried(path, fixture.name, () if is_meant else (str(error),))
    if expected.error is not None:
        return Tried(path, fixture.name, (f"{expected.error} was expected and did not come",))
    return Tried(path, fixture.name, tuple(_faults(bundle, expected)))


def _faults(bundle: Bundle, expected: Expected) -> Iterator[str]:
    files = {path: data.decode() for path, data in bundle.files.items()}
    for path in expected.files:
        if path not in files:
            yield f"there is no {path}"
    for path, texts in expected.contains.items():
        for text in texts:
            if text not in files.get(path, ""):
                yield f"{path} does not hold {text!r}"
    for made in bundle.made:
        if made.status == "failed" and made.path not in expected.failed:
            at = next(each for each in made.problems if each.is_error)
            line = "" if at.line is None else f":{at.line}"
            yield f"{made.path}{line}: {at.message}"
    for path in expected.failed:
        if path in files:
            yield f"{path} was expected to fail and did not"
    if expected.digest is not None and bundle.digest != expected.digest:
        yield f"the bundle is {bundle.digest}, not {expected.digest}"
