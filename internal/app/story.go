// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"time"

	"tinhso.vn/internal/app/year"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/config"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/id"
)

// The story is what has happened in a demonstration before it starts: some weeks
// of an office, lived through by its people over the API on a clock that is
// moved on. Nothing of it is written past the use cases.

// chapter is one dossier of the story: when it comes and how far it gets.
type chapter struct {
	daysAgo int    // working days
	hour    int    // of the day
	until   string // the action at which it stays; "" goes to the end
	refused bool
	phone   bool // sent to who signs on a phone, where there is one
}

// chapters are few enough to live through in seconds, and show every state.
func chapters() []chapter {
	return []chapter{
		{daysAgo: 28, hour: 8},
		{daysAgo: 26, hour: 9},
		{daysAgo: 24, hour: 14},
		{daysAgo: 22, hour: 10},
		{daysAgo: 20, hour: 8},
		{daysAgo: 19, hour: 9, until: "appraise"},
		{daysAgo: 17, hour: 10},
		{daysAgo: 14, hour: 15},
		{daysAgo: 12, hour: 8, refused: true},
		{daysAgo: 9, hour: 10},
		{daysAgo: 6, hour: 9, until: "draft"},
		{daysAgo: 4, hour: 14, until: "sign"},
		{daysAgo: 4, hour: 15, until: "issue"},
		{daysAgo: 4, hour: 8, until: "deliver"},
		{daysAgo: 3, hour: 10, until: "appraise"},
		{daysAgo: 2, hour: 15, until: "appraise"},
		{daysAgo: 3, hour: 9, until: "sign"},
		{daysAgo: 3, hour: 14, until: "sign", phone: true},
		{daysAgo: 3, hour: 15, until: "sign", phone: true},
		{daysAgo: 2, hour: 9, until: "draft"},
		{daysAgo: 1, hour: 14, until: "appraise"},
		{daysAgo: 1, hour: 8, until: "accept"},
		{daysAgo: 1, hour: 10, until: "accept"},
		{daysAgo: 1, hour: 15, until: "accept"},
	}
}

// narrator lives through the story.
type narrator struct {
	p       *Program
	set     *packs.Set
	clock   *clock.Manual
	cal     *calendar.Calendar
	handler http.Handler
	jobs    map[jobs.Kind]jobs.Handler
	tokens  map[string]string
	offices []office
}

// office is a unit whose people can carry a dossier from end to end.
type office struct {
	unit  string
	staff map[string]string // login by role
	phone string            // of a leader who signs on a phone; empty: there is none
}

// Tell lives through the weeks before a demonstration starts, which is now. Progress
// is told how many of the dossiers have been dealt with.
func Tell(ctx context.Context, c config.Config, version string, set *packs.Set, now time.Time, progress func(done, of int)) (err error) {
	c.Limits, c.SMS, c.SMTP, c.ZNS, c.Push, c.Signing.SmartCA = false, config.SMS{}, config.SMTP{}, config.ZNS{}, config.Push{}, config.SmartCA{}
	const before = 60 * 24 * time.Hour
	n := &narrator{set: set, clock: clock.NewManual(now.Add(-before)), tokens: map[string]string{}, offices: offices(set)}
	if len(n.offices) == 0 {
		return nil // nobody could carry a dossier to its end
	}
	if n.p, err = openAt(ctx, c, version, slog.New(slog.DiscardHandler), nil, n.clock); err != nil {
		return err
	}
	defer func() { _ = n.p.Close() }()
	if n.cal, err = calendar.New(n.p.Province.Calendar); err != nil {
		return err
	}
	if n.handler, err = n.p.Handler(); err != nil {
		return err
	}
	n.jobs = map[jobs.Kind]jobs.Handler{}
	for _, m := range n.p.Parts.All() {
		maps.Copy(n.jobs, m.Jobs)
	}
	if err := n.tell(ctx, now, progress); err != nil {
		return err
	}
	if err := n.linked(ctx, progress); err != nil {
		return fmt.Errorf("linked declarations of the story: %w", err)
	}
	return n.p.fill(ctx, set)
}

