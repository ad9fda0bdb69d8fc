"""YAML as people write it here: plain values, each key once, no aliases, bounded in size.

The one file that knows PyYAML.
"""

import re
from collections.abc import Mapping
from typing import Any

import yaml

from evigate.base.errors import Code, EvigateError

FILE_MAX_BYTES = 2_000_000
_MAYBE_ALIAS = re.compile(r"(?:^|[\s\[{,:-])\*\S")


def parse_yaml(text: bytes | str, *, path: str, code: Code) -> Any:
    """
    Return the plain values of a YAML text; tags that would make objects are refused.

    Raises:
        EvigateError[code]: it is no YAML, uses aliases, or is too large; the message names `path`.
    """
    if len(text) > FILE_MAX_BYTES:
        raise EvigateError(code, f"{path}: the file is larger than {FILE_MAX_BYTES} bytes.")
    try:
        # Aliases of aliases can grow without end; an entry is clearer without. Scanning is slow,
        # so only a text that may have one is scanned.
        if _MAYBE_ALIAS.search(text if isinstance(text, str) else text.decode()) and any(
            isinstance(token, yaml.AliasToken) for token in yaml.scan(text, yaml.CSafeLoader)
        ):
            message = "aliases (*name) are not used here; write the value out"
            raise EvigateError(code, f"{path}: {message}.")
        return yaml.load(text, _Strict)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        told = " ".join(str(error).split())
        raise EvigateError(code, f"{path}: it is no YAML: {told}.") from error


def dump_yaml(plain: Mapping[str, Any] | list[Any]) -> str:
    """Return plain values as YAML that `parse_yaml` reads back to the same."""
    text = yaml.dump(plain, Dumper=_Written, sort_keys=False, allow_unicode=True, width=100)
    return str(text)


class _Written(yaml.CSafeDumper):  # type: ignore[misc]
    """YAML that writes a value out each time, since an alias is not read back."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


class _Strict(yaml.CSafeLoader):  # type: ignore[misc]
    """YAML's plain values, a key once only."""


def _mapping(loader: Any, node: Any) -> dict[Any, Any]:
    pairs = loader.construct_pairs(node, deep=True)
    found: dict[Any, Any] = {}
    for key, value in pairs:
        if key in found:
            raise yaml.YAMLError(f"the key {key!r} stands twice, line {node.start_mark.line + 1}")
        found[key] = value
    return found


_Strict.add_constructor("tag:yaml.org,2002:map", _mapping)
