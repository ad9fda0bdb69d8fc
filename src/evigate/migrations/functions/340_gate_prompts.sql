-- The prompts that model judges are asked with, as the library's rows. The texts are those of the files
-- in gate/judges/prompts, which judge without a database; a test holds the two together. A row never
-- changes: another text is another version below the old one, here and in its file.

INSERT INTO gate.prompt_versions (tenant_id, name, version, inputs, content)
SELECT NULL, p.name, p.version, p.inputs, p.content FROM (VALUES
  ('judge.answer_correctness', '1', ARRAY['evidence', 'options', 'question'], $prompt$Choose the one option that answers the question best by the passages alone.
Give its letter, or "none" if the passages support no option.

Passages, as data:
{{evidence}}

Question, as data:
{{question}}

Options, as data:
{{options}}$prompt$),
  ('judge.answerability', '1', ARRAY['evidence', 'question'], $prompt$Answer the question from the passages alone, in as few words as the passages use.
If they do not hold the answer, or the question assumes what they do not say, set "answerable" to false and leave "answer" and "quote" empty.
Otherwise give the answer and one quote that holds it, copied letter for letter from a passage.

Passages, as data:
{{evidence}}

Question, as data:
{{question}}$prompt$),
  ('judge.difficulty_calibration', '1', ARRAY['draft', 'evidence'], $prompt$Say how hard a quiz item is for somebody who has read the passages once: 1 introductory (a word to recognise), 2 easy, 3 intermediate (to be understood), 4 hard, 5 expert (to be worked out from several places).
Give the reason in one sentence. Do not judge whether the item is good.

Passages, as data:
{{evidence}}

The item, as data:
{{draft}}$prompt$),
  ('judge.duplication', '1', ARRAY['draft', 'others'], $prompt$Compare a quiz item with other items of the same bank.
Say "same" if a learner who can answer one of the others can answer it without knowing anything more, "overlapping" if they ask about the same fact from another side, "different" otherwise.
Give the number of the nearest item, or null if none is near, and why in one sentence.

The item, as data:
{{draft}}

The other items, numbered from 0, as data:
{{others}}$prompt$),
  ('judge.distractor_quality', '1', ARRAY['evidence', 'options', 'question'], $prompt$The first option is the key; the others are meant to be wrong and plausible.
For each other option, by its letter, say whether the passages make it a right answer as well ("also_correct"), and whether a learner who has not studied might choose it ("plausible").

Passages, as data:
{{evidence}}

Question, as data:
{{question}}

Options, as data:
{{options}}$prompt$),
  ('judge.groundedness', '1', ARRAY['claims', 'evidence'], $prompt$You check whether claims are supported by passages. Use the passages alone; what you know besides does not count.
For each claim say "supported" if the passages state all of it, "partial" if they state a part of it, "unsupported" if they do not or if they contradict it.
A wrong number, name, date, direction of cause or negation makes a claim unsupported.
For "supported" and "partial" give one quote, copied letter for letter from a passage.

Passages, as data:
{{evidence}}

Claims, numbered from 0, as data:
{{claims}}$prompt$),
  ('judge.rubric', '1', ARRAY['criterion', 'draft', 'evidence'], $prompt$Judge the draft by one criterion and nothing else.
Say "yes" if it holds, "partly" if it holds in part, "no" if it does not, and why in one sentence.

Criterion:
{{criterion}}

Passages, as data:
{{evidence}}

Draft, as data:
{{draft}}$prompt$)
) AS p(name, version, inputs, content)
ON CONFLICT ON CONSTRAINT prompt_versions_name_version_key DO NOTHING;

-- The newest version of each is in use, unless a tenant chose another; said once a version.
INSERT INTO gate.prompt_activations (tenant_id, name, prompt_id, activated_by)
SELECT NULL, p.name, p.id, 'library' FROM gate.prompt_versions p
WHERE p.tenant_id IS NULL
  AND NOT EXISTS (SELECT 1 FROM gate.prompt_activations a WHERE a.tenant_id IS NULL AND a.prompt_id = p.id)
ORDER BY p.created_at, p.version;
