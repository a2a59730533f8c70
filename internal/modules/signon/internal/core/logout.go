// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/openid"
	"tinhso.vn/internal/modules/signon"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

// farewell is the body of the job that tells a client of an end.
type farewell struct {
	ID      string `json:"id"` // stays the same however often it is sent
	Client  string `json:"client"`
	Account string `json:"account"`
	Session string `json:"session,omitempty"`
}

// SessionsEnded takes back what was granted in sessions that have just ended, and
// has their clients told. After a new password nothing outlives them.
func (s *Service) SessionsEnded(ctx context.Context, tx *db.Tx, why identity.EndReason, ended []identity.Session) error {
	all := why == identity.EndedByPassword || why == identity.EndedByAdmin
	for _, session := range ended {
		told, err := s.store.EndSession(ctx, tx, session.ID, all)
		if err != nil {
			return err
		}
		if err := s.store.DropThere(ctx, tx, session.ID); err != nil {
			return err
		}
		for _, t := range told {
			if err := s.tell(ctx, tx, t.Client, t.Account, session.ID); err != nil {
				return err
			}
		}
		if all {
			if err := s.store.EndAccount(ctx, tx, session.Account); err != nil {
				return err
			}
		}
	}
	return nil
}

// tell has a client told that a session is over; without a session, that all of
// the account's are.
func (s *Service) tell(ctx context.Context, tx *db.Tx, client, account, session string) error {
	c, err := s.store.Client(ctx, tx, client)
	if errors.Is(err, signon.ErrClient) || err == nil && c.BackChannel == "" {
		return nil
	}
	if err != nil {
		return err
	}
	return jobs.Enqueue(ctx, tx, signon.JobLogout, farewell{id.New(), client, account, session})
}

// Farewell tells a client of an end: the job's handler. What the client does not
// take is tried again, and waits for a person in the end.
func (s *Service) Farewell(ctx context.Context, body []byte) error {
	var f farewell
	if err := json.Unmarshal(body, &f); err != nil {
		return fmt.Errorf("read a farewell: %w", err)
	}
	c, err := s.store.Client(ctx, s.DB, f.Client)
	if errors.Is(err, signon.ErrClient) || err == nil && (c.BackChannel == "" || c.Disabled) {
		return nil // it no longer wants to know
	}
	if err != nil {
		return err
	}
	token, err := s.provider.LogoutToken(ctx, f.ID, f.Client, f.Account, f.Session)
	if err != nil {
		return err
	}
	return s.Send(ctx, c.BackChannel, url.Values{"logout_token": {token}})
}

// Leaving is a client's wish that its person be signed out here as well.
type Leaving struct {
	Hint, Client, Redirect, State string
}

// Way is what is done about it.
type Way struct {
	Client signon.Client // none: nobody knows who wishes so
	To     string        // where the browser goes afterwards; empty: to a page of ours
	// Sure says that the wish comes from a client that this very person is signed
	// in to: nobody has to be asked.
	Sure bool
}

// Leave reads a client's wish to sign its person out. Whatever cannot be believed
// leads nowhere: the person is asked, and stays here.
func (s *Service) Leave(ctx context.Context, actor identity.Actor, l Leaving) (w Way, err error) {
	defer errs.Wrap(&err, "read a wish to sign out")

	client := l.Client
	if l.Hint != "" {
		hint, err := s.provider.ReadHint(ctx, l.Hint)
		if errors.Is(err, openid.ErrRefused) {
			return Way{}, signon.ErrRequest.Because(err)
		}
		if err != nil {
			return Way{}, err
		}
		if client != "" && client != hint.Client {
			return Way{}, signon.ErrRequest
		}
		client = hint.Client
		// An ID token that is over still says who it was about: it has to be about
		// this session.
		w.Sure = hint.Account == actor.Account && hint.Session == actor.Session && actor.Session != ""
	}
	if client == "" {
		if l.Redirect != "" {
			return Way{}, signon.ErrRequest
		}
		return w, nil
	}
	if w.Client, err = s.store.Client(ctx, s.DB, client); err != nil {
		if errors.Is(err, signon.ErrClient) {
			return Way{}, signon.ErrRequest.Because(err)
		}
		return Way{}, err
	}
	if l.Redirect == "" {
		return w, nil
	}
	if w.Client.Disabled || !slices.Contains(w.Client.LogoutRedirects, l.Redirect) {
		return Way{}, signon.ErrRequest
	}
	to, err := url.Parse(l.Redirect)
	if err != nil {
		return Way{}, signon.ErrRequest.Because(err)
	}
	if l.State != "" {
		q := to.Query()
		q.Set("state", l.State)
		to.RawQuery = q.Encode()
	}
	w.To = to.String()
	return w, nil
}

// SignOut ends the actor's session because a client or the person wished so.
func (s *Service) SignOut(ctx context.Context, actor identity.Actor, client string) (err error) {
	defer errs.Wrap(&err, "sign out for a client")

	if actor.Anonymous() {
		return nil
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		ended, err := s.People.EndSession(ctx, tx, actor.Account, actor.Session)
		if err != nil || !ended {
			return err
		}
		return audit.Record(ctx, tx, actor, signon.AuditSignedOut, client)
	})
}
