-- Builds in the background: a project's pages are drawn anew as one goes on.

INSERT INTO kernel.event_types (stream_kind, type) VALUES ('studio_project', 'build_changed')
ON CONFLICT DO NOTHING;
