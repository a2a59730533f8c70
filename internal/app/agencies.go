// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"time"

	"tinhso.vn/internal/kernel/axis"
	"tinhso.vn/internal/kernel/connectors"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/modules/lifeevents/lifeeventsmod"
	"tinhso.vn/internal/modules/lookups/lookupsmod"
	"tinhso.vn/internal/platform/config"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/simulators/agencies"
)

const (
	// agencyTimeout is how long an agency may take: a clerk waits for the answer.
	agencyTimeout = 8 * time.Second
	// lookupsPerHour is how many questions one official has in an hour: a choice, more than a busy counter needs.
	lookupsPerHour = 60
	// day is how long what was asked of a database lies in the frame, as the answers stand with the dossier.
	day = 24 * time.Hour
)

// declareAgencies makes the systems of other agencies partners of the hub. Linked
// procedures are told what became of their messages.
func (p *Program) declareAgencies(hub *connectors.Hub, linked lifeeventsmod.Offers) {
	line := axis.New(axis.Settings(p.Config.Axis))
	text := func(vi, en string) i18n.Text { return i18n.Text{VI: vi, EN: en} }
	op := func(name, vi, en string) connectors.Operation {
		return connectors.Operation{Name: name, Title: text(vi, en)}
	}
	ask, cancel := op(lifeeventsmod.ServiceAsk, "Hỏi tình trạng hồ sơ", "How far a dossier is"), op(lifeeventsmod.ServiceCancel, "Thu hồi hồ sơ", "Take a dossier back")
	for _, one := range []struct {
		id         string
		title      i18n.Text
		operations []connectors.Operation
		keep       time.Duration // of what was said; 0: as usual
	}{
		{"cu-tru", text("Công an: cư trú", "Police: residence"), []connectors.Operation{op("DangKyThuongTru", "Đăng ký thường trú", "Register a residence"), op("XoaDangKyThuongTru", "Xóa đăng ký thường trú", "End a residence"), ask, cancel}, 0},
		{"bhxh", text("Bảo hiểm xã hội", "Social insurance"), []connectors.Operation{op("CapTheBHYTTreEm", "Cấp thẻ bảo hiểm y tế cho trẻ", "Health insurance card of a child"), op("TraCuuBHYT", "Tra cứu bảo hiểm y tế", "Look health insurance up"), ask, cancel}, 0},
		{"can-cuoc", text("Công an: căn cước", "Police: identity cards"), []connectors.Operation{op("CapTheCanCuocTreEm", "Cấp thẻ căn cước cho trẻ", "Identity card of a child"), ask, cancel}, 0},
		{"tro-cap", text("Cơ quan chi trả trợ cấp", "Office that pays allowances"), []connectors.Operation{op("GiaiQuyetMaiTangPhi", "Giải quyết mai táng phí", "Funeral allowance"), ask, cancel}, 0},
		{"dan-cu", text("Cơ sở dữ liệu quốc gia về dân cư", "National population database"), []connectors.Operation{op("TraCuuThongTinCongDan", "Tra cứu thông tin công dân", "Look a citizen up")}, day},
		{"ho-tich", text("Cơ sở dữ liệu hộ tịch", "Civil-status database"), []connectors.Operation{op("TraCuuHoTich", "Tra cứu hộ tịch", "Look civil status up")}, day},
		{"dkdn", text("Cơ sở dữ liệu quốc gia về đăng ký doanh nghiệp", "National business registration"), []connectors.Operation{op("chiTietDoanhNghiep", "Tra cứu doanh nghiệp", "Look an enterprise up")}, 3 * day},
		{"ly-lich", text("Lý lịch tư pháp (Công an)", "Criminal records (police)"), []connectors.Operation{op("traTrangThaiHs", "Tình trạng hồ sơ lý lịch tư pháp", "Status of a request for a criminal record")}, time.Minute},
	} {
		hub.Declare(connectors.Partner{
			ID: one.id, Title: one.title, Address: line.Address(one.id), Operations: one.operations, Timeout: agencyTimeout, Keep: one.keep, Call: line.Call(one.id), Settled: linked.Settled,
		})
	}
}

