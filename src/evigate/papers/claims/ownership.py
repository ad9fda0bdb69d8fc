"""Whose method is it? Rows of the authors' own against rows they compare with.

Signs, strongest first: words such as "ours"; a citation beside the name, or a word such as
"baseline"; the names that the paper coins; and, where none of these says anything, the words of
the title, the section on compared methods, and the lack of a citation in a table that cites.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from evigate.papers.claims.lexicon import (
    dataset_named,
    is_classical_method,
    metrics_in,
    names_method,
    squeeze,
)

_CITATION = re.compile(
    r"\([^()]*(?:19|20)\d{2}[a-z]?[^()]*\)|\[\d{1,3}(?:\s?[,–-]\s?\d{1,3})*\]|\bet al\b|"
    r"\b(?:19|20)\d{2}[a-z]?\)"
)
_OURS = re.compile(
    r"\b(?:ours?|proposed|this (?:work|paper)|our (?:method|model|approach)s?)\b|"
    r"^(?:full|original|final|default|complete) (?:model|system|method)\b",
    re.I,
)
_THEIRS = re.compile(
    r"\b(?:baselines?|previous|prior|published|state[- ]of[- ]the[- ]art|sota|human|"
    r"random(?![- ]?(?:forest|tree|subspace|feature|projection|fern|walk|search|kitchen|patch))|"
    r"majority(?! vot)|chance|competing|existing|traditional|oracle|best systems?|lead-3)\b",
    re.I,
)
# Results that stand printed elsewhere, whatever the paper is.
_PRINTED_ELSEWHERE = re.compile(
    r"\b(?:previous|prior|published|literature|reported|state[- ]of[- ]the[- ]art|sota|human)\b",
    re.I,
)
# A paper that says none of this compares known methods, and its tables are its own experiments.
_PROPOSAL = re.compile(
    r"\b(?:we|paper|work|article|study)\s+(?:\w+\s+)?(?:propose|introduce|develop|devise|invent)(?:s|d)?\b|"
    r"\bnovel\b|\b(?:is|are|was|were) proposed\b|"
    r"\b(?:proposed|our(?: new| own)?|a new|new)\s(?:\w+\s){0,2}"
    r"(?:methods?|approach|models?|algorithms?|architecture|network|system|framework|classifiers?|technique|rule)\b",
    re.I,
)
_NAME = r"(?P<name>[A-Za-z]*[A-Z][\w+]*(?:[.-][A-Z0-9][\w+]*)*)"
_VERBS = "propose|introduce|present|develop|call|name|term|release|design"
_KINDS = "models?,?|methods?,?|approach,?|architecture,?|network,?|system,?"
_FILLERS = (
    "a|an|the|new|novel|simple|it|this|them|model|method|architecture|network|framework|approach|"
    "two|three|variants?|of|namely|as"
)
_COINED = re.compile(
    r"\b(?:called|named|dubbed|termed|coined|denoted(?: as| by)?|"
    r"refer(?:red)? to (?:it |this |them )?as|abbreviated(?: as)?|is proposed|"
    r"[Tt]his (?:report|paper|work|article|study) (?:introduces|presents|proposes)|"
    rf"[Ww]e (?:{_VERBS})|[Oo]ur(?: proposed| new| full| final)?(?: {_KINDS})?)"
    rf"(?:\s+(?:{_FILLERS}))*\s+[“\"‘']?" + _NAME
)
# Words and what parts them share no character, or a line of dashes is tried in all its divisions.
_BRACKETED = re.compile(r"(?<![\w-])(?P<full>(?:\w[\w-]*[\s,]+){1,8})\(" + _NAME + r"\)")
_VARIANT = re.compile(r"^(?:[-+–—−]|w/o?\b|with\b|without\b|no\b|replace\b|remove\b|\(\d+\))", re.I)
_ABLATED = re.compile(r"^(?:[–—−-]\s?[A-Za-z[(]|w/o\b|without\b|no\b|remove\b)", re.I)
_EXPANSION = re.compile(
    r"[“\"‘']?(?P<short>[A-Za-z][\w.]{0,8}?)[”\"’']?\s*(?:stands for|is (?:an|the)? ?abbreviation "
    r"(?:of|for)|is short for|denotes|for|:)\s+[“\"‘']?(?P<full>[A-Za-z][\w -]{2,30})[”\"’']?"
)
_TITLE_STOP = frozenset(
    [
        "with",
        "from",
        "for",
        "the",
        "and",
        "via",
        "towards",
        "toward",
        "using",
        "based",
        "learning",
        "deep",
        "neural",
        "network",
        "networks",
        "model",
        "models",
        "method",
        "methods",
        "approach",
        "large",
        "scale",
        "very",
        "efficient",
        "improving",
        "training",
        "analysis",
        "language",
        "image",
        "images",
        "text",
        "data",
        "recognition",
        "classification",
        "detection",
        "application",
        "algorithms",
        "machine",
        "study",
        "representation",
        "representations",
        "understanding",
    ]
)
_COMMON = frozenset(
    [
        "CNN",
        "RNN",
        "LSTM",
        "GRU",
        "MLP",
        "SVM",
        "NLP",
        "ML",
        "AI",
        "GAN",
        "VAE",
        "KNN",
        "PCA",
        "SGD",
        "ADAM",
        "GPU",
        "CPU",
        "TPU",
        "API",
        "URL",
        "NN",
        "DNN",
        "RL",
        "QA",
        "NER",
        "NMT",
        "MT",
        "NLI",
        "SOTA",
        "CONVNET",
        "I",
        "GLUE",
        "BILSTM",
        "RELU",
        "EMA",
        "MLE",
        "ATTENTION",
        "WE",
        "THE",
        "A",
        "OUR",
        "LM",
        "FC",
    ]
)


@dataclass(frozen=True, slots=True)
class OwnNames:
    """Names that a paper coins for what it proposes, squeezed; and its title's telling words.

    `is_comparison` says that it proposes nothing, and so compares methods that others made.
    """

    names: frozenset[str]
    title_words: frozenset[str] = frozenset()
    is_comparison: bool = False

    def match(self, label: str) -> bool:
        """Say whether a label holds one of the names, whole or as the head of a longer name."""
        bare = _CITATION.sub(" ", label)
        words = [word for word in re.split(r"[\s,/:()]+", bare) if word]
        keys = [squeeze(word) for word in words]
        joined = {"".join(keys[i:j]) for i in range(len(keys)) for j in range(i + 1, i + 4)}
        heads = {squeeze(word.split("-")[0]) for word in words}
        stems = {squeeze(_stem(word)) for word in words}
        return bool(self.names & (joined | heads | stems))

    def with_labels(self, labels: Iterable[str]) -> "OwnNames":
        """Add the names of labels that say "ours" or "this paper"."""
        found: set[str] = set()
        for label in labels:
            if not says_ours(label) or is_cited(label):
                continue
            head = re.split(r"[\s(,]", label.strip())[0]
            if _is_name(head) and not _is_other(head):
                found.add(squeeze(head))
                found.add(squeeze(_stem(head)))
        return replace(self, names=self.names | {f for f in found if len(f) >= 2})


def uncited_names(labels: Sequence[str], names: OwnNames) -> frozenset[str]:
    """Return the names of a table's uncited rows, where others are cited and none is coined.

    What stands without a citation in such a table is the authors' own, and stays so in tables that
    cite nobody.
    """
    signs = [_sign(label, None, names) for label in labels]
    is_marked = any(sign is not None and sign.is_own for sign in signs)
    if sum(is_cited(label) for label in labels) < 2 or is_marked:
        return frozenset()
    heads = [
        re.split(r"[\s(,]", label.strip())[0]
        for label, sign in zip(labels, signs, strict=True)
        if sign is None
    ]
    kept = [head for head in heads if _is_name(head) and not _is_other(_stem(head))]
    keys = {squeeze(form) for head in kept for form in (head, _stem(head))}
    return frozenset(key for key in keys if len(key) >= 3)


def _stem(word: str) -> str:
    """Cut a size or variant off a name: "gMLPbase" and "gMLP-B" are of gMLP."""
    word = word.split("-")[0]
    return re.sub(r"(?<=[A-Za-z]{2})(?:base|large|small|tiny|xlarge|huge|BASE|LARGE)$", "", word)


def own_names(title: str, opening: str, body: str) -> OwnNames:
    """Collect the names that a paper coins.

    Args:
        title: as printed.
        opening: abstract and introduction, where short forms of the title's words are defined.
        body: all running text, where "we call it X" and "our X" coin names.
    """
    flat = " ".join(body.split())
    titled = set(_title_names(title, flat))
    words = _telling_words(title)
    found: set[str] = set()
    for match in _BRACKETED.finditer(" ".join(f"{opening} {body}".split())):
        full = {word.lower() for word in re.findall(r"[A-Za-z]{5,}", match["full"])}
        if any(_same_stem(a, b) for a in full for b in words) and _is_acronym(match):
            found.add(match["name"])
    found.update(m["name"] for m in _COINED.finditer(flat) if _is_name(m["name"].strip(".,-")))
    kept = {name.strip(".,-") for name in found}
    kept = titled | {name for name in kept if not _is_other(name) and not _is_borrowed(name, flat)}
    singular = {name[:-1] for name in kept if name.endswith("s") and name[-2:-1].isupper()}
    keys = {squeeze(name) for name in kept | singular if name in titled or not _is_other(name)}
    is_comparison = not _PROPOSAL.search(f"{title} {flat}")
    names = frozenset(key for key in keys if len(key) >= 2)
    return OwnNames(names, frozenset(words), is_comparison)


def _is_borrowed(name: str, text: str) -> bool:
    """Say whether a name is followed by a citation somewhere, as other people's names are."""
    cited = rf"\b{re.escape(name)}s?\s?(?:\((?:[^()]*\b(?:19|20)\d{{2}})|\[\d)"
    return re.search(cited, text) is not None


