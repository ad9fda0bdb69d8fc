-- A claim keeps the sign by which its method was taken for the authors' own or another's, and a claim
-- that was rejected can be restored: both are labels that a person may want to weigh.

ALTER TABLE papers.claims ADD COLUMN own_reason text;

ALTER TABLE papers.claim_edits DROP CONSTRAINT claim_edits_kind_check;
ALTER TABLE papers.claim_edits ADD CONSTRAINT claim_edits_kind_check
  CHECK (kind IN ('correct', 'add', 'reject', 'restore'));
