"""Liquid templates, bounded and strict: the one file that knows the template library.

A template sees the values it is given and the other templates of its kit, nothing else: no file, no
attribute of an object, no call. What is not there is an error that names file and line, because a
file with a silent hole is worse than none.
"""

import io
import json
import keyword
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from liquid import DictLoader, Environment, FalsyStrictUndefined, RenderContext
from liquid.exceptions import LiquidError, ResourceLimitError

from evigate.base.errors import EvigateError
from evigate.studio.kits.errors import E_KIT_ENDLESS, E_KIT_SECRETS, E_KIT_TEMPLATE

OUTPUT_BYTES_MAX = 2_000_000
LOOPS_MAX = 200_000
DEPTH_MAX = 30
# What a template that looks for secrets asks for; nothing of these is ever given to one.
SECRET_NAMES = frozenset(
    {"credential", "credentials", "env", "environ", "environment", "password", "secret", "secrets"}
)
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_UNDEFINED = re.compile(r"'(\w+)' is undefined")
_LEADING_DIGIT = re.compile(r"^(?=\d)")


class _Bounded(Environment):
    """Liquid whose loops, output and inclusion end."""

    context_depth_limit = DEPTH_MAX
    loop_iteration_limit = LOOPS_MAX
    output_stream_limit = OUTPUT_BYTES_MAX


@dataclass(frozen=True, slots=True)
class Rendered:
    """A template's text, and the values of names that it assigned."""

    text: str
    assigned: Mapping[str, Any]


class Templates:
    """The templates of one kit, by their paths in it."""

    def __init__(self, sources: Mapping[str, str]) -> None:
        self._sources = sources
        self._environment = _Bounded(
            loader=DictLoader(dict(sources)), undefined=FalsyStrictUndefined
        )
        for name, function in FILTERS.items():
            self._environment.add_filter(name, function)

    def check(self, path: str) -> None:
        """
        Parse a template.

        Raises:
            EvigateError[E_KIT_TEMPLATE]: naming the file and the line.
        """
        try:
            self._environment.get_template(path)
        except (LiquidError, RecursionError) as error:
            raise self._fault(path, error) from error

    def render(self, path: str, values: Mapping[str, Any]) -> Rendered:
        """
        Fill a template in.

        Raises:
            EvigateError[E_KIT_TEMPLATE]: it is wrong, or names what is not there; the message
                names the file and the line, here and below.
            EvigateError[E_KIT_ENDLESS]: it takes more loops, text or depth than there are.
            EvigateError[E_KIT_SECRETS]: it asks for credentials or the environment.
        """
        try:
            template = self._environment.get_template(path)
            context = RenderContext(template, globals=template.make_globals(dict(values)))
            buffer = context.get_buffer()
            template.render_with_context(context, buffer)
        except (LiquidError, RecursionError) as error:
            raise self._fault(path, error) from error
        text = buffer.getvalue() if isinstance(buffer, io.StringIO) else str(buffer)
        return Rendered(text, dict(context.locals))

    def fill(self, text: str, values: Mapping[str, Any], *, where: str) -> str:
        """Fill in a short text such as a path; `where` is what an error names."""
        try:
            template = self._environment.from_string(text, name=where)
            return str(template.render(**values))
        except (LiquidError, RecursionError) as error:
            raise self._fault(where, error) from error

    def _fault(self, path: str, error: Exception) -> EvigateError:
        if isinstance(error, RecursionError):
            message = f"{path}: templates stand in each other without end."
            return EvigateError(E_KIT_ENDLESS, message)
        assert isinstance(error, LiquidError)
        at = error.context()
        # The library names the template that was asked for, not the one included in it.
        source = error.token.source if error.token is not None else None
        name = next((each for each, text in self._sources.items() if text == source), path)
        place = f"{name}:{at[0]}" if at is not None else name
        is_endless = isinstance(error, ResourceLimitError)
        what = "it takes too much: " if is_endless else ""
        asked = _UNDEFINED.match(str(error.message))
        code = E_KIT_ENDLESS if is_endless else E_KIT_TEMPLATE
        if asked is not None and asked[1] in SECRET_NAMES:
            code, what = E_KIT_SECRETS, "a template sees no secrets: "
        return EvigateError(
            code,
            f"{place}: {what}{error.message}.",
            detail={"file": name, "line": at[0] if at is not None else None},
        )


def words(text: Any) -> list[str]:
    """Split a name at spaces, marks and changes of case."""
    return _WORD.findall(str(text))


def snake(text: Any) -> str:
    """Return a name such as `dog_groomer`; one that begins with a digit gets a leading `n_`."""
    return _LEADING_DIGIT.sub("n_", "_".join(word.lower() for word in words(text)))


def identifier(text: Any) -> str:
    """Return a name as `snake` does, with a `_` behind it where it is a word of Python."""
    name = snake(text)
    return f"{name}_" if keyword.iskeyword(name) else name


def kebab(text: Any) -> str:
    """Return a name such as `dog-groomer`."""
    return "-".join(word.lower() for word in words(text))


def pascal(text: Any) -> str:
    """Return a name such as `DogGroomer`; one that begins with a digit gets a leading `N`."""
    return _LEADING_DIGIT.sub("N", "".join(word.capitalize() for word in words(text)))


def camel(text: Any) -> str:
    """Return a name such as `dogGroomer`."""
    whole = pascal(text)
    return whole[:1].lower() + whole[1:]


def constant(text: Any) -> str:
    """Return a name such as `DOG_GROOMER`."""
    return snake(text).upper()


def as_json(value: Any, indent: int = 0) -> str:
    """Return a value as JSON, keys in their order."""
    return json.dumps(value, ensure_ascii=False, indent=int(indent) or None)


def as_python(value: Any) -> str:
    """Return a plain value as a Python literal; texts in double quotes."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list | tuple):
        inner = ", ".join(as_python(each) for each in value)
        return f"[{inner}]"
    if isinstance(value, Mapping):
        inner = ", ".join(f"{as_python(k)}: {as_python(v)}" for k, v in value.items())
        return f"{{{inner}}}"
    return repr(value)


def in_docstring(value: Any) -> str:
    """Return a text that can stand in a Python docstring, on one line."""
    plain = "".join(each for each in str(value) if each.isprintable() or each.isspace())
    line = " ".join(plain.split()).replace("\\", "\\\\").replace('"""', "'''")
    return f"{line[:-1]}'" if line.endswith('"') else line


def on_one_line(value: Any) -> str:
    """Return a text with its white space made single blanks, as a comment needs it."""
    return " ".join(str(value).split())


FILTERS: Mapping[str, Callable[..., str]] = {
    "snake": snake,
    "identifier": identifier,
    "kebab": kebab,
    "pascal": pascal,
    "camel": camel,
    "constant": constant,
    "json": as_json,
    "python": as_python,
    "docstring": in_docstring,
    "one_line": on_one_line,
}
