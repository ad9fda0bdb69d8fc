-- Phases: their events, and the passes of a project that begins.

INSERT INTO kernel.event_types (stream_kind, type) VALUES
  ('studio_project', 'phase_advanced'), ('studio_project', 'phase_returned'), ('studio_project', 'phase_skipped'),
  ('studio_project', 'candidates_generated'), ('studio_project', 'feature_selected'),
  ('studio_project', 'feature_deselected'), ('studio_project', 'feature_changed'), ('studio_project', 'seed_decided'),
  ('studio_project', 'plan_started'), ('studio_project', 'plan_generated'), ('studio_project', 'plan_failed'),
  ('studio_project', 'question_answered'), ('studio_project', 'question_changed'),
  ('studio_project', 'pattern_applied'), ('studio_project', 'pattern_undone'), ('studio_project', 'pattern_dismissed'),
  ('studio_project', 'planning_artifact_drafted'), ('studio_project', 'planning_artifact_decided'),
  ('audit', 'studio_phase_changed')
ON CONFLICT DO NOTHING;

CREATE OR REPLACE FUNCTION studio.open_first_passes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.phase <> 'CREATED' THEN
    INSERT INTO studio.phase_passes (tenant_id, project_id, phase, number, started_at, completed_at, outcome)
    VALUES (NEW.tenant_id, NEW.id, 'CREATED', 1, NEW.created_at, NEW.created_at, 'completed');
  END IF;
  INSERT INTO studio.phase_passes (tenant_id, project_id, phase, number, started_at)
  VALUES (NEW.tenant_id, NEW.id, NEW.phase, 1, NEW.created_at);
  RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER projects_passes AFTER INSERT ON studio.projects
  FOR EACH ROW EXECUTE FUNCTION studio.open_first_passes();
