"""What a platform is like before a plan: its OpenAPI document, read with the project's credential.

A platform is only read. Its document is bounded and parsed into its operations; what of the
specification's contract it lacks, and what it has beside, are the implications.
"""

import base64
from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from evigate.base.errors import EvigateError
from evigate.evidence import fetch
from evigate.studio.kits.errors import E_KIT_DISCOVER
from evigate.studio.kits.runs.models import Credential

DOCUMENT_BYTES_MAX = 4_000_000
OPERATIONS_MAX = 2_000
IMPLICATIONS_MAX = 200
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


async def read_platform(
    credential: Credential, secret: str, path: str, *, rule: fetch.AddressRule
) -> dict[str, Any]:
    """
    Return what a platform is like: {title, version, operations: [{method, path, summary}]}.

    Args:
        rule: which addresses may be reached; anybody's, unless the house says otherwise.

    Raises:
        EvigateError[E_KIT_DISCOVER]: it did not answer, or with no OpenAPI document. What was sent
            to sign in is in no message.
    """
    url = f"{str(credential.connection['base_url']).rstrip('/')}{path}"
    try:
        data = await fetch.fetch_url(
            url,
            max_bytes=DOCUMENT_BYTES_MAX,
            rule=rule,
            headers=_signing_in(credential, secret),
        )
    except EvigateError as error:
        raise EvigateError(E_KIT_DISCOVER, f"{url}: {error.message}") from error
    try:
        document = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise EvigateError(E_KIT_DISCOVER, f"{url}: what is there is no JSON.") from error
    if not isinstance(document, dict) or not isinstance(document.get("paths"), dict):
        raise EvigateError(E_KIT_DISCOVER, f"{url}: what is there is no OpenAPI document.")
    info = document.get("info")
    about = info if isinstance(info, dict) else {}
    return {
        "title": str(about.get("title", ""))[:200],
        "version": str(about.get("version", ""))[:50],
        "operations": operations_of(document)[:OPERATIONS_MAX],
    }


def operations_of(document: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return an OpenAPI document's operations, by path and then method."""
    return [
        {"method": method.upper(), "path": path, "summary": str(operation.get("summary", ""))[:500]}
        for path, item in sorted(document.get("paths", {}).items())
        if isinstance(item, dict)
        for method, operation in sorted(item.items())
        if method in METHODS and isinstance(operation, dict)
    ]


def implications_of(spec: Mapping[str, Any], existing: Mapping[str, Any]) -> list[str]:
    """Return what differs between the specification's contract and the platform, in order."""
    contract = spec.get("openapi")
    wanted = {_key(each) for each in operations_of(contract if isinstance(contract, dict) else {})}
    there = {_key(each) for each in existing.get("operations", [])}
    return list(_differences(wanted, there))[:IMPLICATIONS_MAX]


def _differences(wanted: set[str], there: set[str]) -> Iterator[str]:
    for each in sorted(wanted - there):
        yield f"{each} is specified and not there"
    for each in sorted(there - wanted):
        yield f"{each} is there and not specified"


def _key(operation: Mapping[str, str]) -> str:
    return f"{operation['method']} {operation['path']}"


def _signing_in(credential: Credential, secret: str) -> list[tuple[str, str]]:
    if credential.kind == "basic":
        told = base64.b64encode(secret.encode()).decode()
        return [("Authorization", f"Basic {told}")]
    header = str(credential.connection.get("header") or "Authorization")
    return [(header, f"Bearer {secret}" if header == "Authorization" else secret)]
