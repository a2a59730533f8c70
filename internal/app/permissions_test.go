// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/platform/web"
)

// column is somebody for whom every route is tried. The objects belong to the
// citizen and to phường Long Xuyên: to "neighbour" and "elsewhere" they are out of scope.
type column struct{ title, login string }

func columns() []column {
	return []column{
		{"nobody", ""},
		{"citizen", "dan.nguyenvanbay"},
		{"neighbour", "dn.namlong"},
		{"clerk", "motcua.longxuyen"},
		{"clerk elsewhere", "motcua.chaudoc"},
		{"officer", "chuyenvien.longxuyen"},
		{"officer elsewhere", "chuyenvien.chaudoc"},
		{"leader", "lanhdao.longxuyen"},
		{"records clerk", "vanthu.longxuyen"},
		{"unit admin", "quantri.longxuyen"},
		{"province IT", "cntt.tinh"},
		{"auditor", "kiemtra.tinh"},
		{"leader elsewhere", "lanhdao.sonoivu"},
		{"records elsewhere", "vanthu.sonoivu"},
		{"security officer", "antoan.tinh"},
		{"data protection", "baove.dulieu"},
		{"data protection lead", "lanhdao.dulieu"},
		{"procedure author", "kiemsoat.tinh"},
		{"procedure approver", "lanhdao.vanphong"},
		{"cashier", "thuquy.longxuyen"},
		{"accountant", "ketoan.longxuyen"},
		{"system", systemLogin + "system_dossiers"},
		{"system elsewhere", systemLogin + "system_registers_write"},
		{"national portal", systemLogin + "system_national_portal"},
	}
}

// systemLogin begins what a column of a program is called by; its role follows.
const systemLogin = "system:"

// admitSystems gives each column of a program a token: *system* reads dossiers of
// phường Long Xuyên, the other one's register lies elsewhere.
func (o *objects) admitSystems(people []column) {
	o.t.Helper()
	for _, p := range people {
		role, is := strings.CutPrefix(p.login, systemLogin)
		if !is {
			continue
		}
		unit := "phuong-long-xuyen"
		if p.title != "system" {
			unit = "so-noi-vu"
		}
		until := o.w.DB.Now().AddDate(0, 6, 0).UTC().Format("2006-01-02T15:04:05Z")
		made := ask[struct{ ID string }](o.t, o.w, "cntt.tinh", http.MethodPost, "/api/v1/systems", `{"name":"Hệ thống `+role+`","owner":"B","contact":"C","purpose":"D",
			"reach":{"role":"`+role+`","unit":"`+unit+`","subtree":true,"networks":["192.0.2.0/24"],"per_minute":6000,"until":"`+until+`"}}`)
		token := ask[struct{ Token string }](o.t, o.w, "cntt.tinh", http.MethodPost, "/api/v1/systems/"+made.ID+"/tokens", `{"days":90}`)
		ask[any](o.t, o.w, "antoan.tinh", http.MethodPost, "/api/v1/systems/"+made.ID+"/confirmation", `{"version":2}`)
		o.w.mu.Lock()
		o.w.tokens[string(identity.API)+p.login] = token.Token
		o.w.mu.Unlock()
	}
}

// The table has a column for every role that the pack gives to somebody, and for
// every role of programs one that holds it or reaches less.
func TestEveryRoleHasAColumn(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	roles := map[string]string{}
	for _, a := range w.set.Accounts {
		roles[a.ID] = a.Role
	}
	seen := map[string]bool{}
	for _, p := range columns() {
		if role, is := strings.CutPrefix(p.login, systemLogin); is {
			seen[role] = true
		}
		seen[roles[p.login]] = true
	}
	if seen["system_registers_write"] {
		seen["system_registers"] = true // may do less
	}
	for _, r := range w.set.Roles {
		if strings.HasPrefix(r.Origin.Pack, "sector/") {
			continue // may do nothing but with registers: TestSectorsShowWhatTheirRightsSay
		}
		if !seen[r.ID] {
			t.Errorf("no column for the role %s", r.ID)
		}
	}
}

// docs/permissions.md: what a real request of each person to each route is
// answered. A changed cell is a visible change of who may do what.
func TestPermissions(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	o := objects{t: t, w: w}
	people := columns()
	o.admitSystems(people)
	var b strings.Builder
	b.WriteString(`# Who may do what

Every route, tried by a real request of every person, and the status it was answered with. Written by a test (` + "`make generate`" + `):
a changed cell is a change of who may do what. The dossier, the draft and the record are those of *citizen* and of the unit of *clerk*, *officer*,
*leader*, *records clerk* and *unit admin*; *neighbour* and *elsewhere* hold the same roles for somebody or somewhere else. Requests about data and notices are
the citizen's, changes of procedures, clients, systems and breach files those of who looks after them. *system* is a program with a token for dossiers of that
unit, *system elsewhere* one for registers of another; programs have no pages.

2xx and 303: done or shown (303 to the sign-in page is **→in**) · 401 sign in first · 403 not allowed · 404 does not exist for this person ·
400, 409, 422: let in, and the empty request or the state did not allow it.

`)
	b.WriteString("| route |")
	for _, p := range people {
		b.WriteString(" " + p.title + " |")
	}
	b.WriteString("\n|---|" + strings.Repeat("---|", len(people)) + "\n")
	routes := slices.Clone(allRoutes(w))
	slices.SortFunc(routes, func(a, b web.Route) int { return strings.Compare(key(a), key(b)) })
	for _, r := range routes {
		fmt.Fprintf(&b, "| `%s` |", r.Pattern)
		for _, p := range people {
			got := o.try(r, p.login)
			cell := fmt.Sprint(got.status)
			if got.status == http.StatusSeeOther && strings.HasPrefix(got.header.Get("Location"), "/dang-nhap") {
				cell = "→in"
			}
			if got.status >= http.StatusInternalServerError {
				t.Errorf("%s as %s: %d %s", r.Pattern, p.title, got.status, got.body)
			}
			fmt.Fprintf(&b, " %s |", cell)
		}
		b.WriteString("\n")
	}
	golden(t, "permissions.md", b.String())
}

