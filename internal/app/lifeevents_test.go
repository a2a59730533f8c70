// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"bufio"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/app"
	"tinhso.vn/internal/kernel/events"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/platform/config"
	"tinhso.vn/internal/simulators/agencies"
)

// mother files for a child; the registers of the agencies know her.
const mother = "dan.vothihoa"

// others are the simulated agencies in a process of their own.
type others struct {
	*world
	t   *testing.T
	url string
}

func newOthers(t *testing.T, w *world) *others {
	t.Helper()
	o := &others{world: w, t: t}
	self, err := os.Executable()
	must(t, err)
	cmd := exec.CommandContext(t.Context(), self)
	cmd.Env = append(os.Environ(), simulating+"="+t.TempDir())
	out, err := cmd.StdoutPipe()
	must(t, err)
	_, err = cmd.StdinPipe() // it ends with us
	must(t, err)
	must(t, cmd.Start())
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	lines := bufio.NewScanner(out)
	lines.Scan()
	o.url = lines.Text() + "/lgsp"
	go func() {
		for lines.Scan() { // nobody shall wait for us to read
		}
	}()
	w.Config.Axis = config.Axis{URL: o.url, Token: agencies.Token}
	again, err := app.Open(t.Context(), w.Config, "test", w.Log, nil)
	must(t, err)
	t.Cleanup(func() { _ = again.Close() })
	w.Program = again
	w.handler, err = again.Handler()
	must(t, err)
	return o
}

// faults makes an agency misbehave; nothing: it works.
func (o *others) faults(partner string, form url.Values) {
	o.t.Helper()
	r, err := http.NewRequestWithContext(o.t.Context(), http.MethodPost, o.url+"/"+partner+"/faults", strings.NewReader(form.Encode()))
	must(o.t, err)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	a, err := http.DefaultClient.Do(r)
	must(o.t, err)
	must(o.t, a.Body.Close())
}

// heard is what an agency was told, and what it keeps.
func (o *others) heard(partner string) (messages []agencies.Message, kept []agencies.File) {
	o.t.Helper()
	r, err := http.NewRequestWithContext(o.t.Context(), http.MethodGet, o.url+"/"+partner+"/received", nil)
	must(o.t, err)
	a, err := http.DefaultClient.Do(r)
	must(o.t, err)
	defer func() { _ = a.Body.Close() }()
	raw, err := io.ReadAll(a.Body)
	must(o.t, err)
	var got struct {
		Messages []agencies.Message
		Files    []agencies.File
	}
	must(o.t, json.Unmarshal(raw, &got))
	return got.Messages, got.Files
}

