"""The requirements of a snapshot: of features, of things, of decisions, and of what was said.

Pure. Each family yields requirements with the words that ask for them; what has no such words is
an assumption of the compiler's. Ids are given afterwards.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from evigate.studio.specification.models import (
    ChosenFeature,
    Criterion,
    Decided,
    Requirement,
    Snapshot,
    Source,
    Thing,
)
from evigate.studio.specification.requirements_said import (
    access_requirements,
    quality_requirements,
    rule_requirements,
    system_requirements,
    wish_requirements,
)
from evigate.studio.specification.roles import Limit, Role
from evigate.studio.specification.stating import USUAL, is_said, mentioned, of_claim
from evigate.studio.specification.wording import (
    criterion_of,
    listed,
    lower_first,
    sentence,
    spoken,
    worded,
)

RANKS = ("must", "should", "could")
SOURCES_MAX = 6
AS_DECIDED = Criterion("", "the part is tried that this is about", "it works as was decided")
NO_SUCH_STEP = Criterion(
    "any state",
    "a step is asked for that this life does not have",
    "it is refused and nothing changes",
)


def requirements_of(
    snapshot: Snapshot, roles: Sequence[Role], limits: Sequence[Limit]
) -> list[Requirement]:
    """Return the requirements in the order of a document, without ids."""
    return [
        *_of_features(snapshot),
        *wish_requirements(snapshot),
        *access_requirements(snapshot, roles, limits),
        *rule_requirements(snapshot, limits),
        *(_of_thing(each) for each in snapshot.things),
        *quality_requirements(snapshot),
        *system_requirements(snapshot),
        *_of_decisions(snapshot),
    ]


def unsaid(snapshot: Snapshot) -> list[ChosenFeature]:
    """Return the chosen features that nobody's words ask for."""
    return [each for each in snapshot.features if not each.sources]


def _of_features(snapshot: Snapshot) -> Iterator[Requirement]:
    for feature in snapshot.features:
        if feature.sources and feature.accept:
            for number, text in enumerate(feature.accept, start=1):
                criterion = criterion_of(text)
                words = worded(criterion, snapshot.style)
                law = feature.laws[number - 1] if feature.laws else ""
                found = _of_feature(snapshot, feature, number, words, (criterion,))
                yield replace(found, law=law)
        elif feature.sources:
            plain = f"the system shall offer “{feature.title}”"
            words = f"{plain}: {feature.summary}" if feature.summary else plain
            yield _of_feature(snapshot, feature, 1, sentence(words), ())


def _of_feature(
    snapshot: Snapshot,
    feature: ChosenFeature,
    number: int,
    text: str,
    criteria: tuple[Criterion, ...],
) -> Requirement:
    return Requirement(
        key=f"feature/{feature.key}-{number}",
        family=f"feature/{feature.key}",
        prefix="FR",
        kind="functional",
        title=feature.title,
        text=text,
        criteria=criteria,
        priority=feature.importance,
        basis="library" if feature.accept else "said",
        sources=feature.sources[:SOURCES_MAX],
        features=(feature.key,),
        entities=mentioned(snapshot, f"{feature.title} {feature.summary} {text}"),
    )


def _of_thing(thing: Thing) -> Requirement:
    kept = [spoken(each.name) for each in thing.fields if each.is_required]
    of = f", with {listed(kept)}" if kept else ""
    return Requirement(
        key=f"data/keep-{thing.key}",
        family=f"data/{thing.key}",
        prefix="DT",
        kind="data",
        title=f"Records: {thing.title}",
        text=sentence(f"the system shall keep a record of each {lower_first(thing.title)}{of}"),
        criteria=tuple(_life(thing, kept)),
        priority=USUAL,
        basis=thing.basis,
        sources=thing.sources[:SOURCES_MAX],
        entities=(thing.key,),
    )


def _life(thing: Thing, kept: Sequence[str]) -> Iterator[Criterion]:
    for step in thing.steps:
        by = f", by {spoken(step.actor)}" if step.actor else ""
        end = f"it is {spoken(step.end)}{by}"
        yield Criterion(f"one that is {spoken(step.start)}", step.trigger, end)
    if thing.steps:
        yield NO_SUCH_STEP
    else:
        yield Criterion("", f"one is entered with {listed(list(kept))}", "it is found again")


def _of_decisions(snapshot: Snapshot) -> Iterator[Requirement]:
    for each in snapshot.decisions:
        if each.by in ("user", "prefill_accepted"):
            yield _decision(snapshot, each)
    for claim in snapshot.claims:
        ask = snapshot.asks.get(claim.field)
        if ask and is_said(claim):
            text = _follow(ask, claim.shown)
            family = claim.field
            yield of_claim(snapshot, claim, "DC", "decision", family, text, (AS_DECIDED,), USUAL)


def _decision(snapshot: Snapshot, decided: Decided) -> Requirement:
    features = {each.key: each for each in snapshot.features}
    about = [features[key] for key in decided.features if key in features]
    text, end = f"answer:{decided.key}", len(decided.shown)
    own = Source("answer", decided.key, text, decided.shown, 0, end)
    ranks = [each.importance for each in about if each.importance in RANKS]
    return Requirement(
        key=f"decision/{decided.key}",
        family=f"decision/{decided.key}",
        prefix="DC",
        kind="decision",
        title=f"Decision: {decided.ask}",
        text=_follow(decided.ask, decided.shown),
        criteria=(AS_DECIDED,),
        priority=min(ranks, key=RANKS.index, default=USUAL),
        basis="said",
        sources=(own, *(s for f in about for s in f.sources[:1]))[:SOURCES_MAX],
        features=tuple(each.key for each in about),
        entities=mentioned(snapshot, f"{decided.ask} {decided.shown}"),
    )


def _follow(ask: str, answer: str) -> str:
    return f"The system shall follow this decision: {ask} {sentence(answer)}"
