-- name: list_profiles
SELECT target_type, target, max_tokens, reserved_tokens, priority, kinds, version FROM studio.context_profiles
ORDER BY target_type, target

-- name: put_profile!
INSERT INTO studio.context_profiles AS p (id, target_type, target, max_tokens, reserved_tokens, priority, kinds)
VALUES (:id, :target_type, :target, :max_tokens, :reserved_tokens, :priority, :kinds)
ON CONFLICT (tenant_id, target_type, target) DO UPDATE
SET max_tokens = excluded.max_tokens, reserved_tokens = excluded.reserved_tokens, priority = excluded.priority,
  kinds = excluded.kinds, version = p.version + 1, updated_at = now(), updated_by = kernel.current_actor()

-- name: delete_profile!
DELETE FROM studio.context_profiles WHERE target_type = :target_type AND target = :target

-- name: list_held
SELECT a.id, a.kind, a.key, a.title, a.sections, a.content_hash, a.tokens, a.is_derived, a.version, a.updated_at,
       a.stale_since, a.is_gone,
       (SELECT coalesce(jsonb_object_agg(o.key, l.dependency), '{}') FROM studio.context_links l
        JOIN studio.context_artifacts o ON o.tenant_id = l.tenant_id AND o.id = l.depends_on_id
        WHERE l.tenant_id = a.tenant_id AND l.artifact_id = a.id) AS links
FROM studio.context_artifacts a WHERE a.project_id = :project_id ORDER BY a.key

-- name: put_pieces!
INSERT INTO studio.context_artifacts AS a (id, project_id, kind, key, title, sections, content_hash, size_bytes, tokens, is_derived)
SELECT r.id, :project_id, r.kind, r.key, r.title, r.sections, r.content_hash, r.size_bytes, r.tokens, r.is_derived
FROM jsonb_populate_recordset(NULL::studio.context_artifacts, :rows) r
ON CONFLICT (tenant_id, project_id, key) DO UPDATE
SET kind = excluded.kind, title = excluded.title, sections = excluded.sections, content_hash = excluded.content_hash,
  size_bytes = excluded.size_bytes, tokens = excluded.tokens, is_derived = excluded.is_derived, version = a.version + 1,
  updated_at = now(), is_gone = false, stale_since = NULL

-- name: remove_pieces!
UPDATE studio.context_artifacts SET is_gone = true, stale_since = NULL, version = version + 1, updated_at = now()
WHERE id = ANY (:ids)

-- name: remove_links!
DELETE FROM studio.context_links WHERE artifact_id = ANY (:ids)

-- name: put_links!
INSERT INTO studio.context_links (project_id, artifact_id, depends_on_id, dependency)
SELECT :project_id, r.artifact_id, r.depends_on_id, r.dependency
FROM jsonb_populate_recordset(NULL::studio.context_links, :rows) r
ON CONFLICT DO NOTHING

-- name: mark_stale!
UPDATE studio.context_artifacts SET stale_since = now() WHERE id = ANY (:ids) AND stale_since IS NULL

-- name: mark_fresh!
UPDATE studio.context_artifacts SET stale_since = NULL WHERE id = ANY (:ids)

-- name: add_changes!
INSERT INTO studio.context_changes (id, project_id, artifact_id, event_type, old_hash, new_hash, affected)
SELECT r.id, :project_id, r.artifact_id, r.event_type, r.old_hash, r.new_hash, r.affected
FROM jsonb_populate_recordset(NULL::studio.context_changes, :rows) r

-- name: list_changes
SELECT c.id, a.key, c.event_type, c.old_hash, c.new_hash, cardinality(c.affected) > 0 AS is_cascade, c.created_at,
       ARRAY(SELECT o.key FROM unnest(c.affected) WITH ORDINALITY u (id, n)
         JOIN studio.context_artifacts o ON o.tenant_id = c.tenant_id AND o.id = u.id ORDER BY u.n) AS affected
FROM studio.context_changes c
JOIN studio.context_artifacts a ON a.tenant_id = c.tenant_id AND a.id = c.artifact_id
WHERE c.project_id = :project_id ORDER BY c.id DESC LIMIT :limit

-- name: cached^
SELECT content, total_tokens, lines FROM studio.context_cache
WHERE project_id = :project_id AND cache_key = :cache_key AND expires_at > now()

-- name: put_cache!
INSERT INTO studio.context_cache (project_id, cache_key, content, total_tokens, lines, expires_at)
VALUES (:project_id, :cache_key, :content, :total_tokens, :lines, now() + make_interval(secs => :lifetime_s))
ON CONFLICT (tenant_id, project_id, cache_key) DO UPDATE
SET content = excluded.content, total_tokens = excluded.total_tokens, lines = excluded.lines, created_at = now(),
  expires_at = excluded.expires_at

-- name: sweep_cache!
DELETE FROM studio.context_cache WHERE project_id = :project_id AND expires_at <= now()

-- name: add_request!
INSERT INTO studio.context_requests (id, project_id, target_type, target, query, keys, room, total_tokens, is_exceeded,
  is_hit, cache_key, lines)
VALUES (:id, :project_id, :target_type, :target, :query, :keys, :room, :total_tokens, :is_exceeded, :is_hit, :cache_key,
  :lines)

-- name: list_requests
SELECT id, target_type, target, query, keys, room, total_tokens, is_exceeded, is_hit, cache_key, asked_by, created_at, lines
FROM studio.context_requests
WHERE project_id = :project_id AND (:id::uuid IS NULL OR id = :id) ORDER BY id DESC LIMIT :limit

-- name: list_documents
SELECT d.id, coalesce(d.file_name, d.title, d.source_uri) AS title, c.heading_path, c.page, c.text
FROM evidence.chunks c JOIN evidence.documents d ON d.tenant_id = c.tenant_id AND d.id = c.document_id
WHERE c.module_id = :module_id ORDER BY d.id, c.ordinal LIMIT :limit

-- name: list_bundles
SELECT DISTINCT ON (b.kit_id) b.kit_id, b.artifact_id, b.files FROM studio.kit_bundles b
JOIN studio.kit_executions e ON e.tenant_id = b.tenant_id AND e.run_id = b.run_id
WHERE b.project_id = :project_id AND e.status = 'completed' ORDER BY b.kit_id, b.made_at DESC, b.run_id DESC

-- name: list_research
SELECT t.id, t.query, t.result FROM studio.research_tasks t JOIN studio.sessions s
  ON s.tenant_id = t.tenant_id AND s.id = t.session_id
WHERE s.project_id = :project_id AND t.status = 'completed' ORDER BY t.created_at, t.id LIMIT :limit

-- name: newest_renewal$
SELECT id FROM kernel.runs WHERE kind = :kind AND input ->> 'project_id' = :project_id ORDER BY id DESC LIMIT 1
