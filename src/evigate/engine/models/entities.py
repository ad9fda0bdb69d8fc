"""From a tag a token to entities in the text: neighbouring tokens of one kind become one span.

Tags may be plain labels or carry B-, I-, L-, E-, U-, S- before the kind; O is outside. An I- that
follows nothing of its kind begins an entity, as taggers often leave out the B-.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

OUTSIDE = "O"
_BEGINS = frozenset("BUS")
_PREFIXES = frozenset("BILEUS")

Span = tuple[int, int]


def entities_of(
    text: str,
    spans: Sequence[Span | None],
    scores: npt.NDArray[Any],
    labels: Sequence[str],
) -> list[dict[str, Any]]:
    """Return the entities of one text in the order in which they stand.

    Args:
        text: what was tagged.
        spans: the characters [start, end) of each token, None for special tokens.
        scores: probabilities (tokens, labels).
        labels: the label of each column of `scores`.

    Returns:
        text, label (without its prefix), start, end (characters) and confidence, which is the
        mean over the entity's tokens of their best label's probability.
    """
    groups: list[tuple[str, list[tuple[Span, float]]]] = []
    current: str | None = None
    for span, row in zip(spans, scores, strict=True):
        if span is None or span[0] == span[1]:
            continue
        best = int(row.argmax())
        is_beginning, kind = _split(labels[best])
        if kind is None:
            current = None
            continue
        if kind != current or is_beginning:
            groups.append((kind, []))
        groups[-1][1].append((span, float(row[best])))
        current = kind
    return [_entity(text, kind, tokens) for kind, tokens in groups]


def _split(label: str) -> tuple[bool, str | None]:
    """Return whether a tag begins an entity, and its kind, None outside."""
    if label == OUTSIDE:
        return False, None
    if len(label) > 2 and label[1] in "-_" and label[0] in _PREFIXES:
        return label[0] in _BEGINS, label[2:]
    return False, label


def _entity(text: str, kind: str, tokens: Sequence[tuple[Span, float]]) -> dict[str, Any]:
    start, end = tokens[0][0][0], tokens[-1][0][1]
    # Some tokenisers count the space before a word as the word's.
    while start < end and text[start].isspace():
        start += 1
    return {
        "text": text[start:end],
        "label": kind,
        "start": start,
        "end": end,
        "confidence": float(np.mean([score for _, score in tokens])),
    }
