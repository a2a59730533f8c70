// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package config_test

import (
	"fmt"
	"strings"
	"testing"

	"tinhso.vn/internal/platform/config"
)

func TestProvidersElsewhere(t *testing.T) {
	t.Parallel()
	c, err := config.Load(write(t, `sign_on:
  sources:
    - {id: so-y-te, name: Sở Y tế, issuer: "https://sso.example.vn", client_id: tinh, secret: s3cret-x, claim_login: preferred_username}
`), config.Environment{"TINHSO_SIGN_ON_VNEID_ISSUER=https://vneid.example.vn", "TINHSO_SIGN_ON_VNEID_CLIENT_ID=tinh", "TINHSO_SIGN_ON_VNEID_SECRET=s3cret-y"})
	if err != nil || len(c.SignOn.Sources) != 1 || c.SignOn.VNeID.MinLevel != 2 {
		t.Fatalf("%+v, %v", c.SignOn, err)
	}
	for _, said := range []string{fmt.Sprint(c), fmt.Sprintf("%+v %#v", c, c.SignOn), fmt.Sprint(c.SignOn.VNeID)} {
		if strings.Contains(said, "s3cret") {
			t.Errorf("printed: %s", said)
		}
	}
	for file, want := range map[string]string{
		`sign_on: {vneid: {issuer: "http://vneid.example.vn", client_id: x, secret: y}}`:                                                    "not https",
		`sign_on: {vneid: {issuer: "https://v.example.vn", client_id: x}}`:                                                                  "secret",
		`sign_on: {vneid: {issuer: "https://v.example.vn", client_id: x, secret: y, claim_number: ""}}`:                                     "claim_number",
		`sign_on: {vneid: {issuer: "https://v.example.vn", client_id: x, secret: y, exchange_url: "https://v.example.vn/t"}}`:               "stand together",
		`sign_on: {sources: [{id: vneid, name: x, issuer: "https://v.example.vn", client_id: x, secret: y, claim_login: l}]}`:               "no short name",
		`sign_on: {sources: [{id: a, name: x, issuer: "https://v.example.vn", client_id: x, secret: y}]}`:                                   "claim_login",
		`sign_on: {sources: [{id: a, name: x, issuer: "https://v.example.vn", client_id: x, secret: y, for: citizens, claim_login: l}]}`:    "citizens are known",
		`sign_on: {sources: [{id: a, name: x, issuer: "https://v.example.vn", client_id: x, secret: y, for: all, claim_login: l}]}`:         "neither officials nor citizens",
		`sign_on: {sources: [{id: a, name: x, protocol: ldap, claim_login: l}]}`:                                                            "neither oidc nor saml",
		`sign_on: {sources: [{id: a, name: x, protocol: saml, claim_login: l}]}`:                                                            "metadata_file is missing",
		`sign_on: {sources: [{id: a, name: x, protocol: saml, metadata_file: m.xml, issuer: "https://v.example.vn", claim_login: l}]}`:      "the metadata says",
		`sign_on: {sources: [{id: a, name: x, issuer: "https://v.example.vn", client_id: x, secret: y, metadata_file: m, claim_login: l}]}`: "belongs to protocol: saml",
		`sign_on: {sources: [{id: a, name: x, protocol: saml, metadata_file: m.xml, claim_login: l, min_level: 12}]}`:                       "min_level",
		`sign_on: {inside: [here]}`: "inside",
		`sign_on: {role: ""}`:       "role",
	} {
		if _, err := config.Load(write(t, file+"\n"), nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", file, err)
		}
	}
}
