// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"bytes"
	"cmp"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"tinhso.vn/internal/app/sample"
	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/db"
)

// printRows is how many sample records of a register are looked through for one in a
// state in which its papers are made.
const printRows = 12

// TestPapersOfThePacks prints every paper that a register of the packs declares, in
// both languages, of a sample record and as who looks after the register: a sheet at
// once, a certificate with its number, which everybody can check.
func TestPapersOfThePacks(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	made, logins := printSamples(t, w)
	printed := 0
	for _, r := range w.set.Registers {
		def, problems := registers.Decode(r.Definition)
		if len(problems) > 0 {
			t.Fatalf("%s: %v", r.ID, problems)
		}
		for _, p := range def.Prints {
			i := slices.IndexFunc(made[r.ID], func(rec registers.Record) bool {
				state, _ := rec.Values[registers.LifeKey].(string)
				return p.Open(state)
			})
			if i < 0 {
				t.Errorf("%s/%s: no sample record is in a state in which it is printed", r.ID, p.ID)
				continue
			}
			rec, who := made[r.ID][i], logins[r.ID]
			printed++
			for _, language := range []string{"vi", "en"} {
				var a answer
				if p.Certificate {
					issued := w.send(t, who, http.MethodPost, "/so/"+r.ID+"/in/giay/"+rec.ID+"/"+p.ID, "", "Accept-Language", language)
					to, _, _ := strings.Cut(issued.header.Get("Location"), "?")
					if issued.status != http.StatusSeeOther {
						t.Errorf("%s/%s: it is not issued: %d %s", r.ID, p.ID, issued.status, issued.body)
						continue
					}
					if checked := w.send(t, "", http.MethodGet, to, "", "Accept-Language", language); checked.status != http.StatusOK {
						t.Errorf("%s/%s: nobody can check it: %d", r.ID, p.ID, checked.status)
					}
					a = w.send(t, who, http.MethodPost, to+"/ban-in", "", "Accept-Language", language)
				} else {
					a = w.send(t, who, http.MethodGet, "/so/"+r.ID+"/in/phieu/"+rec.ID+"/"+p.ID, "", "Accept-Language", language)
				}
				if a.status != http.StatusOK || !strings.HasPrefix(a.body, "%PDF-") || !bytes.Contains([]byte(a.body), []byte("%%EOF")) {
					t.Errorf("%s/%s (%s): %d, %.80q", r.ID, p.ID, language, a.status, a.body)
				}
			}
		}
	}
	if printed < 20 {
		t.Errorf("only %d papers were printed", printed)
	}
}

// printSamples enters the first sample records of each register, as the first who
// holds the role that looks after it, and returns them with that person's login.
func printSamples(t *testing.T, w *world) (made map[string][]registers.Record, logins map[string]string) {
	t.Helper()
	made, logins = map[string][]registers.Record{}, map[string]string{}
	rows := sample.NewWorld(w.set, w.DB.Now().In(clock.Vietnam()), func(string) (lat, lon float64) { return 10.1, 105.2 })
	holders := func(role access.RoleID) (all []packs.Account) {
		for _, a := range w.set.Accounts {
			if a.Role == string(role) || slices.Contains(a.Also, string(role)) {
				all = append(all, a)
			}
		}
		return all
	}
	for _, b := range sample.Books() {
		by := holders(b.Role)
		if len(by) == 0 {
			continue
		}
		logins[b.Register] = by[0].ID
		all := rows.Of(b)
		if !strings.HasPrefix(b.Register, "dm-") { // of a list of codes others need every entry
			all = all[:min(printRows, len(all))]
		}
		must(t, w.DB.Write(t.Context(), func(tx *db.Tx) error {
			made[b.Register], rows.Made[b.Register] = nil, nil
			stand := func(a packs.Account) (registers.Standing, error) {
				account, _, err := w.People.FindAccount(t.Context(), tx, a.ID)
				if err != nil {
					return registers.Standing{}, err
				}
				actor, err := access.Load(t.Context(), tx, identity.NewActor(account.ID, account.Person), tx.Now)
				if err != nil {
					return registers.Standing{}, err
				}
				return w.Registers.Stand(t.Context(), tx, actor, b.Register)
			}
			for _, values := range all {
				values = maps.Clone(values)
				at, steps := values.Take()
				st, err := stand(by[0])
				if err != nil {
					return err
				}
				rec, err := w.Registers.Enter(t.Context(), tx, st, cmp.Or(at, by[0].Unit), values)
				if err != nil {
					return err
				}
				last := by[0].ID
				for _, s := range steps {
					movers := holders(cmp.Or(s.Role, b.Role))
					if s.ByAnother(st.Definition) { // not who entered it, nor who made the last move
						movers = slices.DeleteFunc(movers, func(a packs.Account) bool { return a.ID == by[0].ID || a.ID == last })
					}
					if len(movers) == 0 {
						break // nobody here makes this move
					}
					last = movers[0].ID
					mover, err := stand(movers[0])
					if err != nil {
						return err
					}
					if rec.Version, err = w.Registers.Move(t.Context(), tx, mover, rec.ID, rec.Version, s.Move, s.Reason, s.Values); err != nil {
						return err
					}
				}
				now, err := w.Registers.Read(t.Context(), tx, st, rec.ID, "")
				if err != nil {
					return err
				}
				made[b.Register] = append(made[b.Register], now)
				rows.Made[b.Register] = append(rows.Made[b.Register], rec.ID)
			}
			return nil
		}))
	}
	return made, logins
}