// until does what waits until something is true.
func (o *others) until(what string, f func() bool) {
	o.t.Helper()
	handlers, consumers := map[jobs.Kind]jobs.Handler{}, map[events.Name][]jobs.Kind{}
	for _, m := range o.Parts.All() {
		maps.Copy(handlers, m.Jobs)
		for name, kind := range m.Consumes {
			consumers[name] = append(consumers[name], kind)
		}
	}
	for range 300 {
		_, err := events.Dispatch(o.t.Context(), o.DB, consumers)
		must(o.t, err)
		for did := true; did; {
			did, err = jobs.Work(o.t.Context(), o.DB, handlers)
			must(o.t, err)
		}
		for did := true; did; {
			did, err = o.Parts.Hub.Work(o.t.Context())
			must(o.t, err)
		}
		if f() {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	o.t.Fatalf("never: %s", what)
}

func birthAnswers() map[string]any {
	home := map[string]any{"commune": townWard, "detail": "Số 3, đường Giả Định"}
	return map[string]any{
		"requester_name": "Võ Thị Hoa", "requester_number": "089188000062", "requester_residence": home, "requester_phone": "0900000062", "relation": "mother",
		"child_name": "Trần Gia Bảo", "child_born": "2026-02-10", "child_sex": "male", "child_ethnic": "Kinh", "home_town": "Tỉnh An Giang", "birth_certificate": "15/GCS, Bệnh viện Giả Định", "birth_place": home,
		"mother_name": "Võ Thị Hoa", "mother_number": "089188000062", "father_known": "yes", "father_name": "Trần Văn Lâm", "father_number": "089086000064", "marriage": "12/2012",
		"residence": home, "host_name": "Võ Thị Hoa", "host_number": "089188000062", "host_relation": "Con", "host_agrees": "yes", "hospital": "Trạm y tế Giả Định", "id_card": "no",
	}
}

// born files a birth and carries it to its certificate.
func (o *others) born() (id string) {
	o.t.Helper()
	return o.carried("lien-thong-khai-sinh", birthAnswers(), `{"fields":{"child_number":"089326000065"}}`)
}

// carried files a linked declaration and carries it to its paper.
func (o *others) carried(procedure string, answers map[string]any, fields string) (id string) {
	o.t.Helper()
	w, t := o.world, o.t
	id = ask[filed](t, w, mother, http.MethodPost, "/api/v1/dossiers", encoded(t, map[string]any{"procedure": procedure, "unit": townWard, "answers": answers}), "Idempotency-Key", procedure).ID
	at := "/api/v1/dossiers/" + id
	ask[any](t, w, counter, http.MethodPost, at+"/accept", "{}")
	ask[any](t, w, officer, http.MethodPut, at+"/result", fields)
	signer, _, err := w.People.FindAccount(t.Context(), w.DB, "lanhdao.longxuyen")
	must(t, err)
	ask[any](t, w, officer, http.MethodPost, at+"/send-to-sign", `{"signer":"`+signer.ID+`"}`)
	ask[any](t, w, "lanhdao.longxuyen", http.MethodPost, at+"/sign", "{}")
	ask[any](t, w, "vanthu.longxuyen", http.MethodPost, at+"/issue", "{}")
	return id
}

type linked struct {
	State, Result string
	Legs          []struct {
		Leg, State, Why, Words, Reference string
		Version                           int
		Given                             map[string]string
	}
}

func (l linked) leg(id string) (state, why string, version int) {
	for _, one := range l.Legs {
		if one.Leg == id {
			return one.State, one.Why, one.Version
		}
	}
	return "", "", 0
}

// TestABirthGoesToTheOtherAgencies files once: the police and social insurance are
// told by the program. Insurance refuses, a clerk mends, and the mother sees it all.
func TestABirthGoesToTheOtherAgencies(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		o := newOthers(t, w)
		const words = "Nơi khám chữa bệnh không có trong danh mục"
		o.faults("bhxh", url.Values{"refuse": {"1"}, "words": {words}})
		o.faults("cu-tru", url.Values{"fail": {"1"}, "lose": {"1"}}) // and is told again
		id := o.born()
		api, page := "/api/v1/life-events/"+id, "/lien-thong/"+id
		get := func() linked { return ask[linked](t, w, counter, http.MethodGet, api, "") }
		o.until("insurance has refused", func() bool { state, why, _ := get().leg("bao-hiem"); return state == "stuck" && why == "refused" })

		if _, kept := o.heard("cu-tru"); len(kept) != 1 || kept[0].Told["HoVaTen"] != "Trần Gia Bảo" || kept[0].Told["SoDinhDanh"] != "089326000065" || !strings.Contains(kept[0].Told["SoGiayKhaiSinh"], "GKS") {
			t.Errorf("the police: %+v", kept)
		}
		if got := w.send(t, counter, http.MethodGet, "/lien-thong", ""); !strings.Contains(got.body, "Đã đăng ký thường trú · Thẻ bảo hiểm y tế: cán bộ đang xử lý") || strings.Contains(got.body, "Gia Bảo") {
			t.Errorf("the list: %d %.3000s", got.status, got.body)
		}
		if got := w.send(t, counter, http.MethodGet, page, ""); !strings.Contains(got.body, words) || !strings.Contains(got.body, `name="f-NoiKhamChuaBenh"`) {
			t.Errorf("the page of a clerk: %d %.3000s", got.status, got.body)
		}
		for who, want := range map[string]int{"motcua.chaudoc": http.StatusNotFound, mother: http.StatusForbidden} {
			if got := w.send(t, who, http.MethodGet, page, ""); got.status != want {
				t.Errorf("%s: %d", who, got.status)
			}
		}
		_, _, version := get().leg("bao-hiem")
		long := w.post(t, counter, page+"/bao-hiem/gui-lai", url.Values{"version": {strconv.Itoa(version)}, "do": {"mend"}, "f-NoiKhamChuaBenh": {strings.Repeat("a", 600)}})
		if long.status != http.StatusUnprocessableEntity || !strings.Contains(long.body, `href="#bao-hiem-NoiKhamChuaBenh"`) || !strings.Contains(long.body, strings.Repeat("a", 600)) {
			t.Errorf("too long: %d %.2000s", long.status, long.body)
		}
		if got := w.post(t, counter, page+"/bao-hiem/ket-thuc", url.Values{"version": {strconv.Itoa(version)}, "do": {"close"}, "reason": {""}}); got.status != 422 || !strings.Contains(got.body, `href="#bao-hiem-close"`) {
			t.Errorf("no reason: %d", got.status)
		}
		form := url.Values{"version": {strconv.Itoa(version)}, "do": {"mend"}, "f-NoiKhamChuaBenh": {"Bệnh viện Đa khoa Giả Định"}}
		if got := w.post(t, counter, page+"/bao-hiem/gui-lai", form); got.status != http.StatusSeeOther {
			t.Fatalf("mend: %d %.2000s", got.status, got.body)
		}
		if got := w.post(t, counter, page+"/bao-hiem/gui-lai", form); got.status != http.StatusConflict {
			t.Errorf("twice: %d", got.status)
		}
		o.until("all is done", func() bool { return get().State == "done" })
		if _, kept := o.heard("bhxh"); len(kept) != 1 || kept[0].Told["NoiKhamChuaBenh"] != "Bệnh viện Đa khoa Giả Định" || kept[0].Told["SoHoSoCuTru"] == "" {
			t.Errorf("insurance: %+v", kept)
		}
		if heard, _ := o.heard("can-cuoc"); len(heard) != 0 {
			t.Errorf("identity cards were not asked for: %+v", heard)
		}
		mine := w.send(t, mother, http.MethodGet, "/ho-so/"+id+"/lien-thong", "")
		if mine.status != http.StatusOK || !strings.Contains(mine.body, "Đã có giấy khai sinh · Đã đăng ký thường trú · Đã có thẻ bảo hiểm y tế") || strings.Contains(mine.body, words) {
			t.Errorf("her page: %d %.3000s", mine.status, mine.body)
		}
		for who, path := range map[string]string{mother: "/ho-so/" + id, officer: "/xu-ly/" + id} {
			if got := w.send(t, who, http.MethodGet, path, ""); !strings.Contains(got.body, `id="lien-thong"`) {
				t.Errorf("%s: %d %.500s", path, got.status, got.body)
			}
		}
		if got := w.send(t, owner, http.MethodGet, "/ho-so/"+id+"/lien-thong", ""); got.status != http.StatusNotFound {
			t.Errorf("a neighbour: %d", got.status)
		}
		calls := ask[struct {
			Items []struct{ Partner, Operation, Purpose string }
		}](t, w, "lanhdao.longxuyen", http.MethodGet, "/api/v1/dossiers/"+id+"/outside-calls", "")
		if !slices.ContainsFunc(calls.Items, func(c struct{ Partner, Operation, Purpose string }) bool {
			return c.Operation == "CapTheBHYTTreEm" && c.Purpose == "linked"
		}) {
			t.Errorf("an auditor does not find the calls: %+v", calls)
		}
	})
}

