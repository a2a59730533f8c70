// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/notify"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/persons/personsmod"
	"tinhso.vn/internal/modules/privacy/privacymod"
	"tinhso.vn/internal/platform/db"
)

// holders are all who keep data about people, in the order of an archive.
func (p *Program) holders(work dossierHolder, told *notify.Notifier) []privacymod.Holder {
	return []privacymod.Holder{
		personHolder{p}, postHolder{p}, signInHolder{p}, elsewhereHolder{p}, actingHolder{p}, work, vaultHolder{p}, payerHolder{p}, parcelHolder{p}, saidHolder{p, work}, noticeHolder{p, told}, questionHolder{p}, auditHolder{p, work.work},
	}
}

// eachAccount calls do for every account of a person.
func (p *Program) eachAccount(ctx context.Context, person string, do func(account string) error) error {
	accounts, err := p.People.ListAccounts(ctx, p.DB, person)
	for _, one := range accounts {
		if err == nil {
			err = do(one)
		}
	}
	return err
}

// span writes from when until when.
func span(since, until db.Time) []privacymod.Line {
	lines := []privacymod.Line{fact("Từ", "From", i18n.Printer{}.Date(since.Time))}
	if !until.IsZero() {
		lines = append(lines, fact("Đến trước", "Until before", i18n.Printer{}.DateTime(until.Time)))
	}
	return lines
}

// postHolder is the posts and roles of officials.
type postHolder struct{ p *Program }

// Name implements privacymod.Holder.
func (postHolder) Name() string { return "posts" }

// Describe implements privacymod.Holder.
func (postHolder) Describe() privacymod.Description {
	return privacymod.Description{
		Name: i18n.Text{VI: "Chức vụ và quyền", EN: "Posts and roles"},
		What: i18n.Text{VI: "Của cán bộ: chức vụ, vai trò ở đơn vị nào, từ ngày nào, theo quyết định nào.", EN: "Of officials: posts and roles, in which unit, since when, by which decision."},
	}
}

// Export implements privacymod.Holder.
func (h postHolder) Export(ctx context.Context, person string, to privacymod.Sink) error {
	return h.p.eachAccount(ctx, person, func(account string) error {
		held, err := access.ListHoldings(ctx, h.p.DB, account)
		if err != nil {
			return err
		}
		for _, one := range held {
			unit := string(one.Unit)
			if one.Unit != "" {
				if u, err := orgs.Get(ctx, h.p.DB, one.Unit); err == nil {
					unit = u.Name.VI
				}
			}
			role := string(one.Role)
			if r, err := access.GetRole(ctx, h.p.DB, one.Role); err == nil {
				role = r.Name.VI
			}
			if err := to.Record(privacymod.Record{
				Title: i18n.Text{VI: "Vai trò: " + role, EN: "Role: " + role}, At: one.Since,
				Lines: append([]privacymod.Line{fact("Đơn vị", "Unit", unit), fact("Chức vụ", "Post", one.Title.VI), fact("Quyết định", "Decision", one.Decision)}, span(one.Since, one.Until)...),
				Data:  map[string]any{"role": one.Role, "unit": one.Unit, "kind": one.Kind, "title": one.Title, "since": one.Since, "until": one.Until, "decision": one.Decision, "reason": one.Reason},
			}); err != nil {
				return err
			}
		}
		return nil
	})
}

// elsewhereHolder is what joins an account with other systems: providers that say
// who somebody is, and applications that are told.
type elsewhereHolder struct{ p *Program }

// Name implements privacymod.Holder.
func (elsewhereHolder) Name() string { return "sign-on" }

// Describe implements privacymod.Holder.
func (elsewhereHolder) Describe() privacymod.Description {
	return privacymod.Description{
		Name: i18n.Text{VI: "Đăng nhập với hệ thống khác", EN: "Signing in with other systems"},
		What: i18n.Text{VI: "Ông/Bà đăng nhập ở đây bằng hệ thống nào, và đã cho ứng dụng nào biết điều gì.", EN: "By which systems you sign in here, and which applications you let know what."},
	}
}

