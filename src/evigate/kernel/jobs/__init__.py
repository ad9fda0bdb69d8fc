"""Jobs: work that outlives its request, in the same database and the same transaction.

What enters is a task's name and JSON arguments, in the transaction of what caused it; what leaves
is a call of the registered handler, as the tenant that asked. Always true: a job exists if and only
if its cause was committed; a job whose worker died is given to another; one that keeps failing ends
as a dead letter that can be read and sent again.
"""

from evigate.kernel.jobs.queue import Job, JobSpec, cancel_job, enqueue, list_jobs, retry_job
from evigate.kernel.jobs.worker import Worker, WorkerTimings

__all__ = [
    "Job",
    "JobSpec",
    "Worker",
    "WorkerTimings",
    "cancel_job",
    "enqueue",
    "list_jobs",
    "retry_job",
]