func allRoutes(w *world) (routes []web.Route) {
	for _, m := range w.Parts.All() {
		routes = append(routes, m.Routes...)
	}
	return routes
}

// key sorts by path, then by method.
func key(r web.Route) string {
	method, path, _ := strings.Cut(r.Pattern, " ")
	return path + " " + method
}

// objects makes what routes are about.
type objects struct {
	t *testing.T
	w *world
	n int

	read   bool              // the route only reads: what was made for another will do
	before map[string]string // what was made for reading
}

const owner, officer = "dan.nguyenvanbay", "chuyenvien.longxuyen"

// try asks for a route as somebody, about fresh objects, with an empty body.
func (o *objects) try(r web.Route, login string) answer {
	method, path, _ := strings.Cut(r.Pattern, " ")
	o.read = method == http.MethodGet
	if strings.HasPrefix(login, systemLogin) && !r.API {
		login = "" // a program has no browser
	}
	path = strings.TrimSuffix(path, "{$}")
	for strings.Contains(path, "{") {
		before, rest, _ := strings.Cut(path, "{")
		name, after, _ := strings.Cut(rest, "}")
		path = before + o.value(before, name) + after
	}
	if r.API && method == http.MethodGet { // personal data is read for a purpose
		purpose := "handling"
		if login == owner || login == "dn.namlong" {
			purpose = "own"
		}
		path += "?purpose=" + purpose
	}
	body := ""
	if r.API && method != http.MethodGet {
		body = "{}"
	}
	defer o.forgetEnded(login)
	return o.w.send(o.t, login, method, path, body)
}

// forgetEnded forgets the sessions that a request has ended: signing out, ending
// others, leaving an application.
func (o *objects) forgetEnded(login string) {
	if strings.HasPrefix(login, systemLogin) {
		return // its token ends by its own doors
	}
	o.w.mu.Lock()
	defer o.w.mu.Unlock()
	for _, k := range []identity.SessionKind{identity.Browser, identity.API} {
		if _, _, live, err := o.w.People.FindSession(o.t.Context(), o.w.DB, o.w.tokens[string(k)+login], k, o.w.DB.Now()); err != nil || !live {
			delete(o.w.tokens, string(k)+login)
		}
	}
}

func (o *objects) value(before, name string) string {
	if made := o.other(before, name); made != "" {
		return made
	}
	switch name {
	case "procedure":
		return procedureID
	case "unit":
		return "phuong-long-xuyen"
	case "code":
		if strings.Contains(before, "language") {
			return "vi"
		}
		return o.file().Reference
	case "register":
		return "di-tich"
	case "record":
		return o.record()
	case "draft":
		return o.draft()
	case "step":
		return "applicant"
	case "paper":
		return "van-ban-uy-quyen"
	case "id":
		switch {
		case strings.Contains(before, "/drafts/"):
			return o.draft()
		case strings.Contains(before, "/procedures/"), strings.Contains(before, "/thu-tuc/"):
			return procedureID
		case strings.Contains(before, "/jobs/"), strings.Contains(before, "/viec-nen/"):
			return "none"
		}
		return o.file().ID
	}
	return "none" // a file, an attachment: there is none
}

const procedureID = "tro-cap-huu-tri-xa-hoi"

// application is what the citizen files: complete and made up.
const application = `{"procedure":"` + procedureID + `","unit":"phuong-long-xuyen","answers":{
	"applicant_name":"Nguyễn Văn Bảy","applicant_born":"1958-03-27","applicant_sex":"male","applicant_number":"089058000001",
	"applicant_residence":{"commune":"phuong-long-xuyen","detail":"Số 1, đường Giả Định"},"applicant_phone":"0900000001",
	"by_representative":"no","has_pension":"no","has_allowance":"no","household":"none","pay_by":"post"}}`

type filed struct{ ID, Reference string }

func (o *objects) file() (f filed) {
	o.t.Helper()
	o.n++
	got := o.w.send(o.t, owner, http.MethodPost, "/api/v1/dossiers", application, "Idempotency-Key", fmt.Sprint("k", o.n))
	if err := json.Unmarshal([]byte(got.body), &f); err != nil || f.ID == "" {
		o.t.Fatalf("file: %d %s", got.status, got.body)
	}
	return f
}

func (o *objects) draft() string {
	o.t.Helper()
	got := o.w.send(o.t, owner, http.MethodPost, "/api/v1/drafts", `{"procedure":"`+procedureID+`","unit":"phuong-long-xuyen"}`)
	var d struct{ ID string }
	if err := json.Unmarshal([]byte(got.body), &d); err != nil || d.ID == "" {
		o.t.Fatalf("draft: %d %s", got.status, got.body)
	}
	return d.ID
}

func (o *objects) record() string {
	o.t.Helper()
	o.n++
	got := o.w.send(o.t, officer, http.MethodPost, "/api/v1/registers/di-tich/records", strings.Replace(record, "C1", fmt.Sprint("C", o.n), 1))
	var r struct{ ID string }
	if err := json.Unmarshal([]byte(got.body), &r); err != nil || r.ID == "" {
		o.t.Fatalf("record: %d %s", got.status, got.body)
	}
	return r.ID
}

const record = `{"unit":"phuong-long-xuyen","values":{"code":"C1","name":"Đình thử nghiệm","commune":"phuong-long-xuyen","kind":"history","rank":"listed"}}`
