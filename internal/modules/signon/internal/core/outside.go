// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"crypto/rand"
	"errors"
	"net/url"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/openid/relying"
	"tinhso.vn/internal/kernel/refusals"
	"tinhso.vn/internal/kernel/saml"
	"tinhso.vn/internal/modules/signon"
	"tinhso.vn/internal/modules/signon/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/text"
)

// Offer is a provider that the sign-in page offers.
type Offer struct {
	ID       string
	Name     i18n.Text
	Citizens bool
	Resting  bool // it has not answered lately
}

// Offers returns them, in the order of the configuration.
func (s *Service) Offers() []Offer {
	offers := make([]Offer, len(s.Sources))
	for i, source := range s.Sources {
		offers[i] = Offer{source.ID, source.Name, source.Citizens, s.parties[source.ID].Resting()}
	}
	return offers
}

func (s *Service) source(id string) (Source, party, error) {
	for _, one := range s.Sources {
		if one.ID == id {
			return one, s.parties[id], nil
		}
	}
	return Source{}, nil, signon.ErrSource
}

// Depart returns where a browser goes to sign in elsewhere, and what it takes
// along. signon.ErrDown where nobody answers there.
func (s *Service) Depart(ctx context.Context, source string) (to string, _ relying.Departure, err error) {
	defer errs.Wrap(&err, "go to %s", source)

	at, party, err := s.source(source)
	if err != nil {
		return "", relying.Departure{}, err
	}
	to, d, err := party.Leave(ctx)
	return to, d, s.outside(err, at)
}

// outside says in our words what went wrong elsewhere.
func (s *Service) outside(err error, at Source) error {
	say := func(e *errs.Error) error { return e.With("source", at.Name.VI).Because(err) }
	switch {
	case err == nil:
		return nil
	case errors.Is(err, relying.ErrDown):
		return say(signon.ErrDown)
	case errors.Is(err, relying.ErrClock):
		return say(signon.ErrClock)
	case errors.Is(err, relying.ErrDenied):
		return say(signon.ErrDenied)
	case errors.Is(err, relying.ErrAnswer):
		return say(signon.ErrAnswer)
	}
	return err
}

// Arrival is somebody whom another provider has let in.
type Arrival struct {
	Token   string // of the session
	Actor   identity.Actor
	Ours    string // where the names differ: ours
	Theirs  string // and theirs
	Device  string
	Created bool
}

// Arrive reads what a browser brings back, finds whose account it is, and starts
// a session. People are found by their personal number and by nothing else; who
// comes for the first time gets an account. A name that differs is written down,
// never taken.
func (s *Service) Arrive(ctx context.Context, source string, d relying.Departure, q url.Values, from identity.Source) (_ Arrival, err error) {
	defer errs.Wrap(&err, "arrive from %s", source)

	at, party, err := s.source(source)
	if err != nil {
		return Arrival{}, err
	}
	if d.State != "" { // once, however often the browser brings it
		err := s.DB.Write(ctx, func(tx *db.Tx) error {
			return s.store.Consume(ctx, tx, "departure\x00"+source+"\x00"+d.State, db.At(tx.Now.Add(time.Hour)))
		})
		if err != nil {
			return Arrival{}, signon.ErrAnswer.With("source", at.Name.VI).Because(err)
		}
	}
	said, there, err := party.Return(ctx, d, q)
	if err != nil {
		s.refused(ctx, err)
		return Arrival{}, s.outside(err, at)
	}
	if said.Level < at.MinLevel {
		return Arrival{}, signon.ErrLevel.With("source", at.Name.VI).With("level", at.MinLevel)
	}
	said.Name = text.Line(said.Name)
	var a Arrival
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		arrived, err := s.arrive(ctx, tx, at, said, there, from)
		a = arrived
		return err
	})
	if errors.Is(err, signon.ErrStranger) || errors.Is(err, signon.ErrAnswer) {
		s.refused(ctx, err)
	}
	return a, err
}

