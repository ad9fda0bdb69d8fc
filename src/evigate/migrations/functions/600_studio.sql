-- The studio: its vocabulary of events, and the rule that a claim's words were written by somebody.

INSERT INTO kernel.event_types (stream_kind, type) VALUES
  ('studio_session', 'session_started'), ('studio_session', 'message_added'),
  ('studio_session', 'claim_added'), ('studio_session', 'claim_superseded'),
  ('studio_session', 'claim_disputed'), ('studio_session', 'claim_accepted'),
  ('studio_session', 'claim_rejected'), ('studio_session', 'need_changed'),
  ('studio_session', 'need_asked'), ('studio_session', 'need_negotiated'),
  ('studio_session', 'task_added'), ('studio_session', 'task_completed'),
  ('studio_session', 'task_cancelled'), ('studio_session', 'summary_added'),
  ('studio_session', 'phase_changed'), ('studio_session', 'level_changed'),
  ('studio_session', 'domain_changed'), ('studio_session', 'turn_ended'),
  ('audit', 'studio_project_created'), ('audit', 'studio_project_changed'),
  ('audit', 'studio_objective_added'), ('audit', 'studio_objective_activated')
ON CONFLICT DO NOTHING;

CREATE OR REPLACE FUNCTION studio.ground_claim() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  v_content text;
BEGIN
  SELECT m.content INTO v_content FROM studio.messages m
    WHERE m.tenant_id = NEW.tenant_id AND m.id = NEW.message_id AND m.session_id = NEW.session_id AND m.role = 'user';
  IF NOT FOUND OR substr(v_content, NEW.quote_start + 1, NEW.quote_end - NEW.quote_start) IS DISTINCT FROM NEW.quote THEN
    RAISE EXCEPTION 'a claim''s quote stands in the message letter by letter'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'claims_literal_quote';
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER claims_grounded BEFORE INSERT OR UPDATE OF quote, quote_start, quote_end, message_id
  ON studio.claims FOR EACH ROW EXECUTE FUNCTION studio.ground_claim();

-- A project where access is asked of it; it stands in the organisations that engage customers for it.
CREATE OR REPLACE VIEW studio.project_things WITH (security_invoker = true) AS
  SELECT p.tenant_id, p.id,
    jsonb_build_object('name', p.name, 'status', p.status, 'phase', p.phase, 'owner_id', p.created_by) AS attributes,
    ARRAY(SELECT DISTINCT 'organisation:' || e.organisation_id FROM kernel.engagements e
      WHERE e.tenant_id = p.tenant_id AND e.resource = 'project:' || p.id AND e.status = 'active') AS scopes
  FROM studio.projects p;
