// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tinhso.vn/internal/app"
	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/db"
)

// command runs the program as the command line does.
func command(t *testing.T, in string, args ...string) (code int, said string) {
	t.Helper()
	var out bytes.Buffer
	code = app.Run(t.Context(), args, "test", strings.NewReader(in), &out, &out)
	return code, out.String()
}

func expect(t *testing.T, in string, want int, words string, args ...string) string {
	t.Helper()
	code, said := command(t, in, args...)
	if code != want || !strings.Contains(said, words) {
		t.Errorf("tinhso %s: %d, want %d with %q, said:\n%s", strings.Join(args, " "), code, want, words, said)
	}
	return said
}

// An installation from nothing: planned, applied, an administrator, checked.
func TestTheCommandsOfAnInstallation(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	at := []string{"--data", data}
	run := func(in string, want int, words string, args ...string) string {
		t.Helper()
		return expect(t, in, want, words, append(args, at...)...)
	}
	run("", 3, "province.not_applied", "doctor")
	run("", 1, "Chưa nạp gói dữ liệu", "serve")
	run("", 0, "would change", "apply", "an-giang", "--dry-run")
	run("", 1, "province.not_applied", "serve")
	run("", 0, "554 đơn vị thêm mới", "apply", "an-giang")
	run("", 0, "Nothing changes", "apply", "an-giang")
	run("", 1, "không nạp được", "apply", "hau-giang-2024")
	run("", 0, "The schema is up to date", "migrate")
	run("", 0, "tốt", "doctor")
	run("ngắn\n", 1, "14", "user", "add", "quantri", "--name", "Trần Văn A", "--role", "province_it", "--unit", "tinh-an-giang")
	run("mat-khau-rat-dai-1\n", 1, "khong-co", "user", "add", "quantri", "--name", "Trần Văn A", "--role", "province_it", "--unit", "khong-co")
	run("mat-khau-rat-dai-1\n", 1, "Không có vai trò vua", "user", "add", "quantri", "--name", "Trần Văn A", "--role", "vua", "--unit", "tinh-an-giang")
	run("mat-khau-rat-dai-1\n", 0, "", "user", "add", "quantri", "--name", "Trần Văn A", "--role", "province_it", "--unit", "tinh-an-giang")
	run("mat-khau-rat-dai-2\n", 0, "", "user", "password", "quantri")
	run("mat-khau-rat-dai-2\n", 1, "Không tìm thấy tài khoản", "user", "password", "ai-do")
	run("", 0, "nguyên vẹn", "verify")
}

// Whoever has taken a session is out when the password changes; others stay.
func TestANewPasswordEndsSessions(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	const changed, other = "motcua.longxuyen", "lanhdao.longxuyen"
	look := func(who string) int { return w.send(t, who, http.MethodGet, "/tai-khoan", "").status }
	if look(changed) != http.StatusOK || look(other) != http.StatusOK {
		t.Fatal("nobody is signed in")
	}
	expect(t, "mat-khau-rat-dai-2\n", 0, "", "user", "password", changed, "--data", w.Config.Data)
	if got := look(changed); got != http.StatusSeeOther {
		t.Errorf("a session outlives its password: %d", got)
	}
	if got := look(other); got != http.StatusOK {
		t.Errorf("a session of somebody else ended: %d", got)
	}
}

// Whoever changes the log behind the program's back is found by verify, which
// runs beside the server.
func TestVerifyFindsAChangedLog(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	person := w.set.Accounts[0]
	w.post(t, "", "/dang-nhap", map[string][]string{"login": {person.ID}, "password": {person.Password}})
	for more := true; more; {
		var err error
		if more, err = w.Sequence(t.Context(), "test"); err != nil {
			t.Fatal(err)
		}
	}
	expect(t, "", 0, "nguyên vẹn", "verify", "--data", w.Config.Data)
	head := filepath.Join(t.TempDir(), "head.txt")
	var note string
	if err := w.DB.QueryRow(t.Context(), `SELECT note FROM audit_checkpoints ORDER BY size DESC LIMIT 1`).Scan(&note); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(head, []byte(note), 0o600); err != nil {
		t.Fatal(err)
	}
	expect(t, "", 0, "nguyên vẹn", "verify", "--data", w.Config.Data, "--checkpoint", head)
	other, err := db.Open(w.Config.Database, clock.System{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = other.Close() }()
	if err := other.Write(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(t.Context(), `UPDATE audit_records SET actor = 'somebody else' WHERE seq = 0`)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	expect(t, "", 3, "changed at 0", "verify", "--data", w.Config.Data)
}

func TestCommandsThatAreNotUnderstood(t *testing.T) {
	t.Parallel()
	expect(t, "", 0, "tinhso test", "version")
	expect(t, "", 0, "Usage:", "--help")
	for _, args := range [][]string{{"fly"}, {}, {"serve", "--port", "1"}} {
		if code, said := command(t, "", args...); code == 0 || !strings.Contains(said, "tinhso") {
			t.Errorf("%v: %d %s", args, code, said)
		}
	}
	expect(t, "", 1, "read the audit key", "verify", "--data", t.TempDir())
	bad := filepath.Join(t.TempDir(), "bad")
	if err := os.MkdirAll(filepath.Join(bad, "units"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"pack.yaml":    "name: bad\ntitle: Tỉnh\nkind: province\nuses: [national]\ntime_zone: Asia/Ho_Chi_Minh\n",
		"units/u.yaml": "units:\n  - id: bad\n    name: {vi: Tỉnh}\n    kind: province\n    code: H99\n  - id: x\n    name: {vi: Xã}\n    kind: commune\n    parent: nowhere\n",
	} {
		if err := os.WriteFile(filepath.Join(bad, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	said := expect(t, "", 3, "units/u.yaml:", "pack", "lint", bad)
	if !strings.Contains(said, "nowhere") || !strings.Contains(said, "H99") {
		t.Errorf("not all mistakes at once:\n%s", said)
	}
}
