// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/support"
	"tinhso.vn/internal/modules/support/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/text"
)

// maxSaid is how many characters feedback and the note about it may have.
const maxSaid = 2000

// PageSize is how much feedback a page holds at most.
const PageSize = 50

// keptFor is how long feedback is kept after it was handled.
const keptFor = 366 * 24 * time.Hour

// Say keeps what somebody says about a page. Path is the address they were on:
// only its route is kept, never what stood in it. Who it was is not kept.
func (s *Service) Say(ctx context.Context, actor identity.Actor, path, useful, words string) (err error) {
	defer errs.Wrap(&err, "take feedback")

	words = strings.TrimSpace(text.NFC(words))
	var wrong []errs.Field
	if useful != "" && useful != "yes" && useful != "no" {
		wrong = append(wrong, errs.Field{Name: "useful", Code: "support.useful"})
	}
	switch {
	case useful == "" && words == "":
		wrong = append(wrong, errs.Field{Name: "text", Code: "support.say"})
	case utf8.RuneCountInString(words) > maxSaid:
		wrong = append(wrong, errs.Field{Name: "text", Code: "support.long_say"})
	}
	if err := errs.BadInput(wrong); err != nil {
		return err
	}
	f := support.Feedback{ID: id.New(), Page: Route(s.pages(), path), Side: support.Citizens, Useful: useful, Text: words}
	if actor.Official() {
		f.Side = support.Officials
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		f.Sent = tx.Now
		return store.PutFeedback(ctx, tx, f)
	})
}

// Feedback lists what people said, the newest first, before an id.
func (s *Service) Feedback(ctx context.Context, actor identity.Actor, handled bool, before string) (all []support.Feedback, err error) {
	defer errs.Wrap(&err, "list feedback")

	if _, err := access.Require(actor, support.PermFeedback); err != nil {
		return nil, err
	}
	return store.ListFeedback(ctx, s.db, !handled, before, PageSize)
}

// Waiting returns how much feedback nobody has handled yet.
func (s *Service) Waiting(ctx context.Context, actor identity.Actor) (int64, error) {
	if _, err := access.Require(actor, support.PermFeedback); err != nil {
		return 0, err
	}
	return store.CountWaiting(ctx, s.db)
}

// Handle notes what was done about feedback.
func (s *Service) Handle(ctx context.Context, actor identity.Actor, feedback, note string) (err error) {
	defer errs.Wrap(&err, "handle feedback %s", feedback)

	if _, err := access.Require(actor, support.PermFeedback); err != nil {
		return err
	}
	note = strings.TrimSpace(text.NFC(note))
	if utf8.RuneCountInString(note) > maxSaid {
		return errs.BadInput([]errs.Field{{Name: "note", Code: "support.long_say"}})
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		if err := store.Handle(ctx, tx, feedback, actor.Account, note); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, support.AuditHandled, feedback)
	})
}

// Sweep deletes feedback a year after it was handled, and outages of that age.
func (s *Service) Sweep(ctx context.Context) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		return store.ForgetFeedback(ctx, tx, db.At(tx.Now.Add(-keptFor)))
	})
}

// FirstDay returns the steps of the first day of an official, and which are done.
func (s *Service) FirstDay(ctx context.Context, actor identity.Actor) (_ []Step, done map[string]bool, err error) {
	defer errs.Wrap(&err, "read the first day")

	if !actor.Official() {
		return nil, nil, access.ErrNotAllowed
	}
	done, err = store.Done(ctx, s.db, actor.Account)
	return s.guide.FirstDay(actor), done, err
}

// Tick notes that a step of the first day is done, or no longer.
func (s *Service) Tick(ctx context.Context, actor identity.Actor, item string, done bool) (err error) {
	defer errs.Wrap(&err, "tick a step")

	if !actor.Official() {
		return access.ErrNotAllowed
	}
	known := false
	for _, step := range s.guide.FirstDay(actor) {
		known = known || step.ID == item
	}
	if !known {
		return support.ErrNotFound
	}
	return s.db.Write(ctx, func(tx *db.Tx) error { return store.Tick(ctx, tx, actor.Account, item, done) })
}
