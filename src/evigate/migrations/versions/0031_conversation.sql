-- What the library adds to a conversation, and the approval of what came of it.
--
-- A need that came up on the way has its obligation with it, as it was when it came up; the library
-- may change afterwards. Facts are what the library found in the words so far.

ALTER TABLE studio.needs
  ADD COLUMN obligation jsonb CHECK (jsonb_typeof(obligation) = 'object'),
  ADD COLUMN origins jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(origins) = 'array');

ALTER TABLE studio.sessions
  ADD COLUMN facts jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(facts) = 'object'),
  ADD COLUMN industry jsonb CHECK (jsonb_typeof(industry) = 'object'),
  ADD COLUMN approval jsonb CHECK (jsonb_typeof(approval) = 'object');
