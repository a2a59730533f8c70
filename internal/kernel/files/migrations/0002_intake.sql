-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0

-- What is counted for quotas. The row of a subject is also what a hold and an
-- erasure lock, so that neither overlooks the other.
CREATE TABLE files_usage (
	kind  TEXT NOT NULL,   -- account, or the kind of a subject
	owner TEXT NOT NULL,   -- account or subject
	day   TEXT NOT NULL,   -- YYYY-MM-DD for accounts, empty for subjects
	bytes BIGINT NOT NULL, -- received on the day; kept now
	PRIMARY KEY (kind, owner, day)
);
CREATE INDEX files_usage_day ON files_usage (day);
INSERT INTO files_usage (kind, owner, day, bytes)
	SELECT 'subject:' || subject_kind, subject_id, '', SUM(size) FROM files_files WHERE erased_at IS NULL GROUP BY subject_kind, subject_id;

ALTER TABLE files_files ADD COLUMN counted BIGINT NOT NULL DEFAULT 1; -- 0 where no quota counts it

-- Legal holds: while one is in force nothing of the subject is erased.
CREATE TABLE files_holds (
	id           TEXT PRIMARY KEY,
	subject_kind TEXT NOT NULL,
	subject_id   TEXT NOT NULL,
	reason       TEXT NOT NULL, -- the decision or request, for officials
	placed_by    TEXT NOT NULL, -- account
	placed_at    BIGINT NOT NULL,
	lifted_by    TEXT NOT NULL DEFAULT '',
	lifted_at    BIGINT
);
CREATE INDEX files_holds_subject ON files_holds (subject_kind, subject_id, lifted_at);
