// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"slices"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/signing/keystore"
	"tinhso.vn/internal/modules/certificates"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
)

// Query is which certificates are listed; empty fields choose all.
type Query struct {
	State string // of the register, or "expired": active and run out
	Kind  string
	Unit  string
	Days  int // active, and runs out within so many days
	Words string
	After string // where the list goes on
}

// Expired is the state of lists that no row has: what has run out.
const Expired = "expired"

// Check reports what cannot be asked.
func (q Query) Check() (fields []errs.Field) {
	if !slices.Contains([]string{"", string(keystore.Active), string(keystore.Suspended), string(keystore.Revoked), string(keystore.Replaced), Expired}, q.State) {
		fields = append(fields, errs.Field{Name: "state", Code: "certificates.state_unknown"})
	}
	if !slices.Contains([]string{"", string(keystore.Soft), string(keystore.Remote), string(keystore.Local)}, q.Kind) {
		fields = append(fields, errs.Field{Name: "kind", Code: "certificates.kind_unknown"})
	}
	if q.Days < 0 || q.Days > maxDays {
		fields = append(fields, errs.Field{Name: "days", Code: "certificates.days_wrong", Args: map[string]any{"max": maxDays}})
	}
	return fields
}

const maxDays = 3660

// filter is the query as the register understands it.
func (q Query) filter(now db.Time) keystore.Filter {
	f := keystore.Filter{State: keystore.State(q.State), Kind: keystore.Kind(q.Kind), Unit: orgs.ID(text.Line(q.Unit)), Words: q.Words}
	switch {
	case q.State == Expired:
		f.State, f.Before = keystore.Active, now
	case q.Days > 0:
		f.State, f.After, f.Before = keystore.Active, now, db.At(now.Add(time.Duration(q.Days)*24*time.Hour))
	case q.State == string(keystore.Active):
		f.After = now
	}
	return f
}

// Page is a page of the list.
type Page struct {
	Certificates []keystore.Certificate // without Cert and Chain
	Next         string                 // send it as After; empty: this is the last page
}

// viewing is the scope of who looks: who looks after the register sees all of
// it, others what belongs to their units.
func viewing(actor identity.Actor) (access.Scope, error) {
	if scope, err := access.Everywhere(actor, certificates.PermManage); err == nil {
		return scope, nil
	}
	return access.Require(actor, certificates.PermView)
}

// List returns a page of the certificates in scope, those that run out first first.
func (s *Service) List(ctx context.Context, actor identity.Actor, q Query) (p Page, err error) {
	defer errs.Wrap(&err, "list certificates")

	scope, err := viewing(actor)
	if err != nil {
		return Page{}, err
	}
	if fields := q.Check(); len(fields) > 0 {
		return Page{}, errs.BadInput(fields)
	}
	after, err := keystore.ParseKey(q.After)
	if err != nil {
		return Page{}, err
	}
	found, err := s.Register.List(ctx, s.DB, scope, q.filter(s.DB.Now()), after, PageSize+1)
	if err != nil {
		return Page{}, err
	}
	if len(found) > PageSize {
		found = found[:PageSize]
		p.Next = keystore.KeyOf(found[PageSize-1]).String()
	}
	p.Certificates = found
	return p, nil
}

// Board counts the certificates in scope that want something to be done.
type Board struct {
	Active, Expired, Suspended int64
	In1, In7, In30, In60       int64 // active, and run out within so many days
}

// CountBoard counts for the board.
func (s *Service) CountBoard(ctx context.Context, actor identity.Actor) (b Board, err error) {
	defer errs.Wrap(&err, "count certificates")

	scope, err := viewing(actor)
	if err != nil {
		return Board{}, err
	}
	for _, one := range []struct {
		to *int64
		q  Query
	}{
		{&b.Active, Query{State: string(keystore.Active)}},
		{&b.Expired, Query{State: Expired}},
		{&b.Suspended, Query{State: string(keystore.Suspended)}},
		{&b.In1, Query{Days: 1}},
		{&b.In7, Query{Days: 7}},
		{&b.In30, Query{Days: 30}},
		{&b.In60, Query{Days: 60}},
	} {
		if *one.to, err = s.Register.Count(ctx, s.DB, scope, one.q.filter(s.DB.Now())); err != nil {
			return Board{}, err
		}
	}
	return b, nil
}

// CountSoon is the number beside the menu: what runs out within a month.
func (s *Service) CountSoon(ctx context.Context, actor identity.Actor) (int64, error) {
	scope, err := viewing(actor)
	if err != nil {
		return 0, err
	}
	return s.Register.Count(ctx, s.DB, scope, Query{Days: 30}.filter(s.DB.Now()))
}
