-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
CREATE INDEX notify_messages_waiting ON notify_messages (created_at, id) WHERE state = 'waiting';
