-- Three natures of judges: a fact that follows (exact), a rule that finds what it names and misses the
-- rest (rule), and an opinion that has to show that it agrees with people (measured). What was called
-- exact and is a rule is called so: it may veto, and is no longer enough as a suite's only hard check.

ALTER TABLE gate.judges
  DROP CONSTRAINT judges_nature_check,
  ADD CONSTRAINT judges_nature_check CHECK (nature IN ('exact', 'rule', 'measured'));
UPDATE gate.judges SET nature = 'rule'
WHERE tenant_id IS NULL AND name LIKE 'builtin:%'
  AND eval_type IN ('QA_ALIGNMENT', 'ITEM_FLAWS', 'DUPLICATION', 'READABILITY', 'SAFETY_PII',
    'DIFFICULTY_CALIBRATION', 'CONCEPT_ALIGNMENT');
COMMENT ON COLUMN gate.judges.nature IS
  'An exact judge decides what follows (a schema, a literal quote); a rule''s veto stands and its pass proves nothing; a measured one has to show that it agrees with people.';

-- How often an item was shown, counted as it is shown; until now only answers were known.
ALTER TABLE learning.items ADD COLUMN shown_count int NOT NULL DEFAULT 0 CHECK (shown_count >= 0);
UPDATE learning.items i SET shown_count = t.n
FROM (SELECT tenant_id, artifact_id, count(*)::int AS n FROM learning.attempts GROUP BY 1, 2) t
WHERE t.tenant_id = i.tenant_id AND t.artifact_id = i.artifact_id;
