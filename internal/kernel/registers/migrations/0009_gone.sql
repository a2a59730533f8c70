-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- What stays of a record that was destroyed because its time was over.

CREATE TABLE registers_gone (
	register    TEXT NOT NULL,
	record      TEXT NOT NULL,
	called      TEXT NOT NULL, -- its key; empty where that was personal
	unit_id     TEXT NOT NULL,
	units       TEXT NOT NULL, -- by which rights reached it, beside its own, each between bars
	version     BIGINT NOT NULL, -- of the change that destroyed it
	began       TEXT NOT NULL, -- day from which its time counted
	basis       TEXT NOT NULL, -- legal id
	term        TEXT NOT NULL, -- as the file said then: 10 years
	proposed_by TEXT NOT NULL, -- account
	decided_by  TEXT NOT NULL,
	at          BIGINT NOT NULL,
	PRIMARY KEY (register, record)
);
CREATE INDEX registers_gone_list ON registers_gone (register, at, record);
CREATE INDEX registers_import_notes_record ON registers_import_notes (record);
CREATE INDEX registers_merge_refs_record ON registers_merge_refs (record);
