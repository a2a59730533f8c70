// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package notify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Rule says how people are told of one kind of event. It comes from a pack.
type Rule struct {
	ID        string      `json:"id"`
	Name      i18n.Text   `json:"name"`
	Topic     string      `json:"topic"`
	Audience  string      `json:"audience"`
	Must      bool        `json:"must,omitempty"`
	Urgent    bool        `json:"urgent,omitempty"`
	Channels  []ChannelID `json:"channels,omitempty"`
	Variables []Variable  `json:"variables,omitempty"`
	Title     i18n.Text   `json:"title"`
	App       i18n.Text   `json:"app"`
	Mail      i18n.Text   `json:"mail"`
	Neutral   i18n.Text   `json:"neutral"`
	SMS       i18n.Text   `json:"sms"`
	ZNS       []string    `json:"zns,omitempty"`
}

// Variable is what the texts of a rule may name.
type Variable struct {
	Key      string    `json:"key"`
	Name     i18n.Text `json:"name"`
	Sample   i18n.Text `json:"sample"`
	Max      int       `json:"max"`
	Personal bool      `json:"personal,omitempty"`
}

// officials are told by a digest unless they chose otherwise.
const officials = "official"

// Kind is an event that the program tells of, with what it knows then.
type Kind struct {
	Event     string
	Variables []string
}

// ErrTexts means that a pack lacks a text, or names what nobody knows.
var ErrTexts = errs.New(errs.Invalid, "notify.texts")

const quietID = "quiet"

// ApplyRules makes the rules of a pack true and returns how many changed. Kinds
// are what the program tells of: each needs its rule, and no rule may name what
// the program does not know then.
func ApplyRules(ctx context.Context, tx *db.Tx, rules []Rule, quiet Quiet, kinds []Kind) (changed int, err error) {
	defer errs.Wrap(&err, "apply texts of notices")

	for _, k := range kinds {
		i := slices.IndexFunc(rules, func(r Rule) bool { return r.ID == k.Event })
		if i < 0 {
			return 0, ErrTexts.With("notice", k.Event).Because(fmt.Errorf("the pack has no text for %s", k.Event))
		}
		for _, v := range rules[i].Variables {
			if !slices.Contains(k.Variables, v.Key) {
				return 0, ErrTexts.With("notice", k.Event).Because(fmt.Errorf("%s: the program knows no variable %s", k.Event, v.Key))
			}
		}
	}
	bodies := map[string]any{quietID: quiet}
	for _, r := range rules {
		bodies[r.ID] = r
	}
	known, err := db.All(ctx, tx, func(r db.Row) (pair [2]string, err error) {
		err = r.Scan(&pair[0], &pair[1])
		return pair, err
	}, `SELECT id, body FROM notify_rules`)
	if err != nil {
		return 0, err
	}
	before := map[string]string{}
	for _, k := range known {
		before[k[0]] = k[1]
		if _, there := bodies[k[0]]; !there {
			changed++
			if _, err := tx.Exec(ctx, `DELETE FROM notify_rules WHERE id = $1`, k[0]); err != nil {
				return 0, err
			}
		}
	}
	for id, body := range bodies {
		text, err := json.Marshal(body)
		if err != nil {
			return 0, err
		}
		if before[id] == string(text) {
			continue
		}
		changed++
		if _, err := tx.Exec(ctx, `INSERT INTO notify_rules (id, body) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET body = excluded.body`, id, string(text)); err != nil {
			return 0, err
		}
	}
	return changed, nil
}

// ListRules returns all rules by id.
func ListRules(ctx context.Context, q db.Querier) ([]Rule, error) {
	return db.All(ctx, q, func(row db.Row) (r Rule, err error) {
		var body string
		if err = row.Scan(&body); err == nil {
			err = json.Unmarshal([]byte(body), &r)
		}
		return r, err
	}, `SELECT body FROM notify_rules WHERE id <> $1 ORDER BY id`, quietID)
}

// ErrUnknown means that there is no such notice, message or device.
var ErrUnknown = errs.New(errs.NotFound, "notify.not_found")

// FindRule returns the rule of an event.
func FindRule(ctx context.Context, q db.Querier, event string) (r Rule, found bool, err error) {
	var body string
	err = q.QueryRow(ctx, `SELECT body FROM notify_rules WHERE id = $1`, event).Scan(&body)
	if errors.Is(err, db.ErrNoRows) || event == quietID {
		return r, false, nil
	}
	if err != nil {
		return r, false, err
	}
	return r, true, json.Unmarshal([]byte(body), &r)
}

// Words are a title and a text, as somebody reads them.
type Words struct{ Title, Text string }

// Say fills the texts of a channel. Proven is whether the address is known to
// be the person's. Where nothing can be said without naming something personal
// to who may be somebody else, ok is false.
func (r Rule) Say(c ChannelID, lang i18n.Lang, proven bool, values map[string]i18n.Text) (w Words, ok bool) {
	private := c == App || c == Mail && proven
	text := i18n.Text{}
	switch c {
	case App:
		text = r.App
	case Mail:
		text = r.Mail
		if !private && r.personal(text) {
			text = r.Neutral
		}
	case SMS:
		text = r.SMS
	case Push, ZNS:
	}
	if !private && (r.personal(text) || r.personal(r.Title)) {
		return w, false
	}
	if c != Push && c != ZNS && text.VI == "" {
		return w, false
	}
	w.Title, w.Text = r.fill(r.Title, lang, values), r.fill(text, lang, values)
	if c == SMS {
		w.Text = short(w.Text)
	}
	return w, true
}

// Params returns what a template of Zalo gets: never anything personal.
func (r Rule) Params(lang i18n.Lang, values map[string]i18n.Text) map[string]string {
	all := map[string]string{}
	for _, key := range r.ZNS {
		if v, ok := r.variable(key); ok && !v.Personal {
			all[key] = v.cut(values[key], lang)
		}
	}
	return all
}

// Samples are the examples of the rule.
func (r Rule) Samples() map[string]i18n.Text {
	all := map[string]i18n.Text{}
	for _, v := range r.Variables {
		all[v.Key] = v.Sample
	}
	return all
}

func (r Rule) variable(key string) (Variable, bool) {
	i := slices.IndexFunc(r.Variables, func(v Variable) bool { return v.Key == key })
	if i < 0 {
		return Variable{}, false
	}
	return r.Variables[i], true
}

// personal reports whether a text names something personal, in any language.
func (r Rule) personal(t i18n.Text) bool {
	for _, v := range r.Variables {
		if v.Personal && (strings.Contains(t.VI, "{"+v.Key+"}") || strings.Contains(t.EN, "{"+v.Key+"}")) {
			return true
		}
	}
	return false
}

func (r Rule) fill(t i18n.Text, lang i18n.Lang, values map[string]i18n.Text) string {
	said, in := t.In(lang)
	var b strings.Builder
	for {
		before, after, found := strings.Cut(said, "{")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		key, rest, _ := strings.Cut(after, "}")
		if v, ok := r.variable(key); ok {
			b.WriteString(v.cut(values[key], in))
		}
		said = rest
	}
}

// link is never cut: half an address leads nowhere.
const link = "link"

func (v Variable) cut(value i18n.Text, lang i18n.Lang) string {
	said, _ := value.In(lang)
	if letters := []rune(said); v.Key != link && v.Max > 0 && len(letters) > v.Max {
		return string(letters[:v.Max-1]) + "…"
	}
	return said
}
