// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"fmt"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/personnel"
	"tinhso.vn/internal/modules/personnel/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/id"
)

// unused looks once a day at accounts of officials that nobody uses: who is near
// the end of the days that the rules of signing in give is warned, and after
// them the account is disabled (TCVN 14423:2026). A demonstration only warns.
func (s *Service) unused(ctx context.Context) error {
	today := s.today()
	looked, err := store.UnusedDay(ctx, s.DB, "")
	if err != nil || looked >= today {
		return err
	}
	rules, err := identity.ListRules(ctx, s.DB)
	if err != nil {
		return err
	}
	least := 0 // days after which the first account could be warned
	for _, r := range rules {
		if days := r.UnusedDays - r.WarnDays; r.UnusedDays > 0 && (least == 0 || days < least) {
			least = days
		}
	}
	warned := map[string]bool{}
	for after := ""; least > 0; {
		some, err := s.People.ListUnused(ctx, s.DB, db.At(s.DB.Now().AddDate(0, 0, -least)), after, batch)
		if err != nil {
			return err
		}
		if err := s.lookAt(ctx, rules, some, warned); err != nil {
			return err
		}
		if len(some) < batch {
			break
		}
		after = some[len(some)-1].Account
	}
	if err := s.usedAgain(ctx, warned); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error { return store.PutUnusedDay(ctx, tx, today) })
}

// lookAt warns owners of accounts, or disables them, and notes who is warned.
func (s *Service) lookAt(ctx context.Context, rules identity.Rules, some []identity.Unused, warned map[string]bool) error {
	accounts := make([]string, len(some))
	for i, u := range some {
		accounts[i] = u.Account
	}
	posts, err := access.ListPostsOf(ctx, s.DB, s.DB.Now(), accounts...)
	if err != nil {
		return err
	}
	for _, u := range some {
		var roles []string
		for _, h := range posts[u.Account] {
			roles = append(roles, string(h.Role))
		}
		if len(roles) == 0 {
			continue // who has no post has no rights of an official to lose
		}
		rule := rules.For(roles...)
		if rule.UnusedDays == 0 {
			continue
		}
		last, err := s.lastUse(ctx, s.DB, u.Account, u.Last)
		if err != nil {
			return err
		}
		end := last.AddDate(0, 0, rule.UnusedDays)
		switch now := s.DB.Now(); {
		case now.Before(end.AddDate(0, 0, -rule.WarnDays)):
		case now.Before(end) || s.Lenient:
			warned[u.Account] = true
			err = s.warn(ctx, u, last, dayOf(last, rule.UnusedDays))
		default:
			err = s.disableUnused(ctx, u, last)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// warn tells the owner once of each last use.
func (s *Service) warn(ctx context.Context, u identity.Unused, last db.Time, ends string) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		before, err := store.GetWarned(ctx, tx, u.Account)
		if err != nil || len(before) > 0 && before[0].Last.Equal(last.Time) {
			return err
		}
		if err := store.PutWarned(ctx, tx, store.Warned{Account: u.Account, Last: last, Ends: ends, At: tx.Now}); err != nil {
			return err
		}
		if s.Lenient {
			return nil
		}
		day, err := time.Parse(time.DateOnly, ends)
		if err != nil {
			return err
		}
		words := fmt.Sprintf("Tài khoản %s lâu không dùng, sẽ bị khóa từ ngày %s. Đăng nhập trước ngày này để giữ tài khoản.", u.Login, day.Format("02/01/2006"))
		return s.tell(ctx, tx, u.Account, words, u.Account)
	})
}

// disableUnused disables an account, unless it was used in the meantime or it
// is the last one that could undo this.
func (s *Service) disableUnused(ctx context.Context, u identity.Unused, last db.Time) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		a, err := s.People.GetAccount(ctx, tx, u.Account)
		if err != nil || a.Disabled {
			return err
		}
		open, err := s.People.ListSessions(ctx, tx, u.Account, tx.Now)
		if err != nil {
			return err
		}
		for _, one := range open {
			if one.Started.After(last.Time) {
				return nil
			}
		}
		only, err := s.lastKeeper(ctx, tx, u.Account)
		if err != nil || only {
			return err
		}
		by := identity.Program(program)
		if err := s.People.Disable(ctx, tx, u.Account); err != nil {
			return err
		}
		if err := store.DropWarned(ctx, tx, u.Account); err != nil {
			return err
		}
		if err := store.PutClosure(ctx, tx, store.Closure{ID: id.New(), Account: u.Account, Why: NobodyIn, Last: last, At: tx.Now, By: by.Account}); err != nil {
			return err
		}
		return audit.Record(ctx, tx, by, personnel.AuditDisabled, u.Account)
	})
}

// usedAgain forgets the warnings of those who have come back.
func (s *Service) usedAgain(ctx context.Context, still map[string]bool) error {
	for after := ""; ; {
		some, err := store.AllWarned(ctx, s.DB, after, batch)
		if err != nil {
			return err
		}
		for _, w := range some {
			if after = w.Account; still[w.Account] {
				continue
			}
			if err := s.DB.Write(ctx, func(tx *db.Tx) error { return store.DropWarned(ctx, tx, w.Account) }); err != nil {
				return err
			}
		}
		if len(some) < batch {
			return nil
		}
	}
}

// CountClosed says how many accounts nobody uses: disabled, and soon to be.
func (s *Service) CountClosed(ctx context.Context, actor identity.Actor) (disabled, warned int64, err error) {
	if _, err := access.RequireAny(actor, personnel.PermAll, personnel.PermInspect); err != nil {
		return 0, 0, err
	}
	return store.CountClosed(ctx, s.DB)
}
