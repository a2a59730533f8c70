// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"crypto/x509"
	"fmt"
	"strconv"
	"time"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/events"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/papers"
	"tinhso.vn/internal/kernel/sequence"
	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/kernel/signing/appearance"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/pdf"
)

// Issue numbers, dates and seals the signed document. The number is reserved
// first and stays with this document: whoever tries again after a fault gets
// the same one, so that there is neither a gap nor a number given twice.
func (s *Service) Issue(ctx context.Context, actor identity.Actor, id dossiers.ID) (done IssuedInfo, err error) {
	defer errs.Wrap(&err, "issue result of dossier %s", id)

	before, err := s.look(ctx, actor, dossiers.PermIssue, id, "", actIssue)
	if err != nil {
		return done, err
	}
	if err := s.mayDecide(ctx, s.DB, before); err != nil {
		return done, err
	}
	v, err := s.follows(ctx, before)
	if err != nil {
		return done, err
	}
	signed, err := s.checkSigned(ctx, id) // a broken document gets no number
	if err != nil {
		return done, err
	}
	r, err := s.reserve(ctx, actor, id, v)
	if err != nil {
		return done, err
	}
	k, err := s.penOf(ctx, actor, before.Authority)
	if err != nil {
		return done, err
	}
	w := wish{act: seals(), d: before, r: r, v: v}
	if w.base, w.request, err = s.seal(ctx, before, r, k, signed); err != nil {
		return done, err
	}
	asked, err := s.one(ctx, actor, k, w)
	if err != nil {
		return done, err
	}
	done = IssuedInfo{Number: numberText(r), Request: asked.Request}
	if asked.Request == "" {
		done.At = s.DB.Now()
	}
	return done, nil
}

// issued moves the dossier on: it is finished, and the result can be handed over.
func (s *Service) issued(ctx context.Context, tx *db.Tx, actor identity.Actor, d store.Dossier) error {
	if m, again, err := s.renewing(ctx, tx, d); err != nil || again {
		if err != nil {
			return err
		}
		return s.replaced(ctx, tx, actor, d, m)
	}
	if err := s.nobodyDecides(ctx, tx, actor, d.ID); err != nil {
		return err
	}
	d.Status, d.FinishedAt = dossiers.Finished, tx.Now
	if err := s.advance(ctx, tx, actor, &d, "", ""); err != nil {
		return err
	}
	if err := s.store.Save(ctx, tx, d); err != nil {
		return err
	}
	if err := s.store.AddEvent(ctx, tx, d.ID, store.Event{Kind: KindIssued, Status: d.Status, Unit: d.Authority}); err != nil {
		return err
	}
	if err := events.Publish(ctx, tx, dossiers.EventIssuedV1, moved(d, tx)); err != nil {
		return err
	}
	if err := s.tell(ctx, tx, d, dossiers.NoticeIssued, ""); err != nil {
		return err
	}
	return audit.Record(ctx, tx, actor, dossiers.AuditIssued, string(d.ID))
}

// checkSigned returns the signed document if it is, to the byte, what was
// signed, and its signature is good.
func (s *Service) checkSigned(ctx context.Context, id dossiers.ID) ([]byte, error) {
	r, found, err := s.store.FindResult(ctx, s.DB, id)
	if err != nil {
		return nil, err
	}
	if !found || r.SignedAt.IsZero() {
		return nil, dossiers.ErrNothingDrafted
	}
	document, sha, err := s.bytesOf(ctx, id, r.SignedFile)
	if err != nil {
		return nil, err
	}
	if sha != r.SignedSHA {
		return nil, dossiers.ErrFileChanged
	}
	return document, s.verify(ctx, document, seals().before...)
}

// reserve gives the result its number, or finds the one it has.
func (s *Service) reserve(ctx context.Context, actor identity.Actor, id dossiers.ID, v procedures.Version) (r store.Result, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		d, err := s.turn(ctx, tx, actor, dossiers.PermIssue, id, "", actIssue)
		if err != nil {
			return err
		}
		now, _, err := s.store.LockResult(ctx, tx, id)
		if err != nil {
			return err
		}
		if now.Number > 0 {
			r = now
			return nil
		}
		if now.Agency, err = agencyCode(ctx, tx, d.Authority); err != nil {
			return err
		}
		at := tx.Now.In(zone())
		now.DocType, now.Year, now.NumberedAt = docType(v.Template), at.Year(), tx.Now
		now.Notation, err = s.notation(ctx, tx, d, v)
		if err != nil {
			return err
		}
		now.Number, err = sequence.Next(ctx, tx, "documents "+now.Agency+" "+now.DocType, strconv.Itoa(now.Year))
		if err != nil {
			return err
		}
		if err := s.store.PutResult(ctx, tx, now); err != nil {
			return err
		}
		now.Version++ // as PutResult has counted
		r = now
		return audit.Record(ctx, tx, actor, dossiers.AuditNumbered, string(id))
	})
	return r, err
}

