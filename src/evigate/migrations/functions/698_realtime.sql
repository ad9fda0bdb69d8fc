-- Realtime: the tables of schema document 002 by their names. Its log of events is the house's.

INSERT INTO kernel.event_types (stream_kind, type) VALUES ('audit', 'heartbeat_set') ON CONFLICT DO NOTHING;

CREATE SCHEMA IF NOT EXISTS praetor;

CREATE OR REPLACE VIEW praetor.realtime_channels WITH (security_invoker = true) AS
  SELECT c.id, c.tenant_id, c.channel_name, c.channel_type, c.entity_id,
         jsonb_build_object('stream_kind', c.stream_kind, 'stream_id', c.stream_id) AS config, c.is_active,
         c.last_activity_at, c.created_at, c.updated_at
  FROM kernel.channels c;

CREATE OR REPLACE VIEW praetor.realtime_events_log WITH (security_invoker = true) AS
  SELECT e.id, e.tenant_id, c.id AS channel_id, e.type AS event_type, e.payload AS event_data, e.recorded_at AS published_at
  FROM kernel.events e
  JOIN kernel.channels c ON c.tenant_id = e.tenant_id AND c.stream_kind = e.stream_kind AND c.stream_id = e.stream_id;

-- A type that nobody set has the seed's own numbers.
CREATE OR REPLACE VIEW praetor.realtime_heartbeat_config WITH (security_invoker = true) AS
  SELECT md5('heartbeat:' || t.name)::uuid AS id, t.name AS channel_type,
         coalesce(h.heartbeat_interval_ms, 30000) AS heartbeat_interval_ms, coalesce(h.timeout_ms, 90000) AS timeout_ms,
         h.created_at, h.updated_at
  FROM unnest(ARRAY['project', 'session', 'organization', 'user', 'system']) AS t (name)
  LEFT JOIN kernel.heartbeat_settings h ON h.channel_type = t.name
  WHERE (SELECT kernel.current_tenant()) IS NOT NULL;

CREATE OR REPLACE VIEW praetor.realtime_connection_stats WITH (security_invoker = true) AS
  SELECT c.id, c.tenant_id, c.channel_id, c.connection_id, c.client_info, c.connected_at, c.disconnected_at,
         c.last_heartbeat_at, c.message_count, c.created_at
  FROM kernel.connections c;
