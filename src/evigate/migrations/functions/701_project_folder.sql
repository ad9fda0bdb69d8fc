-- A project's rows out and in: which tables, which rows of each, and in which order they go in.
-- Ids stay as they are: every key begins with the tenant, so another tenant has room for them.

INSERT INTO kernel.event_types (stream_kind, type) VALUES ('audit', 'studio_project_imported')
ON CONFLICT DO NOTHING;

CREATE OR REPLACE FUNCTION studio.project_tables()
RETURNS TABLE (place int, name text, which text, without text[], sorting text)
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
  WITH ids(project, module, sessions, artifacts, runs, reviews) AS (VALUES (
    't.project_id = $1',
    't.module_id = (SELECT p.module_id FROM studio.projects p WHERE p.id = $1)',
    't.session_id IN (SELECT s.id FROM studio.sessions s WHERE s.project_id = $1)',
    't.artifact_id IN (SELECT a.id FROM gate.artifacts a JOIN studio.projects p ON p.module_id = a.module_id WHERE p.id = $1)',
    'IN (SELECT a.run_id FROM gate.artifacts a JOIN studio.projects p ON p.module_id = a.module_id WHERE p.id = $1
         UNION SELECT q.run_id FROM studio.question_plans q WHERE q.project_id = $1
         UNION SELECT e.run_id FROM studio.reviews e WHERE e.project_id = $1 AND e.run_id IN (
           SELECT c.run_id FROM agents.concerts c WHERE c.status IN (''completed'', ''failed'', ''cancelled'')))',
    -- Of a review that is under way the house has jobs and what is set aside; it stays.
    't.run_id IN (SELECT e.run_id FROM studio.reviews e JOIN agents.concerts c ON c.tenant_id = e.tenant_id AND c.run_id = e.run_id
       WHERE e.project_id = $1 AND c.status IN (''completed'', ''failed'', ''cancelled''))'))
  SELECT x.* FROM ids, LATERAL (VALUES
    (1, 'studio.objectives', 't.id IN (SELECT s.objective_id FROM studio.sessions s WHERE s.project_id = $1)', '{is_active,created_at}'::text[], 't.id'),
    (2, 'evidence.modules', 't.id = (SELECT p.module_id FROM studio.projects p WHERE p.id = $1)', '{}', 't.id'),
    (3, 'evidence.file_search_stores', module, '{evidence_version}', 't.id'),
    (4, 'kernel.runs', 't.id ' || runs, '{job_id}', 't.id'),
    (5, 'kernel.run_steps', 't.run_id ' || runs, '{}', 't.run_id, t.position'),
    (6, 'gate.generation_runs', 't.id ' || runs, '{prompt_id}', 't.id'),
    (7, 'studio.projects', 't.id = $1', '{created_by}', 't.id'),
    (8, 'studio.phase_passes', project, '{}', 't.started_at, t.phase, t.number'),
    (9, 'studio.sessions', project, '{}', 't.id'),
    (10, 'studio.needs', sessions, '{}', 't.position'),
    (11, 'studio.messages', sessions, '{}', 't.position'),
    (12, 'studio.claims', sessions, '{}', 't.position'),
    (13, 'studio.summaries', sessions, '{}', 't.turn_start'),
    (14, 'studio.research_tasks', sessions, '{}', 't.id'),
    (15, 'studio.feature_seeds', project, '{}', 't.id'),
    (16, 'studio.seed_decisions', project, '{}', 't.seed_key'),
    (17, 'studio.candidate_sets', project, '{}', 't.id'),
    (18, 'studio.curations', project, '{}', 't.id'),
    (19, 'studio.features', project, '{}', 't.id'),
    (20, 'studio.question_plans', project, '{}', 't.id'),
    (21, 'studio.plan_questions', project, '{}', 't.id'),
    (22, 'studio.answers', project, '{}', 't.id'),
    (23, 'studio.pattern_detections', project, '{}', 't.id'),
    (24, 'studio.tasks', project, '{assignee_id}', 't.id'),
    (25, 'studio.task_actions', project, '{}', 't.id'),
    (26, 'studio.task_targets', project, '{}', 't.task_id, t.kind, t.target'),
    (27, 'studio.task_waits', project, '{}', 't.task_id, t.waits_for'),
    (28, 'studio.task_submissions', project, '{}', 't.id'),
    (29, 'studio.task_files', project, '{}', 't.task_id, t.digest'),
    (30, 'studio.task_activity', project, '{id}', 't.id'),
    (31, 'studio.designs', project, '{}', 't.id'),
    (32, 'gate.artifacts', module, '{}', 't.kind, t.key, t.version'),
    (33, 'gate.approvals', artifacts, '{}', 't.artifact_id'),
    (34, 'gate.findings', artifacts, '{}', 't.id'),
    (35, 'gate.review_tasks', artifacts, '{assigned_to}', 't.id'),
    (36, 'gate.comments', artifacts, '{}', 't.created_at, t.id'),
    (37, 'studio.specifications', project, '{}', 't.artifact_id'),
    (38, 'studio.imported_statements', project, '{}', 't.id'),
    (39, 'studio.feedback_events', project, '{}', 't.id'),
    (40, 'studio.context_artifacts', project, '{}', 't.key'),
    (41, 'studio.context_links', project, '{}', 't.artifact_id, t.depends_on_id'),
    (42, 'studio.context_changes', project, '{}', 't.id'),
    (43, 'studio.context_requests', project, '{}', 't.id'),
    (44, 'agents.concerts', reviews, '{}', 't.run_id'),
    (45, 'agents.checkpoints', reviews, '{}', 't.run_id, t.step_index'),
    (46, 'agents.memory', 't.session_id = $1', '{position}', 't.position'),
    (47, 'studio.reviews', reviews, '{}', 't.run_id'),
    (48, 'kernel.streams', '(t.kind = ''studio_project'' AND t.id = $1) OR (t.kind = ''studio_session'' AND t.id IN
      (SELECT s.id FROM studio.sessions s WHERE s.project_id = $1)) OR (t.kind IN (''run'', ''concert'') AND t.id ' || runs || ')', '{}', 't.kind, t.id'),
    (49, 'kernel.events', '(t.stream_kind = ''studio_project'' AND t.stream_id = $1) OR (t.stream_kind = ''studio_session'' AND t.stream_id IN
      (SELECT s.id FROM studio.sessions s WHERE s.project_id = $1)) OR (t.stream_kind IN (''run'', ''concert'') AND t.stream_id ' || runs || ')', '{}', 't.stream_kind, t.stream_id, t.seq')
  ) x(place, name, which, without, sorting)
