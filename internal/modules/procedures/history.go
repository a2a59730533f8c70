// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package procedures

import (
	"context"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/platform/db"
)

// Publication is a deciding decision as the catalogue has it: when the
// procedures that name it became public here. Days are YYYY-MM-DD.
type Publication struct {
	Number, Signed, Effective, Issuer string
	Procedures                        int64
	First, Last                       db.Time // of its procedures
}

// Publications tells when decisions became public, by what was applied when.
type Publications interface {
	// Published returns the decisions signed from one day to another, the newest first, at most limit.
	Published(ctx context.Context, from, to string, limit int) ([]Publication, error)
}

// Approval is how a version came to be in force, for officials.
type Approval struct {
	At       db.Time
	Title    string
	Basis    string
	Proposed string // name
	Approved string // name
}

// Difference is what differs from one version to the next. Key is the key of
// its text.
type Difference struct {
	Key      string
	From, To i18n.Text
}
