// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"slices"
	"time"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/notify"
	"tinhso.vn/internal/modules/notices"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
	"tinhso.vn/internal/platform/webpush"
)

func micro(n int64) db.Time { return db.Time{Time: time.UnixMicro(n).UTC()} }

// Topic is what somebody can choose channels for.
type Topic struct {
	ID       string
	Channels []notify.ChannelID // that carry something of it here
	Must     bool               // something of it the law wants told
}

// Settings are how somebody is told.
type Settings struct {
	Choices  notify.Choices
	Topics   []Topic
	Contacts []notify.Contact
	Devices  []notify.Device
	PushKey  string // empty: browsers are not told
}

// GetSettings returns how the actor is told, and what can be chosen.
func (s *Service) GetSettings(ctx context.Context, actor identity.Actor) (found Settings, err error) {
	defer errs.Wrap(&err, "read how somebody is told")

	account, err := own(actor)
	if err != nil {
		return found, err
	}
	if found.Choices, err = notify.GetChoices(ctx, s.DB, account); err != nil {
		return found, err
	}
	rules, err := notify.ListRules(ctx, s.DB)
	if err != nil {
		return found, err
	}
	found.Topics = s.topics(rules, actor.Official())
	if found.Contacts, err = s.Notify.ListContacts(ctx, s.DB, account); err != nil {
		return found, err
	}
	if found.Devices, err = notify.ListDevices(ctx, s.DB, account); err != nil {
		return found, err
	}
	if _, there := s.Notify.Lines[notify.Push]; !there {
		return found, nil
	}
	sender, err := s.Notify.PushSender(ctx)
	if err != nil {
		return found, err
	}
	found.PushKey, err = sender.Public()
	return found, err
}

// topics are those for which something can be chosen here, in the order of pages.
func (s *Service) topics(rules []notify.Rule, official bool) (all []Topic) {
	for _, id := range []string{"dossiers", "work", "account"} {
		t := Topic{ID: id}
		for _, c := range notify.Outside() {
			line, there := s.Notify.Lines[c]
			carried := slices.ContainsFunc(rules, func(r notify.Rule) bool {
				return r.Topic == id && (official || r.Audience != "official") && slices.Contains(r.Channels, c) && there && line.Carries(r.ID)
			})
			if carried {
				t.Channels = append(t.Channels, c)
			}
		}
		t.Must = slices.ContainsFunc(rules, func(r notify.Rule) bool { return r.Topic == id && r.Must && (official || r.Audience != "official") })
		if len(t.Channels) > 0 {
			all = append(all, t)
		}
	}
	return all
}

// SaveChoices keeps how the actor wants to be told.
func (s *Service) SaveChoices(ctx context.Context, actor identity.Actor, c notify.Choices) (err error) {
	defer errs.Wrap(&err, "choose how somebody is told")

	account, err := own(actor)
	if err != nil {
		return err
	}
	rules, err := notify.ListRules(ctx, s.DB)
	if err != nil {
		return err
	}
	if fields := s.allOff(rules, actor.Official(), c); len(fields) > 0 {
		return errs.BadInput(fields)
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := notify.SaveChoices(ctx, tx, account, c); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, notices.AuditChosen, account)
	})
}

// allOff finds topics of which the law wants something told and all that exists here is off.
func (s *Service) allOff(rules []notify.Rule, official bool, c notify.Choices) (fields []errs.Field) {
	for _, t := range s.topics(rules, official) {
		if t.Must && !slices.ContainsFunc(t.Channels, func(ch notify.ChannelID) bool { return !slices.Contains(c.Off[t.ID], ch) }) {
			fields = append(fields, errs.Field{Name: "off-" + t.ID, Code: "notify.must"})
		}
	}
	return fields
}

// BeginContact sends a code to a phone or an address that the actor says is theirs.
func (s *Service) BeginContact(ctx context.Context, actor identity.Actor, kind notify.ContactKind, typed string) (err error) {
	defer errs.Wrap(&err, "begin to prove a contact")

	account, err := own(actor)
	if err != nil {
		return err
	}
	var to string
	var ok bool
	switch kind {
	case notify.Phone:
		to, ok = notify.ParsePhone(typed)
	case notify.Address:
		to, ok = notify.ParseAddress(typed)
	default:
		return notify.ErrUnknown
	}
	if !ok {
		return errs.BadInput([]errs.Field{{Name: string(kind), Code: "notices.wrong_" + string(kind)}})
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error { return s.Notify.BeginContact(ctx, tx, account, kind, to) })
}

// ProveContact takes the code. What was wrong is counted, so it is kept also when it is refused.
func (s *Service) ProveContact(ctx context.Context, actor identity.Actor, kind notify.ContactKind, code string) (err error) {
	defer errs.Wrap(&err, "prove a contact")

	account, err := own(actor)
	if err != nil {
		return err
	}
	proven := false
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		ok, err := s.Notify.ProveContact(ctx, tx, account, kind, code)
		if err != nil {
			return err
		}
		if proven = ok; !ok {
			return nil
		}
		return audit.Record(ctx, tx, actor, notices.AuditContactProven, account)
	})
	if err == nil && !proven {
		return notices.ErrWrongCode
	}
	return err
}

// RemoveContact forgets a contact of the actor's.
func (s *Service) RemoveContact(ctx context.Context, actor identity.Actor, kind notify.ContactKind) (err error) {
	defer errs.Wrap(&err, "remove a contact")

	account, err := own(actor)
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		done, err := s.Notify.RemoveContact(ctx, tx, account, kind)
		if err != nil {
			return err
		}
		if !done {
			return notify.ErrUnknown
		}
		return audit.Record(ctx, tx, actor, notices.AuditContactRemoved, account)
	})
}

// longestName is how many letters the name of a browser has at most.
const longestName = 100

// AddDevice lets a browser of the actor's be told.
func (s *Service) AddDevice(ctx context.Context, actor identity.Actor, name string, sub notify.Subscription) (id string, err error) {
	defer errs.Wrap(&err, "add a browser")

	account, err := own(actor)
	if err != nil {
		return "", err
	}
	if s.KnownService == nil || !s.KnownService(sub.Endpoint) {
		return "", notices.ErrService
	}
	if _, err := webpush.Encrypt(webpush.Browser{P256DH: sub.Keys.P256DH, Auth: sub.Keys.Auth}, []byte("{}")); err != nil {
		return "", notices.ErrService.Because(err)
	}
	if letters := []rune(text.Line(name)); len(letters) > longestName {
		name = string(letters[:longestName])
	}
	return id, s.DB.Write(ctx, func(tx *db.Tx) error {
		var err error
		if id, err = s.Notify.AddDevice(ctx, tx, account, text.Line(name), sub); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, notices.AuditDeviceAdded, account)
	})
}

// RemoveDevice forgets a browser of the actor's.
func (s *Service) RemoveDevice(ctx context.Context, actor identity.Actor, id string) (err error) {
	defer errs.Wrap(&err, "remove a browser")

	account, err := own(actor)
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		done, err := notify.RemoveDevice(ctx, tx, account, id)
		if err != nil {
			return err
		}
		if !done {
			return notify.ErrUnknown
		}
		return audit.Record(ctx, tx, actor, notices.AuditDeviceRemoved, account)
	})
}
