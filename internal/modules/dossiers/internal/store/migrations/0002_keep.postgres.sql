-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- A document that was issued is not changed, by nobody; nor is a number given twice.
CREATE FUNCTION dossiers_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION 'what was issued is kept';
END $$;
CREATE TRIGGER dossiers_results_keep BEFORE UPDATE ON dossiers_results FOR EACH ROW
	WHEN (OLD.state = 'issued' OR (OLD.number > 0 AND NEW.number <> OLD.number)) EXECUTE FUNCTION dossiers_keep();
CREATE TRIGGER dossiers_results_stay BEFORE DELETE ON dossiers_results FOR EACH ROW
	WHEN (OLD.number > 0) EXECUTE FUNCTION dossiers_keep();
