// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package api serves the state of the program, announcements and feedback as JSON.
package api

import (
	"context"
	"time"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/support"
	"tinhso.vn/internal/modules/support/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/web"
)

// Routes returns the operations. Now is the clock of the province.
func Routes(s *core.Service, now func() time.Time) []web.Route {
	o := operations{s, now}
	announce, maintain, read := web.Needs(string(support.PermAnnounce)), web.Needs(string(support.PermMaintain)), web.Needs(string(support.PermFeedback))
	say := web.Operation("POST /api/v1/feedback", "Say what is good or wrong about a page; who says it is not kept", web.Public(), o.say)
	say.Door = web.Narrow
	status := web.Operation("GET /api/v1/status", "What works now, what is announced and planned; answered without the database", web.Public(), o.status)
	status.Door = web.Wide
	return []web.Route{
		status,
		say,
		web.Operation("GET /api/v1/feedback", "List feedback, the newest first", read, o.feedback),
		web.Operation("POST /api/v1/feedback/{id}/handle", "Note what was done about feedback", read, o.handle),
		web.Operation("GET /api/v1/announcements", "List announcements of the last 90 days and to come", announce, o.announcements),
		web.Operation("POST /api/v1/announcements", "Put an announcement above every page of an audience", announce, o.announce),
		web.Operation("POST /api/v1/announcements/{id}/end", "End an announcement before its time", announce, o.withdraw),
		web.Operation("GET /api/v1/maintenance", "List maintenance of the last 90 days and to come", maintain, o.windows),
		web.Operation("POST /api/v1/maintenance", "Plan maintenance", maintain, o.maintain),
		web.Operation("POST /api/v1/maintenance/{id}/end", "End maintenance before its time", maintain, o.reopen),
		web.Operation("GET /api/v1/me/first-day", "Steps of one's first day as an official", web.SignedIn(), o.firstDay),
		web.Operation("PUT /api/v1/me/first-day/{step}", "Note that a step is done, or no longer", web.SignedIn(), o.tick),
	}
}

type operations struct {
	svc *core.Service
	now func() time.Time
}

// ServicePart is something people depend on.
type ServicePart struct {
	ID    string        `json:"id"`
	State support.State `json:"state" enum:"unknown,works,slow,broken"`
	Since *time.Time    `json:"since,omitempty"`
}

// Announcement stands above pages for a time.
type Announcement struct {
	ID       string           `json:"id"`
	Kind     support.Kind     `json:"kind" enum:"info,planned,incident"`
	Audience support.Audience `json:"audience" enum:"everyone,citizens,officials"`
	Text     i18n.Text        `json:"text"`
	From     time.Time        `json:"from"`
	Until    time.Time        `json:"until"`
	EndedBy  string           `json:"ended_by,omitempty"`
}

// Maintenance is a window in which changes, or everything, is refused.
type Maintenance struct {
	ID      string       `json:"id"`
	Mode    support.Mode `json:"mode" enum:"read_only,closed"`
	Text    i18n.Text    `json:"text"`
	From    time.Time    `json:"from"`
	Until   time.Time    `json:"until"`
	EndedBy string       `json:"ended_by,omitempty"`
}

func announcements(all []support.Announcement) []Announcement {
	out := make([]Announcement, len(all))
	for i, a := range all {
		out[i] = Announcement{a.ID, a.Kind, a.Audience, a.Text, a.From.Time, a.Until.Time, a.EndedBy}
	}
	return out
}

func windows(all []support.Maintenance) []Maintenance {
	out := make([]Maintenance, len(all))
	for i, m := range all {
		out[i] = Maintenance{m.ID, m.Mode, m.Text, m.From.Time, m.Until.Time, m.EndedBy}
	}
	return out
}

type statusOut struct {
	Body struct {
		State         support.State  `json:"state" enum:"unknown,works,slow,broken" doc:"the worst of the parts"`
		Mode          support.Mode   `json:"mode" enum:"open,read_only,closed"`
		Parts         []ServicePart  `json:"parts"`
		Announcements []Announcement `json:"announcements"`
		Planned       []Maintenance  `json:"planned"`
	}
}

func (o operations) status(_ context.Context, _ *struct{}) (*statusOut, error) {
	s, out := o.svc.Status(o.now()), &statusOut{}
	out.Body.State, out.Body.Mode, out.Body.Parts = s.Worst(), s.Now.Mode, []ServicePart{}
	for _, p := range s.Parts {
		part := ServicePart{ID: p.ID, State: p.State}
		if !p.Since.IsZero() {
			part.Since = &p.Since
		}
		out.Body.Parts = append(out.Body.Parts, part)
	}
	out.Body.Announcements, out.Body.Planned = announcements(s.News), windows(s.Coming)
	return out, nil
}

type sayIn struct {
	Body struct {
		Page   string `json:"page" maxLength:"2000" doc:"The address of the page; only its route is kept"`
		Useful string `json:"useful,omitempty" enum:"yes,no,"`
		Text   string `json:"text,omitempty" maxLength:"8000"`
	}
}

func (o operations) say(ctx context.Context, in *sayIn) (*struct{}, error) {
	return nil, o.svc.Say(ctx, identity.From(ctx), in.Body.Page, in.Body.Useful, in.Body.Text)
}

// PageFeedback is what somebody said about a page.
type PageFeedback struct {
	ID      string           `json:"id"`
	Page    string           `json:"page"`
	Side    support.Audience `json:"side" enum:"citizens,officials"`
	Useful  string           `json:"useful,omitempty"`
	Text    string           `json:"text,omitempty"`
	Sent    time.Time        `json:"sent"`
	Handled *time.Time       `json:"handled,omitempty"`
	Note    string           `json:"note,omitempty"`
}

