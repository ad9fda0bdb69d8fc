"""Items as files and back: what each format holds comes back, and what it cannot is counted."""

import csv
import io
import json
import sqlite3
import string
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from evigate.base.errors import EvigateError
from evigate.learning.exchange import Cited, ExchangeItem, LeftOut, read, write
from evigate.learning.items.payloads import (
    ClozeItem,
    Flashcard,
    MatchingItem,
    McqItem,
    Option,
    OrderingItem,
    Pair,
    RubricLine,
    ShortAnswerItem,
    Step,
    TrueFalseItem,
)

# Every mark that some format reads as its own, and letters beyond ASCII.
MARKS = string.ascii_letters + string.digits + " ~=#{}:\\/%<>&\"'`*[]()|;,.!?+-@$^éßλ中→🧬"
LETTERS = "ABCDEFGH"


def texts(most: int = 60) -> st.SearchStrategy[str]:
    """Texts as people write them: no blanks at the ends or in runs, which markup does not keep."""
    return (
        st.text(MARKS, min_size=1, max_size=most)
        .map(lambda text: " ".join(text.split()))
        .filter(lambda text: text and "_____" not in text and "->" not in text)
    )


def distinct(low: int, high: int) -> st.SearchStrategy[list[str]]:
    return st.lists(
        texts(), min_size=low, max_size=high, unique_by=lambda each: each.casefold().strip()
    )


COMMON = {
    "concept": st.just("") | texts(),
    "objective": st.just("") | texts(),
    "section": st.lists(texts(20), max_size=3).map(tuple),
    "explanation": st.just("") | texts(),
    "hint": st.just("") | texts(),
}


@st.composite
def choices(draw: st.DrawFn) -> McqItem:
    listed = draw(distinct(3, 5))
    if sorted(each.lower() for each in listed) == ["false", "true"]:
        listed[0] += "?"
    options = tuple(
        Option(id=letter, text=text, feedback=draw(st.just("") | texts()))
        for letter, text in zip(LETTERS, listed, strict=False)
    )
    key = draw(st.sampled_from(LETTERS[: len(options)]))
    common = {name: draw(each) for name, each in COMMON.items()}
    return McqItem(stem=draw(texts()), options=options, key=key, **common)


@st.composite
def blanks(draw: st.DrawFn) -> ClozeItem:
    before = draw(st.just("") | texts().map(lambda text: f"{text} "))
    after = draw(st.just("") | texts().map(lambda text: f" {text}"))
    key, *others = draw(distinct(1, 4))
    common = {name: draw(each) for name, each in COMMON.items()}
    return ClozeItem(stem=f"{before}_____{after}", key=key, accepted=tuple(others), **common)


@st.composite
def orders(draw: st.DrawFn) -> OrderingItem:
    steps = tuple(
        Step(id=letter, text=text)
        for letter, text in zip(LETTERS, draw(distinct(3, 8)), strict=False)
    )
    key = tuple(draw(st.permutations([step.id for step in steps])))
    common = {name: draw(each) for name, each in COMMON.items()}
    return OrderingItem(stem=draw(texts()), steps=steps, key=key, **common)


@st.composite
def matches(draw: st.DrawFn) -> MatchingItem:
    left = draw(distinct(3, 6))
    right = draw(distinct(len(left), len(left)))
    pairs = tuple(
        Pair(id=letter, left=one, right=two)
        for letter, one, two in zip(LETTERS, left, right, strict=False)
    )
    return MatchingItem(
        stem=draw(texts()), pairs=pairs, **{name: draw(each) for name, each in COMMON.items()}
    )


truths = st.builds(
    TrueFalseItem, stem=texts(), key=st.just(True), correction=st.just(""), **COMMON
) | st.builds(TrueFalseItem, stem=texts(), key=st.just(False), correction=texts(), **COMMON)
answers = st.builds(
    ShortAnswerItem,
    stem=texts(),
    key=texts(),
    accepted=st.lists(texts(), max_size=2).map(tuple),
    rubric=st.lists(
        st.builds(RubricLine, text=texts(), points=st.integers(1, 10)), min_size=1, max_size=3
    ).map(tuple),
    **COMMON,
)
cards = st.builds(Flashcard, front=texts(), back=texts(), **COMMON)
PAYLOADS = {
    "learning.mcq_item": choices(),
    "learning.true_false_item": truths,
    "learning.cloze_item": blanks(),
    "learning.short_answer_item": answers,
    "learning.ordering_item": orders(),
    "learning.matching_item": matches(),
    "learning.flashcard": cards,
}


