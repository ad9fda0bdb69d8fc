-- name: get_project^
SELECT p.id, p.name, p.phase, p.phase_version, p.module_id, p.created_at
FROM studio.projects p WHERE p.id = :id

-- name: lock_project^
SELECT p.id FROM studio.projects p WHERE p.id = :id FOR UPDATE

-- name: project_facts$
SELECT jsonb_build_object(
  'discovery', jsonb_build_object('completeness', s.completeness, 'threshold', o.config -> 'threshold',
    'turn', s.turn, 'version', s.version, 'open_required', (
      SELECT coalesce(jsonb_agg(e ->> 'title' ORDER BY n.position), '[]') FROM jsonb_array_elements(o.config -> 'obligations') e
      JOIN studio.needs n ON n.tenant_id = s.tenant_id AND n.session_id = s.id AND n.key = e ->> 'key'
      WHERE (e ->> 'is_required')::boolean AND n.status NOT IN ('satisfied', 'skipped'))),
  'features', jsonb_build_object(
    'selected', (SELECT count(*) FROM studio.features f
      WHERE f.tenant_id = p.tenant_id AND f.project_id = p.id AND f.is_selected),
    'is_seeded', c.id IS NOT NULL, 'stale', c.stale_reason,
    'discovery_version', c.discovery_version,
    'undecided', (SELECT coalesce(jsonb_agg(x.feature_name ORDER BY x.feature_name), '[]') FROM studio.feature_seeds x
      WHERE x.tenant_id = p.tenant_id AND x.project_id = p.id AND x.superseded_at IS NULL AND x.priority = 'critical'
        AND NOT EXISTS (SELECT 1 FROM studio.seed_decisions d
          WHERE d.tenant_id = x.tenant_id AND d.project_id = x.project_id AND d.seed_key = x.key)
        AND NOT EXISTS (SELECT 1 FROM studio.features f WHERE f.tenant_id = x.tenant_id AND f.project_id = x.project_id
          AND f.is_selected AND x.key = ANY (f.seed_keys))),
    'missing', (SELECT coalesce(jsonb_agg(f.title || ' needs ' || d ORDER BY f.title, d), '[]')
      FROM studio.features f CROSS JOIN unnest(f.depends) d
      WHERE f.tenant_id = p.tenant_id AND f.project_id = p.id AND f.is_selected AND NOT EXISTS (
        SELECT 1 FROM studio.features g WHERE g.tenant_id = f.tenant_id AND g.project_id = f.project_id
          AND g.key = d AND g.is_selected)),
    'clashes', (SELECT coalesce(jsonb_agg(f.title || ' excludes ' || g.title ORDER BY f.title, g.title), '[]')
      FROM studio.features f JOIN studio.features g ON g.tenant_id = f.tenant_id AND g.project_id = f.project_id
        AND g.key = ANY (f.excludes) AND g.is_selected
      WHERE f.tenant_id = p.tenant_id AND f.project_id = p.id AND f.is_selected)),
  'plan', jsonb_build_object('exists', q.id IS NOT NULL,
    'is_current', q.id IS NOT NULL AND q.stale_reason IS NULL AND q.source_hash = c.source_hash,
    'open_required', (SELECT coalesce(jsonb_agg(u.ask ORDER BY u.position), '[]') FROM studio.plan_questions u
      WHERE u.tenant_id = q.tenant_id AND u.project_id = q.project_id AND u.plan_id = q.id AND u.is_required
        AND u.status IN ('pending', 'prefilled', 'rejected'))),
  'blueprint', (SELECT jsonb_build_object(
      'status', CASE a.status::text WHEN 'APPROVED' THEN 'approved' WHEN 'REJECTED' THEN 'rejected'
        ELSE CASE WHEN EXISTS (SELECT 1 FROM gate.review_tasks t WHERE t.tenant_id = a.tenant_id
          AND t.artifact_id = a.id AND t.status = 'open') THEN 'in_review' ELSE 'draft' END END,
      'is_current', a.grounding ->> 'plan_id' = q.id::text AND q.stale_reason IS NULL AND q.source_hash = c.source_hash
        AND (a.grounding ->> 'answers')::bigint = (SELECT count(*) FROM studio.answers w
          WHERE w.tenant_id = p.tenant_id AND w.project_id = p.id))
    FROM gate.artifacts a WHERE a.tenant_id = p.tenant_id AND a.module_id = p.module_id
      AND a.kind = 'studio.blueprint' AND a.status <> 'RETIRED' ORDER BY a.version DESC LIMIT 1),
  'design', jsonb_build_object('is_compiled', EXISTS (SELECT 1 FROM studio.designs d
    WHERE d.tenant_id = p.tenant_id AND d.project_id = p.id)),
  -- The one that counts: what is approved and holds, else the newest.
  'specification', coalesce((SELECT jsonb_build_object('is_compiled', t.is_current, 'version', t.version,
      'blockers', t.blockers, 'is_approved', t.is_current AND t.status = 'approved')
    FROM studio.specification_states t WHERE t.tenant_id = p.tenant_id AND t.project_id = p.id AND t.status <> 'retired'
    ORDER BY t.is_current AND t.status = 'approved' DESC, t.number DESC LIMIT 1),
    jsonb_build_object('is_compiled', false, 'blockers', NULL, 'is_approved', false)))
