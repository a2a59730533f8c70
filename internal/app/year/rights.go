// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package year

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"tinhso.vn/internal/kernel/calendar"
)

// rights: people ask about their data, and say for whom they act.
func (w *World) rights(before int, add adder) {
	c := throw(w.Options.Seed, "rights", fmt.Sprint(before))
	often := 0.45
	if before < 14 {
		often = 0.9
	}
	if c.chance(often) {
		ask := pick(c, asking())
		login := citizenLogin((before + lateDays) % residents(w.Options.Dossiers)) // somebody else each day
		add(10*60+c.under(240), "question about data", func(ctx context.Context, w *World, _ *dice) error {
			return w.call(ctx, login, http.MethodPost, "/api/v1/me/data/requests", map[string]any{"kind": ask.kind, "words": ask.words}, nil)
		})
	}
	if handler := w.cast.first("data_protection"); handler != "" && before%3 == 0 && before > 4 {
		add(14*60, "requests about data", func(ctx context.Context, w *World, chance *dice) error { return w.handle(ctx, handler, chance) })
	}
	for _, o := range w.offices {
		of := w.cast.in[o.unit.ID]
		if !isCommune(o.unit) || len(of["clerk"]) == 0 {
			continue
		}
		d := throw(w.Options.Seed, "represents", o.unit.ID, fmt.Sprint(before))
		if d.chance(0.16) {
			login := citizenLogin(d.under(residents(w.Options.Dossiers)))
			add(8*60+d.under(600), "representation", func(ctx context.Context, w *World, chance *dice) error { return w.represent(ctx, o, login, chance) })
		}
		if before%7 == 5 {
			add(15*60+30, "representations at "+o.unit.ID, func(ctx context.Context, w *World, chance *dice) error {
				return w.believe(ctx, of["clerk"][0], of["leader"], chance)
			})
		}
	}
	if before%30 == 20 {
		add(11*60, "power of attorney", w.offer)
	}
}

// handle takes each open request one step further, most of them.
func (w *World) handle(ctx context.Context, handler string, chance *dice) error {
	var open struct {
		Items []struct{ ID, State, Kind string } `json:"items"`
	}
	if err := w.call(ctx, handler, http.MethodGet, "/api/v1/privacy/requests", nil, &open); err != nil {
		return err
	}
	for _, q := range open.Items {
		if chance.chance(0.35) {
			continue
		}
		var path string
		body := map[string]any{}
		switch q.State {
		case "received":
			path, body["how"] = "/identity", pick(chance, []string{"vneid", "card", "letter"})
		case "checked":
			d := pick(chance, deciding())
			path, body["outcome"], body["reason"], body["legal"] = "/decision", d.outcome, d.reason, d.legal
		case "decided":
			path, body["how"] = "/answer", pick(chance, []string{"online", "online", "paper"})
		default:
			continue // a deletion waits for a second person
		}
		if err := w.call(ctx, handler, http.MethodPost, "/api/v1/privacy/requests/"+q.ID+path, body, nil); err != nil {
			return err
		}
	}
	return nil
}

// represent: somebody says, with a paper, that they represent a company.
func (w *World) represent(ctx context.Context, o *office, login string, chance *dice) error {
	basis := pick(chance, []string{"law", "law", "authorisation"})
	today := calendar.On(w.Clock.Now())
	body := map[string]any{
		"represented": map[string]string{"kind": "organisation", "name": company(chance), "number": taxCode(chance)},
		"basis":       basis,
		"paper":       map[string]string{"number": fmt.Sprintf("%02d/2026/GT", 1+chance.under(90)), "date": today.AddDays(-10 - chance.under(200)).String(), "issuer": "Cơ quan giả định"},
		"every":       true, "acts": []string{"see", "prepare", "file", "receive"},
		"unit": o.unit.ID, "file": w.picture(chance), "file_name": fileName(chance),
	}
	if basis != "law" {
		body["until"] = today.AddDays(180).String()
	}
	return w.call(ctx, login, http.MethodPost, "/api/v1/representations/asked", body, nil)
}

