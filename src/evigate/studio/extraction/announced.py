"""Where work is announced: after "can", "lets clerks", "to", "for -ing", or by who does it.

Each rule looks at one token with what stands around it and names the verb of the work that is
announced there; the first that says anything decides.
"""

from collections.abc import Callable, Sequence

from evigate.language.plurals import singular
from evigate.studio.extraction.agents import works
from evigate.studio.extraction.lexicon import (
    ACTING,
    ADVERBS,
    AUXILIARIES,
    DETERMINERS,
    EMPTY_VERBS,
    FUNCTION,
    MADE,
    MODALS,
    PRODUCTS,
    word_set,
)
from evigate.studio.extraction.people import LETTERS, behind, does
from evigate.studio.extraction.reading import Token
from evigate.studio.extraction.words import is_base_verb, is_verb, may_be_person, person_of, verb_of

# A verb's index (None for no work) and how sure it is.
Beginning = tuple[int | None, float]

# What people do, as against what they want to do: it may be the trouble and not the wish.
DOES = 0.74
NEEDS = word_set(
    """
    need needs require requires want wants wish wishes needed
    """
)
_TO_AFTER = word_set(
    """
    able ability like want wants need needs wish possible way ways means chance opportunity
    easy easier app application tool system software platform website site solution program
    portal service product us me them people hope hoping looking trying aim aims designed used
    helps help learn plan ready option how want-to easily order you someone game place space
    """
)
_BUILD = word_set(
    """
    build create develop make design implement write code develops creating building
    developing
    """
)
# What a product has or shows is no work of anybody's.
_SHOWN_ONLY = word_set("have contain include offer provide use support connect collect give make")
# "We don't want guests to see …" is nothing that guests do.
_WISHING = word_set("like love prefer be have say call rather want need appreciate")
_WHERE = word_set("at in on from behind of")
_PRONOUN_OBJECTS = word_set("it them him her us me")
_NEVER_VERBS = FUNCTION | word_set(
    "large small big new old good bad long short high low full free own"
)
_ASKING = MODALS - {"would", "might"}
_WISHED_BEFORE = LETTERS | NEEDS | PRODUCTS
_NO_OBJECTS = AUXILIARIES | {"of", ":"}
_NO_HEADS = EMPTY_VERBS | NEEDS
NOTHING: Beginning = (None, 0.0)


def begins_job(tokens: Sequence[Token], at: int) -> Beginning:
    """Return where a verb of work stands that is announced at a token, and how sure that is."""
    following = at + 1
    while following < len(tokens) and tokens[following].low in ADVERBS:
        if tokens[following].low in {"not", "never"}:
            return NOTHING
        following += 1
    if following >= len(tokens):
        low = tokens[at].low
        is_alone = at == 0 and is_base_verb(low) and low not in EMPTY_VERBS
        return (at, 0.7) if is_alone else NOTHING
    for rule in _RULES:
        if (found := rule(tokens, at, following)) is not None:
            return found
    return NOTHING


def _by_modal(tokens: Sequence[Token], at: int, following: int) -> Beginning | None:
    """ "Clerks can book rooms"; who "would" or "might" is not asked for it."""
    low = tokens[at].low
    if low not in _ASKING or not _is_open_verb(tokens[following].low):
        return None
    before = tokens[at - 1].low if at else ""
    if before in {"nobody", "noone", "one"}:
        return NOTHING
    is_human = before in {"they", "we", "i", "you", "who", "it"} or _is_person(before)
    return following, 0.85 if is_human else 0.7


def _by_plain_words(tokens: Sequence[Token], at: int, following: int) -> Beginning | None:
    sure = _told_plainly(tokens, at, tokens[following].low)
    return (following, sure) if sure else None


def _by_to(tokens: Sequence[Token], at: int, following: int) -> Beginning | None:
    """ "The app to plan tours", "carers have to renew it"; any other "to" announces nothing."""
    if tokens[at].low != "to":
        return None
    if _is_duty(tokens, at) or _is_next_of_list(tokens, at):
        return following, 0.7
    if not at or not _is_open_verb(tokens[following].low):
        return None
    before = tokens[at - 1].low
    if before in _TO_AFTER or _is_person(before):
        return following, 0.8
    is_wished = any(each.low in _WISHED_BEFORE for each in tokens[max(0, at - 6) : at])
    return (following, 0.75) if is_wished else NOTHING


