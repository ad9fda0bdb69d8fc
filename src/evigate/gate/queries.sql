-- name: create_artifact^
SELECT id, version, status FROM gate.create_artifact(
  :id, :module_id, :kind, :key, :schema_version, :payload, :blob_sha256, :content_hash, :grounding,
  :evidence_version, :run_id, :citations, :difficulty, :tags, :supersedes, :producer)

-- name: decide_artifact$
SELECT gate.decide_artifact(:id, :status, :reason) AS status

-- name: get_artifact^
SELECT id, module_id, kind, key, version, status::text, schema_version, artifact_payload, blob_sha256,
       content_hash, grounding, evidence_version, current_evidence, run_id, difficulty, tags, supersedes,
       producer, stale_at, decided_by, decision_reason, approved_at, rejected_at, created_at
FROM gate.artifacts WHERE id = :id

-- name: list_artifacts
SELECT id, module_id, kind, key, version, status::text, schema_version, artifact_payload, blob_sha256,
       content_hash, grounding, evidence_version, current_evidence, run_id, difficulty, tags, supersedes,
       producer, stale_at, decided_by, decision_reason, approved_at, rejected_at, created_at
FROM gate.artifacts
WHERE (:module_id::uuid IS NULL OR module_id = :module_id)
  AND (:status::text IS NULL OR status::text = :status)
  AND (:kind::text IS NULL OR kind = :kind)
  AND (:run_id::uuid IS NULL OR run_id = :run_id)
ORDER BY created_at DESC, id DESC LIMIT :limit

-- name: artifact_payloads
SELECT id, key, artifact_payload FROM gate.artifacts WHERE id = ANY(:ids)

-- name: review_choices
SELECT DISTINCT a.kind, a.module_id, m.title AS module
FROM gate.review_tasks t
JOIN gate.artifacts a ON a.tenant_id = t.tenant_id AND a.id = t.artifact_id
JOIN evidence.modules m ON m.tenant_id = a.tenant_id AND m.id = a.module_id
WHERE t.status = 'open' ORDER BY m.title, a.kind, a.module_id LIMIT :limit

-- name: list_stale
SELECT id FROM gate.artifacts
WHERE module_id = :module_id AND stale_at IS NOT NULL AND status = 'PENDING_EVAL' ORDER BY id

-- name: list_versions
SELECT id, version, status::text, created_at, producer, decision_reason FROM gate.artifacts
WHERE (module_id, kind, key) = (SELECT a.module_id, a.kind, a.key FROM gate.artifacts a WHERE a.id = :id)
ORDER BY version

-- name: why_not_approved$
SELECT gate.why_not_approved(kernel.current_tenant(), :id) AS why

-- name: list_citations
SELECT c.id, c.artifact_id, c.ordinal, c.document_id, coalesce(d.title, d.file_name, d.source_uri) AS document,
       c.chunk_sha256, c.page, c.start_char, c.quote, c.heading_path, c.state, k.text AS context,
       d.store_id, k.start_char AS context_start
FROM gate.citations c
LEFT JOIN evidence.documents d ON d.tenant_id = c.tenant_id AND d.id = c.document_id
LEFT JOIN LATERAL (
  SELECT e.text, e.start_char FROM evidence.chunks e
  WHERE e.tenant_id = c.tenant_id AND e.module_id = c.module_id AND e.sha256 = c.chunk_sha256
    AND c.state <> 'stale'
  ORDER BY e.document_id <> c.document_id LIMIT 1) k ON true
WHERE c.artifact_id = ANY(:artifact_ids) AND c.replaced_at IS NULL
ORDER BY c.artifact_id, c.ordinal

-- name: recite_artifact$
SELECT gate.recite_artifact(:id, :citations) AS evidence

-- name: recheck_artifact$
SELECT gate.recheck_artifact(:id) AS stale

-- name: insert_generation_run!
INSERT INTO gate.generation_runs (id, module_id, agent_name, agent_version, model, model_params, prompt_id,
  store_name, metadata_filter)
VALUES (:id, :module_id, :agent_name, :agent_version, :model, :model_params, :prompt_id, :store_name, :metadata_filter)
ON CONFLICT (tenant_id, id) DO NOTHING

-- name: finish_generation_run!
UPDATE gate.generation_runs SET output_payload = :output, usage = :usage WHERE id = :id

-- name: get_generation_run^
SELECT g.id, g.module_id, g.agent_name, g.agent_version, g.model, g.model_params, g.prompt_id, g.store_name,
       g.metadata_filter, g.output_payload, g.usage, r.status, r.input, r.started_at, r.completed_at
