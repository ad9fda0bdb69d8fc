-- The walls: who may touch what. Grants first, then one policy for every table with a tenant.
--
-- Generated from the catalog, so that a table added by a later migration cannot be forgotten.

DO $$
DECLARE
  v_schema text;
BEGIN
  FOREACH v_schema IN ARRAY ARRAY['kernel', 'agents', 'evidence', 'gate', 'papers', 'learning', 'studio', 'engine', 'p2n',
    'jammi', 'learning_bank', 'praetor'] LOOP
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO evigate_app, service_role', v_schema);
    EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA %I FROM evigate_app', v_schema);
    EXECUTE format('GRANT ALL ON ALL TABLES IN SCHEMA %I TO service_role', v_schema);
    EXECUTE format('GRANT ALL ON ALL SEQUENCES IN SCHEMA %I TO service_role', v_schema);
    EXECUTE format('GRANT ALL ON ALL FUNCTIONS IN SCHEMA %I TO service_role', v_schema);
    EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA %I GRANT ALL ON TABLES TO service_role', v_schema);
    EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA %I GRANT ALL ON SEQUENCES TO service_role', v_schema);
    EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA %I GRANT ALL ON FUNCTIONS TO service_role', v_schema);
  END LOOP;
END $$;

-- What the app may do itself.
GRANT SELECT, INSERT, UPDATE, DELETE ON
  kernel.sessions, kernel.sign_in_links, kernel.api_tokens, kernel.secrets,
  kernel.blobs, kernel.run_steps, kernel.budgets, kernel.budget_reservations,
  evidence.file_search_stores, evidence.documents,
  papers.papers, papers.claims, papers.plans, papers.run_series, papers.storyboards,
  papers.assets, papers.evals, papers.gaps, papers.reproductions, papers.rankings, papers.retention, papers.datasets,
  engine.sources, engine.models, engine.tables, engine.table_versions, engine.segments,
  engine.topics, engine.topic_batches, engine.topic_groups, engine.topic_deliveries, engine.dead_letters
  TO evigate_app;
GRANT SELECT, INSERT, DELETE ON evidence.chunks TO evigate_app;
-- Artifacts hang off modules and runs, so only functions remove these, and what they are never changes.
GRANT SELECT, INSERT ON kernel.runs, evidence.modules, gate.generation_runs, gate.findings TO evigate_app;
GRANT UPDATE (status, attempts, job_id, output, started_at, completed_at, cancel_requested_at, error_code,
  error_message) ON kernel.runs TO evigate_app;
GRANT UPDATE (title) ON evidence.modules TO evigate_app;
GRANT UPDATE (output_payload, usage) ON gate.generation_runs TO evigate_app;
GRANT UPDATE (severity, message, fix, status, seen_count, last_seen_at, resolved_at, waived_reason)
  ON gate.findings TO evigate_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON kernel.roles, kernel.role_grants, kernel.policies TO evigate_app;
GRANT SELECT, INSERT ON kernel.policy_evaluations TO evigate_app;
GRANT SELECT, INSERT, DELETE ON kernel.organisations, kernel.organisation_members, kernel.engagements TO evigate_app;
GRANT UPDATE (name, owner_id, version, updated_at) ON kernel.organisations TO evigate_app;
GRANT UPDATE (role) ON kernel.organisation_members TO evigate_app;
GRANT UPDATE (user_id, role_id, status, updated_at) ON kernel.engagements TO evigate_app;
GRANT SELECT ON kernel.held_roles, kernel.organisation_things TO evigate_app;
GRANT SELECT, INSERT, UPDATE ON agents.choices TO evigate_app;
-- A suite's rules are a tenant's to write until it is used; prompts, choices and comments are added.
GRANT SELECT, INSERT, UPDATE, DELETE ON gate.eval_suites, gate.eval_rules TO evigate_app;
GRANT SELECT, INSERT ON gate.prompt_versions, gate.prompt_activations, gate.kind_suites, gate.judges,
  gate.comments TO evigate_app;