def _title_names(title: str, text: str) -> list[str]:
    """Return the name before a title's colon, its words that are only names, and name-like words.

    A capitalised word is only a name if the paper never writes it in lower case ("Swin").
    """
    head, colon, _ = title.partition(":")
    found: list[str] = []
    if colon and len(head.split()) <= 3 and not _is_plain_method(head):
        found.append(head.strip())
        lower = set(re.findall(r"\b[a-z]{3,}\b", text))
        found.extend(
            word
            for word in head.split()
            if len(word) > 2 and word[0].isupper() and squeeze(word) not in lower
        )
    words = re.split(r"[\s,:()]+", title)
    if title.isupper():
        words = [form for word in words for form in _printed_form(word, text)]
    found.extend(word for word in words if _is_name(word) and not _is_other(word))
    return [word for word in found if word.upper().rstrip("S") not in _COMMON]


def _printed_form(word: str, text: str) -> list[str]:
    """Return how running text prints a word of a title in capitals, unless as a plain word."""
    forms = re.findall(rf"(?<![\w-]){re.escape(word)}(?!\w)", text, re.I) if word else []
    is_plain = any(form.islower() or form.istitle() for form in forms) and word.isalpha()
    return [] if is_plain else [form for form in forms if not form.isupper()][:1]


def _is_plain_method(head: str) -> bool:
    """Say whether a title begins with textbook methods in words: "Random Forests: A Survey"."""
    return " " in head and is_classical_method(head)


