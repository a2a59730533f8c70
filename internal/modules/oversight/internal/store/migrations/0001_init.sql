-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
CREATE TABLE oversight_entries (
	id         TEXT PRIMARY KEY,
	unit_id    TEXT NOT NULL,
	title      TEXT NOT NULL,
	created_at BIGINT NOT NULL
);
CREATE INDEX oversight_entries_unit ON oversight_entries (unit_id, id);
