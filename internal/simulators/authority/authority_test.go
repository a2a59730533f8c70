// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package authority_test

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/kernel/signing/devkeys"
	"tinhso.vn/internal/kernel/signing/revocation"
	"tinhso.vn/internal/kernel/signing/tsa"
	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/fetch"
	"tinhso.vn/internal/simulators/authority"
)

// start plays the authority of a folder over HTTP.
func start(t *testing.T, folder string) (*authority.Authority, string) {
	t.Helper()
	a := authority.New(clock.System{}, folder, t.TempDir())
	server := httptest.NewServer(a.Handler())
	t.Cleanup(server.Close)
	return a, server.URL
}

func stamps(t *testing.T, url, folder string, shift time.Duration) *tsa.Client {
	t.Helper()
	now := func() time.Time { return time.Now().Add(shift) }
	c, err := tsa.New(tsa.Options{
		URL: url + "/tsa/?shift=" + shift.String(), Timeout: 300 * time.Millisecond, Pause: time.Millisecond, Now: now,
		Roots: func(context.Context) (*x509.CertPool, error) {
			ca, err := devkeys.Authority(folder, now())
			if err != nil {
				return nil, err
			}
			return ca.Roots(), nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestStampsAndFaults(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	a, url := start(t, folder)
	sum := sha256.Sum256([]byte("chữ ký"))
	c := stamps(t, url, folder, 0)
	if _, err := c.Stamp(t.Context(), sum[:]); err != nil {
		t.Fatal(err)
	}
	for fault, want := range map[string]error{
		authority.Past: signing.ErrStampTime, authority.Hash: signing.ErrStampHash, authority.Nonce: signing.ErrStampNonce, authority.Garbage: signing.ErrTime,
		authority.Refuse: signing.ErrStampRefused, authority.Hang: tsa.ErrSilent, authority.Down: tsa.ErrSilent,
	} {
		a.Misbehave(fault, 3)
		if _, err := c.Stamp(t.Context(), sum[:]); !errors.Is(err, want) {
			t.Errorf("%s: got %v, want %v", fault, err, want)
		}
	}
	a.Misbehave(authority.Down, 2)
	if _, err := c.Stamp(t.Context(), sum[:]); err != nil {
		t.Errorf("after two refusals: %v", err)
	}
}

// A province of the past has an authority of the past.
func TestAYearAgo(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	_, url := start(t, folder)
	sum := sha256.Sum256([]byte("chữ ký"))
	token, err := stamps(t, url, folder, -365*24*time.Hour).Stamp(t.Context(), sum[:])
	if err != nil {
		t.Fatal(err)
	}
	if at, err := signing.StampedAt(token); err != nil || time.Since(at) < 364*24*time.Hour {
		t.Errorf("stamped at %v, %v", at, err)
	}
}

func TestEvidence(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	a, url := start(t, folder)
	if _, err := devkeys.Stamps(folder, time.Now()); err != nil { // a certificate of the folder
		t.Fatal(err)
	}
	issued, err := devkeys.Issued(t.Context(), folder)
	if err != nil || len(issued) != 1 {
		t.Fatalf("%d, %v", len(issued), err)
	}
	cert := issued[0]
	ca, err := devkeys.Authority(folder, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	options := revocation.Options{
		Outside: fetch.New(fetch.Options{Inside: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}), Configured: fetch.New(fetch.Options{Configured: true}),
		Now: time.Now, Required: true,
		Above: func(context.Context, *x509.Certificate) ([]*x509.Certificate, error) {
			return []*x509.Certificate{ca.Root()}, nil
		},
	}
	for name, set := range map[string]func(o *revocation.Options){
		"ocsp":                     func(o *revocation.Options) { o.OCSP = url + "/ca/ocsp" },
		"crl":                      func(o *revocation.Options) { o.CRL = url + "/ca/crl" },
		"crl where ocsp is broken": func(o *revocation.Options) { o.OCSP, o.CRL = url+"/ca/nothing", url+"/ca/crl" },
	} {
		o := options
		set(&o)
		c := revocation.New(o)
		e, err := c.Collect(t.Context(), []*x509.Certificate{cert})
		if err != nil || len(e.Certs) != 2 || len(e.OCSPs)+len(e.CRLs) != 1 {
			t.Errorf("%s: %d certificates, %d answers, %d lists, %v", name, len(e.Certs), len(e.OCSPs), len(e.CRLs), err)
			continue
		}
		if got := signing.Judge(cert, ca.Root(), e, time.Now(), time.Now()); got.State != signing.RevocationGood {
			t.Errorf("%s: the evidence says %s", name, got.State)
		}
	}

	// Nothing is asked where the certificate names nobody, or an address of a private network.
	if _, err := revocation.New(options).Collect(t.Context(), []*x509.Certificate{cert}); !errors.Is(err, revocation.ErrUnknown) {
		t.Errorf("without an address: %v", err)
	}
	naming, err := ca.Issue(signing.Subject{Name: "A", From: time.Now().Add(-time.Hour), Until: time.Now().Add(time.Hour), OCSP: []string{url + "/ca/ocsp"}, CRL: []string{url + "/ca/crl"}})
	if err != nil {
		t.Fatal(err)
	}
	named, _, err := naming.Certificate(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	closed := options
	closed.Outside = fetch.New(fetch.Options{})
	if _, err := revocation.New(closed).Collect(t.Context(), []*x509.Certificate{named}); !errors.Is(err, fetch.ErrAddress) {
		t.Errorf("a private network: %v", err)
	}
	if e, err := revocation.New(options).Collect(t.Context(), []*x509.Certificate{named}); err != nil || len(e.CRLs) != 1 || len(e.OCSPs) != 0 {
		t.Errorf("by its list, for the answerer does not know it: %d, %d, %v", len(e.CRLs), len(e.OCSPs), err)
	}
	closed.Required = false
	if e, err := revocation.New(closed).Collect(t.Context(), []*x509.Certificate{named}); err != nil || len(e.Certs) != 2 || len(e.CRLs)+len(e.OCSPs) != 0 {
		t.Errorf("not required: %+v, %v", e, err)
	}

	// Withdrawn, it is refused; an answer of before is used until then.
	serial := cert.SerialNumber.Text(16)
	o := options
	o.OCSP = url + "/ca/ocsp"
	before := revocation.New(o)
	if _, err := before.Collect(t.Context(), []*x509.Certificate{cert}); err != nil {
		t.Fatal(err)
	}
	if err := a.Withdraw(serial, false); err != nil {
		t.Fatal(err)
	}
	if _, err := before.Collect(t.Context(), []*x509.Certificate{cert}); err != nil {
		t.Errorf("from memory: %v", err)
	}
	for range 2 {
		if _, err := revocation.New(o).Collect(t.Context(), []*x509.Certificate{cert}); !errors.Is(err, revocation.ErrWithdrawn) {
			t.Errorf("withdrawn: %v", err)
		}
	}
	if err := a.Withdraw(serial, true); err != nil {
		t.Fatal(err)
	}
	if _, err := revocation.New(o).Collect(t.Context(), []*x509.Certificate{cert}); err != nil {
		t.Errorf("given back: %v", err)
	}
}

func TestPage(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	_, url := start(t, folder)
	if _, err := devkeys.Stamps(folder, time.Now()); err != nil {
		t.Fatal(err)
	}
	got, err := fetch.New(fetch.Options{Configured: true}).Ask(t.Context(), fetch.Question{URL: url + "/ca/"})
	if err != nil || !strings.Contains(string(got), "Dấu thời gian thử nghiệm") {
		t.Errorf("%s, %v", got, err)
	}
}
