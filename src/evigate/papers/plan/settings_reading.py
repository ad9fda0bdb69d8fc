"""Read a method's settings: from tables of hyper-parameters, and from sentences about the method.

A table's cell wins over a sentence, because a table says which method it speaks of.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from evigate.evidence import ParsedDocument
from evigate.papers.claims.tables import Table
from evigate.papers.datasets import Task
from evigate.papers.plan.text import (
    Finding,
    Sentence,
    about_family,
    mentions_family,
    own_statements,
)
from evigate.papers.plan.values import read_value
from evigate.papers.recipes.lexicon import find_family, match_method, method_words
from evigate.papers.recipes.models import SettingValue

Found = dict[str, Finding[SettingValue]]

_LABELS: Mapping[str, tuple[str, ...]] = {
    "batch_size": ("batch size", "minibatch size", "mini batch size", "batch"),
    "epochs": ("epochs", "epoch", "number of epochs", "training epochs", "no of epochs"),
    "steps": ("iterations", "number of iterations", "training steps", "steps", "max iterations"),
    "learning_rate": (
        "learning rate",
        "lr",
        "initial learning rate",
        "step size",
        "learning rate η",
    ),
    "dropout": ("dropout", "dropout rate", "dropout probability"),
    "cell_size": ("cell size", "hidden size", "rnn size", "rnn units", "gru units", "state size"),
    "norm": ("norm", "distance", "distance metric", "distance function", "metric", "penalty norm"),
    "C": ("c", "svm c", "penalty parameter c", "regularization parameter c", "cost", "penalty c"),
    "n_neighbors": (
        "k",
        "number of neighbors",
        "n neighbors",
        "neighbors",
        "number of nearest neighbors",
    ),
    "kernel": ("kernel", "kernel function", "kernel type"),
    "gamma": ("gamma", "γ", "kernel coefficient"),
    "n_estimators": (
        "n estimators",
        "number of trees",
        "trees",
        "number of estimators",
        "estimators",
        "boosting rounds",
    ),
    "max_depth": ("max depth", "maximum depth", "depth", "tree depth", "maximum tree depth"),
    "hidden_layers": (
        "hidden layers",
        "hidden layer sizes",
        "architecture",
        "hidden units",
        "layers",
        "hidden layer size",
        "network architecture",
    ),
    "activation": ("activation", "activation function", "hidden activation"),
    "optimizer": (
        "optimizer",
        "optimiser",
        "solver",
        "optimization algorithm",
        "training algorithm",
    ),
    "alpha": ("alpha", "α", "smoothing parameter", "regularization strength", "λ", "lambda"),
    "criterion": ("criterion", "split criterion", "splitting criterion"),
    "data_points": (
        "data points",
        "number of data points",
        "examples seen",
        "training examples seen",
        "no of data points",
    ),
}
_BY_LABEL = {label: name for name, labels in _LABELS.items() for label in labels}
_COUNTS = frozenset({"batch_size", "epochs", "steps", "cell_size", "n_neighbors", "n_estimators"})
_WHOLE = _COUNTS | {"max_depth", "data_points", "hidden_units", "patience"}
_N = r"([\d.,]+(?:\s*[×x·]\s*10\s*\^?\s*[-−]?\s*\d+|e-?\d+)?\s*%?)"
_IS = r"\s*(?:of|=|:|was|is|were|are|set to|equal to|was set to|is set to|to be)*\s*"
_ACTIVATION = "relu|rectified linear|tanh|hyperbolic tangent|sigmoid|logistic"
_WORD_COUNTS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "single": 1, "a": 1}

# Setting, pattern whose first group is the value. Used on sentences about the method alone.
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("learning_rate", re.compile(rf"learning rate{_IS}{_N}", re.I)),
    ("batch_size", re.compile(rf"batch(?:es)?(?: size)?{_IS}(\d+)\b", re.I)),
    ("epochs", re.compile(r"\b(\d[\d,]*)\s+(?:training\s+)?epochs\b", re.I)),
    ("epochs", re.compile(r"\bepochs\s*(?:=|:|was|were|set to)\s*(\d[\d,]*)", re.I)),
    ("steps", re.compile(r"\b(\d[\d,]*)\s+(?:training\s+)?(?:iterations|steps)\b", re.I)),
    ("dropout", re.compile(r"dropout[^.\d]{0,30}(0?\.\d+|\d{1,2}\s?%)", re.I)),
    ("cell_size", re.compile(r"\b(?:cell|hidden|state)\s+size" + _IS + r"(\d+)", re.I)),
    ("n_neighbors", re.compile(r"\bk\s*=\s*(\d{1,3})\b", re.I)),
    ("n_neighbors", re.compile(r"\b(\d{1,3})\s+nearest\s+neighbou?rs", re.I)),
    ("C", re.compile(r"\bC\s*=\s*([\d.]+(?:e-?\d+)?)")),
    (
        "C",
        re.compile(r"(?:penalty|regulari[sz]ation) parameter(?:\s+C)?" + _IS + r"([\d.]+)", re.I),
    ),
    ("hidden_units", re.compile(r"\b(\d{1,5})\s+hidden units\b", re.I)),
    ("hidden_units", re.compile(r"\b(\d{1,5})\s*\((?:the )?number of hidden units\)", re.I)),
    ("dropout", re.compile(r"(0?\.\d+)\s*\(dropout(?: rate)?\b", re.I)),
    (
        "weight_decay",
        re.compile(rf"(?<![\d.]){_N}\s*\((?:L2[- ]regulari[sz]ation|weight decay)", re.I),
    ),
    ("hidden_units", re.compile(r"number of hidden units" + _IS + r"(\d{1,5})", re.I)),
    (
        "weight_decay",
        re.compile(
            rf"(?:L2[- ]regulari[sz]ation(?: factor)?|weight decay)[^.\d]{{0,30}}{_N}", re.I
        ),
    ),
    (
        "patience",
        re.compile(r"early stopping[^.]{0,40}(?:window size|patience)[^.\d]{0,6}(\d+)", re.I),
    ),
    ("quantile", re.compile(r"quantile\s*(?:of|=|τ\s*=|tau\s*=)?\s*(0?\.\d+)", re.I)),
    ("gamma", re.compile(r"(?:gamma|γ)\s*(?:=|of)\s*([\d.]+(?:e-?\d+)?)", re.I)),
    (
        "kernel",
        re.compile(
            r"\b(rbf|radial basis|gaussian|linear|poly(?:nomial)?|sigmoid)(?:\s+\w+){0,3}\s+kernel",
            re.I,
        ),
    ),
    (
        "kernel",
        re.compile(r"kernel[^.]{0,15}\b(rbf|radial basis|gaussian|linear|poly(?:nomial)?)\b", re.I),
    ),
    (
        "n_estimators",
        re.compile(r"\b(\d{1,4})\s+(?:decision\s+)?(?:trees|estimators|base learners)\b", re.I),
    ),
    ("n_estimators", re.compile(r"n_estimators\s*=\s*(\d+)", re.I)),
    ("max_depth", re.compile(r"max(?:imum|imal)?[ _]?(?:tree )?depth" + _IS + r"(\d+)", re.I)),
    (
        "activation",
        re.compile(
            rf"\b({_ACTIVATION})\b[^.]{{0,40}}activation|activation[^.]{{0,40}}\b({_ACTIVATION})\b",
            re.I,
        ),
    ),
    ("alpha", re.compile(r"(?:alpha|α|λ|lambda)\s*=\s*([\d.]+(?:e-?\d+)?)", re.I)),
    ("criterion", re.compile(r"(?<!cross[- ])\b(gini|entropy|information gain)\b", re.I)),
    ("threshold", re.compile(r"threshold[^.\d]{0,30}(0?\.\d+)|[≥⩾]\s*(0?\.\d+)", re.I)),
    ("loss", re.compile(r"\b(squared hinge|L2-SVM)\b", re.I)),
    (
        "weights",
        re.compile(r"\b(distance-weighted|weighted by (?:the )?(?:inverse )?distance)", re.I),
    ),
)
_SIZES = re.compile(
    r"\b(\d{1,5}(?:\s*[-–−×]\s*\d{1,5}){1,9})\b(?=[^.]{0,60}(?:architecture|layer|node|neuron|unit|network|mlp|perceptron))",
    re.I,
)
_LAYERS_OF = re.compile(
    r"\b(one|two|three|four|five|single|a|\d)\s+hidden\s+layers?\b[^.]{0,50}?\b(\d{1,5})\s+"
    r"(?:hidden\s+)?(?:nodes|units|neurons)",
    re.I,
)
_HIDDEN_UNITS = re.compile(r"\b(\d{1,5})\s+hidden\s+(?:nodes|units|neurons)", re.I)
_OPTIMIZERS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("adam", re.compile(r"\badam\b", re.I)),
    ("momentum", re.compile(r"\bmomentum\b", re.I)),
    ("sgd", re.compile(r"\bSGD\b|stochastic gradient descent|gradient descent", re.I)),
)
_EXCEPT = re.compile(r"\bexcept(?:\s+for)?\b|\bexcluding\b|\bother than\b", re.I)
_ALL = re.compile(r"\b(?:all|every|each|both)\b", re.I)
_SAME = re.compile(r"\bthe same\b[^.]{0,30}\b(?:algorithm|optimi[sz]er|optimi[sz]ation)", re.I)
_NAMES: Mapping[str, Mapping[str, SettingValue]] = {
    "kernel": {
        "rbf": "rbf",
        "radial basis": "rbf",
        "radial basis function": "rbf",
        "gaussian": "rbf",
        "linear": "linear",
        "poly": "poly",
        "polynomial": "poly",
        "sigmoid": "sigmoid",
    },
    "activation": {
        "relu": "relu",
        "rectified linear": "relu",
        "tanh": "tanh",
        "hyperbolic tangent": "tanh",
        "sigmoid": "sigmoid",
        "logistic": "sigmoid",
    },
    "criterion": {"gini": "gini", "entropy": "entropy", "information gain": "entropy"},
    "loss": {"squared hinge": "squared_hinge", "l2-svm": "squared_hinge"},
    "optimizer": {
        "adam": "adam",
        "sgd": "sgd",
        "stochastic gradient descent": "sgd",
        "gradient descent": "sgd",
        "momentum": "momentum",
        "sgd with momentum": "momentum",
    },
    "norm": {
        "l1": "manhattan",
        "manhattan": "manhattan",
        "l2": "euclidean",
        "euclidean": "euclidean",
        "cosine": "cosine",
    },
}


def setting_of_label(label: str) -> str | None:
    """Return the setting that a table's label names, or None."""
    words = " ".join(method_words(re.sub(r"\([^)]*\)", " ", label)))
    return _BY_LABEL.get(words) or _BY_LABEL.get(words.replace("hyper parameter ", ""))


