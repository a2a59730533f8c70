-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
CREATE TABLE personnel_imports ( -- lists of units and people that were brought in from a file
	id          TEXT PRIMARY KEY,
	name        TEXT NOT NULL, -- of the file
	state       TEXT NOT NULL, -- read, applied, undone, discarded
	body_sealed TEXT NOT NULL, -- the rows as they were read; empty once applied or discarded
	decision    TEXT NOT NULL,
	decided_on  TEXT NOT NULL,
	from_day    TEXT NOT NULL,
	read_by     TEXT NOT NULL,
	read_at     BIGINT NOT NULL,
	applied_by  TEXT NOT NULL,
	applied_at  BIGINT,
	added       INTEGER NOT NULL, -- rows that made something new
	changed     INTEGER NOT NULL
);
CREATE TABLE personnel_import_items ( -- what an import has made, for its undoing
	import_id TEXT NOT NULL REFERENCES personnel_imports (id),
	n         INTEGER NOT NULL,
	kind      TEXT NOT NULL, -- unit, version, account, holding
	ref       TEXT NOT NULL,
	PRIMARY KEY (import_id, n)
);
