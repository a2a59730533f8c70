// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/app"
	"tinhso.vn/internal/kernel/vault"
	"tinhso.vn/internal/modules/security"
	"tinhso.vn/internal/platform/config"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
)

// securityOfficer is a second person who answers for the keys.
const securityOfficer = "antoan.tinh"

func (w *world) audited(t *testing.T, event string) (n int) {
	t.Helper()
	must(t, w.DB.QueryRow(t.Context(), `SELECT COUNT(*) FROM audit_records WHERE event = $1`, event).Scan(&n))
	return n
}

// Two different people have to agree before keys leave the machine, and in time.
func TestFourEyes(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		const it = "cntt.tinh"
		second := securityOfficer
		if got := w.post(t, it, "/van-hanh/khoa/xuat", url.Values{"reason": {" "}}); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, "lý do") {
			t.Errorf("without a reason: %d", got.status)
		}
		if got := w.send(t, owner, http.MethodPost, "/api/v1/keys/exports", `{"reason":"x"}`); got.status != http.StatusForbidden {
			t.Errorf("a citizen: %d", got.status)
		}
		if got := w.post(t, it, "/van-hanh/khoa/xuat", url.Values{"reason": {"bản sao cho két"}}); got.status != http.StatusSeeOther {
			t.Fatalf("ask: %d %s", got.status, got.body)
		}
		var shown struct {
			Exports []struct {
				ID   string
				Open bool
			}
		}
		must(t, json.Unmarshal([]byte(w.send(t, it, http.MethodGet, "/api/v1/keys", "").body), &shown))
		if len(shown.Exports) != 1 || !shown.Exports[0].Open {
			t.Fatalf("%+v", shown)
		}
		path := "/api/v1/keys/exports/" + shown.Exports[0].ID + "/confirmation"
		use := func() error {
			return w.DB.Write(t.Context(), func(tx *db.Tx) error {
				_, err := w.Vault.UseExport(t.Context(), tx, shown.Exports[0].ID)
				return err
			})
		}
		if err := use(); err == nil || !strings.Contains(err.Error(), vault.ErrUnagreed.Code) {
			t.Errorf("before anybody agreed: %v", err)
		}
		if got := w.send(t, it, http.MethodPost, path, "{}"); got.status != http.StatusForbidden || !strings.Contains(got.body, vault.ErrSamePerson.Code) {
			t.Errorf("the same person: %d %s", got.status, got.body)
		}
		if page := w.send(t, second, http.MethodGet, "/van-hanh/khoa", ""); !strings.Contains(page.body, "/dong-y") {
			t.Errorf("the second person is not asked: %d", page.status)
		}
		if page := w.send(t, it, http.MethodGet, "/van-hanh/khoa", ""); strings.Contains(page.body, "/dong-y") {
			t.Error("the first person is asked to agree")
		}
		if got := w.send(t, second, http.MethodPost, path, "{}"); got.status >= 300 {
			t.Errorf("the second person: %d %s", got.status, got.body)
		}
		if w.audited(t, string(security.AuditAsked)) != 1 || w.audited(t, string(security.AuditConfirmed)) != 1 {
			t.Error("it is not in the audit log")
		}
		must(t, use())
		if err := use(); err == nil {
			t.Error("it was used twice")
		}
	})
}

func TestAnExportExpires(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	second := securityOfficer
	got := w.send(t, "cntt.tinh", http.MethodPost, "/api/v1/keys/exports", `{"reason":"x"}`)
	var e struct{ ID string }
	must(t, json.Unmarshal([]byte(got.body), &e))
	must(t, w.DB.Write(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(t.Context(), `UPDATE vault_exports SET ends_at = ends_at - $1`, int64(vault.ExportTime/time.Microsecond))
		return err
	}))
	if got := w.send(t, second, http.MethodPost, "/api/v1/keys/exports/"+e.ID+"/confirmation", "{}"); got.status != http.StatusConflict || !strings.Contains(got.body, vault.ErrExpired.Code) {
		t.Errorf("after fifteen minutes: %d %s", got.status, got.body)
	}
}

