"""Chunks: whole sentences of one page, spans and boxes that are true, texts without pages."""

import pytest
from tests.conftest import DEMO_PAPER

from evigate.evidence.chunks import WORDS_MAX, chunk_document, ends_sentence
from evigate.evidence.pages import marked_parts
from evigate.evidence.parsing.documents import parse_document
from evigate.evidence.parsing.pdf import read_pdf


def squeezed(text: str) -> str:
    return "".join(text.split())


def test_chunks_of_a_paper_cover_its_text_and_lie_where_they_say() -> None:
    document = read_pdf(DEMO_PAPER.read_bytes())
    chunks = chunk_document(document)
    for page in document.pages:
        own = [chunk for chunk in chunks if chunk.page == page.number]
        said = (page.text[b.start : b.end] for b in page.blocks if b.kind != "furniture")
        assert squeezed("".join(chunk.text for chunk in own)) == squeezed("".join(said))
        for chunk in own:
            assert squeezed(page.text[chunk.start : chunk.end]) == squeezed(chunk.text)
            assert chunk.boxes, "a page of words has places"
            assert all(0 <= box.x0 < box.x1 <= page.width for box in chunk.boxes)
            assert all(0 <= box.y0 < box.y1 <= page.height for box in chunk.boxes)
            assert len(chunk.text.split()) <= WORDS_MAX
    prose = [chunk.digest for chunk in chunks if chunk.kind == "prose" and len(chunk.text) > 80]
    assert len(set(prose)) == len(prose) > 30


def test_the_boxes_of_a_chunk_hold_its_words_and_no_others() -> None:
    document = read_pdf(DEMO_PAPER.read_bytes())
    page = document.pages[0]
    chunk = next(c for c in chunk_document(document) if c.page == 1 and len(c.boxes) > 4)
    inside = [
        word.text
        for word in page.words
        if any(
            box.x0 - 0.1 <= word.box.x0 and word.box.x1 <= box.x1 + 0.1
            and box.y0 - 0.1 <= word.box.y0 and word.box.y1 <= box.y1 + 0.1
            for box in chunk.boxes
        )
    ]  # fmt: skip
    assert squeezed("".join(inside)) == squeezed(chunk.text)


@pytest.mark.parametrize(
    ("word", "following", "is_end"),
    [
        ("done.", "The", True), ("done.", None, True), ('said."', "Then", True), ("e.g.", "The", False),
        ("al.", "They", False), ("J.", "Smith", False), ("value", "The", False), ("done.", "and", False),
        ("3.", "The", False), ("really?", "Yes", True),
    ],
)  # fmt: skip
def test_sentences_end_where_a_reader_would_say(
    word: str, following: str | None, is_end: bool
) -> None:
    assert ends_sentence(word, following) is is_end


def test_texts_have_pages_by_form_feed_and_no_places() -> None:
    document = parse_document(b"# A title\n\nFirst page.\f Second page.", "notes.md")
    assert document.title == "A title"
    assert [
        (c.page, c.kind, c.text, c.heading_path, c.boxes) for c in chunk_document(document)
    ] == [
        (1, "heading", "A title", ("A title",), ()),
        (1, "prose", "First page.", ("A title",), ()),
        (2, "prose", "Second page.", ("A title",), ()),
    ]


def test_the_question_is_marked_at_the_beginning_of_words() -> None:
    parts = marked_parts("A wing, swing and Wings.", ["wing"])
    assert [part["text"] for part in parts if part["is_marked"]] == ["wing", "Wing"]
    assert "".join(part["text"] for part in parts) == "A wing, swing and Wings."
