-- Research beside a conversation: what is looked up, how far that is, what it came to.

CREATE TABLE studio.research_tasks (
  tenant_id uuid NOT NULL DEFAULT kernel.current_tenant(),
  id uuid NOT NULL,
  session_id uuid NOT NULL,
  need_key text CHECK (length(need_key) BETWEEN 1 AND 500),
  task_type text NOT NULL CHECK (task_type IN ('competitive_analysis', 'tech_feasibility', 'market_research',
    'domain_research', 'integration_research')),
  query text NOT NULL CHECK (length(query) BETWEEN 1 AND 500),
  status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'running', 'completed', 'failed')),
  attempts int NOT NULL DEFAULT 0 CHECK (attempts BETWEEN 0 AND 3),
  priority int NOT NULL DEFAULT 5 CHECK (priority BETWEEN 1 AND 10),
  result jsonb CHECK (jsonb_typeof(result) = 'object'),
  error_message text CHECK (length(error_message) <= 2000),
  created_at timestamptz NOT NULL DEFAULT now(),
  started_at timestamptz,
  completed_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, session_id, task_type, query),
  CHECK ((status = 'completed') = (result IS NOT NULL)),
  CHECK ((status = 'failed') = (error_message IS NOT NULL)),
  FOREIGN KEY (tenant_id, session_id) REFERENCES studio.sessions ON DELETE CASCADE
);
