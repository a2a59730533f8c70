// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/proofs"
	"tinhso.vn/internal/modules/proofs/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

const (
	// MaxList bounds a list of revoked certificates, in bytes.
	MaxList = 10 << 20
	// fetchEvery is how old a fetched list may become before it is fetched again.
	fetchEvery = time.Hour
)

// GiveList takes a list of revoked certificates that somebody got from the
// authority. It is signed: who brings it need not be believed.
func (s *Service) GiveList(ctx context.Context, actor identity.Actor, authority string, content []byte) (l proofs.List, err error) {
	defer errs.Wrap(&err, "take a list of revoked certificates")

	if _, err := access.RequireAny(actor, proofs.PermTrust, proofs.PermConfirm); err != nil {
		return l, err
	}
	if !id.Valid(authority) {
		return l, proofs.ErrNoAuthority
	}
	return s.takeList(ctx, actor, authority, content, actor.Account)
}

func (s *Service) takeList(ctx context.Context, actor identity.Actor, authority string, content []byte, by string) (l proofs.List, err error) {
	list, err := parseList(content)
	if err != nil {
		return l, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		a, err := store.Lock(ctx, tx, authority)
		if err != nil {
			return err
		}
		if a.Status != proofs.Listed && a.Status != proofs.Withdrawn {
			return proofs.ErrDecided
		}
		if err := list.CheckSignatureFrom(a.Cert); err != nil {
			return proofs.ErrListStranger.Because(err)
		}
		now := proofs.List{
			Number: number(list), From: db.At(list.ThisUpdate), Next: db.At(list.NextUpdate), Entries: len(list.RevokedCertificateEntries),
			LoadedAt: tx.Now, LoadedBy: by,
		}
		had, from, err := store.ListNumber(ctx, tx, authority)
		if err != nil {
			return err
		}
		if older(now, had, from) { // somebody could hide what was revoked since
			return proofs.ErrListOld
		}
		if err := store.PutList(ctx, tx, authority, list.Raw, now); err != nil {
			return err
		}
		l = now
		if had == now.Number && from == now.From {
			return nil // fetched again, and nothing new in it
		}
		return audit.Record(ctx, tx, actor, proofs.AuditLoaded, authority)
	})
	return l, err
}

func parseList(content []byte) (*x509.RevocationList, error) {
	der := content
	if block, _ := pem.Decode(content); block != nil {
		der = block.Bytes
	}
	if len(content) > MaxList {
		return nil, proofs.ErrNotList
	}
	list, err := x509.ParseRevocationList(der)
	if err != nil {
		return nil, proofs.ErrNotList.Because(err)
	}
	if list.NextUpdate.IsZero() {
		return nil, proofs.ErrNotList.Because(errors.New("it never ends"))
	}
	return list, nil
}

func number(l *x509.RevocationList) string {
	if l.Number == nil {
		return ""
	}
	return l.Number.String()
}

func older(now proofs.List, had string, from db.Time) bool {
	a, ok1 := new(big.Int).SetString(now.Number, 10)
	b, ok2 := new(big.Int).SetString(had, 10)
	if ok1 && ok2 {
		return a.Cmp(b) < 0
	}
	return now.From.Before(from.Time)
}

// FetchLists fetches the lists of revoked certificates of listed authorities
// from their addresses, those that are due. A failure is kept beside the
// authority and does not stop the others: a check then says that it does not know.
func (s *Service) FetchLists(ctx context.Context) (fetched int, err error) {
	defer errs.Wrap(&err, "fetch lists of revoked certificates")

	if s.Fetch == nil {
		return 0, nil
	}
	due, err := store.Due(ctx, s.DB, db.At(s.DB.Now().Add(-fetchEvery)))
	if err != nil {
		return 0, err
	}
	for _, a := range due {
		content, failure := s.Fetch(ctx, a.ListURL, MaxList)
		if failure == nil {
			_, failure = s.takeList(ctx, identity.Program("lists"), a.ID, content, "address")
		}
		if failure == nil {
			fetched++
			continue
		}
		if ctx.Err() != nil {
			return fetched, ctx.Err()
		}
		if err := s.DB.Write(ctx, func(tx *db.Tx) error { return store.Failed(ctx, tx, a.ID, cut(failure)) }); err != nil {
			return fetched, err
		}
	}
	return fetched, nil
}

// cut says what failed in a line that fits a page.
func cut(err error) string {
	said := []rune(fmt.Sprint(err))
	return string(said[:min(len(said), 300)])
}
