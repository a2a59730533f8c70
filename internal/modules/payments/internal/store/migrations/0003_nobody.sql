-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- Money that came and names nothing that we asked for belongs to no unit until somebody finds it.
CREATE INDEX payments_reports_nobody ON payments_reports (unit, open, amount, id);
