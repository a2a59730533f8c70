// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package core holds the rules of the one sign-on: who may ask for what, what
// people have agreed to, and whom a provider elsewhere means. One file per use case.
package core

import (
	"context"
	"net/url"
	"slices"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/openid"
	"tinhso.vn/internal/kernel/openid/relying"
	"tinhso.vn/internal/kernel/refusals"
	"tinhso.vn/internal/kernel/saml"
	"tinhso.vn/internal/modules/signon/internal/store"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
)

// Source is another provider that says who people are.
type Source struct {
	relying.Source
	SAML     *saml.Source // instead, where it speaks SAML
	ID       string       // in addresses: "vneid"
	Name     i18n.Text    // "VNeID"
	MinLevel int          // of identification; 0: any
	// Citizens says that it speaks of citizens: people are found by their personal
	// number, and get an account where they have none. Otherwise it speaks of
	// officials, who have one, found by number or by login; none is made. Where it
	// says the number beside the login, that has to be the official's.
	Citizens bool
	ByLogin  bool
}

// Options is what the use cases need, by name.
type Options struct {
	DB     *db.DB
	People *identity.Directory
	Keys   *crypt.Keys
	Log    *refusals.Log // nil: nobody is told of incidents
	Issuer string        // https://HOST
	// Sources are other providers.
	Sources []Source
	// Citizen is the role of an account that is made for somebody who comes from
	// outside for the first time.
	Citizen access.RoleID
	// Opening says how a session begins for an account that was let in by another
	// provider; nil: as the directory does.
	Opening func(ctx context.Context, account identity.Account) (identity.Opening, error)
	// Send hands a form to a client; an error where it does not say that it has it.
	Send func(ctx context.Context, address string, form url.Values) error
	// Unit names a unit.
	Unit func(ctx context.Context, id string) (i18n.Text, error)
	// Failed hears of faults that nobody is shown.
	Failed func(ctx context.Context, err error)
}

// Service runs the use cases.
type Service struct {
	Options
	store    store.Store
	parties  map[string]party
	known    []identity.Permission
	provider *openid.Provider
}

// New returns a service. It answers when Open has been called.
func New(o Options) *Service {
	s := &Service{Options: o, store: store.New(o.Keys), parties: map[string]party{}}
	now := func() time.Time { return o.DB.Now().Time }
	for _, source := range o.Sources {
		if source.SAML != nil {
			s.parties[source.ID] = samlParty{saml.New(*source.SAML, now), s, source.ID}
		} else {
			s.parties[source.ID] = openParty{relying.New(source.Source, now)}
		}
	}
	return s
}

// Prefix is where the endpoints are, DevicePage where people type the code of a
// device, and AskPage where they are asked.
const (
	Prefix     = "/oauth2"
	DevicePage = "/kich-hoat"
	AskPage    = "/oauth2/tiep/"
)

// Open puts the provider together, once it is known what actors can be allowed to do.
func (s *Service) Open(known []identity.Permission) (err error) {
	s.known = slices.Sorted(slices.Values(known))
	s.provider, err = openid.New(openid.Options{
		Issuer: s.Issuer, Prefix: Prefix, Device: DevicePage, Scopes: s.Scopes(), Levels: levels(),
		Claims: []string{"sub", "name", "preferred_username", "unit", "unit_name", "title", "email", "phone_number", "personal_number", "acr", "amr", "auth_time", "sid"},
		Store:  keeping{s}, Audience: s.Issuer + "/api", Decide: s.decide, Describe: s.describe, Renew: s.renew, Guess: s.guess, Notice: s.notice, Failed: s.Failed,
	})
	return err
}

// Provider speaks the protocol.
func (s *Service) Provider() *openid.Provider { return s.provider }

// PageSize is how much a page holds at most.
const PageSize = 50

// The levels of signing in, as clients see them (acr).
const (
	levelOne = "1" // one factor
	levelTwo = "2" // two, or a strong one
)

func levels() []string { return []string{levelOne, levelTwo} }

// session returns the session of an actor; the zero one where it is over.
func (s *Service) session(ctx context.Context, q db.Querier, account, id string) (identity.Session, error) {
	all, err := s.People.ListSessions(ctx, q, account, s.DB.Now())
	if err != nil {
		return identity.Session{}, err
	}
	for _, one := range all {
		if one.ID == id {
			return one, nil
		}
	}
	return identity.Session{}, nil
}

// methods says how somebody has signed in, by the names of RFC 8176.
func methods(w identity.Way) (level string, amr []string) {
	switch w {
	case identity.ByTOTP, identity.ByRecovery:
		return levelTwo, []string{"pwd", "otp", "mfa"}
	case identity.ByPasskey:
		return levelTwo, []string{"swk", "mfa"}
	case identity.ByOutside:
		return levelTwo, []string{"mfa"}
	case identity.ByPassword, identity.ByTwo, identity.ByPhone:
	}
	return levelOne, []string{"pwd"}
}
