-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
ALTER TABLE files_holds ADD COLUMN lifted_reason TEXT NOT NULL DEFAULT '';
CREATE INDEX files_holds_open ON files_holds (subject_kind, id) WHERE lifted_at IS NULL;
