-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- What was issued is kept. Only the sealing of its fields may be made anew, when the key changes: a
-- statement that names any other column is refused as before.
DROP TRIGGER dossiers_results_keep;
CREATE TRIGGER dossiers_results_keep BEFORE UPDATE OF id, dossier_id, state, version, drafted_by, drafter, document, document_sha, areas, signer, signer_name, signed_file, signed_sha, signed_at,
	agency, doc_type, year, number, notation, numbered_at, issued_file, issued_sha, issued_by, issued_at
	ON dossiers_results WHEN OLD.state = 'issued' OR (OLD.number > 0 AND NEW.number <> OLD.number)
BEGIN
	SELECT RAISE(ABORT, 'what was issued is kept');
END;
