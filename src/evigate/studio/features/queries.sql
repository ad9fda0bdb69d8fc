-- name: put_seed!
INSERT INTO studio.feature_seeds (id, project_id, key, position, seed_type, feature_name, priority, confidence, source_field,
  claim_id, quote, rationale, discovery_version)
VALUES (:id, :project_id, :key, :position, :seed_type, :feature_name, :priority, :confidence, :source_field, :claim_id, :quote,
  :rationale, :discovery_version)

-- name: supersede_seeds!
UPDATE studio.feature_seeds SET superseded_at = now() WHERE project_id = :project_id AND superseded_at IS NULL

-- name: list_seeds
SELECT key, seed_type, feature_name, priority, confidence::float8 AS confidence, source_field, claim_id, quote, rationale
FROM studio.feature_seeds WHERE project_id = :project_id AND superseded_at IS NULL ORDER BY position

-- name: list_decisions
SELECT seed_key, decision, reason, decided_by FROM studio.seed_decisions WHERE project_id = :project_id

-- name: decide_seed!
INSERT INTO studio.seed_decisions (project_id, seed_key, decision, reason)
VALUES (:project_id, :seed_key, :decision, :reason)
ON CONFLICT (tenant_id, project_id, seed_key) DO UPDATE
SET decision = excluded.decision, reason = excluded.reason, decided_by = excluded.decided_by, decided_at = now()

-- name: undecide_seed!
DELETE FROM studio.seed_decisions WHERE project_id = :project_id AND seed_key = :seed_key

-- name: insert_candidate_set!
INSERT INTO studio.candidate_sets (id, project_id, discovery_version, candidates, metadata, content_hash)
VALUES (:id, :project_id, :discovery_version, :candidates, :metadata, :content_hash)

-- name: get_candidate_set^
SELECT id, discovery_version, candidates, metadata, content_hash, generated_at
FROM studio.candidate_sets WHERE id = :id

-- name: put_curation!
INSERT INTO studio.curations (id, project_id, candidate_set_id, discovery_version, user_profiles, priority_signals, constraints)
VALUES (:id, :project_id, :candidate_set_id, :discovery_version, :user_profiles, :priority_signals, :constraints)
ON CONFLICT (tenant_id, project_id) DO UPDATE
SET candidate_set_id = excluded.candidate_set_id, discovery_version = excluded.discovery_version,
  user_profiles = excluded.user_profiles, priority_signals = excluded.priority_signals,
  constraints = excluded.constraints, stale_reason = NULL, updated_at = now()

-- name: get_curation^
SELECT id, candidate_set_id, discovery_version, status, source_hash, stale_reason, created_at, updated_at
FROM studio.curations WHERE project_id = :project_id

-- name: touch_curation!
UPDATE studio.curations SET source_hash = :source_hash, status = 'in_progress', completed_at = NULL, updated_at = now()
WHERE project_id = :project_id

-- name: complete_curation!
UPDATE studio.curations SET status = 'completed', completed_at = now(), updated_at = now()
WHERE project_id = :project_id AND status <> 'completed'

-- name: list_features
SELECT id, key, title, summary, category, effort, origin, needed_by, depends, excludes, accept, seed_keys,
       score::float8 AS score, is_selected, importance, position, notes, version
FROM studio.features WHERE project_id = :project_id ORDER BY position, key

-- name: put_feature!
INSERT INTO studio.features (id, project_id, candidate_set_id, key, title, summary, category, effort, origin, needed_by,
  depends, excludes, accept, seed_keys, score, is_selected, importance, position, notes, version)
VALUES (:id, :project_id, :candidate_set_id, :key, :title, :summary, :category, :effort, :origin, :needed_by,
  :depends, :excludes, :accept, :seed_keys, :score, :is_selected, :importance, :position, :notes, :version)
ON CONFLICT (tenant_id, project_id, key) DO UPDATE
SET title = excluded.title, summary = excluded.summary, effort = excluded.effort, origin = excluded.origin,
  needed_by = excluded.needed_by, depends = excluded.depends, excludes = excluded.excludes, accept = excluded.accept,
  seed_keys = excluded.seed_keys, score = excluded.score, is_selected = excluded.is_selected,
  importance = excluded.importance, position = excluded.position, notes = excluded.notes, version = excluded.version,
  updated_at = now()

-- A question stays while one of the features that asked for it does; answers are never taken away.
-- name: withdraw_questions!
UPDATE studio.plan_questions q SET status = 'withdrawn', version = q.version + 1, updated_at = now()
FROM studio.question_plans p
WHERE p.tenant_id = q.tenant_id AND p.id = q.plan_id AND p.project_id = :project_id
  AND p.status IN ('ready', 'in_progress', 'completed') AND q.status <> 'withdrawn'
  AND cardinality(q.feature_keys) > 0 AND NOT q.feature_keys && :selected

-- name: restore_questions!
UPDATE studio.plan_questions q SET version = q.version + 1, updated_at = now(),
  status = CASE WHEN EXISTS (SELECT 1 FROM studio.answers a WHERE a.tenant_id = q.tenant_id
      AND a.project_id = q.project_id AND a.question_key = q.key) THEN 'answered'
    WHEN q.prefill IS NOT NULL THEN 'prefilled' ELSE 'pending' END
FROM studio.question_plans p
WHERE p.tenant_id = q.tenant_id AND p.id = q.plan_id AND p.project_id = :project_id
  AND p.status IN ('ready', 'in_progress', 'completed') AND q.status = 'withdrawn' AND q.feature_keys && :selected
