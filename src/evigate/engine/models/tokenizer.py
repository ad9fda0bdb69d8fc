"""Text to token ids; the one file that knows the tokeniser library.

Padding is done here and not by the library, so that one tokeniser serves callers that pad and
callers that do not. Truncation is set once, at load.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer as LibraryTokenizer

from evigate.base.errors import EvigateError
from evigate.engine.models.errors import E_MODEL_LOAD

_PAD_TOKENS = ("[PAD]", "<pad>", "<|endoftext|>", "</s>")

Ids = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class TokenBatch:
    """Ids, mask and types int64 (n, tokens), padded on the right to the longest row."""

    ids: Ids
    mask: Ids
    types: Ids


class Tokenizer:
    """A tokeniser loaded from `tokenizer.json`; safe to share between threads."""

    def __init__(self, data: bytes, *, max_tokens: int | None, name: str) -> None:
        """Parse `data`; rows are cut to `max_tokens`, special tokens included (None: never)."""
        try:
            self._tokenizer = LibraryTokenizer.from_buffer(data)
        except Exception as error:  # the library raises bare Exception
            raise EvigateError(
                E_MODEL_LOAD, f"The tokeniser of {name!r} cannot be read: {error}."
            ) from error
        padding = self._tokenizer.padding
        self._pad_id = padding["pad_id"] if padding else self._found_pad_id()
        self._tokenizer.no_padding()
        if max_tokens is None:
            self._tokenizer.no_truncation()
        else:
            self._tokenizer.enable_truncation(max_tokens)

    @classmethod
    def read(cls, path: Path, *, max_tokens: int | None) -> "Tokenizer":
        """Load a file; E_MODEL_LOAD if it is not there or no tokeniser."""
        try:
            data = path.read_bytes()
        except OSError as error:
            raise EvigateError(
                E_MODEL_LOAD,
                f"The model folder {path.parent.name!r} has no readable {path.name!r}.",
            ) from error
        return cls(data, max_tokens=max_tokens, name=path.parent.name)

    def ids(self, texts: Sequence[str], *, has_specials: bool = True) -> list[list[int]]:
        """Return the token ids of each text, unpadded."""
        encoded = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=has_specials)
        return [row.ids for row in encoded]

    def batch(self, texts: Sequence[Any]) -> TokenBatch:
        """Return texts, or pairs of texts, as padded arrays."""
        encoded = self._tokenizer.encode_batch_fast(list(texts))
        longest = max((len(row.ids) for row in encoded), default=0)
        ids = np.full((len(encoded), longest), self._pad_id, dtype=np.int64)
        mask = np.zeros_like(ids)
        types = np.zeros_like(ids)
        for index, row in enumerate(encoded):
            count = len(row.ids)
            ids[index, :count] = row.ids
            mask[index, :count] = 1
            types[index, :count] = row.type_ids
        return TokenBatch(ids, mask, types)

    def spans(self, text: str) -> list[tuple[int, int] | None]:
        """Return the characters [start, end) of each token of a text, None for special tokens."""
        encoded = self._tokenizer.encode(text)
        return [
            None if special else (start, end)
            for (start, end), special in zip(
                encoded.offsets, encoded.special_tokens_mask, strict=True
            )
        ]

    def _found_pad_id(self) -> int:
        for token in _PAD_TOKENS:
            found = self._tokenizer.token_to_id(token)
            if found is not None:
                return int(found)
        return 0
