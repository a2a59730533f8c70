// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"io"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/law"
	"tinhso.vn/internal/kernel/notify"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/kernel/papers"
	"tinhso.vn/internal/modules/dossiers/dossiersmod"
	"tinhso.vn/internal/modules/privacy/privacymod"
	"tinhso.vn/internal/modules/retention/retentionmod"
	"tinhso.vn/internal/modules/worktime/worktimemod"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/pdf"
)

// purposeProgress is the purpose by which people agree to a message at every step.
const purposeProgress = "nhan-tin-tien-do"

// privacy joins the privacy module with who holds data about people.
func (p *Program) privacy(fonts pdf.Fonts, told *notify.Notifier, work dossiersmod.Offers, calendars worktimemod.Calendars, rules retentionmod.Rules) privacymod.Deps {
	d := privacymod.Deps{
		DB: p.DB, Keys: p.Keys, People: p.People, Files: p.Files, Calendar: calendars.For, Name: names{p.DB, p.People}.Name, Fonts: fonts, Agency: p.Province.Name.VI,
		Holders: p.holders(dossierHolder{work, rules}, told),
		Rules: func(ctx context.Context) (map[string]i18n.Text, error) {
			all, err := rules.Rules(ctx)
			named := make(map[string]i18n.Text, len(all))
			for _, r := range all {
				named[r.ID] = r.Name
			}
			return named, err
		},
		LawName: func(ctx context.Context, id string) string {
			if doc, err := law.Get(ctx, p.DB, law.ID(id)); err == nil {
				return doc.Number
			}
			return id
		},
	}
	d.Registers = p.booksWithPersonalData
	if p.Province.Demo {
		d.Mark = papers.Simulated
	}
	return d
}

// booksWithPersonalData are the registers that say what they have personal data for.
func (p *Program) booksWithPersonalData(ctx context.Context) ([]privacymod.OfRegister, error) {
	defs, err := p.Registers.Purposes(ctx, p.DB)
	all := make([]privacymod.OfRegister, 0, len(defs))
	for _, d := range defs {
		one := privacymod.OfRegister{ID: d.ID, Title: d.Title, Text: d.Purpose.Text, Basis: d.Purpose.Basis}
		basic, sensitive := d.PersonalFields()
		for _, f := range basic {
			one.Data = append(one.Data, privacymod.Category{Name: f.Label})
		}
		for _, f := range sensitive {
			one.Data = append(one.Data, privacymod.Category{Sensitive: true, Name: f.Label})
		}
		all = append(all, one)
	}
	return all, err
}

func (p *Program) applyPrivacy(ctx context.Context, tx *db.Tx, set *packs.Set, plan *Plan) error {
	purposes := make([]privacymod.Purpose, len(set.Purposes))
	for i, v := range set.Purposes {
		purposes[i] = privacymod.Purpose{
			ID: v.ID, Name: i18n.Text(v.Name), Text: i18n.Text(v.Text), Consent: v.Ground == "consent", Basis: v.Basis, Reads: v.Reads,
			Subjects: i18n.Text(v.Subjects), Holders: v.Holders, Recipients: i18n.Text(v.Recipients), Kept: i18n.Text(v.Kept), Retention: v.Retention,
			Version: v.Consent.Version, Agreed: i18n.Text(v.Consent.Text), Source: v.Source, Unverified: v.Status == packs.Unverified,
		}
		for _, c := range v.Data {
			purposes[i].Data = append(purposes[i].Data, privacymod.Category{Sensitive: c.Sort == "sensitive", Name: i18n.Text(c.Name)})
		}
	}
	terms := make([]privacymod.Term, len(set.Terms))
	for i, t := range set.Terms {
		terms[i] = privacymod.Term{
			ID: t.ID, What: t.What, Name: i18n.Text(t.Name), Within: privacymod.Span(t.Within), Extend: privacymod.Span(t.Extend), Basis: t.Basis,
			Citation: i18n.Text(t.Citation), Source: t.Source, Unverified: t.Status == packs.Unverified,
		}
	}
	rights := p.skeleton().Rights
	changed, err := rights.ApplyPurposes(ctx, tx, purposes)
	if err != nil {
		return err
	}
	plan.add("mục đích xử lý dữ liệu cá nhân", "purposes of personal data", changed)
	changed, err = rights.ApplyTerms(ctx, tx, terms)
	plan.add("thời hạn về dữ liệu cá nhân", "terms of privacy", changed)
	return err
}