FROM studio.projects p
JOIN studio.sessions s ON s.tenant_id = p.tenant_id AND s.project_id = p.id
JOIN studio.objectives o ON o.tenant_id = s.tenant_id AND o.id = s.objective_id
LEFT JOIN studio.curations c ON c.tenant_id = p.tenant_id AND c.project_id = p.id
LEFT JOIN studio.question_plans q ON q.tenant_id = p.tenant_id AND q.project_id = p.id
  AND q.status IN ('ready', 'in_progress', 'completed')
WHERE p.id = :id

-- name: list_passes
SELECT phase, number, started_at, completed_at, outcome, reason FROM studio.phase_passes
WHERE project_id = :project_id ORDER BY started_at, completed_at NULLS LAST, number

-- name: move_project!
UPDATE studio.projects SET phase = :phase, phase_version = phase_version + 1, updated_at = now()
WHERE id = :id AND phase_version = :version

-- name: close_pass!
UPDATE studio.phase_passes SET completed_at = clock_timestamp(), outcome = :outcome, reason = :reason,
  decided_by = kernel.current_actor()
WHERE project_id = :project_id AND completed_at IS NULL

-- name: open_pass!
INSERT INTO studio.phase_passes (project_id, phase, number, started_at)
SELECT :project_id, :phase, coalesce(max(number), 0) + 1, clock_timestamp() FROM studio.phase_passes
WHERE project_id = :project_id AND phase = :phase

-- name: stale_curation
UPDATE studio.curations SET stale_reason = :reason, updated_at = now()
WHERE project_id = :project_id AND stale_reason IS NULL
RETURNING id, 'feature board' AS title, status AS was

-- name: stale_plan
UPDATE studio.question_plans SET stale_reason = :reason
WHERE project_id = :project_id AND status IN ('ready', 'in_progress', 'completed') AND stale_reason IS NULL
RETURNING id, 'question plan ' || number AS title, status AS was

-- name: planning_artifacts
SELECT a.id, a.kind, a.key || ' version ' || a.version AS title, a.status::text AS was
FROM gate.artifacts a JOIN studio.projects p ON p.tenant_id = a.tenant_id AND p.module_id = a.module_id
WHERE p.id = :project_id
  AND a.kind IN ('studio.blueprint', 'studio.implementation_plan', 'studio.specification')
  AND a.status IN ('PENDING_EVAL', 'APPROVED')
ORDER BY a.kind, a.version
