-- The runs of one trial are found by its id, so that trials can be laid side by side later.

CREATE INDEX eval_runs_trial_idx ON gate.eval_runs (tenant_id, (judge_params ->> 'trial'))
  WHERE is_trial AND judge_params ? 'trial';

-- Objectives may be a model's, as items may.
ALTER TABLE learning.objectives
  DROP CONSTRAINT objectives_source_check,
  ADD CONSTRAINT objectives_source_check CHECK (source IN ('person', 'document', 'built-in', 'model'));
