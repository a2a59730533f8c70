// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/notify"
	"tinhso.vn/internal/modules/notices"
	"tinhso.vn/internal/platform/errs"
)

const (
	costRows   = 48 // a year of all channels
	costMonths = 60 // five years can be chosen from
)

// Costs are what messages of a period have cost.
type Costs struct {
	ByChannel []notify.Cost // by month, the newest first
	N, Sum    int64         // messages and đồng of the period
	Months    []string      // in which messages were sent, the newest first
}

// ListCosts returns what the channels have cost in some months.
func (s *Service) ListCosts(ctx context.Context, actor identity.Actor, in notify.Months) (c Costs, err error) {
	defer errs.Wrap(&err, "list costs of messages")

	if _, err := access.Require(actor, notices.PermOperate); err != nil {
		return c, err
	}
	if c.Months, err = notify.ListCostMonths(ctx, s.DB, costMonths); err != nil {
		return c, err
	}
	if err := checkMonths(in); err != nil {
		return c, err
	}
	if c.N, c.Sum, err = notify.SumCosts(ctx, s.DB, in); err != nil {
		return c, err
	}
	c.ByChannel, err = notify.ListCosts(ctx, s.DB, in, costRows)
	return c, err
}

// ListUnitCosts returns what the messages that units caused have cost in some
// months, the dearest unit first, after the given one; nil begins.
func (s *Service) ListUnitCosts(ctx context.Context, actor identity.Actor, in notify.Months, after *notify.CostAfter) (found []notify.UnitCost, next *notify.CostAfter, err error) {
	defer errs.Wrap(&err, "list costs of messages by unit")

	if _, err := access.Require(actor, notices.PermOperate); err != nil {
		return nil, nil, err
	}
	if err := checkMonths(in); err != nil {
		return nil, nil, err
	}
	found, err = notify.ListUnitCosts(ctx, s.DB, in, after, PageSize+1)
	if len(found) > PageSize {
		found = found[:PageSize]
		last := found[PageSize-1]
		next = &notify.CostAfter{Cost: last.Cost, Unit: last.Unit}
	}
	return found, next, err
}

func checkMonths(in notify.Months) error {
	var wrong []errs.Field
	for _, f := range []struct{ name, value string }{{"from", in.From}, {"to", in.To}} {
		if _, err := time.Parse("2006-01", f.value); f.value != "" && err != nil {
			wrong = append(wrong, errs.Field{Name: f.name, Code: "form.choose"})
		}
	}
	if wrong == nil && in.From != "" && in.To != "" && in.From > in.To {
		wrong = append(wrong, errs.Field{Name: "to", Code: "notices.months_backwards"})
	}
	if wrong != nil {
		return errs.BadInput(wrong)
	}
	return nil
}
