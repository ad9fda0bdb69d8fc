-- Agents: which implementation of an agent a tenant chose. What a run of an agent did is in
-- kernel.runs and kernel.events; only the choice is a table of its own. No row means built-in.

CREATE SCHEMA agents;

CREATE TABLE agents.choices (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant() REFERENCES kernel.tenants ON DELETE CASCADE,
  agent text NOT NULL CHECK (agent ~ '^[a-z][a-z_]*(\.[a-z][a-z_]*)*$' AND length(agent) <= 100),
  implementation text NOT NULL CHECK (implementation IN ('builtin', 'model')),
  provider text CHECK (provider ~ '^[a-z][a-z0-9_]{0,39}$'),
  model text CHECK (length(model) BETWEEN 1 AND 500),
  params jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(params) = 'object'),
  base_url text CHECK (base_url ~ '^https?://' AND length(base_url) <= 1000),
  -- The name of a sealed secret, never the key itself.
  secret text CHECK (secret ~ '^[a-z0-9][a-z0-9_.-]{0,99}$'),
  price_input_micros bigint CHECK (price_input_micros >= 0),
  price_output_micros bigint CHECK (price_output_micros >= 0),
  on_limit text NOT NULL DEFAULT 'pause' CHECK (on_limit IN ('pause', 'fail', 'warn')),
  limits jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(limits) = 'object'),
  updated_at timestamptz NOT NULL DEFAULT now(),
  updated_by text NOT NULL DEFAULT kernel.current_actor(),
  PRIMARY KEY (tenant_id, agent),
  CHECK (implementation = 'builtin' OR (provider IS NOT NULL AND model IS NOT NULL)),
  CHECK ((price_input_micros IS NULL) = (price_output_micros IS NULL))
);
