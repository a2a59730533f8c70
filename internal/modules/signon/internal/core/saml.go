// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"time"

	"tinhso.vn/internal/kernel/openid"
	"tinhso.vn/internal/kernel/openid/relying"
	"tinhso.vn/internal/kernel/saml"
	"tinhso.vn/internal/modules/signon"
	"tinhso.vn/internal/modules/signon/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// party is us at another provider, whatever it speaks.
type party interface {
	// Leave returns where the browser goes, and what it takes along.
	Leave(ctx context.Context) (address string, d relying.Departure, err error)
	// Return reads what the browser brings back from its way.
	// There is the session there, where both can end together.
	Return(ctx context.Context, d relying.Departure, q url.Values) (_ relying.Said, there saml.Subject, err error)
	// Resting reports whether the provider is left alone for now.
	Resting() bool
}

// openParty is us at a provider that speaks OpenID Connect.
type openParty struct{ *relying.Party }

// Return implements party. Nothing is published about signing out at VNeID.
func (p openParty) Return(ctx context.Context, d relying.Departure, q url.Values) (relying.Said, saml.Subject, error) {
	said, err := p.Party.Return(ctx, d, q)
	return said, saml.Subject{}, err
}

// heard is what waits of an answer: personal data.
type heard struct {
	Said  relying.Said
	There saml.Subject
}

// samlParty is us at a provider that speaks SAML. Its answers come by a post of
// its own page, without the cookies of the browser; they wait until that browser
// comes for them.
type samlParty struct {
	*saml.Party
	s  *Service
	id string
}

// AnswerParam is what the browser brings back of an answer that waits.
const AnswerParam = "tra_loi"

// How long an answer waits for its browser, and is known as having come.
const (
	answerWaits = 2 * time.Minute
	answerKnown = time.Hour
)

// Leave implements party.
func (p samlParty) Leave(ctx context.Context) (string, relying.Departure, error) {
	party, err := p.keyed(ctx)
	if err != nil {
		return "", relying.Departure{}, err
	}
	to, id, err := party.Leave()
	return to, relying.Departure{State: id}, err
}

// Return implements party: the answer that waits has to be one to the request of
// this browser.
func (p samlParty) Return(ctx context.Context, d relying.Departure, q url.Values) (said relying.Said, there saml.Subject, err error) {
	var posted store.Posted
	found := false
	if err := p.s.DB.Write(ctx, func(tx *db.Tx) error {
		posted, found, err = p.s.store.TakePosted(ctx, tx, p.id, q.Get(AnswerParam))
		return err
	}); err != nil {
		return said, there, err
	}
	if !found || d.State == "" || posted.Asked != d.State {
		return said, there, fmt.Errorf("%w: it is not this browser's", relying.ErrAnswer)
	}
	var h heard
	err = json.Unmarshal([]byte(posted.Said), &h)
	return h.Said, h.There, err
}

// Resting implements party. Nobody but browsers asks such a provider.
func (samlParty) Resting() bool { return false }

func (s *Service) samlOf(source string) (Source, samlParty, error) {
	at, found, err := s.source(source)
	if err != nil {
		return at, samlParty{}, err
	}
	p, ok := found.(samlParty)
	if !ok {
		return at, p, signon.ErrSource
	}
	return at, p, nil
}

// Description is what the operator of a provider that speaks SAML is told of us;
// signon.ErrSource where there is no such provider.
func (s *Service) Description(ctx context.Context, source string) ([]byte, error) {
	_, p, err := s.samlOf(source)
	if err != nil {
		return nil, err
	}
	party, err := p.keyed(ctx)
	if err != nil {
		return nil, err
	}
	return party.Metadata(), nil
}

// Receive takes an answer that a browser posts from a provider's page. It signs
// nobody in and looks at no cookie: what holds waits, under the handle that is
// returned, for the browser that had asked. An answer comes once.
func (s *Service) Receive(ctx context.Context, source, response string) (handle string, err error) {
	defer errs.Wrap(&err, "receive an answer from %s", source)

	at, p, err := s.samlOf(source)
	if err != nil {
		return "", err
	}
	party, err := p.keyed(ctx)
	if err != nil {
		return "", err
	}
	answer, err := party.Read(response)
	if err != nil {
		err = fromSAML(err)
		s.refused(ctx, err)
		return "", s.outside(err, at)
	}
	said, err := json.Marshal(heard{relying.Said(answer.Said), answer.There})
	if err != nil {
		return "", err
	}
	handle = rand.Text() + rand.Text()
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := s.store.Consume(ctx, tx, "assertion\x00"+source+"\x00"+answer.ID, db.At(tx.Now.Add(answerKnown))); err != nil {
			return err
		}
		return s.store.PutPosted(ctx, tx, handle, store.Posted{Source: source, Asked: answer.Asked, Said: string(said)}, db.At(tx.Now.Add(answerWaits)))
	})
	if errors.Is(err, openid.ErrStale) {
		s.refused(ctx, err)
		return "", s.outside(fmt.Errorf("%w: it came before", relying.ErrAnswer), at)
	}
	return handle, err
}

// fromSAML says the same in the words of the other protocol.
func fromSAML(err error) error {
	for of, is := range map[error]error{
		saml.ErrAnswer: relying.ErrAnswer, saml.ErrClock: relying.ErrClock, saml.ErrDenied: relying.ErrDenied, saml.ErrDown: relying.ErrDown,
	} {
		if errors.Is(err, of) {
			return fmt.Errorf("%w: %w", is, err)
		}
	}
	return err
}
