// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"
	"slices"
	"unicode/utf8"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	newid "tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/text"
)

// maxSheets of paper go along with one transfer.
const maxSheets = 5000

// TransferWish sends a dossier to the unit that is to decide it.
type TransferWish struct {
	To     orgs.ID
	Reason string
	Basis  string // the rule that says who decides
	Sheets int    // of paper that go along
}

func (w TransferWish) check() (TransferWish, error) {
	var found []errs.Field
	add := func(name, code string, args map[string]any) {
		found = append(found, errs.Field{Name: name, Code: code, Args: args})
	}
	w.Reason, w.Basis = text.NFC(w.Reason), text.Line(w.Basis)
	if w.To == "" {
		add("to", "form.choose", nil)
	}
	if n := utf8.RuneCountInString(w.Reason); n < minReason {
		add("reason", "dossiers.reason_needed", map[string]any{"min": minReason})
	} else if n > maxReason {
		add("reason", "form.too_long", map[string]any{"max": maxReason, "over": n - maxReason})
	}
	if n := utf8.RuneCountInString(w.Basis); n == 0 {
		add("basis", "form.required", nil)
	} else if n > maxLine {
		add("basis", "form.too_long", map[string]any{"max": maxLine, "over": n - maxLine})
	}
	if w.Sheets < 0 || w.Sheets > maxSheets {
		add("sheets", "dossiers.transfer_sheets", map[string]any{"max": maxSheets})
	}
	return w, errs.BadInput(found)
}

// giver is a dossier that the actor may send on: the clerk before it is accepted,
// then who has it in hand.
func (s *Service) giver(ctx context.Context, q db.Querier, actor identity.Actor, id dossiers.ID, get func(access.Scope, store.Part) (store.Dossier, error)) (d store.Dossier, err error) {
	scope, err := access.RequireAny(actor, dossiers.PermAccept, dossiers.PermProcess)
	if err != nil {
		return d, err
	}
	if d, err = get(scope, store.Involved()); err != nil {
		return d, err
	}
	if d.Status == dossiers.Submitted {
		if scope, err = access.Require(actor, dossiers.PermAccept); err != nil {
			return d, err
		}
		_, err = s.store.Get(ctx, q, scope, store.Receivers(), id)
		return d, err
	}
	if scope, err = access.Require(actor, dossiers.PermProcess); err != nil {
		return d, err
	}
	return d, s.hasTurn(ctx, q, actor, scope, &d, "", actAppraise, actConsult, actDraft)
}

// receives says why a unit cannot be the one that decides: it is no more, which
// names who came after it, or it does not decide such dossiers.
func receives(ctx context.Context, q db.Querier, v procedures.Version, id orgs.ID, today calendar.Date) error {
	u, err := receiver(ctx, q, v, id, today, false)
	if !errors.Is(err, dossiers.ErrWrongUnit) && !errors.Is(err, dossiers.ErrNoAuthority) || u.ID == "" {
		return err
	}
	if day := today.String(); u.ValidTo != "" && day > u.ValidTo {
		_, after, err := orgs.ListTies(ctx, q, u.ID)
		if err != nil || len(after) == 0 {
			return errors.Join(err, dossiers.ErrUnitGone.With("unit", u.Name))
		}
		return dossiers.ErrUnitMerged.With("unit", u.Name).With("into", after[0].Name)
	}
	return dossiers.ErrNotTheirs.With("unit", u.Name)
}

// Transfer sends a dossier that came to the wrong unit to the one that decides. It
// stays where it is until the other has received it, and its time runs on.
func (s *Service) Transfer(ctx context.Context, actor identity.Actor, id dossiers.ID, w TransferWish) (transfer string, err error) {
	defer errs.Wrap(&err, "transfer dossier %s", id)

	if w, err = w.check(); err != nil {
		return "", err
	}
	before, err := s.giver(ctx, s.DB, actor, id, func(sc access.Scope, c store.Part) (store.Dossier, error) {
		return s.store.Get(ctx, s.DB, sc, c, id)
	})
	if err != nil {
		return "", err
	}
	v, err := s.follows(ctx, before)
	if err != nil {
		return "", err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		d, err := s.giver(ctx, tx, actor, id, func(sc access.Scope, c store.Part) (store.Dossier, error) {
			return s.store.Lock(ctx, tx, sc, c, id)
		})
		if err != nil {
			return err
		}
		if err := s.movable(ctx, tx, d); err != nil {
			return err
		}
		if w.To == d.Received {
			return errs.BadInput([]errs.Field{{Name: "to", Code: "dossiers.transfer_here"}})
		}
		if err := receives(ctx, tx, v, w.To, calendar.On(tx.Now.Time)); err != nil {
			return err
		}
		all, err := s.store.Transfers(ctx, tx, id)
		if err != nil {
			return err
		}
		if i := slices.IndexFunc(all, func(t store.Transfer) bool { return t.State == dossiers.TransferOpen }); i >= 0 {
			return dossiers.ErrTransferOpen.With("who", all[i].Sender).With("when", when(all[i].SentAt))
		}
		transfer = newid.New()
		if err := s.store.AddTransfer(ctx, tx, store.Transfer{
			ID: transfer, Dossier: id, From: d.Received, To: w.To, Reason: w.Reason, Basis: w.Basis, Sheets: w.Sheets, SentBy: actor.Account, Sender: actor.Name,
		}); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, dossiers.AuditTransfer, string(id)+" to "+string(w.To))
	})
	return transfer, err
}

