// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"slices"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/refusals"
	"tinhso.vn/internal/modules/security"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
)

// RefusalQuery says which entries are read; empty fields choose all.
type RefusalQuery struct {
	Kind, Login, Address string
	Before               string // the id to go on before
}

// Refusal is an entry with the login of the account.
type Refusal struct {
	refusals.Entry
	Who string
}

// RefusalPage is a page of the security log.
type RefusalPage struct {
	Entries []Refusal
	Next    string // the id to go on before; empty: this is the last page
}

// Refusals returns a page of the security log, the newest first. That it was
// read is in the audit log before the answer leaves.
func (s *Service) Refusals(ctx context.Context, actor identity.Actor, q RefusalQuery) (p RefusalPage, err error) {
	defer errs.Wrap(&err, "read the security log")

	f, err := s.filter(ctx, actor, q)
	if err != nil {
		return RefusalPage{}, err
	}
	found, err := s.read(ctx, actor, f, security.AuditLogRead, text.Line(q.Before), PageSize+1)
	if err != nil {
		return RefusalPage{}, err
	}
	if len(found) > PageSize {
		found = found[:PageSize]
		p.Next = found[PageSize-1].ID
	}
	p.Entries, err = s.named(ctx, found)
	return p, err
}

// exportMost is how many entries a file holds at most.
const exportMost = 20_000

// ExportRefusals returns the newest entries for a file.
func (s *Service) ExportRefusals(ctx context.Context, actor identity.Actor, q RefusalQuery) (all []Refusal, err error) {
	defer errs.Wrap(&err, "export the security log")

	f, err := s.filter(ctx, actor, q)
	if err != nil {
		return nil, err
	}
	found, err := s.read(ctx, actor, f, security.AuditLogTaken, "", exportMost)
	if err != nil {
		return nil, err
	}
	return s.named(ctx, found)
}

func (s *Service) filter(ctx context.Context, actor identity.Actor, q RefusalQuery) (f refusals.Filter, err error) {
	if _, err := access.Require(actor, security.PermLog); err != nil {
		return f, err
	}
	f = refusals.Filter{Kind: refusals.Kind(text.Line(q.Kind)), Address: text.Line(q.Address)}
	if f.Kind != "" && !slices.Contains(refusals.Kinds(), f.Kind) {
		return f, errs.BadInput([]errs.Field{{Name: "kind", Code: "security.kind_unknown"}})
	}
	if login := text.Line(q.Login); login != "" {
		a, found, err := s.People.FindAccount(ctx, s.DB, login)
		if err != nil {
			return f, err
		}
		if !found {
			return f, errs.BadInput([]errs.Field{{Name: "login", Code: "security.login_unknown"}})
		}
		f.Account = a.ID
	}
	return f, nil
}

func (s *Service) read(ctx context.Context, actor identity.Actor, f refusals.Filter, as audit.Event, before string, limit int) (found []refusals.Entry, err error) {
	if err := s.Log.Flush(ctx); err != nil { // what happened a moment ago is there as well
		return nil, err
	}
	subject := "all"
	if f.Kind != "" {
		subject = string(f.Kind)
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		rows, err := refusals.List(ctx, tx, f, before, limit)
		if err != nil {
			return err
		}
		found = rows
		return audit.RecordRead(ctx, tx, actor, as, subject, access.Inspection)
	})
	return found, err
}

func (s *Service) named(ctx context.Context, found []refusals.Entry) (all []Refusal, err error) {
	logins := map[string]string{}
	for _, e := range found {
		if _, done := logins[e.Account]; !done {
			if logins[e.Account], err = s.login(ctx, e.Account); err != nil {
				return nil, err
			}
		}
		all = append(all, Refusal{e, logins[e.Account]})
	}
	return all, nil
}
