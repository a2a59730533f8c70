// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"fmt"
	"slices"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/papers"
	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/kernel/signing/keystore"
	"tinhso.vn/internal/kernel/signing/requests"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
	newid "tinhso.vn/internal/platform/id"
)

// subjectKind is what requests know dossiers by.
const subjectKind = "dossier"

// act is one signature in the chain of a document. Each keeps those before it
// valid: the first certifies, and all have their places reserved.
type act struct {
	name   string // in dossiers_signatures, and the step of a request
	perm   identity.Permission
	action string // of the flow
	area   papers.Area
	before []papers.Area // signatures the document has already
	file   string        // what the signed file is called, before the code
}

func initials() act {
	return act{name: "initial", perm: dossiers.PermProcess, action: actDraft, area: papers.AreaInitial, file: "du-thao-"}
}

func signs() act {
	return act{
		name: "sign", perm: dossiers.PermSign, action: actSign, area: papers.AreaSignature, before: []papers.Area{papers.AreaInitial}, file: "da-ky-",
	}
}

func seals() act {
	return act{
		name: "seal", perm: dossiers.PermIssue, action: actIssue, area: papers.AreaSeal,
		before: []papers.Area{papers.AreaInitial, papers.AreaSignature}, file: "ban-hanh-",
	}
}

func actOf(name string) act {
	for _, a := range []act{initials(), signs()} {
		if a.name == name {
			return a
		}
	}
	return seals()
}

// wish is one signature that is about to be made.
type wish struct {
	act
	d       store.Dossier // as it was looked at
	r       store.Result
	v       procedures.Version
	base    []byte // what is signed
	request signing.Request
	areas   string       // of an initial
	signer  SignerChoice // of an initial: who signs next
}

// pen is with what somebody signs: at once, or by a request to a phone or a card.
type pen struct {
	signer signing.Signer
	remote keystore.Certificate
	user   string // of remote
}

func (k pen) elsewhere() bool { return k.signer == nil }

// penOf finds with what a person or an agency signs. A certificate whose key is
// with a provider goes before a key that is here.
func (s *Service) penOf(ctx context.Context, actor identity.Actor, seal orgs.ID) (k pen, err error) {
	holder := keystore.Holder{Account: actor.Account}
	if seal != "" {
		holder = keystore.Holder{Unit: seal}
	}
	if s.Register != nil {
		cert, signer, found, err := s.Register.Find(ctx, s.DB, holder)
		switch {
		case err != nil:
			return k, err
		case found && cert.Kind == keystore.Remote:
			k.remote = cert
			k.user, err = s.Register.User(ctx, s.DB, cert, actor.Account)
			return k, err
		case found && cert.Kind == keystore.Local && s.Card != "" && seal == "": // a seal fills in number and date, which cards cannot
			return pen{remote: cert}, nil
		case found && signer != nil:
			return pen{signer: signer}, nil
		}
	}
	if seal != "" {
		k.signer, err = s.Signers.SealSigner(ctx, seal)
	} else {
		k.signer, err = s.Signers.PersonSigner(ctx, actor.Account)
	}
	return k, err
}

// now makes a signature with a key that is here, and finishes the step.
func (s *Service) now(ctx context.Context, actor identity.Actor, k pen, w wish) error {
	signed, err := signing.Sign(ctx, w.base, w.request, k.signer, s.Stamp)
	if err != nil {
		return err
	}
	if err := s.verify(ctx, signed, append(slices.Clone(w.before), w.area)...); err != nil {
		return err
	}
	staged, err := s.stage(ctx, w.file+w.d.Code+".pdf", signed)
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		d, err := s.turn(ctx, tx, actor, w.perm, w.d.ID, "", w.action)
		if err != nil {
			return err
		}
		g := store.Signature{Act: w.name, Task: w.d.Task, Version: w.r.Version, Areas: w.areas, Signer: w.signer.Account, SignerName: w.signer.Name}
		return s.signed(ctx, tx, actor, d, g, staged)
	})
}

// signed finishes a step of a locked dossier whose turn the actor has: the signed
// document is kept if it is still the one that waits for this signature.
func (s *Service) signed(ctx context.Context, tx *db.Tx, actor identity.Actor, d store.Dossier, g store.Signature, staged files.Staged) error {
	r, found, err := s.store.LockResult(ctx, tx, d.ID)
	if err != nil {
		return err
	}
	if !found || d.Task != g.Task || r.Version != g.Version {
		return dossiers.ErrResultChanged
	}
	f, err := s.Files.Keep(ctx, tx, staged, subject(d.ID), actor.Account)
	if err != nil {
		return err
	}
	switch actOf(g.Act).area {
	case papers.AreaInitial:
		r.State, r.Document, r.DocumentSHA, r.Areas, r.Signer, r.SignerName = string(ToSign), string(f.ID), f.SHA256, g.Areas, g.Signer, g.SignerName
	case papers.AreaSignature:
		r.State, r.SignedFile, r.SignedSHA, r.SignedAt = string(Signed), string(f.ID), f.SHA256, tx.Now
	default:
		r.State, r.IssuedFile, r.IssuedSHA, r.IssuedBy, r.IssuedAt = string(Issued), string(f.ID), f.SHA256, actor.Account, tx.Now
	}
	if err := s.store.PutResult(ctx, tx, r); err != nil {
		return err
	}
	switch actOf(g.Act).area {
	case papers.AreaInitial:
		return s.sentToSign(ctx, tx, actor, d, g)
	case papers.AreaSignature:
		if err := s.advance(ctx, tx, actor, &d, "", ""); err != nil {
			return err
		}
		if err := s.store.Save(ctx, tx, d); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, dossiers.AuditSigned, string(d.ID))
	default:
		return s.issued(ctx, tx, actor, d)
	}
}

