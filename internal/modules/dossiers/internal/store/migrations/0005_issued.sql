-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- Anybody who holds a document may ask whether it was issued here.
CREATE INDEX dossiers_results_sha ON dossiers_results (issued_sha) WHERE issued_sha <> '';