def _checked(name: str, value: SettingValue) -> SettingValue:
    """Turn a printed value into the setting's own kind; None if it cannot be one."""
    if name in _NAMES:
        return _NAMES[name].get(str(value).lower())
    if name == "hidden_layers":
        if isinstance(value, tuple):
            return value
        return (value,) if isinstance(value, int) and not isinstance(value, bool) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if name in _WHOLE:
        return int(value) if float(value).is_integer() and value >= 1 else None
    if name == "dropout":
        return float(value) if 0 <= value < 1 else None
    return float(value) if value > 0 else None


@dataclass(frozen=True, slots=True)
class SettingCell:
    """One cell of a table of settings: the method's name as printed, the setting and its value."""

    method: str
    name: str
    found: Finding[SettingValue]


def _line_of(document: ParsedDocument, page: int, label: str, text: str) -> str:
    """The printed line that holds a label and a value; the label alone if there is none."""
    lines = next((p.text for p in document.pages if p.number == page), "").splitlines()
    squeezed = "".join(label.split())
    for line in lines:
        if "".join(line.split()).startswith(squeezed) and text in line:
            return line.strip()
    return next((line.strip() for line in lines if label in line), label)


def read_setting_tables(document: ParsedDocument, tables: Sequence[Table]) -> list[SettingCell]:
    """
    Return the settings printed in tables whose one side names settings and the other methods.

    Either side may hold the settings. Tables of results that also list, say, epochs count too.
    A cell that says there is no value ("N/A") is kept with the value None; values that the setting
    cannot take are left out.
    """
    cells: list[SettingCell] = []
    for table in tables:
        row_names = [setting_of_label(row.text) for row in table.rows]
        column_names = [setting_of_label(column.text) for column in table.columns]
        by_row = sum(name is not None for name in row_names)
        by_column = sum(name is not None for name in column_names)
        is_transposed = by_column > by_row
        for cell in table.cells:
            row, column = table.rows[cell.row].text, table.columns[cell.column].text
            name = column_names[cell.column] if is_transposed else row_names[cell.row]
            method = row if is_transposed else column
            if name is None or find_family(method) is None:
                continue
            printed = read_value(cell.text)
            value = _checked(name, printed)
            if value is not None or printed is None:
                quote = _line_of(document, table.page, row, cell.text)
                cells.append(SettingCell(method, name, Finding(value, quote, table.page)))
    return cells


