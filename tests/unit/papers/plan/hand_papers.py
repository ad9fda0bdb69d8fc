"""Small papers written by hand, for tests whose expected values can be read off the text below."""

from decimal import Decimal

from evigate.evidence import Box, Page, ParsedDocument
from evigate.papers.claims.tables import Cell, Heading, Table
from evigate.papers.models import ClaimDraft

NOWHERE = Box(0, 0, 1, 1)


def paper(*pages: str, title: str = "A hand-made paper") -> ParsedDocument:
    """Return a document whose pages hold the given texts and no words."""
    return ParsedDocument(
        pages=tuple(
            Page(number=number, width=612, height=792, text=text.strip(), words=())
            for number, text in enumerate(pages, start=1)
        ),
        title=title,
        authors=(),
        arxiv_id=None,
        arxiv_version=None,
        doi=None,
    )


def table(corner: str, columns: list[str], rows: dict[str, list[str]], *, page: int = 1) -> Table:
    """Return a table from its header and its rows; blank cells are not printed."""
    cells = [
        Cell(row=r, column=c, text=text, box=NOWHERE, is_bold=False)
        for r, texts in enumerate(rows.values())
        for c, text in enumerate(texts)
        if text
    ]
    return Table(
        label="Table 1",
        caption="Table 1: settings",
        page=page,
        box=NOWHERE,
        corner=corner,
        columns=tuple(Heading((text,)) for text in columns),
        rows=tuple(Heading((text,)) for text in rows),
        cells=tuple(cells),
    )


def claim(
    value: str,
    *,
    method: str | None,
    metric: str = "accuracy",
    dataset: str | None = "Iris",
    units: str | None = "%",
    quote: str = "Table 1 lists results.",
    is_own: bool = True,
    page: int = 1,
    split: str | None = "test",
) -> ClaimDraft:
    """Return a claim with everything but its numbers and names filled in."""
    return ClaimDraft(
        dataset=dataset,
        split=split,
        metric=metric,
        value=Decimal(value),
        units=units,
        method=method,
        is_own_method=is_own,
        source_citation="Table 1, p.1",
        page=page,
        box=NOWHERE,
        quote=quote,
        confidence=0.9,
    )


IRIS_PAGE = """
We compare classifiers on the Iris dataset, which was used in all experiments.
2 EXPERIMENTS
All features were scaled to the range [0, 1]. Accuracy is taken by stratified 10-fold
cross-validation. Hyper-parameters were selected by 3-fold cross-validation on the training part.
The k-nearest neighbor classifier was used with k = 7. The random forest was trained with 30 trees
and a maximum depth of 4. In future work, leave-one-out could be used. [4] used a decision tree
with a maximum depth of 2. The SVM used a polynomial kernel and C = 10. Table 1 lists results.
REFERENCES
[4] Someone. The naive Bayes classifier was used with 99 trees.
"""
