-- name: enqueue$
SELECT kernel.enqueue_job(:task, :queue, :args, :priority, :run_at, :lock, :unique_key) AS id

-- name: list_jobs
SELECT id, task, queue, status, attempts, priority, scheduled_at, last_change_at, args
FROM kernel.list_jobs(:status, :limit)

-- name: cancel_job$
SELECT kernel.cancel_job(:id) AS done

-- name: retry_job$
SELECT kernel.retry_job(:id) AS done
