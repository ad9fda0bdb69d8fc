-- name: insert_run!
INSERT INTO engine.eval_runs (id, type, source_name, golden_source, k, config)
VALUES (:id, :type, :source_name, :golden_source, :k, :config);

-- name: abandon_runs!
UPDATE engine.eval_runs SET status = 'failed', error = :error, completed_at = clock_timestamp()
WHERE status = 'running' AND created_at < now() - make_interval(secs => :older_s);

-- name: complete_run!
UPDATE engine.eval_runs SET status = 'completed', error = NULL, source_version = :source_version,
  table_name = :table_name, table_version = :table_version, model = :model,
  golden_digest = :golden_digest, golden_size = :golden_size, query_count = :query_count,
  metrics = :metrics, intervals = :intervals, cohorts = :cohorts, details = :details,
  completed_at = clock_timestamp()
WHERE id = :id;

-- name: fail_run!
UPDATE engine.eval_runs SET status = 'failed', error = :error, completed_at = clock_timestamp()
WHERE id = :id AND status = 'running';

-- name: insert_rows!
INSERT INTO engine.eval_queries (run_id, ordinal, query_id, cohorts, metrics)
SELECT :run_id, ordinal, query_id, cohorts, metrics
FROM unnest(CAST(:ordinals AS int[]), CAST(:ids AS text[]), CAST(:cohorts AS jsonb[]), CAST(:metrics AS jsonb[]))
  AS given (ordinal, query_id, cohorts, metrics);

-- name: get_run^
SELECT * FROM engine.eval_runs WHERE id = :id;

-- name: list_runs
SELECT * FROM engine.eval_runs
WHERE (CAST(:type AS text) IS NULL OR type = :type)
  AND (CAST(:source_name AS text) IS NULL OR source_name = :source_name)
  AND (CAST(:before AS uuid) IS NULL OR id < :before)
ORDER BY id DESC LIMIT :limit;

-- name: rows_after
SELECT query_id, ordinal, cohorts, metrics FROM engine.eval_queries
WHERE run_id = :run_id AND query_id > :after ORDER BY query_id LIMIT :limit;

-- name: first_rows
SELECT query_id, ordinal, cohorts, metrics FROM engine.eval_queries
WHERE run_id = :run_id ORDER BY query_id LIMIT :limit;

-- name: delete_run!
DELETE FROM engine.eval_runs WHERE id = :id;
