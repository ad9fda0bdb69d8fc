-- name: insert_objective!
INSERT INTO studio.objectives (id, context_type, version, display_name, config, is_active)
VALUES (:id, :context_type, :version, :display_name, :config, NOT EXISTS (
  SELECT 1 FROM studio.objectives o WHERE o.context_type = :context_type AND o.is_active))
ON CONFLICT DO NOTHING

-- name: active_objective^
SELECT id, context_type, version, display_name, config FROM studio.objectives
WHERE context_type = :context_type AND is_active

-- name: get_objective^
SELECT id, context_type, version, display_name, config FROM studio.objectives WHERE id = :id

-- name: insert_project!
INSERT INTO studio.projects (id, module_id, name) VALUES (:id, :module_id, :name)

-- name: list_projects
SELECT p.id, p.name, p.status, p.phase, p.module_id, p.created_at, s.id AS session_id, s.domain,
       s.completeness::float8 AS completeness, s.phase AS session_phase, s.turn,
       coalesce((SELECT u.email FROM kernel.users u WHERE u.id = kernel.person_in(s.approval->>'by')), s.approval->>'by') AS approved_name,
       (SELECT count(*) FROM studio.tasks t WHERE t.tenant_id = s.tenant_id AND t.project_id = p.id
          AND t.status = 'pending')::int AS open_tasks
FROM studio.projects p JOIN studio.sessions s ON s.tenant_id = p.tenant_id AND s.project_id = p.id
WHERE (:id::uuid IS NULL OR p.id = :id) AND (:before::uuid IS NULL OR p.id < :before)
  AND (:seen::uuid[] IS NULL OR p.id = ANY(:seen))
ORDER BY p.id DESC LIMIT :limit

-- name: insert_session!
INSERT INTO studio.sessions (id, project_id, objective_id, phase, level, turn, version, completeness)
VALUES (:id, :project_id, :objective_id, 'opening', :level, 0, 0, 0)

-- name: lock_session^
SELECT id FROM studio.sessions WHERE project_id = :project_id FOR UPDATE

-- name: get_session^
SELECT s.id, s.project_id, s.objective_id, s.phase, s.level, s.turn, s.version,
       s.completeness::float8 AS completeness, s.domain, s.asked_key, s.facts, s.industry, s.approval,
       (SELECT jsonb_agg(to_jsonb(n) ORDER BY n.position) FROM studio.needs n
          WHERE n.tenant_id = s.tenant_id AND n.session_id = s.id) AS needs,
       (SELECT jsonb_agg(to_jsonb(m) ORDER BY m.position) FROM studio.messages m
          WHERE m.tenant_id = s.tenant_id AND m.session_id = s.id) AS messages,
       (SELECT jsonb_agg(to_jsonb(c) ORDER BY c.position) FROM studio.claims c
          WHERE c.tenant_id = s.tenant_id AND c.session_id = s.id) AS claims,
       (SELECT jsonb_agg(to_jsonb(t) ORDER BY t.position) FROM studio.tasks t
          WHERE t.tenant_id = s.tenant_id AND t.session_id = s.id) AS tasks,
       (SELECT jsonb_agg(to_jsonb(y) ORDER BY y.turn_start) FROM studio.summaries y
          WHERE y.tenant_id = s.tenant_id AND y.session_id = s.id) AS summaries
FROM studio.sessions s WHERE s.project_id = :project_id

-- name: find_begun^
SELECT s.project_id FROM studio.messages m JOIN studio.sessions s ON s.id = m.session_id
WHERE m.idempotency_key = :idempotency_key AND m.position = 0
  AND (:seen::uuid[] IS NULL OR s.project_id = ANY (:seen::uuid[]))
ORDER BY s.project_id DESC LIMIT 1

-- name: find_message^
SELECT m.id, m.content, m.session_id FROM studio.messages m
WHERE m.session_id = :session_id AND m.idempotency_key = :idempotency_key

