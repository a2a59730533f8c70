// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"

	"tinhso.vn/internal/platform/db"
)

// EvaluateAndThen evaluates a batch, and does something before it is committed.
func EvaluateAndThen(ctx context.Context, s *Service, then func(*db.Tx) error) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		if _, err := s.evaluate(ctx, tx); err != nil {
			return err
		}
		return then(tx)
	})
}
