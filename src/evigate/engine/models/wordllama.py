"""The fast encoder: the mean of WordLlama's token embeddings, with numpy alone.

Its package is read and never imported: importing it takes half a second, configures logging, and
its loader looks for the tokeniser where it is not and then on the network.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from evigate.engine.catalog.models import Model
from evigate.engine.models.builtin import WORDLLAMA_TOKENIZER_DIGEST, WORDLLAMA_WEIGHTS_DIGEST
from evigate.engine.models.protocol import TOKENIZER_MEMORY_FACTOR, Input, LoadContext, text_of
from evigate.engine.models.tokenizer import Tokenizer
from evigate.engine.models.weights import package_folder, read_tensors, read_verified

PACKAGE = "wordllama"
WEIGHTS_FILE = "weights/l2_supercat_256.safetensors"
TOKENIZER_FILE = "tokenizers/l2_supercat_tokenizer_config.json"


class WordLlama:
    """The table of token embeddings in memory, f32 (32000, d)."""

    sorts_by_length = False

    def __init__(
        self, table: npt.NDArray[np.float32], tokenizer: Tokenizer, size_bytes: int
    ) -> None:
        self._table = table
        self._tokenizer = tokenizer
        self.size_bytes = size_bytes

    def prepare(self, value: Input) -> str:
        """Return the text; RowError for bytes."""
        return text_of(value)

    def encode(self, rows: Sequence[str]) -> npt.NDArray[Any]:
        """Return mean vectors (n, d); a text without tokens gives zeros."""
        vectors = np.zeros((len(rows), self._table.shape[1]), np.float32)
        for index, ids in enumerate(self._tokenizer.ids(rows, has_specials=False)):
            if ids:
                self._table.take(ids, axis=0, mode="clip").mean(axis=0, out=vectors[index])
        return vectors

    def close(self) -> None:
        """Drop the table."""
        del self._table


def load_wordllama(model: Model, _context: LoadContext) -> WordLlama:
    """Load the table, cut to the model's dimensions (it was trained so that a cut is sound).

    Raises:
        E_MODEL_CORRUPT: the installed weights or tokeniser are not those pinned here.
        E_MODEL_LOAD: the package is not installed or lacks a file.

    Source:
        WordLlama (Miller, 2024), weights l2_supercat_256; Matryoshka training at 64, 128 and 256.
    """
    folder = package_folder(PACKAGE)
    tensors = read_tensors(folder / WEIGHTS_FILE, WORDLLAMA_WEIGHTS_DIGEST)
    width = int(model.options["dimensions"])
    table = np.ascontiguousarray(tensors["embedding.weight"][:, :width], dtype=np.float32)
    words = read_verified(folder / TOKENIZER_FILE, WORDLLAMA_TOKENIZER_DIGEST)
    tokens_max = int(model.options["max_tokens"])
    tokenizer = Tokenizer(words, max_tokens=tokens_max, name=model.name)
    return WordLlama(table, tokenizer, table.nbytes + TOKENIZER_MEMORY_FACTOR * len(words))
