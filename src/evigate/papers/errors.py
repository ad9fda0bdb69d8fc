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
E_CLAIM_NOT_FOUND = Code(
    "E_CLAIM_NOT_FOUND", Kind.NOT_FOUND, 404, "Check the claim's id; list the paper's claims."
)
E_CLAIM_NOT_CITED = Code(
    "E_CLAIM_NOT_CITED",
    Kind.INVALID,
    422,
    "Copy a quote that holds the number from the page that prints it.",
)

# The bench.
E_BENCH_GOLD_MISSING = Code(
    "E_BENCH_GOLD_MISSING",
    Kind.NOT_FOUND,
    404,
    "Name a folder with manifest.json, gold.jsonl or table_gold.jsonl, and the PDFs.",
)
E_BENCH_GOLD_INVALID = Code(
    "E_BENCH_GOLD_INVALID", Kind.INVALID, 400, "Correct the named line of the gold."
)

E_STATEMENT_INVALID = Code(
    "E_STATEMENT_INVALID",
    Kind.INVALID,
    400,
    "Give a title, where it is published, and at least one claim with metric, value and method.",
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
E_PLAN_STALE = Code(
    "E_PLAN_STALE",
    Kind.CONFLICT,
    409,
    "Read the newest version of the plan, and make the change there.",
)
E_PLAN_NO_ASSUMPTION = Code(
    "E_PLAN_NO_ASSUMPTION",
    Kind.INVALID,
    400,
    "Name a field of the plan's protocol, positive_class, or a method's setting, and its values.",
)
E_RECIPE_REFUSED = Code(
    "E_RECIPE_REFUSED",
    Kind.INVALID,
    422,
    "Write one function of arrays that names nothing of the notebook and reads no file.",
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
E_RUN_DISK = Code(
    "E_RUN_DISK", Kind.LIMIT, 507, "Write less to the working folder, or remove files as you go."
)
E_RUN_PROCESSES = Code(
    "E_RUN_PROCESSES", Kind.LIMIT, 507, "Do the work in one process; threads are few as well."
)
E_GPU_REQUESTED = Code(
    "E_GPU_REQUESTED", Kind.DENIED, 400, "Remove the use of CUDA: runs are on the CPU only."
)
E_EXECUTOR_UNAVAILABLE = Code(
    "E_EXECUTOR_UNAVAILABLE",
    Kind.UNAVAILABLE,
    503,
    "Start the cluster and install evigate[ray] here and on its nodes, or unset EVIGATE_RUN_RAY.",
)
E_ENVIRONMENT_INVALID = Code(
    "E_ENVIRONMENT_INVALID",
    Kind.INVALID,
    422,
    "Name a run that has ended and left its environment.json.",
)
E_ENVIRONMENT_TOOL = Code(
    "E_ENVIRONMENT_TOOL",
    Kind.UNAVAILABLE,
    503,
    "Install uv where this process finds it, then rebuild again.",
)
E_ENVIRONMENT_UNAVAILABLE = Code(
    "E_ENVIRONMENT_UNAVAILABLE",
    Kind.UNAVAILABLE,
    503,
    "Point uv at an index or a folder of wheels that has what is named (UV_INDEX_URL, "
    "UV_FIND_LINKS), or run the plan in the present environment.",
)

# Reports.
E_REPORT_NO_RUNS = Code(
    "E_REPORT_NO_RUNS", Kind.NOT_FOUND, 404, "Run the paper's plan to its end first."
)
E_REPORT_NO_CLAIM = Code(
    "E_REPORT_NO_CLAIM", Kind.NOT_FOUND, 404, "Extract the paper's claims or add one by hand."
)
E_RANKING_INVALID = Code(
    "E_RANKING_INVALID", Kind.INVALID, 422, "Name two claims of one paper on the same metric."
)
E_RANKING_NOT_FOUND = Code(
    "E_RANKING_NOT_FOUND", Kind.NOT_FOUND, 404, "Look at the paper's leaderboard."
)
E_RUNS_NOT_COMPARABLE = Code(
    "E_RUNS_NOT_COMPARABLE", Kind.INVALID, 422, "Name two different notebook runs."
)
E_VERSION_INVALID = Code(
    "E_VERSION_INVALID", Kind.INVALID, 422, "Send a PDF that differs from the paper's own."
)
E_REPORT_METRIC_NOT_FOUND = Code(
    "E_REPORT_METRIC_NOT_FOUND",
    Kind.INVALID,
    400,
    "Check that the notebook writes the metric to metrics.json.",
)

# Data sets.
E_DATASET_NOT_FOUND = Code(
    "E_DATASET_NOT_FOUND", Kind.NOT_FOUND, 404, "List the data sets there are, or add this one."
)
E_DATASET_INVALID = Code(
    "E_DATASET_INVALID",
    Kind.INVALID,
    400,
    "Give the files in the form that the reader names; `evigate papers datasets add --help`.",
)
E_DATASET_UNAVAILABLE = Code(
    "E_DATASET_UNAVAILABLE",
    Kind.UNAVAILABLE,
    503,
    "Put the files into the data folder, install the extra `datasets`, or fetch the set.",
)
E_DATASET_CHANGED = Code(
    "E_DATASET_CHANGED",
    Kind.CONFLICT,
    409,
    "The bytes are not those that the registry knows: get the published files again.",
)
E_DATASET_LICENCE = Code(
    "E_DATASET_LICENCE",
    Kind.DENIED,
    403,
    "An owner may allow a set whose licence is not known, with a reason.",
)

CODES: tuple[Code, ...] = (
    E_PAPER_NOT_FOUND,
    E_EXTRACT_NO_CLAIMS,
    E_CLAIM_NOT_FOUND,
    E_CLAIM_NOT_CITED,
    E_BENCH_GOLD_MISSING,
    E_BENCH_GOLD_INVALID,
    E_STATEMENT_INVALID,
    E_PLAN_NOT_FOUND,
    E_PLAN_NOT_READY,
    E_PLAN_SCHEMA_INVALID,
    E_PLAN_GUARDRAIL_FAILED,
    E_PLAN_NO_ALLOWED_DATASETS,
    E_PLAN_NO_RECIPE,
    E_PLAN_STALE,
    E_PLAN_NO_ASSUMPTION,
    E_RECIPE_REFUSED,
    E_PLAN_REJECTED,
    E_PLAN_NOT_MATERIALIZED,
    E_PLAN_ASSET_MISSING,
    E_RUN_NOT_FOUND,
    E_RUN_TIMEOUT,
    E_RUN_FAILED,
    E_RUN_MEMORY,
    E_RUN_DISK,
    E_RUN_PROCESSES,
    E_GPU_REQUESTED,
    E_EXECUTOR_UNAVAILABLE,
    E_ENVIRONMENT_INVALID,
    E_ENVIRONMENT_TOOL,
    E_ENVIRONMENT_UNAVAILABLE,
    E_REPORT_NO_RUNS,
    E_REPORT_NO_CLAIM,
    E_RANKING_INVALID,
    E_RANKING_NOT_FOUND,
    E_RUNS_NOT_COMPARABLE,
    E_VERSION_INVALID,
    E_REPORT_METRIC_NOT_FOUND,
    E_DATASET_NOT_FOUND,
    E_DATASET_INVALID,
    E_DATASET_UNAVAILABLE,
    E_DATASET_CHANGED,
    E_DATASET_LICENCE,
)
