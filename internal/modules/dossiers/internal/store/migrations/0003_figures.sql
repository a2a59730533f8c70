-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
CREATE INDEX dossiers_dossiers_finished ON dossiers_dossiers (finished_at) WHERE finished_at IS NOT NULL;
CREATE INDEX dossiers_dossiers_open ON dossiers_dossiers (status) WHERE status IN (2, 4, 5, 6);