def _telling_words(title: str) -> set[str]:
    words = {word.lower() for word in re.findall(r"[A-Za-z]{4,}", title)}
    return words - _TITLE_STOP


def _same_stem(first: str, second: str) -> bool:
    size = min(len(first), len(second), 6)
    return size >= 4 and first[:size] == second[:size]


def _is_acronym(match: re.Match[str]) -> bool:
    """Say whether a short form is made of letters of the words before it, in order."""
    full = re.findall(r"[A-Za-z]+", match["full"])
    spelt = {word.lower() for word in full}
    letters = "".join(word.lower() for word in full)
    initials = {word[0].lower() for word in full}
    for part in match["name"].split("-"):
        capitals = [char.lower() for char in part if char.isupper()]
        rest = iter(letters)
        if part.lower() in spelt:
            continue
        if not capitals or capitals[0] not in initials or not all(c in rest for c in capitals):
            return False
    name: str = match["name"]
    return sum(char.isupper() for char in name) >= 2


def _is_name(word: str) -> bool:
    if not re.fullmatch(r"[A-Za-z][\w.+-]*", word) or len(word) < 2:
        return False
    parts = word.split("-")
    if len(parts) > 1 and all(re.fullmatch(r"[A-Z]?[a-z]+", part) for part in parts):
        return False
    inner = word[1:]
    return any(char.isupper() or char.isdigit() for char in inner) and any(
        char.isupper() for char in word
    )