FROM gate.generation_runs g JOIN kernel.runs r ON r.tenant_id = g.tenant_id AND r.id = g.id
WHERE g.id = :id

-- name: suite_in_charge$
SELECT gate.suite_of(kernel.current_tenant(), :kind) AS suite_id

-- name: get_suite^
SELECT id, name, version, description, pass_score, review, needs_citations, frozen_at, tenant_id IS NULL AS is_library
FROM gate.eval_suites WHERE id = :id

-- name: find_suite^
SELECT id, name, version, description, pass_score, review, needs_citations, frozen_at, tenant_id IS NULL AS is_library
FROM gate.eval_suites
WHERE name = :name AND (:version::int IS NULL OR version = :version)
ORDER BY tenant_id IS NULL, version DESC LIMIT 1

-- name: list_suites
SELECT id, name, version, description, pass_score, review, needs_citations, frozen_at, tenant_id IS NULL AS is_library
FROM gate.eval_suites ORDER BY name, version DESC, id

-- name: list_rules
SELECT id, suite_id, eval_type::text, min_score, max_score, weight, hard_fail, is_advisory, params
FROM gate.eval_rules WHERE suite_id = ANY(:suite_ids) ORDER BY suite_id, hard_fail DESC, is_advisory, eval_type

-- name: insert_suite!
INSERT INTO gate.eval_suites (id, name, version, description, pass_score, review, needs_citations)
VALUES (:id, :name, (SELECT coalesce(max(s.version), 0) + 1 FROM gate.eval_suites s
  WHERE s.name = :name AND s.tenant_id = kernel.current_tenant()),
  :description, :pass_score, :review, :needs_citations)

-- name: insert_rule!
INSERT INTO gate.eval_rules (suite_id, eval_type, min_score, max_score, weight, hard_fail, is_advisory, params)
VALUES (:suite_id, :eval_type::gate.eval_type, :min_score, :max_score, :weight, :hard_fail, :is_advisory, :params)

-- name: put_in_charge!
INSERT INTO gate.kind_suites (kind, suite_id) VALUES (:kind, :suite_id)

-- name: list_charges
SELECT DISTINCT ON (kind) kind, suite_id FROM gate.kind_suites
ORDER BY kind, tenant_id IS NULL, set_at DESC, id DESC

-- name: open_eval_run$
SELECT gate.open_eval_run(:id, :artifact_id, :suite_id, :judge_model, :judge_params, :prompt_id, :is_trial) AS id

-- name: record_results$
SELECT gate.record_results(:run_id, :results) AS recorded

-- name: close_eval_run^
SELECT status, overall_pass, overall_score, needs_review, artifact_status FROM gate.close_eval_run(:run_id)

-- name: fail_eval_run$
SELECT gate.fail_eval_run(:run_id, :error) AS failed

-- name: list_eval_runs
SELECT e.id, e.artifact_id, e.suite_id, s.name AS suite_name, s.version AS suite_version, e.judge_model,
       e.judge_params, e.evidence_version, e.is_trial, e.status::text, e.overall_pass, e.overall_score,
       e.needs_review, e.error, e.started_at, e.finished_at
FROM gate.eval_runs e JOIN gate.eval_suites s ON s.id = e.suite_id
-- A verdict is an eval run too: what a blind review hides is hidden here as well.
WHERE e.artifact_id = :artifact_id AND NOT EXISTS (
  SELECT 1 FROM gate.reviews r JOIN gate.review_tasks t ON t.tenant_id = r.tenant_id AND t.id = r.task_id
  WHERE r.tenant_id = e.tenant_id AND r.eval_run_id = e.id AND t.is_blind AND t.status = 'open'
    AND r.reviewer <> kernel.current_actor())
ORDER BY e.created_at DESC, e.id DESC

-- name: find_eval_run$
SELECT id FROM gate.eval_runs WHERE id = :run_id

-- name: list_results
SELECT r.eval_type::text, v.score, v.pass AS passed, r.hard_fail, r.is_advisory, r.min_score, r.max_score,
       r.weight, v.judge, v.judge_version, v.details,
       gate.judge_may_gate(v.tenant_id, v.judge, v.judge_version, r.eval_type) AS may_gate
FROM gate.eval_results v JOIN gate.eval_rules r ON r.id = v.rule_id
WHERE v.eval_run_id = :run_id AND NOT EXISTS (
  SELECT 1 FROM gate.reviews w JOIN gate.review_tasks t ON t.tenant_id = w.tenant_id AND t.id = w.task_id
  WHERE w.tenant_id = v.tenant_id AND w.eval_run_id = v.eval_run_id AND t.is_blind AND t.status = 'open'
    AND w.reviewer <> kernel.current_actor())
