-- name: insert_run!
INSERT INTO kernel.runs (id, kind, parent_id, input, input_hash)
VALUES (:id, :kind, :parent_id, :input, :input_hash)

-- name: get_run^
SELECT id, kind, parent_id, status, input, output, attempts, job_id, created_by, created_at, started_at,
       completed_at, cancel_requested_at, error_code, error_message
FROM kernel.runs WHERE id = :id

-- name: list_runs
SELECT id, kind, parent_id, status, input, output, attempts, job_id, created_by, created_at, started_at,
       completed_at, cancel_requested_at, error_code, error_message
FROM kernel.runs
WHERE (:kind::text IS NULL OR kind = :kind)
  AND (:status::text IS NULL OR status = :status)
  AND (:before::uuid IS NULL OR id < :before)
ORDER BY id DESC LIMIT :limit

-- name: set_job!
UPDATE kernel.runs SET job_id = :job_id WHERE id = :id

-- name: start_run!
UPDATE kernel.runs
SET status = 'running', started_at = coalesce(started_at, greatest(now(), created_at)), attempts = attempts + 1
WHERE id = :id AND status IN ('queued', 'running')

-- name: park_run!
UPDATE kernel.runs SET status = 'queued' WHERE id = :id AND status = 'running'

-- name: finish_run!
UPDATE kernel.runs
SET status = :status, completed_at = greatest(now(), started_at), started_at = coalesce(started_at, now()),
    output = :output, error_code = :error_code, error_message = :error_message
WHERE id = :id AND status IN ('queued', 'running')

-- name: request_cancel!
UPDATE kernel.runs SET cancel_requested_at = coalesce(cancel_requested_at, now())
WHERE id = :id AND status IN ('queued', 'running')

-- name: list_steps
SELECT name, position, status, attempts, output, started_at, completed_at
FROM kernel.run_steps WHERE run_id = :run_id ORDER BY position, name

-- name: get_step^
SELECT name, position, status, attempts, output, started_at, completed_at
FROM kernel.run_steps WHERE run_id = :run_id AND name = :name

-- name: begin_step!
INSERT INTO kernel.run_steps AS s (run_id, name, position, status)
VALUES (:run_id, :name, :position, 'running')
ON CONFLICT (tenant_id, run_id, name) DO UPDATE SET attempts = s.attempts + 1, started_at = now()
WHERE s.status = 'running'

-- name: finish_step!
UPDATE kernel.run_steps SET status = 'succeeded', output = :output, completed_at = now()
WHERE run_id = :run_id AND name = :name

-- name: lock_run^
SELECT status, cancel_requested_at FROM kernel.runs WHERE id = :id FOR UPDATE
