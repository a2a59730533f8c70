// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

//go:build bench

package bench_test

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite"

	"tinhso.vn/tests/programtest"
)

// TestMain lets this binary be the bare server, in a process of its own like
// the program it is compared with.
func TestMain(m *testing.M) {
	if address := os.Getenv("TINHSO_TEST_BARE_LISTEN"); address != "" {
		if err := bareServer(address, os.Getenv("TINHSO_TEST_BARE_PAGE")); err != nil {
			_, _ = fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	os.Exit(m.Run())
}

// bareServer answers every request with one page from memory.
func bareServer(address, page string) error {
	body, err := os.ReadFile(page)
	if err != nil {
		return err
	}
	s := &http.Server{Addr: address, ReadHeaderTimeout: time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write(body)
	})}
	return s.ListenAndServe()
}

// bareHandler starts it with the bytes of a page and returns its address.
func bareHandler(t *testing.T, page []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "page")
	if err := os.WriteFile(file, page, 0o600); err != nil {
		t.Fatal(err)
	}
	address := programtest.FreeAddress(t)
	me, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), me)
	cmd.Env = append(os.Environ(), "TINHSO_TEST_BARE_LISTEN="+address, "TINHSO_TEST_BARE_PAGE="+file)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	for range 500 {
		if c, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", address); err == nil {
			_ = c.Close()
			return "http://" + address + "/"
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("the bare server does not answer")
	return ""
}

// bareInserts is how many durable transactions of one row the database does
// for a program that does nothing else.
func bareInserts(t *testing.T, database string) float64 {
	t.Helper()
	ctx := t.Context()
	driver, where := "pgx", database
	if database == "" {
		driver = "sqlite"
		where = "file:" + filepath.Join(t.TempDir(), "bare.db") + "?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=busy_timeout(10000)&_txlock=immediate"
	}
	d, err := sql.Open(driver, where)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = d.Close() }()
	d.SetMaxOpenConns(hands)
	d.SetMaxIdleConns(hands)
	if database == "" {
		d.SetMaxOpenConns(1) // SQLite has one writer
	}
	if _, err := d.ExecContext(ctx, `CREATE TABLE bare_rows (id TEXT PRIMARY KEY, body TEXT NOT NULL, at BIGINT NOT NULL)`); err != nil {
		t.Fatal(err)
	}
	body := strings.Repeat("Nguyễn Thị Lan, ", 128)
	return perSecond(t, func(ctx context.Context) (err error) {
		tx, err := d.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO bare_rows (id, body, at) VALUES ($1, $2, $3)`, rand.Text(), body, time.Now().UnixMicro()); err != nil {
			return errors.Join(err, tx.Rollback())
		}
		return tx.Commit()
	})
}
