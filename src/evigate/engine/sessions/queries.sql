-- name: open_session^
INSERT INTO engine.ephemeral_sessions (id, owner_id, expires_at)
VALUES (:id, :owner_id, clock_timestamp() + make_interval(secs => :timeout_s::float8))
RETURNING opened_at, expires_at;

-- name: count_sessions$
SELECT count(*) FROM engine.ephemeral_sessions;

-- name: find_session$
SELECT id FROM engine.ephemeral_sessions
WHERE id = :id AND expires_at > clock_timestamp();

-- name: close_session!
DELETE FROM engine.ephemeral_sessions WHERE id = :id;

-- name: record_event$
SELECT kernel.append_events('engine_session', :id, ARRAY[:type], ARRAY[:payload::jsonb], :is_last);

-- name: sweep$
SELECT engine.sweep_sessions();

-- name: owner_lock$
SELECT engine.session_owner_lock(:owner_id);
