-- name: append_events$
SELECT kernel.append_events(:kind, :id, :types::text[], :payloads::jsonb[], :close) AS seq

-- name: reopen_stream$
SELECT kernel.reopen_stream(:kind, :id) AS done

-- name: read_events
SELECT seq, type, actor, payload, is_last, recorded_at
FROM kernel.events
WHERE stream_kind = :kind AND stream_id = :id AND seq > :after
ORDER BY seq LIMIT :limit
