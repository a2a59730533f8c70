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
	"testing"

	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/modules/proofs"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// A report that somebody else signs with a good certificate is not ours.
func TestWhoSignedAReport(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		ctx := t.Context()
		o := newOffice(t)
		s := service(t, d, o.ca)
		for _, kind := range []signing.Algorithm{signing.P256, signing.RSA2048} {
			own := must(o.ca.Issue(signing.Subject{Name: "Trang kiểm tra", From: o.now.AddDate(0, -1, 0), Until: o.now.AddDate(1, 0, 0), Key: kind}))(t)
			with := func(key signing.Signer) { s.Signer = func(context.Context) (signing.Signer, error) { return key, nil } }
			text, _, err := s.Write(check(t, s, o.issued(t)))
			if err != nil {
				t.Fatal(err)
			}
			with(o.key) // a person
			foreign := must(s.Statement(ctx, text))(t)
			with(own)
			ours := must(s.Statement(ctx, text))(t)
			if rep := check(t, s, ours); rep.Verdict != proofs.Valid || rep.Stated == nil || rep.Stated.Verdict != proofs.Valid || len(rep.Notes) != 0 {
				t.Errorf("ours: %+v", rep)
			}
			if rep := check(t, s, foreign); rep.Verdict != proofs.Valid || !slices.Contains(rep.Notes, proofs.NoteOther) {
				t.Errorf("somebody else's: %+v", rep)
			}
			var parts map[string]string
			if err := json.Unmarshal(ours, &parts); err != nil {
				t.Fatal(err)
			}
			for name, change := range map[string]func(string) string{
				"payload":   func(v string) string { return v[:len(v)-8] + "AAAAAAAA" },
				"signature": func(v string) string { return strings.Repeat("A", len(v)) },
			} {
				forged := map[string]string{"payload": parts["payload"], "protected": parts["protected"], "signature": parts["signature"]}
				forged[name] = change(forged[name])
				if rep := check(t, s, must(json.Marshal(forged))(t)); rep.Verdict != proofs.Invalid || rep.Stated != nil {
					t.Errorf("forged %s: %+v", name, rep)
				}
			}
			other := New(Deps{DB: d, AtOnce: 1})
			if rep, err := other.Verify(ctx, bytes.NewReader(ours)); err != nil || !slices.Contains(rep.Notes, proofs.NoteOther) {
				t.Errorf("where there is no key nothing is ours: %v", err)
			}
			if _, err := other.Statement(ctx, text); !errors.Is(err, proofs.ErrNoKey) {
				t.Errorf("signed with nothing: %v", err)
			}
		}
	})
}
