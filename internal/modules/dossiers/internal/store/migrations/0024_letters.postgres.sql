-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- Forms 04 and 05 as letters: initialled, signed, numbered and sealed like results.
-- One belongs to a motion that was agreed to. What was issued is changed by nobody.
CREATE TABLE dossiers_letters (
	id            TEXT PRIMARY KEY, -- of the motion
	dossier_id    TEXT NOT NULL REFERENCES dossiers_dossiers (id),
	form          TEXT NOT NULL CONSTRAINT dossiers_letters_form_ck CHECK (form IN ('form04', 'form05')),
	state         TEXT NOT NULL CONSTRAINT dossiers_letters_state_ck CHECK (state IN ('drafted', 'to_sign', 'signed', 'issued')),
	version       INTEGER NOT NULL, -- counts the changes
	signer        TEXT NOT NULL, -- account: who has agreed
	signer_name   TEXT NOT NULL,
	file_id       TEXT NOT NULL, -- with the signatures of its state; empty before the initial
	file_sha      TEXT NOT NULL,
	areas         TEXT NOT NULL, -- JSON: places of the document
	agency        TEXT NOT NULL, -- whose number it is
	doc_type      TEXT NOT NULL,
	year          INTEGER NOT NULL,
	number        INTEGER NOT NULL, -- 0: none yet
	notation      TEXT NOT NULL,
	numbered_at   BIGINT,
	changed_by    TEXT NOT NULL, -- account
	changer       TEXT NOT NULL, -- name
	changed_at    BIGINT NOT NULL,
	issued_at     BIGINT
);
CREATE INDEX dossiers_letters_open ON dossiers_letters (id) WHERE state <> 'issued';
CREATE INDEX dossiers_letters_dossier ON dossiers_letters (dossier_id, id);
CREATE INDEX dossiers_letters_sha ON dossiers_letters (file_sha) WHERE state = 'issued';
CREATE UNIQUE INDEX dossiers_letters_number ON dossiers_letters (agency, year, doc_type, number) WHERE number > 0;
CREATE TRIGGER dossiers_letters_keep BEFORE UPDATE ON dossiers_letters FOR EACH ROW
	WHEN (OLD.state = 'issued' OR (OLD.number > 0 AND NEW.number <> OLD.number)) EXECUTE FUNCTION dossiers_keep();
CREATE TRIGGER dossiers_letters_stay BEFORE DELETE ON dossiers_letters FOR EACH ROW
	WHEN (OLD.number > 0) EXECUTE FUNCTION dossiers_keep();
