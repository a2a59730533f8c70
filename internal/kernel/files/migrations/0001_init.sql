-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
CREATE TABLE files_files (
	id           TEXT PRIMARY KEY,
	subject_kind TEXT NOT NULL,   -- what the file belongs to: dossier, result, …
	subject_id   TEXT NOT NULL,
	name         TEXT NOT NULL,   -- as the person called it; empty once erased
	type         TEXT NOT NULL,   -- told from the content
	size         BIGINT NOT NULL, -- bytes of the plaintext
	sha256       TEXT NOT NULL,   -- of the plaintext, hex
	blob         TEXT NOT NULL,   -- empty once erased
	sealed_key   TEXT NOT NULL,   -- of this file alone, sealed by the key ring; empty once erased
	added_by     TEXT NOT NULL,   -- account
	added_at     BIGINT NOT NULL,
	erased_at    BIGINT
);
CREATE INDEX files_files_subject ON files_files (subject_kind, subject_id, id);
CREATE INDEX files_files_blob ON files_files (blob);
