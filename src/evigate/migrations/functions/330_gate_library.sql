-- The library's suites: rows without a tenant, read by all. A suite that was used never changes, so a
-- change of mind is a new version below the old one, and a new line of `in charge`.

CREATE OR REPLACE FUNCTION gate.library_suite(
  p_name text, p_version int, p_description text, p_pass_score numeric, p_review text, p_needs_citations boolean)
RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS $$
  INSERT INTO gate.eval_suites (tenant_id, name, version, description, pass_score, review, needs_citations)
  VALUES (NULL, p_name, p_version, p_description, p_pass_score, p_review, p_needs_citations)
  ON CONFLICT ON CONSTRAINT eval_suites_name_key DO NOTHING
$$;

-- Kind is 'hard', 'soft' or 'advice'; a rule joins its suite while that is not in use.
CREATE OR REPLACE FUNCTION gate.library_rule(
  p_suite text, p_version int, p_type text, p_kind text, p_min numeric, p_max numeric, p_weight numeric,
  p_params jsonb)
RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS $$
  INSERT INTO gate.eval_rules (tenant_id, suite_id, eval_type, min_score, max_score, weight, hard_fail, is_advisory, params)
  SELECT NULL, s.id, p_type::gate.eval_type, p_min, p_max, p_weight, p_kind = 'hard', p_kind = 'advice', p_params
  FROM gate.eval_suites s
  WHERE s.tenant_id IS NULL AND s.name = p_suite AND s.version = p_version AND s.frozen_at IS NULL
  ON CONFLICT ON CONSTRAINT eval_rules_suite_type_key DO NOTHING
$$;

CREATE OR REPLACE FUNCTION gate.library_charge(p_kind text, p_suite text, p_version int)
RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS $$
  INSERT INTO gate.kind_suites (tenant_id, kind, suite_id, set_by)
  SELECT NULL, p_kind, s.id, 'library' FROM gate.eval_suites s
  WHERE s.tenant_id IS NULL AND s.name = p_suite AND s.version = p_version
    AND NOT EXISTS (SELECT 1 FROM gate.kind_suites k
      WHERE k.tenant_id IS NULL AND k.kind = p_kind AND k.suite_id = s.id)
$$;

