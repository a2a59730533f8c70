// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package processesmod_test

import (
	"context"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/kernel/workflow"
	"tinhso.vn/internal/modules/dossiers/dossierstest"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/modules/procedures/procedurestest"
	"tinhso.vn/internal/modules/processes"
	"tinhso.vn/internal/modules/processes/processesmod"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
	"tinhso.vn/internal/platform/ui/layout"
	"tinhso.vn/internal/platform/web"
	built "tinhso.vn/web"
)

// one is the catalogue of one procedure whose process has a next version.
type one struct{ all []*workflow.Definition }

func (o one) Uses(context.Context) ([]processes.Use, error) {
	t := o.all[len(o.all)-1].Table()
	return []processes.Use{{Procedure: "xac-nhan-cu-tru", Name: i18n.Text{VI: "Xác nhận thông tin về cư trú"}, Title: t.Title, Ref: workflow.Ref{Flow: t.ID, Version: t.Version}}}, nil
}

func (o one) Definition(_ context.Context, of workflow.Ref) (*workflow.Definition, bool, error) {
	for _, d := range o.all {
		if t := d.Table(); t.ID == of.Flow && t.Version == of.Version {
			return d, true, nil
		}
	}
	return nil, false, nil
}

// desk is the module behind its pages and operations, with real dossiers.
type desk struct {
	*dossierstest.World
	t        *testing.T
	mux      *http.ServeMux
	site     *page.Site
	jobs     map[jobs.Kind]jobs.Handler
	was, now workflow.Ref
	people   map[string]identity.Actor
}

func each(t *testing.T, f func(t *testing.T, d *desk)) {
	t.Helper()
	empty, _ := processesmod.New(processesmod.Deps{})
	dbtest.Each(t, append(dossierstest.Migrations(), empty.Migrations), func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		w := dossierstest.New(t, d)
		var all []*workflow.Definition
		for version, hours := range []int{8, 6} {
			def, err := w.Service.ProcessOf(procedurestest.Version(t, func(v *procedures.Version) { v.Flow.Version, v.Flow.Steps[1].Hours = version+1, hours }))
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, def)
		}
		m, _ := processesmod.New(processesmod.Deps{
			DB: d, Flows: &workflow.Engine{Calendar: w.Deps.Calendar}, Catalogue: one{all}, Followers: map[string]processesmod.Follower{"dossier": w.Service},
			Codes: w.Service, Dossiers: w.Service, Name: func(_ context.Context, account string) string { return "Ông " + account },
		})
		shared, err := page.Locales()
		if err != nil {
			t.Fatal(err)
		}
		flows, err := workflow.Locales()
		if err != nil {
			t.Fatal(err)
		}
		words, err := i18n.Load(shared, flows, m.Locales)
		if err != nil {
			t.Fatal(err)
		}
		assets, err := layout.NewAssets(built.Dist, "/assets/")
		if err != nil {
			t.Fatal(err)
		}
		x := &desk{World: w, t: t, mux: http.NewServeMux(), site: &page.Site{Assets: assets, Catalogue: words, Menu: m.Menu}, jobs: m.Jobs}
		x.was, x.now = workflow.Ref{Flow: all[0].Table().ID, Version: 1}, workflow.Ref{Flow: all[1].Table().ID, Version: 2}
		operations := web.NewAPI("test", "1", x.site.Explain)
		for _, route := range m.Routes {
			route = operations.Mount(route)
			x.mux.HandleFunc(route.Pattern, func(rw http.ResponseWriter, r *http.Request) {
				if err := route.Handle(rw, r); err != nil && !web.Problem(err).Answered() {
					x.site.Failure(rw, r, web.Problem(err))
				}
			})
		}
		whole, ward := identity.Place{Unit: "tinh", Subtree: true}, identity.Place{Unit: dossierstest.Ward, Subtree: true}
		other := identity.Place{Unit: dossierstest.Other, Subtree: true}
		x.people = map[string]identity.Actor{
			"":         {},
			"it":       w.Auditor.Grant(processes.PermView, whole).Grant(processes.PermMove, whole).Grant(processes.PermRepair, whole),
			"chk":      w.Deputy.Grant(processes.PermView, whole).Grant(processes.PermApproveMove, whole),
			"leader":   w.Leader.Grant(processes.PermView, ward).Grant(processes.PermAbsence, ward).Grant(processes.PermAbsenceUnit, ward),
			"faraway":  w.OtherLeader.Grant(processes.PermView, other).Grant(processes.PermAbsenceUnit, other),
			"clerk":    w.Clerk.Grant(processes.PermAbsence, ward),
			"citizen":  w.Citizen,
			"stranger": identity.NewActor("x", "x"),
		}
		f(t, x)
	})
}

