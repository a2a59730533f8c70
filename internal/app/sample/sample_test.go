// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package sample_test

import (
	"cmp"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/app/sample"
	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/kernel/sequence"
	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
	"tinhso.vn/internal/platform/errs"
	data "tinhso.vn/packs"
)

// province is the units, roles and registers of a pack, with some rows in each register.
type province struct {
	d      *db.DB
	set    *packs.Set
	keeper *registers.Keeper
	defs   map[string]registers.Definition
	units  map[string]string // of who looks after a register, by role
}

func each(t *testing.T, pack string, f func(t *testing.T, p *province)) {
	t.Helper()
	set, err := packs.Load(data.Files, pack)
	ok(t, err)
	sets := []db.Migrations{orgs.Migrations(), identity.Migrations(), access.Migrations(), audit.Migrations(), registers.Migrations(), sequence.Migrations()}
	dbtest.Each(t, sets, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		p := &province{d: d, set: set, keeper: registers.NewKeeper(crypt.Ephemeral()), defs: map[string]registers.Definition{}, units: map[string]string{}}
		p.apply(t)
		f(t, p)
	})
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (p *province) apply(t *testing.T) {
	t.Helper()
	var units []orgs.Unit
	for _, u := range p.set.Units {
		units = append(units, orgs.Unit{ID: orgs.ID(u.ID), Parent: orgs.ID(u.Parent), Kind: orgs.Kind(u.Kind), Name: i18n.Text(u.Name), ValidFrom: string(u.Valid.From), ValidTo: string(u.Valid.To)})
	}
	var roles []access.Role
	for _, r := range p.set.Roles {
		roles = append(roles, access.Role{ID: access.RoleID(r.ID), Name: i18n.Text(r.Name)})
	}
	for _, a := range p.set.Accounts {
		for _, role := range append([]string{a.Role}, a.Also...) {
			if p.units[role] == "" {
				p.units[role] = a.Unit
			}
		}
	}
	ok(t, p.d.Write(t.Context(), func(tx *db.Tx) error {
		if _, err := orgs.Apply(t.Context(), tx, units); err != nil {
			return err
		}
		_, err := access.ApplyRoles(t.Context(), tx, roles, nil)
		return err
	}))
	for _, r := range p.set.Registers {
		def, problems := registers.Decode(r.Definition)
		if len(problems) > 0 {
			t.Fatalf("%s: %v", r.ID, problems)
		}
		p.defs[r.ID] = def
		plan, err := p.keeper.Plan(t.Context(), p.d, def)
		ok(t, err)
		ok(t, p.d.Write(t.Context(), func(tx *db.Tx) error { return p.keeper.Apply(t.Context(), tx, identity.Program("apply"), plan) }))
	}
}

// official is somebody with roles in a unit.
func (p *province) official(unit string, roles ...string) identity.Actor {
	a := identity.NewActor("official-"+unit, "")
	at := identity.Place{Unit: unit, Subtree: true}
	for _, role := range roles {
		r, _ := p.set.Role(role)
		for _, permission := range r.Permissions {
			a = a.Grant(identity.Permission(permission), at)
		}
		for _, def := range p.defs {
			for _, permission := range def.Grants()[access.RoleID(role)] {
				a = a.Grant(permission, at)
			}
		}
	}
	return a
}

// fill enters the first rows of each book as its official.
func (p *province) fill(t *testing.T, most int) *sample.World {
	t.Helper()
	today := p.d.Now().Time
	if !p.set.Meta.Clock.IsZero() {
		today = p.set.Meta.Clock
	}
	w := sample.NewWorld(p.set, today.In(clock.Vietnam()), func(string) (lat, lon float64) { return 10.1, 105.2 })
	for _, b := range sample.Books() {
		actor, unit := p.official(p.units[string(b.Role)], string(b.Role)), p.units[string(b.Role)]
		rows := w.Of(b)
		if len(rows) == 0 {
			t.Errorf("%s: no rows", b.Register)
		}
		if !strings.HasPrefix(b.Register, "dm-") { // of a list of codes others need every entry
			rows = rows[:min(most, len(rows))]
		}
		ok(t, p.d.Write(t.Context(), func(tx *db.Tx) error {
			w.Made[b.Register] = nil
			st, err := p.keeper.Stand(t.Context(), tx, actor, b.Register)
			if err != nil {
				t.Errorf("%s: %v", b.Register, err)
				return nil
			}
			for n, values := range rows {
				values = maps.Clone(values)
				at, steps := values.Take()
				rec, err := p.keeper.Enter(t.Context(), tx, st, cmp.Or(at, unit), values)
				if err != nil {
					t.Errorf("%s: row %d: %v", b.Register, n, told(err))
					return nil
				}
				for _, s := range steps {
					if err := p.step(t, tx, b, &rec, s); err != nil {
						t.Errorf("%s: row %d: %s: %v", b.Register, n, s.Move, told(err))
						return nil
					}
				}
				w.Made[b.Register] = append(w.Made[b.Register], rec.ID)
			}
			return nil
		}))
	}
	return w
}

