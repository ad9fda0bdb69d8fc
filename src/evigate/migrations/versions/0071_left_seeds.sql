-- A seed may be left for later, with a reason: the board is finished, and the specification lists
-- the question as open. Whoever builds unattended decides nothing that is a person's to decide.

ALTER TABLE studio.seed_decisions DROP CONSTRAINT seed_decisions_decision_check;
ALTER TABLE studio.seed_decisions ADD CONSTRAINT seed_decisions_decision_check
  CHECK (decision IN ('met', 'dropped', 'left'));
