-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- Whose turn it is with a dossier, and what has happened to it, is asked with each page: also of cases that are over.
CREATE INDEX workflow_instances_of ON workflow_instances (subject_kind, subject_id);
