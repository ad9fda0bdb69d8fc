"""XML for exchange: elements built and read here, and nowhere else in the room, with lxml.

What is read comes from strangers: a document type is refused, nothing is fetched or expanded, and
depth and size are the parser's own bounds. What is written leaves out what XML cannot hold.
"""

import re
from collections.abc import Mapping
from typing import Any, cast

from lxml import etree, html

from evigate.learning.exchange.models import UnreadableError

Element = Any
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BLOCKS = frozenset(
    """address blockquote br caption dd div dl dt figcaption figure h1 h2 h3 h4 h5 h6 hr item li ol
    p pre section table tbody td tfoot th thead tr ul
    content-body""".split()  # noqa: SIM905  a word list is read as one
)


def element(
    tag: str,
    attributes: Mapping[str, str] | None = None,
    *children: Element,
    text: str = "",
    namespace: str = "",
) -> Element:
    """Return an element with its attributes, text and children, in order."""
    made = etree.Element(
        f"{{{namespace}}}{tag}" if namespace else tag,
        {name: clean(value) for name, value in (attributes or {}).items()},
        nsmap=cast("dict[str, str]", {None: namespace}) if namespace else None,
    )
    if text:
        made.text = clean(text)
    made.extend(list(children))
    return made


def lines(tag: str, text: str, *, namespace: str = "") -> Element:
    """Return an element that holds a text, with a line break where the text has one."""
    first, *rest = text.split("\n")
    made = element(tag, text=first, namespace=namespace)
    for line in rest:
        made.append(element("br", namespace=namespace))
        made[-1].tail = clean(line)
    return made


def cdata(value: str) -> Any:
    """Return text that stands unescaped; for markup inside an element's text."""
    return etree.CDATA(clean(value).replace("]]>", "]]&gt;"))


def serialise(root: Element) -> bytes:
    """Return a document in UTF-8 with its declaration."""
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def clean(text: str) -> str:
    """Return the text without what XML cannot hold."""
    return _ILLEGAL.sub("", text)


def parse(data: bytes) -> Element:
    """Return the root of a document.

    Raises:
        UnreadableError: it is not well formed, or declares a document type of its own.
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableError(f"it is no well-formed XML: {error}") from error
    declared: Any = root.getroottree().docinfo.internalDTD
    if declared is not None and next(iter(declared.iterentities()), None) is not None:
        raise UnreadableError("it declares entities, which are not read")
    return root


def local(node: Element) -> str:
    """Return an element's name without namespace and `qti-`, in kebab case; comments have none."""
    if not isinstance(node.tag, str):
        return ""
    return kebab(etree.QName(node).localname)


def kebab(name: str) -> str:
    """Return a name of QTI 2 as QTI 3 has it: simpleChoice is simple-choice."""
    plain = name.removeprefix("qti-")
    return re.sub(r"(?<=[a-z0-9])([A-Z])", lambda mark: f"-{mark[1]}", plain).lower()


def attribute(node: Element, name: str, default: str = "") -> str:
    """Return an attribute by its QTI 3 name, in either spelling."""
    for found, value in node.attrib.items():
        if kebab(etree.QName(found).localname) == name:
            return str(value)
    return default


def find_all(node: Element, name: str) -> list[Element]:
    """Return all elements of a name below a node, in order."""
    return [each for each in node.iter() if local(each) == name]


def find(node: Element, name: str) -> Element | None:
    """Return the first element of a name below a node."""
    return next((each for each in node.iter() if local(each) == name), None)


def text_of(node: Element | None, *, without: frozenset[str] = frozenset()) -> str:
    """Return an element's text as it would be read: blanks as one, blocks on lines of their own."""
    if node is None:
        return ""
    parts: list[str] = []
    _gather(node, parts, without)
    lines = (" ".join(line.split()) for line in "".join(parts).split("\n"))
    return "\n".join(line for line in lines if line)


def html_text(source: str) -> str:
    """Return the text of a piece of HTML; a text without markup stays as it is."""
    if "<" not in source and "&" not in source:
        return source
    try:
        return text_of(html.fragment_fromstring(source, create_parent="div"))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return source


def _gather(node: Element, parts: list[str], without: frozenset[str]) -> None:
    # The parser's own bound on depth, 256, keeps this from running deep.
    parts.append(_blanks(node.text))
    for child in node:
        name = local(child)
        if name and name not in without:
            gap = "\n" if name in _BLOCKS else ""
            parts.append(gap)
            _gather(child, parts, without)
            parts.append(gap)
        parts.append(_blanks(child.tail))


def _blanks(text: str | None) -> str:
    return re.sub(r"\s+", " ", text or "")
