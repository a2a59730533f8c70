// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package config

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"regexp"
)

// SignOn is the one sign-on: what other systems sign in with here, and which other
// providers say who people are.
type SignOn struct {
	// Inside are private networks in which applications may be told of sign-outs;
	// all other private addresses are refused.
	Inside []string `yaml:"inside"`
	// Role is what somebody gets who comes from VNeID for the first time.
	Role    string   `yaml:"role"`
	VNeID   Provider `yaml:"vneid"`
	Sources []Source `yaml:"sources"` // other providers: the directory of a ministry or an agency
}

// Source is another provider, of officials or of citizens, that speaks OpenID
// Connect or SAML 2.0.
type Source struct {
	Provider     `yaml:",inline"`
	For          string `yaml:"for"`           // officials (or empty), citizens
	Protocol     string `yaml:"protocol"`      // oidc (or empty), saml
	MetadataFile string `yaml:"metadata_file"` // of saml: what describes the provider; its claims are attributes, or NameID
}

// What a source is for, and what it speaks.
const (
	ForOfficials = "officials"
	ForCitizens  = "citizens"
	OIDC         = "oidc"
	SAML         = "saml"
)

// Provider is an OpenID Provider elsewhere; without issuer there is none.
type Provider struct {
	ID           string   `yaml:"id"` // in addresses; vneid has its own
	Name         string   `yaml:"name"`
	NameEN       string   `yaml:"name_en"`
	Issuer       string   `yaml:"issuer"`
	ClientID     string   `yaml:"client_id"`
	Secret       string   `yaml:"secret" secret:"true"`      // of vneid: belongs in TINHSO_SIGN_ON_VNEID_SECRET
	SecretFile   string   `yaml:"secret_file" secret:"true"` // read when the program starts
	AuthorizeURL string   `yaml:"authorize_url"`             // only where the provider does not publish its addresses
	TokenURL     string   `yaml:"exchange_url"`
	KeysURL      string   `yaml:"keys_url"`
	UserinfoURL  string   `yaml:"userinfo_url"`
	Scopes       []string `yaml:"scopes"`
	Levels       []string `yaml:"levels"`    // acr values asked for
	MinLevel     int      `yaml:"min_level"` // of identification
	Number       string   `yaml:"claim_number"`
	FullName     string   `yaml:"claim_name"`
	Login        string   `yaml:"claim_login"` // of officials: their user name here; a claim_number beside it has to fit
	Level        string   `yaml:"claim_level"`
	IssParam     bool     `yaml:"iss_param"` // it names itself in its answers (RFC 9207)
}

// String hides the secret.
func (p Provider) String() string { return fmt.Sprintf("{%s %s %s}", p.ID, p.Issuer, p.ClientID) }

// GoString hides the secret.
func (p Provider) GoString() string { return p.String() }

// Networks returns Inside parsed.
func (s SignOn) Networks() ([]netip.Prefix, error) { return networks(s.Inside) }

func (s SignOn) check(wrong func(format string, args ...any)) {
	if _, err := s.Networks(); err != nil {
		wrong("sign_on.inside: %w", err)
	}
	if s.Role == "" {
		wrong("sign_on.role is missing")
	}
	s.VNeID.check("sign_on.vneid", wrong)
	if s.VNeID.MinLevel < 0 || s.VNeID.MinLevel > 9 {
		wrong("sign_on.vneid.min_level is between 0 and 9")
	}
	if s.VNeID.Issuer != "" && s.VNeID.Number == "" {
		wrong("sign_on.vneid.claim_number is missing: people are known by their number and by nothing else")
	}
	seen := map[string]bool{"vneid": true}
	for i, p := range s.Sources {
		at := fmt.Sprintf("sign_on.sources[%d]", i)
		switch p.Protocol {
		case "", OIDC:
			if p.Issuer == "" {
				wrong("%s.issuer is missing", at)
			}
			if p.MetadataFile != "" {
				wrong("%s.metadata_file belongs to protocol: saml", at)
			}
		case SAML:
			if p.MetadataFile == "" {
				wrong("%s.metadata_file is missing", at)
			}
			if p.Issuer != "" || p.ClientID != "" || p.Secret != "" || p.SecretFile != "" {
				wrong("%s: issuer, client_id and secret belong to OpenID Connect; the metadata says who a SAML provider is", at)
			}
		default:
			wrong("%s.protocol %q is neither oidc nor saml", at, p.Protocol)
		}
		if !regexp.MustCompile(`^[a-z][a-z0-9-]{0,30}$`).MatchString(p.ID) || seen[p.ID] {
			wrong("%s.id %q is no short name of its own", at, p.ID)
		}
		seen[p.ID] = true
		if p.Name == "" {
			wrong("%s.name is missing", at)
		}
		switch p.For {
		case "", ForOfficials:
			if p.Number == "" && p.Login == "" {
				wrong("%s: claim_number or claim_login says who somebody is", at)
			}
		case ForCitizens:
			if p.Number == "" || p.Login != "" {
				wrong("%s: citizens are known by claim_number and by nothing else", at)
			}
		default:
			wrong("%s.for %q is neither officials nor citizens", at, p.For)
		}
		p.check(at, wrong)
		if p.MinLevel < 0 || p.MinLevel > 9 {
			wrong("%s.min_level is between 0 and 9", at)
		}
	}
}

func (p Provider) check(at string, wrong func(format string, args ...any)) {
	if p.Issuer == "" {
		return
	}
	for name, address := range map[string]string{
		"issuer": p.Issuer, "authorize_url": p.AuthorizeURL, "exchange_url": p.TokenURL, "keys_url": p.KeysURL, "userinfo_url": p.UserinfoURL,
	} {
		if address == "" {
			continue
		}
		u, err := url.Parse(address)
		if err != nil || u.Host == "" || u.User != nil {
			wrong("%s.%s is not https://HOST/PATH", at, name)
			continue
		}
		if ip := net.ParseIP(u.Hostname()); u.Scheme != "https" && (u.Scheme != "http" || ip == nil || !ip.IsLoopback()) {
			wrong("%s.%s is not https, nor on this machine", at, name)
		}
	}
	if n := count(p.AuthorizeURL, p.TokenURL, p.KeysURL); n != 0 && n != 3 {
		wrong("%s: authorize_url, exchange_url and keys_url stand together, or none of them", at)
	}
	if p.ClientID == "" || (p.Secret == "") == (p.SecretFile == "") {
		wrong("%s: client_id is missing, or not one of secret and secret_file is given", at)
	}
}

func count(all ...string) (n int) {
	for _, s := range all {
		if s != "" {
			n++
		}
	}
	return n
}
