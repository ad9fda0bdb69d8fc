"""Anki packages: every kind as a note with its source on the back. The one file that knows genanki.

A cloze item is a cloze note; everything else asks in front and answers on the back. The ids of
decks, note types and notes come from titles and identifiers, so that importing a second time
updates the notes; the package has no time of its own, so the same items give the same bytes.
"""

import hashlib
import html
import io
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

import genanki

from evigate.base.zips import zip_bytes
from evigate.learning.exchange.models import ExchangeItem, identifier_of
from evigate.learning.items.kinds import answer_of, question_of
from evigate.learning.items.payloads import BLANK, ClozeItem, MatchingItem, McqItem, OrderingItem

# Anki reads dates as milliseconds; any fixed moment will do.
MOMENT = 1_700_000_000.0
_SIDE = '<hr id="answer">'
_SOURCE = '<div class="source">{{Source}}</div>'
_STYLE = (
    ".card { font-family: sans-serif; font-size: 20px; text-align: left; }\n"
    ".source { margin-top: 1em; font-size: 15px; color: #667; }\n"
    ".cloze { font-weight: bold; }"
)


def write(items: Sequence[ExchangeItem], title: str) -> bytes:
    """Return an .apkg of one deck."""
    deck = genanki.Deck(_id("deck", title), title or "Evigate")
    basic, cloze = _basic(), _cloze()
    for item in items:
        is_cloze = isinstance(item.payload, ClozeItem)
        deck.add_note(
            genanki.Note(
                model=cloze if is_cloze else basic,
                fields=_cloze_fields(item) if is_cloze else _basic_fields(item),
                guid=genanki.guid_for("evigate", identifier_of(item)),
                tags=[_tag(tag) for tag in item.tags if tag.strip()],
            )
        )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "deck.apkg"
        genanki.Package(deck).write_to_file(str(path), timestamp=MOMENT)
        return _undated(path.read_bytes())


def _basic() -> genanki.Model:
    return genanki.Model(
        _id("model", "basic"),
        "Evigate question",
        fields=[{"name": "Front"}, {"name": "Back"}, {"name": "Source"}],
        templates=[
            {
                "name": "Card 1",
                "qfmt": "{{Front}}",
                "afmt": "{{FrontSide}}" + _SIDE + "{{Back}}" + _SOURCE,
            }
        ],
        css=_STYLE,
    )


def _cloze() -> genanki.Model:
    return genanki.Model(
        _id("model", "cloze"),
        "Evigate cloze",
        fields=[{"name": "Text"}, {"name": "Extra"}, {"name": "Source"}],
        templates=[
            {
                "name": "Cloze",
                "qfmt": "{{cloze:Text}}",
                "afmt": "{{cloze:Text}}<br>{{Extra}}" + _SOURCE,
            }
        ],
        css=_STYLE,
        model_type=genanki.Model.CLOZE,
    )


def _basic_fields(item: ExchangeItem) -> list[str]:
    payload = item.payload
    front, back = [_html(question_of(payload))], [_html(answer_of(payload))]
    if isinstance(payload, McqItem):
        options = "".join(f"<li>{_html(option.text)}</li>" for option in payload.options)
        front.append(f'<ol type="A">{options}</ol>')
    elif isinstance(payload, OrderingItem):
        front.append(_list(sorted(step.text for step in payload.steps)))
        texts = {step.id: step.text for step in payload.steps}
        back = [_list([texts[each] for each in payload.key], tag="ol")]
    elif isinstance(payload, MatchingItem):
        front.append(_list([pair.left for pair in payload.pairs]))
        front.append(_list(sorted(pair.right for pair in payload.pairs)))
        back = [_list([f"{pair.left} – {pair.right}" for pair in payload.pairs])]
    if correction := getattr(payload, "correction", ""):
        back.append(_html(correction))
    if payload.explanation:
        back.append(f"<i>{_html(payload.explanation)}</i>")
    return ["<br>".join(front), "<br>".join(back), _source(item)]


def _cloze_fields(item: ExchangeItem) -> list[str]:
    payload = item.payload
    assert isinstance(payload, ClozeItem)
    before, after = payload.stem.split(BLANK)
    hint = f"::{_inner(payload.hint)}" if payload.hint else ""
    text = f"{_inner(before)}{{{{c1::{_inner(payload.key)}{hint}}}}}{_inner(after)}"
    extra = f"Also: {_html('; '.join(payload.accepted))}" if payload.accepted else ""
    more = f"<i>{_html(payload.explanation)}</i>" if payload.explanation else ""
    return [text, "<br>".join(part for part in (extra, more) if part), _source(item)]


def _source(item: ExchangeItem) -> str:
    parts = []
    for one in item.citations:
        page = f"p. {one.page}" if one.page is not None else ""
        where = ", ".join(part for part in (one.document, page) if part)
        parts.append(f"“{_html(one.quote)}”" + (f" ({_html(where)})" if where else ""))
    return "<br>".join(parts)


def _list(texts: Sequence[str], *, tag: str = "ul") -> str:
    return f"<{tag}>{''.join(f'<li>{_html(text)}</li>' for text in texts)}</{tag}>"


def _html(text: str) -> str:
    # A field ends at \x1f, and a brace would open a field or a cloze of Anki's.
    plain = html.escape(text.replace("\x1f", " ")).replace("\n", "<br>")
    return plain.replace("{{", "&#123;&#123;").replace("}}", "&#125;&#125;")


def _inner(text: str) -> str:
    return _html(text).replace("::", "&#58;&#58;").replace("}", "&#125;").replace("{", "&#123;")


def _tag(tag: str) -> str:
    return "_".join(tag.replace('"', "").split())


def _id(*parts: str) -> int:
    """Return a number that Anki takes for an id: 2^30 to 2^31."""
    digest = hashlib.sha256("\x1f".join(("evigate", *parts)).encode("utf-8", "replace")).digest()
    return (1 << 30) + int.from_bytes(digest[:4], "big") % (1 << 30)


def _undated(data: bytes) -> bytes:
    """Return the archive with every entry at the same date."""
    with zipfile.ZipFile(io.BytesIO(data)) as dated:
        return zip_bytes({name: dated.read(name) for name in dated.namelist()})
