// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package notify

import (
	"context"
	"encoding/json"
	"slices"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

// Notice is something that somebody is to know.
type Notice struct {
	Event string               // the rule by which it is told
	About string               // id of what it tells of
	Key   string               // what makes it the same when told again; empty: About
	Link  string               // path of this site that leads there; empty: none
	Unit  string               // id of the unit whose work causes it, for what it costs; empty: none
	Words map[string]i18n.Text // the variables of the texts
	To    To
}

// To is who is to know.
type To struct {
	Account string // whose bell rings, and whose choices hold; empty: somebody without an account
	// Phone and Mail were given for this matter. Nobody has proven whose they are.
	Phone, Mail string
}

// Plain is a value that is the same in every language.
func Plain(s string) i18n.Text { return i18n.Text{VI: s} }

// Tell writes a notice: to the bell, and outside as the rule and the person have
// it. The same notice again changes nothing. An event without a rule is not told.
func (n *Notifier) Tell(ctx context.Context, tx *db.Tx, notice Notice) (err error) {
	defer errs.Wrap(&err, "tell of %s about %s", notice.Event, notice.About)

	rule, found, err := FindRule(ctx, tx, notice.Event)
	if err != nil || !found {
		return err
	}
	if notice.Key == "" {
		notice.Key = notice.About
	}
	p, err := n.reach(ctx, tx, notice.To)
	if err != nil {
		return err
	}
	if notice.To.Account != "" {
		fresh, err := n.ring(ctx, tx, rule, notice)
		if err != nil || !fresh {
			return err
		}
	}
	quiet, err := findQuiet(ctx, tx)
	if err != nil {
		return err
	}
	return n.outside(ctx, tx, rule, notice, p, p.quiet(quiet))
}

// ring puts a notice into the list of an account; false where it is there.
func (n *Notifier) ring(ctx context.Context, tx *db.Tx, r Rule, notice Notice) (bool, error) {
	said := [2]Words{}
	for i, lang := range []i18n.Lang{i18n.VI, i18n.EN} {
		said[i], _ = r.Say(App, lang, true, notice.Words)
	}
	words, err := json.Marshal(entry{i18n.Text{VI: said[0].Title, EN: said[1].Title}, i18n.Text{VI: said[0].Text, EN: said[1].Text}})
	if err != nil {
		return false, err
	}
	key := id.New()
	done, err := tx.Exec(ctx, `INSERT INTO notify_inbox (id, account_id, event, topic, about, once, link, words, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (account_id, once) DO NOTHING`,
		key, notice.To.Account, r.ID, r.Topic, notice.About, r.ID+"/"+notice.Key, notice.Link, n.keys.SealText(inbox, "words", key, string(words)), tx.Now)
	return done > 0, err
}

// outside writes the messages that leave the house: on the first line that can
// carry it (Zalo, short messages), by mail and to browsers.
func (n *Notifier) outside(ctx context.Context, tx *db.Tx, r Rule, notice Notice, p reach, quiet Quiet) error {
	due := tx.Now
	if !r.Urgent {
		due = db.At(quiet.Until(tx.Now.Time, n.days()))
	}
	base := message{event: r.ID, account: notice.To.Account, about: notice.About, unit: notice.Unit, lang: string(p.lang), link: n.absolute(notice.Link), state: Waiting}
	who := notice.To.Account
	if who == "" {
		who = n.keys.Index("notice", notice.To.Phone+"\x00"+notice.To.Mail)
	}
	write := func(key string, at db.Time, ways ...step) error {
		m := base
		m.once, m.due, m.step, m.rest = r.ID+"/"+notice.Key+"/"+who+"/"+key, at, ways[0], ways[1:]
		err := n.put(ctx, tx, m)
		return err
	}
	ways, off := n.ways(r, p, notice.Words)
	line := slices.DeleteFunc(slices.Clone(ways), func(s step) bool { return s.Channel != ZNS && s.Channel != SMS })
	if len(line) > 0 {
		if err := write("line", due, line...); err != nil {
			return err
		}
	}
	for i, w := range ways {
		switch w.Channel {
		case Mail:
			if r.Audience == officials && !r.Urgent && p.digest != Now {
				if err := n.gather(ctx, tx, notice.To.Account); err != nil {
					return err
				}
				continue
			}
			if err := write("mail", tx.Now, w); err != nil {
				return err
			}
		case Push:
			if err := write("push/"+p.devices[i-slices.IndexFunc(ways, isPush)].id, due, w); err != nil {
				return err
			}
		case App, ZNS, SMS:
		}
	}
	for _, o := range off {
		m := base
		m.state, m.reason, m.step, m.once = Suppressed, o.why, step{Channel: o.channel}, r.ID+"/"+notice.Key+"/"+who+"/"+string(o.channel)+"/off"
		if err := n.put(ctx, tx, m); err != nil {
			return err
		}
	}
	return nil
}

func isPush(s step) bool { return s.Channel == Push }

// kept is a channel on which somebody is not told, and why.
type kept struct {
	channel ChannelID
	why     Reason
}

// ways returns the ways on which something can be said to somebody, in the order
// of the rule, and those that the person has switched off or that do not reach
// them. Of what the law wants told one way stays.
func (n *Notifier) ways(r Rule, p reach, words map[string]i18n.Text) (on []step, off []kept) {
	var refused []step
	for _, c := range r.Channels {
		line, there := n.Lines[c]
		if !there || !line.Carries(r.ID) {
			continue
		}
		for _, s := range n.on(r, c, p, words) {
			switch {
			case c == Mail && p.mail.bounced:
				off = append(off, kept{c, ByBounce})
			case p.off(r.Topic, c):
				off, refused = append(off, kept{c, ByChoice}), append(refused, s)
			default:
				on = append(on, s)
			}
		}
	}
	if r.Must && len(on) == 0 && len(refused) > 0 {
		off = slices.DeleteFunc(off, func(k kept) bool { return k.channel == refused[0].Channel })
		on = refused[:1]
	}
	if len(on) > 0 && slices.ContainsFunc(on, isPush) { // devices of one account follow each other
		slices.SortStableFunc(on, func(a, b step) int { return btoi(isPush(a)) - btoi(isPush(b)) })
	}
	return on, slices.Compact(off)
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// on returns the steps of one channel: none where it cannot reach the person.
func (n *Notifier) on(r Rule, c ChannelID, p reach, words map[string]i18n.Text) (all []step) {
	say := func(to string, proven bool) {
		w, ok := r.Say(c, p.lang, proven, words)
		if to == "" || !ok {
			return
		}
		s := step{Channel: c, To: to, Title: w.Title, Text: w.Text}
		if c == ZNS {
			s.Title, s.Params = "", r.Params(p.lang, words)
		}
		all = append(all, s)
	}
	switch c {
	case SMS, ZNS:
		say(p.phone.address, p.phone.proven)
	case Mail:
		say(p.mail.address, p.mail.proven)
	case Push:
		for _, d := range p.devices {
			say(d.subscription, false)
		}
	case App:
	}
	return all
}

func (n *Notifier) absolute(path string) string {
	if path == "" {
		return ""
	}
	return n.Address + path
}

func (n *Notifier) days() Works {
	if n.Days == nil {
		return nil
	}
	return n.Days()
}