// believe: a clerk looks at the papers of those who say that they represent
// somebody, and a leader at what the clerk has registered.
func (w *World) believe(ctx context.Context, clerk string, leaders []string, chance *dice) error {
	type list struct {
		Items []struct {
			ID         string `json:"id"`
			State      string `json:"state"`
			MayConfirm bool   `json:"may_confirm"`
		} `json:"items"`
	}
	var asked list
	if err := w.call(ctx, clerk, http.MethodGet, "/api/v1/representation-requests", nil, &asked); err != nil {
		return err
	}
	for _, q := range asked.Items {
		if q.State != "waiting" || chance.chance(0.3) {
			continue
		}
		body := map[string]any{"right": true}
		if chance.chance(0.2) {
			body = map[string]any{"right": false, "words": "Giấy tờ kèm theo chưa thể hiện người nộp là người đại diện; đề nghị bổ sung văn bản ủy quyền."}
		}
		if err := w.call(ctx, clerk, http.MethodPost, "/api/v1/representation-requests/"+q.ID+"/decide", body, nil); err != nil {
			return err
		}
	}
	if len(leaders) == 0 {
		return nil
	}
	var check list
	if err := w.call(ctx, leaders[0], http.MethodGet, "/api/v1/representations/checking", nil, &check); err != nil {
		return err
	}
	for _, r := range check.Items {
		if !r.MayConfirm || chance.chance(0.3) {
			continue
		}
		if err := w.call(ctx, leaders[0], http.MethodPost, "/api/v1/representations/"+r.ID+"/confirm", map[string]any{"right": true}, nil); err != nil {
			return err
		}
	}
	return nil
}

// offer: a resident lets another file in their name.
func (w *World) offer(ctx context.Context, _ *World, chance *dice) error {
	n := chance.under(residents(w.Options.Dossiers))
	m := (n + 1) % residents(w.Options.Dossiers)
	agent, today := resident(w.Options.Seed, m), calendar.On(w.Clock.Now())
	var made struct {
		ID string `json:"id"`
	}
	err := w.call(ctx, citizenLogin(n), http.MethodPost, "/api/v1/representations", map[string]any{
		"agent": map[string]string{"kind": "individual", "name": agent.Name, "number": agent.Number, "phone": agent.Phone},
		"basis": "authorisation", "every": true, "acts": []string{"see", "file", "receive"},
		"paper": map[string]string{"number": fmt.Sprintf("%02d/2026/UQ", 1+chance.under(90)), "date": today.AddDays(-3).String()},
		"until": today.AddDays(120).String(),
	}, &made)
	if err != nil || !chance.chance(0.6) {
		return err
	}
	return w.call(ctx, citizenLogin(m), http.MethodPost, "/api/v1/representations/"+made.ID+"/answer", map[string]any{"accept": true}, nil)
}

// news is an announcement: so many days before the end, from and until after the
// beginning of its day.
type news struct {
	before         int
	audience, kind string
	vi, en         string
	from, until    time.Duration
}

func announced() []news {
	return []news{
		{
			before: 47, audience: "everyone", kind: "incident", from: 9 * time.Hour, until: 12 * time.Hour,
			vi: "Đường truyền giữa tỉnh và một số xã đang chậm; hồ sơ đã nộp không bị ảnh hưởng.",
			en: "The line between the province and some communes is slow; what was filed is not affected.",
		},
		{
			before: 26, audience: "everyone", kind: "planned", from: 20 * time.Hour, until: 34 * time.Hour,
			vi: "Hệ thống bảo trì từ 20 giờ hôm nay đến 6 giờ sáng mai; trong thời gian này chưa nộp được hồ sơ.",
			en: "Maintenance from 20:00 today until 6:00 tomorrow; nothing can be filed in that time.",
		},
		{
			before: 4, audience: "officials", kind: "info", from: 9 * time.Hour, until: 3 * 24 * time.Hour,
			vi: "Tập huấn ký số trên điện thoại: chiều thứ Sáu, trực tuyến; đăng ký với quản trị đơn vị.",
			en: "Training on signing by phone: Friday afternoon, online; ask your unit's administrator.",
		},
	}
}
