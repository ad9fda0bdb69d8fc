"""Which steps a piece of work has, by its strategy: who reads whose output, before anything runs.

Pure. The steps are known from the beginning and never change, so a process that takes over needs
only to know which are done.
"""

from collections.abc import Iterator

from evigate.agents.concert.models import Part, Step, Strategy, Work

PARTS_MAX, ROUNDS_MAX = 64, 5


def steps_of(work: Work) -> tuple[Step, ...]:
    """
    Return the steps in an order in which each comes after those whose outputs it reads.

    Sequential: each part reads those before it. Parallel: none reads another. Hierarchical: the
    parts of a group side by side, a lead for each group, a lead over the leads. Debate: an opening
    of each of two, then in each round either answers what the other said last, then the judge.

    Raises:
        ValueError: the parts do not fit the strategy; the message says how.
    """
    _check(work)
    match work.strategy:
        case Strategy.SEQUENTIAL:
            return tuple(_in_turn(work))
        case Strategy.PARALLEL:
            return tuple(Step(_name(n, part), part) for n, part in enumerate(work.parts))
        case Strategy.HIERARCHICAL:
            return tuple(_by_groups(work))
        case Strategy.DEBATE:
            return tuple(_debate(work))


def _check(work: Work) -> None:
    if not 1 <= len(work.parts) <= PARTS_MAX:
        raise ValueError(f"1 to {PARTS_MAX} agents take part, not {len(work.parts)}")
    needs_lead = work.strategy in (Strategy.HIERARCHICAL, Strategy.DEBATE)
    if needs_lead and work.lead is None:
        raise ValueError(f"{work.strategy} needs a lead")
    if work.strategy is Strategy.DEBATE and len(work.parts) != 2:
        raise ValueError(f"two debate, not {len(work.parts)}")
    if not 1 <= work.rounds <= ROUNDS_MAX:
        raise ValueError(f"a debate has 1 to {ROUNDS_MAX} rounds, not {work.rounds}")


def _name(number: int, part: Part) -> str:
    group = f"{part.group}." if part.group else ""
    return f"{number + 1:02}.{group}{part.role}"


def _in_turn(work: Work) -> Iterator[Step]:
    before: tuple[str, ...] = ()
    for number, part in enumerate(work.parts):
        step = Step(_name(number, part), part, before)
        yield step
        before = (*before, step.name)


def _by_groups(work: Work) -> Iterator[Step]:
    assert work.lead is not None
    groups: dict[str, list[str]] = {}
    for number, part in enumerate(work.parts):
        step = Step(_name(number, part), part)
        groups.setdefault(part.group, []).append(step.name)
        yield step
    leads = []
    for group, names in groups.items():
        lead = Step(f"lead.{group or 'all'}", work.lead, tuple(names))
        leads.append(lead.name)
        yield lead
    yield Step("lead", work.lead, tuple(leads))


def _debate(work: Work) -> Iterator[Step]:
    assert work.lead is not None
    last = [Step(f"00.{part.role}", part) for part in work.parts]
    said = [each.name for each in last]
    yield from last
    for number in range(1, work.rounds + 1):
        # Each reads its own opening and what the other said last.
        last = [
            Step(f"{number:02}.{part.role}", part, (said[at], last[1 - at].name))
            for at, part in enumerate(work.parts)
        ]
        yield from last
        said += [each.name for each in last]
    yield Step("judge", work.lead, tuple(said))