// Export implements privacymod.Holder.
func (h elsewhereHolder) Export(ctx context.Context, person string, to privacymod.Sink) error {
	sign := h.p.Parts.Sign
	said, err := sign.Said(ctx, person)
	if err != nil {
		return err
	}
	for _, d := range said {
		if err := to.Record(privacymod.Record{
			Title: i18n.Text{VI: "Họ tên nơi khác ghi", EN: "Your name elsewhere"}, At: d.Seen, Lines: []privacymod.Line{fact("Nơi đăng nhập", "Provider", d.Source), fact("Họ tên", "Name", d.Theirs)},
			Data: map[string]any{"kind": "difference", "source": d.Source, "name": d.Theirs, "state": d.State, "seen_at": d.Seen, "reason": d.Reason},
		}); err != nil {
			return err
		}
	}
	return h.p.eachAccount(ctx, person, func(account string) error {
		known, err := sign.Known(ctx, account)
		if err != nil {
			return err
		}
		for _, k := range known {
			if err := to.Record(privacymod.Record{
				Title: i18n.Text{VI: "Đăng nhập bằng " + k.Source, EN: "Signs in by " + k.Source}, At: k.Made, Lines: []privacymod.Line{fact("Lần cuối", "Last", i18n.Printer{}.DateTime(k.Last.Time))},
				Data: map[string]any{"kind": "link", "source": k.Source, "made_at": k.Made, "last_at": k.Last},
			}); err != nil {
				return err
			}
		}
		for after := ""; ; {
			found, next, err := sign.Agreements(ctx, identity.NewActor(account, person), after)
			if err != nil {
				return err
			}
			for _, a := range found {
				if err := to.Record(privacymod.Record{
					Title: i18n.Text{VI: "Ứng dụng: " + a.Name.VI, EN: "Application: " + a.Name.EN}, At: a.Given,
					Lines: []privacymod.Line{fact("Được biết", "Is told", strings.Join(a.Scopes, ", ")), fact("Mục đích", "Purpose", a.Purpose.VI)},
					Data:  map[string]any{"kind": "agreement", "client": a.Client, "name": a.Name, "scopes": a.Scopes, "given_at": a.Given},
				}); err != nil {
					return err
				}
			}
			if after = next; after == "" {
				return nil
			}
		}
	})
}

// actingHolder is who acts for whom, households, and numbers with which two came.
type actingHolder struct{ p *Program }

// Name implements privacymod.Holder.
func (actingHolder) Name() string { return "persons" }

// Describe implements privacymod.Holder.
func (actingHolder) Describe() privacymod.Description {
	return privacymod.Description{
		Name: i18n.Text{VI: "Đại diện và hộ gia đình", EN: "Representation and household"},
		What: i18n.Text{VI: "Ông/Bà đại diện cho ai, ai đại diện cho Ông/Bà, hộ gia đình, số định danh có người khác cũng khai.", EN: "For whom you act, who acts for you, your household, a number that somebody else gave as well."},
	}
}

// Export implements privacymod.Holder.
func (h actingHolder) Export(ctx context.Context, person string, to privacymod.Sink) error {
	titles := map[string]i18n.Text{
		"agent": {VI: "Đại diện cho người khác", EN: "Acting for somebody"}, "represented": {VI: "Được người khác đại diện", EN: "Represented by somebody"},
		"holder": {VI: "Số định danh có người khác khai", EN: "Somebody else gave this number"}, "claimant": {VI: "Số định danh đã khai", EN: "The number you gave is known with another name"},
	}
	return h.p.Parts.Acting.ExportPerson(ctx, person, func(v personsmod.Held) error {
		title, ok := titles[v.Role]
		if !ok {
			title = i18n.Text{VI: "Thành viên hộ gia đình", EN: "Member of a household"}
		}
		r := privacymod.Record{Title: title, At: v.Since, Lines: span(v.Since, v.Until), Data: map[string]any{
			"kind": v.Kind, "id": v.ID, "role": v.Role, "name": v.Other, "basis": v.Basis, "reason": v.Reason, "paper": v.Paper, "state": v.State, "address": v.Address, "since": v.Since, "until": v.Until,
		}}
		for _, l := range []privacymod.Line{fact("Với", "With", v.Other), fact("Giấy tờ", "Paper", v.Paper), fact("Nơi ở", "Address", v.Address)} {
			if l.Value != "" {
				r.Lines = append(r.Lines, l)
			}
		}
		return to.Record(r)
	})
}

// noticeHolder is the notices of somebody, and how they are told.
type noticeHolder struct {
	p    *Program
	told *notify.Notifier
}

// Name implements privacymod.Holder.
func (noticeHolder) Name() string { return "notices" }

// Describe implements privacymod.Holder.
func (noticeHolder) Describe() privacymod.Description {
	return privacymod.Description{
		Name: i18n.Text{VI: "Thông báo", EN: "Notices"},
		What: i18n.Text{VI: "Thông báo đã gửi Ông/Bà, điện thoại, thư điện tử và thiết bị nhận thông báo, cách nhận đã chọn.", EN: "What you were told, the phone, mail address and devices for it, and what you chose."},
	}
}

// Export implements privacymod.Holder.
func (h noticeHolder) Export(ctx context.Context, person string, to privacymod.Sink) error {
	return h.p.eachAccount(ctx, person, func(account string) error {
		if err := h.ways(ctx, account, to); err != nil {
			return err
		}
		for before := ""; ; {
			found, err := h.told.ListItems(ctx, h.p.DB, account, notify.Shelf{}, before, exportPage)
			if err != nil {
				return err
			}
			for _, v := range found {
				before = v.ID
				if err := to.Record(privacymod.Record{
					Title: v.Title, At: v.At, Lines: []privacymod.Line{fact("Nội dung", "Text", v.Text.VI)},
					Data: map[string]any{"kind": "notice", "event": v.Event, "title": v.Title, "text": v.Text, "at": v.At, "read_at": v.Read},
				}); err != nil {
					return err
				}
			}
			if len(found) < exportPage {
				return nil
			}
		}
	})
}

