-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- Who has given a permission to a role: empty for the file of roles, else what declares it, such as a register.
ALTER TABLE access_role_permissions ADD COLUMN granted_by TEXT NOT NULL DEFAULT '';
