// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package api serves notices, choices and messages as JSON.
package api

import (
	"context"
	"slices"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/notify"
	"tinhso.vn/internal/modules/notices"
	"tinhso.vn/internal/modules/notices/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/web"
)

// Routes returns the operations.
func Routes(s *core.Service) []web.Route {
	o := operations{svc: s}
	own, operate := web.SignedIn(), web.Needs(string(notices.PermOperate))
	return slices.Concat([]web.Route{
		web.Operation("GET /api/v1/notices", "One's own notices, the newest first", own, o.list),
		web.Operation("GET /api/v1/notices/count", "How many one has not read", own, o.count),
		web.Operation("GET /api/v1/notices/{id}", "A notice; it counts as read", own, o.open),
		web.Operation("POST /api/v1/notices/{id}/mark", "Mark a notice as read or unread", own, o.mark),
		web.Operation("POST /api/v1/notices/mark-all", "Mark all notices as read", own, o.markAll),
		web.Operation("POST /api/v1/notices/unmark-all", "Undo that all were marked as read", own, o.unmarkAll),
		web.Operation("GET /api/v1/messages", "Messages of everybody, the newest first, without words or addresses", operate, o.messages),
		web.Operation("GET /api/v1/messages/costs", "What messages have cost by month and channel", operate, o.costs),
		web.Operation("GET /api/v1/messages/unit-costs", "What messages have cost by the unit that caused them, the dearest first", operate, o.unitCosts),
		web.Operation("POST /api/v1/messages/{id}/again", "Send a message again that has failed", operate, o.again),
		web.Operation("POST /api/v1/messages/test", "Send a test to oneself", operate, o.test),
		web.Operation("GET /api/v1/notice-texts", "The texts of notices, filled with examples", operate, o.texts),
	}, o.settings())
}

type operations struct{ svc *core.Service }

type nothing struct{}

// Notice is something that somebody was told.
type Notice struct {
	ID    string    `json:"id"`
	Event string    `json:"event"`
	Topic string    `json:"topic"`
	About string    `json:"about"`
	Title i18n.Text `json:"title"`
	Text  i18n.Text `json:"text"`
	Link  string    `json:"link,omitempty" doc:"path of this site"`
	At    db.Time   `json:"at"`
	Read  *db.Time  `json:"read,omitempty"`
}

func noticeOf(i notify.Item) Notice {
	n := Notice{ID: i.ID, Event: i.Event, Topic: i.Topic, About: i.About, Title: i.Title, Text: i.Text, Link: i.Link, At: i.At}
	if !i.Read.IsZero() {
		n.Read = &i.Read
	}
	return n
}

type listIn struct {
	Unread bool   `query:"unread"`
	Topic  string `query:"topic" maxLength:"40"`
	Before string `query:"before" maxLength:"100" doc:"next of the page before"`
}

type listOut struct {
	Body struct {
		Items []Notice `json:"items"`
		Next  string   `json:"next,omitempty" doc:"send it as before"`
	}
}

func (o operations) list(ctx context.Context, in *listIn) (*listOut, error) {
	p, err := o.svc.ListNotices(ctx, identity.From(ctx), notify.Shelf{Unread: in.Unread, Topic: in.Topic}, in.Before)
	out := &listOut{}
	out.Body.Items, out.Body.Next = []Notice{}, p.Next
	for _, i := range p.Items {
		out.Body.Items = append(out.Body.Items, noticeOf(i))
	}
	return out, err
}

type countOut struct {
	Body struct {
		Unread int64 `json:"unread" doc:"100 stands for 100 and more"`
	}
}

func (o operations) count(ctx context.Context, _ *nothing) (*countOut, error) {
	n, err := o.svc.Count(ctx, identity.From(ctx))
	out := &countOut{}
	out.Body.Unread = n
	return out, err
}

type idIn struct {
	ID string `path:"id" maxLength:"100"`
}

type noticeOut struct{ Body Notice }

