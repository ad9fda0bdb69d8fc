-- The walls: who may touch what. Grants first, then one policy for every table with a tenant.
--
-- Generated from the catalog, so that a table added by a later migration cannot be forgotten.

DO $$
DECLARE
  v_schema text;
BEGIN
  FOREACH v_schema IN ARRAY ARRAY['kernel', 'evidence', 'gate', 'papers', 'engine', 'p2n', 'jammi'] LOOP
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO evigate_app, service_role', v_schema);
    EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA %I FROM evigate_app', v_schema);
    EXECUTE format('GRANT ALL ON ALL TABLES IN SCHEMA %I TO service_role', v_schema);
    EXECUTE format('GRANT ALL ON ALL SEQUENCES IN SCHEMA %I TO service_role', v_schema);
    EXECUTE format('GRANT ALL ON ALL FUNCTIONS IN SCHEMA %I TO service_role', v_schema);
    EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA %I GRANT ALL ON TABLES TO service_role', v_schema);
    EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA %I GRANT ALL ON SEQUENCES TO service_role', v_schema);
    EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA %I GRANT ALL ON FUNCTIONS TO service_role', v_schema);
  END LOOP;
END $$;

-- What the app may do itself.
GRANT SELECT, INSERT, UPDATE, DELETE ON
  kernel.memberships, kernel.sessions, kernel.sign_in_links, kernel.api_tokens, kernel.secrets,
  kernel.blobs, kernel.runs, kernel.run_steps, kernel.budgets, kernel.budget_reservations,
  evidence.modules, evidence.file_search_stores, evidence.documents,
  papers.papers, papers.claims, papers.plans, papers.run_series, papers.storyboards,
  papers.assets, papers.evals, papers.gaps, papers.reproductions,
  engine.sources, engine.models, engine.tables, engine.table_versions, engine.segments,
  engine.topics, engine.topic_batches, engine.topic_groups, engine.topic_deliveries, engine.dead_letters
  TO evigate_app;
-- Mutable tables are made by a function alone, and removed by whoever removes their name.
GRANT SELECT, DELETE ON engine.mutable_tables TO evigate_app;
GRANT SELECT ON engine.mutable_indexes, engine.mutable_changes TO evigate_app;
GRANT SELECT, INSERT, DELETE ON engine.ephemeral_sessions TO evigate_app;
GRANT USAGE ON SCHEMA engine_rows TO evigate_app;
GRANT USAGE, CREATE ON SCHEMA engine_rows TO service_role;
GRANT SELECT, INSERT, UPDATE, DELETE ON engine.eval_runs TO evigate_app;
GRANT SELECT, INSERT, DELETE ON engine.eval_queries TO evigate_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON engine.training_jobs TO evigate_app;
-- Channels and their columns are only ever added.
GRANT SELECT, INSERT ON engine.channels, engine.channel_columns, engine.search_audit TO evigate_app;
GRANT SELECT, INSERT, UPDATE ON engine.search_audit_heads TO evigate_app;
GRANT SELECT, INSERT, DELETE ON papers.runs TO evigate_app;
GRANT UPDATE (status, started_at, completed_at, duration_sec, error_code, error_message, sandbox_level,
  seeds_count) ON papers.runs TO evigate_app;
-- Only functions write these: the log, the approvals, the artifacts, the tenants themselves.
GRANT SELECT ON kernel.tenants, kernel.streams, kernel.events, kernel.event_types,
  gate.artifacts, gate.approvals, papers.run_events, papers.latest_runs, papers.paper_summary TO evigate_app;
GRANT SELECT (id, email, display_name, created_at, suspended_at) ON kernel.users TO evigate_app;
GRANT UPDATE (display_name, password_hash) ON kernel.users TO evigate_app;
GRANT SELECT ON ALL TABLES IN SCHEMA p2n, jammi TO evigate_app;

-- The queue's worker lives in the library's schema and nowhere else.
GRANT USAGE ON SCHEMA procrastinate TO evigate_queue, service_role;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA procrastinate TO evigate_queue, service_role;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA procrastinate TO evigate_queue, service_role;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA procrastinate TO evigate_queue, service_role;
ALTER ROLE evigate_queue SET search_path = procrastinate;

-- Functions that see past a policy belong to service_role, for which every policy is open.
DO $$
DECLARE
  v_function regprocedure;
BEGIN
  GRANT CREATE ON SCHEMA kernel, gate, engine TO service_role;
  REVOKE ALL ON ALL FUNCTIONS IN SCHEMA kernel, gate, papers, engine FROM PUBLIC;
  FOR v_function IN
    SELECT p.oid::regprocedure FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname IN ('kernel', 'gate', 'engine') AND p.prosecdef
      AND p.proname <> 'ensure_event_partitions'
  LOOP
    EXECUTE format('ALTER FUNCTION %s OWNER TO service_role', v_function);
  END LOOP;
  GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA kernel, gate, papers, engine TO evigate_app, service_role;
  GRANT EXECUTE ON FUNCTION kernel.current_tenant(), kernel.current_actor() TO PUBLIC;
END $$;

-- One policy for every table with a tenant_id: the row's tenant is the session's. The sub-select
-- makes it an init plan, evaluated once a statement.
DO $$
DECLARE
  v_table record;
BEGIN
  FOR v_table IN
    SELECT n.nspname, c.relname, c.relispartition FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
    WHERE c.relkind IN ('r', 'p') AND n.nspname IN ('kernel', 'evidence', 'gate', 'papers', 'engine')
  LOOP
    EXECUTE format('ALTER TABLE %I.%I ENABLE ROW LEVEL SECURITY', v_table.nspname, v_table.relname);
    EXECUTE format('ALTER TABLE %I.%I FORCE ROW LEVEL SECURITY', v_table.nspname, v_table.relname);
    EXECUTE format('DROP POLICY IF EXISTS tenant_wall ON %I.%I', v_table.nspname, v_table.relname);
    EXECUTE format('DROP POLICY IF EXISTS maintenance ON %I.%I', v_table.nspname, v_table.relname);
    EXECUTE format('CREATE POLICY maintenance ON %I.%I TO service_role USING (true) WITH CHECK (true)',
      v_table.nspname, v_table.relname);
    EXECUTE format('CREATE POLICY tenant_wall ON %I.%I USING (tenant_id = (SELECT kernel.current_tenant()))'
      ' WITH CHECK (tenant_id = (SELECT kernel.current_tenant()))', v_table.nspname, v_table.relname);
  END LOOP;
END $$;

ALTER TABLE kernel.tenants ENABLE ROW LEVEL SECURITY;
ALTER TABLE kernel.tenants FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS tenant_wall ON kernel.tenants;
DROP POLICY IF EXISTS maintenance ON kernel.tenants;
CREATE POLICY maintenance ON kernel.tenants TO service_role USING (true) WITH CHECK (true);
CREATE POLICY tenant_wall ON kernel.tenants USING (id = (SELECT kernel.current_tenant()));

-- A user is seen by the tenants that he or she belongs to.
ALTER TABLE kernel.users ENABLE ROW LEVEL SECURITY;
ALTER TABLE kernel.users FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS tenant_wall ON kernel.users;
DROP POLICY IF EXISTS maintenance ON kernel.users;
CREATE POLICY maintenance ON kernel.users TO service_role USING (true) WITH CHECK (true);
CREATE POLICY tenant_wall ON kernel.users USING (id IN (
  SELECT m.user_id FROM kernel.memberships m WHERE m.tenant_id = (SELECT kernel.current_tenant())));

SELECT kernel.ensure_event_partitions(now());
