// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package hooks plays a system that has changes of registers sent to it: it takes
// them over TLS, checks their signatures by itself, shows them, and misbehaves when
// told to. It does nothing with what it is told.
package hooks

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/simulators/door"
)

// Got is a message that came.
type Got struct {
	ID     string          `json:"id"`
	Valid  int             `json:"valid"` // signatures that are right
	Signed int             `json:"signed"`
	Body   json.RawMessage `json:"body"`
}

// Receiver takes messages.
type Receiver struct {
	clock clock.Clock
	right tls.Certificate
	wrong tls.Certificate // of an authority that nobody knows

	mu      sync.Mutex
	got     []Got
	secrets []string
	fail    int           // how many of the next messages get 500
	drop    int           // how many of the next are taken and not answered
	slow    time.Duration // how long each answer takes
	gone    bool          // it says that it is closed
}

const maxKept = 1000

// RootFile is the certificate of the receiver's authority in a folder.
func RootFile(folder string) string { return filepath.Join(folder, "root.pem") }

// New returns a receiver with keys of its own, and writes its authority to RootFile.
func New(folder string, c clock.Clock) (*Receiver, error) {
	r := &Receiver{clock: c}
	root, err := r.certificates(&r.right)
	if err != nil {
		return nil, err
	}
	if _, err := r.certificates(&r.wrong); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	return r, os.WriteFile(RootFile(folder), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: root}), 0o600)
}

// certificates makes an authority and the certificate of a server.
func (r *Receiver) certificates(to *tls.Certificate) (root []byte, err error) {
	now := r.clock.Now()
	authority, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	above := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "MO PHONG"}, NotBefore: now.Add(-time.Hour), NotAfter: now.AddDate(1, 0, 0),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	if root, err = x509.CreateCertificate(rand.Reader, above, above, authority.Public(), authority); err != nil {
		return nil, err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	of := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "localhost"}, NotBefore: now.Add(-time.Hour), NotAfter: now.AddDate(1, 0, 0),
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	raw, err := x509.CreateCertificate(rand.Reader, of, above, key.Public(), authority)
	*to = tls.Certificate{Certificate: [][]byte{raw}, PrivateKey: key}
	return root, err
}

// Serve takes messages at POST / until the listener is closed; untrusted: with a
// certificate that nobody believes.
func (r *Receiver) Serve(l net.Listener, untrusted bool) error {
	one := r.right
	if untrusted {
		one = r.wrong
	}
	server := &http.Server{Handler: http.HandlerFunc(r.take), ReadHeaderTimeout: 10 * time.Second}
	return server.Serve(tls.NewListener(l, &tls.Config{Certificates: []tls.Certificate{one}, MinVersion: tls.VersionTLS12}))
}

func (r *Receiver) take(w http.ResponseWriter, req *http.Request) {
	body, err := io.ReadAll(io.LimitReader(req.Body, 1<<20))
	if err != nil || !json.Valid(body) {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	r.mu.Lock()
	slow, gone := r.slow, r.gone
	r.mu.Unlock()
	if slow > 0 {
		select {
		case <-time.After(slow):
		case <-req.Context().Done():
			return
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case gone:
		w.WriteHeader(http.StatusGone)
		return
	case r.fail > 0:
		r.fail--
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	g := Got{ID: req.Header.Get("webhook-id"), Body: body}
	for s := range strings.FieldsSeq(req.Header.Get("webhook-signature")) {
		g.Signed++
		if slices.ContainsFunc(r.secrets, func(secret string) bool { return r.signs(secret, s, req.Header, body) }) {
			g.Valid++
		}
	}
	if len(r.got) < maxKept {
		r.got = append(r.got, g)
	}
	if r.drop > 0 {
		r.drop--
		panic(http.ErrAbortHandler) // taken, and the answer gets lost
	}
	w.WriteHeader(http.StatusNoContent)
}

// signs checks one signature as Standard Webhooks says: not older than five minutes.
func (r *Receiver) signs(secret, signature string, h http.Header, body []byte) bool {
	raw, isV1 := strings.CutPrefix(signature, "v1,")
	at, err := strconv.ParseInt(h.Get("webhook-timestamp"), 10, 64)
	if !isV1 || err != nil || r.clock.Now().Sub(time.Unix(at, 0)).Abs() > 5*time.Minute {
		return false
	}
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil {
		return false
	}
	mac := hmac.New(sha256.New, key)
	_, _ = io.WriteString(mac, h.Get("webhook-id")+"."+h.Get("webhook-timestamp")+"."+string(body)) // a hash takes everything
	given, err := base64.StdEncoding.DecodeString(raw)
	return err == nil && hmac.Equal(given, mac.Sum(nil))
}

// Handler controls the receiver: GET /received shows what came, POST /secret?value=…
// tells a secret, POST /faults?fail=N&drop=N&slow=2s&gone=1 makes it misbehave.
func (r *Receiver) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /received", func(w http.ResponseWriter, _ *http.Request) {
		r.mu.Lock()
		defer r.mu.Unlock()
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(append([]Got{}, r.got...)) // the caller has gone: nobody to tell
	})
	mux.HandleFunc("POST /secret", func(_ http.ResponseWriter, req *http.Request) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.secrets = append(r.secrets, req.FormValue("value"))
	})
	mux.HandleFunc("POST /faults", func(_ http.ResponseWriter, req *http.Request) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.fail, _ = strconv.Atoi(req.FormValue("fail")) // nothing is none
		r.drop, _ = strconv.Atoi(req.FormValue("drop"))
		r.slow, _ = time.ParseDuration(req.FormValue("slow"))
		r.gone = req.FormValue("gone") != ""
	})
	mux.HandleFunc("GET /faults", func(w http.ResponseWriter, _ *http.Request) {
		r.mu.Lock()
		defer r.mu.Unlock()
		door.Show(w, map[string]string{"fail": door.Number(r.fail), "drop": door.Number(r.drop), "slow": door.Length(r.slow), "gone": door.Flag(r.gone)})
	})
	return mux
}