// movable refuses a dossier whose result is signed or that is over, and one that
// waits for its people.
func (s *Service) movable(ctx context.Context, tx *db.Tx, d store.Dossier) error {
	if d.Signing != "" {
		return s.waitsFor(ctx, tx, d)
	}
	switch d.Status {
	case dossiers.Submitted, dossiers.Accepted, dossiers.Processing:
	case dossiers.Supplement, dossiers.Paying:
		return dossiers.ErrWaiting
	case dossiers.Refused, dossiers.Withdrawn, dossiers.Stopped, dossiers.Finished, dossiers.Delivered:
		return dossiers.ErrTooLate
	}
	r, drafted, err := s.store.LockResult(ctx, tx, d.ID)
	if err == nil && drafted && !r.SignedAt.IsZero() {
		err = dossiers.ErrTooLate
	}
	return err
}

// openTransfer locks the dossier of a transfer of the actor's units that waits, or
// says who was faster.
func (s *Service) openTransfer(ctx context.Context, tx *db.Tx, scope access.Scope, c access.Columns, transfer string) (t store.Transfer, d store.Dossier, err error) {
	before, err := s.store.GetTransfer(ctx, tx, scope, c, transfer)
	if err != nil {
		return t, d, err
	}
	if d, err = s.store.Lock(ctx, tx, access.All(), store.Involved(), before.Dossier); err != nil {
		return t, d, err
	}
	if t, err = s.store.GetTransfer(ctx, tx, scope, c, transfer); err != nil { // as it is now that the dossier is held
		return t, d, err
	}
	if t.State != dossiers.TransferOpen {
		return t, d, dossiers.ErrTransferOver.With("who", t.Ender).With("when", when(t.EndedAt))
	}
	return t, d, nil
}

// ReceiveTransfer takes a dossier over: from now on the unit of the actor receives
// it and the one above it decides. Its code and its days stay; its process begins
// anew there. People are told.
func (s *Service) ReceiveTransfer(ctx context.Context, actor identity.Actor, transfer string) (id dossiers.ID, err error) {
	defer errs.Wrap(&err, "receive transfer %s", transfer)

	scope, err := access.Require(actor, dossiers.PermAccept)
	if err != nil {
		return "", err
	}
	before, err := s.store.GetTransfer(ctx, s.DB, scope, store.Transferring(true), transfer)
	if err != nil {
		return "", err
	}
	row, err := s.store.Get(ctx, s.DB, access.All(), store.Involved(), before.Dossier)
	if err != nil {
		return "", err
	}
	v, err := s.follows(ctx, row)
	if err != nil {
		return "", err
	}
	def, err := definition(v)
	if err != nil {
		return "", err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		t, d, err := s.openTransfer(ctx, tx, scope, store.Transferring(true), transfer)
		if err != nil {
			return err
		}
		if err := s.movable(ctx, tx, d); err != nil {
			return err
		}
		if err := receives(ctx, tx, v, t.To, calendar.On(tx.Now.Time)); err != nil {
			return err
		}
		if d.Authority, err = authority(ctx, tx, v, t.To); err != nil {
			return err
		}
		d.Received, id = t.To, d.ID
		if err := s.store.Rehome(ctx, tx, d.ID, d.Received, d.Authority); err != nil {
			return err
		}
		if running(d) {
			if err := s.nobodyDecides(ctx, tx, actor, d.ID); err != nil {
				return err
			}
			if err := s.flow.Cancel(ctx, tx, actor, caseOf(d.ID), "transferred"); err != nil {
				return err
			}
			if err := s.follow(ctx, tx, &d); err != nil { // what was asked of others is over with the case
				return err
			}
			d.Status = dossiers.Accepted
			if err := s.begin(ctx, tx, actor, &d, v, def); err != nil {
				return err
			}
		}
		if err := s.store.Save(ctx, tx, d); err != nil {
			return err
		}
		t.State, t.EndedBy, t.Ender = dossiers.TransferAccepted, actor.Account, actor.Name
		if err := s.store.EndTransfer(ctx, tx, t); err != nil {
			return err
		}
		if err := s.store.AddEvent(ctx, tx, d.ID, store.Event{Kind: KindTransferred, Status: d.Status, Unit: t.To}); err != nil {
			return err
		}
		if err := s.tell(ctx, tx, d, dossiers.NoticeTransferred, "/"+t.ID); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, dossiers.AuditTransferred, string(d.ID)+" from "+string(t.From))
	})
	return id, err
}

// SendTransferBack refuses to take a dossier over, with the words why.
func (s *Service) SendTransferBack(ctx context.Context, actor identity.Actor, transfer, words string) (err error) {
	defer errs.Wrap(&err, "send transfer %s back", transfer)

	if words, err = reason(words); err != nil {
		return err
	}
	scope, err := access.Require(actor, dossiers.PermAccept)
	if err != nil {
		return err
	}
	return s.endTransfer(ctx, actor, scope, store.Transferring(true), transfer, dossiers.TransferReturned, words, dossiers.AuditTransferBack)
}

// DropTransfer takes a transfer back that nobody has received yet.
func (s *Service) DropTransfer(ctx context.Context, actor identity.Actor, transfer string) (err error) {
	defer errs.Wrap(&err, "drop transfer %s", transfer)

	scope, err := access.RequireAny(actor, dossiers.PermAccept, dossiers.PermProcess)
	if err != nil {
		return err
	}
	return s.endTransfer(ctx, actor, scope, store.Transferring(false), transfer, dossiers.TransferDropped, "", dossiers.AuditTransferDrop)
}

func (s *Service) endTransfer(ctx context.Context, actor identity.Actor, scope access.Scope, c access.Columns, transfer string, as dossiers.TransferState, words string, e audit.Event) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		t, d, err := s.openTransfer(ctx, tx, scope, c, transfer)
		if err != nil {
			return err
		}
		t.State, t.Words, t.EndedBy, t.Ender = as, words, actor.Account, actor.Name
		if err := s.store.EndTransfer(ctx, tx, t); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, e, string(d.ID))
	})
}
