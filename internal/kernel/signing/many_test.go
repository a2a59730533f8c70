// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package signing_test

import (
	"errors"
	"testing"

	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/platform/pdfread"
)

// A file with very many signatures would keep a checker busy for hours.
func TestTooManySignatures(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	steps := o.steps()
	document := steps[len(steps)-1]
	for n, want := range map[int]error{10: nil, 70: signing.ErrMany} {
		f, err := pdfread.Open(document)
		o.must(err)
		rootRef, root, err := f.Catalog()
		o.must(err)
		u := f.Update()
		form := f.Dict(root["AcroForm"]).Clone()
		fields := append(pdfread.Array{}, f.Array(form["Fields"])...)
		var signed pdfread.Dict
		for _, field := range fields {
			if d := f.Dict(field); d["FT"] == pdfread.Name("Sig") && d["V"] != nil {
				signed = d
			}
		}
		for i := range n {
			d := signed.Clone()
			d["T"] = pdfread.Text("more" + string(rune('a'+i)))
			fields = append(fields, u.Add(d))
		}
		form["Fields"] = fields
		root = root.Clone()
		root["AcroForm"] = form
		u.Set(rootRef, root)
		out, _ := u.Bytes()
		if _, err := signing.Verify(out, o.ca.Roots(), o.now); !errors.Is(err, want) {
			t.Errorf("%d more: %v, want %v", n, err, want)
		}
	}
}
