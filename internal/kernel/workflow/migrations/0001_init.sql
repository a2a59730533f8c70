-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
CREATE TABLE workflow_definitions (
	flow_id  TEXT NOT NULL,    -- the id in the pack
	version  INTEGER NOT NULL,
	sha256   TEXT NOT NULL,    -- of the table
	steps    TEXT NOT NULL,    -- the table as JSON; never changed: running cases keep it
	added_at BIGINT NOT NULL,
	PRIMARY KEY (flow_id, version)
);
CREATE TABLE workflow_instances (
	id           TEXT PRIMARY KEY,
	flow_id      TEXT NOT NULL,
	version      INTEGER NOT NULL,
	subject_kind TEXT NOT NULL, -- what the case is about: dossier, …
	subject_id   TEXT NOT NULL,
	units        TEXT NOT NULL, -- JSON: which unit each rule means in this case
	state        TEXT NOT NULL, -- running, done, cancelled
	started_at   BIGINT NOT NULL,
	paused_at    BIGINT,        -- while the clock stands still
	ended_at     BIGINT,
	FOREIGN KEY (flow_id, version) REFERENCES workflow_definitions (flow_id, version)
);
CREATE UNIQUE INDEX workflow_instances_subject ON workflow_instances (subject_kind, subject_id) WHERE state = 'running';
CREATE TABLE workflow_tokens ( -- where a case stands: one, until there are parallel branches
	id          TEXT PRIMARY KEY,
	instance_id TEXT NOT NULL REFERENCES workflow_instances (id),
	step        TEXT NOT NULL,
	state       TEXT NOT NULL  -- active, done, cancelled
);
CREATE INDEX workflow_tokens_instance ON workflow_tokens (instance_id);
CREATE TABLE workflow_tasks (
	id          TEXT PRIMARY KEY,
	instance_id TEXT NOT NULL REFERENCES workflow_instances (id),
	token_id    TEXT NOT NULL REFERENCES workflow_tokens (id),
	step        TEXT NOT NULL,
	post        TEXT NOT NULL, -- who does it: this post ...
	unit_id     TEXT NOT NULL, -- ... in this unit
	state       TEXT NOT NULL, -- open, done, returned, cancelled
	claimed_by  TEXT NOT NULL, -- account; empty: anybody of the post
	claimer     TEXT NOT NULL, -- the name of that person, for the others
	opened_at   BIGINT NOT NULL,
	due_at      BIGINT NOT NULL,
	ended_by    TEXT NOT NULL,
	ender       TEXT NOT NULL,
	ended_at    BIGINT
);
CREATE INDEX workflow_tasks_instance ON workflow_tasks (instance_id, id);
CREATE INDEX workflow_tasks_open ON workflow_tasks (unit_id, post, due_at, id) WHERE state = 'open';
CREATE TABLE workflow_timers (
	id          TEXT PRIMARY KEY,
	instance_id TEXT NOT NULL REFERENCES workflow_instances (id),
	task_id     TEXT NOT NULL REFERENCES workflow_tasks (id),
	kind        TEXT NOT NULL, -- due
	fires_at    BIGINT NOT NULL,
	state       TEXT NOT NULL  -- waiting, fired, stopped
);
CREATE INDEX workflow_timers_waiting ON workflow_timers (fires_at, id) WHERE state = 'waiting';
CREATE INDEX workflow_timers_task ON workflow_timers (task_id);
CREATE TABLE workflow_history (
	id          TEXT PRIMARY KEY, -- ordered by time
	instance_id TEXT NOT NULL REFERENCES workflow_instances (id),
	task_id     TEXT NOT NULL,    -- empty for what concerns the whole case
	step        TEXT NOT NULL,
	event       TEXT NOT NULL,    -- started, opened, claimed, done, returned, overdue, paused, resumed, cancelled, ended
	account     TEXT NOT NULL,
	note        TEXT NOT NULL,
	at          BIGINT NOT NULL
);
CREATE INDEX workflow_history_instance ON workflow_history (instance_id, id);
