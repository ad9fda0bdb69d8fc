"""Every kind of document: its structure, and the law that spans are true."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import DEMO_PAPER
from tests.unit.evidence.files import book, slide_deck, word_file
from tests.unit.evidence.minimal_pdf import Text, make_pdf

from evigate.evidence.chunks import WORDS_MAX, chunk_document
from evigate.evidence.parsing.build import DocumentBuilder, Run
from evigate.evidence.parsing.documents import kind_of, parse_document
from evigate.evidence.parsing.models import BlockKind, ParsedDocument

HTML = b"""<!doctype html><html><head><title>Tab</title><style>p{}</style></head><body>
<nav><a href="/">Home</a></nav><h1>Cells</h1><p>A <b>cell</b> is <em>small</em>.
<script>steal()</script> It lives.</p><ul><li>one<ul><li>two</li></ul></li></ul>
<table><caption>Sizes</caption><tr><th>Part</th><td>size<script>no()</script></td></tr></table>
after <pre>x = 1
  y = 2</pre><p hidden>not shown</p><h2>Glossary</h2><dl><dt>nucleus</dt><dd>core of a cell</dd></dl>
<iframe src="http://inner.test/"></iframe></body></html>"""

MARKDOWN = b"""---
title: hidden
---
# Water

**Osmosis** moves *water*
slowly.

1. first
   - nested

| a | b |
|---|---|
| 1 | 2 |

```python
x = 1
```

<p>raw <script>no()</script>words</p>

## Key Terms

**solute** what is dissolved in water

ion: an atom with a charge
"""

TEXT = b"""CHAPTER 2 Rocks

Rocks are old. Some
are hard.

2.1 Granite

- feldspar
- quartz

Uses
====

