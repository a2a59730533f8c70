-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- Columns named *_sealed are encrypted, bound to this table, column and row.
CREATE TABLE dossiers_drafts (
	id             TEXT PRIMARY KEY, -- becomes the id of the dossier
	account        TEXT NOT NULL,
	person_id      TEXT NOT NULL,    -- whose draft it is
	desk           TEXT NOT NULL,    -- unit of the clerk who fills it in at the counter; empty on the web
	procedure_id   TEXT NOT NULL,
	procedure_sha  TEXT NOT NULL,
	name_vi        TEXT NOT NULL,    -- of the procedure
	name_en        TEXT NOT NULL,
	unit           TEXT NOT NULL,    -- that shall receive it
	channel        INTEGER NOT NULL,
	parties_sealed TEXT NOT NULL,
	answers_sealed TEXT NOT NULL,
	version        INTEGER NOT NULL,
	saved_at       BIGINT NOT NULL
);
CREATE INDEX dossiers_drafts_person ON dossiers_drafts (person_id, id);
CREATE TABLE dossiers_dossiers (
	id                 TEXT PRIMARY KEY,
	version            INTEGER NOT NULL, -- counts the changes
	reference          TEXT NOT NULL,    -- given when it was sent
	code               TEXT NOT NULL,    -- given when it was accepted; empty before
	procedure_id       TEXT NOT NULL,
	procedure_sha      TEXT NOT NULL,    -- the rules of the day it was accepted
	form_sha           TEXT NOT NULL,    -- the version whose form was filled in
	name_vi            TEXT NOT NULL,
	name_en            TEXT NOT NULL,
	channel            INTEGER NOT NULL,
	status             INTEGER NOT NULL CONSTRAINT dossiers_dossiers_status_ck CHECK (status BETWEEN 1 AND 10),
	finance            TEXT NOT NULL,
	delivery           TEXT NOT NULL,
	sync               TEXT NOT NULL,
	filed_by           TEXT NOT NULL,    -- account
	helper             TEXT NOT NULL,    -- account of the clerk who filled it in; empty: nobody
	submitter_id       TEXT NOT NULL,    -- person who brought it
	owner_id           TEXT NOT NULL,    -- person it is for
	basis              TEXT NOT NULL,    -- by what right the one submits for the other
	basis_sealed       TEXT NOT NULL,
	owner_name         TEXT NOT NULL,    -- readable, as is its folded form: docs/security.md
	owner_folded       TEXT NOT NULL,
	owner_number_index TEXT NOT NULL,
	owner_phone_index  TEXT NOT NULL,
	owner_sealed       TEXT NOT NULL,    -- as stated on the day
	submitter_sealed   TEXT NOT NULL,
	answers_sealed     TEXT NOT NULL,
	helped_unit        TEXT NOT NULL,    -- where the person was helped
	received_unit      TEXT NOT NULL,    -- where it was formally received
	authority_unit     TEXT NOT NULL,    -- who decides
	handler_unit       TEXT NOT NULL,    -- whose turn it is
	task               TEXT NOT NULL,    -- the open task of kernel/workflow; empty: none
	step               TEXT NOT NULL,
	step_vi            TEXT NOT NULL,
	step_en            TEXT NOT NULL,
	action             TEXT NOT NULL,
	post               TEXT NOT NULL,
	step_due           BIGINT,
	assignee           TEXT NOT NULL,    -- account; empty: anybody of the post
	assignee_name      TEXT NOT NULL,
	work_due           BIGINT NOT NULL,  -- the earlier of step_due and due_at, by which desks sort
	submitted_at       BIGINT NOT NULL,
	accepted_at        BIGINT,
	accepted_by        TEXT NOT NULL,
	statutory_due      BIGINT,
	original_due       BIGINT,           -- as promised on the receipt
	due_at             BIGINT,
	finished_at        BIGINT,
	delivered_at       BIGINT,
	delivered_by       TEXT NOT NULL,
	delivery_mode      TEXT NOT NULL,    -- paper, electronic
	receiver_sealed    TEXT NOT NULL,
	reason             TEXT NOT NULL,    -- of a refusal, a return or a withdrawal; words of officials
	receipt_file       TEXT NOT NULL
);
CREATE UNIQUE INDEX dossiers_dossiers_reference ON dossiers_dossiers (reference);
CREATE UNIQUE INDEX dossiers_dossiers_code ON dossiers_dossiers (code) WHERE code <> '';
CREATE INDEX dossiers_dossiers_inbox ON dossiers_dossiers (received_unit, submitted_at, id) WHERE status = 1;
CREATE INDEX dossiers_dossiers_desk ON dossiers_dossiers (handler_unit, work_due, id) WHERE task <> '';
CREATE INDEX dossiers_dossiers_submitter ON dossiers_dossiers (submitter_id, id);
CREATE INDEX dossiers_dossiers_owner ON dossiers_dossiers (owner_id, id);
CREATE TABLE dossiers_papers (
	id         TEXT PRIMARY KEY,
	dossier_id TEXT NOT NULL,    -- of the draft or of the dossier, which is the same
	paper      TEXT NOT NULL,    -- id of the paper in the procedure
	file_id    TEXT NOT NULL,    -- empty: handed over on paper
	original   INTEGER NOT NULL, -- sheets handed over
	copy       INTEGER NOT NULL,
	certified  INTEGER NOT NULL,
	added_by   TEXT NOT NULL,
	added_at   BIGINT NOT NULL
);
CREATE INDEX dossiers_papers_dossier ON dossiers_papers (dossier_id, id);
CREATE UNIQUE INDEX dossiers_papers_handed ON dossiers_papers (dossier_id, paper) WHERE file_id = '';
CREATE TABLE dossiers_history ( -- what the public may see: no names
	id         TEXT PRIMARY KEY,
	dossier_id TEXT NOT NULL REFERENCES dossiers_dossiers (id),
	at         BIGINT NOT NULL,
	kind       TEXT NOT NULL,
	status     INTEGER NOT NULL,
	step_vi    TEXT NOT NULL,
	step_en    TEXT NOT NULL,
	unit       TEXT NOT NULL
);
CREATE INDEX dossiers_history_dossier ON dossiers_history (dossier_id, id);
CREATE TABLE dossiers_results (
	id            TEXT PRIMARY KEY,
	dossier_id    TEXT NOT NULL REFERENCES dossiers_dossiers (id),
	state         TEXT NOT NULL CONSTRAINT dossiers_results_state_ck CHECK (state IN ('drafted', 'to_sign', 'signed', 'issued')),
	version       INTEGER NOT NULL, -- counts the changes of fields and document
	fields_sealed TEXT NOT NULL,
	drafted_by    TEXT NOT NULL,
	drafter       TEXT NOT NULL,    -- name
	document      TEXT NOT NULL,    -- file to be signed; empty before it is sent
	document_sha  TEXT NOT NULL,
	areas         TEXT NOT NULL,    -- JSON: places of the document
	signer        TEXT NOT NULL,    -- account
	signer_name   TEXT NOT NULL,
	signed_file   TEXT NOT NULL,
	signed_sha    TEXT NOT NULL,
	signed_at     BIGINT,
	agency        TEXT NOT NULL,    -- whose number it is
	doc_type      TEXT NOT NULL,
	year          INTEGER NOT NULL,
	number        INTEGER NOT NULL, -- 0: none yet
	notation      TEXT NOT NULL,
	numbered_at   BIGINT,
	issued_file   TEXT NOT NULL,
	issued_sha    TEXT NOT NULL,
	issued_by     TEXT NOT NULL,
	issued_at     BIGINT
);
CREATE UNIQUE INDEX dossiers_results_dossier ON dossiers_results (dossier_id);
CREATE UNIQUE INDEX dossiers_results_number ON dossiers_results (agency, year, doc_type, number) WHERE number > 0;
CREATE TABLE dossiers_requests ( -- idempotency keys of programs
	account    TEXT NOT NULL,
	key        TEXT NOT NULL,
	sum        TEXT NOT NULL, -- of what came with it
	dossier_id TEXT NOT NULL,
	at         BIGINT NOT NULL,
	PRIMARY KEY (account, key)
);
