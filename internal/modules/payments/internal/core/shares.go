// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/payments"
	"tinhso.vn/internal/modules/payments/internal/store"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

// shareBatch is how many orders are shared out in one transaction.
const shareBatch = 500

// shareJob is the body of JobShare.
type shareJob struct {
	Unit string `json:"unit"`
}

// shareRules keeps with an order which agencies get a part of it, by the rules of the
// day. Who is nowhere gets nothing: that stays with who takes the money.
func (s *Service) shareRules(ctx context.Context, tx *db.Tx, order string, b dossiers.Bill) error {
	day := today(tx.Now)
	var rules []store.ShareRule
	for _, sh := range b.Fee.Shares {
		if sh.From > day || sh.Until != "" && sh.Until < day {
			continue
		}
		to, err := s.shareTaker(ctx, tx, b, sh)
		if err != nil {
			return err
		}
		if to == "" || to == b.Unit {
			continue
		}
		basis := "" // what the fee rests on says nothing of who gets a part of it
		if sh.Legal != "" {
			basis = s.Cited(ctx, sh.Legal)
		}
		rules = append(rules, store.ShareRule{To: string(to), Part: sh.Part, Basis: basis})
	}
	if len(rules) == 0 {
		return nil
	}
	return s.store.AddShareRules(ctx, tx, order, rules)
}

// shareTaker is the unit that gets a share; empty: there is none.
func (s *Service) shareTaker(ctx context.Context, q db.Querier, b dossiers.Bill, sh procedures.Share) (orgs.ID, error) {
	if one, named := strings.CutPrefix(sh.To, "unit:"); named {
		u, err := orgs.Get(ctx, q, orgs.ID(one))
		return u.ID, err
	}
	agency, err := agencyOf(ctx, q, b.Unit)
	if err != nil {
		return "", err
	}
	switch sh.To {
	case "authority":
		return cmp.Or(b.Authority, agency.ID), nil
	case "parent":
		return agency.Parent, nil
	case "province":
		for err == nil && agency.Kind != orgs.Province && agency.Parent != "" {
			agency, err = orgs.Get(ctx, q, agency.Parent)
		}
		if agency.Kind != orgs.Province {
			return "", err
		}
		return agency.ID, err
	}
	return "", fmt.Errorf("nobody is called %q", sh.To)
}

// ShareJob does JobShare: a day was closed, and what was taken until then is shared out.
func (s *Service) ShareJob(ctx context.Context, body []byte) (err error) {
	defer errs.Wrap(&err, "share out")

	var j shareJob
	if err := json.Unmarshal(body, &j); err != nil {
		return err
	}
	_, err = s.shareOut(ctx, program(), j.Unit)
	return err
}

// ShareOut shares out what was taken at the actor's unit and is closed, now: what came
// over a bank, and cash whose closing was confirmed. It returns of how many orders.
func (s *Service) ShareOut(ctx context.Context, actor identity.Actor) (n int, err error) {
	defer errs.Wrap(&err, "share out")

	if _, err := access.Require(actor, payments.PermAccount); err != nil {
		return 0, err
	}
	unit, err := unitOf(actor)
	if err != nil {
		return 0, err
	}
	return s.shareOut(ctx, actor, unit)
}

// shareOut books what is missing, some orders at a time. Broken off, it goes on where it
// stopped: an order is booked with the mark that it is.
func (s *Service) shareOut(ctx context.Context, actor identity.Actor, unit string) (n int, err error) {
	for after := ""; ; {
		some := []store.Unshared(nil)
		if err := s.DB.Write(ctx, func(tx *db.Tx) error {
			found, err := s.store.LockUnshared(ctx, tx, unit, after, shareBatch)
			if err != nil || len(found) == 0 {
				return err
			}
			some = found
			return s.bookShares(ctx, tx, actor, unit, found)
		}); err != nil || len(some) == 0 {
			return n, err
		}
		n, after = n+len(some), some[len(some)-1].ID
	}
}

