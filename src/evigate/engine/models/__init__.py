"""Models: text, images and sound to vectors, labels and scores, by whatever backend holds them.

What enters is a `Model` (built in, or resolved from a location) and rows; what leaves are unit
vectors or columns, with a status a row. Always true: a row that cannot be read never has a vector
and never fails the others; a model that fails, or gives NaN or another width, fails the call; a
model in use is never evicted. Libraries load when their first model does.
"""

from evigate.engine.models.builtin import BUILT_IN, DEFAULT_MODEL
from evigate.engine.models.errors import CODES
from evigate.engine.models.host import ModelHost
from evigate.engine.models.locations import parse_location
from evigate.engine.models.protocol import Encoded, Inferred, LoadedModel

__all__ = [
    "BUILT_IN",
    "CODES",
    "DEFAULT_MODEL",
    "Encoded",
    "Inferred",
    "LoadedModel",
    "ModelHost",
    "parse_location",
]
