// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/papers"
	"tinhso.vn/internal/kernel/sequence"
	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Letter is a form 04 or 05 on its way to be issued.
type Letter struct {
	ID      string
	Form    dossiers.TemplateKind
	State   dossiers.LetterState
	Signer  string // name
	Number  string // once it has one
	Changer string // name of who did something last
	At      db.Time
	Dossier dossiers.Summary
	Waits   string // the request for a signature that is waited for; empty: none
	Who     string // name of who is asked
	Mine    bool   // that is the actor
}

// LetterAct is what somebody does to a letter.
type LetterAct string

// The acts, in their order.
const (
	LetterInitial LetterAct = "initial"
	LetterSign    LetterAct = "sign"
	LetterIssue   LetterAct = "issue"
)

// letterStep is an act with the state it needs, the one it leads to and its event.
func letterStep(a LetterAct) (one act, from, to dossiers.LetterState, event audit.Event, ok bool) {
	switch a {
	case LetterInitial:
		return initials(), dossiers.LetterDrafted, dossiers.LetterToSign, dossiers.AuditLetterInitialled, true
	case LetterSign:
		return signs(), dossiers.LetterToSign, dossiers.LetterSigned, dossiers.AuditLetterSigned, true
	case LetterIssue:
		return seals(), dossiers.LetterSigned, dossiers.LetterIssued, dossiers.AuditLetterIssued, true
	}
	return act{}, "", "", "", false
}

// beginLetter makes the letter of a motion that was just agreed to: who agreed signs it.
func (s *Service) beginLetter(ctx context.Context, tx *db.Tx, actor identity.Actor, m store.Motion) error {
	l := store.Letter{ID: m.ID, Dossier: m.Dossier, Form: dossiers.ForApology, DocType: "CV", Signer: actor.Account, SignerName: actor.Name, ChangedBy: actor.Account, Changer: actor.Name}
	if m.Kind == dossiers.Stop {
		l.Form, l.DocType = dossiers.ForStop, "TB"
	}
	return s.store.AddLetter(ctx, tx, l)
}

// doers are the permissions of those who do something to letters.
func doers() []identity.Permission {
	return []identity.Permission{dossiers.PermProcess, dossiers.PermSign, dossiers.PermIssue}
}

// ListLetters returns the letters that wait for the actor, the oldest first.
func (s *Service) ListLetters(ctx context.Context, actor identity.Actor, after string) (page Page[Letter], err error) {
	defer errs.Wrap(&err, "list letters")

	scope, err := access.RequireAny(actor, doers()...)
	if err != nil {
		return page, err
	}
	rows, err := s.store.ListOpenLetters(ctx, s.DB, scope, waitsOf(actor), after, PageSize+1)
	if err != nil {
		return page, err
	}
	if len(rows) > PageSize {
		rows = rows[:PageSize]
		page.Next = rows[PageSize-1].ID
	}
	ids := make([]dossiers.ID, len(rows))
	for i, r := range rows {
		ids[i] = r.Dossier
	}
	about, err := s.store.ByID(ctx, s.DB, scope, store.Deciders(), ids)
	if err != nil {
		return page, err
	}
	letters := make([]string, len(rows))
	for i, r := range rows {
		letters[i] = r.ID
	}
	waits, err := s.store.OpenLetterSignatures(ctx, s.DB, letters...)
	for _, r := range rows {
		l := letterOf(r)
		if g, open := waits[r.ID]; open {
			l.Waits, l.Who, l.Mine = g.Request, g.Name, g.Account == actor.Account
		}
		l.Dossier = about[r.Dossier].Summary
		page.Items = append(page.Items, l)
	}
	return page, err
}

func waitsOf(actor identity.Actor) store.LetterWaits {
	return store.LetterWaits{Initial: actor.May(dossiers.PermProcess), Sign: actor.May(dossiers.PermSign), Issue: actor.May(dossiers.PermIssue), Account: actor.Account}
}

func letterOf(r store.Letter) Letter {
	l := Letter{ID: r.ID, Form: r.Form, State: r.State, Signer: r.SignerName, Changer: r.Changer, At: r.ChangedAt}
	if r.Number > 0 {
		l.Number = numberText(r.Result())
	}
	return l
}

