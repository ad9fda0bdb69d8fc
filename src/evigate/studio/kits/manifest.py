"""`kit.yaml`: what a kit is, what it takes and what it writes, checked before anything is done."""

import re
import shlex
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from evigate.base.errors import EvigateError
from evigate.studio.kits.errors import E_KIT_INVALID

KitType = Literal["file", "platform", "api", "hybrid", "composite"]
Phase = Literal["SPEC", "CHECK", "DISCOVER", "PLAN", "VALIDATE", "APPLY", "VERIFY"]
Strategy = Literal["format", "add_import", "regenerate"]
FileType = Literal["text", "markdown", "python", "json", "yaml", "toml", "html", "css", "sql"]
PHASES: tuple[Phase, ...] = ("SPEC", "CHECK", "DISCOVER", "PLAN", "VALIDATE", "APPLY", "VERIFY")
REACHES_OUT: frozenset[KitType] = frozenset({"platform", "api", "hybrid"})
OUTPUTS_MAX = 200
CHILDREN_MAX = 20
ATTEMPTS_MAX = 3
_NAME = re.compile(r"[a-z_][a-z0-9_]*")

Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,62}$")]
Name = Annotated[str, Field(pattern=r"^[a-z_][a-z0-9_]{0,62}$")]
Version = Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+$")]
RelativePath = Annotated[str, Field(min_length=1, max_length=400)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Platform(_Part):
    """What a kit is for."""

    name: str | None = None
    category: str = "codegen"


class CredentialNeed(_Part):
    """A credential that the kit's platform asks for."""

    id: Slug
    type: Literal["api_key", "oauth2", "basic"]


class Requires(_Part):
    """What must be there before a kit runs; `spec` is a bound on the specification's version."""

    spec: Annotated[str, Field(pattern=r"^>=\d+(\.\d+)*$")] = ">=1"
    kits: tuple[Slug, ...] = ()
    credentials: tuple[CredentialNeed, ...] = ()


class Inputs(_Part):
    """What the kit takes of a specification, as a JSON Schema in the kit's folder."""

    schema_path: Annotated[RelativePath, Field(alias="schema")]


class Repair(_Part):
    """How often an output that does not check is mended, and by what, in order."""

    max_attempts: Annotated[int, Field(ge=0, le=ATTEMPTS_MAX)] = ATTEMPTS_MAX
    strategies: tuple[Strategy, ...] = ("format", "add_import")


class Output(_Part):
    """One file, or one for each thing that `for_each` finds.

    `for_each` is a dotted path such as spec.entities, or a JSONPath (RFC 9535) that begins with $;
    each thing is `item` in the template and goes by `named` too, or the path's last word in the
    singular. `exports` are names that the template assigns, for later outputs.
    """

    id: Name
    path: RelativePath
    template: RelativePath | None = None
    artifact: str | None = None
    for_each: str | None = None
    named: Annotated[Name | None, Field(alias="as")] = None
    type: FileType = "text"
    validate_by: Annotated[tuple[RelativePath, ...], Field(alias="validate")] = ()
    repair: Repair = Repair()
    exports: tuple[Name, ...] = ()

    @model_validator(mode="after")
    def _one_origin(self) -> "Output":
        if (self.template is None) == (self.artifact is None):
            raise ValueError("it needs a template or an artifact, and not both")
        if self.artifact is not None and self.for_each is not None:
            raise ValueError("an artifact is one file; leave for_each out")
        return self


class Discover(_Part):
    """What is read of a platform before a plan: an OpenAPI document, kept for `ttl_s`.

    The address is the credential's own with `path` behind it; the credential signs in to it.
    """

    credential: Slug
    path: Annotated[str, Field(pattern=r"^/[A-Za-z0-9._/-]{0,300}$")] = "/openapi.json"
    ttl_s: Annotated[int, Field(ge=1, le=7 * 86_400)] = 3600


class Wire(_Part):
    """An output of an earlier child, read as JSON: what the next child is given in its place."""

    child: Slug
    output: Name


class Child(_Part):
    """A kit that a composite runs; `into` is its folder in the bundle.

    `given` names parts of the specification that come from an earlier child's output instead.
    """

    kit: Slug
    into: RelativePath
    given: Mapping[Name, Wire] = Field(default_factory=dict)


class Verify(_Part):
    """Commands that a bundle must pass, run in the sandbox: Python's alone, words and no shell."""

    run: tuple[str, ...] = ()
    sandbox: Literal["no-network"] = "no-network"
    timeout_s: Annotated[int, Field(ge=1, le=600)] = 120

    @model_validator(mode="after")
    def _is_python(self) -> "Verify":
        for command in self.run:
            try:
                words = shlex.split(command)
            except ValueError as error:
                raise ValueError(f"{command!r}: {error}") from error
            named = words[2:] if words[1:2] == ["-m"] else words[1:]
            if words[:1] != ["python"] or not named or named[0].startswith("-"):
                raise ValueError(f"{command!r} is not `python -m MODULE …` or `python FILE …`")
        return self


class Manifest(_Part):
    """A kit's own description."""

    id: Slug
    name: Annotated[str, Field(min_length=1, max_length=120)]
    version: Version
    type: KitType = "file"
    author: str = ""
    platform: Platform = Platform()
    phases: tuple[Phase, ...] = ("SPEC", "CHECK", "PLAN", "VALIDATE", "APPLY", "VERIFY")
    engine: Literal["liquid"] = "liquid"
    requires: Requires = Requires()
    inputs: Inputs | None = None
    discovery: tuple[RelativePath, ...] = ()
    outputs: Annotated[tuple[Output, ...], Field(max_length=OUTPUTS_MAX)] = ()
    discover: Discover | None = None
    children: Annotated[tuple[Child, ...], Field(max_length=CHILDREN_MAX)] = ()
    verify: Verify = Verify()
    tests: tuple[RelativePath, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> "Manifest":
        if list(self.phases) != [each for each in PHASES if each in self.phases]:
            raise ValueError(f"phases come once each, in the order {', '.join(PHASES)}")
        if "DISCOVER" in self.phases and self.type not in REACHES_OUT:
            raise ValueError("DISCOVER is for kits of a platform, an API or both")
        if ("DISCOVER" in self.phases) != (self.discover is not None):
            raise ValueError("DISCOVER and `discover`, which says what is read, go together")
        if self.discover is not None and self.discover.credential not in self.credentials:
            raise ValueError("discover.credential is none of requires.credentials")
        if "APPLY" in self.phases and "PLAN" not in self.phases:
            raise ValueError("APPLY needs PLAN: nothing is applied that nobody approved")
        if (self.type == "composite") != bool(self.children):
            raise ValueError("a composite kit, and no other, names its children")
        before: set[str] = set()
        for child in self.children:
            for wire in child.given.values():
                if wire.child not in before:
                    raise ValueError(
                        f"{child.kit} is given of {wire.child}, which comes not before"
                    )
            if child.kit in before or child.kit == self.id:
                raise ValueError(f"{child.kit} stands twice, or in itself")
            before.add(child.kit)
        ids = [each.id for each in self.outputs]
        if twice := sorted({each for each in ids if ids.count(each) > 1}):
            raise ValueError(f"the output {twice[0]} stands twice")
        return self

    @property
    def credentials(self) -> Mapping[str, CredentialNeed]:
        """The credentials asked for, by id."""
        return {each.id: each for each in self.requires.credentials}


def read_manifest(raw: Any, *, path: str) -> Manifest:
    """
    Return a manifest of plain values.

    Raises:
        EvigateError[E_KIT_INVALID]: naming the file and the field.
    """
    try:
        return Manifest.model_validate(raw)
    except ValidationError as error:
        first, *others = error.errors(include_url=False)
        at = ".".join(str(step) for step in first["loc"]) or "the manifest"
        more = f" (and {len(others)} more)" if others else ""
        message = first["msg"].removeprefix("Value error, ")
        raise EvigateError(E_KIT_INVALID, f"{path}: {at}: {message}{more}.") from error