def _by_letting(tokens: Sequence[Token], at: int, following: int) -> Beginning | None:
    """ "Lets book rooms", "helps me see", "for booking rooms"."""
    low, verb = tokens[at].low, tokens[following].low
    if low in LETTERS and verb not in FUNCTION and is_base_verb(verb):
        return following, 0.75
    if low in {"me", "us", "them"} and is_base_verb(verb):
        is_let = at > 0 and tokens[at - 1].low in LETTERS
        if is_let or low != "them":
            return following, 0.8 if is_let else 0.75
    is_helped = low == "in" and any(each.low in LETTERS for each in tokens[max(0, at - 5) : at])
    if (low == "for" or is_helped) and verb.endswith("ing") and is_verb(verb):
        return following, 0.75
    return None


def _by_head(tokens: Sequence[Token], at: int, following: int) -> Beginning | None:
    """ "Book rooms by the hour" at the head of a sentence or an item; "stock is counted" asks nothing."""
    low = tokens[at].low
    is_noun = tokens[following].low in _NO_OBJECTS
    if at or not is_base_verb(low) or low in _NO_HEADS or is_noun:
        return None
    return NOTHING if low in _BUILD and _names_product(tokens, at) else (at, 0.75)


def _by_relation(tokens: Sequence[Token], at: int, following: int) -> Beginning | None:
    """ "A page where carriers upload figures", "a tool that renames photos"."""
    low = tokens[at].low
    if low in {"which", "where"} and _acts_plainly(tokens, at + 1):
        return at + 2, 0.75
    if low in {"that", "which"} and _product_does(tokens, at):
        return following, 0.75
    return None


def _by_doer(tokens: Sequence[Token], at: int, following: int) -> Beginning | None:
    """ "Anna signs", "owners list homes", "porters and nurses scan", "the storeman weighs"."""
    low, verb = tokens[at].low, tokens[following].low
    if tokens[at].is_name and verb.endswith("s") and _is_work(verb):
        return following, DOES
    is_person = _is_person(low) or singular(low) in ACTING
    is_work = verb_of(verb) not in EMPTY_VERBS or _is_given(tokens, following)
    if is_person and is_work and does(tokens, at, verb):
        return following, DOES
    if _is_person(low) and (place := _past_place(tokens, at)):
        return place, DOES
    if (place := works(tokens, at)) is not None:
        return place, DOES
    far = behind(tokens, at) if is_person else at + 1
    if at + 1 < far < len(tokens) and is_base_verb(tokens[far].low) and _is_work(tokens[far].low):
        return far, DOES
    return None


def _by_need(tokens: Sequence[Token], at: int, following: int) -> Beginning | None:
    """ "We need a calendar": what is needed, and no verb."""
    is_thing = tokens[following].low != "to" and tokens[at + 1].low not in {"to", "it"}
    return (at, 0.8) if tokens[at].low in NEEDS and is_thing else None


_RULES: tuple[Callable[[Sequence[Token], int, int], Beginning | None], ...] = (
    _by_modal,
    _by_plain_words,
    _by_to,
    _by_letting,
    _by_head,
    _by_relation,
    _by_doer,
    _by_need,
)


def _is_person(low: str) -> bool:
    return person_of(low) is not None or may_be_person(low)


def _told_plainly(tokens: Sequence[Token], at: int, verb: str) -> float:
    """Return how sure work is that a verb tells: "ought to report", "I'd enter", "setters: log"."""
    low = tokens[at].low
    before = tokens[at - 1].low if at else ""
    if low == "to" and before == "ought" and _is_open_verb(verb):
        return 0.85
    if not is_base_verb(verb) or verb in _WISHING:
        return 0.0
    if low in {"i'd", "we'd", "they'd", "he'd", "she'd", "you'd"} or (
        low in {"would", "both"} and before in {"i", "we", "would"}
    ):
        return 0.8
    if low == ":" and before and _is_work(verb):
        return 0.8 if _is_person(before) else 0.0
    return DOES if low in {"i", "we"} and _is_wished_of(tokens, at) else 0.0


