"""Access: who may do what, as values.

What enters is a subject and a permission; what leaves is nothing, or a refusal. A room declares
its permissions in its `wiring.py`; the golden file under `tests/access` shows all of them.
"""

from evigate.kernel.access.permissions import (
    EVERY_ROLE,
    OWNER_ONLY,
    WRITERS,
    Permission,
    may,
    require,
)

__all__ = ["EVERY_ROLE", "OWNER_ONLY", "WRITERS", "Permission", "may", "require"]
