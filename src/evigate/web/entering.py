"""Coming in: where somebody goes next, for whom a page is there, and whose form this is."""

from urllib.parse import urlsplit

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from evigate.base.errors import E_DENIED, EvigateError
from evigate.boot import House
from evigate.kernel.tenancy import CUSTOMER
from evigate.learning.permissions import LEARNER

# Where members come in.
HOME = "/"
# Where those of a few roles may be, the first being where they come in.
PATHS = {
    LEARNER: ("/practice", "/stories", "/account"),
    CUSTOMER: ("/portal", "/account"),
}


def safe_next(path: str | None) -> str:
    """Return where to go after signing in: a path of this house, whatever was asked for."""
    if not path or not path.startswith("/") or path.startswith("//") or "\\" in path:
        return HOME
    parts = urlsplit(path)
    is_here = not parts.scheme and not parts.netloc and path.isprintable()
    return path if is_here else HOME


def landing(role: str | None, wanted: str) -> str:
    """Return where someone of a role goes who wanted a path: a learner has practice alone."""
    paths = PATHS.get(role or "")
    return wanted if not paths or wanted.split("?")[0].startswith(paths) else paths[0]


def is_same_origin(request: Request) -> bool:
    """Tell whether a form was sent from a page of this house.

    Before signing in there is no session to derive a token from; browsers say where a form comes
    from, and what says nothing at all is no browser, so nobody is tricked into sending it.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")


def require_same_origin(request: Request) -> None:
    """Refuse a form that another site sent.

    Raises:
        EvigateError[E_DENIED]
    """
    if not is_same_origin(request):
        raise EvigateError(
            E_DENIED,
            "The form was sent from another site.",
            remediation="Open the page here and send it from there.",
        )


async def enter(house: House, request: Request, session: str, path: str) -> Response:
    """Set the cookie of a new session and send its person on."""
    account = await house.tenancy.account_of_session(session)
    response = see(landing(account.subject.role if account else None, path))
    public_url = house.settings.public_url or ""
    is_secure = request.url.scheme == "https" or public_url.startswith("https:")
    house.doors.set_session(response, session, is_secure=is_secure)
    return response


def see(path: str) -> RedirectResponse:
    """Send a browser on after a form."""
    return RedirectResponse(path, status_code=303)