-- Mutable tables are made by a function alone, and removed by whoever removes their name.
GRANT SELECT, DELETE ON engine.mutable_tables TO evigate_app;
GRANT SELECT ON engine.mutable_indexes, engine.mutable_changes TO evigate_app;
GRANT SELECT, INSERT, DELETE ON engine.ephemeral_sessions TO evigate_app;
GRANT USAGE ON SCHEMA engine_rows TO evigate_app;
GRANT USAGE, CREATE ON SCHEMA engine_rows TO service_role;
GRANT SELECT, INSERT, UPDATE, DELETE ON engine.eval_runs TO evigate_app;
GRANT SELECT, INSERT, DELETE ON engine.eval_queries TO evigate_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON engine.training_jobs TO evigate_app;
-- Channels and their columns are only ever added.
GRANT SELECT, INSERT ON engine.channels, engine.channel_columns, engine.search_audit TO evigate_app;
GRANT SELECT, INSERT, UPDATE ON engine.search_audit_heads TO evigate_app;
-- What people did to claims, and what was learnt from it, is only ever added to.
GRANT SELECT, INSERT ON papers.claim_edits, papers.linkers TO evigate_app;
GRANT SELECT, INSERT, DELETE ON papers.runs TO evigate_app;
GRANT UPDATE (status, started_at, completed_at, duration_sec, error_code, error_message, sandbox_level,
  seeds_count, cpu_seconds, peak_memory_bytes, executor, findings, batch_id, env_hash) ON papers.runs TO evigate_app;
-- Only functions write these: the log, the approvals, the artifacts, the tenants themselves.
GRANT SELECT ON kernel.tenants, kernel.streams, kernel.events, kernel.event_types,
  gate.artifacts, gate.approvals, gate.citations, gate.eval_runs, gate.eval_results, gate.waivers,
  gate.judge_floors, gate.judge_calibrations, gate.review_tasks, gate.reviews, papers.run_events, papers.latest_runs, papers.paper_summary TO evigate_app;
GRANT SELECT (id, email, display_name, created_at, suspended_at) ON kernel.users TO evigate_app;
GRANT UPDATE (display_name) ON kernel.users TO evigate_app;
-- Nobody reads a password's hash; signing in asks a function.
GRANT SELECT (tenant_id, user_id, role, attributes, created_at), INSERT (tenant_id, user_id, role),
  UPDATE (role, password_hash, attributes),
  DELETE ON kernel.memberships TO evigate_app;
GRANT SELECT, INSERT, UPDATE (role, role_id, resource, message, token_hash, expires_at, invited_by, revoked_at)
  ON kernel.invitations TO evigate_app;
GRANT SELECT ON ALL TABLES IN SCHEMA p2n, jammi, learning_bank, praetor TO evigate_app;
-- Attempts are only ever added; what is measured from them is written anew.
GRANT SELECT, INSERT, UPDATE, DELETE ON learning.modules, learning.prerequisites, learning.objectives,
  learning.cards, learning.abilities, learning.item_stats, learning.statements TO evigate_app;
GRANT SELECT, INSERT, UPDATE ON learning.items, learning.sessions TO evigate_app;
GRANT SELECT, INSERT ON learning.attempts, learning.self_ratings TO evigate_app;
GRANT SELECT ON learning.approved_bank TO evigate_app;
-- What was said stays as it was said; how it stands is written anew with each turn.
GRANT SELECT, INSERT ON studio.messages, studio.summaries TO evigate_app;
GRANT SELECT, INSERT ON studio.objectives TO evigate_app;
GRANT UPDATE (is_active) ON studio.objectives TO evigate_app;
GRANT SELECT, INSERT, UPDATE ON studio.projects, studio.sessions, studio.needs, studio.tasks TO evigate_app;
GRANT SELECT ON studio.project_things TO evigate_app;
GRANT SELECT, INSERT, UPDATE (status, superseded_by, confidence) ON studio.claims TO evigate_app;
-- A version of a library entry is never changed; the item says which one holds.
GRANT SELECT, INSERT, UPDATE (status, attempts, result, error_message, started_at, completed_at)
  ON studio.research_tasks TO evigate_app;
