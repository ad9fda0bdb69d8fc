"""Base values: ids that sort by time, hashes that are the same for the same."""

import time

import pytest

from evigate.base.canonical import canonical_json, content_hash
from evigate.base.errors import E_DENIED, EvigateError
from evigate.base.ids import new_uuid


def test_ids_are_version_7_and_sort_by_time() -> None:
    first = new_uuid()
    time.sleep(0.003)
    second = new_uuid()
    assert first.version == second.version == 7
    assert first.variant == "specified in RFC 4122"
    assert first < second


def test_equal_values_have_equal_bytes_whatever_their_order() -> None:
    assert (
        canonical_json({"b": 1, "a": [True, None, "é"]}) == '{"a":[true,null,"é"],"b":1}'.encode()
    )
    assert content_hash({"a": 1, "b": 2}) == content_hash({"b": 2, "a": 1})
    assert content_hash({"a": 1}) != content_hash({"a": 2})


def test_nan_is_no_value() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical_json({"a": float("nan")})


def test_an_error_tells_its_code_and_what_to_do() -> None:
    error = EvigateError(E_DENIED, "The role 'viewer' may not 'papers.write'.")
    assert str(error) == "E_DENIED: The role 'viewer' may not 'papers.write'."
    assert error.remediation == E_DENIED.remediation
