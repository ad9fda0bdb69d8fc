"""Code that a model wrote: what is let in, and what tries to reach past its arrays."""

import pytest

from evigate.base.errors import EvigateError
from evigate.papers.recipes.written import check_code, written_recipe

GOOD = '''
import numpy as np
from sklearn.neighbors import NearestCentroid


def method(X_train, y_train, *, seed, report):
    """Nearest centroid."""
    rng = np.random.default_rng(seed)
    model = NearestCentroid().fit(X_train, y_train)
    report(1, float(rng.random()))
    return Fitted(model.predict, None)
'''


def body(line: str) -> str:
    return f"import numpy as np\ndef method(X_train, y_train, *, seed, report):\n    {line}\n    return Fitted(None, None)\n"


def test_a_plain_method_passes_under_its_own_name() -> None:
    recipe = written_recipe("our_method", "Our method", GOOD, "scripted:m-1")
    assert recipe.name == "written_our_method" and "def written_our_method(" in recipe.code
    assert recipe.producer == "scripted:m-1" and recipe.source == GOOD.strip()


@pytest.mark.parametrize(
    "code",
    [
        body("open('/etc/passwd').read()"),
        body("observations.append({'metric': 'accuracy', 'value': 1.0})"),
        body("answers = y"),
        body("measure = lambda *a: {'accuracy': 1.0}; globals()['measure'] = measure"),
        body("().__class__.__base__.__subclasses__()"),
        body("report.__globals__['y']"),
        body("np.load('x', allow_pickle=True)"),
        body("np.ctypeslib.load_library('libc', '/')"),
        body("eval('1')"),
        body("import os"),
        body("import sklearn.datasets"),
        body("from scipy import _lib"),
        body("Fitted = lambda *a: 1"),
        body("global y; y = 1"),
        body("'{0.__class__}'.format_map({})"),
        "import numpy as np\nnp.random.seed(0)\n" + GOOD,
        "def other(X_train, y_train, *, seed, report):\n    return None\n",
        "def method(X, y):\n    return None\n",
        "@staticmethod\ndef method(X_train, y_train, *, seed, report):\n    return None\n",
        "class method: pass\n",
        "def method(",
        "x = 1\n" * 20_000,
    ],
)
def test_code_that_reaches_past_its_arrays_is_refused(code: str) -> None:
    with pytest.raises(EvigateError) as caught:
        check_code(code)
    assert caught.value.code.name == "E_RECIPE_REFUSED"
