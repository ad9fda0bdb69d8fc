"""HTML and XML: the one file that knows lxml. Nothing is fetched, run or expanded.

A page is read as a reader would read it: scripts, styles and navigation are left out, headings,
lists, tables, listings and definitions keep what they are.
"""

from collections.abc import Iterable
from typing import Any

from lxml import etree

from evigate.base.errors import EvigateError
from evigate.evidence.errors import E_DOCUMENT_DAMAGED
from evigate.evidence.parsing.build import DocumentBuilder, Run
from evigate.evidence.parsing.decode import decode_text
from evigate.evidence.parsing.models import Block, BlockKind, ParsedDocument

SUFFIXES = (".html", ".htm", ".xhtml")

_DROPPED = frozenset(
    """script style head template noscript nav iframe object embed svg canvas audio video form
    button select input textarea dialog annotation annotation-xml map rp
    rt""".split()  # noqa: SIM905  a word list is read as one
)
_DROPPED_ROLES = frozenset({"navigation", "search", "banner", "contentinfo", "menu"})
_BLOCKS = frozenset(
    """address article aside blockquote body center dd details div dl dt fieldset figcaption figure
    footer h1 h2 h3 h4 h5 h6 header hgroup hr li main ol p pre section summary table tbody td tfoot
    th thead tr ul caption""".split()  # noqa: SIM905
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_KINDS: dict[str, BlockKind] = {
    "li": "list_item",
    "figcaption": "caption",
    "caption": "caption",
    "pre": "code",
    "dt": "paragraph",
    "dd": "paragraph",
}
_BOLD = frozenset({"b", "strong", "dfn"})
_ITALIC = frozenset({"i", "em", "cite", "var"})
_LISTS = frozenset({"ul", "ol", "menu"})


def parse_xml(data: bytes, name: str) -> Any:
    """Return the root of an XML part; entities are not expanded and nothing is fetched.

    Raises:
        EvigateError[E_DOCUMENT_DAMAGED]: it is not well formed.
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise EvigateError(E_DOCUMENT_DAMAGED, f"The part {name!r} cannot be read.") from error


def read_html(data: bytes, file_name: str) -> ParsedDocument:
    """Read a web page as one page.

    Raises:
        EvigateError[E_UNSUPPORTED_MEDIA_TYPE]: the bytes are no text.
        EvigateError[E_DOCUMENT_NO_TEXT]: there is nothing to read once scripts are gone.
    """
    decoded = decode_text(data, file_name, is_markup=True)
    builder = DocumentBuilder()
    builder.begin_page()
    title = add_html(builder, decoded.text)
    return builder.finish(
        "html", title=title, warnings=() if decoded.warning is None else (decoded.warning,)
    )


def add_html(builder: DocumentBuilder, text: str) -> str | None:
    """Add what a page says to the open page of a document, and return the title it gives itself."""
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=False
    )
    try:
        root = etree.fromstring(text.encode("utf-8", errors="replace"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise EvigateError(E_DOCUMENT_DAMAGED, "The page cannot be read as HTML.") from error
    if root is None:
        return None
    _Reader(builder).read(_main_part(root))
    title = root.find(".//head/title")
    return None if title is None else title.text


def _main_part(root: Any) -> Any:
    """Return the part that is the page's own, if it says which."""
    mains = root.xpath("//main | //*[@role='main']")
    return mains[0] if len(mains) == 1 else root


class _Reader:
    """Walks elements in order, without recursion, because strangers nest as deep as they like."""

    def __init__(self, builder: DocumentBuilder) -> None:
        self._builder = builder
        self._runs: list[Run] = []
        self._contexts: list[str] = []
        self._bold = self._italic = self._depth = 0
        self._term: Block | None = None

    def read(self, root: Any) -> None:
        walker = etree.iterwalk(root, events=("start", "end"))
        for event, element in walker:
            tag = _tag(element)
            if event == "start":
                if _is_dropped(element, tag):
                    walker.skip_subtree()
                elif tag == "table" and _is_data_table(element):
                    self._flush()
                    self._table(element)
                    walker.skip_subtree()
                else:
                    self._open(tag, element.text)
            else:
                if not _is_dropped(element, tag) and not (
                    tag == "table" and _is_data_table(element)
                ):
                    self._close(tag)
                if element is not root:
                    self._say(element.tail)
        self._flush()

    def _open(self, tag: str, text: str | None) -> None:
        if tag in _BLOCKS:
            self._flush()
        if tag in _HEADINGS or tag in _KINDS:
            self._contexts.append(tag)
        self._count(tag, 1)
        if tag == "br":
            self._say("\n")
        self._say(text)

    def _close(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._flush()
        if tag == "dl":
            self._term = None
        if (tag in _HEADINGS or tag in _KINDS) and self._contexts:
            self._contexts.pop()
        self._count(tag, -1)

    def _count(self, tag: str, by: int) -> None:
        self._bold += by * (tag in _BOLD)
        self._italic += by * (tag in _ITALIC)
        self._depth += by * (tag in _LISTS)

    def _say(self, text: str | None) -> None:
        if text:
            self._runs.append(Run(text, self._bold > 0, self._italic > 0))

    def _flush(self) -> None:
        runs, self._runs = self._runs, []
        if not runs:
            return
        context = self._contexts[-1] if self._contexts else ""
        if context in _HEADINGS:
            self._builder.add("heading", runs, _HEADINGS[context])
            return
        kind = _KINDS.get(context, "paragraph")
        block = self._builder.add(kind, runs, self._depth if kind == "list_item" else 0)
        if context == "dt":
            self._term = block
        elif context == "dd" and self._term is not None and block is not None:
            self._builder.define(self._term, block)
            self._term = None

    def _table(self, table: Any) -> None:
        for caption in table.xpath("./caption"):
            self._builder.add("caption", _all_text(caption))
        rows = table.xpath("./tr | ./thead/tr | ./tbody/tr | ./tfoot/tr")
        self._builder.add_table([_all_text(cell) for cell in row] for row in rows)


def _tag(element: Any) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _is_dropped(element: Any, tag: str) -> bool:
    if tag in _DROPPED or not tag:
        return True
    style = (element.get("style") or "").replace(" ", "").lower()
    return (
        element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
        or element.get("role") in _DROPPED_ROLES
        or "display:none" in style
    )


def _is_data_table(table: Any) -> bool:
    """Say whether a table holds cells, and is not there to lay out a page."""
    if table.get("role") == "presentation":
        return False
    return not table.xpath(".//table | .//h1 | .//h2 | .//h3 | .//pre")


def _all_text(element: Any) -> str:
    return "".join(_texts(element))


def _texts(element: Any) -> Iterable[str]:
    walker = etree.iterwalk(element, events=("start", "end"))
    for event, each in walker:
        if event == "start" and _is_dropped(each, _tag(each)):
            walker.skip_subtree()
        elif event == "start":
            yield each.text or ""
        elif each is not element:
            yield each.tail or ""
