-- The gate, second part: suites that freeze, runs that close only when complete, and approval, which
-- follows from them. A caller brings scores; what passes and what is approved is worked out here.

CREATE OR REPLACE FUNCTION gate.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is never changed; add a new version', TG_TABLE_SCHEMA || '.' || TG_TABLE_NAME
    USING ERRCODE = 'object_not_in_prerequisite_state';
END $$;
CREATE OR REPLACE FUNCTION gate.stamp_prompt() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.sha256 := encode(sha256(convert_to(NEW.content, 'UTF8')), 'hex');
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER prompt_versions_stamped BEFORE INSERT ON gate.prompt_versions
  FOR EACH ROW EXECUTE FUNCTION gate.stamp_prompt();
CREATE OR REPLACE TRIGGER prompt_versions_immutable BEFORE UPDATE ON gate.prompt_versions
  FOR EACH ROW EXECUTE FUNCTION gate.refuse_change();
CREATE OR REPLACE TRIGGER eval_results_immutable BEFORE UPDATE ON gate.eval_results
  FOR EACH ROW EXECUTE FUNCTION gate.refuse_change();
CREATE OR REPLACE TRIGGER reviews_immutable BEFORE UPDATE ON gate.reviews
  FOR EACH ROW EXECUTE FUNCTION gate.refuse_change();

-- Suites ------------------------------------------------------------------------------------

CREATE OR REPLACE FUNCTION gate.refuse_frozen_rules() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  v_suite gate.eval_suites%ROWTYPE;
BEGIN
  SELECT * INTO v_suite FROM gate.eval_suites s
    WHERE s.id = CASE WHEN TG_OP = 'DELETE' THEN OLD.suite_id ELSE NEW.suite_id END FOR SHARE;
  IF v_suite.frozen_at IS NOT NULL AND pg_trigger_depth() = 1 THEN
    RAISE EXCEPTION 'the suite % version % was used and its rules are frozen; add a version',
      v_suite.name, v_suite.version USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  -- Put in charge with a hard rule, a suite keeps it, used or not.
  IF TG_OP <> 'INSERT' AND pg_trigger_depth() = 1
    AND EXISTS (SELECT 1 FROM gate.kind_suites k WHERE k.suite_id = OLD.suite_id)
  THEN
    RAISE EXCEPTION 'the suite % version % is in charge of a kind; add a version', v_suite.name, v_suite.version
      USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  -- A tenant's rule belongs to a suite of that tenant.
  IF TG_OP <> 'DELETE' AND v_suite.tenant_id IS DISTINCT FROM NEW.tenant_id THEN
    RAISE EXCEPTION 'there is no such suite' USING ERRCODE = 'foreign_key_violation';
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE OR REPLACE TRIGGER eval_rules_frozen BEFORE INSERT OR UPDATE OR DELETE ON gate.eval_rules
  FOR EACH ROW EXECUTE FUNCTION gate.refuse_frozen_rules();

CREATE OR REPLACE FUNCTION gate.refuse_frozen_suite() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  IF OLD.frozen_at IS NOT NULL AND pg_trigger_depth() = 1 THEN
    RAISE EXCEPTION 'the suite % version % was used and is frozen; add a version', OLD.name, OLD.version
      USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE OR REPLACE TRIGGER eval_suites_frozen BEFORE UPDATE OR DELETE ON gate.eval_suites
  FOR EACH ROW EXECUTE FUNCTION gate.refuse_frozen_suite();

CREATE OR REPLACE FUNCTION gate.suite_of(p_tenant uuid, p_kind text) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
  SELECT k.suite_id FROM gate.kind_suites k
  WHERE k.kind = p_kind AND (k.tenant_id IS NULL OR k.tenant_id = p_tenant)
  ORDER BY k.tenant_id IS NULL, k.set_at DESC, k.id DESC LIMIT 1
$$;

