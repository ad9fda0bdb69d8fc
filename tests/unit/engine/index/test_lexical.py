"""Lexical segments: BM25 by words, and the query language."""

from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evigate.base.errors import EvigateError
from evigate.engine.index import (
    LexicalSegment,
    lexical_in_memory,
    open_segment,
    open_texts_or_index,
    write_lexical_segment,
)
from evigate.engine.index.grammar import parse_query

ROWS = [
    ("a", "Wings in a slipstream", "The lift of a wing grows behind a propeller."),
    ("b", "Boundary layers", "The boundary layer on a heated plate."),
    ("c", "Layers of boundaries", "A layer, then a boundary; no wing at all."),
    ("d", "Flow of air", "Aerodynamics of the experimental café."),
    ("e", None, ""),
    ("f", "Wing", "wing wing wing"),
]
BATCH = pa.RecordBatch.from_pylist(
    [dict(zip(("id", "title", "text"), row, strict=True)) for row in ROWS]
)
COLUMNS = ["title", "text"]


@pytest.fixture(scope="module")
def segment(tmp_path_factory: pytest.TempPathFactory) -> LexicalSegment:
    folder = tmp_path_factory.mktemp("lexical") / "s"
    write_lexical_segment(folder, [BATCH.slice(0, 2), BATCH.slice(2)], key="id", columns=COLUMNS)
    opened = open_segment(folder, verify=True)
    assert isinstance(opened, LexicalSegment)
    return opened


def found(segment: LexicalSegment, text: str, k: int = 10, **options) -> list[str]:
    ranked = segment.best(segment.query(text, **options), k)
    assert ranked.scores.tolist() == sorted(ranked.scores.tolist(), reverse=True)
    return [segment.keys[row].as_py() for row in ranked.rows.tolist()]


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("wings", "acf"),  # stemmed
        ("slipstream plate", "ab"),  # any of the words
        ("the of", ""),  # stop words are no words
        ('"boundary layer"', "b"),
        ('"layer boundary"', ""),
        ('"flow of air"', "d"),  # over a stop word's gap
        ("+wing -propeller", "cf"),
        ("wing AND lift", "a"),
        ("wing NOT lift", "cf"),
        ("wing AND (lift OR layer)", "ac"),
        ("title:wing", "af"),
        ('title:"boundary layer"', "b"),
        ("text:(plate propeller)", "ab"),
        ("aero*", "d"),
        ("experimental*", "d"),  # longer than its stem
        ("slipstraem~1", "a"),
        ("slopstraem~2", "a"),
        ("cafe", "d"),
        ("NOT wing", "bde"),
        ("", ""),
        ("***", ""),
    ],
)
def test_the_query_language(segment: LexicalSegment, text: str, keys: str) -> None:
    assert sorted(found(segment, text)) == list(keys)


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ('"wing', "acf"),
        ("(wing", "acf"),
        ("wing)", "acf"),
        ("wing AND", "acf"),
        ("OR wing", "acf"),
        ("(" * 50 + "wing" + ")" * 50, "acf"),
    ],
)
def test_malformed_text_is_read_as_words_unless_strict(
    segment: LexicalSegment, text: str, keys: str
) -> None:
    assert sorted(found(segment, text)) == list(keys)
    with pytest.raises(EvigateError) as caught:
        segment.query(text, strict=True)
    assert caught.value.code.name == "E_QUERY_INVALID"


def test_an_unknown_column_is_only_a_word_unless_strict(segment: LexicalSegment) -> None:
    assert found(segment, "note:wing")
    with pytest.raises(EvigateError, match="'note'"):
        segment.query("note:wing", strict=True)


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=st.sampled_from('wing lift"()+-*~:ANDORT title:é\x00\n2'), max_size=40))
def test_no_free_text_raises(text: str) -> None:
    parse_query(text, COLUMNS)
    found(MEMORY, text)


MEMORY = lexical_in_memory([BATCH], key="id", columns=COLUMNS)


