// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"
	"regexp"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/forms"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/persons"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
)

// Found is a person in the answer to a search: enough to tell two of one name
// apart, and no more.
type Found struct {
	Named
	Number    string // its last three digits: "•••••••••001"
	Year      string // of birth, where it is known
	Contested bool   // somebody else has come with the same number
}

// masked leaves the last three digits of a number.
func masked(number string) string {
	if len(number) <= 3 {
		return number
	}
	return strings.Repeat("•", len(number)-3) + number[len(number)-3:]
}

func year(born string) string { return born[:min(len(born), 4)] }

func (s *Service) found(ctx context.Context, q db.Querier, p identity.Person) (Found, error) {
	contested, err := s.contested(ctx, q, p.ID)
	return Found{Named: Named{ID: p.ID, Kind: p.Kind, Name: p.Name}, Number: masked(p.Number), Year: year(p.Born), Contested: contested}, err
}

// FindPersons finds persons by personal number, tax code, phone or the whole
// name, marks do not matter. That it was looked for is recorded.
func (s *Service) FindPersons(ctx context.Context, actor identity.Actor, words, after string, why access.Purpose) (p Page[Found], err error) {
	defer errs.Wrap(&err, "find persons")

	if _, err := access.Require(actor, persons.PermFind); err != nil {
		return p, err
	}
	if err := why.Check(); err != nil {
		return p, err
	}
	var a asked
	words = a.line("words", words, 200, true)
	if err := a.err(); err != nil {
		return p, err
	}
	rows, err := s.matching(ctx, words, after)
	if err != nil {
		return p, err
	}
	part := cut(rows, PageSize, func(one identity.Person) string { return one.ID })
	p.Next = part.Next
	for _, one := range part.Items {
		f, err := s.found(ctx, s.DB, one)
		if err != nil {
			return p, err
		}
		p.Items = append(p.Items, f)
	}
	return p, s.DB.Write(ctx, func(tx *db.Tx) error {
		return audit.RecordRead(ctx, tx, actor, persons.AuditRead, "search", why)
	})
}

func (s *Service) matching(ctx context.Context, words, after string) ([]identity.Person, error) {
	digits := strings.NewReplacer(" ", "", ".", "").Replace(words)
	if tax, ok := forms.ParseTaxCode(digits); ok || regexp.MustCompile(`^\d{12}$`).MatchString(digits) {
		kind := identity.Individual
		if ok && len(tax) != 12 {
			kind, digits = identity.Organisation, tax
		}
		one, found, err := s.People.FindByNumber(ctx, s.DB, kind, digits)
		if err != nil || !found || after != "" {
			return nil, err
		}
		return []identity.Person{one}, nil
	}
	if regexp.MustCompile(`^0\d{9,10}$`).MatchString(digits) {
		return s.People.ListWithPhone(ctx, s.DB, digits, after, PageSize+1)
	}
	if text.Fold(words) == "" {
		return nil, nil
	}
	return s.People.ListNamed(ctx, s.DB, words, after, PageSize+1)
}

// Person is everything that is known of somebody here, for an official.
type Person struct {
	Found
	Full      identity.Person
	Accounts  []identity.Account
	Acts      []Right // by which the person acts for others, the newest
	Granted   []Right // by which others act for the person, the newest
	Household *Household
	Claims    []Claim
	Pairs     []Pair
	Merges    []Merge
	Death     *Death // nil: lives
}

// GetPerson returns a person; that and why it was read is recorded.
func (s *Service) GetPerson(ctx context.Context, actor identity.Actor, person string, why access.Purpose) (p Person, err error) {
	defer errs.Wrap(&err, "get person %s", person)

	if _, err := access.Require(actor, persons.PermFind); err != nil {
		return p, err
	}
	if err := why.Check(); err != nil {
		return p, err
	}
	p.Full, err = s.People.GetPerson(ctx, s.DB, person)
	if errors.Is(err, identity.ErrPersonNotFound) {
		return p, persons.ErrNotFound
	}
	if err != nil {
		return p, err
	}
	if err := s.DB.Write(ctx, func(tx *db.Tx) error {
		return audit.RecordReadOf(ctx, tx, actor, persons.AuditRead, person, person, why)
	}); err != nil {
		return p, err
	}
	if p.Found, err = s.found(ctx, s.DB, p.Full); err != nil {
		return p, err
	}
	accounts, err := s.People.ListAccounts(ctx, s.DB, person)
	if err != nil {
		return p, err
	}
	for _, one := range accounts {
		a, err := s.People.GetAccount(ctx, s.DB, one)
		if err != nil {
			return p, err
		}
		p.Accounts = append(p.Accounts, a)
	}
	acts, err := s.rights(ctx, actor, "", person, s.store.OfAgent)
	if err != nil {
		return p, err
	}
	granted, err := s.rights(ctx, actor, "", person, s.store.OfRepresented)
	if err != nil {
		return p, err
	}
	p.Acts, p.Granted = acts.Items, granted.Items
	if h, found, err := s.householdOf(ctx, person); err != nil {
		return p, err
	} else if found {
		p.Household = &h
	}
	if p.Claims, err = s.claimsOf(ctx, person); err != nil {
		return p, err
	}
	if p.Pairs, err = s.pairsOf(ctx, person); err != nil {
		return p, err
	}
	merges, err := s.store.MergesOf(ctx, s.DB, person)
	if err != nil {
		return p, err
	}
	for _, r := range merges {
		m, err := s.merge(ctx, actor, r)
		if err != nil {
			return p, err
		}
		p.Merges = append(p.Merges, m)
	}
	row, found, err := s.store.DeathOf(ctx, s.DB, person)
	if err != nil || !found {
		return p, err
	}
	d, err := s.death(ctx, actor, row)
	p.Death = &d
	return p, err
}
