-- Feedback: its events, its own view, and the table of document 002.

INSERT INTO kernel.event_types (stream_kind, type) VALUES ('studio_project', 'feedback_given')
ON CONFLICT DO NOTHING;

-- Of each offer in a project what was made of it last: who changes their mind counts once.
CREATE OR REPLACE VIEW studio.offer_outcomes WITH (security_invoker = true) AS
  SELECT DISTINCT ON (f.tenant_id, f.project_id, f.target_key, f.feedback_data -> 'offered')
         f.tenant_id, f.project_id, f.target_key, f.feedback_type, f.feedback_data ->> 'source' AS source,
         (f.feedback_data ->> 'confidence')::float8 AS confidence, f.feedback_data -> 'offered' AS offered
  FROM studio.feedback_events f WHERE f.target_type = 'prefill'
  ORDER BY f.tenant_id, f.project_id, f.target_key, f.feedback_data -> 'offered', f.created_at DESC, f.id DESC;

-- The present document has no word for an offer that was taken: that is an answer there.
CREATE OR REPLACE VIEW praetor.feedback_events WITH (security_invoker = true) AS
  SELECT f.id, f.project_id,
         CASE WHEN f.given_by LIKE 'user:%' THEN substr(f.given_by, 6)::uuid END AS user_id,
         f.feedback_type, f.target_type, f.target_id, f.feedback_data, f.created_at
  FROM studio.feedback_events f WHERE f.feedback_type <> 'suggestion_accepted';
