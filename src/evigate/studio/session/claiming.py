"""What was said becomes claims: what an answer says of its need, what it replaces or contradicts.

A claim is placed beside what stands already: the same again adds nothing, a correction replaces,
a contradiction is negotiated until someone chooses.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from evigate.studio import fields
from evigate.studio.extraction import Found, is_literal
from evigate.studio.session import answers, questions
from evigate.studio.session.conflicts import conflicting, contested_key, is_same, shown
from evigate.studio.session.draft import Draft
from evigate.studio.session.models import Claim, Message
from evigate.studio.session.replies import Reply, asked_back, kind_of
from evigate.studio.standing import NeedStatus, Standing

ROUNDS_MAX = 2
_RETOLD = frozenset(
    {fields.CORE_PROBLEM, fields.TRIGGER_EVENT, fields.CURRENT_SOLUTION, fields.PROBLEM_IMPACT,
     fields.PRIMARY_USER, fields.DOMAIN_TYPE}
)  # fmt: skip
# What is to be: words like "lose" in an answer about it tell no trouble of today.
_WISHES = frozenset({fields.MEASURES, fields.DEALBREAKERS, fields.ROLES_AND_ACCESS})
_TROUBLES = frozenset({fields.CORE_PROBLEM, fields.PAIN_POINTS, fields.PROBLEM_IMPACT})

# Guesses from the shape of a whole description; in a short answer they are mostly wrong.
_GUESSES = frozenset({"asker", "person", "passive"})
# A sentence that stands for the problem where none is told; it replaces nothing that was told.
_STAND_INS = frozenset({"opening", "purpose"})


def take_in(
    draft: Draft,
    message: Message,
    asked: str | None,
    found: Sequence[Found],
    source: str,
    *,
    replaced: Sequence[Claim] = (),
) -> None:
    """Make claims of what a message says, those for `asked` first."""
    stated = _stated(message.content, found)
    if asked == fields.MEASURES:
        stated = answers.as_measures(stated)
    own: list[Found] = []
    if asked is not None:
        # What was noted beside the needs has no obligation, and can be corrected all the same.
        known = draft.objective.obligation(asked) if asked in draft.session.needs else None
        choices = questions.offered(last_card(draft, asked)) or (known.choices if known else ())
        own = answers.answer_claims(
            asked, message.content, stated, choices, about=known.about if known else ""
        )
        if _is_about_another(draft, asked, own, stated, message.content):
            own = []
    is_correction = answers.is_correction(message.content)
    rest = [each for each in stated if each.field_path != asked] if not _is_choice(own) else []
    if asked in _WISHES:
        rest = [each for each in rest if each.field_path not in _TROUBLES]
    if asked is not None and own:
        rest = [each for each in rest if not _is_guess(each)]
    elif is_correction:
        rest += answers.corrected(message.content, stated)
    # Once all is told, what is said is a change of it; so is what follows a reading back.
    is_change = is_correction or bool(replaced) or draft.session.phase in {"closing", "closed"}
    if asked is not None:
        rest += answers.numbered(asked, message.content, own)
    for told in [*own, *rest]:
        is_asked = told.field_path == asked
        is_as_told = is_asked or is_change
        each = told if is_as_told else _beside_first_user(draft, message, told)
        if each is not None and is_literal(each, message.content):
            _place(
                draft,
                message,
                each,
                source,
                is_asked=is_asked,
                is_correction=is_change,
            )


def _is_about_another(
    draft: Draft, asked: str, own: Sequence[Found], stated: Sequence[Found], text: str
) -> bool:
    """Say whether a message that was kept whole contradicts what is known of another need."""
    if not own or any(each.rule != "answer" or each.quote != text.strip() for each in own):
        return False
    rivals = [(each, conflicting(draft.session, each)) for each in stated]
    return any(
        rival is not None and rival.field_path != asked and 2 * len(each.quote) > len(text)
        for each, rival in rivals
    )


def _is_guess(found: Found) -> bool:
    return found.rule in _GUESSES and found.confidence <= answers.GUESSED


def _stated(text: str, found: Sequence[Found]) -> list[Found]:
    """Leave out what stands in a question that someone asks back."""
    asking = asked_back(text)
    return [
        each
        for each in found
        if not any(start <= each.start and each.end <= end for start, end in asking)
    ]


def _beside_first_user(draft: Draft, message: Message, found: Found) -> Found | None:
    """Take a user who is named later for one of the others; who uses it most is nobody else."""
    if found.field_path not in (fields.PRIMARY_USER, fields.SECONDARY_USERS):
        return found
    standing = draft.session.claims_of(fields.PRIMARY_USER)
    first = [each for each in standing if each.message_id != message.id]
    if not first:
        return found
    if is_same(first[-1].value, found.value):
        return None
    return replace(found, field_path=fields.SECONDARY_USERS)


def _place(
    draft: Draft,
    message: Message,
    found: Found,
    source: str,
    *,
    is_asked: bool,
    is_correction: bool,
) -> None:
    """Add a claim beside what stands: the same again adds nothing, a contradiction is asked."""
    standing = draft.session.claims_of(found.field_path)
    earlier = [each for each in standing if each.message_id != message.id]
    same = [each for each in standing if is_same(each.value, found.value)]
    if (
        same
        and same[-1].confidence >= found.confidence
        and same[-1].message_id != message.id
        and not is_correction
    ):
        return
    if earlier and not is_asked and not fields.is_list(found.field_path) and _is_guess(found):
        return
    rival = conflicting(draft.session, found)
    if rival is not None and (
        rival.message_id == message.id or contested_key(rival, found) not in draft.session.needs
    ):
        rival = None
    is_retold = found.field_path in _RETOLD and earlier and not is_asked
    if is_retold and (not is_correction or found.rule in _STAND_INS):
        return
    if rival is not None and rival.field_path.startswith(fields.DETAILS):
        # Whatever wins is the answer to that question.
        found = replace(found, field_path=rival.field_path)
    claim = draft.add_claim(message, found, source)
    if rival is not None and not is_correction and rival.kind != "inference":
        contest(draft, rival, claim, contested_key(rival, found))
        return
    if rival is not None:
        draft.emit("claim_superseded", id=str(rival.id), by=str(claim.id))
    if is_asked:
        for old in draft.session.claims_of(found.field_path, "disputed"):
            draft.emit("claim_superseded", id=str(old.id), by=str(claim.id))
    for old in same if not fields.is_list(found.field_path) else same[:1]:
        if draft.session.claims[old.id].status == "accepted" and old.id != claim.id:
            draft.emit("claim_superseded", id=str(old.id), by=str(claim.id))
    if not fields.is_list(found.field_path):
        for old in earlier:
            if draft.session.claims[old.id].status == "accepted":
                draft.emit("claim_superseded", id=str(old.id), by=str(claim.id))


def contest(draft: Draft, old: Claim, new: Claim, key: str) -> None:
    """Let two claims stand against each other until someone chooses."""
    for claim in (old, new):
        draft.emit("claim_disputed", id=str(claim.id))
    negotiation = {
        "claims": [str(old.id), str(new.id)],
        "options": [_option(draft, old), _option(draft, new)],
        "round": 1,
    }
    draft.emit("need_negotiated", key=key, negotiation=negotiation)


def _option(draft: Draft, claim: Claim) -> str:
    if claim.field_path == fields.OUT_OF_SCOPE:
        return f"without {shown(claim.value)}"
    if claim.field_path in {fields.FEATURES, fields.INTEGRATIONS}:
        return f"with {shown(claim.value)}"
    return shown(claim.value)


def negotiate(draft: Draft, key: str, message: Message) -> None:
    """Take the answer to "which holds?": a choice ends it, twice no choice makes it a task."""
    negotiation = draft.session.needs[key].negotiation
    assert negotiation is not None
    said = message.content.strip()
    options = list(negotiation["options"])
    matches = [at for at, option in enumerate(options) if option.casefold() == said.casefold()]
    if matches:
        _choose(draft, key, message, UUID(negotiation["claims"][matches[0]]), said)
    elif (reply := kind_of(said)) is not Reply.ANSWER or negotiation["round"] >= ROUNDS_MAX:
        if reply is Reply.ANSWER and said.casefold() != answers.BOTH.casefold():
            _choose(draft, key, message, None, said)
            return
        draft.add_task("DECIDE", key, options)
        draft.emit("need_negotiated", key=key, negotiation=None)
        draft.set_need(key, Standing(NeedStatus.DEFERRED, draft.session.needs[key].confidence))
    else:
        again = {**negotiation, "round": negotiation["round"] + 1}
        draft.emit("need_negotiated", key=key, negotiation=again)


def _choose(draft: Draft, key: str, message: Message, winner: UUID | None, said: str) -> None:
    """Let one of two claims stand, or what was said instead of both, as a decision."""
    negotiation = draft.session.needs[key].negotiation
    assert negotiation is not None
    pair = [draft.session.claims[UUID(each)] for each in negotiation["claims"]]
    kept = draft.session.claims[winner] if winner else pair[0]
    start = message.content.index(said)
    value = kept.value if winner else said
    found = Found(
        kept.field_path, value, "decision", 1.0, said, start, start + len(said), "decision"
    )
    decision = draft.add_claim(message, found, "user")
    for each in pair:
        draft.emit("claim_superseded", id=str(each.id), by=str(decision.id))
    draft.emit("need_negotiated", key=key, negotiation=None)


def settle_orphans(draft: Draft) -> None:
    """End the negotiations that lost a side: what is left of them stands."""
    for need in list(draft.session.needs.values()):
        if need.negotiation is None:
            continue
        pair = [draft.session.claims[UUID(each)] for each in need.negotiation["claims"]]
        left = [each for each in pair if each.status == "disputed"]
        if len(left) < len(pair):
            for each in left:
                draft.emit("claim_accepted", id=str(each.id))
            draft.emit("need_negotiated", key=need.key, negotiation=None)


def last_card(draft: Draft, key: str) -> Any:
    """Return the card under a need's last question; None where it had none."""
    cards = [
        each.card
        for each in draft.session.messages
        if each.role == "agent" and each.need_key == key
    ]
    return cards[-1] if cards else None


def _is_choice(own: Sequence[Found]) -> bool:
    return bool(own) and all(each.rule == "choice" for each in own)
