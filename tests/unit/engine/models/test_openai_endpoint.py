"""A real server on this machine that is busy, wrong, slow or gone."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
import pytest

from evigate.base.errors import EvigateError
from evigate.engine.models import ModelHost

Answer = tuple[int, Any] | tuple[int, Any, dict[str, str]]
QUICK = {"backoff_s": 0.01, "timeout_s": 5}


class Endpoint:
    """Answers with what `answers` says, one a request, then with the lengths of the texts."""

    def __init__(self) -> None:
        self.answers: list[Callable[[Any], Answer]] = []
        self.seen: list[tuple[str, Any, str | None]] = []
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                endpoint.seen.append((self.path, body, self.headers.get("authorization")))
                given = endpoint.answers.pop(0) if endpoint.answers else vectors
                status, content, *headers = given(body)
                data = content if isinstance(content, bytes) else json.dumps(content).encode()
                try:
                    self.send_response(status)
                    for name, value in (headers[0] if headers else {}).items():
                        self.send_header(name, value)
                    self.send_header("content-length", str(len(data)))
                    self.end_headers()
                    self.wfile.write(data)
                except (BrokenPipeError, ConnectionResetError):
                    self.close_connection = True

            def log_message(self, *_given: Any) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(
            target=self.server.serve_forever, kwargs={"poll_interval": 0.02}
        )
        self.thread.start()

    @property
    def location(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}/v1#small"

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


def vectors(body: Any) -> Answer:
    """Answer as the endpoint should, last row first: the index decides, not the place."""
    rows = [{"index": i, "embedding": [len(text), 1]} for i, text in enumerate(body["input"])]
    return 200, {"data": rows[::-1]}


def status(code: int, **headers: str) -> Callable[[Any], Answer]:
    return lambda _body: (
        code,
        {"error": "no"},
        {k.replace("_", "-"): v for k, v in headers.items()},
    )


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    made = Endpoint()
    yield made
    made.close()


def test_rows_are_sent_in_batches_and_come_back_in_order(
    host: ModelHost, endpoint: Endpoint
) -> None:
    model = host.resolve(endpoint.location, options={"api_key": "k3y", **QUICK})
    assert (model.name, model.dimensions, model.digest) == ("small", 2, "")
    encoded = host.encode(model, ["abc", "", "a", "ab"], batch_size=2)
    assert np.allclose(encoded.vectors[0], np.array([3, 1]) / np.sqrt(10))
    assert encoded.ok.tolist() == [True, False, True, True]
    path, body, key = endpoint.seen[-2]
    assert (path, body["model"], body["input"]) == ("/v1/embeddings", "small", ["abc", "a"])
    assert key == "Bearer k3y"


def test_a_busy_endpoint_is_asked_again(host: ModelHost, endpoint: Endpoint) -> None:
    model = host.resolve(endpoint.location, options=QUICK)
    endpoint.answers = [status(429, retry_after="0"), status(503), vectors]
    endpoint.seen.clear()
    assert host.encode(model, ["abc"]).ok.all()
    assert len(endpoint.seen) == 3


def test_trying_again_has_an_end(host: ModelHost, endpoint: Endpoint) -> None:
    model = host.resolve(endpoint.location, options={**QUICK, "try_count": 3})
    endpoint.answers = [status(500)] * 9
    endpoint.seen.clear()
    with pytest.raises(EvigateError, match=r"E_MODEL_UPSTREAM.*failed 3 times: status 500"):
        host.encode(model, ["abc"])
    assert len(endpoint.seen) == 3


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (status(401), "E_MODEL_CREDENTIALS"),
        (status(404), "E_MODEL_UPSTREAM"),
        # A redirect would send text to a place that nobody registered.
        (status(302, location="http://127.0.0.1:1/"), "E_MODEL_UPSTREAM"),
        (lambda _body: (200, b"<html>"), "E_MODEL_OUTPUT"),
        (lambda _body: (200, {"data": []}), "E_MODEL_OUTPUT"),
        (lambda _body: (200, {"data": [{"index": 0, "embedding": [1, 2, 3]}]}), "E_MODEL_OUTPUT"),
        (lambda _body: (200, b'{"data": [{"index": 0, "embedding": [1, NaN]}]}'), "E_MODEL_OUTPUT"),
        (lambda _body: (200, {"data": [{"index": 0, "embedding": "x"}]}), "E_MODEL_OUTPUT"),
    ],
)
def test_a_wrong_answer_fails_the_call_at_once(
    host: ModelHost, endpoint: Endpoint, answer: Callable[[Any], Answer], code: str
) -> None:
    model = host.resolve(endpoint.location, options={"api_key": "k3y", **QUICK})
    endpoint.answers = [answer]
    endpoint.seen.clear()
    with pytest.raises(EvigateError) as caught:
        host.encode(model, ["abc"])
    assert caught.value.code.name == code
    assert len(endpoint.seen) == 1
    assert "k3y" not in f"{caught.value}{caught.value.detail}"


def test_a_slow_endpoint_is_given_up(host: ModelHost, endpoint: Endpoint) -> None:
    model = host.resolve(
        endpoint.location, options={"timeout_s": 0.2, "try_count": 2, "backoff_s": 0.01}
    )
    endpoint.answers = [lambda body: time.sleep(0.6) or vectors(body)] * 2  # type: ignore[func-returns-value]
    with pytest.raises(EvigateError, match=r"E_MODEL_UPSTREAM.*ReadTimeout"):
        host.encode(model, ["abc"])


def test_nobody_there_is_an_upstream_failure(host: ModelHost, endpoint: Endpoint) -> None:
    location = endpoint.location
    endpoint.server.socket.close()
    with pytest.raises(EvigateError, match=r"E_MODEL_UPSTREAM.*ConnectError"):
        host.resolve(location, options={**QUICK, "try_count": 2})


def test_a_key_that_is_none_is_refused_unseen(host: ModelHost, endpoint: Endpoint) -> None:
    with pytest.raises(EvigateError, match=r"E_MODEL_OPTION.*api_key") as caught:
        host.resolve(endpoint.location, options={"api_key": "k3y\n", **QUICK})
    assert "k3y" not in str(caught.value)
    assert endpoint.seen == []


def test_two_keys_are_two_models(host: ModelHost, endpoint: Endpoint) -> None:
    for key in ("one", "two"):
        model = host.resolve(endpoint.location, options={"api_key": key, **QUICK})
        host.encode_query(model, "abc")
    assert {key for _, _, key in endpoint.seen} == {"Bearer one", "Bearer two"}
    assert len(host.loaded()) == 2
