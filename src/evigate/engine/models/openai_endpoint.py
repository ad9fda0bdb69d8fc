"""Embeddings from an OpenAI-compatible endpoint; the engine's one file that speaks HTTP outwards.

What enters is text; what leaves this machine is that text, so nothing is sent but by a model that
somebody registered with a URL. Redirects are not followed and proxies of the environment are not
used: the address that was registered is the one that is asked. Every wait and answer is bounded.
"""

import time
from collections.abc import Mapping, Sequence
from typing import Any

import httpx
import numpy as np
import numpy.typing as npt

from evigate.base.errors import EvigateError
from evigate.engine.catalog.models import Model
from evigate.engine.models.errors import (
    E_MODEL_CREDENTIALS,
    E_MODEL_LOCATION,
    E_MODEL_OPTION,
    E_MODEL_OUTPUT,
    E_MODEL_UPSTREAM,
)
from evigate.engine.models.protocol import Input, LoadContext, text_of

TIMEOUT_S = 30.0
CONNECT_TIMEOUT_S = 5.0
TRY_COUNT = 5
BACKOFF_S = 0.5
BACKOFF_MAX_S = 10.0
ANSWER_BYTES_MAX = 256 * 1024 * 1024
_RETRIED = frozenset({408, 409, 429, 500, 502, 503, 504})


class _Retry(Exception):
    """A failure that may pass; `after_s` is what the endpoint asked us to wait."""

    def __init__(self, why: str, after_s: float | None = None) -> None:
        super().__init__(why)
        self.after_s = after_s


class OpenAiEndpoint:
    """A client of one endpoint and model; it holds connections, no weights."""

    sorts_by_length = False
    size_bytes = 0

    def __init__(self, model: Model) -> None:
        url = httpx.URL(model.location or "")
        options = model.options
        self._model = model
        self._host = url.host
        self._url = url.copy_with(path=url.path.rstrip("/") + "/embeddings", fragment=None)
        self._body: dict[str, Any] = {"model": url.fragment, "encoding_format": "float"}
        if "dimensions" in options:
            self._body["dimensions"] = int(options["dimensions"])
        self._backoff_s = float(options.get("backoff_s", BACKOFF_S))
        self._try_count = int(options.get("try_count", TRY_COUNT))
        headers = {}
        if key := str(options.get("api_key", "")):
            if not (key.isascii() and key.isprintable()):
                raise EvigateError(
                    E_MODEL_OPTION, "The option 'api_key' holds characters that no key has."
                )
            headers["authorization"] = f"Bearer {key}"
        timeout = httpx.Timeout(
            float(options.get("timeout_s", TIMEOUT_S)), connect=CONNECT_TIMEOUT_S
        )
        self._client = httpx.Client(headers=headers, timeout=timeout, trust_env=False)

    def prepare(self, value: Input) -> str:
        """Return the text; RowError for bytes."""
        return text_of(value)

    def encode(self, rows: Sequence[str]) -> npt.NDArray[Any]:
        """Return the endpoint's vectors (n, d), in the order of the rows.

        Busy answers and broken connections are tried again, with doubled waits, five times in all.

        Raises:
            E_MODEL_UPSTREAM: it cannot be reached, or answered with an error.
            E_MODEL_CREDENTIALS: it refused the key.
            E_MODEL_OUTPUT: its answer is not one vector a row.
        """
        wait_s = self._backoff_s
        for attempt in range(1, self._try_count + 1):
            try:
                return self._vectors(self._answer({**self._body, "input": list(rows)}), len(rows))
            except _Retry as error:
                if attempt == self._try_count:
                    raise EvigateError(
                        E_MODEL_UPSTREAM,
                        f"The endpoint {self._host!r} failed {attempt} times: {error}.",
                    ) from error
                asked_s = wait_s if error.after_s is None else error.after_s
                time.sleep(max(0.0, min(asked_s, BACKOFF_MAX_S)))
                wait_s *= 2
        raise AssertionError("try_count is at least 1")

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _answer(self, body: Mapping[str, Any]) -> Any:
        try:
            with self._client.stream("POST", self._url, json=body) as response:
                self._check(response)
                data = bytearray()
                for chunk in response.iter_bytes():
                    data += chunk
                    if len(data) > ANSWER_BYTES_MAX:
                        raise self._misshaped(f"is longer than {ANSWER_BYTES_MAX} bytes")
                return httpx.Response(200, content=bytes(data)).json()
        except (httpx.TimeoutException, httpx.TransportError) as error:
            raise _Retry(type(error).__name__) from error
        except ValueError as error:
            raise self._misshaped("is not JSON") from error

    def _check(self, response: httpx.Response) -> None:
        status = response.status_code
        if status in _RETRIED:
            raise _Retry(f"status {status}", _seconds(response.headers.get("retry-after")))
        if status in (401, 403):
            raise EvigateError(
                E_MODEL_CREDENTIALS, f"The endpoint {self._host!r} refused the key ({status})."
            )
        if status != 200:
            raise EvigateError(
                E_MODEL_UPSTREAM,
                f"The endpoint {self._host!r} answered {status} for {self._body['model']!r}.",
            )

    def _vectors(self, answer: Any, count: int) -> npt.NDArray[Any]:
        try:
            found = {int(item["index"]): item["embedding"] for item in answer["data"]}
            if sorted(found) != list(range(count)):
                raise self._misshaped(f"has {len(answer['data'])} vectors for {count} rows")
            return np.array([found[index] for index in range(count)], dtype=np.float32)
        except (KeyError, TypeError, ValueError) as error:
            raise self._misshaped("is no list of vectors of one width") from error

    def _misshaped(self, how: str) -> EvigateError:
        return EvigateError(E_MODEL_OUTPUT, f"The answer of {self._host!r} {how}.")


def load_openai(model: Model, _context: LoadContext) -> OpenAiEndpoint:
    """Make a client; nothing is sent yet. E_MODEL_LOCATION if the address is none."""
    try:
        return OpenAiEndpoint(model)
    except httpx.InvalidURL as error:
        raise EvigateError(
            E_MODEL_LOCATION, f"The location of the model {model.name!r} is no URL."
        ) from error


def _seconds(header: str | None) -> float | None:
    """Return a Retry-After in seconds; its other form, a date, counts as not given."""
    try:
        return None if header is None else float(header)
    except ValueError:
        return None
