-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- What was accepted in a period: for scores.
CREATE INDEX dossiers_dossiers_accepted ON dossiers_dossiers (accepted_at) WHERE accepted_at IS NOT NULL;
