-- name: list_topics
SELECT id, name, schema AS schema_bytes, broker, engine.next_offset(id) AS next_offset, first_offset, sealed_offset, relayed_offset,
  retention_rows, retention_s, attempts_max, created_at
FROM engine.topics ORDER BY name;

-- name: get_topic^
SELECT id, name, schema AS schema_bytes, broker, engine.next_offset(id) AS next_offset, first_offset, sealed_offset, relayed_offset,
  retention_rows, retention_s, attempts_max, created_at
FROM engine.topics WHERE name = :name;

-- name: insert_topic!
INSERT INTO engine.topics (id, name, schema, broker, retention_rows, retention_s, attempts_max)
VALUES (:id, :name, :schema, :broker, :retention_rows, :retention_s, :attempts_max)
ON CONFLICT (tenant_id, name) DO NOTHING;

-- name: delete_topic!
DELETE FROM engine.topics WHERE id = :id;

-- name: read_bounds^
SELECT first_offset, engine.next_offset(id) AS next_offset FROM engine.topics WHERE id = :id;

-- name: read_batches
SELECT first_offset, row_count, payload FROM engine.topic_batches
WHERE topic_id = :id AND first_offset >= coalesce((
    SELECT max(b.first_offset) FROM engine.topic_batches b
    WHERE b.topic_id = :id AND b.first_offset <= :from_offset), :from_offset)
  AND first_offset + row_count > :from_offset
ORDER BY first_offset LIMIT :limit;

-- name: lock_topic^
SELECT id, name, schema AS schema_bytes, broker, engine.next_offset(id) AS next_offset, first_offset, sealed_offset, relayed_offset,
  retention_rows, retention_s, attempts_max, created_at
FROM engine.topics WHERE id = :id FOR NO KEY UPDATE SKIP LOCKED;

-- name: delete_batches!
DELETE FROM engine.topic_batches
WHERE topic_id = :id AND first_offset >= :from_offset AND first_offset < :to_offset;

-- name: batches_to_seal
SELECT first_offset, row_count, payload, produced_at FROM engine.topic_batches
WHERE topic_id = :id AND first_offset >= :from_offset
ORDER BY first_offset LIMIT :limit;

-- name: insert_batch!
INSERT INTO engine.topic_batches (topic_id, first_offset, row_count, payload, produced_at)
VALUES (:id, :first_offset, :row_count, :payload, :produced_at);

-- name: set_sealed!
UPDATE engine.topics SET sealed_offset = :sealed_offset WHERE id = :id;

-- name: set_relayed!
UPDATE engine.topics SET relayed_offset = :relayed_offset WHERE id = :id AND relayed_offset < :relayed_offset;

-- name: outdated_offset$
-- The last batch stays: the next offset is its end.
SELECT max(first_offset + row_count) FROM engine.topic_batches
WHERE topic_id = :id AND first_offset + row_count < engine.next_offset(:id)
  AND (first_offset + row_count <= :floor OR produced_at < now() - make_interval(secs => :retention_s));

-- name: set_first!
UPDATE engine.topics SET first_offset = :first_offset WHERE id = :id AND first_offset < :first_offset;

-- name: ensure_group!
INSERT INTO engine.topic_groups (topic_id, name, next_offset) VALUES (:id, :name, :next_offset)
ON CONFLICT (tenant_id, topic_id, name) DO NOTHING;

-- name: lock_group^
SELECT g.next_offset, engine.next_offset(t.id) AS topic_next, t.first_offset AS topic_first
FROM engine.topic_groups g
JOIN engine.topics t ON t.tenant_id = g.tenant_id AND t.id = g.topic_id
WHERE g.topic_id = :id AND g.name = :name FOR UPDATE OF g;

-- name: bury_expired!
WITH dead AS (
  DELETE FROM engine.topic_deliveries
  WHERE topic_id = :id AND group_name = :name AND deadline < now()
    AND (attempts >= :attempts_max OR message_offset < :first_offset)
  RETURNING message_offset, attempts
)
INSERT INTO engine.dead_letters (topic_id, group_name, message_offset, attempts, reason)
SELECT :id, :name, message_offset, attempts,
  CASE WHEN message_offset < :first_offset THEN 'evicted by retention' ELSE 'not acknowledged in time' END
FROM dead
ON CONFLICT (tenant_id, topic_id, group_name, message_offset) DO NOTHING;

-- name: lease_again
UPDATE engine.topic_deliveries SET consumer = :consumer, attempts = attempts + 1,
  deadline = now() + make_interval(secs => :lease_s)
WHERE topic_id = :id AND group_name = :name AND message_offset IN (
  SELECT message_offset FROM engine.topic_deliveries
  WHERE topic_id = :id AND group_name = :name AND deadline < now()
  ORDER BY message_offset LIMIT :limit)
RETURNING message_offset, attempts;

-- name: lease_new!
INSERT INTO engine.topic_deliveries (topic_id, group_name, message_offset, consumer, deadline)
SELECT :id, :name, n, :consumer, now() + make_interval(secs => :lease_s)
FROM generate_series(:from_offset::bigint, :to_offset::bigint - 1) n;

-- name: advance_group!
UPDATE engine.topic_groups SET next_offset = :next_offset WHERE topic_id = :id AND name = :name;

-- name: acknowledge!
DELETE FROM engine.topic_deliveries
WHERE topic_id = :id AND group_name = :name AND consumer = :consumer AND message_offset = ANY(:offsets);

-- name: bury!
WITH dead AS (
  DELETE FROM engine.topic_deliveries
  WHERE topic_id = :id AND group_name = :name AND consumer = :consumer
    AND message_offset = ANY(:offsets) AND attempts >= :attempts_max
  RETURNING message_offset, attempts
)
INSERT INTO engine.dead_letters (topic_id, group_name, message_offset, attempts, reason)
SELECT :id, :name, message_offset, attempts, :reason FROM dead;

-- name: release!
UPDATE engine.topic_deliveries SET deadline = now() - interval '1 second'
WHERE topic_id = :id AND group_name = :name AND consumer = :consumer AND message_offset = ANY(:offsets);

-- name: list_groups
SELECT g.name, g.next_offset, engine.next_offset(t.id) - g.next_offset AS lag,
  (SELECT count(*) FROM engine.topic_deliveries d
   WHERE d.topic_id = g.topic_id AND d.group_name = g.name) AS pending,
  (SELECT count(*) FROM engine.dead_letters l
   WHERE l.topic_id = g.topic_id AND l.group_name = g.name) AS dead
FROM engine.topic_groups g
JOIN engine.topics t ON t.tenant_id = g.tenant_id AND t.id = g.topic_id
WHERE g.topic_id = :id ORDER BY g.name;

-- name: list_dead
SELECT message_offset, attempts, reason, created_at FROM engine.dead_letters
WHERE topic_id = :id AND group_name = :name ORDER BY message_offset;

-- name: revive_dead!
WITH back AS (
  DELETE FROM engine.dead_letters
  WHERE topic_id = :id AND group_name = :name AND message_offset = ANY(:offsets)
  RETURNING message_offset
)
INSERT INTO engine.topic_deliveries (topic_id, group_name, message_offset, consumer, deadline)
SELECT :id, :name, message_offset, '', now() - interval '1 second' FROM back;
