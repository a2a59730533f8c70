// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package notify

import (
	"context"
	"encoding/json"
	"errors"
	"slices"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// How mails of somebody's work come.
const (
	Now   = "now"   // one by one
	Daily = "daily" // one at the start of work
)

// Choices are what somebody has chosen about notices.
type Choices struct {
	Language         i18n.Lang
	Digest           string                 // Now, Daily; empty: as notices have it
	QuietFrom, Until string                 // 21:00; empty: as the pack has it
	Off              map[string][]ChannelID // by topic
}

// What somebody may not choose.
const (
	errMust  = "notify.must"  // the law wants it told
	errClock = "notify.clock" // no time of the day
)

// GetChoices returns what an account has chosen, or what holds where it has not.
func GetChoices(ctx context.Context, q db.Querier, account string) (c Choices, err error) {
	var off string
	c.Language, c.Off = i18n.VI, map[string][]ChannelID{}
	err = q.QueryRow(ctx, `SELECT language, digest, quiet_from, quiet_to, switched_off FROM notify_people WHERE account_id = $1`, account).Scan(
		&c.Language, &c.Digest, &c.QuietFrom, &c.Until, &off)
	if errors.Is(err, db.ErrNoRows) {
		return c, nil
	}
	if err != nil {
		return c, err
	}
	return c, json.Unmarshal([]byte(off), &c.Off)
}

// Check returns what is wrong with choices, in the order of the form. Of a topic
// with something that the law wants told, one channel stays on.
func (c Choices) Check(rules []Rule) (fields []errs.Field) {
	for _, r := range rules {
		name := "off-" + r.Topic
		if !r.Must || slices.ContainsFunc(fields, func(f errs.Field) bool { return f.Name == name }) {
			continue
		}
		if !slices.ContainsFunc(r.Channels, func(ch ChannelID) bool { return !slices.Contains(c.Off[r.Topic], ch) }) {
			fields = append(fields, errs.Field{Name: name, Code: errMust})
		}
	}
	for _, f := range []struct{ name, value string }{{"quiet_from", c.QuietFrom}, {"quiet_to", c.Until}} {
		if f.value != "" {
			if _, err := calendar.ParseMinute(f.value); err != nil {
				fields = append(fields, errs.Field{Name: f.name, Code: errClock})
			}
		}
	}
	if (c.QuietFrom == "") != (c.Until == "") {
		fields = append(fields, errs.Field{Name: "quiet_to", Code: errClock})
	}
	if !slices.Contains([]string{"", Now, Daily}, c.Digest) {
		fields = append(fields, errs.Field{Name: "digest", Code: "form.choose"})
	}
	return fields
}

// SaveChoices keeps what an account has chosen.
func SaveChoices(ctx context.Context, tx *db.Tx, account string, c Choices) error {
	rules, err := ListRules(ctx, tx)
	if err != nil {
		return err
	}
	if err := errs.BadInput(c.Check(rules)); err != nil {
		return err
	}
	off, err := json.Marshal(c.Off)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO notify_people (account_id, language, digest, quiet_from, quiet_to, switched_off) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (account_id) DO UPDATE SET language = excluded.language, digest = excluded.digest, quiet_from = excluded.quiet_from, quiet_to = excluded.quiet_to,
		switched_off = excluded.switched_off`, account, string(i18n.ParseLang(string(c.Language))), c.Digest, c.QuietFrom, c.Until, string(off))
	return err
}

// address is where somebody can be reached.
type address struct {
	address         string
	proven, bounced bool
}

// reach is how somebody can be reached.
type reach struct {
	Choices
	lang        i18n.Lang
	digest      string
	phone, mail address
	devices     []device
}

func (r reach) off(topic string, c ChannelID) bool { return slices.Contains(r.Off[topic], c) }

// quiet returns the quiet hours of somebody.
func (r reach) quiet(of Quiet) Quiet {
	from, err1 := calendar.ParseMinute(r.QuietFrom)
	to, err2 := calendar.ParseMinute(r.Until)
	if err1 != nil || err2 != nil {
		return of
	}
	return Quiet{From: from, To: to}
}

// reach finds out how somebody can be reached: on what they have proven, else on
// what was given for the matter, else on what the register of persons knows.
func (n *Notifier) reach(ctx context.Context, q db.Querier, to To) (r reach, err error) {
	r.lang = i18n.VI
	r.phone.address, r.mail.address = to.Phone, to.Mail
	if to.Account == "" {
		return r, nil
	}
	if r.Choices, err = GetChoices(ctx, q, to.Account); err != nil {
		return r, err
	}
	r.lang, r.digest = r.Language, r.Digest
	contacts, err := n.ListContacts(ctx, q, to.Account)
	if err != nil {
		return r, err
	}
	known, err := n.person(ctx, q, to.Account)
	if err != nil {
		return r, err
	}
	for _, a := range []struct {
		kind  ContactKind
		to    *address
		known string
	}{{Phone, &r.phone, known.Phone}, {Address, &r.mail, known.Email}} {
		if a.to.address == "" {
			a.to.address = a.known
		}
		for _, c := range contacts {
			if c.Kind != a.kind {
				continue
			}
			switch {
			case c.Proven() && !c.Broken():
				*a.to = address{c.Address, true, false}
			case c.Broken() && a.to.address == c.Address:
				a.to.bounced = true
			}
		}
	}
	r.devices, err = n.listDevices(ctx, q, to.Account)
	return r, err
}

// person is what the register knows of who has an account; nothing where there is none.
func (n *Notifier) person(ctx context.Context, q db.Querier, account string) (p identity.Person, err error) {
	if n.People == nil {
		return p, nil
	}
	a, err := n.People.GetAccount(ctx, q, account)
	if errors.Is(err, identity.ErrAccountUnknown) {
		return p, nil
	}
	if err != nil || a.Person == "" {
		return p, err
	}
	p, err = n.People.GetPerson(ctx, q, a.Person)
	if errors.Is(err, identity.ErrPersonNotFound) {
		return p, nil
	}
	return p, err
}
