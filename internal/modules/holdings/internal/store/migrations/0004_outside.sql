-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- The law by which a system outside sees papers of a type without asking their owners.
ALTER TABLE holdings_types ADD COLUMN outside_law TEXT NOT NULL DEFAULT '';
