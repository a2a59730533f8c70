-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
CREATE TABLE worktime_days ( -- decided one by one, beside what the pack says
	id           TEXT PRIMARY KEY,
	unit_id      TEXT NOT NULL, -- empty: all offices
	day          TEXT NOT NULL, -- YYYY-MM-DD
	kind         TEXT NOT NULL, -- OFF, WORK
	name         TEXT NOT NULL,
	basis        TEXT NOT NULL,
	from_minute  INTEGER NOT NULL, -- hours of a day of work; both 0: those of the fullest day
	to_minute    INTEGER NOT NULL,
	proposed_by  TEXT NOT NULL,
	proposed_at  BIGINT NOT NULL,
	confirmed_by TEXT NOT NULL, -- empty while nobody has
	confirmed_at BIGINT,
	withdrawn_by TEXT NOT NULL,
	withdrawn_at BIGINT,
	reason       TEXT NOT NULL  -- of the withdrawal
);
CREATE UNIQUE INDEX worktime_days_once ON worktime_days (unit_id, day) WHERE withdrawn_by = '';
CREATE INDEX worktime_days_day ON worktime_days (day, id);
CREATE TABLE worktime_revision ( -- so that every process sees a change
	one INTEGER PRIMARY KEY CHECK (one = 1),
	n   BIGINT NOT NULL
);
INSERT INTO worktime_revision (one, n) VALUES (1, 1);
