-- name: insert_paper!
INSERT INTO papers.papers (id, title, authors, source_url, doi, arxiv_id, arxiv_version, pdf_storage_path,
  vector_store_id, pdf_sha256, status, page_count, module_id, document_id, created_by)
VALUES (:id, :title, :authors, :source_url, :doi, :arxiv_id, :arxiv_version, :pdf_storage_path,
  :vector_store_id, :pdf_sha256, 'ready', :page_count, :module_id, :document_id, :created_by)

-- name: get_paper^
SELECT id, title, authors, source_url, doi, arxiv_id, arxiv_version, pdf_storage_path, vector_store_id,
       pdf_sha256, status, page_count, module_id, document_id, created_at, updated_at
FROM papers.papers WHERE id = :id

-- name: find_paper^
SELECT id, title, authors, source_url, doi, arxiv_id, arxiv_version, pdf_storage_path, vector_store_id,
       pdf_sha256, status, page_count, module_id, document_id, created_at, updated_at
FROM papers.papers WHERE pdf_sha256 = :pdf_sha256

-- name: list_papers
SELECT id, title, authors, source_url, doi, arxiv_id, arxiv_version, pdf_storage_path, vector_store_id,
       pdf_sha256, status, page_count, module_id, document_id, created_at, updated_at
FROM papers.papers WHERE (:before::uuid IS NULL OR id < :before)
ORDER BY id DESC LIMIT :limit

-- name: journeys_of_paper
SELECT id FROM papers.reproductions WHERE paper_id = :paper_id

-- name: remove_journeys$
SELECT kernel.remove_runs(:ids) AS gone

-- name: digests_of_paper
SELECT a.checksum AS sha256 FROM papers.assets a
WHERE a.paper_id = :paper_id
   OR a.plan_id IN (SELECT p.id FROM papers.plans p WHERE p.paper_id = :paper_id)
   OR a.run_id IN (SELECT r.id FROM papers.runs r WHERE r.paper_id = :paper_id)
UNION SELECT r.summary ->> 'report_sha256' FROM papers.reproductions r
WHERE r.paper_id = :paper_id AND r.summary ? 'report_sha256'

-- name: forget_blobs!
DELETE FROM kernel.blobs b
WHERE b.sha256 = ANY(:digests)
  AND NOT EXISTS (SELECT 1 FROM evidence.documents d WHERE d.tenant_id = b.tenant_id AND d.sha256 = b.sha256)
  AND NOT EXISTS (SELECT 1 FROM gate.artifacts a WHERE a.tenant_id = b.tenant_id AND a.blob_sha256 = b.sha256)
  AND NOT EXISTS (SELECT 1 FROM papers.assets a WHERE a.tenant_id = b.tenant_id AND a.checksum = b.sha256)

-- name: count_claims
SELECT paper_id, count(*) AS count FROM papers.claims
WHERE paper_id = ANY(:paper_ids) AND rejected_at IS NULL GROUP BY paper_id

-- name: latest_reproductions
SELECT DISTINCT ON (r.paper_id) r.paper_id, r.id, k.status, r.summary
FROM papers.reproductions r JOIN kernel.runs k ON k.tenant_id = r.tenant_id AND k.id = r.id
WHERE r.paper_id = ANY(:paper_ids) ORDER BY r.paper_id, r.id DESC

-- name: delete_claims!
DELETE FROM papers.claims WHERE paper_id = :paper_id

-- name: insert_claims*!
INSERT INTO papers.claims (id, paper_id, position, dataset_name, split, metric_name, metric_value, units,
  method_snippet, source_citation, confidence, is_own_method, page, bbox, quote, table_label, row_label,
  column_label, own_reason, origin)
VALUES (:id, :paper_id, :position, :dataset_name, :split, :metric_name, :metric_value, :units,
  :method_snippet, :source_citation, :confidence, :is_own_method, :page, :bbox, :quote, :table_label,
  :row_label, :column_label, :own_reason, :origin)

-- name: list_claims
SELECT id, paper_id, position, dataset_name, split, metric_name, metric_value, units, method_snippet,
       source_citation, confidence, is_own_method, page, bbox, quote, table_label, row_label,
       column_label, own_reason, created_at
FROM papers.claims WHERE paper_id = :paper_id AND rejected_at IS NULL ORDER BY position, id

-- name: any_claim^
SELECT 1 AS found FROM papers.claims WHERE paper_id = :paper_id LIMIT 1

