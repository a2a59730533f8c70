// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package vgca

import (
	"context"

	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/platform/pdf"
	"tinhso.vn/internal/platform/pdfread"
)

// sign signs a document as the card does, or as it should not. The signature has
// no picture: programs draw their own, and this one needs no fonts.
func (p *Program) sign(ctx context.Context, document []byte, q Question, c *card, f faults) ([]byte, error) {
	key, err := c.key, error(nil)
	if f.Card {
		if key, err = p.issue(c.Name); err != nil {
			return nil, err
		}
	}
	if f.Other || f.Page {
		if document, err = changed(document, f.Page); err != nil {
			return nil, err
		}
	}
	r := signing.Request{Field: value(q, "Field"), At: p.clock.Now(), Name: c.Name, Reason: "Ký bằng thẻ (MÔ PHỎNG)"}
	if f.Field || r.Field == "" {
		r.Field, r.Rect = "Signature1", &pdf.Rect{Page: 1}
	}
	return signing.Sign(ctx, document, r, key, nil)
}

// changed is a document with another page, or whose first page is empty.
func changed(document []byte, page bool) ([]byte, error) {
	f, err := pdfread.Open(document)
	if err != nil {
		return nil, err
	}
	pages, err := f.Pages()
	if err != nil {
		return nil, err
	}
	u := f.Update()
	first := f.Dict(pages[0]).Clone()
	if !page {
		delete(first, "Contents")
		u.Set(pages[0], first)
		out, _ := u.Bytes()
		return out, nil
	}
	more := first.Clone()
	delete(more, "Annots")
	added := u.Add(more)
	parent, ok := first["Parent"].(pdfread.Ref)
	if !ok {
		return nil, pdfread.ErrUnsupported
	}
	tree := f.Dict(parent).Clone()
	kids := f.Array(tree["Kids"])
	tree["Kids"], tree["Count"] = append(append(pdfread.Array{}, kids...), added), pdfread.Int(len(pages)+1)
	u.Set(parent, tree)
	out, _ := u.Bytes()
	return out, nil
}
