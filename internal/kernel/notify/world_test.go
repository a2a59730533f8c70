// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package notify_test

import (
	"context"
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/notify"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// post is a gateway that takes a key once, and fails on command.
type post struct {
	mu      sync.Mutex
	fail    func(l notify.Letter) error
	taken   []notify.Letter
	seen    map[string]bool
	without bool // carries nothing
	plug    int  // so many are taken, and then the plug is pulled
}

func (p *post) Carries(string) bool { return !p.without }

func (p *post) Send(_ context.Context, l notify.Letter) (notify.Receipt, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.fail != nil {
		if err := p.fail(l); err != nil {
			return notify.Receipt{}, err
		}
	}
	if !p.seen[l.Key] {
		p.seen[l.Key] = true
		p.taken = append(p.taken, l)
	}
	if p.plug > 0 {
		p.plug--
		panic("the plug is pulled")
	}
	return notify.Receipt{Ref: "ref-" + l.Key}, nil
}

func (p *post) letters() []notify.Letter {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]notify.Letter{}, p.taken...)
}

// week works from Monday to Friday but on one holiday.
type week struct{ off calendar.Date }

func (w week) Day(d calendar.Date) calendar.Day {
	day := calendar.Day{Date: d}
	if wd := d.Weekday(); wd != time.Saturday && wd != time.Sunday && d != w.off {
		day.Spans = []calendar.Span{{From: 7 * 60, To: 11*60 + 30}}
	}
	return day
}

type world struct {
	t       *testing.T
	db      *db.DB
	clock   *dbtest.Clock
	keys    *crypt.Keys
	people  *identity.Directory
	n       *notify.Notifier
	lines   map[notify.ChannelID]*post
	account string
}

func rules() []notify.Rule {
	vars := []notify.Variable{{Key: "code", Max: 30}, {Key: "owner", Max: 30, Personal: true}}
	return []notify.Rule{
		{
			ID: "d.accepted", Topic: "dossiers", Audience: "citizen", Must: true, Channels: []notify.ChannelID{notify.ZNS, notify.SMS, notify.Mail, notify.Push}, Variables: vars,
			Title: i18n.Text{VI: "Hồ sơ {code}", EN: "Dossier {code}"}, App: i18n.Text{VI: "Hồ sơ {code} của {owner}", EN: "Dossier {code} of {owner}"}, Mail: i18n.Text{VI: "Của {owner}: {code}", EN: "Of {owner}: {code}"},
			Neutral: i18n.Text{VI: "Hồ sơ {code}."}, SMS: i18n.Text{VI: "Hồ sơ {code} đã được tiếp nhận", EN: "Dossier {code} was accepted"}, ZNS: []string{"code"},
		},
		{
			ID: "w.given", Topic: "work", Audience: "official", Channels: []notify.ChannelID{notify.Mail, notify.Push}, Variables: vars, Name: i18n.Text{VI: "Việc được giao", EN: "Work"},
			Title: i18n.Text{VI: "Việc {code}"}, App: i18n.Text{VI: "{owner} giao {code}"}, Mail: i18n.Text{VI: "Việc {code}"},
		},
		{
			ID: "a.alarm", Topic: "account", Audience: "anybody", Must: true, Urgent: true, Channels: []notify.ChannelID{notify.SMS}, Title: i18n.Text{VI: "Khẩn"}, App: i18n.Text{VI: "Khẩn"}, SMS: i18n.Text{VI: "Khẩn"},
		},
		{ID: notify.EventCode, Topic: "system", Urgent: true, Channels: []notify.ChannelID{notify.SMS, notify.Mail}, Variables: []notify.Variable{{Key: "code", Max: 6}}, Title: i18n.Text{VI: "Mã"}, App: i18n.Text{VI: "Mã"}, SMS: i18n.Text{VI: "Mã {code}"}, Mail: i18n.Text{VI: "Mã {code}"}},
		{ID: notify.EventBounced, Topic: "system", Title: i18n.Text{VI: "Thư bị trả lại"}, App: i18n.Text{VI: "Thư bị trả lại"}},
		{ID: notify.EventDigest, Topic: "system", Audience: "official", Channels: []notify.ChannelID{notify.Mail}, Variables: []notify.Variable{{Key: "n", Max: 6}, {Key: "list", Max: 500}}, Title: i18n.Text{VI: "{n} thông báo"}, App: i18n.Text{VI: "x"}, Mail: i18n.Text{VI: "{n}: {list}"}},
	}
}

