-- Reviews: what is told of them on their project's stream.

INSERT INTO kernel.event_types (stream_kind, type) VALUES
  ('studio_project', 'review_started'), ('studio_project', 'review_waits'), ('studio_project', 'review_ended'),
  ('studio_project', 'review_finding_dismissed')
ON CONFLICT DO NOTHING;
