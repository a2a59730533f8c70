// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/kernel/signing/keystore"
	"tinhso.vn/internal/platform/db"
)

// cardSigners are those who sign with a card. A province of the past has none: the
// cards live today.
func cardSigners(set *packs.Set) (logins []string) {
	for _, a := range set.Accounts {
		if a.ByCard && set.Meta.Clock.IsZero() {
			logins = append(logins, a.ID)
		}
	}
	return logins
}

// httpOf is the address of the pages of a program that listens for WebSockets.
func httpOf(ws string) string { return "http" + strings.TrimPrefix(ws, "ws") }

// maxCertificate is how much is read of a certificate and those above it.
const maxCertificate = keystore.MaxFile

// cards gives everybody who signs with a card one, and returns their
// certificates, PEM, by login. The last is in.
func (d demoCommand) cards(ctx context.Context, set *packs.Set, program string) (map[string][]byte, error) {
	all := map[string][]byte{}
	logins := cardSigners(set)
	for _, a := range set.Accounts {
		if !slices.Contains(logins, a.ID) {
			continue
		}
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, httpOf(program)+"/cards?"+url.Values{"id": {a.ID}, "name": {a.Name}}.Encode(), http.NoBody)
		if err != nil {
			return nil, err
		}
		answer, err := (&http.Client{Timeout: smsTimeout}).Do(r)
		if err != nil {
			return nil, fmt.Errorf("give %s a card: %w", a.ID, err)
		}
		all[a.ID], err = io.ReadAll(io.LimitReader(answer.Body, maxCertificate))
		if err = errors.Join(err, answer.Body.Close()); err != nil || answer.StatusCode != http.StatusOK {
			return nil, fmt.Errorf("give %s a card: %s %w", a.ID, answer.Status, err)
		}
	}
	return all, nil
}

// register takes simulated cards into the register, unless they are there.
func (p *Program) register(ctx context.Context, cards map[string][]byte) error {
	for login, pem := range cards {
		o, err := keystore.Read(ctx, pem, "", p.DB.Now())
		if err != nil {
			return fmt.Errorf("card of %s: %w", login, err)
		}
		account, found, err := p.People.FindAccount(ctx, p.DB, login)
		if err != nil || !found {
			return errors.Join(err, fmt.Errorf("there is no account %s", login))
		}
		posts, err := access.ListPosts(ctx, p.DB, account.ID, p.DB.Now())
		if err != nil || len(posts) == 0 {
			return errors.Join(err, fmt.Errorf("%s has no post", login))
		}
		err = p.DB.Write(ctx, func(tx *db.Tx) error {
			_, err := p.trusted.register.Add(ctx, tx, keystore.Draft{
				Holder: keystore.Holder{Account: account.ID}, Unit: posts[0].Unit, Kind: keystore.Local, Cert: o.Cert, Chain: o.Chain, Simulated: true, Replace: true, By: "program:demo",
			})
			return err
		})
		if err != nil && !errors.Is(err, keystore.ErrTaken) {
			return fmt.Errorf("card of %s: %w", login, err)
		}
	}
	return nil
}