GRANT SELECT, INSERT ON studio.library_items, studio.library_versions TO evigate_app;
GRANT UPDATE (version, is_withdrawn) ON studio.library_items TO evigate_app;
-- What was given for a task, and what happened to it, is only ever added to.
GRANT SELECT ON studio.task_states, studio.library_entries, studio.library_questions, studio.library_entities TO evigate_app;
GRANT SELECT, INSERT ON studio.task_actions, studio.task_targets, studio.task_submissions, studio.task_files,
  studio.task_activity TO evigate_app;
GRANT SELECT, INSERT, DELETE ON studio.task_waits TO evigate_app;
-- A candidate set and an answer stay as they are; the board, the plan and how they stand are written anew.
GRANT SELECT, INSERT ON studio.candidate_sets, studio.answers, studio.feature_seeds, studio.phase_passes TO evigate_app;
GRANT UPDATE (superseded_at) ON studio.feature_seeds TO evigate_app;
GRANT UPDATE (completed_at, outcome, reason, decided_by) ON studio.phase_passes TO evigate_app;
GRANT SELECT, INSERT, UPDATE ON studio.seed_decisions, studio.curations, studio.features, studio.question_plans,
  studio.plan_questions, studio.pattern_detections, studio.mistakes TO evigate_app;
GRANT DELETE ON studio.seed_decisions, studio.pattern_detections TO evigate_app;
GRANT SELECT ON studio.specification_states TO evigate_app;
GRANT SELECT, INSERT ON studio.designs, studio.specifications, studio.imported_statements TO evigate_app;
GRANT UPDATE (status, decided_by) ON studio.imported_statements TO evigate_app;
-- What a run was to do, who approved it and what it did is only ever added to.
GRANT SELECT, INSERT ON studio.kits, studio.kit_executions, studio.kit_plans, studio.kit_plan_items,
  studio.kit_approvals, studio.kit_outputs, studio.kit_items, studio.kit_bundles TO evigate_app;
GRANT UPDATE (status, digest, package_sha256, manifest, updated_at) ON studio.kits TO evigate_app;
GRANT UPDATE (status, phase, is_waiting, plan_digest, rendered_sha256, log, error_code, error_message)
  ON studio.kit_executions TO evigate_app;
GRANT SELECT, INSERT, UPDATE ON studio.kit_credentials, studio.kit_discoveries TO evigate_app;
-- What was given of a project, and what changed in it, is only ever added to.
GRANT SELECT, INSERT, UPDATE, DELETE ON studio.context_profiles, studio.context_cache TO evigate_app;
GRANT SELECT, INSERT, UPDATE ON studio.context_artifacts TO evigate_app;
GRANT SELECT, INSERT, DELETE ON studio.context_links TO evigate_app;
GRANT SELECT, INSERT ON studio.context_requests, studio.context_changes TO evigate_app;
GRANT SELECT, INSERT, UPDATE (task_id, settled_at) ON studio.reviews TO evigate_app;
GRANT SELECT, INSERT, UPDATE ON kernel.heartbeat_settings, kernel.channels TO evigate_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON kernel.connections TO evigate_app;
-- A checkpoint stays as it was written, until it has expired; memory is made shorter.
GRANT SELECT, INSERT, UPDATE ON agents.concerts TO evigate_app;
GRANT SELECT, INSERT, DELETE ON agents.checkpoints, agents.memory TO evigate_app;
GRANT SELECT, INSERT ON studio.feedback_events TO evigate_app;
GRANT SELECT ON studio.offer_outcomes TO evigate_app;

-- The queue's worker lives in the library's schema and nowhere else.
GRANT USAGE ON SCHEMA procrastinate TO evigate_queue, service_role;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA procrastinate TO evigate_queue, service_role;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA procrastinate TO evigate_queue, service_role;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA procrastinate TO evigate_queue, service_role;
ALTER ROLE evigate_queue SET search_path = procrastinate;

-- Functions that see past a policy belong to service_role, for which every policy is open.
DO $$
DECLARE
  v_function regprocedure;
