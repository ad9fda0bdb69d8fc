-- Kits: a plan is approved by a person while the run waits for it, and by nobody else; what is applied
-- stands in that plan; a kit that was imported is never changed.

INSERT INTO kernel.event_types (stream_kind, type) VALUES
  ('studio_project', 'kit_run_changed'), ('run', 'kit_phase'), ('run', 'kit_item'),
  ('audit', 'kit_imported'), ('audit', 'kit_moved'), ('audit', 'kit_plan_approved'),
  ('audit', 'kit_credential_kept'), ('audit', 'kit_credential_revoked')
ON CONFLICT DO NOTHING;

-- An approval is of the plan that the run shows now, by a person, of an approved specification.
CREATE OR REPLACE FUNCTION studio.check_kit_approval() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  NEW.approved_by := kernel.current_actor();
  NEW.approved_at := now();
  IF NEW.approved_by LIKE 'job:%' OR NEW.approved_by LIKE 'agent:%' THEN
    RAISE EXCEPTION 'a plan is approved by a person' USING ERRCODE = 'insufficient_privilege';
  END IF;
  PERFORM 1 FROM studio.kit_executions e
  WHERE e.tenant_id = NEW.tenant_id AND e.run_id = NEW.run_id AND e.project_id = NEW.project_id
    AND e.is_waiting AND NOT e.is_dry AND e.plan_digest = NEW.digest
    AND gate.is_approved(e.tenant_id, e.artifact_id)
  FOR UPDATE OF e;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the run does not wait for an approval of this plan'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER kit_approvals_checked BEFORE INSERT ON studio.kit_approvals
  FOR EACH ROW EXECUTE FUNCTION studio.check_kit_approval();

-- Applying is a phase that only an approved plan opens; and the plan does not change beneath it.
CREATE OR REPLACE FUNCTION studio.check_kit_execution() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.status IN ('completed', 'failed', 'partial', 'cancelled') AND NEW IS DISTINCT FROM OLD THEN
    RAISE EXCEPTION 'a kit''s run that has ended stays as it is' USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  IF NEW.phase IN ('APPLY', 'VERIFY') AND NOT EXISTS (SELECT 1 FROM studio.kit_approvals a
      WHERE a.tenant_id = NEW.tenant_id AND a.run_id = NEW.run_id AND a.digest = NEW.plan_digest) THEN
    RAISE EXCEPTION 'nothing is applied without an approved plan' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER kit_executions_checked BEFORE INSERT OR UPDATE ON studio.kit_executions
  FOR EACH ROW EXECUTE FUNCTION studio.check_kit_execution();

-- An item is applied while its run applies, as the approved plan says, and is not what was no change.
CREATE OR REPLACE FUNCTION studio.check_kit_item() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  PERFORM 1 FROM studio.kit_executions e
  JOIN studio.kit_plan_items i ON i.tenant_id = e.tenant_id AND i.run_id = e.run_id AND i.digest = e.plan_digest
  WHERE e.tenant_id = NEW.tenant_id AND e.run_id = NEW.run_id AND e.phase = 'APPLY' AND e.status = 'running'
    AND e.plan_digest = NEW.digest AND i.path = NEW.path AND i.action <> 'no-op'
    AND i.sha256_after IS NOT DISTINCT FROM NEW.sha256;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no approved plan asks for % now', NEW.path USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER kit_items_checked BEFORE INSERT ON studio.kit_items
  FOR EACH ROW EXECUTE FUNCTION studio.check_kit_item();

-- A bundle is written by a run that applies, from an approval that stands.
CREATE OR REPLACE FUNCTION studio.check_kit_bundle() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  PERFORM 1 FROM studio.kit_executions e
  WHERE e.tenant_id = NEW.tenant_id AND e.run_id = NEW.run_id AND e.phase = 'APPLY' AND e.status = 'running'
    AND e.plan_digest = NEW.plan_digest AND e.artifact_id = NEW.artifact_id AND e.kit_id = NEW.kit_id
    AND gate.is_approved(e.tenant_id, e.artifact_id);
  IF NOT FOUND THEN
    RAISE EXCEPTION 'a bundle is of an approved specification and an approved plan'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER kit_bundles_checked BEFORE INSERT ON studio.kit_bundles
  FOR EACH ROW EXECUTE FUNCTION studio.check_kit_bundle();

-- What was imported is what was tested; a kit goes from draft to active to deprecated, and not back.
CREATE OR REPLACE FUNCTION studio.check_kit() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF NEW.origin <> OLD.origin OR (OLD.origin = 'imported' AND NEW.digest <> OLD.digest) THEN
    RAISE EXCEPTION 'an imported kit is never changed' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF NEW.status <> OLD.status AND (OLD.status, NEW.status) NOT IN (('draft', 'active'), ('active', 'deprecated'),
      ('draft', 'deprecated')) THEN
    RAISE EXCEPTION 'a kit cannot move from % to %', OLD.status, NEW.status
      USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER kits_checked BEFORE UPDATE ON studio.kits
  FOR EACH ROW EXECUTE FUNCTION studio.check_kit();
