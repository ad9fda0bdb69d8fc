"""The database: an embedded PostgreSQL or a server, the same migrations, roles and policies.

What enters is a data directory or a URL; what leaves is a `Database` that opens transactions as
the app role. Always true: the app's connections belong to a role that owns nothing and cannot
bypass row-level security, and a `Tx` names its subject.
"""

from evigate.kernel.db.database import Database, DatabaseUrls, Tx
from evigate.kernel.db.embedded import EmbeddedServer
from evigate.kernel.db.migrate import Migrator, describe_schema
from evigate.kernel.db.queries import Queries, load_queries

__all__ = [
    "Database",
    "DatabaseUrls",
    "EmbeddedServer",
    "Migrator",
    "Queries",
    "Tx",
    "describe_schema",
    "load_queries",
]
