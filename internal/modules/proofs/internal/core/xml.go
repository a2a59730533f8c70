// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"time"

	"tinhso.vn/internal/modules/proofs"
)

// judgeXML reports on an XML document.
func (b *beliefs) judgeXML(_ []byte, _ time.Time) (proofs.Report, error) {
	return proofs.Report{}, proofs.ErrNotPDF
}
