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

-- Topics ------------------------------------------------------------------------------------

CREATE OR REPLACE FUNCTION engine.lock_topic(p_topic uuid) RETURNS void
LANGUAGE sql SET search_path = pg_catalog AS $$
  SELECT pg_advisory_xact_lock(hashtextextended(p_topic::text, 0))
$$;

CREATE OR REPLACE FUNCTION engine.next_offset(p_topic uuid) RETURNS bigint
LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
  SELECT coalesce(
    (SELECT b.first_offset + b.row_count FROM engine.topic_batches b
     WHERE b.tenant_id = (SELECT kernel.current_tenant()) AND b.topic_id = p_topic
     ORDER BY b.first_offset DESC LIMIT 1),
    (SELECT t.first_offset FROM engine.topics t
     WHERE t.tenant_id = (SELECT kernel.current_tenant()) AND t.id = p_topic))
$$;

-- Publishing is one round trip: offset, row and the note to whoever listens, in one transaction. It
-- sees past the policies, which cost as much as the insert, and asks for the tenant itself. Lock and
-- note are expressions and the rest is one statement: each statement more was a twentieth of the whole.
CREATE OR REPLACE FUNCTION engine.publish(p_topic uuid, p_count int, p_payload bytea, p_is_noted boolean)
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  v_tenant uuid := nullif(current_setting('app.tenant_id', true), '')::uuid;
  v_done text := pg_advisory_xact_lock(hashtextextended(p_topic::text, 0))::text;
  v_offset bigint;
BEGIN
  -- The statement's snapshot comes after the lock, so it sees what the last holder committed.
  INSERT INTO engine.topic_batches (tenant_id, topic_id, first_offset, row_count, payload)
  SELECT v_tenant, p_topic, coalesce((
      SELECT b.first_offset + b.row_count FROM engine.topic_batches b
      WHERE b.tenant_id = v_tenant AND b.topic_id = p_topic ORDER BY b.first_offset DESC LIMIT 1),
    t.first_offset), p_count, p_payload
  FROM engine.topics t WHERE t.tenant_id = v_tenant AND t.id = p_topic
  RETURNING first_offset INTO v_offset;
  IF p_is_noted AND v_offset IS NOT NULL THEN
    v_done := pg_notify('engine_topic', p_topic::text)::text;
  END IF;
  RETURN v_offset;
END $$;

-- The same for several batches; apart, because handing over an array costs a third of a publish.
CREATE OR REPLACE FUNCTION engine.publish_many(p_topic uuid, p_counts int[], p_payloads bytea[],
  p_is_noted boolean)
RETURNS bigint LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  v_first bigint;
BEGIN
  FOR i IN 1 .. array_length(p_counts, 1) LOOP
    v_first := coalesce(v_first, engine.publish(p_topic, p_counts[i], p_payloads[i], p_is_noted));
    IF i > 1 THEN
      PERFORM engine.publish(p_topic, p_counts[i], p_payloads[i], false);
    END IF;
  END LOOP;
  RETURN v_first;
END $$;

CREATE OR REPLACE FUNCTION engine.delete_topic_batches() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  PERFORM engine.lock_topic(OLD.id);
  DELETE FROM engine.topic_batches b WHERE b.tenant_id = OLD.tenant_id AND b.topic_id = OLD.id;
  RETURN OLD;
END $$;

DROP TRIGGER IF EXISTS delete_batches ON engine.topics;
CREATE TRIGGER delete_batches BEFORE DELETE ON engine.topics
  FOR EACH ROW EXECUTE FUNCTION engine.delete_topic_batches();
