-- name: next_version$
SELECT greatest(
  (SELECT coalesce(max(m.version), 0) FROM engine.models m WHERE m.name = :name),
  (SELECT coalesce(max(j.output_version), 0) FROM engine.training_jobs j WHERE j.output_name = :name)) + 1;

-- name: insert_job!
INSERT INTO engine.training_jobs (id, kind, priority, is_claimable, attempts_max, idempotency_key, spec,
  spec_hash, output_name, output_version)
VALUES (:id, :kind, :priority, :is_claimable, :attempts_max, :idempotency_key, :spec, :spec_hash,
  :output_name, :output_version)
ON CONFLICT DO NOTHING;

-- name: get_job^
SELECT * FROM engine.training_jobs WHERE id = :id;

-- name: job_of_key^
SELECT * FROM engine.training_jobs WHERE idempotency_key = :idempotency_key;

-- name: job_of_model^
SELECT * FROM engine.training_jobs WHERE output_name = :name AND output_version = :version;

-- name: list_jobs
SELECT * FROM engine.training_jobs j
WHERE (:status::text IS NULL OR j.status = :status)
  AND (:before::uuid IS NULL OR (j.created_at, j.id) <
       (SELECT b.created_at, b.id FROM engine.training_jobs b WHERE b.id = :before))
ORDER BY j.created_at DESC, j.id DESC LIMIT :limit;

-- name: reclaim$
SELECT engine.reclaim_training_jobs();

-- name: claim^
SELECT tenant_id, id FROM engine.claim_training_job(:worker, :lease_s);

-- name: renew^
UPDATE engine.training_jobs SET heartbeat_at = clock_timestamp(),
  lease_expires_at = clock_timestamp() + make_interval(secs => :lease_s::float8)
WHERE id = :id AND claimed_by = :worker AND attempts = :attempt AND status = 'running'
RETURNING cancel_requested_at;

-- name: report!
UPDATE engine.training_jobs SET phase = :phase, done = :done, total = :total
WHERE id = :id AND claimed_by = :worker AND attempts = :attempt AND status = 'running';

-- name: finish!
UPDATE engine.training_jobs SET status = :status, result = :result, error = :error, phase = 'ended',
  completed_at = clock_timestamp(), claimed_by = NULL, lease_expires_at = NULL
WHERE id = :id AND claimed_by = :worker AND attempts = :attempt AND status = 'running';

-- name: release!
UPDATE engine.training_jobs SET status = 'queued', phase = 'queued', claimed_by = NULL,
  lease_expires_at = NULL, attempts = attempts - :given_back
WHERE id = :id AND claimed_by = :worker AND attempts = :attempt AND status = 'running';

-- name: cancel!
UPDATE engine.training_jobs SET
  cancel_requested_at = coalesce(cancel_requested_at, clock_timestamp()),
  status = CASE WHEN status = 'queued' THEN 'cancelled' ELSE status END,
  phase = CASE WHEN status = 'queued' THEN 'ended' ELSE phase END,
  completed_at = CASE WHEN status = 'queued' THEN clock_timestamp() END
WHERE id = :id AND status IN ('queued', 'running');

-- name: retry!
UPDATE engine.training_jobs SET status = 'queued', phase = 'queued', attempts = 0, error = NULL,
  result = NULL, completed_at = NULL, cancel_requested_at = NULL, is_claimable = true
WHERE id = :id AND status IN ('failed', 'cancelled');

-- name: hold!
UPDATE engine.training_jobs SET is_claimable = :is_claimable WHERE id = :id AND status = 'queued';

-- name: add_result!
UPDATE engine.training_jobs SET result = coalesce(result, '{}') || :result
WHERE id = :id AND status = 'completed';

-- name: prune
DELETE FROM engine.training_jobs j
WHERE j.status IN ('completed', 'failed', 'cancelled')
  AND j.completed_at <= clock_timestamp() - make_interval(secs => :age_s::float8)
  AND NOT EXISTS (SELECT FROM engine.models m WHERE m.name = j.output_name
    AND m.version = j.output_version AND m.status = 'candidate')
RETURNING j.id;

-- name: set_model_status!
UPDATE engine.models SET status = :status, updated_at = now()
WHERE name = :name AND version = :version AND status = :before;
