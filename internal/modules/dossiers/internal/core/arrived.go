// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	newid "tinhso.vn/internal/platform/id"
)

var _ dossiers.Inward = (*Service)(nil)

// TakeArrived implements dossiers.Inward.
func (s *Service) TakeArrived(ctx context.Context, actor identity.Actor, in dossiers.Arrived) (_ dossiers.ID, reference string, err error) {
	defer errs.Wrap(&err, "take a dossier from outside")

	key := "outside/" + in.Key
	if id, reference, found, err := s.arrivedBefore(ctx, actor, key); err != nil || found {
		return id, reference, err
	}
	row, d, err := s.arriving(ctx, actor, in)
	if err != nil {
		return "", "", err
	}
	staged, wrong, err := s.distrust(ctx, &d, in.Files)
	if err != nil {
		return "", "", err
	}
	answers, r := d.check()
	wrong = append(wrong, r.Errors...)
	if d.Parties.Basis != dossiers.Self {
		wrong = append(wrong, d.Parties.Submitter.check("submitter.")...)
	}
	if err := errs.BadInput(wrong); err != nil {
		return "", "", err
	}
	n, p, f, err := s.filed(actor, row, d, answers)
	if err != nil {
		return "", "", err
	}
	keep := func() error {
		return s.DB.Write(ctx, func(tx *db.Tx) error {
			if err := s.store.AddRequest(ctx, tx, actor.Account, key, "", n.ID); err != nil {
				return err
			}
			return s.putArrived(ctx, tx, actor, d, &n, p, f, staged)
		})
	}
	if err = keep(); errors.Is(err, identity.ErrNumberTaken) { // somebody else has just brought the same person
		err = keep()
	}
	if db.IsDuplicate(err) { // the same was faster on another line
		id, reference, _, err := s.arrivedBefore(ctx, actor, key)
		return id, reference, err
	}
	return n.ID, n.Reference, err
}

// arrivedBefore returns the dossier that came under a key.
func (s *Service) arrivedBefore(ctx context.Context, actor identity.Actor, key string) (dossiers.ID, string, bool, error) {
	_, id, found, err := s.store.FindRequest(ctx, s.DB, actor.Account, key)
	if err != nil || !found {
		return "", "", false, err
	}
	d, err := s.store.Sent(ctx, s.DB, actor.Account, id)
	return d.ID, d.Reference, true, err
}

// arriving puts what came into the shape of a draft that is about to be sent.
func (s *Service) arriving(ctx context.Context, actor identity.Actor, in dossiers.Arrived) (row store.Draft, d Draft, err error) {
	v, err := s.Procedures.Get(ctx, in.Procedure)
	switch {
	case err != nil:
		return row, d, err
	case v.Route != "" && v.Route != procedures.Local:
		return row, d, notLocal(v)
	case v.Online == "none":
		return row, d, dossiers.ErrNotOnline
	}
	row = store.Draft{
		ID: dossiers.ID(newid.New()), Account: actor.Account, Procedure: v.ID, SHA: v.SHA, NameVI: v.Name.VI, NameEN: v.Name.EN, Unit: in.Unit, Channel: dossiers.Online,
	}
	if row.Case, err = chosenCase(v, in.Case); err != nil {
		return row, d, err
	}
	d = Draft{ID: row.ID, Channel: dossiers.Online, Case: row.Case, Procedure: v.For(row.Case, way(dossiers.Online))}
	if d.Unit, err = receiver(ctx, s.DB, v, in.Unit, calendar.On(s.DB.Now().Time), false); err != nil {
		return row, d, err
	}
	if d.Form, err = s.forms.get(d.Procedure); err != nil {
		return row, d, err
	}
	if d.World, err = s.world(ctx); err != nil {
		return row, d, err
	}
	d.World.By = actor.Account
	if d.Answers, err = d.Form.DecodeJSON(in.Answers); err != nil {
		return row, d, err
	}
	d.Parties = Parties{Basis: in.Basis, BasisNote: in.BasisNote, Owner: arrivedParty(in.Owner), Submitter: arrivedParty(in.Submitter)}.clean()
	if d.Parties.Basis == dossiers.Self {
		d.Parties.Submitter, d.Parties.BasisNote = Party{}, ""
	}
	return row, d, nil
}