ORDER BY r.hard_fail DESC, r.is_advisory, r.eval_type

-- name: upsert_finding!
INSERT INTO gate.findings (artifact_id, fingerprint, rule, severity, element, message, fix)
VALUES (:artifact_id, :fingerprint, :rule, :severity, :element, :message, :fix)
ON CONFLICT (tenant_id, artifact_id, fingerprint) DO UPDATE SET
  seen_count = gate.findings.seen_count + 1, last_seen_at = now(), message = excluded.message,
  status = CASE gate.findings.status WHEN 'resolved' THEN 'open' ELSE gate.findings.status END,
  resolved_at = NULL

-- name: resolve_findings!
UPDATE gate.findings SET status = 'resolved', resolved_at = now()
WHERE artifact_id = :artifact_id AND rule = ANY(:rules) AND status = 'open' AND NOT fingerprint = ANY(:seen)

-- name: list_findings
SELECT id, artifact_id, fingerprint, rule, severity, element, message, fix, status, seen_count, first_seen_at, last_seen_at
FROM gate.findings
WHERE (:artifact_id::uuid IS NULL OR artifact_id = :artifact_id) AND (:status::text IS NULL OR status = :status)
ORDER BY last_seen_at DESC, id LIMIT :limit

-- name: keep_found!
INSERT INTO gate.findings (artifact_id, fingerprint, rule, severity, element, message, fix)
SELECT :artifact_id, r.fingerprint, r.rule, r.severity, r.element, r.message, r.fix
FROM jsonb_populate_recordset(NULL::gate.findings, :rows) r
ON CONFLICT (tenant_id, artifact_id, fingerprint) DO UPDATE
SET severity = excluded.severity, message = excluded.message, fix = excluded.fix, seen_count = gate.findings.seen_count + 1,
  last_seen_at = now(), status = CASE WHEN gate.findings.status = 'waived' THEN 'waived' ELSE 'open' END,
  resolved_at = NULL

-- name: resolve_found!
UPDATE gate.findings f SET status = 'resolved', resolved_at = now()
WHERE f.artifact_id = :artifact_id AND f.status = 'open' AND NOT f.fingerprint = ANY (:seen)
  AND EXISTS (SELECT 1 FROM unnest(:scopes::text[]) s (scope) WHERE starts_with(f.rule, s.scope))
  AND (:elements::text[] IS NULL OR f.element = ANY (:elements))

-- name: open_found
SELECT rule, severity, element, message, fix FROM gate.findings
WHERE artifact_id = :artifact_id AND status = 'open'
ORDER BY array_position(ARRAY['error', 'warning', 'info'], severity), rule, element, message

-- name: standing_of
SELECT fingerprint, status FROM gate.findings WHERE artifact_id = :artifact_id

-- name: waive_found!
UPDATE gate.findings SET status = 'waived', waived_reason = :reason
WHERE artifact_id = :artifact_id AND fingerprint = :fingerprint AND status = 'open'

-- name: waive_fail$
SELECT gate.waive_fail(:artifact_id, :eval_type, :reason) AS waived

-- name: open_review$
SELECT gate.open_review(:artifact_id, :reason, :wanted, :is_blind, :is_audit, :assigned_to) AS id

-- name: find_reviewer$
SELECT 'user:' || m.user_id FROM kernel.memberships m JOIN kernel.users u ON u.id = m.user_id
WHERE m.role = ANY(:roles) AND u.suspended_at IS NULL AND (u.email = lower(:named) OR 'user:' || m.user_id = :named)

-- name: assign_review$
SELECT gate.assign_review(:task_id, :assigned_to) AS assigned

-- name: record_review^
SELECT task_status, outcome, artifact_status, why_not
FROM gate.record_review(:id, :task_id, :verdict, :reasons, :comment, :duration_ms)

-- name: list_review_tasks
SELECT t.id, t.artifact_id, a.kind, a.module_id, t.reason, t.wanted, t.is_blind, t.is_audit, t.assigned_to,
       t.status, t.outcome::text, t.created_at,
       (SELECT count(*) FROM gate.reviews r WHERE r.tenant_id = t.tenant_id AND r.task_id = t.id)::int AS given
