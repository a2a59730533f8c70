-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- What a paper says and its file are never changed, and no paper goes.
CREATE TRIGGER holdings_papers_keep BEFORE UPDATE ON holdings_papers
	WHEN NEW.type <> OLD.type OR NEW.file_id <> OLD.file_id OR NEW.file_sha <> OLD.file_sha OR NEW.issued_on <> OLD.issued_on OR NEW.until_on <> OLD.until_on
		OR NEW.perpetual <> OLD.perpetual OR NEW.source_key <> OLD.source_key OR (OLD.state <> 'valid' AND NEW.state <> OLD.state)
BEGIN
	SELECT RAISE(ABORT, 'what is in the vault is kept');
END;
CREATE TRIGGER holdings_papers_stay BEFORE DELETE ON holdings_papers
BEGIN
	SELECT RAISE(ABORT, 'what is in the vault is kept');
END;
