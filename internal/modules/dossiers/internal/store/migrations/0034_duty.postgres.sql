-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- Rules by which who is on duty gets the steps of a unit.
ALTER TABLE dossiers_rule_versions DROP CONSTRAINT dossiers_rule_versions_kind_ck;
ALTER TABLE dossiers_rule_versions ADD CONSTRAINT dossiers_rule_versions_kind_ck CHECK (kind IN ('nobody', 'turn', 'fewest', 'area', 'person', 'duty', 'removed'));
