-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- By what the portal knows a dossier, and up to where it was told.
CREATE TABLE nationalportal_dossiers (
	dossier_id TEXT PRIMARY KEY,
	code       TEXT NOT NULL,    -- given by the portal; empty: it came another way, and our code is told
	line       TEXT NOT NULL,    -- of the timeline, the last that was put into the outbox
	status     INTEGER NOT NULL, -- the last that was put into the outbox; 0: nothing was
	saying     BIGINT NOT NULL   -- counts what was said again by hand
);
CREATE TABLE nationalportal_arrivals (
	code      TEXT PRIMARY KEY,
	seq       TEXT NOT NULL,    -- by which lists are paged; new when it comes again
	procedure TEXT NOT NULL,
	unit      TEXT NOT NULL,
	taken     INTEGER NOT NULL,
	dossier   TEXT NOT NULL,
	reference TEXT NOT NULL,
	problems  TEXT NOT NULL,    -- JSON of names of fields and codes of what is wrong; nothing that was typed
	files     INTEGER NOT NULL,
	times     INTEGER NOT NULL,
	at        BIGINT NOT NULL
);
CREATE INDEX nationalportal_arrivals_list ON nationalportal_arrivals (taken, seq);
