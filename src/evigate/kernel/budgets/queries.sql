-- name: list_budgets
SELECT b.name, b.unit, b.limit_amount, b.spent,
       coalesce((SELECT sum(r.amount) FROM kernel.budget_reservations r WHERE r.budget = b.name), 0)::bigint AS reserved
FROM kernel.budgets b ORDER BY b.name

-- name: set_budget!
INSERT INTO kernel.budgets (name, unit, limit_amount) VALUES (:name, :unit, :limit_amount)
ON CONFLICT (tenant_id, name) DO UPDATE SET limit_amount = excluded.limit_amount

-- name: reserve$
SELECT kernel.reserve_budget(:name, :run_id, :amount) AS granted

-- name: settle$
SELECT kernel.settle_budget(:name, :run_id, :amount) AS done

-- name: charge!
UPDATE kernel.budgets SET spent = spent + :amount WHERE name = :name
