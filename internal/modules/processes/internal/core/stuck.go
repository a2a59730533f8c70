// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/workflow"
	"tinhso.vn/internal/kernel/workflow/bpmn"
	"tinhso.vn/internal/modules/processes"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
)

// Kind says why a case is stuck.
type Kind string

// The kinds.
const (
	Failed  Kind = "failed"  // a service task was given up
	Overdue Kind = "overdue" // a timer should have moved it
	Idle    Kind = "idle"    // it waits for nobody and nothing
)

// Stuck is a case that does not go on by itself.
type Stuck struct {
	Kind    Kind
	Place   workflow.Place
	Subject Subject
	Process string // its name
	Node    string // the name of where it stands
	Since   db.Time
	Error   string // of the last attempt; for those who may mend it only
	Key     string // of the job, the timer or the case: what is mended
	Service bool   // a person can answer in its place
}

// ListStuck returns stuck cases in scope of one kind, behind a key.
func (s *Service) ListStuck(ctx context.Context, actor identity.Actor, kind Kind, after string) (p Page[Stuck], err error) {
	defer errs.Wrap(&err, "list stuck cases")

	scope, err := viewing(actor)
	if err != nil {
		return p, err
	}
	switch kind {
	case Failed:
		err = s.failed(ctx, scope, after, &p)
	case Overdue:
		err = s.overdue(ctx, scope, after, &p)
	case Idle:
		err = s.idle(ctx, scope, after, &p)
	default:
		err = processes.ErrNotFound
	}
	if err != nil {
		return p, err
	}
	subjects := make([]workflow.Subject, len(p.Items))
	for i, one := range p.Items {
		subjects[i] = one.Place.Subject
	}
	named, err := s.codes(ctx, actor, subjects)
	if err != nil {
		return p, err
	}
	for i := range p.Items {
		one := &p.Items[i]
		one.Subject = named[one.Place.Subject.ID]
		if !actor.May(processes.PermRepair) {
			one.Error = "" // it may say more than a unit should know
		}
		d, err := s.definition(ctx, one.Place.Ref)
		if err != nil {
			return p, err
		}
		one.Process = d.Table().Title.VI
		n, _ := d.Model().Node(one.Place.Node)
		if one.Node = n.Name; n.Name == "" {
			one.Node = one.Place.Node
		}
		one.Service = n.Kind == bpmn.Service
	}
	return p, nil
}

func (s *Service) failed(ctx context.Context, scope access.Scope, after string, p *Page[Stuck]) error {
	found, next, err := workflow.ListFailed(ctx, s.DB, scope, after, PageSize)
	p.Next = next
	for _, f := range found {
		p.Items = append(p.Items, Stuck{Kind: Failed, Place: f.Place, Since: f.Due, Error: f.Error, Key: f.Job})
	}
	return err
}

func (s *Service) overdue(ctx context.Context, scope access.Scope, after string, p *Page[Stuck]) error {
	key := workflow.Overdue{}
	if at, id, ok := strings.Cut(after, "."); ok {
		micros, err := strconv.ParseInt(at, 36, 64)
		if err != nil {
			return processes.ErrNotFound
		}
		key.Fires, key.Timer = db.At(time.UnixMicro(micros)), id
	}
	found, err := workflow.ListOverdue(ctx, s.DB, scope, workflow.Grace(s.DB.Now()), key, PageSize)
	for _, o := range found {
		p.Items = append(p.Items, Stuck{Kind: Overdue, Place: o.Place, Since: o.Fires, Key: o.Timer})
	}
	if len(found) == PageSize {
		last := found[PageSize-1]
		p.Next = strconv.FormatInt(last.Fires.UnixMicro(), 36) + "." + last.Timer
	}
	return err
}

func (s *Service) idle(ctx context.Context, scope access.Scope, after string, p *Page[Stuck]) error {
	found, next, err := workflow.ListIdle(ctx, s.DB, scope, workflow.ID(after), PageSize)
	p.Next = string(next)
	for _, i := range found {
		i.Node = strings.Join(i.At, ", ")
		p.Items = append(p.Items, Stuck{Kind: Idle, Place: i.Place, Since: i.Started, Key: string(i.Case)})
	}
	return err
}

// mending asks for the right to get stuck cases going, and for the reason.
func mending(actor identity.Actor, reason *string) error {
	if _, err := access.Everywhere(actor, processes.PermRepair); err != nil {
		return err
	}
	*reason = strings.TrimSpace(text.NFC(*reason))
	if *reason == "" || utf8.RuneCountInString(*reason) > maxWords {
		return errs.BadInput([]errs.Field{{Name: "reason", Code: "processes.no_reason"}})
	}
	return nil
}