def _is_other(name: str) -> bool:
    bare = name.upper()
    plain = bare[:-1] if bare.endswith("S") else bare
    if bare in _COMMON or plain in _COMMON or is_classical_method(name):
        return True
    return dataset_named(name) is not None or bool(metrics_in(name))


def is_cited(label: str) -> bool:
    """Say whether a label carries a citation."""
    return bool(_CITATION.search(label))


def says_ours(label: str) -> bool:
    """Say whether a label claims the row for the authors."""
    return bool(_OURS.search(label))


def says_theirs(label: str) -> bool:
    """Say whether a label marks a baseline or a number taken from elsewhere."""
    return bool(_THEIRS.search(label))


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a paper says of the methods it compares with, and before that of its own."""

    text: str
    before: str

    def introduces(self, phrase: str) -> bool:
        """Say whether a phrase belongs to the compared methods: it is mostly spoken of there."""
        key = phrase.lower()
        there, before = self.text.count(key), self.before.count(key)
        return there > 0 and there >= before


@dataclass(frozen=True, slots=True)
class Ownership:
    """Whether a row is the authors' own, and by which sign, in words."""

    is_own: bool
    reason: str


def own_flags(
    labels: Sequence[str],
    groups: Sequence[str | None],
    names: OwnNames,
    comparison: Comparison,
    caption: str,
) -> list[Ownership]:
    """Decide for each method of one table whether it is the authors' own, and say by which sign.

    Args:
        labels: the method labels as printed, citations included.
        groups: for each the body line that heads it, or None.
        names: what the paper coins.
        comparison: the paper's section on compared methods; may be empty.
        caption: the table's caption, whose abbreviations are spelt out.

    Returns:
        One sign a label. If nothing in the table is cited, marked or coined, all are own; and in a
        paper that proposes nothing, all that it ran.
    """
    signs: list[Ownership | None] = []
    for label, group in zip(labels, groups, strict=True):
        sign = _sign(label, group, names)
        if (sign is None or sign.is_own) and _caption_cites(label, caption):
            sign = Ownership(False, "the caption explains it by a citation")
        if sign is None and signs and signs[-1] and _VARIANT.match(label):
            sign = Ownership(signs[-1].is_own, f"a variant of the row above: {signs[-1].reason}")
        signs.append(sign)
    if any(sign is not None and sign.is_own for sign in signs):
        rest = Ownership(False, "other rows of the table are marked as own")
        part = Ownership(True, "a variant of the method that is marked as own")
        return [
            sign or (part if _ABLATED.match(label) else rest)
            for sign, label in zip(signs, labels, strict=True)
        ]
    if names.is_comparison:
        return _signs_of_comparison(labels, groups)
    weak = [_weak_sign(label, names, comparison, caption) for label in labels]
    if any(weak) and not all(weak) and comparison.text:
        return [
            sign or Ownership(is_titled, _TITLED if is_titled else _COMPARED)
            for sign, is_titled in zip(signs, weak, strict=True)
        ]
    if any(sign is not None for sign in signs):
        rest = Ownership(True, "uncited in a table that cites the others")
        return [sign or rest for sign in signs]
    return [Ownership(True, "nothing in the table is cited or marked as another's")] * len(labels)


