-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- Systems outside name a procedure by its national code.
INSERT INTO procedures_facets (kind, value, name_key, id, sha)
SELECT 'code', json_extract(body, '$.code'), name_key, id, sha FROM procedures_versions WHERE is_current = 1 AND COALESCE(json_extract(body, '$.code'), '') <> '';
