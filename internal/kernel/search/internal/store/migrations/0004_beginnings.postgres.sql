-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
CREATE INDEX search_terms_begin ON search_terms (term text_pattern_ops); -- by code point, whatever the database sorts by
