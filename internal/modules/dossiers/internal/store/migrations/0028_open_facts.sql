-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- What is open is chosen in words that fit no index of what was accepted, so that no plan walks all years.
DROP INDEX dossiers_facts_open;
DROP INDEX dossiers_facts_due;
DROP INDEX dossiers_facts_paused;
CREATE INDEX dossiers_facts_open ON dossiers_facts (unit, due_at, dossier_id, field, procedure_id, channel, paused) WHERE ended = 0 AND accepted + 0 > 0;
CREATE INDEX dossiers_facts_due ON dossiers_facts (due_at, unit, field, procedure_id, channel) WHERE ended = 0 AND accepted + 0 > 0 AND paused = 0;
CREATE INDEX dossiers_facts_paused ON dossiers_facts (unit, field, procedure_id, channel) WHERE ended = 0 AND accepted + 0 > 0 AND paused = 1;