func (d *desk) ask(who, method, path, kind, body string) *httptest.ResponseRecorder {
	d.t.Helper()
	r := httptest.NewRequestWithContext(d.t.Context(), method, path, strings.NewReader(body))
	r.Header.Set("Content-Type", kind)
	actor := d.people[who]
	w := httptest.NewRecorder()
	p := d.site.New(r, actor, d.DB.Now().Time)
	d.mux.ServeHTTP(w, r.WithContext(page.With(identity.With(r.Context(), actor), p)))
	return w
}

func (d *desk) get(who, path string) (int, string) {
	d.t.Helper()
	w := d.ask(who, http.MethodGet, path, "", "")
	return w.Code, w.Body.String()
}

func (d *desk) post(who, path string, form url.Values) *httptest.ResponseRecorder {
	d.t.Helper()
	return d.ask(who, http.MethodPost, path, "application/x-www-form-urlencoded", form.Encode())
}

func TestModuleIsWhole(t *testing.T) {
	t.Parallel()
	m, _ := processesmod.New(processesmod.Deps{})
	if err := m.Check(m.Permissions); err != nil {
		t.Error(err)
	}
}

func (d *desk) page(of workflow.Ref) string {
	return "/quy-trinh/" + of.Flow + "/" + string(rune('0'+of.Version))
}

func TestWhoSeesWhat(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *desk) {
		if code, body := d.get("it", "/quy-trinh"); code != 200 || !strings.Contains(body, "chưa có hồ sơ nào") {
			t.Errorf("%d", code)
		}
		for range 2 {
			d.Accepted(t)
		}
		was := d.page(d.was)
		for _, tt := range []struct {
			who, path string
			status    int
			says, not string
		}{
			{"it", "/quy-trinh", 200, "2 hồ sơ", ""},
			{"leader", "/quy-trinh", 200, "2 hồ sơ", ""},
			{"faraway", "/quy-trinh", 200, "Xác nhận cư trú", "2 hồ sơ"},
			{"it", "/quy-trinh?q=kh%C3%B4ng+c%C3%B3", 200, "Không tìm thấy quy trình nào", ""},
			{"clerk", "/quy-trinh", 403, "", "Xác nhận cư trú"},
			{"", "/quy-trinh", 303, "", "Xác nhận cư trú"},
			{"it", was, 200, "▼ 2 hồ sơ", ""},
			{"it", was, 200, "Chuyển hồ sơ sang phiên bản khác", ""},
			{"leader", was, 200, "▼ 2 hồ sơ", "Chuyển hồ sơ sang phiên bản khác"},
			{"faraway", was, 200, "Thẩm định", "▼"},
			{"it", d.page(d.now), 200, "6 giờ làm việc", ""},
			{"it", "/quy-trinh/none/1", 404, "", ""},
			{"it", "/quy-trinh/none/x", 404, "", ""},
			{"leader", was + "/ho-so", 200, "/xu-ly/", ""},
			{"it", was + "/ho-so", 200, "Z01.103-", "/xu-ly/"},
			{"faraway", was + "/ho-so", 200, "Không có hồ sơ nào", "Z01.103-"},
			{"it", was + "/tai/bpmn", 200, "<bpmn:definitions", ""},
			{"it", was + "/tai/yaml", 200, "Nội dung công việc: Thẩm định", ""},
			{"it", was + "/tai/doc", 404, "", ""},
			{"clerk", was + "/tai/bpmn", 403, "", "definitions"},
			{"it", was + "/mo-phong", 200, "Chưa có hồ sơ nào kết thúc", ""},
			{"it", was + "/mo-phong?hours-sign=abc", 422, "Nhập số giờ", ""},
			{"it", was + "/mo-phong.csv", 200, "Ai làm", ""},
			{"leader", was + "/chuyen", 403, "", ""},
			{"it", "/chuyen-quy-trinh", 200, "Chưa có đợt chuyển nào", ""},
			{"leader", "/chuyen-quy-trinh", 403, "", ""},
			{"leader", "/quy-trinh/ket", 200, "Không có việc tự động nào", ""},
			{"clerk", "/quy-trinh/ket", 403, "", ""},
			{"clerk", "/vang-mat", 200, "Hôm nay không ai vắng mặt", "Khai báo cho người của đơn vị"},
			{"leader", "/vang-mat", 200, "Khai báo cho người của đơn vị", ""},
			{"citizen", "/vang-mat", 403, "", ""},
			{"it", "/viec-ket/tra-loi/none", 404, "", ""},
			{"it", "/api/v1/processes", 200, `"cases":2`, ""},
			{"faraway", "/api/v1/processes", 200, `"cases":0`, `"cases":2`},
			{"", "/api/v1/processes", 401, "", ""},
			{"it", "/api/v1" + strings.Replace(was, "quy-trinh", "processes", 1), 200, `"here":2`, ""},
			{"leader", "/api/v1/process-moves", 403, "", ""},
			{"it", "/api/v1/stuck?kind=idle", 200, `"items":[]`, ""},
			{"clerk", "/api/v1/absences/candidates", 200, `"account":"lan"`, `"account":"khoa"`},
			{"leader", "/api/v1/absences/people", 200, `"account":"hung"`, `"account":"khoa"`},
		} {
			code, body := d.get(tt.who, tt.path)
			if code != tt.status || !strings.Contains(body, tt.says) || tt.not != "" && strings.Contains(body, tt.not) {
				t.Errorf("%s %s: %d, says %q: %v, says %q: %v", tt.who, tt.path, code, tt.says, strings.Contains(body, tt.says), tt.not, tt.not != "" && strings.Contains(body, tt.not))
			}
		}
	})
}

