-- Storyboards: what the gate judges them by, when a version is shown, and who sees one.

INSERT INTO kernel.event_types (stream_kind, type) VALUES
  ('audit', 'storyboard_told'), ('audit', 'ranking_added'), ('audit', 'ranking_removed'),
  ('audit', 'retention_set'), ('audit', 'retention_swept'), ('audit', 'paper_versioned')
ON CONFLICT DO NOTHING;

SELECT gate.library_suite('storyboard', 1,
  'A paper told to children: its shape, a reading grade held on every page, nothing private.', 1.0, 'doubtful', false);
SELECT gate.library_rule('storyboard', 1, r.type, r.kind, r.min::numeric, r.max::numeric, r.weight, r.params::jsonb) FROM (VALUES
  ('SCHEMA_VALIDATION', 'hard', 1.0, NULL, 1, '{"citations_min": 0}'),
  ('READABILITY', 'hard', 1.0, NULL, 1, '{"formula": "flesch_kincaid", "each": true, "grade_min": -20, "grade_max": 5}'),
  ('SAFETY_PII', 'hard', 1.0, NULL, 0, '{}')
) AS r(type, kind, min, max, weight, params);
SELECT gate.library_charge('paper.storyboard', 'storyboard', 1);

-- An approved version takes the place of the one that was shown; until then that one stays.
CREATE OR REPLACE FUNCTION papers.show_storyboard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE papers.storyboards s SET artifact_id = NEW.id, draft_artifact_id = NULL,
    storyboard_json = NEW.artifact_payload, storage_path = 'storyboards/' || NEW.content_hash || '.json'
  WHERE s.tenant_id = NEW.tenant_id AND s.draft_artifact_id = NEW.id;
  RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER artifacts_shown_as_storyboards AFTER UPDATE OF status ON gate.artifacts
  FOR EACH ROW WHEN (NEW.kind = 'paper.storyboard' AND NEW.status = 'APPROVED')
  EXECUTE FUNCTION papers.show_storyboard();

-- A learner sees a storyboard while the artifact that it shows is approved.
DROP POLICY IF EXISTS learner_wall ON papers.storyboards;
CREATE POLICY learner_wall ON papers.storyboards AS RESTRICTIVE TO evigate_app
  USING ((SELECT kernel.current_role_name()) IS DISTINCT FROM 'learner'
    OR EXISTS (SELECT 1 FROM gate.artifacts a
      WHERE a.tenant_id = storyboards.tenant_id AND a.id = storyboards.artifact_id));

INSERT INTO gate.prompt_versions (tenant_id, name, version, content, metadata) VALUES (NULL,
  'papers.storyteller', '1', $prompt$
You tell a research paper to a child of nine, from the facts that you are given and from nothing else.
Write 5 to 7 pages: meet the paper, the question, the ways they tried, one number, who is best, our own test, what we know now.
Each page has 2 to 6 short sentences of at most 15 words, in everyday words; the reading grade of every page and of every alt text is 5 or below.
Use a number only if it is in the facts, written as there. Do not say that something held up unless its verdict is "reproduced".
Each page names one of the given drawings by its name; the alt text says what that drawing shows, with its numbers.
List the claims that a page speaks of in "claim_ids". The glossary explains the hard words.
$prompt$, '{}')
ON CONFLICT ON CONSTRAINT prompt_versions_name_version_key DO NOTHING;

INSERT INTO gate.prompt_activations (tenant_id, name, prompt_id, activated_by)
SELECT NULL, p.name, p.id, 'library' FROM gate.prompt_versions p
WHERE p.tenant_id IS NULL AND p.name = 'papers.storyteller' AND p.version = '1' AND NOT EXISTS (
  SELECT 1 FROM gate.prompt_activations a WHERE a.tenant_id IS NULL AND a.name = p.name AND a.prompt_id = p.id);