FROM gate.review_tasks t JOIN gate.artifacts a ON a.tenant_id = t.tenant_id AND a.id = t.artifact_id
WHERE (:task_id::uuid IS NULL OR t.id = :task_id)
  AND (:artifact_id::uuid IS NULL OR t.artifact_id = :artifact_id)
  AND (:module_id::uuid IS NULL OR a.module_id = :module_id)
  AND (:kind::text IS NULL OR a.kind = :kind)
  AND (:status::text IS NULL OR t.status = :status)
  AND (:assigned_to::text IS NULL OR t.assigned_to IS NULL OR t.assigned_to = :assigned_to)
  -- Whoever has spoken is not asked again.
  AND (:unseen_by::text IS NULL OR NOT EXISTS (SELECT 1 FROM gate.reviews r
    WHERE r.tenant_id = t.tenant_id AND r.task_id = t.id AND r.reviewer = :unseen_by))
ORDER BY t.created_at, t.id LIMIT :limit OFFSET :offset

-- name: list_reviews
SELECT r.id, r.task_id, r.artifact_id, r.reviewer, r.verdict::text, r.reasons, r.comment, r.duration_ms, r.created_at
FROM gate.reviews r JOIN gate.review_tasks t ON t.tenant_id = r.tenant_id AND t.id = r.task_id
WHERE (:artifact_id::uuid IS NULL OR r.artifact_id = :artifact_id)
  -- A blind review hides the others' verdicts until it is closed.
  AND (NOT t.is_blind OR t.status <> 'open' OR r.reviewer = kernel.current_actor())
ORDER BY r.created_at, r.id

-- name: insert_comment^
INSERT INTO gate.comments (artifact_id, body) VALUES (:artifact_id, :body)
RETURNING id, artifact_id, author, body, created_at,
  coalesce((SELECT u.email FROM kernel.users u WHERE u.id = kernel.person_in(author)), author) AS author_name

-- name: list_comments
SELECT id, artifact_id, author, body, created_at,
  coalesce((SELECT u.email FROM kernel.users u WHERE u.id = kernel.person_in(author)), author) AS author_name
FROM gate.comments WHERE artifact_id = :artifact_id
ORDER BY created_at, id

-- name: record_calibration$
SELECT gate.record_calibration(:judge, :version, :eval_type, :dataset, :is_own_kind, :scores, :labels, :threshold) AS id

-- name: list_judges
SELECT j.name, j.version, j.eval_type::text, j.nature,
       gate.judge_may_gate(kernel.current_tenant(), j.name, j.version, j.eval_type) AS may_gate,
       f.metric, f.floor, f.n_min
FROM gate.judges j LEFT JOIN gate.judge_floors f ON f.eval_type = j.eval_type
ORDER BY j.eval_type, j.name, j.version

-- name: list_calibrations
SELECT id, judge, version, eval_type::text, dataset, is_own_kind, n, negatives, auc, accuracy, kappa, alpha,
       veto_precision, threshold, tenant_id IS NULL AS is_library, created_at
FROM gate.judge_calibrations ORDER BY eval_type, judge, version, created_at DESC, id

-- name: review_labels
SELECT v.judge, v.judge_version, r.eval_type::text, v.score::float8, (t.outcome = 'APPROVED') AS label,
       coalesce(r.min_score, 0)::float8 AS threshold
FROM gate.review_tasks t
JOIN LATERAL (
  SELECT e.id FROM gate.eval_runs e
  WHERE e.tenant_id = t.tenant_id AND e.artifact_id = t.artifact_id AND e.status = 'SUCCEEDED'
    AND NOT starts_with(e.judge_model, 'human:') AND e.evidence_version = t.evidence_version
  ORDER BY e.finished_at DESC LIMIT 1) e ON true
JOIN gate.eval_results v ON v.tenant_id = t.tenant_id AND v.eval_run_id = e.id AND v.score IS NOT NULL
JOIN gate.eval_rules r ON r.id = v.rule_id
WHERE t.status = 'closed' AND r.max_score IS NULL

-- name: insert_prompt^
INSERT INTO gate.prompt_versions (id, name, version, content, inputs, metadata)
VALUES (:id, :name, :version, :content, :inputs, :metadata)
RETURNING id, name, version, content, inputs, metadata, sha256, created_at

-- name: activate_prompt!
INSERT INTO gate.prompt_activations (name, prompt_id)
SELECT p.name, p.id FROM gate.prompt_versions p WHERE p.id = :id

-- name: active_prompt^
SELECT p.id, p.name, p.version, p.content, p.inputs, p.metadata, p.sha256, p.created_at
FROM gate.prompt_activations a JOIN gate.prompt_versions p ON p.id = a.prompt_id
WHERE a.name = :name ORDER BY a.tenant_id IS NULL, a.activated_at DESC, a.id DESC LIMIT 1

