"""The actions that a task may ask for: what each may be set to, and what fits it.

A form's secret goes into the vault and a file into the task's files; what is kept of them in the
submission is their name. What was checked here is what is written, nothing else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import PurePosixPath
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, model_validator

from evigate.base.canonical import sha256_hex
from evigate.base.errors import EvigateError
from evigate.studio.tasks.errors import E_TASK_INVALID

FILE_BYTES_MAX = 10 * 2**20
TEXT_MAX = 20_000
Option = Annotated[str, Field(min_length=1, max_length=500)]
Label = Annotated[str, Field(min_length=1, max_length=100)]


@dataclass(frozen=True, slots=True)
class Given:
    """What of a submission is kept, and what goes elsewhere."""

    data: dict[str, Any]
    secrets: dict[str, str] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)


class _Config(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TextInput(_Config):
    """Free words."""

    type: Literal["TEXT_INPUT"] = "TEXT_INPUT"
    longest: Annotated[int, Field(ge=1, le=TEXT_MAX)] = TEXT_MAX

    def check(self, data: Mapping[str, Any]) -> Given:
        """Return the words, ends trimmed."""
        text = _text(data, "text", self.longest)
        return Given({"text": text})


class SingleSelect(_Config):
    """One of several options."""

    type: Literal["SINGLE_SELECT"] = "SINGLE_SELECT"
    options: Annotated[tuple[Option, ...], Field(min_length=2, max_length=100)]

    @model_validator(mode="after")
    def _differ(self) -> "SingleSelect":
        _must_differ(self.options)
        return self

    def check(self, data: Mapping[str, Any]) -> Given:
        """Return the chosen option."""
        return Given({"choice": _one_of(data.get("choice"), self.options)})


class MultiSelect(_Config):
    """Some of several options."""

    type: Literal["MULTI_SELECT"] = "MULTI_SELECT"
    options: Annotated[tuple[Option, ...], Field(min_length=2, max_length=100)]
    fewest: Annotated[int, Field(ge=0)] = 1
    most: int | None = None

    @model_validator(mode="after")
    def _differ(self) -> "MultiSelect":
        if not self.fewest <= (self.most or len(self.options)) <= len(self.options):
            raise ValueError("fewest and most must lie within the number of options")
        _must_differ(self.options)
        return self

    def check(self, data: Mapping[str, Any]) -> Given:
        """Return the chosen options in the order of the options."""
        given = data.get("choices")
        several = given if isinstance(given, (list, tuple)) else [given]
        chosen = {_one_of(each, self.options) for each in several}
        most = self.most or len(self.options)
        if not self.fewest <= len(chosen) <= most:
            raise _invalid(f"choose {self.fewest} to {most} of the options, not {len(chosen)}")
        return Given({"choices": [each for each in self.options if each in chosen]})


class ApproveReject(_Config):
    """Yes or no, with a reason for a no where that is asked."""

    type: Literal["APPROVE_REJECT"] = "APPROVE_REJECT"
    approve_label: Label = "Approve"
    reject_label: Label = "Reject"
    needs_reason: bool = True

    def check(self, data: Mapping[str, Any]) -> Given:
        """Return the decision and its reason."""
        decision = _one_of(data.get("decision"), ("approve", "reject"))
        reason = str(data.get("reason") or "").strip()[:TEXT_MAX]
        if decision == "reject" and self.needs_reason and not reason:
            raise _invalid("a rejection needs its reason")
        return Given({"decision": decision, "reason": reason})


class ExternalLink(_Config):
    """Something to be done elsewhere, and said to be done."""

    type: Literal["EXTERNAL_LINK"] = "EXTERNAL_LINK"
    url: Annotated[str, Field(max_length=2000)]

    @model_validator(mode="after")
    def _is_web(self) -> "ExternalLink":
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("a link begins with https:// or http:// and names a host")
        return self

    def check(self, data: Mapping[str, Any]) -> Given:
        """Return that it was done."""
        if data.get("done") not in (True, "true", "on", "yes"):
            raise _invalid("say that it is done with done = true")
        return Given({"done": True})


class FileUpload(_Config):
    """One file of a named type."""

    type: Literal["FILE_UPLOAD"] = "FILE_UPLOAD"
    endings: Annotated[tuple[str, ...], Field(max_length=50)] = ()
    bytes_max: Annotated[int, Field(ge=1, le=FILE_BYTES_MAX)] = FILE_BYTES_MAX

    def check(self, data: Mapping[str, Any]) -> Given:
        """Return the file's name, digest and size; `content` holds its bytes."""
        name, content = data.get("name"), data.get("content")
        if not isinstance(name, str) or not isinstance(content, bytes) or not content:
            raise _invalid("give a file that is not empty")
        bare = PurePosixPath(name.replace("\\", "/")).name[:255]
        ending = PurePosixPath(bare).suffix.lower().lstrip(".")
        allowed = [each.lower().lstrip(".") for each in self.endings]
        if not bare or (allowed and ending not in allowed):
            raise _invalid(f"{bare!r} is none of {', '.join(allowed)}")
        if len(content) > self.bytes_max:
            raise _invalid(f"the file has {len(content)} bytes; the limit is {self.bytes_max}")
        digest = sha256_hex(content)
        kept = {"name": bare, "digest": digest, "size_bytes": len(content)}
        return Given(kept, files={bare: content})


