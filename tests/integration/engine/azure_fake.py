"""As much of Azure's blob storage as reading needs: one container, listed, looked at and fetched.

It stands for the outside network. What it refuses is what the service refuses: no signature of the
account, and names that are not there.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

ACCOUNT = "hut"
KEY = "aHVudGVyMmh1bnRlcjJodW50ZXIyaHVudGVyMg=="
BEGUN = formatdate(0, usegmt=True)


@contextmanager
def azure(container: str, blobs: dict[str, bytes]) -> Iterator[str]:
    """Serve a container of blobs; yield the account's address."""

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.do_GET()

        def do_GET(self) -> None:
            address = urlsplit(self.path)
            asked = parse_qs(address.query)
            place = unquote(address.path).removeprefix(f"/{ACCOUNT}/")
            if not self.headers["authorization"].startswith(f"SharedKey {ACCOUNT}:"):
                self._answer(403, b"")
            elif place == container and asked.get("comp") == ["list"]:
                self._answer(200, _listed(blobs, asked.get("prefix", [""])[0]))
            else:
                data = blobs.get(place.removeprefix(f"{container}/"))
                self._answer(404 if data is None else 200, data or b"")

        def _answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            for name, value in (("etag", '"1"'), ("last-modified", BEGUN)):
                self.send_header(name, value)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/{ACCOUNT}"
    finally:
        server.shutdown()
        server.server_close()


def _listed(blobs: dict[str, bytes], prefix: str) -> bytes:
    found = "".join(
        f"<Blob><Name>{escape(name)}</Name><Properties><Last-Modified>{BEGUN}</Last-Modified>"
        f"<Etag>1</Etag><Content-Length>{len(data)}</Content-Length>"
        "<Content-Type>x/y</Content-Type></Properties></Blob>"
        for name, data in sorted(blobs.items())
        if name.startswith(prefix)
    )
    return f"<EnumerationResults><Blobs>{found}</Blobs><NextMarker/></EnumerationResults>".encode()
