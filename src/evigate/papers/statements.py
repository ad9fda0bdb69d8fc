"""A claim typed in by hand, for a paper whose PDF nobody has: a statement set as a page of its own.

What somebody typed becomes a small PDF, so that everything after it is the usual journey: the page
is evidence, each claim has its line on it, and the planner reads how numbers were taken from the
same words. The page says that it was typed, by whom it was published, and nothing else.
"""

import io
import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from evigate.base.errors import EvigateError
from evigate.evidence import ParsedDocument, find_quote
from evigate.papers.errors import E_STATEMENT_INVALID
from evigate.papers.models import ClaimDraft

CLAIMS_MAX = 100
TEXT_MAX = 8_000
LINE_CHARACTERS = 92
_LINES_A_PAGE = 46
_LINE_POINTS = 15.0
_PAGE_POINTS = (595.0, 842.0)


@dataclass(frozen=True, slots=True)
class TypedClaim:
    """One number as it is published: 98.9 with the units "%", reached by a method on a data set."""

    metric: str
    value: Decimal
    method: str
    dataset: str | None = None
    units: str | None = None
    split: str | None = None

    @property
    def line(self) -> str:
        """How the page says it."""
        units = "" if self.units is None else "%" if self.units == "%" else f" {self.units}"
        place = f" on {self.dataset}" if self.dataset else ""
        part = f" ({self.split})" if self.split else ""
        return f"{self.method}{place}: {self.metric}{part} = {self.value}{units}"


@dataclass(frozen=True, slots=True)
class Statement:
    """What is typed: a title, where the numbers are published, how they were taken, the numbers."""

    title: str
    source: str
    claims: tuple[TypedClaim, ...]
    text: str = ""


def _wrapped(text: str) -> list[str]:
    lines: list[str] = []
    for paragraph in text.splitlines():
        # A setting and its value stay on one line: a line that begins with a number is a heading.
        held = re.sub(r"\s*=\s*", "\u00a0=\u00a0", paragraph)
        lines += textwrap.wrap(held, LINE_CHARACTERS) or [""]
    return [line.replace("\u00a0", " ") for line in lines]


def _check(statement: Statement) -> None:
    if not statement.title.strip() or not statement.source.strip():
        raise EvigateError(E_STATEMENT_INVALID, "A statement needs a title and its source.")
    if not 1 <= len(statement.claims) <= CLAIMS_MAX:
        message = f"A statement has 1 to {CLAIMS_MAX} claims, not {len(statement.claims)}."
        raise EvigateError(E_STATEMENT_INVALID, message)
    if len(statement.text) > TEXT_MAX:
        message = f"The statement's text is longer than {TEXT_MAX} characters."
        raise EvigateError(E_STATEMENT_INVALID, message)
    for claim in statement.claims:
        if not claim.value.is_finite():
            raise EvigateError(E_STATEMENT_INVALID, f"{claim.value} is not a number to measure.")
        if len(claim.line) > LINE_CHARACTERS:
            message = f"A claim is said in {LINE_CHARACTERS} characters at most: {claim.line!r}."
            raise EvigateError(E_STATEMENT_INVALID, message)


def statement_pdf(statement: Statement) -> bytes:
    """
    Return the statement as a PDF; the same statement gives the same bytes.

    Raises:
        EvigateError[E_STATEMENT_INVALID]: it has no title, source or claim, or is too long.
    """
    _check(statement)
    lines = [
        *_wrapped(f"Published in: {statement.source}"),
        "Typed in by hand; the paper itself is not here.",
        "",
        "1 Method",
        *_wrapped(statement.text),
        "",
        "2 Results",
        *(claim.line for claim in statement.claims),
    ]
    head = textwrap.wrap(statement.title, 60)[:3]
    return _set(head, lines)


def _set(head: Sequence[str], lines: Sequence[str]) -> bytes:
    """Set a title and lines in a font whose letters can be read back from the file."""
    # Imported here: it takes longer than everything else that a short command needs.
    from matplotlib.backends.backend_pdf import PdfPages
    from matplotlib.figure import Figure
    from matplotlib.style import context

    width, height = _PAGE_POINTS
    out = io.BytesIO()
    with (
        context({"pdf.fonttype": 42, "font.family": "DejaVu Sans", "text.usetex": False}),
        PdfPages(out, metadata={"CreationDate": None, "Title": " ".join(head)}) as pages,
    ):
        for first in range(0, len(lines), _LINES_A_PAGE):
            figure = Figure(figsize=(width / 72, height / 72))
            y = 60.0
            for text in head if first == 0 else ():
                figure.text(50 / width, 1 - y / height, text, fontsize=15, parse_math=False)
                y += 22
            y += 12
            for text in lines[first : first + _LINES_A_PAGE]:
                figure.text(50 / width, 1 - y / height, text, fontsize=9, parse_math=False)
                y += _LINE_POINTS
            pages.savefig(figure)
    return out.getvalue()


def statement_claims(statement: Statement, document: ParsedDocument) -> list[ClaimDraft]:
    """
    Return the statement's claims as drafts, each with its line on the statement's own page.

    Raises:
        EvigateError[E_STATEMENT_INVALID]: a line cannot be read back, for want of its letters in
            the font.
    """
    drafts = []
    for claim in statement.claims:
        found = next(
            ((page, box) for page in document.pages if (box := find_quote(page, claim.line))), None
        )
        if found is None:
            message = f"The claim cannot be set in the page's font: {claim.line!r}."
            raise EvigateError(E_STATEMENT_INVALID, message)
        page, box = found
        drafts.append(
            ClaimDraft(
                dataset=claim.dataset,
                split=claim.split,
                metric=claim.metric,
                value=claim.value,
                units=claim.units,
                method=claim.method,
                is_own_method=True,
                source_citation=statement.source,
                page=page.number,
                box=box,
                quote=claim.line,
                confidence=1.0,
            )
        )
    return drafts
