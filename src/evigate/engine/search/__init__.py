"""Search: one question to hydrated rows with their provenance, over segments and a row store.

What enters are opened segments, a source's rows and requests; what leaves are Arrow tables. Always
true: k live rows come when k exist, however narrow the predicate; equal scores are ordered by key;
a row that the source lost is reported; and an answer says how it was found.
"""

from evigate.engine.search.errors import CODES as CODES
from evigate.engine.search.fusion import Fusion as Fusion
from evigate.engine.search.fusion import FusionMethod as FusionMethod
from evigate.engine.search.fusion import rrf_fuse as rrf_fuse
from evigate.engine.search.models import GoneHit as GoneHit
from evigate.engine.search.models import Hits as Hits
from evigate.engine.search.models import Mode as Mode
from evigate.engine.search.models import Rerank as Rerank
from evigate.engine.search.models import SearchRequest as SearchRequest
from evigate.engine.search.searcher import Searcher as Searcher