// RetryTask lets a service task that was given up be tried again, now.
func (s *Service) RetryTask(ctx context.Context, actor identity.Actor, job string) (err error) {
	defer errs.Wrap(&err, "retry service task %s", job)

	if _, err := access.Everywhere(actor, processes.PermRepair); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		dead, err := jobs.IsDead(ctx, tx, workflow.JobTask, job)
		if err != nil {
			return err
		}
		if !dead {
			return processes.ErrNotFound
		}
		if err := jobs.Retry(ctx, tx, job); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, processes.AuditRetried, job)
	})
}

// RingTimer lets a timer that should have moved its case do it now, and says why
// it cannot.
func (s *Service) RingTimer(ctx context.Context, actor identity.Actor, timer string) (err error) {
	defer errs.Wrap(&err, "ring timer %s", timer)

	if _, err := access.Everywhere(actor, processes.PermRepair); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := s.Flows.RingNow(ctx, tx, timer); err != nil {
			if errors.Is(err, workflow.ErrNotFound) {
				return processes.ErrNotFound
			}
			return err
		}
		return audit.Record(ctx, tx, actor, processes.AuditRung, timer)
	})
}

// RouseCase asks again for the service tasks of a case for which no job is left.
func (s *Service) RouseCase(ctx context.Context, actor identity.Actor, c workflow.ID, reason string) (err error) {
	defer errs.Wrap(&err, "rouse case %s", c)

	if err := mending(actor, &reason); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		if _, err := s.Flows.Rouse(ctx, tx, actor, c, reason); err != nil {
			if errors.Is(err, workflow.ErrNotFound) {
				return processes.ErrNotFound
			}
			return err
		}
		return audit.Record(ctx, tx, actor, processes.AuditRoused, string(c))
	})
}

// ByHand is a service task that a person may answer.
type ByHand struct {
	Place     workflow.Place
	Subject   Subject
	Process   string
	Node      bpmn.Node
	Variables []bpmn.Variable // what later conditions read
	Errors    []string        // codes that the process takes here
}

// GetByHand returns a service task that waits, for the form in which a person answers it.
func (s *Service) GetByHand(ctx context.Context, actor identity.Actor, token string) (b ByHand, err error) {
	defer errs.Wrap(&err, "get service task %s", token)

	scope, err := access.Everywhere(actor, processes.PermRepair)
	if err != nil {
		return b, err
	}
	if b.Place, err = workflow.GetPlace(ctx, s.DB, scope, token); err != nil {
		return b, processes.ErrNotFound.Because(err)
	}
	d, err := s.definition(ctx, b.Place.Ref)
	if err != nil {
		return b, err
	}
	b.Process = d.Table().Title.VI
	if b.Node, _ = d.Model().Node(b.Place.Node); b.Node.Kind != bpmn.Service {
		return b, processes.ErrNotFound
	}
	b.Variables = d.Model().Variables
	for at := b.Node.ID; at != ""; { // the task and the subprocesses around it
		for _, e := range d.Model().On(at) {
			if e.Event == bpmn.Error && e.Code != "" {
				b.Errors = append(b.Errors, e.Code)
			}
		}
		n, _ := d.Model().Node(at)
		at = n.Scope
	}
	named, err := s.codes(ctx, actor, []workflow.Subject{b.Place.Subject})
	b.Subject = named[b.Place.Subject.ID]
	return b, err
}

// Hand is what a person answers in place of a service task, as it was typed.
type Hand struct {
	Values map[string]string // by variable; empty ones are left as they are
	Error  string
	Reason string
}

// AnswerTask moves a case on behind a service task that a person has done.
func (s *Service) AnswerTask(ctx context.Context, actor identity.Actor, token string, h Hand) (err error) {
	defer errs.Wrap(&err, "answer service task %s", token)

	if err := mending(actor, &h.Reason); err != nil {
		return err
	}
	b, err := s.GetByHand(ctx, actor, token)
	if err != nil {
		return err
	}
	d, err := s.definition(ctx, b.Place.Ref)
	if err != nil {
		return err
	}
	vars := map[string]any{}
	var wrong []errs.Field
	for name, typed := range h.Values {
		if strings.TrimSpace(typed) == "" {
			continue
		}
		if vars[name], err = d.Value(name, typed); err != nil {
			wrong = append(wrong, errs.Field{Name: "var-" + name, Code: "processes.value"})
		}
	}
	if err := errs.BadInput(wrong); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := s.Flows.AnswerByHand(ctx, tx, actor, token, workflow.Hand{Vars: vars, Error: h.Error, Note: h.Reason}); err != nil {
			if errors.Is(err, workflow.ErrNotFound) {
				return processes.ErrNotFound
			}
			return err
		}
		if err := jobs.Forget(ctx, tx, workflow.JobTask, token); err != nil { // nothing is left to do
			return err
		}
		return audit.Record(ctx, tx, actor, processes.AuditAnswered, token)
	})
}