_COMPARED = "the paper speaks of it among compared methods"
_TITLED = "it holds a word of the title and is not among the compared methods"


def _signs_of_comparison(labels: Sequence[str], groups: Sequence[str | None]) -> list[Ownership]:
    """Mark what a paper ran that proposes nothing: all but what is cited or printed elsewhere.

    Where every label is a known method with a citation, the citations say who made the methods.
    """
    cited = [is_cited(label) for label in labels]
    credited = all(cited) and all(names_method(_CITATION.sub(" ", label)) for label in labels)
    found = []
    for label, group, is_cite in zip(labels, groups, cited, strict=True):
        elsewhere = _PRINTED_ELSEWHERE.search(f"{label} {group or ''}")
        if elsewhere:
            sign = Ownership(False, f"it says {elsewhere[0]!r}")
        elif not credited and (is_cite or (group is not None and is_cited(group))):
            sign = Ownership(False, "it carries a citation")
        else:
            sign = Ownership(True, "the paper proposes nothing and ran the methods it compares")
        found.append(sign)
    return found


def _sign(label: str, group: str | None, names: OwnNames) -> Ownership | None:
    """The sign that a label itself carries, or the line that heads it; None if neither does."""
    ours, theirs = _OURS.search(label), _THEIRS.search(label)
    if is_cited(label):
        if ours:
            return Ownership(True, f"it says {ours[0]!r}")
        return Ownership(False, "it carries a citation")
    if ours:
        return Ownership(True, f"it says {ours[0]!r}")
    if names.match(label):
        return Ownership(True, "the paper coins the name")
    if theirs:
        return Ownership(False, f"it says {theirs[0]!r}")
    if group and (is_cited(group) or says_theirs(group)):
        return Ownership(False, f"it stands under {group!r}")
    if group and (says_ours(group) or names.match(group)):
        return Ownership(True, f"it stands under {group!r}")
    return None


def _caption_cites(label: str, caption: str) -> bool:
    """Say whether a caption explains a label by a citation: "RAE: autoencoders (Socher, 2011)"."""
    head = re.split(r"[\s(,]", label.strip())[0]
    if len(head) < 2 or says_ours(label):
        return False
    explained = (
        rf"(?<![\w-]){re.escape(head)}:\s?[^.;:]{{0,100}}?(?:\([^()]*\b(?:19|20)\d{{2}}|\[\d)"
    )
    return re.search(explained, caption) is not None


def _weak_sign(label: str, names: OwnNames, comparison: Comparison, caption: str) -> bool:
    """A word of the title, perhaps shortened, and nothing that the compared methods are made of."""
    words = [word for word in re.findall(r"[A-Za-z0-9]+", label) if len(word) >= 2]
    titled = [w for w in words if any(_shortens_title(w.lower(), t) for t in names.title_words)]
    if not titled:
        return False
    spelt = {m["short"].lower(): m["full"].strip().lower() for m in _EXPANSION.finditer(caption)}
    others = [spelt.get(word.lower(), word.lower()) for word in words if word not in titled]
    return not any(comparison.introduces(phrase) for phrase in others if len(phrase) > 2)


def _shortens_title(word: str, title_word: str) -> bool:
    return len(word) >= 4 and title_word.startswith(word)
