"""From claims and a report to what a teller is given; pure, and the same for the same values."""

from collections.abc import Sequence
from decimal import Decimal

from evigate.papers.datasets import find_entry
from evigate.papers.models import Claim, GapRecord, Paper
from evigate.papers.recipes import MetricKind, find_metric
from evigate.papers.report import Report
from evigate.papers.storyboards.models import (
    BARS_MAX,
    CARDS_MAX,
    Bar,
    Bars,
    Cards,
    Dots,
    Drawing,
    NamedDrawing,
    Scoreboard,
    Sheets,
    StoryClaim,
    StoryInput,
)
from evigate.papers.storyboards.plain import plain_metric

CLAIMS_MAX = 60
LABEL_MAX = 40
NO_NAME = "no name given"


def story_facts(paper: Paper, claims: Sequence[Claim], report: Report | None) -> StoryInput:
    """
    Gather what a story is told from.

    Args:
        claims: the paper's, at least one, in their order.
        report: of its newest reproduction; None where there is none.

    The story is about the claim that was measured, else the paper's own, else the surest; ties go
    by the order in the paper.
    """
    gaps = {row.claim.id: row.gap for row in report.rows} if report else {}
    ranked = sorted(claims, key=lambda claim: _rank(claim, gaps.get(claim.id)))
    main = ranked[0]
    told = [_claim(claim, gaps.get(claim.id)) for claim in claims]
    told.sort(key=lambda each: each.id != str(main.id))
    kept = told[:CLAIMS_MAX]
    rivals = _rivals(kept[0], kept)
    methods = _names([each.method for each in told])
    datasets = _names([each.dataset for each in told])
    verdicts = {name: count for name, count in report.counts.items() if count} if report else {}
    has_run = report is not None and report.run is not None
    measured = has_run and any(gap.observed is not None for gap in gaps.values())
    state = "measured" if measured else "untried" if report is None else "not measured"
    return StoryInput(
        title=paper.title,
        authors=list(paper.authors),
        page_count=max(1, paper.page_count),
        claims=kept,
        main=str(main.id),
        rivals=[each.id for each in rivals],
        methods=methods[:CLAIMS_MAX],
        datasets=datasets[:CLAIMS_MAX],
        data=_data(main.draft.dataset),
        state=state,  # type: ignore[arg-type]
        reason=report.nothing_to_run if report else None,
        seeds=report.run.seeds_count if report and report.run else 0,
        verdicts=verdicts,
        counts={
            "claims": len(claims),
            "methods": len(methods),
            "datasets": len(datasets),
            "authors besides the first": max(0, len(paper.authors) - 1),
            "tested": sum(verdicts.values()) - verdicts.get("not comparable", 0),
        },
        drawings=_drawings(paper, kept[0], rivals, methods, datasets, verdicts, len(claims)),
    )


def scoreboard_of(given: StoryInput, report: Report | None) -> Scoreboard:
    """Return the main claim's numbers; a gap in percent of a claimed zero is not known."""
    main = given.claim(given.main)
    gap = next(
        (row.gap for row in (report.rows if report else ()) if str(row.claim.id) == main.id), None
    )
    claimed = float(main.value)
    is_told = gap is not None and gap.observed is not None
    return Scoreboard(
        metric_name=main.metric,
        claimed_value=claimed,
        observed_value=float(gap.observed) if is_told else None,  # type: ignore[union-attr,arg-type]
        gap_percent=float(gap.gap_percent)  # type: ignore[union-attr,arg-type]
        if is_told and claimed
        else None,
        units=(gap.units if gap else None) or main.units,
        verdict=gap.verdict if gap else None,
        verdicts=given.verdicts,
    )


def _rank(claim: Claim, gap: GapRecord | None) -> tuple[bool, bool, float, int]:
    is_measured = gap is not None and gap.observed is not None
    draft = claim.draft
    return (not is_measured, not draft.is_own_method, -draft.confidence, claim.position)


def _claim(claim: Claim, gap: GapRecord | None) -> StoryClaim:
    draft = claim.draft
    units = (gap.units if gap else None) or draft.units
    observed = None
    if gap is not None and gap.observed is not None:
        observed = _observed(gap.observed, draft.value) + ("%" if units == "%" else "")
    return StoryClaim(
        id=str(claim.id),
        method=_short(draft.method),
        dataset=_short(draft.dataset),
        metric=draft.metric,
        value=f"{draft.value:f}",
        units=units,
        is_own=draft.is_own_method,
        page=draft.page,
        citation=draft.source_citation,
        table=draft.cell.table if draft.cell else None,
        quote=draft.quote,
        share=_share(draft.metric, draft.value, units),
        observed=observed,
        verdict=gap.verdict if gap else None,
    )


