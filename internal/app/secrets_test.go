// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io/fs"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"tinhso.vn/internal/app"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/platform/db"
)

// planted are secrets that no log and no answer may show to anybody else.
const (
	plantedPassword = "mat-khau-bi-lo-4711"
	plantedNumber   = "089177424242"
	plantedPhone    = "0977424242"
	plantedToken    = "PLANTEDTOKEN4711"
	plantedContent  = "noi dung rieng tu 4711"
)

func TestNothingSecretInLogsOrErrors(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.Log = slog.New(slog.NewTextHandler(w.logged, &slog.HandlerOptions{Level: slog.LevelDebug}))
		handler, err := w.Handler()
		must(t, err)
		w.handler = handler
		secrets := []string{plantedPassword, plantedNumber, plantedPhone, plantedToken, plantedContent}
		check := func(what string, a answer) {
			t.Helper()
			for _, s := range secrets {
				if strings.Contains(a.body, s) || strings.Contains(fmt.Sprint(a.header), s) {
					t.Errorf("%s: the answer (%d) shows %s", what, a.status, s)
				}
			}
		}
		for range 7 { // until it is slowed down
			check("wrong password", w.post(t, "", "/dang-nhap", url.Values{"login": {w.set.Accounts[0].ID}, "password": {plantedPassword}}))
		}
		check("wrong password, API", w.send(t, "", http.MethodPost, "/api/v1/sessions", `{"login":"x","password":"`+plantedPassword+`"}`))
		check("broken JSON", w.send(t, "", http.MethodPost, "/api/v1/sessions", `{"login":"x","password":"`+plantedPassword))
		check("wrong field", w.send(t, owner, http.MethodPost, "/api/v1/dossiers", `{"personal":"`+plantedNumber+`","phone":"`+plantedPhone+`"}`))
		check("wrong type", w.send(t, owner, http.MethodPost, "/api/v1/dossiers", `{"procedure":["`+plantedNumber+`"]}`))
		check("token", w.send(t, "", http.MethodGet, "/api/v1/me", "", "Authorization", "Bearer "+plantedToken))
		check("cookie", w.send(t, "", http.MethodGet, "/tai-khoan", "", "Cookie", "tinhso_session="+plantedToken))
		check("search", w.send(t, "motcua.longxuyen", http.MethodGet, "/api/v1/dossiers/"+plantedNumber, ""))
		check("unknown path", w.send(t, "", http.MethodDelete, "/api/v1/"+plantedToken, ""))

		filing := strings.NewReplacer("089058000001", plantedNumber, "0900000001", plantedPhone).Replace(application)
		check("filing", w.send(t, owner, http.MethodPost, "/api/v1/dossiers", filing, "Idempotency-Key", "s1"))
		check("filing again, otherwise", w.send(t, owner, http.MethodPost, "/api/v1/dossiers", strings.Replace(filing, "1958", "1959", 1), "Idempotency-Key", "s1"))
		check("refused filing", w.send(t, owner, http.MethodPost, "/api/v1/dossiers", strings.Replace(filing, `"male"`, `"other"`, 1), "Idempotency-Key", "s2"))

		draft := (&objects{t: t, w: w}).draft()
		var b bytes.Buffer
		form := multipart.NewWriter(&b)
		part, err := form.CreateFormFile("file", plantedNumber+".exe")
		must(t, err)
		_, err = part.Write([]byte(plantedContent))
		must(t, err)
		must(t, form.Close())
		for _, path := range []string{"/api/v1/drafts/" + draft + "/papers/van-ban-uy-quyen", "/nhap/" + draft + "/giay-to", "/kiem-tra"} {
			got := w.send(t, owner, http.MethodPost, path, b.String(), "Content-Type", form.FormDataContentType())
			got.body = strings.ReplaceAll(got.body, plantedNumber+".exe", "") // the sender's own name of the file, to the sender
			check("upload to "+path, got)
		}
		if !strings.Contains(w.logged.String(), "level=DEBUG") || !strings.Contains(w.logged.String(), "status=429") {
			t.Errorf("the log is not that of a busy day: %s", w.logged)
		}

		must(t, w.DB.Close()) // everything is a fault of ours now
		for _, a := range []answer{
			w.post(t, "", "/dang-nhap", url.Values{"login": {"x"}, "password": {plantedPassword}}),
			w.send(t, "", http.MethodPost, "/api/v1/sessions", `{"login":"x","password":"`+plantedPassword+`"}`),
			w.send(t, "", http.MethodGet, "/api/v1/me", "", "Authorization", "Bearer "+plantedToken),
		} {
			check("without a database", a)
			if a.status < 500 {
				t.Errorf("without a database: %d", a.status)
			}
		}
		logged := w.logged.String()
		for _, s := range append(secrets, w.set.Accounts[0].Password) {
			if strings.Contains(logged, s) {
				t.Errorf("the log shows %s", s)
			}
		}
	})
}

