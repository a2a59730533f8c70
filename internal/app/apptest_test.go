// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"tinhso.vn/internal/app"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/platform/config"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// each runs a test with a whole province of today, once on each database.
func each(t *testing.T, f func(t *testing.T, w *world)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		f(t, newWorld(t, ""))
	})
	onPostgres(t, f)
}

// onPostgres is the half of each that runs on PostgreSQL.
func onPostgres(t *testing.T, f func(t *testing.T, w *world)) {
	t.Helper()
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		if os.Getenv("TINHSO_TEST_SQLITE_ONLY") == "1" {
			t.Skip("TINHSO_TEST_SQLITE_ONLY=1")
		}
		f(t, newWorld(t, onServer))
	})
}

// world is the whole program with the demonstration of a pack, in process.
type world struct {
	*app.Program
	set     *packs.Set
	handler http.Handler
	logged  *buffer

	mu     sync.Mutex
	tokens map[string]string // by kind and login
}

func newWorld(t *testing.T, database string) *world {
	t.Helper()
	return worldOf(t, database, "")
}

// readied is a province with its pack applied, of which worlds are copies: to
// apply it takes a second or more, and there are hundreds of worlds.
type readied struct {
	once           sync.Once
	set            *packs.Set // of all copies: nobody changes it
	data, database string
	err            error
}

var provinces sync.Map // of *readied, by pack and database

func ready(t *testing.T, pack string, server bool) *readied {
	t.Helper()
	found, _ := provinces.LoadOrStore(fmt.Sprint(pack, server), &readied{})
	p, _ := found.(*readied)
	p.once.Do(func() { p.err = p.make(pack, server) })
	if p.err != nil {
		t.Fatal(p.err)
	}
	return p
}

func (p *readied) make(pack string, server bool) error {
	set, err := app.LoadPack(pack)
	if err != nil {
		return err
	}
	p.set = set
	if p.data, err = os.MkdirTemp("", "tinhso_province_"); err != nil {
		return err
	}
	env := config.Environment{"TINHSO_DATA=" + p.data, "TINHSO_LIMITS=false", "TINHSO_LISTEN=127.0.0.1:0"}
	if server {
		if p.database, err = dbtest.PostgresEmpty("tinhso_province_"); err != nil {
			return err
		}
		env = append(env, "TINHSO_DATABASE="+p.database)
	}
	cfg, err := config.Load("", env)
	if err != nil {
		return err
	}
	bare, err := app.OpenBare(context.Background(), cfg, "test")
	if err != nil {
		return err
	}
	_, err = bare.Apply(context.Background(), set, true, false)
	return errors.Join(err, bare.Close())
}

// copied copies a folder, so that others cannot read it: its keys are refused else.
func copied(t *testing.T, from, to string) {
	t.Helper()
	if err := filepath.WalkDir(from, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		at := filepath.Join(to, strings.TrimPrefix(path, from))
		if e.IsDir() {
			return os.MkdirAll(at, 0o700)
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(at, raw, 0o600)
	}); err != nil {
		t.Fatal(err)
	}
}

// forgetProvinces takes away what worlds were copied from.
func forgetProvinces() {
	provinces.Range(func(_, found any) bool {
		if p, ok := found.(*readied); ok {
			_ = os.RemoveAll(p.data)
			if p.database != "" {
				_ = dbtest.PostgresDrop(p.database)
			}
		}
		return true
	})
}

// onServer is a database of the world's own on PostgreSQL.
const onServer = "postgres"

func worldOf(t *testing.T, database, pack string, more ...string) *world {
	t.Helper()
	data := t.TempDir()
	province := ready(t, pack, database == onServer)
	copied(t, province.data, data)
	if database == onServer {
		database = dbtest.PostgresCopy(t, province.database)
	}
	env := config.Environment{"TINHSO_DATA=" + data, "TINHSO_LIMITS=false", "TINHSO_LISTEN=127.0.0.1:0"}
	file := "" // of the configuration, where more than words is to be said
	for _, one := range more {
		if path, ok := strings.CutPrefix(one, "CONFIG="); ok {
			file = path
		} else {
			env = append(env, one)
		}
	}
	if database != "" {
		env = append(env, "TINHSO_DATABASE="+database)
	}
	cfg, err := config.Load(file, env)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{set: province.set, logged: &buffer{}, tokens: map[string]string{}}
	if w.Program, err = app.Open(t.Context(), cfg, "test", slog.New(slog.NewTextHandler(w.logged, nil)), nil); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = w.Close()
		w.Program, w.handler, w.set = nil, nil, nil // package testing keeps this function until the last test has ended, and with it the world
	})
	if w.handler, err = w.Handler(); err != nil {
		t.Fatal(err)
	}
	return w
}

// token returns a session of somebody; "" for nobody.
func (w *world) token(t *testing.T, login string, k identity.SessionKind) string {
	t.Helper()
	if login == "" {
		return ""
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if token := w.tokens[string(k)+login]; token != "" {
		return token
	}
	ctx := t.Context()
	account, found, err := w.People.FindAccount(ctx, w.DB, login)
	if err != nil || !found {
		t.Fatalf("account %s: %v, %v", login, found, err)
	}
	var token string
	if err := w.DB.Write(ctx, func(tx *db.Tx) error {
		started, _, err := w.People.StartSession(ctx, tx, account.ID, k)
		token = started
		return err
	}); err != nil {
		t.Fatal(err)
	}
	w.tokens[string(k)+login] = token
	return token
}

// answer is what came back.
type answer struct {
	status int
	body   string
	header http.Header
}

// send sends a request as somebody. Pages get a form, operations JSON.
func (w *world) send(t *testing.T, who, method, path, body string, header ...string) answer {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body))
	if strings.HasPrefix(path, "/api/") {
		r.Header.Set("Content-Type", "application/json")
		if token := w.token(t, who, identity.API); token != "" {
			r.Header.Set("Authorization", "Bearer "+token)
		}
	} else {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if token := w.token(t, who, identity.Browser); token != "" {
			r.AddCookie(&http.Cookie{Name: page.SessionCookie, Value: token})
		}
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	rec := httptest.NewRecorder()
	w.handler.ServeHTTP(rec, r)
	return answer{rec.Code, rec.Body.String(), rec.Header()}
}

func (w *world) post(t *testing.T, who, path string, form url.Values) answer {
	t.Helper()
	return w.send(t, who, http.MethodPost, path, form.Encode())
}

// buffer is a log that several may write.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

// Write implements io.Writer.
func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

// String returns what was written.
func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

var _ io.Writer = (*buffer)(nil)

// golden compares a generated document with the one in docs/, or writes it.
func golden(t *testing.T, name, text string) {
	t.Helper()
	path := filepath.Join("..", "..", "docs", name)
	if os.Getenv("UPDATE_DOCS") == "1" {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	kept, err := os.ReadFile(path)
	if err != nil || string(kept) != text {
		t.Errorf("docs/%s is not current: run make generate and look at the difference (%v)", name, err)
	}
}