// applyBundles makes the linked procedures those of a pack.
func (p *Program) applyBundles(ctx context.Context, tx *db.Tx, set *packs.Set, plan *Plan) error {
	changed, err := p.skeleton().Linked.ApplyDefinitions(ctx, tx, bundlesOf(set))
	plan.add("nhóm thủ tục liên thông", "linked procedures", changed)
	return err
}

// bundlesOf are the bundles whose declarations are filed here.
func bundlesOf(set *packs.Set) (all []lifeeventsmod.Definition) {
	for _, b := range set.Bundles {
		if procedure, known := set.Procedure(b.Procedure); !known || procedure.Route != "LOCAL" {
			continue
		}
		d := lifeeventsmod.Definition{
			ID: b.ID, Name: i18n.Text(b.Name), Procedure: b.Procedure, Basis: b.Basis, Source: b.Source, Unverified: !b.Verified(), Waiting: i18n.Text(b.Waiting), Done: i18n.Text(b.Done),
		}
		for _, l := range b.Legs {
			leg := lifeeventsmod.Leg{
				ID: l.ID, Name: i18n.Text(l.Name), Waiting: i18n.Text(l.Waiting), Done: i18n.Text(l.Done), Partner: l.Partner, Service: l.Service, Needs: l.Needs,
				WhenField: l.When.Field, WhenIs: l.When.Is, Days: l.Days, Calendar: l.Count == "calendar",
			}
			for _, f := range l.Fields {
				leg.Fields = append(leg.Fields, lifeeventsmod.Field{Name: f.Name, Label: i18n.Text(f.Label), From: f.From})
			}
			for _, g := range l.Gives {
				leg.Gives = append(leg.Gives, lifeeventsmod.Gift{ID: g.ID, Name: g.Name, Label: i18n.Text(g.Label)})
			}
			d.Legs = append(d.Legs, leg)
		}
		all = append(all, d)
	}
	return all
}

// applyLookups makes the databases that officials may ask those of a pack.
func (p *Program) applyLookups(ctx context.Context, tx *db.Tx, set *packs.Set, plan *Plan) error {
	changed, err := p.skeleton().Lookups.ApplySources(ctx, tx, lookupsOf(set))
	plan.add("cơ sở dữ liệu được tra cứu", "databases for look-ups", changed)
	return err
}

func lookupsOf(set *packs.Set) (all []lookupsmod.Source) {
	for _, l := range set.Lookups {
		s := lookupsmod.Source{
			ID: l.ID, Name: i18n.Text(l.Name), Partner: l.Partner, Service: l.Service, Purpose: l.Purpose, Basis: l.Basis, Source: l.Source, Unverified: !l.Verified(), KeepHours: l.KeepHours, Note: i18n.Text(l.Note),
		}
		for _, f := range l.Fields {
			s.Fields = append(s.Fields, lookupsmod.Field{ID: f.ID, Name: f.Name, Label: i18n.Text(f.Label)})
		}
		for _, u := range l.Uses {
			use := lookupsmod.Use{ID: u.ID, Procedure: u.Procedure, About: i18n.Text(u.About)}
			for _, a := range u.Asks {
				use.Asks = append(use.Asks, lookupsmod.Ask(a))
			}
			for _, one := range u.Shows {
				use.Shows = append(use.Shows, lookupsmod.Show(one))
			}
			s.Uses = append(s.Uses, use)
		}
		all = append(all, s)
	}
	return all
}

// axisPath is where the agencies are played, below the other simulators.
const axisPath = "/lgsp"

// axisOf is where the agencies of a demonstration are played.
func axisOf(gateway string) config.Axis {
	return config.Axis{URL: gateway + axisPath, Token: agencies.Token}
}
