"""The list of data sets: scikit-learn's bundled ones, those made from files, well-known others.

The others are here so that a plan can say "CIFAR-10 is known but cannot be had offline" rather than
"never heard of it". Row counts are of the whole set; licences are the publishers' own words.
"""

from evigate.papers.datasets.models import DatasetEntry, Loader, Task
from evigate.papers.datasets.prepared import PREPARED

_SKLEARN = "scikit-learn, sklearn.datasets"
_UCI_LICENCE = "CC-BY-4.0"
_C = Task.CLASSIFICATION
_R = Task.REGRESSION


def _bundled(function: str, sha256: str) -> Loader:
    return Loader(module="sklearn.datasets", function=function, sha256=sha256)


OFFLINE: tuple[DatasetEntry, ...] = (
    DatasetEntry(
        name="iris",
        title="Iris plants",
        aliases=("iris", "sklearn iris", "fisher iris", "fisher's iris", "iris flower"),
        licence=_UCI_LICENCE,
        source=_SKLEARN,
        task=_C,
        rows=150,
        features=4,
        classes=("setosa", "versicolor", "virginica"),
        class_rows=(50, 50, 50),
        loader=_bundled(
            "load_iris", "18565d0da72dafd52595fe48b03ca9b06dfc2c05d0c4c155576631d0aae8eb7e"
        ),
    ),
    DatasetEntry(
        name="wine",
        title="Wine recognition",
        aliases=("wine", "sklearn wine", "wine recognition", "uci wine", "italian wine"),
        licence=_UCI_LICENCE,
        source=_SKLEARN,
        task=_C,
        rows=178,
        features=13,
        classes=("class_0", "class_1", "class_2"),
        class_rows=(59, 71, 48),
        loader=_bundled(
            "load_wine", "c7e84e8e03b2b5a354287416d84d08945318450658a22a63c39973d8306c2ca4"
        ),
    ),
    DatasetEntry(
        name="breast_cancer",
        title="Breast Cancer Wisconsin (Diagnostic)",
        aliases=(
            "wdbc",
            "breast cancer",
            "breast cancer wisconsin",
            "breast cancer wisconsin diagnostic",
            "breast cancer wisconsin (diagnostic)",
            "wisconsin breast cancer diagnostic",
            "wisconsin breast cancer (diagnostic)",
            "wisconsin diagnostic breast cancer",
            "wisconsin diagnostic",
            "wisconsin diagnosis breast cancer",
            "sklearn breast cancer",
        ),
        licence=_UCI_LICENCE,
        source=_SKLEARN,
        task=_C,
        rows=569,
        features=30,
        classes=("malignant", "benign"),
        class_rows=(212, 357),
        positive_class="malignant",
        loader=_bundled(
            "load_breast_cancer", "cdd5f37c36cbdfc2e5ee074cec7540fac54340874afb25917a673e446270d0d0"
        ),
    ),
    DatasetEntry(
        name="digits",
        title="Optical recognition of handwritten digits (test part, 8 by 8 pixels)",
        aliases=("digits", "sklearn digits", "load digits", "uci digits", "optdigits"),
        licence=_UCI_LICENCE,
        source=_SKLEARN,
        task=_C,
        rows=1797,
        features=64,
        classes=tuple("0123456789"),
        class_rows=(178, 182, 177, 183, 181, 182, 181, 179, 174, 180),
        loader=_bundled(
            "load_digits", "f19a7d92591ca0a1ffc65ec172e8149afdff995e0d2c4cb0afd151f38471ff90"
        ),
    ),
    DatasetEntry(
        name="diabetes",
        title="Diabetes progression (Efron et al. 2004)",
        aliases=(
            "diabetes",
            "sklearn diabetes",
            "diabetes progression",
            "efron diabetes",
            "lars diabetes",
        ),
        licence="BSD-3-Clause",
        source=_SKLEARN,
        task=_R,
        rows=442,
        features=10,
        loader=_bundled(
            "load_diabetes", "84ec38030d0ff6dfdc32f475c5633e39e7ada9dbc328d3deb29bb757eec6a331"
        ),
    ),
    DatasetEntry(
        name="linnerud",
        title="Linnerud physical exercise (three targets)",
        aliases=("linnerud", "linnerrud", "sklearn linnerud"),
        licence="BSD-3-Clause",
        source=_SKLEARN,
        task=_R,
        rows=20,
        features=3,
        loader=_bundled(
            "load_linnerud", "c266745f3efea8e5fdfea31d200c148d033d2350cefc2d160343e8324478d7e2"
        ),
    ),
)


