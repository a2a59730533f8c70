// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"tinhso.vn/internal/platform/pdf/pdftest"
)

// digitised files a dossier with a paper, which the counter digitises, and returns
// the dossier and the paper of the vault.
func (w *world) digitised(t *testing.T, who, answers, procedure, part, kind, number string) (dossier, paper string) {
	t.Helper()
	d := ask[struct{ ID string }](t, w, who, http.MethodPost, "/api/v1/drafts", `{"procedure":"`+procedure+`","unit":"phuong-long-xuyen"}`)
	if a := w.send(t, who, http.MethodPost, "/api/v1/drafts/"+d.ID+"/papers/"+part+"?name=giay.pdf", pdftest.Small, "Content-Type", "application/pdf"); a.status != http.StatusCreated {
		t.Fatalf("a file: %d %s", a.status, a.body)
	}
	ask[any](t, w, who, http.MethodPatch, "/api/v1/drafts/"+d.ID+"/answers", answers)
	ask[any](t, w, who, http.MethodPost, "/api/v1/drafts/"+d.ID+"/submit", "{}")
	ask[any](t, w, "motcua.longxuyen", http.MethodPost, "/api/v1/dossiers/"+d.ID+"/accept", "{}")
	type file struct{ ID string }
	in := ask[struct{ Items []file }](t, w, "motcua.longxuyen", http.MethodGet, "/api/v1/vault/incoming/"+d.ID, "")
	if len(in.Items) != 1 {
		t.Fatalf("came with it: %+v", in)
	}
	made := ask[struct{ ID string }](t, w, "motcua.longxuyen", http.MethodPost, "/api/v1/vault/incoming/"+d.ID+"/"+in.Items[0].ID,
		`{"type":"`+kind+`","number":"`+number+`","issuer":"UBND phường","issued":"2026-01-05","checked":"original"}`)
	return d.ID, made.ID
}

// pension are the answers of application.
func pension() string {
	_, answers, _ := strings.Cut(application, `"answers":`)
	return strings.TrimSuffix(answers, "}")
}

// Somebody else's paper is not there, whatever the route and the role; what an
// official sees of it, its owner is told.
func TestWhoSeesAPaper(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		const mother, clerk, leader, far = "dan.vothihoa", "motcua.longxuyen", "lanhdao.longxuyen", "motcua.chaudoc"
		dossier, paper := w.digitised(t, owner, pension(), procedureID, "ho-ngheo", "giay-ho-ngheo", "77/CN-HN")
		at, one := "/api/v1/vault/papers/"+paper, "/kho/"+paper
		const ok, no, gone, out = http.StatusOK, http.StatusForbidden, http.StatusNotFound, http.StatusUnauthorized
		for _, tt := range []struct {
			method, path, body                 string
			owner, mother, clerk, leader, none int
		}{
			{"GET", at, "", ok, gone, no, no, out},
			{"GET", at + "/file", "", ok, gone, no, no, out},
			{"GET", at + "/pages/0", "", gone, gone, no, no, out}, // no picture of it was made
			{"GET", one, "", ok, gone, no, no, http.StatusSeeOther},
			{"GET", one + "/tep", "", ok, gone, no, no, http.StatusSeeOther},
			{"POST", at + "/shares", `{"purpose":"Thử","days":1}`, ok, gone, no, no, out},
			{"POST", at + "/shares/none/withdraw", "{}", 204, gone, no, no, out},
			{"GET", "/api/v1/vault/incoming/" + dossier, "", no, no, ok, no, out},
			{"GET", "/so-hoa/" + dossier, "", no, no, ok, no, http.StatusSeeOther},
			{"GET", "/api/v1/vault/made/" + paper, "", no, no, no, ok, out},
			{"GET", "/api/v1/vault/made?dossier=" + dossier, "", no, no, no, ok, out},
			{"GET", "/giay-to-da-cap/ho-so/" + dossier, "", no, no, no, ok, http.StatusSeeOther},
			{"GET", "/giay-to-da-cap/" + paper, "", no, no, no, ok, http.StatusSeeOther},
		} {
			for who, want := range map[string]int{owner: tt.owner, mother: tt.mother, clerk: tt.clerk, leader: tt.leader, "": tt.none} {
				if got := w.send(t, who, tt.method, tt.path, tt.body); got.status != want && (who != "" || got.status < 300) {
					t.Errorf("%s %s as %q: %d, want %d: %.200s", tt.method, tt.path, who, got.status, want, got.body)
				}
			}
		}
		if got := w.send(t, far, http.MethodGet, "/api/v1/vault/incoming/"+dossier, ""); got.status != gone {
			t.Errorf("a clerk elsewhere: %d", got.status)
		}
		if got := w.send(t, mother, http.MethodGet, "/api/v1/vault/papers", ""); strings.Contains(got.body, paper) {
			t.Error("another citizen lists it")
		}

		// A clerk at another counter, with a dossier of hers, sees what it asks for and no more.
		d := ask[struct{ ID string }](t, w, far, http.MethodPost, "/api/v1/drafts", `{"procedure":"`+procedureID+`"}`)
		for _, number := range []string{"089058000001", "089188000062", "089058000001"} {
			want := number == "089058000001"
			name := map[bool]string{true: "Nguyễn Văn Bảy", false: "Võ Thị Hoa"}[want]
			ask[any](t, w, far, http.MethodPut, "/api/v1/drafts/"+d.ID+"/parties", `{"basis":"self","owner":{"name":"`+name+`","number":"`+number+`"}}`)
			got := w.send(t, far, http.MethodGet, "/api/v1/drafts/"+d.ID+"/vault", "")
			if strings.Contains(got.body, paper) != want {
				t.Errorf("for %s: %d %s", number, got.status, got.body)
			}
			shown := w.send(t, far, http.MethodGet, "/nhap/"+d.ID+"/giay-to", "")
			if strings.Contains(shown.body, "Đã có trong kho: 77/CN-HN") != want {
				t.Errorf("the page for %s: %d", number, shown.status)
			}
			if took := w.send(t, far, http.MethodPost, "/api/v1/drafts/"+d.ID+"/papers/ho-ngheo/vault", `{"holding":"`+paper+`"}`); (took.status == ok) != want {
				t.Errorf("taken for %s: %d %s", number, took.status, took.body)
			}
		}
		if told := w.send(t, owner, http.MethodGet, one, ""); strings.Count(told.body, "Xem giấy tờ trong kho có gì") < 2 || !strings.Contains(told.body, "Châu Đốc") {
			t.Errorf("the owner is not told who looked: %d", told.status)
		}
		if told := w.send(t, owner, http.MethodGet, "/ai-da-xem", ""); told.status != ok {
			t.Errorf("who has looked: %d", told.status)
		}
	})
}

