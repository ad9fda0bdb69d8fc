-- The library: its vocabulary of events.

INSERT INTO kernel.event_types (stream_kind, type) VALUES
  ('audit', 'library_entry_written'), ('audit', 'library_entry_withdrawn'), ('audit', 'library_imported')
ON CONFLICT DO NOTHING;
