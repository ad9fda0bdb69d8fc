-- The queue of training jobs as its workers see it: of every tenant, and no more of a job than whose
-- it is. All else a worker does as that tenant.

-- A lease that ran out is somebody's death: its job waits again, or has failed too often, or was to
-- be cancelled anyway. Leases that live are not touched.
CREATE OR REPLACE FUNCTION engine.reclaim_training_jobs() RETURNS int
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS $$
  WITH expired AS (
    SELECT j.tenant_id, j.id FROM engine.training_jobs j
    WHERE j.status = 'running' AND j.lease_expires_at < clock_timestamp()
    FOR UPDATE SKIP LOCKED
  ), done AS (
    UPDATE engine.training_jobs j SET
      status = CASE WHEN j.cancel_requested_at IS NOT NULL THEN 'cancelled'
                    WHEN j.attempts >= j.attempts_max THEN 'failed' ELSE 'queued' END,
      error = CASE WHEN j.cancel_requested_at IS NULL AND j.attempts >= j.attempts_max THEN
        jsonb_build_object('code', 'E_JOB_ATTEMPTS',
          'message', format('The worker was lost in each of %s attempts.', j.attempts)) END,
      completed_at = CASE WHEN j.cancel_requested_at IS NOT NULL OR j.attempts >= j.attempts_max
        THEN clock_timestamp() END,
      claimed_by = NULL, lease_expires_at = NULL
    FROM expired e WHERE j.tenant_id = e.tenant_id AND j.id = e.id
    RETURNING 1
  )
  SELECT count(*)::int FROM done
$$;

-- The first of the queue is the worker's; a job that another worker takes just now is passed over.
CREATE OR REPLACE FUNCTION engine.claim_training_job(p_worker text, p_lease_s float8)
RETURNS TABLE (tenant_id uuid, id uuid)
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS $$
  WITH first AS (
    SELECT j.tenant_id, j.id FROM engine.training_jobs j
    WHERE j.status = 'queued' AND j.is_claimable
    ORDER BY j.priority DESC, j.created_at, j.id LIMIT 1
    FOR UPDATE SKIP LOCKED
  )
  UPDATE engine.training_jobs j SET status = 'running', attempts = j.attempts + 1, claimed_by = p_worker,
    lease_expires_at = clock_timestamp() + make_interval(secs => p_lease_s),
    heartbeat_at = clock_timestamp(), started_at = coalesce(j.started_at, clock_timestamp()),
    phase = 'starting', done = 0, total = NULL
  FROM first f WHERE j.tenant_id = f.tenant_id AND j.id = f.id
  RETURNING j.tenant_id, j.id
$$;
