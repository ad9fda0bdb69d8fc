-- name: module_title$
SELECT e.title FROM learning.modules m JOIN evidence.modules e ON e.tenant_id = m.tenant_id AND e.id = m.module_id
WHERE m.module_id = :id

-- name: insert_session!
INSERT INTO learning.sessions (id, user_id, module_id, mode, item_limit, kinds)
VALUES (:id, :user_id, :module_id, :mode, :item_limit, :kinds)

-- name: get_session^
SELECT s.id, s.user_id, s.module_id, m.title AS module, s.status, s.mode, s.item_limit, s.kinds, s.mastery_state,
       s.current_artifact_id, s.created_at, s.completed_at,
       coalesce(t.n, 0) AS answered, coalesce(t.correct, 0) AS correct, t.score
FROM learning.sessions s
JOIN evidence.modules m ON m.tenant_id = s.tenant_id AND m.id = s.module_id
LEFT JOIN LATERAL (
  SELECT count(*)::int AS n, count(*) FILTER (WHERE a.is_correct)::int AS correct, avg(a.score)::float8 AS score
  FROM learning.attempts a WHERE a.tenant_id = s.tenant_id AND a.session_id = s.id) t ON true
WHERE s.id = :id

-- name: list_sessions
SELECT s.id, s.user_id, s.module_id, m.title AS module, s.status, s.mode, s.item_limit, s.kinds, s.mastery_state,
       s.current_artifact_id, s.created_at, s.completed_at,
       coalesce(t.n, 0) AS answered, coalesce(t.correct, 0) AS correct, t.score
FROM learning.sessions s
JOIN evidence.modules m ON m.tenant_id = s.tenant_id AND m.id = s.module_id
LEFT JOIN LATERAL (
  SELECT count(*)::int AS n, count(*) FILTER (WHERE a.is_correct)::int AS correct, avg(a.score)::float8 AS score
  FROM learning.attempts a WHERE a.tenant_id = s.tenant_id AND a.session_id = s.id) t ON true
WHERE (:user_id::uuid IS NULL OR s.user_id = :user_id) AND (:module_id::uuid IS NULL OR s.module_id = :module_id)
ORDER BY s.created_at DESC, s.id DESC LIMIT :limit

-- name: lock_session^
SELECT id, status, item_limit, current_artifact_id FROM learning.sessions WHERE id = :id FOR UPDATE

-- name: ask!
UPDATE learning.sessions SET current_artifact_id = :artifact_id WHERE id = :id AND status = 'ACTIVE'

-- name: count_shown!
UPDATE learning.items SET shown_count = shown_count + 1 WHERE artifact_id = :artifact_id

-- name: modules_to_measure
-- Of every tenant: modules with first answers that no measurement has seen.
SELECT DISTINCT i.tenant_id, i.module_id FROM learning.items i
JOIN learning.attempts t ON t.tenant_id = i.tenant_id AND t.artifact_id = i.artifact_id
  AND t.is_first AND t.is_correct IS NOT NULL
LEFT JOIN learning.item_stats s ON s.tenant_id = i.tenant_id AND s.artifact_id = i.artifact_id
WHERE s.fitted_at IS NULL OR t.created_at > s.fitted_at
ORDER BY i.tenant_id, i.module_id LIMIT :limit

-- name: end_session!
UPDATE learning.sessions SET status = :status, completed_at = clock_timestamp(), current_artifact_id = NULL,
  mastery_state = :mastery_state
WHERE id = :id AND status = 'ACTIVE'

-- name: pool
SELECT b.artifact_id AS id, b.kind, b.difficulty_prior, s.a, s.b, i.shown_count AS exposure
FROM learning.approved_bank b
JOIN learning.items i ON i.tenant_id = b.tenant_id AND i.artifact_id = b.artifact_id
LEFT JOIN learning.item_stats s ON s.tenant_id = b.tenant_id AND s.artifact_id = b.artifact_id
WHERE b.module_id = :module_id ORDER BY b.artifact_id

-- name: known_of_learner^
SELECT
  ARRAY(SELECT DISTINCT t.artifact_id FROM learning.attempts t WHERE t.user_id = :user_id) AS seen,
  ARRAY(SELECT t.artifact_id FROM learning.attempts t WHERE t.session_id = :session_id) AS asked,
  ARRAY(SELECT c.artifact_id FROM learning.cards c WHERE c.user_id = :user_id AND c.module_id = :module_id
    ORDER BY c.artifact_id) AS planned,
  ARRAY(SELECT c.due FROM learning.cards c WHERE c.user_id = :user_id AND c.module_id = :module_id
    ORDER BY c.artifact_id) AS due,
  (SELECT b.theta::float8 FROM learning.abilities b WHERE b.user_id = :user_id AND b.module_id = :module_id) AS theta

