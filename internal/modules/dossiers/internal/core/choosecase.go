// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"
	"slices"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	newid "tinhso.vn/internal/platform/id"
)

// CaseField is the name of the choice of a case among what is wrong with a draft.
const CaseField = "case"

// chosenCase checks the case with which a draft begins; none may be chosen later.
func chosenCase(v procedures.Version, chosen string) (string, error) {
	if chosen != "" && v.Undecided(chosen) {
		return "", dossiers.ErrNoCase
	}
	return chosen, nil
}

// EveryPaper lists the papers of a version and of all its cases, each once: at
// the counter the sheets are counted before the case is certain.
func EveryPaper(v procedures.Version) []procedures.Paper {
	all := slices.Clone(v.Papers)
	for _, c := range v.Cases {
		for _, p := range c.Papers {
			if !slices.ContainsFunc(all, func(o procedures.Paper) bool { return o.ID == p.ID }) {
				all = append(all, p)
			}
		}
	}
	return all
}

// notLocal refuses to receive here, and says where it is received.
func notLocal(v procedures.Version) error {
	if v.Where.VI == "" {
		return dossiers.ErrNotLocal
	}
	return dossiers.ErrNotLocalBut.With("where", v.Where)
}

// stillHere refuses a draft of a procedure that is no more, or that is received
// elsewhere since it was begun. The draft stays.
func (s *Service) stillHere(ctx context.Context, row store.Draft) error {
	v, err := s.Procedures.Get(ctx, row.Procedure)
	switch {
	case errors.Is(err, procedures.ErrNotFound):
		return dossiers.ErrAbolished
	case err != nil:
		return err
	case v.Route != "" && v.Route != procedures.Local:
		return notLocal(v)
	}
	return nil
}

// ChooseCase says which case of its procedure a draft is. Answers and papers
// stay; papers that the case does not ask for are not sent.
func (s *Service) ChooseCase(ctx context.Context, actor identity.Actor, id dossiers.ID, chosen string) (_ Draft, err error) {
	defer errs.Wrap(&err, "choose the case of draft %s", id)

	d, err := s.GetDraft(ctx, actor, id)
	if err != nil {
		return Draft{}, err
	}
	if chosen == "" && len(d.Procedure.Cases) > 0 {
		return Draft{}, errs.BadInput([]errs.Field{{Name: CaseField, Code: "dossiers.case_missing"}})
	}
	if _, err := chosenCase(d.Procedure, chosen); err != nil {
		return Draft{}, err
	}
	err = s.change(ctx, actor, id, func(_ *db.Tx, row *store.Draft) error {
		row.Case = chosen
		return nil
	})
	if err != nil {
		return Draft{}, err
	}
	return s.GetDraft(ctx, actor, id)
}

// ChangeCase says that a dossier is another case of its procedure than was
// chosen, with the reason. It is legal until a result is drafted; after the
// dossier was accepted only to a case of the same flow, and the due date is
// counted again from the acceptance. The date on the receipt stays readable as
// the original one, the reason as a note between colleagues.
func (s *Service) ChangeCase(ctx context.Context, actor identity.Actor, id dossiers.ID, chosen, words string) (err error) {
	defer errs.Wrap(&err, "change the case of dossier %s", id)

	scope, err := access.RequireAny(actor, dossiers.PermAccept, dossiers.PermProcess)
	if err != nil {
		return err
	}
	if words, err = reason(words); err != nil {
		return err
	}
	before, err := s.store.Get(ctx, s.DB, scope, caseChangers(), id)
	if err != nil {
		return err
	}
	whole, err := s.Procedures.GetVersion(ctx, before.Procedure, before.SHA)
	if err != nil {
		return err
	}
	if chosen == "" || whole.Undecided(chosen) {
		return dossiers.ErrNoCase
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		d, err := s.store.Lock(ctx, tx, scope, caseChangers(), id)
		if err != nil {
			return err
		}
		if err := s.mayChangeCase(ctx, tx, d); err != nil {
			return err
		}
		if d.SHA != before.SHA || d.Case != before.Case {
			return dossiers.ErrCaseMeanwhile
		}
		was, now := whole.For(d.Case, way(d.Channel)), whole.For(chosen, way(d.Channel))
		if !d.AcceptedAt.IsZero() {
			if err := sameFlow(was, now); err != nil {
				return err
			}
		}
		if d.Case == chosen {
			return nil
		}
		d.Case = chosen
		if !d.AcceptedAt.IsZero() {
			original := d.Original
			d.Statutory, d.Due = db.Time{}, db.Time{}
			if err := s.promise(&d, now, d.AcceptedAt.Time); err != nil {
				return err
			}
			d.Original, d.WorkDue = original, earlier(d.StepDue, d.Due)
		}
		if err := s.store.Save(ctx, tx, d); err != nil {
			return err
		}
		if !d.AcceptedAt.IsZero() && running(d) {
			if err := s.follow(ctx, tx, &d); err != nil { // lists sort by the new day
				return err
			}
		}
		if err := s.store.AddEvent(ctx, tx, d.ID, store.Event{Kind: KindCase, Status: d.Status, Step: now.CaseName(chosen), Unit: d.Received}); err != nil {
			return err
		}
		note := store.Note{
			ID: newid.New(), Dossier: id, Account: actor.Account, Name: actor.Name, Unit: orgs.ID(actor.Unit),
			Words: "Trường hợp: " + was.CaseName(before.Case).VI + " → " + now.CaseName(chosen).VI + ". " + words,
		}
		if err := s.store.AddNote(ctx, tx, note); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, dossiers.AuditCaseChanged, string(id)+" to "+chosen)
	})
}

// caseChangers are who may say that a dossier is another case: who receives it
// and whose turn it is.
func caseChangers() store.Part {
	return store.Part{Turns: true, Columns: access.Columns{Units: []string{"received_unit", "handler_unit"}}}
}

// mayChangeCase reports why a dossier cannot become another case any more.
func (s *Service) mayChangeCase(ctx context.Context, q db.Querier, d store.Dossier) error {
	if stands(d.Status) {
		return dossiers.ErrWaiting
	}
	if d.Status != dossiers.Submitted && !running(d) {
		return dossiers.ErrTooLate
	}
	_, drafted, err := s.store.FindResult(ctx, q, d.ID)
	if err == nil && (drafted || d.Signing != "") {
		err = dossiers.ErrTooLate
	}
	return err
}

func sameFlow(a, b procedures.Version) error {
	first, err := definition(a)
	if err != nil {
		return err
	}
	second, err := definition(b)
	if err != nil {
		return err
	}
	if first.Table().ID != second.Table().ID || first.Table().Version != second.Table().Version {
		return dossiers.ErrCaseFlow
	}
	return nil
}
