-- Compatibility: limits of a project and codes of industries, under document 002's names, read-only.

-- Budgets are the tenant's; each of its projects is bound by them. What happens at a limit is chosen
-- by agent: here is what most agents do. Agents warn at four fifths.
CREATE OR REPLACE VIEW praetor.budget_limits WITH (security_invoker = true) AS
SELECT p.id, p.id AS project_id,
       max(b.limit_amount) FILTER (WHERE b.name = 'agents.tokens') AS max_tokens,
       (max(b.limit_amount) FILTER (WHERE b.name = 'agents.micros') / 1000000.0)::numeric(14,4) AS max_cost_usd,
       0.80::numeric(3,2) AS warning_threshold,
       coalesce((SELECT c.on_limit FROM agents.choices c WHERE c.tenant_id = p.tenant_id
         GROUP BY c.on_limit ORDER BY count(*) DESC, c.on_limit LIMIT 1), 'pause') AS on_limit_reached,
       p.created_at, p.created_at AS updated_at, p.tenant_id
FROM studio.projects p
JOIN kernel.budgets b ON b.tenant_id = p.tenant_id AND b.name IN ('agents.tokens', 'agents.micros')
GROUP BY p.tenant_id, p.id, p.created_at;

-- The codes that a tenant's library refers to; all of NAICS 2022 is a file of the package.
CREATE OR REPLACE VIEW praetor.kb_naics_codes WITH (security_invoker = true) AS
SELECT DISTINCT m.naics_code AS code FROM praetor.kb_naics_standard_mappings m;
