-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- People and the portal come with its code.
CREATE UNIQUE INDEX nationalportal_dossiers_code ON nationalportal_dossiers (code) WHERE code <> '';
