-- name: topics_lag$
SELECT max(engine.next_offset(topic_id) - next_offset) FROM engine.topic_groups
