// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"slices"
	"unicode/utf8"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/events"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	newid "tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/text"
)

// Revocation is that an issued result was, or shall be, taken back.
type Revocation struct {
	ID               string
	Number, Signer   string // of the result
	IssuedAt         db.Time
	Renew            bool // a new result replaces it
	Days             int  // working days until then
	Reason, Decision string
	Asker            string // name
	AskedAt          db.Time
	State            dossiers.MotionState
	Words            string // why it was declined
	Ender            string // name
	EndedAt          db.Time
	Making           bool // the new one is being made
	NewNumber        string
	ReplacedAt       db.Time
	Mine             bool // the actor has asked for it
}

// Open reports whether it waits for a leader.
func (m Revocation) Open() bool { return m.State == dossiers.MotionOpen }

// Agreed reports whether the result counts no more.
func (m Revocation) Agreed() bool { return m.State == dossiers.MotionAgreed }

func revocationOf(actor identity.Actor, r store.Revocation) Revocation {
	return Revocation{
		ID: r.ID, Number: r.Number, Signer: r.Signer, IssuedAt: r.IssuedAt, Renew: r.Renew, Days: r.Days, Reason: r.Reason, Decision: r.Decision, Asker: r.Asker,
		AskedAt: r.AskedAt, State: r.State, Words: r.Words, Ender: r.Ender, EndedAt: r.EndedAt, Making: r.Stage >= 0 && r.NewSHA == "", NewNumber: r.NewNumber,
		ReplacedAt: r.ReplacedAt, Mine: r.AskedBy == actor.Account,
	}
}

// Retraction is what an official asks for.
type Retraction struct {
	Reason   string // people read it
	Decision string // the paper by which it is taken back: number and day
	Renew    bool   // a new result replaces it
	Days     int    // working days until then
}

func (w Retraction) check() (Retraction, error) {
	var found []errs.Field
	add := func(name, code string, args map[string]any) {
		found = append(found, errs.Field{Name: name, Code: code, Args: args})
	}
	w.Reason, w.Decision = text.NFC(w.Reason), text.Line(w.Decision)
	if n := utf8.RuneCountInString(w.Reason); n < minReason {
		add("reason", "dossiers.reason_needed", map[string]any{"min": minReason})
	} else if n > maxReason {
		add("reason", "form.too_long", map[string]any{"max": maxReason, "over": n - maxReason})
	}
	if n := utf8.RuneCountInString(w.Decision); n == 0 {
		add("decision", "form.required", nil)
	} else if n > maxLine {
		add("decision", "form.too_long", map[string]any{"max": maxLine, "over": n - maxLine})
	}
	if !w.Renew {
		w.Days = 0
	} else if w.Days < 1 || w.Days > maxDays {
		add("days", "dossiers.ask.days", map[string]any{"max": maxDays})
	}
	return w, errs.BadInput(found)
}

// decided reports whether a dossier has its result.
func decided(s dossiers.Status) bool { return s == dossiers.Finished || s == dossiers.Delivered }

// AskRevocation asks a leader to take an issued result back, by an official of where
// it was decided. One waits at a time.
func (s *Service) AskRevocation(ctx context.Context, actor identity.Actor, id dossiers.ID, w Retraction) (revocation string, err error) {
	defer errs.Wrap(&err, "ask to take back the result of dossier %s", id)

	scope, err := access.RequireAny(actor, dossiers.PermProcess, dossiers.PermSign, dossiers.PermIssue)
	if err != nil {
		return "", err
	}
	if w, err = w.check(); err != nil {
		return "", err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		d, err := s.store.Lock(ctx, tx, scope, store.Authorities(), id)
		if err != nil {
			return err
		}
		r, err := s.revocable(ctx, tx, d)
		if err != nil {
			return err
		}
		m := store.Revocation{
			ID: newid.New(), Dossier: id, Renew: w.Renew, Days: w.Days, Reason: w.Reason, Decision: w.Decision,
			AskedBy: actor.Account, Asker: actor.Name, AskerPerson: actor.Person,
			File: r.IssuedFile, SHA: r.IssuedSHA, Number: numberText(r), Signer: r.SignerName, IssuedAt: r.IssuedAt, Unit: d.Authority,
		}
		revocation = m.ID
		if err := s.store.AddRevocation(ctx, tx, m); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, dossiers.AuditRevocation, string(id))
	})
	return revocation, err
}

// revocable returns the result of a locked dossier if it can be taken back.
func (s *Service) revocable(ctx context.Context, tx *db.Tx, d store.Dossier) (r store.Result, err error) {
	r, found, err := s.store.LockResult(ctx, tx, d.ID)
	if err != nil {
		return r, err
	}
	if !found || r.State != string(Issued) || !decided(d.Status) {
		return r, dossiers.ErrNotIssued
	}
	all, err := s.store.Revocations(ctx, tx, d.ID)
	for _, m := range all {
		switch {
		case m.State == dossiers.MotionOpen:
			return r, dossiers.ErrMotionOpen.With("who", m.Asker)
		case m.State == dossiers.MotionAgreed && (m.SHA == r.IssuedSHA || m.Stage >= 0): // the new one is not handed over yet
			return r, dossiers.ErrRevoked.With("when", when(m.EndedAt))
		}
	}
	return r, err
}