# "activation functions such as tanh or sigmoid" gives examples, not a choice.
_EXAMPLES = re.compile(
    r"\b(?:such as|like|e\.g\.,?|for example,?|for instance,?)\s[^.;]{0,40}$", re.I
)
_CHOICE = re.compile(
    r"\b(?:in|for) (?:this|our|the present) (?:study|work|paper|experiments?)\b"
    r"|\bwe (?:use|used|set|chose|train|trained|employ\w*|apply|applied)\b"
    r"|\b(?:was|were) (?:used|set|chosen|trained|employed|applied)\b|\bour\b",
    re.I,
)


def _from_sentence(sentence: Sentence) -> Iterable[tuple[str, Finding[SettingValue]]]:
    for name, pattern in _PATTERNS:
        matches = pattern.finditer(sentence.text)
        match = next((m for m in matches if not _EXAMPLES.search(sentence.text[: m.end()])), None)
        if match is None:
            continue
        printed = next((group for group in match.groups() if group), "").strip().rstrip(".,")
        value: SettingValue = (
            "distance" if name == "weights" else _checked(name, read_value(printed))
        )
        if value is not None:
            yield name, Finding(value, sentence.quote_around(*match.span()), sentence.page)


def _hidden_layers(sentence: Sentence) -> Finding[SettingValue] | None:
    match = _SIZES.search(sentence.text)
    sizes: tuple[int, ...] | None = None
    if match:
        sizes = tuple(int(part) for part in re.findall(r"\d+", match[1]))
    elif match := _LAYERS_OF.search(sentence.text):
        layers = _WORD_COUNTS.get(match[1].lower()) or int(match[1])
        sizes = (int(match[2]),) * layers
    elif match := _HIDDEN_UNITS.search(sentence.text):
        sizes = (int(match[1]),)
    if match is None or sizes is None or not all(1 <= size <= 100_000 for size in sizes):
        return None
    return Finding(sizes, sentence.quote_around(*match.span()), sentence.page)