func (o operations) open(ctx context.Context, in *idIn) (*noticeOut, error) {
	i, err := o.svc.OpenNotice(ctx, identity.From(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	return &noticeOut{noticeOf(i)}, nil
}

type markIn struct {
	ID   string `path:"id" maxLength:"100"`
	Body struct {
		Read bool `json:"read"`
	}
}

func (o operations) mark(ctx context.Context, in *markIn) (*nothing, error) {
	return &nothing{}, o.svc.MarkNotice(ctx, identity.From(ctx), in.ID, in.Body.Read)
}

type undoOut struct {
	Body struct {
		Undo int64 `json:"undo" doc:"send it to unmark-all to undo"`
	}
}

func (o operations) markAll(ctx context.Context, _ *nothing) (*undoOut, error) {
	undo, err := o.svc.MarkAll(ctx, identity.From(ctx))
	out := &undoOut{}
	out.Body.Undo = undo
	return out, err
}

type undoIn struct {
	Body struct {
		Undo int64 `json:"undo"`
	}
}

func (o operations) unmarkAll(ctx context.Context, in *undoIn) (*nothing, error) {
	return &nothing{}, o.svc.UnmarkAll(ctx, identity.From(ctx), in.Body.Undo)
}

// Message is a message outside, without what it says or to whom.
type Message struct {
	ID       string   `json:"id"`
	Channel  string   `json:"channel" enum:"zns,sms,mail,push"`
	Event    string   `json:"event,omitempty"`
	About    string   `json:"about"`
	State    string   `json:"state" enum:"waiting,sent,delivered,failed,bounced,suppressed"`
	Reason   string   `json:"reason,omitempty"`
	Attempts int      `json:"attempts"`
	At       db.Time  `json:"at"`
	Due      *db.Time `json:"due,omitempty" doc:"when it is sent, while it waits"`
	Sent     *db.Time `json:"sent,omitempty"`
	Ended    *db.Time `json:"ended,omitempty"`
}

type messagesIn struct {
	State   string `query:"state" maxLength:"20"`
	Channel string `query:"channel" maxLength:"20"`
	Before  string `query:"before" maxLength:"100" doc:"next of the page before"`
}

type messagesOut struct {
	Body struct {
		Items []Message `json:"items"`
		Next  string    `json:"next,omitempty" doc:"send it as before"`
	}
}

func (o operations) messages(ctx context.Context, in *messagesIn) (*messagesOut, error) {
	p, err := o.svc.ListMessages(ctx, identity.From(ctx), notify.Pile{State: notify.State(in.State), Channel: notify.ChannelID(in.Channel)}, in.Before)
	out := &messagesOut{}
	out.Body.Items, out.Body.Next = []Message{}, p.Next
	for _, m := range p.Items {
		one := Message{ID: m.ID, Channel: string(m.Channel), Event: m.Event, About: m.About, State: string(m.State), Reason: string(m.Reason), Attempts: m.Attempts, At: m.At}
		for _, t := range []struct {
			at db.Time
			to **db.Time
		}{{m.Sent, &one.Sent}, {m.Ended, &one.Ended}, {m.Due, &one.Due}} {
			if !t.at.IsZero() {
				*t.to = &t.at
			}
		}
		if m.State != notify.Waiting {
			one.Due = nil
		}
		out.Body.Items = append(out.Body.Items, one)
	}
	return out, err
}

func (o operations) again(ctx context.Context, in *idIn) (*nothing, error) {
	return &nothing{}, o.svc.SendAgain(ctx, identity.From(ctx), in.ID)
}

func (o operations) test(ctx context.Context, _ *nothing) (*nothing, error) {
	return &nothing{}, o.svc.Test(ctx, identity.From(ctx))
}

// NoticeText is a text of the pack with examples in it.
type NoticeText struct {
	Event   string            `json:"event"`
	Name    i18n.Text         `json:"name"`
	Topic   string            `json:"topic"`
	Channel string            `json:"channel"`
	Proven  bool              `json:"proven" doc:"to an address that was proven"`
	Here    bool              `json:"here" doc:"the channel is configured"`
	Title   i18n.Text         `json:"title"`
	Text    i18n.Text         `json:"text"`
	Params  map[string]string `json:"params,omitempty"`
}

type textsOut struct {
	Body struct {
		Items []NoticeText `json:"items"`
	}
}

func (o operations) texts(ctx context.Context, _ *nothing) (*textsOut, error) {
	all, err := o.svc.ListTemplates(ctx, identity.From(ctx))
	out := &textsOut{}
	out.Body.Items = []NoticeText{}
	for _, t := range all {
		for _, p := range t.Previews {
			out.Body.Items = append(out.Body.Items, NoticeText{
				Event: t.ID, Name: t.Name, Topic: t.Topic, Channel: string(p.Channel), Proven: p.Proven, Here: p.Here,
				Title: i18n.Text{VI: p.VI.Title, EN: p.EN.Title}, Text: i18n.Text{VI: p.VI.Text, EN: p.EN.Text}, Params: p.Params,
			})
		}
	}
	return out, err
}