// step moves a record on as whoever makes that move.
func (p *province) step(t *testing.T, tx *db.Tx, b sample.Book, rec *registers.Record, s sample.Step) error {
	t.Helper()
	role := string(cmp.Or(s.Role, b.Role))
	actor := p.official(p.units[role], role)
	if s.ByAnother(p.defs[b.Register]) {
		actor.Account += "-other"
	}
	st, err := p.keeper.Stand(t.Context(), tx, actor, b.Register)
	if err == nil {
		rec.Version, err = p.keeper.Move(t.Context(), tx, st, rec.ID, rec.Version, s.Move, s.Reason, s.Values)
	}
	return err
}

func told(err error) any {
	if e, is := errors.AsType[*errs.Error](err); is && len(e.Fields) > 0 {
		return e.Fields
	}
	return err
}

// Every register of the packs is made on both databases, and what is made up
// holds its checks.
func TestSamplesHoldTheirRegisters(t *testing.T) {
	t.Parallel()
	for _, pack := range []string{"an-giang", "hau-giang-2024"} {
		t.Run(pack, func(t *testing.T) {
			t.Parallel()
			each(t, pack, func(t *testing.T, p *province) {
				t.Helper()
				w := p.fill(t, 25)
				for id := range p.defs {
					if len(w.Made[id]) == 0 && id != "di-tich" {
						t.Errorf("%s has no records", id)
					}
				}
			})
		})
	}
}

// The public sees what its right says and nothing personal; an official of another
// office sees that and no more, and enters nothing; who looks after a register
// lists it and enters.
func TestSectorsShowWhatTheirRightsSay(t *testing.T) {
	t.Parallel()
	each(t, "an-giang", func(t *testing.T, p *province) {
		t.Helper()
		p.fill(t, 8)
		stranger := p.official("chi-nhanh-dat-dai-long-xuyen", "officer", "leader", "clerk")
		for id, def := range p.defs {
			if !strings.HasPrefix(p.register(id).Origin.Pack, "sector/") {
				continue
			}
			var public, everywhere []string
			for _, f := range def.Visible() {
				for _, r := range def.Rights {
					switch {
					case !r.Shows(f.Key):
					case r.Public:
						public = append(public, f.Key)
					case r.Everywhere && slices.ContainsFunc(r.Roles, func(x access.RoleID) bool { return slices.Contains([]access.RoleID{"officer", "leader"}, x) }):
						everywhere = append(everywhere, f.Key)
					}
				}
			}
			p.sees(t, id, "nobody", identity.Actor{}, public, false)
			p.sees(t, id, "a stranger", stranger, append(public, everywhere...), false)
			for _, r := range def.Rights {
				if r.Allows(registers.Merge) || r.ID == "manage" {
					role := string(r.Roles[0])
					p.sees(t, id, role, p.official(p.units[role], role), nil, true)
				}
			}
		}
	})
}

func (p *province) register(id string) packs.Register {
	r, _ := p.set.Register(id)
	return r
}

// sees holds what somebody sees of all records, and whether they may enter one.
// Fields is all that may be shown; nil: there are records, whatever is shown.
func (p *province) sees(t *testing.T, register, who string, a identity.Actor, fields []string, enters bool) {
	t.Helper()
	st, err := p.keeper.Stand(t.Context(), p.d, a, register)
	if len(fields) == 0 && !enters && err != nil {
		return // refused, as it should be
	}
	if err != nil {
		t.Errorf("%s: %s: %v", register, who, err)
		return
	}
	if st.Can(registers.Add) != enters {
		t.Errorf("%s: %s may enter: %v", register, who, !enters)
	}
	page, err := p.keeper.Find(t.Context(), p.d, st, registers.Ask{Limit: 100})
	if err != nil {
		t.Errorf("%s: %s: %v", register, who, err)
		return
	}
	if (len(fields) > 0 || enters) && len(page.Records) == 0 {
		t.Errorf("%s: %s sees no record", register, who)
	}
	shown := map[string]bool{}
	for _, rec := range page.Records {
		for key, v := range rec.Values {
			shown[key] = shown[key] || v != nil
			if f, _ := st.Definition.Field(key); f.Withheld() && v != nil {
				t.Errorf("%s: %s reads the personal field %s without a purpose", register, who, key)
			}
		}
	}
	if enters {
		return
	}
	for _, key := range slices.Sorted(maps.Keys(shown)) {
		if !slices.Contains(fields, key) {
			t.Errorf("%s: %s sees %s", register, who, key)
		}
	}
}

