// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/openid/relying"
	"tinhso.vn/internal/kernel/saml"
	"tinhso.vn/internal/modules/accounts/accountsmod"
	"tinhso.vn/internal/modules/signon/signonmod"
	"tinhso.vn/internal/platform/config"
	"tinhso.vn/internal/platform/fetch"
)

// farewellTimeout is how long an application may take to hear that a session ended.
const farewellTimeout = 10 * time.Second

// signOn is what the one sign-on needs.
func (p *Program) signOn() signonmod.Deps {
	c := p.Config.SignOn
	inside, _ := c.Networks() // Config.Check has read them
	farewells := fetch.New(fetch.Options{Timeout: farewellTimeout, Inside: inside})
	return signonmod.Deps{Secure: p.Config.Secure(), Options: signonmod.Options{
		DB: p.DB, People: p.People, Keys: p.Keys, Log: p.Refusals, Issuer: strings.TrimSuffix(p.Config.PublicURL, "/"),
		Sources: sourcesOf(c, strings.TrimSuffix(p.Config.PublicURL, "/"), p.Province.Demo), Citizen: access.RoleID(c.Role), Unit: unitNames(p.DB),
		Opening: p.opening,
		Send: func(ctx context.Context, address string, form url.Values) error {
			_, err := farewells.Ask(ctx, fetch.Question{URL: address, Body: []byte(form.Encode()), Type: "application/x-www-form-urlencoded"})
			return err
		},
		Failed: func(ctx context.Context, err error) {
			p.Log.LogAttrs(ctx, slog.LevelError, "sign-on failed", slog.Any("error", err))
		},
	}}
}

// opening says how a session begins for somebody whom another provider has let
// in: by the same rules as with a password.
func (p *Program) opening(ctx context.Context, account identity.Account) (o identity.Opening, err error) {
	held, err := access.ListPosts(ctx, p.DB, account.ID, p.DB.Now())
	if err != nil {
		return o, err
	}
	rules, err := identity.ListRules(ctx, p.DB)
	if err != nil {
		return o, err
	}
	roles := make([]string, len(held))
	for i, h := range held {
		roles[i] = string(h.Role)
	}
	return rules.For(roles...).Opening(identity.Browser, identity.ByOutside, identity.Source{}), nil
}

// readSecrets reads the secrets that are kept in files of their own, and makes sure
// that the descriptions of other providers can be read.
func readSecrets(c *config.SignOn) error {
	read := func(p *config.Provider) error {
		if p.SecretFile == "" {
			return nil
		}
		raw, err := os.ReadFile(p.SecretFile)
		if err != nil {
			return fmt.Errorf("read the secret of %s: %w", p.ID, err)
		}
		p.Secret = strings.TrimSpace(string(raw))
		return nil
	}
	if err := read(&c.VNeID); err != nil {
		return err
	}
	for i := range c.Sources {
		if err := read(&c.Sources[i].Provider); err != nil {
			return err
		}
		if c.Sources[i].Protocol == config.SAML {
			if _, err := described(c.Sources[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

// described reads how a provider that speaks SAML describes itself.
func described(s config.Source) (saml.Provider, error) {
	raw, err := os.ReadFile(s.MetadataFile)
	if err != nil {
		return saml.Provider{}, fmt.Errorf("read what describes %s: %w", s.ID, err)
	}
	p, err := saml.ReadMetadata(raw)
	if err != nil {
		return p, fmt.Errorf("%s: %w", s.ID, err)
	}
	return p, nil
}

// sourcesOf are the other providers, VNeID first.
func sourcesOf(c config.SignOn, at string, demo bool) (all []signonmod.Source) {
	add := func(p config.Provider, citizens bool) {
		all = append(all, signonmod.Source{
			ID: p.ID, Name: i18n.Text{VI: p.Name, EN: p.NameEN}, MinLevel: p.MinLevel, Citizens: citizens, ByLogin: !citizens && p.Login != "",
			Source: relying.Source{
				Issuer: p.Issuer, ClientID: p.ClientID, Secret: p.Secret, Redirect: at + "/dang-nhap/ngoai/" + url.PathEscape(p.ID) + "/ve", Scopes: p.Scopes, Levels: p.Levels,
				AuthorizeURL: p.AuthorizeURL, TokenURL: p.TokenURL, KeysURL: p.KeysURL, UserURL: p.UserinfoURL,
				Number: p.Number, Name: p.FullName, Login: p.Login, Level: p.Level, IssParam: p.IssParam,
			},
		})
	}
	if c.VNeID.Issuer != "" {
		v := c.VNeID
		if demo {
			v.Name, v.NameEN = v.Name+" (mô phỏng)", v.NameEN+" (simulated)"
		}
		add(v, true)
	}
	for _, p := range c.Sources {
		add(p.Provider, p.For == config.ForCitizens)
		if p.Protocol != config.SAML {
			continue
		}
		about, err := described(p) // readSecrets has refused one that cannot be read
		if err != nil {
			all = all[:len(all)-1]
			continue
		}
		back := at + "/dang-nhap/ngoai/" + url.PathEscape(p.ID) + "/saml"
		all[len(all)-1].SAML = &saml.Source{
			Provider: about, Entity: back, Back: back, Out: at + "/dang-nhap/ngoai/" + url.PathEscape(p.ID) + "/ra", Levels: p.Levels, Number: p.Number, Name: p.FullName, Login: p.Login, Level: p.Level,
		}
	}
	return all
}

// outsideOf is what the sign-in page offers.
func outsideOf(s signonmod.Offers) func() []accountsmod.Outside {
	return func() (all []accountsmod.Outside) {
		for _, o := range s.Offers() {
			all = append(all, accountsmod.Outside{Name: o.Name, Citizens: o.Citizens, Href: "/dang-nhap/ngoai/" + url.PathEscape(o.ID), Resting: o.Resting})
		}
		return all
	}
}
