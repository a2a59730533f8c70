// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package signing_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/asn1"
	"errors"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/pdf/pdftest"
)

func TestTimeStampsThatLieAreRefused(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	sum := sha256.Sum256([]byte("chữ ký"))
	q, err := signing.NewStampRequest(sum[:])
	o.must(err)
	key := o.keys["stamps"]
	stranger, err := signing.NewDevCA("Nơi khác", o.now.AddDate(-1, 0, 0), signing.P256)
	o.must(err)
	liar, err := stranger.Issue(signing.Subject{Name: "Giờ", Stamps: true, From: o.now.AddDate(0, -1, 0), Until: o.now.AddDate(1, 0, 0), Key: signing.RSA2048})
	o.must(err)
	answer := func(q signing.StampRequest, by *signing.SoftKey, at time.Time) []byte {
		der, err := q.DER()
		o.must(err)
		response, err := o.ca.AnswerStamp(der, by, at)
		o.must(err)
		return response
	}
	other := q
	other.Hash = make([]byte, 32)
	again := q
	again.Nonce = new(big.Int).Add(q.Nonce, big.NewInt(1))
	silent := q
	silent.Nonce = nil
	strict := q
	strict.Policy = asn1.ObjectIdentifier{1, 2, 3}
	weak, err := o.ca.AnswerStamp([]byte("?"), key, o.now)
	o.must(err)
	good := answer(q, key, o.now)
	cut := bytes.Clone(good)
	cut[len(cut)-5] ^= 1
	for name, c := range map[string]struct {
		response []byte
		want     *errs.Error
	}{
		"good":                  {good, nil},
		"a minute off":          {answer(q, key, o.now.Add(time.Minute)), nil},
		"a day ahead":           {answer(q, key, o.now.AddDate(0, 0, 1)), signing.ErrStampTime},
		"a day behind":          {answer(q, key, o.now.AddDate(0, 0, -1)), signing.ErrStampTime},
		"another hash":          {answer(other, key, o.now), signing.ErrStampHash},
		"another nonce":         {answer(again, key, o.now), signing.ErrStampNonce},
		"no nonce":              {answer(silent, key, o.now), signing.ErrStampNonce},
		"another authority":     {answer(q, liar, o.now), signing.ErrStampUntrusted},
		"a person":              {answer(q, o.keys["agency"], o.now), signing.ErrStampUntrusted},
		"refused":               {weak, signing.ErrStampRefused},
		"a policy it has not":   {answer(strict, key, o.now), signing.ErrStampRefused},
		"a changed byte":        {cut, signing.ErrTime},
		"nonsense":              {[]byte("stamp"), signing.ErrTime},
		"bytes after the stamp": {append(bytes.Clone(good), 0), signing.ErrTime},
	} {
		token, err := q.Token(c.response, o.ca.Roots(), o.now, 5*time.Minute)
		if (c.want == nil) != (err == nil) || (c.want != nil && !errors.Is(err, c.want)) || (c.want == nil) != (token != nil) {
			t.Errorf("%s: got %v, want %v", name, err, c.want)
		}
	}
	if _, err := strict.Token(good, o.ca.Roots(), o.now, time.Minute); !errors.Is(err, signing.ErrStampPolicy) {
		t.Errorf("another policy: %v", err)
	}
	if _, err := signing.NewStampRequest([]byte("short")); !errors.Is(err, signing.ErrMismatch) {
		t.Errorf("no hash: %v", err)
	}
}

func TestOpenSSLAsksForATimeStamp(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	dir := t.TempDir()
	data, query := save(t, "data", []byte("Quyết định")), filepath.Join(dir, "query.tsq")
	for _, hash := range []string{"-sha256", "-sha512"} {
		if said, err := pdftest.Run(t, "openssl", "openssl", "ts", "-query", "-data", data, hash, "-cert", "-out", query); err != nil {
			t.Fatalf("%v\n%s", err, said)
		}
		request, err := os.ReadFile(query)
		o.must(err)
		response, err := o.ca.AnswerStamp(request, o.keys["stamps"], o.now)
		o.must(err)
		said, err := pdftest.Run(t, "openssl", "openssl", "ts", "-verify", "-queryfile", query, "-in", save(t, "answer.tsr", response), "-CAfile", pemFile(t, o.ca.Root()))
		if err != nil || !strings.Contains(said, "Verification: OK") {
			t.Errorf("%s: %v\n%s", hash, err, said)
		}
	}
	// Our request, answered; the token alone, against our hash.
	sum := sha256.Sum256([]byte("Quyết định"))
	q, err := signing.NewStampRequest(sum[:])
	o.must(err)
	der, err := q.DER()
	o.must(err)
	said, err := pdftest.Run(t, "openssl", "openssl", "ts", "-query", "-in", save(t, "ours.tsq", der), "-text")
	if err != nil || !strings.Contains(said, "sha256") || strings.Contains(said, "Nonce: unspecified") {
		t.Errorf("%v\n%s", err, said)
	}
	if said, err := pdftest.Run(t, "openssl", "openssl", "ts", "-query", "-data", data, "-sha1", "-out", query); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	weak, err := os.ReadFile(query)
	o.must(err)
	response, err := o.ca.AnswerStamp(weak, o.keys["stamps"], o.now)
	o.must(err)
	if said, _ := pdftest.Run(t, "openssl", "openssl", "ts", "-reply", "-in", save(t, "weak.tsr", response), "-text"); !strings.Contains(said, "Rejected") && !strings.Contains(said, "badAlg") && !strings.Contains(said, "unrecognized or unsupported algorithm") {
		t.Errorf("a stamp over SHA-1:\n%s", said)
	}
}
