-- name: portfolio_rows
SELECT p.id AS paper_id, p.title AS paper, p.arxiv_id, c.id AS claim_id, c.dataset_name AS dataset,
       c.metric_name AS metric, c.method_snippet AS method, c.is_own_method, c.metric_value AS claimed,
       coalesce(g.units, c.units) AS units, e.observed, e.gap_abs, e.tolerance, g.verdict, g.reason, c.page,
       g.reproduction_id
FROM papers.papers p
JOIN LATERAL (
  SELECT r.id FROM papers.reproductions r
  WHERE r.tenant_id = p.tenant_id AND r.paper_id = p.id AND r.summary IS NOT NULL
  ORDER BY r.id DESC LIMIT 1
) newest ON true
JOIN papers.gaps g ON g.tenant_id = p.tenant_id AND g.reproduction_id = newest.id
JOIN papers.claims c ON c.tenant_id = g.tenant_id AND c.id = g.claim_id
LEFT JOIN papers.evals e ON e.tenant_id = g.tenant_id AND e.id = g.eval_id
WHERE NOT EXISTS (SELECT 1 FROM papers.papers n WHERE n.tenant_id = p.tenant_id AND n.supersedes = p.id)
ORDER BY p.created_at DESC, p.id, c.position LIMIT :limit

-- name: insert_ranking^
INSERT INTO papers.rankings (paper_id, better_id, worse_id, note, created_by)
VALUES (:paper_id, :better_id, :worse_id, :note, :created_by)
ON CONFLICT (tenant_id, better_id, worse_id) DO UPDATE SET note = excluded.note
RETURNING id

-- name: list_rankings
SELECT id, better_id, worse_id, note FROM papers.rankings WHERE paper_id = :paper_id ORDER BY created_at, id

-- name: delete_ranking!
DELETE FROM papers.rankings WHERE id = :id AND paper_id = :paper_id
