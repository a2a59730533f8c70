-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
ALTER TABLE search_terms ADD COLUMN fresh BIGINT NOT NULL DEFAULT 0; -- counted for the half that is built