// refused tells the security log of somebody who could not come in.
func (s *Service) refused(ctx context.Context, err error) {
	if s.Log == nil || errors.Is(err, relying.ErrDown) || errors.Is(err, relying.ErrDenied) {
		return
	}
	s.Log.Refuse(refusals.Refusal{Kind: refusals.WrongOutside, Address: network(ctx)})
}

func (s *Service) arrive(ctx context.Context, tx *db.Tx, at Source, said relying.Said, there saml.Subject, from identity.Source) (a Arrival, err error) {
	account, made, err := s.accountOf(ctx, tx, at, said)
	if err != nil {
		return a, err
	}
	if account.Disabled {
		return a, signon.ErrDisabled
	}
	link, linked, err := s.store.FindLink(ctx, tx, at.ID, said.Subject)
	if err != nil {
		return a, err
	}
	if linked && link.Person != account.Person { // the subject was another person before
		return a, signon.ErrAnswer.With("source", at.Name.VI)
	}
	if said.Subject != "" { // some call people otherwise each time
		if err := s.store.PutLink(ctx, tx, store.Link{Source: at.ID, Subject: said.Subject, Account: account.ID, Person: account.Person}); err != nil {
			return a, err
		}
	}
	actor, err := access.Load(ctx, tx, identity.NewActor(account.ID, account.Person), tx.Now)
	if err != nil {
		return a, err
	}
	actor.Login, actor.Name = account.Login, account.Name
	a.Actor, a.Created = actor, made
	if made {
		if err := audit.Record(ctx, tx, actor, signon.AuditPerson, account.Person); err != nil {
			return a, err
		}
	}
	if said.Name != "" && !sameName(said.Name, account.Name) {
		if a.Ours, a.Theirs, err = s.differs(ctx, tx, actor, at, said.Name); err != nil {
			return a, err
		}
	}
	opening := identity.Opening{}
	if s.Opening != nil {
		if opening, err = s.Opening(ctx, account); err != nil {
			return a, err
		}
	}
	opening.Kind, opening.Way, opening.From = identity.Browser, identity.ByOutside, from
	if opening.Must == identity.MustFactor {
		opening.Must = identity.MustNothing // the other provider has asked for it
	}
	token, session, err := s.People.Start(ctx, tx, account.ID, opening)
	if err != nil {
		return a, err
	}
	a.Token, a.Actor.Session = token, session.ID
	if err := s.remember(ctx, tx, at.ID, session.ID, account.ID, there); err != nil {
		return a, err
	}
	return a, audit.Record(ctx, tx, a.Actor, signon.AuditSignedIn, at.ID)
}

// accountOf finds whose account is meant. Who has an account as an official only
// gets one as a citizen: VNeID speaks of people and not of offices.
func (s *Service) accountOf(ctx context.Context, tx *db.Tx, at Source, said relying.Said) (_ identity.Account, made bool, err error) {
	if at.ByLogin {
		account, found, err := s.People.FindAccount(ctx, tx, said.Login)
		if err != nil {
			return account, false, err
		}
		official := false
		if found {
			if official, err = s.official(ctx, tx, account.ID); err != nil {
				return account, false, err
			}
		}
		if !official || said.Login == "" {
			return account, false, signon.ErrStranger.With("source", at.Name.VI)
		}
		return account, false, s.fits(ctx, tx, at, said, account)
	}
	if !isNumber(said.Number) {
		return identity.Account{}, false, signon.ErrNoNumber.With("source", at.Name.VI)
	}
	person, found, err := s.People.FindByNumber(ctx, tx, identity.Individual, said.Number)
	if err != nil {
		return identity.Account{}, false, err
	}
	if found {
		ids, err := s.People.ListAccounts(ctx, tx, person.ID)
		if err != nil {
			return identity.Account{}, false, err
		}
		for _, one := range ids {
			official, err := s.official(ctx, tx, one)
			if err != nil {
				return identity.Account{}, false, err
			}
			if official != at.Citizens {
				account, err := s.People.GetAccount(ctx, tx, one)
				return account, false, err
			}
		}
	}
	if !at.Citizens {
		return identity.Account{}, false, signon.ErrStranger.With("source", at.Name.VI)
	}
	return s.make(ctx, tx, person, said)
}

