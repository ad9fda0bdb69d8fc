-- Papers: triggers and views of schema document 001, and read-only views under its names.

CREATE OR REPLACE FUNCTION papers.update_updated_at() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.updated_at = now();
  RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER papers_updated_at BEFORE UPDATE ON papers.papers
  FOR EACH ROW EXECUTE FUNCTION papers.update_updated_at();
CREATE OR REPLACE TRIGGER plans_updated_at BEFORE UPDATE ON papers.plans
  FOR EACH ROW EXECUTE FUNCTION papers.update_updated_at();
CREATE OR REPLACE TRIGGER storyboards_updated_at BEFORE UPDATE ON papers.storyboards
  FOR EACH ROW EXECUTE FUNCTION papers.update_updated_at();

CREATE OR REPLACE FUNCTION papers.calculate_run_duration() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.completed_at IS NOT NULL AND NEW.started_at IS NOT NULL THEN
    NEW.duration_sec = EXTRACT(EPOCH FROM (NEW.completed_at - NEW.started_at))::int;
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER runs_duration BEFORE INSERT OR UPDATE ON papers.runs
  FOR EACH ROW EXECUTE FUNCTION papers.calculate_run_duration();

-- A notebook run rests on an approved notebook and on a base run; a bare insert, as the schema
-- document's users write it, gets the plan's notebook and a base run of its own.
CREATE OR REPLACE FUNCTION papers.ground_run() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.artifact_id := coalesce(NEW.artifact_id, (
    SELECT p.notebook_artifact_id FROM papers.plans p
    WHERE p.tenant_id = NEW.tenant_id AND p.id = NEW.plan_id));
  IF NEW.artifact_id IS NULL OR NOT gate.is_approved(NEW.tenant_id, NEW.artifact_id) THEN
    RAISE EXCEPTION 'only an approved notebook may run'
      USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'runs_approved_notebook_fkey';
  END IF;
  INSERT INTO kernel.runs (tenant_id, id, kind, created_at) VALUES (NEW.tenant_id, NEW.id, 'papers.notebook', NEW.created_at)
  ON CONFLICT DO NOTHING;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER runs_grounded BEFORE INSERT ON papers.runs
  FOR EACH ROW EXECUTE FUNCTION papers.ground_run();

-- One life cycle, kept in kernel.runs; the columns of the schema document follow it.
CREATE OR REPLACE FUNCTION papers.mirror_run() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE papers.runs r SET status = NEW.status, started_at = NEW.started_at,
    completed_at = NEW.completed_at, error_code = NEW.error_code, error_message = NEW.error_message
  WHERE r.tenant_id = NEW.tenant_id AND r.id = NEW.id;
  RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER runs_mirrored_to_papers AFTER UPDATE ON kernel.runs
  FOR EACH ROW WHEN (NEW.kind = 'papers.notebook') EXECUTE FUNCTION papers.mirror_run();

INSERT INTO kernel.event_types (stream_kind, type)
SELECT kind, type FROM unnest(ARRAY['run', 'notebook_run']) kind,
  unnest(ARRAY['stage_update', 'log_line', 'progress', 'metric_update', 'sample_pred', 'error']) type
ON CONFLICT DO NOTHING;

CREATE OR REPLACE VIEW papers.run_events WITH (security_invoker = true) AS
  SELECT e.tenant_id, e.id, e.stream_id AS run_id, e.seq, e.recorded_at AS ts, e.type AS event_type, e.payload
  FROM kernel.events e WHERE e.stream_kind = 'notebook_run';

CREATE OR REPLACE VIEW papers.latest_runs WITH (security_invoker = true) AS
  SELECT DISTINCT ON (paper_id) id AS run_id, paper_id, plan_id, status, completed_at, duration_sec
  FROM papers.runs WHERE status = 'succeeded'
  ORDER BY paper_id, completed_at DESC NULLS LAST;

CREATE OR REPLACE VIEW papers.paper_summary WITH (security_invoker = true) AS
  SELECT p.id, p.title, p.created_at, p.status,
    count(DISTINCT pl.id) AS plan_count,
    count(DISTINCT r.id) AS run_count,
    count(DISTINCT r.id) FILTER (WHERE r.status = 'succeeded') AS succeeded_run_count,
    max(r.completed_at) AS latest_run_at
  FROM papers.papers p
  LEFT JOIN papers.plans pl ON pl.tenant_id = p.tenant_id AND pl.paper_id = p.id
  LEFT JOIN papers.runs r ON r.tenant_id = p.tenant_id AND r.paper_id = p.id
  GROUP BY p.tenant_id, p.id;

-- Compatibility: schema p2n holds each table of document 001 with its columns, read-only.

CREATE SCHEMA IF NOT EXISTS p2n;
CREATE OR REPLACE VIEW p2n.papers WITH (security_invoker = true) AS
  SELECT id, title, source_url, doi, arxiv_id, pdf_storage_path, vector_store_id, pdf_sha256, status,
         created_by, created_at, updated_at FROM papers.papers;
CREATE OR REPLACE VIEW p2n.claims WITH (security_invoker = true) AS
  SELECT id, paper_id, dataset_name, split, metric_name, metric_value, units, method_snippet,
         source_citation, confidence, created_by, created_at FROM papers.claims;
CREATE OR REPLACE VIEW p2n.plans WITH (security_invoker = true) AS
  SELECT id, paper_id, version, plan_json, env_hash, budget_minutes, status, created_by, created_at,
         updated_at FROM papers.plans;
CREATE OR REPLACE VIEW p2n.runs WITH (security_invoker = true) AS
  SELECT id, plan_id, paper_id, env_hash, seed, status, created_at, started_at, completed_at,
         duration_sec, error_code, error_message FROM papers.runs;
CREATE OR REPLACE VIEW p2n.run_events WITH (security_invoker = true) AS
  SELECT id, run_id, seq, ts, event_type, payload FROM papers.run_events;
CREATE OR REPLACE VIEW p2n.run_series WITH (security_invoker = true) AS
  SELECT id, run_id, metric, split, step, value, ts FROM papers.run_series;
CREATE OR REPLACE VIEW p2n.storyboards WITH (security_invoker = true) AS
  SELECT id, paper_id, run_id, storyboard_json, storage_path, created_at, updated_at FROM papers.storyboards;
CREATE OR REPLACE VIEW p2n.assets WITH (security_invoker = true) AS
  SELECT id, paper_id, run_id, plan_id, kind, storage_path, size_bytes, checksum, created_by, created_at
  FROM papers.assets;
CREATE OR REPLACE VIEW p2n.evals WITH (security_invoker = true) AS
  SELECT id, paper_id, run_id, metric_name, claimed, observed, gap_percent, gap_abs, tolerance,
         direction, created_at FROM papers.evals;
CREATE OR REPLACE VIEW p2n.latest_runs WITH (security_invoker = true) AS SELECT * FROM papers.latest_runs;
CREATE OR REPLACE VIEW p2n.paper_summary WITH (security_invoker = true) AS SELECT * FROM papers.paper_summary;
