// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package api serves results that go by post as JSON.
package api

import (
	"context"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/post"
	"tinhso.vn/internal/modules/post/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/web"
)

// Routes returns the operations.
func Routes(s *core.Service) []web.Route {
	o := operations{s}
	own, send := web.Needs(string(post.PermOwn)), web.Needs(string(post.PermSend))
	const one = "/api/v1/post/parcels/{parcel}"
	return append(o.incomingRoutes(send), []web.Route{
		web.Operation("GET /api/v1/post/own/{dossier}", "Whether the result of one's own dossier goes by post, where to, and where it is", own, o.own),
		web.Operation("POST /api/v1/post/own/{dossier}", "Have it sent, or say where to until it is packed", own, o.wish),
		web.Operation("POST /api/v1/post/own/{dossier}/withdraw", "Fetch it at the counter after all", own, o.withdraw),
		web.Operation("GET /api/v1/post/postage", "What carrying results of the actor's units costs, by unit and month; it names nobody", send, o.postage),
		web.Operation("GET /api/v1/post/ready", "Results that wait to be packed, the oldest first; recorded", send, o.ready),
		web.Operation("GET /api/v1/post/parcels", "Parcels of the actor's units, the newest first; recorded", send, o.parcels),
		web.Operation("POST /api/v1/post/parcels", "Pack the result of a dossier", send, o.pack),
		web.Operation("GET /api/v1/post/find", "The id of the newest parcel with a waybill, or of the dossier with a code", send, o.find),
		web.Operation("GET "+one, "A parcel with what the post says of it; recorded", send, o.get),
		web.Operation("GET /api/v1/post/dossiers/{dossier}", "Parcels of a dossier", send, o.of),
		web.Operation("POST "+one+"/waybill", "Write a waybill down by hand", send, o.waybill),
		web.Operation("POST "+one+"/cancel", "Unpack it; its wish waits again", send, o.cancel),
		web.Operation("POST "+one+"/ask", "Ask the post now", send, o.ask),
		web.Operation("POST "+one+"/delivered", "Say by hand who has signed for it", send, o.delivered),
		web.Operation("POST "+one+"/back", "The post has brought it back", send, o.back),
		web.Operation("POST /api/v1/post/lists", "Hand parcels over to a postman, all or none", send, o.hand),
		web.Operation("GET /api/v1/post/lists", "What was handed over, the newest first", send, o.lists),
		web.Operation("GET /api/v1/post/lists/{list}", "What was handed over at once", send, o.list),
	}...)
}

type operations struct{ svc *core.Service }

type nothing struct{}

// PostTo is where a parcel goes.
type PostTo struct {
	Name    string `json:"name" maxLength:"400"`
	Phone   string `json:"phone" maxLength:"40"`
	Address string `json:"address" maxLength:"1200"`
}

// PostParcel is a result on its way.
type PostParcel struct {
	ID       string  `json:"id"`
	Waybill  string  `json:"waybill,omitempty" doc:"empty until the post has answered"`
	Dossier  string  `json:"dossier"`
	Code     string  `json:"code" doc:"of the dossier"`
	State    string  `json:"state" enum:"packed,handed,carried,delivered,returned,back,lost,cancelled"`
	Fee      *int64  `json:"fee,omitempty" doc:"đồng; the receiver pays it to the postman"`
	Problem  string  `json:"problem,omitempty" doc:"why the post has not taken it"`
	To       PostTo  `json:"to"`
	Receiver string  `json:"receiver,omitempty" doc:"who has signed for it"`
	MadeAt   db.Time `json:"made_at"`
	HandedAt db.Time `json:"handed_at"`
	EndedAt  db.Time `json:"ended_at"`
}

func parcel(p core.Parcel) PostParcel {
	return PostParcel{p.ID, p.Waybill, p.Dossier, p.Code, string(p.State), p.Fee, p.Problem, PostTo(p.To), p.Receiver, p.At, p.HandedAt, p.EndedAt}
}

func parcels(all []core.Parcel) []PostParcel {
	out := make([]PostParcel, len(all))
	for i, p := range all {
		out[i] = parcel(p)
	}
	return out
}