func TestAMoveByPages(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *desk) {
		for range 2 {
			d.Accepted(t)
		}
		to := d.now.Flow + " 2"
		at := d.page(d.was) + "/chuyen"
		code, body := d.get("it", at+"?"+url.Values{"to": {to}}.Encode())
		if code != 200 || !strings.Contains(body, "Chuyển được") || !strings.Contains(body, "Z01.103-") || !strings.Contains(body, `name="node-appraise"`) {
			t.Fatalf("%d %.2000s", code, body)
		}
		form := url.Values{"to": {to}, "node-appraise": {""}, "node-draft": {"draft"}}
		if w := d.post("it", at, form); w.Code != 422 || !strings.Contains(w.Body.String(), "Nhập lý do") {
			t.Errorf("without a reason: %d", w.Code)
		}
		form.Set("reason", "Quyết định 15")
		if w := d.post("it", at, form); w.Code != 422 || !strings.Contains(w.Body.String(), "chưa chỉ rõ chuyển đi đâu: appraise") || !strings.Contains(w.Body.String(), "Quyết định 15") {
			t.Errorf("without a target: %d", w.Code)
		}
		form.Set("node-appraise", "appraise")
		w := d.post("it", at, form)
		move := w.Header().Get("Location")
		if w.Code != 303 || !strings.HasPrefix(move, "/chuyen-quy-trinh/") {
			t.Fatalf("%d %s", w.Code, move)
		}
		if code, body := d.get("it", move); code != 200 || !strings.Contains(body, "Cần một người khác xác nhận") || strings.Contains(body, "/xac-nhan") {
			t.Errorf("%d", code)
		}
		if code, body := d.get("chk", move); code != 200 || !strings.Contains(body, "/xac-nhan") {
			t.Errorf("%d", code)
		}
		if w := d.post("it", move+"/xac-nhan", nil); w.Code != 403 {
			t.Errorf("who proposed confirms: %d", w.Code)
		}
		if w := d.post("chk", move+"/xac-nhan", nil); w.Code != 303 {
			t.Errorf("%d", w.Code)
		}
		if w := d.post("chk", move+"/xac-nhan", nil); w.Code != 409 || !strings.Contains(w.Body.String(), "đã được quyết định") {
			t.Errorf("%d", w.Code)
		}
		handlers := map[jobs.Kind]jobs.Handler{}
		for _, k := range []jobs.Kind{"dossiers.receipt", "dossiers.make_receipt"} {
			handlers[k] = func(context.Context, []byte) error { return nil }
		}
		maps.Copy(handlers, d.jobs)
		for did := true; did; {
			var err error
			if did, err = jobs.Work(t.Context(), d.DB, handlers); err != nil {
				t.Fatal(err)
			}
		}
		if _, body := d.get("it", move); !strings.Contains(body, "Đã xong") || strings.Count(body, "Z01.103-") != 2 {
			t.Errorf("%.3000s", body)
		}
		if _, body := d.get("it", move+"/ket-qua.csv"); strings.Count(body, "Đã chuyển") != 2 {
			t.Errorf("%s", body)
		}
		if _, body := d.get("it", "/api/v1/process-moves"); !strings.Contains(body, `"moved":2`) || !strings.Contains(body, `"state":"finished"`) {
			t.Errorf("%s", body)
		}
	})
}

