"""Who does something: the people a text names.

A person is a known word, or an unknown one in a person's company ("borrowers can", "allows climbers
to"). A product's own name is no person, and neither is a word that only describes what follows it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from evigate.language.plurals import singular
from evigate.studio.extraction.agents import works
from evigate.studio.extraction.lexicon import (
    ACTING,
    ADVERBS,
    AGENTIVE,
    AUXILIARIES,
    DETERMINERS,
    FUNCTION,
    GENERIC,
    INTEGRATIONS,
    MODALS,
    PREPOSITIONS,
    PRODUCTS,
    word_set,
)
from evigate.studio.extraction.naming import product_names
from evigate.studio.extraction.reading import Reading, Token
from evigate.studio.extraction.refusals import Refusal
from evigate.studio.extraction.words import (
    is_base_verb,
    is_thing,
    is_verb,
    may_be_person,
    person_of,
)

LETTERS = word_set(
    """
    allow allows allowing let lets letting help helps helping enable enables enabling empower
    empowers assist assists where in-which
    """
)
# Who only is part of a condition ("while the child reads") is rarely who uses the thing.
ASIDE = 0.3
_CONDITIONS = frozenset({"while", "when", "if", "until", "unless", "before", "after"})
_FOR = (["for", "the"], ["for", "our"], ["for", "a"], ["with", "our"])
_ABLE = (["are", "able"], ["would", "like"], ["have", "to"], ["get", "a"], ["ought", "to"])
# What a verb of people's work says of an unknown word before it.
WORKS = 1.2
_PERSON_MODIFIERS = re.compile(r"^[a-z]+(?:-[a-z]+)*$")
_MODIFYING = word_set(
    """
    product project system service program site support team second home store
    """
)
# Who a lead leads; by itself a lead is a chance to sell.
_USERS_LISTED = re.compile(
    r"\b(?:users?|roles?|people|persons|participants|members|actors)\s*(?:\(|:\s)(?P<items>[^().;:\n]{3,160}?(?:,|\band\b)[^().;:\n]{2,60})(?=[).;\n]|$)"
)
_LISTED_ITEM = re.compile(
    r"[^,;/]+?(?=,|;|/|\s+and\s|\s+or\s|$)|(?<=and\s)[^,;/]+|(?<=or\s)[^,;/]+"
)
_COUNTING = word_set(
    """
    a an the and or one two three four five six seven eight nine ten eleven twelve fifteen twenty
    thirty forty fifty several some many few about around e.g. eg
    """
)
_LED = frozenset({"team", "tech", "project", "shift", "squad", "section", "product"})
# What an organisation does that orders something and works with nothing.
_PLANNING = frozenset({"seeks", "seek", "expects", "expect", "requires", "require", "contribute", "report", "meets", "meet", "asks", "wants", "holds", "counts", "awards", "supplies"})  # fmt: skip
# What reads and edits without being anybody: "a barcode reader", "a text editor".
_DEVICES = frozenset(
    (kind, name)
    for name, kinds in {
        "reader": "barcode card rfid chip badge nfc feed rss pdf e-book ebook news screen tag qr",
        "editor": "text photo image video art code pixel music map form level audio markdown graph",
        "player": "podcast music video media audio mp3",
        "planner": "route trip meal travel study budget day week menu",
        "tutor": "typing language maths math piano grammar vocabulary",
    }.items()
    for kind in kinds.split()
)
_JOINED = frozenset({"of", "with", "without", "from", "at", "in", "on"})
# What may stand before a person and belong to its name ("front desk staff", "team lead").
_NO_MODIFIER = (
    FUNCTION
    | (GENERIC - _MODIFYING)
    | word_set(
        """
    one two three four five six seven eight nine ten twenty hundred dozens million thousand
    happy registered logged allow allows let lets help helps enable enables as our potential
    suitable eligible affected interested nearby regular available certain individual active
    current former future eleven twelve thirteen fourteen fifteen sixteen seventeen
    since because until eighteen nineteen thirty forty fifty sixty seventy eighty ninety form fellow older elderly lonely real part-time full-time busy young old hello hi dear say says
    ask asks
    """
    )
)
_NOUNS_TOO = word_set(
    """
    design support market front field store shift test water order group
    """
)


@dataclass(frozen=True, slots=True)
class Person:
    """A mention of someone; `acts` is how much what stands around says that it is who works."""

    name: str
    start: int
    end: int
    acts: float
    is_known: bool


def people(reading: Reading, refused: Sequence[Refusal]) -> list[Person]:
    """Return the mentions of people, in order; a product's own name is no person."""
    found: list[Person] = []
    names = product_names(reading)
    for start, end in reading.sentences:
        tokens = reading.tokens(start, end)
        for at, token in enumerate(tokens):
            if not token.is_word or inside(refused, token.start):
                continue
            if any(first <= token.start < last for first, last in names):
                continue
            person = _person(tokens, at)
            if person is not None and not _is_service(person.name):
                found.append(person)
    known = {each.name for each in found}
    found += [each for each in _listed_people(reading, refused) if each.name not in known]
    return sorted(found, key=lambda each: each.start)