// What nobody outside may see, by name: the rights in the files must not widen unseen.
func TestWhatIsNotPublic(t *testing.T) {
	t.Parallel()
	set, err := packs.Load(data.Files, "an-giang")
	ok(t, err)
	closed := strings.Fields(`yeu-cau-ha-tang ho-so-can-bo yeu-cau-doc hop-dong-cong-chung ngan-chan-giao-dich giai-ngan co-so-chan-nuoi luan-chuyen-dat-dai doi-tuong-bao-tro
		ho-tro-vien-thong thanh-vien-to-so may-chu ban-quyen duong-truyen he-thong-bo-nganh co-so-cong-nghiep xe-kinh-doanh ho-tro-dnnvv`)
	hidden := map[string]string{
		"gia-thi-truong": "source", "du-an-dau-tu": "paid trouble planned rate alert", "vung-trong": "number contact phone border findings pests", "ocop": "points orders",
		"khen-thuong": "person merit bonus files votes", "co-so-y-te": "findings inspected_on decision", "nguoi-hanh-nghe": "person phone credits decision",
		"giay-phep-xay-dung": "owner firm place violation", "ho-kinh-doanh-so": "owner revenue tax_way", "hien-vat": "shelf condition", "chinh-sach-dan-toc": "hamlet result",
		"khao-sat-xa-hoi-so": "poor_without surveyor", "danh-muc-csdl": "api score users", "nguon-thai": "incident", "co-so-giao-duc": "head", "mo-liet-si": "family",
		"nhiem-vu-khoa-hoc": "head budget", "thu-nghiem-so": "risks report", "doanh-nghiep-so": "revenue", "khu-cong-nghe-so": "invested", "chien-dich-so": "lessons",
		"ket-qua-to-so": "campaign note dossiers", "diem-di-san": "visits", "phong-trao-thi-dua": "registered target result", "tram-xang-dau": "licence", "diem-khong-tien-mat": "sales",
		"tai-san-do-thi": "cost keeper", "ho-so-luu-tru": "box batch fixity images condition ground", "ke-khai-gia": "before change why remark", "dang-ky-thi-dua": "pledge points",
	}
	for _, r := range set.Registers {
		def, _ := registers.Decode(r.Definition)
		at := slices.IndexFunc(def.Rights, func(x registers.Right) bool { return x.Public })
		if slices.Contains(closed, r.ID) != (at < 0) && len(def.Rights) > 0 {
			t.Errorf("%s: public: %v", r.ID, at >= 0)
		}
		for key := range strings.FieldsSeq(hidden[r.ID]) {
			if _, there := def.Field(key); !there || def.Rights[at].Shows(key) {
				t.Errorf("%s: %s is public, or there is none", r.ID, key)
			}
		}
	}
}

// What was counted is what there is.
func TestNumbersOfTheSamples(t *testing.T) {
	t.Parallel()
	set, err := packs.Load(data.Files, "an-giang")
	ok(t, err)
	today := time.Date(2026, 11, 21, 8, 0, 0, 0, clock.Vietnam())
	w := sample.NewWorld(set, today, func(string) (lat, lon float64) { return 0, 0 })
	want := map[string]int{"to-cong-nghe-so": 1_035, "thanh-vien-to-so": 7_991, "danh-muc-csdl": 50, "cho": 300}
	for _, b := range sample.Books() {
		n := len(w.Of(b))
		if is, counted := want[b.Register]; counted && n != is {
			t.Errorf("%s: %d rows, want %d", b.Register, n, is)
		}
	}
	total := int64(0)
	for _, b := range sample.Books() {
		if b.Register == "to-cong-nghe-so" {
			for _, v := range w.Of(b) {
				n, _ := v["members"].(int64)
				total += n
			}
		}
	}
	if total != 7_991 {
		t.Errorf("the teams say %d members", total)
	}
}