-- name: update_session!
UPDATE studio.sessions SET phase = :phase, level = :level, turn = :turn, version = :version,
  completeness = :completeness, domain = :domain, asked_key = :asked_key, facts = :facts,
  industry = :industry, approval = :approval, working_memory = :working_memory
WHERE id = :id

-- name: put_needs!
INSERT INTO studio.needs (session_id, key, position, status, confidence, attempts, last_attempt_turn,
  satisfied_at_turn, reason, negotiation, version, obligation, origins)
SELECT :session_id, r.key, r.position, r.status, r.confidence, r.attempts, r.last_attempt_turn, r.satisfied_at_turn,
       r.reason, nullif(r.negotiation, 'null'), r.version, nullif(r.obligation, 'null'), r.origins
FROM jsonb_populate_recordset(NULL::studio.needs, :rows) r
ON CONFLICT (tenant_id, session_id, key) DO UPDATE SET status = excluded.status, confidence = excluded.confidence,
  attempts = excluded.attempts, last_attempt_turn = excluded.last_attempt_turn,
  satisfied_at_turn = excluded.satisfied_at_turn, reason = excluded.reason, negotiation = excluded.negotiation,
  version = excluded.version, origins = excluded.origins

-- name: put_messages!
INSERT INTO studio.messages (id, session_id, position, turn, role, content, need_key, card, revises, idempotency_key)
SELECT r.id, :session_id, r.position, r.turn, r.role, r.content, r.need_key, nullif(r.card, 'null'), r.revises,
       r.idempotency_key
FROM jsonb_populate_recordset(NULL::studio.messages, :rows) r

-- name: put_claims!
INSERT INTO studio.claims (id, session_id, position, message_id, field_path, value, kind, source, confidence, quote,
  quote_start, quote_end, status, superseded_by)
SELECT r.id, :session_id, r.position, r.message_id, r.field_path, r.value, r.kind, r.source, r.confidence, r.quote,
       r.quote_start, r.quote_end, r.status, r.superseded_by
FROM jsonb_populate_recordset(NULL::studio.claims, :rows) r
ON CONFLICT (tenant_id, id) DO UPDATE SET status = excluded.status, superseded_by = excluded.superseded_by,
  confidence = excluded.confidence

-- name: put_tasks!
INSERT INTO studio.tasks (id, project_id, session_id, position, kind, need_key, title, options, status, result)
SELECT r.id, s.project_id, s.id, r.position, r.kind, r.need_key, r.title, r.options, r.status, nullif(r.result, 'null')
FROM jsonb_populate_recordset(NULL::studio.tasks, :rows) r, studio.sessions s WHERE s.id = :session_id
ON CONFLICT (tenant_id, id) DO UPDATE SET status = excluded.status, result = excluded.result

-- name: put_summaries!
INSERT INTO studio.summaries (session_id, turn_start, turn_end, text, snapshot)
SELECT :session_id, r.turn_start, r.turn_end, r.text, r.snapshot
FROM jsonb_populate_recordset(NULL::studio.summaries, :rows) r

-- name: inbox_so_far^
SELECT coalesce(max(k.last_seq), 0) AS seq FROM kernel.streams k WHERE k.kind = 'studio_inbox'

-- name: how_far^
SELECT s.id AS session_id,
  coalesce((SELECT k.last_seq FROM kernel.streams k WHERE k.tenant_id = s.tenant_id AND k.kind = 'studio_session'
    AND k.id = s.id), 0) AS conversation,
  coalesce((SELECT k.last_seq FROM kernel.streams k WHERE k.tenant_id = s.tenant_id AND k.kind = 'studio_project'
    AND k.id = s.project_id), 0) AS plan,
  EXISTS (SELECT 1 FROM studio.specifications c WHERE c.tenant_id = s.tenant_id AND c.project_id = s.project_id)
    AS is_specified
FROM studio.sessions s WHERE s.project_id = :project_id