def _is_service(name: str) -> bool:
    """Say whether a name is of a service that is connected to ("Stripe for payments")."""
    return any(each.fullmatch(name) for each in INTEGRATIONS.values())


def _person(tokens: Sequence[Token], at: int) -> Person | None:
    low = tokens[at].low.removesuffix("'s")
    if (low == "pilot" and _is_trial(tokens, at)) or _is_other(tokens, at):
        return None
    if at and (tokens[at - 1].low, singular(low)) in _DEVICES:
        return None
    name = person_of(low)
    if singular(low) == "lead" and at and tokens[at - 1].low in _LED:
        name = "lead"
    is_known = name is not None
    acts = _acts(tokens, at)
    if name is None:
        base = singular(low)
        is_human = may_be_person(low) and base not in PRODUCTS | FUNCTION and not tokens[at].is_name
        is_ours = base in ACTING and bool({"our", "we", "my"} & {each.low for each in tokens[:at]})
        is_worker = low not in FUNCTION and works(tokens, at) is not None
        if not is_worker and (acts < 1 or is_ours or not (is_human or base in ACTING)):
            return None
        name, is_known, acts = base, base in ACTING, max(acts, WORKS if is_worker else 0.0)
    following = tokens[at + 1].low if at + 1 < len(tokens) else ""
    if following == "-" or (_is_modifier_of_thing(tokens, at) and not _acts_on(tokens, at)):
        return None
    start = tokens[at].start
    before = at - 1
    modifiers: list[str] = []
    while before >= 0 and len(modifiers) < 2 and _is_modifier(tokens, before):
        modifiers.insert(0, tokens[before].low)
        start = tokens[before].start
        before -= 1
    return Person(" ".join([*modifiers, name]), start, tokens[at].end, acts, is_known)


def _listed_people(reading: Reading, refused: Sequence[Refusal]) -> Iterator[Person]:
    """Yield who is listed as users: "five users (one product manager, four engineers)"."""
    for match in _USERS_LISTED.finditer(reading.shadow):
        for item in _LISTED_ITEM.finditer(reading.shadow, *match.span("items")):
            words = [each for each in item[0].split() if each not in _COUNTING]
            if not 0 < len(words) <= 3 or not all(
                each.replace("-", "").isalpha() for each in words
            ):
                continue
            start = reading.shadow.index(words[0], item.start(), item.end())
            if reading.is_read(start) and not inside(refused, start):
                name = " ".join([*words[:-1], singular(words[-1])])
                yield Person(name, start, start + len(" ".join(words)), 0.6, True)


def _is_other(tokens: Sequence[Token], at: int) -> bool:
    """Say whether a person's word is a verb ("we host it") or what is built ("a planner where …")."""
    before = tokens[at - 1].low if at else ""
    if before in {"we", "i", "you", "they"}:
        return True
    following = tokens[at + 1].low if at + 1 < len(tokens) else ""
    is_named = any(each.low in {"build", "create", "develop", "make"} for each in tokens[:2])
    is_one = singular(tokens[at].low) == tokens[at].low
    return is_named and is_one and following in {"where", "that", "which", "in"} and at < 8


def _is_trial(tokens: Sequence[Token], at: int) -> bool:
    """Say whether "pilot" is a first try and nobody ("our pilot: 15 companies", "pilot with …")."""
    following = tokens[at + 1].low if at + 1 < len(tokens) else ""
    before = tokens[at - 1].low if at else ""
    is_led = following in PREPOSITIONS | {":", "phase", "project", "site", "run", "group", "school"}
    return following in {":", "phase", "project"} or (is_led and before not in {"a", "the", "each"})


def _is_modifier(tokens: Sequence[Token], at: int) -> bool:
    low = tokens[at].low
    if not _PERSON_MODIFIERS.match(low) or low in _NO_MODIFIER or low.endswith(("ly", "ing", "ed")):
        return False
    if (
        person_of(low)
        and singular(low) == low
        and low not in {"team", "office", "student", "customer"}
    ):
        return False
    if low in _MODIFYING:
        return True
    return low not in PRODUCTS and singular(low) == low and (not is_verb(low) or low in _NOUNS_TOO)


