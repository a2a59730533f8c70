-- SPDX-FileCopyrightText: The tinhso authors
-- SPDX-License-Identifier: Apache-2.0
-- Scores count the orders of a period.
CREATE INDEX payments_orders_made ON payments_orders (made_at, unit);
