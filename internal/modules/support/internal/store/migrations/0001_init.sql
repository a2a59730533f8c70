-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
CREATE TABLE support_announcements (
	id       TEXT PRIMARY KEY,
	kind     TEXT NOT NULL, -- info, planned, incident
	audience TEXT NOT NULL, -- everyone, citizens, officials
	text_vi  TEXT NOT NULL,
	text_en  TEXT NOT NULL,
	from_at  BIGINT NOT NULL,
	until_at BIGINT NOT NULL,
	made_by  TEXT NOT NULL,
	ended_by TEXT NOT NULL  -- before its time; empty: nobody
);
CREATE INDEX support_announcements_until ON support_announcements (until_at, id);
CREATE TABLE support_windows ( -- of maintenance
	id       TEXT PRIMARY KEY,
	mode     TEXT NOT NULL, -- read_only, closed
	text_vi  TEXT NOT NULL,
	text_en  TEXT NOT NULL,
	from_at  BIGINT NOT NULL,
	until_at BIGINT NOT NULL,
	made_by  TEXT NOT NULL,
	ended_by TEXT NOT NULL
);
CREATE INDEX support_windows_until ON support_windows (until_at, id);
CREATE TABLE support_outages (
	part     TEXT NOT NULL,
	began_at BIGINT NOT NULL, -- to the minute: several processes see the same
	ended_at BIGINT NOT NULL,
	PRIMARY KEY (part, began_at)
);
CREATE INDEX support_outages_ended ON support_outages (ended_at);
CREATE TABLE support_feedback ( -- without who said it
	id         TEXT PRIMARY KEY,
	page       TEXT NOT NULL, -- the route, without what stands in it
	side       TEXT NOT NULL, -- citizens, officials
	useful     TEXT NOT NULL, -- yes, no, empty
	text       TEXT NOT NULL,
	sent_at    BIGINT NOT NULL,
	waits      INTEGER NOT NULL, -- 1 until somebody has handled it
	handled_at BIGINT,
	handled_by TEXT NOT NULL,
	note       TEXT NOT NULL
);
CREATE INDEX support_feedback_list ON support_feedback (waits, id);
CREATE INDEX support_feedback_handled ON support_feedback (handled_at);
CREATE TABLE support_first_days ( -- what an official has done on the first day
	account TEXT NOT NULL,
	item    TEXT NOT NULL,
	done_at BIGINT NOT NULL,
	PRIMARY KEY (account, item)
);
CREATE TABLE support_revision ( -- so that every process sees a change
	one INTEGER PRIMARY KEY CHECK (one = 1),
	n   BIGINT NOT NULL
);
INSERT INTO support_revision (one, n) VALUES (1, 1);
