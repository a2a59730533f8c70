-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- Papers that the post brought: with which consignment and on which day, and with which
-- letter the receipt went back. One consignment may bring the papers of several dossiers.
CREATE TABLE dossiers_mail (
	id          TEXT PRIMARY KEY, -- of the draft, and of the dossier that it becomes
	unit        TEXT NOT NULL,    -- that opened the envelope
	consignment TEXT NOT NULL,    -- capitals and figures; empty: an ordinary letter
	came_on     TEXT NOT NULL,    -- YYYY-MM-DD
	opened_by   TEXT NOT NULL,    -- account
	opener      TEXT NOT NULL,    -- name
	opened_at   BIGINT NOT NULL,
	letter      TEXT NOT NULL,    -- consignment of the receipt; empty: none was sent
	letter_by   TEXT NOT NULL,    -- name
	letter_at   BIGINT
);
CREATE INDEX dossiers_mail_unit ON dossiers_mail (unit, id);
CREATE INDEX dossiers_mail_consignment ON dossiers_mail (consignment, id) WHERE consignment <> '';
