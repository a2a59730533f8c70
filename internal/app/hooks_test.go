// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tinhso.vn/internal/app"
	"tinhso.vn/internal/platform/config"
	"tinhso.vn/internal/simulators/hooks"
)

// receiver is a system that takes changes of registers, in a process of its own.
type receiver struct {
	*world
	t *testing.T

	pages, good, bad string // addresses
	system, at       string // the system and its operations
}

func newReceiver(t *testing.T, w *world) *receiver {
	t.Helper()
	r, data := &receiver{world: w, t: t}, t.TempDir()
	self, err := os.Executable()
	must(t, err)
	cmd := exec.CommandContext(t.Context(), self)
	cmd.Env = append(os.Environ(), simulating+"="+data)
	out, err := cmd.StdoutPipe()
	must(t, err)
	_, err = cmd.StdinPipe() // it ends with us
	must(t, err)
	must(t, cmd.Start())
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	lines := bufio.NewScanner(out)
	for r.bad == "" && lines.Scan() {
		if r.pages == "" {
			r.pages = lines.Text() + "/hooks"
		}
		if both, is := strings.CutPrefix(lines.Text(), "hooks: "); is {
			r.good, r.bad, _ = strings.Cut(both, " and untrusted ")
		}
	}
	w.Config.Webhooks = config.Webhooks{Private: []string{"127.0.0.0/8"}, Roots: hooks.RootFile(filepath.Join(data, "hooks"))}
	again, err := app.Open(t.Context(), w.Config, "test", w.Log, nil)
	must(t, err)
	t.Cleanup(func() { _ = again.Close() })
	w.Program = again
	w.handler, err = again.Handler()
	must(t, err)
	until := w.DB.Now().AddDate(0, 6, 0).UTC().Format("2006-01-02T15:04:05Z")
	r.system = ask[struct{ ID string }](t, w, "cntt.tinh", http.MethodPost, "/api/v1/systems", `{"name":"Hệ thống du lịch","owner":"B","contact":"C","purpose":"D",
		"reach":{"role":"system_registers","unit":"phuong-long-xuyen","subtree":true,"networks":[],"per_minute":60,"until":"`+until+`"}}`).ID
	r.at = "/api/v1/systems/" + r.system
	ask[any](t, w, "antoan.tinh", http.MethodPost, r.at+"/confirmation", `{"version":1}`)
	return r
}

func (r *receiver) control(method, path string) string {
	r.t.Helper()
	q, err := http.NewRequestWithContext(r.t.Context(), method, r.pages+path, http.NoBody)
	must(r.t, err)
	q.Close = true
	a, err := http.DefaultClient.Do(q)
	must(r.t, err)
	defer func() { _ = a.Body.Close() }()
	body, err := io.ReadAll(a.Body)
	must(r.t, err)
	return string(body)
}

// got returns what came after the first n messages: "added C1 1/1", of valid and all signatures.
func (r *receiver) got(n int) (said []string, ids []string) {
	r.t.Helper()
	var all []hooks.Got
	must(r.t, json.Unmarshal([]byte(r.control(http.MethodGet, "/received")), &all))
	for _, g := range all[min(n, len(all)):] {
		var m struct {
			Type string
			Data struct{ After map[string]any }
		}
		must(r.t, json.Unmarshal(g.Body, &m))
		said = append(said, fmt.Sprintf("%s %v %d/%d", strings.TrimPrefix(m.Type, "register."), m.Data.After["name"], g.Valid, g.Signed))
		ids = append(ids, g.ID)
	}
	return said, ids
}

// pump sends all that is due.
func (r *receiver) pump() {
	r.t.Helper()
	for did := true; did; {
		for more := true; more; {
			var err error
			more, err = r.Registers.OrderFeed(r.t.Context(), r.DB)
			must(r.t, err)
		}
		var err error
		did, err = r.Parts.Systems.Deliver(r.t.Context())
		must(r.t, err)
	}
}

