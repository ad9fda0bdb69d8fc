-- The gate, third part: what people decide. A verdict is an eval run too, so that approval has one rule.

CREATE OR REPLACE FUNCTION gate.ask_for_review(p_tenant uuid, p_artifact uuid, p_reason text) RETURNS uuid
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS $$
  WITH added AS (
    INSERT INTO gate.review_tasks (tenant_id, artifact_id, evidence_version, reason)
    SELECT a.tenant_id, a.id, a.current_evidence, p_reason FROM gate.artifacts a
    WHERE a.tenant_id = p_tenant AND a.id = p_artifact AND a.status <> 'RETIRED'
    ON CONFLICT (tenant_id, artifact_id) WHERE status = 'open'
      DO UPDATE SET reason = excluded.reason, evidence_version = excluded.evidence_version
    RETURNING id
  )
  SELECT id FROM added
$$;

-- A person asks for a review: of how many, whether blind, and whether it only audits what is in use.
CREATE OR REPLACE FUNCTION gate.open_review(
  p_artifact uuid, p_reason text, p_wanted int, p_is_blind boolean, p_is_audit boolean, p_assigned_to text)
RETURNS uuid LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  v_tenant uuid := kernel.current_tenant();
  v_id uuid := gate.ask_for_review(v_tenant, p_artifact, p_reason);
BEGIN
  UPDATE gate.review_tasks t SET wanted = greatest(t.wanted, p_wanted), is_blind = t.is_blind OR p_is_blind,
    is_audit = p_is_audit, assigned_to = coalesce(p_assigned_to, t.assigned_to)
  WHERE t.tenant_id = v_tenant AND t.id = v_id;
  RETURN v_id;
END $$;

CREATE OR REPLACE FUNCTION gate.assign_review(p_task uuid, p_to text) RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS $$
  WITH moved AS (
    UPDATE gate.review_tasks t SET assigned_to = p_to
    WHERE t.tenant_id = kernel.current_tenant() AND t.id = p_task AND t.status = 'open' RETURNING 1)
  SELECT EXISTS (SELECT 1 FROM moved)
$$;

-- The suite of a person's verdict: the one in charge if it asks for nothing else, else the library's.
CREATE OR REPLACE FUNCTION gate.review_suite(p_tenant uuid, p_kind text) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
  SELECT s.id FROM gate.eval_suites s
  WHERE (s.id = gate.suite_of(p_tenant, p_kind)
      AND (SELECT count(*) FROM gate.eval_rules r WHERE r.suite_id = s.id) = 1
      AND EXISTS (SELECT 1 FROM gate.eval_rules r WHERE r.suite_id = s.id AND r.eval_type = 'HUMAN_REVIEW'))
    OR (s.name = 'review' AND s.tenant_id IS NULL)
  ORDER BY s.name = 'review', s.version DESC LIMIT 1
$$;

CREATE OR REPLACE FUNCTION gate.record_review(
  p_id uuid, p_task uuid, p_verdict text, p_reasons text[], p_comment text, p_duration_ms int)
