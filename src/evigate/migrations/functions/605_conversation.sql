-- The conversation: what the library adds to it, its approval.

INSERT INTO kernel.event_types (stream_kind, type) VALUES
  ('studio_session', 'need_added'), ('studio_session', 'need_merged'),
  ('studio_session', 'facts_found'), ('studio_session', 'industry_changed'),
  ('studio_session', 'output_approved'),
  ('studio_session', 'discovery_reopened')
ON CONFLICT DO NOTHING;
