// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"
	"time"
	"unicode/utf8"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/notify"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/books"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
)

// undecidedAfter is how long a table waits for somebody to agree.
const undecidedAfter = 30 * 24 * time.Hour

// sampleNew is how many new rows are kept to be looked at.
const sampleNew = 50

// KeptOutside is why a row is not shown to who agrees: it would not be let in.
const KeptOutside = "outside"

// ImportPath is the page of an import.
func ImportPath(register, one string) string { return "/so/" + register + "/nhap/lan/" + one }

// proposeImport asks for a table to be let in where another person must agree.
func (s *Service) proposeImport(ctx context.Context, actor identity.Actor, i Import) error {
	return s.move(ctx, i.ID, func(tx *db.Tx, b *registers.Batch) error {
		if b.State != registers.Checked {
			return registers.ErrImportState
		}
		b.State, b.Begun = registers.Proposed, tx.Now
		if err := s.tellAgreers(ctx, tx, i); err != nil {
			return err
		}
		return errors.Join(
			audit.Record(ctx, tx, actor, registers.AuditProposed, b.Register+"/"+b.ID),
			jobs.EnqueueAt(ctx, tx, books.JobImport, job{b.ID, actForget}, db.At(tx.Now.Add(undecidedAfter))),
		)
	})
}

func (s *Service) tellAgreers(ctx context.Context, tx *db.Tx, i Import) error {
	if s.Messages == nil {
		return nil
	}
	accounts, err := s.keeper.Deciders(ctx, tx, i.Definition, registers.Proposal{ID: i.ID, Register: i.Register, Unit: i.Batch.Unit, By: i.Author}, tx.Now)
	if err != nil {
		return err
	}
	for _, account := range accounts {
		if err := s.Messages.Tell(ctx, tx, notify.Notice{
			Event: books.NoticeProposed, About: i.ID, Link: ImportPath(i.Register, i.ID), To: notify.To{Account: account},
			Words: map[string]i18n.Text{"register": brief(i.Definition.Title), "what": {VI: "nhập một tệp", EN: "a table of records"}, "by": notify.Plain(i.Standing.Actor.Name)},
		}); err != nil {
			return err
		}
	}
	return nil
}

// AgreeImport lets in the table that somebody else wants to bring into a register
// where another person must agree, or refuses it with a reason. It is written with
// the rights of its author, as far as those of who agrees reach.
func (s *Service) AgreeImport(ctx context.Context, actor identity.Actor, register, one string, yes bool, words string) (err error) {
	defer errs.Wrap(&err, "agree to an import")

	i, err := s.GetImport(ctx, actor, register, one)
	if err != nil {
		return err
	}
	words = text.Line(words)
	switch {
	case i.Own && i.State == registers.Proposed:
		return registers.ErrOwn
	case !i.May("agree"):
		return registers.ErrImportState
	case !yes && words == "" || utf8.RuneCountInString(words) > maxReason:
		return registers.ErrNoReason
	}
	if yes {
		return s.begin(ctx, actor, one, registers.AuditAgreed, func(tx *db.Tx, b *registers.Batch) error {
			if b.State != registers.Proposed {
				return registers.ErrImportState
			}
			b.State, b.Begun, b.AgreedBy = registers.Running, tx.Now, actor.Account
			restart(b)
			return errors.Join(registers.ForgetNotes(ctx, tx, one, ""), s.tellAuthor(ctx, tx, i, true))
		})
	}
	return s.move(ctx, one, func(tx *db.Tx, b *registers.Batch) error {
		if b.State != registers.Proposed {
			return registers.ErrImportState
		}
		b.State, b.Ended, b.AgreedBy, b.Words = registers.Dropped, tx.Now, actor.Account, words
		return errors.Join(
			registers.ForgetNotes(ctx, tx, one, ""), s.erase(ctx, tx, b), s.tellAuthor(ctx, tx, i, false),
			audit.Record(ctx, tx, actor, registers.AuditDeclined, b.Register+"/"+b.ID),
		)
	})
}

func (s *Service) tellAuthor(ctx context.Context, tx *db.Tx, i Import, yes bool) error {
	if s.Messages == nil {
		return nil
	}
	outcome := i18n.Text{VI: "không đồng ý", EN: "refused"}
	if yes {
		outcome = i18n.Text{VI: "đồng ý", EN: "agreed to"}
	}
	return s.Messages.Tell(ctx, tx, notify.Notice{
		Event: books.NoticeDecided, About: i.ID, Link: ImportPath(i.Register, i.ID), To: notify.To{Account: i.Author},
		Words: map[string]i18n.Text{"register": brief(i.Definition.Title), "outcome": outcome, "by": notify.Plain(i.Standing.Actor.Name)},
	})
}

// agreer is who agreed to an import, with the rights that they have now.
func (s *Service) agreer(ctx context.Context, b registers.Batch) (registers.Standing, error) {
	actor, err := s.rights(ctx, b.AgreedBy)
	if err != nil {
		return registers.Standing{}, err
	}
	return s.keeper.Stand(ctx, s.db, actor, b.Register)
}