func fact(vi, en, value string) privacymod.Line {
	return privacymod.Line{Label: i18n.Text{VI: vi, EN: en}, Value: value}
}

// personHolder is the register of persons and accounts.
type personHolder struct{ p *Program }

// Name implements privacymod.Holder.
func (personHolder) Name() string { return "identity" }

// Describe implements privacymod.Holder.
func (personHolder) Describe() privacymod.Description {
	return privacymod.Description{
		Name: i18n.Text{VI: "Danh tính và tài khoản", EN: "Identity and accounts"},
		What: i18n.Text{VI: "Họ tên, số định danh, điện thoại, thư điện tử, tên đăng nhập.", EN: "Name, personal number, phone, e-mail, logins."},
	}
}

// Export implements privacymod.Holder.
func (h personHolder) Export(ctx context.Context, person string, to privacymod.Sink) error {
	v, err := h.p.People.GetPerson(ctx, h.p.DB, person)
	if err != nil {
		return err
	}
	if err := to.Record(privacymod.Record{
		Title: i18n.Text{VI: "Danh tính", EN: "Identity"},
		Lines: []privacymod.Line{fact("Họ tên", "Name", v.Name), fact("Số định danh hoặc mã số thuế", "Number", v.Number), fact("Điện thoại", "Phone", v.Phone), fact("Thư điện tử", "E-mail", v.Email)},
		Data:  map[string]any{"kind": v.Kind, "name": v.Name, "number": v.Number, "phone": v.Phone, "email": v.Email},
	}); err != nil {
		return err
	}
	before, err := h.p.People.ListMerged(ctx, h.p.DB, person)
	if err != nil {
		return err
	}
	for _, id := range before { // found to be the same
		v, err := h.p.People.GetPerson(ctx, h.p.DB, id)
		if err != nil {
			return err
		}
		if err := to.Record(privacymod.Record{
			Title: i18n.Text{VI: "Danh tính đã gộp", EN: "Merged identity"}, Lines: []privacymod.Line{fact("Họ tên", "Name", v.Name), fact("Số định danh hoặc mã số thuế", "Number", v.Number)},
			Data: map[string]any{"kind": v.Kind, "name": v.Name, "number": v.Number, "merged": true},
		}); err != nil {
			return err
		}
	}
	accounts, err := h.p.People.ListAccounts(ctx, h.p.DB, person)
	if err != nil {
		return err
	}
	for _, id := range accounts {
		if err := h.proofs(ctx, id, to); err != nil {
			return err
		}
		a, err := h.p.People.GetAccount(ctx, h.p.DB, id)
		if err != nil {
			return err
		}
		if err := to.Record(privacymod.Record{
			Title: i18n.Text{VI: "Tài khoản", EN: "Account"}, Lines: []privacymod.Line{fact("Tên đăng nhập", "Login", a.Login)},
			Data: map[string]any{"account": a.ID, "login": a.Login, "disabled": a.Disabled},
		}); err != nil {
			return err
		}
	}
	return nil
}

