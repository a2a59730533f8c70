// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package authority plays the authority of a development: it gives time stamps,
// says which certificates were withdrawn, and misbehaves when told to. What it
// signs has no legal value, and says so.
package authority

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"maps"
	"math/big"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/kernel/signing/devkeys"
	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/simulators/door"
)

// The ways in which it misbehaves.
const (
	Hang    = "hang"    // no answer
	Past    = "past"    // a clock that is a day behind
	Hash    = "hash"    // a stamp over something else
	Nonce   = "nonce"   // the answer to another question
	Garbage = "garbage" // not an answer at all
	Down    = "down"    // 503
	Refuse  = "refuse"  // an answer that says no
)

// Faults lists them.
func Faults() []string { return []string{Hang, Past, Hash, Nonce, Garbage, Down, Refuse} }

const (
	fresh   = time.Hour // how long its answers hold
	maxBody = 64 << 10
)

// Authority is the simulator.
type Authority struct {
	clock  clock.Clock
	folder string // of the keys of the development
	kept   string // file of what was withdrawn

	mu        sync.Mutex
	fault     string
	left      int // how often it still misbehaves
	withdrawn map[string]time.Time
	number    int64
}

// New returns the authority whose keys lie in folder, which is that of
// kernel/signing/devkeys; what it withdraws is kept below data.
//
// POST /tsa/ stamps, /tsa/faults?fault=hang&n=1 makes it misbehave; /ca/crl and
// /ca/ocsp tell what was withdrawn, /ca/ shows it. With ?shift=-8760h it lives
// then: provinces of the past ask so.
func New(c clock.Clock, folder, data string) *Authority {
	return &Authority{clock: c, folder: folder, kept: filepath.Join(data, "withdrawn.json")}
}

// Handler serves the authority.
func (a *Authority) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /tsa/{$}", a.stamp)
	mux.HandleFunc("POST /tsa/faults", a.misbehave)
	mux.HandleFunc("GET /tsa/faults", a.told)
	mux.HandleFunc("GET /ca/{$}", a.page)
	mux.HandleFunc("POST /ca/withdraw", a.withdraw)
	mux.HandleFunc("GET /ca/crl", a.crl)
	mux.HandleFunc("POST /ca/ocsp", a.ocsp)
	return mux
}

func (a *Authority) now(r *http.Request) time.Time {
	shift, err := time.ParseDuration(r.URL.Query().Get("shift"))
	if err != nil {
		return a.clock.Now()
	}
	return a.clock.Now().Add(shift)
}

func (a *Authority) next() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.left <= 0 {
		return ""
	}
	a.left--
	return a.fault
}

// Misbehave makes the next n time stamps go wrong.
func (a *Authority) Misbehave(fault string, n int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.fault, a.left = fault, n
}

func (a *Authority) misbehave(w http.ResponseWriter, r *http.Request) {
	n := 1
	if _, err := jsonNumber(r.FormValue("n"), &n); err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	a.Misbehave(r.FormValue("fault"), n)
	http.Redirect(w, r, "/ca/", http.StatusSeeOther)
}

func (a *Authority) told(w http.ResponseWriter, _ *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	all := map[string]string{}
	for _, f := range Faults() {
		all[f] = ""
		if f == a.fault {
			all[f] = door.Number(a.left)
		}
	}
	door.Show(w, all)
}

func jsonNumber(s string, to *int) (bool, error) {
	if s == "" {
		return false, nil
	}
	return true, json.Unmarshal([]byte(s), to)
}

func (a *Authority) stamp(w http.ResponseWriter, r *http.Request) {
	asked, err := io.ReadAll(io.LimitReader(r.Body, maxBody))
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	at, fault := a.now(r), a.next()
	switch fault {
	case Hang:
		<-r.Context().Done()
		return
	case Down:
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	case Garbage:
		a.give(w, "application/timestamp-reply", []byte("<html>Bảo trì</html>"))
		return
	case Refuse:
		asked = []byte{0x30, 0x00} // it is told nonsense, and says so
	case Past:
		at = at.AddDate(0, 0, -1)
	case Hash, Nonce:
		asked = twist(asked, fault)
	}
	ca, err := devkeys.Authority(a.folder, at)
	if err != nil {
		a.fail(w, err)
		return
	}
	key, err := devkeys.Stamps(a.folder, at)
	if err != nil {
		a.fail(w, err)
		return
	}
	answer, err := ca.AnswerStamp(asked, key, at)
	if err != nil {
		a.fail(w, err)
		return
	}
	a.give(w, "application/timestamp-reply", answer)
}

