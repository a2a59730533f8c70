// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/papers"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/errs"
)

// PrintDraft returns the form of a draft of the actor, filled in, as PDF for
// signature or fingerprint. At the counter the clerk stands on it as who helped.
func (s *Service) PrintDraft(ctx context.Context, actor identity.Actor, id dossiers.ID) (_ []byte, err error) {
	defer errs.Wrap(&err, "print draft %s", id)

	d, err := s.GetDraft(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	form := procedures.OnPaper(d.Form.Sheet(d.Answers, new(i18n.Catalogue).Printer(i18n.VI), d.World))
	form.To, form.Person = d.Unit.Name.VI, d.Parties.Owner.Name
	if d.Parties.Submitter.Name != "" {
		form.Person = d.Parties.Submitter.Name
	}
	if d.Channel.OnPaper() {
		form.Helper = s.accountName(ctx, s.DB, actor.Account)
	}
	var paper papers.Paper
	paper, err = s.press(d.SavedAt.Time).Form(form)
	return paper.PDF, err
}
