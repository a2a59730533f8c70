// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/notify"
	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/platform/db"
)

// applyNotices makes true how people are told, if there is a text for everything
// that the program tells of.
func (p *Program) applyNotices(ctx context.Context, tx *db.Tx, set *packs.Set, plan *Plan) error {
	var kinds []notify.Kind
	for _, m := range p.skeleton().All() {
		kinds = append(kinds, m.Notices...)
	}
	rules, quiet, err := noticesOf(set)
	if err != nil {
		return err
	}
	changed, err := notify.ApplyRules(ctx, tx, rules, quiet, kinds)
	plan.add("văn bản thông báo", "texts of notices", changed)
	return err
}

func noticesOf(set *packs.Set) (rules []notify.Rule, quiet notify.Quiet, err error) {
	for _, from := range set.Notices {
		r := notify.Rule{
			ID: from.ID, Name: i18n.Text(from.Name), Topic: from.Topic, Audience: from.Audience, Must: from.Must, Urgent: from.Urgent, ZNS: from.ZNS,
			Title: i18n.Text(from.Title), App: i18n.Text(from.App), Mail: i18n.Text(from.Mail), Neutral: i18n.Text(from.Neutral), SMS: i18n.Text(from.SMS),
		}
		for _, c := range from.Channels {
			r.Channels = append(r.Channels, notify.ChannelID(c))
		}
		for _, v := range from.Variables {
			r.Variables = append(r.Variables, notify.Variable{Key: v.Key, Name: i18n.Text(v.Name), Sample: i18n.Text(v.Sample), Max: v.Max, Personal: v.Personal})
		}
		rules = append(rules, r)
	}
	for _, q := range set.Quiet {
		for _, m := range []struct {
			said string
			to   *calendar.Minute
		}{{q.From, &quiet.From}, {q.To, &quiet.To}, {q.OffTo, &quiet.OffTo}} {
			if m.said == "" {
				continue
			}
			if *m.to, err = calendar.ParseMinute(m.said); err != nil {
				return nil, quiet, err
			}
		}
	}
	return rules, quiet, nil
}
