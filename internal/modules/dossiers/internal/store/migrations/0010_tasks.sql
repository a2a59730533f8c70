-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- The open steps of dossiers: several at a time where units work side by side.
-- What is open, kernel/workflow says; here it stands for lists and scopes.
CREATE TABLE dossiers_tasks (
	id            TEXT PRIMARY KEY, -- of the task
	dossier_id    TEXT NOT NULL REFERENCES dossiers_dossiers (id),
	step          TEXT NOT NULL,
	step_vi       TEXT NOT NULL,
	step_en       TEXT NOT NULL,
	action        TEXT NOT NULL,
	post          TEXT NOT NULL,
	unit          TEXT NOT NULL,    -- whose turn it is
	due_at        BIGINT,
	assignee      TEXT NOT NULL,    -- account; empty: anybody of the post
	assignee_name TEXT NOT NULL,
	work_due      BIGINT NOT NULL   -- the earlier of due_at and that of the dossier, by which desks sort
);
CREATE INDEX dossiers_tasks_dossier ON dossiers_tasks (dossier_id, id);
CREATE INDEX dossiers_tasks_desk ON dossiers_tasks (unit, work_due, id, assignee, action, dossier_id); -- counts are read from it alone
CREATE INDEX dossiers_tasks_held ON dossiers_tasks (assignee, work_due, id) WHERE assignee <> '';
INSERT INTO dossiers_tasks (id, dossier_id, step, step_vi, step_en, action, post, unit, due_at, assignee, assignee_name, work_due)
	SELECT task, id, step, step_vi, step_en, action, post, handler_unit, step_due, assignee, assignee_name, work_due
	FROM dossiers_dossiers WHERE task <> '';