// twist makes another question of the one that was asked: of its hash or of its
// nonce one bit is turned, where our requests have them.
func twist(asked []byte, fault string) []byte {
	at := bytes.Index(asked, []byte{0x04, 0x20}) + 2 // the hash, 32 bytes
	if fault == Nonce {
		at = len(asked) - 4 // before the wish for certificates: 01 01 FF
	}
	if at > 1 && at < len(asked) {
		asked[at] ^= 1
	}
	return asked
}

func (a *Authority) give(w http.ResponseWriter, kind string, body []byte) {
	w.Header().Set("Content-Type", kind)
	_, _ = w.Write(body) //nolint:gosec // DER with its type, not a page
}

func (a *Authority) fail(w http.ResponseWriter, err error) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(http.StatusInternalServerError)
	_, _ = io.WriteString(w, err.Error()) //nolint:gosec // our own words, as plain text
}

// load reads what was withdrawn; a.mu is held.
func (a *Authority) load() error {
	if a.withdrawn != nil {
		return nil
	}
	a.withdrawn = map[string]time.Time{}
	raw, err := os.ReadFile(a.kept)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return json.Unmarshal(raw, &a.withdrawn)
}

// Withdraw takes back the certificate with a serial number (hexadecimal), or
// gives it back.
func (a *Authority) Withdraw(serial string, back bool) error {
	if _, ok := new(big.Int).SetString(serial, 16); !ok {
		return errors.New("not a serial number")
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if err := a.load(); err != nil {
		return err
	}
	if back {
		delete(a.withdrawn, serial)
	} else if _, done := a.withdrawn[serial]; !done {
		a.withdrawn[serial] = a.clock.Now()
	}
	raw, err := json.Marshal(a.withdrawn)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(a.kept), 0o700); err != nil {
		return err
	}
	half := a.kept + ".new"
	if err := os.WriteFile(half, raw, 0o600); err != nil {
		return err
	}
	return os.Rename(half, a.kept)
}

func (a *Authority) withdraw(w http.ResponseWriter, r *http.Request) {
	if err := a.Withdraw(r.FormValue("serial"), r.FormValue("back") != ""); err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	http.Redirect(w, r, "/ca/", http.StatusSeeOther)
}

// list returns what was withdrawn, and when.
func (a *Authority) list() (map[string]time.Time, int64, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if err := a.load(); err != nil {
		return nil, 0, err
	}
	a.number++
	all := make(map[string]time.Time, len(a.withdrawn))
	maps.Copy(all, a.withdrawn)
	return all, a.clock.Now().Unix()*1000 + a.number, nil
}

func (a *Authority) crl(w http.ResponseWriter, r *http.Request) {
	at := a.now(r)
	all, number, err := a.list()
	if err != nil {
		a.fail(w, err)
		return
	}
	ca, err := devkeys.Authority(a.folder, at)
	if err != nil {
		a.fail(w, err)
		return
	}
	var gone []signing.Withdrawn
	for serial, since := range all {
		n, _ := new(big.Int).SetString(serial, 16)
		gone = append(gone, signing.Withdrawn{Serial: n, At: earlier(since, at), Reason: 1})
	}
	der, err := ca.CRL(gone, number, at.Add(-time.Minute), at.Add(fresh))
	if err != nil {
		a.fail(w, err)
		return
	}
	a.give(w, "application/pkix-crl", der)
}

// earlier keeps a withdrawal of today from lying ahead of a province of the past.
func earlier(since, at time.Time) time.Time {
	if since.After(at) {
		return at
	}
	return since
}

func (a *Authority) ocsp(w http.ResponseWriter, r *http.Request) {
	at := a.now(r)
	asked, err := io.ReadAll(io.LimitReader(r.Body, maxBody))
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	gone, _, err := a.list()
	if err != nil {
		a.fail(w, err)
		return
	}
	ca, err := devkeys.Authority(a.folder, at)
	if err != nil {
		a.fail(w, err)
		return
	}
	given, err := a.given(r.Context())
	if err != nil {
		a.fail(w, err)
		return
	}
	known := func(serial *big.Int) (*signing.Withdrawn, bool) {
		if since, ok := gone[serial.Text(16)]; ok {
			return &signing.Withdrawn{Serial: serial, At: earlier(since, at), Reason: 1}, true
		}
		return nil, given[serial.Text(16)] != ""
	}
	a.give(w, "application/ocsp-response", ca.AnswerOCSP(asked, known, nil, at, at.Add(fresh)))
}

// given is the names of the certificates of the folder, by serial number.
func (a *Authority) given(ctx context.Context) (map[string]string, error) {
	certs, err := devkeys.Issued(ctx, a.folder)
	if err != nil {
		return nil, err
	}
	all := make(map[string]string, len(certs))
	for _, c := range certs {
		all[c.SerialNumber.Text(16)] = c.Subject.CommonName
	}
	return all, nil
}
