-- The engine's functions: every process that has a tenant's catalog in memory hears when it changes.

CREATE OR REPLACE FUNCTION engine.note_catalog_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  PERFORM pg_notify('engine_catalog', coalesce(NEW.tenant_id, OLD.tenant_id)::text);
  RETURN NULL;
END $$;

DO $$
DECLARE
  v_table text;
BEGIN
  FOREACH v_table IN ARRAY ARRAY['sources', 'models', 'tables', 'table_versions', 'segments', 'channels',
    'channel_columns'] LOOP
    EXECUTE format('DROP TRIGGER IF EXISTS note_change ON engine.%I', v_table);
    EXECUTE format('CREATE TRIGGER note_change AFTER INSERT OR UPDATE OR DELETE ON engine.%I'
      ' FOR EACH ROW EXECUTE FUNCTION engine.note_catalog_change()', v_table);
  END LOOP;
END $$;
