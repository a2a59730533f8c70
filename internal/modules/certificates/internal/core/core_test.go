// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/kernel/signing/keystore"
	"tinhso.vn/internal/modules/certificates"
	"tinhso.vn/internal/modules/certificates/internal/core"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
	"tinhso.vn/internal/platform/errs"
)

const passphrase = "mật khẩu"

// world is a province of two wards with an official in the first and somebody
// of the province's IT.
type world struct {
	*testing.T

	db       *db.DB
	clock    *dbtest.Clock
	svc      *core.Service
	sent     *[]string
	ca       *signing.DevCA
	official string
	it       identity.Actor
}

type phone struct{ sent *[]string }

func (p phone) SMS(_ context.Context, _ *db.Tx, _, to, words string) error {
	*p.sent = append(*p.sent, to+": "+words)
	return nil
}

func each(t *testing.T, f func(w world)) {
	t.Helper()
	ca, err := signing.NewDevCA("kiểm thử", dbtest.Now().AddDate(-1, 0, 0), signing.P256)
	if err != nil {
		t.Fatal(err)
	}
	sets := []db.Migrations{orgs.Migrations(), identity.Migrations(), access.Migrations(), audit.Migrations(), jobs.Migrations(), keystore.Migrations()}
	dbtest.Each(t, sets, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		keys := crypt.Ephemeral()
		people := identity.NewDirectory(keys)
		w := world{T: t, db: d, clock: c, sent: &[]string{}, ca: ca}
		w.svc = core.New(core.Options{DB: d, People: people, Register: keystore.NewRegister(keys), Messages: phone{w.sent}})
		ctx := t.Context()
		if err := d.Write(ctx, func(tx *db.Tx) error {
			*w.sent = nil
			if _, err := orgs.Apply(ctx, tx, []orgs.Unit{
				{ID: "tinh", Kind: orgs.Province, Name: i18n.Text{VI: "Tỉnh"}},
				{ID: "u1", Parent: "tinh", Kind: orgs.Ward, Name: i18n.Text{VI: "Phường Một"}, AgencyName: i18n.Text{VI: "Ủy ban nhân dân phường Một"}, Code: "X01.1"},
				{ID: "u2", Parent: "tinh", Kind: orgs.Ward, Name: i18n.Text{VI: "Phường Hai"}, Code: "X01.2"},
			}); err != nil {
				return err
			}
			if _, err := access.ApplyRoles(ctx, tx, []access.Role{
				{ID: "leader", Permissions: []identity.Permission{certificates.PermOwn}}, {ID: "it", Permissions: certificates.Permissions()},
			}, certificates.Permissions()); err != nil {
				return err
			}
			for _, p := range []struct {
				login, name, phone string
				role               access.RoleID
				unit               orgs.ID
				to                 *string
			}{
				{"ky", "Trần Thị Ký", "0900000001", "leader", "u1", &w.official}, {"cntt", "Lê Văn Mạng", "0900000002", "it", "tinh", &w.it.Account},
			} {
				person, err := people.SavePerson(ctx, tx, identity.Person{Kind: identity.Individual, Name: p.name, Phone: p.phone})
				if err != nil {
					return err
				}
				if *p.to, err = people.SaveAccount(ctx, tx, identity.Account{Person: person, Login: p.login}, ""); err != nil {
					return err
				}
				if err := access.Assign(ctx, tx, access.Assignment{Account: *p.to, Role: p.role, Unit: p.unit, Subtree: p.role == "it"}); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		w.it = w.at(w.it.Account, "tinh", certificates.Permissions()...)
		f(w)
	})
}

func (w world) at(account string, unit orgs.ID, perms ...identity.Permission) identity.Actor {
	a := identity.NewActor(account, "")
	for _, p := range perms {
		a = a.Grant(p, identity.Place{Unit: string(unit), Subtree: true})
	}
	return a
}

func (w world) key(name string, days int) *signing.SoftKey {
	w.Helper()
	now := w.clock.Now()
	key, err := w.ca.Issue(signing.Subject{Name: name, From: now.AddDate(0, 0, -1), Until: now.AddDate(0, 0, days)})
	if err != nil {
		w.Fatal(err)
	}
	return key
}

func (w world) p12(name string, days int) core.File {
	w.Helper()
	file, err := w.key(name, days).P12(passphrase)
	if err != nil {
		w.Fatal(err)
	}
	return core.File{Content: file, Passphrase: passphrase}
}

func (w world) card(name string) core.File {
	w.Helper()
	cert, _, err := w.key(name, 100).Certificate(w.Context())
	if err != nil {
		w.Fatal(err)
	}
	return core.File{Content: cert.Raw}
}

func (w world) open(f core.File) string {
	w.Helper()
	i, err := w.svc.OpenFile(w.Context(), w.it, f)
	if err != nil {
		w.Fatal(err)
	}
	return i.ID
}

func (w world) add(g core.Gift) string {
	w.Helper()
	id, err := w.svc.Add(w.Context(), w.it, g)
	if err != nil {
		w.Fatal(err)
	}
	return id
}

func (w world) recorded(e audit.Event) (n int) {
	w.Helper()
	if err := w.db.QueryRow(w.Context(), `SELECT COUNT(*) FROM audit_records WHERE event = $1`, string(e)).Scan(&n); err != nil {
		w.Fatal(err)
	}
	return n
}

// fields says what an error of input is about.
func fields(err error) string {
	e, ok := errors.AsType[*errs.Error](err)
	if !ok {
		return fmt.Sprint(err)
	}
	if len(e.Fields) == 0 {
		return e.Code
	}
	var all []string
	for _, f := range e.Fields {
		all = append(all, f.Name+" "+f.Code)
	}
	return strings.Join(all, ", ")
}

func TestFromFileToRegister(t *testing.T) {
	t.Parallel()
	each(t, func(w world) {
		ctx := w.Context()
		good := w.p12("Trần Thị Ký", 100)
		for _, tt := range []struct {
			name string
			file core.File
			want string
		}{
			{"nothing", core.File{}, "file certificates.file_missing"},
			{"a wrong passphrase", core.File{Content: good.Content, Passphrase: "x"}, "passphrase signing.passphrase"},
			{"a broken file", core.File{Content: good.Content[:300], Passphrase: passphrase}, "file signing.key_file"},
			{"5 MB", core.File{Content: make([]byte, 5<<20), Passphrase: passphrase}, "file keystore.too_large"},
		} {
			if _, err := w.svc.OpenFile(ctx, w.it, tt.file); fields(err) != tt.want {
				w.Errorf("%s: got %s, want %s", tt.name, fields(err), tt.want)
			}
		}
		id := w.open(good)
		neighbour := w.at("other", "tinh", certificates.Permissions()...)
		if _, err := w.svc.GetImport(ctx, neighbour, id); !errors.Is(err, keystore.ErrImportOver) {
			w.Errorf("what somebody else opened: %v", err)
		}
		for _, tt := range []struct {
			name  string
			actor identity.Actor
			gift  core.Gift
			want  string
		}{
			{"nobody", w.it, core.Gift{Kind: "soft"}, "login certificates.holder_missing"},
			{"two", w.it, core.Gift{Kind: "soft", Login: "ky", Unit: "u1"}, "unit certificates.holder_twice"},
			{"a key for a card", w.it, core.Gift{Kind: "local", Login: "ky"}, "kind keystore.key_unwanted"},
			{"an unknown login", w.it, core.Gift{Kind: "soft", Login: "kyx"}, "login certificates.login_unknown"},
			{"an unknown unit", w.it, core.Gift{Kind: "soft", Unit: "u9"}, "unit certificates.unit_unknown"},
			{"somebody else's name", w.it, core.Gift{Kind: "soft", Login: "cntt"}, "name_seen certificates.name_differs"},
			{"all at once", w.it, core.Gift{Kind: "soft", Reason: strings.Repeat("ệ", core.MaxReason+1)}, "login certificates.holder_missing, reason certificates.too_long"},
		} {
			tt.gift.Import = id
			if _, err := w.svc.Add(ctx, tt.actor, tt.gift); fields(err) != tt.want {
				w.Errorf("%s: got %s, want %s", tt.name, fields(err), tt.want)
			}
		}
		if n := w.recorded(certificates.AuditAdded); n != 0 {
			w.Errorf("what was refused left %d records", n)
		}
		first := w.add(core.Gift{Import: id, Kind: "soft", Login: "KY"})
		if _, err := w.svc.GetImport(ctx, w.it, id); !errors.Is(err, keystore.ErrImportOver) {
			w.Errorf("the import is still there: %v", err)
		}
		again := w.open(w.p12("TRAN THI KY (LÃNH ĐẠO)", 400))
		if _, err := w.svc.Add(ctx, w.it, core.Gift{Import: again, Kind: "soft", Login: "ky"}); fields(err) != "replace keystore.has_one" {
			w.Errorf("a second one: %s", fields(err))
		}
		second := w.add(core.Gift{Import: again, Kind: "soft", Login: "ky", Replace: true, Reason: "Gia hạn"})
		d, err := w.svc.Get(ctx, w.it, first, "")
		if err != nil || d.State != keystore.Replaced || d.Login != "ky" || d.Logins[w.it.Account] != "cntt" || len(d.History) != 2 || d.History[1].Reason != "Gia hạn" {
			w.Errorf("the first: %+v, %v", d.History, err)
		}
		mine, err := w.svc.Mine(ctx, w.at(w.official, "u1", certificates.PermOwn))
		if err != nil || len(mine) != 2 || mine[0].ID != second {
			w.Errorf("mine: %d, %v", len(mine), err)
		}
		if n := w.recorded(certificates.AuditAdded); n != 2 {
			w.Errorf("%d records", n)
		}
		other := w.open(w.card("Ủy ban nhân dân phường Một"))
		if err := w.svc.DiscardImport(ctx, w.it, other); err != nil {
			w.Error(err)
		}
		if err := w.svc.DiscardImport(ctx, w.it, other); !errors.Is(err, keystore.ErrImportOver) {
			w.Errorf("discarded twice: %v", err)
		}
	})
}

func TestCardsAndPhones(t *testing.T) {
	t.Parallel()
	each(t, func(w world) {
		ctx := w.Context()
		id := w.open(w.card("Trần Thị Ký"))
		for kind, want := range map[string]string{
			"": "kind certificates.kind_missing", "soft": "kind keystore.key_missing",
			"remote": "provider certificates.provider_missing, reference certificates.reference_missing",
		} {
			if _, err := w.svc.Add(ctx, w.it, core.Gift{Import: id, Kind: kind, Login: "ky"}); fields(err) != want {
				w.Errorf("%q: got %s, want %s", kind, fields(err), want)
			}
		}
		w.add(core.Gift{Import: id, Kind: "local", Login: "ky"})
		w.add(core.Gift{Import: w.open(w.card("Trần Thị Ký")), Kind: "remote", Login: "ky", Provider: "smartca", Reference: "5404"})
		w.add(core.Gift{Import: w.open(w.p12("UBND phường Một", 20)), Kind: "soft", Unit: "u1", NameSeen: true})
		p, err := w.svc.List(ctx, w.it, core.Query{})
		if err != nil || len(p.Certificates) != 3 || p.Certificates[0].Holder.Unit != "u1" {
			w.Fatalf("got %+v, %v", p, err)
		}
		for _, tt := range []struct {
			q    core.Query
			want int
		}{
			{core.Query{Kind: "remote"}, 1},
			{core.Query{Words: "tran thi"}, 2},
			{core.Query{Days: 30}, 1},
			{core.Query{State: "expired"}, 0},
			{core.Query{Unit: "u2"}, 0},
			{core.Query{State: "active", Unit: "tinh"}, 3},
		} {
			if p, err := w.svc.List(ctx, w.it, tt.q); err != nil || len(p.Certificates) != tt.want {
				w.Errorf("%+v: %d, %v; want %d", tt.q, len(p.Certificates), err, tt.want)
			}
		}
		if p, err := w.svc.List(ctx, w.at("x", "u2", certificates.PermView), core.Query{}); err != nil || len(p.Certificates) != 0 {
			w.Errorf("out of scope: %d, %v", len(p.Certificates), err)
		}
		if _, err := w.svc.List(ctx, w.it, core.Query{State: "x", Kind: "y", Days: -1}); fields(err) != "state certificates.state_unknown, kind certificates.kind_unknown, days certificates.days_wrong" {
			w.Errorf("got %s", fields(err))
		}
		b, err := w.svc.CountBoard(ctx, w.it)
		if want := (core.Board{Active: 3, In30: 1, In60: 1}); err != nil || b != want {
			w.Errorf("got %+v, %v", b, err)
		}

		var file bytes.Buffer
		if err := w.svc.Export(ctx, w.it, core.Query{}, &file); err != nil {
			w.Fatal(err)
		}
		rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(file.String(), "\ufeff"))).ReadAll()
		if err != nil || len(rows) != 4 || !slices.Equal(rows[0], core.Columns()) || !strings.HasPrefix(rows[1][0], "UBND phường Một") || rows[2][1] != "ky" {
			w.Errorf("got %v, %v", rows, err)
		}
		if n := w.recorded(certificates.AuditExported); n != 1 {
			w.Errorf("%d exports are recorded", n)
		}
	})
}

