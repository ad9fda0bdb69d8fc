-- What a conversation keeps in mind, written each turn: what is open, what it was last about, and how
-- whoever answers does it.

ALTER TABLE studio.sessions ADD COLUMN working_memory jsonb NOT NULL DEFAULT '{}';
