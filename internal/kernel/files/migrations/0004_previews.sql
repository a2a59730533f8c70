-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0

-- Whether a file can be looked at in the browser. The row is the queue too.
CREATE TABLE files_shown (
	file_id TEXT PRIMARY KEY,
	state   TEXT NOT NULL,    -- waiting, made, failed
	reason  TEXT NOT NULL,    -- why there is nothing to see, or not everything; empty where all was made
	pages   BIGINT NOT NULL,  -- of the file
	made    BIGINT NOT NULL,  -- of which there is a picture: the first ones
	attempt BIGINT NOT NULL,
	due_at  BIGINT NOT NULL   -- while it waits: not before; while it is made: until it is given up
);
CREATE INDEX files_shown_due ON files_shown (due_at, file_id) WHERE state = 'waiting';

-- The pictures. They are sealed like files, and go with them; no quota counts them.
CREATE TABLE files_pictures (
	file_id    TEXT NOT NULL,
	page       BIGINT NOT NULL, -- from 1; 0 is the thumbnail
	width      BIGINT NOT NULL, -- pixels
	height     BIGINT NOT NULL,
	size       BIGINT NOT NULL, -- bytes
	sha256     TEXT NOT NULL,
	blob       TEXT NOT NULL,
	sealed_key TEXT NOT NULL,
	PRIMARY KEY (file_id, page)
);
CREATE INDEX files_pictures_blob ON files_pictures (blob);
