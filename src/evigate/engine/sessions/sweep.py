"""The sweep of sessions that outlived their process or their time; light: it runs at each start."""

from evigate.base.subject import nobody
from evigate.kernel.db import SyncDatabase, load_sync_queries

_queries = load_sync_queries(__package__)


def sweep_sessions(database: SyncDatabase) -> int:
    """Remove, for every tenant, the sessions that are over or whose process died; say how many.

    One whose tables a statement still reads is left to the next sweep.
    """
    with database.tx(nobody()) as tx:
        return int(_queries.sweep(tx.connection))
