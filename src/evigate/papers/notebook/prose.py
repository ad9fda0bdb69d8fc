"""The notebook's words: what is tested, how, and what had to be assumed, as Markdown."""

import re

from evigate.papers.datasets import DataKind, DatasetEntry, Prepared
from evigate.papers.plan.models import (
    Assumption,
    Plan,
    PlannedClaim,
    PlannedModel,
    Protocol,
    ProtocolKind,
)
from evigate.papers.recipes import Recipe

QUOTE_MAX = 280


def plain(text: str) -> str:
    """Make text from a paper safe and inert in Markdown: one line, no markup, no HTML."""
    line = " ".join(text.split())
    return re.sub(r"([\\`*_{}\[\]<>#|$~])", r"\\\1", line)


def _quote(text: str) -> str:
    line = " ".join(text.split())
    return plain(line if len(line) <= QUOTE_MAX else line[: QUOTE_MAX - 1] + "…")


def _printed(claim: PlannedClaim) -> str:
    units = claim.units or ""
    return f"{claim.value}{units if units == '%' else ' ' + units if units else ''}"


def title_page(plan: Plan, paper_title: str, plan_hash: str) -> str:
    """The opening: which paper, which plan, what is in the notebook and what is not."""
    targeted = sum(claim.status == "targeted" for claim in plan.claims)
    runnable = sum(model.status == "runnable" for model in plan.models)
    lines = [
        f"# Rerunning “{plain(paper_title)}”",
        "",
        f"This notebook fits {runnable} of the paper's {len(plan.models)} methods on "
        f"{', '.join(plain(dataset.name) for dataset in plan.datasets)} and measures "
        f"{targeted} of the {len(plan.claims)} numbers that the paper claims."
        if plan.claims
        else f"This notebook fits {runnable} methods.",
        "",
        "It was written from a plan: every setting is either quoted from the paper or listed as an "
        "assumption. Verdicts, with tolerances, are in the run's report.",
        "",
        f"Plan `{plan_hash}`",
    ]
    return "\n".join(lines)


def assumptions_table(title: str, assumptions: list[Assumption]) -> str:
    """What the paper does not say, or what we do otherwise, each with the reason."""
    rows = [f"| {plain(a.field)} | {plain(a.value)} | {plain(a.reason)} |" for a in assumptions]
    return "\n".join([title, "", "| setting | taken as | why |", "|---|---|---|", *rows])


def _size(entry: DatasetEntry) -> str:
    what = f"{entry.rows} {_EXAMPLES[entry.kind]}"
    return f"{what}, {entry.features} features" if entry.features else what


_EXAMPLES = {
    DataKind.TABLE: "rows",
    DataKind.TEXT: "texts",
    DataKind.SERIES: "series",
    DataKind.GRAPH: "nodes",
    DataKind.NOTHING: "set of outcomes",
}


def dataset_section(entry: DatasetEntry, plan: Plan) -> str:
    """What the data are, where they come from, and the paper's words on them."""
    quote = plan.justifications.dataset
    lines = [
        f"## Data: {plain(entry.title)}",
        "",
        f"{_size(entry)}, from {entry.source}; licence {entry.licence or 'not stated'}. "
        "The bytes are checked against a known digest.",
    ]
    if isinstance(entry.loader, Prepared):
        lines += [
            "",
            f"They are read from `data/{entry.name}.npz`; to run this notebook by hand, "
            f"`evigate papers datasets file {entry.name}` writes that file.",
        ]
    if entry.name == plan.datasets[0].name:
        lines += ["", f"> {_quote(quote.quote)}", ">", f"> — {plain(quote.citation)}"]
    return "\n".join(lines)


_STEP_WORDS = {
    "standardize": "scaled to mean 0 and standard deviation 1",
    "minmax": "scaled to lie between 0 and 1",
    "l2_normalize": "scaled so that each row has length 1",
}


