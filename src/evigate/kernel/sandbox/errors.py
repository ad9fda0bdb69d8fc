"""The one way in which keeping code in can fail."""

from evigate.base.errors import Code, Kind

E_SANDBOX_UNAVAILABLE = Code(
    "E_SANDBOX_UNAVAILABLE",
    Kind.UNAVAILABLE,
    503,
    "Install bubblewrap, or use a Linux kernel of 5.13 or later with landlock.",
)

CODES: tuple[Code, ...] = (E_SANDBOX_UNAVAILABLE,)
