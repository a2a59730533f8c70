// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"context"
	"io"

	"tinhso.vn/internal/modules/privacy/internal/core"
)

// WriteIndex writes the page of an archive that a person reads.
func WriteIndex(ctx context.Context, w io.Writer, v core.Index) error {
	return indexPage(v).Render(ctx, w)
}
