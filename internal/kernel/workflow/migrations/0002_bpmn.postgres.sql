-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
ALTER TABLE workflow_timers ALTER COLUMN task_id DROP NOT NULL;
ALTER TABLE workflow_timers ADD COLUMN token_id TEXT NOT NULL DEFAULT '';
ALTER TABLE workflow_timers ADD COLUMN node TEXT NOT NULL DEFAULT '';
ALTER TABLE workflow_timers ADD COLUMN leased_until BIGINT NOT NULL DEFAULT 0;
CREATE INDEX workflow_timers_token ON workflow_timers (token_id) WHERE state = 'waiting';
CREATE INDEX workflow_timers_instance ON workflow_timers (instance_id) WHERE state = 'waiting';
