// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"slices"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/persons"
	"tinhso.vn/internal/modules/persons/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/text"
)

// The states of a claim: whose the number was found to be.
const (
	Open       = "open"
	OfHolder   = "holder"
	OfClaimant = "claimant"
)

// Claim is a number with which two people came.
type Claim struct {
	ID, State        string
	Holder, Claimant Found
	At               db.Time
	Sides            []Side // for the page of one claim: the claimant beside the holder
	Events           []Event
}

// ClaimNumber is for modules that take persons as they come: somebody came with
// the number of a known person and another name. It returns the person to go on
// with: one without a number, the same whenever this name comes again. Neither is
// taken for the other.
func (s *Service) ClaimNumber(ctx context.Context, tx *db.Tx, actor identity.Actor, holder, said identity.Person) (claimant string, err error) {
	defer errs.Wrap(&err, "claim a number")

	if _, err := s.People.LockPerson(ctx, tx, holder.ID); err != nil { // two who come at once make one claim
		return "", err
	}
	there, err := s.store.ClaimsOn(ctx, tx, holder.ID)
	if err != nil {
		return "", err
	}
	for _, c := range there {
		known, err := s.People.GetPerson(ctx, tx, c.Claimant)
		if err != nil {
			return "", err
		}
		if c.State != OfClaimant && text.Fold(known.Name) == text.Fold(said.Name) {
			return c.Claimant, nil
		}
	}
	said.ID, said.Number = "", ""
	if claimant, err = s.People.SavePerson(ctx, tx, said); err != nil {
		return "", err
	}
	c := store.Claim{ID: id.New(), Holder: holder.ID, Claimant: claimant, State: Open, Unit: actor.Unit, By: actor.Account, At: tx.Now}
	if err := s.store.PutClaim(ctx, tx, c); err != nil {
		return "", err
	}
	if err := s.store.AddEvent(ctx, tx, store.Event{About: c.ID, What: Open, By: actor.Account}); err != nil {
		return "", err
	}
	return claimant, audit.RecordReadOf(ctx, tx, actor, persons.AuditClaimed, c.ID, holder.ID, "")
}

// contested reports whether the number of a person is claimed by another.
func (s *Service) contested(ctx context.Context, q db.Querier, person string) (bool, error) {
	on, err := s.store.ClaimsOn(ctx, q, person)
	if err != nil {
		return false, err
	}
	by, err := s.store.ClaimsBy(ctx, q, person)
	return slices.ContainsFunc(append(on, by...), func(c store.Claim) bool { return c.State == Open }), err
}

func (s *Service) claimsOf(ctx context.Context, person string) ([]Claim, error) {
	on, err := s.store.ClaimsOn(ctx, s.DB, person)
	if err != nil {
		return nil, err
	}
	by, err := s.store.ClaimsBy(ctx, s.DB, person)
	if err != nil {
		return nil, err
	}
	return s.claims(ctx, append(on, by...))
}

func (s *Service) claims(ctx context.Context, rows []store.Claim) (all []Claim, err error) {
	for _, r := range rows {
		c := Claim{ID: r.ID, State: r.State, At: r.At}
		for who, to := range map[string]*Found{r.Holder: &c.Holder, r.Claimant: &c.Claimant} {
			p, err := s.People.GetPerson(ctx, s.DB, who)
			if err != nil {
				return nil, err
			}
			*to = Found{Named: Named{p.ID, p.Kind, p.Name}, Number: masked(p.Number), Year: year(p.Born), Contested: r.State == Open}
		}
		all = append(all, c)
	}
	return all, nil
}

// ListClaims returns the claims that nobody has settled, the oldest first.
func (s *Service) ListClaims(ctx context.Context, actor identity.Actor, after string) (p Page[Claim], err error) {
	defer errs.Wrap(&err, "list claims")

	if _, err := access.Require(actor, persons.PermMerge); err != nil {
		return p, err
	}
	rows, err := s.store.OpenClaims(ctx, s.DB, after, PageSize+1)
	if err != nil {
		return p, err
	}
	part := cut(rows, PageSize, func(c store.Claim) string { return c.ID })
	p.Next = part.Next
	if p.Items, err = s.claims(ctx, part.Items); err != nil || len(p.Items) == 0 {
		return p, err
	}
	return p, s.DB.Write(ctx, func(tx *db.Tx) error {
		return audit.RecordRead(ctx, tx, actor, persons.AuditRead, "claims", access.Handling)
	})
}

// SettleClaim decides whose a number is, with what the decision rests on. The
// other goes on without a number.
func (s *Service) SettleClaim(ctx context.Context, actor identity.Actor, claim, whose, basis string) (err error) {
	defer errs.Wrap(&err, "settle claim %s", claim)

	if _, err := access.Require(actor, persons.PermMerge); err != nil {
		return err
	}
	var a asked
	if whose != OfHolder && whose != OfClaimant {
		a.add("whose", "form.choose")
	}
	basis = a.line("words", basis, MaxWords, true)
	if err := a.err(); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		c, err := s.store.LockClaim(ctx, tx, claim)
		switch {
		case err != nil:
			return err
		case c.State != Open:
			return persons.ErrDecided
		case actor.Person == c.Holder || actor.Person == c.Claimant:
			return persons.ErrOwn
		}
		if whose == OfClaimant {
			if err := s.handNumber(ctx, tx, c.Holder, c.Claimant); err != nil {
				return err
			}
		}
		c.State = whose
		if err := s.store.PutClaim(ctx, tx, c); err != nil {
			return err
		}
		if err := s.store.AddEvent(ctx, tx, store.Event{About: c.ID, What: whose, By: actor.Account, Words: basis}); err != nil {
			return err
		}
		return audit.RecordReadOf(ctx, tx, actor, persons.AuditSettled, c.ID, c.Holder, "")
	})
}

// handNumber takes the number of one person and gives it to the other.
func (s *Service) handNumber(ctx context.Context, tx *db.Tx, from, to string) error {
	loser, err := s.People.LockPerson(ctx, tx, from)
	if err != nil {
		return err
	}
	winner, err := s.People.LockPerson(ctx, tx, to)
	if err != nil {
		return err
	}
	if winner.Number != "" || loser.Number == "" {
		return persons.ErrMoved.With("what", "number")
	}
	winner.Number, loser.Number = loser.Number, ""
	if _, err := s.People.SavePerson(ctx, tx, loser); err != nil {
		return err
	}
	_, err = s.People.SavePerson(ctx, tx, winner)
	return err
}