// offices finds the units in which every post is held.
func offices(set *packs.Set) (all []office) {
	by := map[string]map[string]string{}
	for _, a := range set.Accounts {
		if a.Unit != "" {
			if by[a.Unit] == nil {
				by[a.Unit] = map[string]string{}
			}
			if by[a.Unit][a.Role] == "" { // the first of a role does the work
				by[a.Unit][a.Role] = a.ID
			}
		}
	}
	for _, unit := range slices.Sorted(maps.Keys(by)) {
		staff := by[unit]
		if staff["clerk"] != "" && staff["officer"] != "" && staff["leader"] != "" && staff["records"] != "" {
			if u, ok := set.Unit(unit); ok && slices.Contains([]packs.UnitKind{packs.KindWard, packs.KindCommune, packs.KindSpecialZone}, u.Kind) {
				all = append(all, office{unit, staff, phoneLeader(set, unit)})
			}
		}
	}
	return all
}

// phoneLeader returns who of a unit's leaders signs on a phone; empty for none.
func phoneLeader(set *packs.Set, unit string) string {
	for _, a := range set.Accounts {
		if a.Unit == unit && a.Role == "leader" && slices.Contains(phoneSigners(set), a.ID) {
			return a.ID
		}
	}
	return ""
}

// scene is a chapter under way.
type scene struct {
	chapter
	n      int
	office office
	at     time.Time // of what happens next
	id     string
	done   bool
}

func (n *narrator) tell(ctx context.Context, now time.Time, progress func(done, of int)) error {
	var scenes []*scene
	for i, c := range chapters() {
		at, err := n.dayBefore(now, c.daysAgo, c.hour)
		if err != nil {
			return err
		}
		scenes = append(scenes, &scene{chapter: c, n: i, office: n.offices[i%len(n.offices)], at: at})
	}
	for dealt := 0; ; {
		next := earliest(scenes)
		if next == nil {
			return n.work(ctx)
		}
		if !next.at.Before(now) { // the rest is the visitor's
			next.done = true
		} else {
			if ahead := next.at.Sub(n.clock.Now()); ahead > 0 {
				n.clock.Advance(ahead)
			}
			if err := n.step(ctx, next); err != nil {
				return fmt.Errorf("dossier %d of the story: %w", next.n, err)
			}
		}
		if next.done {
			dealt++
			progress(dealt, len(scenes)+len(n.births()))
		}
	}
}

func earliest(scenes []*scene) (first *scene) {
	for _, s := range scenes {
		if !s.done && (first == nil || s.at.Before(first.at)) {
			first = s
		}
	}
	return first
}

// dayBefore returns an hour of the day that lies so many working days back.
func (n *narrator) dayBefore(now time.Time, days, hour int) (time.Time, error) {
	d := calendar.On(now)
	for left := days; left > 0; {
		d = d.AddDays(-1)
		if n.cal.Day(d).Works() {
			left--
		}
	}
	return n.cal.Start(d.At(hour * 60))
}

// step lets the next thing happen to a dossier.
func (n *narrator) step(ctx context.Context, s *scene) (err error) {
	const pause = 3 // working hours until somebody takes it up again
	defer func() {
		if err == nil && !s.done {
			s.at, err = n.cal.Due(s.at, calendar.Duration{Amount: pause, Unit: calendar.WorkingHour})
		}
	}()
	if s.id == "" {
		s.done = s.until == "accept"
		return n.file(ctx, s)
	}
	var d struct {
		Status int `json:"status"`
		Step   struct {
			ID     string `json:"id"`
			Action string `json:"action"`
		} `json:"step"`
	}
	path := "/api/v1/dossiers/" + s.id
	if err := n.call(ctx, s.office.staff["clerk"], http.MethodGet, path+"?purpose=handling", nil, &d); err != nil {
		return err
	}
	if d.Status == 1 {
		if s.refused {
			s.done = true
			return n.call(ctx, s.office.staff["clerk"], http.MethodPost, path+"/refuse",
				map[string]any{"reason": "Người nộp chưa thuộc đối tượng của thủ tục này theo giấy tờ đã nộp."}, nil)
		}
		return n.call(ctx, s.office.staff["clerk"], http.MethodPost, path+"/accept", map[string]any{}, nil)
	}
	if d.Step.Action == s.until || d.Step.Action == "" {
		s.done = true
		return nil
	}
	return n.act(ctx, s, d.Step.Action, path)
}

