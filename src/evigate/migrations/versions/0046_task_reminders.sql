-- What is due is told: once the day before, and once when it is late.

ALTER TABLE studio.task_activity
  DROP CONSTRAINT task_activity_kind_check,
  ADD CONSTRAINT task_activity_kind_check CHECK (kind IN ('created', 'assigned', 'started', 'submitted', 'completed',
    'cancelled', 'blocked', 'unblocked', 'reminded'));
