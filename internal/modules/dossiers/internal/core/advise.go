// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"
	"io"
	"unicode/utf8"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/forms"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/workflow"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
)

// AskedItem is a line of the list of those who are asked for an opinion.
type AskedItem struct {
	Opinion
	Dossier dossiers.Summary
	To      orgs.ID // the unit that is asked
}

// AskedCase is a dossier as those see it whose opinion is asked for: the papers
// and what the form says, which is one of them; not its parties, its result and
// what others think of it. It can be seen until the answer.
type AskedCase struct {
	AskedItem
	Version procedures.Version
	Form    *forms.Form
	World   forms.World
	Answers forms.Answers
	Papers  []Attachment
	Ticket  string // for the thumbnails of its files
}

// Advice answers a question.
type Advice struct {
	Outcome  string // agreed, disagreed
	Words    string
	FileName string
	File     io.Reader // nil: none
}

// seatOf says which questions are the actor's to answer.
func (s *Service) seatOf(ctx context.Context, q db.Querier, actor identity.Actor) (a store.Asked, err error) {
	if a.Scope, err = access.Require(actor, dossiers.PermAdvise); err != nil {
		return a, err
	}
	posts, err := access.ListPosts(ctx, q, actor.Account, s.DB.Now())
	for _, p := range posts {
		a.Posts = append(a.Posts, [2]string{string(p.Unit), string(p.Role)})
	}
	return a, err
}

// ListAsked lists the questions that the actor may answer, the most urgent first.
func (s *Service) ListAsked(ctx context.Context, actor identity.Actor, after string) (page Page[AskedItem], err error) {
	defer errs.Wrap(&err, "list opinions asked for")

	seat, err := s.seatOf(ctx, s.DB, actor)
	if err != nil {
		return page, err
	}
	from, err := key(after)
	if err != nil {
		return page, err
	}
	rows, err := s.store.ListAsked(ctx, s.DB, seat, from, PageSize+1)
	if err != nil {
		return page, err
	}
	if len(rows) > PageSize {
		rows = rows[:PageSize]
		page.Next = cursor(rows[PageSize-1].Due, dossiers.ID(rows[PageSize-1].ID))
	}
	for _, r := range rows {
		item, err := s.askedItem(ctx, s.DB, r)
		if err != nil {
			return page, err
		}
		page.Items = append(page.Items, item)
	}
	return page, nil
}

// CountAsked returns how many questions wait for the actor: the number beside the menu.
func (s *Service) CountAsked(ctx context.Context, actor identity.Actor) (_ int64, err error) {
	defer errs.Wrap(&err, "count opinions asked for")

	seat, err := s.seatOf(ctx, s.DB, actor)
	if err != nil {
		return 0, err
	}
	return s.store.CountAsked(ctx, s.DB, seat)
}

func (s *Service) askedItem(ctx context.Context, q db.Querier, r store.Opinion) (item AskedItem, err error) {
	d, err := s.store.Get(ctx, q, access.All(), store.Involved(), r.Dossier) // nothing of it but code and procedure
	if err != nil {
		return item, err
	}
	item.Dossier, item.To = d.Summary, r.Unit
	item.Opinion, err = s.opinion(ctx, q, r)
	return item, err
}

// opinion is a row as people see it.
func (s *Service) opinion(ctx context.Context, q db.Querier, r store.Opinion) (o Opinion, err error) {
	names := s.unitNames(ctx)
	o = Opinion{
		ID: r.ID, Task: r.Task, Step: r.Step, Unit: names(r.Unit), Post: r.Post, Question: r.Question, Asker: r.Asker, From: names(r.AskerUnit),
		AskedAt: r.AskedAt, Due: r.Due, State: r.State, Words: r.Words, Ender: r.Ender, EndedAt: r.EndedAt,
	}
	end := r.EndedAt
	if end.IsZero() {
		end = s.DB.Now()
	}
	o.Late = end.After(r.Due.Time) && (r.State == store.OpinionOpen || r.State == workflow.Agreed || r.State == workflow.Disagreed)
	if r.File != "" {
		f, err := files.Get(ctx, q, subject(r.Dossier), files.ID(r.File))
		if err != nil {
			return o, err
		}
		o.File = info(f)
	}
	return o, nil
}

// advised is the dossier about which the actor is asked for an opinion now.
func (s *Service) advised(ctx context.Context, actor identity.Actor, id dossiers.ID) (store.Dossier, error) {
	seat, err := s.seatOf(ctx, s.DB, actor)
	if err != nil {
		return store.Dossier{}, dossiers.ErrNotFound // nobody who is asked anything
	}
	if _, err := s.store.FindAsked(ctx, s.DB, seat, "", id); err != nil {
		if errors.Is(err, dossiers.ErrNoOpinion) {
			err = dossiers.ErrNotFound
		}
		return store.Dossier{}, err
	}
	return s.store.Get(ctx, s.DB, access.All(), store.Involved(), id)
}