// DoLetter initials, signs, or numbers and seals a letter that waits for it: at once
// with a key that is here, or by a request that the actor approves elsewhere. The
// document is drawn when it is initialled and is the same to the byte from then on.
func (s *Service) DoLetter(ctx context.Context, actor identity.Actor, letter string, what LetterAct) (done Signing, err error) {
	defer errs.Wrap(&err, "%s letter %s", what, letter)

	step, from, _, _, ok := letterStep(what)
	if !ok {
		return done, dossiers.ErrNoLetter
	}
	scope, err := access.Require(actor, step.perm)
	if err != nil {
		return done, err
	}
	l, d, err := s.letterIn(ctx, s.DB, scope, letter, from)
	if err != nil {
		return done, err
	}
	if what == LetterSign && l.Signer != actor.Account {
		return done, dossiers.ErrOtherSigner.With("who", l.SignerName)
	}
	if err := s.letterFree(ctx, s.DB, letter); err != nil {
		return done, err
	}
	seal := orgs.ID("")
	if what == LetterIssue {
		seal = d.Authority
	}
	k, err := s.penOf(ctx, actor, seal)
	if err != nil {
		return done, err
	}
	base, err := s.letterBase(ctx, &l, d, what, step)
	if err != nil {
		return done, err
	}
	if what == LetterIssue {
		if l, err = s.numberLetter(ctx, actor, scope, letter); err != nil {
			return done, err
		}
	}
	base, request, err := s.letterRequest(ctx, actor, l, d, what, base, k)
	if err != nil {
		return done, err
	}
	if k.elsewhere() {
		return s.letterLater(ctx, actor, k, what, l, wish{act: step, d: d, base: base, request: request})
	}
	signed, err := signing.Sign(ctx, base, request, k.signer, s.Stamp)
	if err != nil {
		return done, err
	}
	if err := s.verify(ctx, signed, append(slices.Clone(step.before), step.area)...); err != nil {
		return done, err
	}
	staged, err := s.stage(ctx, letterFile(l, d), signed)
	if err != nil {
		return done, err
	}
	return done, s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := s.letterFree(ctx, tx, letter); err != nil {
			return err
		}
		return s.keepLetter(ctx, tx, actor, scope, what, l, staged)
	})
}

func letterFile(l store.Letter, d store.Dossier) string {
	return string(l.Form) + "-" + d.Code + ".pdf"
}

// letterFree refuses a letter for which a signature is waited for.
func (s *Service) letterFree(ctx context.Context, q db.Querier, letter string) error {
	waits, err := s.store.OpenLetterSignatures(ctx, q, letter)
	if g, open := waits[letter]; err == nil && open {
		err = dossiers.ErrSigning.With("who", g.Name)
	}
	return err
}

// keepLetter keeps a letter with the signature that it waited for, if it is still the
// one that was signed.
func (s *Service) keepLetter(ctx context.Context, tx *db.Tx, actor identity.Actor, scope access.Scope, what LetterAct, l store.Letter, staged files.Staged) error {
	_, from, to, event, _ := letterStep(what)
	if _, err := s.store.Lock(ctx, tx, scope, store.Deciders(), l.Dossier); err != nil {
		return err
	}
	now, _, err := s.store.LockLetter(ctx, tx, l.ID)
	if err != nil {
		return err
	}
	if now.State != from || now.Version != l.Version {
		return letterOver(now)
	}
	f, err := s.Files.Keep(ctx, tx, staged, subject(l.Dossier), actor.Account)
	if err != nil {
		return err
	}
	l.State, l.File, l.SHA, l.ChangedBy, l.Changer = to, string(f.ID), f.SHA256, actor.Account, actor.Name
	if to == dossiers.LetterIssued {
		l.IssuedAt = tx.Now
	}
	if err := s.store.PutLetter(ctx, tx, l); err != nil {
		return err
	}
	return audit.Record(ctx, tx, actor, event, l.ID)
}

// letterIn finds a letter of a scope that is in a state.
func (s *Service) letterIn(ctx context.Context, q db.Querier, scope access.Scope, letter string, state dossiers.LetterState) (l store.Letter, d store.Dossier, err error) {
	l, found, err := s.store.FindLetter(ctx, q, letter)
	if err != nil {
		return l, d, err
	}
	if !found {
		return l, d, dossiers.ErrNoLetter
	}
	all, err := s.store.ByID(ctx, q, scope, store.Deciders(), []dossiers.ID{l.Dossier})
	if err != nil {
		return l, d, err
	}
	d, seen := all[l.Dossier]
	if !seen {
		return l, d, dossiers.ErrNoLetter
	}
	if l.State != state {
		return l, d, letterOver(l)
	}
	return l, d, nil
}

func letterOver(l store.Letter) error {
	return dossiers.ErrLetterOver.With("who", l.Changer).With("when", when(l.ChangedAt))
}