BEGIN
  GRANT CREATE ON SCHEMA kernel, evidence, gate, learning, studio, engine TO service_role;
  REVOKE ALL ON ALL FUNCTIONS IN SCHEMA kernel, evidence, gate, papers, learning, studio, engine FROM PUBLIC;
  FOR v_function IN
    SELECT p.oid::regprocedure FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname IN ('kernel', 'evidence', 'gate', 'learning', 'studio', 'engine') AND p.prosecdef
      AND p.proname <> 'ensure_event_partitions'
  LOOP
    EXECUTE format('ALTER FUNCTION %s OWNER TO service_role', v_function);
  END LOOP;
  GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA kernel, evidence, gate, papers, learning, studio, engine TO evigate_app, service_role;
  -- Only the gate's own functions move a status or say what an artifact rests on.
  REVOKE EXECUTE ON FUNCTION gate.move_artifact(uuid, uuid, text, text),
    gate.add_citations(uuid, uuid, uuid, jsonb), gate.check_citation(uuid, uuid),
    gate.take_out_of_use(uuid, uuid, uuid, text), gate.follow_run(uuid, uuid, uuid, text[], text[]),
    gate.follow_review(uuid, uuid, text, text), gate.ask_for_review(uuid, uuid, text),
    gate.tell(uuid, text, jsonb), gate.tally(uuid, uuid),
    gate.library_suite(text, int, text, numeric, text, boolean),
    gate.library_rule(text, int, text, text, numeric, numeric, numeric, jsonb),
    gate.library_judge(text, text, text, text),
    gate.library_calibration(text, text, text, text, boolean, int, int, numeric, numeric, numeric, numeric, numeric, numeric),
    gate.library_charge(text, text, int) FROM evigate_app;
  GRANT EXECUTE ON FUNCTION kernel.current_tenant(), kernel.current_actor() TO PUBLIC;
END $$;

-- One policy for every table with a tenant_id: the row's tenant is the session's. The sub-select
-- makes it an init plan, evaluated once a statement. A row without a tenant, where a table allows
-- one, belongs to the library: all may read it, only maintenance writes it.
DO $$
DECLARE
  v_table record;
BEGIN
  FOR v_table IN
    SELECT n.nspname, c.relname, a.attnotnull FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
    WHERE c.relkind IN ('r', 'p') AND n.nspname IN ('kernel', 'agents', 'evidence', 'gate', 'papers', 'learning', 'studio', 'engine')
  LOOP
    EXECUTE format('ALTER TABLE %I.%I ENABLE ROW LEVEL SECURITY', v_table.nspname, v_table.relname);
    EXECUTE format('ALTER TABLE %I.%I FORCE ROW LEVEL SECURITY', v_table.nspname, v_table.relname);
    EXECUTE format('DROP POLICY IF EXISTS tenant_wall ON %I.%I', v_table.nspname, v_table.relname);
    EXECUTE format('DROP POLICY IF EXISTS maintenance ON %I.%I', v_table.nspname, v_table.relname);
    EXECUTE format('DROP POLICY IF EXISTS library ON %I.%I', v_table.nspname, v_table.relname);
    EXECUTE format('CREATE POLICY maintenance ON %I.%I TO service_role USING (true) WITH CHECK (true)',
      v_table.nspname, v_table.relname);
    EXECUTE format('CREATE POLICY tenant_wall ON %I.%I USING (tenant_id = (SELECT kernel.current_tenant()))'
      ' WITH CHECK (tenant_id = (SELECT kernel.current_tenant()))', v_table.nspname, v_table.relname);
    IF NOT v_table.attnotnull THEN
      EXECUTE format('CREATE POLICY library ON %I.%I FOR SELECT USING (tenant_id IS NULL'
        ' AND (SELECT kernel.current_tenant()) IS NOT NULL)', v_table.nspname, v_table.relname);
    END IF;
  END LOOP;
END $$;

-- A learner sees artifacts that are approved today, and nothing of what judged them.
DO $$
DECLARE
  v_table text;
