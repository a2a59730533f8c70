// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package signing

import (
	"bytes"

	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/pdfread"
)

// Compare says what the revisions of a document after a given one did, signed
// or not: what somebody else has signed may differ from what was shown before.
// A document that does not begin with the older one is ErrMismatch.
func Compare(older, newer []byte) (_ []Change, err error) {
	defer errs.Wrap(&err, "compare revisions")

	if !bytes.HasPrefix(newer, older) {
		return nil, ErrMismatch
	}
	was, err := pdfread.Open(older)
	if err != nil {
		return nil, err
	}
	is, err := pdfread.Open(newer)
	if err != nil {
		return nil, err
	}
	return changes(was, is), nil
}