func arrivedParty(n dossiers.Named) Party {
	return Party{Kind: n.Kind, Name: n.Name, Number: n.Number, Phone: n.Phone, Email: n.Email, Address: n.Address, Born: n.Born, Sex: n.Sex}
}

// stagedFile is a file that was received and belongs to nobody yet.
type stagedFile struct {
	paper string
	files.Staged
}

// distrust receives the files as uploads are received, and says what is wrong with them.
func (s *Service) distrust(ctx context.Context, d *Draft, all []dossiers.ArrivedFile) (staged []stagedFile, wrong []errs.Field, err error) {
	if len(all) > maxFiles {
		return nil, nil, dossiers.ErrTooManyFiles.With("max", maxFiles)
	}
	for _, f := range all {
		name := "paper-" + f.Paper
		if !slices.ContainsFunc(d.Procedure.Papers, func(p procedures.Paper) bool { return p.ID == f.Paper }) {
			wrong = append(wrong, errs.Field{Name: name, Code: dossiers.ErrNoPaper.Code})
			continue
		}
		one, err := s.Files.Receive(ctx, bytes.NewReader(f.Content), files.Meta{Name: f.Name, Allow: AllowedFiles(), Limit: s.Largest()})
		if e, ok := errors.AsType[*errs.Error](err); ok && (e.Kind == errs.Invalid || e.Kind == errs.TooLarge || e.Kind == errs.Malformed) {
			wrong = append(wrong, errs.Field{Name: name, Code: e.Code, Args: e.Args})
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		staged = append(staged, stagedFile{f.Paper, one})
		d.Papers = append(d.Papers, Attachment{Paper: f.Paper, File: &FileInfo{}})
	}
	return staged, wrong, nil
}

// putArrived adds the dossier with its persons and files. The persons are those of
// the numbers that were stated; who comes with a known number and another name is
// not taken for the other.
func (s *Service) putArrived(ctx context.Context, tx *db.Tx, actor identity.Actor, d Draft, n *store.Dossier, p store.Personal, f store.Found, staged []stagedFile) (err error) {
	if n.Authority, err = authority(ctx, tx, d.Procedure, n.Received); err != nil {
		return err
	}
	if n.OwnerID, err = s.person(ctx, tx, actor, d.Parties.Owner); err != nil {
		return err
	}
	n.SubmitterID = n.OwnerID
	if d.Parties.Basis != dossiers.Self {
		if n.SubmitterID, err = s.person(ctx, tx, actor, d.Parties.Submitter); err != nil {
			return err
		}
	}
	both := []*string{&n.OwnerID, &n.SubmitterID}
	slices.SortFunc(both, func(a, b *string) int { return strings.Compare(*a, *b) }) // two who file for each other lock in the same order
	for _, who := range both {
		if *who, err = s.settled(ctx, tx, *who); err != nil {
			return err
		}
	}
	n.BringerID = n.SubmitterID
	for _, one := range staged {
		kept, err := s.Files.Keep(ctx, tx, one.Staged, subject(n.ID), actor.Account)
		if err != nil {
			return err
		}
		if err := s.store.AddPaper(ctx, tx, store.Paper{ID: newid.New(), Dossier: n.ID, Paper: one.paper, File: string(kept.ID), AddedBy: actor.Account}); err != nil {
			return err
		}
		if err := s.received(ctx, tx, actor, kept); err != nil {
			return err
		}
	}
	return s.put(ctx, tx, actor, n, p, f)
}

// outwardParty is a party as systems outside are told of it; sealed is empty where there is none.
func outwardParty(sealed string) (n dossiers.Named, err error) {
	if sealed == "" {
		return n, nil
	}
	var p Party
	err = json.Unmarshal([]byte(sealed), &p)
	return dossiers.Named{Kind: p.Kind, Name: p.Name, Number: p.Number, Phone: p.Phone, Email: p.Email, Address: p.Address, Born: p.Born, Sex: p.Sex, Verified: p.Source == FromAccount}, err
}
