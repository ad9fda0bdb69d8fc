"""The low-rank parts of a text encoder as what is learnt; the one file that knows how torch learns.

Loss and optimiser are elsewhere, in numbers of 64 bits: torch computes vectors, and takes a
gradient at the vectors back to the low-rank parts. The encoder's own weights never move, so what
has to be kept of a training is small.
"""

import importlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from evigate.base.errors import EvigateError
from evigate.engine.train.errors import E_TRAIN_MODEL
from evigate.engine.train.learning import Passed, Places, Weights
from evigate.engine.train.losses import Matrix


class LowRank:
    """
    An encoder with low-rank parts beside its linear layers, as a `Learner`; on the processor.

    Args:
        place: a folder, or a name in the library's cache.
        texts: what examples count places in.
        tokens_max: of each text read while learning; fewer where the encoder reads fewer.
        seed: of the first parts.

    Raises:
        EvigateError[E_TRAIN_MODEL]: the library cannot load it, or it is no transformer.
    """

    def __init__(
        self,
        place: str,
        texts: Sequence[str],
        *,
        rank: int,
        alpha: int,
        dropout: float,
        tokens_max: int,
        seed: int,
    ) -> None:
        self._torch = importlib.import_module("torch")
        self._inner = _loaded(place)
        self._texts = texts
        self._tokens_own = self._inner.max_seq_length
        self._tokens_max = min(tokens_max, self._tokens_own or tokens_max)
        peft = importlib.import_module("peft")
        config = peft.LoraConfig(
            r=rank, lora_alpha=alpha, lora_dropout=dropout, target_modules="all-linear"
        )
        with self._repeatable(seed):
            self._tuned = peft.get_peft_model(self._inner.transformers_model, config)
        self._parts = {
            name: each for name, each in self._tuned.named_parameters() if each.requires_grad
        }

    def first_weights(self) -> Weights:
        """Return the parts as they were drawn; their product is zero."""
        return {name: _numbers(each) for name, each in self._parts.items()}

    def forward(self, weights: Weights, parts: Sequence[Places], *, seed: int | None) -> Passed:
        """Return the unit vectors of texts; each text is read once, however often it is named.

        `seed` decides which numbers are dropped while learning.
        """
        self._take(weights)
        places, again = np.unique(np.concatenate(parts), return_inverse=True)
        self._inner.train(seed is not None)
        with self._repeatable(seed or 0), self._torch.set_grad_enabled(seed is not None):
            vectors = self._encoded([self._texts[place] for place in places])
        units = _numbers(vectors)[again]
        ends = np.cumsum([len(each) for each in parts])[:-1]

        def back(slopes: Sequence[Matrix]) -> Weights:
            total = np.zeros((len(places), units.shape[1]))
            np.add.at(total, again, np.concatenate(slopes))
            slope = self._torch.from_numpy(total).to(vectors.dtype)
            # A part that no vector comes through (a pooler that is not asked) has none: zero.
            found = self._torch.autograd.grad(
                vectors, list(self._parts.values()), slope, materialize_grads=True
            )
            return {name: _numbers(each) for name, each in zip(self._parts, found, strict=True)}

        return Passed(np.split(units, ends), back)

    def write(self, folder: Path, weights: Weights) -> None:
        """Merge the parts into the encoder and write it whole; afterwards nothing is learnt."""
        self._take(weights)
        self._tuned.merge_and_unload()
        self._inner.max_seq_length = self._tokens_own
        self._inner.eval()
        folder.mkdir(parents=True, exist_ok=True)
        self._inner.save(str(folder), create_model_card=False)

    def _encoded(self, texts: list[str]) -> Any:
        inner = self._inner
        inner.max_seq_length = self._tokens_max
        prompt = inner.prompts.get(inner.default_prompt_name or "", "") or ""
        features = inner.preprocess([prompt + text for text in texts])
        vectors = inner(features)["sentence_embedding"]
        return self._torch.nn.functional.normalize(vectors, dim=1)

    def _take(self, weights: Weights) -> None:
        with self._torch.no_grad():
            for name, part in self._parts.items():
                part.copy_(self._torch.from_numpy(weights[name]))

    @contextmanager
    def _repeatable(self, seed: int) -> Iterator[None]:
        """Draw with a seed of our own, and leave the process's generator as it was."""
        with self._torch.random.fork_rng(devices=[]):
            self._torch.manual_seed(seed)
            yield


def _loaded(place: str) -> Any:
    library = importlib.import_module("sentence_transformers")
    try:
        inner = library.SentenceTransformer(
            place, device="cpu", local_files_only=True, trust_remote_code=False
        )
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        message = f"The encoder to be tuned cannot be loaded: {type(error).__name__}."
        raise EvigateError(E_TRAIN_MODEL, message) from error
    if inner.transformers_model is None:
        message = "Only an encoder that is a transformer has parts to be tuned; adapt this one."
        raise EvigateError(E_TRAIN_MODEL, message)
    return inner


def _numbers(tensor: Any) -> Matrix:
    return np.asarray(tensor.detach().numpy(), np.float64)
