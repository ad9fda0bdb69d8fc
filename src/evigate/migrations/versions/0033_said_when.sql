-- When something was said or summed up, as the documents that this replaces have it.

ALTER TABLE studio.messages ADD COLUMN created_at timestamptz NOT NULL DEFAULT now();
ALTER TABLE studio.summaries ADD COLUMN created_at timestamptz NOT NULL DEFAULT now();
