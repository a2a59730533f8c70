-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- Who decides is one more thing by which a procedure is found: read from the bodies that are there.
INSERT INTO procedures_facets (kind, value, name_key, id, sha)
	SELECT 'agency', v.body::jsonb ->> 'authority_unit', v.name_key, v.id, v.sha FROM procedures_versions v
	WHERE v.is_current = 1 AND COALESCE(v.body::jsonb ->> 'authority_unit', '') <> '';
INSERT INTO procedures_facets (kind, value, name_key, id, sha)
	SELECT DISTINCT 'agency', CASE WHEN k.value IN ('ward', 'township', 'special_zone') THEN 'commune' ELSE k.value END, v.name_key, v.id, v.sha
	FROM procedures_versions v, jsonb_array_elements_text(CASE WHEN jsonb_typeof(v.body::jsonb -> 'authority') = 'array' THEN v.body::jsonb -> 'authority' ELSE '[]'::jsonb END) k (value)
	WHERE v.is_current = 1 AND COALESCE(v.body::jsonb ->> 'authority_unit', '') = '';