// openRevocation is one about a locked dossier that waits, or says who was faster.
func (s *Service) openRevocation(ctx context.Context, q db.Querier, id dossiers.ID, revocation string) (store.Revocation, error) {
	all, err := s.store.Revocations(ctx, q, id)
	if err != nil {
		return store.Revocation{}, err
	}
	i := slices.IndexFunc(all, func(m store.Revocation) bool { return m.ID == revocation })
	if i < 0 {
		return store.Revocation{}, dossiers.ErrNoMotion
	}
	if all[i].State != dossiers.MotionOpen {
		return all[i], dossiers.ErrMotionOver.With("who", all[i].Ender).With("when", when(all[i].EndedAt))
	}
	return all[i], nil
}

// DropRevocation takes back what one has asked for oneself.
func (s *Service) DropRevocation(ctx context.Context, actor identity.Actor, id dossiers.ID, revocation string) (err error) {
	defer errs.Wrap(&err, "drop revocation %s", revocation)

	scope, err := access.RequireAny(actor, dossiers.PermProcess, dossiers.PermSign, dossiers.PermIssue)
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		if _, err := s.store.Lock(ctx, tx, scope, store.Authorities(), id); err != nil {
			return err
		}
		m, err := s.openRevocation(ctx, tx, id, revocation)
		if err != nil {
			return err
		}
		if m.AskedBy != actor.Account {
			return dossiers.ErrNoMotion
		}
		m.State, m.EndedBy, m.Ender, m.EndedAt = dossiers.MotionDropped, actor.Account, actor.Name, tx.Now
		if err := s.store.SaveRevocation(ctx, tx, m); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, dossiers.AuditRevocationDropped, string(id))
	})
}

// DecideRevocation takes an issued result back, or declines with the words why. It
// is never who has asked. The file stays as it is; from now on it counts no more,
// whoever checks it is told, and where a new one is wanted it is made anew with
// initial, signature, number and seal.
func (s *Service) DecideRevocation(ctx context.Context, actor identity.Actor, id dossiers.ID, revocation string, v Verdict) (err error) {
	defer errs.Wrap(&err, "decide revocation %s", revocation)

	scope, err := access.Require(actor, dossiers.PermSign)
	if err != nil {
		return err
	}
	if v.Words = text.NFC(v.Words); !v.Agree {
		if v.Words, err = reason(v.Words); err != nil {
			return err
		}
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		d, err := s.store.Lock(ctx, tx, scope, store.Authorities(), id)
		if err != nil {
			return err
		}
		m, err := s.openRevocation(ctx, tx, id, revocation)
		if err != nil {
			return err
		}
		if m.AskedBy == actor.Account || m.AskerPerson != "" && m.AskerPerson == actor.Person {
			return dossiers.ErrOwnMotion
		}
		m.Words, m.EndedBy, m.Ender, m.EndedAt = v.Words, actor.Account, actor.Name, tx.Now
		if v.Agree {
			return s.revoke(ctx, tx, actor, d, m)
		}
		m.State = dossiers.MotionDeclined
		if err := s.store.SaveRevocation(ctx, tx, m); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, dossiers.AuditRevocationDeclined, string(id))
	})
}

// revoke takes the result of a locked dossier back.
func (s *Service) revoke(ctx context.Context, tx *db.Tx, actor identity.Actor, d store.Dossier, m store.Revocation) error {
	r, found, err := s.store.LockResult(ctx, tx, d.ID)
	if err != nil {
		return err
	}
	if !found || r.IssuedSHA != m.SHA || !decided(d.Status) {
		return dossiers.ErrResultChanged
	}
	m.State = dossiers.MotionAgreed
	switch {
	case m.Renew:
		if err := s.beginAgain(ctx, tx, d, &m, r); err != nil {
			return err
		}
	case d.Status == dossiers.Finished: // nothing is left to hand over
		if err := s.flow.Cancel(ctx, tx, actor, caseOf(d.ID), "revoked"); err != nil {
			return err
		}
	}
	if err := s.store.SaveRevocation(ctx, tx, m); err != nil {
		return err
	}
	if err := s.follow(ctx, tx, &d); err != nil {
		return err
	}
	if err := s.store.Save(ctx, tx, d); err != nil {
		return err
	}
	if err := s.store.AddEvent(ctx, tx, d.ID, store.Event{Kind: KindRevoked, Status: d.Status, Unit: d.Authority}); err != nil {
		return err
	}
	if err := events.Publish(ctx, tx, dossiers.EventRevokedV1, dossiers.ResultRevoked{Dossier: d.ID, SHA256: m.SHA, At: tx.Now}); err != nil {
		return err
	}
	if err := s.tell(ctx, tx, d, dossiers.NoticeRevoked, "/"+m.ID); err != nil {
		return err
	}
	return audit.Record(ctx, tx, actor, dossiers.AuditRevoked, string(d.ID)+" sha256:"+m.SHA)
}

