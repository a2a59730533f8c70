-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
CREATE TABLE jobs_queue (
	id      TEXT PRIMARY KEY,
	kind    TEXT NOT NULL,
	body    TEXT NOT NULL,
	due_at  BIGINT NOT NULL, -- while a worker has the job: when its lease ends
	attempt INTEGER NOT NULL,
	error   TEXT NOT NULL,   -- of the last attempt, for operators
	dead    INTEGER NOT NULL -- 1: given up, waits for a person
);
CREATE INDEX jobs_queue_due ON jobs_queue (due_at, id) WHERE dead = 0;
CREATE INDEX jobs_queue_dead ON jobs_queue (id) WHERE dead = 1;