// PostEvent is what the post says of a parcel.
type PostEvent struct {
	Kind  string  `json:"kind"`
	Place string  `json:"place,omitempty"`
	Note  string  `json:"note,omitempty"`
	At    db.Time `json:"at"`
}

func events(all []core.Event) []PostEvent {
	out := make([]PostEvent, len(all))
	for i, e := range all {
		out[i] = PostEvent{e.Kind, e.Place, e.Note, e.At}
	}
	return out
}

type dossierIn struct {
	Dossier string `path:"dossier" maxLength:"100"`
}

type ownOut struct {
	Body struct {
		Version int          `json:"version" doc:"0: nothing was wished"`
		State   string       `json:"state,omitempty" enum:"wanted,ready,packed,withdrawn"`
		May     bool         `json:"may" doc:"it can still be wished, or changed"`
		To      PostTo       `json:"to" doc:"where nothing was wished: as the dossier knows its owner"`
		Postage *int64       `json:"postage,omitempty" doc:"đồng, what it will cost; none: the post says it"`
		Source  string       `json:"postage_source,omitempty" doc:"by which tariff"`
		Parcels []PostParcel `json:"parcels"`
		Events  []PostEvent  `json:"events" doc:"of the newest parcel"`
	}
}

func (o operations) own(ctx context.Context, in *dossierIn) (*ownOut, error) {
	v, err := o.svc.Own(ctx, identity.From(ctx), in.Dossier)
	out := &ownOut{}
	b := &out.Body
	b.Version, b.State, b.May, b.To, b.Parcels, b.Events = v.Version, v.State, v.May, PostTo(v.To), parcels(v.Parcels), events(v.Events)
	b.Postage, b.Source = v.Cost, v.Source
	return out, err
}

type wishIn struct {
	Dossier string `path:"dossier" maxLength:"100"`
	Body    struct {
		Version int    `json:"version" doc:"as it was read; 0: there was none"`
		To      PostTo `json:"to"`
	}
}

func (o operations) wish(ctx context.Context, in *wishIn) (*nothing, error) {
	return nil, o.svc.Wish(ctx, identity.From(ctx), in.Dossier, core.Wanting{Version: in.Body.Version, To: core.To(in.Body.To)})
}

func (o operations) withdraw(ctx context.Context, in *dossierIn) (*nothing, error) {
	return nil, o.svc.Withdraw(ctx, identity.From(ctx), in.Dossier)
}

type pageIn struct {
	After string `query:"after" maxLength:"100"`
}

// PostWish is a result that waits to be packed.
type PostWish struct {
	Dossier string `json:"dossier"`
	Code    string `json:"code"`
	To      PostTo `json:"to"`
}

type listOut[T any] struct {
	Body struct {
		Items []T    `json:"items"`
		Next  string `json:"next,omitempty"`
	}
}

func listed[T, U any](all []T, next string, f func(T) U) *listOut[U] {
	out := &listOut[U]{}
	out.Body.Items, out.Body.Next = make([]U, len(all)), next
	for i, one := range all {
		out.Body.Items[i] = f(one)
	}
	return out
}

func (o operations) ready(ctx context.Context, in *pageIn) (*listOut[PostWish], error) {
	all, next, err := o.svc.ListReady(ctx, identity.From(ctx), in.After)
	return listed(all, next, func(w core.Wish) PostWish { return PostWish{w.Dossier, w.Code, PostTo(w.To)} }), err
}

type parcelsIn struct {
	State string `query:"state" maxLength:"20"`
	After string `query:"after" maxLength:"100"`
}

func (o operations) parcels(ctx context.Context, in *parcelsIn) (*listOut[PostParcel], error) {
	all, next, err := o.svc.ListParcels(ctx, identity.From(ctx), post.State(in.State), in.After)
	return listed(all, next, parcel), err
}

type packIn struct {
	Body struct {
		Dossier string  `json:"dossier" maxLength:"100" doc:"id or code"`
		To      *PostTo `json:"to,omitempty" doc:"missing: as it was wished"`
	}
}

type madeOut struct {
	Body struct {
		ID string `json:"id"`
	}
}

func made(id string, err error) (*madeOut, error) {
	out := &madeOut{}
	out.Body.ID = id
	return out, err
}

