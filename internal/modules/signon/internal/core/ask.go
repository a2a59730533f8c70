// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"
	"slices"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/openid"
	"tinhso.vn/internal/modules/signon"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Question is what a person is asked on behalf of a client.
type Question struct {
	openid.Request
	Of     signon.Client
	Scopes []string // what would be given: what the person has of what is asked
	// Again says that the client wants the person to sign in anew first.
	Again bool
	// Agreed says that the person has agreed to all of it before.
	Agreed bool
}

// Ask returns what an actor is asked. Nobody has to be signed in to see that
// there is a question: then only the client is told of.
func (s *Service) Ask(ctx context.Context, actor identity.Actor, request string) (_ Question, err error) {
	defer errs.Wrap(&err, "ask about request %s", request)

	q, err := s.provider.Pending(ctx, request)
	return s.question(ctx, actor, q, err)
}

// AskDevice is Ask for the code that a device shows.
func (s *Service) AskDevice(ctx context.Context, actor identity.Actor, code string) (_ Question, err error) {
	defer errs.Wrap(&err, "ask about a device")

	q, err := s.provider.PendingDevice(ctx, code)
	if errors.Is(err, openid.ErrNone) {
		return Question{}, signon.ErrCode
	}
	return s.question(ctx, actor, q, err)
}

func (s *Service) question(ctx context.Context, actor identity.Actor, q openid.Request, err error) (Question, error) {
	if errors.Is(err, openid.ErrNone) {
		return Question{}, signon.ErrOver
	}
	if err != nil {
		return Question{}, err
	}
	out := Question{Request: q}
	if out.Of, err = s.store.Client(ctx, s.DB, q.Client); err != nil || actor.Anonymous() {
		return out, err
	}
	d, stale, err := s.decision(ctx, actor, q)
	if err != nil {
		return out, err
	}
	out.Scopes, out.Again = d.Scopes, stale
	agreed, err := s.store.Consent(ctx, s.DB, actor.Account, q.Client)
	out.Agreed = covers(agreed, q.Scopes) && q.Prompt != "consent" && q.Prompt != "select_account" && q.RedirectURI != ""
	return out, err
}

// Agree gives a client what it asks for, and remembers it. It returns where the
// browser goes; nowhere for a device.
func (s *Service) Agree(ctx context.Context, actor identity.Actor, request string) (to string, err error) {
	defer errs.Wrap(&err, "agree to request %s", request)

	question, err := s.answerable(ctx, actor, request)
	if err != nil {
		return "", err
	}
	d, stale, err := s.decision(ctx, actor, question.Request)
	if err != nil {
		return "", err
	}
	if stale {
		return "", access.ErrSignInNeeded
	}
	if err := s.given(ctx, actor, question.Request.Client, func(tx *db.Tx) error {
		before, err := s.store.Consent(ctx, tx, actor.Account, question.Request.Client)
		if err != nil {
			return err
		}
		if covers(before, question.Request.Scopes) {
			return nil
		}
		all := slices.Compact(slices.Sorted(slices.Values(slices.Concat(before, question.Request.Scopes))))
		if err := s.store.PutConsent(ctx, tx, actor.Account, question.Request.Client, all); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, signon.AuditAgreed, question.Request.Client)
	}); err != nil {
		return "", err
	}
	return s.answer(ctx, question.Request, d)
}

// Refuse gives a client nothing.
func (s *Service) Refuse(ctx context.Context, actor identity.Actor, request string) (to string, err error) {
	defer errs.Wrap(&err, "refuse request %s", request)

	question, err := s.answerable(ctx, actor, request)
	if err != nil {
		return "", err
	}
	if err := s.DB.Write(ctx, func(tx *db.Tx) error {
		return audit.Record(ctx, tx, actor, signon.AuditRefused, question.Request.Client)
	}); err != nil {
		return "", err
	}
	return s.answer(ctx, question.Request, openid.Decision{Refuse: "access_denied"})
}

func (s *Service) answerable(ctx context.Context, actor identity.Actor, request string) (Question, error) {
	if actor.Anonymous() {
		return Question{}, access.ErrSignInNeeded
	}
	return s.Ask(ctx, actor, request)
}

func (s *Service) answer(ctx context.Context, q openid.Request, d openid.Decision) (string, error) {
	to, err := s.provider.Answer(ctx, q, d)
	switch {
	case errors.Is(err, openid.ErrNone):
		return "", signon.ErrOver
	case errors.Is(err, openid.ErrRefused):
		return "", signon.ErrRequest.Because(err)
	}
	return to, err
}
