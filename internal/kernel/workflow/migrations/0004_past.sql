-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- The past of a version, and the timers that are drawn: those of tasks are many more.
CREATE INDEX workflow_instances_past ON workflow_instances (flow_id, version, ended_at, id) WHERE state = 'done';
CREATE INDEX workflow_timers_drawn ON workflow_timers (fires_at, id) WHERE state = 'waiting' AND kind <> 'due';
CREATE INDEX workflow_tasks_unit ON workflow_tasks (unit_id, instance_id); -- which cases have passed through a unit
