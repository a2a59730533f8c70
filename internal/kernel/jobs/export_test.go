// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package jobs

import (
	"context"
	"testing"

	"tinhso.vn/internal/platform/db"
)

// Claim takes a job and returns what says that it is still worked on.
func Claim(t *testing.T, d *db.DB) (renew func(context.Context) (bool, error)) {
	t.Helper()
	j, ok, err := claim(t.Context(), d)
	if err != nil || !ok {
		t.Fatalf("claim: %v, %v", ok, err)
	}
	return func(ctx context.Context) (bool, error) { return j.renew(ctx, d) }
}
