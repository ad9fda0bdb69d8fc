-- name: topics_lag$
SELECT max(newest.next_offset - g.next_offset)
FROM engine.topic_groups g
CROSS JOIN LATERAL (
  SELECT b.first_offset + b.row_count AS next_offset FROM engine.topic_batches b
  WHERE b.tenant_id = g.tenant_id AND b.topic_id = g.topic_id
  ORDER BY b.first_offset DESC LIMIT 1
) newest