// A backup of the database is a copy of it. Without the keys it opens nothing
// and shows no password, token, key or personal number.
func TestNothingSecretInABackup(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		filing := strings.NewReplacer("089058000001", plantedNumber, "0900000001", plantedPhone).Replace(application)
		if got := w.send(t, owner, http.MethodPost, "/api/v1/dossiers", filing, "Idempotency-Key", "s1"); got.status != http.StatusCreated && got.status != http.StatusOK {
			t.Fatalf("%d %s", got.status, got.body)
		}
		token := w.token(t, owner, identity.Browser)
		secrets := []string{plantedNumber, plantedPhone, token, w.set.Accounts[0].Password}
		for _, a := range w.set.Accounts {
			if a.Person.Number != "" {
				secrets = append(secrets, a.Person.Number)
			}
		}
		must(t, fs.WalkDir(os.DirFS(w.Config.Keys), ".", func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || strings.HasSuffix(path, ".pub") || strings.HasSuffix(path, ".lock") {
				return err
			}
			raw, err := os.ReadFile(filepath.Join(w.Config.Keys, path))
			raw = regexp.MustCompile(`(?s)-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----`).ReplaceAll(raw, nil) // no secret: the trust list shows it
			for _, line := range strings.FieldsFunc(string(raw), func(r rune) bool { return strings.ContainsRune("\"\n ", r) }) {
				if len(line) > 30 {
					secrets = append(secrets, line)
				}
			}
			return err
		}))
		if len(secrets) < 20 {
			t.Fatalf("only %d secrets are looked for", len(secrets))
		}
		var dump strings.Builder
		for _, c := range schema(t, w.DB) {
			values, err := db.All(ctx, w.DB, db.Column[string], fmt.Sprintf(`SELECT COALESCE(CAST(%q AS TEXT), '') FROM %q`, c.name, c.table))
			must(t, err)
			dump.WriteString(strings.Join(values, "\n"))
		}
		text := dump.String()
		if w.DB.Dialect() == db.SQLite { // and the file itself, with what was deleted
			must(t, w.DB.Close())
			raw, err := os.ReadFile(w.Config.Database)
			must(t, err)
			text += string(raw)
		}
		if !strings.Contains(text, "Nguyễn Văn Bảy") {
			t.Error("names are readable on purpose; they are not in this dump")
		}
		for _, s := range secrets {
			if strings.Contains(text, s) || strings.Contains(text, base64.StdEncoding.EncodeToString([]byte(s))) {
				t.Errorf("the backup shows %s", s)
			}
		}
	})
}

// Database, files and exported keys make a working copy on another machine; two
// of the three do not.
func TestRestoreElsewhere(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	ctx := t.Context()
	o := objects{t: t, w: w}
	filed := o.file()
	admin := func(login string) identity.Actor {
		a, found, err := w.People.FindAccount(ctx, w.DB, login)
		if err != nil || !found {
			t.Fatal(err, found)
		}
		return identity.NewActor(a.ID, a.Person)
	}
	var request string
	must(t, w.DB.Write(ctx, func(tx *db.Tx) error {
		e, err := w.Vault.AskExport(ctx, tx, admin("cntt.tinh"), "diễn tập")
		request = e.ID
		return err
	}))
	for range 2 {
		must(t, w.DB.Write(ctx, func(tx *db.Tx) error { return w.Vault.ConfirmExport(ctx, tx, admin("kiemtra.tinh"), request) }))
	}
	must(t, w.Close())

	run := func(code int, want, in string, args ...string) {
		t.Helper()
		var out, stderr bytes.Buffer
		if got := app.Run(ctx, args, "test", strings.NewReader(in), &out, &stderr); got != code || !strings.Contains(out.String()+stderr.String(), want) {
			t.Fatalf("%v: %d %s%s", args, got, out.String(), stderr.String())
		}
	}
	const both = "con sông quê hương một\ncánh đồng lúa chín hai\n"
	bundle := filepath.Join(t.TempDir(), "bundle")
	run(1, "hai cụm mật khẩu", "one", "keys", "export", "--data", w.Config.Data, "--request", request, "--out", bundle)
	run(1, "Không có đề nghị", both, "keys", "export", "--data", w.Config.Data, "--request", "none", "--out", bundle)
	if _, err := os.Stat(bundle); err == nil {
		t.Error("a refused export left a file")
	}
	run(0, "Gói khóa ở", both, "keys", "export", "--data", w.Config.Data, "--request", request, "--out", bundle)
	run(1, "đã được dùng", both, "keys", "export", "--data", w.Config.Data, "--request", request, "--out", bundle+"2")

	there := t.TempDir()
	copyTree(t, filepath.Join(w.Config.Data, "files"), filepath.Join(there, "files"))
	raw, err := os.ReadFile(w.Config.Database)
	must(t, err)
	must(t, os.WriteFile(filepath.Join(there, "tinhso.db"), raw, 0o600))
	run(1, "Không có", "", "keys", "status", "--data", there) // no keys: the start is refused
	run(1, "Hai cụm mật khẩu không mở", strings.ToUpper(both), "keys", "import", bundle, "--data", there)
	run(0, "Đã nhập khóa", both, "keys", "import", bundle, "--data", there)
	run(1, "không ghi đè", both, "keys", "import", bundle, "--data", there)
	run(0, "đang mã hóa", "", "keys", "status", "--data", there)
	run(0, "Nhật ký nguyên vẹn", "", "verify", "--data", there)

	cfg := w.Config
	cfg.Data, cfg.Database, cfg.Keys = there, filepath.Join(there, "tinhso.db"), filepath.Join(there, "keys")
	copied := &world{set: w.set, logged: &buffer{}, tokens: map[string]string{}}
	if copied.Program, err = app.Open(ctx, cfg, "test", slog.New(slog.NewTextHandler(copied.logged, nil)), nil); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = copied.Close() })
	copied.handler, err = copied.Handler()
	must(t, err)
	got := copied.send(t, owner, http.MethodGet, "/api/v1/dossiers/"+filed.ID+"?purpose=own", "")
	if got.status != http.StatusOK || !strings.Contains(got.body, "089058000001") {
		t.Errorf("the copy shows %d %s", got.status, got.body)
	}
}

func copyTree(t *testing.T, from, to string) { t.Helper(); must(t, os.CopyFS(to, os.DirFS(from))) }
