"""Every way in which the papers room may fail by name.

The names are the seed's where the seed has one; a client written against it keeps working. Codes
of the run end up in `runs.error_code`, so they are as stable as a column.
"""

from evigate.base.errors import Code, Kind
from evigate.kernel.runs import E_RUN_CANCELLED as E_RUN_CANCELLED

# Papers and claims.
E_PAPER_NOT_FOUND = Code(
    "E_PAPER_NOT_FOUND", Kind.NOT_FOUND, 404, "Check the paper's id; list the papers there are."
)
E_EXTRACT_NO_CLAIMS = Code(
    "E_EXTRACT_NO_CLAIMS",
    Kind.INVALID,
    422,
    "Add a claim by hand; the paper printed none we found.",
)

# Plans.
E_PLAN_NOT_FOUND = Code(
    "E_PLAN_NOT_FOUND", Kind.NOT_FOUND, 404, "Check the plan's id; list the plans of the paper."
)
E_PLAN_NOT_READY = Code(
    "E_PLAN_NOT_READY", Kind.NOT_FOUND, 404, "Ingest the paper and extract its claims first."
)
E_PLAN_SCHEMA_INVALID = Code(
    "E_PLAN_SCHEMA_INVALID", Kind.INVALID, 400, "Correct the named fields of the plan, version 1.1."
)
E_PLAN_GUARDRAIL_FAILED = Code(
    "E_PLAN_GUARDRAIL_FAILED",
    Kind.INVALID,
    422,
    "Cite words that stand on the page, keep to the budget, and use data whose licence is known.",
)
E_PLAN_NO_ALLOWED_DATASETS = Code(
    "E_PLAN_NO_ALLOWED_DATASETS",
    Kind.INVALID,
    422,
    "Name a data set of the registry in a claim, or read the list of data sets that work offline.",
)
E_PLAN_NO_RECIPE = Code(
    "E_PLAN_NO_RECIPE",
    Kind.INVALID,
    422,
    "Rename the claim's method to one of the recipes, or add a claim for a method that has one.",
)
E_PLAN_REJECTED = Code(
    "E_PLAN_REJECTED", Kind.CONFLICT, 409, "Read the owner's reason, and plan the paper again."
)
E_PLAN_NOT_MATERIALIZED = Code(
    "E_PLAN_NOT_MATERIALIZED", Kind.INVALID, 400, "Materialize the plan before running it."
)
E_PLAN_ASSET_MISSING = Code(
    "E_PLAN_ASSET_MISSING", Kind.NOT_FOUND, 404, "Materialize the plan again; a file is missing."
)

# Runs.
E_RUN_NOT_FOUND = Code(
    "E_RUN_NOT_FOUND", Kind.NOT_FOUND, 404, "Check the run's id; list the runs of the paper."
)
E_RUN_TIMEOUT = Code(
    "E_RUN_TIMEOUT",
    Kind.LIMIT,
    408,
    "Give the plan a larger budget_minutes or fewer seeds, and run it again.",
    True,
)
E_RUN_FAILED = Code(
    "E_RUN_FAILED", Kind.UPSTREAM, 500, "Read the run's log and the cell that failed."
)
E_RUN_MEMORY = Code(
    "E_RUN_MEMORY", Kind.LIMIT, 507, "Use a smaller model or raise the memory limit of runs."
)
E_GPU_REQUESTED = Code(
    "E_GPU_REQUESTED", Kind.DENIED, 400, "Remove the use of CUDA: runs are on the CPU only."
)
E_SANDBOX_UNAVAILABLE = Code(
    "E_SANDBOX_UNAVAILABLE",
    Kind.UNAVAILABLE,
    503,
    "Install bubblewrap, or use a Linux kernel of 5.13 or later with landlock.",
)

# Reports.
E_REPORT_NO_RUNS = Code(
    "E_REPORT_NO_RUNS", Kind.NOT_FOUND, 404, "Run the paper's plan to its end first."
)
E_REPORT_NO_CLAIM = Code(
    "E_REPORT_NO_CLAIM", Kind.NOT_FOUND, 404, "Extract the paper's claims or add one by hand."
)
E_REPORT_METRIC_NOT_FOUND = Code(
    "E_REPORT_METRIC_NOT_FOUND",
    Kind.INVALID,
    400,
    "Check that the notebook writes the metric to metrics.json.",
)

CODES: tuple[Code, ...] = (
    E_PAPER_NOT_FOUND,
    E_EXTRACT_NO_CLAIMS,
    E_PLAN_NOT_FOUND,
    E_PLAN_NOT_READY,
    E_PLAN_SCHEMA_INVALID,
    E_PLAN_GUARDRAIL_FAILED,
    E_PLAN_NO_ALLOWED_DATASETS,
    E_PLAN_NO_RECIPE,
    E_PLAN_REJECTED,
    E_PLAN_NOT_MATERIALIZED,
    E_PLAN_ASSET_MISSING,
    E_RUN_NOT_FOUND,
    E_RUN_TIMEOUT,
    E_RUN_FAILED,
    E_RUN_MEMORY,
    E_GPU_REQUESTED,
    E_SANDBOX_UNAVAILABLE,
    E_REPORT_NO_RUNS,
    E_REPORT_NO_CLAIM,
    E_REPORT_METRIC_NOT_FOUND,
)
