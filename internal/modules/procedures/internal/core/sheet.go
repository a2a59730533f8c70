// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"time"

	"tinhso.vn/internal/kernel/forms"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/papers"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/pdf"
)

// Press is what the blank form of a procedure is printed with.
type Press struct {
	Fonts pdf.Fonts
	Mark  string
}

// BlankForm returns the form of a procedure as it is today, to be filled in by
// hand, as PDF; procedures.ErrNotFound where the procedure has none.
func (s *Service) BlankForm(ctx context.Context, id procedures.ID, press Press) (_ []byte, err error) {
	defer errs.Wrap(&err, "blank form of %s", id)

	form, err := s.form(ctx, id)
	if err != nil {
		return nil, err
	}
	sheet := procedures.OnPaper(form.Blank(new(i18n.Catalogue).Printer(i18n.VI)))
	sheet.Blank = true
	// The same definition is the same bytes: no day of printing is in it.
	paper, err := papers.Press{Fonts: press.Fonts, Mark: press.Mark, Made: time.Unix(0, 0).UTC()}.Form(sheet)
	return paper.PDF, err
}

// FormSchema returns the JSON Schema 2020-12 of the answers to the form of a
// procedure as it is today; procedures.ErrNotFound where it has none.
func (s *Service) FormSchema(ctx context.Context, id procedures.ID) (_ []byte, err error) {
	defer errs.Wrap(&err, "schema of the form of %s", id)

	form, err := s.form(ctx, id)
	if err != nil {
		return nil, err
	}
	return form.Schema()
}

func (s *Service) form(ctx context.Context, id procedures.ID) (*forms.Form, error) {
	v, err := s.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	if len(v.Form.Steps) == 0 {
		return nil, procedures.ErrNotFound
	}
	return forms.New(v.Form)
}
