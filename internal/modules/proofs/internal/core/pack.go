// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"time"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/modules/proofs"
	"tinhso.vn/internal/modules/proofs/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/text"
)

// ProposeFrom proposes the authorities of a pack that were never there. A pack
// is the first of the two: a person confirms.
func (s *Service) ProposeFrom(ctx context.Context, tx *db.Tx, set *packs.Set) (made int, err error) {
	defer errs.Wrap(&err, "propose the authorities of a pack")

	program := identity.Program("apply")
	for _, a := range set.Authorities {
		if a.Certificate == "" { // a reminder
			continue
		}
		in := Proposal{Certificate: []byte(a.Certificate), Source: text.Line(a.Name.VI + ". " + a.Source), Lists: proofs.Lists(a.Lists), ListURL: a.ListURL}
		for _, u := range a.Uses {
			in.Uses = append(in.Uses, proofs.Use(u))
		}
		if in.ValidFrom, err = dayOf(a.Valid.From, 0); err != nil {
			return made, err
		}
		if in.ValidTo, err = dayOf(a.Valid.To, 1); err != nil { // the last day counts
			return made, err
		}
		if err := errs.BadInput(in.Check()); err != nil {
			return made, err
		}
		cert, err := authority(in.Certificate)
		if err != nil {
			return made, err
		}
		one := proofs.Authority{
			ID: id.New(), Cert: cert, Fingerprint: fingerprint(cert), Uses: ordered(in.Uses), Status: proofs.Proposed, Source: in.Source, ValidFrom: in.ValidFrom,
			ValidTo: in.ValidTo, Lists: in.Lists, ListURL: in.ListURL, ProposedBy: program.Account, ProposedAt: tx.Now,
		}
		known, err := store.Known(ctx, tx, one.Fingerprint)
		if err != nil {
			return made, err
		}
		if known { // also what was refused: people are obeyed
			continue
		}
		if err := store.Put(ctx, tx, one); err != nil {
			return made, err
		}
		if err := audit.Record(ctx, tx, program, proofs.AuditProposed, one.ID); err != nil {
			return made, err
		}
		made++
	}
	return made, nil
}

func dayOf(d packs.Date, more int) (db.Time, error) {
	if d == "" {
		return db.Time{}, nil
	}
	t, err := time.ParseInLocation(time.DateOnly, string(d), calendar.Zone())
	return db.At(t.AddDate(0, 0, more)), err
}