func (r *receiver) add(who, unit, code string) string {
	r.t.Helper()
	return ask[struct{ ID string }](r.t, r.world, who, http.MethodPost, "/api/v1/registers/di-tich/records",
		fmt.Sprintf(`{"unit":%q,"values":{"code":%q,"name":"Đình %s","commune":%q,"kind":"history","rank":"listed"}}`, unit, code, code, unit)).ID
}

type hookState struct {
	ID, State, Error, Secret string
	Place                    int64
	Attempt                  int
	Messages                 []struct {
		Place    int64
		Arrived  bool
		Attempts int
		Status   int
		Error    string
	}
}

func (r *receiver) subscribe(address string) hookState {
	r.t.Helper()
	return ask[hookState](r.t, r.world, "cntt.tinh", http.MethodPost, r.at+"/subscriptions", fmt.Sprintf(`{"register":"di-tich","url":%q}`, address))
}

func (r *receiver) state(hook string) hookState {
	r.t.Helper()
	return ask[hookState](r.t, r.world, "cntt.tinh", http.MethodGet, r.at+"/subscriptions/"+hook, "")
}

// again lets a subscription try now, as an operator does who does not want to wait.
func (r *receiver) again(hook string) {
	r.t.Helper()
	if r.state(hook).State == "active" {
		ask[any](r.t, r.world, "cntt.tinh", http.MethodPut, r.at+"/subscriptions/"+hook+"/stopped", "")
	}
	ask[any](r.t, r.world, "cntt.tinh", http.MethodDelete, r.at+"/subscriptions/"+hook+"/stopped", "")
	r.pump()
}

