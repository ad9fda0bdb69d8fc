"""Time is shared so that cheap methods run in full; nothing depends on the clock."""

from evigate.papers.plan.models import Protocol
from evigate.papers.plan.schedule import Job, fit_count, share_time, training_rows
from evigate.papers.recipes import FitSize, find_recipe


def mlp_job(steps: int, hidden: tuple[int, ...] = (500, 500, 500)) -> Job:
    recipe = find_recipe("multilayer_perceptron")
    assert recipe is not None
    settings = {**recipe.defaults, "hidden_layers": hidden, "batch_size": 128}
    return Job(recipe, settings, FitSize(398, 30, 2), fits=3, steps=steps)


def test_what_fits_runs_in_full() -> None:
    (slot,) = share_time([mlp_job(100)], budget_s=600)
    assert (slot.steps, slot.is_cut, slot.fits_in) == (100, False, True)


def test_what_does_not_fit_is_cut_within_its_share() -> None:
    (slot,) = share_time([mlp_job(1_000_000)], budget_s=60)
    assert slot.is_cut
    assert slot.fits_in
    assert slot.cost_s <= 30  # half the budget


def test_a_cheap_method_is_not_cut_because_of_a_dear_one() -> None:
    cheap, dear = share_time([mlp_job(1000, (8,)), mlp_job(1_000_000)], budget_s=60)
    assert not cheap.is_cut
    assert dear.is_cut
    assert cheap.cost_s + dear.cost_s <= 30


def test_too_few_steps_to_mean_anything_is_no_run() -> None:
    (slot,) = share_time([mlp_job(1_000_000, (4000, 4000))], budget_s=1)
    assert not slot.fits_in


def test_fits_are_parts_times_repeats_times_seeds() -> None:
    folds = Protocol.model_validate({"kind": "k_fold", "folds": 10, "repeats": 3, "seeds": [1, 2]})
    assert fit_count(folds, 150, 2) == 60
    assert training_rows(folds, 150) == 135
    alone = Protocol.model_validate({"kind": "leave_one_out", "seeds": [1]})
    assert (fit_count(alone, 150, 1), training_rows(alone, 150)) == (150, 149)


def test_a_solver_that_does_not_fit_gets_fewer_seeds() -> None:
    recipe = find_recipe("gradient_boosting")
    assert recipe is not None
    job = Job(recipe, recipe.defaults, FitSize(1000, 64, 10), fits=50, steps=None, seeds=5)
    assert job.cost_s > 30
    (slot,) = share_time([job], budget_s=1.6 * job.cost_s)
    assert slot.fits_in
    assert slot.seeds == min(4, int(100 / (job.cost_s / 5)))
    (none,) = share_time([job], budget_s=0.1 * job.cost_s)
    assert not none.fits_in


def test_what_cannot_run_leaves_its_share_to_the_others() -> None:
    hopeless = mlp_job(1_000_000, (4000, 4000))
    alone = share_time([mlp_job(100_000)], budget_s=60)
    assert share_time([mlp_job(100_000), hopeless, hopeless], budget_s=60)[:1] == alone
    assert not any(slot.fits_in for slot in share_time([hopeless] * 3, budget_s=1))


def test_a_budget_above_the_usual_one_is_used() -> None:
    (usual,) = share_time([mlp_job(1_000_000)], budget_s=600)
    (more,) = share_time([mlp_job(1_000_000)], budget_s=1200)
    assert usual.cost_s <= 100 < more.cost_s <= 600
