// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"

	"tinhso.vn/internal/modules/finder"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Kept returns what is kept of an account's questions, for the archive of its
// owner. Who calls decides who may ask.
func (s *Service) Kept(ctx context.Context, account string) (all []finder.Kept, err error) {
	defer errs.Wrap(&err, "questions of account %s", account)

	recent, err := s.store.ListRecent(ctx, s.db, account, mostRecent+5)
	if err != nil {
		return nil, err
	}
	for _, r := range recent {
		all = append(all, finder.Kept{Question: r.Question, At: r.At})
	}
	saved, err := s.store.ListSaved(ctx, s.db, account, mostSaved)
	for _, r := range saved {
		all = append(all, finder.Kept{Question: r.Question, Name: r.Name})
	}
	return all, err
}

// ForgetAccount erases the questions of an account, asked and saved, those that it
// shares with its unit too, and says how many. Who calls decides who may.
func (s *Service) ForgetAccount(ctx context.Context, tx *db.Tx, account string) (n int, err error) {
	defer errs.Wrap(&err, "forget questions of account %s", account)

	return s.store.Forget(ctx, tx, account)
}