func (h noticeHolder) ways(ctx context.Context, account string, to privacymod.Sink) error {
	contacts, err := h.told.ListContacts(ctx, h.p.DB, account)
	if err != nil {
		return err
	}
	for _, c := range contacts {
		if err := to.Record(privacymod.Record{
			Title: i18n.Text{VI: "Nơi nhận thông báo", EN: "Where you are told"}, At: c.ProvenAt, Lines: []privacymod.Line{fact("Địa chỉ", "Address", c.Address), fact("Đang chờ xác nhận", "To be confirmed", c.Pending)},
			Data: map[string]any{"kind": "contact", "of": c.Kind, "address": c.Address, "pending": c.Pending, "proven_at": c.ProvenAt, "bounced_at": c.BouncedAt},
		}); err != nil {
			return err
		}
	}
	devices, err := notify.ListDevices(ctx, h.p.DB, account)
	if err != nil {
		return err
	}
	for _, d := range devices {
		if err := to.Record(privacymod.Record{
			Title: i18n.Text{VI: "Thiết bị nhận thông báo", EN: "Device that is told"}, At: d.At, Lines: []privacymod.Line{fact("Thiết bị", "Device", d.Name)},
			Data: map[string]any{"kind": "device", "name": d.Name, "at": d.At},
		}); err != nil {
			return err
		}
	}
	c, err := notify.GetChoices(ctx, h.p.DB, account)
	if err != nil {
		return err
	}
	return to.Record(privacymod.Record{
		Title: i18n.Text{VI: "Cách nhận thông báo", EN: "How you are told"}, Lines: []privacymod.Line{fact("Ngôn ngữ", "Language", string(c.Language))},
		Data: map[string]any{"kind": "choices", "language": c.Language, "digest": c.Digest, "quiet_from": c.QuietFrom, "quiet_until": c.Until, "off": c.Off},
	})
}

// MustKeep implements privacymod's Eraser: nothing of it has to be kept.
func (noticeHolder) MustKeep(context.Context, db.Querier, string, int) ([]privacymod.Kept, error) {
	return nil, nil
}

// Erase implements privacymod's Eraser.
func (h noticeHolder) Erase(ctx context.Context, tx *db.Tx, person string) (int, error) {
	return h.p.forgetAccounts(ctx, tx, person, notify.ForgetAccount)
}

// forgetAccounts calls forget for every account of a person, and adds up what it erased.
func (p *Program) forgetAccounts(ctx context.Context, tx *db.Tx, person string, forget func(ctx context.Context, tx *db.Tx, account string) (int, error)) (n int, err error) {
	accounts, err := p.People.ListAccounts(ctx, tx, person)
	for _, one := range accounts {
		if err != nil {
			break
		}
		var gone int
		gone, err = forget(ctx, tx, one)
		n += gone
	}
	return n, err
}

// questionHolder is what somebody looked for.
type questionHolder struct{ p *Program }

// Name implements privacymod.Holder.
func (questionHolder) Name() string { return "questions" }

// Describe implements privacymod.Holder.
func (questionHolder) Describe() privacymod.Description {
	return privacymod.Description{
		Name: i18n.Text{VI: "Tìm kiếm đã lưu", EN: "Searches"},
		What: i18n.Text{VI: "Những câu tìm kiếm gần đây và đã lưu của tài khoản.", EN: "Recent and saved searches of the account."},
	}
}

// Export implements privacymod.Holder.
func (h questionHolder) Export(ctx context.Context, person string, to privacymod.Sink) error {
	return h.p.eachAccount(ctx, person, func(account string) error {
		kept, err := h.p.Parts.Finder.Kept(ctx, account)
		if err != nil {
			return err
		}
		for _, k := range kept {
			if err := to.Record(privacymod.Record{
				Title: i18n.Text{VI: "Tìm kiếm", EN: "Search"}, At: k.At, Lines: []privacymod.Line{fact("Câu tìm", "Question", k.Question), fact("Tên", "Name", k.Name)},
				Data: map[string]any{"question": k.Question, "name": k.Name, "at": k.At},
			}); err != nil {
				return err
			}
		}
		return nil
	})
}

// MustKeep implements privacymod's Eraser: nothing of it has to be kept.
func (questionHolder) MustKeep(context.Context, db.Querier, string, int) ([]privacymod.Kept, error) {
	return nil, nil
}

// Erase implements privacymod's Eraser.
func (h questionHolder) Erase(ctx context.Context, tx *db.Tx, person string) (int, error) {
	return h.p.forgetAccounts(ctx, tx, person, h.p.Parts.Finder.ForgetAccount)
}
