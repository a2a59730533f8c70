-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- What a paper says and its file are never changed, and no paper goes.
CREATE FUNCTION holdings_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION 'what is in the vault is kept';
END $$;
CREATE TRIGGER holdings_papers_keep BEFORE UPDATE ON holdings_papers FOR EACH ROW
	WHEN (NEW.type <> OLD.type OR NEW.file_id <> OLD.file_id OR NEW.file_sha <> OLD.file_sha OR NEW.issued_on <> OLD.issued_on OR NEW.until_on <> OLD.until_on
		OR NEW.perpetual <> OLD.perpetual OR NEW.source_key <> OLD.source_key OR (OLD.state <> 'valid' AND NEW.state <> OLD.state)) EXECUTE FUNCTION holdings_keep();
CREATE TRIGGER holdings_papers_stay BEFORE DELETE ON holdings_papers FOR EACH ROW EXECUTE FUNCTION holdings_keep();
