-- Feedback: what people made of what was offered to them. Only ever added to; the library's numbers
-- and the confidence of later offers rest on it.

CREATE TABLE studio.feedback_events (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  id uuid NOT NULL,
  project_id uuid NOT NULL,
  feedback_type text NOT NULL
    CHECK (feedback_type IN ('suggestion_accepted', 'answer_correction', 'suggestion_dismissed', 'rating', 'comment')),
  target_type text NOT NULL CHECK (target_type IN ('question', 'prefill', 'project')),
  -- A question's key: it is the same in each plan, and in the library.
  target_key text NOT NULL CHECK (length(target_key) <= 200),
  target_id uuid,
  feedback_data jsonb NOT NULL CHECK (jsonb_typeof(feedback_data) = 'object'),
  given_by text NOT NULL DEFAULT kernel.current_actor(),
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  CHECK (feedback_type <> 'rating' OR (feedback_data ->> 'rating')::int BETWEEN 1 AND 5),
  CHECK (target_type <> 'prefill' OR feedback_data ?& ARRAY['source', 'confidence', 'offered']),
  FOREIGN KEY (tenant_id, project_id) REFERENCES studio.projects ON DELETE CASCADE
);
CREATE INDEX feedback_events_project_idx ON studio.feedback_events (tenant_id, project_id, created_at);
CREATE INDEX feedback_events_type_idx ON studio.feedback_events (tenant_id, feedback_type, target_key);
