// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"strconv"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/privacy"
	"tinhso.vn/internal/modules/privacy/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

// Row is a request as a list shows it: nobody's name.
type Row struct {
	ID, Code    string
	Kind        privacy.Kind
	State       privacy.State
	Outcome     privacy.Outcome
	Channel     string
	Received    db.Time
	AckDue      db.Time // when something has to be done about it first; zero where that is done
	Due         db.Time
	Late, Soon  bool // past the deadline; less than two days before
	Extended    bool
	ProposedBy  string // account
	AnsweredHow string
	Answered    db.Time
}

// soon is how long before a deadline it is shown as near.
const soon = 48 * time.Hour

func row(q store.Request, now time.Time) Row {
	r := Row{
		ID: q.ID, Code: q.Code, Kind: q.Kind, State: q.State, Outcome: q.Outcome, Channel: q.Channel, Received: q.Received, Due: q.Due,
		Extended: !q.Extended.IsZero(), ProposedBy: q.ProposedBy, AnsweredHow: q.AnsweredHow, Answered: q.Answered,
	}
	if q.State == privacy.Received {
		r.AckDue = q.AckDue
	}
	end := now
	if !q.Answered.IsZero() {
		end = q.Answered.Time
	}
	r.Late = q.Due.Before(end)
	r.Soon = !r.Late && q.Answered.IsZero() && q.Due.Before(now.Add(soon))
	return r
}

func rows(all []store.Request, now time.Time) []Row {
	out := make([]Row, len(all))
	for i, q := range all {
		out[i] = row(q, now)
	}
	return out
}

// Counts is how much there is to do.
type Counts struct{ Open, Late int64 }

// ListRequests returns the open requests by deadline, or the answered ones, the
// newest first.
func (s *Service) ListRequests(ctx context.Context, actor identity.Actor, answered bool, after string) (p Page[Row], c Counts, err error) {
	defer errs.Wrap(&err, "list requests")

	if _, err := access.RequireAny(actor, privacy.PermHandle, privacy.PermApprove); err != nil {
		return p, c, err
	}
	if c.Open, c.Late, err = s.store.CountOpen(ctx, s.DB, s.DB.Now()); err != nil {
		return p, c, err
	}
	if answered {
		if after != "" && !id.Valid(after) {
			after = ""
		}
		found, err := s.store.ListAnswered(ctx, s.DB, after, PageSize+1)
		return cut(rows(found, s.DB.Now().Time), func(r Row) string { return r.ID }), c, err
	}
	due, last := openKey(after)
	found, err := s.store.ListOpen(ctx, s.DB, due, last, PageSize+1)
	return cut(rows(found, s.DB.Now().Time), func(r Row) string { return strconv.FormatInt(r.Due.UnixMicro(), 10) + "~" + r.ID }), c, err
}

// openKey reads the key of a page; one that cannot be read is the first.
func openKey(after string) (due db.Time, last string) {
	at, last, found := strings.Cut(after, "~")
	n, err := strconv.ParseInt(at, 10, 64)
	if !found || err != nil || !id.Valid(last) {
		return db.Time{}, ""
	}
	return db.At(time.UnixMicro(n)), last
}

// CountRequests returns how many requests wait for an official.
func (s *Service) CountRequests(ctx context.Context, actor identity.Actor) (int64, error) {
	if _, err := access.RequireAny(actor, privacy.PermHandle, privacy.PermApprove); err != nil {
		return 0, err
	}
	open, _, err := s.store.CountOpen(ctx, s.DB, s.DB.Now())
	return open, err
}

// Step is what was done about a request.
type Step struct {
	What, Words, By string // By is the name; empty for what the person and the program did
	At              db.Time
}

// Full is a request with everything in it.
type Full struct {
	Row
	Words, Purpose   string
	Original         db.Time
	ExtendedWhy      string
	CheckedHow       string
	Reason, Legal    string
	Term             privacy.Term
	Erased           int // of a deletion: things; -1: not yet done
	Archive          string
	Steps            []Step
	Kept             []privacy.Kept // of a deletion that is not decided: what would stay
	Who              identity.Person
	Mine, MayConfirm bool // the actor is who asks; who may confirm the deletion
	Restricted       db.Time
}

// GetRequest returns a request: to the person it is from, or to an official,
// after it was recorded that personal data was read.
func (s *Service) GetRequest(ctx context.Context, actor identity.Actor, request string) (f Full, err error) {
	defer errs.Wrap(&err, "get request %s", request)

	if _, err := access.RequireAny(actor, privacy.PermOwn, privacy.PermHandle, privacy.PermApprove); err != nil {
		return f, err
	}
	if !id.Valid(request) {
		return f, privacy.ErrNotFound
	}
	official := actor.May(privacy.PermHandle) || actor.May(privacy.PermApprove)
	var q store.Request
	if err := s.DB.Write(ctx, func(tx *db.Tx) error {
		found, err := s.store.GetRequest(ctx, tx, request)
		if err != nil {
			return err
		}
		mine := actor.Person != "" && found.Person == actor.Person
		if !mine && !official {
			return privacy.ErrNotFound
		}
		q = found
		if mine {
			return nil // one's own words are no reading that anybody is told of
		}
		return audit.RecordReadOf(ctx, tx, actor, privacy.AuditRead, request, found.Person, access.Handling)
	}); err != nil {
		return f, err
	}
	f = Full{
		Row: row(q, s.DB.Now().Time), Words: q.Words, Purpose: q.Purpose, Original: q.Original, ExtendedWhy: q.ExtendedWhy, CheckedHow: q.CheckedHow,
		Erased: q.Erased, Archive: q.Archive, Mine: q.Person == actor.Person,
	}
	if !f.Mine || q.State == privacy.Decided || q.State == privacy.Answered {
		f.Reason, f.Legal = q.Reason, q.Legal // a proposal is between officials
	} else {
		f.Outcome = ""
	}
	f.MayConfirm = q.State == privacy.Proposed && actor.May(privacy.PermApprove) && q.ProposedBy != actor.Account && !f.Mine
	return f, s.complete(ctx, q, &f)
}

// complete adds what stands elsewhere.
func (s *Service) complete(ctx context.Context, q store.Request, f *Full) (err error) {
	if f.Term, err = s.term(ctx, s.DB, string(q.Kind)); err != nil && errs.KindOf(err) != errs.Conflict {
		return err
	}
	if f.Restricted, err = s.store.Restricted(ctx, s.DB, q.Person); err != nil {
		return err
	}
	steps, err := s.store.Steps(ctx, s.DB, q.ID)
	if err != nil {
		return err
	}
	for _, v := range steps {
		if f.Mine && (v.What == "proposed" || v.What == "returned" || v.What == "erased") {
			continue
		}
		one := Step{What: v.What, Words: v.Words, At: v.At}
		if !f.Mine && !strings.HasPrefix(v.Account, "program:") {
			one.By = s.Name(ctx, v.Account)
		}
		f.Steps = append(f.Steps, one)
	}
	if q.Kind == privacy.Delete && (q.State == privacy.Checked || q.State == privacy.Proposed) && !f.Mine {
		if f.Kept, err = s.mustKeep(ctx, s.DB, q.Person); err != nil {
			return err
		}
	}
	f.Who, err = s.People.GetPerson(ctx, s.DB, q.Person)
	return err
}
