"""Index segments: folders that are written whole, never change, and say when they are broken.

What enters are batches of keys with vectors or texts; what leaves are opened segments that rank
their rows for a query. Always true: equal scores are ordered by key, a graph only proposes and
exact scores decide, and no answer comes from a file that is not what was written.
"""

from evigate.engine.index.errors import CODES as CODES
from evigate.engine.index.fallback import OpenedTexts as OpenedTexts
from evigate.engine.index.fallback import OpenedVectors as OpenedVectors
from evigate.engine.index.fallback import StreamedVectors as StreamedVectors
from evigate.engine.index.fallback import open_texts_or_index as open_texts_or_index
from evigate.engine.index.fallback import open_vectors_or_stream as open_vectors_or_stream
from evigate.engine.index.lexical import LexicalSegment as LexicalSegment
from evigate.engine.index.lexical import lexical_in_memory as lexical_in_memory
from evigate.engine.index.lexical import write_lexical_segment as write_lexical_segment
from evigate.engine.index.manifest import SegmentManifest as SegmentManifest
from evigate.engine.index.models import OVERSAMPLE as OVERSAMPLE
from evigate.engine.index.models import GraphOptions as GraphOptions
from evigate.engine.index.models import Metric as Metric
from evigate.engine.index.ranking import EMPTY as EMPTY
from evigate.engine.index.ranking import Ranked as Ranked
from evigate.engine.index.ranking import best as best
from evigate.engine.index.segments import open_segment as open_segment
from evigate.engine.index.vectors import VectorSegment as VectorSegment
from evigate.engine.index.vectors import write_vector_segment as write_vector_segment