func (o operations) pack(ctx context.Context, in *packIn) (*madeOut, error) {
	return made(o.svc.Pack(ctx, identity.From(ctx), core.Packing{Dossier: in.Body.Dossier, To: (*core.To)(in.Body.To)}))
}

type findIn struct {
	Code string `query:"code" maxLength:"60"`
}

func (o operations) find(ctx context.Context, in *findIn) (*madeOut, error) {
	return made(o.svc.Find(ctx, identity.From(ctx), in.Code))
}

type parcelIn struct {
	Parcel string `path:"parcel" maxLength:"100"`
}

type parcelOut struct {
	Body struct {
		PostParcel

		List   string      `json:"list,omitempty" doc:"number of the hand-over"`
		Events []PostEvent `json:"events"`
	}
}

func (o operations) get(ctx context.Context, in *parcelIn) (*parcelOut, error) {
	v, err := o.svc.Get(ctx, identity.From(ctx), in.Parcel)
	out := &parcelOut{}
	out.Body.PostParcel, out.Body.List, out.Body.Events = parcel(v.Parcel), v.Number, events(v.Events)
	return out, err
}

func (o operations) of(ctx context.Context, in *dossierIn) (*listOut[PostParcel], error) {
	all, err := o.svc.OfDossier(ctx, identity.From(ctx), in.Dossier)
	return listed(all, "", parcel), err
}

type waybillIn struct {
	Parcel string `path:"parcel" maxLength:"100"`
	Body   struct {
		Waybill string `json:"waybill" maxLength:"60"`
	}
}

func (o operations) waybill(ctx context.Context, in *waybillIn) (*nothing, error) {
	return nil, o.svc.SetWaybill(ctx, identity.From(ctx), in.Parcel, in.Body.Waybill)
}

func (o operations) cancel(ctx context.Context, in *parcelIn) (*nothing, error) {
	return nil, o.svc.Cancel(ctx, identity.From(ctx), in.Parcel)
}

func (o operations) ask(ctx context.Context, in *parcelIn) (*nothing, error) {
	return nil, o.svc.AskNow(ctx, identity.From(ctx), in.Parcel)
}

type deliveredIn struct {
	Parcel string `path:"parcel" maxLength:"100"`
	Body   struct {
		Receiver string `json:"receiver" maxLength:"400"`
	}
}

func (o operations) delivered(ctx context.Context, in *deliveredIn) (*nothing, error) {
	return nil, o.svc.Delivered(ctx, identity.From(ctx), in.Parcel, in.Body.Receiver)
}

func (o operations) back(ctx context.Context, in *parcelIn) (*nothing, error) {
	return nil, o.svc.TakeBack(ctx, identity.From(ctx), in.Parcel)
}

type handIn struct {
	Body struct {
		Courier string   `json:"courier" maxLength:"400" doc:"name of the postman"`
		Parcels []string `json:"parcels" maxItems:"50"`
	}
}

func (o operations) hand(ctx context.Context, in *handIn) (*madeOut, error) {
	return made(o.svc.HandOver(ctx, identity.From(ctx), core.Handing{Courier: in.Body.Courier, Parcels: in.Body.Parcels}))
}

// PostList is what was handed over at once.
type PostList struct {
	ID      string  `json:"id"`
	Number  string  `json:"number"`
	Courier string  `json:"courier"`
	Count   int     `json:"count"`
	MadeAt  db.Time `json:"made_at"`
}

func list(l core.List) PostList { return PostList{l.ID, l.Number, l.Courier, l.Parcels, l.At} }

func (o operations) lists(ctx context.Context, in *pageIn) (*listOut[PostList], error) {
	all, next, err := o.svc.ListLists(ctx, identity.From(ctx), in.After)
	return listed(all, next, list), err
}

type listIn struct {
	List string `path:"list" maxLength:"100"`
}

type handoverOut struct {
	Body struct {
		PostList

		Parcels []PostParcel `json:"parcels"`
	}
}

func (o operations) list(ctx context.Context, in *listIn) (*handoverOut, error) {
	h, err := o.svc.GetList(ctx, identity.From(ctx), in.List)
	out := &handoverOut{}
	out.Body.PostList, out.Body.Parcels = list(h.List), parcels(h.All)
	return out, err
}