// proofs hands over by what somebody proves who it is, without what opens anything.
func (h personHolder) proofs(ctx context.Context, account string, to privacymod.Sink) error {
	f, err := h.p.People.ListFactors(ctx, h.p.DB, account)
	if err != nil {
		return err
	}
	kinds := []privacymod.Record{}
	if f.TOTP {
		kinds = append(kinds, privacymod.Record{Title: i18n.Text{VI: "Ứng dụng tạo mã", EN: "Authenticator"}, At: f.TOTPMade, Data: map[string]any{"kind": "totp", "made_at": f.TOTPMade, "used_at": f.TOTPUsed}})
	}
	for _, k := range f.Passkeys {
		kinds = append(kinds, privacymod.Record{
			Title: i18n.Text{VI: "Khóa truy cập", EN: "Passkey"}, At: k.Made, Lines: []privacymod.Line{fact("Tên", "Name", k.Name)},
			Data: map[string]any{"kind": "passkey", "name": k.Name, "made_at": k.Made, "used_at": k.Used},
		})
	}
	for _, r := range kinds {
		if err := to.Record(r); err != nil {
			return err
		}
	}
	return nil
}

// MustKeep implements privacymod's Eraser: who somebody is stays as long as
// anything is kept about them; the ways to reach them do not.
func (personHolder) MustKeep(context.Context, db.Querier, string, int) ([]privacymod.Kept, error) {
	return []privacymod.Kept{{
		What: "Họ tên, số định danh", Reason: i18n.Text{VI: "Gắn với hồ sơ và nhật ký đang phải lưu giữ", EN: "Belongs to dossiers and logs that have to be kept"},
	}}, nil
}

// Erase implements privacymod's Eraser.
func (h personHolder) Erase(ctx context.Context, tx *db.Tx, person string) (int, error) {
	v, err := h.p.People.GetPerson(ctx, tx, person)
	if err != nil {
		return 0, err
	}
	n := 0
	for _, way := range []*string{&v.Phone, &v.Email} {
		if *way != "" {
			*way, n = "", n+1
		}
	}
	if n == 0 {
		return 0, nil
	}
	_, err = h.p.People.SavePerson(ctx, tx, v)
	return n, err
}

// signInHolder is the sign-in log.
type signInHolder struct{ p *Program }

// Name implements privacymod.Holder.
func (signInHolder) Name() string { return "sign-ins" }

// Describe implements privacymod.Holder.
func (signInHolder) Describe() privacymod.Description {
	return privacymod.Description{
		Name: i18n.Text{VI: "Lịch sử đăng nhập", EN: "Sign-in log"},
		What: i18n.Text{VI: "Lúc nào, bằng thiết bị nào, từ địa chỉ mạng nào.", EN: "When, by which device, from which network address."},
	}
}

// exportPage is how many rows of the kernel are asked for at once.
const exportPage = 200

// Export implements privacymod.Holder.
func (h signInHolder) Export(ctx context.Context, person string, to privacymod.Sink) error {
	accounts, err := h.p.People.ListAccounts(ctx, h.p.DB, person)
	if err != nil {
		return err
	}
	results := map[identity.SignInResult]string{
		identity.SignedIn: "đã vào", identity.Wrong: "sai mật khẩu hoặc mã", identity.Slowed: "thử lại quá sớm", identity.Unlocked: "mở khóa phiên",
		identity.Recovered: "mở lại bằng hai người", identity.Moved: "phiên đổi nơi sử dụng",
	}
	for _, account := range accounts {
		for before := ""; ; {
			found, err := h.p.People.ListSignIns(ctx, h.p.DB, account, before, exportPage)
			if err != nil {
				return err
			}
			for _, v := range found {
				before = v.ID
				if err := to.Record(privacymod.Record{
					Title: i18n.Text{VI: "Đăng nhập", EN: "Sign-in"}, At: v.At,
					Lines: []privacymod.Line{fact("Kết quả", "Result", results[v.Result]), fact("Cách", "Way", string(v.Way)), fact("Thiết bị", "Device", v.Device), fact("Địa chỉ mạng", "Address", v.Address)},
					Data:  map[string]any{"at": v.At, "result": v.Result, "way": v.Way, "device": v.Device, "address": v.Address},
				}); err != nil {
					return err
				}
			}
			if len(found) < exportPage {
				break
			}
		}
	}
	return nil
}