-- A suite that a tenant puts in charge of a kind is one it can see, with a hard rule that may gate.
CREATE OR REPLACE FUNCTION gate.refuse_weak_suite() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  -- Whoever takes a rule away meanwhile comes before or after, never between.
  PERFORM 1 FROM gate.eval_suites s WHERE s.id = NEW.suite_id FOR UPDATE;
  IF NOT EXISTS (SELECT 1 FROM gate.eval_suites s
    WHERE s.id = NEW.suite_id AND (s.tenant_id IS NULL OR s.tenant_id = NEW.tenant_id))
  THEN
    RAISE EXCEPTION 'there is no such suite' USING ERRCODE = 'foreign_key_violation';
  END IF;
  IF NOT EXISTS (SELECT 1 FROM gate.eval_rules r WHERE r.suite_id = NEW.suite_id AND r.hard_fail
    AND gate.type_may_gate(NEW.tenant_id, r.eval_type))
  THEN
    RAISE EXCEPTION 'a suite in charge needs a hard check whose judge may gate'
      USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER kind_suites_strong BEFORE INSERT ON gate.kind_suites
  FOR EACH ROW EXECUTE FUNCTION gate.refuse_weak_suite();

-- Judges ------------------------------------------------------------------------------------

-- A judge may gate when what it decides is a fact or found by a rule, or when its last measurement on a
-- set of its kind reached the floor. The tenant's own reviews can take that right away: with at least ten rejections
-- among fifty verdicts, a judge that orders them hardly better than chance is not to be trusted.
CREATE OR REPLACE FUNCTION gate.judge_may_gate(
  p_tenant uuid, p_judge text, p_version text, p_type gate.eval_type) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
  SELECT p_type = 'HUMAN_REVIEW' OR EXISTS (
    SELECT 1 FROM gate.judges j
    WHERE j.name = p_judge AND j.version = p_version AND j.eval_type = p_type
      AND (j.tenant_id IS NULL OR j.tenant_id = p_tenant) AND j.nature IN ('exact', 'rule'))
  OR coalesce((
    SELECT coalesce(CASE f.metric WHEN 'auc' THEN c.auc WHEN 'accuracy' THEN c.accuracy
      WHEN 'kappa' THEN c.kappa WHEN 'veto_precision' THEN c.veto_precision END, 0) >= f.floor
    FROM gate.judge_calibrations c JOIN gate.judge_floors f ON f.eval_type = c.eval_type
    WHERE c.judge = p_judge AND c.version = p_version AND c.eval_type = p_type AND c.is_own_kind
      AND c.dataset <> 'reviews' AND (c.tenant_id IS NULL OR c.tenant_id = p_tenant)
      -- A set too small to give the right is too small to take it away.
      AND c.n >= f.n_min
    ORDER BY c.created_at DESC, c.id DESC LIMIT 1), false)
  AND coalesce((
    SELECT c.n < 50 OR c.negatives < 10 OR c.auc >= 0.6
    FROM gate.judge_calibrations c
    WHERE c.judge = p_judge AND c.version = p_version AND c.eval_type = p_type
      AND c.dataset = 'reviews' AND c.tenant_id = p_tenant
    ORDER BY c.created_at DESC, c.id DESC LIMIT 1), true)
$$;

-- What a suite can stand on: that a rule found nothing proves nothing, so a rule alone is not enough.
CREATE OR REPLACE FUNCTION gate.type_may_gate(p_tenant uuid, p_type gate.eval_type) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
  SELECT p_type = 'HUMAN_REVIEW' OR EXISTS (
    SELECT 1 FROM gate.judges j
    WHERE j.eval_type = p_type AND (j.tenant_id IS NULL OR j.tenant_id = p_tenant) AND j.nature <> 'rule'
      AND gate.judge_may_gate(p_tenant, j.name, j.version, j.eval_type))
$$;

-- A judge measured on labelled cases. The measures are worked out from scores and labels here:
-- nobody asserts them. AUC by ranks with ties halved (Mann and Whitney); kappa by Cohen; alpha by
-- Krippendorff (nominal), the judge and the people being two raters of each case.
CREATE OR REPLACE FUNCTION gate.record_calibration(
  p_judge text, p_version text, p_type text, p_dataset text, p_is_own_kind boolean, p_scores float8[],
  p_labels boolean[], p_threshold float8) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  v_id uuid := gen_random_uuid();
  v record;
