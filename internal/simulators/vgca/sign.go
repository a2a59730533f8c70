// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package vgca

import (
	"context"

	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/kernel/signing/appearance"
	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/pdf"
	"tinhso.vn/internal/platform/pdfread"
)

// How large the picture of a signature is, mm: it is stretched to its place.
const width, height = 60, 25

// look is the picture of a signature: such programs draw their own.
func (p *Program) look(name string) ([]byte, error) {
	picture, err := appearance.Signature(p.fonts.Italic, name, width, height)
	if err != nil {
		return nil, err
	}
	const mm = 72 / 25.4
	at := p.clock.Now().In(clock.Vietnam())
	return appearance.Page(p.fonts, pdf.Rect{W: width * mm, H: height * mm}, at, picture, []string{
		"Người ký: " + name, "Thời gian ký: " + at.Format("02/01/2006 15:04:05 -07:00"), signing.Simulated,
	})
}

// sign signs a document as the card does, or as it should not.
func (p *Program) sign(ctx context.Context, document []byte, q Question, c *card, f faults) ([]byte, error) {
	look, err := p.look(c.Name)
	if err != nil {
		return nil, err
	}
	key := c.key
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
	r := signing.Request{Appearance: look, Field: value(q, "Field"), At: p.clock.Now(), Name: c.Name, Reason: "Ký bằng thẻ (MÔ PHỎNG)"}
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