def _is_modifier_of_thing(tokens: Sequence[Token], at: int) -> bool:
    """Say whether a person's word only describes what follows ("user interface", "client list")."""
    if at + 1 >= len(tokens) or not tokens[at + 1].is_word:
        return False
    following = tokens[at + 1].low
    if tokens[at].low.endswith("'s"):
        return True
    if singular(tokens[at].low) != tokens[at].low or tokens[at].low == "staff":
        return False
    return not (
        following in FUNCTION
        or is_verb(following)
        or person_of(following)
        or following.endswith("ly")
    ) or following in {
        "experience",
        "interface",
        "account",
        "list",
        "record",
        "records",
        "portal",
        "file",
        "review",
        "reviews",
        "management",
    }


def _acts(tokens: Sequence[Token], at: int) -> float:
    """Return how much the words around a noun say that it is a person who works."""
    before = [token.low for token in tokens[max(0, at - 3) : at]]
    place = behind(tokens, at)
    after = [token.low for token in tokens[place : place + 3]]
    if singular(tokens[at].low) in ACTING and _PLANNING & set(after[:2]):
        return 0.0
    score = _announced(before) + (_told(tokens, at, before, after) if after else 0.0)
    return score * (ASIDE if _CONDITIONS & set(before) else 1.0)


def _announced(before: Sequence[str]) -> float:
    """Return what the words before a noun say: "lets clerks", "for our clerks", "as a clerk"."""
    score = 2.0 if any(word in LETTERS for word in before) else 0.0
    ends = list(before[-2:])
    if before and (before[-1] == "for" or ends in _FOR):
        score += 1.0
    return score + (3.0 if ends in (["as", "a"], ["as", "an"]) else 0.0)


def _told(tokens: Sequence[Token], at: int, before: Sequence[str], after: Sequence[str]) -> float:
    """Return what the words behind a noun say: "clerks can", "clerks book", "clerks to book"."""
    verb = after[1] if after[0] in ADVERBS and len(after) > 1 else after[0]
    if verb in {"must", "may"}:
        return 1.0
    if verb in MODALS or verb in {"want", "wants", "need", "needs"}:
        return 2.0
    if does(tokens, at, verb):
        return 1.2
    if verb == "to" and {"want", "need", "like"} & set(before):
        return 2.0
    return 1.5 if list(after[:2]) in _ABLE else 0.0


def behind(tokens: Sequence[Token], at: int) -> int:
    """Return where a person's verb may stand: behind a bracket, a place, or somebody beside them.

    "Tenants (612) shall", "employees of the foundry hand in", "porters and nurses scan".
    """
    place = at + 1
    if place >= len(tokens):
        return place
    low = tokens[place].low
    if low == "(":
        closing = (
            each for each in range(place, min(len(tokens), place + 12)) if tokens[each].low == ")"
        )
        return next(closing, at) + 1
    if singular(tokens[at].low) == tokens[at].low or low not in _JOINED | {"and", "or"}:
        return place
    for verb in range(place + 1, min(len(tokens), place + 6)):
        word = tokens[verb].low
        if not tokens[verb].is_word or word in {"who", "that", "which"}:
            break
        before = tokens[verb - 1].low
        if word in MODALS or (before not in FUNCTION and word in AGENTIVE and is_base_verb(word)):
            is_pair = low in _JOINED or person_of(before) or singular(before) != before
            return verb if is_pair else place
    return place


def does(tokens: Sequence[Token], at: int, verb: str) -> bool:
    """Say whether a verb agrees with the person before it: "owners list", "the trainer lists"."""
    low = tokens[at].low
    behind = tokens[at + 2].low if at + 2 < len(tokens) and tokens[at + 1].low == verb else ""
    # "Patient records are confidential": what has a verb behind it is no verb.
    if behind in AUXILIARIES | MODALS and behind not in {"get", "had", "been", "being"}:
        return False
    if singular(low) != low or low in {"staff", "people", "team"}:
        return is_base_verb(verb) or (low == "team" and verb.endswith("s") and is_verb(verb))
    leads = at == 0 or tokens[at - 1].low in DETERMINERS or not tokens[at - 1].is_word
    leads = leads or (at > 1 and tokens[at - 2].low in DETERMINERS)
    # An unknown word with a thing behind it is a verb too: "the notary freezes the version".
    takes = behind in DETERMINERS and person_of(low) is not None and not verb.endswith("ss")
    return leads and verb.endswith("s") and (is_verb(verb) or takes)


def _acts_on(tokens: Sequence[Token], at: int) -> bool:
    """Say whether a person's word is followed by its verb and a thing ("the clerk records sales")."""
    if at + 2 >= len(tokens) or not does(tokens, at, tokens[at + 1].low):
        return False
    low = tokens[at + 2].low
    return low in DETERMINERS or (low not in FUNCTION and is_thing(low) and not is_verb(low))


def inside(refused: Sequence[Refusal], place: int) -> bool:
    """Say whether a place is within what is refused."""
    return any(each.start <= place < each.end for each in refused)
