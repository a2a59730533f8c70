-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
ALTER TABLE finder_saved ADD COLUMN unit TEXT NOT NULL DEFAULT '';  -- whose officials find it too; empty: the account alone
ALTER TABLE finder_saved ADD COLUMN sorted TEXT NOT NULL DEFAULT ''; -- order of the hits; empty: the best first
CREATE INDEX finder_saved_unit ON finder_saved (unit, id) WHERE unit <> '';
CREATE TABLE finder_looks ( -- when somebody looked at a saved search last
	saved   TEXT NOT NULL,
	account TEXT NOT NULL,
	at      BIGINT NOT NULL,
	PRIMARY KEY (saved, account)
);
