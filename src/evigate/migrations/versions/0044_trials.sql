-- The runs of one trial are found by its id, so that trials can be laid side by side later.

CREATE INDEX eval_runs_trial_idx ON gate.eval_runs (tenant_id, (judge_params ->> 'trial'))
  WHERE is_trial AND judge_params ? 'trial';
