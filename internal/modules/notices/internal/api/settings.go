// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/notify"
	"tinhso.vn/internal/modules/notices/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/web"
)

func (o operations) settings() []web.Route {
	own := web.SignedIn()
	code := web.Operation("POST /api/v1/notice-settings/contacts/{kind}/proof", "Prove a phone or a mail address by the code sent there", own, o.proveContact)
	code.Door = web.Narrow
	return []web.Route{
		code,
		web.Operation("GET /api/v1/notice-settings", "How one is told, and what can be chosen", own, o.getSettings),
		web.Operation("PUT /api/v1/notice-settings", "Choose how one is told", own, o.putSettings),
		web.Operation("POST /api/v1/notice-settings/contacts/{kind}", "Have a code sent to one's phone or mail address", own, o.beginContact),
		web.Operation("DELETE /api/v1/notice-settings/contacts/{kind}", "Forget a phone or a mail address", own, o.removeContact),
		web.Operation("POST /api/v1/notice-settings/devices", "Let a browser be told", own, o.addDevice),
		web.Operation("DELETE /api/v1/notice-settings/devices/{id}", "Forget a browser", own, o.removeDevice),
	}
}

// NoticeChoices are how somebody wants to be told.
type NoticeChoices struct {
	Language  string              `json:"language" enum:"vi,en"`
	Digest    string              `json:"digest,omitempty" enum:"now,daily," doc:"mails about work: one by one, or one at the start of work; empty: as the pack has it"`
	QuietFrom string              `json:"quiet_from,omitempty" maxLength:"5" doc:"21:00; empty: as the pack has it"`
	QuietTo   string              `json:"quiet_to,omitempty" maxLength:"5"`
	Off       map[string][]string `json:"off,omitempty" doc:"channels that are switched off, by topic"`
}

// NoticeTopic is what channels can be chosen for.
type NoticeTopic struct {
	ID       string   `json:"id"`
	Channels []string `json:"channels"`
	Must     bool     `json:"must" doc:"one channel stays on"`
}

// NoticeContact is a phone or a mail address.
type NoticeContact struct {
	Kind    string   `json:"kind" enum:"phone,mail"`
	Address string   `json:"address,omitempty"`
	Pending string   `json:"pending,omitempty" doc:"a code was sent there"`
	Proven  *db.Time `json:"proven,omitempty"`
	Bounced *db.Time `json:"bounced,omitempty" doc:"mail to it came back"`
}

// NoticeDevice is a browser that is told.
type NoticeDevice struct {
	ID   string  `json:"id"`
	Name string  `json:"name"`
	At   db.Time `json:"at"`
}

type settingsOut struct {
	Body struct {
		Choices  NoticeChoices   `json:"choices"`
		Topics   []NoticeTopic   `json:"topics"`
		Contacts []NoticeContact `json:"contacts"`
		Devices  []NoticeDevice  `json:"devices"`
		PushKey  string          `json:"push_key,omitempty" doc:"applicationServerKey of PushManager.subscribe"`
	}
}

func (o operations) getSettings(ctx context.Context, _ *nothing) (*settingsOut, error) {
	found, err := o.svc.GetSettings(ctx, identity.From(ctx))
	if err != nil {
		return nil, err
	}
	return settingsBody(found), nil
}

func settingsBody(found core.Settings) *settingsOut {
	out := &settingsOut{}
	c := found.Choices
	out.Body.Choices = NoticeChoices{Language: string(c.Language), Digest: c.Digest, QuietFrom: c.QuietFrom, QuietTo: c.Until, Off: map[string][]string{}}
	for topic, channels := range c.Off {
		out.Body.Choices.Off[topic] = names(channels)
	}
	out.Body.Topics, out.Body.Contacts, out.Body.Devices, out.Body.PushKey = []NoticeTopic{}, []NoticeContact{}, []NoticeDevice{}, found.PushKey
	for _, t := range found.Topics {
		out.Body.Topics = append(out.Body.Topics, NoticeTopic{t.ID, names(t.Channels), t.Must})
	}
	for _, c := range found.Contacts {
		one := NoticeContact{Kind: string(c.Kind), Address: c.Address, Pending: c.Pending}
		if c.Proven() {
			one.Proven = &c.ProvenAt
		}
		if c.Broken() {
			one.Bounced = &c.BouncedAt
		}
		out.Body.Contacts = append(out.Body.Contacts, one)
	}
	for _, d := range found.Devices {
		out.Body.Devices = append(out.Body.Devices, NoticeDevice{d.ID, d.Name, d.At})
	}
	return out
}

func names(channels []notify.ChannelID) []string {
	all := make([]string, len(channels))
	for i, c := range channels {
		all[i] = string(c)
	}
	return all
}

type settingsIn struct{ Body NoticeChoices }

func (o operations) putSettings(ctx context.Context, in *settingsIn) (*nothing, error) {
	c := notify.Choices{Language: i18n.ParseLang(in.Body.Language), Digest: in.Body.Digest, QuietFrom: in.Body.QuietFrom, Until: in.Body.QuietTo, Off: map[string][]notify.ChannelID{}}
	for topic, channels := range in.Body.Off {
		for _, ch := range channels {
			c.Off[topic] = append(c.Off[topic], notify.ChannelID(ch))
		}
	}
	return &nothing{}, o.svc.SaveChoices(ctx, identity.From(ctx), c)
}

type contactIn struct {
	Kind string `path:"kind" enum:"phone,mail"`
	Body struct {
		Address string `json:"address" maxLength:"254"`
	}
}

func (o operations) beginContact(ctx context.Context, in *contactIn) (*nothing, error) {
	return &nothing{}, o.svc.BeginContact(ctx, identity.From(ctx), notify.ContactKind(in.Kind), in.Body.Address)
}

type proofIn struct {
	Kind string `path:"kind" enum:"phone,mail"`
	Body struct {
		Code string `json:"code" maxLength:"10"`
	}
}

func (o operations) proveContact(ctx context.Context, in *proofIn) (*nothing, error) {
	return &nothing{}, o.svc.ProveContact(ctx, identity.From(ctx), notify.ContactKind(in.Kind), in.Body.Code)
}

type kindIn struct {
	Kind string `path:"kind" enum:"phone,mail"`
}

func (o operations) removeContact(ctx context.Context, in *kindIn) (*nothing, error) {
	return &nothing{}, o.svc.RemoveContact(ctx, identity.From(ctx), notify.ContactKind(in.Kind))
}

type deviceIn struct {
	Body struct {
		Name     string `json:"name" maxLength:"200"`
		Endpoint string `json:"endpoint" maxLength:"1000"`
		P256DH   string `json:"p256dh" maxLength:"200"`
		Auth     string `json:"auth" maxLength:"100"`
	}
}

type deviceOut struct {
	Body struct {
		ID string `json:"id"`
	}
}

func (o operations) addDevice(ctx context.Context, in *deviceIn) (*deviceOut, error) {
	s := notify.Subscription{Endpoint: in.Body.Endpoint}
	s.Keys.P256DH, s.Keys.Auth = in.Body.P256DH, in.Body.Auth
	out := &deviceOut{}
	var err error
	out.Body.ID, err = o.svc.AddDevice(ctx, identity.From(ctx), in.Body.Name, s)
	return out, err
}

func (o operations) removeDevice(ctx context.Context, in *idIn) (*nothing, error) {
	return &nothing{}, o.svc.RemoveDevice(ctx, identity.From(ctx), in.ID)
}
