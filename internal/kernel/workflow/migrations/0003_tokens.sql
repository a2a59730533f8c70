-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
ALTER TABLE workflow_definitions ADD COLUMN bpmn TEXT NOT NULL DEFAULT ''; -- the file, where it is no table of steps
ALTER TABLE workflow_instances ADD COLUMN vars TEXT NOT NULL DEFAULT '{}';  -- JSON: what conditions read
ALTER TABLE workflow_tokens ADD COLUMN scope TEXT NOT NULL DEFAULT '';      -- the token that stands at the subprocess around it
ALTER TABLE workflow_tokens ADD COLUMN via TEXT NOT NULL DEFAULT '';        -- the arrow by which it came
ALTER TABLE workflow_tokens ADD COLUMN outcome TEXT NOT NULL DEFAULT '';    -- of the last task on its way
ALTER TABLE workflow_tokens ADD COLUMN undoes TEXT NOT NULL DEFAULT '';     -- the token whose work it undoes
ALTER TABLE workflow_tokens ADD COLUMN ended BIGINT NOT NULL DEFAULT 0;     -- order of ending in its case; 0 while it stands
CREATE INDEX workflow_tokens_active ON workflow_tokens (instance_id) WHERE state = 'active';
ALTER TABLE workflow_tasks ADD COLUMN kind TEXT NOT NULL DEFAULT 'step';    -- step, opinion
ALTER TABLE workflow_tasks ADD COLUMN asked_by TEXT NOT NULL DEFAULT '';    -- of an opinion: the task for which it is asked
ALTER TABLE workflow_tasks ADD COLUMN outcome TEXT NOT NULL DEFAULT '';
ALTER TABLE workflow_tasks ADD COLUMN note TEXT NOT NULL DEFAULT '';        -- of an opinion: the question, then the answer is in the history
CREATE INDEX workflow_tasks_held ON workflow_tasks (claimed_by, due_at, id) WHERE state = 'open' AND claimed_by <> '';
CREATE INDEX workflow_tasks_asked ON workflow_tasks (asked_by) WHERE asked_by <> '';
CREATE INDEX workflow_instances_version ON workflow_instances (flow_id, version, id) WHERE state = 'running';
CREATE TABLE workflow_waits ( -- for messages
	id          TEXT PRIMARY KEY,
	instance_id TEXT NOT NULL REFERENCES workflow_instances (id),
	token_id    TEXT NOT NULL REFERENCES workflow_tokens (id),
	node        TEXT NOT NULL,
	message     TEXT NOT NULL,
	corr_key    TEXT NOT NULL,
	state       TEXT NOT NULL  -- waiting, met, stopped
);
CREATE INDEX workflow_waits_open ON workflow_waits (message, corr_key, id) WHERE state = 'waiting';
CREATE INDEX workflow_waits_token ON workflow_waits (token_id) WHERE state = 'waiting';
CREATE TABLE workflow_messages ( -- that came; one that nobody waits for yet is kept
	id       TEXT PRIMARY KEY,   -- of the sender: a message sent twice is one
	name     TEXT NOT NULL,
	corr_key TEXT NOT NULL,
	vars     TEXT NOT NULL,      -- JSON
	at       BIGINT NOT NULL,
	taken_by TEXT NOT NULL       -- token; empty: by nobody yet
);
CREATE INDEX workflow_messages_free ON workflow_messages (name, corr_key, id) WHERE taken_by = '';
CREATE TABLE workflow_absences (
	id         TEXT PRIMARY KEY,
	account    TEXT NOT NULL,
	deputy     TEXT NOT NULL,    -- account
	deputy_name TEXT NOT NULL,
	from_at    BIGINT NOT NULL,
	until_at   BIGINT NOT NULL,
	ended_at   BIGINT            -- called off
);
CREATE INDEX workflow_absences_deputy ON workflow_absences (deputy, until_at) WHERE ended_at IS NULL;
CREATE INDEX workflow_absences_account ON workflow_absences (account, until_at) WHERE ended_at IS NULL;