// Whoever represents an organisation sees its papers, as far as the right goes; as
// oneself nobody does.
func TestPapersOfAnOrganisation(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	w.choose(t, director, company)
	answers := `{"requester_name":"Lê Thị Nam","requester_number":"089185000002","requester_phone":"0900000002","paper_kind":"business","paper_name":"Giấy đăng ký","issuer":"Sở Tài chính","pages":2,"copies":1,"electronic":"no"}`
	_, paper := w.digitised(t, director, answers, "chung-thuc-ban-sao", "ban-chinh", "giay-chung-nhan-ho-kinh-doanh", "9900000016")
	for _, tt := range []struct {
		who, person string
		want        bool
	}{{director, company, true}, {accountant, company, true}, {director, "", false}, {accountant, "", false}} {
		if tt.person == "" {
			ask[any](t, w, tt.who, http.MethodPut, "/api/v1/acting", `{}`)
		} else {
			w.choose(t, tt.who, tt.person)
		}
		if got := w.send(t, tt.who, http.MethodGet, "/api/v1/vault/papers", ""); strings.Contains(got.body, paper) != tt.want {
			t.Errorf("%s for %q: %d %s", tt.who, tt.person, got.status, got.body)
		}
	}
}

// A link opens for whoever has it, until it ends; what is asked of it is little.
func TestALinkToAPaper(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	_, paper := w.digitised(t, owner, pension(), procedureID, "ho-ngheo", "giay-ho-ngheo", "77/CN-HN")
	s := ask[struct{ ID, Address string }](t, w, owner, http.MethodPost, "/api/v1/vault/papers/"+paper+"/shares", `{"purpose":"Vay vốn","days":3,"opens":1}`)
	u, err := url.Parse(s.Address)
	must(t, err)
	got := w.send(t, "", http.MethodGet, u.Path, "")
	pageSays(t, "the link", got, http.StatusOK, "Nguyễn Văn Bảy", "Vay vốn", "Còn mở được 1 lần")
	if !strings.Contains(got.header.Get("X-Robots-Tag"), "noindex") || got.header.Get("Cache-Control") != "no-store" || strings.Contains(got.body, "089058000001") {
		t.Errorf("the page of a link: %v", got.header)
	}
	if got := w.post(t, "", u.Path, url.Values{}); got.status != http.StatusOK || !strings.HasPrefix(got.body, "%PDF-") {
		t.Errorf("opened: %d", got.status)
	}
	for i, path := range []string{u.Path, "/chia-se/" + strings.Repeat("A", 26)} {
		if got := w.send(t, "", http.MethodGet, path, ""); got.status != http.StatusNotFound || !strings.Contains(got.body, "Không mở được liên kết") {
			t.Errorf("%d: %d", i, got.status)
		}
	}
	if strings.Contains(w.logged.String(), strings.TrimPrefix(u.Path, "/chia-se/")) {
		t.Error("the log has the link")
	}
	pageSays(t, "the owner", w.send(t, owner, http.MethodGet, "/kho/"+paper, ""), http.StatusOK, "Vay vốn", "đã mở 1/1 lần", "Đã kết thúc", "bị từ chối")
}

// Two who are found to be one have one vault, and two again when it is undone.
func TestAVaultIsMerged(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		const two, admin, leader = "dan.vothihoa", "quantri.longxuyen", "lanhdao.longxuyen"
		_, paper := w.digitised(t, owner, pension(), procedureID, "ho-ngheo", "giay-ho-ngheo", "77/CN-HN")
		o := objects{t: t, w: w}
		has := func(who string) bool {
			t.Helper()
			return strings.Contains(w.send(t, who, http.MethodGet, "/api/v1/vault/papers", "").body, paper)
		}
		m := ask[struct{ ID string }](t, w, admin, http.MethodPost, "/api/v1/person-merges", fmt.Sprintf(`{"from":"%s","to":"%s","words":"Khai hai lần"}`, o.person(owner), o.person(two)))
		ask[any](t, w, leader, http.MethodPost, "/api/v1/person-merges/"+m.ID+"/decide", `{"right":true}`)
		if !has(two) {
			t.Error("merged, the other has it not")
		}
		ask[any](t, w, leader, http.MethodPost, "/api/v1/person-merges/"+m.ID+"/undo", `{"words":"Là hai người"}`)
		if has(two) || !has(owner) {
			t.Errorf("undone: the other %v, the owner %v", has(two), has(owner))
		}
		if all := w.archive(t, owner); !strings.Contains(all["data/holdings.json"], "77/CN-HN") {
			t.Errorf("the archive: %.300s", all["data/holdings.json"])
		}
	})
}