BEGIN
  IF cardinality(p_scores) IS DISTINCT FROM cardinality(p_labels) OR coalesce(cardinality(p_scores), 0) = 0 THEN
    RAISE EXCEPTION 'a calibration needs a label for each score' USING ERRCODE = 'check_violation';
  END IF;
  WITH given AS (
    SELECT s AS score, l AS label, s >= p_threshold AS said FROM unnest(p_scores, p_labels) AS u(s, l)
  ), ranked AS (
    SELECT g.*, rank() OVER (ORDER BY score) + (count(*) OVER (PARTITION BY score) - 1) / 2.0 AS r FROM given g
  ), counts AS (
    SELECT count(*)::float8 AS n, count(*) FILTER (WHERE label)::float8 AS p,
      count(*) FILTER (WHERE said)::float8 AS q, count(*) FILTER (WHERE said = label)::float8 AS agreed,
      count(*) FILTER (WHERE NOT said)::float8 AS vetoes,
      count(*) FILTER (WHERE NOT said AND NOT label)::float8 AS right_vetoes,
      coalesce(sum(r) FILTER (WHERE label), 0)::float8 AS rank_sum
    FROM ranked
  )
  SELECT c.*, agreed / n AS accuracy,
    (p * q + (n - p) * (n - q)) / (n * n) AS chance,
    2 * (p + q) * (2 * n - p - q) / (2 * n * (2 * n - 1)) AS pooled,
    CASE WHEN p > 0 AND p < n THEN (rank_sum - p * (p + 1) / 2) / (p * (n - p)) END AS auc
  INTO v FROM counts c;
  INSERT INTO gate.judge_calibrations (id, tenant_id, judge, version, eval_type, dataset, is_own_kind, n,
    negatives, auc, accuracy, kappa, alpha, veto_precision, threshold)
  VALUES (v_id, kernel.current_tenant(), p_judge, p_version, p_type::gate.eval_type, p_dataset,
    p_is_own_kind, v.n::int, (v.n - v.p)::int, v.auc, v.accuracy,
    CASE WHEN v.chance < 1 THEN (v.accuracy - v.chance) / (1 - v.chance) END,
    CASE WHEN v.pooled > 0 THEN 1 - (1 - v.accuracy) / v.pooled END,
    CASE WHEN v.vetoes > 0 THEN v.right_vetoes / v.vetoes END, p_threshold);
  -- Who was measured is a judge that the tenant has, and is asked for its standing by its version.
  INSERT INTO gate.judges (tenant_id, name, version, eval_type)
  SELECT kernel.current_tenant(), p_judge, p_version, p_type::gate.eval_type
  WHERE kernel.current_tenant() IS NOT NULL AND NOT EXISTS (SELECT 1 FROM gate.judges j
    WHERE j.name = p_judge AND j.version = p_version AND j.eval_type = p_type::gate.eval_type
      AND (j.tenant_id IS NULL OR j.tenant_id = kernel.current_tenant()))
  ON CONFLICT DO NOTHING;
  RETURN v_id;
END $$;

-- Runs --------------------------------------------------------------------------------------

CREATE OR REPLACE FUNCTION gate.open_eval_run(
  p_id uuid, p_artifact uuid, p_suite uuid, p_judge_model text, p_judge_params jsonb,
  p_prompt uuid, p_is_trial boolean) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  v_tenant uuid := kernel.current_tenant();
  v_artifact gate.artifacts%ROWTYPE;
BEGIN
  SELECT * INTO v_artifact FROM gate.artifacts a WHERE a.tenant_id = v_tenant AND a.id = p_artifact;
  IF NOT FOUND THEN RETURN NULL; END IF;
  IF p_judge_model LIKE 'human:%' THEN
    RAISE EXCEPTION 'a person''s verdict is given as a review' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF NOT EXISTS (SELECT 1 FROM gate.eval_suites s
    WHERE s.id = p_suite AND (s.tenant_id IS NULL OR s.tenant_id = v_tenant))
  THEN
    RAISE EXCEPTION 'there is no such suite' USING ERRCODE = 'foreign_key_violation';
  END IF;
  UPDATE gate.eval_suites s SET frozen_at = now() WHERE s.id = p_suite AND s.frozen_at IS NULL;
  INSERT INTO gate.eval_runs (tenant_id, id, artifact_id, generation_run_id, suite_id, judge_model,
    judge_params, prompt_version_id, evidence_version, is_trial, status, started_at)
  VALUES (v_tenant, p_id, p_artifact, v_artifact.run_id, p_suite, p_judge_model, p_judge_params,
    p_prompt, v_artifact.current_evidence, p_is_trial, 'RUNNING', clock_timestamp());
  RETURN p_id;
END $$;

-- One result a rule, while the run is open. Null is "could not be measured", with a reason.
CREATE OR REPLACE FUNCTION gate.record_results(p_run uuid, p_results jsonb) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  v_tenant uuid := kernel.current_tenant();
  v_count int;
