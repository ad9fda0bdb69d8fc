"""The models that come with the house: their names, options and digests, nothing loaded.

A digest is of everything that decides a vector (weights, tokeniser, arithmetic, truncation), so
two models of one digest give equal vectors and a table knows when its model is another.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from evigate.base.canonical import content_hash
from evigate.base.errors import EvigateError
from evigate.engine.catalog.models import Model, ModelTask
from evigate.engine.models.errors import E_MODEL_OPTION

BUILT_IN_BACKEND = "built-in"
DEFAULT_MODEL = "minilm"

MINILM_WIDTH = 384
MINILM_TOKENS_MAX = 512
# sentence_bert_config.json of the model; it was trained on no more than 128.
MINILM_TOKENS = 256
MINILM_WEIGHTS_DIGEST = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
MINILM_TOKENIZER_DIGEST = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
# A change of the arithmetic in `minilm_graph` changes every vector: count this up with it. It is
# here so that naming a model loads no graph library.
MINILM_GRAPH_VERSION = 1

WORDLLAMA_WIDTHS = (64, 128, 256)
WORDLLAMA_TOKENS = 8192
WORDLLAMA_WEIGHTS_DIGEST = "64b47a2dc493cb8e85944076601189739852d7b64e0e1eedcb1937a251cd9fd5"
WORDLLAMA_TOKENIZER_DIGEST = "93248f2a9ec36c7b35f700a033d5f36228aae48db61aee31007fa49062cdeb68"


def with_options(model: Model, options: Mapping[str, Any]) -> Model:
    """Return a built-in model with options changed, and the digest and width that follow.

    minilm takes `max_tokens` (2 to 512; longer texts are cut) and `precision` ("int8" or "f32");
    wordllama takes `dimensions` (64, 128 or 256) and `max_tokens`.

    Raises:
        E_MODEL_OPTION: an option is unknown or its value is not allowed.
    """
    chosen = {**model.options, **options}
    allowed = _ALLOWED[model.name]
    for name, value in chosen.items():
        if name not in allowed or type(value) is bool or value not in allowed[name]:
            raise EvigateError(
                E_MODEL_OPTION,
                f"The model {model.name!r} has no option {name!r} of value {value!r}; "
                f"it has {', '.join(sorted(allowed))}.",
            )
    width = chosen.get("dimensions", model.dimensions)
    digest = content_hash({**_CONTENT[model.name], "options": chosen})
    return replace(model, options=chosen, dimensions=width, digest=digest)


_ALLOWED: Mapping[str, Mapping[str, Any]] = {
    "minilm": {"max_tokens": range(2, MINILM_TOKENS_MAX + 1), "precision": ("int8", "f32")},
    "wordllama": {
        "dimensions": WORDLLAMA_WIDTHS,
        "max_tokens": range(1, WORDLLAMA_TOKENS + 1),
    },
}
_CONTENT: Mapping[str, Mapping[str, Any]] = {
    "minilm": {
        "weights": MINILM_WEIGHTS_DIGEST,
        "tokenizer": MINILM_TOKENIZER_DIGEST,
        "graph_version": MINILM_GRAPH_VERSION,
    },
    "wordllama": {
        "weights": WORDLLAMA_WEIGHTS_DIGEST,
        "tokenizer": WORDLLAMA_TOKENIZER_DIGEST,
        "pooling": "mean",
    },
}


def _built_in(name: str, width: int, **options: Any) -> Model:
    plain = Model(name, 1, ModelTask.TEXT_EMBEDDING, BUILT_IN_BACKEND, width, "")
    return with_options(plain, options)


BUILT_IN: Mapping[str, Model] = {
    "minilm": _built_in("minilm", MINILM_WIDTH, max_tokens=MINILM_TOKENS, precision="int8"),
    "wordllama": _built_in("wordllama", 256, dimensions=256, max_tokens=WORDLLAMA_TOKENS),
}
