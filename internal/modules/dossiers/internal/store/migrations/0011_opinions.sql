-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- Opinions that are asked of other units while a step is worked on. Columns
-- named *_sealed are encrypted, bound to this table, column and row.
CREATE TABLE dossiers_opinions (
	id              TEXT PRIMARY KEY, -- of the task of kernel/workflow
	dossier_id      TEXT NOT NULL REFERENCES dossiers_dossiers (id),
	task            TEXT NOT NULL,    -- the step for which it is asked
	step_vi         TEXT NOT NULL,
	step_en         TEXT NOT NULL,
	unit            TEXT NOT NULL,    -- that is asked
	post            TEXT NOT NULL,    -- a role in it; empty: anybody there who may answer
	question_sealed TEXT NOT NULL,
	asked_by        TEXT NOT NULL,    -- account
	asker           TEXT NOT NULL,    -- name
	asker_unit      TEXT NOT NULL,
	asked_at        BIGINT NOT NULL,
	due_at          BIGINT NOT NULL,
	state           TEXT NOT NULL CONSTRAINT dossiers_opinions_state_ck CHECK (state IN ('open', 'agreed', 'disagreed', 'unanswered', 'dropped')),
	words_sealed    TEXT NOT NULL,    -- of the answer, or why it was closed
	file_id         TEXT NOT NULL,    -- that came with the answer; empty: none
	ended_by        TEXT NOT NULL,    -- account
	ender           TEXT NOT NULL,    -- name
	ended_at        BIGINT
);
CREATE INDEX dossiers_opinions_dossier ON dossiers_opinions (dossier_id, id);
CREATE INDEX dossiers_opinions_asked ON dossiers_opinions (unit, due_at, id) WHERE state = 'open';