func each(t *testing.T, f func(w *world)) {
	t.Helper()
	sets := []db.Migrations{jobs.Migrations(), notify.Migrations(), identity.Migrations()}
	dbtest.Each(t, sets, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		t.Helper()
		w := &world{t: t, db: d, clock: c, keys: crypt.Ephemeral(), lines: map[notify.ChannelID]*post{}}
		w.people = identity.NewDirectory(w.keys)
		lines := map[notify.ChannelID]notify.Line{}
		for i, ch := range notify.Outside() {
			w.lines[ch] = &post{seen: map[string]bool{}}
			lines[ch] = notify.Line{Channel: w.lines[ch], Price: int64(100 * (i + 1))}
		}
		days := week{calendar.On(dbtest.Now()).AddDays(1)}
		w.n = notify.New(notify.Options{DB: d, Keys: w.keys, People: w.people, Lines: lines, Days: func() notify.Works { return days }, Address: "https://x.example.vn"})
		w.write(func(tx *db.Tx) error {
			quiet := notify.Quiet{From: 21 * 60, To: 6*60 + 30, OffTo: 8 * 60}
			if _, err := notify.ApplyRules(t.Context(), tx, rules(), quiet, notify.Kinds()[:2]); err != nil {
				return err
			}
			person, err := w.people.SavePerson(t.Context(), tx, identity.Person{Kind: identity.Individual, Name: "Nguyễn Văn Mẫu", Phone: "0900000009", Email: "so.cu@example.vn"})
			if err != nil {
				return err
			}
			w.account, err = w.people.SaveAccount(t.Context(), tx, identity.Account{Person: person, Login: "mau"}, "")
			return err
		})
		f(w)
	})
}

func (w *world) write(f func(tx *db.Tx) error) {
	w.t.Helper()
	if err := w.db.Write(w.t.Context(), f); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) tell(n notify.Notice) {
	w.t.Helper()
	if n.Words == nil {
		n.Words = map[string]i18n.Text{"code": notify.Plain("HS-1"), "owner": notify.Plain("Bà Bí Mật")}
	}
	w.write(func(tx *db.Tx) error { return w.n.Tell(w.t.Context(), tx, n) })
}

// work does what is due; failures of gateways are theirs.
func (w *world) work() {
	w.t.Helper()
	for range 200 {
		if did, _ := jobs.Work(w.t.Context(), w.db, w.n.Jobs()); !did {
			return
		}
	}
	w.t.Fatal("the work does not end")
}

// later lets time go by and does what becomes due.
func (w *world) later(d time.Duration) {
	w.t.Helper()
	w.clock.Advance(d)
	w.work()
}

func (w *world) rows(q string, args ...any) []string {
	w.t.Helper()
	all, err := db.All(w.t.Context(), w.db, db.Column[string], q, args...)
	if err != nil {
		w.t.Fatal(err)
	}
	return all
}

func (w *world) states() string {
	w.t.Helper()
	return strings.Join(w.rows(`SELECT channel || ' ' || state || ' ' || reason FROM notify_messages ORDER BY id`), ", ")
}

// prove proves a contact by the code that was sent.
func (w *world) prove(kind notify.ContactKind, to string) {
	w.t.Helper()
	w.write(func(tx *db.Tx) error { return w.n.BeginContact(w.t.Context(), tx, w.account, kind, to) })
	w.work()
	ch := notify.SMS
	if kind == notify.Address {
		ch = notify.Mail
	}
	all := w.lines[ch].letters()
	code := all[len(all)-1].Text
	ok := false
	w.write(func(tx *db.Tx) (err error) {
		ok, err = w.n.ProveContact(w.t.Context(), tx, w.account, kind, code[len(code)-6:])
		return err
	})
	if !ok {
		w.t.Fatal("the code is refused")
	}
	w.lines[ch].taken = nil
}

func (w *world) device(endpoint string) {
	w.t.Helper()
	var s notify.Subscription
	if err := json.Unmarshal([]byte(`{"endpoint":"`+endpoint+`","keys":{"p256dh":"a","auth":"b"}}`), &s); err != nil {
		w.t.Fatal(err)
	}
	w.write(func(tx *db.Tx) error {
		_, err := w.n.AddDevice(w.t.Context(), tx, w.account, "Firefox", s)
		return err
	})
}
