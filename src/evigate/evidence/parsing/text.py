"""Documents that have no pages: plain text, Markdown, HTML. Their words have no place."""

from html.parser import HTMLParser

from evigate.base.errors import EvigateError
from evigate.evidence.errors import E_UNSUPPORTED_MEDIA_TYPE
from evigate.evidence.parsing.models import Page, ParsedDocument

TITLE_CHARACTERS_MAX = 200
SUFFIXES = (".txt", ".md", ".markdown", ".rst", ".html", ".htm")

_SKIPPED = frozenset({"script", "style", "head", "template", "noscript"})
_BLOCKS = frozenset(
    """p div li tr h1 h2 h3 h4 h5 h6 section article header footer blockquote pre table ul ol
    br""".split()  # noqa: SIM905  a word list is read as one
)


class _Text(HTMLParser):
    """Collects what a reader of the page would read."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._skipping = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SKIPPED:
            self._skipping += 1
        if tag in _BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SKIPPED and self._skipping:
            self._skipping -= 1
        if tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._skipping:
            self.parts.append(data)


def read_text(data: bytes, file_name: str) -> ParsedDocument:
    """Read a text as one page, or as many as form feeds make of it; the first line is its title.

    Raises:
        EvigateError[E_UNSUPPORTED_MEDIA_TYPE]: the bytes are no UTF-8 text.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"{file_name!r} is neither a PDF nor a text in UTF-8."
        raise EvigateError(E_UNSUPPORTED_MEDIA_TYPE, message) from error
    if "\0" in text:
        message = f"{file_name!r} is neither a PDF nor a text in UTF-8."
        raise EvigateError(E_UNSUPPORTED_MEDIA_TYPE, message)
    if file_name.lower().endswith((".html", ".htm")):
        reader = _Text()
        reader.feed(text)
        text = "".join(reader.parts)
    lines = (line.strip().lstrip("#").strip() for line in text.splitlines())
    title = next((line for line in lines if line), None)
    pages = tuple(
        Page(number, 0.0, 0.0, part, ()) for number, part in enumerate(text.split("\f"), start=1)
    )
    cut = None if title is None else title[:TITLE_CHARACTERS_MAX]
    return ParsedDocument(pages, cut, (), None, None, None)
