-- Tasks: how one stands, and what becomes of those that wait for it. Whatever moves a task, what
-- happened is written here, so no verb can forget it.

INSERT INTO kernel.event_types (stream_kind, type) VALUES
  ('studio_project', 'task_changed'), ('studio_inbox', 'task_changed') ON CONFLICT DO NOTHING;

CREATE OR REPLACE VIEW studio.task_states WITH (security_invoker = true) AS
SELECT t.*, b.blockers, CASE
    WHEN t.status <> 'pending' THEN t.status
    WHEN cardinality(b.blockers) > 0 THEN 'blocked'
    WHEN t.started_at IS NOT NULL THEN 'in_progress'
    ELSE 'pending' END AS state
FROM studio.tasks t CROSS JOIN LATERAL (
  SELECT coalesce(array_agg(w.waits_for ORDER BY w.waits_for), '{}') AS blockers FROM studio.task_waits w
  JOIN studio.tasks o ON o.tenant_id = w.tenant_id AND o.id = w.waits_for
  WHERE w.tenant_id = t.tenant_id AND w.task_id = t.id AND o.status = 'pending') b;

CREATE OR REPLACE FUNCTION studio.note_task() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO studio.task_activity (tenant_id, project_id, task_id, kind)
      VALUES (NEW.tenant_id, NEW.project_id, NEW.id, 'created');
    RETURN NEW;
  END IF;
  IF (NEW.assignee_id, NEW.assignee_role) IS DISTINCT FROM (OLD.assignee_id, OLD.assignee_role) THEN
    INSERT INTO studio.task_activity (tenant_id, project_id, task_id, kind, details)
      VALUES (NEW.tenant_id, NEW.project_id, NEW.id, 'assigned',
        jsonb_strip_nulls(jsonb_build_object('person', NEW.assignee_id, 'role', NEW.assignee_role)));
  END IF;
  IF OLD.started_at IS NULL AND NEW.started_at IS NOT NULL THEN
    INSERT INTO studio.task_activity (tenant_id, project_id, task_id, kind)
      VALUES (NEW.tenant_id, NEW.project_id, NEW.id, 'started');
  END IF;
  IF OLD.status = 'pending' AND NEW.status <> 'pending' THEN
    INSERT INTO studio.task_activity (tenant_id, project_id, task_id, kind)
      VALUES (NEW.tenant_id, NEW.project_id, NEW.id, NEW.status);
    INSERT INTO studio.task_activity (tenant_id, project_id, task_id, kind, details)
      SELECT s.tenant_id, s.project_id, s.id, 'unblocked', jsonb_build_object('by', NEW.id)
      FROM studio.task_waits w JOIN studio.task_states s ON s.tenant_id = w.tenant_id AND s.id = w.task_id
      WHERE w.tenant_id = NEW.tenant_id AND w.waits_for = NEW.id AND s.status = 'pending' AND s.blockers = '{}';
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER tasks_noted AFTER INSERT OR UPDATE ON studio.tasks
  FOR EACH ROW EXECUTE FUNCTION studio.note_task();

-- Whoever has an inbox open is told that something in it may have changed, and nothing else of it. At
-- the end of the transaction, so that nobody waits for another's inbox while holding a project.
CREATE OR REPLACE FUNCTION studio.tell_inbox() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF kernel.current_tenant() IS NULL THEN RETURN NULL; END IF;
  PERFORM kernel.append_events('studio_inbox', NEW.tenant_id, ARRAY['task_changed'], ARRAY['{}'::jsonb], false);
  RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS tasks_told ON studio.tasks;
CREATE CONSTRAINT TRIGGER tasks_told AFTER INSERT OR UPDATE ON studio.tasks
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION studio.tell_inbox();

CREATE OR REPLACE FUNCTION studio.close_task() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF NEW.status <> 'pending' AND OLD.status = 'pending' THEN NEW.closed_at := now(); END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER tasks_closed BEFORE UPDATE OF status ON studio.tasks
  FOR EACH ROW EXECUTE FUNCTION studio.close_task();

-- A secret that an open task asks for is taken from whoever is asked, a customer too, who sees no
-- secrets at all: under the task's own name, and where a form of the task has such a field.
CREATE OR REPLACE FUNCTION studio.take_secret(p_task uuid, p_field text, p_sealed bytea) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  v_name text := 'task.' || p_task || '.' || p_field;
BEGIN
  IF NOT EXISTS (SELECT 1 FROM studio.tasks t JOIN studio.task_actions a ON a.tenant_id = t.tenant_id AND a.task_id = t.id
      WHERE t.tenant_id = kernel.current_tenant() AND t.id = p_task AND t.status = 'pending' AND a.kind = 'FORM_SUBMIT'
        AND a.config -> 'fields' @> jsonb_build_array(jsonb_build_object('name', p_field, 'type', 'secret'))) THEN
    RAISE EXCEPTION 'no open task asks for the secret %', v_name USING ERRCODE = 'insufficient_privilege';
  END IF;
  INSERT INTO kernel.secrets (tenant_id, name, sealed) VALUES (kernel.current_tenant(), v_name, p_sealed)
  ON CONFLICT (tenant_id, name) DO UPDATE SET sealed = excluded.sealed, updated_at = now();
  RETURN v_name;
END $$;

