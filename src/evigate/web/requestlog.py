"""One log line a request, with an id that the response and a failure's problem carry too."""

import re
import uuid

import structlog
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from evigate.base.clock import monotonic_s
from evigate.kernel.pages import STATIC_PREFIX

REQUEST_ID_HEADER = "x-request-id"
# What browsers and probes fetch by themselves tells nobody anything.
QUIET_PREFIXES = (STATIC_PREFIX, "/health")

log = structlog.get_logger(__name__)

# A link to sign in or to take up an invitation holds its proof in the path.
PROOF = re.compile(r"evg_[\w-]+")


class RequestLog:
    """Writes a line when a response has ended; no query, header, body or proof is in it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = str(uuid.uuid4())
        scope.setdefault("state", {})["request_id"] = request_id
        began_s, status = monotonic_s(), 0

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[REQUEST_ID_HEADER] = request_id
            await send(message)

        try:
            await self._app(scope, receive, watched)
        finally:
            if not scope["path"].startswith(QUIET_PREFIXES):
                log.info(
                    "request_answered",
                    method=scope["method"],
                    path=PROOF.sub("evg_…", scope["path"]),
                    status=status,
                    duration_ms=round((monotonic_s() - began_s) * 1000, 1),
                    request_id=request_id,
                )
