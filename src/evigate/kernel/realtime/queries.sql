-- name: list_heartbeats
SELECT channel_type, heartbeat_interval_ms, timeout_ms FROM kernel.heartbeat_settings ORDER BY channel_type

-- name: put_heartbeat!
INSERT INTO kernel.heartbeat_settings (channel_type, heartbeat_interval_ms, timeout_ms)
VALUES (:channel_type, :heartbeat_interval_ms, :timeout_ms)
ON CONFLICT (tenant_id, channel_type) DO UPDATE SET heartbeat_interval_ms = excluded.heartbeat_interval_ms,
  timeout_ms = excluded.timeout_ms, updated_at = now()

-- name: head^
SELECT coalesce(max(last_seq), 0) AS seq FROM kernel.streams WHERE kind = :kind AND id = :id

-- name: first_kept^
SELECT seq FROM kernel.events WHERE stream_kind = :kind AND stream_id = :id AND seq > :after ORDER BY seq LIMIT 1

-- name: put_channels!
INSERT INTO kernel.channels AS c (id, channel_name, channel_type, entity_id, stream_kind, stream_id)
SELECT r.id, r.channel_name, r.channel_type, r.entity_id, r.stream_kind, r.stream_id
FROM jsonb_populate_recordset(NULL::kernel.channels, :rows) r
ON CONFLICT (tenant_id, channel_name) DO UPDATE SET is_active = true, last_activity_at = now(), updated_at = now()

-- name: put_connections!
INSERT INTO kernel.connections AS c (id, channel_id, connection_id, actor, user_id, client_info, connected_at,
  disconnected_at, last_heartbeat_at, message_count, lag, end_reason)
SELECT r.id, k.id, r.connection_id, r.actor, r.user_id, r.client_info, r.connected_at, r.disconnected_at,
       r.last_heartbeat_at, r.message_count, r.lag, r.end_reason
FROM jsonb_to_recordset(:rows) AS r (id uuid, channel_name text, connection_id text, actor text, user_id uuid,
  client_info jsonb, connected_at timestamptz, disconnected_at timestamptz, last_heartbeat_at timestamptz,
  message_count int, lag bigint, end_reason text)
JOIN kernel.channels k ON k.channel_name = r.channel_name
ON CONFLICT (tenant_id, id) DO UPDATE SET disconnected_at = excluded.disconnected_at,
  last_heartbeat_at = excluded.last_heartbeat_at, message_count = excluded.message_count, lag = excluded.lag,
  end_reason = excluded.end_reason

-- name: give_up_lost!
UPDATE kernel.connections c SET disconnected_at = now(), end_reason = 'lost'
FROM kernel.channels k
WHERE k.tenant_id = c.tenant_id AND k.id = c.channel_id AND c.disconnected_at IS NULL
  AND c.last_heartbeat_at < now() - make_interval(secs => coalesce((SELECT h.timeout_ms FROM kernel.heartbeat_settings h
    WHERE h.tenant_id = k.tenant_id AND h.channel_type = k.channel_type), :timeout_ms) / 1000.0)

-- name: rest_idle!
UPDATE kernel.channels k SET is_active = false, updated_at = now()
WHERE k.is_active AND k.last_activity_at < now() - make_interval(secs => :idle_s)
  AND NOT EXISTS (SELECT 1 FROM kernel.connections c WHERE c.tenant_id = k.tenant_id AND c.channel_id = k.id
    AND c.disconnected_at IS NULL)

-- name: forget_old!
DELETE FROM kernel.connections WHERE disconnected_at < now() - make_interval(days => :days)

-- name: present
SELECT DISTINCT u.id, coalesce(nullif(u.display_name, ''), split_part(u.email, '@', 1)) AS name
FROM kernel.connections c JOIN kernel.channels k ON k.tenant_id = c.tenant_id AND k.id = c.channel_id
JOIN kernel.users u ON u.id = c.user_id
WHERE k.channel_type = :channel_type AND k.entity_id = :entity_id AND c.disconnected_at IS NULL
ORDER BY name, u.id

-- name: list_channels
SELECT k.channel_name AS name, k.channel_type, k.entity_id, k.is_active, k.last_activity_at,
       (SELECT count(*) FROM kernel.connections c WHERE c.tenant_id = k.tenant_id AND c.channel_id = k.id
         AND c.disconnected_at IS NULL) AS open
FROM kernel.channels k ORDER BY k.is_active DESC, k.last_activity_at DESC, k.channel_name LIMIT :limit

-- name: list_connections
SELECT c.id, k.channel_name AS channel, k.channel_type, coalesce(u.email, c.actor) AS actor, c.client_info, c.connected_at, c.disconnected_at,
       c.last_heartbeat_at, c.message_count, c.lag, c.end_reason
FROM kernel.connections c JOIN kernel.channels k ON k.tenant_id = c.tenant_id AND k.id = c.channel_id
LEFT JOIN kernel.users u ON u.id = c.user_id
WHERE NOT :is_open OR c.disconnected_at IS NULL ORDER BY c.connected_at DESC, c.id LIMIT :limit

-- name: totals^
SELECT count(*) FILTER (WHERE disconnected_at IS NULL) AS open, count(*) AS lately,
       count(*) FILTER (WHERE end_reason = 'dropped') AS dropped, count(*) FILTER (WHERE end_reason = 'revoked') AS revoked,
       count(*) FILTER (WHERE end_reason = 'lost') AS lost, coalesce(sum(message_count), 0)::bigint AS messages,
       coalesce(max(lag) FILTER (WHERE disconnected_at IS NULL), 0) AS lag_max
FROM kernel.connections WHERE connected_at > now() - make_interval(hours => :hours)