// act does what the open step asks for.
func (n *narrator) act(ctx context.Context, s *scene, action, path string) error {
	staff := s.office.staff
	post := func(role, what string, body any) error {
		return n.call(ctx, staff[role], http.MethodPost, path+what, body, nil)
	}
	switch action {
	case "draft":
		v, err := n.p.Parts.Catalogue.Get(ctx, procedureOf(n.set, s.n))
		if err != nil {
			return err
		}
		fields := map[string]string{}
		for _, f := range v.Template.Fields {
			fields[f.Key] = year.Words(f.Type, f.Key, len(f.Options), func(i int) string { return f.Options[i].Value })
		}
		if err := n.call(ctx, staff["officer"], http.MethodPut, path+"/result", map[string]any{"fields": fields}, nil); err != nil {
			return err
		}
		login := staff["leader"]
		if s.phone && s.office.phone != "" {
			login = s.office.phone
		}
		signer, _, err := n.p.People.FindAccount(ctx, n.p.DB, login)
		if err != nil {
			return err
		}
		return post("officer", "/send-to-sign", map[string]any{"signer": signer.ID})
	case "sign":
		return post("leader", "/sign", map[string]any{})
	case "issue":
		return post("records", "/issue", map[string]any{})
	case "deliver":
		s.done = true
		return post("clerk", "/deliver", map[string]any{"receiver": person(s.n).Name})
	}
	return post("officer", "/finish", map[string]any{"note": "Hồ sơ đủ điều kiện giải quyết."})
}

// call speaks to the program as another system does.
func (n *narrator) call(ctx context.Context, login, method, path string, body, out any) error {
	token, err := n.token(ctx, login)
	if err != nil {
		return err
	}
	raw, err := json.Marshal(body)
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, method, path, bytes.NewReader(raw))
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Idempotency-Key", "story "+id.New()) // nothing is sent twice
	answer := &reply{header: http.Header{}}
	n.handler.ServeHTTP(answer, r)
	if answer.status/100 != 2 {
		return fmt.Errorf("%s %s as %s: %d %s", method, path, login, answer.status, answer.body.String())
	}
	if err := n.work(ctx); err != nil {
		return err
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(answer.body.Bytes(), out)
}

// token signs somebody in for some minutes: acts that want a fresh proof have one.
func (n *narrator) token(ctx context.Context, login string) (token string, err error) {
	key := login + n.clock.Now().Truncate(5*time.Minute).String()
	if token := n.tokens[key]; token != "" {
		return token, nil
	}
	account, found, err := n.p.People.FindAccount(ctx, n.p.DB, login)
	if err != nil || !found {
		return "", fmt.Errorf("the account %s of the story: %w", login, err)
	}
	err = n.p.DB.Write(ctx, func(tx *db.Tx) error {
		started, _, err := n.p.People.StartSession(ctx, tx, account.ID, identity.API)
		token = started
		return err
	})
	n.tokens[key] = token
	return token, err
}

// work does the background work that is due.
func (n *narrator) work(ctx context.Context) error {
	for {
		if did, err := jobs.Work(ctx, n.p.DB, n.jobs); err != nil || !did {
			return err
		}
	}
}

// reply keeps an answer.
type reply struct {
	header http.Header
	status int
	body   bytes.Buffer
}

// Header implements http.ResponseWriter.
func (r *reply) Header() http.Header { return r.header }

// WriteHeader implements http.ResponseWriter.
func (r *reply) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
}

// Write implements http.ResponseWriter.
func (r *reply) Write(b []byte) (int, error) {
	r.WriteHeader(http.StatusOK)
	return r.body.Write(b)
}