-- name: insert_plan!
INSERT INTO papers.plans (id, paper_id, version, plan_json, budget_minutes, plan_artifact_id, previous_id,
  revision, variation)
VALUES (:id, :paper_id, :version, :plan_json, :budget_minutes, :plan_artifact_id, :previous_id, :revision,
  :variation)

-- name: get_plan^
SELECT id, paper_id, version, plan_json, env_hash, budget_minutes, status, plan_artifact_id,
       notebook_artifact_id, created_at, updated_at, previous_id, revision, variation
FROM papers.plans WHERE id = :id

-- name: list_plans
SELECT id, paper_id, version, plan_json, env_hash, budget_minutes, status, plan_artifact_id,
       notebook_artifact_id, created_at, updated_at, previous_id, revision, variation
FROM papers.plans WHERE paper_id = :paper_id AND variation IS NULL ORDER BY id DESC LIMIT :limit

-- name: set_materialized!
UPDATE papers.plans SET status = 'ready', env_hash = :env_hash, notebook_artifact_id = :notebook_artifact_id
WHERE id = :id

-- name: insert_notebook_run!
INSERT INTO papers.runs (id, plan_id, paper_id, env_hash, seed, seeds_count, artifact_id, batch_id)
VALUES (:id, :plan_id, :paper_id, :env_hash, :seed, :seeds_count, :artifact_id, :batch_id)

-- name: set_used!
UPDATE papers.runs SET sandbox_level = coalesce(:sandbox_level, sandbox_level), cpu_seconds = :cpu_seconds,
  peak_memory_bytes = :peak_memory_bytes, findings = :findings, executor = :executor,
  env_hash = :env_hash WHERE id = :id

-- name: newest_child^
SELECT id FROM kernel.runs WHERE parent_id = :parent_id AND kind = :kind ORDER BY id DESC LIMIT 1

-- name: get_notebook_run^
SELECT id, plan_id, paper_id, env_hash, seed, seeds_count, status, sandbox_level, artifact_id, created_at,
       started_at, completed_at, duration_sec, error_code, error_message, cpu_seconds, peak_memory_bytes,
       executor, findings, batch_id
FROM papers.runs WHERE id = :id

-- name: list_notebook_runs
SELECT id, plan_id, paper_id, env_hash, seed, seeds_count, status, sandbox_level, artifact_id, created_at,
       started_at, completed_at, duration_sec, error_code, error_message, cpu_seconds, peak_memory_bytes,
       executor, findings, batch_id
FROM papers.runs
WHERE (:paper_id::uuid IS NULL OR paper_id = :paper_id) AND (:before::uuid IS NULL OR id < :before)
ORDER BY id DESC LIMIT :limit

-- name: upsert_series*!
INSERT INTO papers.run_series AS s (run_id, metric, split, step, value)
VALUES (:run_id, :metric, :split, :step, :value)
ON CONFLICT ON CONSTRAINT run_series_point_key DO UPDATE SET value = excluded.value, ts = now()

-- name: list_series
SELECT metric, split, step, value, ts FROM papers.run_series
WHERE run_id = :run_id AND (:metric::text IS NULL OR metric = :metric)
ORDER BY metric, split, step NULLS LAST LIMIT :limit

-- name: drop_other_asset!
DELETE FROM papers.assets
WHERE kind = :kind AND paper_id IS NOT DISTINCT FROM :paper_id
  AND plan_id IS NOT DISTINCT FROM :plan_id AND run_id IS NOT DISTINCT FROM :run_id
  AND checksum IS DISTINCT FROM :checksum

-- name: add_asset!
INSERT INTO papers.assets (paper_id, plan_id, run_id, kind, storage_path, size_bytes, checksum)
SELECT :paper_id, :plan_id, :run_id, :kind, :storage_path, :size_bytes, :checksum
WHERE NOT EXISTS (SELECT 1 FROM papers.assets
  WHERE kind = :kind AND paper_id IS NOT DISTINCT FROM :paper_id
    AND plan_id IS NOT DISTINCT FROM :plan_id AND run_id IS NOT DISTINCT FROM :run_id
    AND checksum = :checksum)

-- name: list_assets
SELECT kind, storage_path, size_bytes, checksum FROM papers.assets
WHERE paper_id IS NOT DISTINCT FROM :paper_id AND plan_id IS NOT DISTINCT FROM :plan_id
  AND run_id IS NOT DISTINCT FROM :run_id
ORDER BY kind