BEGIN
  PERFORM 1 FROM gate.eval_runs e
    WHERE e.tenant_id = v_tenant AND e.id = p_run AND e.status = 'RUNNING' FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'there is no open run %', p_run USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  INSERT INTO gate.eval_results (tenant_id, eval_run_id, rule_id, judge, judge_version, score, pass, details, duration_ms)
  SELECT v_tenant, p_run, r.id, g.judge, g.judge_version, s.score,
    CASE WHEN s.score IS NULL OR (r.is_advisory AND r.min_score IS NULL AND r.max_score IS NULL) THEN NULL
      ELSE s.score >= coalesce(r.min_score, 0) AND s.score <= coalesce(r.max_score, 1) END,
    coalesce(g.details, '{}') || CASE WHEN s.score IS NULL AND NOT coalesce(g.details, '{}') ? 'reason'
      THEN jsonb_build_object('reason', coalesce(g.reason, 'not measured')) ELSE '{}' END,
    g.duration_ms
  FROM jsonb_to_recordset(p_results)
    AS g(eval_type text, score numeric, judge text, judge_version text, details jsonb, reason text, duration_ms real)
  JOIN gate.eval_runs e ON e.tenant_id = v_tenant AND e.id = p_run
  JOIN gate.eval_rules r ON r.suite_id = e.suite_id AND r.eval_type = g.eval_type::gate.eval_type
    AND r.eval_type <> 'HUMAN_REVIEW'
  CROSS JOIN LATERAL (SELECT round(g.score, 4) AS score) s;
  GET DIAGNOSTICS v_count = ROW_COUNT;
  RETURN v_count;
END $$;

CREATE OR REPLACE FUNCTION gate.fail_eval_run(p_run uuid, p_error jsonb) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS $$
  UPDATE gate.eval_runs e SET status = 'FAILED', error = p_error, finished_at = clock_timestamp()
  WHERE e.tenant_id = kernel.current_tenant() AND e.id = p_run AND e.status IN ('PENDING', 'RUNNING')
$$;

-- What the results of a run come to; a rule without a result is a missing one.
CREATE OR REPLACE FUNCTION gate.tally(p_tenant uuid, p_run uuid)
RETURNS TABLE (rules int, missing int, unmeasured_hard int, unmeasured_soft int, hard_fails text[],
               soft_fails text[], unproven text[], score numeric)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
  WITH joined AS (
    SELECT r.eval_type::text AS type, r.weight, r.hard_fail, r.is_advisory, v.id AS result, v.score, v.pass,
      gate.judge_may_gate(p_tenant, v.judge, v.judge_version, r.eval_type) AS may_gate,
      EXISTS (SELECT 1 FROM gate.waivers w WHERE w.tenant_id = p_tenant AND w.artifact_id = e.artifact_id
        AND w.eval_type = r.eval_type AND w.evidence_version = e.evidence_version) AS is_waived
    FROM gate.eval_runs e
    JOIN gate.eval_rules r ON r.suite_id = e.suite_id
    LEFT JOIN gate.eval_results v ON v.tenant_id = p_tenant AND v.eval_run_id = e.id AND v.rule_id = r.id
    WHERE e.tenant_id = p_tenant AND e.id = p_run
  )
  SELECT count(*)::int, count(*) FILTER (WHERE result IS NULL)::int,
    count(*) FILTER (WHERE result IS NOT NULL AND j.score IS NULL AND hard_fail AND NOT is_waived)::int,
    count(*) FILTER (WHERE result IS NOT NULL AND j.score IS NULL AND NOT is_advisory AND (NOT hard_fail OR is_waived))::int,
    coalesce(array_agg(type ORDER BY type) FILTER (WHERE hard_fail AND NOT pass AND may_gate AND NOT is_waived), '{}'),
    coalesce(array_agg(type ORDER BY type) FILTER (WHERE NOT pass AND NOT is_advisory
      AND NOT (hard_fail AND may_gate AND NOT is_waived)), '{}'),
    coalesce(array_agg(type ORDER BY type) FILTER (WHERE hard_fail AND pass AND NOT may_gate), '{}'),
    round(sum(j.score * weight) FILTER (WHERE j.score IS NOT NULL)
      / nullif(sum(weight) FILTER (WHERE j.score IS NOT NULL), 0), 4)
  FROM joined j
