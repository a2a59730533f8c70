-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
ALTER TABLE signon_saml_keys ADD COLUMN signs_at BIGINT; -- NULL: prepared; providers are told of it, and it signs nothing yet
ALTER TABLE signon_saml_keys ADD COLUMN ends_at BIGINT;  -- opens until then; NULL: no end yet
UPDATE signon_saml_keys SET signs_at = made_at;
