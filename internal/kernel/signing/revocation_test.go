// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package signing_test

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/platform/pdf/pdftest"
)

// cert returns the certificate of a key.
func (o *office) cert(name string) *x509.Certificate {
	o.t.Helper()
	c, _, err := o.keys[name].Certificate(o.t.Context())
	o.must(err)
	return c
}

// withdrawn answers for one withdrawn certificate; every other was given.
func withdrawn(c *x509.Certificate, at time.Time) signing.Answering {
	return func(serial *big.Int) (*signing.Withdrawn, bool) {
		if c != nil && serial.Cmp(c.SerialNumber) == 0 {
			return &signing.Withdrawn{Serial: serial, At: at, Reason: 1}, true
		}
		return nil, true
	}
}

func never(*big.Int) (*signing.Withdrawn, bool) { return nil, false }

func TestAnswersAboutACertificate(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	leader, drafter := o.cert("leader"), o.cert("initial")
	q, err := signing.NewQuestion(leader, o.ca.Root())
	o.must(err)
	request, err := q.DER()
	o.must(err)
	other, err := signing.NewQuestion(drafter, o.ca.Root())
	o.must(err)
	otherRequest, err := other.DER()
	o.must(err)
	again, err := signing.NewQuestion(leader, o.ca.Root())
	o.must(err)
	againRequest, err := again.DER()
	o.must(err)
	unnamed, err := signing.Question{Cert: leader, Issuer: o.ca.Root()}.DER()
	o.must(err)
	stranger, err := signing.NewDevCA("Nơi khác", o.now.AddDate(-1, 0, 0), signing.P256)
	o.must(err)
	foreign, err := signing.Question{Cert: leader, Issuer: stranger.Root(), Nonce: q.Nonce}.DER()
	o.must(err)
	helper, err := o.ca.Issue(signing.Subject{Name: "Trả lời", Answers: true, From: o.now.Add(-time.Hour), Until: o.now.AddDate(1, 0, 0)})
	o.must(err)
	strange, err := stranger.Issue(signing.Subject{Name: "Trả lời", Answers: true, From: o.now.Add(-time.Hour), Until: o.now.AddDate(1, 0, 0)})
	o.must(err)
	gone, err := o.ca.Issue(signing.Subject{Name: "Đã hết hạn", Answers: true, From: o.now.Add(-time.Hour), Until: o.now.Add(-time.Minute)})
	o.must(err)
	now, soon := o.now, o.now.Add(time.Hour)
	answer := func(request []byte, known signing.Answering, by *signing.SoftKey) []byte {
		return o.ca.AnswerOCSP(request, known, by, now, soon)
	}
	for name, c := range map[string]struct {
		answer []byte
		want   signing.Revocation
		doubt  signing.Doubt
	}{
		"in use":                    {answer(request, withdrawn(nil, now), nil), signing.RevocationGood, ""},
		"in use, says a helper":     {answer(request, withdrawn(nil, now), helper), signing.RevocationGood, ""},
		"signed in advance":         {answer(unnamed, withdrawn(nil, now), nil), signing.RevocationGood, ""},
		"withdrawn":                 {answer(request, withdrawn(leader, now.Add(-time.Minute)), nil), signing.RevocationRevoked, ""},
		"never given":               {answer(request, never, nil), signing.RevocationUnknown, signing.DoubtNever},
		"to another question":       {answer(againRequest, withdrawn(nil, now), nil), signing.RevocationUnknown, signing.DoubtNonce},
		"about another certificate": {answer(otherRequest, withdrawn(nil, now), nil), signing.RevocationUnknown, signing.DoubtOther},
		"signed by a citizen":       {answer(request, withdrawn(nil, now), o.keys["initial"]), signing.RevocationUnknown, signing.DoubtSigner},
		"signed by a stranger":      {answer(request, withdrawn(nil, now), strange), signing.RevocationUnknown, signing.DoubtSigner},
		"helper has run out":        {answer(request, withdrawn(nil, now), gone), signing.RevocationUnknown, signing.DoubtSigner},
		"stale":                     {o.ca.AnswerOCSP(request, withdrawn(nil, now), nil, now.Add(-2*time.Hour), now.Add(-time.Hour)), signing.RevocationUnknown, signing.DoubtStale},
		"of the future":             {o.ca.AnswerOCSP(request, withdrawn(nil, now), nil, now.Add(time.Hour), now.Add(2*time.Hour)), signing.RevocationUnknown, signing.DoubtFuture},
		"of another authority":      {o.ca.AnswerOCSP(foreign, withdrawn(nil, now), nil, now, soon), signing.RevocationUnknown, signing.DoubtUnreadable},
		"of who knows no better":    {stranger.AnswerOCSP(foreign, withdrawn(nil, now), nil, now, soon), signing.RevocationUnknown, signing.DoubtOther},
		"to nonsense":               {answer([]byte("?"), withdrawn(nil, now), nil), signing.RevocationUnknown, signing.DoubtUnreadable},
		"nonsense":                  {[]byte("0"), signing.RevocationUnknown, signing.DoubtUnreadable},
	} {
		s := q.Check(c.answer, now)
		if s.State != c.want || (c.doubt == "") != (len(s.Doubts) == 0) || (c.doubt != "" && !slices.Contains(s.Doubts, c.doubt)) {
			t.Errorf("%s: %+v", name, s)
		}
	}
	// A changed byte anywhere in an answer is found.
	good := answer(request, withdrawn(leader, now.Add(-time.Minute)), nil)
	for i := range good {
		bad := bytes.Clone(good)
		bad[i] ^= 1
		if s := q.Check(bad, now); s.State == signing.RevocationGood {
			t.Fatalf("byte %d: a withdrawn certificate became good", i)
		}
	}
	late := signing.Judge(leader, o.ca.Root(), signing.Evidence{OCSPs: [][]byte{answer(request, withdrawn(leader, now.Add(-time.Minute)), nil)}}, now.Add(-time.Hour), now)
	if late.State != signing.RevocationGood || late.Since.IsZero() || late.Reason != 1 {
		t.Errorf("an hour before it was withdrawn: %+v", late)
	}
}