def _optimizer_in(sentence: Sentence) -> str | None:
    return next((name for name, pattern in _OPTIMIZERS if pattern.search(sentence.text)), None)


def _optimizer(sentences: Sequence[Sentence], family: str) -> Finding[SettingValue] | None:
    """The optimizer of a family: said of it, said to be the same as the one before, or of all."""
    general: Finding[SettingValue] | None = None
    previous: str | None = None
    about = {id(sentence) for sentence in about_family(sentences, family)}
    for sentence in sentences:
        named = _optimizer_in(sentence)
        exception = _EXCEPT.search(sentence.text)
        if named and _ALL.search(sentence.text):
            left_out = sentence.text[exception.end() :] if exception else ""
            if general is None and not mentions_family(left_out, family):
                general = Finding(named, sentence.quote, sentence.page)
        elif named and id(sentence) in about:
            return Finding(named, sentence.quote, sentence.page)
        is_same = _SAME.search(sentence.text) and mentions_family(sentence.text, family)
        if previous and not named and is_same:
            return Finding(previous, sentence.quote, sentence.page)
        previous = named or previous
    return general


def read_text_settings(sentences: Sequence[Sentence], family: str) -> Found:
    """
    Return the settings that sentences give for a family of methods.

    Sentences of others' work and wishes are not read. A sentence counts if it names the family, or
    stands in a section about it. The first one that says what was chosen holds ("in this study",
    "we used"); without one, the first.
    """
    own = own_statements(sentences)
    found: Found = {}
    about = about_family(own, family)
    for sentence in sorted(about, key=lambda s: _CHOICE.search(s.text) is None):
        for name, finding in _from_sentence(sentence):
            found.setdefault(name, finding)
        if family == "mlp" and "hidden_layers" not in found:
            layers = _hidden_layers(sentence)
            if layers is not None:
                found["hidden_layers"] = layers
    optimizer = _optimizer(own, family)
    if optimizer is not None:
        found.setdefault("optimizer", optimizer)
    return found


_OF_TRAINING = frozenset(
    {"learning_rate", "batch_size", "epochs", "steps", "hidden_units", "weight_decay", "patience"}
    | {"dropout"}
)


def read_general_training(sentences: Sequence[Sentence]) -> Found:
    """Return training settings said of all methods at once: "all networks ... for 100 epochs"."""
    found: Found = {}
    for sentence in own_statements(sentences):
        if not _ALL.search(sentence.text) and find_family(sentence.text) is not None:
            continue
        for name, finding in _from_sentence(sentence):
            if name in _OF_TRAINING:
                found.setdefault(name, finding)
    return found


def settings_for(cells: Sequence[SettingCell], method: str, family: str, task: Task) -> Found:
    """
    Return the table settings of a method.

    Those under its own name come first; then those under one other name of its family, if that
    name does not contradict it ("Nearest Neighbor" for "L1-NN", but not "L2-NN"). With several such
    names none is taken for granted.
    """
    words = method_words(method)
    own = [cell for cell in cells if method_words(cell.method) == words]
    given = match_method(method, task).settings
    others = {
        cell.method
        for cell in cells
        if method_words(cell.method) != words and find_family(cell.method) == family
    }
    agreeing = [name for name in others if _agrees(match_method(name, task).settings, given)]
    if len(agreeing) == 1:
        own = own + [cell for cell in cells if cell.method == agreeing[0]]
    found: Found = {}
    for cell in own:
        found.setdefault(cell.name, cell.found)
    return found


def _agrees(one: Mapping[str, SettingValue], other: Mapping[str, SettingValue]) -> bool:
    return all(other.get(name, value) == value for name, value in one.items())
