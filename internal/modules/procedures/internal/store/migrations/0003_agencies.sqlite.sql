-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- Who decides is one more thing by which a procedure is found: read from the bodies that are there.
INSERT INTO procedures_facets (kind, value, name_key, id, sha)
	SELECT 'agency', json_extract(v.body, '$.authority_unit'), v.name_key, v.id, v.sha FROM procedures_versions v
	WHERE v.is_current = 1 AND COALESCE(json_extract(v.body, '$.authority_unit'), '') <> '';
INSERT INTO procedures_facets (kind, value, name_key, id, sha)
	SELECT DISTINCT 'agency', CASE WHEN k.value IN ('ward', 'township', 'special_zone') THEN 'commune' ELSE k.value END, v.name_key, v.id, v.sha
	FROM procedures_versions v, json_each(v.body, '$.authority') k
	WHERE v.is_current = 1 AND COALESCE(json_extract(v.body, '$.authority_unit'), '') = '' AND k.type = 'text';
