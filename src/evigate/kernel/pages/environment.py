"""The template environment: strict about names, escaping everything, with our own few functions."""

from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment as Environment
from jinja2 import FileSystemLoader, StrictUndefined
from markupsafe import Markup

from evigate.kernel.pages import badges, formatting
from evigate.kernel.pages.dot_plot import layout_dot_plot, sparkline_points

HERE = Path(__file__).resolve().parent
TEMPLATES = HERE / "templates"
STATIC = HERE / "static"
STATIC_PREFIX = "/static"
STYLESHEETS = ("tokens", "base", "components", "pages", "print")


def make_environment(
    *template_folders: Path, verdicts: Mapping[str, badges.Badge] | None = None
) -> Environment:
    """Return a fresh environment for the rooms' templates and the shared ones.

    An undefined name is an error, for a page that silently shows nothing lies. Filters: `number`,
    `moment`, `duration`, `size`. Functions: `asset`, `stylesheet`, `verdict_badge_of`,
    `status_badge_of`, `layout_dot_plot`, `sparkline_points`; the lists `stylesheets`, `verdicts`.

    Args:
        template_folders: the rooms' own; of two templates with one name the first folder's stands.
        verdicts: how each verdict is shown, in the order of a legend; one that is not there is an
            error, since showing it as something else would be a lie.
    """
    shown = dict(verdicts or {})
    environment = Environment(
        loader=FileSystemLoader([*template_folders, TEMPLATES]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        number=formatting.number,
        moment=formatting.moment,
        duration=formatting.duration,
        size=formatting.size,
    )
    environment.globals.update(
        asset=asset,
        stylesheet=stylesheet,
        stylesheets=STYLESHEETS,
        verdicts=tuple(shown),
        verdict_badge_of=shown.__getitem__,
        status_badge_of=badges.status,
        layout_dot_plot=layout_dot_plot,
        sparkline_points=sparkline_points,
    )
    return environment


@cache
def asset(name: str) -> str:
    """Return the URL of a file below `static`; it changes with the file, so it may be cached."""
    digest = sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"{STATIC_PREFIX}/{name}?v={digest}"


@cache
def stylesheet() -> Markup:
    """Return all styles as one text, for a page that must stand alone."""
    return Markup("\n".join((STATIC / f"css/{name}.css").read_text() for name in STYLESHEETS))
