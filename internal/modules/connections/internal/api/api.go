// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package api serves the connections of the province as JSON.
package api

import (
	"context"

	"tinhso.vn/internal/kernel/connectors"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/connections"
	"tinhso.vn/internal/modules/connections/internal/core"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/web"
)

// Routes returns the operations.
func Routes(svc *core.Service) []web.Route {
	o := operations{svc}
	manage := web.Needs(string(connections.PermManage))
	const one = "/api/v1/connections/{partner}"
	return []web.Route{
		web.Operation("GET /api/v1/connections", "Partners outside, with where each stands", manage, o.list),
		web.Operation("GET "+one, "One partner", manage, o.get),
		web.Operation("PUT "+one+"/paused", "Stop sending to a partner; nothing is lost", manage, o.pause),
		web.Operation("DELETE "+one+"/paused", "Send again, and try a partner that is left alone at once", manage, o.resume),
		web.Operation("POST "+one+"/replay", "Send again what was sent in a period, with the same keys", manage, o.replay),
		web.Operation("GET "+one+"/calls", "Calls to and from a partner, the newest first", manage, o.calls),
		web.Operation("POST "+one+"/calls/{call}/content", "Read what was said in a call; that it was read is recorded", manage, o.said),
		web.Operation("GET "+one+"/messages", "Messages of the outbox in a state, the newest first", manage, o.messages),
		web.Operation("GET "+one+"/messages/{message}", "A message with its calls", manage, o.message),
		web.Operation("POST "+one+"/messages/{message}/content", "Read what a message says; that it was read is recorded", manage, o.content),
		web.Operation("POST "+one+"/messages/{message}/retry", "Send a dead letter again, now", manage, o.retry),
		web.Operation("POST "+one+"/messages/{message}/discard", "Give a dead letter up, for a reason", manage, o.discard),
		web.Operation("POST "+one+"/messages/{message}/replay", "Send a message again that was sent, and those behind it", manage, o.replayOne),
		web.Operation("GET "+one+"/differences", "What the two sides do not know alike", manage, o.differences),
		web.Operation("POST "+one+"/comparisons", "Compare both sides of a period", manage, o.compare),
		web.Operation("POST "+one+"/differences/{difference}/mend", "Say again what we know", manage, o.mend),
		web.Operation("POST "+one+"/differences/{difference}/explanation", "Settle a difference with words", manage, o.explain),
		web.Operation("GET /api/v1/dossiers/{id}/outside-calls", "Every call to the outside and from it about a dossier", web.Needs(string(connections.PermTrace)), o.trace),
	}
}

type operations struct{ svc *core.Service }

type nothing struct{}

// Connection is a partner outside with where it stands.
type Connection struct {
	ID          string  `json:"id"`
	Title       string  `json:"title"`
	Address     string  `json:"address"`
	State       string  `json:"state" enum:"unused,works,slow,failing,open,paused"`
	Waiting     int64   `json:"waiting"`
	Dead        int64   `json:"dead" doc:"dead letters: somebody has to look"`
	LastGood    db.Time `json:"last_good"`
	LastBad     db.Time `json:"last_bad"`
	Error       string  `json:"error,omitempty"`
	Until       db.Time `json:"until" doc:"open: nothing is sent before then"`
	PauseReason string  `json:"pause_reason,omitempty"`
}

func connection(s core.Standing) Connection {
	return Connection{s.Partner.ID, s.Title.VI, s.Address, string(s.Health), s.Waiting, s.Dead, s.Good, s.Bad, s.Error, s.Until, s.Reason}
}

// ConnectionMessage is a message of the outbox, without its content.
type ConnectionMessage struct {
	ID        string  `json:"id"`
	Operation string  `json:"operation"`
	Dossier   string  `json:"dossier,omitempty"`
	Key       string  `json:"key" doc:"idempotency key"`
	Purpose   string  `json:"purpose"`
	State     string  `json:"state" enum:"waiting,behind,dead,sent,discarded"`
	Attempt   int     `json:"attempt"`
	Due       db.Time `json:"due"`
	Error     string  `json:"error,omitempty"`
	Reason    string  `json:"reason,omitempty"`
	Size      int64   `json:"size"`
	Made      db.Time `json:"made"`
	Ended     db.Time `json:"ended"`
}

func message(m connectors.Sent) ConnectionMessage {
	return ConnectionMessage{m.ID, m.Operation, m.Dossier, m.Key, m.Purpose, m.State, m.Attempt, m.Due, m.Error, m.Reason, m.Size, m.Made, m.Ended}
}

