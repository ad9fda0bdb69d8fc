-- name: insert_item!
INSERT INTO learning.items (artifact_id, module_id, kind, question, concept, objective_id, section, tags,
  difficulty, difficulty_prior, page, search, origin)
VALUES (:artifact_id, :module_id, :kind, :question, :concept, :objective_id, :section, :tags, :difficulty,
  :difficulty_prior, :page, :search, :origin)
ON CONFLICT (tenant_id, artifact_id) DO NOTHING

-- name: list_items
SELECT i.artifact_id AS id, i.module_id, i.kind, i.question, i.concept, i.objective_id, i.section, i.tags,
       i.difficulty, i.difficulty_prior, i.page, i.origin, a.status::text, a.version, a.stale_at, a.producer,
       a.decision_reason, a.created_at, a.approved_at, coalesce(s.n, 0) AS answers, s.p, s.flags,
       count(*) OVER ()::int AS total
FROM learning.items i
JOIN gate.artifacts a ON a.tenant_id = i.tenant_id AND a.id = i.artifact_id
LEFT JOIN learning.item_stats s ON s.tenant_id = i.tenant_id AND s.artifact_id = i.artifact_id
WHERE (:module_id::uuid IS NULL OR i.module_id = :module_id)
  AND (:status::text IS NULL OR a.status = :status::gate.artifact_status)
  AND (:kind::text IS NULL OR i.kind = :kind)
  AND (:difficulty::text IS NULL OR i.difficulty = :difficulty)
  AND (:tag::text IS NULL OR :tag = ANY(i.tags))
  AND (:objective_id::uuid IS NULL OR i.objective_id = :objective_id)
  AND (:is_flagged::boolean IS NULL OR (cardinality(coalesce(s.flags, '{}')) > 0) = :is_flagged)
  AND i.search ILIKE ALL (:words::text[])
ORDER BY i.artifact_id DESC LIMIT :limit OFFSET :offset

-- name: get_item^
SELECT i.artifact_id AS id, i.module_id, i.kind, i.question, i.concept, i.objective_id, i.section, i.tags,
       i.difficulty, i.difficulty_prior, i.page, i.origin, a.status::text, a.version, a.stale_at, a.producer,
       a.decision_reason, a.created_at, a.approved_at, coalesce(s.n, 0) AS answers, s.p, s.flags, 1 AS total
FROM learning.items i
JOIN gate.artifacts a ON a.tenant_id = i.tenant_id AND a.id = i.artifact_id
LEFT JOIN learning.item_stats s ON s.tenant_id = i.tenant_id AND s.artifact_id = i.artifact_id
WHERE i.artifact_id = :id

-- name: count_items
SELECT i.kind, a.status::text, count(*)::int AS n
FROM learning.items i JOIN gate.artifacts a ON a.tenant_id = i.tenant_id AND a.id = i.artifact_id
WHERE i.module_id = :module_id GROUP BY i.kind, a.status ORDER BY i.kind, a.status

-- name: list_tags
SELECT tag, count(*)::int AS n FROM learning.items i, unnest(i.tags) tag
WHERE i.module_id = :module_id GROUP BY tag ORDER BY n DESC, tag LIMIT 100

-- name: chunk_coverage
SELECT k.id, k.document_id, k.ordinal, k.page, k.heading_path, k.kind, length(k.text) AS characters,
       coalesce(n.approved, 0) AS approved, coalesce(n.pending, 0) AS pending
FROM evidence.chunks k
LEFT JOIN LATERAL (
  SELECT count(DISTINCT a.id) FILTER (WHERE a.status = 'APPROVED')::int AS approved,
         count(DISTINCT a.id) FILTER (WHERE a.status = 'PENDING_EVAL')::int AS pending
  FROM gate.citations c
  JOIN gate.artifacts a ON a.tenant_id = c.tenant_id AND a.id = c.artifact_id
  JOIN learning.items i ON i.tenant_id = a.tenant_id AND i.artifact_id = a.id
  WHERE c.tenant_id = k.tenant_id AND c.module_id = k.module_id AND c.chunk_sha256 = k.sha256
    AND c.document_id = k.document_id AND c.replaced_at IS NULL) n ON true
WHERE k.module_id = :module_id ORDER BY k.document_id, k.ordinal

-- name: exposure
SELECT t.artifact_id AS id, count(*)::int AS n, count(DISTINCT t.user_id)::int AS learners
FROM learning.attempts t WHERE t.artifact_id = ANY(:ids) GROUP BY t.artifact_id

-- name: why_rejected
SELECT r.eval_type || CASE WHEN v.score IS NULL THEN ' (not measured)' ELSE '' END AS eval_type, count(*)::int AS n
FROM gate.artifacts a
JOIN LATERAL (SELECT e.id FROM gate.eval_runs e WHERE e.tenant_id = a.tenant_id AND e.artifact_id = a.id
  AND e.judge_model NOT LIKE 'human:%%' AND NOT e.is_trial ORDER BY e.created_at DESC LIMIT 1) e ON true
JOIN gate.eval_results v ON v.tenant_id = a.tenant_id AND v.eval_run_id = e.id AND v.pass IS NOT true
JOIN gate.eval_rules r ON r.id = v.rule_id AND NOT r.is_advisory
WHERE a.module_id = :module_id AND a.kind LIKE 'learning.%%' AND a.status IN ('REJECTED', 'PENDING_EVAL')
GROUP BY 1 ORDER BY n DESC, 1

-- name: quotes_in
SELECT k.id AS chunk_id, c.artifact_id AS item_id, c.start_char, length(c.quote) AS characters,
       a.status = 'APPROVED' AS is_approved
FROM evidence.chunks k
JOIN gate.citations c ON c.tenant_id = k.tenant_id AND c.module_id = k.module_id AND c.document_id = k.document_id
  AND c.chunk_sha256 = k.sha256 AND c.replaced_at IS NULL
JOIN learning.items i ON i.tenant_id = c.tenant_id AND i.artifact_id = c.artifact_id
JOIN gate.artifacts a ON a.tenant_id = i.tenant_id AND a.id = i.artifact_id
WHERE k.id = ANY(:chunk_ids) AND a.status IN ('APPROVED', 'PENDING_EVAL')
ORDER BY k.id, c.start_char, c.artifact_id

-- name: items_of_chunk
SELECT i.artifact_id AS id, i.kind, i.question, a.status::text, c.quote, c.start_char
FROM gate.citations c
JOIN evidence.chunks k ON k.tenant_id = c.tenant_id AND k.module_id = c.module_id AND k.document_id = c.document_id
  AND k.sha256 = c.chunk_sha256
JOIN learning.items i ON i.tenant_id = c.tenant_id AND i.artifact_id = c.artifact_id
JOIN gate.artifacts a ON a.tenant_id = i.tenant_id AND a.id = i.artifact_id
WHERE k.id = :chunk_id AND k.module_id = :module_id AND c.replaced_at IS NULL
ORDER BY a.status = 'APPROVED' DESC, i.artifact_id