BEGIN
  DROP POLICY IF EXISTS learner_wall ON gate.artifacts;
  CREATE POLICY learner_wall ON gate.artifacts AS RESTRICTIVE TO evigate_app
    USING ((SELECT kernel.current_role_name()) IS DISTINCT FROM 'learner' OR status = 'APPROVED');
  FOREACH v_table IN ARRAY ARRAY['generation_runs', 'eval_suites', 'eval_rules', 'kind_suites', 'eval_runs',
    'eval_results', 'waivers', 'judges', 'judge_calibrations', 'review_tasks', 'reviews', 'comments',
    'findings', 'prompt_versions', 'prompt_activations']
  LOOP
    EXECUTE format('DROP POLICY IF EXISTS learner_wall ON gate.%I', v_table);
    EXECUTE format('CREATE POLICY learner_wall ON gate.%I AS RESTRICTIVE TO evigate_app'
      ' USING ((SELECT kernel.current_role_name()) IS DISTINCT FROM ''learner'')', v_table);
  END LOOP;
END $$;

-- Runs and the log hold drafts and what models said; a learner has no part in them.
DO $$
DECLARE
  v_table text;
BEGIN
  FOREACH v_table IN ARRAY ARRAY['runs', 'run_steps', 'events'] LOOP
    EXECUTE format('DROP POLICY IF EXISTS learner_wall ON kernel.%I', v_table);
    EXECUTE format('CREATE POLICY learner_wall ON kernel.%I AS RESTRICTIVE TO evigate_app'
      ' USING ((SELECT kernel.current_role_name()) IS DISTINCT FROM ''learner'')', v_table);
  END LOOP;
END $$;

-- What hangs off an artifact is seen with it, and an artifact by a learner only while approved.
DO $$
DECLARE
  v_table text;
BEGIN
  FOREACH v_table IN ARRAY ARRAY['gate.citations', 'learning.items', 'learning.item_stats'] LOOP
    EXECUTE format('DROP POLICY IF EXISTS learner_wall ON %s', v_table);
    EXECUTE format('CREATE POLICY learner_wall ON %1$s AS RESTRICTIVE TO evigate_app'
      ' USING ((SELECT kernel.current_role_name()) IS DISTINCT FROM ''learner'''
      ' OR EXISTS (SELECT 1 FROM gate.artifacts a WHERE a.tenant_id = %2$s.tenant_id'
      ' AND a.id = %2$s.artifact_id))', v_table, split_part(v_table, '.', 2));
  END LOOP;
END $$;

-- A learner's practice is the learner's own; who teaches sees all of it.
DO $$
DECLARE
  v_table text;
BEGIN
  FOREACH v_table IN ARRAY ARRAY['sessions', 'attempts', 'cards', 'abilities'] LOOP
    EXECUTE format('DROP POLICY IF EXISTS learner_wall ON learning.%I', v_table);
    EXECUTE format('CREATE POLICY learner_wall ON learning.%I AS RESTRICTIVE TO evigate_app'
      ' USING ((SELECT kernel.current_role_name()) IS DISTINCT FROM ''learner'''
      ' OR user_id = (SELECT kernel.current_person()))', v_table);
  END LOOP;
END $$;

-- What hangs off an attempt is seen with it, a statement also with its session.
DO $$
DECLARE
  v_table text;
BEGIN
  FOREACH v_table IN ARRAY ARRAY['statements', 'self_ratings'] LOOP
    EXECUTE format('DROP POLICY IF EXISTS learner_wall ON learning.%I', v_table);
    EXECUTE format('CREATE POLICY learner_wall ON learning.%1$I AS RESTRICTIVE TO evigate_app'
      ' USING ((SELECT kernel.current_role_name()) IS DISTINCT FROM ''learner'''
      ' OR EXISTS (SELECT 1 FROM learning.attempts a WHERE a.tenant_id = %1$I.tenant_id'
      ' AND a.id = %1$I.attempt_id)%2$s)', v_table, CASE v_table WHEN 'statements' THEN
        ' OR EXISTS (SELECT 1 FROM learning.sessions s WHERE s.tenant_id = statements.tenant_id'
        ' AND s.id = statements.session_id)' ELSE '' END);
  END LOOP;
END $$;