// bookShares books what the shares of orders differ from what they should be: after
// money went back that is less than nothing. All shares of an order are what is left of it.
func (s *Service) bookShares(ctx context.Context, tx *db.Tx, actor identity.Actor, unit string, some []store.Unshared) error {
	ids := make([]string, len(some))
	for i, u := range some {
		ids[i] = u.ID
	}
	rules, err := s.store.ShareRules(ctx, tx, ids)
	if err != nil {
		return err
	}
	booked, err := s.store.BookedShares(ctx, tx, ids)
	if err != nil {
		return err
	}
	day, all := today(tx.Now), []store.Share(nil)
	for _, u := range some {
		parts := make([]int64, len(rules[u.ID]))
		for i, r := range rules[u.ID] {
			parts[i] = r.Part
		}
		why := store.ShareTaken
		if u.Net < u.Shared {
			why = store.ShareReturned
		}
		due, takers := map[string]int64{}, []string(nil)
		for i, amount := range allot(u.Net, parts) {
			to := unit // the last is what is left
			if i < len(parts) {
				to = rules[u.ID][i].To
			}
			if _, twice := due[to]; !twice {
				takers = append(takers, to)
			}
			due[to] += amount
		}
		for _, to := range takers {
			if differs := due[to] - booked[u.ID][to]; differs != 0 {
				all = append(all, store.Share{ID: id.New(), Order: u.ID, Unit: unit, To: to, Amount: differs, Day: day, Why: why})
			}
		}
	}
	if err := s.store.AddShares(ctx, tx, ids, all); err != nil {
		return err
	}
	return audit.Record(ctx, tx, actor, payments.AuditShared, unit+" "+day)
}

// ShareRow is what an agency got of what a unit took in a period.
type ShareRow struct {
	store.ShareSum

	Agency, Taker i18n.Text // their names
}

// Net is what is left for the agency.
func (r ShareRow) Net() int64 { return r.Taken + r.Returned }

// Shares is what agencies got in a period.
type Shares struct {
	From, Until string // days, both included
	Rows        []ShareRow
}

// Total is what all of them got.
func (s Shares) Total() (sum int64) {
	for _, r := range s.Rows {
		sum += r.Net()
	}
	return sum
}

// maxShareRows is how many rows a report has: more pairs of units there are not.
const maxShareRows = 5000

// ListShares adds up by agency what was shared out in a period, of the actor's units: what
// they took and what they got. Without days it is this month.
func (s *Service) ListShares(ctx context.Context, actor identity.Actor, from, until string) (sh Shares, err error) {
	defer errs.Wrap(&err, "list shares")

	sc, err := access.Require(actor, payments.PermAccount)
	if err != nil {
		return sh, err
	}
	now := zoned(s.DB.Now().Time)
	if from == "" && until == "" {
		from, until = now.AddDate(0, 0, 1-now.Day()).Format(time.DateOnly), now.Format(time.DateOnly)
	}
	var a asked
	first, bad := time.Parse(time.DateOnly, from)
	last, worse := time.Parse(time.DateOnly, until)
	if bad != nil {
		a.add("from", "payments.bad_day")
	}
	if worse != nil || bad == nil && last.Before(first) {
		a.add("until", "payments.bad_day")
	}
	sh.From, sh.Until = from, until
	if err := a.err(); err != nil {
		return sh, err
	}
	sums, err := s.store.ShareSums(ctx, s.DB, sc, from, until, maxShareRows)
	if err != nil || len(sums) == 0 {
		return sh, err
	}
	names, err := s.unitNames(ctx)
	for _, one := range sums {
		sh.Rows = append(sh.Rows, ShareRow{ShareSum: one, Agency: nameOf(names, one.To), Taker: nameOf(names, one.Unit)})
	}
	return sh, err
}

func nameOf(names map[string]i18n.Text, unit string) i18n.Text {
	if n, known := names[unit]; known {
		return n
	}
	return i18n.Text{VI: unit}
}

// unitNames are the names of all units of today.
func (s *Service) unitNames(ctx context.Context) (map[string]i18n.Text, error) {
	names, day := map[string]i18n.Text{}, orgs.Day(s.DB.Now())
	for after := orgs.ID(""); ; {
		all, err := orgs.ListAll(ctx, s.DB, day, after, 500)
		if err != nil || len(all) == 0 {
			return names, err
		}
		for _, u := range all {
			names[string(u.ID)], after = u.Name, u.ID
		}
	}
}

// ShareRows returns that report as rows, with its head and its sum; amounts are int64.
func (s *Service) ShareRows(ctx context.Context, actor identity.Actor, from, until string) (rows [][]any, err error) {
	sh, err := s.ListShares(ctx, actor, from, until)
	if err != nil {
		return nil, err
	}
	rows = [][]any{{"Cơ quan được hưởng", "Nơi thu", "Số khoản", "Đã chia", "Hoàn lại", "Còn lại"}}
	for _, r := range sh.Rows {
		rows = append(rows, []any{r.Agency.VI, r.Taker.VI, r.Orders, r.Taken, r.Returned, r.Net()})
	}
	rows = append(rows, []any{"Cộng", "", nil, nil, nil, sh.Total()})
	return rows, s.record(ctx, actor, payments.AuditExported, fmt.Sprintf("shares %d rows", len(rows)-2))
}