def _observed(observed: Decimal, claimed: Decimal) -> str:
    """Return a measured number with as many decimals as the claim has, at least one."""
    exponent = claimed.as_tuple().exponent
    digits = max(1, -exponent) if isinstance(exponent, int) else 1
    return f"{observed:.{digits}f}"


def _share(metric_name: str, value: Decimal, units: str | None) -> int | None:
    """Return how many of a hundred a proportion is, where it is one that can be counted."""
    metric = find_metric(metric_name)
    if metric is None or metric.kind is not MetricKind.PROPORTION:
        return None
    if plain_metric(metric_name).share is None:
        return None
    share = float(value) if units == "%" or abs(value) > 1 else float(value) * 100
    return round(share) if 0 <= share <= 100 else None


def _rivals(main: StoryClaim, claims: Sequence[StoryClaim]) -> list[StoryClaim]:
    """Return others' numbers on the same data and metric, best first, one a method.

    Where the main claim's own table has some, those alone: numbers of one table were made alike.
    """
    low = plain_metric(main.metric).is_low_good
    family = find_metric(main.metric)
    same = [
        each
        for each in claims
        if each.method
        and not each.is_own
        and each.method != main.method
        and each.dataset == main.dataset
        and each.units == main.units
        and (each.metric == main.metric or (family and find_metric(each.metric) == family))
    ]
    beside = [each for each in same if each.table is not None and each.table == main.table]
    same = beside or same
    same.sort(key=lambda each: float(each.value) * (1 if low else -1))
    unique = {each.method: each for each in reversed(same)}
    found = sorted(unique.values(), key=lambda each: float(each.value) * (1 if low else -1))
    return found[: BARS_MAX - 1]


def _names(names: Sequence[str | None]) -> list[str]:
    return list(dict.fromkeys(name for name in names if name))


def _short(name: str | None) -> str | None:
    if name is None or not name.strip():
        return None
    plain = " ".join(name.split())
    return plain if len(plain) <= LABEL_MAX else plain[: LABEL_MAX - 1].rstrip() + "…"


def _data(name: str | None) -> dict[str, object] | None:
    entry = find_entry(name) if name else None
    if entry is None:
        return None
    return {"title": entry.title, "rows": entry.rows, "task": entry.task.value}


def _drawings(
    paper: Paper,
    main: StoryClaim,
    rivals: Sequence[StoryClaim],
    methods: Sequence[str],
    datasets: Sequence[str],
    verdicts: dict[str, int],
    claim_count: int,
) -> list[NamedDrawing]:
    value = float(main.value)
    shown = f"{main.value}%" if main.units == "%" else main.value
    own = Bar(label=main.method or "the paper", value=value, shown=shown, is_main=True)
    found: dict[str, Drawing] = {
        "cover": Sheets(count=max(1, paper.page_count)),
        "data": Cards(labels=list(datasets[:CARDS_MAX]) or [NO_NAME]),
        "number": Bars(bars=[own]) if main.share is None else Dots(marked=main.share),
        "test": _test_bars(main, shown, value),
        "end": _count_bars(verdicts, claim_count),
    }
    if methods:
        marked = methods.index(main.method) if main.method in methods else None
        is_there = marked is not None and marked < CARDS_MAX
        found["ways"] = Cards(labels=list(methods[:CARDS_MAX]), marked=marked if is_there else None)
    if rivals:
        others = [
            Bar(
                label=each.method or NO_NAME,
                value=float(each.value),
                shown=f"{each.value}%" if each.units == "%" else each.value,
            )
            for each in rivals
        ]
        found["rivals"] = Bars(bars=[own, *others])
    return [NamedDrawing(name=name, drawing=drawing) for name, drawing in found.items()]


def _test_bars(main: StoryClaim, shown: str, value: float) -> Bars:
    bars = [Bar(label="The paper says", value=value, shown=shown)]
    if main.observed is not None:
        observed = float(main.observed.rstrip("%"))
        bars.append(Bar(label="We got", value=observed, shown=main.observed, is_main=True))
    return Bars(bars=bars)


def _count_bars(verdicts: dict[str, int], claim_count: int) -> Bars:
    labels = {
        "reproduced": "held up",
        "partly": "came close",
        "not reproduced": "did not hold up",
        "not comparable": "not tested",
    }
    counted = {name: verdicts[name] for name in labels if verdicts.get(name)}
    if set(counted) <= {"not comparable"}:
        return Bars(bars=[Bar(label="to test", value=claim_count, shown=str(claim_count))])
    return Bars(
        bars=[
            Bar(label=labels[name], value=count, shown=str(count), is_main=name == "reproduced")
            for name, count in counted.items()
        ]
    )
