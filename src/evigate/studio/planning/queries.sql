-- name: set_patience$
SELECT set_config('statement_timeout', :patience, true)

-- name: live_plan^
SELECT p.id, p.number, p.status, p.run_id, p.source_hash, p.library_version, p.sections, p.notices, p.stale_reason,
       p.created_at, p.generated_at
FROM studio.question_plans p
WHERE p.project_id = :project_id AND p.status IN ('ready', 'in_progress', 'completed')

-- name: newest_plan^
SELECT p.id, p.number, p.status, p.run_id, p.source_hash, p.library_version, p.sections, p.notices, p.stale_reason,
       p.created_at, p.generated_at
FROM studio.question_plans p WHERE p.project_id = :project_id ORDER BY p.number DESC LIMIT 1

-- name: begin_plan!
INSERT INTO studio.question_plans (id, project_id, run_id, number, source_hash)
SELECT :id, :project_id, :run_id, coalesce(max(number), 0) + 1, :source_hash
FROM studio.question_plans WHERE project_id = :project_id

-- name: plan_of_run^
SELECT p.id, p.project_id, p.status FROM studio.question_plans p WHERE p.run_id = :run_id

-- name: end_plan!
UPDATE studio.question_plans SET status = 'failed' WHERE id = :id AND status = 'generating'

-- name: supersede_plans!
UPDATE studio.question_plans SET status = 'superseded'
WHERE project_id = :project_id AND status IN ('ready', 'in_progress', 'completed')

-- name: ready_plan!
UPDATE studio.question_plans SET status = 'ready', generated_at = now(), source_hash = :source_hash,
  library_version = :library_version, sections = :sections, notices = :notices
WHERE id = :id AND status = 'generating'

-- The plan's status follows its questions.
-- name: follow_questions!
UPDATE studio.question_plans p SET status = CASE
  WHEN NOT EXISTS (SELECT 1 FROM studio.plan_questions q WHERE q.tenant_id = p.tenant_id AND q.plan_id = p.id
    AND q.status IN ('pending', 'prefilled', 'rejected')) THEN 'completed' ELSE 'in_progress' END
WHERE p.id = :plan_id AND p.status IN ('ready', 'in_progress', 'completed')

-- name: insert_question!
INSERT INTO studio.plan_questions (id, project_id, plan_id, key, position, feature_key, feature_keys, group_key, ask, why,
  kind, options, weight, is_required, origins, prefill, prefill_confidence, prefill_source, prefill_explanation, rejected,
  status, reason)
VALUES (:id, :project_id, :plan_id, :key, :position, :feature_key, :feature_keys, :group_key, :ask, :why, :kind, :options,
  :weight, :is_required, :origins, :prefill, :prefill_confidence, :prefill_source, :prefill_explanation, :rejected,
  :status, :reason)

-- name: list_questions
SELECT q.id, q.key, q.position, q.feature_key, q.feature_keys, q.group_key, q.ask, q.why, q.kind, q.options, q.weight,
       q.is_required, q.origins, q.prefill, q.prefill_confidence::float8 AS prefill_confidence, q.prefill_source,
       q.prefill_explanation, q.rejected, q.status, q.reason, q.version,
       a.version AS answer_version, a.value AS answer_value, a.source AS answer_source, a.answered_by, a.answered_at,
       a.processing_results
FROM studio.plan_questions q
LEFT JOIN LATERAL (SELECT * FROM studio.answers a WHERE a.tenant_id = q.tenant_id AND a.project_id = q.project_id
  AND a.question_key = q.key ORDER BY a.version DESC LIMIT 1) a ON true
WHERE q.plan_id = :plan_id ORDER BY q.position, q.key

-- name: put_question!
UPDATE studio.plan_questions SET prefill = :prefill, prefill_confidence = :prefill_confidence,
  prefill_source = :prefill_source, prefill_explanation = :prefill_explanation, rejected = :rejected, status = :status,
  reason = :reason, version = version + 1, updated_at = now()
WHERE id = :id AND version = :version

-- name: insert_answer!
INSERT INTO studio.answers (id, project_id, question_id, question_key, version, value, source, idempotency_key,
  processing_results)
VALUES (:id, :project_id, :question_id, :question_key, :version, :value, :source, :idempotency_key, :processing_results)

