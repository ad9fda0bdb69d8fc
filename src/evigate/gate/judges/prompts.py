"""Prompts of the judges: text with declared inputs, and what of them a model is told as its rules.

What a document says is data and never stands in the rules. Where a prompt names an input, its rules
say under which name the data come; the runtime hands those over apart, each inside a fence. The
default texts are files beside this one, and the library's rows in the database; a tenant writes
versions of its own there.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

from evigate.base.errors import EvigateError
from evigate.gate.errors import E_PROMPT_INVALID

EXAMINER = "You are a careful examiner."
# Handed over as passages, which claims may quote; the other inputs go by their names.
EVIDENCE = "evidence"

INPUT = re.compile(r"\{\{\s*([a-z][a-z0-9_]*)\s*\}\}")


@dataclass(frozen=True, slots=True)
class Prompt:
    """A versioned text; `inputs` are exactly the names that stand in it as {{name}}."""

    name: str
    version: str
    text: str
    inputs: tuple[str, ...]


def read_prompt(source: str) -> Prompt:
    """
    Read a prompt from its text: lines of "name:", "version:" and "inputs:", a blank line, the text.

    Raises:
        E_PROMPT_INVALID: a heading is missing, or the inputs declared are not those used.
    """
    head, _, text = source.partition("\n\n")
    fields = dict(line.split(": ", 1) for line in head.splitlines() if ": " in line)
    lacking = {"name", "version", "inputs"} - fields.keys()
    if lacking:
        raise EvigateError(E_PROMPT_INVALID, f"the prompt does not say its {min(lacking)!r}")
    inputs = tuple(name.strip() for name in fields["inputs"].split(","))
    used = set(INPUT.findall(text))
    if used != set(inputs):
        odd = ", ".join(sorted(used ^ set(inputs)))
        raise EvigateError(
            E_PROMPT_INVALID, f"prompt {fields['name']!r} declares or uses alone: {odd}"
        )
    return Prompt(fields["name"], fields["version"], text.strip(), inputs)


def default_prompt(name: str) -> Prompt:
    """Return the prompt that comes with the product, by its file's name without ending."""
    path = files("evigate.gate.judges") / "prompts" / f"{name}.md"
    return read_prompt(path.read_text(encoding="utf-8"))


def default_prompts() -> list[Prompt]:
    """Return every prompt that comes with the product, by file."""
    folder = files("evigate.gate.judges") / "prompts"
    names = sorted(each.name.removesuffix(".md") for each in folder.iterdir())
    return [default_prompt(name) for name in names]


def rules_of(prompt: Prompt, *, data: Mapping[str, str], ours: Mapping[str, str]) -> str:
    """
    Return a prompt as rules: what is ours filled in, of the data only the names.

    Args:
        data: by input; not a word of a value is in the rules.
        ours: texts of the product, by input.

    Raises:
        E_PROMPT_INVALID: the prompt names an input that this judge has not.
    """
    lacking = set(prompt.inputs) - {EVIDENCE, *data, *ours}
    if lacking:
        raise EvigateError(E_PROMPT_INVALID, f"prompt {prompt.name!r} needs {min(lacking)!r}")

    def put(match: re.Match[str]) -> str:
        name = match[1]
        if name in ours:
            return ours[name]
        return "(the passages)" if name == EVIDENCE else f"(the input's {name!r})"

    return f"{EXAMINER}\n\n{INPUT.sub(put, prompt.text)}"
