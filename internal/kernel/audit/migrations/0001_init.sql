-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
CREATE TABLE audit_records (
	id      TEXT PRIMARY KEY,
	at      BIGINT NOT NULL,
	actor   TEXT NOT NULL, -- account, or program:name
	event   TEXT NOT NULL,
	subject TEXT NOT NULL, -- what it was done to: an id, never personal data
	unit    TEXT NOT NULL, -- where the actor works
	purpose TEXT NOT NULL, -- why personal data was read; empty for other acts
	salt    TEXT NOT NULL,
	seq     BIGINT UNIQUE  -- its leaf; NULL until the sequencer has come by
);
CREATE INDEX audit_records_waiting ON audit_records (id) WHERE seq IS NULL;
CREATE INDEX audit_records_subject ON audit_records (subject, id);
CREATE INDEX audit_records_event ON audit_records (event, id);
CREATE TABLE audit_nodes ( -- of the Merkle tree
	level INTEGER NOT NULL, -- 0 for leaves
	n     BIGINT NOT NULL,
	hash  TEXT NOT NULL,
	PRIMARY KEY (level, n)
);
CREATE TABLE audit_checkpoints (
	size BIGINT PRIMARY KEY,
	at   BIGINT NOT NULL,
	note TEXT NOT NULL -- signed: origin, size, root
);
CREATE TABLE audit_sequencer (
	one    INTEGER PRIMARY KEY CHECK (one = 1),
	server TEXT NOT NULL, -- who may sequence
	until  BIGINT NOT NULL
);
INSERT INTO audit_sequencer (one, server, until) VALUES (1, '', 0);
