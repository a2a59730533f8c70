-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0

CREATE TABLE registers_definitions (
	id         TEXT NOT NULL, -- the id in the pack
	version    INTEGER NOT NULL, -- the greatest is in force
	table_name TEXT NOT NULL, -- of its records: two ids never share one
	sha256     TEXT NOT NULL, -- of the definition as the file said it
	definition TEXT NOT NULL, -- JSON, with the fields that earlier versions had
	applied_at BIGINT NOT NULL,
	PRIMARY KEY (id, version),
	UNIQUE (table_name, version)
);