// letterBase is what is signed: drawn anew for the initial, and otherwise what was
// signed before, to the byte.
func (s *Service) letterBase(ctx context.Context, l *store.Letter, d store.Dossier, what LetterAct, step act) ([]byte, error) {
	if what != LetterInitial {
		document, sha, err := s.bytesOf(ctx, l.Dossier, l.File)
		if err != nil {
			return nil, err
		}
		if sha != l.SHA {
			return nil, dossiers.ErrFileChanged
		}
		return document, s.verify(ctx, document, step.before...)
	}
	p, err := s.store.Personal(ctx, s.DB, access.All(), l.Dossier) // the scope was asked for; the document stays inside
	if err != nil {
		return nil, err
	}
	m, found, err := s.motionBehind(ctx, *l)
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, dossiers.ErrNoLetter
	}
	paper, err := s.drawLetter(ctx, *l, d, p, m)
	if err != nil {
		return nil, err
	}
	document, err := reserved(paper)
	if err != nil {
		return nil, err
	}
	areas, err := json.Marshal(paper.Areas)
	l.Areas = string(areas)
	return document, err
}

// motionBehind is the motion of a letter.
func (s *Service) motionBehind(ctx context.Context, l store.Letter) (m store.Motion, found bool, err error) {
	all, err := s.store.Motions(ctx, s.DB, l.Dossier)
	i := slices.IndexFunc(all, func(m store.Motion) bool { return m.ID == l.ID })
	if err != nil || i < 0 {
		return m, false, err
	}
	return all[i], true, nil
}

// letterRequest says how a signature is put; a seal goes with number and date.
func (s *Service) letterRequest(ctx context.Context, actor identity.Actor, l store.Letter, d store.Dossier, what LetterAct, base []byte, k pen) ([]byte, signing.Request, error) {
	switch what {
	case LetterIssue:
		return s.seal(ctx, d, l.Result(), k, base)
	case LetterSign:
		q, err := s.hand(l.Result(), papers.AreaSignature, l.SignerName, "Ký ban hành")
		return base, q, err
	case LetterInitial:
	}
	q, err := s.hand(l.Result(), papers.AreaInitial, actor.Name, "Ký nháy")
	q.Certify = true
	return base, q, err
}

// numberLetter gives a letter its number, or finds the one it has: whoever tries
// again after a fault gets the same, so that there is no gap.
func (s *Service) numberLetter(ctx context.Context, actor identity.Actor, scope access.Scope, letter string) (l store.Letter, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		now, found, err := s.store.LockLetter(ctx, tx, letter)
		if err != nil {
			return err
		}
		if !found {
			return dossiers.ErrNoLetter
		}
		d, err := s.store.Lock(ctx, tx, scope, store.Deciders(), now.Dossier)
		if err != nil {
			return err
		}
		if now.State != dossiers.LetterSigned {
			return letterOver(now)
		}
		if now.Number > 0 {
			l = now
			return nil
		}
		u, err := orgs.Get(ctx, tx, d.Authority)
		if err != nil {
			return err
		}
		if now.Agency, err = agencyCode(ctx, tx, d.Authority); err != nil {
			return err
		}
		now.Year, now.NumberedAt, now.Notation = tx.Now.In(zone()).Year(), tx.Now, letterNotation(now, short(u))
		if now.Number, err = sequence.Next(ctx, tx, "documents "+now.Agency+" "+now.DocType, strconv.Itoa(now.Year)); err != nil {
			return err
		}
		now.ChangedBy, now.Changer = actor.Account, actor.Name
		if err := s.store.PutLetter(ctx, tx, now); err != nil {
			return err
		}
		now.Version++ // as PutLetter has counted
		l = now
		return audit.Record(ctx, tx, actor, dossiers.AuditLetterNumbered, letter)
	})
	return l, err
}

// letterNotation is what stands behind the number.
func letterNotation(l store.Letter, agency string) string {
	if l.DocType == "CV" {
		return agency
	}
	return l.DocType + "-" + agency
}

// issuedLetter is the file of the letter of a motion, where it is issued; empty
// otherwise.
func (s *Service) issuedLetter(ctx context.Context, d dossiers.ID, motion string) ([]byte, error) {
	l, found, err := s.store.FindLetter(ctx, s.DB, motion)
	if err != nil || !found || l.State != dossiers.LetterIssued {
		return nil, err
	}
	document, sha, err := s.bytesOf(ctx, d, l.File)
	if err == nil && sha != l.SHA {
		return nil, dossiers.ErrFileChanged
	}
	return document, err
}

// letterNumbers are the numbers of the letters of a dossier that were issued, by
// their motions.
func (s *Service) letterNumbers(ctx context.Context, d dossiers.ID) (map[string]string, error) {
	all, err := s.store.Letters(ctx, s.DB, d)
	numbers := map[string]string{}
	for _, l := range all {
		if l.State == dossiers.LetterIssued {
			numbers[l.ID] = numberText(l.Result())
		}
	}
	return numbers, err
}