$$;

-- Every row of a project that the caller may see, by table; without the tenant, and without what is
-- the house's own: jobs, assignments of people who are not there, the state of an index.
CREATE OR REPLACE FUNCTION studio.export_project(p_project uuid) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = pg_catalog SET TimeZone = 'UTC' AS $$
DECLARE
  v_table record;
  v_rows jsonb;
  v_found jsonb := '{}';
BEGIN
  FOR v_table IN SELECT * FROM studio.project_tables() ORDER BY place LOOP
    EXECUTE format('SELECT coalesce(jsonb_agg((to_jsonb(t) - ''tenant_id'') - %L::text[] ORDER BY %s), ''[]'') FROM %s t WHERE %s',
      v_table.without, v_table.sorting, v_table.name, v_table.which) INTO v_rows USING p_project;
    v_found := v_found || jsonb_build_object(v_table.name, v_rows);
  END LOOP;
  RETURN v_found;
END $$;

-- Rows as they went out come in for the caller's tenant. Who may is asked before; that nothing came
-- in but one project's own rows is asked after, by letting it out again.
CREATE OR REPLACE FUNCTION studio.import_project(p_rows jsonb) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog SET TimeZone = 'UTC' AS $$
DECLARE
  v_table record;
  v_columns text;
  v_tenant uuid := kernel.current_tenant();
  v_project uuid := (p_rows #>> '{studio.projects,0,id}')::uuid;
  v_rows jsonb := p_rows;
  v_objective jsonb;
  v_present uuid;
BEGIN
  IF v_tenant IS NULL OR v_project IS NULL THEN
    RAISE EXCEPTION 'there is no tenant, or no project' USING ERRCODE = 'check_violation';
  END IF;
  FOR v_objective IN SELECT * FROM jsonb_array_elements(v_rows -> 'studio.objectives') LOOP
    SELECT o.id INTO v_present FROM studio.objectives o WHERE o.tenant_id = v_tenant
      AND o.context_type = v_objective ->> 'context_type' AND o.config = v_objective -> 'config' ORDER BY o.version LIMIT 1;
    IF v_present IS NULL THEN
      v_present := (v_objective ->> 'id')::uuid;
      INSERT INTO studio.objectives (tenant_id, id, context_type, version, display_name, config, is_active)
        SELECT v_tenant, v_present, v_objective ->> 'context_type',
          -- Another objective of that version is here: this one gets a number after all of theirs.
          CASE WHEN EXISTS (SELECT 1 FROM studio.objectives o WHERE o.tenant_id = v_tenant
              AND o.context_type = v_objective ->> 'context_type' AND o.version = v_objective ->> 'version')
            THEN (SELECT 1 + max(split_part(o.version, '.', 1)::int) FROM studio.objectives o
              WHERE o.tenant_id = v_tenant AND o.context_type = v_objective ->> 'context_type') || '.0.0'
            ELSE v_objective ->> 'version' END,
          v_objective ->> 'display_name', v_objective -> 'config',
          NOT EXISTS (SELECT 1 FROM studio.objectives o WHERE o.tenant_id = v_tenant
            AND o.context_type = v_objective ->> 'context_type' AND o.is_active);
    END IF;
    v_rows := replace(v_rows::text, v_objective ->> 'id', v_present::text)::jsonb;
  END LOOP;
  FOR v_table IN SELECT * FROM studio.project_tables() WHERE place > 1 ORDER BY place LOOP
    SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) INTO v_columns
      FROM pg_attribute a WHERE a.attrelid = v_table.name::regclass AND a.attnum > 0 AND NOT a.attisdropped
        AND a.attgenerated = '' AND a.attname <> 'tenant_id' AND a.attname <> ALL (v_table.without);
    EXECUTE format('INSERT INTO %s (tenant_id, %s) SELECT $1, %s FROM jsonb_populate_recordset(NULL::%s, $2)',
      v_table.name, v_columns, v_columns, v_table.name) USING v_tenant, v_rows -> v_table.name;
    -- What triggers wrote of the new rows stands in the rows to come already.
    IF v_table.name = 'studio.projects' THEN
      DELETE FROM studio.phase_passes p WHERE p.tenant_id = v_tenant AND p.project_id = v_project;
    ELSIF v_table.name = 'studio.tasks' THEN
      DELETE FROM studio.task_activity y WHERE y.tenant_id = v_tenant AND y.project_id = v_project;
    END IF;
  END LOOP;
  UPDATE studio.research_tasks r SET status = 'failed', completed_at = now(),
      error_message = 'It was under way when the project was exported.'
    FROM studio.sessions s WHERE s.tenant_id = v_tenant AND s.project_id = v_project AND r.tenant_id = v_tenant
      AND r.session_id = s.id AND r.status IN ('pending', 'running');
  RETURN v_project;
END $$;
