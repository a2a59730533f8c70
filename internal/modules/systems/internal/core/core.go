// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package core decides which systems may call the API: one person proposes what
// a system may do, another confirms it, and tokens open it from its addresses
// until they end.
package core

import (
	"context"
	"errors"
	"slices"
	"sync"
	"unicode/utf8"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/notify"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/systems"
	"tinhso.vn/internal/modules/systems/internal/store"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

const (
	// PageSize is how many systems a page holds at most.
	PageSize = 50
	// maxTokens is how many tokens of a system are shown, and how many may live.
	maxTokens = 50
	maxLive   = 5
	maxWords  = 300
	// MaxPerMinute bounds what one system may call.
	MaxPerMinute = 6000
	maxNetworks  = 20
	// maxYears is how far ahead an agreement may end.
	maxYears = 3
)

// Deps is everything the module needs, by name and without defaults.
type Deps struct {
	DB     *db.DB
	People *identity.Directory
	Keys   *crypt.Keys
	Keeper *registers.Keeper
	// Send posts JSON to an address outside and returns the status of the answer;
	// ErrForbiddenAddress where nothing may be sent there. Nil: nothing is sent.
	Send func(ctx context.Context, address string, body []byte, header map[string]string) (status int, err error)
	// Messages tells officials. Nil: nobody is told.
	Messages *notify.Notifier
}

// Service is the use cases.
type Service struct {
	Deps

	mu   sync.Mutex
	used map[string]use // by token, not written yet
}

type use struct {
	at   db.Time
	from string
}

// New returns the use cases.
func New(d Deps) *Service { return &Service{Deps: d, used: map[string]use{}} }

// Detail is a system with its tokens, and the names of those who had a hand in it.
type Detail struct {
	systems.System
	Tokens []systems.Token
	Role   access.Role // in force
	Wish   access.Role // proposed
	Units  map[orgs.ID]orgs.Unit
	Names  map[string]string
}

// Roles returns the roles that may be given to systems: those that the pack says.
func (s *Service) Roles(ctx context.Context, actor identity.Actor) (all []access.Role, err error) {
	defer errs.Wrap(&err, "list roles of systems")

	if _, err := access.Everywhere(actor, systems.PermManage); err != nil {
		return nil, err
	}
	return s.roles(ctx, s.DB)
}

func (s *Service) roles(ctx context.Context, q db.Querier) ([]access.Role, error) {
	allowed, err := store.Roles(ctx, q)
	if err != nil {
		return nil, err
	}
	all, err := access.ListRoles(ctx, q)
	return slices.DeleteFunc(all, func(r access.Role) bool { return !slices.Contains(allowed, string(r.ID)) }), err
}

// ApplyRoles makes the roles of the pack that are for systems the only ones that
// systems can be given, and reports whether that changed anything.
func (s *Service) ApplyRoles(ctx context.Context, tx *db.Tx, roles []string) (changed bool, err error) {
	defer errs.Wrap(&err, "apply roles of systems")

	now := slices.Sorted(slices.Values(roles))
	before, err := store.Roles(ctx, tx)
	if err != nil || slices.Equal(before, now) {
		return false, err
	}
	return true, store.PutRoles(ctx, tx, now)
}

// Listed is a system in a list.
type Listed struct {
	systems.System
	Ends db.Time // of its last token or of its agreement, whichever is earlier; zero: it has no token
}

// List returns systems, the newest first, before the given one.
func (s *Service) List(ctx context.Context, actor identity.Actor, before systems.ID) (all []Listed, err error) {
	defer errs.Wrap(&err, "list systems")

	if _, err := access.RequireAny(actor, systems.PermManage, systems.PermConfirm); err != nil {
		return nil, err
	}
	at, key := db.At(s.DB.Now().AddDate(1, 0, 0)), systems.ID("~")
	if before != "" {
		last, err := store.Get(ctx, s.DB, before)
		if err != nil {
			return nil, err
		}
		at, key = last.MadeAt, last.ID
	}
	found, err := store.List(ctx, s.DB, at, key, PageSize)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	ends, err := store.LastEnds(ctx, s.DB, found[len(found)-1].MadeAt, found[0].MadeAt)
	if err != nil {
		return nil, err
	}
	for _, one := range found {
		l := Listed{one, ends[one.ID]}
		if !l.Ends.IsZero() && !one.Reach.Until.IsZero() && one.Reach.Until.Before(l.Ends.Time) {
			l.Ends = one.Reach.Until
		}
		all = append(all, l)
	}
	return all, nil
}

// Get returns a system with its tokens.
func (s *Service) Get(ctx context.Context, actor identity.Actor, id systems.ID) (d Detail, err error) {
	defer errs.Wrap(&err, "get system")

	if _, err := access.RequireAny(actor, systems.PermManage, systems.PermConfirm); err != nil {
		return d, err
	}
	if d.System, err = store.Get(ctx, s.DB, id); err != nil {
		return d, err
	}
	if d.Tokens, err = store.Tokens(ctx, s.DB, id, maxTokens); err != nil {
		return d, err
	}
	d.Units, d.Names = map[orgs.ID]orgs.Unit{}, map[string]string{}
	look := func(r systems.Reach) (role access.Role, err error) {
		if r.Role == "" {
			return role, nil
		}
		unit, err := orgs.Get(ctx, s.DB, r.Unit)
		if err != nil {
			return role, err
		}
		d.Units[r.Unit] = unit
		return access.GetRole(ctx, s.DB, r.Role)
	}
	if d.Role, err = look(d.Reach); err != nil {
		return d, err
	}
	if d.Wanted != nil {
		if d.Wish, err = look(*d.Wanted); err != nil {
			return d, err
		}
	}
	for _, t := range d.Tokens {
		d.Names[t.Made.Account], d.Names[t.Revoked.Account] = "", ""
	}
	d.Names[d.By.Account], d.Names[d.Approved.Account] = "", ""
	delete(d.Names, "")
	for account := range d.Names {
		a, err := s.People.GetAccount(ctx, s.DB, account)
		if errors.Is(err, identity.ErrAccountUnknown) { // a program, or nobody any more
			continue
		}
		if err != nil {
			return d, err
		}
		d.Names[account] = a.Name
	}
	return d, nil
}

// change does something to a system in one transaction, and records it.
func (s *Service) change(ctx context.Context, actor identity.Actor, p identity.Permission, id systems.ID, version int64, what audit.Event, do func(tx *db.Tx, one *systems.System) error) error {
	if _, err := access.Everywhere(actor, p); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		one, err := store.Lock(ctx, tx, id)
		if err != nil {
			return err
		}
		if version != 0 && one.Version != version {
			return systems.ErrStale
		}
		if err := do(tx, &one); err != nil {
			return err
		}
		one.Version++
		if err := store.Put(ctx, tx, one); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, what, string(id))
	})
}

func tooLong(s string) bool { return utf8.RuneCountInString(s) > maxWords }

// maxUnits is how many agencies are offered.
const maxUnits = 400

// Units returns the agencies a system can be given rights in: the province and
// those right under it.
func (s *Service) Units(ctx context.Context, actor identity.Actor) (all []orgs.Unit, err error) {
	defer errs.Wrap(&err, "list agencies")

	if _, err := access.Everywhere(actor, systems.PermManage); err != nil {
		return nil, err
	}
	top, err := orgs.ListChildren(ctx, s.DB, "", orgs.Page{}, maxUnits)
	if err != nil {
		return nil, err
	}
	for _, root := range top {
		under, err := orgs.ListChildren(ctx, s.DB, root.ID, orgs.Page{}, maxUnits)
		if err != nil {
			return nil, err
		}
		all = append(append(all, root), under...)
	}
	return all, nil
}