-- name: find_answer^
SELECT question_key, value, version FROM studio.answers
WHERE project_id = :project_id AND idempotency_key = :idempotency_key

-- name: newest_answers
SELECT DISTINCT ON (a.question_key) a.question_key, a.value, a.version, a.source FROM studio.answers a
WHERE a.project_id = :project_id ORDER BY a.question_key, a.version DESC

-- name: answer_history
SELECT a.version, a.value, a.source, a.answered_by, a.answered_at, a.processing_results FROM studio.answers a
WHERE a.project_id = :project_id AND a.question_key = :question_key ORDER BY a.version

-- name: count_answers$
SELECT count(*) FROM studio.answers WHERE project_id = :project_id

-- name: list_patterns
SELECT id, pattern_key, pattern_name, confidence::float8 AS confidence, signals, settles, spec_additions, status, version
FROM studio.pattern_detections WHERE project_id = :project_id ORDER BY confidence DESC, pattern_key

-- A pattern that was decided on stays as it was decided.
-- name: put_pattern!
INSERT INTO studio.pattern_detections (id, project_id, pattern_key, pattern_name, confidence, signals, settles,
  spec_additions)
VALUES (:id, :project_id, :pattern_key, :pattern_name, :confidence, :signals, :settles, :spec_additions)
ON CONFLICT (tenant_id, project_id, pattern_key) DO UPDATE
SET confidence = excluded.confidence, signals = excluded.signals, pattern_name = excluded.pattern_name,
  settles = excluded.settles, spec_additions = excluded.spec_additions

-- What nothing speaks for any more is no proposal.
-- name: drop_patterns!
DELETE FROM studio.pattern_detections WHERE project_id = :project_id AND status = 'detected'
  AND NOT pattern_key = ANY (:keys)

-- name: move_pattern!
UPDATE studio.pattern_detections SET status = :status, version = version + 1,
  decided_at = CASE WHEN :status = 'detected' THEN NULL ELSE now() END,
  decided_by = CASE WHEN :status = 'detected' THEN NULL ELSE kernel.current_actor() END
WHERE id = :id AND version = :version

-- name: newest_artifact^
SELECT a.id, a.kind, a.version, a.status::text AS status, a.content_hash, a.artifact_payload AS payload, a.grounding,
       a.decision_reason, a.decided_by, a.created_at, EXISTS (SELECT 1 FROM gate.review_tasks t
         WHERE t.tenant_id = a.tenant_id AND t.artifact_id = a.id AND t.status = 'open') AS is_in_review,
       (SELECT p.content_hash FROM gate.approvals p WHERE p.tenant_id = a.tenant_id AND p.artifact_id = a.id
          AND p.withdrawn_at IS NULL) AS pinned_hash
FROM gate.artifacts a WHERE a.module_id = :module_id AND a.kind = :kind AND a.status <> 'RETIRED'
ORDER BY a.version DESC LIMIT 1

-- name: see_mistake^
INSERT INTO studio.mistakes (id, kind, signature, place, description, strategy)
VALUES (:id, :kind, :signature, :place, :description, :strategy)
ON CONFLICT (tenant_id, signature) DO UPDATE
SET occurrences = studio.mistakes.occurrences + 1, last_seen = now()
RETURNING strategy, disabled_at

-- name: tell_mistake!
UPDATE studio.mistakes SET fixed = fixed + :fixed, failed = failed + :failed,
  disabled_at = CASE WHEN failed + :failed >= 2 THEN coalesce(disabled_at, now()) END
WHERE signature = :signature

-- name: list_mistakes
SELECT kind, signature, place, description, strategy, occurrences, fixed, failed, disabled_at, first_seen, last_seen
FROM studio.mistakes ORDER BY occurrences DESC, signature

-- The tasks that planning made, with what each is about.
-- name: list_left
SELECT t.id, t.component_key, g.kind, g.target, t.status = 'pending' AS is_open
FROM studio.tasks t JOIN studio.task_targets g ON g.tenant_id = t.tenant_id AND g.task_id = t.id
WHERE t.project_id = :project_id AND t.component_key IN ('integration', 'plan-question', 'document')
ORDER BY t.created_at, t.id
