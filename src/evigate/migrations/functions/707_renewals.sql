-- What is out of date is made anew by a job; each step is told on the project's stream.

INSERT INTO kernel.event_types (stream_kind, type) VALUES ('studio_project', 'renewal_changed') ON CONFLICT DO NOTHING;
