-- The library's prompt for whoever writes recipes with a model; by default nobody does.

INSERT INTO gate.prompt_versions (tenant_id, name, version, content, metadata) VALUES (NULL,
  'papers.recipe_writer', '1', $prompt$
You write the training code of one method, as a paper describes it, in plain Python with numpy, scipy and scikit-learn.
Answer with imports and one function, named method, with exactly this signature: method(X_train, y_train, *, seed, report).
X_train is an array of floats with a row an example, y_train an array of class numbers from 0 to CLASS_COUNT - 1.
Return Fitted(predict, scores): predict takes rows and returns class numbers; scores takes rows and returns one column a class, or is None.
Take all randomness from numpy.random.default_rng(seed). Call report(step, loss) some forty times where there are steps.
Use no file, no network, no other process, no name of the notebook but Fitted and CLASS_COUNT; helpers stand inside the function.
Use the settings that the passages state; where they are silent take the usual ones. Numbers that the paper reports are of no use to you.
If the passages do not say enough to write the method, answer with empty code.
$prompt$, '{}')
ON CONFLICT ON CONSTRAINT prompt_versions_name_version_key DO NOTHING;

INSERT INTO gate.prompt_activations (tenant_id, name, prompt_id, activated_by)
SELECT NULL, p.name, p.id, 'library' FROM gate.prompt_versions p
WHERE p.tenant_id IS NULL AND p.name = 'papers.recipe_writer' AND p.version = '1' AND NOT EXISTS (
  SELECT 1 FROM gate.prompt_activations a WHERE a.tenant_id IS NULL AND a.name = p.name AND a.prompt_id = p.id);
