-- The gate, first part: how an artifact is born, what it rests on, and how its status moves.
--
-- The app role may read these tables and write none of them; these functions belong to service_role.

-- The state machine, once: retired is terminal.
CREATE OR REPLACE FUNCTION gate.may_move(p_from text, p_to text) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
  SELECT (p_from, p_to) IN (
    ('PENDING_GENERATION', 'PENDING_EVAL'), ('PENDING_EVAL', 'APPROVED'), ('PENDING_EVAL', 'REJECTED'),
    ('PENDING_EVAL', 'RETIRED'), ('APPROVED', 'PENDING_EVAL'), ('APPROVED', 'RETIRED'),
    ('REJECTED', 'PENDING_EVAL'), ('REJECTED', 'RETIRED'))
$$;

INSERT INTO kernel.event_types (stream_kind, type) VALUES
  ('artifact', 'artifact_created'), ('artifact', 'artifact_moved'), ('artifact', 'artifact_evaluated'),
  ('artifact', 'artifact_reviewed'), ('artifact', 'evidence_moved'), ('artifact', 'evidence_changed'),
  ('artifact', 'evidence_replaced'), ('artifact', 'fail_waived'), ('artifact', 'comment_added')
ON CONFLICT DO NOTHING;

CREATE OR REPLACE FUNCTION gate.tell(p_artifact uuid, p_type text, p_payload jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  -- Maintenance acts for no tenant and has no stream to write to.
  IF kernel.current_tenant() IS NOT NULL THEN
    PERFORM kernel.append_events('artifact', p_artifact, ARRAY[p_type], ARRAY[p_payload], false);
  END IF;
END $$;

-- What an artifact rests on -----------------------------------------------------------------

-- A hash over the quotes, whatever their order or place: text that moved is the same evidence.
CREATE OR REPLACE FUNCTION gate.evidence_of(p_tenant uuid, p_artifact uuid) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
  SELECT encode(sha256(convert_to(string_agg(
           encode(sha256(convert_to(c.quote, 'UTF8')), 'hex'), '|'
           ORDER BY encode(sha256(convert_to(c.quote, 'UTF8')), 'hex')), 'UTF8')), 'hex')
  FROM gate.citations c
  WHERE c.tenant_id = p_tenant AND c.artifact_id = p_artifact AND c.replaced_at IS NULL
$$;

-- Where a quote stands today: in the chunk it was in, else elsewhere in its document, else elsewhere
-- in the module; a quote that a new cut divides is looked for in the document as a whole.
CREATE OR REPLACE FUNCTION gate.find_quote(
  p_tenant uuid, p_module uuid, p_document uuid, p_chunk text, p_quote text)
RETURNS TABLE (document_id uuid, chunk_sha256 text, page int, start_char int, heading_path text[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
  WITH direct AS (
    SELECT k.document_id, k.sha256, k.page, strpos(k.text, p_quote) - 1 AS start_char, k.heading_path
    FROM evidence.chunks k
    WHERE k.tenant_id = p_tenant AND k.module_id = p_module AND strpos(k.text, p_quote) > 0
    ORDER BY k.sha256 <> p_chunk, k.document_id <> p_document, k.document_id, k.ordinal LIMIT 1
  ), placed AS (
    SELECT k.*, sum(length(k.text) + 1) OVER (ORDER BY k.ordinal) - length(k.text) - 1 AS begins
    FROM evidence.chunks k
    WHERE k.tenant_id = p_tenant AND k.document_id = p_document AND NOT EXISTS (SELECT 1 FROM direct)
  ), whole AS (
    SELECT strpos(string_agg(k.text, ' ' ORDER BY k.ordinal), p_quote) - 1 AS at FROM placed k
  ), divided AS (
    SELECT k.document_id, k.sha256, k.page, (w.at - k.begins)::int AS start_char, k.heading_path
    FROM placed k, whole w WHERE w.at >= 0 AND k.begins <= w.at ORDER BY k.begins DESC LIMIT 1
  )
  SELECT * FROM direct UNION ALL SELECT * FROM divided LIMIT 1
$$;

CREATE OR REPLACE FUNCTION gate.add_citations(
  p_tenant uuid, p_artifact uuid, p_module uuid, p_citations jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  INSERT INTO gate.citations (tenant_id, artifact_id, ordinal, module_id, document_id, chunk_sha256,
    page, start_char, quote, heading_path, state)
  SELECT p_tenant, p_artifact, (n - 1)::int, p_module,
    coalesce(f.document_id, (c ->> 'document_id')::uuid), coalesce(f.chunk_sha256, c ->> 'chunk_sha256', ''),
    coalesce(f.page, (c ->> 'page')::int, 1), coalesce(f.start_char, 0), c ->> 'quote',
    coalesce(f.heading_path, '{}'), CASE WHEN f.document_id IS NULL THEN 'stale' ELSE 'fresh' END
  FROM jsonb_array_elements(p_citations) WITH ORDINALITY AS given(c, n)
  LEFT JOIN LATERAL gate.find_quote(p_tenant, p_module, (c ->> 'document_id')::uuid,
    coalesce(c ->> 'chunk_sha256', ''), c ->> 'quote') f ON true;
END $$;

-- Birth -------------------------------------------------------------------------------------

CREATE OR REPLACE FUNCTION gate.create_artifact(
  p_id uuid, p_module_id uuid, p_kind text, p_key text, p_schema_version text, p_payload jsonb,
  p_blob_sha256 text, p_content_hash text, p_grounding jsonb, p_evidence_version text, p_run_id uuid,
  p_citations jsonb, p_difficulty text, p_tags text[], p_supersedes uuid, p_producer text)
RETURNS TABLE (id uuid, version int, status text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  v_tenant uuid := kernel.current_tenant();
  v_version int;
  v_evidence text := p_evidence_version;
BEGIN
  IF v_tenant IS NULL THEN
    RAISE EXCEPTION 'an artifact needs a tenant' USING ERRCODE = 'insufficient_privilege';
  END IF;
  PERFORM 1 FROM evidence.modules m WHERE m.tenant_id = v_tenant AND m.id = p_module_id FOR UPDATE;
  -- The same content is the same artifact: a repeated step makes nothing new.
  RETURN QUERY SELECT a.id, a.version, a.status::text FROM gate.artifacts a
    WHERE a.tenant_id = v_tenant AND a.module_id = p_module_id AND a.kind = p_kind
      AND a.key = p_key AND a.content_hash = p_content_hash AND a.run_id = p_run_id;
  IF FOUND THEN RETURN; END IF;
  SELECT coalesce(max(a.version), 0) + 1 INTO v_version FROM gate.artifacts a
    WHERE a.tenant_id = v_tenant AND a.module_id = p_module_id AND a.kind = p_kind AND a.key = p_key;
  INSERT INTO gate.artifacts (tenant_id, id, module_id, kind, key, version, schema_version,
    artifact_payload, blob_sha256, content_hash, grounding, evidence_version, run_id, difficulty,
    tags, supersedes, producer)
  VALUES (v_tenant, p_id, p_module_id, p_kind, p_key, v_version, p_schema_version, p_payload,
    p_blob_sha256, p_content_hash, p_grounding, p_evidence_version, p_run_id, p_difficulty,
    p_tags, p_supersedes, p_producer);
  IF jsonb_array_length(p_citations) > 0 THEN
    PERFORM gate.add_citations(v_tenant, p_id, p_module_id, p_citations);
    v_evidence := gate.evidence_of(v_tenant, p_id);
  END IF;
  UPDATE gate.artifacts a SET evidence_version = v_evidence, current_evidence = v_evidence
  WHERE a.tenant_id = v_tenant AND a.id = p_id;
  PERFORM gate.tell(p_id, 'artifact_created', jsonb_build_object('version', v_version, 'producer', p_producer));
  RETURN QUERY SELECT p_id, v_version, 'PENDING_EVAL'::text;
END $$;

CREATE OR REPLACE FUNCTION gate.refuse_new_content() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.module_id, NEW.kind, NEW.key, NEW.version, NEW.content_hash, NEW.run_id, NEW.schema_version,
      NEW.artifact_payload, NEW.blob_sha256, NEW.supersedes, NEW.producer, NEW.created_at)
     IS DISTINCT FROM
     (OLD.module_id, OLD.kind, OLD.key, OLD.version, OLD.content_hash, OLD.run_id, OLD.schema_version,
      OLD.artifact_payload, OLD.blob_sha256, OLD.supersedes, OLD.producer, OLD.created_at)
     -- Set once, at birth, when the citations are in.
     OR (NEW.evidence_version <> OLD.evidence_version AND OLD.current_evidence <> '')
  THEN
    RAISE EXCEPTION 'an artifact never changes; make a new version'
      USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER artifacts_immutable BEFORE UPDATE ON gate.artifacts
  FOR EACH ROW EXECUTE FUNCTION gate.refuse_new_content();

-- What drafted an artifact, and the faults found in it -----------------------------------------

-- A drafting run says once what it brought; the row is otherwise as it was written.
CREATE OR REPLACE FUNCTION gate.refuse_second_output() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.output_payload IS NOT NULL THEN
    RAISE EXCEPTION 'what a drafting run brought is written once'
      USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER generation_runs_once BEFORE UPDATE ON gate.generation_runs
  FOR EACH ROW EXECUTE FUNCTION gate.refuse_second_output();

-- A finding is seen again, is gone, or is waived with a reason; what was waived stays so, and how
-- often and since when a fault was seen is never told smaller.
CREATE OR REPLACE FUNCTION gate.refuse_finding_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (OLD.status = 'waived' AND (NEW.status, NEW.waived_reason) IS DISTINCT FROM (OLD.status, OLD.waived_reason))
     OR NEW.seen_count < OLD.seen_count OR NEW.last_seen_at < OLD.last_seen_at
  THEN
    RAISE EXCEPTION 'a finding keeps its history' USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER findings_keep_history BEFORE UPDATE ON gate.findings
  FOR EACH ROW EXECUTE FUNCTION gate.refuse_finding_moves();

-- Removal -----------------------------------------------------------------------------------
--
-- Modules and runs take what was drafted and judged with them, so the app deletes neither by hand.

-- A paper's module goes with the paper. A course or a project stays: its items are retired.
CREATE OR REPLACE FUNCTION evidence.remove_module(p_id uuid) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  v_count int;
BEGIN
  IF kernel.current_role_name() IN ('learner', 'customer') THEN
    RAISE EXCEPTION 'this role removes nothing' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF EXISTS (SELECT 1 FROM evidence.modules m
    WHERE m.tenant_id = kernel.current_tenant() AND m.id = p_id AND m.purpose <> 'paper')
  THEN
    RAISE EXCEPTION 'only a paper''s module is removed; the items of a course are retired'
      USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  DELETE FROM evidence.modules m WHERE m.tenant_id = kernel.current_tenant() AND m.id = p_id;
  GET DIAGNOSTICS v_count = ROW_COUNT;
  RETURN v_count;
END $$;

-- A run goes with its parts unless one of them drafted something that is still there.
CREATE OR REPLACE FUNCTION kernel.remove_runs(p_ids uuid[]) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  v_tenant uuid := kernel.current_tenant();
  v_all uuid[];
  v_count int;
BEGIN
  IF kernel.current_role_name() IN ('learner', 'customer') THEN
    RAISE EXCEPTION 'this role removes nothing' USING ERRCODE = 'insufficient_privilege';
  END IF;
  WITH RECURSIVE parts AS (
    SELECT r.id FROM kernel.runs r WHERE r.tenant_id = v_tenant AND r.id = ANY(p_ids)
    UNION SELECT r.id FROM kernel.runs r JOIN parts p ON r.parent_id = p.id WHERE r.tenant_id = v_tenant
  ) SELECT coalesce(array_agg(id), '{}') INTO v_all FROM parts;
  IF EXISTS (SELECT 1 FROM gate.artifacts a WHERE a.tenant_id = v_tenant AND a.run_id = ANY(v_all)) THEN
    RAISE EXCEPTION 'a run stays as long as what it drafted'
      USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  DELETE FROM kernel.runs r WHERE r.tenant_id = v_tenant AND r.id = ANY(v_all);
  GET DIAGNOSTICS v_count = ROW_COUNT;
  RETURN v_count;
END $$;

-- How a status moves ------------------------------------------------------------------------

-- The one place that writes a status. Not for the app: see the grants in 900_walls.sql.
CREATE OR REPLACE FUNCTION gate.move_artifact(p_tenant uuid, p_id uuid, p_status text, p_reason text)
RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  v_row gate.artifacts%ROWTYPE;
BEGIN
  SELECT * INTO v_row FROM gate.artifacts a WHERE a.tenant_id = p_tenant AND a.id = p_id FOR UPDATE;
  IF NOT FOUND THEN RETURN NULL; END IF;
  IF v_row.status::text = p_status THEN RETURN p_status; END IF;
  IF NOT gate.may_move(v_row.status::text, p_status) THEN
    RAISE EXCEPTION 'an artifact cannot move from % to %', v_row.status, p_status
      USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  IF coalesce(p_reason, '') = '' THEN
    RAISE EXCEPTION 'a decision needs a reason' USING ERRCODE = 'check_violation';
  END IF;
  UPDATE gate.artifacts a SET
    status = p_status::gate.artifact_status,
    decided_by = kernel.current_actor(), decision_reason = p_reason,
    approved_at = CASE WHEN p_status = 'APPROVED' THEN now() ELSE a.approved_at END,
    rejected_at = CASE WHEN p_status = 'REJECTED' THEN now() ELSE a.rejected_at END,
    stale_at = CASE WHEN p_status = 'APPROVED' THEN NULL ELSE a.stale_at END
  WHERE a.tenant_id = p_tenant AND a.id = p_id;
  IF p_status = 'APPROVED' THEN
    INSERT INTO gate.approvals (tenant_id, artifact_id, content_hash, approved_by)
    VALUES (p_tenant, p_id, v_row.content_hash, kernel.current_actor())
    ON CONFLICT (tenant_id, artifact_id) DO UPDATE
      SET approved_by = excluded.approved_by, approved_at = now(), withdrawn_at = NULL;
    PERFORM gate.move_artifact(p_tenant, o.id, 'RETIRED', 'superseded by version ' || v_row.version)
    FROM gate.artifacts o WHERE o.tenant_id = p_tenant AND o.id = v_row.supersedes AND o.status <> 'RETIRED';
  ELSE
    UPDATE gate.approvals p SET withdrawn_at = now()
    WHERE p.tenant_id = p_tenant AND p.artifact_id = p_id AND p.withdrawn_at IS NULL;
  END IF;
  IF p_status IN ('REJECTED', 'RETIRED') THEN
    UPDATE gate.review_tasks t SET status = 'cancelled', closed_at = clock_timestamp()
    WHERE t.tenant_id = p_tenant AND t.artifact_id = p_id AND t.status = 'open';
  END IF;
  PERFORM gate.tell(p_id, 'artifact_moved',
    jsonb_build_object('from', v_row.status, 'to', p_status, 'reason', p_reason));
  RETURN p_status;
END $$;

-- For a consuming table's trigger: the approval that it references must stand today.
CREATE OR REPLACE FUNCTION gate.is_approved(p_tenant uuid, p_artifact uuid) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT 1 FROM gate.approvals p
    WHERE p.tenant_id = p_tenant AND p.artifact_id = p_artifact AND p.withdrawn_at IS NULL)
$$;

-- Staleness ---------------------------------------------------------------------------------
--
-- Chunks that go make the citations of them suspect; at the end of the same transaction, when the
-- new chunks are in, each suspect quote is looked for. One that stands elsewhere has moved; one that
-- is nowhere takes its artifact out of use there and then, and a job is left to see to it.

CREATE OR REPLACE FUNCTION gate.suspect_citations() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  UPDATE gate.citations c SET is_suspect = true
  FROM (SELECT DISTINCT g.tenant_id, g.module_id, g.sha256 FROM gone g) g
  WHERE c.tenant_id = g.tenant_id AND c.module_id = g.module_id AND c.chunk_sha256 = g.sha256
    AND c.replaced_at IS NULL AND NOT c.is_suspect;
  RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER chunks_gone AFTER DELETE ON evidence.chunks
  REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION gate.suspect_citations();
CREATE OR REPLACE TRIGGER chunks_changed AFTER UPDATE ON evidence.chunks
  REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION gate.suspect_citations();

CREATE OR REPLACE FUNCTION gate.check_citation(p_tenant uuid, p_citation uuid) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  v_row gate.citations%ROWTYPE;
  v_found record;
  v_state text := 'stale';
BEGIN
  SELECT * INTO v_row FROM gate.citations c WHERE c.tenant_id = p_tenant AND c.id = p_citation;
  SELECT * INTO v_found FROM gate.find_quote(
    p_tenant, v_row.module_id, v_row.document_id, v_row.chunk_sha256, v_row.quote);
  IF FOUND THEN
    v_state := CASE WHEN (v_found.document_id, v_found.page, v_found.chunk_sha256)
      IS DISTINCT FROM (v_row.document_id, v_row.page, v_row.chunk_sha256) THEN 'moved'
      WHEN v_row.state = 'stale' THEN 'fresh' ELSE v_row.state END;
    UPDATE gate.citations c SET state = v_state, is_suspect = false, document_id = v_found.document_id,
      chunk_sha256 = v_found.chunk_sha256, page = v_found.page, start_char = v_found.start_char,
      heading_path = v_found.heading_path
    WHERE c.tenant_id = p_tenant AND c.id = p_citation;
  ELSE
    UPDATE gate.citations c SET state = 'stale', is_suspect = false
    WHERE c.tenant_id = p_tenant AND c.id = p_citation;
  END IF;
  RETURN v_state;
END $$;

CREATE OR REPLACE FUNCTION gate.settle_citation() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  v_state text;
BEGIN
  -- Another row's turn, or a later statement, may have settled this one; the artifact may be gone.
  PERFORM 1 FROM gate.citations c
    WHERE c.tenant_id = NEW.tenant_id AND c.id = NEW.id AND c.is_suspect;
  IF NOT FOUND THEN RETURN NULL; END IF;
  v_state := gate.check_citation(NEW.tenant_id, NEW.id);
  IF v_state = 'stale' THEN
    PERFORM gate.take_out_of_use(NEW.tenant_id, NEW.artifact_id, NEW.module_id, NEW.quote);
  ELSIF v_state = 'moved' THEN
    PERFORM gate.tell(NEW.artifact_id, 'evidence_moved', jsonb_build_object('quote', NEW.quote));
  END IF;
  RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS citations_settled ON gate.citations;
CREATE CONSTRAINT TRIGGER citations_settled AFTER UPDATE OF is_suspect ON gate.citations
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.is_suspect) EXECUTE FUNCTION gate.settle_citation();

CREATE OR REPLACE FUNCTION gate.take_out_of_use(p_tenant uuid, p_artifact uuid, p_module uuid, p_quote text)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  v_status text;
BEGIN
  SELECT a.status::text INTO v_status FROM gate.artifacts a
    WHERE a.tenant_id = p_tenant AND a.id = p_artifact FOR UPDATE;
  IF v_status IS NULL OR v_status = 'RETIRED' THEN RETURN; END IF;
  UPDATE gate.artifacts a SET stale_at = coalesce(a.stale_at, now())
  WHERE a.tenant_id = p_tenant AND a.id = p_artifact;
  PERFORM gate.tell(p_artifact, 'evidence_changed', jsonb_build_object('quote', p_quote));
  IF v_status = 'APPROVED' THEN
    PERFORM gate.move_artifact(p_tenant, p_artifact, 'PENDING_EVAL', 'the cited text changed or went');
  END IF;
  IF v_status <> 'REJECTED' AND kernel.current_tenant() = p_tenant THEN
    BEGIN
      PERFORM kernel.enqueue_job('gate.reevaluate', 'default', jsonb_build_object('module_id', p_module),
        0, NULL, 'reevaluate:' || p_module, 'reevaluate:' || p_module);
    EXCEPTION WHEN unique_violation THEN
      NULL; -- A job for this module waits already.
    END;
  END IF;
END $$;

-- New evidence for an artifact whose old evidence went: its content stays, earlier passes count no more.
CREATE OR REPLACE FUNCTION gate.recite_artifact(p_id uuid, p_citations jsonb) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  v_tenant uuid := kernel.current_tenant();
  v_row gate.artifacts%ROWTYPE;
BEGIN
  SELECT * INTO v_row FROM gate.artifacts a WHERE a.tenant_id = v_tenant AND a.id = p_id FOR UPDATE;
  IF NOT FOUND THEN RETURN NULL; END IF;
  IF v_row.status <> 'PENDING_EVAL' THEN
    RAISE EXCEPTION 'only a draft that waits gets new evidence, this one is %', v_row.status
      USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  UPDATE gate.citations c SET replaced_at = now()
  WHERE c.tenant_id = v_tenant AND c.artifact_id = p_id AND c.replaced_at IS NULL;
  PERFORM gate.add_citations(v_tenant, p_id, v_row.module_id, p_citations);
  UPDATE gate.artifacts a SET current_evidence = gate.evidence_of(v_tenant, p_id), stale_at = NULL
  WHERE a.tenant_id = v_tenant AND a.id = p_id;
  PERFORM gate.tell(p_id, 'evidence_replaced', jsonb_build_object('citations', jsonb_array_length(p_citations)));
  RETURN gate.evidence_of(v_tenant, p_id);
END $$;

-- Look again for the quotes of an artifact; for the job that sees to stale ones.
CREATE OR REPLACE FUNCTION gate.recheck_artifact(p_id uuid) RETURNS int
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS $$
  SELECT count(*) FILTER (WHERE gate.check_citation(c.tenant_id, c.id) = 'stale')::int
  FROM gate.citations c
  WHERE c.tenant_id = kernel.current_tenant() AND c.artifact_id = p_id AND c.replaced_at IS NULL
$$;
