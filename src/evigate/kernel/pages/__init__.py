"""Pages: what every page of the house is made of, and nothing that only one room has.

What enters is values; what leaves is markup: the shell, the pieces it is set from, plots and
notebooks drawn, forms guarded. Apart from the rooms, which bring their own templates, and from the
web, which mounts them. Always true: every value is escaped unless it is markup made here from
escaped parts, and no markup carries inline script or style.
"""

from evigate.kernel.pages.badges import Badge
from evigate.kernel.pages.drawing import Draw, Pages
from evigate.kernel.pages.environment import (
    STATIC,
    STATIC_PREFIX,
    Environment,
    make_environment,
)
from evigate.kernel.pages.notebook import NotebookCell, read_notebook, render_prose
from evigate.kernel.pages.throttle import CODES, Throttle

__all__ = [
    "CODES",
    "STATIC",
    "STATIC_PREFIX",
    "Badge",
    "Draw",
    "Environment",
    "NotebookCell",
    "Pages",
    "Throttle",
    "make_environment",
    "read_notebook",
    "render_prose",
]
