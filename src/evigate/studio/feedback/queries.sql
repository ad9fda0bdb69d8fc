-- name: insert_feedback!
INSERT INTO studio.feedback_events (id, project_id, feedback_type, target_type, target_key, target_id, feedback_data)
VALUES (:id, :project_id, :feedback_type, :target_type, :target_key, :target_id, :feedback_data)

-- name: list_outcomes
SELECT o.target_key, o.feedback_type, o.source, o.confidence, o.offered FROM studio.offer_outcomes o
ORDER BY o.target_key, o.source, o.confidence, o.project_id LIMIT :limit

-- name: list_feedback
SELECT f.id, f.feedback_type, f.target_type, f.target_key, f.feedback_data, f.given_by, f.created_at
FROM studio.feedback_events f WHERE f.project_id = :project_id ORDER BY f.created_at DESC, f.id DESC LIMIT :limit

-- name: list_ratings
SELECT f.target_key, count(*)::int AS count, avg((f.feedback_data ->> 'rating')::int)::float8 AS average
FROM studio.feedback_events f WHERE f.feedback_type = 'rating' AND f.target_type = 'question'
GROUP BY f.target_key ORDER BY f.target_key
