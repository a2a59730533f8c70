// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package webpush

import (
	"bytes"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"math/big"
	"strings"
	"testing"
	"time"
)

// The example of RFC 8291, appendix A.
const (
	rfcText    = "When I grow up, I want to be a watermelon"
	rfcOwn     = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
	rfcBrowser = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"
	rfcPublic  = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
	rfcAuth    = "BTBZMqHH6r4Tts7J_aSIgg"
	rfcSalt    = "DGv6ra1nlYgDCS1FRnbzlw"
	rfcBody    = "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)

func bytesOf(t *testing.T, s string) []byte {
	t.Helper()
	raw, err := decode(s)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func TestTheExampleOfTheStandard(t *testing.T) {
	t.Parallel()
	own, err := ecdh.P256().NewPrivateKey(bytesOf(t, rfcOwn))
	if err != nil {
		t.Fatal(err)
	}
	got, err := encrypt(Browser{rfcPublic, rfcAuth}, []byte(rfcText), own, bytesOf(t, rfcSalt))
	if err != nil || encode(got) != rfcBody {
		t.Fatalf("got %s, %v", encode(got), err)
	}
	browser, err := ecdh.P256().NewPrivateKey(bytesOf(t, rfcBrowser))
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := Decrypt(browser, rfcAuth, got); err != nil || string(plain) != rfcText {
		t.Errorf("got %q, %v", plain, err)
	}
	for i := range got { // whatever is changed on the way is refused
		broken := bytes.Clone(got)
		broken[i] ^= 1
		if i >= saltLength && i < saltLength+4 {
			continue // the size of records, of which there is one
		}
		if plain, err := Decrypt(browser, rfcAuth, broken); err == nil {
			t.Fatalf("byte %d changed: %q", i, plain)
		}
	}
}

func TestKeysThatMakeNoSenseAreRefused(t *testing.T) {
	t.Parallel()
	for _, b := range []Browser{{}, {rfcPublic, "c2hvcnQ"}, {rfcAuth, rfcAuth}, {"!", rfcAuth}, {strings.Repeat("A", 87), rfcAuth}} {
		if _, err := Encrypt(b, []byte("x")); err == nil {
			t.Errorf("%v was taken", b)
		}
	}
	if _, err := Encrypt(Browser{rfcPublic, rfcAuth}, make([]byte, MaxContent+1)); err == nil {
		t.Error("too long a content was taken")
	}
}

func TestTheTokenNamesTheServiceAndIsSigned(t *testing.T) {
	t.Parallel()
	made, raw, err := NewSender()
	if err != nil {
		t.Fatal(err)
	}
	s, err := OpenSender(raw)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Unix(1_800_000_000, 0)
	head, err := s.Authorization("https://push.example.org:8443/send/abc", "mailto:it@example.vn", now)
	if err != nil {
		t.Fatal(err)
	}
	token, public, ok := strings.Cut(strings.TrimPrefix(head, "vapid t="), ", k=")
	parts := strings.Split(token, ".")
	if want, _ := made.Public(); !ok || public != want || len(parts) != 3 {
		t.Fatalf("got %s", head)
	}
	var claims struct {
		Aud, Sub string
		Exp      int64
	}
	if err := json.Unmarshal(bytesOf(t, parts[1]), &claims); err != nil || claims.Aud != "https://push.example.org:8443" || claims.Sub != "mailto:it@example.vn" || claims.Exp != now.Add(Lifetime).Unix() {
		t.Errorf("claims %+v, %v", claims, err)
	}
	point := bytesOf(t, public)
	key, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), point)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	signature := bytesOf(t, parts[2])
	if !ecdsa.Verify(key, sum[:], new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])) {
		t.Error("the signature does not fit")
	}
	other, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil || other == nil {
		t.Fatal(err)
	}
}