@st.composite
def items(draw: st.DrawFn) -> ExchangeItem:
    kind = draw(st.sampled_from(sorted(PAYLOADS)))
    cited = st.builds(
        Cited, quote=texts(), page=st.none() | st.integers(1, 999), document=st.just("") | texts()
    )
    return ExchangeItem(
        kind=kind,
        payload=draw(PAYLOADS[kind]),
        tags=tuple(draw(st.lists(texts(20), max_size=3, unique=True))),
        difficulty=draw(st.sampled_from([None, "introductory", "intermediate", "advanced"])),
        citations=tuple(draw(st.lists(cited, max_size=2))),
        identifier=draw(st.text(string.ascii_lowercase + string.digits, min_size=1, max_size=20)),
    )


@pytest.mark.parametrize("format", ["json", "qti", "gift"])
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(items(), min_size=1, max_size=4))
def test_what_a_format_holds_comes_back_equal(format: str, given_items: list[ExchangeItem]) -> None:
    written = write(format, given_items, title="A / title: with {marks}")
    left = {each.kind for each in written.left_out}
    held = [item for item in given_items if item.kind not in left]
    assert sum(each.count for each in written.left_out) == len(given_items) - len(held)
    if not held and format != "json":
        return
    back = read(format, written.data)
    assert back.problems == ()
    assert list(back.items) == held


@pytest.mark.parametrize("format", ["qti", "gift", "moodle", "anki", "csv", "json"])
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(items(), max_size=3))
def test_the_same_items_give_the_same_bytes(format: str, given_items: list[ExchangeItem]) -> None:
    once = write(format, given_items, title="Cells")
    assert once == write(format, given_items, title="Cells")
    assert once.file_name.startswith("cells.")


def mcq(**values: object) -> ExchangeItem:
    options = (
        Option(id="A", text="Mitochondrion", feedback="Yes: it makes ATP."),
        Option(id="B", text="Nucleus"),
        Option(id="C", text="Ribosome", feedback="It makes protein."),
    )
    payload = McqItem(stem="What makes ATP?", options=options, key="A", **values)  # type: ignore[arg-type]
    return ExchangeItem(
        "learning.mcq_item",
        payload,
        tags=("cell biology", "atp"),
        difficulty="introductory",
        citations=(Cited("Mitochondria make ATP.", 12, "Cells"),),
        identifier="one",
    )


def test_kinds_that_a_format_cannot_hold_are_counted_with_a_reason() -> None:
    card = ExchangeItem("learning.flashcard", Flashcard(front="ATP", back="energy"))
    written = write("qti", [mcq(), card, card], title="Cells")
    assert written.left_out == (
        LeftOut("learning.flashcard", "a card that the learner rates is no question there", 2),
    )


def test_a_qti_item_has_the_parts_of_its_schema_in_their_order() -> None:
    data = write("qti", [mcq(explanation="It respires.")], title="Cells").data
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert package.namelist() == ["imsmanifest.xml", "items/item-00001.xml"]
        root = etree.fromstring(package.read("items/item-00001.xml"))
        manifest = etree.fromstring(package.read("imsmanifest.xml"))
    assert [etree.QName(each).localname for each in root] == [
        "qti-response-declaration",
        "qti-outcome-declaration",
        "qti-outcome-declaration",
        "qti-item-body",
        "qti-response-processing",
        "qti-modal-feedback",
        "qti-modal-feedback",
        "qti-modal-feedback",
    ]
    spaces = {"q": "http://www.imsglobal.org/xsd/imsqtiasi_v3p0"}
    assert {etree.QName(each).namespace for each in root.iter()} == set(spaces.values())
    assert root.xpath("string(//q:qti-correct-response/q:qti-value)", namespaces=spaces) == "A"
    # Every identifier that the processing names is declared or is a choice.
    named = set(root.xpath("//q:qti-variable/@identifier", namespaces=spaces))
    assert named == {"RESPONSE", "FEEDBACK"}
    resources = manifest.findall("{*}resources/{*}resource")
    assert [each.get("type") for each in resources] == ["imsqti_item_xmlv3p0"]