// TestADeathIsTakenBack files a death without an allowance: one leg. It turns out to be
// a mistake, and the police are told.
func TestADeathIsTakenBack(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		o := newOthers(t, w)
		home := map[string]any{"commune": townWard, "detail": "Số 3, đường Giả Định"}
		id := o.carried("lien-thong-khai-tu", map[string]any{
			"requester_name": "Võ Thị Hoa", "requester_number": "089188000062", "requester_residence": home, "requester_phone": "0900000062", "relation": "child",
			"deceased_name": "Võ Văn Xa", "deceased_born": "1940-05-01", "deceased_sex": "male", "deceased_number": "089040000077", "deceased_residence": home,
			"died_on": "2026-01-05", "death_place": home, "cause": "Tuổi già", "allowance_kind": "none",
		}, `{"fields":{"book":"01, trang 5"}}`)
		api, page := "/api/v1/life-events/"+id, "/lien-thong/"+id
		get := func() linked { return ask[linked](t, w, counter, http.MethodGet, api, "") }
		o.until("the residence has ended", func() bool { return get().State == "done" })
		if got := get(); len(got.Legs) != 1 {
			t.Errorf("an allowance that nobody asked for: %+v", got)
		}
		_, _, version := get().leg("xoa-thuong-tru")
		if got := w.post(t, counter, page+"/xoa-thuong-tru/thu-hoi", url.Values{"version": {strconv.Itoa(version)}, "do": {"back"}, "reason": {"Nhầm người"}}); got.status != http.StatusSeeOther {
			t.Fatalf("take back: %d %.2000s", got.status, got.body)
		}
		o.until("the police have taken it back", func() bool { state, _, _ := get().leg("xoa-thuong-tru"); return state == "cancelled" })
		if _, kept := o.heard("cu-tru"); len(kept) != 1 || kept[0].Status != "9" || kept[0].Told["SoTrichLuc"] == "" {
			t.Errorf("the police: %+v", kept)
		}
		if got := w.send(t, mother, http.MethodGet, "/ho-so/"+id+"/lien-thong", ""); !strings.Contains(got.body, "Xóa đăng ký thường trú: đã hủy") || !strings.Contains(got.body, "Nhầm người") {
			t.Errorf("her page: %d %.2000s", got.status, got.body)
		}
	})
}