func TestOneWordOfWithdrawalOutweighs(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	leader := o.cert("leader")
	before, after := o.now.Add(-time.Hour), o.now.Add(time.Hour)
	open, err := o.ca.CRL(nil, 1, before, after)
	o.must(err)
	taken, err := o.ca.CRL([]signing.Withdrawn{{Serial: leader.SerialNumber, At: o.now.Add(-time.Minute), Reason: 6}}, 2, before, o.now.Add(-time.Second))
	o.must(err)
	back, err := o.ca.CRL([]signing.Withdrawn{{Serial: leader.SerialNumber, At: o.now.Add(-time.Minute), Reason: 8}}, 3, before, after)
	o.must(err)
	request, err := signing.Question{Cert: leader, Issuer: o.ca.Root()}.DER()
	o.must(err)
	good := o.ca.AnswerOCSP(request, withdrawn(nil, o.now), nil, o.now, after)
	for name, c := range map[string]struct {
		e    signing.Evidence
		want signing.Revocation
	}{
		"both good":          {signing.Evidence{CRLs: [][]byte{open}, OCSPs: [][]byte{good}}, signing.RevocationGood},
		"an old list says":   {signing.Evidence{CRLs: [][]byte{open, taken}, OCSPs: [][]byte{good}}, signing.RevocationRevoked},
		"the other way":      {signing.Evidence{CRLs: [][]byte{taken, open}, OCSPs: [][]byte{good}}, signing.RevocationRevoked},
		"released from hold": {signing.Evidence{CRLs: [][]byte{back}}, signing.RevocationGood},
		"nothing":            {signing.Evidence{}, signing.RevocationUnknown},
	} {
		if s := signing.Judge(leader, o.ca.Root(), c.e, o.now, o.now); s.State != c.want {
			t.Errorf("%s: %+v", name, s)
		}
	}
	forgets, err := o.ca.CRL(nil, 9, leader.NotAfter.Add(time.Hour), leader.NotAfter.Add(2*time.Hour))
	o.must(err)
	if s := signing.Judge(leader, o.ca.Root(), signing.Evidence{CRLs: [][]byte{forgets}}, o.now, leader.NotAfter.Add(time.Hour)); s.State != signing.RevocationUnknown || !slices.Contains(s.Doubts, signing.DoubtLate) {
		t.Errorf("a list from after the certificate's end: %+v", s)
	}
}

func pemFile(t *testing.T, certs ...*x509.Certificate) string {
	t.Helper()
	var out []byte
	for _, c := range certs {
		out = append(out, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})...)
	}
	return save(t, "certs.pem", out)
}

func save(t *testing.T, name string, b []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestOpenSSLAsksAndReadsLists(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	leader := o.cert("leader")
	root, subject := pemFile(t, o.ca.Root()), pemFile(t, leader)
	asked := filepath.Join(t.TempDir(), "request.der")
	if said, err := pdftest.Run(t, "openssl", "openssl", "ocsp", "-issuer", root, "-cert", subject, "-reqout", asked); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	request, err := os.ReadFile(asked)
	o.must(err)
	helper, err := o.ca.Issue(signing.Subject{Name: "Trả lời", Answers: true, From: o.now.Add(-time.Hour), Until: o.now.AddDate(1, 0, 0), Key: signing.RSA2048})
	o.must(err)
	for want, c := range map[string]struct {
		known signing.Answering
		by    *signing.SoftKey
	}{
		"good":    {withdrawn(nil, o.now), nil},
		"revoked": {withdrawn(leader, o.now.Add(-time.Minute)), helper},
		"unknown": {never, helper},
	} {
		answer := save(t, "answer.der", o.ca.AnswerOCSP(request, c.known, c.by, o.now.Add(-time.Second), o.now.Add(time.Hour)))
		said, err := pdftest.Run(t, "openssl", "openssl", "ocsp", "-no_nonce", "-issuer", root, "-cert", subject, "-reqin", asked, "-respin", answer, "-CAfile", root)
		if err != nil || !strings.Contains(said, "Response verify OK") || !strings.Contains(said, subject+": "+want) || strings.Contains(said, "nonce") {
			t.Errorf("%s: %v\n%s", want, err, said)
		}
	}
	q, err := signing.NewQuestion(leader, o.ca.Root())
	o.must(err)
	der, err := q.DER()
	o.must(err)
	said, err := pdftest.Run(t, "openssl", "openssl", "ocsp", "-reqin", save(t, "ours.der", der), "-req_text")
	if err != nil || !strings.Contains(said, "OCSP Nonce") || !strings.Contains(strings.ToLower(said), leader.SerialNumber.Text(16)) {
		t.Errorf("our request: %v\n%s", err, said)
	}
	list, err := o.ca.CRL([]signing.Withdrawn{{Serial: leader.SerialNumber, At: o.now.Add(-time.Minute), Reason: 4}}, 7, o.now.Add(-time.Hour), o.now.Add(time.Hour))
	o.must(err)
	said, err = pdftest.Run(t, "openssl", "openssl", "crl", "-inform", "DER", "-in", save(t, "list.crl", list), "-CAfile", root, "-text", "-noout")
	if err != nil || !strings.Contains(said, "verify OK") || !strings.Contains(said, "Superseded") || !strings.Contains(said, "CRL Number") {
		t.Errorf("list: %v\n%s", err, said)
	}
}