func TestAbsencesByPages(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *desk) {
		form := url.Values{"from": {"9/3/2026"}, "to": {"13/3"}, "deputy": {""}}
		if w := d.post("clerk", "/vang-mat", form); w.Code != 422 || !strings.Contains(w.Body.String(), "Nhập ngày như") || !strings.Contains(w.Body.String(), "Chọn người làm thay") || !strings.Contains(w.Body.String(), `value="9/3/2026"`) {
			t.Errorf("%d", w.Code)
		}
		form = url.Values{"from": {"9/3/2026"}, "to": {"13/3/2026"}, "deputy": {"hung"}}
		if w := d.post("clerk", "/vang-mat", form); w.Code != 422 || !strings.Contains(w.Body.String(), "cùng vị trí trong cùng cơ quan suốt") {
			t.Errorf("%d", w.Code)
		}
		form.Set("deputy", "lan")
		if w := d.post("clerk", "/vang-mat", form); w.Code != 303 || w.Header().Get("Location") != "/vang-mat?when=coming" {
			t.Errorf("%d %s", w.Code, w.Header().Get("Location"))
		}
		_, body := d.get("leader", "/vang-mat?when=coming")
		if !strings.Contains(body, "Ông mai") || !strings.Contains(body, "09/03/2026 – 13/03/2026") {
			t.Errorf("%.2000s", body)
		}
		_, rest, found := strings.Cut(body, `action="/vang-mat/`)
		if !found {
			t.Fatal("nothing to end")
		}
		id := rest[:36]
		if w := d.post("faraway", "/vang-mat/"+id+"/ket-thuc", nil); w.Code != 404 {
			t.Errorf("from elsewhere: %d", w.Code)
		}
		if w := d.post("leader", "/vang-mat/"+id+"/ket-thuc", nil); w.Code != 303 {
			t.Errorf("%d", w.Code)
		}
		for _, tt := range []struct {
			who, body string
			status    int
			says      string
		}{
			{"clerk", `{"deputy":"lan","from":"2026-03-09","to":"2026-03-10"}`, 200, `"id":`},
			{"clerk", `{"deputy":"lan","from":"2026-03-09","to":"2026-03-10"}`, 409, "processes.overlap"},
			{"leader", `{"account":"khoa","deputy":"lan","from":"2026-03-09","to":"2026-03-10"}`, 404, "processes.not_found"},
			{"clerk", `{"account":"lan","deputy":"mai","from":"2026-03-09","to":"2026-03-10"}`, 403, "access.not_allowed"},
			{"clerk", `{"deputy":"lan","from":"x","to":"2026-03-10"}`, 422, "processes.day"},
		} {
			w := d.ask(tt.who, http.MethodPost, "/api/v1/absences", "application/json", tt.body)
			if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.says) {
				t.Errorf("%s %s: %d %s", tt.who, tt.body, w.Code, w.Body)
			}
		}
	})
}
