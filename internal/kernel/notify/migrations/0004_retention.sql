-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- What is past its time is found without reading the rest.
CREATE INDEX notify_inbox_created ON notify_inbox (created_at, id);
CREATE INDEX notify_messages_ended ON notify_messages (ended_at, id) WHERE ended_at IS NOT NULL;
CREATE INDEX notify_messages_sent ON notify_messages (sent_at, id) WHERE state = 'sent';
