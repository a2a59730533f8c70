// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"slices"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/notify"
	"tinhso.vn/internal/modules/notices"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

// ListMessages returns messages of everybody, the newest first, without what
// they say or to whom.
func (s *Service) ListMessages(ctx context.Context, actor identity.Actor, p notify.Pile, before string) (found Page[notify.Message], err error) {
	defer errs.Wrap(&err, "list messages")

	if _, err := access.Require(actor, notices.PermOperate); err != nil {
		return found, err
	}
	var fields []errs.Field
	if p.State != "" && !slices.Contains(notify.States(), p.State) {
		fields = append(fields, errs.Field{Name: "state", Code: "form.choose"})
	}
	if p.Channel != "" && !slices.Contains(notify.Outside(), p.Channel) {
		fields = append(fields, errs.Field{Name: "channel", Code: "form.choose"})
	}
	if len(fields) > 0 {
		return found, errs.BadInput(fields)
	}
	rows, err := notify.ListMessages(ctx, s.DB, p, before, PageSize+1)
	return cut(rows, func(m notify.Message) string { return m.ID }), err
}

// mostFailed is how far failures are counted beside the menu.
const mostFailed = 100

// CountFailed is the number beside the menu.
func (s *Service) CountFailed(ctx context.Context, actor identity.Actor) (int64, error) {
	if !actor.May(notices.PermOperate) {
		return 0, nil
	}
	return notify.CountFailed(ctx, s.DB, mostFailed)
}

// SendAgain sends a message once more that has failed.
func (s *Service) SendAgain(ctx context.Context, actor identity.Actor, message string) (err error) {
	defer errs.Wrap(&err, "send message %s again", message)

	if _, err := access.Require(actor, notices.PermOperate); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := s.Notify.Again(ctx, tx, message); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, notices.AuditSentAgain, message)
	})
}

// Preview is a text of a notice with the examples of the pack in it.
type Preview struct {
	Channel notify.ChannelID
	Proven  bool // of a mail: to an address that was proven
	VI, EN  notify.Words
	Params  map[string]string // of a template of Zalo
	Here    bool              // the channel is configured and carries it
}

// Template is a notice as the pack has it, and what people would read.
type Template struct {
	notify.Rule
	Previews []Preview
}

// ListTemplates returns the texts of the pack, filled with examples.
func (s *Service) ListTemplates(ctx context.Context, actor identity.Actor) (all []Template, err error) {
	defer errs.Wrap(&err, "list texts of notices")

	if _, err := access.Require(actor, notices.PermOperate); err != nil {
		return nil, err
	}
	rules, err := notify.ListRules(ctx, s.DB)
	for _, r := range rules {
		t := Template{Rule: r, Previews: []Preview{s.preview(r, notify.App, true)}}
		for _, c := range r.Channels {
			t.Previews = append(t.Previews, s.preview(r, c, c == notify.Mail))
			if c == notify.Mail && r.Neutral.VI != "" {
				t.Previews = append(t.Previews, s.preview(r, c, false))
			}
		}
		all = append(all, t)
	}
	return all, err
}

func (s *Service) preview(r notify.Rule, c notify.ChannelID, proven bool) Preview {
	p := Preview{Channel: c, Proven: proven, Here: c == notify.App}
	p.VI, _ = r.Say(c, i18n.VI, proven, r.Samples())
	p.EN, _ = r.Say(c, i18n.EN, proven, r.Samples())
	if c == notify.ZNS {
		p.Params = r.Params(i18n.VI, r.Samples())
	}
	if line, there := s.Notify.Lines[c]; there {
		p.Here = line.Carries(r.ID)
	}
	return p
}

// Test sends a test to the actor on every channel that reaches them. Nobody can
// send one to somebody else.
func (s *Service) Test(ctx context.Context, actor identity.Actor) (err error) {
	defer errs.Wrap(&err, "send a test")

	if _, err := access.Require(actor, notices.PermOperate); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := s.Notify.Tell(ctx, tx, notify.Notice{Event: notify.EventTest, About: actor.Account, Key: id.New(), To: notify.To{Account: actor.Account}}); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, notices.AuditTested, actor.Account)
	})
}
