-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- A document that was issued is not changed, by nobody; nor is a number given twice.
CREATE TRIGGER dossiers_results_keep BEFORE UPDATE ON dossiers_results WHEN OLD.state = 'issued' OR (OLD.number > 0 AND NEW.number <> OLD.number)
BEGIN
	SELECT RAISE(ABORT, 'what was issued is kept');
END;
CREATE TRIGGER dossiers_results_stay BEFORE DELETE ON dossiers_results WHEN OLD.number > 0
BEGIN
	SELECT RAISE(ABORT, 'what was issued is kept');
END;
