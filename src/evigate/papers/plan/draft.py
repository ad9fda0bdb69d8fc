"""Draft a plan from a paper: which claims to measure, by which methods, how, and on whose word.

Nothing is invented: what the paper does not say stands in the list of assumptions, and each quote
is checked against its page before the plan leaves.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evigate.base.errors import EvigateError
from evigate.evidence import ParsedDocument
from evigate.papers.claims.tables import Table
from evigate.papers.errors import E_EXTRACT_NO_CLAIMS, E_PLAN_NO_ALLOWED_DATASETS, E_PLAN_NO_RECIPE
from evigate.papers.models import ClaimDraft
from evigate.papers.plan.assembling import assemble, planned_claims
from evigate.papers.plan.assumed import general_assumptions, scaled_if_needed
from evigate.papers.plan.complete import slug
from evigate.papers.plan.fitting import FittedMethod, fit_into_budget
from evigate.papers.plan.grounding import check_plan, keep_grounded
from evigate.papers.plan.linking import LinkedClaim
from evigate.papers.plan.methods import SettledMethod, settle_method
from evigate.papers.plan.models import BUDGET_MINUTES_MAX, ModelStatus, Plan, parse_plan
from evigate.papers.plan.obstacles import link_all
from evigate.papers.plan.own_protocols import OwnProtocols, own_protocols
from evigate.papers.plan.protocol_reading import ReadProtocol, read_protocol
from evigate.papers.plan.settings_reading import read_setting_tables
from evigate.papers.plan.text import Sentence, read_sentences
from evigate.papers.recipes import Recipe

SEEDS_MAX = 100


def _refuse(linked: Sequence[LinkedClaim]) -> None:
    """Stop with an honest count when no claim can be measured."""
    count = len(linked)
    if not count:
        raise EvigateError(E_EXTRACT_NO_CLAIMS, "The paper has no claims to plan for.")
    if any(claim.reason is None for claim in linked):
        return
    reasons = Counter(claim.reason for claim in linked)
    detail = {"reasons": [{"reason": r, "claims": n} for r, n in reasons.most_common(10)]}
    noun = "claim" if count == 1 else "claims"
    own = Counter(claim.reason for claim in linked if claim.draft.is_own_method is not False)
    first = (own or reasons).most_common(1)[0][0]
    if all(claim.entry is None for claim in linked):
        message = (
            f"{count} {noun} found, none on a data set that can be had offline and used:"
            f" most often, {first}."
        )
        raise EvigateError(E_PLAN_NO_ALLOWED_DATASETS, message, detail=detail)
    message = f"{count} {noun} found, none that can be measured: most often, {first}."
    raise EvigateError(E_PLAN_NO_RECIPE, message, detail=detail)


def _settle_all(
    linked: Sequence[LinkedClaim],
    document: ParsedDocument,
    tables: Sequence[Table],
    sentences: Sequence[Sentence],
    written: Mapping[str, Recipe] | None,
) -> list[SettledMethod]:
    """One settled method for each method and data set that an own claim names, in claim order."""
    cells = read_setting_tables(document, tables)
    groups: dict[tuple[str, str], list[LinkedClaim]] = {}
    for claim in linked:
        has_method = claim.method is not None and claim.match is not None
        is_own = claim.draft.is_own_method or claim.reason is None
        if claim.entry is not None and claim.metric is not None and has_method and is_own:
            groups.setdefault((claim.entry.name, slug(claim.method or "")), []).append(claim)
    settled = []
    for claims in groups.values():
        # A method that is asked for coefficients as well as for R2 estimates both.
        first = min(claims, key=lambda claim: not (claim.metric and claim.metric.is_quantity))
        if first.match is None or first.entry is None or first.method is None:
            continue
        settled.append(
            settle_method(
                first.method,
                first.match,
                first.entry,
                claims,
                cells=cells,
                sentences=sentences,
                written=written,
            )
        )
    return settled


def draft_plan(
    document: ParsedDocument,
    claims: Sequence[tuple[str, ClaimDraft]],
    tables: Sequence[Table],
    *,
    seeds: int,
    budget_minutes: int,
    base_seed: int = 42,
    written: Mapping[str, Recipe] | None = None,
) -> Plan:
    """
    Draft the plan that measures as many of a paper's own claims as can be measured offline.

    Args:
        document: the parsed paper; quotes are checked against its pages.
        claims: every claim with the caller's id for it; ids are kept as they are.
        tables: the paper's tables, for settings.
        seeds: how many, clamped to 1 to SEEDS_MAX; they are base_seed, base_seed + 1 and so on.
        budget_minutes: for the whole run; clamped to 1.1's 1 to 20.
        base_seed: the first seed, >= 0.
        written: recipes that a model wrote, by the method's printed name; ours come first.

    Returns:
        A valid plan 1.1 with our added keys. `claims` lists every claim, in the given order, with
        the reason where it is not targeted. The same arguments give an equal plan.

    Raises:
        EvigateError[E_EXTRACT_NO_CLAIMS]: there are no claims.
        EvigateError[E_PLAN_NO_ALLOWED_DATASETS]: none is on a data set that can be had offline.
        EvigateError[E_PLAN_NO_RECIPE]: none is of a method, metric and protocol that we can run.
        EvigateError[E_PLAN_GUARDRAIL_FAILED]: a quote does not stand on its page.
    """
    sentences = read_sentences(document, tables)
    linked = link_all(document, claims, written)
    _refuse(linked)
    seed_list = [base_seed + offset for offset in range(max(1, min(seeds, SEEDS_MAX)))]
    minutes = max(1, min(budget_minutes, BUDGET_MINUTES_MAX))
    fit = _Fit(document, tables, sentences, written, seed_list, minutes)
    fitted, settled, read, own = fit.of(linked)
    if not any(item.model.status is ModelStatus.RUNNABLE for item in fitted):
        # The paper's own method may need more time, or a package, that there is not; those it
        # compares itself with may run nevertheless.
        linked = link_all(document, claims, written, own_only=False)
        fitted, settled, read, own = fit.of(linked)
    models = [item.model for item in fitted]
    if not any(model.status is ModelStatus.RUNNABLE for model in models):
        reason = next((model.reason for model in models if model.reason), "no method has a recipe")
        raise EvigateError(E_PLAN_NO_RECIPE, f"None of {len(models)} methods can be run: {reason}.")
    planned = planned_claims(linked, models)
    plan = assemble(fitted, planned, linked, read, own, sentences, document, base_seed, minutes)
    extra = general_assumptions(settled, linked, budget_minutes)
    plan = plan.model_copy(update={"assumptions": [*plan.assumptions, *extra]})
    check_plan(plan, document)
    # Through JSON once, so that a plan read back from a store equals the one handed out here.
    return parse_plan(plan.to_json())


@dataclass(frozen=True, slots=True)
class _Fit:
    """Settles linked claims' methods and fits them into the budget."""

    document: ParsedDocument
    tables: Sequence[Table]
    sentences: Sequence[Sentence]
    written: Mapping[str, Recipe] | None
    seeds: list[int]
    minutes: int

    def of(
        self, linked: list[LinkedClaim]
    ) -> tuple[list[FittedMethod], list[SettledMethod], ReadProtocol, OwnProtocols]:
        """Return the methods with their places in the run, and the protocols they run by."""
        settled = _settle_all(linked, self.document, self.tables, self.sentences, self.written)
        for method in settled:
            method.citations, demoted = keep_grounded(method.citations, self.document)
            method.assumptions += demoted
        read = scaled_if_needed(read_protocol(self.sentences, seeds=self.seeds), settled)
        own = own_protocols(settled, read.protocol)
        fitted = fit_into_budget(settled, read.protocol, 60.0 * self.minutes, own.protocols)
        return fitted, settled, read, own