// Every question of a declaration is asked once, and every leg gets what the agency
// does not go without from it, from the result here, or from a leg before it.
func TestNothingIsAskedTwice(t *testing.T) {
	t.Parallel()
	set, err := app.LoadPack("an-giang")
	must(t, err)
	known := map[string][]string{"lien-thong-khai-sinh": nil, "lien-thong-khai-tu": nil}
	for _, b := range set.Bundles {
		form, _ := set.Form(b.Procedure)
		asked, used := map[string]bool{}, map[string]bool{}
		for _, k := range form.Keys {
			if asked[k] {
				t.Errorf("%s asks %s twice", b.ID, k)
			}
			asked[k] = true
		}
		for _, l := range b.Legs {
			for _, f := range l.Fields {
				source, key, _ := strings.Cut(f.From, ".")
				if source == "form" {
					used[key] = true
				}
			}
			for _, name := range agencies.Needed(l.Service) {
				if !slices.ContainsFunc(l.Fields, func(f packs.LegField) bool { return f.Name == name }) {
					t.Errorf("%s: %s is not told %s", b.ID, l.Service, name)
				}
			}
			known[b.Procedure] = append(known[b.Procedure], l.ID)
		}
		for key := range used {
			if !asked[key] {
				t.Errorf("%s: %s is nowhere asked", b.ID, key)
			}
		}
	}
	for procedure, legs := range known {
		if len(legs) < 2 {
			t.Errorf("%s has the legs %v", procedure, legs)
		}
	}
}
