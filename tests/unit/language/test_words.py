"""Words, sentences, weights and likeness: what two texts are compared by."""

import pytest

from evigate.language.similarity import coverage, jaccard, ngram_jaccard, ngram_precision
from evigate.language.weights import BACKGROUND, Weights, background_weight
from evigate.language.words import (
    contains_phrase,
    content_stems,
    split_sentences,
    stems,
    words,
)


def test_words_keep_their_place_and_agree_across_spellings() -> None:
    text = "Résumés of the U.S., 1,000 dogs' (well-known) dog's"
    found = words(text)
    assert all(text[word.start : word.end] == word.text for word in found)
    assert [word.folded for word in found] == [
        "resumes", "of", "the", "us", "1000", "dogs", "well", "known", "dog",
    ]  # fmt: skip
    assert stems("dogs") == stems("dog's")


def test_an_abbreviation_in_capitals_is_no_stop_word() -> None:
    assert content_stems("The US told us") == ("us", "told")


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Mr. Smith went home. He slept.", ["Mr. Smith went home.", "He slept."]),
        ('"Yes!" He left (e.g. Paris). Ok', ['"Yes!"', "He left (e.g. Paris).", "Ok"]),
        ("A heading\n\nThen text", ["A heading", "Then text"]),
        ("   \n ", []),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, sentences: list[str]) -> None:
    assert [text[start:end] for start, end in split_sentences(text)] == sentences


def test_rare_words_weigh_more_and_unknown_ones_most() -> None:
    assert background_weight("the") == 0.0
    assert background_weight("the") < background_weight("water") < background_weight("zzqx") == 1.0


def test_what_is_everywhere_in_a_corpus_weighs_less_there() -> None:
    corpus = Weights.of_texts(["neuron and axon"] * 50 + ["neuron"] * 50)
    assert corpus.weight("neuron") < BACKGROUND.weight("neuron")
    assert corpus.weight("axon") > corpus.weight("neuron")


def test_measures_of_likeness_by_hand() -> None:
    assert jaccard({1, 2, 3}, {2, 3, 4}) == 0.5  # two of four
    assert jaccard([], []) == 0.0
    # Bigrams: ab bc | bc cd, one shared of three.
    assert ngram_jaccard("abc", "bcd", size=2) == pytest.approx(1 / 3)
    # Both shorter than five words: compared as one run of three.
    assert ngram_jaccard("abc", "abc", size=5) == 1.0
    assert ngram_precision("abc", "abd", size=2) == 0.5
    assert coverage([], ["x"]) == 0.0
    assert coverage(["the", "axon"], ["axon"]) == 1.0  # "the" weighs nothing


def test_a_phrase_stands_only_in_order_and_together() -> None:
    assert contains_phrase(("a", "b", "c"), ("b", "c"))
    assert not contains_phrase(("a", "b", "c"), ("a", "c"))
    assert not contains_phrase(("a",), ())