$$;

CREATE OR REPLACE FUNCTION gate.close_eval_run(p_run uuid)
RETURNS TABLE (status text, overall_pass boolean, overall_score numeric, needs_review boolean, artifact_status text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  v_tenant uuid := kernel.current_tenant();
  v_run gate.eval_runs%ROWTYPE;
  v_suite gate.eval_suites%ROWTYPE;
  v_tally record;
  v_pass boolean;
  v_review boolean;
BEGIN
  SELECT * INTO v_run FROM gate.eval_runs e
    WHERE e.tenant_id = v_tenant AND e.id = p_run AND e.status = 'RUNNING' FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'there is no open run %', p_run USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  SELECT * INTO v_suite FROM gate.eval_suites s WHERE s.id = v_run.suite_id;
  SELECT * INTO v_tally FROM gate.tally(v_tenant, p_run);
  IF v_tally.missing > 0 THEN
    RAISE EXCEPTION '% of % rules have no result', v_tally.missing, v_tally.rules
      USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  IF v_tally.unmeasured_hard > 0 THEN
    PERFORM gate.fail_eval_run(p_run, jsonb_build_object('code', 'E_EVAL_UNMEASURED',
      'message', format('%s hard checks could not be measured', v_tally.unmeasured_hard)));
    PERFORM gate.ask_for_review(v_tenant, v_run.artifact_id, 'a hard check could not be measured')
    WHERE NOT v_run.is_trial;
  ELSE
    v_pass := v_tally.rules > 0 AND v_tally.hard_fails = '{}' AND coalesce(v_tally.score, 0) >= v_suite.pass_score;
    v_review := v_suite.review = 'always' OR v_tally.soft_fails <> '{}' OR v_tally.unproven <> '{}'
      OR v_tally.unmeasured_soft > 0;
    UPDATE gate.eval_runs e SET status = 'SUCCEEDED', overall_pass = v_pass, overall_score = v_tally.score,
      needs_review = v_review, finished_at = clock_timestamp()
    WHERE e.tenant_id = v_tenant AND e.id = p_run;
    IF NOT v_run.is_trial THEN
      PERFORM gate.follow_run(v_tenant, v_run.artifact_id, p_run, v_tally.hard_fails, v_tally.soft_fails);
    END IF;
  END IF;
  PERFORM gate.tell(v_run.artifact_id, 'artifact_evaluated', jsonb_build_object('run_id', p_run,
    'pass', v_pass, 'score', v_tally.score, 'needs_review', v_review, 'is_trial', v_run.is_trial));
  RETURN QUERY SELECT e.status::text, e.overall_pass, e.overall_score, e.needs_review, a.status::text
    FROM gate.eval_runs e JOIN gate.artifacts a ON a.tenant_id = e.tenant_id AND a.id = e.artifact_id
    WHERE e.tenant_id = v_tenant AND e.id = p_run;
END $$;

-- What a finished run means for its artifact, if it is of the suite in charge and saw today's evidence.
CREATE OR REPLACE FUNCTION gate.follow_run(
  p_tenant uuid, p_artifact uuid, p_run uuid, p_hard text[], p_soft text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  v_artifact gate.artifacts%ROWTYPE;
  v_run gate.eval_runs%ROWTYPE;
BEGIN
  SELECT * INTO v_artifact FROM gate.artifacts a WHERE a.tenant_id = p_tenant AND a.id = p_artifact FOR UPDATE;
  SELECT * INTO v_run FROM gate.eval_runs e WHERE e.tenant_id = p_tenant AND e.id = p_run;
  IF v_run.suite_id IS DISTINCT FROM gate.suite_of(p_tenant, v_artifact.kind)
     OR v_run.evidence_version <> v_artifact.current_evidence
     OR v_artifact.status NOT IN ('PENDING_EVAL', 'APPROVED')
  THEN
    RETURN;
  END IF;
  IF gate.why_not_approved(p_tenant, p_artifact) IS NULL THEN
    PERFORM gate.move_artifact(p_tenant, p_artifact, 'APPROVED', 'every check passed')
    WHERE v_artifact.status = 'PENDING_EVAL';
    RETURN;
  END IF;
  IF v_artifact.status = 'APPROVED' THEN
    PERFORM gate.move_artifact(p_tenant, p_artifact, 'PENDING_EVAL', 'a later evaluation did not pass');
  END IF;
  IF v_run.overall_pass THEN
    PERFORM gate.ask_for_review(p_tenant, p_artifact, CASE WHEN p_soft <> '{}'
      THEN 'doubts: ' || array_to_string(p_soft, ', ') ELSE 'a person decides' END);
  ELSE
    PERFORM gate.move_artifact(p_tenant, p_artifact, 'REJECTED', CASE WHEN p_hard <> '{}'
      THEN 'failed: ' || array_to_string(p_hard, ', ') ELSE format('its score, %s, is too low', v_run.overall_score) END);
  END IF;
END $$;

-- Approval ----------------------------------------------------------------------------------

-- The one rule: null where nothing stands in the way. The suite in charge has passed it on the
-- evidence of today, its text is where it was cited, and a person agreed where one was asked.
CREATE OR REPLACE FUNCTION gate.why_not_approved(p_tenant uuid, p_artifact uuid) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  v_artifact gate.artifacts%ROWTYPE;
  v_suite gate.eval_suites%ROWTYPE;
  v_run gate.eval_runs%ROWTYPE;
  v_live int;
  v_stale int;
BEGIN
  SELECT * INTO v_artifact FROM gate.artifacts a WHERE a.tenant_id = p_tenant AND a.id = p_artifact;
  SELECT s.* INTO v_suite FROM gate.eval_suites s WHERE s.id = gate.suite_of(p_tenant, v_artifact.kind);
  IF v_suite.id IS NULL THEN RETURN format('no suite judges %s', v_artifact.kind); END IF;
  SELECT count(*), count(*) FILTER (WHERE c.state = 'stale' OR c.is_suspect) INTO v_live, v_stale
  FROM gate.citations c
  WHERE c.tenant_id = p_tenant AND c.artifact_id = p_artifact AND c.replaced_at IS NULL;
  IF v_stale > 0 THEN RETURN format('%s of its %s quotes cannot be found in the documents', v_stale, v_live); END IF;
  IF v_suite.needs_citations AND v_live = 0 THEN RETURN 'it cites nothing'; END IF;
  SELECT e.* INTO v_run FROM gate.eval_runs e
  WHERE e.tenant_id = p_tenant AND e.artifact_id = p_artifact AND e.suite_id = v_suite.id
    AND e.status = 'SUCCEEDED' AND NOT e.is_trial
  ORDER BY e.finished_at DESC, e.created_at DESC LIMIT 1;
  IF v_run.id IS NULL THEN RETURN format('the suite %s has not judged it', v_suite.name); END IF;
  IF v_run.evidence_version <> v_artifact.current_evidence THEN RETURN 'its last evaluation saw other evidence'; END IF;
  IF NOT v_run.overall_pass THEN RETURN 'its last evaluation did not pass'; END IF;
  IF v_run.needs_review AND NOT EXISTS (
    SELECT 1 FROM gate.review_tasks t
    WHERE t.tenant_id = p_tenant AND t.artifact_id = p_artifact AND t.status = 'closed'
      AND t.evidence_version = v_artifact.current_evidence AND t.outcome = 'APPROVED'
      AND NOT EXISTS (SELECT 1 FROM gate.review_tasks l WHERE l.tenant_id = p_tenant
        AND l.artifact_id = p_artifact AND l.status = 'closed' AND l.closed_at > t.closed_at))
  THEN
    RETURN 'a person has to decide';
  END IF;
  RETURN NULL;
END $$;

-- A decision asked for by name: approving needs what approval needs, the rest a reason.
CREATE OR REPLACE FUNCTION gate.decide_artifact(p_id uuid, p_status text, p_reason text)
RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  v_tenant uuid := kernel.current_tenant();
  v_status text;
  v_why text;
BEGIN
  SELECT a.status::text INTO v_status FROM gate.artifacts a WHERE a.tenant_id = v_tenant AND a.id = p_id FOR UPDATE;
  IF v_status IS NULL THEN RETURN NULL; END IF;
  IF p_status = 'APPROVED' AND v_status <> 'APPROVED' AND gate.may_move(v_status, p_status) THEN
    v_why := gate.why_not_approved(v_tenant, p_id);
    IF v_why IS NOT NULL THEN
      RAISE EXCEPTION 'the gate refuses: %', v_why USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
  END IF;
  RETURN gate.move_artifact(v_tenant, p_id, p_status, p_reason);
END $$;
