// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"net/netip"
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/systems"
	"tinhso.vn/internal/modules/systems/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/text"
)

// Words is what people know a system by.
type Words struct{ Name, Owner, Contact, Purpose string }

func (w *Words) clean() {
	for _, s := range []*string{&w.Name, &w.Owner, &w.Contact, &w.Purpose} {
		*s = strings.TrimSpace(text.NFC(*s))
	}
}

// check reports every problem at once, in the order of the form.
func (w Words) check() (fields []errs.Field) {
	for _, f := range []struct{ name, value string }{{"name", w.Name}, {"owner", w.Owner}, {"contact", w.Contact}, {"purpose", w.Purpose}} {
		switch {
		case f.value == "":
			fields = append(fields, errs.Field{Name: f.name, Code: "systems.need_" + f.name})
		case tooLong(f.value):
			fields = append(fields, errs.Field{Name: f.name, Code: "systems.long", Args: map[string]any{"max": maxWords}})
		}
	}
	return fields
}

// ReadNetworks reads addresses and networks, separated by spaces, commas or
// lines: 10.1.2.3, 10.1.0.0/16, 2001:db8::/48. The second result is what is none.
func ReadNetworks(s string) (all []netip.Prefix, wrong []string) {
	for _, one := range strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ';' || r == ' ' || r == '\n' || r == '\r' || r == '\t' }) {
		p, err := netip.ParsePrefix(one)
		if err != nil {
			var a netip.Addr
			if a, err = netip.ParseAddr(one); err == nil {
				a = a.Unmap().WithZone("")
				p = netip.PrefixFrom(a, a.BitLen())
			}
		}
		if err != nil || !p.IsValid() {
			wrong = append(wrong, one)
			continue
		}
		if p = p.Masked(); !slices.Contains(all, p) {
			all = append(all, p)
		}
	}
	return all, wrong
}

// Wish is what a system shall be allowed, as it was asked for.
type Wish struct {
	Role      access.RoleID
	Unit      orgs.ID
	Subtree   bool
	Networks  string // as ReadNetworks takes them
	PerMinute int
	Until     db.Time
}

// read returns what is asked for, with every problem of it.
func (s *Service) read(ctx context.Context, q db.Querier, w Wish) (r systems.Reach, fields []errs.Field, err error) {
	r = systems.Reach{Role: w.Role, Unit: w.Unit, Subtree: w.Subtree, PerMinute: w.PerMinute, Until: w.Until}
	var not []string
	if r.Networks, not = ReadNetworks(w.Networks); len(not) > 0 {
		fields = append(fields, errs.Field{Name: "networks", Code: "systems.network", Args: map[string]any{"what": strings.Join(not, ", ")}})
	}
	more, err := s.checkReach(ctx, q, r)
	return r, append(fields, more...), err
}

// checkReach reports every problem of what a system shall be allowed.
func (s *Service) checkReach(ctx context.Context, q db.Querier, r systems.Reach) (fields []errs.Field, err error) {
	add := func(name, code string, args map[string]any) {
		fields = append(fields, errs.Field{Name: name, Code: code, Args: args})
	}
	roles, err := s.roles(ctx, q)
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(roles, func(one access.Role) bool { return one.ID == r.Role }) {
		add("role", "systems.need_role", nil)
	}
	switch _, err := orgs.Get(ctx, q, r.Unit); {
	case errs.KindOf(err) == errs.NotFound && err != nil:
		add("unit", "systems.need_unit", nil)
	case err != nil:
		return nil, err
	}
	if len(r.Networks) > maxNetworks {
		add("networks", "systems.many_networks", map[string]any{"max": maxNetworks})
	}
	if r.PerMinute < 1 || r.PerMinute > MaxPerMinute {
		add("per_minute", "systems.bad_per_minute", map[string]any{"max": MaxPerMinute})
	}
	now := s.DB.Now()
	if !r.Until.After(now.Time) || r.Until.After(now.AddDate(maxYears, 0, 1)) {
		add("until", "systems.bad_until", map[string]any{"years": maxYears})
	}
	return fields, nil
}

// Propose makes a system that may do nothing until another person confirms it.
func (s *Service) Propose(ctx context.Context, actor identity.Actor, w Words, wish Wish) (made systems.ID, err error) {
	defer errs.Wrap(&err, "propose a system")

	if _, err := access.Everywhere(actor, systems.PermManage); err != nil {
		return "", err
	}
	w.clean()
	r, wrong, err := s.read(ctx, s.DB, wish)
	if err != nil {
		return "", err
	}
	if err := errs.BadInput(append(w.check(), wrong...)); err != nil {
		return "", err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		person, err := s.People.SavePerson(ctx, tx, identity.Person{Kind: identity.Organisation, Name: w.Name})
		if err != nil {
			return err
		}
		account, err := s.People.SaveAccount(ctx, tx, identity.Account{Person: person, Login: "he-thong-" + id.Code(10), Note: w.Owner}, "")
		if err != nil {
			return err
		}
		made = systems.ID(account)
		if err := store.Put(ctx, tx, systems.System{
			ID: made, Version: 1, Name: w.Name, Owner: w.Owner, Contact: w.Contact, Purpose: w.Purpose, State: systems.Proposed, Wanted: &r,
			By: systems.Hand{Account: actor.Account, At: tx.Now}, MadeAt: tx.Now,
		}); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, systems.AuditProposed, account)
	})
	return made, err
}

