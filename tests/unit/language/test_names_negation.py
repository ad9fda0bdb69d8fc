"""Names, abbreviations, negations, opposites and languages."""

from evigate.language.detect import detect_language
from evigate.language.names import abbreviations, names, unsupported_names
from evigate.language.negation import contradicted_words, negated_stems
from evigate.language.opposites import opposed_words
from evigate.language.readability import readability
from evigate.language.words import stems, words


def test_names_are_runs_of_capitals_but_not_sentence_beginnings() -> None:
    text = "People like IBM. Barack Obama visited the University of Cape Town. The Normans left."
    assert [name.text for name in names(text)] == [
        "IBM",
        "Barack Obama",
        "University of Cape Town",
        "Normans",
    ]
    assert names("all in lower case") == () == names("ALL IN CAPITALS")


def test_a_name_is_borne_out_by_its_other_forms() -> None:
    evidence = ["The Food and Drug Administration met Louis Pasteur in an Italian town."]
    claim = "The FDA met Pasteur in Italy, and so did Robert Koch."
    assert [name.text for name in unsupported_names(claim, evidence)] == ["Robert Koch"]


def test_another_first_name_is_another_person() -> None:
    missing = unsupported_names("He met John Pasteur.", ["He met Louis Pasteur."])
    assert [name.text for name in missing] == ["John Pasteur"]


def test_abbreviations_are_paired_with_their_words() -> None:
    text = "the central nervous system (CNS) and polymerase chain reactions (PCRs), say (ABC)"
    assert [(one.short, one.long) for one in abbreviations(text)] == [
        ("CNS", "central nervous system"),
        ("PCR", "polymerase chain reactions"),
    ]


def test_negation_reaches_to_the_end_of_its_clause() -> None:
    assert negated_stems("Sponges do not have nerves, but they have skin.") == set(stems("nerves"))
    assert negated_stems("It is not only big.") == frozenset()


def test_what_one_text_denies_and_the_other_affirms_contradicts() -> None:
    turned = contradicted_words("Sponges do not have nerves.", "Sponges have nerves.")
    assert [word.text for word in turned] == ["nerves"]
    assert contradicted_words("Sponges have nerves.", "Sponges have nerves.") == ()


def test_opposites_are_noticed_only_when_the_word_itself_is_missing() -> None:
    asked = words("What is the largest city?")
    assert [word.text for word in opposed_words(asked, stems("the smallest city"))] == ["largest"]
    assert opposed_words(asked, stems("the largest and the smallest city")) == ()


def test_a_short_text_has_no_language_that_can_be_told() -> None:
    assert detect_language("ok") == "unknown"
    assert detect_language("Der Hund schläft unter dem Tisch im Garten.") == "de"
    assert detect_language("The cat sat on the mat and looked at me.") == "en"


def test_the_readability_index_by_hand() -> None:
    # 6 words of 19 letters in one sentence: 4.71 * 19/6 + 0.5 * 6 - 21.43 = -3.5, so 0.
    assert readability("The cat sat on the table.").grade == 0.0
    # 4 words of 45 letters in one sentence: 4.71 * 45/4 + 0.5 * 4 - 21.43 = 33.56.
    found = readability("Hippopotamus rhinoceros intelligence institution.")
    assert found.grade == 33.56
    assert readability("...").grade is None
