"""Base values: ids that sort by time, hashes that are the same for the same."""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

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


def test_threads_and_forked_processes_draw_ids_of_their_own() -> None:
    with ThreadPoolExecutor(4) as pool:
        made = [
            each
            for some in pool.map(lambda _: [new_uuid() for _ in range(500)], range(8))
            for each in some
        ]
    assert len({each.int & ((1 << 62) - 1) for each in made}) == 4000
    script = (
        "import os\n"
        "from evigate.base.ids import new_uuid\n"
        "new_uuid()\n"
        "child = os.fork()\n"
        "child and os.waitpid(child, 0)\n"
        "print(*(str(new_uuid())[-17:] for _ in range(50)), flush=True)\n"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert len(set(ran.stdout.split())) == len(ran.stdout.split()) == 100


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
