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

-- Publishing is one round trip: offsets, rows and the note to whoever listens, in one transaction.
CREATE OR REPLACE FUNCTION engine.publish(p_topic uuid, p_counts int[], p_payloads bytea[],
  p_is_noted boolean)
RETURNS bigint LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  v_offset bigint;
  v_total bigint := (SELECT sum(n) FROM unnest(p_counts) n);
BEGIN
  UPDATE engine.topics SET next_offset = next_offset + v_total WHERE id = p_topic
    AND tenant_id = (SELECT kernel.current_tenant())
    RETURNING next_offset - v_total INTO v_offset;
  IF v_offset IS NULL THEN
    RETURN NULL;
  END IF;
  INSERT INTO engine.topic_batches (topic_id, first_offset, row_count, payload)
    SELECT p_topic, v_offset + coalesce(sum(b.n) OVER (ORDER BY b.i
      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0), b.n, b.payload
    FROM unnest(p_counts, p_payloads) WITH ORDINALITY b(n, payload, i);
  IF p_is_noted THEN
    PERFORM pg_notify('engine_topic', p_topic::text);
  END IF;
  RETURN v_offset;
END $$;