-- name: bank_item^
SELECT b.artifact_id AS id, b.module_id, b.kind, b.section, b.difficulty_prior, a.artifact_payload AS payload,
       s.a, s.b, s.median_latency_ms
FROM learning.approved_bank b
JOIN gate.artifacts a ON a.tenant_id = b.tenant_id AND a.id = b.artifact_id
LEFT JOIN learning.item_stats s ON s.tenant_id = b.tenant_id AND s.artifact_id = b.artifact_id
WHERE b.artifact_id = :id

-- name: find_attempt^
SELECT id, artifact_id, is_correct, score, confidence, feedback, graded_by FROM learning.attempts
WHERE session_id = :session_id AND idempotency_key = :key

-- name: insert_attempt^
INSERT INTO learning.attempts (id, session_id, artifact_id, user_id, is_correct, user_answer, score, confidence,
  feedback, graded_by, hint_used, latency_ms, idempotency_key)
VALUES (:id, :session_id, :artifact_id, :user_id, :is_correct, :user_answer, :score, :confidence, :feedback,
  :graded_by, :hint_used, :latency_ms, :key)
RETURNING id, is_correct, is_first

-- name: get_attempt^
SELECT t.id, t.session_id, t.artifact_id, t.user_id, t.is_correct, t.graded_by, r.rating
FROM learning.attempts t LEFT JOIN learning.self_ratings r ON r.tenant_id = t.tenant_id AND r.attempt_id = t.id
WHERE t.id = :id

-- name: insert_rating!
INSERT INTO learning.self_ratings (attempt_id, rating) VALUES (:attempt_id, :rating)
ON CONFLICT (tenant_id, attempt_id) DO NOTHING

-- name: get_card^
SELECT state, due, reps, lapses FROM learning.cards WHERE user_id = :user_id AND artifact_id = :artifact_id FOR UPDATE

-- name: upsert_card!
INSERT INTO learning.cards (user_id, artifact_id, module_id, state, due, stability, last_review, reps, lapses)
VALUES (:user_id, :artifact_id, :module_id, :state, :due, :stability, :now, 1, :lapsed::int)
ON CONFLICT (tenant_id, user_id, artifact_id) DO UPDATE SET state = excluded.state, due = excluded.due,
  stability = excluded.stability, last_review = excluded.last_review, reps = learning.cards.reps + 1,
  lapses = learning.cards.lapses + excluded.lapses

-- name: get_ability^
SELECT theta::float8, se::float8, n FROM learning.abilities WHERE user_id = :user_id AND module_id = :module_id

-- name: upsert_ability!
INSERT INTO learning.abilities (user_id, module_id, theta, se, n) VALUES (:user_id, :module_id, :theta, :se, 1)
ON CONFLICT (tenant_id, user_id, module_id) DO UPDATE SET theta = excluded.theta, se = excluded.se,
  n = learning.abilities.n + 1, updated_at = now()

-- name: insert_statement!
INSERT INTO learning.statements (id, attempt_id, session_id, statement)
VALUES (:id, :attempt_id, :session_id, :statement)

-- name: list_statements
SELECT id, statement, sent_at, error, attempts, created_at FROM learning.statements
WHERE (NOT :is_unsent OR sent_at IS NULL) ORDER BY created_at, id LIMIT :limit

-- name: mark_sent!
UPDATE learning.statements SET sent_at = clock_timestamp(), attempts = attempts + 1, error = NULL WHERE id = ANY(:ids)

-- name: mark_unsent!
UPDATE learning.statements SET attempts = attempts + 1, error = :error WHERE id = ANY(:ids)

-- name: history
SELECT t.id, t.session_id, t.artifact_id, i.kind, i.question, t.is_correct, t.score, t.created_at, t.latency_ms,
       a.status = 'RETIRED' OR p.withdrawn_at IS NOT NULL AS is_withdrawn
FROM learning.attempts t
JOIN learning.items i ON i.tenant_id = t.tenant_id AND i.artifact_id = t.artifact_id
LEFT JOIN gate.artifacts a ON a.tenant_id = t.tenant_id AND a.id = t.artifact_id
LEFT JOIN gate.approvals p ON p.tenant_id = t.tenant_id AND p.artifact_id = t.artifact_id
WHERE t.session_id = :session_id ORDER BY t.created_at, t.id