-- name: list_prompts
SELECT p.id, p.name, p.version, p.content, p.inputs, p.metadata, p.sha256, p.created_at,
       p.tenant_id IS NULL AS is_library,
       p.id = (SELECT a.prompt_id FROM gate.prompt_activations a WHERE a.name = p.name
               ORDER BY a.tenant_id IS NULL, a.activated_at DESC, a.id DESC LIMIT 1) AS is_active
FROM gate.prompt_versions p ORDER BY p.name, p.created_at DESC, p.id

-- name: get_prompt^
SELECT id, name, version, content, inputs, metadata, sha256, created_at FROM gate.prompt_versions WHERE id = :id

-- name: paired_scores
SELECT a.kind, a.key, r.eval_type::text, v.score::float8, e.overall_pass, e.overall_score::float8, e.id AS run_id
FROM gate.eval_runs e
JOIN gate.artifacts a ON a.tenant_id = e.tenant_id AND a.id = e.artifact_id
JOIN gate.eval_results v ON v.tenant_id = e.tenant_id AND v.eval_run_id = e.id
JOIN gate.eval_rules r ON r.id = v.rule_id
WHERE e.id = ANY(:run_ids)
ORDER BY a.kind, a.key, r.eval_type

-- name: artifacts_to_judge
SELECT a.id, a.kind FROM gate.artifacts a
WHERE (:module_id::uuid IS NULL OR a.module_id = :module_id)
  AND (cardinality(:kinds::text[]) = 0 OR a.kind = ANY(:kinds))
  AND (:status::text IS NULL OR a.status = :status::gate.artifact_status)
  AND (:run_id::uuid IS NULL OR a.run_id = :run_id)
  AND a.artifact_payload IS NOT NULL
ORDER BY a.id LIMIT :limit

-- name: people_of_tenant
SELECT u.display_name AS name FROM kernel.users u
JOIN kernel.memberships m ON m.user_id = u.id AND m.tenant_id = kernel.current_tenant()
WHERE position(' ' IN trim(u.display_name)) > 0 ORDER BY u.display_name LIMIT :limit

-- name: sample_approved
SELECT a.id FROM gate.artifacts a
WHERE a.status = 'APPROVED' AND a.stale_at IS NULL
  AND (:module_id::uuid IS NULL OR a.module_id = :module_id) AND (:kind::text IS NULL OR a.kind = :kind)
  AND NOT EXISTS (SELECT 1 FROM gate.review_tasks t
    WHERE t.tenant_id = a.tenant_id AND t.artifact_id = a.id AND t.status <> 'cancelled')
ORDER BY md5(a.id::text || current_date::text), a.id LIMIT :limit

-- name: verdicts_of_closed
SELECT r.task_id, r.verdict::text FROM gate.reviews r
JOIN gate.review_tasks t ON t.tenant_id = r.tenant_id AND t.id = r.task_id AND t.status = 'closed'
JOIN gate.artifacts a ON a.tenant_id = t.tenant_id AND a.id = t.artifact_id
WHERE t.wanted > 1 AND (:module_id::uuid IS NULL OR a.module_id = :module_id)
  AND (:kind::text IS NULL OR a.kind = :kind)
ORDER BY r.task_id, r.created_at, r.id LIMIT :limit

-- name: list_trials
SELECT (e.judge_params ->> 'trial')::uuid AS id, min(s.name || '@' || s.version) AS suite,
       string_agg(DISTINCT e.judge_model, ', ' ORDER BY e.judge_model) AS judge,
       coalesce(array_agg(DISTINCT p.name || ' ' || p.version) FILTER (WHERE p.id IS NOT NULL), '{}') AS prompts,
       count(*)::int AS artifacts, count(*) FILTER (WHERE e.overall_pass)::int AS passed,
       avg(e.overall_score)::float8 AS mean, min(e.started_at) AS started_at
FROM gate.eval_runs e JOIN gate.eval_suites s ON s.id = e.suite_id
LEFT JOIN gate.prompt_versions p ON p.id = e.prompt_version_id
WHERE e.is_trial AND e.judge_params ? 'trial'
GROUP BY e.judge_params ->> 'trial' ORDER BY min(e.started_at) DESC LIMIT :limit

-- name: runs_of_trial
SELECT id FROM gate.eval_runs
WHERE is_trial AND judge_params ? 'trial' AND judge_params ->> 'trial' = :trial_id ORDER BY created_at, id
