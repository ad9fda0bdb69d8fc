"""`db.sessions`: private tables that are gone when the session ends."""

from typing import TYPE_CHECKING

from evigate.base.subject import Subject
from evigate.engine.verbs import WRITE, Answer, verb

if TYPE_CHECKING:
    from evigate.engine.core import Core
    from evigate.engine.sessions.service import EphemeralSession


class SessionVerbs:
    """The verbs on ephemeral sessions of one tenant."""

    def __init__(self, core: "Core", subject: Subject) -> None:
        self.core = core
        self.subject = subject

    @verb(WRITE, Answer.LOCAL)
    def open(self, timeout_s: float = 3_600.0) -> "EphemeralSession":
        """Open a session: `with db.sessions.open() as session`.

        Raises:
            EvigateError[E_SESSION_TENANT | E_SESSION_TIMEOUT | E_SESSION_LIMIT]
        """
        return self.core.ephemerals.open(self.subject, timeout_s=timeout_s)
