-- name: lock_chain
SELECT pg_advisory_xact_lock(hashtextextended('engine.search_audit ' || kernel.current_tenant()::text, 0));

-- name: get_head^
SELECT seq, mac, seal FROM engine.search_audit_heads;

-- name: set_head!
INSERT INTO engine.search_audit_heads (seq, mac, seal) VALUES (:seq, :mac, :seal)
ON CONFLICT (tenant_id) DO UPDATE SET seq = excluded.seq, mac = excluded.mac, seal = excluded.seal;

-- name: insert_records*!
INSERT INTO engine.search_audit (seq, query_id, record, previous_mac, mac)
VALUES (:seq, :query_id, :record, :previous_mac, :mac);

-- name: recent
SELECT seq, query_id, record, previous_mac, mac FROM engine.search_audit ORDER BY seq DESC LIMIT :limit;

-- name: by_query^
SELECT seq, query_id, record, previous_mac, mac FROM engine.search_audit WHERE query_id = :query_id;

-- name: after
SELECT seq, query_id, record, previous_mac, mac FROM engine.search_audit
WHERE seq > :seq ORDER BY seq LIMIT :limit;