// A system in another process is told of changes, signed and in order, also when it
// fails, is slow, loses its answers, changes its secret or has a certificate that
// nobody believes.
func TestASystemIsSentChanges(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		r := newReceiver(t, w)
		const here, me = "phuong-long-xuyen", "chuyenvien.longxuyen"
		r.add(me, here, "P0") // before: not told
		hook := r.subscribe(r.good + "/nhan")
		r.control(http.MethodPost, "/secret?"+url.Values{"value": {hook.Secret}}.Encode())
		first := r.add(me, here, "P1")
		r.add("chuyenvien.chaudoc", "phuong-chau-doc", "P2") // not of its units
		r.add(me, here, "P3")
		r.pump()
		want := []string{"added Đình P1 1/1", "added Đình P3 1/1"}
		if got, _ := r.got(0); !slices.Equal(got, want) {
			t.Fatalf("was told %q", got)
		}

		// One that fails holds up those behind it.
		r.control(http.MethodPost, "/faults?fail=1")
		ask[any](t, w, me, http.MethodPut, "/api/v1/registers/di-tich/records/"+first, `{"seen":1,"values":{"name":"Đình P1 mới"}}`)
		r.add(me, here, "P4")
		r.pump()
		if s := r.state(hook.ID); s.Attempt != 1 || s.Error != "status" || s.Messages[0].Status != 500 || s.Messages[0].Arrived {
			t.Errorf("after a failure: %+v", s)
		}
		r.again(hook.ID)
		if got, _ := r.got(2); !slices.Equal(got, []string{"changed Đình P1 mới 1/1", "added Đình P4 1/1"}) {
			t.Errorf("after a failure it was told %q", got)
		}

		// Whose answer gets lost is told again, under the same id.
		r.control(http.MethodPost, "/faults?drop=1")
		r.add(me, here, "P5")
		r.pump()
		r.again(hook.ID)
		if got, ids := r.got(4); !slices.Equal(got, []string{"added Đình P5 1/1", "added Đình P5 1/1"}) || ids[0] != ids[1] {
			t.Errorf("after a lost answer it was told %q (%q)", got, ids)
		}

		// Too slow is as no answer.
		r.control(http.MethodPost, "/faults?slow=20s")
		r.add(me, here, "P6")
		r.pump()
		if s := r.state(hook.ID); s.Error != "silent" || s.Messages[0].Status != 0 {
			t.Errorf("of a slow one: %+v", s)
		}
		r.control(http.MethodPost, "/faults")

		// Both secrets sign while the other side changes over.
		fresh := ask[struct{ Secret string }](t, w, "cntt.tinh", http.MethodPost, r.at+"/subscriptions/"+hook.ID+"/secret", "")
		r.control(http.MethodPost, "/secret?"+url.Values{"value": {fresh.Secret}}.Encode())
		r.again(hook.ID)
		if got, _ := r.got(6); !slices.Equal(got, []string{"added Đình P6 2/2"}) {
			t.Errorf("with a new secret it was told %q", got)
		}

		// Sent again from a place on, with the ids of then.
		_, ids := r.got(0)
		from := r.state(hook.ID).Messages
		ask[any](t, w, "cntt.tinh", http.MethodPost, r.at+"/subscriptions/"+hook.ID+"/replay", fmt.Sprintf(`{"place":%d}`, from[len(from)-1].Place))
		r.pump()
		if _, replayed := r.got(7); !slices.Equal(slices.Compact(slices.Clone(ids)), slices.Compact(replayed)) {
			t.Errorf("sent again: %q, the first time %q", replayed, ids)
		}
		if a := w.send(t, "cntt.tinh", http.MethodPost, r.at+"/subscriptions/"+hook.ID+"/replay", `{"place":100000}`); a.status != http.StatusConflict {
			t.Errorf("a place that is not there: %d", a.status)
		}

		// A certificate that nobody believes, and a network that nobody has named.
		untrusted, inside := r.subscribe(r.bad+"/nhan"), r.subscribe("https://10.20.30.40/nhan")
		r.add(me, here, "P7")
		r.pump()
		if s := r.state(untrusted.ID); s.Error != "silent" || s.Attempt != 1 {
			t.Errorf("of an untrusted one: %+v", s)
		}
		if s := r.state(inside.ID); s.Error != "address" {
			t.Errorf("of a private one: %+v", s)
		}
		for _, address := range []string{"http://example.vn/nhan", "https://a:b@example.vn/", "ftp://example.vn", "/nhan", "https://"} {
			if a := w.send(t, "cntt.tinh", http.MethodPost, r.at+"/subscriptions", fmt.Sprintf(`{"register":"di-tich","url":%q}`, address)); a.status != http.StatusUnprocessableEntity {
				t.Errorf("%s: %d", address, a.status)
			}
		}

		// Who says that they are gone is not asked again.
		r.control(http.MethodPost, "/faults?gone=1")
		r.add(me, here, "P8")
		r.pump()
		if s := r.state(hook.ID); s.State != "stopped" || s.Error != "gone" {
			t.Errorf("of one that is gone: %+v", s)
		}

		page := "/quan-tri/he-thong/" + r.system + "/nhan-tin"
		for _, path := range []string{page, page + "/" + hook.ID} {
			a := w.send(t, "cntt.tinh", http.MethodGet, path, "")
			if a.status != http.StatusOK || !strings.Contains(a.body, r.good) || strings.Contains(a.body, hook.Secret) || strings.Contains(a.body, fresh.Secret) {
				t.Errorf("%s: %d", path, a.status)
			}
			if a := w.send(t, "chuyenvien.longxuyen", http.MethodGet, path, ""); a.status != http.StatusForbidden {
				t.Errorf("%s for who does not look after systems: %d", path, a.status)
			}
		}
		made := w.post(t, "cntt.tinh", page, url.Values{"register": {"di-tich"}, "url": {r.good + "/nhan"}})
		if made.status != http.StatusOK || !strings.Contains(made.body, "whsec_") {
			t.Errorf("by the page: %d", made.status)
		}
		if a := w.post(t, "cntt.tinh", page, url.Values{"register": {"none"}, "url": {"x"}}); a.status != http.StatusUnprocessableEntity || strings.Count(a.body, "ts-error-message") < 2 {
			t.Errorf("by the page, wrong: %d", a.status)
		}
		if n := recordedEvents(t, w, "systems.hook_made"); n != 4 {
			t.Errorf("%d subscriptions are in the audit log", n)
		}
	})
}

func recordedEvents(t *testing.T, w *world, event string) (n int) {
	t.Helper()
	must(t, w.DB.QueryRow(t.Context(), `SELECT COUNT(*) FROM audit_records WHERE event = $1`, event).Scan(&n))
	return n
}