QTI_2 = """<?xml version="1.0"?>
<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="choice"
  title="Luggage" adaptive="false" timeDependent="false">
 <responseDeclaration identifier="RESPONSE" cardinality="single" baseType="identifier">
  <correctResponse><value>ChoiceB</value></correctResponse></responseDeclaration>
 <itemBody><p>Look at the text.</p>
  <choiceInteraction responseIdentifier="RESPONSE" shuffle="false" maxChoices="1">
   <prompt>What does it <b>say</b>?</prompt>
   <simpleChoice identifier="ChoiceA">Stay with
     your luggage.</simpleChoice>
   <simpleChoice identifier="ChoiceB">Never leave it.<feedbackInline identifier="ChoiceB"
     outcomeIdentifier="FEEDBACK" showHide="show">Right.</feedbackInline></simpleChoice>
   <simpleChoice identifier="ChoiceC">Leave it.</simpleChoice>
  </choiceInteraction></itemBody></assessmentItem>"""


def test_a_simple_choice_of_qti_2_is_read() -> None:
    back = read("qti", QTI_2.encode())
    payload = back.items[0].payload
    assert isinstance(payload, McqItem)
    assert payload.stem == "Look at the text.\nWhat does it say?"
    assert payload.options[0].text == "Stay with your luggage."
    assert (payload.key, payload.options[1].feedback) == ("B", "Right.")


def test_several_right_answers_and_pictures_are_refused_with_their_reason() -> None:
    two = QTI_2.replace("<value>ChoiceB</value>", "<value>ChoiceB</value><value>ChoiceC</value>")
    assert "2 right answers" in read("qti", two.encode()).problems[0].message
    picture = QTI_2.replace("<p>Look", '<p><img src="a.png"/>Look')
    assert "'img'" in read("qti", picture.encode()).problems[0].message


@pytest.mark.parametrize(
    "declared",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
    ],
)
def test_entities_are_neither_expanded_nor_fetched(declared: str) -> None:
    hostile = QTI_2.replace('<?xml version="1.0"?>', declared).replace("Look", "&a;")
    with pytest.raises(EvigateError) as raised:
        read("qti", hostile.encode())
    assert raised.value.code.name == "E_EXCHANGE_FORMAT"


def test_a_zip_that_unpacks_without_end_is_refused() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("item.xml", b"<a>" + b" " * 60_000_000)
    assert len(made.getvalue()) < 100_000
    with pytest.raises(EvigateError) as raised:
        read("qti", made.getvalue())
    assert raised.value.code.name == "E_EXCHANGE_LIMIT"


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04broken", b"hello", b"<a/>", b"\x00" * 100])
@pytest.mark.parametrize("format", ["qti", "gift", "json"])
def test_what_is_no_such_file_is_refused(format: str, data: bytes) -> None:
    with pytest.raises(EvigateError) as raised:
        read(format, data)
    assert raised.value.code.name == "E_EXCHANGE_FORMAT"


@settings(max_examples=200, deadline=None)
@given(st.text("{}=~#%->\\:/ \nTaF1[]$@é", max_size=60))
def test_no_gift_breaks_the_reader(source: str) -> None:
    try:
        back = read("gift", source.encode())
    except EvigateError:
        assert "{" not in source.replace("\\{", "").replace("\\\\", "") or "\\" in source
    else:
        assert back.items or back.problems or "{" in source


GIFT = r"""
// A comment, then Moodle's own samples of each type.
$CATEGORY: $course$/top/History/Who is who

Who's buried in Grant's tomb?{~Grant ~Jefferson =no one#Right: he is entombed. ####He lies above ground.}

Grant is {~buried =entombed ~living} in Grant's tomb.

Grant is buried in Grant's tomb.{FALSE#No: entombed.#Right!}

Who's buried?{=no one =nobody}

Two plus two equals {=four =4}.

When was Ulysses S. Grant born?{#1822}

What is pi?{#3.14:0.01}

Match.{
 =Canada -> Ottawa
 =Italy -> Rome
 =Japan -> Tokyo
}

Which two?{~%50%Grant ~%50%Grant's wife ~%-100%No one ~Nobody}

What is it?{=%50%nearly =quite}

Write about him. {}

//  [id:q-7] [tag:sets] [tag:maths]
::Escapes::[html]<b>Which</b> is \{1\, 2\}?{=\{2, 1\} ~a \= b ~c \~ d \# e \: f}

He was a general.

Open {=one
"""