func TestWhoMayDoWhat(t *testing.T) {
	t.Parallel()
	each(t, func(w world) {
		ctx := w.Context()
		id := w.add(core.Gift{Import: w.open(w.p12("Trần Thị Ký", 100)), Kind: "soft", Login: "ky"})
		viewer, elsewhere := w.at("v", "tinh", certificates.PermView), w.at("e", "u2", certificates.PermView)
		if _, err := w.svc.Get(ctx, elsewhere, id, ""); !errors.Is(err, keystore.ErrNotFound) {
			w.Errorf("out of scope: %v", err)
		}
		if _, err := w.svc.Get(ctx, w.at("m", "u2", certificates.PermManage), id, ""); err != nil {
			w.Errorf("who manages, from another unit: %v", err)
		}
		for _, tt := range []struct {
			name  string
			actor identity.Actor
			want  error
		}{
			{"nobody", identity.Actor{}, access.ErrSignInNeeded}, {"who may look", viewer, access.ErrNotAllowed}, {"elsewhere", elsewhere, access.ErrNotAllowed},
		} {
			for name, do := range map[string]func(context.Context, identity.Actor, string, string) error{"suspend": w.svc.Suspend, "resume": w.svc.Resume, "revoke": w.svc.Revoke} {
				if err := do(ctx, tt.actor, id, "Thử"); !errors.Is(err, tt.want) {
					w.Errorf("%s %s: %v", tt.name, name, err)
				}
			}
		}
		if _, err := w.svc.OpenFile(ctx, viewer, w.p12("A", 1)); !errors.Is(err, access.ErrNotAllowed) {
			w.Errorf("open: %v", err)
		}
		if err := w.svc.Suspend(ctx, w.it, id, " "); fields(err) != "reason certificates.reason_missing" {
			w.Errorf("no reason: %v", err)
		}
		for _, step := range []struct {
			do   func(context.Context, identity.Actor, string, string) error
			want error
		}{{w.svc.Suspend, nil}, {w.svc.Suspend, keystore.ErrState}, {w.svc.Resume, nil}, {w.svc.Revoke, nil}, {w.svc.Resume, keystore.ErrState}} {
			if err := step.do(ctx, w.it, id, "Mất thẻ"); !errors.Is(err, step.want) {
				w.Errorf("got %v, want %v", err, step.want)
			}
		}
		if w.recorded(certificates.AuditSuspended) != 1 || w.recorded(certificates.AuditResumed) != 1 || w.recorded(certificates.AuditRevoked) != 1 {
			w.Error("each change leaves one record")
		}
	})
}