class FormField(_Config):
    """A field of a form; a secret is sealed and never shown again."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,49}$")]
    label: Label
    type: Literal["text", "number", "date", "boolean", "secret"] = "text"
    is_required: bool = True


class FormSubmit(_Config):
    """Several fields at once."""

    type: Literal["FORM_SUBMIT"] = "FORM_SUBMIT"
    fields: Annotated[tuple[FormField, ...], Field(min_length=1, max_length=50)]

    @model_validator(mode="after")
    def _differ(self) -> "FormSubmit":
        _must_differ([each.name for each in self.fields])
        return self

    def check(self, data: Mapping[str, Any]) -> Given:
        """Return the fields' values, every missing or ill-formed one named at once."""
        unknown = sorted(set(data) - {each.name for each in self.fields})
        faults = [f"{name}: there is no such field" for name in unknown]
        kept: dict[str, Any] = {}
        secrets: dict[str, str] = {}
        for each in self.fields:
            raw = data.get(each.name)
            if raw is None or raw == "":
                if each.is_required and each.type != "boolean":
                    faults.append(f"{each.name}: is missing")
                continue
            try:
                value = _value(each, raw)
            except ValueError:
                faults.append(f"{each.name}: {raw!r} is no {each.type}")
                continue
            if each.type == "secret":
                secrets[each.name] = str(value)
            else:
                kept[each.name] = value
        if faults:
            raise _invalid("; ".join(faults))
        return Given(kept, secrets=secrets)


ActionConfig = Annotated[
    TextInput | SingleSelect | MultiSelect | ApproveReject | ExternalLink | FileUpload | FormSubmit,
    Field(discriminator="type"),
]


def default_action(kind: str) -> tuple[str, ActionConfig]:
    """Return what a task of a kind asks for where nobody said; a decision has no such thing."""
    match kind:
        case "REVIEW":
            return "Your decision", ApproveReject()
        case "CONNECT":
            answer = ApproveReject(approve_label="It is connected", reject_label="It cannot be")
            return "Is it connected?", answer
        case _:
            return "Your answer", TextInput()


def _value(asked: FormField, raw: Any) -> Any:
    match asked.type:
        case "number":
            number = float(raw)
            if number != number or number in (float("inf"), float("-inf")):
                raise ValueError("not finite")
            return int(number) if number.is_integer() else number
        case "date":
            return date.fromisoformat(str(raw)).isoformat()
        case "boolean":
            return raw in (True, "true", "on", "yes")
        case _:
            return _text({"text": raw}, "text", TEXT_MAX)


def _text(data: Mapping[str, Any], name: str, longest: int) -> str:
    text = data.get(name)
    if not isinstance(text, str) or not text.strip():
        raise _invalid("nothing was written")
    if len(text) > longest:
        raise _invalid(f"{len(text)} characters were written; the limit is {longest}")
    if "\x00" in text:
        raise _invalid("a text cannot hold the character NUL")
    return text.strip()


def _one_of(value: Any, options: Sequence[str]) -> str:
    if value not in options:
        raise _invalid(f"{value!r} is none of the options: {', '.join(options)}")
    return str(value)


def _must_differ(names: Sequence[str]) -> None:
    twice = sorted({each for each in names if names.count(each) > 1})
    if twice:
        raise ValueError(f"{', '.join(twice)}: named twice")


def _invalid(message: str) -> EvigateError:
    return EvigateError(E_TASK_INVALID, f"{message[:1].upper()}{message[1:]}.")