// later asks for signatures by a key elsewhere: one request for all wishes whose
// dossiers still wait for them. The outcomes are in the order of the wishes.
func (s *Service) later(ctx context.Context, actor identity.Actor, k pen, wishes []wish) (request string, outcomes []error, err error) {
	staged, first := make([]requests.Staged, len(wishes)), make([]error, len(wishes))
	for i, w := range wishes {
		prepared, err := forCard(w), error(nil)
		name := "cho-ky-" + w.d.Code + ".pdf" // people see it where they sign by hand
		if k.remote.Kind != keystore.Local {
			name = w.file + w.d.Code + ".pdf"
			prepared, err = signing.Prepare(w.base, w.request)
		}
		if err == nil {
			staged[i], err = s.Requests.Stage(ctx, k.remote, requests.Document{
				Kind: subjectKind, Subject: string(w.d.ID), Step: w.name, Name: name, Prepared: prepared,
			})
		}
		first[i] = err
	}
	order := make([]int, len(wishes)) // everybody locks in the same order
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return compareIDs(wishes[a].d.ID, wishes[b].d.ID) })
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		told := slices.Clone(first)
		locked := map[int]store.Dossier{}
		var open []requests.Staged
		for _, i := range order {
			if told[i] != nil {
				continue
			}
			d, err := s.stillWaits(ctx, tx, actor, wishes[i])
			if err != nil {
				if !definite(err) {
					return err
				}
				told[i] = err
				continue
			}
			locked[i] = d
			open = append(open, staged[i])
		}
		if len(open) == 0 {
			request, outcomes = "", told
			return nil
		}
		q, err := s.Requests.Start(ctx, tx, actor, k.remote, k.user, open)
		if err != nil {
			return err
		}
		for _, i := range order {
			if d, ok := locked[i]; ok {
				if err := s.nowWaits(ctx, tx, actor, d, wishes[i], string(q.ID)); err != nil {
					return err
				}
			}
		}
		request, outcomes = string(q.ID), told
		return nil
	})
	return request, outcomes, err
}

func compareIDs(a, b dossiers.ID) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// stillWaits locks a dossier whose signature is about to be asked for.
func (s *Service) stillWaits(ctx context.Context, tx *db.Tx, actor identity.Actor, w wish) (store.Dossier, error) {
	d, err := s.turn(ctx, tx, actor, w.perm, w.d.ID, "", w.action)
	if err != nil {
		return d, err
	}
	r, found, err := s.store.LockResult(ctx, tx, d.ID)
	if err == nil && (!found || d.Task != w.d.Task || r.Version != w.r.Version) {
		err = dossiers.ErrResultChanged
	}
	return d, err
}

// nowWaits marks a dossier as one that waits for a signature.
func (s *Service) nowWaits(ctx context.Context, tx *db.Tx, actor identity.Actor, d store.Dossier, w wish, request string) error {
	g := store.Signature{
		ID: newid.New(), Dossier: d.ID, Request: request, Act: w.name, Account: actor.Account, Name: actor.Name, Task: d.Task, Version: w.r.Version,
		Areas: w.areas, Signer: w.signer.Account, SignerName: w.signer.Name,
	}
	if err := s.store.AddSignature(ctx, tx, g); err != nil {
		return err
	}
	d.Signing = g.ID
	return s.store.Save(ctx, tx, d)
}

// one makes or asks for one signature.
func (s *Service) one(ctx context.Context, actor identity.Actor, k pen, w wish) (Signing, error) {
	if !k.elsewhere() {
		return Signing{}, s.now(ctx, actor, k, w)
	}
	request, outcomes, err := s.later(ctx, actor, k, []wish{w})
	if err != nil {
		return Signing{}, err
	}
	return Signing{Request: request}, outcomes[0]
}

// verify refuses a document that does not have exactly these signatures, in this
// order, all good. A document from before officers signed with initials has no
// place for one.
func (s *Service) verify(ctx context.Context, document []byte, want ...papers.Area) error {
	report, err := s.Signatures(ctx, document)
	if err != nil {
		return dossiers.ErrSignatureBad.Because(err)
	}
	if has := fieldsOf(report); !slices.Contains(has, string(papers.AreaInitial)) && !slices.Contains(report.Free, string(papers.AreaInitial)) {
		want = slices.DeleteFunc(slices.Clone(want), func(a papers.Area) bool { return a == papers.AreaInitial })
		if len(want) == 0 && len(has) == 0 {
			return nil
		}
	}
	if !report.Valid() || !slices.EqualFunc(fieldsOf(report), want, func(has string, a papers.Area) bool { return has == string(a) }) {
		return dossiers.ErrSignatureBad.Because(fmt.Errorf("signatures %v, want %v, valid %v", fieldsOf(report), want, report.Valid()))
	}
	return nil
}

func fieldsOf(r signing.Report) (all []string) {
	for _, g := range r.Signatures {
		all = append(all, g.Field)
	}
	return all
}
