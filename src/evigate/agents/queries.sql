-- name: lock_run^
SELECT status, attempts, cancel_requested_at FROM kernel.runs WHERE id = :id FOR UPDATE

-- name: run_under_parent^
SELECT id, status FROM kernel.runs
WHERE parent_id = :parent_id AND kind = :kind AND input_hash = :input_hash
  AND status IN ('queued', 'running', 'succeeded')
ORDER BY id LIMIT 1

-- name: lock_parent^
SELECT id FROM kernel.runs WHERE id = :id FOR UPDATE

-- name: list_runs
SELECT id, kind, status, attempts, created_by, created_at, completed_at, output, error_code, error_message
FROM kernel.runs
WHERE kind LIKE 'agents.%%' AND (:kind::text IS NULL OR kind = :kind)
  AND (:before::uuid IS NULL OR id < :before)
ORDER BY id DESC LIMIT :limit

-- name: list_choices
SELECT agent, implementation, provider, model, params, base_url, secret, price_input_micros,
       price_output_micros, on_limit, limits, updated_at, updated_by
FROM agents.choices ORDER BY agent

-- name: get_choice^
SELECT agent, implementation, provider, model, params, base_url, secret, price_input_micros,
       price_output_micros, on_limit, limits, updated_at, updated_by
FROM agents.choices WHERE agent = :agent

-- name: put_choice^
INSERT INTO agents.choices (agent, implementation, provider, model, params, base_url, secret,
  price_input_micros, price_output_micros, on_limit, limits)
VALUES (:agent, :implementation, :provider, :model, :params, :base_url, :secret,
  :price_input_micros, :price_output_micros, :on_limit, :limits)
ON CONFLICT (tenant_id, agent) DO UPDATE SET
  implementation = excluded.implementation, provider = excluded.provider, model = excluded.model,
  params = excluded.params, base_url = excluded.base_url, secret = excluded.secret,
  price_input_micros = excluded.price_input_micros, price_output_micros = excluded.price_output_micros,
  on_limit = excluded.on_limit, limits = excluded.limits, updated_at = now(),
  updated_by = kernel.current_actor()
RETURNING agent, implementation, provider, model, params, base_url, secret, price_input_micros,
  price_output_micros, on_limit, limits, updated_at, updated_by
