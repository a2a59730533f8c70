-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
CREATE INDEX search_terms_begin ON search_terms (term, n);
