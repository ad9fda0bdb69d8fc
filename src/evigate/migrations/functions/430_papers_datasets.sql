-- Data sets of the papers room: the time of the last change.

CREATE OR REPLACE TRIGGER datasets_updated_at BEFORE UPDATE ON papers.datasets
  FOR EACH ROW EXECUTE FUNCTION papers.update_updated_at();

INSERT INTO kernel.event_types (stream_kind, type) VALUES
  ('audit', 'dataset_added'), ('audit', 'dataset_allowed'), ('audit', 'dataset_removed'),
  ('audit', 'claims_typed'), ('audit', 'plan_edited')
ON CONFLICT DO NOTHING;
