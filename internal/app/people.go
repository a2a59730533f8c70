// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"fmt"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/modules/persons/personsmod"
	"tinhso.vn/internal/platform/db"
)

// DemoAccount is an account that the sign-in page of a demonstration offers.
type DemoAccount struct {
	Login, Name, Password string
	Role, Note            i18n.Text
}

// demoAccounts returns the made-up people of a pack.
func demoAccounts(set *packs.Set) (accounts []DemoAccount) {
	for _, a := range set.Accounts {
		role, _ := set.Role(a.Role)
		accounts = append(accounts, DemoAccount{
			Login: a.ID, Name: a.Name, Password: a.Password, Role: i18n.Text(role.Name), Note: i18n.Text(a.Note),
		})
	}
	return accounts
}

// applyAccounts makes the people of a demonstration. Those who are there stay as they are.
func (p *Program) applyAccounts(ctx context.Context, tx *db.Tx, set *packs.Set, hash string, plan *Plan) error {
	made := 0
	for _, a := range set.Accounts {
		_, found, err := p.People.FindAccount(ctx, tx, a.ID)
		if err != nil {
			return err
		}
		if found {
			continue
		}
		if err := p.applyAccount(ctx, tx, a, hash); err != nil {
			return fmt.Errorf("account %s: %w", a.ID, err)
		}
		made++
	}
	plan.add("tài khoản dùng thử", "accounts to try", made)
	return nil
}

func (p *Program) applyAccount(ctx context.Context, tx *db.Tx, a packs.Account, hash string) error {
	who := identity.Person{
		Kind: identity.Individual, Name: a.Name, Number: a.Person.Number, Phone: a.Person.Phone, Email: a.Person.Email, Born: string(a.Person.Born),
	}
	person, err := p.People.SavePerson(ctx, tx, who)
	if err != nil {
		return err
	}
	account, err := p.People.SaveAccount(ctx, tx, identity.Account{Person: person, Login: a.ID, Note: a.Note.VI}, hash)
	if err != nil {
		return err
	}
	if err := p.applyFamily(ctx, tx, a.Person, person, account); err != nil {
		return err
	}
	since, err := sinceWhen(ctx, tx, orgs.ID(a.Unit))
	if err != nil {
		return err
	}
	for _, role := range append([]string{a.Role}, a.Also...) {
		if err := access.Assign(ctx, tx, access.Assignment{
			Since: since, Account: account, Role: access.RoleID(role), Unit: orgs.ID(a.Unit), Subtree: a.Unit != "",
			Title: i18n.Text(a.Title), SignsAs: a.SignsAs.VI,
		}); err != nil {
			return err
		}
	}
	return nil
}

// applyFamily makes whom the person of an account acts for, and the household.
func (p *Program) applyFamily(ctx context.Context, tx *db.Tx, who packs.Person, person, account string) error {
	f := personsmod.Family{Person: person, Account: account, Organisation: who.Organisation, TaxCode: who.TaxCode, Basis: personsmod.Basis(who.Basis), Paper: who.Paper, Procedures: who.Procedures}
	members := func(from []packs.Member) (all []personsmod.Member) {
		for _, m := range from {
			all = append(all, personsmod.Member{Name: m.Name, Number: m.Number, Born: string(m.Born), Relation: m.Relation})
		}
		return all
	}
	f.Address, f.Children, f.Household = who.Address, members(who.Children), members(who.Household)
	return personsmod.Seed(ctx, tx, personsmod.Deps{DB: p.DB, Keys: p.Keys, People: p.People}, f)
}

// sinceWhen is since when the people of a pack hold their posts: as long as the
// unit is there, so that they can live through weeks before today.
func sinceWhen(ctx context.Context, q db.Querier, unit orgs.ID) (db.Time, error) {
	always := db.At(time.Unix(0, 0))
	if unit == "" {
		return always, nil
	}
	u, err := orgs.Get(ctx, q, unit)
	if err != nil || u.ValidFrom == "" {
		return always, err
	}
	return orgs.Start(u.ValidFrom)
}