-- What somebody did about a need rests on what was known then: when that changes, it is looked at again.
CREATE OR REPLACE FUNCTION studio.review_again() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  v_task record;
  v_id uuid;
BEGIN
  FOR v_task IN
    SELECT t.id, t.project_id, t.title FROM studio.tasks t
    JOIN studio.task_targets g ON g.tenant_id = t.tenant_id AND g.task_id = t.id
    JOIN studio.sessions s ON s.tenant_id = t.tenant_id AND s.project_id = t.project_id
    WHERE t.tenant_id = NEW.tenant_id AND s.id = NEW.session_id AND g.kind = 'need' AND g.target = NEW.key
      AND t.status = 'completed' AND NOT EXISTS (
        SELECT 1 FROM studio.task_targets o JOIN studio.tasks r ON r.tenant_id = o.tenant_id AND r.id = o.task_id
        WHERE o.tenant_id = t.tenant_id AND o.kind = 'task' AND o.target = t.id::text AND r.status = 'pending')
  LOOP
    v_id := gen_random_uuid();
    INSERT INTO studio.tasks (tenant_id, id, project_id, kind, title, description, status) VALUES
      (NEW.tenant_id, v_id, v_task.project_id, 'REVIEW', left('Look again: ' || v_task.title, 500),
       'What it was about has changed since it was done.', 'pending');
    INSERT INTO studio.task_targets (tenant_id, project_id, task_id, kind, target)
      VALUES (NEW.tenant_id, v_task.project_id, v_id, 'task', v_task.id::text);
    INSERT INTO studio.task_actions (tenant_id, id, project_id, task_id, position, kind, label, config)
      VALUES (NEW.tenant_id, gen_random_uuid(), v_task.project_id, v_id, 0, 'APPROVE_REJECT', 'Does it still hold?',
        '{"type": "APPROVE_REJECT", "approve_label": "It holds", "reject_label": "It does not", "needs_reason": true}');
  END LOOP;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER needs_reviewed AFTER UPDATE OF status ON studio.needs
  FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION studio.review_again();

-- Compatibility: the tables of document 002 with its columns, read-only.
CREATE SCHEMA IF NOT EXISTS praetor;

CREATE OR REPLACE VIEW praetor.tasks WITH (security_invoker = true) AS
SELECT s.id, s.project_id, s.kind AS type, left(s.title, 255) AS title, s.description, s.state AS status, s.priority,
       'user'::text AS assignee_type, s.assignee_id, s.due_on::timestamptz AS due_date, s.component_key,
       ARRAY(SELECT w.waits_for FROM studio.task_waits w WHERE w.tenant_id = s.tenant_id AND w.task_id = s.id
         ORDER BY w.waits_for) AS dependencies,
       s.blockers AS blocked_by, CASE WHEN s.status = 'completed' THEN s.closed_at END AS completed_at,
       (SELECT substring(a.actor FROM 6)::uuid FROM studio.task_activity a WHERE a.tenant_id = s.tenant_id
         AND a.task_id = s.id AND a.kind = 'completed' AND a.actor LIKE 'user:%' LIMIT 1) AS completed_by,
       s.result #>> '{}' AS completion_notes,
       jsonb_strip_nulls(jsonb_build_object('need', s.need_key, 'role', s.assignee_role)) AS metadata,
       s.created_at, coalesce(s.closed_at, s.started_at, s.created_at) AS updated_at
FROM studio.task_states s;

CREATE OR REPLACE VIEW praetor.task_actions WITH (security_invoker = true) AS
SELECT a.id, a.task_id, a.kind AS type, a.label, NULL::text AS description, a.config, a.position AS display_order,
       t.created_at
FROM studio.task_actions a JOIN studio.tasks t ON t.tenant_id = a.tenant_id AND t.id = a.task_id;

CREATE OR REPLACE VIEW praetor.task_targets WITH (security_invoker = true) AS
SELECT md5(g.task_id::text || g.kind || ':' || g.target)::uuid AS id, g.task_id, g.kind AS target_type,
       g.target AS target_id, '{}'::jsonb AS metadata, t.created_at
FROM studio.task_targets g JOIN studio.tasks t ON t.tenant_id = g.tenant_id AND t.id = g.task_id;

CREATE OR REPLACE VIEW praetor.action_submissions WITH (security_invoker = true) AS
SELECT b.id, b.task_id, b.action_id, b.idempotency_key,
       CASE WHEN b.submitted_by LIKE 'user:%' THEN substring(b.submitted_by FROM 6)::uuid END AS submitted_by,
       b.submitted_at, b.data, b.data AS result, b.bindings AS bindings_executed, b.submitted_at AS created_at
FROM studio.task_submissions b;

CREATE OR REPLACE VIEW praetor.task_activity WITH (security_invoker = true) AS
SELECT a.id, a.task_id, CASE a.kind WHEN 'submitted' THEN 'action_submitted' WHEN 'reminded' THEN 'status_changed'
         WHEN 'started' THEN 'status_changed' WHEN 'cancelled' THEN 'status_changed' ELSE a.kind END AS activity_type,
       CASE WHEN a.actor LIKE 'user:%' THEN 'user' WHEN a.actor LIKE 'agent:%' THEN 'agent' ELSE 'system' END AS actor_type,
       CASE WHEN a.actor LIKE 'user:%' THEN substring(a.actor FROM 6)::uuid END AS actor_id, a.details, a.created_at
FROM studio.task_activity a;
