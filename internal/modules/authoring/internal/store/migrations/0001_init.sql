-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
CREATE TABLE authoring_changes ( -- proposals to change procedures and what they are made of
	id           TEXT PRIMARY KEY,
	title        TEXT NOT NULL,
	basis        TEXT NOT NULL,
	day          TEXT NOT NULL, -- YYYY-MM-DD, from which it is in force
	state        TEXT NOT NULL, -- draft, submitted, returned, approved, published, withdrawn
	rev          BIGINT NOT NULL, -- grows with everything that is done to it
	created_by   TEXT NOT NULL,
	created_at   BIGINT NOT NULL,
	changed_at   BIGINT NOT NULL,
	submitted_by TEXT NOT NULL, -- empty while nobody has
	submitted_at BIGINT,
	decided_by   TEXT NOT NULL, -- approved or returned
	decided_at   BIGINT,
	published_at BIGINT,
	reason       TEXT NOT NULL, -- of a return or withdrawal
	problems     TEXT NOT NULL, -- JSON: what the ground said when it could not be published; empty: nothing
	undoes       TEXT NOT NULL  -- the change that it takes back; empty: none
);
CREATE INDEX authoring_changes_state ON authoring_changes (state, id);
CREATE TABLE authoring_items ( -- whole, as they would be
	change_id TEXT NOT NULL REFERENCES authoring_changes (id),
	list      TEXT NOT NULL,
	item_id   TEXT NOT NULL,
	whole     TEXT NOT NULL, -- YAML; empty: it is taken away
	base      TEXT NOT NULL, -- as it was in force when it was taken up; empty: it is new
	rev       BIGINT NOT NULL,
	saved_by  TEXT NOT NULL,
	saved_at  BIGINT NOT NULL,
	PRIMARY KEY (change_id, list, item_id)
);
CREATE TABLE authoring_writers ( -- who has written in a change: they cannot approve it
	change_id TEXT NOT NULL REFERENCES authoring_changes (id),
	account   TEXT NOT NULL,
	PRIMARY KEY (change_id, account)
);
CREATE TABLE authoring_history (
	id        TEXT PRIMARY KEY,
	change_id TEXT NOT NULL REFERENCES authoring_changes (id),
	what      TEXT NOT NULL,
	account   TEXT NOT NULL,
	at        BIGINT NOT NULL,
	note      TEXT NOT NULL
);
CREATE INDEX authoring_history_change ON authoring_history (change_id, id);
