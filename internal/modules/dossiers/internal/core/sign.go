// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"fmt"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/papers"
	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/kernel/signing/appearance"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/platform/errs"
)

// Sign signs the document with the actor's own key: at once where it is here, or
// by a request that the actor approves elsewhere. It is kept only if it is still
// the one that waits for this signature.
func (s *Service) Sign(ctx context.Context, actor identity.Actor, id dossiers.ID) (done Signing, err error) {
	defer errs.Wrap(&err, "sign result of dossier %s", id)

	w, err := s.wishToSign(ctx, actor, id)
	if err != nil {
		return done, err
	}
	k, err := s.penOf(ctx, actor, "")
	if err != nil {
		return done, err
	}
	return s.one(ctx, actor, k, w)
}

// wishToSign looks at what the actor is to sign.
func (s *Service) wishToSign(ctx context.Context, actor identity.Actor, id dossiers.ID) (w wish, err error) {
	before, err := s.look(ctx, actor, dossiers.PermSign, id, "", actSign)
	if err != nil {
		return w, err
	}
	r, found, err := s.store.FindResult(ctx, s.DB, id)
	if err != nil {
		return w, err
	}
	if !found || r.State != string(ToSign) {
		if !r.SignedAt.IsZero() { // in this very moment
			return w, s.passed(ctx, s.DB, before, []string{actSign})
		}
		return w, dossiers.ErrNothingDrafted
	}
	if r.Signer != actor.Account {
		return w, dossiers.ErrOtherSigner.With("who", r.SignerName)
	}
	if err := s.allAnswered(ctx, s.DB, before); err != nil {
		return w, err
	}
	if err := s.mayDecide(ctx, s.DB, before); err != nil {
		return w, err
	}
	w = wish{act: signs(), d: before, r: r}
	if w.v, err = s.follows(ctx, before); err != nil {
		return w, err
	}
	document, sha, err := s.bytesOf(ctx, id, r.Document)
	if err != nil {
		return w, err
	}
	if sha != r.DocumentSHA {
		return w, dossiers.ErrFileChanged
	}
	if err := s.verify(ctx, document, w.before...); err != nil {
		return w, err
	}
	w.base = document
	w.request, err = s.hand(r, papers.AreaSignature, r.SignerName, "Ký ban hành")
	w.request.Certify = !signing.Certified(document) && !signing.Signed(document) // a card does not certify
	return w, err
}

// hand is a signature by hand in one of the places of a document.
func (s *Service) hand(r store.Result, area papers.Area, name, reason string) (q signing.Request, err error) {
	place, err := rect(r, area)
	if err != nil {
		return q, err
	}
	at, written, lines := s.DB.Now().In(zone()), name, s.lines(name, s.DB.Now().In(zone()))
	if area == papers.AreaInitial { // small, the given name alone
		written, lines = given(name), nil
		if s.Mark != "" {
			lines = []string{signing.Simulated}
		}
	}
	picture, err := s.seals.signature(s.Fonts.Italic, written, place.W/mm, place.H/mm)
	if err != nil {
		return q, err
	}
	look, err := appearance.Page(s.Fonts, place, at, picture, lines)
	return signing.Request{Field: string(area), Appearance: look, At: at, Name: name, Reason: reason}, err
}

// given is the given name, which stands last.
func given(name string) string {
	words := strings.Fields(name)
	if len(words) == 0 {
		return name
	}
	return words[len(words)-1]
}

// lines is the small text in a signature.
func (s *Service) lines(name string, at time.Time) []string {
	lines := []string{"Người ký: " + name, "Thời gian ký: " + at.Format("02/01/2006 15:04:05 -07:00")}
	if s.Mark != "" {
		lines = append(lines, s.Mark)
	}
	return lines
}

// maxSign is how many are signed in one go.
const maxSign = 100

// SignMany signs several, each by itself: what fails is told and stops nothing.
// With a key elsewhere there is one approval for all of them.
func (s *Service) SignMany(ctx context.Context, actor identity.Actor, ids []dossiers.ID) (done Signing, all []Outcome, err error) {
	defer errs.Wrap(&err, "sign %d results", len(ids))

	if _, err := access.Require(actor, dossiers.PermSign); err != nil {
		return done, nil, err
	}
	if len(ids) > maxSign {
		return done, nil, dossiers.ErrTooManyAtOnce.With("max", maxSign)
	}
	k, err := s.penOf(ctx, actor, "")
	if err != nil {
		return done, nil, err
	}
	var wishes []wish
	var places []int // of wishes in all
	for _, id := range ids {
		if err := ctx.Err(); err != nil {
			return done, all, fmt.Errorf("stopped after %d: %w", len(all), err)
		}
		w, err := s.wishToSign(ctx, actor, id)
		switch {
		case err == nil && k.elsewhere():
			wishes, places = append(wishes, w), append(places, len(all))
		case err == nil:
			err = s.now(ctx, actor, k, w)
		}
		all = append(all, Outcome{ID: id, Err: err})
	}
	if len(wishes) == 0 {
		return done, all, nil
	}
	request, outcomes, err := s.later(ctx, actor, k, wishes)
	if err != nil {
		return done, nil, err
	}
	for i, err := range outcomes {
		all[places[i]].Err, all[places[i]].Waiting = err, err == nil
	}
	return Signing{Request: request}, all, nil
}
