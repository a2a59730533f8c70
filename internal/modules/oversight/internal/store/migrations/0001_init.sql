-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
CREATE TABLE oversight_rules (
	id        TEXT PRIMARY KEY,
	kind      TEXT NOT NULL,
	name_vi   TEXT NOT NULL,
	name_en   TEXT NOT NULL,
	threshold INTEGER NOT NULL,
	minutes   INTEGER NOT NULL,
	from_min  INTEGER NOT NULL,
	to_min    INTEGER NOT NULL
);
CREATE TABLE oversight_place ( -- how far the log has been looked at
	one  INTEGER PRIMARY KEY CHECK (one = 1),
	next BIGINT NOT NULL -- leaf
);
INSERT INTO oversight_place (one, next) VALUES (1, 0);
CREATE TABLE oversight_touches ( -- what the rules remember, no longer than their time
	rule    TEXT NOT NULL,
	subject TEXT NOT NULL, -- the account, or the person who was read
	other   TEXT NOT NULL, -- what is counted: a person, a record, an account
	at      BIGINT NOT NULL,
	record  TEXT NOT NULL, -- of the log, the last one
	PRIMARY KEY (rule, subject, other)
);
CREATE INDEX oversight_touches_at ON oversight_touches (rule, subject, at);
CREATE INDEX oversight_touches_old ON oversight_touches (rule, at);
CREATE TABLE oversight_alerts (
	id        TEXT PRIMARY KEY,
	rule      TEXT NOT NULL,
	kind      TEXT NOT NULL,
	subject   TEXT NOT NULL,
	day       TEXT NOT NULL,
	state     TEXT NOT NULL,
	n         INTEGER NOT NULL,
	threshold INTEGER NOT NULL,
	first_at  BIGINT NOT NULL,
	last_at   BIGINT NOT NULL,
	raised_at BIGINT NOT NULL,
	UNIQUE (rule, subject, day)
);
CREATE INDEX oversight_alerts_state ON oversight_alerts (state, id);
CREATE INDEX oversight_alerts_subject ON oversight_alerts (subject, id);
CREATE TABLE oversight_evidence (
	alert  TEXT NOT NULL,
	record TEXT NOT NULL,
	PRIMARY KEY (alert, record)
);
CREATE TABLE oversight_notes (
	id      TEXT PRIMARY KEY,
	alert   TEXT NOT NULL,
	account TEXT NOT NULL,
	at      BIGINT NOT NULL,
	state   TEXT NOT NULL, -- the alert's, since then
	words   TEXT NOT NULL
);
CREATE INDEX oversight_notes_alert ON oversight_notes (alert, id);
