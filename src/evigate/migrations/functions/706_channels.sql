-- What an organisation's people and an operator are told while they look: that its people, customers
-- or invitations are others now; that a job was given up or sent again, and how the house runs. The
-- tables tell it themselves, so no verb can forget it, at the end of a transaction as an inbox is told.

INSERT INTO kernel.event_types (stream_kind, type) VALUES
  ('organisation', 'organisation_changed'), ('system', 'people_changed'), ('system', 'job_changed'),
  ('system', 'health_changed')
ON CONFLICT DO NOTHING;

CREATE OR REPLACE FUNCTION kernel.tell_organisation() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  v_row jsonb := to_jsonb(CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END);
  v_id uuid := (v_row ->> CASE TG_TABLE_NAME WHEN 'organisations' THEN 'id' ELSE 'organisation_id' END)::uuid;
  v_told jsonb[] := ARRAY[jsonb_build_object('what', TG_TABLE_NAME)];
BEGIN
  IF kernel.current_tenant() IS DISTINCT FROM (v_row ->> 'tenant_id')::uuid THEN RETURN NULL; END IF;
  IF v_id IS NULL THEN
    PERFORM kernel.append_events('system', (v_row ->> 'tenant_id')::uuid, ARRAY['people_changed'], v_told, false);
  ELSE
    PERFORM kernel.append_events('organisation', v_id, ARRAY['organisation_changed'], v_told, false);
  END IF;
  RETURN NULL;
END $$;

DO $$
DECLARE
  v_table text;
BEGIN
  FOREACH v_table IN ARRAY ARRAY['organisations', 'organisation_members', 'engagements', 'invitations'] LOOP
    EXECUTE format('DROP TRIGGER IF EXISTS %I ON kernel.%I', v_table || '_told', v_table);
    EXECUTE format('CREATE CONSTRAINT TRIGGER %I AFTER INSERT OR UPDATE OR DELETE ON kernel.%I
      DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION kernel.tell_organisation()', v_table || '_told', v_table);
  END LOOP;
END $$;

-- The queue works for no tenant, so the job's own is set for as long as it is told.
CREATE OR REPLACE FUNCTION kernel.tell_job() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  v_tenant text := NEW.args ->> 'tenant_id';
  v_before text := coalesce(current_setting('app.tenant_id', true), '');
BEGIN
  IF v_tenant IS NULL THEN RETURN NULL; END IF;
  PERFORM set_config('app.tenant_id', v_tenant, true);
  PERFORM kernel.append_events('system', v_tenant::uuid, ARRAY['job_changed'],
    ARRAY[jsonb_build_object('job', NEW.id, 'task', NEW.task_name, 'status', NEW.status)], false);
  PERFORM set_config('app.tenant_id', v_before, true);
  RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER jobs_told AFTER UPDATE OF status ON procrastinate.procrastinate_jobs
  FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status
    AND (NEW.status IN ('failed', 'cancelled', 'aborted') OR OLD.status = 'failed'))
  EXECUTE FUNCTION kernel.tell_job();