RETURNS TABLE (task_status text, outcome text, artifact_status text, why_not text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  v_tenant uuid := kernel.current_tenant();
  v_actor text := kernel.current_actor();
  v_task gate.review_tasks%ROWTYPE;
  v_artifact gate.artifacts%ROWTYPE;
  v_suite uuid;
  v_run uuid := gen_random_uuid();
  v_given int;
  v_for int;
  v_outcome gate.review_verdict;
BEGIN
  IF v_actor LIKE 'job:%' OR v_actor = 'nobody' THEN
    RAISE EXCEPTION 'a review is a person''s' USING ERRCODE = 'insufficient_privilege';
  END IF;
  SELECT * INTO v_task FROM gate.review_tasks t
    WHERE t.tenant_id = v_tenant AND t.id = p_task AND t.status = 'open' FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'there is no open review %', p_task USING ERRCODE = 'no_data_found';
  END IF;
  SELECT * INTO v_artifact FROM gate.artifacts a
    WHERE a.tenant_id = v_tenant AND a.id = v_task.artifact_id FOR UPDATE;
  IF v_task.evidence_version <> v_artifact.current_evidence THEN
    RAISE EXCEPTION 'the evidence changed since the review was asked for'
      USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  v_suite := gate.review_suite(v_tenant, v_artifact.kind);
  UPDATE gate.eval_suites s SET frozen_at = now() WHERE s.id = v_suite AND s.frozen_at IS NULL;
  INSERT INTO gate.eval_runs (tenant_id, id, artifact_id, generation_run_id, suite_id, judge_model,
    judge_params, evidence_version, status, overall_pass, overall_score, needs_review, started_at, finished_at)
  VALUES (v_tenant, v_run, v_artifact.id, v_artifact.run_id, v_suite, 'human:' || v_actor,
    jsonb_build_object('task_id', p_task), v_artifact.current_evidence, 'SUCCEEDED',
    p_verdict = 'APPROVED', (p_verdict = 'APPROVED')::int, false, clock_timestamp(), clock_timestamp());
  INSERT INTO gate.eval_results (tenant_id, eval_run_id, rule_id, judge, judge_version, pass, score, details)
  SELECT v_tenant, v_run, r.id, 'human:' || v_actor, '1', p_verdict = 'APPROVED', (p_verdict = 'APPROVED')::int,
    jsonb_build_object('verdict', p_verdict, 'reasons', p_reasons)
  FROM gate.eval_rules r WHERE r.suite_id = v_suite;
  INSERT INTO gate.reviews (tenant_id, id, task_id, artifact_id, eval_run_id, reviewer, verdict, reasons, comment, duration_ms)
  VALUES (v_tenant, p_id, p_task, v_artifact.id, v_run, v_actor, p_verdict::gate.review_verdict,
    p_reasons, p_comment, p_duration_ms);
  PERFORM gate.tell(v_artifact.id, 'artifact_reviewed', jsonb_build_object('verdict',
    CASE WHEN v_task.is_blind THEN NULL ELSE p_verdict END, 'task_id', p_task));
  SELECT count(*), count(*) FILTER (WHERE r.verdict = 'APPROVED') INTO v_given, v_for
  FROM gate.reviews r WHERE r.tenant_id = v_tenant AND r.task_id = p_task;
  IF v_given < v_task.wanted THEN
    RETURN QUERY SELECT 'open', NULL::text, v_artifact.status::text, NULL::text;
    RETURN;
  END IF;
  -- Two who disagree ask for a third.
  IF v_given = 2 AND v_for = 1 THEN
    UPDATE gate.review_tasks t SET wanted = 3, reason = 'two reviewers disagree', assigned_to = NULL
    WHERE t.tenant_id = v_tenant AND t.id = p_task;
    RETURN QUERY SELECT 'open', NULL::text, v_artifact.status::text, NULL::text;
    RETURN;
  END IF;
  v_outcome := CASE WHEN 2 * v_for > v_given THEN 'APPROVED'
    WHEN p_verdict = 'APPROVED' THEN 'REJECTED' ELSE p_verdict END::gate.review_verdict;
  UPDATE gate.review_tasks t SET status = 'closed', outcome = v_outcome, closed_at = clock_timestamp()
  WHERE t.tenant_id = v_tenant AND t.id = p_task;
  RETURN QUERY SELECT 'closed', v_outcome::text, f.artifact_status, f.why_not
    FROM gate.follow_review(v_tenant, v_artifact.id, v_outcome::text, p_comment) f;
END $$;

CREATE OR REPLACE FUNCTION gate.follow_review(p_tenant uuid, p_artifact uuid, p_outcome text, p_comment text)
RETURNS TABLE (artifact_status text, why_not text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  v_status text;
  v_why text;
  v_said text := coalesce(nullif(p_comment, ''), 'no comment');
BEGIN
  SELECT a.status::text INTO v_status FROM gate.artifacts a WHERE a.tenant_id = p_tenant AND a.id = p_artifact;
  IF p_outcome = 'APPROVED' THEN
    v_why := gate.why_not_approved(p_tenant, p_artifact);
    IF v_why IS NULL AND v_status = 'PENDING_EVAL' THEN
      v_status := gate.move_artifact(p_tenant, p_artifact, 'APPROVED', v_said);
    END IF;
  ELSIF v_status IN ('PENDING_EVAL', 'APPROVED') THEN
    IF v_status = 'APPROVED' THEN
      PERFORM gate.move_artifact(p_tenant, p_artifact, 'PENDING_EVAL', 'a reviewer objected');
    END IF;
    v_status := gate.move_artifact(p_tenant, p_artifact, 'REJECTED',
      CASE p_outcome WHEN 'NEEDS_REVISION' THEN 'needs revision: ' ELSE '' END || v_said);
  END IF;
  RETURN QUERY SELECT v_status, v_why;
END $$;

-- A hard fail is waived by name, for one check on the evidence of today; a person still has to decide.
CREATE OR REPLACE FUNCTION gate.waive_fail(p_artifact uuid, p_type text, p_reason text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  v_tenant uuid := kernel.current_tenant();
  v_row gate.artifacts%ROWTYPE;
BEGIN
  IF kernel.current_actor() LIKE 'job:%' OR kernel.current_actor() = 'nobody' THEN
    RAISE EXCEPTION 'a waiver is a person''s' USING ERRCODE = 'insufficient_privilege';
  END IF;
  SELECT * INTO v_row FROM gate.artifacts a WHERE a.tenant_id = v_tenant AND a.id = p_artifact FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'there is no artifact %', p_artifact USING ERRCODE = 'no_data_found';
  END IF;
  INSERT INTO gate.waivers (tenant_id, artifact_id, eval_type, evidence_version, reason, waived_by)
  VALUES (v_tenant, p_artifact, p_type::gate.eval_type, v_row.current_evidence, p_reason, kernel.current_actor())
  ON CONFLICT DO NOTHING;
  IF v_row.status = 'REJECTED' THEN
    PERFORM gate.move_artifact(v_tenant, p_artifact, 'PENDING_EVAL', 'waived: ' || p_type);
  END IF;
  PERFORM gate.tell(p_artifact, 'fail_waived', jsonb_build_object('eval_type', p_type, 'reason', p_reason));
END $$;