// beginAgain begins a draft with what the officer wrote, and opens the first step of
// the new result. What was issued stays a row of its own, which nobody can change. The dossier stays decided: its time is not counted twice.
func (s *Service) beginAgain(ctx context.Context, tx *db.Tx, d store.Dossier, m *store.Revocation, r store.Result) (err error) {
	if m.Path, err = s.wayAgain(ctx, tx, d); err != nil {
		return err
	}
	due, err := s.Calendar(string(d.Authority)).Due(tx.Now.Time, calendar.Duration{Amount: m.Days, Unit: calendar.WorkingDay})
	if err != nil {
		return err
	}
	m.Stage, m.Due = 0, db.At(due)
	again := store.Result{ID: newid.New(), Dossier: r.Dossier, State: string(Drafted), Fields: r.Fields, DraftedBy: r.DraftedBy, Drafter: r.Drafter}
	if err := s.store.PutResult(ctx, tx, again); err != nil {
		return err
	}
	return s.beginWords(ctx, tx, d, again.ID)
}

// revocations are those of a dossier as people see them. Its owner sees what was
// decided.
func (s *Service) revocations(ctx context.Context, actor identity.Actor, id dossiers.ID, citizen bool) (all []Revocation, err error) {
	rows, err := s.store.Revocations(ctx, s.DB, id)
	for _, r := range rows {
		if !citizen || r.State == dossiers.MotionAgreed {
			all = append(all, revocationOf(actor, r))
		}
	}
	return all, err
}

// revoked are the results of a dossier that count no more, as the public may know them.
func (s *Service) revoked(ctx context.Context, d store.Dossier) (all []RevokedResult, err error) {
	if !decided(d.Status) {
		return nil, nil
	}
	rows, err := s.store.Revocations(ctx, s.DB, d.ID)
	for _, r := range rows {
		if m := revocationOf(identity.Actor{}, r); m.Agreed() {
			all = append(all, RevokedResult{Number: m.Number, At: m.EndedAt, Making: m.Making, NewNumber: m.NewNumber})
		}
	}
	return all, err
}

// RevokedFile opens a result that was taken back, as it was issued. The caller closes it.
func (s *Service) RevokedFile(ctx context.Context, actor identity.Actor, id dossiers.ID, revocation string, why access.Purpose) (_ files.Content, _ files.File, err error) {
	defer errs.Wrap(&err, "revoked result of dossier %s", id)

	return s.openRecorded(ctx, actor, id, why, dossiers.AuditFileRead, func(d store.Dossier) (files.ID, error) {
		all, err := s.store.Revocations(ctx, s.DB, d.ID)
		for _, m := range all {
			if m.ID == revocation && m.State == dossiers.MotionAgreed {
				return files.ID(m.File), nil
			}
		}
		if err == nil {
			err = dossiers.ErrNoResult
		}
		return "", err
	})
}

// RevocationItem is one line of the list of those who decide.
type RevocationItem struct {
	Revocation
	Dossier dossiers.Summary
	Unit    i18n.Text // that issued it
}

// ListRevocations returns what waits for the actor's decision, the oldest first.
func (s *Service) ListRevocations(ctx context.Context, actor identity.Actor, after string) (page Page[RevocationItem], err error) {
	defer errs.Wrap(&err, "list revocations")

	scope, err := access.Require(actor, dossiers.PermSign)
	if err != nil {
		return page, err
	}
	from, err := key(after)
	if err != nil {
		return page, err
	}
	rows, err := s.store.ListOpenRevocations(ctx, s.DB, scope, from, PageSize+1)
	if err != nil {
		return page, err
	}
	if len(rows) > PageSize {
		rows = rows[:PageSize]
		page.Next = cursor(rows[PageSize-1].AskedAt, dossiers.ID(rows[PageSize-1].ID))
	}
	ids := make([]dossiers.ID, len(rows))
	for i, r := range rows {
		ids[i] = r.Dossier
	}
	about, err := s.store.ByID(ctx, s.DB, scope, store.Authorities(), ids)
	if err != nil {
		return page, err
	}
	names := s.unitNames(ctx)
	for _, r := range rows {
		page.Items = append(page.Items, RevocationItem{Revocation: revocationOf(actor, r), Dossier: about[r.Dossier].Summary, Unit: names(r.Unit)})
	}
	return page, nil
}