They pave roads.
"""


def shape(document: ParsedDocument) -> list[tuple[int, BlockKind, int, str]]:
    return [
        (page.number, block.kind, block.level, page.text[block.start : block.end])
        for page in document.pages
        for block in page.blocks
    ]


def marked(document: ParsedDocument) -> list[tuple[str, str]]:
    return [
        (mark.kind, page.text[mark.start : mark.end])
        for page in document.pages
        for block in page.blocks
        for mark in block.marks
    ]


def test_html_is_read_as_a_reader_would() -> None:
    document = parse_document(HTML, "page.php")
    assert (document.kind, document.title) == ("html", "Tab")
    assert shape(document) == [
        (1, "heading", 1, "Cells"),
        (1, "paragraph", 0, "A cell is small. It lives."),
        (1, "list_item", 1, "one"),
        (1, "list_item", 2, "two"),
        (1, "caption", 0, "Sizes"),
        (1, "table", 0, "Part\tsize"),
        (1, "paragraph", 0, "after"),
        (1, "code", 0, "x = 1\n  y = 2"),
        (1, "heading", 2, "Glossary"),
        (1, "paragraph", 0, "nucleus"),
        (1, "paragraph", 0, "core of a cell"),
    ]
    assert marked(document) == [("bold", "cell"), ("italic", "small")]
    assert [(e.term, e.meaning) for e in document.glossary] == [("nucleus", "core of a cell")]


def test_markdown_keeps_its_structure_and_html_in_it_is_harmless() -> None:
    document = parse_document(MARKDOWN, "water.md")
    assert shape(document) == [
        (1, "heading", 1, "Water"),
        (1, "paragraph", 0, "Osmosis moves water slowly."),
        (1, "list_item", 1, "first"),
        (1, "list_item", 2, "nested"),
        (1, "table", 0, "a\tb\n1\t2"),
        (1, "code", 0, "x = 1"),
        (1, "paragraph", 0, "raw words"),
        (1, "heading", 2, "Key Terms"),
        (1, "paragraph", 0, "solute what is dissolved in water"),
        (1, "paragraph", 0, "ion: an atom with a charge"),
    ]
    assert [(e.term, e.meaning) for e in document.glossary] == [
        ("solute", "what is dissolved in water"),
        ("ion", "an atom with a charge"),
    ]
    assert document.pages[0].blocks[1].path == ("Water",)
    assert document.pages[0].blocks[-1].path == ("Water", "Key Terms")


def test_plain_text_has_the_headings_that_habit_gives_it() -> None:
    assert shape(parse_document(TEXT, "rocks")) == [
        (1, "heading", 1, "CHAPTER 2 Rocks"),
        (1, "paragraph", 0, "Rocks are old. Some are hard."),
        (1, "heading", 2, "2.1 Granite"),
        (1, "list_item", 1, "- feldspar"),
        (1, "list_item", 1, "- quartz"),
        (1, "heading", 1, "Uses"),
        (1, "paragraph", 0, "They pave roads."),
    ]


def test_word_documents_break_into_pages_and_keep_terms() -> None:
    document = parse_document(word_file(), "cells.docx")
    assert shape(document) == [
        (1, "heading", 1, "Cells"),
        (1, "heading", 1, "Membranes"),
        (1, "paragraph", 0, "The membrane keeps the cell together. It is thin."),
        (1, "list_item", 1, "Lipids make most of it."),
        (1, "table", 0, "Part\tShare\nLipid\thalf"),
        (1, "caption", 0, "Figure 1: a membrane"),
        (2, "heading", 2, "Transport"),
        (2, "paragraph", 0, "Water passes through pores."),
    ]
    assert marked(document) == [("bold", "membrane")]
    assert document.pages[1].blocks[-1].path == ("Membranes", "Transport")


def test_slides_are_pages_with_their_notes() -> None:
    document = parse_document(slide_deck(), "deck.bin")
    assert document.kind == "pptx"
    assert shape(document) == [
        (1, "heading", 1, "Photosynthesis"),
        (1, "list_item", 1, "Light is caught"),
        (1, "list_item", 1, "Sugar is made"),
        (1, "table", 0, "Input\tOutput"),
        (1, "paragraph", 0, "Chlorophyll absorbs red light."),
        (2, "heading", 1, "Respiration"),
    ]


def test_books_are_read_in_the_order_of_their_spine() -> None:
    chapters = [
        f'<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/'
        f'xhtml"><head><title/></head><body><h1>Part {n}</h1><p>Text&nbsp;{n}.</p></body></html>'
        for n in (1, 2)
    ]
    document = parse_document(book(chapters), "a.epub")
    assert (document.title, document.authors) == ("A Book", ("A. Writer",))
    assert shape(document) == [
        (1, "heading", 1, "Part 1"),
        (1, "paragraph", 0, "Text 1."),
        (2, "heading", 1, "Part 2"),
        (2, "paragraph", 0, "Text 2."),
    ]


def _chapter_pages(count: int) -> list[list[Text]]:
    pages = []
    for number in range(1, count + 1):
        page = [Text(72, 40, f"Chapter {number} | Rocks", 9), Text(300, 760, str(number), 9)]
        page += [
            Text(72, 100, f"{number} Granite and its kin", 16, True),
            Text(72, 140, "Granite is made of three minerals and cools slowly in the deep", 10),
            Text(72, 153, "crust.", 10),
            Text(90, 166, "A new thought begins here because the line is set in and the", 10),
            Text(72, 179, "thought goes on.", 10),
            Text(72, 210, "Minerals", 10, True),
            Text(72, 230, "1. feldspar is common", 10),
            Text(72, 243, "2. quartz is hard", 10),
            Text(72, 280, "Mineral", 10),
            Text(220, 280, "Share", 10),
            Text(72, 293, "Quartz", 10),
            Text(220, 293, "30", 10),
            Text(72, 306, "Mica", 10),
            Text(220, 306, "10", 10),
            Text(72, 340, "Figure 1.2 A piece of granite", 9),
        ]
        pages.append(page)
    return pages


def test_printed_pages_give_up_headings_lists_tables_and_running_heads() -> None:
    document = parse_document(make_pdf(_chapter_pages(4)), "rocks.pdf")
    assert [each for each in shape(document) if each[0] == 3] == [
        (3, "furniture", 0, "Chapter 3 | Rocks\n3"),
        (3, "heading", 1, "3 Granite and its kin"),
        (3, "paragraph", 0, "Granite is made of three minerals and cools slowly in the deep\ncrust."),
        (3, "paragraph", 0, "A new thought begins here because the line is set in and the\nthought goes on."),
        (3, "heading", 2, "Minerals"),
        (3, "list_item", 1, "1. feldspar is common"),
        (3, "list_item", 1, "2. quartz is hard"),
        (3, "table", 0, "Mineral Share\nQuartz 30\nMica 10"),
        (3, "caption", 0, "Figure 1.2 A piece of granite"),
    ]  # fmt: skip
    chunks = [chunk for chunk in chunk_document(document) if chunk.page == 3]
    assert [(chunk.kind, chunk.heading_path[-1]) for chunk in chunks] == [
        ("heading", "3 Granite and its kin"),
        ("prose", "3 Granite and its kin"),
        ("heading", "Minerals"),
        ("prose", "Minerals"),
        ("table", "Minerals"),
        ("caption", "Minerals"),
    ]
    assert all(chunk.boxes for chunk in chunks)
    assert [chunk.ordinal for chunk in chunk_document(document)] == list(range(24))


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (word_file(), "a.pdf", "docx"), (slide_deck(), "a.txt", "pptx"), (book(["<p>x</p>"]), "a.zip", "epub"),
        (make_pdf([[Text(72, 72, "x")]]), "a.docx", "pdf"), (b"<html><p>x</p></html>", "a.txt", "html"),
        (b"\xef\xbb\xbf<!DOCTYPE html><p>x", "a", "html"), (b"# x", "a.md", "markdown"), (b"# x", "a.pdf", "text"),
    ],
)  # fmt: skip
def test_bytes_decide_what_a_file_is(data: bytes, name: str, kind: str) -> None:
    assert kind_of(data, name) == kind


def squeezed(text: str) -> str:
    return "".join(text.split())


def check_spans(document: ParsedDocument) -> None:
    chunks = chunk_document(document)
    for page in document.pages:
        covered = "".join(page.text[block.start : block.end] for block in page.blocks)
        assert squeezed(covered) == squeezed(page.text)
        for before, after in zip(page.blocks, page.blocks[1:], strict=False):
            assert before.end <= after.start
        for block in page.blocks:
            assert 0 <= block.start < block.end <= len(page.text)
            assert all(block.start <= m.start < m.end <= block.end for m in block.marks)
        own = [chunk for chunk in chunks if chunk.page == page.number]
        said = "".join(page.text[b.start : b.end] for b in page.blocks if b.kind != "furniture")
        assert squeezed("".join(chunk.text for chunk in own)) == squeezed(said)
        for chunk in own:
            assert squeezed(page.text[chunk.start : chunk.end]) == squeezed(chunk.text)
            assert len(chunk.text.split()) <= WORDS_MAX
            inside = {b.path for b in page.blocks if b.start < chunk.end and chunk.start < b.end}
            assert inside == {chunk.heading_path}
    for entry in document.glossary:
        text = squeezed(document.pages[entry.page - 1].text[entry.start : entry.end])
        assert squeezed(entry.term) in text and squeezed(entry.meaning) in text


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (HTML, "a.html"), (MARKDOWN, "a.md"), (TEXT, "a.txt"), (word_file(), "a.docx"), (slide_deck(), "a.pptx"),
        (make_pdf(_chapter_pages(4)), "a.pdf"), (DEMO_PAPER.read_bytes(), "p.pdf"),
    ],
)  # fmt: skip
def test_spans_are_true_in_every_format(data: bytes, name: str) -> None:
    check_spans(parse_document(data, name))


_WORDS = st.text(st.characters(codec="utf-8"), max_size=12)
_KINDS = st.sampled_from(["heading", "paragraph", "list_item", "table", "caption", "code"])
_BLOCKS = st.tuples(
    _KINDS, st.lists(st.builds(Run, _WORDS, st.booleans(), st.booleans()), max_size=40), st.integers(0, 12), st.booleans()
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.lists(_BLOCKS, max_size=12))
def test_spans_are_true_whatever_is_put_together(given_blocks: list[tuple]) -> None:  # type: ignore[type-arg]
    builder = DocumentBuilder()
    for kind, runs, level, is_new_page in given_blocks:
        if is_new_page:
            builder.begin_page()
        builder.add(kind, runs, level)
    builder.add("paragraph", "The end.")
    check_spans(builder.finish("text"))


@settings(max_examples=150, deadline=None)
@given(
    st.text(
        st.characters(codec="utf-8", exclude_categories=("Cc",)) | st.sampled_from("\n\t#-*>|`<:."),
        max_size=300,
    )
)
def test_any_text_is_read_or_refused_by_code(text: str) -> None:
    from evigate.base.errors import EvigateError

    for name in ("a.txt", "a.md", "a.html"):
        try:
            document = parse_document(text.encode(), name)
        except EvigateError as error:
            assert re.match(r"E_(?:DOCUMENT|UNSUPPORTED)", error.code.name)
        else:
            check_spans(document)
