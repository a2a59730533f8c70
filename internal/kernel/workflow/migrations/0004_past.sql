-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- The past of a version, the latest first, and the timers of a board of what is stuck.
CREATE INDEX workflow_instances_past ON workflow_instances (flow_id, version, ended_at, id) WHERE state = 'done';
