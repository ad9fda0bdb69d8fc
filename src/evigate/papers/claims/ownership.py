"""Whose method is it? Rows of the authors' own against rows they compare with.

Signs, strongest first: a citation beside the name, or words such as "ours" or "baseline"; the
name that title and abstract coin; and, in a table that cites others, the lack of a citation.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from evigate.papers.claims.lexicon import dataset_named, datasets_in_label, metrics_in, squeeze

_CITATION = re.compile(
    r"\([^()]*(?:19|20)\d{2}[a-z]?[^()]*\)|\[\d{1,3}(?:[,–-]\s?\d{1,3})*\]|\bet al\b|"
    r"\b(?:19|20)\d{2}[a-z]?\)"
)
_OURS = re.compile(
    r"\b(?:ours?|proposed|this (?:work|paper)|our (?:method|model|approach)s?)\b", re.I
)
_THEIRS = re.compile(
    r"\b(?:baselines?|previous|prior|published|state[- ]of[- ]the[- ]art|sota|human|random|"
    r"majority|chance|competing|existing|traditional|oracle|others?)\b",
    re.I,
)
_COINED = re.compile(
    r"(?:called|named|dubbed|termed|coined|introduce|present|propose|release|develop|name|term)s?"
    r"(?:\s+(?:a|an|the|our|new|novel|simple|it|this|model|method|architecture|network))*\s+"
    r"(?:[a-z-]+\s+){0,4}?\(?(?P<name>[A-Z][\w.+-]*(?:[A-Z0-9][\w.+-]*)?|[a-z]+[A-Z][\w.+-]*)"
)
_BRACKETED = re.compile(r"\((?P<name>[A-Z][A-Za-z0-9.+-]*[A-Z0-9][A-Za-z0-9.+-]*s?)\)")
_NAME_LIKE = re.compile(r"^(?=.*[A-Z].*[A-Z0-9]|[a-z]+[A-Z])[A-Za-z][\w.+-]*$")
_COMPARISON_HEADING = re.compile(
    r"\b(?:comparison|baseline|competing|compared|previous|existing)\w*\b.*"
    r"(?:model|method|approach|system|\b)",
    re.I,
)
_COMMON = frozenset(
    ["CNN", "RNN", "LSTM", "GRU", "MLP", "SVM", "BERT", "GPT", "NLP", "ML", "AI", "GAN", "VAE", "KNN", "PCA", "SGD", "ADAM", "GPU", "CPU", "TPU", "API", "URL", "NN", "DNN", "RL", "QA", "NER", "NMT", "MT", "NLI", "SOTA", "ConvNet", "ConvNets", "ResNet", "Transformer", "Transformers", "GLUE"]
)


@dataclass(frozen=True, slots=True)
class OwnNames:
    """Names that the title and the abstract coin for what the paper proposes, squeezed."""

    names: frozenset[str]

    def match(self, label: str) -> bool:
        """Say whether a label begins with, or holds as whole words, one of the names."""
        bare = re.sub(_CITATION, " ", label)
        words = [squeeze(word) for word in re.split(r"[\s,/:()]+", bare) if word]
        joined = {"".join(words[i:j]) for i in range(len(words)) for j in range(i + 1, i + 4)}
        heads = {word.split("-")[0] for word in re.split(r"[\s,/:()]+", bare.lower()) if word}
        return bool(self.names & joined) or bool(self.names & heads)


def own_names(title: str, abstract: str) -> OwnNames:
    """Collect names that a paper coins: before a title's colon, or introduced in the abstract."""
    found: set[str] = set()
    head, colon, _ = title.partition(":")
    if colon and len(head.split()) <= 3:
        found.add(head.strip())
        found.update(word for word in head.split() if _is_name(word))
    found.update(
        word.strip(",.:()")
        for word in title.split()
        if _NAME_LIKE.match(word.strip(",.:()")) and not title.isupper()
    )
    flat = " ".join(abstract.split())
    for pattern in (_COINED, _BRACKETED):
        for match in pattern.finditer(flat):
            name = match["name"].strip(".,-")
            if _is_name(name):
                found.add(name)
    kept = {name for name in found if name not in _COMMON and not _is_other(name)}
    singular = {name[:-1] for name in kept if name.endswith("s") and name[:-1].isupper()}
    return OwnNames(frozenset(squeeze(name) for name in kept | singular if len(squeeze(name)) >= 2))


def _is_name(word: str) -> bool:
    return bool(_NAME_LIKE.match(word)) and len(word) >= 2


def _is_other(name: str) -> bool:
    return (
        dataset_named(name) is not None or bool(metrics_in(name)) or bool(datasets_in_label(name))
    )


def is_cited(label: str) -> bool:
    """Say whether a label carries a citation."""
    return bool(_CITATION.search(label))


def says_ours(label: str) -> bool:
    """Say whether a label claims the row for the authors."""
    return bool(_OURS.search(label))


def says_theirs(label: str) -> bool:
    """Say whether a label marks a baseline or a number taken from elsewhere."""
    return bool(_THEIRS.search(label))


def own_flags(
    labels: Sequence[str], groups: Sequence[str | None], names: OwnNames, comparison_text: str
) -> list[bool]:
    """Decide for each method of one table whether it is the authors' own.

    Args:
        labels: the method labels as printed, citations included.
        groups: for each the body line that heads it, or None.
        names: what the paper coins.
        comparison_text: what the paper's section on compared methods says; may be empty.

    Returns:
        One flag a label. If nothing in the table is cited, marked or coined, all are own.
    """
    verdicts = [_verdict(label, group, names) for label, group in zip(labels, groups, strict=True)]
    any_cited = any(
        is_cited(label) or is_cited(group or "")
        for label, group in zip(labels, groups, strict=True)
    )
    if True in verdicts:
        return [verdict is True for verdict in verdicts]
    compared = [_is_compared(label, comparison_text) for label in labels]
    if any(compared) and not all(compared):
        return [v is not False and not c for v, c in zip(verdicts, compared, strict=True)]
    if any_cited or False in verdicts:
        return [verdict is None for verdict in verdicts]
    return [True] * len(labels)


def _verdict(label: str, group: str | None, names: OwnNames) -> bool | None:
    if says_ours(label):
        return True
    if is_cited(label):
        return False
    if names.match(label):
        return True
    if group and says_ours(group):
        return True
    if says_theirs(label):
        return False
    if group and (is_cited(group) or says_theirs(group)):
        return False
    return None


def _is_compared(label: str, comparison_text: str) -> bool:
    """Say whether the section on compared methods introduces the first name of a label."""
    if not comparison_text:
        return False
    words = [
        word
        for word in re.findall(r"[A-Za-z0-9-]{3,}", label)
        if not word.islower() or len(word) > 4
    ]
    return bool(words) and words[0].lower() in comparison_text