type feedbackIn struct {
	Handled bool   `query:"handled"`
	Before  string `query:"before" maxLength:"100" doc:"next of the page before"`
}

type feedbackOut struct {
	Body struct {
		Items []PageFeedback `json:"items"`
		Next  string         `json:"next,omitempty" doc:"send it as before"`
	}
}

func (o operations) feedback(ctx context.Context, in *feedbackIn) (*feedbackOut, error) {
	all, err := o.svc.Feedback(ctx, identity.From(ctx), in.Handled, in.Before)
	if err != nil {
		return nil, err
	}
	out := &feedbackOut{}
	out.Body.Items = []PageFeedback{}
	for _, f := range all {
		one := PageFeedback{ID: f.ID, Page: f.Page, Side: f.Side, Useful: f.Useful, Text: f.Text, Sent: f.Sent.Time, Note: f.Note}
		if !f.Handled.IsZero() {
			one.Handled = &f.Handled.Time
		}
		out.Body.Items = append(out.Body.Items, one)
	}
	if len(all) == core.PageSize {
		out.Body.Next = all[len(all)-1].ID
	}
	return out, nil
}

type oneIn struct {
	ID string `path:"id" maxLength:"100"`
}

type handleIn struct {
	ID   string `path:"id" maxLength:"100"`
	Body struct {
		Note string `json:"note,omitempty" maxLength:"8000"`
	}
}

func (o operations) handle(ctx context.Context, in *handleIn) (*struct{}, error) {
	return nil, o.svc.Handle(ctx, identity.From(ctx), in.ID, in.Body.Note)
}

type announcementsOut struct {
	Body struct {
		Items []Announcement `json:"items"`
	}
}

func (o operations) announcements(ctx context.Context, _ *struct{}) (*announcementsOut, error) {
	all, err := o.svc.Announcements(ctx, identity.From(ctx))
	if err != nil {
		return nil, err
	}
	out := &announcementsOut{}
	out.Body.Items = announcements(all)
	return out, nil
}

type announceIn struct {
	Body struct {
		Kind     support.Kind     `json:"kind" enum:"info,planned,incident"`
		Audience support.Audience `json:"audience" enum:"everyone,citizens,officials"`
		Text     i18n.Text        `json:"text"`
		From     *time.Time       `json:"from,omitempty" doc:"absent: at once"`
		Until    time.Time        `json:"until"`
	}
}

type idOut struct {
	Body struct {
		ID string `json:"id"`
	}
}

func (o operations) announce(ctx context.Context, in *announceIn) (*idOut, error) {
	b, out := in.Body, &idOut{}
	var err error
	out.Body.ID, err = o.svc.Announce(ctx, identity.From(ctx), core.Words{Kind: b.Kind, Audience: b.Audience, Text: b.Text, From: moment(b.From), Until: db.At(b.Until)})
	return out, err
}

func (o operations) withdraw(ctx context.Context, in *oneIn) (*struct{}, error) {
	return nil, o.svc.Withdraw(ctx, identity.From(ctx), in.ID)
}

type windowsOut struct {
	Body struct {
		Items []Maintenance `json:"items"`
	}
}

func (o operations) windows(ctx context.Context, _ *struct{}) (*windowsOut, error) {
	all, err := o.svc.Windows(ctx, identity.From(ctx))
	if err != nil {
		return nil, err
	}
	out := &windowsOut{}
	out.Body.Items = windows(all)
	return out, nil
}

type maintainIn struct {
	Body struct {
		Mode  support.Mode `json:"mode" enum:"read_only,closed"`
		Text  i18n.Text    `json:"text"`
		From  *time.Time   `json:"from,omitempty" doc:"absent: at once"`
		Until time.Time    `json:"until"`
	}
}

func (o operations) maintain(ctx context.Context, in *maintainIn) (*idOut, error) {
	b, out := in.Body, &idOut{}
	var err error
	out.Body.ID, err = o.svc.Maintain(ctx, identity.From(ctx), core.Plan{Mode: b.Mode, Text: b.Text, From: moment(b.From), Until: db.At(b.Until)})
	return out, err
}

func (o operations) reopen(ctx context.Context, in *oneIn) (*struct{}, error) {
	return nil, o.svc.Reopen(ctx, identity.From(ctx), in.ID)
}

// FirstStep is a step of the first day of an official.
type FirstStep struct {
	ID   string    `json:"id"`
	Text i18n.Text `json:"text"`
	Page string    `json:"page"`
	Done bool      `json:"done"`
}

type firstDayOut struct {
	Body struct {
		Steps []FirstStep `json:"steps"`
	}
}

func (o operations) firstDay(ctx context.Context, _ *struct{}) (*firstDayOut, error) {
	steps, done, err := o.svc.FirstDay(ctx, identity.From(ctx))
	if err != nil {
		return nil, err
	}
	out := &firstDayOut{}
	out.Body.Steps = []FirstStep{}
	for _, s := range steps {
		out.Body.Steps = append(out.Body.Steps, FirstStep{s.ID, s.Text, s.Href, done[s.ID]})
	}
	return out, nil
}

type tickIn struct {
	Step string `path:"step" maxLength:"100"`
	Body struct {
		Done bool `json:"done"`
	}
}

func (o operations) tick(ctx context.Context, in *tickIn) (*struct{}, error) {
	return nil, o.svc.Tick(ctx, identity.From(ctx), in.Step, in.Body.Done)
}

// moment is a time that may be absent.
func moment(t *time.Time) db.Time {
	if t == nil {
		return db.Time{}
	}
	return db.At(*t)
}