def test_moodles_own_samples_are_read_or_refused_by_their_line() -> None:
    back = read("gift", GIFT.encode())
    by_stem = {getattr(item.payload, "stem", ""): item for item in back.items}
    grant = by_stem["Who's buried in Grant's tomb?"].payload
    assert isinstance(grant, McqItem)
    assert (grant.answer, grant.explanation) == ("no one", "He lies above ground.")
    assert grant.options[2].feedback == "Right: he is entombed."
    assert grant.section == ("History", "Who is who")
    missing = by_stem["Grant is _____ in Grant's tomb."].payload
    assert isinstance(missing, McqItem) and missing.answer == "entombed"
    false = by_stem["Grant is buried in Grant's tomb."].payload
    assert isinstance(false, TrueFalseItem) and (false.key, false.correction) == (
        False,
        "No: entombed.",
    )
    two = by_stem["Two plus two equals _____."].payload
    assert isinstance(two, ClozeItem) and (two.key, two.accepted) == ("four", ("4",))
    born = by_stem["When was Ulysses S. Grant born? _____"].payload
    assert isinstance(born, ClozeItem) and born.key == "1822"
    pairs = by_stem["Match."].payload
    assert isinstance(pairs, MatchingItem) and pairs.pairs[2].right == "Tokyo"
    escaped = by_stem["Which is {1\\, 2}?"]
    assert escaped.identifier == "q-7" and escaped.tags == ("sets", "maths")
    assert isinstance(escaped.payload, McqItem)
    assert [each.text for each in escaped.payload.options] == ["{2, 1}", "a = b", "c ~ d # e : f"]
    assert len(back.items) == 8
    assert {GIFT.split("\n")[int(each.place.split()[1]) - 1][:10] for each in back.problems} == {
        "What is pi",
        "Which two?",
        "What is it",
        "Write abou",
        "He was a g",
        "Open {=one",
    }


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_gift_is_read_in_the_encodings_it_comes_in(encoding: str) -> None:
    back = read("gift", "Où est né José ?{=Orléans}".encode(encoding))
    assert getattr(back.items[0].payload, "key", "") == "Orléans"


def test_json_of_another_version_is_refused_and_a_broken_item_named() -> None:
    whole = json.loads(write("json", [mcq(), mcq()], title="Cells").data)
    whole["items"][1]["payload"]["key"] = "Z"
    back = read("json", json.dumps(whole).encode())
    assert len(back.items) == 1
    assert back.problems[0].place == "item 2" and "'Z'" in back.problems[0].message
    whole["schema_version"] = "999"
    with pytest.raises(EvigateError, match="999"):
        read("json", json.dumps(whole).encode())


def test_no_cell_of_the_table_is_a_formula() -> None:
    for start in ("=cmd()", "+1", "-1", "@SUM(A1)", "\t=1", "\n=1"):
        card = ExchangeItem("learning.flashcard", Flashcard(front=start, back="x"))
        rows = list(
            csv.DictReader(io.StringIO(write("csv", [card], title="t").data.decode("utf-8-sig")))
        )
        assert rows[0]["question"].startswith("'")
    rows = list(
        csv.DictReader(io.StringIO(write("csv", [mcq()], title="t").data.decode("utf-8-sig")))
    )
    assert (rows[0]["option_a"], rows[0]["key"], rows[0]["page"]) == ("Mitochondrion", "A", "12")


def test_an_anki_package_opens_and_holds_source_tags_and_clozes(tmp_path: Path) -> None:
    blank = ClozeItem(stem="The _____ makes {{ATP}}.", key="mito::chondrion}}", hint="an organelle")
    cloze = ExchangeItem("learning.cloze_item", blank, identifier="two")
    data = write("anki", [mcq(), cloze], title="Cells").data
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        package.extract("collection.anki2", tmp_path)
    db = sqlite3.connect(tmp_path / "collection.anki2")
    try:
        notes = list(db.execute("SELECT flds, tags, guid FROM notes ORDER BY id"))
        assert db.execute("SELECT count(*) FROM cards").fetchone() == (2,)
    finally:
        db.close()
    front, back, source = notes[0][0].split("\x1f")
    assert "What makes ATP?" in front and "<li>Nucleus</li>" in front and back == "Mitochondrion"
    assert source == "“Mitochondria make ATP.” (Cells, p. 12)"
    assert notes[0][1].split() == ["cell_biology", "atp"]
    assert notes[1][0].startswith(
        "The {{c1::mito&#58;&#58;chondrion&#125;&#125;::an organelle}} makes &#123;&#123;ATP"
    )


def test_moodle_xml_has_the_key_the_feedback_and_the_source() -> None:
    root = etree.fromstring(write("moodle", [mcq()], title="A/B").data)
    category, question = root.findall("question")
    assert category.findtext("category/text") == "$course$/top/A//B"
    assert question.get("type") == "multichoice"
    assert [each.get("fraction") for each in question.findall("answer")] == ["100", "0", "0"]
    assert question.findtext("answer/feedback/text") == "Yes: it makes ATP."
    assert "Mitochondria make ATP." in (question.findtext("generalfeedback/text") or "")
