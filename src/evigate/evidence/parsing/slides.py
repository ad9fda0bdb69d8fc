"""Presentations (PPTX): the one file that knows python-pptx.

A slide is a page, its title a heading.
"""

import io
from collections.abc import Iterator
from typing import Any

import pptx
from pptx.enum.shapes import MSO_SHAPE_TYPE, PP_PLACEHOLDER

from evigate.base.errors import EvigateError
from evigate.evidence.errors import E_DOCUMENT_DAMAGED
from evigate.evidence.parsing.archive import Archive
from evigate.evidence.parsing.build import DocumentBuilder, Run
from evigate.evidence.parsing.models import ParsedDocument

GROUP_DEPTH_MAX = 20

_TITLES = (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE, PP_PLACEHOLDER.VERTICAL_TITLE)
_FURNITURE = (PP_PLACEHOLDER.SLIDE_NUMBER, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.DATE)


def read_pptx(data: bytes) -> ParsedDocument:
    """Read a presentation: on each slide the title, then shapes from the top, then the notes.

    Slide numbers, footers and dates are left out.

    Raises:
        EvigateError: not safe to unpack, damaged, or without text.
    """
    Archive(data)
    try:
        deck = pptx.Presentation(io.BytesIO(data))
        builder = DocumentBuilder()
        for slide in deck.slides:
            builder.begin_page()
            _add_slide(builder, slide)
        title = deck.core_properties.title
    except EvigateError:
        raise
    except Exception as error:  # the library lets its parsers' errors through, of any class
        raise EvigateError(E_DOCUMENT_DAMAGED, "The presentation cannot be read.") from error
    # The library's own template calls itself so, and so do half of all decks.
    is_named = title and title.strip().lower() not in ("powerpoint presentation", "presentation")
    return builder.finish("pptx", title=title if is_named else None)


def _add_slide(builder: DocumentBuilder, slide: Any) -> None:
    shapes = list(_leaves(slide.shapes, GROUP_DEPTH_MAX))
    title = next((shape for shape in shapes if _placeholder(shape) in _TITLES), None)
    if title is not None:
        builder.add("heading", " ".join(title.text_frame.text.split()), 1)
    others = [shape for shape in shapes if shape is not title]
    others.sort(key=lambda shape: (shape.top or 0, shape.left or 0))
    for shape in others:
        if _placeholder(shape) not in _FURNITURE:
            _add_shape(builder, shape)
    if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
        for paragraph in slide.notes_slide.notes_text_frame.paragraphs:
            builder.add("paragraph", list(_runs(paragraph)))


def _leaves(shapes: Any, depth: int) -> Iterator[Any]:
    for shape in shapes:
        if shape.shape_type == MSO_SHAPE_TYPE.GROUP and depth:
            yield from _leaves(shape.shapes, depth - 1)
        else:
            yield shape


def _placeholder(shape: Any) -> Any:
    return shape.placeholder_format.type if shape.is_placeholder else None


def _add_shape(builder: DocumentBuilder, shape: Any) -> None:
    if getattr(shape, "has_table", False):
        builder.add_table([cell.text for cell in row.cells] for row in shape.table.rows)
    elif shape.has_text_frame:
        paragraphs = shape.text_frame.paragraphs
        # A body is a list by habit; a text box of one paragraph is not.
        is_list = shape.is_placeholder or len(paragraphs) > 1
        for paragraph in paragraphs:
            if is_list:
                builder.add("list_item", list(_runs(paragraph)), paragraph.level + 1)
            else:
                builder.add("paragraph", list(_runs(paragraph)))


def _runs(paragraph: Any) -> Iterator[Run]:
    for run in paragraph.runs:
        yield Run(run.text, bool(run.font.bold), bool(run.font.italic))
