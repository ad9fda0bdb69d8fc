-- Realtime: channels, how often each type is pinged, and what is counted of connections.

CREATE TABLE kernel.heartbeat_settings (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant() REFERENCES kernel.tenants ON DELETE CASCADE,
  channel_type text NOT NULL CHECK (channel_type IN ('project', 'session', 'organization', 'user', 'system')),
  heartbeat_interval_ms int NOT NULL CHECK (heartbeat_interval_ms BETWEEN 1000 AND 300000),
  timeout_ms int NOT NULL CHECK (timeout_ms BETWEEN 1000 AND 900000),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, channel_type),
  -- Who is given up before being asked was never there.
  CHECK (timeout_ms > heartbeat_interval_ms)
);

CREATE TABLE kernel.channels (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant() REFERENCES kernel.tenants ON DELETE CASCADE,
  id uuid NOT NULL,
  channel_name text NOT NULL CHECK (length(channel_name) BETWEEN 1 AND 200),
  channel_type text NOT NULL CHECK (channel_type IN ('project', 'session', 'organization', 'user', 'system')),
  entity_id uuid,
  stream_kind text NOT NULL,
  stream_id uuid NOT NULL,
  is_active boolean NOT NULL DEFAULT true,
  last_activity_at timestamptz DEFAULT now(),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, channel_name)
);
CREATE INDEX channels_entity_idx ON kernel.channels (tenant_id, channel_type, entity_id);

CREATE TABLE kernel.connections (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  id uuid NOT NULL,
  channel_id uuid NOT NULL,
  connection_id text NOT NULL,
  actor text NOT NULL,
  user_id uuid,
  client_info jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(client_info) = 'object'),
  connected_at timestamptz NOT NULL,
  disconnected_at timestamptz,
  last_heartbeat_at timestamptz,
  message_count int NOT NULL DEFAULT 0 CHECK (message_count >= 0),
  -- How many events it had still to take when it was last looked at.
  lag bigint NOT NULL DEFAULT 0 CHECK (lag >= 0),
  end_reason text CHECK (end_reason IN ('closed', 'dropped', 'revoked', 'lost')),
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  CHECK ((disconnected_at IS NULL) = (end_reason IS NULL)),
  FOREIGN KEY (tenant_id, channel_id) REFERENCES kernel.channels ON DELETE CASCADE
);
CREATE INDEX connections_channel_idx ON kernel.connections (tenant_id, channel_id);
CREATE INDEX connections_open_idx ON kernel.connections (tenant_id, last_heartbeat_at) WHERE disconnected_at IS NULL;
CREATE INDEX connections_since_idx ON kernel.connections (tenant_id, connected_at DESC);
