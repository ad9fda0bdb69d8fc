-- Evidence, thin: modules own documents, documents define evidence. Chunks and segments come with
-- the engine. Column names are those of the learning bank's schema document.

CREATE SCHEMA evidence;

CREATE TABLE evidence.modules (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant() REFERENCES kernel.tenants ON DELETE CASCADE,
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  title text NOT NULL CHECK (length(title) BETWEEN 1 AND 500),
  purpose text NOT NULL CHECK (purpose IN ('paper', 'course', 'project')),
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id)
);

CREATE TABLE evidence.file_search_stores (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  module_id uuid NOT NULL,
  store_name text NOT NULL,
  evidence_version text NOT NULL DEFAULT '',
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, module_id),
  UNIQUE (tenant_id, store_name),
  UNIQUE (tenant_id, id, module_id),
  FOREIGN KEY (tenant_id, module_id) REFERENCES evidence.modules ON DELETE CASCADE
);

CREATE TABLE evidence.documents (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  module_id uuid NOT NULL,
  store_id uuid NOT NULL,
  title text,
  source_uri text NOT NULL,
  sha256 text NOT NULL,
  metadata jsonb NOT NULL DEFAULT '{}',
  file_name text,
  doc_name text,
  indexed_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, module_id, source_uri),
  FOREIGN KEY (tenant_id, module_id) REFERENCES evidence.modules ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, store_id, module_id)
    REFERENCES evidence.file_search_stores (tenant_id, id, module_id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, sha256) REFERENCES kernel.blobs
);
CREATE INDEX documents_store_idx ON evidence.documents (tenant_id, store_id, module_id);
CREATE INDEX documents_blob_idx ON evidence.documents (tenant_id, sha256);