-- Who judges what. An exact judge decides what follows from its text; a rule finds what it names, so its
-- veto stands and its pass proves nothing; a measured one gates once its calibration below (or a
-- tenant's own) reaches the floor. Why each is what it is: docs/decisions/0053.
CREATE OR REPLACE FUNCTION gate.library_judge(p_name text, p_version text, p_type text, p_nature text)
RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS $$
  INSERT INTO gate.judges (tenant_id, name, version, eval_type, nature)
  VALUES (NULL, p_name, p_version, p_type::gate.eval_type, p_nature)
  ON CONFLICT (tenant_id, name, version, eval_type) DO NOTHING
$$;

DROP FUNCTION IF EXISTS gate.library_calibration(
  text, text, text, text, boolean, int, int, numeric, numeric, numeric, numeric, numeric);
CREATE OR REPLACE FUNCTION gate.library_calibration(
  p_judge text, p_version text, p_type text, p_dataset text, p_is_own_kind boolean, p_n int, p_negatives int,
  p_auc numeric, p_accuracy numeric, p_kappa numeric, p_alpha numeric, p_veto_precision numeric,
  p_threshold numeric)
RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS $$
  INSERT INTO gate.judge_calibrations (tenant_id, judge, version, eval_type, dataset, is_own_kind, n, negatives,
    auc, accuracy, kappa, alpha, veto_precision, threshold, created_by)
  SELECT NULL, p_judge, p_version, p_type::gate.eval_type, p_dataset, p_is_own_kind, p_n, p_negatives, p_auc,
    p_accuracy, p_kappa, p_alpha, p_veto_precision, p_threshold, 'library'
  WHERE NOT EXISTS (SELECT 1 FROM gate.judge_calibrations c WHERE c.tenant_id IS NULL AND c.judge = p_judge
    AND c.version = p_version AND c.eval_type = p_type::gate.eval_type AND c.dataset = p_dataset)
$$;

INSERT INTO gate.judge_floors (eval_type, metric, floor) VALUES
  ('GROUNDEDNESS', 'auc', 0.85), ('ANSWERABILITY', 'auc', 0.85),
  ('ANSWER_CORRECTNESS', 'veto_precision', 0.8), ('DISTRACTOR_QUALITY', 'accuracy', 0.8),
  ('HIERARCHY_CORRECTNESS', 'auc', 0.85)
ON CONFLICT (eval_type) DO UPDATE SET metric = excluded.metric, floor = excluded.floor;

SELECT gate.library_judge('builtin:' || lower(t), '1', t, 'exact')
FROM unnest(ARRAY['SCHEMA_VALIDATION', 'CONCEPT_GROUNDEDNESS']) t;
SELECT gate.library_judge('builtin:' || lower(t), '1', t, 'rule') FROM unnest(ARRAY['CONCEPT_ALIGNMENT',
  'QA_ALIGNMENT', 'ITEM_FLAWS', 'DUPLICATION', 'READABILITY', 'SAFETY_PII', 'DIFFICULTY_CALIBRATION']) t;
SELECT gate.library_judge('builtin:' || lower(t), '2', t, 'rule') FROM unnest(ARRAY['CONCEPT_ALIGNMENT', 'SAFETY_PII']) t;
SELECT gate.library_judge('builtin:' || lower(t), '1', t, 'measured') FROM unnest(ARRAY['GROUNDEDNESS',
  'ANSWERABILITY', 'ANSWER_CORRECTNESS', 'DISTRACTOR_QUALITY', 'HIERARCHY_CORRECTNESS']) t;

-- Measured by scripts/evals/judges.py (docs/evals.md). Short claims against the cited sentences are
-- the kind that the gate judges; whole pages and edited questions are harder, and are kept beside.
SELECT gate.library_calibration(j, '1', t, d, own, n, negatives, auc, accuracy, kappa, alpha, veto, threshold) FROM (VALUES
  ('builtin:groundedness', 'GROUNDEDNESS', 'BEGIN dev', true, 430, 250, 0.9424, 0.7977, 0.6078, 0.5957, NULL, 0.55),
  ('builtin:groundedness', 'GROUNDEDNESS', 'WiCE dev', false, 349, 235, 0.8353, 0.7794, 0.4303, 0.4136, NULL, 0.55),
  ('builtin:answerability', 'ANSWERABILITY', 'SQuAD, another paragraph', true, 5820, 2910, 0.9899, 0.9084, 0.8168, 0.8156, NULL, 0.5),
  ('builtin:answerability', 'ANSWERABILITY', 'SQuAD 2.0, edited questions', false, 6078, 3168, 0.7424, 0.6622, 0.3330, 0.3130, NULL, 0.5),
  ('builtin:answer_correctness', 'ANSWER_CORRECTNESS', 'OpenStax questions', true, 754, 159, NULL, NULL, NULL, NULL, 0.8868, 0.4),
  ('builtin:distractor_quality', 'DISTRACTOR_QUALITY', 'OpenStax questions and planted second keys', true, 987, 233, NULL, 0.9538, NULL, NULL, NULL, 0.5)
) AS c(j, t, d, own, n, negatives, auc, accuracy, kappa, alpha, veto, threshold);

SELECT gate.library_suite('review', 1, 'A person''s verdict.', 1.0, 'always', false);
SELECT gate.library_rule('review', 1, 'HUMAN_REVIEW', 'hard', 1.0, NULL, 1, '{}');
SELECT gate.library_suite('paper', 1, 'Plans and notebooks: an owner decides.', 1.0, 'always', false);
SELECT gate.library_rule('paper', 1, 'HUMAN_REVIEW', 'hard', 1.0, NULL, 1, '{}');
SELECT gate.library_charge('paper.plan', 'paper', 1);
SELECT gate.library_charge('paper.notebook', 'paper', 1);

SELECT gate.library_suite('mcq', 1, 'Multiple choice.', 0.7, 'doubtful', true);
SELECT gate.library_rule('mcq', 1, r.type, r.kind, r.min::numeric, r.max::numeric, r.weight, r.params::jsonb) FROM (VALUES
  ('SCHEMA_VALIDATION', 'hard', 1.0, NULL, 1, '{}'),
  ('GROUNDEDNESS', 'hard', 0.75, NULL, 3, '{"misses_max": 0}'),
  ('ANSWERABILITY', 'hard', 0.5, NULL, 2, '{}'),
  ('ANSWER_CORRECTNESS', 'hard', 0.4, NULL, 2, '{}'),
  ('DISTRACTOR_QUALITY', 'hard', 0.5, NULL, 2, '{}'),
  ('QA_ALIGNMENT', 'soft', 0.6, NULL, 1, '{}'),
  ('ITEM_FLAWS', 'soft', 0.75, NULL, 1, '{}'),
  ('DUPLICATION', 'soft', NULL, 0.85, 0, '{}'),
  ('CONCEPT_ALIGNMENT', 'soft', 0.6, NULL, 1, '{}'),
  ('DIFFICULTY_CALIBRATION', 'advice', 0.5, NULL, 0, '{}'),
  ('READABILITY', 'advice', 0.5, NULL, 0, '{}'),
  ('SAFETY_PII', 'hard', 1.0, NULL, 0, '{}')
) AS r(type, kind, min, max, weight, params);
SELECT gate.library_charge('learning.mcq_item', 'mcq', 1);

SELECT gate.library_suite('cloze', 1, 'A sentence with a blank.', 0.7, 'doubtful', true);
SELECT gate.library_rule('cloze', 1, r.type, r.kind, r.min::numeric, r.max::numeric, r.weight, r.params::jsonb) FROM (VALUES
  ('SCHEMA_VALIDATION', 'hard', 1.0, NULL, 1, '{"blank": true}'),
  ('GROUNDEDNESS', 'hard', 0.75, NULL, 3, '{"misses_max": 0}'),
  ('ANSWERABILITY', 'hard', 0.5, NULL, 2, '{}'),
  ('ANSWER_CORRECTNESS', 'soft', 0.4, NULL, 2, '{}'),
  ('QA_ALIGNMENT', 'soft', 0.6, NULL, 1, '{}'),
  ('ITEM_FLAWS', 'soft', 0.75, NULL, 1, '{}'),
  ('DUPLICATION', 'soft', NULL, 0.85, 0, '{}'),
  ('CONCEPT_ALIGNMENT', 'soft', 0.6, NULL, 1, '{}'),
  ('DIFFICULTY_CALIBRATION', 'advice', 0.5, NULL, 0, '{}'),
  ('READABILITY', 'advice', 0.5, NULL, 0, '{}'),
  ('SAFETY_PII', 'hard', 1.0, NULL, 0, '{}')
) AS r(type, kind, min, max, weight, params);
SELECT gate.library_charge('learning.cloze_item', 'cloze', 1);

SELECT gate.library_suite('flashcard', 1, 'A term and its meaning.', 0.7, 'doubtful', true);
SELECT gate.library_rule('flashcard', 1, r.type, r.kind, r.min::numeric, r.max::numeric, r.weight, r.params::jsonb) FROM (VALUES
  ('SCHEMA_VALIDATION', 'hard', 1.0, NULL, 1, '{}'),
  ('GROUNDEDNESS', 'hard', 0.75, NULL, 3, '{"misses_max": 0}'),
  ('ANSWERABILITY', 'hard', 0.4, NULL, 2, '{}'),
  ('QA_ALIGNMENT', 'soft', 0.6, NULL, 1, '{"is_term": true}'),
  ('DUPLICATION', 'soft', NULL, 0.85, 0, '{}'),
  ('CONCEPT_ALIGNMENT', 'soft', 0.6, NULL, 1, '{}'),
  ('READABILITY', 'advice', 0.5, NULL, 0, '{}'),
  ('SAFETY_PII', 'hard', 1.0, NULL, 0, '{}')
) AS r(type, kind, min, max, weight, params);
SELECT gate.library_charge('learning.flashcard', 'flashcard', 1);

SELECT gate.library_suite('short_answer', 1, 'A question answered in own words.', 0.7, 'doubtful', true);
SELECT gate.library_rule('short_answer', 1, r.type, r.kind, r.min::numeric, r.max::numeric, r.weight, r.params::jsonb) FROM (VALUES
  ('SCHEMA_VALIDATION', 'hard', 1.0, NULL, 1, '{}'),
  ('GROUNDEDNESS', 'hard', 0.75, NULL, 3, '{"misses_max": 0}'),
  ('ANSWERABILITY', 'hard', 0.5, NULL, 2, '{}'),
  ('ANSWER_CORRECTNESS', 'soft', 0.4, NULL, 2, '{}'),
  ('QA_ALIGNMENT', 'soft', 0.6, NULL, 1, '{}'),
  ('ITEM_FLAWS', 'soft', 0.75, NULL, 1, '{}'),
  ('DUPLICATION', 'soft', NULL, 0.85, 0, '{}'),
  ('CONCEPT_ALIGNMENT', 'soft', 0.6, NULL, 1, '{}'),
  ('DIFFICULTY_CALIBRATION', 'advice', 0.5, NULL, 0, '{}'),
  ('READABILITY', 'advice', 0.5, NULL, 0, '{}'),
  ('SAFETY_PII', 'hard', 1.0, NULL, 0, '{}')
) AS r(type, kind, min, max, weight, params);
SELECT gate.library_charge('learning.short_answer_item', 'short_answer', 1);

SELECT gate.library_suite('true_false', 1, 'A statement to judge.', 0.7, 'doubtful', true);
SELECT gate.library_rule('true_false', 1, r.type, r.kind, r.min::numeric, r.max::numeric, r.weight, r.params::jsonb) FROM (VALUES
  ('SCHEMA_VALIDATION', 'hard', 1.0, NULL, 1, '{"options_min": 2, "options_max": 2}'),
  ('GROUNDEDNESS', 'hard', 0.75, NULL, 3, '{"misses_max": 0}'),
  ('QA_ALIGNMENT', 'soft', 0.6, NULL, 1, '{"is_statement": true}'),
  ('DUPLICATION', 'soft', NULL, 0.85, 0, '{}'),
  ('CONCEPT_ALIGNMENT', 'soft', 0.6, NULL, 1, '{}'),
  ('DIFFICULTY_CALIBRATION', 'advice', 0.5, NULL, 0, '{}'),
  ('READABILITY', 'advice', 0.5, NULL, 0, '{}'),
  ('SAFETY_PII', 'hard', 1.0, NULL, 0, '{}')
) AS r(type, kind, min, max, weight, params);
SELECT gate.library_charge('learning.true_false_item', 'true_false', 1);

SELECT gate.library_suite('ordering', 1, 'Steps to put in order.', 0.7, 'doubtful', true);
SELECT gate.library_rule('ordering', 1, r.type, r.kind, r.min::numeric, r.max::numeric, r.weight, r.params::jsonb) FROM (VALUES
  ('SCHEMA_VALIDATION', 'hard', 1.0, NULL, 1, '{"options_min": 0, "options_max": 10}'),
  ('GROUNDEDNESS', 'hard', 0.75, NULL, 3, '{"misses_max": 0}'),
  ('DUPLICATION', 'soft', NULL, 0.85, 0, '{}'),
  ('CONCEPT_ALIGNMENT', 'soft', 0.6, NULL, 1, '{}'),
  ('READABILITY', 'advice', 0.5, NULL, 0, '{}'),
  ('SAFETY_PII', 'hard', 1.0, NULL, 0, '{}')
) AS r(type, kind, min, max, weight, params);
SELECT gate.library_charge('learning.ordering_item', 'ordering', 1);

SELECT gate.library_suite('matching', 1, 'Pairs to put together.', 0.7, 'doubtful', true);
SELECT gate.library_rule('matching', 1, r.type, r.kind, r.min::numeric, r.max::numeric, r.weight, r.params::jsonb) FROM (VALUES
  ('SCHEMA_VALIDATION', 'hard', 1.0, NULL, 1, '{"options_min": 0, "options_max": 12}'),
  ('GROUNDEDNESS', 'hard', 0.75, NULL, 3, '{"misses_max": 0}'),
  ('DUPLICATION', 'soft', NULL, 0.85, 0, '{}'),
  ('CONCEPT_ALIGNMENT', 'soft', 0.6, NULL, 1, '{}'),
  ('READABILITY', 'advice', 0.5, NULL, 0, '{}'),
  ('SAFETY_PII', 'hard', 1.0, NULL, 0, '{}')
) AS r(type, kind, min, max, weight, params);
SELECT gate.library_charge('learning.matching_item', 'matching', 1);

SELECT gate.library_suite('section_topics', 1, 'Topics of sections.', 0.7, 'doubtful', true);
SELECT gate.library_rule('section_topics', 1, r.type, r.kind, r.min::numeric, r.max::numeric, r.weight, r.params::jsonb) FROM (VALUES
  ('SCHEMA_VALIDATION', 'hard', 1.0, NULL, 1, '{}'),
  ('GROUNDEDNESS', 'hard', 0.6, NULL, 3, '{"misses_max": 0}'),
  ('CONCEPT_GROUNDEDNESS', 'hard', 1.0, NULL, 2, '{}'),
  ('READABILITY', 'advice', 0.5, NULL, 0, '{}'),
  ('SAFETY_PII', 'hard', 1.0, NULL, 0, '{}')
) AS r(type, kind, min, max, weight, params);
SELECT gate.library_charge('learning.section_topics', 'section_topics', 1);

SELECT gate.library_suite('taxonomy', 1, 'A concept map.', 0.7, 'doubtful', true);
SELECT gate.library_rule('taxonomy', 1, r.type, r.kind, r.min::numeric, r.max::numeric, r.weight, r.params::jsonb) FROM (VALUES
  ('SCHEMA_VALIDATION', 'hard', 1.0, NULL, 1, '{}'),
  ('CONCEPT_GROUNDEDNESS', 'hard', 1.0, NULL, 2, '{}'),
  ('HIERARCHY_CORRECTNESS', 'advice', 0.5, NULL, 1, '{}'),
  ('SAFETY_PII', 'hard', 1.0, NULL, 0, '{}')
) AS r(type, kind, min, max, weight, params);
SELECT gate.library_charge('learning.taxonomy', 'taxonomy', 1);

SELECT gate.library_suite('study_plan', 1, 'An order of study.', 0.7, 'doubtful', false);
SELECT gate.library_rule('study_plan', 1, r.type, r.kind, r.min::numeric, r.max::numeric, r.weight, r.params::jsonb) FROM (VALUES
  ('SCHEMA_VALIDATION', 'hard', 1.0, NULL, 1, '{}'),
  ('CONCEPT_GROUNDEDNESS', 'hard', 1.0, NULL, 2, '{}'),
  ('READABILITY', 'advice', 0.5, NULL, 0, '{}'),
  ('SAFETY_PII', 'hard', 1.0, NULL, 0, '{}')
) AS r(type, kind, min, max, weight, params);
SELECT gate.library_charge('learning.study_plan', 'study_plan', 1);
