-- name: get_claim^
SELECT id, paper_id, position, dataset_name, split, metric_name, metric_value, units, method_snippet,
       source_citation, confidence, is_own_method, page, bbox, quote, table_label, row_label,
       column_label, own_reason, created_at
FROM papers.claims WHERE id = :id AND paper_id = :paper_id AND rejected_at IS NULL FOR UPDATE

-- name: update_claim!
UPDATE papers.claims SET dataset_name = :dataset_name, split = :split, metric_name = :metric_name,
  metric_value = :metric_value, units = :units, method_snippet = :method_snippet,
  source_citation = :source_citation, confidence = :confidence, is_own_method = :is_own_method,
  page = :page, bbox = :bbox, quote = :quote, own_reason = :own_reason,
  origin = 'person'
WHERE id = :id

-- name: insert_claim!
INSERT INTO papers.claims (id, paper_id, position, dataset_name, split, metric_name, metric_value, units,
  method_snippet, source_citation, confidence, is_own_method, page, bbox, quote, table_label, row_label,
  column_label, own_reason, origin)
VALUES (:id, :paper_id, (SELECT coalesce(max(c.position), -1) + 1 FROM papers.claims c
  WHERE c.paper_id = :paper_id), :dataset_name, :split, :metric_name, :metric_value, :units,
  :method_snippet, :source_citation, :confidence, :is_own_method, :page, :bbox, :quote, :table_label,
  :row_label, :column_label, :own_reason, 'person')

-- name: reject_claim!
UPDATE papers.claims SET rejected_at = now() WHERE id = :id

-- name: get_rejected^
SELECT id, paper_id, position, dataset_name, split, metric_name, metric_value, units, method_snippet,
       source_citation, confidence, is_own_method, page, bbox, quote, table_label, row_label,
       column_label, own_reason, created_at
FROM papers.claims WHERE id = :id AND paper_id = :paper_id AND rejected_at IS NOT NULL FOR UPDATE

-- name: list_rejected
SELECT id, paper_id, position, dataset_name, split, metric_name, metric_value, units, method_snippet,
       source_citation, confidence, is_own_method, page, bbox, quote, table_label, row_label,
       column_label, own_reason, created_at
FROM papers.claims WHERE paper_id = :paper_id AND rejected_at IS NOT NULL ORDER BY position, id

-- name: restore_claim!
UPDATE papers.claims SET rejected_at = NULL WHERE id = :id

-- name: artifacts_on_claim
SELECT a.id FROM papers.plans p
JOIN gate.artifacts a ON a.tenant_id = p.tenant_id AND a.id IN (p.plan_artifact_id, p.notebook_artifact_id)
WHERE p.paper_id = :paper_id AND a.status = 'APPROVED'
  AND p.plan_json -> 'claims' @> jsonb_build_array(jsonb_build_object('claim_id', :claim_id::text))
ORDER BY a.id

-- name: insert_edit!
INSERT INTO papers.claim_edits (id, paper_id, claim_id, kind, reason, before, after)
VALUES (:id, :paper_id, :claim_id, :kind, :reason, :before, :after)

-- name: list_edits
SELECT id, paper_id, claim_id, kind, reason, before, after, created_by, created_at
FROM papers.claim_edits
WHERE (:paper_id::uuid IS NULL OR paper_id = :paper_id)
ORDER BY created_at DESC, id DESC LIMIT :limit

-- name: insert_linker!
INSERT INTO papers.linkers (id, learned, edit_count) VALUES (:id, :learned, :edit_count)

-- name: newest_linker^
SELECT id, learned, edit_count, created_by, created_at FROM papers.linkers
ORDER BY created_at DESC, id DESC LIMIT 1
