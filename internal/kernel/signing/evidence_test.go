// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package signing_test

import (
	"bytes"
	"crypto/x509"
	"slices"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/signing"
)

func TestEvidenceMakesRevocationKnown(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	document, _ := o.paper()
	signed := o.sign(document, "leader", signing.Request{Field: "signature", Certify: true}, o.stamp)
	if s := o.verify(signed).Signatures[0]; s.Revocation != signing.RevocationUnknown || !s.Valid() || !s.Claimed.Equal(o.now) {
		t.Errorf("without a list: %+v", s)
	}
	leader, _, err := o.keys["leader"].Certificate(t.Context())
	o.must(err)
	other, _, err := o.keys["initial"].Certificate(t.Context())
	o.must(err)
	list := func(revoked map[*x509.Certificate]time.Time, until time.Time) []byte {
		var withdrawn []signing.Withdrawn
		for c, at := range revoked {
			withdrawn = append(withdrawn, signing.Withdrawn{Serial: c.SerialNumber, At: at})
		}
		der, err := o.ca.CRL(withdrawn, 1, o.now.Add(-time.Hour), until)
		o.must(err)
		return der
	}
	stranger, err := signing.NewDevCA("Nơi khác", o.now.AddDate(-1, 0, 0), signing.P256)
	o.must(err)
	forged, err := stranger.CRL([]signing.Withdrawn{{Serial: leader.SerialNumber, At: o.now.Add(-time.Hour)}}, 1, o.now, o.now.Add(time.Hour))
	o.must(err)
	soon := o.now.Add(time.Hour)
	for name, c := range map[string]struct {
		crl  []byte
		want signing.Revocation
	}{
		"nobody":             {list(nil, soon), signing.RevocationGood},
		"somebody else":      {list(map[*x509.Certificate]time.Time{other: o.now.Add(-time.Hour)}, soon), signing.RevocationGood},
		"after the signing":  {list(map[*x509.Certificate]time.Time{leader: o.now.Add(time.Minute)}, soon), signing.RevocationGood},
		"before the signing": {list(map[*x509.Certificate]time.Time{leader: o.now.Add(-time.Minute)}, soon), signing.RevocationRevoked},
		"too old a list":     {list(nil, o.now.Add(-time.Minute)), signing.RevocationUnknown},
		"a stranger's list":  {forged, signing.RevocationUnknown},
		"nonsense":           {[]byte("x"), signing.RevocationUnknown},
	} {
		kept, err := signing.AddEvidence(signed, signing.Evidence{Certs: [][]byte{o.ca.Root().Raw}, CRLs: [][]byte{c.crl}})
		o.must(err)
		rep := o.verify(kept)
		s := rep.Signatures[0]
		revoked := c.want == signing.RevocationRevoked
		if s.Revocation != c.want || s.Valid() == revoked || slices.Contains(s.Problems, signing.ProblemRevoked) != revoked || !s.Intact {
			t.Errorf("%s: %+v", name, s)
		}
		if rep.Valid() == revoked {
			t.Errorf("%s: report valid %v", name, rep.Valid())
		}
		if len(s.Changes) != 1 || s.Changes[0].Kind != signing.ChangeEvidence || !bytes.HasPrefix(kept, signed) {
			t.Errorf("%s: changes %+v", name, s.Changes)
		}
		outside, err := signing.Trust{Roots: o.ca.Roots(), CRLs: [][]byte{c.crl}}.Verify(signed, o.now)
		o.must(err)
		if outside.Signatures[0].Revocation != c.want {
			t.Errorf("%s, known from outside: %+v", name, outside.Signatures[0])
		}
	}
	kept, err := signing.AddEvidence(signed, signing.Evidence{CRLs: [][]byte{list(nil, soon)}})
	o.must(err)
	if said := o.pdfsig(kept); !strings.Contains(said, "Signature is Valid.") {
		t.Errorf("pdfsig says\n%s", said)
	}
}