-- A customer sees the projects that he or she is engaged in, what hangs off them, and nothing else of
-- any room; of the kernel, what coming in and asking for access take.
DO $$
DECLARE
  v_table record;
  v_seen text;
BEGIN
  FOR v_table IN
    SELECT n.nspname, c.relname,
      EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'session_id') AS has_session,
      EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'project_id') AS has_project
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_attribute t ON t.attrelid = c.oid AND t.attname = 'tenant_id' AND NOT t.attisdropped
    WHERE c.relkind IN ('r', 'p') AND (
      n.nspname IN ('agents', 'evidence', 'gate', 'papers', 'learning', 'studio', 'engine')
      OR n.nspname = 'kernel' AND c.relname IN ('secrets', 'runs', 'run_steps', 'events', 'blobs', 'budgets',
        'budget_reservations', 'api_tokens', 'invitations', 'organisation_members',
        'engagements', 'role_grants', 'memberships', 'policy_evaluations', 'heartbeat_settings', 'channels', 'connections'))
  LOOP
    v_seen := CASE
      WHEN v_table.nspname = 'studio' AND v_table.relname = 'projects' THEN
        ' OR EXISTS (SELECT 1 FROM kernel.engagements e WHERE e.tenant_id = projects.tenant_id'
        ' AND e.user_id = (SELECT kernel.current_person()) AND e.resource = ''project:'' || projects.id'
        ' AND e.status <> ''archived'')'
      WHEN v_table.nspname = 'studio' AND v_table.has_project THEN
        format(' OR EXISTS (SELECT 1 FROM studio.projects p WHERE p.tenant_id = %1$I.tenant_id'
          ' AND p.id = %1$I.project_id)', v_table.relname)
      WHEN v_table.nspname = 'studio' AND v_table.has_session THEN
        format(' OR EXISTS (SELECT 1 FROM studio.sessions s WHERE s.tenant_id = %1$I.tenant_id'
          ' AND s.id = %1$I.session_id)', v_table.relname)
      -- What a conversation is led by is the tenant's, and no secret.
      WHEN v_table.nspname = 'studio' AND v_table.relname IN ('objectives', 'library_items', 'library_versions')
        THEN ' OR true'
      WHEN v_table.nspname = 'kernel' AND v_table.relname = 'runs'
        THEN ' OR created_by = (SELECT kernel.current_actor())'
      -- One's own place, what one holds, and what one was refused.
      WHEN v_table.relname IN ('policy_evaluations', 'organisation_members', 'engagements', 'role_grants', 'memberships')
        THEN ' OR user_id = (SELECT kernel.current_person())'
      ELSE '' END;
    EXECUTE format('DROP POLICY IF EXISTS customer_wall ON %I.%I', v_table.nspname, v_table.relname);
    EXECUTE format('CREATE POLICY customer_wall ON %I.%I AS RESTRICTIVE TO evigate_app'
      ' USING ((SELECT kernel.current_role_name()) IS DISTINCT FROM ''customer''%s)',
      v_table.nspname, v_table.relname, v_seen);
  END LOOP;
END $$;

ALTER TABLE kernel.tenants ENABLE ROW LEVEL SECURITY;
ALTER TABLE kernel.tenants FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS tenant_wall ON kernel.tenants;
DROP POLICY IF EXISTS maintenance ON kernel.tenants;
CREATE POLICY maintenance ON kernel.tenants TO service_role USING (true) WITH CHECK (true);
CREATE POLICY tenant_wall ON kernel.tenants USING (id = (SELECT kernel.current_tenant()));

-- A user is seen by the tenants that he or she belongs to.
ALTER TABLE kernel.users ENABLE ROW LEVEL SECURITY;
ALTER TABLE kernel.users FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS tenant_wall ON kernel.users;
DROP POLICY IF EXISTS maintenance ON kernel.users;
CREATE POLICY maintenance ON kernel.users TO service_role USING (true) WITH CHECK (true);
CREATE POLICY tenant_wall ON kernel.users USING (id IN (
  SELECT m.user_id FROM kernel.memberships m WHERE m.tenant_id = (SELECT kernel.current_tenant())));

SELECT kernel.ensure_event_partitions(now());