// docType is the register in which a document is numbered.
func docType(t procedures.Template) string {
	if t.DocType != "" {
		return t.DocType
	}
	return "CV"
}

// notation is what stands behind the number.
func (s *Service) notation(ctx context.Context, q db.Querier, d store.Dossier, v procedures.Version) (string, error) {
	u, err := orgs.Get(ctx, q, d.Authority)
	if err != nil {
		return "", err
	}
	return replaceShort(v.Template.NumberSuffix, short(u)), nil
}

// numberText writes "05/GXN-UBND": below ten with a zero (NĐ 30/2020/NĐ-CP).
func numberText(r store.Result) string { return fmt.Sprintf("%02d/%s", r.Number, r.Notation) }

// seal says how number and date are filled in and the seal of the agency is put,
// as one further revision: the signatures before stay valid. What a checker needs
// later goes in before it, so that the seal covers that too.
func (s *Service) seal(ctx context.Context, d store.Dossier, r store.Result, k pen, signed []byte) ([]byte, signing.Request, error) {
	at := r.NumberedAt.In(zone())
	fills, err := s.fills(r, at)
	if err != nil {
		return nil, signing.Request{}, err
	}
	place, err := rect(r, papers.AreaSeal)
	if err != nil {
		return nil, signing.Request{}, err
	}
	u, err := orgs.Get(ctx, s.DB, d.Authority)
	if err != nil {
		return nil, signing.Request{}, err
	}
	name := agencyName(u)
	picture, err := s.seals.get(s.Fonts.Bold, name, place.W/mm)
	if err != nil {
		return nil, signing.Request{}, err
	}
	look, err := appearance.Page(s.Fonts, place, at, picture, nil)
	if err != nil {
		return nil, signing.Request{}, err
	}
	signed, err = s.evidence(ctx, k, signed)
	return signed, signing.Request{
		Field: string(papers.AreaSeal), Appearance: look, Fill: fills, At: s.DB.Now().In(zone()), Name: name, Reason: "Đóng dấu, phát hành",
	}, err
}

// evidence adds what a checker needs about all who have signed and about the seal.
func (s *Service) evidence(ctx context.Context, k pen, signed []byte) ([]byte, error) {
	if s.Evidence == nil {
		return signed, nil
	}
	report, err := s.Signatures(ctx, signed)
	if err != nil {
		return nil, err
	}
	var certs []*x509.Certificate
	for _, g := range report.Signatures {
		certs = append(certs, g.Cert)
	}
	seal := k.remote.Cert
	if !k.elsewhere() {
		if seal, _, err = k.signer.Certificate(ctx); err != nil {
			return nil, err
		}
	}
	e, err := s.Evidence(ctx, append(certs, seal))
	if err != nil {
		return nil, err
	}
	return signing.AddEvidence(signed, e)
}

// fills are the number and the date as they are written into the document.
func (s *Service) fills(r store.Result, at time.Time) (map[string]signing.Fill, error) {
	month := strconv.Itoa(int(at.Month()))
	if at.Month() <= time.February {
		month = "0" + month
	}
	out := map[string]signing.Fill{}
	for _, one := range []struct {
		area  papers.Area
		value string
	}{
		{papers.AreaNumber, fmt.Sprintf("%02d", r.Number)},
		{papers.AreaDay, fmt.Sprintf("%02d", at.Day())},
		{papers.AreaMonth, month},
		{papers.AreaYear, strconv.Itoa(at.Year())},
	} {
		place, err := rect(r, one.area)
		if err != nil {
			return nil, err
		}
		style := pdf.Style{Size: 13, Italic: one.area != papers.AreaNumber}
		look, err := appearance.Value(s.Fonts, place, at, one.value, style)
		if err != nil {
			return nil, err
		}
		out[string(one.area)] = signing.Fill{Value: one.value, Appearance: look}
	}
	return out, nil
}
