// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package core answers questions through kernel/search, remembers what somebody
// has asked, and looks after the index. It knows no HTTP and no pages.
package core

import (
	"context"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/search"
	"tinhso.vn/internal/modules/finder"
	"tinhso.vn/internal/modules/finder/internal/store"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Service runs the use cases.
type Service struct {
	db    *db.DB
	index *search.Index
	store store.Store
}

// New returns a service.
func New(d *db.DB, k *crypt.Keys, index *search.Index) *Service {
	return &Service{db: d, index: index, store: store.New(k)}
}

const (
	mostRecent  = 10
	recentDays  = 90
	mostSaved   = 30
	suggestions = 8
)

// Kinds returns what can be found.
func (s *Service) Kinds() []search.Kind { return s.index.Kinds() }

// Problems says what of an ask no page can have asked.
func (s *Service) Problems(ask search.Ask) []errs.Field { return s.index.Problems(ask) }

// Find answers a question, whoever asks: what may be found is decided kind by
// kind. The question of somebody signed in is remembered.
func (s *Service) Find(ctx context.Context, actor identity.Actor, ask search.Ask) (a search.Answer, err error) {
	defer errs.Wrap(&err, "find")

	ask.Typing = false
	if a, err = s.index.Find(ctx, actor, ask); err != nil {
		return a, err
	}
	if actor.Anonymous() || a.Personal || a.Asked == "" || ask.After != "" {
		return a, nil
	}
	return a, s.remember(ctx, actor.Account, a.Asked)
}

// remember puts a question first among the recent ones.
func (s *Service) remember(ctx context.Context, account, question string) error {
	recent, err := s.store.ListRecent(ctx, s.db, account, mostRecent+5)
	if err != nil || len(recent) > 0 && recent[0].Question == question {
		return err
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		kept := 0
		for _, r := range recent {
			if r.Question != question && kept < mostRecent-1 {
				kept++
				continue
			}
			if err := s.store.DropRecent(ctx, tx, r.ID); err != nil {
				return err
			}
		}
		return s.store.AddRecent(ctx, tx, account, question)
	})
}

// Suggest returns what somebody who is typing may mean. It names no citizen and
// is not remembered.
func (s *Service) Suggest(ctx context.Context, actor identity.Actor, question string) (a search.Answer, err error) {
	defer errs.Wrap(&err, "suggest")

	question = search.Asked(question)
	if len([]rune(question)) < 2 || search.LooksPersonal(question) {
		return search.Answer{Asked: question}, nil
	}
	return s.index.Find(ctx, actor, search.Ask{Question: question, Limit: suggestions, Typing: true})
}

// ListRecent returns the questions of the actor, the latest first.
func (s *Service) ListRecent(ctx context.Context, actor identity.Actor) (questions []string, err error) {
	defer errs.Wrap(&err, "list recent questions")

	if actor.Anonymous() {
		return nil, nil
	}
	recent, err := s.store.ListRecent(ctx, s.db, actor.Account, mostRecent)
	for _, r := range recent {
		questions = append(questions, r.Question)
	}
	return questions, err
}

// ClearRecent forgets the questions of the actor.
func (s *Service) ClearRecent(ctx context.Context, actor identity.Actor) (err error) {
	defer errs.Wrap(&err, "clear recent questions")

	if actor.Anonymous() {
		return access.ErrSignInNeeded
	}
	return s.db.Write(ctx, func(tx *db.Tx) error { return s.store.ClearRecent(ctx, tx, actor.Account) })
}

// Forget forgets questions that are too old. It is called now and again.
func (s *Service) Forget(ctx context.Context) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		return s.store.ForgetRecent(ctx, tx, db.At(tx.Now.Add(-recentDays*24*time.Hour)))
	})
}

// Health is what operators see.
func (s *Service) Health(ctx context.Context, actor identity.Actor) (h search.Health, err error) {
	defer errs.Wrap(&err, "health of the search")

	if _, err := access.Require(actor, finder.PermManage); err != nil {
		return h, err
	}
	return s.index.Health(ctx)
}

// Rebuild has the index built anew beside the one that answers.
func (s *Service) Rebuild(ctx context.Context, actor identity.Actor) (err error) {
	defer errs.Wrap(&err, "rebuild the search index")

	if _, err := access.Require(actor, finder.PermManage); err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		if err := s.index.Rebuild(ctx, tx); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, finder.AuditRebuilt, "index")
	})
}

// Check compares samples of the index with their sources and has mended what
// differs.
func (s *Service) Check(ctx context.Context, actor identity.Actor) (c search.Checked, err error) {
	defer errs.Wrap(&err, "check the search index")

	if _, err := access.Require(actor, finder.PermManage); err != nil {
		return c, err
	}
	if c, err = s.index.Check(ctx); err != nil {
		return c, err
	}
	return c, s.db.Write(ctx, func(tx *db.Tx) error { return audit.Record(ctx, tx, actor, finder.AuditChecked, "index") })
}

// Retry has changes read again whose module could not say what has changed.
func (s *Service) Retry(ctx context.Context, actor identity.Actor) (err error) {
	defer errs.Wrap(&err, "retry failed changes")

	if _, err := access.Require(actor, finder.PermManage); err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		if err := search.Retry(ctx, tx); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, finder.AuditRetried, "index")
	})
}
