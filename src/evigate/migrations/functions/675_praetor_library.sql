-- Compatibility: the library's tables of document 002, by their names and columns, read-only.
--
-- Their rows are the entries that a tenant wrote; what the package brings is files and has no rows.
-- What has no id of its own here, such as a question of a pool, has one made of where it stands.

CREATE SCHEMA IF NOT EXISTS praetor;

CREATE OR REPLACE VIEW studio.library_entries WITH (security_invoker = true) AS
SELECT i.tenant_id, i.id, i.kind, i.key, i.version, v.entry, v.written_at AS updated_at,
       (SELECT min(f.written_at) FROM studio.library_versions f
         WHERE f.tenant_id = i.tenant_id AND f.item_id = i.id) AS created_at
FROM studio.library_items i
JOIN studio.library_versions v ON v.tenant_id = i.tenant_id AND v.item_id = i.id AND v.version = i.version
WHERE NOT i.is_withdrawn AND v.entry IS NOT NULL;

CREATE OR REPLACE VIEW studio.library_questions WITH (security_invoker = true) AS
SELECT e.tenant_id, e.id AS pool_id, e.kind AS pool_kind, e.key AS pool_key, e.entry ->> 'template' AS template,
       md5(e.id::text || (q ->> 'key'))::uuid AS id, q ->> 'key' AS key, q AS question, n::int AS position, e.created_at
FROM studio.library_entries e
CROSS JOIN jsonb_array_elements(coalesce(e.entry -> 'questions', '[]')) WITH ORDINALITY AS x(q, n)
WHERE e.kind IN ('domains', 'pools');

CREATE OR REPLACE VIEW studio.library_entities WITH (security_invoker = true) AS
SELECT e.tenant_id, e.id AS domain_id, e.key AS domain_key, e.entry AS domain,
       md5(e.id::text || (n ->> 'key'))::uuid AS id, n ->> 'key' AS key, n AS entity, e.created_at
FROM studio.library_entries e CROSS JOIN jsonb_array_elements(coalesce(e.entry -> 'entities', '[]')) AS n
WHERE e.kind = 'domains';

CREATE OR REPLACE VIEW praetor.question_pools WITH (security_invoker = true) AS
SELECT e.id, e.entry ->> 'title' AS name, CASE e.kind WHEN 'domains' THEN 'domain' ELSE 'pool' END AS category,
       ARRAY(SELECT jsonb_object_keys(coalesce(e.entry -> 'naics', '{}'))) AS industry, e.entry ->> 'template' AS scenario_type,
       e.created_at, e.updated_at,
       jsonb_strip_nulls(jsonb_build_object('key', e.key, 'version', e.version, 'domain', e.entry -> 'summary',
         'tags', e.entry -> 'strong', 'when', e.entry -> 'when')) AS metadata
FROM studio.library_entries e WHERE e.kind IN ('domains', 'pools');

CREATE OR REPLACE VIEW praetor.pool_questions WITH (security_invoker = true) AS
SELECT q.id, q.pool_id, q.question ->> 'ask' AS base_prompt, q.question ->> 'kind' AS question_type,
       coalesce((q.question ->> 'weight')::int, 5) AS priority, q.position AS display_order,
       ARRAY(SELECT md5(q.pool_id::text || a)::uuid FROM jsonb_array_elements_text(coalesce(q.question -> 'after', '[]')) AS a)
         AS prerequisite_questions,
       jsonb_strip_nulls(jsonb_build_object('key', q.key, 'why', q.question -> 'why', 'when', q.question -> 'when'))
         AS metadata, NULL::real[] AS embedding, q.created_at
FROM studio.library_questions q;

CREATE OR REPLACE VIEW praetor.question_templates WITH (security_invoker = true) AS
SELECT q.id, q.key AS template_key, q.pool_key AS category, q.question ->> 'ask' AS question_text,
       q.question ->> 'why' AS description, q.question ->> 'kind' AS answer_type,
       coalesce(q.question -> 'options', '[]') AS options, '{}'::jsonb AS validation_rules, q.position AS display_order,
       coalesce((q.question ->> 'required')::boolean, false) AS is_required,
       array_remove(ARRAY[q.template], NULL) AS applicable_templates, q.created_at
FROM studio.library_questions q;