def _online(
    name: str,
    title: str,
    aliases: str,
    licence: str | None,
    rows: int,
    *,
    task: Task = _C,
    source: str = "its publisher",
    blocked: str | None = None,
) -> DatasetEntry:
    return DatasetEntry(
        name=name,
        title=title,
        aliases=(name, *(alias.strip() for alias in aliases.split(",") if alias.strip())),
        licence=licence,
        source=source,
        task=task,
        rows=rows,
        blocked_reason=blocked,
    )


_TOO_LARGE = "it is too large for a run on a CPU within minutes, and its terms forbid passing it on"

ONLINE: tuple[DatasetEntry, ...] = (
    _online("fashion_mnist", "Fashion-MNIST", "fmnist, fashion mnist", "MIT", 70_000),
    _online("cifar10", "CIFAR-10", "cifar 10, c10, c10+", None, 60_000),
    _online("cifar100", "CIFAR-100", "cifar 100, c100, c100+", None, 60_000),
    _online("svhn", "Street View House Numbers", "street view house numbers", None, 99_289),
    _online("stl10", "STL-10", "stl 10", None, 13_000),
    _online(
        "sst2",
        "Stanford Sentiment Treebank, two classes",
        "sst, sst 2, glue sst2, glue/sst2, stanford sentiment, stanford sentiment treebank",
        None,
        68_221,
    ),
    _online("sst5", "Stanford Sentiment Treebank, five classes", "sst 1, sst 5", None, 11_855),
    _online("imdb", "IMDb reviews", "imdb reviews, imdb movie reviews", None, 50_000),
    _online("agnews", "AG News", "ag, ag's news, ag news", None, 127_600),
    _online("dbpedia", "DBpedia 14", "dbp, dbp., dbpedia 14", "CC-BY-SA-3.0", 630_000),
    _online("yahoo_answers", "Yahoo! Answers topics", "yahoo answers topics", None, 1_460_000),
    _online("yelp_polarity", "Yelp polarity", "yelp, yelp p., yelp review polarity", None, 598_000),
    _online("snli", "SNLI", "stanford natural language inference", "CC-BY-SA-4.0", 570_152),
    _online("squad", "SQuAD 1.1", "squad 1.1, squad v1.1", "CC-BY-SA-4.0", 107_785),
    _online("pubmed", "PubMed diabetes citations", "pubmed citation", None, 19_717),
    _online("adult", "Adult census income", "census income", _UCI_LICENCE, 48_842),
    _online("heart_disease", "Heart disease, Cleveland", "cleveland heart", _UCI_LICENCE, 303),
    _online("pima", "Pima Indians diabetes", "pima indians, pima indians diabetes", None, 768),
    _online(
        "wisconsin_original",
        "Breast Cancer Wisconsin (Original)",
        "wbc, wbcd, wisconsin breast cancer (original), breast cancer wisconsin (original)",
        _UCI_LICENCE,
        699,
    ),
    _online(
        "wisconsin_prognostic",
        "Breast Cancer Wisconsin (Prognostic)",
        "wpbc, wisconsin prognostic breast cancer, breast cancer wisconsin (prognostic)",
        _UCI_LICENCE,
        198,
    ),
    _online("wine_quality", "Wine quality", "red wine quality", _UCI_LICENCE, 6_497, task=_R),
    _online("california_housing", "California housing", "cal housing", None, 20_640, task=_R),
    _online(
        "boston_housing",
        "Boston housing",
        "boston, boston house prices",
        None,
        506,
        task=_R,
        blocked="scikit-learn withdrew it for an ethical fault in one of its features",
    ),
    _online(
        "imagenet",
        "ImageNet",
        "imagenet 1k, ilsvrc, imagenet ilsvrc, ilsvrc 2012, imagenet 2012, imagenet 21k",
        None,
        1_431_167,
        blocked=_TOO_LARGE,
    ),
    _online(
        "openimages",
        "Open Images",
        "open images, open images v4",
        None,
        9_000_000,
        blocked=_TOO_LARGE,
    ),
    _online("yfcc100m", "YFCC100M", "yfcc 100m", None, 100_000_000, blocked=_TOO_LARGE),
    _online("coco", "MS COCO", "ms coco, mscoco, coco test-dev", None, 328_000, blocked=_TOO_LARGE),
)

REGISTRY: tuple[DatasetEntry, ...] = OFFLINE + PREPARED + ONLINE
