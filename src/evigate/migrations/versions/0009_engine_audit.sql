-- The search audit: who asked what and was shown which rows, chained so that nothing can be taken out.
--
-- mac is an HMAC under the tenant's key over the record and the mac before it; the head says how far
-- the chain reaches, under the same key. The app adds records and changes none.

CREATE TABLE engine.search_audit (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant() REFERENCES kernel.tenants ON DELETE CASCADE,
  seq bigint NOT NULL CHECK (seq > 0),
  query_id uuid NOT NULL,
  record jsonb NOT NULL,
  previous_mac bytea NOT NULL CHECK (octet_length(previous_mac) = 32),
  mac bytea NOT NULL CHECK (octet_length(mac) = 32),
  PRIMARY KEY (tenant_id, seq)
);
CREATE UNIQUE INDEX search_audit_query_idx ON engine.search_audit (tenant_id, query_id);

CREATE TABLE engine.search_audit_heads (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant() REFERENCES kernel.tenants ON DELETE CASCADE,
  seq bigint NOT NULL CHECK (seq >= 0),
  mac bytea NOT NULL CHECK (octet_length(mac) = 32),
  seal bytea NOT NULL CHECK (octet_length(seal) = 32),
  PRIMARY KEY (tenant_id)
);
