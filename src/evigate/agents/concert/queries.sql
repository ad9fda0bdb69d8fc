-- name: insert_concert!
INSERT INTO agents.concerts (run_id, strategy, agents, total_steps, tokens_limit, micros_limit, on_limit, about_kind, about_id)
VALUES (:run_id, :strategy, :agents, :total_steps, :tokens_limit, :micros_limit, :on_limit, :about_kind, :about_id)

-- name: get_concert^
SELECT c.run_id AS id, c.status, r.input AS work, c.outputs, c.tokens_used, c.tokens_reserved, c.micros_used, c.tokens_limit,
       c.micros_limit, c.is_pause_wanted, r.cancel_requested_at IS NOT NULL AS is_cancel_wanted, c.reason, c.error,
       r.created_by, r.created_at, r.started_at, r.completed_at
FROM agents.concerts c JOIN kernel.runs r ON r.tenant_id = c.tenant_id AND r.id = c.run_id
WHERE c.run_id = :id

-- name: list_concerts
SELECT c.run_id AS id FROM agents.concerts c
WHERE c.about_kind = :about_kind AND c.about_id = :about_id ORDER BY c.run_id DESC LIMIT :limit

-- name: lock_concert^
SELECT c.status, r.attempts, r.cancel_requested_at IS NOT NULL AS is_cancelled, c.is_pause_wanted
FROM agents.concerts c JOIN kernel.runs r ON r.tenant_id = c.tenant_id AND r.id = c.run_id
WHERE c.run_id = :id FOR UPDATE OF c

-- name: begin!
UPDATE agents.concerts SET status = 'running', tokens_reserved = 0, micros_reserved = 0, reason = '',
  updated_at = now()
WHERE run_id = :id

-- name: set_aside!
UPDATE agents.concerts SET tokens_reserved = tokens_reserved + :tokens, micros_reserved = micros_reserved + :micros
WHERE run_id = :id AND (:is_open OR (
  (tokens_limit IS NULL OR tokens_used + tokens_reserved + :tokens <= tokens_limit)
  AND (micros_limit IS NULL OR micros_used + micros_reserved + :micros <= micros_limit)))

-- name: give_back!
UPDATE agents.concerts SET tokens_reserved = greatest(0, tokens_reserved - :tokens),
  micros_reserved = greatest(0, micros_reserved - :micros)
WHERE run_id = :id

-- name: record_step^
UPDATE agents.concerts c
SET outputs = c.outputs || jsonb_build_object(:name::text, :output::jsonb), current_step = c.current_step + 1,
  tokens_used = c.tokens_used + :tokens, tokens_reserved = greatest(0, c.tokens_reserved - :reserved),
  micros_used = c.micros_used + :micros, micros_reserved = greatest(0, c.micros_reserved - :micros_reserved), updated_at = now()
WHERE c.run_id = :id AND NOT c.outputs ? :name
RETURNING c.current_step, c.tokens_used, c.tokens_limit

-- name: add_checkpoint!
INSERT INTO agents.checkpoints (id, run_id, step_index, step_name, state, expires_at)
VALUES (:id, :run_id, :step_index, :step_name, :state, now() + make_interval(days => :days))

-- name: list_checkpoints
SELECT step_index, step_name, state, created_at, expires_at FROM agents.checkpoints
WHERE run_id = :id ORDER BY step_index

-- name: sweep_checkpoints!
DELETE FROM agents.checkpoints WHERE expires_at <= now()

-- name: end!
UPDATE agents.concerts SET status = :status, reason = :reason, error = :error, final = :final, tokens_reserved = 0,
  micros_reserved = 0, updated_at = now()
WHERE run_id = :id

-- name: pause!
UPDATE agents.concerts SET status = 'paused', reason = :reason, is_pause_wanted = false, tokens_reserved = 0,
  micros_reserved = 0, updated_at = now() WHERE run_id = :id

-- name: want_pause!
UPDATE agents.concerts SET is_pause_wanted = true WHERE run_id = :id AND status IN ('pending', 'running')

-- name: raise_limit!
UPDATE agents.concerts SET tokens_limit = :tokens_limit WHERE run_id = :id

-- name: add_memory!
INSERT INTO agents.memory (id, session_id, agent, role, content, tokens, is_pinned, metadata)
VALUES (:id, :session_id, :agent, :role, :content, :tokens, :is_pinned, :metadata)

-- name: list_memory
SELECT role, content, is_pinned, metadata FROM agents.memory WHERE session_id = :session_id AND agent = :agent
ORDER BY position

-- name: forget_memory!
DELETE FROM agents.memory WHERE session_id = :session_id AND agent = :agent