-- name: insert_reproduction!
INSERT INTO papers.reproductions (id) VALUES (:id)

-- name: update_reproduction!
UPDATE papers.reproductions SET
  paper_id = coalesce(:paper_id, paper_id), plan_id = coalesce(:plan_id, plan_id),
  run_id = coalesce(:run_id, run_id), summary = coalesce(:summary, summary)
WHERE id = :id

-- name: get_reproduction^
SELECT id, paper_id, plan_id, run_id, summary FROM papers.reproductions WHERE id = :id

-- name: find_reproduction_of_run^
SELECT id, paper_id, plan_id, run_id, summary FROM papers.reproductions WHERE run_id = :run_id
ORDER BY id DESC LIMIT 1

-- name: count_open_journeys$
SELECT count(*) FROM papers.reproductions r
JOIN kernel.runs k ON k.tenant_id = r.tenant_id AND k.id = r.id
WHERE r.id <> :besides AND k.status IN ('queued', 'running')

-- name: waiting_reproductions
SELECT r.id FROM papers.reproductions r
JOIN kernel.runs k ON k.tenant_id = r.tenant_id AND k.id = r.id
WHERE r.plan_id = :plan_id AND k.status IN ('queued', 'running') ORDER BY r.id

-- name: list_reproductions
SELECT r.id, r.paper_id, r.plan_id, r.run_id, r.summary FROM papers.reproductions r
WHERE (:paper_id::uuid IS NULL OR r.paper_id = :paper_id) ORDER BY r.id DESC LIMIT :limit

-- name: insert_evals*!
INSERT INTO papers.evals (id, paper_id, run_id, metric_name, claimed, observed, gap_percent, gap_abs,
  tolerance, direction)
VALUES (:id, :paper_id, :run_id, :metric_name, :claimed, :observed, :gap_percent, :gap_abs, :tolerance,
  :direction)

-- name: insert_gaps*!
INSERT INTO papers.gaps (reproduction_id, claim_id, eval_id, verdict, reason, units, observed_low,
  observed_high, seeds_count, notebook_cell)
VALUES (:reproduction_id, :claim_id, :eval_id, :verdict, :reason, :units, :observed_low, :observed_high,
  :seeds_count, :notebook_cell)

-- name: list_evals
SELECT id, run_id, metric_name, claimed, observed, gap_percent, gap_abs, tolerance, direction
FROM papers.evals WHERE run_id = :run_id ORDER BY metric_name

-- name: list_gaps
SELECT g.claim_id, g.verdict, g.reason, g.units, e.metric_name, e.claimed, e.observed, g.observed_low,
       g.observed_high, e.gap_abs, e.gap_percent, e.tolerance, e.direction, g.seeds_count, g.notebook_cell
FROM papers.gaps g
JOIN papers.claims c ON c.tenant_id = g.tenant_id AND c.id = g.claim_id
LEFT JOIN papers.evals e ON e.tenant_id = g.tenant_id AND e.id = g.eval_id
WHERE g.reproduction_id = :reproduction_id AND c.rejected_at IS NULL ORDER BY c.position

-- name: list_plan_versions
WITH RECURSIVE back AS (
  SELECT id, previous_id FROM papers.plans WHERE id = :id
  UNION ALL SELECT p.id, p.previous_id FROM papers.plans p JOIN back b ON p.id = b.previous_id
), chain AS (
  SELECT id FROM back WHERE previous_id IS NULL
  UNION ALL SELECT p.id FROM papers.plans p JOIN chain c ON p.previous_id = c.id WHERE p.variation IS NULL
)
SELECT id, paper_id, version, plan_json, env_hash, budget_minutes, status, plan_artifact_id,
       notebook_artifact_id, created_at, updated_at, previous_id, revision, variation
FROM papers.plans WHERE id IN (SELECT id FROM chain) ORDER BY revision DESC, id DESC LIMIT :limit

-- name: list_variations
SELECT p.id, p.variation, p.plan_json, r.id AS reproduction_id, k.status, k.error_message
FROM papers.plans p
LEFT JOIN LATERAL (SELECT r.id, r.tenant_id FROM papers.reproductions r
  WHERE r.tenant_id = p.tenant_id AND r.plan_id = p.id ORDER BY r.id DESC LIMIT 1) r ON true
LEFT JOIN kernel.runs k ON k.tenant_id = r.tenant_id AND k.id = r.id
WHERE p.previous_id = :id AND p.variation IS NOT NULL ORDER BY p.id LIMIT :limit