def _parting(protocol: Protocol) -> str:
    strata = ", keeping the classes' shares" if protocol.is_stratified else ""
    match protocol.kind:
        case ProtocolKind.HOLDOUT:
            share = round(100 * (protocol.test_size or 0), 4)
            return f"Each seed shuffles the rows and sets {share:g} % aside for the test{strata}."
        case ProtocolKind.K_FOLD:
            return (
                f"Each seed deals the rows into {protocol.folds} folds{strata}; each fold is the "
                "test once, and the numbers are taken over all folds' predictions together."
            )
        case ProtocolKind.LEAVE_ONE_OUT:
            return "Each row is the test once, with all others to learn from."
        case ProtocolKind.RESUBSTITUTION:
            return "Methods are tested on the rows they learned from, as the plan says."
        case ProtocolKind.FIXED_SPLIT:
            return "The data come with their own split: its test part is the test, once."
        case ProtocolKind.FIXED_FOLDS:
            return (
                f"The data come with {protocol.folds} folds of their own; each is the test once, "
                "and the numbers are taken over all folds' predictions together."
            )


def parting_section(protocol: Protocol) -> str:
    """How one data set's rows are parted, where it is not as the plan's others."""
    return f"### How its rows are parted\n\n{_parting(protocol)}"


def protocol_section(plan: Plan, protocol: Protocol) -> str:
    """How rows are parted, features prepared and seeds used, with the paper's words."""
    steps = [
        f"Features are {_STEP_WORDS[step.name]}, with constants from "
        f"{'the training part alone' if step.fit_on == 'train' else 'all rows'}."
        for step in protocol.preprocessing
    ]
    repeats = f" Each seed is repeated {protocol.repeats} times." if protocol.repeats > 1 else ""
    lines = [
        "## How the numbers are taken",
        "",
        _parting(protocol) + repeats,
        *(steps or ["Features are used as they are."]),
        f"Seeds: {', '.join(str(seed) for seed in protocol.seeds)}.",
    ]
    for citation in plan.citations:
        lines += ["", f"> {_quote(citation.quote)}", ">"]
        lines += [f"> — page {citation.page}, for *{plain(citation.field)}*"]
    return "\n".join(lines)


def _settings_table(model: PlannedModel) -> list[str]:
    cited = {citation.field: citation for citation in model.citations}
    assumed = {assumption.field: assumption for assumption in model.assumptions}
    rows = []
    for name, value in model.parameters.items():
        words = []
        if name in cited:
            words.append(f"page {cited[name].page}: “{_quote(cited[name].quote)}”")
        if name in assumed:
            words.append(f"assumed: {plain(assumed[name].reason)}")
        where = "; ".join(words) or "from the plan"
        rows.append(f"| {plain(name)} | {plain(str(value))} | {where} |")
    return ["", "| setting | value | from |", "|---|---|---|", *rows] if rows else []


def method_section(model: PlannedModel, recipe: Recipe | None, claims: list[PlannedClaim]) -> str:
    """One method: the claims it tests with their quotes, its settings, or why it is skipped."""
    lines = [f"## {plain(model.method)}", ""]
    if recipe is None or model.status == "skipped":
        return "\n".join([*lines, f"Skipped: {plain(model.reason or 'no reason given')}."])
    lines.append(f"Run as: {recipe.title}.")
    if recipe.producer is not None:
        lines += ["", f"**Not built in**: {plain(recipe.producer)} wrote this code from the paper."]
    if claims:
        lines += ["", "| claim | printed | where |", "|---|---|---|"]
        lines += [
            f"| {plain(c.metric)} | {plain(_printed(c))} | {plain(c.source_citation)} |"
            for c in claims
        ]
        lines += ["", f"> {_quote(claims[0].quote)}", ">", f"> — page {claims[0].page}"]
    lines += _settings_table(model)
    others = [a for a in model.assumptions if a.field not in model.parameters]
    lines += [f"\nNote: {plain(a.field)}: {plain(a.reason)}." for a in others]
    return "\n".join(lines)
