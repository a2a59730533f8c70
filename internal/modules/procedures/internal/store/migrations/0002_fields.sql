-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
CREATE INDEX procedures_versions_field ON procedures_versions (field, id);
