"""Read how a paper took its numbers: how rows were parted, how features were prepared."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from evigate.papers.plan.models import Assumption, Citation, Preprocessing, Protocol, ProtocolKind
from evigate.papers.plan.text import Finding, Sentence, own_statements

TEST_SIZE_DEFAULT = 0.3
REPEATS_MAX = 10
_NUMBER_WORDS = {
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "twenty": 20,
    "thirty": 30,
    "fifty": 50,
    "hundred": 100,
}
_COUNT = r"(\d{1,3}|" + "|".join(_NUMBER_WORDS) + r")"
_TRAIN = r"(?:train(?:ing)?|learning)"
_TEST = r"(?:test(?:ing)?|hold-?out|evaluation)"
_SHARES = (
    # "70% for training ..., and 30% for the testing phase", "70% (training) / 30% (testing)"
    re.compile(
        rf"(\d{{1,2}}(?:\.\d+)?)\s*%\s*(?:\w+\s+){{0,7}}\(?\s*{_TRAIN}\b.{{0,60}}?"
        rf"(\d{{1,2}}(?:\.\d+)?)\s*%\s*(?:\w+\s+){{0,7}}\(?\s*{_TEST}\b",
        re.I,
    ),
    # "a training set (70%) and a test set (30%)"
    re.compile(
        rf"\b{_TRAIN}\b[^.%]{{0,25}}?(\d{{1,2}}(?:\.\d+)?)\s*%.{{0,50}}?\b{_TEST}\b[^.%]{{0,25}}?"
        r"(\d{1,2}(?:\.\d+)?)\s*%",
        re.I,
    ),
    # "partitioning of 70/30", "an 80:20 split", "80-20 train-test split"
    re.compile(
        rf"(?:split|partition\w*|divi\w+|ratio|{_TRAIN}|{_TEST})\b[^.]{{0,40}}?\b(\d{{2}})\s*%?\s*[/:–-]\s*(\d{{2}})\b",
        re.I,
    ),
    re.compile(
        rf"\b(\d{{2}})\s*%?\s*[/:–-]\s*(\d{{2}})\s*%?\s*(?:random\s+)?(?:split|partition|ratio|{_TRAIN})",
        re.I,
    ),
)
_TEST_ONLY = re.compile(rf"(\d{{1,2}}(?:\.\d+)?)\s*%[^.%]{{0,45}}?\b{_TEST}\b", re.I)
_TRAIN_ONLY = re.compile(rf"(\d{{1,2}}(?:\.\d+)?)\s*%[^.%]{{0,30}}?\b{_TRAIN}\b", re.I)
_PARTING = re.compile(
    r"\b(?:split|partition|divid|remaining|rest\b|random|h[eo]ld(?:ing|s)?[- ]?out|"
    r"set(?:ting)? aside|reserv(?:e|ed|ing)|with(?:hold|held)|ke(?:ep|pt)\b|left out)",
    re.I,
)
_TWO_THIRDS = re.compile(
    rf"\btwo[- ]thirds?\b[^.]{{0,40}}\b{_TRAIN}\b|\bone[- ]third\b[^.]{{0,40}}\b{_TEST}\b", re.I
)
_FOLDS = re.compile(
    rf"\b{_COUNT}[- ]?fold(?:s)?\b(?:\s+\w+)?\s*(?:cross[- ]?validat\w+|cv\b)", re.I
)
_FOLDS_AFTER = re.compile(
    rf"cross[- ]?validation\s+(?:with|using|of|\()\s*(?:k\s*=\s*)?{_COUNT}\s*(?:folds)?", re.I
)
_LEAVE_ONE_OUT = re.compile(r"\bleave[- ]one[- ]out\b|\bLOOCV\b|\bLOO-CV\b", re.I)
_TUNING = re.compile(
    r"\b(?:tun\w+|select\w*|grid search|optimi[sz]\w+|hyper-?parameters?\s+(?:were|are|was))\b",
    re.I,
)
_STRATIFIED = re.compile(r"\bstratif\w+", re.I)
_REPEATS = re.compile(
    rf"\b(?:repeated|averaged over|average of|mean of|over)\s+{_COUNT}\s+(?:times|runs|trials"
    r"|repetitions|random splits|independent runs|repeats)",
    re.I,
)
_STEPS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "standardize",
        re.compile(
            r"\bstandardi[sz](?:ed|ation|ing)\b|StandardScaler|z-?scor(?:es?|ed|ing)\b|z-?normali[sz]|"
            r"zero[- ]mean(?:\s*,)?\s*(?:and|,)\s*unit[- ](?:variance|standard deviation)|"
            r"(?:scaled|rescaled|normali[sz]ed)\s+to\s+unit[- ](?:variance|standard deviation)",
            re.I,
        ),
    ),
    (
        "minmax",
        re.compile(
            r"min-?max|MinMaxScaler|(?:scaled|normali[sz]ed|rescaled)\s+(?:\w+\s+){0,3}"
            r"(?:to|between|into|in)\s+(?:the\s+)?(?:range\s+|interval\s+)?[\[(]?0\s*(?:,|and|to|-)\s*1",
            re.I,
        ),
    ),
    ("l2_normalize", re.compile(r"\b(?:unit|L2)[- ](?:norm|length)(?:ali[sz]ed)?\b", re.I)),
)
_VAGUE_SCALING = re.compile(
    r"\b(?:features?|data(?:set)?|attributes?|inputs?)\b[^.]{0,40}\bnormali[sz]ed\b", re.I
)


@dataclass(frozen=True, slots=True)
class ReadProtocol:
    """The protocol, the words behind it, and what had to be assumed."""

    protocol: Protocol
    citations: list[Citation]
    assumptions: list[Assumption]


def _count(text: str) -> int:
    return _NUMBER_WORDS.get(text.lower()) or int(text)


def _find_share(sentences: Sequence[Sentence]) -> Finding[float] | None:
    """The share of rows that is tested on, between 0 and 1."""
    for pattern in _SHARES:
        for sentence in sentences:
            match = pattern.search(sentence.text)
            if match is None:
                continue
            train, test = float(match[1]), float(match[2])
            if 99 <= train + test <= 101 and train >= test:
                return Finding(test / 100, sentence.quote, sentence.page)
    for sentence in sentences:
        if _TWO_THIRDS.search(sentence.text):
            return Finding(round(1 / 3, 6), sentence.quote, sentence.page)
        train_only, test_only = _TRAIN_ONLY.search(sentence.text), _TEST_ONLY.search(sentence.text)
        is_parting = _PARTING.search(sentence.text)
        if is_parting and test_only and 5 <= float(test_only[1]) <= 50:
            return Finding(float(test_only[1]) / 100, sentence.quote, sentence.page)
        if is_parting and train_only and 50 <= float(train_only[1]) <= 95:
            share = round(1 - float(train_only[1]) / 100, 6)
            return Finding(share, sentence.quote, sentence.page)
    return None


def _find_folds(sentences: Sequence[Sentence]) -> Finding[int] | None:
    for sentence in sentences:
        match = _FOLDS.search(sentence.text) or _FOLDS_AFTER.search(sentence.text)
        if match and 2 <= _count(match[1]) <= 50 and not _TUNING.search(sentence.text):
            return Finding(_count(match[1]), sentence.quote, sentence.page)
    return None


def _find(pattern: re.Pattern[str], sentences: Sequence[Sentence]) -> Finding[str] | None:
    for sentence in sentences:
        match = pattern.search(sentence.text)
        if match:
            return Finding(match[0], sentence.quote, sentence.page)
    return None


def _cite(field: str, value: object, finding: Finding[object]) -> Citation:
    return Citation(field=field, value=str(value), quote=finding.quote, page=finding.page)


def _read_parting(sentences: Sequence[Sentence], seeds: list[int]) -> ReadProtocol:
    share, folds = _find_share(sentences), _find_folds(sentences)
    alone = _find(_LEAVE_ONE_OUT, sentences)
    if alone is not None and folds is None and share is None:
        protocol = Protocol(kind=ProtocolKind.LEAVE_ONE_OUT, seeds=seeds)
        return ReadProtocol(protocol, [_cite("protocol", "leave one out", alone)], [])
    if folds is not None:
        protocol = Protocol(kind=ProtocolKind.K_FOLD, folds=folds.value, seeds=seeds)
        cited = [_cite("protocol", f"{folds.value}-fold cross-validation", folds)]
        return ReadProtocol(protocol, cited, [])
    assumptions = []
    if share is None:
        reason = "the paper states no share of rows to test on that we could find"
        assumptions.append(
            Assumption(field="protocol.test_size", value=str(TEST_SIZE_DEFAULT), reason=reason)
        )
    size = share.value if share else TEST_SIZE_DEFAULT
    protocol = Protocol(kind=ProtocolKind.HOLDOUT, test_size=size, seeds=seeds)
    cited = [_cite("protocol.test_size", f"{size:g}", share)] if share else []
    return ReadProtocol(protocol, cited, assumptions)


def _read_steps(
    sentences: Sequence[Sentence],
) -> tuple[list[Preprocessing], list[Citation], list[Assumption]]:
    for name, pattern in _STEPS:
        found = _find(pattern, sentences)
        if found is not None:
            step = Preprocessing.model_validate({"name": name})
            assumption = Assumption(
                field="protocol.preprocessing.fit_on",
                value="train",
                reason="the paper does not say which rows the scaling constants come from; taking "
                "them from the training part keeps the test unseen",
            )
            return [step], [_cite("protocol.preprocessing", name, found)], [assumption]
    vague = _find(_VAGUE_SCALING, sentences)
    if vague is not None:
        assumption = Assumption(
            field="protocol.preprocessing",
            value="minmax",
            reason="the paper says “normalized” without saying how",
        )
        step = Preprocessing(name="minmax")
        return [step], [_cite("protocol.preprocessing", "normalized", vague)], [assumption]
    return [], [], []


def read_protocol(
    sentences: Sequence[Sentence], *, seeds: list[int], is_random: bool = True
) -> ReadProtocol:
    """
    Read how rows were parted and features prepared.

    k-fold wins over a share of rows, which wins over leave-one-out when several are stated, because
    papers that state both mean the share for something else. Cross-validation in a sentence on
    tuning is not how the numbers were taken. Without a statement, 30 % are tested on and the
    assumption is listed. The paper's repeats are kept up to REPEATS_MAX.
    """
    own = own_statements(sentences)
    parting = _read_parting(own, seeds)
    steps, step_citations, step_assumptions = _read_steps(own)
    citations = parting.citations + step_citations
    assumptions = parting.assumptions + step_assumptions
    stratified = _find(_STRATIFIED, own)
    repeats = _find_repeats(own)
    if stratified is not None:
        citations.append(_cite("protocol.is_stratified", True, stratified))
    elif parting.protocol.kind in (ProtocolKind.HOLDOUT, ProtocolKind.K_FOLD):
        reason = "the paper does not say that the classes' shares were kept"
        assumptions.append(Assumption(field="protocol.is_stratified", value="False", reason=reason))
    if repeats is not None:
        citations.append(_cite("protocol.repeats", repeats.value, repeats))
        if repeats.value > REPEATS_MAX:
            reason = f"the paper repeats {repeats.value} times; {REPEATS_MAX} keep to the budget"
            assumptions.append(
                Assumption(field="protocol.repeats", value=str(REPEATS_MAX), reason=reason)
            )
    if is_random:
        assumptions.append(_seed_assumption(seeds))
    protocol = parting.protocol.model_copy(
        update={
            "preprocessing": steps,
            "is_stratified": stratified is not None,
            "repeats": min(repeats.value, REPEATS_MAX) if repeats else 1,
        }
    )
    return ReadProtocol(protocol, citations, assumptions)


def _find_repeats(sentences: Sequence[Sentence]) -> Finding[int] | None:
    for sentence in sentences:
        match = _REPEATS.search(sentence.text)
        if match and 2 <= _count(match[1]) <= 1000:
            return Finding(_count(match[1]), sentence.quote, sentence.page)
    return None


def _seed_assumption(seeds: list[int]) -> Assumption:
    return Assumption(
        field="protocol.seeds",
        value=", ".join(str(seed) for seed in seeds),
        reason="the paper does not state the seed of its split; several show the spread",
    )