def _is_wished_of(tokens: Sequence[Token], at: int) -> bool:
    """Say whether the asker's own work is told in the present, with a thing: "I import the files"."""
    if at + 2 >= len(tokens) or not is_base_verb(tokens[at + 1].low):
        return False
    is_own = _is_work(tokens[at + 1].low) and verb_of(tokens[at + 1].low) not in _SHOWN_ONLY
    return is_own and tokens[at + 2].low in DETERMINERS


def _past_place(tokens: Sequence[Token], at: int) -> int | None:
    """Return where somebody's verb stands behind where they are: "the carer at the door ticks"."""
    if at + 3 >= len(tokens) or tokens[at + 1].low not in _WHERE:
        return None
    for place in range(at + 3, min(at + 6, len(tokens) - 1)):
        if tokens[place].low in FUNCTION or not tokens[place].is_word:
            return None
        is_plural = singular(tokens[at].low) != tokens[at].low
        verb, behind = tokens[place].low, tokens[place + 1].low
        agrees = is_base_verb(verb) if is_plural else verb.endswith("s")
        if agrees and _is_work(verb) and (behind in DETERMINERS or behind in _PRONOUN_OBJECTS):
            return place
    return None


def _product_does(tokens: Sequence[Token], at: int) -> bool:
    """Say whether what a product does stands here ("a tool that renames photos")."""
    verb = tokens[at + 1].low
    is_product = at > 0 and tokens[at - 1].low in PRODUCTS
    does_it = verb.endswith("s") and _is_work(verb) and verb not in LETTERS
    return is_product and does_it and verb_of(verb) not in _SHOWN_ONLY


def _is_duty(tokens: Sequence[Token], at: int) -> bool:
    """Say whether somebody's duty follows a "to" ("every carer has to renew first aid")."""
    if at < 2 or at + 1 >= len(tokens) or tokens[at - 1].low not in {"has", "have"}:
        return False
    verb = tokens[at + 1].low
    return person_of(tokens[at - 2].low) is not None and is_base_verb(verb) and _is_work(verb)


def _is_next_of_list(tokens: Sequence[Token], at: int) -> bool:
    """Say whether somebody else's work follows in a row: "enable drivers to …, and finance to …"."""
    if at < 3 or at + 1 >= len(tokens) or not is_base_verb(tokens[at + 1].low):
        return False
    is_joined = any(each.low in {",", "and"} for each in tokens[at - 3 : at - 1])
    is_let = any(each.low in LETTERS for each in tokens[:at])
    return is_joined and is_let and tokens[at - 1].is_word and tokens[at - 1].low not in FUNCTION


def _is_given(tokens: Sequence[Token], verb: int) -> bool:
    """Say whether somebody gets a thing ("the county gets a list each month")."""
    if verb + 2 >= len(tokens) or tokens[verb].low not in {"get", "gets"}:
        return False
    return tokens[verb + 1].low in {"a", "an", "the", "their", "his", "her"} | {"one", "only"}


def _is_work(low: str) -> bool:
    return is_verb(low) and verb_of(low) not in EMPTY_VERBS


def _acts_plainly(tokens: Sequence[Token], at: int) -> bool:
    """Say whether a plural and its verb stand here ("carriers upload figures")."""
    if at + 2 >= len(tokens) or singular(tokens[at].low) == tokens[at].low:
        return False
    return is_base_verb(tokens[at + 1].low) and _is_work(tokens[at + 1].low)


def _is_open_verb(low: str) -> bool:
    """Say whether a word may be a verb where one is due, known or not."""
    return low[0].isalpha() and low not in _NEVER_VERBS


def _names_product(tokens: Sequence[Token], at: int) -> bool:
    window = [token.low for token in tokens[at + 1 : at + 9]]
    return any(word in MADE for word in window) or (len(window) > 1 and window[1] == ",")