// OutsideCall is one call to a partner or from one.
type OutsideCall struct {
	ID        string  `json:"id"`
	Partner   string  `json:"partner"`
	Direction string  `json:"direction" enum:"out,in"`
	Operation string  `json:"operation"`
	Dossier   string  `json:"dossier,omitempty"`
	Purpose   string  `json:"purpose"`
	Key       string  `json:"key"`
	Attempt   int     `json:"attempt"`
	Started   db.Time `json:"started"`
	Took      int64   `json:"took" doc:"milliseconds"`
	Outcome   string  `json:"outcome" enum:"begun,ok,refused,failed,silent,interrupted,repeated,late"`
	Error     string  `json:"error,omitempty"`
	Sent      int64   `json:"sent" doc:"bytes"`
	Got       int64   `json:"got" doc:"bytes"`
	Reference string  `json:"reference,omitempty"`
}

func calls(all []connectors.Call) []OutsideCall {
	out := []OutsideCall{}
	for _, c := range all {
		out = append(out, OutsideCall{c.ID, c.Partner, c.Direction, c.Operation, c.Dossier, c.Purpose, c.Key, c.Attempt, c.Started, c.Took, string(c.Outcome), c.Error, c.Sent, c.Got, c.Reference})
	}
	return out
}

type list[T any] struct {
	Body struct {
		Items []T    `json:"items"`
		Next  string `json:"next,omitempty"`
	}
}

func listed[T any](items []T, next string) *list[T] {
	out := &list[T]{}
	out.Body.Items, out.Body.Next = items, next
	return out
}

func (o operations) list(ctx context.Context, _ *struct{}) (*list[Connection], error) {
	all, err := o.svc.List(ctx, identity.From(ctx))
	items := []Connection{}
	for _, one := range all {
		items = append(items, connection(one))
	}
	return listed(items, ""), err
}

type partnerIn struct {
	Partner string `path:"partner" maxLength:"100"`
}

type connectionOut struct{ Body Connection }

func (o operations) get(ctx context.Context, in *partnerIn) (*connectionOut, error) {
	one, err := o.svc.Get(ctx, identity.From(ctx), in.Partner)
	return &connectionOut{connection(one)}, err
}

type reasonIn struct {
	Partner string `path:"partner" maxLength:"100"`
	Body    struct {
		Reason string `json:"reason" maxLength:"500"`
	}
}

func (o operations) pause(ctx context.Context, in *reasonIn) (*nothing, error) {
	return nil, o.svc.Pause(ctx, identity.From(ctx), in.Partner, in.Body.Reason)
}

func (o operations) resume(ctx context.Context, in *partnerIn) (*nothing, error) {
	return nil, o.svc.Resume(ctx, identity.From(ctx), in.Partner)
}

type periodIn struct {
	Partner string `path:"partner" maxLength:"100"`
	Body    struct {
		From db.Time `json:"from"`
		To   db.Time `json:"to" doc:"the first moment after"`
	}
}

type replayOut struct {
	Body struct {
		Messages int `json:"messages" doc:"that are sent again"`
	}
}

func (o operations) replay(ctx context.Context, in *periodIn) (*replayOut, error) {
	out := &replayOut{}
	var err error
	out.Body.Messages, err = o.svc.Replay(ctx, identity.From(ctx), in.Partner, core.Period{From: in.Body.From, To: in.Body.To})
	return out, err
}

type pageIn struct {
	Partner string `path:"partner" maxLength:"100"`
	Before  string `query:"before" maxLength:"100"`
}

func (o operations) calls(ctx context.Context, in *pageIn) (*list[OutsideCall], error) {
	all, next, err := o.svc.Calls(ctx, identity.From(ctx), in.Partner, in.Before)
	return listed(calls(all), next), err
}

type callIn struct {
	Partner string `path:"partner" maxLength:"100"`
	Call    string `path:"call" maxLength:"100"`
}

type saidOut struct {
	Body struct {
		Asked    string `json:"asked"`
		Answered string `json:"answered"`
	}
}

func (o operations) said(ctx context.Context, in *callIn) (*saidOut, error) {
	s, err := o.svc.Said(ctx, identity.From(ctx), in.Partner, in.Call)
	out := &saidOut{}
	out.Body.Asked, out.Body.Answered = string(s.Asked), string(s.Answered)
	return out, err
}

type messagesIn struct {
	Partner string `path:"partner" maxLength:"100"`
	State   string `query:"state" enum:"waiting,behind,dead,sent,discarded" default:"dead"`
	Before  string `query:"before" maxLength:"100"`
}

func (o operations) messages(ctx context.Context, in *messagesIn) (*list[ConnectionMessage], error) {
	all, next, err := o.svc.Messages(ctx, identity.From(ctx), in.Partner, in.State, in.Before)
	items := []ConnectionMessage{}
	for _, m := range all {
		items = append(items, message(m))
	}
	return listed(items, next), err
}