// dossierHolder is drafts, dossiers and their files.
type dossierHolder struct {
	work  dossiersmod.Offers
	rules retentionmod.Rules
}

// Name implements privacymod.Holder.
func (dossierHolder) Name() string { return "dossiers" }

// Describe implements privacymod.Holder.
func (dossierHolder) Describe() privacymod.Description {
	return privacymod.Description{
		Name: i18n.Text{VI: "Hồ sơ và giấy tờ", EN: "Dossiers and papers"},
		What: i18n.Text{VI: "Bản nhập, hồ sơ đã nộp, giấy tờ và kết quả. Hồ sơ nộp thay người khác chỉ có phần của Ông/Bà.", EN: "Drafts, dossiers, papers and results. Of a dossier sent for somebody else only your own part."},
	}
}

// Export implements privacymod.Holder.
func (h dossierHolder) Export(ctx context.Context, person string, to privacymod.Sink) error {
	roles := map[string]string{"self": "tự nộp", "owner": "chủ hồ sơ", "submitter": "người nộp thay"}
	return h.work.ExportPerson(ctx, person, func(v dossiersmod.Exported) error {
		title := i18n.Text{VI: "Hồ sơ " + v.Code + ": " + v.Name.VI, EN: "Dossier " + v.Code + ": " + v.Name.EN}
		if v.Draft {
			title = i18n.Text{VI: "Bản nhập: " + v.Name.VI, EN: "Draft: " + v.Name.EN}
		}
		r := privacymod.Record{Title: title, At: v.At, Lines: []privacymod.Line{fact("Tư cách", "Role", roles[v.Role])}}
		facts := map[string]string{}
		for _, f := range v.Facts {
			r.Lines = append(r.Lines, privacymod.Line{Label: f.Label, Value: f.Value})
			facts[f.Label.VI] = f.Value
		}
		r.Data = map[string]any{"id": v.ID, "draft": v.Draft, "code": v.Code, "procedure": v.Name.VI, "status": v.Status, "role": v.Role, "at": v.At, "facts": facts}
		return to.Record(r)
	}, func(name string, content io.Reader) error { return to.File(name, content) })
}

// MustKeep implements privacymod's Eraser.
func (h dossierHolder) MustKeep(ctx context.Context, q db.Querier, person string, limit int) (all []privacymod.Kept, err error) {
	bound, err := h.work.ListBound(ctx, q, person, limit)
	if err != nil {
		return nil, err
	}
	rules, err := h.rules.Rules(ctx)
	if err != nil {
		return nil, err
	}
	for _, b := range bound {
		k := privacymod.Kept{What: b.Code, Reason: i18n.Text{VI: "Hồ sơ đang được giải quyết", EN: "The dossier is being handled"}}
		for _, r := range rules {
			if b.Kept != "" && r.What == b.Kept {
				k.Rule, k.Reason = r.ID, i18n.Text{VI: "Theo quy tắc lưu trữ: " + r.Name.VI, EN: "By the rule of retention: " + r.Name.EN}
				if until, ends := r.Until(b.Began.Time); ends {
					k.Until = until
				}
			}
		}
		for _, reason := range b.Holds {
			all = append(all, privacymod.Kept{What: b.Code, Reason: i18n.Text{VI: "Lưu giữ theo yêu cầu: " + reason, EN: "Legal hold: " + reason}})
		}
		all = append(all, k)
	}
	return all, nil
}

// Erase implements privacymod's Eraser: what was never sent.
func (h dossierHolder) Erase(ctx context.Context, tx *db.Tx, person string) (int, error) {
	return h.work.ForgetPerson(ctx, tx, person)
}

