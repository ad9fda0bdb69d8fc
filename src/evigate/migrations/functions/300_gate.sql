-- The gate: the functions through which alone an artifact is born and its status moves.

CREATE OR REPLACE FUNCTION gate.create_artifact(
  p_id uuid, p_module_id uuid, p_kind text, p_key text, p_schema_version text,
  p_payload jsonb, p_blob_sha256 text, p_content_hash text, p_grounding jsonb,
  p_evidence_version text, p_run_id uuid)
RETURNS TABLE (id uuid, version int, status text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  v_tenant uuid := kernel.current_tenant();
  v_version int;
BEGIN
  IF v_tenant IS NULL THEN
    RAISE EXCEPTION 'an artifact needs a tenant' USING ERRCODE = 'insufficient_privilege';
  END IF;
  PERFORM 1 FROM evidence.modules m WHERE m.tenant_id = v_tenant AND m.id = p_module_id FOR UPDATE;
  -- The same content is the same artifact: a repeated step makes nothing new.
  RETURN QUERY SELECT a.id, a.version, a.status::text FROM gate.artifacts a
    WHERE a.tenant_id = v_tenant AND a.module_id = p_module_id AND a.kind = p_kind
      AND a.key = p_key AND a.content_hash = p_content_hash AND a.run_id = p_run_id;
  IF FOUND THEN RETURN; END IF;
  SELECT coalesce(max(a.version), 0) + 1 INTO v_version FROM gate.artifacts a
    WHERE a.tenant_id = v_tenant AND a.module_id = p_module_id AND a.kind = p_kind AND a.key = p_key;
  INSERT INTO gate.artifacts (tenant_id, id, module_id, kind, key, version, schema_version,
    artifact_payload, blob_sha256, content_hash, grounding, evidence_version, run_id)
  VALUES (v_tenant, p_id, p_module_id, p_kind, p_key, v_version, p_schema_version,
    p_payload, p_blob_sha256, p_content_hash, p_grounding, p_evidence_version, p_run_id);
  RETURN QUERY SELECT p_id, v_version, 'PENDING_EVAL'::text;
END $$;

CREATE OR REPLACE FUNCTION gate.decide_artifact(p_id uuid, p_status text, p_reason text)
RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  v_tenant uuid := kernel.current_tenant();
  v_row gate.artifacts%ROWTYPE;
BEGIN
  SELECT * INTO v_row FROM gate.artifacts a
    WHERE a.tenant_id = v_tenant AND a.id = p_id FOR UPDATE;
  IF NOT FOUND THEN RETURN NULL; END IF;
  IF v_row.status::text = p_status THEN RETURN p_status; END IF;
  IF NOT gate.may_move(v_row.status::text, p_status) THEN
    RAISE EXCEPTION 'an artifact cannot move from % to %', v_row.status, p_status
      USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  IF coalesce(p_reason, '') = '' THEN
    RAISE EXCEPTION 'a decision needs a reason' USING ERRCODE = 'check_violation';
  END IF;
  UPDATE gate.artifacts a SET
    status = p_status::gate.artifact_status,
    decided_by = kernel.current_actor(), decision_reason = p_reason,
    approved_at = CASE WHEN p_status = 'APPROVED' THEN now() ELSE a.approved_at END,
    rejected_at = CASE WHEN p_status = 'REJECTED' THEN now() ELSE a.rejected_at END
  WHERE a.tenant_id = v_tenant AND a.id = p_id;
  IF p_status = 'APPROVED' THEN
    INSERT INTO gate.approvals (tenant_id, artifact_id, content_hash, approved_by)
    VALUES (v_tenant, p_id, v_row.content_hash, kernel.current_actor())
    ON CONFLICT (tenant_id, artifact_id) DO UPDATE
      SET approved_by = excluded.approved_by, approved_at = now(), withdrawn_at = NULL;
  ELSE
    UPDATE gate.approvals p SET withdrawn_at = now()
    WHERE p.tenant_id = v_tenant AND p.artifact_id = p_id AND p.withdrawn_at IS NULL;
  END IF;
  RETURN p_status;
END $$;

-- The state machine, once: retired is terminal.
CREATE OR REPLACE FUNCTION gate.may_move(p_from text, p_to text) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
  SELECT (p_from, p_to) IN (
    ('PENDING_GENERATION', 'PENDING_EVAL'), ('PENDING_EVAL', 'APPROVED'), ('PENDING_EVAL', 'REJECTED'),
    ('APPROVED', 'PENDING_EVAL'), ('APPROVED', 'RETIRED'),
    ('REJECTED', 'PENDING_EVAL'), ('REJECTED', 'RETIRED'))
$$;

CREATE OR REPLACE FUNCTION gate.refuse_new_content() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.module_id, NEW.kind, NEW.key, NEW.version, NEW.content_hash, NEW.run_id, NEW.schema_version,
      NEW.artifact_payload, NEW.blob_sha256, NEW.evidence_version, NEW.created_at)
     IS DISTINCT FROM
     (OLD.module_id, OLD.kind, OLD.key, OLD.version, OLD.content_hash, OLD.run_id, OLD.schema_version,
      OLD.artifact_payload, OLD.blob_sha256, OLD.evidence_version, OLD.created_at)
  THEN
    RAISE EXCEPTION 'an artifact never changes; make a new version'
      USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER artifacts_immutable BEFORE UPDATE ON gate.artifacts
  FOR EACH ROW EXECUTE FUNCTION gate.refuse_new_content();

-- For a consuming table's trigger: the approval that it references must stand today.
CREATE OR REPLACE FUNCTION gate.is_approved(p_tenant uuid, p_artifact uuid) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT 1 FROM gate.approvals p
    WHERE p.tenant_id = p_tenant AND p.artifact_id = p_artifact AND p.withdrawn_at IS NULL)
$$;