def test_equal_scores_come_by_key_at_every_cut() -> None:
    names = [str(number) for number in range(40)]
    batch = pa.RecordBatch.from_pydict({"id": names[::-1], "text": ["same words"] * 40})
    segment = lexical_in_memory([batch], key="id", columns=["text"])
    assert found(segment, "words", 40) == sorted(names)
    for k in (1, 5, 17):
        assert found(segment, "words", k) == sorted(names)[:k]


def test_some_rows_only(segment: LexicalSegment) -> None:
    everywhere = segment.best(segment.query("wing"), 10)
    rows = everywhere.rows[1:]
    rows.sort()
    within = segment.best(segment.query("wing"), 10, rows)
    assert within.rows.tolist() == everywhere.rows[1:].tolist()
    assert within.scores.tolist() == pytest.approx(everywhere.scores[1:].tolist(), rel=1e-6)


def test_weights_prefer_a_column(segment: LexicalSegment) -> None:
    assert found(segment, "layers", weights={"title": 9, "text": 0.1})[0] in "bc"
    assert found(segment, "propeller", weights={"title": 1}) == []
    for wrong in ({"note": 1.0}, {"title": -1.0}, {"title": float("nan")}):
        with pytest.raises(EvigateError) as caught:
            segment.query("wing", weights=wrong)
        assert caught.value.code.name == "E_QUERY_INVALID"


def test_raw_does_not_stem_and_keeps_stop_words() -> None:
    raw = lexical_in_memory([BATCH], key="id", columns=COLUMNS, analyzer="raw")
    assert sorted(found(raw, "wings")) == ["a"]
    assert sorted(found(raw, "of")) == ["a", "c", "d"]
    kept = lexical_in_memory([BATCH], key="id", columns=COLUMNS, stop_words=False)
    assert sorted(found(kept, "of")) == ["a", "c", "d"]
    with pytest.raises(EvigateError, match="'klingon'"):
        lexical_in_memory([BATCH], key="id", columns=COLUMNS, analyzer="klingon")


def test_each_broken_file_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "s"
    manifest = write_lexical_segment(folder, [BATCH], key="id", columns=COLUMNS)
    assert len(manifest.files) >= 5
    for name in manifest.files:
        path = folder / name
        data = path.read_bytes()
        for broken, verify in ((data + b"x", False), (bytes([data[0] ^ 1]) + data[1:], True)):
            path.write_bytes(broken)
            with pytest.raises(EvigateError, match=name.replace(".", r"\.")) as caught:
                open_segment(folder, verify=verify)
            assert caught.value.code.name == "E_SEGMENT_CORRUPT"
        path.write_bytes(data)
    assert open_segment(folder, verify=True).count == len(ROWS)


def test_a_broken_segment_answers_from_its_table(tmp_path: Path, segment: LexicalSegment) -> None:
    folder = tmp_path / "s"
    write_lexical_segment(folder, [BATCH], key="id", columns=COLUMNS)
    (folder / "terms" / "meta.json").write_bytes(b"{}")
    opened = open_texts_or_index(folder, lambda: [BATCH], key="id", columns=COLUMNS)
    assert "terms/meta.json" in (opened.note or "")
    assert found(opened.segment, "wing lift") == found(segment, "wing lift")


def test_bad_input_is_named(tmp_path: Path) -> None:
    twice = pa.RecordBatch.from_pydict({"id": ["a", "a"], "text": ["x", "y"]})
    lists = pa.RecordBatch.from_pydict({"id": ["a"], "text": [["x"]]})
    for batch, columns, code, says in (
        (twice, ["text"], "E_KEYS_INVALID", "'a'"),
        (twice, ["body"], "E_INDEX_INVALID", "'body'"),
        (lists, ["text"], "E_INDEX_INVALID", "'text'"),
        (twice, [], "E_INDEX_INVALID", "0 columns"),
    ):
        with pytest.raises(EvigateError) as caught:
            write_lexical_segment(tmp_path / "s", [batch], key="id", columns=columns)
        assert caught.value.code.name == code
        assert says in caught.value.message
    assert list(tmp_path.iterdir()) == []
