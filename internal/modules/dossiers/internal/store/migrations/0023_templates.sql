-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- Word documents of the province, by which results and the forms of the one-stop shop
-- are written. A version is never changed; the next one takes its place on its day.
CREATE TABLE dossiers_templates (
	id              TEXT PRIMARY KEY,
	kind            TEXT NOT NULL CONSTRAINT dossiers_templates_kind_ck CHECK (kind IN ('result', 'form01', 'form02', 'form03', 'form04', 'form05', 'form06')),
	procedure_id    TEXT NOT NULL, -- empty: every procedure
	version         INTEGER NOT NULL,
	file_id         TEXT NOT NULL,
	file_sha        TEXT NOT NULL,
	file_name       TEXT NOT NULL,
	note            TEXT NOT NULL, -- what is new in it
	state           TEXT NOT NULL CONSTRAINT dossiers_templates_state_ck CHECK (state IN ('waiting', 'approved', 'declined', 'ended')),
	valid_from      BIGINT, -- empty: when it is approved
	uploaded_by     TEXT NOT NULL, -- account
	uploader        TEXT NOT NULL, -- name
	uploader_person TEXT NOT NULL,
	uploaded_at     BIGINT NOT NULL,
	decided_by      TEXT NOT NULL, -- account
	decider         TEXT NOT NULL, -- name
	decided_at      BIGINT,
	words           TEXT NOT NULL, -- why it was declined, or is used no more
	ended_at        BIGINT
);
CREATE UNIQUE INDEX dossiers_templates_version ON dossiers_templates (kind, procedure_id, version);
CREATE INDEX dossiers_templates_valid ON dossiers_templates (kind, procedure_id, valid_from, id) WHERE decided_at IS NOT NULL;
-- How the result of a dossier is drawn where it is written in Word: by which version,
-- which is that of the day on which it was begun, and as whose document.
CREATE TABLE dossiers_words (
	result_id   TEXT PRIMARY KEY REFERENCES dossiers_results (id),
	dossier_id  TEXT NOT NULL REFERENCES dossiers_dossiers (id),
	template_id TEXT NOT NULL, -- empty: none was there that day
	file_id     TEXT NOT NULL, -- as an officer has changed it; empty: the template is filled in
	file_name   TEXT NOT NULL,
	added_by    TEXT NOT NULL, -- account
	adder       TEXT NOT NULL, -- name
	added_at    BIGINT
);
CREATE INDEX dossiers_words_dossier ON dossiers_words (dossier_id);