// auditHolder is who has looked.
type auditHolder struct {
	p    *Program
	work dossiersmod.Offers
}

// Name implements privacymod.Holder.
func (auditHolder) Name() string { return "audit" }

// Describe implements privacymod.Holder.
func (auditHolder) Describe() privacymod.Description {
	return privacymod.Description{
		Name: i18n.Text{VI: "Ai đã xem dữ liệu", EN: "Who has looked"},
		What: i18n.Text{VI: "Cán bộ nào đã mở dữ liệu của Ông/Bà, lúc nào, vì mục đích gì.", EN: "Which official opened your data, when, and why."},
	}
}

// maxOwned bounds how many dossiers are looked through for readings that do not
// name the person.
const maxOwned = 1000

// Export implements privacymod.Holder.
func (h auditHolder) Export(ctx context.Context, person string, to privacymod.Sink) error {
	accounts, err := h.p.People.ListAccounts(ctx, h.p.DB, person)
	if err != nil {
		return err
	}
	of, codes := audit.Of{Person: person}, map[string]string{}
	for _, account := range accounts[:min(1, len(accounts))] {
		actor := identity.NewActor(account, person).Grant(dossiersmod.PermOwn, identity.Place{})
		scope, err := access.Require(actor, dossiersmod.PermOwn)
		if err != nil {
			return err
		}
		owned, err := h.work.ListOwned(ctx, scope, maxOwned)
		if err != nil {
			return err
		}
		for _, d := range owned {
			of.Subjects = append(of.Subjects, string(d.ID))
			codes[string(d.ID)] = d.Code
		}
	}
	people, units := names{h.p.DB, h.p.People}, map[string]string{}
	mine, purposes := map[string]bool{}, map[access.Purpose]string{access.Handling: "giải quyết công việc", access.Inspection: "kiểm tra, giám sát"} //nolint:exhaustive // own readings are not listed
	for _, a := range accounts {
		mine[a] = true
	}
	merged, err := h.p.People.ListMerged(ctx, h.p.DB, person)
	if err != nil {
		return err
	}
	all := []audit.Of{of}
	for _, one := range merged { // the log keeps the name under which the data was read
		all = append(all, audit.Of{Person: one})
	}
	for _, of := range all {
		if err := h.readings(ctx, of, func(e audit.Entry) error {
			if mine[e.Actor] {
				return nil
			}
			if _, known := units[e.Unit]; !known {
				if u, err := orgs.Get(ctx, h.p.DB, orgs.ID(e.Unit)); err == nil {
					units[e.Unit] = u.Name.VI
				}
			}
			who := people.Name(ctx, e.Actor)
			return to.Record(privacymod.Record{
				Title: i18n.Text{VI: "Đã xem dữ liệu", EN: "Data was read"}, At: db.At(e.At),
				Lines: []privacymod.Line{fact("Người xem", "Who", who), fact("Đơn vị", "Unit", units[e.Unit]), fact("Việc", "What", string(e.Event)), fact("Mục đích", "Purpose", purposes[access.Purpose(e.Purpose)]), fact("Hồ sơ", "Dossier", codes[e.Subject])},
				Data:  map[string]any{"at": db.At(e.At), "who": who, "unit": units[e.Unit], "event": e.Event, "purpose": e.Purpose, "dossier": codes[e.Subject], "record": e.ID},
			})
		}); err != nil {
			return err
		}
	}
	return nil
}

// readings calls each for every reading, the newest first.
func (h auditHolder) readings(ctx context.Context, of audit.Of, each func(audit.Entry) error) error {
	for before := ""; ; {
		found, err := audit.List(ctx, h.p.DB, audit.Filter{Of: of, Readers: true}, before, exportPage)
		if err != nil {
			return err
		}
		for _, e := range found {
			before = e.ID
			if err := each(e); err != nil {
				return err
			}
		}
		if len(found) < exportPage {
			return nil
		}
	}
}
