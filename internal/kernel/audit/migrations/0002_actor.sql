-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
CREATE INDEX audit_records_actor ON audit_records (actor, id); -- what somebody has done
