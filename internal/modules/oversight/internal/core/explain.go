// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/oversight"
	"tinhso.vn/internal/platform/errs"
)

// Question is an alert that an official was asked about.
type Question struct {
	Alert
	Notes []Note
}

// ListQuestions returns the alerts that the actor was asked about, the newest
// first.
func (s *Service) ListQuestions(ctx context.Context, actor identity.Actor, before string) (page Page[Question], err error) {
	defer errs.Wrap(&err, "list questions")

	if _, err := access.Require(actor, oversight.PermExplain); err != nil {
		return page, err
	}
	rows, err := s.store.ListAbout(ctx, s.DB, actor.Account, before, PageSize+1)
	if err != nil {
		return page, err
	}
	alerts, err := s.alerts(ctx, rows)
	if err != nil {
		return page, err
	}
	page.Next = alerts.Next
	who := s.names(ctx)
	for _, a := range alerts.Items {
		q := Question{Alert: a}
		notes, err := s.store.Notes(ctx, s.DB, a.ID)
		if err != nil {
			return page, err
		}
		for _, n := range notes {
			if n.State != oversight.Asked && n.State != oversight.Explained {
				continue // what auditors decide among themselves
			}
			by, err := who.of(n.Account, "")
			if err != nil {
				return page, err
			}
			q.Notes = append(q.Notes, Note{by, n.At.Time, n.State, n.Words})
		}
		page.Items = append(page.Items, q)
	}
	return page, nil
}

// CountQuestions returns how many explanations the actor owes: the number
// beside the menu.
func (s *Service) CountQuestions(ctx context.Context, actor identity.Actor) (_ int64, err error) {
	defer errs.Wrap(&err, "count questions")

	if _, err := access.Require(actor, oversight.PermExplain); err != nil {
		return 0, err
	}
	return s.store.CountAsked(ctx, s.DB, actor.Account)
}

// Explain answers for the own readings. Of other alerts there are none.
func (s *Service) Explain(ctx context.Context, actor identity.Actor, alert oversight.ID, words string) (err error) {
	defer errs.Wrap(&err, "explain alert %s", alert)

	if _, err := access.Require(actor, oversight.PermExplain); err != nil {
		return err
	}
	words, err = said("words", words)
	if err != nil {
		return err
	}
	return s.move(ctx, actor, alert, oversight.Explained, words, oversight.AuditExplained, func(a oversight.Alert) error {
		if a.Subject != actor.Account || a.Kind == oversight.ManyReaders {
			return oversight.ErrNotFound
		}
		if a.State != oversight.Asked {
			return oversight.ErrState
		}
		return nil
	})
}
