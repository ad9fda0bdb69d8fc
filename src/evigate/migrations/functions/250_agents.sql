-- Agents: the vocabulary of a run's log.

INSERT INTO kernel.event_types (stream_kind, type) VALUES
  ('agent_run', 'run_started'), ('agent_run', 'call_reserved'), ('agent_run', 'model_turn'),
  ('agent_run', 'call_failed'), ('agent_run', 'call_lost'), ('agent_run', 'tool_started'),
  ('agent_run', 'tool_finished'), ('agent_run', 'approval_needed'), ('agent_run', 'approval_decided'),
  ('agent_run', 'contract_broken'), ('agent_run', 'fell_back'), ('agent_run', 'limit_warned'),
  ('agent_run', 'run_paused'), ('agent_run', 'run_resumed'), ('agent_run', 'run_finished'),
  ('agent_run', 'run_failed'),
  ('audit', 'agent_chosen'), ('audit', 'agent_tool_decided')
ON CONFLICT DO NOTHING;
