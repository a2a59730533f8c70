// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"slices"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/papers"
	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/dossierstest"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
	"tinhso.vn/internal/platform/pdf"
	"tinhso.vn/internal/platform/pdf/pdftest"
)

// With an authority for time stamps each signature has one, and what a checker
// needs later lies under the seal. Without an answer nothing is signed, and the
// number stays.
func TestTimeStampsAndEvidence(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		ctx, now := t.Context(), w.DB.Now().Time
		ca, err := signing.NewDevCA("Dấu thời gian", now.AddDate(-1, 0, 0), signing.P256)
		ok(t, err)
		key, err := ca.Issue(signing.Subject{Name: "TSA", Stamps: true, Key: signing.RSA2048, From: now.AddDate(0, -1, 0), Until: now.AddDate(5, 0, 0)}) // the token library looks at the wall
		ok(t, err)
		list, err := ca.CRL(nil, 1, now, now.AddDate(0, 1, 0))
		ok(t, err)
		good, down := ca.Stamper(key, func() time.Time { return w.DB.Now().Time }), true
		asked := 0
		deps := w.Deps
		deps.Signatures = w.Believing(ca.Root())
		deps.Stamp = func(ctx context.Context, hash []byte) ([]byte, error) {
			if down {
				return nil, errors.New("no route")
			}
			return good(ctx, hash)
		}
		deps.Evidence = func(_ context.Context, certs []*x509.Certificate) (signing.Evidence, error) {
			asked = len(certs)
			return signing.Evidence{Certs: [][]byte{ca.Root().Raw}, CRLs: [][]byte{list}}, nil
		}
		w.Service = core.New(deps)
		s, id := w.Service, w.Accepted(t)
		ok(t, s.Finish(ctx, w.Officer, id, core.Done{}))
		must[core.Result](t)(s.SaveResultDraft(ctx, w.Officer, id, map[string]string{"finding": "Thường trú"}))
		refused(t, "an initial without time stamp", only(s.SendToSign(ctx, w.Officer, id, w.Leader.Account)), signing.ErrTime)
		down = false
		ok(t, only(s.SendToSign(ctx, w.Officer, id, w.Leader.Account)))
		ok(t, only(s.Sign(ctx, w.Leader, id)))
		down = true
		refused(t, "a seal without time stamp", only(s.Issue(ctx, w.Records, id)), signing.ErrTime)
		down = false
		if issued := must[core.IssuedInfo](t)(s.Issue(ctx, w.Records, id)); issued.Number != "01/GXN-UBND" {
			t.Errorf("the number is %s", issued.Number)
		}
		document := content(t)(s.ResultFile(ctx, w.Citizen, id, access.Own))
		rep, err := deps.Signatures(ctx, document)
		if err != nil || !rep.Valid() || !rep.Signatures[2].Whole || asked != 3 || !bytes.Contains(document, []byte("/DSS")) {
			t.Fatalf("%v, %d certificates, %+v", err, asked, rep)
		}
		for _, g := range rep.Signatures {
			if g.Stamped.IsZero() {
				t.Errorf("%s has no time stamp", g.Field)
			}
		}
	})
}

// What was sent to be signed before officers signed with initials goes its way:
// then the signature certifies.
func TestADocumentWithoutPlaceForAnInitial(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		ctx, id := t.Context(), w.ToSign(t)
		var raw string
		ok(t, w.DB.QueryRow(ctx, `SELECT areas FROM dossiers_results WHERE dossier_id = $1`, string(id)).Scan(&raw))
		var areas map[papers.Area]pdf.Rect
		ok(t, json.Unmarshal([]byte(raw), &areas))
		replace := func(fields []signing.Field) {
			t.Helper()
			document, err := signing.Reserve([]byte(pdftest.Small), fields)
			ok(t, err)
			staged, err := w.Deps.Files.Receive(ctx, bytes.NewReader(document), files.Meta{Name: "cu.pdf", Allow: []files.Type{files.PDF}, Limit: 1 << 20, Own: true})
			ok(t, err)
			ok(t, w.DB.Write(ctx, func(tx *db.Tx) error {
				f, err := w.Deps.Files.Keep(ctx, tx, staged, files.Subject{Kind: "dossier", ID: string(id)}, "hung")
				if err != nil {
					return err
				}
				_, err = tx.Exec(ctx, `UPDATE dossiers_results SET document = $2, document_sha = $3 WHERE dossier_id = $1`, string(id), string(f.ID), f.SHA256)
				return err
			}))
		}
		var fields []signing.Field
		for _, a := range []papers.Area{papers.AreaNumber, papers.AreaDay, papers.AreaMonth, papers.AreaYear, papers.AreaSignature, papers.AreaSeal} {
			kind := signing.TextField
			if a == papers.AreaSignature || a == papers.AreaSeal {
				kind = signing.SignatureField
			}
			fields = append(fields, signing.Field{Name: string(a), Kind: kind, Rect: areas[a]})
		}
		replace(append(slices.Clone(fields), signing.Field{Name: string(papers.AreaInitial), Kind: signing.SignatureField, Rect: areas[papers.AreaInitial]}))
		refused(t, "a document whose initial is missing", only(w.Service.Sign(ctx, w.Leader, id)), dossiers.ErrSignatureBad)
		replace(fields)
		ok(t, only(w.Service.Sign(ctx, w.Leader, id)))
		must[core.IssuedInfo](t)(w.Service.Issue(ctx, w.Records, id))
		rep, err := w.Deps.Signatures(ctx, content(t)(w.Service.ResultFile(ctx, w.Clerk, id, access.Handling)))
		if err != nil || !rep.Valid() || len(rep.Signatures) != 2 || !rep.Signatures[0].Certify {
			t.Errorf("%v, %+v", err, rep)
		}
	})
}
