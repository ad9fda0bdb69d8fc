-- Specifications: who judges them, that a blocker keeps one from being approved, and which one holds.

INSERT INTO kernel.event_types (stream_kind, type) VALUES
  ('studio_project', 'specification_compiled'), ('studio_project', 'specification_decided'),
  ('studio_project', 'statements_imported'), ('studio_project', 'design_chosen')
ON CONFLICT DO NOTHING;

SELECT gate.library_suite('specification', 1, 'Specifications: whole in shape, then an owner decides.', 1.0, 'always', false);
SELECT gate.library_rule('specification', 1, 'SCHEMA_VALIDATION', 'hard', 1.0, NULL, 1, '{"citations_min": 0}');
SELECT gate.library_charge('studio.specification', 'specification', 1);

CREATE OR REPLACE TRIGGER artifacts_specification_unblocked BEFORE UPDATE OF status ON gate.artifacts
  FOR EACH ROW WHEN (NEW.status = 'APPROVED' AND NEW.kind = 'studio.specification')
  EXECUTE FUNCTION studio.refuse_blocked();

-- How a specification stands; it holds while all that it quotes does, and plan and board are the same.
CREATE OR REPLACE VIEW studio.specification_states WITH (security_invoker = true) AS
  SELECT s.tenant_id, s.project_id, s.artifact_id, s.version, a.version AS number,
         CASE a.status::text WHEN 'APPROVED' THEN 'approved' WHEN 'REJECTED' THEN 'rejected' WHEN 'RETIRED' THEN 'retired'
           ELSE CASE WHEN EXISTS (SELECT 1 FROM gate.review_tasks t WHERE t.tenant_id = a.tenant_id
             AND t.artifact_id = a.id AND t.status = 'open') THEN 'in_review' ELSE 'draft' END END AS status,
         (SELECT count(*) FROM gate.findings f WHERE f.tenant_id = a.tenant_id AND f.artifact_id = a.id
            AND f.status = 'open' AND f.severity = 'error') AS blockers,
         (SELECT count(*) FROM studio.claims c WHERE c.tenant_id = s.tenant_id AND c.id = ANY (s.cited)
            AND c.status = 'accepted') = cardinality(s.cited)
           AND EXISTS (SELECT 1 FROM studio.question_plans q WHERE q.tenant_id = s.tenant_id AND q.id = s.plan_id
             AND q.status IN ('ready', 'in_progress', 'completed') AND q.stale_reason IS NULL)
           AND s.plan_version = (SELECT coalesce(sum(u.version), 0) FROM studio.plan_questions u
             WHERE u.tenant_id = s.tenant_id AND u.project_id = s.project_id AND u.plan_id = s.plan_id)
           AND s.board_version = (SELECT coalesce(sum(f.version), 0) FROM studio.features f
             WHERE f.tenant_id = s.tenant_id AND f.project_id = s.project_id) AS is_current
  FROM studio.specifications s
  JOIN gate.artifacts a ON a.tenant_id = s.tenant_id AND a.id = s.artifact_id;
