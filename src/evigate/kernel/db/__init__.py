"""The database: an embedded PostgreSQL or a server, the same migrations, roles and policies.

What enters is a data directory or a URL; what leaves is a `Database` that opens transactions as
the app role. Always true: the app's connections belong to a role that owns nothing and cannot
bypass row-level security, and a `Tx` names its subject.
"""

from evigate.kernel.db.database import Database, DatabaseUrls, Tx
from evigate.kernel.db.embedded import EmbeddedServer
from evigate.kernel.db.migrate import Migrator, describe_schema
from evigate.kernel.db.queries import Queries, SyncQueries, load_queries, load_sync_queries
from evigate.kernel.db.sync import Hold, Listener, SyncDatabase, SyncTx

__all__ = [
    "Database",
    "DatabaseUrls",
    "EmbeddedServer",
    "Hold",
    "Listener",
    "Migrator",
    "Queries",
    "SyncDatabase",
    "SyncQueries",
    "SyncTx",
    "Tx",
    "describe_schema",
    "load_queries",
    "load_sync_queries",
]
