-- Planning artifacts: who judges them, and the rule that an open blocker keeps one from being approved.

SELECT gate.library_suite('planning', 1, 'Blueprints and implementation plans: whole in shape, then an owner decides.',
  1.0, 'always', false);
SELECT gate.library_rule('planning', 1, 'SCHEMA_VALIDATION', 'hard', 1.0, NULL, 1, '{"citations_min": 0}');
SELECT gate.library_charge('studio.blueprint', 'planning', 1);
SELECT gate.library_charge('studio.implementation_plan', 'planning', 1);

CREATE OR REPLACE FUNCTION studio.refuse_blocked() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  v_open int;
BEGIN
  SELECT count(*) INTO v_open FROM gate.findings f
  WHERE f.tenant_id = NEW.tenant_id AND f.artifact_id = NEW.id AND f.status = 'open' AND f.severity = 'error';
  IF v_open > 0 THEN
    RAISE EXCEPTION 'the gate refuses: % blocking finding(s) are open', v_open
      USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER artifacts_planning_unblocked BEFORE UPDATE OF status ON gate.artifacts
  FOR EACH ROW WHEN (NEW.status = 'APPROVED' AND NEW.kind IN ('studio.blueprint', 'studio.implementation_plan'))
  EXECUTE FUNCTION studio.refuse_blocked();
