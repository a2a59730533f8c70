-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- What was said is found by its dossier, and what came in by its age, to be erased.
CREATE INDEX connectors_outbox_dossier ON connectors_outbox (dossier, id) WHERE dossier <> '';
CREATE INDEX connectors_inbound_kept ON connectors_inbound (begun_at) WHERE answer_sealed <> '';
