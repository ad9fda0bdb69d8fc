-- name: set_supersedes!
UPDATE papers.papers SET supersedes = :older WHERE id = :newer

-- name: get_supersedes^
SELECT supersedes, (SELECT n.id FROM papers.papers n WHERE n.supersedes = p.id ORDER BY n.created_at DESC LIMIT 1)
  AS superseded_by
FROM papers.papers p WHERE p.id = :id

-- name: get_retention^
SELECT run_days, paper_days, updated_by, updated_at FROM papers.retention

-- name: put_retention!
INSERT INTO papers.retention (run_days, paper_days, updated_by) VALUES (:run_days, :paper_days, :updated_by)
ON CONFLICT (tenant_id) DO UPDATE SET run_days = excluded.run_days, paper_days = excluded.paper_days,
  updated_by = excluded.updated_by, updated_at = now()

-- name: old_journeys
-- Of each paper the newest journey that came to a report is kept: verdicts rest on it.
SELECT r.id, r.run_id, EXISTS (SELECT 1 FROM gate.artifacts a
  WHERE a.tenant_id = r.tenant_id AND a.run_id = r.id) AS has_made
FROM papers.reproductions r
JOIN kernel.runs k ON k.tenant_id = r.tenant_id AND k.id = r.id
WHERE k.status NOT IN ('queued', 'running') AND k.created_at < now() - make_interval(days => :days)
  AND r.id <> ALL (SELECT DISTINCT ON (n.paper_id) n.id FROM papers.reproductions n
    WHERE n.paper_id IS NOT NULL AND n.summary IS NOT NULL ORDER BY n.paper_id, n.id DESC)
  AND (EXISTS (SELECT 1 FROM papers.assets s WHERE s.tenant_id = r.tenant_id AND s.run_id = r.run_id)
    OR NOT EXISTS (SELECT 1 FROM gate.artifacts a WHERE a.tenant_id = r.tenant_id AND a.run_id = r.id))
ORDER BY r.id LIMIT :limit

-- name: delete_run_assets!
DELETE FROM papers.assets WHERE run_id = :run_id

-- name: digests_of_journey
SELECT a.checksum AS sha256 FROM papers.assets a
JOIN papers.reproductions r ON r.tenant_id = a.tenant_id AND r.run_id = a.run_id WHERE r.id = :id
UNION SELECT r.summary ->> 'report_sha256' FROM papers.reproductions r
WHERE r.id = :id AND r.summary ? 'report_sha256'


-- name: old_papers
SELECT id FROM papers.papers p
WHERE p.updated_at < now() - make_interval(days => :days)
  AND NOT EXISTS (SELECT 1 FROM papers.reproductions r JOIN kernel.runs k
    ON k.tenant_id = r.tenant_id AND k.id = r.id
    WHERE r.tenant_id = p.tenant_id AND r.paper_id = p.id
      AND (k.status IN ('queued', 'running') OR k.created_at >= now() - make_interval(days => :days)))
ORDER BY id LIMIT :limit
