"""What the engine's doors are handed from the settings: limits, and where Flight listens.

Apart from `engine.py`, which a handle in process loads: it needs no server.
"""

import os
from pathlib import Path

from evigate.base.errors import E_SETTINGS_INVALID, EvigateError
from evigate.boot.settings import Settings
from evigate.engine.server.calls import ServerLimits
from evigate.engine.server.flight import Listen


def server_limits(settings: Settings) -> ServerLimits:
    """Return what callers of a server may take."""
    return ServerLimits(
        message_max_bytes=settings.message_max_bytes,
        in_flight_max=settings.calls_max,
        subject_in_flight_max=settings.tenant_calls_max,
        streams_max=settings.streams_max,
        subject_streams_max=max(1, settings.streams_max // 4),
        request_timeout_s=settings.call_timeout_s,
        source_roots=tuple(
            Path(part).absolute() for part in settings.source_roots.split(os.pathsep) if part
        ),
    )


def flight_listen(settings: Settings) -> Listen | None:
    """Return where Flight is served; None where it is not.

    Raises:
        EvigateError[E_SETTINGS_INVALID]: a certificate without its key, or a key without it.
    """
    certificate, key = settings.flight_certificate, settings.flight_private_key
    if (certificate is None) != (key is None):
        message = "EVIGATE_FLIGHT_CERTIFICATE and EVIGATE_FLIGHT_PRIVATE_KEY go together."
        raise EvigateError(E_SETTINGS_INVALID, message)
    if settings.flight_port is None:
        return None
    return Listen(settings.host, settings.flight_port, certificate, key)
