"""A portfolio as files: CSV, JSON, HTML, and a zip that is an RO-Crate of the three."""

from datetime import datetime
from functools import cache
from importlib import metadata
from pathlib import Path

import orjson

from evigate.base.clock import utc_now
from evigate.base.zips import zip_bytes
from evigate.kernel.pages import Environment, make_environment
from evigate.papers.badges import VERDICT_BADGES
from evigate.papers.portfolio.crate import DESCRIPTOR, crate_metadata
from evigate.papers.portfolio.models import GROUPS, Portfolio

TEMPLATES = Path(__file__).resolve().parent / "templates"
# Media type and file name by form.
EXPORTS = {
    "csv": ("text/csv", "portfolio.csv"),
    "json": ("application/json", "portfolio.json"),
    "html": ("text/html", "portfolio.html"),
    "zip": ("application/zip", "portfolio-ro-crate.zip"),
}


def export_portfolio(portfolio: Portfolio, form: str, *, now: datetime | None = None) -> bytes:
    """Return the portfolio as a file; `form` is csv, json, html or zip."""
    match form:
        case "csv":
            return portfolio.to_csv().encode()
        case "json":
            return orjson.dumps(portfolio.to_json(), option=orjson.OPT_INDENT_2)
        case "html":
            return _html(portfolio, now or utc_now()).encode()
        case _:
            return _crate(portfolio, now or utc_now())


def _crate(portfolio: Portfolio, now: datetime) -> bytes:
    files = {
        EXPORTS[form][1]: export_portfolio(portfolio, form, now=now)
        for form in ("csv", "json", "html")
    }
    described = crate_metadata(portfolio, files, published=now, version=metadata.version("evigate"))
    files[DESCRIPTOR] = orjson.dumps(described, option=orjson.OPT_INDENT_2)
    return zip_bytes(files)


@cache
def _environment() -> Environment:
    return make_environment(TEMPLATES, verdicts=VERDICT_BADGES)


def _html(portfolio: Portfolio, now: datetime) -> str:
    context = {
        "portfolio": portfolio,
        "groups": [(name, portfolio.by(name)) for name in GROUPS],
        "created_at": now,
    }
    return _environment().get_template("portfolio_file.html").render(context)