-- The rule of a pool says which facts open its questions; a domain's is the domain itself.
CREATE OR REPLACE VIEW praetor.pool_activation_rules WITH (security_invoker = true) AS
SELECT md5(e.id::text || r.key || (r.value #>> '{}'))::uuid AS id, e.id AS pool_id, r.key AS trigger_type,
       r.value #>> '{}' AS trigger_value, NULL::numeric(3, 2) AS confidence_threshold,
       ARRAY(SELECT jsonb_object_keys(coalesce(e.entry -> 'naics', '{}'))) AS industry_filter, e.created_at
FROM studio.library_entries e CROSS JOIN LATERAL jsonb_each(CASE e.kind
  WHEN 'domains' THEN jsonb_build_object('domain', e.key)
  ELSE coalesce(nullif(e.entry -> 'when', 'null'), '{}') END) AS r
WHERE e.kind IN ('domains', 'pools');

CREATE OR REPLACE VIEW praetor.kb_canonical_entities WITH (security_invoker = true) AS
SELECT n.id, n.entity ->> 'title' AS entity_name, 'resource'::text AS entity_type,
       ARRAY(SELECT jsonb_array_elements_text(coalesce(n.entity -> 'synonyms', '[]'))) AS synonyms,
       n.entity ->> 'summary' AS description, n.created_at
FROM studio.library_entities n;

CREATE OR REPLACE VIEW praetor.entity_questions WITH (security_invoker = true) AS
SELECT q.id, n.id AS entity_id, q.question ->> 'ask' AS question_text, q.question ->> 'kind' AS question_type,
       coalesce(nullif(q.question -> 'when', 'null'), '{}') AS context, q.created_at
FROM studio.library_questions q
JOIN studio.library_entities n ON n.tenant_id = q.tenant_id AND n.domain_id = q.pool_id AND n.key = q.question ->> 'entity';

CREATE OR REPLACE VIEW praetor.canonical_questions WITH (security_invoker = true) AS
SELECT q.id, n.id AS entity_id, q.question ->> 'ask' AS question_text, q.pool_key AS category,
       coalesce((q.question ->> 'weight')::int, 5) AS priority, q.created_at
FROM studio.library_questions q
LEFT JOIN studio.library_entities n ON n.tenant_id = q.tenant_id AND n.domain_id = q.pool_id AND n.key = q.question ->> 'entity';

CREATE OR REPLACE VIEW praetor.kb_naics_standard_mappings WITH (security_invoker = true) AS
SELECT md5(n.id::text || c.key)::uuid AS id, c.key AS naics_code, n.id AS entity_id,
       (c.value #>> '{}')::numeric(3, 2) AS relevance_score, n.created_at
FROM studio.library_entities n CROSS JOIN LATERAL jsonb_each(coalesce(n.domain -> 'naics', '{}')) AS c;

CREATE OR REPLACE VIEW praetor.feature_catalog WITH (security_invoker = true) AS
SELECT e.key AS id, e.entry ->> 'title' AS name, e.entry ->> 'summary' AS description, e.entry ->> 'group' AS category,
       CASE WHEN (e.entry ->> 'effort')::int <= 3 THEN 'low' WHEN (e.entry ->> 'effort')::int <= 5 THEN 'medium'
         ELSE 'high' END AS complexity,
       ARRAY(SELECT p.key FROM studio.library_entries p WHERE p.tenant_id = e.tenant_id AND p.kind = 'patterns'
         AND p.entry -> 'features' ? e.key ORDER BY p.key) AS related_patterns, e.created_at
FROM studio.library_entries e WHERE e.kind = 'features';

CREATE OR REPLACE VIEW praetor.kb_patterns WITH (security_invoker = true) AS
SELECT e.key AS id, e.entry ->> 'title' AS name, e.entry ->> 'summary' AS description, e.entry ->> 'category' AS category,
       coalesce(e.entry ->> 'cloud', 'agnostic') AS cloud_provider, e.created_at
FROM studio.library_entries e WHERE e.kind = 'patterns';

CREATE OR REPLACE VIEW praetor.kb_pattern_feature_mappings WITH (security_invoker = true) AS
SELECT e.key AS pattern_id, f.key AS feature_id, (f.value #>> '{}')::numeric(3, 2) AS relevance_score,
       'manual'::text AS mapping_source, e.created_at
FROM studio.library_entries e CROSS JOIN LATERAL jsonb_each(coalesce(e.entry -> 'features', '{}')) AS f
WHERE e.kind = 'patterns';

CREATE OR REPLACE VIEW praetor.ontology_domain_templates WITH (security_invoker = true) AS
SELECT n.id, n.domain_key AS domain, 'entity'::text AS category, n.key AS canonical_name, n.entity ->> 'title' AS display_name,
       jsonb_build_object('suggestedAttributes', coalesce(n.entity -> 'attributes', '{}'), 'statusEnum', n.entity -> 'states',
         'transitions', n.entity -> 'transitions', 'businessRules', n.entity -> 'rules',
         'requiredQuestions', (SELECT coalesce(jsonb_agg(q.key ORDER BY q.position), '[]') FROM studio.library_questions q
           WHERE q.tenant_id = n.tenant_id AND q.pool_id = n.domain_id AND q.question ->> 'entity' = n.key),
         'relatedEntities', coalesce(n.entity -> 'related', '[]')) AS template,
       ARRAY(SELECT jsonb_array_elements_text(coalesce(n.entity -> 'synonyms', '[]'))) AS keywords, NULL::real[] AS embedding,
       n.created_at
FROM studio.library_entities n;

CREATE OR REPLACE VIEW praetor.ontology_pattern_templates WITH (security_invoker = true) AS
SELECT e.id, e.key AS pattern_name, e.entry ->> 'title' AS display_name, e.entry ->> 'category' AS category,
       CASE WHEN (e.entry ->> 'effort')::int <= 3 THEN 'simple' WHEN (e.entry ->> 'effort')::int <= 5 THEN 'moderate'
         ELSE 'complex' END AS complexity,
       jsonb_build_object('description', e.entry -> 'summary', 'steps', e.entry -> 'steps',
         'requiredQuestions', (SELECT coalesce(jsonb_agg(s), '[]') FROM jsonb_object_keys(coalesce(e.entry -> 'settles', '{}')) AS s),
         'technicalConsiderations', e.entry -> 'considerations', 'bestPractices', '[]'::jsonb) AS template,
       ARRAY(SELECT jsonb_array_elements_text(coalesce(e.entry -> 'signals', '[]'))) AS keywords,
       ARRAY(SELECT jsonb_array_elements_text(coalesce(e.entry -> 'domains', '[]'))) AS compatible_domains,
       NULL::real[] AS embedding, e.created_at
FROM studio.library_entries e WHERE e.kind = 'patterns';

CREATE OR REPLACE VIEW praetor.ontology_integration_templates WITH (security_invoker = true) AS
SELECT e.id, e.key AS provider, e.entry ->> 'title' AS display_name, e.entry ->> 'capability' AS category,
       ARRAY(SELECT jsonb_array_elements_text(coalesce(e.entry -> 'features', '[]'))) AS capabilities,
       ARRAY(SELECT jsonb_array_elements_text(coalesce(e.entry -> 'secrets', '[]'))) AS required_config,
       jsonb_build_object('apiEndpoints', e.entry -> 'operations', 'webhookEvents', coalesce(e.entry -> 'webhooks', '[]'),
         'authMethods', jsonb_build_array(e.entry -> 'auth'), 'requiredQuestions', '[]'::jsonb,
         'configurationSteps', e.entry -> 'setup') AS template,
       e.entry ->> 'source' AS docs_reference, NULL::real[] AS embedding, e.created_at
FROM studio.library_entries e WHERE e.kind = 'integrations';

-- A need is a question of its section; the section's state follows from its needs and is not kept.
CREATE OR REPLACE VIEW praetor.graph_nodes WITH (security_invoker = true) AS
SELECT md5(s.id::text || n.key)::uuid AS id, s.project_id, md5(s.id::text || '#' || split_part(n.key, '.', 1))::uuid AS parent_id,
       'question'::text AS type, n.key AS template_key,
       (SELECT jsonb_strip_nulls(jsonb_build_object('question_text', o -> 'novice', 'description', o -> 'why',
           'variants', jsonb_build_array(
             jsonb_build_object('type', 'novice', 'text', o -> 'novice', 'confidence', 1),
             jsonb_build_object('type', 'expert', 'text', o -> 'expert', 'confidence', 1)),
           'answer_type', o -> 'widget', 'options', o -> 'choices'))
        FROM jsonb_array_elements(jsonb_build_array(n.obligation) || coalesce(b.config -> 'obligations', '[]')) AS o
        WHERE o ->> 'key' = n.key LIMIT 1) AS content,
       CASE n.status WHEN 'satisfied' THEN 'answered' WHEN 'skipped' THEN 'skipped' WHEN 'pending' THEN 'pending'
         ELSE 'active' END AS status,
       n.position AS display_order, '{}'::uuid[] AS dependencies, s.created_at, s.created_at AS updated_at
FROM studio.needs n
JOIN studio.sessions s ON s.tenant_id = n.tenant_id AND s.id = n.session_id
JOIN studio.objectives b ON b.tenant_id = s.tenant_id AND b.id = s.objective_id
UNION ALL
SELECT md5(s.id::text || '#' || p.section)::uuid, s.project_id, NULL, 'section', p.section,
       jsonb_build_object('question_text', p.section), 'active', p.position, '{}', s.created_at, s.created_at
FROM (SELECT n.tenant_id, n.session_id, split_part(n.key, '.', 1) AS section, min(n.position) AS position
      FROM studio.needs n GROUP BY 1, 2, 3) p
JOIN studio.sessions s ON s.tenant_id = p.tenant_id AND s.id = p.session_id;

-- What takes time is a run; the queue behind it is its own.
CREATE OR REPLACE VIEW praetor.background_tasks WITH (security_invoker = true) AS
SELECT r.id, r.tenant_id, CASE WHEN r.input ->> 'project_id' ~ '^[0-9a-f-]{36}$' THEN (r.input ->> 'project_id')::uuid END
         AS project_id, r.kind AS task_type, r.input AS payload, 0 AS priority,
       CASE r.status WHEN 'queued' THEN 'pending' WHEN 'running' THEN 'running' WHEN 'succeeded' THEN 'completed'
         ELSE 'failed' END AS status,
       r.attempts, NULL::int AS max_attempts, r.started_at, r.completed_at,
       CASE WHEN r.error_code IS NOT NULL THEN jsonb_build_object('code', r.error_code, 'message', r.error_message) END AS error,
       r.created_at
FROM kernel.runs r;
