// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"crypto/subtle"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/kernel/signing/keystore"
	"tinhso.vn/internal/kernel/signing/requests"
	"tinhso.vn/internal/kernel/signing/smartca"
	"tinhso.vn/internal/platform/config"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/web"
)

// newRequests returns the requests for signatures, with the providers that are configured.
func (p *Program) newRequests(provider *smartca.Client) *requests.Service {
	d := requests.Deps{
		Register: p.trusted.register, Verify: func(ctx context.Context, document []byte) (signing.Report, error) {
			return p.Parts.Trust.Check(ctx, document)
		},
		Stamp: p.trusted.stamp, DB: p.DB, Files: p.Files, Keys: p.Keys, Providers: map[string]requests.Provider{}, Limit: time.Duration(p.Config.Signing.Minutes) * time.Minute,
	}
	if provider != nil {
		d.Providers[smartca.Name] = provider
	}
	return requests.New(d)
}

// newSmartCA returns the client of the configured provider; nil where none is.
func (p *Program) newSmartCA() *smartca.Client {
	c := p.Config.Signing.SmartCA
	if c.URL == "" {
		return nil
	}
	return smartca.New(smartca.Options{URL: c.URL, SPID: c.SPID, Password: c.Password, Clock: p.Clock})
}

// certificatesIn reads a PEM file.
func certificatesIn(file string) (all []*x509.Certificate, err error) {
	raw, err := os.ReadFile(file) //nolint:gosec // the operator named it
	if err != nil {
		return nil, fmt.Errorf("the authorities of the provider of signatures: %w", err)
	}
	for block, rest := pem.Decode(raw); block != nil; block, rest = pem.Decode(rest) {
		one, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", file, err)
		}
		all = append(all, one)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("there is no certificate in %s", file)
	}
	return all, nil
}

// remoteKeys finds who signs with a key of the provider: the officials whom the
// configuration names. What the provider says about their certificates is
// remembered for a while.
type remoteKeys struct {
	db     *db.DB
	people *identity.Directory
	from   *smartca.Client
	logins []string

	mu    sync.Mutex
	known map[string]remembered // by account
}

type remembered struct {
	cert  keystore.Certificate
	until time.Time
}

const certificateTTL = 10 * time.Minute

func newRemoteKeys(d *db.DB, people *identity.Directory, from *smartca.Client, c config.SmartCA) *remoteKeys {
	return &remoteKeys{db: d, people: people, from: from, logins: c.Accounts, known: map[string]remembered{}}
}

// Find implements dossiersmod's Register.
func (k *remoteKeys) Find(ctx context.Context, q db.Querier, h keystore.Holder) (c keystore.Certificate, _ signing.Signer, found bool, err error) {
	if k.from == nil || h.Account == "" {
		return c, nil, false, nil
	}
	a, err := k.people.GetAccount(ctx, q, h.Account)
	if err != nil || !slices.Contains(k.logins, a.Login) {
		return c, nil, false, err
	}
	now := k.db.Now()
	k.mu.Lock()
	known, ok := k.known[h.Account]
	k.mu.Unlock()
	if ok && now.Before(known.until) {
		return known.cert, nil, true, nil
	}
	user, err := k.User(ctx, q, c, h.Account)
	if err != nil {
		return c, nil, false, err
	}
	held, err := k.from.Certificates(ctx, user, id.New())
	if err != nil {
		return c, nil, false, err
	}
	for _, one := range held { // the one that lasts longest
		if one.Cert.NotAfter.After(c.NotAfter.Time) {
			c = keystore.Certificate{
				ID: smartca.Name + " " + one.Serial, Holder: h, Kind: keystore.Remote, Provider: smartca.Name, Reference: one.ID, State: keystore.Active,
				Serial: one.Serial, Cert: one.Cert, Chain: one.Chain, NotBefore: db.At(one.Cert.NotBefore), NotAfter: db.At(one.Cert.NotAfter),
			}
		}
	}
	if c.Cert == nil {
		return c, nil, false, requests.ErrCertificate // they are to sign there, and nowhere else
	}
	k.mu.Lock()
	k.known[h.Account] = remembered{c, now.Add(certificateTTL)}
	k.mu.Unlock()
	return c, nil, true, nil
}

// User implements dossiersmod's Register: providers know people by their
// personal number.
func (k *remoteKeys) User(ctx context.Context, q db.Querier, _ keystore.Certificate, account string) (string, error) {
	a, err := k.people.GetAccount(ctx, q, account)
	if err != nil {
		return "", err
	}
	person, err := k.people.GetPerson(ctx, q, a.Person)
	return person.Number, err
}

// maxNotice is how much of a notice is read.
const maxNotice = 64 << 10

// notices takes what providers say about transactions. Who says it shows a token;
// what it says is not believed: the provider is asked.
func (p *Program) notices(asked *requests.Service) []web.Route {
	return []web.Route{{
		Pattern: "POST /ky-so/thong-bao/{provider}", Access: web.Public(), Door: web.Narrow, MaxBody: maxNotice,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			token, provider := p.Config.Signing.SmartCA.Webhook, r.PathValue("provider")
			given, bearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
			if token == "" || provider != smartca.Name || !bearer || subtle.ConstantTimeCompare([]byte(given), []byte(token)) != 1 {
				return web.ErrNoSuchPage
			}
			var said struct {
				Transaction string `json:"transaction_id"`
			}
			if err := json.NewDecoder(r.Body).Decode(&said); err != nil {
				if _, large := errors.AsType[*http.MaxBytesError](err); large {
					return err
				}
				return web.ErrMalformed.Because(err)
			}
			if id.Valid(said.Transaction) {
				if err := asked.Wake(r.Context(), provider, requests.ID(said.Transaction)); err != nil {
					return err
				}
			}
			w.WriteHeader(http.StatusNoContent)
			return nil
		},
	}}
}
