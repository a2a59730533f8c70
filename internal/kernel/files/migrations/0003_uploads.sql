-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0

-- Files that come in parts, over a line that breaks. Once complete they are
-- received like any other, and these rows go.
CREATE TABLE files_uploads (
	id       TEXT PRIMARY KEY,
	account  TEXT NOT NULL,   -- who sends it, and nobody else sees it
	name     TEXT NOT NULL,
	length   BIGINT NOT NULL, -- bytes that will come
	received BIGINT NOT NULL, -- bytes that came
	begun_at BIGINT NOT NULL
);
CREATE INDEX files_uploads_account ON files_uploads (account, id);
CREATE INDEX files_uploads_begun ON files_uploads (begun_at);

CREATE TABLE files_parts (
	upload_id  TEXT NOT NULL REFERENCES files_uploads (id) ON DELETE CASCADE,
	start      BIGINT NOT NULL, -- of its first byte in the whole
	size       BIGINT NOT NULL,
	sha256     TEXT NOT NULL,   -- hex
	blob       TEXT NOT NULL,
	sealed_key TEXT NOT NULL,
	PRIMARY KEY (upload_id, start)
);
CREATE INDEX files_parts_blob ON files_parts (blob);