// fits refuses a login whose owner has another number than the provider says. A
// provider that says numbers says one for everybody.
func (s *Service) fits(ctx context.Context, tx *db.Tx, at Source, said relying.Said, account identity.Account) error {
	if !at.numbered() {
		return nil
	}
	if !isNumber(said.Number) {
		return signon.ErrNoNumber.With("source", at.Name.VI)
	}
	person, err := s.People.GetPerson(ctx, tx, account.Person)
	if err == nil && person.Number != said.Number {
		err = signon.ErrAnswer.With("source", at.Name.VI)
	}
	return err
}

// numbered reports whether the provider says personal numbers.
func (at Source) numbered() bool {
	if at.SAML != nil {
		return at.SAML.Number != ""
	}
	return at.Number != ""
}

// sameName reports whether two names are the same: capitals do not matter, as
// cards have nothing else, marks do.
func sameName(a, b string) bool {
	return strings.EqualFold(text.Line(a), text.Line(b))
}

// official reports whether an account works in a unit.
func (s *Service) official(ctx context.Context, q db.Querier, account string) (bool, error) {
	actor, err := access.Load(ctx, q, identity.NewActor(account, ""), s.DB.Now())
	return actor.Official(), err
}

// make gives a person an account as a citizen, and makes the person where nobody
// is known by the number. Two who come at the same moment with one number make
// one: the number is unique, and the second transaction runs again.
func (s *Service) make(ctx context.Context, tx *db.Tx, person identity.Person, said relying.Said) (identity.Account, bool, error) {
	if person.ID == "" {
		if said.Name == "" {
			return identity.Account{}, false, signon.ErrNoNumber
		}
		person = identity.Person{Kind: identity.Individual, Name: said.Name, Number: said.Number}
		made, err := s.People.SavePerson(ctx, tx, person)
		if err != nil {
			return identity.Account{}, false, err
		}
		person.ID = made
	}
	login := "cd-" + strings.ToLower(rand.Text()[:10]) // without a password it is never typed
	account, err := s.People.SaveAccount(ctx, tx, identity.Account{Person: person.ID, Login: login}, "")
	if err != nil {
		return identity.Account{}, false, err
	}
	if err := access.Assign(ctx, tx, access.Assignment{Account: account, Role: s.Citizen}); err != nil {
		return identity.Account{}, false, err
	}
	found, err := s.People.GetAccount(ctx, tx, account)
	return found, true, err
}

// isNumber reports whether a personal number has its twelve digits.
func isNumber(n string) bool {
	return len(n) == 12 && !strings.ContainsFunc(n, func(r rune) bool { return r < '0' || r > '9' })
}

// differs writes a difference down, unless the same one was cleared before.
func (s *Service) differs(ctx context.Context, tx *db.Tx, actor identity.Actor, at Source, theirs string) (ours, said string, err error) {
	last, found, err := s.store.LastDifference(ctx, tx, actor.Person, at.ID)
	if err != nil || found && last.Theirs == theirs && last.State != Open {
		return "", "", err
	}
	if found && last.State == Open && last.Theirs == theirs {
		return actor.Name, theirs, nil
	}
	d := signon.Difference{ID: id.New(), Source: at.ID, Person: actor.Person, Account: actor.Account}
	if found && last.State == Open { // a third name: the newest counts
		d = last
	}
	d.Theirs, d.State, d.Seen = theirs, Open, tx.Now
	if err := s.store.PutDifference(ctx, tx, d); err != nil {
		return "", "", err
	}
	return actor.Name, theirs, audit.Record(ctx, tx, actor, signon.AuditDiffers, d.ID)
}