type messageIn struct {
	Partner string `path:"partner" maxLength:"100"`
	Message string `path:"message" maxLength:"100"`
}

type messageOut struct {
	Body struct {
		ConnectionMessage
		Calls []OutsideCall `json:"calls"`
	}
}

func (o operations) message(ctx context.Context, in *messageIn) (*messageOut, error) {
	m, err := o.svc.Message(ctx, identity.From(ctx), in.Partner, in.Message)
	out := &messageOut{}
	out.Body.ConnectionMessage, out.Body.Calls = message(m.Sent), calls(m.Calls)
	return out, err
}

type contentOut struct {
	Body struct {
		Content string `json:"content"`
	}
}

func (o operations) content(ctx context.Context, in *messageIn) (*contentOut, error) {
	body, err := o.svc.Content(ctx, identity.From(ctx), in.Partner, in.Message)
	out := &contentOut{}
	out.Body.Content = string(body)
	return out, err
}

func (o operations) retry(ctx context.Context, in *messageIn) (*nothing, error) {
	return nil, o.svc.Retry(ctx, identity.From(ctx), in.Partner, in.Message)
}

type discardIn struct {
	Partner string `path:"partner" maxLength:"100"`
	Message string `path:"message" maxLength:"100"`
	Body    struct {
		Reason string `json:"reason" maxLength:"500"`
	}
}

func (o operations) discard(ctx context.Context, in *discardIn) (*nothing, error) {
	return nil, o.svc.Discard(ctx, identity.From(ctx), in.Partner, in.Message, in.Body.Reason)
}

func (o operations) replayOne(ctx context.Context, in *messageIn) (*replayOut, error) {
	out := &replayOut{}
	var err error
	out.Body.Messages, err = o.svc.ReplayOne(ctx, identity.From(ctx), in.Partner, in.Message)
	return out, err
}

// ConnectionDifference is something that the two sides do not know alike.
type ConnectionDifference struct {
	ID      string  `json:"id"`
	Code    string  `json:"code"`
	Dossier string  `json:"dossier,omitempty"`
	Kind    string  `json:"kind" enum:"missing_there,missing_here,differs"`
	Ours    string  `json:"ours"`
	Theirs  string  `json:"theirs"`
	Found   db.Time `json:"found"`
}

type differencesIn struct {
	Partner string `path:"partner" maxLength:"100"`
	After   string `query:"after" maxLength:"100"`
}

func (o operations) differences(ctx context.Context, in *differencesIn) (*list[ConnectionDifference], error) {
	all, _, next, err := o.svc.Differences(ctx, identity.From(ctx), in.Partner, in.After)
	items := []ConnectionDifference{}
	for _, d := range all {
		items = append(items, ConnectionDifference{d.ID, d.Code, d.Dossier, d.Kind, d.Ours, d.Theirs, d.Found})
	}
	return listed(items, next), err
}

type comparisonOut struct {
	Body struct {
		Ours   int64 `json:"ours"`
		Theirs int64 `json:"theirs"`
		Found  int64 `json:"found"`
	}
}

func (o operations) compare(ctx context.Context, in *periodIn) (*comparisonOut, error) {
	r, err := o.svc.Compare(ctx, identity.From(ctx), in.Partner, core.Period{From: in.Body.From, To: in.Body.To})
	out := &comparisonOut{}
	out.Body.Ours, out.Body.Theirs, out.Body.Found = r.Ours, r.Theirs, r.Found
	return out, err
}

type differenceIn struct {
	Partner    string `path:"partner" maxLength:"100"`
	Difference string `path:"difference" maxLength:"100"`
}

func (o operations) mend(ctx context.Context, in *differenceIn) (*nothing, error) {
	return nil, o.svc.Mend(ctx, identity.From(ctx), in.Partner, in.Difference)
}

type explainIn struct {
	Partner    string `path:"partner" maxLength:"100"`
	Difference string `path:"difference" maxLength:"100"`
	Body       struct {
		Reason string `json:"reason" maxLength:"500"`
	}
}

func (o operations) explain(ctx context.Context, in *explainIn) (*nothing, error) {
	return nil, o.svc.Explain(ctx, identity.From(ctx), in.Partner, in.Difference, in.Body.Reason)
}

type traceIn struct {
	ID     string `path:"id" maxLength:"100"`
	Before string `query:"before" maxLength:"100"`
}

func (o operations) trace(ctx context.Context, in *traceIn) (*list[OutsideCall], error) {
	id, err := dossiers.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	t, err := o.svc.Trace(ctx, identity.From(ctx), id, in.Before)
	return listed(calls(t.Calls), t.Next), err
}
