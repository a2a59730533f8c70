-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- How far a statement was read: one that was broken off is read on where it stopped.
ALTER TABLE payments_statements ADD COLUMN done INTEGER NOT NULL DEFAULT 0; -- lines
ALTER TABLE payments_statements ADD COLUMN ended_at BIGINT; -- NULL: it is being read, or was broken off
UPDATE payments_statements SET done = lines, ended_at = at;
