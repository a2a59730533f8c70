// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"encoding/json"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/modules/oversight"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// JobErase erases the records of a confirmed erasure. Its body is the id.
const JobErase jobs.Kind = "oversight.erase"

// Erasure is an erasure with who proposed and who decided it.
type Erasure struct {
	audit.Erasure
	By, DecidedBy Who
}

// ListErasures returns erasures, the newest first.
func (s *Service) ListErasures(ctx context.Context, actor identity.Actor, before string) (page Page[Erasure], err error) {
	defer errs.Wrap(&err, "list erasures")

	if _, err := access.RequireAny(actor, oversight.PermErase, oversight.PermAlerts); err != nil {
		return page, err
	}
	rows, err := audit.ListErasures(ctx, s.DB, before, PageSize+1)
	if err != nil {
		return page, err
	}
	part, who := cut(rows, PageSize, func(e audit.Erasure) string { return e.ID }), s.names(ctx)
	page.Next = part.Next
	for _, e := range part.Items {
		full := Erasure{Erasure: e}
		if full.By, err = who.of(e.Proposer, ""); err != nil {
			return page, err
		}
		if e.Decider != "" {
			if full.DecidedBy, err = who.of(e.Decider, ""); err != nil {
				return page, err
			}
		}
		page.Items = append(page.Items, full)
	}
	return page, nil
}

// ProposeErasure proposes to take from the log what names a person or a thing,
// for a reason of law. Somebody else has to confirm it.
func (s *Service) ProposeErasure(ctx context.Context, actor identity.Actor, e audit.Erasure) (erasure string, err error) {
	defer errs.Wrap(&err, "propose an erasure")

	if _, err := access.Require(actor, oversight.PermErase); err != nil {
		return "", err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		made, err := audit.ProposeErasure(ctx, tx, actor, e)
		erasure = made
		return err
	})
	return erasure, err
}

// DecideErasure confirms or refuses a proposal. What was confirmed is erased by
// a job, a batch at a time.
func (s *Service) DecideErasure(ctx context.Context, actor identity.Actor, erasure string, confirm bool) (err error) {
	defer errs.Wrap(&err, "decide an erasure")

	if _, err := access.Require(actor, oversight.PermErase); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := audit.DecideErasure(ctx, tx, actor, erasure, confirm); err != nil || !confirm {
			return err
		}
		return jobs.Enqueue(ctx, tx, JobErase, erasure)
	})
}

// eraseBatch keeps a transaction short.
const eraseBatch = 200

// Erase does JobErase. Done again, it goes on where it stopped.
func (s *Service) Erase(ctx context.Context, body []byte) (err error) {
	defer errs.Wrap(&err, "erase")

	var erasure string
	if err := json.Unmarshal(body, &erasure); err != nil {
		return err
	}
	e, err := audit.GetErasure(ctx, s.DB, erasure)
	if err != nil {
		return err
	}
	var own []string
	if e.Kind == audit.ErasePerson {
		if own, err = s.People.ListAccounts(ctx, s.DB, e.Target); err != nil {
			return err
		}
	}
	for more := true; more; {
		if err := s.DB.Write(ctx, func(tx *db.Tx) (err error) {
			more, err = audit.EraseSome(ctx, tx, erasure, own, eraseBatch)
			return err
		}); err != nil {
			return err
		}
	}
	return nil
}