func TestWarningsAreSaidOnce(t *testing.T) {
	t.Parallel()
	each(t, func(w world) {
		ctx := w.Context()
		id := w.add(core.Gift{Import: w.open(w.p12("Trần Thị Ký", 20)), Kind: "soft", Login: "ky"})
		var n int
		if err := w.db.Write(ctx, func(tx *db.Tx) (err error) {
			n, err = keystore.WarnDue(ctx, tx, certificates.JobWarn, 10)
			return err
		}); err != nil || n != 1 {
			w.Fatalf("%d due, %v", n, err)
		}
		body, err := json.Marshal(keystore.Warning{Certificate: id, Days: 30})
		if err != nil {
			w.Fatal(err)
		}
		for range 2 { // a job may run twice
			if err := w.svc.Warn(ctx, body); err != nil {
				w.Fatal(err)
			}
		}
		if len(*w.sent) != 2 || !strings.HasPrefix((*w.sent)[0], "0900000001: Chứng thư số của Ông/Bà hết hạn ngày 22/03/2026") || !strings.HasPrefix((*w.sent)[1], "0900000002: ") {
			w.Errorf("sent %q", *w.sent)
		}
		if n := w.recorded(certificates.AuditWarned); n != 1 {
			w.Errorf("%d records", n)
		}
	})
}
