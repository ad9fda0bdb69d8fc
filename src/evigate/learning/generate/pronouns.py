"""Which pronouns find in their own sentence what they stand for.

A rule of form: some noun must come before, of a person a full name, and a main clause's own "it"
or "they" needs a subject before it. What the pronoun itself belongs to is no such noun: in "the
style of their churches" nobody is named yet.
"""

from evigate.language.models import Sentence, Token
from evigate.language.words import fold

_PERSONAL = frozenset("he she him her his hers himself herself".split())  # noqa: SIM905
_THIRD = frozenset("it they them its their theirs itself themselves".split())  # noqa: SIM905
_NOUNS = frozenset({"NOUN", "PROPN"})
# What a noun's own phrase is made of: over these a pronoun belongs to the noun.
_PHRASE = frozenset({"NOUN", "PROPN", "ADP"})


def has_loose_pronoun(sentence: Sentence) -> bool:
    """Say whether a pronoun has no noun, or for a person no full name, before it."""
    person = 0
    for at, token in enumerate(sentence.tokens):
        word = fold(token.text)
        if token.entity == "PERSON" and token.pos == "PROPN":
            person += 1
        if word in _PERSONAL and not person:
            return True
        is_main = token.dep in {"nsubj", "nsubjpass"} and _is_main(sentence, token)
        if word in _THIRD and (
            not _has_noun_before(sentence, at)
            or (is_main and not _has_subject_before(sentence, at))
        ):
            return True
    return False


def _has_noun_before(sentence: Sentence, at: int) -> bool:
    """Say whether a noun comes before that the pronoun is not itself a part of."""
    tokens = sentence.tokens
    above, owners = tokens[at].head, set[int]()
    while tokens[above].pos in _PHRASE and above not in owners:
        owners.add(above)
        above = tokens[above].head
    return any(tokens[n].pos in _NOUNS and n not in owners for n in range(at))


def _has_subject_before(sentence: Sentence, at: int) -> bool:
    """Say whether a clause before names, as its own subject, whom the pronoun can mean."""
    wanted = {"NNS", "NNPS"} if fold(sentence.tokens[at].text) == "they" else {"NN", "NNP"}
    return any(
        token.dep in {"nsubj", "nsubjpass"} and token.tag in wanted
        for token in sentence.tokens[:at]
    )


def _is_main(sentence: Sentence, token: Token) -> bool:
    return sentence.tokens[token.head] is sentence.root
