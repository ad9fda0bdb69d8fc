"""What the engine registers: its permissions and every code of its sub-rooms."""

from evigate.base.errors import Code
from evigate.engine import errors
from evigate.engine.audit.errors import CODES as AUDIT
from evigate.engine.channels.errors import CODES as CHANNELS
from evigate.engine.derived.errors import CODES as DERIVED
from evigate.engine.embed.errors import CODES as EMBED
from evigate.engine.evals.errors import CODES as EVALS
from evigate.engine.federation.errors import CODES as FEDERATION
from evigate.engine.index.errors import CODES as INDEX
from evigate.engine.models.errors import CODES as MODELS
from evigate.engine.mutable.errors import CODES as MUTABLE
from evigate.engine.search.errors import CODES as SEARCH
from evigate.engine.server.errors import CODES as SERVER
from evigate.engine.sessions.errors import CODES as SESSIONS
from evigate.engine.sources.errors import CODES as SOURCES
from evigate.engine.tables.errors import CODES as TABLES
from evigate.engine.topics.errors import CODES as TOPICS
from evigate.engine.train.errors import CODES as TRAIN
from evigate.engine.verbs import PERMISSIONS as PERMISSIONS

CODES: tuple[Code, ...] = (
    *errors.CODES,
    *AUDIT,
    *CHANNELS,
    *DERIVED,
    *EMBED,
    *EVALS,
    *FEDERATION,
    *INDEX,
    *MODELS,
    *MUTABLE,
    *SEARCH,
    *SESSIONS,
    *SERVER,
    *SOURCES,
    *TABLES,
    *TOPICS,
    *TRAIN,
)
