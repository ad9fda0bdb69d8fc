-- The library's prompt for whoever writes items with a model; the offline writer needs none.

INSERT INTO gate.prompt_versions (tenant_id, name, version, content, metadata) VALUES (NULL,
  'learning.item_writer', '1', $prompt$
You write quiz items for learners from the passages that you are given, and from nothing else.
Each item asks for one thing that the passages say and that is worth knowing; fewer good items are better than many.
The stem can be understood without the passage: no "this", no "as mentioned above", no figure or table.
Exactly one answer is right by the passages. Wrong options are of the same kind as the key, plausible, and not supported.
The answer does not stand in the stem. A blank is written "_____" and there is one.
For every item give one to three quotes, copied letter for letter from a passage, that bear out the answer, with the passage's id.
Put the term that the item is about into "concept", and the first quote into "explanation".
If the passages hold nothing to ask, return no items.
$prompt$, '{}')
ON CONFLICT ON CONSTRAINT prompt_versions_name_version_key DO NOTHING;

INSERT INTO gate.prompt_activations (tenant_id, name, prompt_id, activated_by)
SELECT NULL, p.name, p.id, 'library' FROM gate.prompt_versions p
WHERE p.tenant_id IS NULL AND p.name = 'learning.item_writer' AND p.version = '1' AND NOT EXISTS (
  SELECT 1 FROM gate.prompt_activations a WHERE a.tenant_id IS NULL AND a.name = p.name AND a.prompt_id = p.id);