// Widen proposes that a system may do something else. What it may do now it may
// go on doing until another person has confirmed the new.
func (s *Service) Widen(ctx context.Context, actor identity.Actor, id systems.ID, version int64, wish Wish) (err error) {
	defer errs.Wrap(&err, "propose what system %s may do", id)

	if _, err := access.Everywhere(actor, systems.PermManage); err != nil {
		return err
	}
	r, wrong, err := s.read(ctx, s.DB, wish)
	if err != nil {
		return err
	}
	if err := errs.BadInput(wrong); err != nil {
		return err
	}
	return s.change(ctx, actor, systems.PermManage, id, version, systems.AuditProposed, func(tx *db.Tx, one *systems.System) error {
		one.Wanted, one.By = &r, systems.Hand{Account: actor.Account, At: tx.Now}
		return nil
	})
}

// Describe changes what people know a system by.
func (s *Service) Describe(ctx context.Context, actor identity.Actor, id systems.ID, version int64, w Words) (err error) {
	defer errs.Wrap(&err, "describe system %s", id)

	w.clean()
	if _, err := access.Everywhere(actor, systems.PermManage); err != nil {
		return err
	}
	if err := errs.BadInput(w.check()); err != nil {
		return err
	}
	return s.change(ctx, actor, systems.PermManage, id, version, systems.AuditChanged, func(tx *db.Tx, one *systems.System) error {
		one.Name, one.Owner, one.Contact, one.Purpose = w.Name, w.Owner, w.Contact, w.Purpose
		a, err := s.People.GetAccount(ctx, tx, string(id))
		if err != nil {
			return err
		}
		_, err = s.People.SavePerson(ctx, tx, identity.Person{ID: a.Person, Kind: identity.Organisation, Name: w.Name})
		return err
	})
}

// Confirm puts in force what another person has proposed. The version is the one
// that was looked at: what has changed since is looked at again.
func (s *Service) Confirm(ctx context.Context, actor identity.Actor, id systems.ID, version int64) (err error) {
	defer errs.Wrap(&err, "confirm system %s", id)

	return s.change(ctx, actor, systems.PermConfirm, id, version, systems.AuditConfirmed, func(tx *db.Tx, one *systems.System) error {
		switch {
		case one.Wanted == nil:
			return systems.ErrNothing
		case one.By.Account == actor.Account:
			return systems.ErrSame
		}
		wrong, err := s.checkReach(ctx, tx, *one.Wanted)
		if err != nil {
			return err
		}
		if err := errs.BadInput(wrong); err != nil {
			return err
		}
		if old := one.Reach; old.Role != "" && (old.Role != one.Wanted.Role || old.Unit != one.Wanted.Unit) {
			if err := access.Assign(ctx, tx, access.Assignment{Account: string(id), Role: old.Role, Unit: old.Unit, Until: tx.Now}); err != nil {
				return err
			}
		}
		one.Reach, one.Wanted, one.Approved = *one.Wanted, nil, systems.Hand{Account: actor.Account, At: tx.Now}
		if one.State == systems.Proposed {
			one.State = systems.Active
		}
		return access.Assign(ctx, tx, access.Assignment{
			Account: string(id), Role: one.Reach.Role, Unit: one.Reach.Unit, Subtree: one.Reach.Subtree, Until: one.Reach.Until,
		})
	})
}

// Decline takes back what was proposed: who proposed it, or who should confirm it.
func (s *Service) Decline(ctx context.Context, actor identity.Actor, id systems.ID, version int64) (err error) {
	defer errs.Wrap(&err, "decline system %s", id)

	p := systems.PermConfirm
	if !actor.May(p) {
		p = systems.PermManage
	}
	return s.change(ctx, actor, p, id, version, systems.AuditDeclined, func(_ *db.Tx, one *systems.System) error {
		if one.Wanted == nil {
			return systems.ErrNothing
		}
		one.Wanted = nil
		if one.State == systems.Proposed {
			one.State = systems.Disabled
		}
		return nil
	})
}

// Disable shuts a system out at once, or lets it in again; with its tokens as
// they are.
func (s *Service) Disable(ctx context.Context, actor identity.Actor, id systems.ID, off bool) (err error) {
	defer errs.Wrap(&err, "disable system %s", id)

	what := systems.AuditEnabled
	if off {
		what = systems.AuditDisabled
	}
	return s.change(ctx, actor, systems.PermManage, id, 0, what, func(_ *db.Tx, one *systems.System) error {
		if off == (one.State == systems.Disabled) {
			return systems.ErrDisabled
		}
		one.State = systems.Active
		if one.Approved.Account == "" {
			one.State = systems.Proposed
		}
		if off {
			one.State = systems.Disabled
		}
		return nil
	})
}
