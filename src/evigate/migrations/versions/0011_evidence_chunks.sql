-- Chunks as rows: what an artifact cites must be in the transaction that changes it, so that a
-- changed document and the artifacts that rest on it move together. A chunk's id follows from its
-- document and its text, so a passage that only moved keeps it; a row is never updated.

ALTER TABLE evidence.documents
  ADD COLUMN revision int NOT NULL DEFAULT 1 CHECK (revision > 0);

CREATE TABLE evidence.chunks (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  id uuid NOT NULL,
  module_id uuid NOT NULL,
  document_id uuid NOT NULL,
  ordinal int NOT NULL CHECK (ordinal >= 0),
  page int NOT NULL CHECK (page > 0),
  start_char int NOT NULL CHECK (start_char >= 0),
  end_char int NOT NULL,
  text text NOT NULL CHECK (text <> ''),
  sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  heading_path text[] NOT NULL DEFAULT '{}',
  kind text NOT NULL DEFAULT 'prose' CHECK (kind IN ('prose', 'heading', 'table', 'caption', 'code')),
  boxes jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(boxes) = 'array'),
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, document_id, ordinal),
  CHECK (end_char > start_char),
  FOREIGN KEY (tenant_id, module_id) REFERENCES evidence.modules ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, document_id) REFERENCES evidence.documents ON DELETE CASCADE
);
CREATE INDEX chunks_text_idx ON evidence.chunks (tenant_id, module_id, sha256);
