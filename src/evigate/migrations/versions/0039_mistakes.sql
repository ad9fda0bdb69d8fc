-- Mistakes: failures that recur, by a hash of what kind they are; never of what somebody wrote.

CREATE TABLE studio.mistakes (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant() REFERENCES kernel.tenants ON DELETE CASCADE,
  id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('circular_reference', 'missing_dependency', 'invalid_state', 'timeout',
    'budget_exceeded', 'validation_failure')),
  signature text NOT NULL CHECK (signature ~ '^[0-9a-f]{64}$'),
  place text NOT NULL CHECK (length(place) BETWEEN 1 AND 200),
  description text NOT NULL,
  strategy text CHECK (strategy IN ('drop_cycle_edge', 'add_missing_dependency', 'retry_longer', 'reduce_context',
    'json_repair', 'reset_state')),
  occurrences int NOT NULL DEFAULT 1 CHECK (occurrences > 0),
  fixed int NOT NULL DEFAULT 0 CHECK (fixed >= 0),
  failed int NOT NULL DEFAULT 0 CHECK (failed >= 0),
  disabled_at timestamptz,
  first_seen timestamptz NOT NULL DEFAULT now(),
  last_seen timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, signature),
  CHECK (fixed + failed <= occurrences),
  -- A strategy that failed twice is not tried again.
  CHECK ((disabled_at IS NOT NULL) = (failed >= 2))
);
