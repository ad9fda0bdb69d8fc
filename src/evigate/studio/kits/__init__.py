"""Kits: what turns an approved specification into files, and what holds them to it.

What enters: a kit's folder and a specification. What leaves: a bundle, byte for byte the same for
the same two, and a plan of what it would change. Always true: a kit reads only what it brought and
what it is given, writes only inside its bundle, and what could not be made is named.
"""

from evigate.studio.kits.commands import kits_app
from evigate.studio.kits.errors import CODES
from evigate.studio.kits.folder import Kit, find_kit, load_kit, read_folder, shipped_kits
from evigate.studio.kits.planning import Plan, apply_plan, make_plan
from evigate.studio.kits.rendering import Bundle, render_kit
from evigate.studio.kits.trying import try_kit

__all__ = [
    "CODES",
    "Bundle",
    "Kit",
    "Plan",
    "apply_plan",
    "find_kit",
    "kits_app",
    "load_kit",
    "make_plan",
    "read_folder",
    "render_kit",
    "shipped_kits",
    "try_kit",
]
