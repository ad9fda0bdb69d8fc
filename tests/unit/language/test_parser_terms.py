"""The parser's values, definitions and key terms, on text nobody tuned them to."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from evigate.base.errors import EvigateError
from evigate.language import parser
from evigate.language.definitions import DefinitionShape, definitions
from evigate.language.parser import parse, parse_many
from evigate.language.terms import key_terms

TEXT = (
    "Tectonic plates are large pieces of the Earth's crust. A process called subduction pushes one "
    "plate under another.\n\nSubduction refers to the sinking of one plate beneath another plate. "
    "Subduction zones hold deep trenches, and subduction makes volcanoes. The lithosphere, the "
    "rigid outer layer of the planet, is broken into tectonic plates."
)


def test_offsets_count_in_the_text_given() -> None:
    for sentence in parse(TEXT).sentences:
        assert TEXT[sentence.start : sentence.end] == sentence.text
        for part in (*sentence.tokens, *sentence.chunks, *sentence.entities):
            assert TEXT[part.start : part.end] == part.text
        for chunk in sentence.chunks:
            assert sentence.tokens[chunk.first].start == chunk.start
        assert sentence.root.dep == "ROOT"


def test_long_texts_are_cut_between_sentences(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parser, "PIECE_CHARACTERS_MAX", 130)
    cut = parse(TEXT)
    assert [one.text for one in cut.sentences] == [
        text for one in parse(TEXT).sentences if (text := one.text)
    ]
    assert "".join(TEXT[one.start : one.end] for one in cut.sentences).replace("\n", "")


def test_a_text_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parser, "TEXT_CHARACTERS_MAX", 10)
    with pytest.raises(EvigateError, match="E_TEXT_TOO_LONG"):
        parse("more than ten characters")


def test_threads_and_neighbours_change_nothing() -> None:
    alone = parse(TEXT)
    with ThreadPoolExecutor(4) as pool:
        assert all(found == alone for found in pool.map(parse, [TEXT] * 8))
    assert parse_many(["", TEXT, "Other text here."])[1] == alone
    assert parse("  \n ").sentences == ()


def test_definitions_say_the_term_and_what_it_is() -> None:
    found = {one.term.lower(): one for one in definitions(parse(TEXT))}
    assert found["tectonic plates"].shape is DefinitionShape.COPULA
    assert found["tectonic plates"].is_plural
    assert found["tectonic plates"].definiens == "large pieces of the Earth's crust"
    assert found["lithosphere"].definiens == "the rigid outer layer of the planet"
    for one in found.values():
        assert TEXT[one.definiens_start : one.definiens_end] == one.definiens
        assert TEXT[one.term_start : one.term_end] == one.term


def test_a_property_is_no_definition() -> None:
    assert definitions(parse("The dog is hungry. It is a cat. She was very late.")) == ()


def test_key_terms_are_what_the_text_is_about() -> None:
    found = [term.key for term in key_terms(parse(TEXT), limit=3)]
    assert ("subduct",) in found
    assert ("tecton", "plate") in found


def test_what_the_source_marks_comes_first() -> None:
    found = key_terms(parse(TEXT), limit=3, marked=["trenches"])
    assert found[0].text == "trenches"
    assert found[0].is_marked