-- name: answered
SELECT t.user_id, u.display_name AS learner, t.artifact_id, i.kind, i.objective_id, i.section, t.is_correct, t.choice,
       t.latency_ms, t.is_first, t.created_at, r.rating
FROM learning.attempts t
JOIN learning.items i ON i.tenant_id = t.tenant_id AND i.artifact_id = t.artifact_id
JOIN kernel.users u ON u.id = t.user_id
LEFT JOIN learning.self_ratings r ON r.tenant_id = t.tenant_id AND r.attempt_id = t.id
WHERE i.module_id = :module_id AND (:user_id::uuid IS NULL OR t.user_id = :user_id)
ORDER BY t.created_at, t.id LIMIT :limit

-- name: payloads
SELECT id, artifact_payload AS payload FROM gate.artifacts WHERE id = ANY(:ids)

-- name: priors
SELECT artifact_id AS id, kind, difficulty_prior FROM learning.items WHERE module_id = :module_id

-- name: upsert_stats!
INSERT INTO learning.item_stats (artifact_id, n, p, rpbis, a, b, se_a, se_b, median_latency_ms, options, flags, fitted_at)
VALUES (:artifact_id, :n, :p, :rpbis, :a, :b, :se_a, :se_b, :median_latency_ms, :options, :flags, now())
ON CONFLICT (tenant_id, artifact_id) DO UPDATE SET n = excluded.n, p = excluded.p, rpbis = excluded.rpbis,
  a = excluded.a, b = excluded.b, se_a = excluded.se_a, se_b = excluded.se_b,
  median_latency_ms = excluded.median_latency_ms, options = excluded.options, flags = excluded.flags,
  fitted_at = excluded.fitted_at

-- name: list_stats
SELECT s.artifact_id AS id, i.question, i.kind, a.status::text, s.n, s.p, s.rpbis, s.a, s.b, s.se_a, s.se_b,
       s.median_latency_ms, s.options, s.flags, s.fitted_at
FROM learning.item_stats s
JOIN learning.items i ON i.tenant_id = s.tenant_id AND i.artifact_id = s.artifact_id
JOIN gate.artifacts a ON a.tenant_id = s.tenant_id AND a.id = s.artifact_id
WHERE i.module_id = :module_id ORDER BY cardinality(s.flags) DESC, s.n DESC, s.artifact_id

-- name: due_cards
SELECT c.artifact_id AS id, i.question, c.state, c.due, c.stability, c.reps, c.lapses, c.last_review, i.objective_id
FROM learning.cards c JOIN learning.items i ON i.tenant_id = c.tenant_id AND i.artifact_id = c.artifact_id
WHERE c.module_id = :module_id AND c.user_id = :user_id ORDER BY c.due, c.artifact_id

-- name: class_cards
SELECT c.user_id, c.state FROM learning.cards c WHERE c.module_id = :module_id
ORDER BY c.user_id, c.artifact_id LIMIT :limit

-- name: class_abilities
SELECT b.user_id, u.display_name AS learner, b.theta::float8, b.se::float8, b.n, b.updated_at
FROM learning.abilities b JOIN kernel.users u ON u.id = b.user_id
WHERE b.module_id = :module_id ORDER BY b.theta DESC, b.user_id

-- name: attempt_shown^
SELECT t.id, t.artifact_id, t.is_correct, t.score, t.confidence, t.feedback, t.graded_by, t.user_answer, t.hint_used,
       c.due, r.rating, i.kind, a.artifact_payload AS payload,
       (SELECT count(*) FROM learning.attempts o WHERE o.tenant_id = t.tenant_id AND o.session_id = t.session_id
          AND (o.created_at, o.id) <= (t.created_at, t.id))::int AS number
FROM learning.attempts t
LEFT JOIN learning.items i ON i.tenant_id = t.tenant_id AND i.artifact_id = t.artifact_id
LEFT JOIN gate.artifacts a ON a.tenant_id = t.tenant_id AND a.id = t.artifact_id
LEFT JOIN learning.cards c ON c.tenant_id = t.tenant_id AND c.artifact_id = t.artifact_id AND c.user_id = t.user_id
LEFT JOIN learning.self_ratings r ON r.tenant_id = t.tenant_id AND r.attempt_id = t.id
WHERE t.id = :id AND t.session_id = :session_id

-- name: count_due
SELECT c.module_id, count(*) FILTER (WHERE c.due <= now())::int AS due, count(*)::int AS seen
FROM learning.cards c JOIN learning.approved_bank b ON b.tenant_id = c.tenant_id AND b.artifact_id = c.artifact_id
WHERE c.user_id = :user_id GROUP BY c.module_id
