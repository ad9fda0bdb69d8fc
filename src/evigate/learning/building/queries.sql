-- name: items_of_run
SELECT a.id, a.status::text FROM gate.artifacts a WHERE a.run_id = :run_id ORDER BY a.id

-- name: unjudged
-- Of this build, and of those of its module that ended before they had judged all they drafted.
SELECT a.id FROM gate.artifacts a
JOIN kernel.runs r ON r.tenant_id = a.tenant_id AND r.id = a.run_id
JOIN kernel.runs own ON own.tenant_id = a.tenant_id AND own.id = :run_id
WHERE a.module_id = :module_id AND a.status = 'PENDING_EVAL'
  AND (r.id = own.id OR r.kind = own.kind AND r.status NOT IN ('queued', 'running'))
  AND NOT EXISTS (
  SELECT 1 FROM gate.eval_runs e WHERE e.tenant_id = a.tenant_id AND e.artifact_id = a.id
    AND e.status IN ('SUCCEEDED', 'FAILED') AND NOT e.is_trial)
ORDER BY a.id

-- name: live_keys
SELECT DISTINCT ON (a.kind, a.key) a.id, a.kind, a.key, a.content_hash, a.status::text
FROM gate.artifacts a
WHERE a.module_id = :module_id AND a.kind LIKE 'learning.%%'
ORDER BY a.kind, a.key, a.version DESC

-- name: list_builds
SELECT r.id, r.status, r.input, r.output, r.created_at, r.started_at, r.completed_at, r.error_code, r.error_message,
       r.status = 'queued' AND r.attempts > 0 AS is_paused,
       -- The model's run that met a limit, while it waits itself.
       (SELECT a.id FROM kernel.runs a WHERE a.tenant_id = r.tenant_id AND a.parent_id = r.id
          AND a.kind LIKE 'agents.%%' AND a.status = 'queued' AND a.attempts > 0 ORDER BY a.id DESC LIMIT 1) AS waits_for
FROM kernel.runs r
WHERE r.kind = 'learning.build' AND (:run_id::uuid IS NULL OR r.id = :run_id)
  AND (:module_id::text IS NULL OR r.input ->> 'module_id' = :module_id)
ORDER BY r.id DESC LIMIT :limit

-- name: usage_under
-- By agent and model; a cost is unknown as soon as one run's is.
SELECT substr(r.kind, 8) AS agent, r.output ->> 'model' AS model,
       sum((r.output -> 'usage' ->> 'calls')::int)::int AS calls,
       sum((r.output -> 'usage' ->> 'input_tokens')::bigint)::bigint AS input_tokens,
       sum((r.output -> 'usage' ->> 'output_tokens')::bigint)::bigint AS output_tokens,
       CASE WHEN bool_and(r.output -> 'usage' ->> 'cost_micros' IS NOT NULL)
         THEN sum((r.output -> 'usage' ->> 'cost_micros')::bigint)::bigint END AS micros
FROM kernel.runs r
WHERE r.parent_id = :run_id AND r.kind LIKE 'agents.%%' AND r.status = 'succeeded'
GROUP BY r.kind, r.output ->> 'model' ORDER BY r.kind