// GetAsked returns the dossier about which a question is asked, as far as whoever
// answers needs it. That it was read is recorded before.
func (s *Service) GetAsked(ctx context.Context, actor identity.Actor, opinion string) (c AskedCase, err error) {
	defer errs.Wrap(&err, "get what opinion %s is about", opinion)

	seat, err := s.seatOf(ctx, s.DB, actor)
	if err != nil {
		return c, err
	}
	var r store.Opinion
	var d store.Dossier
	var p store.Personal
	if err := s.DB.Write(ctx, func(tx *db.Tx) error {
		o, err := s.store.FindAsked(ctx, tx, seat, opinion, "")
		if err != nil {
			return err
		}
		row, err := s.store.Get(ctx, tx, access.All(), store.Involved(), o.Dossier)
		if err != nil {
			return err
		}
		about, err := s.store.Personal(ctx, tx, access.All(), o.Dossier)
		if err != nil {
			return err
		}
		r, d, p = o, row, about
		return audit.RecordReadOf(ctx, tx, actor, dossiers.AuditPersonRead, string(d.ID), d.OwnerID, access.Handling)
	}); err != nil {
		return c, err
	}
	if c.AskedItem, err = s.askedItem(ctx, s.DB, r); err != nil {
		return c, err
	}
	if c.Version, err = s.follows(ctx, d); err != nil {
		return c, err
	}
	filed, err := s.filedUnder(ctx, d)
	if err != nil {
		return c, err
	}
	if c.Form, err = s.forms.get(filed); err != nil {
		return c, err
	}
	if c.World, err = s.world(ctx); err != nil {
		return c, err
	}
	if c.Answers, err = c.Form.DecodeJSON([]byte(p.Answers)); err != nil {
		return c, err
	}
	if c.Papers, err = s.attachments(ctx, d.ID); err != nil {
		return c, err
	}
	c.Ticket = s.ticket(actor, d.ID, thumbnails)
	return c, nil
}

func (a Advice) check() []errs.Field {
	var found []errs.Field
	if a.Outcome != workflow.Agreed && a.Outcome != workflow.Disagreed {
		found = append(found, errs.Field{Name: "outcome", Code: "form.choose"})
	}
	switch n := utf8.RuneCountInString(a.Words); {
	case n == 0:
		found = append(found, errs.Field{Name: "words", Code: "form.required"})
	case n > maxWords:
		found = append(found, errs.Field{Name: "words", Code: "form.too_long", Args: map[string]any{"max": maxWords, "over": n - maxWords}})
	}
	return found
}

// AnswerOpinion gives the opinion that was asked for: agreed or disagreed, in
// words, with a file where there is one. With it the actor's sight of the
// dossier ends.
func (s *Service) AnswerOpinion(ctx context.Context, actor identity.Actor, opinion string, a Advice) (err error) {
	defer errs.Wrap(&err, "answer opinion %s", opinion)

	seat, err := s.seatOf(ctx, s.DB, actor)
	if err != nil {
		return err
	}
	o, err := s.store.FindAsked(ctx, s.DB, seat, opinion, "")
	if err != nil {
		return err
	}
	a.Words = text.NFC(a.Words)
	if err := errs.BadInput(a.check()); err != nil {
		return err
	}
	var staged files.Staged
	if a.File != nil {
		if staged, err = s.Files.Receive(ctx, a.File, files.Meta{Name: a.FileName, Allow: AllowedFiles(), Limit: s.Largest()}); err != nil {
			return err
		}
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		d, err := s.store.Lock(ctx, tx, access.All(), store.Involved(), o.Dossier) // everybody locks the dossier first
		if err != nil {
			return err
		}
		now, err := s.store.GetOpinion(ctx, tx, opinion)
		if err != nil {
			return err
		}
		if now.State != store.OpinionOpen {
			return answeredBy(now)
		}
		if err := s.flow.Answer(ctx, tx, actor, workflow.TaskID(opinion), a.Outcome, inDossier); err != nil {
			return err
		}
		now.State, now.Words, now.EndedBy, now.Ender = a.Outcome, a.Words, actor.Account, actor.Name
		if a.File != nil {
			f, err := s.Files.Keep(ctx, tx, staged, subject(d.ID), actor.Account)
			if err != nil {
				return err
			}
			now.File = string(f.ID)
		}
		if _, err := s.store.EndOpinion(ctx, tx, now); err != nil {
			return err
		}
		if err := s.store.AddEvent(ctx, tx, d.ID, store.Event{Kind: KindOpinionGiven, Status: d.Status, Step: now.Step, Unit: now.Unit}); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, dossiers.AuditAnswered, string(d.ID))
	})
}

// OpenOpinionFile opens the file that came with an opinion, for officials who
// may read the dossier. The caller closes it.
func (s *Service) OpenOpinionFile(ctx context.Context, actor identity.Actor, opinion string, why access.Purpose) (_ files.Content, _ files.File, err error) {
	defer errs.Wrap(&err, "open file of opinion %s", opinion)

	o, err := s.store.GetOpinion(ctx, s.DB, opinion)
	if err != nil {
		return nil, files.File{}, err
	}
	return s.openRecorded(ctx, actor, o.Dossier, why, dossiers.AuditFileRead, func(d store.Dossier) (files.ID, error) {
		if o.File == "" || owns(actor, d) {
			return "", dossiers.ErrNoOpinion
		}
		return files.ID(o.File), nil
	})
}

// ListConsultable returns the units of the province that can be asked for an
// opinion: departments, then divisions and other agencies, then communes, each
// sorted by name. Whether somebody there may answer is asked when it is chosen.
func (s *Service) ListConsultable(ctx context.Context, actor identity.Actor) (all []orgs.Unit, err error) {
	defer errs.Wrap(&err, "list units to ask")

	if _, err := access.RequireAny(actor, dossiers.PermProcess, dossiers.PermSign); err != nil {
		return nil, err
	}
	day := calendar.On(s.DB.Now().Time).String()
	for _, k := range append([]orgs.Kind{"department", "division", "public_unit", "central_agency"}, communes()...) {
		some, err := orgs.ListKind(ctx, s.DB, k, day, maxUnits)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	return all, nil
}
