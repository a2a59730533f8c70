-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- What was made from a dossier: its result, and what was digitised of its papers.
CREATE INDEX holdings_papers_dossier ON holdings_papers (dossier_id, id);
