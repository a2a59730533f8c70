-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- Nothing here leads from an answer to who has given it: see ADR 0087. Rows of the
-- first two tables have no time of an answer; answers have no time but their month,
-- and ids by chance.
CREATE TABLE satisfaction_asked ( -- dossiers whose people may answer, once
	hash         TEXT PRIMARY KEY, -- keyed, of what stands in the link
	dossier_id   TEXT NOT NULL,
	unit         TEXT NOT NULL,
	procedure_id TEXT NOT NULL,
	until_day    TEXT NOT NULL, -- YYYY-MM-DD
	used         INTEGER NOT NULL
);
CREATE UNIQUE INDEX satisfaction_asked_dossier ON satisfaction_asked (dossier_id);
CREATE TABLE satisfaction_turns ( -- who was just served at a counter, for the kiosk; gone with the day
	ticket       TEXT PRIMARY KEY,
	unit         TEXT NOT NULL,
	number       TEXT NOT NULL,
	procedure_id TEXT NOT NULL,
	until_at     BIGINT NOT NULL,
	used         INTEGER NOT NULL
);
CREATE INDEX satisfaction_turns_unit ON satisfaction_turns (unit, until_at);
CREATE TABLE satisfaction_box ( -- answers of today; in the evening all are taken out together
	id             TEXT PRIMARY KEY,
	month          TEXT NOT NULL, -- YYYY-MM
	unit           TEXT NOT NULL,
	procedure_id   TEXT NOT NULL,
	channel        TEXT NOT NULL,
	score          INTEGER NOT NULL,
	reasons        TEXT NOT NULL, -- between blanks
	words_sealed   TEXT NOT NULL,
	contact_sealed TEXT NOT NULL
);
CREATE TABLE satisfaction_answers (
	id           TEXT PRIMARY KEY,
	month        TEXT NOT NULL,
	unit         TEXT NOT NULL,
	procedure_id TEXT NOT NULL, -- empty: not known
	channel      TEXT NOT NULL CONSTRAINT satisfaction_answers_channel_ck CHECK (channel IN ('kiosk', 'link')),
	score        INTEGER NOT NULL CONSTRAINT satisfaction_answers_score_ck CHECK (score BETWEEN 1 AND 5),
	reasons      TEXT NOT NULL
);
CREATE INDEX satisfaction_answers_month ON satisfaction_answers (month, unit, procedure_id, score);
CREATE TABLE satisfaction_followups ( -- low scores that the leader of the unit answers for
	id             TEXT PRIMARY KEY, -- by chance: none is before another
	unit           TEXT NOT NULL,
	month          TEXT NOT NULL,
	score          INTEGER NOT NULL,
	reasons        TEXT NOT NULL,
	words_sealed   TEXT NOT NULL,
	contact_sealed TEXT NOT NULL, -- empty: they did not want to be called, or it is closed
	state          TEXT NOT NULL CONSTRAINT satisfaction_followups_state_ck CHECK (state IN ('open', 'answered', 'closed')),
	answer         TEXT NOT NULL,
	by_id          TEXT NOT NULL,
	at             BIGINT
);
CREATE INDEX satisfaction_followups_unit ON satisfaction_followups (unit, state, month, id);