// A rotation begun in the console is done by the background work while the
// program serves; files are not written again.
func TestRotationInTheConsole(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		o := objects{t: t, w: w}
		filed := o.file()
		working, stop := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { w.Work(working); close(done) }()
		defer func() { stop(); <-done }()
		if got := w.post(t, "cntt.tinh", "/van-hanh/khoa/doi", nil); got.status != http.StatusSeeOther {
			t.Fatalf("%d %s", got.status, got.body)
		}
		deadline := time.After(time.Minute)
		for {
			if last, ok, err := w.Vault.Last(t.Context(), w.DB); err != nil || (ok && last.State == vault.Done) {
				must(t, err)
				break
			}
			select {
			case <-deadline:
				t.Fatal("the rotation does not end")
			case <-time.After(20 * time.Millisecond):
			}
		}
		if n, err := w.Vault.Count(t.Context(), w.DB, "k1"); err != nil || n != 0 {
			t.Errorf("%d texts are left, %v", n, err)
		}
		got := w.send(t, owner, http.MethodGet, "/api/v1/dossiers/"+filed.ID+"?purpose=own", "")
		if got.status != http.StatusOK || !strings.Contains(got.body, "089058000001") {
			t.Errorf("after it: %d", got.status)
		}
		if page := w.send(t, "cntt.tinh", http.MethodGet, "/van-hanh/khoa", ""); !strings.Contains(page.body, "k0002") || !strings.Contains(page.body, "100 %") {
			t.Errorf("the page: %d", page.status)
		}
		if got := w.post(t, "cntt.tinh", "/van-hanh/khoa/k1/thu-hoi", nil); got.status != http.StatusConflict || !strings.Contains(got.body, "phút") {
			t.Errorf("retired at once: %d", got.status)
		}
	})
}

func TestStartingWithoutAWorkingProvider(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	key := make([]byte, 32)
	_, _ = rand.Read(key)
	run := func(code int, want string, env []string, args ...string) {
		t.Helper()
		var out bytes.Buffer
		got := app.RunWith(t.Context(), append(args, "--data", data), env, &out)
		if got != code || !strings.Contains(out.String(), want) || strings.Contains(out.String(), base64.StdEncoding.EncodeToString(key)) {
			t.Fatalf("%v: %d %s", args, got, out.String())
		}
	}
	env := config.Environment{"TINHSO_KEY_PROVIDER_KIND=environment", "TINHSO_KEY_PROVIDER_KEY=" + base64.StdEncoding.EncodeToString(key)}
	other := config.Environment{"TINHSO_KEY_PROVIDER_KIND=environment", "TINHSO_KEY_PROVIDER_KEY=" + base64.StdEncoding.EncodeToString(make([]byte, 32))}
	token := config.Environment{"TINHSO_KEY_PROVIDER_KIND=socket", "TINHSO_KEY_PROVIDER_SOCKET=" + filepath.Join(data, "none"), "TINHSO_KEY_PROVIDER_PIN=1"}
	run(0, "Đã thay đổi", nil, "apply") // with a file
	run(1, "được bọc bởi nguồn file", env, "keys", "status")
	run(0, "key_provider.kind: environment", append(env, "TINHSO_KEY_PROVIDER_KIND=file"), "keys", "move", "--to", "environment")
	run(0, "environment", env, "keys", "status")
	run(0, "tốt", env, "doctor")
	run(1, "không mở được bộ khóa", other, "keys", "status")
	run(1, config.VariableKey, env[:1], "keys", "status")
	run(1, "được bọc bởi nguồn environment", nil, "keys", "status")
	if raw, err := os.ReadFile(filepath.Join(data, "keys", "audit.key")); err != nil || strings.Contains(string(raw), "PRIVATE") {
		t.Errorf("the audit key lies in clear: %v", err)
	}
	// A move that is cut off after the audit key is made again.
	ring := filepath.Join(data, "keys", "data.json")
	before, err := os.ReadFile(ring)
	must(t, err)
	run(0, "key_provider.kind: file", env, "keys", "move", "--to", "file")
	must(t, os.WriteFile(ring, before, 0o600))
	run(0, "environment", env, "keys", "status")
	run(0, "key_provider.kind: file", env, "keys", "move", "--to", "file")
	run(0, "file", nil, "keys", "status")

	run(1, "Không liên lạc được với thiết bị", append(token, "TINHSO_KEY_PROVIDER_KIND=file"), "keys", "move", "--to", "socket")
	run(0, "file", nil, "keys", "status") // as before

	cfg, err := config.Load("", config.Environment{"TINHSO_DATA=" + data})
	must(t, err)
	p, err := app.Open(t.Context(), cfg, "test", slog.New(slog.DiscardHandler), nil)
	must(t, err)
	if kind, wrapped := p.Keys.Provider(); kind != crypt.InFile || !wrapped {
		t.Errorf("%s, %v", kind, wrapped)
	}
	must(t, p.Close())
}
