-- Learning: what an attempt must satisfy, and who sees what.

-- An attempt is on an item whose approval stands now, in the learner's own open session, of the
-- session's module. Where the key decides, right or wrong is worked out here, not told.
CREATE OR REPLACE FUNCTION learning.ground_attempt() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  v_session learning.sessions%ROWTYPE;
  v_item gate.artifacts%ROWTYPE;
BEGIN
  SELECT * INTO v_session FROM learning.sessions s
    WHERE s.tenant_id = NEW.tenant_id AND s.id = NEW.session_id FOR SHARE;
  IF NOT FOUND OR v_session.status <> 'ACTIVE' THEN
    RAISE EXCEPTION 'an attempt needs an open session'
      USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'attempts_open_session';
  END IF;
  -- The row is locked, so that the item cannot leave the bank between this look and the commit.
  PERFORM 1 FROM gate.approvals p
    WHERE p.tenant_id = NEW.tenant_id AND p.artifact_id = NEW.artifact_id AND p.withdrawn_at IS NULL FOR SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'only an approved item can be answered'
      USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'attempts_approved_item_fkey';
  END IF;
  SELECT * INTO v_item FROM gate.artifacts a WHERE a.tenant_id = NEW.tenant_id AND a.id = NEW.artifact_id;
  IF v_item.module_id <> v_session.module_id OR v_item.kind NOT LIKE 'learning.%' THEN
    RAISE EXCEPTION 'the item is not of the session''s module'
      USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'attempts_module';
  END IF;
  NEW.user_id := v_session.user_id;
  NEW.is_first := NOT EXISTS (SELECT 1 FROM learning.attempts t
    WHERE t.tenant_id = NEW.tenant_id AND t.artifact_id = NEW.artifact_id AND t.user_id = NEW.user_id);
  IF v_item.kind IN ('learning.mcq_item', 'learning.true_false_item', 'learning.ordering_item') THEN
    NEW.is_correct := coalesce(NEW.user_answer -> 'answer' = v_item.artifact_payload -> 'key', false);
    NEW.choice := CASE WHEN v_item.kind = 'learning.ordering_item' THEN NULL ELSE NEW.user_answer ->> 'answer' END;
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER attempts_grounded BEFORE INSERT ON learning.attempts
  FOR EACH ROW EXECUTE FUNCTION learning.ground_attempt();

-- The bank as learners may know it: what is approved today, without keys or sources.
CREATE OR REPLACE VIEW learning.approved_bank WITH (security_invoker = true) AS
  SELECT i.tenant_id, i.artifact_id, i.module_id, i.kind, i.concept, i.objective_id, i.section, i.tags,
         i.difficulty, i.difficulty_prior, a.approved_at, a.version
  FROM learning.items i
  JOIN gate.artifacts a ON a.tenant_id = i.tenant_id AND a.id = i.artifact_id AND a.status = 'APPROVED'
  JOIN gate.approvals p ON p.tenant_id = i.tenant_id AND p.artifact_id = i.artifact_id AND p.withdrawn_at IS NULL;
