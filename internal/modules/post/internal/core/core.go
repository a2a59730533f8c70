// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package core has results carried to people by the public post: what they wish,
// what is packed and handed over, and what the post says of it.
package core

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/connectors"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/post"
	"tinhso.vn/internal/modules/post/internal/store"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/fetch"
	"tinhso.vn/internal/platform/pdf"
	"tinhso.vn/internal/platform/text"
)

// PageSize is how many rows a list shows.
const PageSize = 50

// The longest texts.
const (
	maxName    = 100
	maxPhone   = 20
	maxAddress = 300
)

// Settings are where the post is; without URL waybills are written by hand.
type Settings struct {
	URL, Token string
	Postage    int64  // đồng, what people are told before they choose; 0: that the post says it
	Source     string // by which tariff
}

// Deps is everything the module needs, by name and without defaults.
type Deps struct {
	DB       *db.DB
	Keys     *crypt.Keys
	Hub      *connectors.Hub
	Settings Settings
	Dossiers dossiers.Poster
	Stands   access.Stands
	Name     func(ctx context.Context, account string) string
	Fonts    pdf.Fonts
	Mark     string
}

// Service runs the use cases.
type Service struct {
	Deps
	store  store.Store
	client *fetch.Client
}

// The operations of the post.
const (
	opSend  = "van-don"
	opTrack = "tra-cuu"
)

// The jobs.
const (
	JobSend   jobs.Kind = "post.send"   // ask the post for a waybill
	JobIssued jobs.Kind = "post.issued" // a result was issued that somebody wants by post
	JobTrack  jobs.Kind = "post.track"  // ask where a parcel is
)

// New returns a service, and declares the post to the hub.
func New(d Deps) *Service {
	s := &Service{Deps: d, store: store.New(d.Keys), client: fetch.New(fetch.Options{Configured: true, Limit: 1 << 20})}
	if d.Hub == nil || !s.On() {
		return s
	}
	title := func(vi, en string) i18n.Text { return i18n.Text{VI: vi, EN: en} }
	d.Hub.Declare(connectors.Partner{
		ID: post.Partner, Title: title("Bưu chính công ích", "Public post"), Address: d.Settings.URL,
		Operations: []connectors.Operation{{Name: opSend, Title: title("Lập vận đơn", "Waybill")}, {Name: opTrack, Title: title("Tra cứu bưu gửi", "Track a parcel")}},
		Call:       s.call,
	})
	return s
}

// On reports whether the post is asked; else waybills are written by hand.
func (s *Service) On() bool { return s.Settings.URL != "" }

// What pages and operations show.
type (
	// To is where a parcel goes. It is personal data.
	To = store.To
	// Parcel is a result on its way.
	Parcel = store.Parcel
	// Wish is that a result shall come by post.
	Wish = store.Wish
	// Event is what the post says of a parcel.
	Event = store.Event
	// List is what was handed over at once.
	List = store.List
)

// The states of a wish that pages tell apart.
const (
	WishWanted    = store.Wanted
	WishReady     = store.Ready
	WishTaken     = store.Taken
	WishWithdrawn = store.Withdrawn
)

// program acts where no person does.
func program() identity.Actor { return identity.Actor{Account: "program:post"} }

// own is the scope of a citizen: their own dossiers, and those of whom they act for.
func (s *Service) own(ctx context.Context, q db.Querier, actor identity.Actor) (access.Scope, error) {
	sc, err := access.Require(actor, post.PermOwn)
	if err != nil || !actor.Acts() {
		return sc, err
	}
	rights, err := s.Stands.Standing(ctx, q, actor, access.Receive)
	return sc.For(rights...), err
}

// unitOf is the unit at which an official works.
func unitOf(actor identity.Actor) (string, error) {
	if actor.Unit == "" {
		return "", post.ErrNoUnit
	}
	return actor.Unit, nil
}

func zoned(t time.Time) time.Time { return t.In(calendar.Zone()) }

func (s *Service) record(ctx context.Context, actor identity.Actor, e audit.Event, subject string) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error { return audit.Record(ctx, tx, actor, e, subject) })
}

// tidy checks where a parcel shall go.
func tidy(to To) (To, error) {
	var wrong []errs.Field
	line := func(name, value string, most int) string {
		value = text.Line(value)
		switch n := utf8.RuneCountInString(value); {
		case n == 0:
			wrong = append(wrong, errs.Field{Name: name, Code: "form.required"})
		case n > most:
			wrong = append(wrong, errs.Field{Name: name, Code: "form.too_long", Args: map[string]any{"max": most, "over": n - most}})
		}
		return value
	}
	to.Name, to.Phone, to.Address = line("name", to.Name, maxName), line("phone", to.Phone, maxPhone), line("address", to.Address, maxAddress)
	if to.Phone != "" && len([]rune(to.Phone)) <= maxPhone && !phone(to.Phone) {
		wrong = append(wrong, errs.Field{Name: "phone", Code: "post.bad_phone"})
	}
	if n := utf8.RuneCountInString(to.Address); n > 0 && n < 10 {
		wrong = append(wrong, errs.Field{Name: "address", Code: "post.short_address"})
	}
	return to, errs.BadInput(wrong)
}

// phone reports whether a text is a Vietnamese number: ten digits after 0, eleven after 84.
func phone(s string) bool {
	digits := strings.NewReplacer(" ", "", ".", "", "-", "", "+", "").Replace(s)
	if _, err := strconv.ParseUint(digits, 10, 64); err != nil {
		return false
	}
	return strings.HasPrefix(digits, "0") && len(digits) == 10 || strings.HasPrefix(digits, "84") && len(digits) == 11
}

// subject is the body of our jobs.
type subject struct {
	Parcel string `json:"parcel"`
	Turn   int    `json:"turn,omitempty"` // of JobTrack, from 0
}

func subjectOf(body []byte) (of subject, err error) {
	err = json.Unmarshal(body, &of)
	return of, err
}

// cut ends a list at its page.
func cut[T any](all []T, id func(T) string) (page []T, next string) {
	if len(all) > PageSize {
		all = all[:PageSize]
		next = id(all[PageSize-1])
	}
	return all, next
}
