-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
CREATE TABLE workflow_timers_new (
	id           TEXT PRIMARY KEY,
	instance_id  TEXT NOT NULL REFERENCES workflow_instances (id),
	task_id      TEXT REFERENCES workflow_tasks (id), -- none for a timer that is drawn
	kind         TEXT NOT NULL, -- due, duration, date
	fires_at     BIGINT NOT NULL,
	state        TEXT NOT NULL,  -- waiting, fired, stopped
	token_id     TEXT NOT NULL DEFAULT '', -- which stands where the timer is drawn
	node         TEXT NOT NULL DEFAULT '', -- the event
	leased_until BIGINT NOT NULL DEFAULT 0 -- a worker has it in hand until then
);
INSERT INTO workflow_timers_new (id, instance_id, task_id, kind, fires_at, state)
	SELECT id, instance_id, task_id, kind, fires_at, state FROM workflow_timers;
DROP TABLE workflow_timers;
ALTER TABLE workflow_timers_new RENAME TO workflow_timers;
CREATE INDEX workflow_timers_waiting ON workflow_timers (fires_at, id) WHERE state = 'waiting';
CREATE INDEX workflow_timers_task ON workflow_timers (task_id);
CREATE INDEX workflow_timers_token ON workflow_timers (token_id) WHERE state = 'waiting';
CREATE INDEX workflow_timers_instance ON workflow_timers (instance_id) WHERE state = 'waiting';
