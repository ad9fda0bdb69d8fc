"""Read what else a paper states of its experiments: how many rows its data have, which program ran.

A plan cannot act on these; a verdict names them where the run's are others.
"""

import re
from collections.abc import Iterable, Sequence

from evigate.papers.datasets import DatasetEntry
from evigate.papers.plan.models import Citation
from evigate.papers.plan.text import Sentence

_ROWS = re.compile(
    r"\b(\d{1,3}(?:,\d{3})+|\d{2,7})\s+(?:(?!and\b|or\b)[\w-]+\s+){0,2}?"
    r"(?:instances|samples|examples|sentences|records|observations|patients|documents|rows"
    r"|data\s?points|images|reviews|phrases|cases)\b",
    re.IGNORECASE,
)
_PART = re.compile(
    r"\b(?:train\w*|test\w*|validation|held|per|each|batch|class(?:es)?|fold|first|benign|malignant"
    r"|positive|negative|augment\w*|iterations?|epochs?)\b",
    re.IGNORECASE,
)
_SOFTWARE = re.compile(
    r"\b(scikit-learn|sklearn|TensorFlow|Keras|PyTorch|Theano|Caffe|Torch7|MXNet|Weka|WEKA|MATLAB"
    r"|LIBSVM|LibSVM|LIBLINEAR|LibLinear|RapidMiner|SPSS|Stata|SAS|Mallet|Vowpal Wabbit)\b"
    r"(?:\s*\(?(?:version|v\.?)?\s*(\d+(?:\.\d+)+)\)?)?"
)


def read_stated_facts(
    sentences: Sequence[Sentence], entries: Iterable[DatasetEntry]
) -> list[Citation]:
    """
    Return citations of row counts ("rows of NAME") and of one program ("software").

    A count is taken only where the paper leaves no choice: one number in all sentences that name
    the data set, or the registry's own number among them. Sentences on other people's work, on
    parts of the data and on wishes are not read. Of programs the one named most often is taken, the
    first of equals.
    """
    own = [each for each in sentences if not each.is_of_others and not each.is_wish]
    listed = list(entries)
    found = [cited for entry in listed if (cited := _rows(own, entry, is_only=len(listed) == 1))]
    return [*found, *_software(own)]


def _rows(sentences: Sequence[Sentence], entry: DatasetEntry, *, is_only: bool) -> Citation | None:
    names = [name for name in (entry.title.split(" (")[0], *entry.aliases) if len(name) >= 3]
    mark = re.compile("|".join(rf"\b{re.escape(name)}\b" for name in names), re.IGNORECASE)
    counts: dict[int, Sentence] = {}
    for sentence in sentences:
        is_about = mark.search(sentence.text) or (
            is_only and re.search(r"\bdata\s?sets?\b", sentence.text, re.IGNORECASE)
        )
        # A sentence that begins with a number is read together with the one before it.
        for clause in re.split(r"[.;]\s", sentence.text) if is_about else ():
            match = None if _PART.search(clause) else _ROWS.search(clause)
            if match is not None:
                counts.setdefault(int(match[1].replace(",", "")), sentence)
    if entry.rows in counts:
        counts = {entry.rows: counts[entry.rows]}
    if len(counts) != 1:
        return None
    count, sentence = next(iter(counts.items()))
    return Citation(
        field=f"rows of {entry.name}",
        value=str(count),
        quote=sentence.quote,
        page=sentence.page,
    )


def _software(sentences: Sequence[Sentence]) -> list[Citation]:
    seen: dict[str, list[tuple[str, Sentence]]] = {}
    for sentence in sentences:
        for match in _SOFTWARE.finditer(sentence.text):
            shown = match[1] if not match[2] else f"{match[1]} {match[2]}"
            seen.setdefault(match[1].casefold(), []).append((shown, sentence))
    if not seen:
        return []
    # The mention that carries a version says most; it stands longest.
    most = max(seen.values(), key=lambda mentions: len(mentions))
    shown, sentence = max(most, key=lambda mention: len(mention[0]))
    place = sentence.text.find(shown.split()[0])
    quote = sentence.quote_around(place, place + len(shown))
    return [Citation(field="software", value=shown, quote=quote, page=sentence.page)]
