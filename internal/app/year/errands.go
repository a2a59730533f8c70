// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package year

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/packs"
)

// Beside dossiers people do much else: they are on duty, read their notices, say
// what they think of a page, ask about their data. It happens in the last weeks of
// a year alone, where a visitor looks.

// lateDays is how long before the end of a year the errands begin.
const lateDays = 75

// errand is something that happens once. What is refused is told as trouble and
// let go: no dossier waits for it.
type errand struct {
	at time.Time
	do func(ctx context.Context, w *World, chance *dice) error
	of string // whose and what: it names the dice
}

// happen implements event.
func (e errand) happen(ctx context.Context, w *World) (next time.Time, err error) {
	err = e.do(ctx, w, throw(w.Options.Seed, "errand", e.of, e.at.String()))
	if r, ok := errors.AsType[refused](err); ok && r.status < http.StatusInternalServerError {
		w.Trouble(fmt.Errorf("errand %s: %w", e.of, err))
		return next, nil
	}
	return next, err
}

// cast is who of the pack does errands: logins by role, those who have an office
// by their unit as well.
type cast struct {
	role map[string][]string
	in   map[string]map[string][]string
	who  map[string]packs.Account
}

func castOf(set *packs.Set) cast {
	c := cast{role: map[string][]string{}, in: map[string]map[string][]string{}, who: map[string]packs.Account{}}
	for _, a := range set.Accounts {
		c.role[a.Role] = append(c.role[a.Role], a.ID)
		c.who[a.ID] = a
		if a.Unit != "" {
			if c.in[a.Unit] == nil {
				c.in[a.Unit] = map[string][]string{}
			}
			c.in[a.Unit][a.Role] = append(c.in[a.Unit][a.Role], a.ID)
		}
	}
	return c
}

// first returns the first of a role; empty where the pack has none.
func (c cast) first(role string) string {
	if all := c.role[role]; len(all) > 0 {
		return all[0]
	}
	return ""
}

// officials are those of the pack who work in an office.
func (c cast) officials() (all []string) {
	for login, a := range c.who {
		if a.Unit != "" {
			all = append(all, login)
		}
	}
	slices.Sort(all)
	return all
}

// late is how many days before the end of the year a day lies; false: too many, or
// there is no end.
func (w *World) late(day calendar.Date) (before int, ok bool) {
	last, err := calendar.ParseDate(w.Options.Rush)
	if err != nil || last.IsZero() {
		return 0, false
	}
	before = int(last.At(0).Sub(day.At(0)).Hours() / 24)
	return before, before <= lateDays
}

// errands returns those of a day.
func (w *World) errands(day calendar.Date) (all []errand) {
	before, ok := w.late(day)
	if !ok {
		return nil
	}
	add := func(minute int, of string, do func(ctx context.Context, w *World, chance *dice) error) {
		all = append(all, errand{day.At(minute), do, of})
	}
	works := w.Calendar.Day(day).Works()
	if works {
		w.reading(day, before, add)
		w.opinions(day, add)
		w.guarding(before, add)
		w.rights(before, add)
	}
	if day.Weekday() == time.Thursday {
		w.duties(day, add)
	}
	w.strange(before, add)
	w.news(day, before, add)
	return all
}

// adder takes an errand: the minute of the day, whose and what, and what is done.
type adder = func(minute int, of string, do func(ctx context.Context, w *World, chance *dice) error)

// reading: officials of the pack look at their notices now and again.
func (w *World) reading(day calendar.Date, before int, add adder) {
	if before > 21 {
		return
	}
	for i, login := range w.cast.officials() {
		if throw(w.Options.Seed, "notices", login, day.String()).chance(0.25) {
			add(8*60+i%30, "notices of "+login, func(ctx context.Context, w *World, _ *dice) error {
				return w.call(ctx, login, http.MethodPost, "/api/v1/notices/mark-all", map[string]any{}, nil)
			})
		}
	}
}

// opinions: what people say about pages, and what is done about it on Fridays.
func (w *World) opinions(day calendar.Date, add adder) {
	c := throw(w.Options.Seed, "feedback", day.String())
	for i := range c.under(3) {
		said := pick(c, sayings())
		login := citizenLogin(c.under(residents(w.Options.Dossiers)))
		if said.official && len(w.cast.officials()) > 0 {
			login = pick(c, w.cast.officials())
		}
		add(9*60+i*97+c.under(60), "feedback", func(ctx context.Context, w *World, _ *dice) error {
			return w.call(ctx, login, http.MethodPost, "/api/v1/feedback", map[string]any{"page": said.page, "useful": said.useful, "text": said.text}, nil)
		})
	}
	it := w.cast.first("province_it")
	if day.Weekday() != time.Friday || it == "" {
		return
	}
	add(16*60, "answers to feedback", func(ctx context.Context, w *World, chance *dice) error {
		var waiting struct {
			Items []struct{ ID, Text string } `json:"items"`
		}
		if err := w.call(ctx, it, http.MethodGet, "/api/v1/feedback?handled=false", nil, &waiting); err != nil {
			return err
		}
		for _, f := range waiting.Items {
			if !chance.chance(0.6) {
				continue
			}
			if err := w.call(ctx, it, http.MethodPost, "/api/v1/feedback/"+f.ID+"/handle", map[string]any{"note": pick(chance, handled())}, nil); err != nil {
				return err
			}
		}
		return nil
	})
}

// news: announcements that were, and one that is to come.
func (w *World) news(day calendar.Date, before int, add adder) {
	it := w.cast.first("province_it")
	if it == "" {
		return
	}
	for _, n := range announced() {
		if n.before != before {
			continue
		}
		body := map[string]any{
			"audience": n.audience, "kind": n.kind, "text": map[string]string{"vi": n.vi, "en": n.en},
			"from": day.At(0).Add(n.from).Format(time.RFC3339), "until": day.At(0).Add(n.until).Format(time.RFC3339),
		}
		add(8*60+15, "announcement", func(ctx context.Context, w *World, _ *dice) error {
			return w.call(ctx, it, http.MethodPost, "/api/v1/announcements", body, nil)
		})
	}
}

// duties: on Thursdays leaders write who is on duty in the week behind the next Sunday.
func (w *World) duties(day calendar.Date, add adder) {
	for _, o := range w.offices {
		of := w.cast.in[o.unit.ID]
		if len(of["leader"]) == 0 || len(of["officer"])+len(of["clerk"]) < 2 {
			continue
		}
		staff := slices.Concat(o.staff["officer"], o.staff["clerk"], o.staff["records"])
		planner := of["leader"][0]
		add(15*60, "duty of "+o.unit.ID, func(ctx context.Context, w *World, chance *dice) error {
			return w.plan7(ctx, o, planner, staff, day.AddDays(4), chance)
		})
	}
}

// plan7 writes the roster of the seven days from a Monday on: somebody of the
// office each night and at the weekend, a leader for the week-end.
func (w *World) plan7(ctx context.Context, o *office, planner string, staff []string, monday calendar.Date, chance *dice) error {
	var kinds struct {
		Items []struct {
			ID string `json:"id"`
		} `json:"items"`
	}
	if err := w.call(ctx, planner, http.MethodGet, "/api/v1/duty/kinds", nil, &kinds); err != nil || len(kinds.Items) == 0 {
		return err
	}
	leading, office := kinds.Items[0].ID, kinds.Items[len(kinds.Items)-1].ID
	const minute = "2006-01-02T15:04"
	enter := func(kind, login string, from, to time.Time) (id string, err error) {
		var made struct {
			ID string `json:"id"`
		}
		err = w.call(ctx, planner, http.MethodPost, "/api/v1/duty-shifts", map[string]any{
			"unit": o.unit.ID, "kind": kind, "login": login, "from": from.Format(minute), "to": to.Format(minute),
			"phone": fmt.Sprintf("029600%05d", 90000+chance.under(9999)),
		}, &made)
		return made.ID, err
	}
	turn := chance.under(len(staff))
	var ids, logins []string
	for i := range 7 {
		d := monday.AddDays(i)
		login := staff[(turn+i)%len(staff)]
		from := d.At(17 * 60)
		if !w.Calendar.Day(d).Works() {
			from = d.At(7 * 60)
		}
		id, err := enter(office, login, from, d.AddDays(1).At(7*60))
		if err != nil {
			return err
		}
		ids, logins = append(ids, id), append(logins, login)
	}
	if _, err := enter(leading, o.staff["leader"][chance.under(len(o.staff["leader"]))], monday.AddDays(5).At(7*60), monday.AddDays(7).At(7*60)); err != nil {
		return err
	}
	return w.swap(ctx, ids, logins, chance)
}

// swap: in most weeks somebody asks a colleague to take their night, who agrees or
// has not answered yet.
func (w *World) swap(ctx context.Context, ids, logins []string, chance *dice) error {
	a := chance.under(3)
	b := a + 2 + chance.under(2)
	if !chance.chance(0.7) || logins[a] == logins[b] {
		return nil
	}
	var asked struct {
		ID string `json:"id"`
	}
	err := w.call(ctx, logins[a], http.MethodPost, "/api/v1/duty-shifts/"+ids[a]+"/swaps", map[string]any{
		"login": logins[b], "other": ids[b], "reason": pick(chance, swapping()),
	}, &asked)
	if err != nil || !chance.chance(0.5) {
		return err
	}
	return w.call(ctx, logins[b], http.MethodPost, "/api/v1/duty-swaps/"+asked.ID+"/answer", map[string]any{"accept": chance.chance(0.8)}, nil)
}

// filedIn returns the dossiers under way that an office has received, oldest first.
func (w *World) filedIn(o *office) (ids []string) {
	var open []*Scene
	for _, e := range w.queue {
		if s, ok := e.what.(*Scene); ok && s.ID != "" {
			open = append(open, s)
		}
	}
	slices.SortFunc(open, func(a, b *Scene) int { return a.compare(b) })
	for _, s := range open {
		if p, err := w.plan(s); err == nil && p.received == o {
			ids = append(ids, s.ID)
		}
	}
	return ids
}

// nights on which somebody reads what they need not, in days before the end.
func nights() []int { return []int{58, 41, 23, 12, 3} }

// strange: now and again an officer of the pack reads dossiers at night.
func (w *World) strange(before int, add adder) {
	for i, night := range nights() {
		if night != before {
			continue
		}
		var some []*office
		for _, o := range w.offices {
			if len(w.cast.in[o.unit.ID]["officer"]) > 0 && isCommune(o.unit) {
				some = append(some, o)
			}
		}
		if len(some) == 0 {
			return
		}
		o := some[i%len(some)]
		login := w.cast.in[o.unit.ID]["officer"][0]
		add(22*60+40, "reading at night", func(ctx context.Context, w *World, _ *dice) error {
			for n, id := range w.filedIn(o) {
				if n == 6 {
					break
				}
				if err := w.call(ctx, login, http.MethodGet, "/api/v1/dossiers/"+id+"?purpose=handling", nil, nil); err != nil {
					return err
				}
			}
			return nil
		})
	}
}

// guarding: the auditor asks about unusual readings, who has read explains, and
// most is closed; the last ones wait.
func (w *World) guarding(before int, add adder) {
	auditor := w.cast.first("auditor")
	if auditor == "" || before < 2 {
		return
	}
	if before%5 == 0 {
		add(9*60+20, "alerts", func(ctx context.Context, w *World, chance *dice) error { return w.guard(ctx, auditor, before, chance) })
	}
}

func (w *World) guard(ctx context.Context, auditor string, before int, chance *dice) error {
	type list struct {
		Items []struct {
			ID string `json:"id"`
		} `json:"items"`
	}
	of := func(state string) (l list, err error) {
		err = w.call(ctx, auditor, http.MethodGet, "/api/v1/alerts?state="+state, nil, &l)
		return l, err
	}
	explained, err := of("explained")
	if err != nil {
		return err
	}
	for _, a := range explained.Items {
		if before < 15 {
			break // the explanation lies on the desk
		}
		if err := w.call(ctx, auditor, http.MethodPost, "/api/v1/alerts/"+a.ID+"/decision", map[string]any{"decision": "closed", "reason": pick(chance, closing())}, nil); err != nil {
			return err
		}
	}
	fresh, err := of("new")
	if err != nil {
		return err
	}
	for _, a := range fresh.Items {
		if err := w.call(ctx, auditor, http.MethodPost, "/api/v1/alerts/"+a.ID+"/question", map[string]any{"words": "Đề nghị giải trình lý do xem dữ liệu ngoài giờ làm việc."}, nil); err != nil {
			if strings.Contains(err.Error(), "400") || strings.Contains(err.Error(), "409") {
				continue // of several readers nobody can be asked
			}
			return err
		}
	}
	return w.explain(ctx, before, chance)
}

// explain: who is asked answers, but for the last days.
func (w *World) explain(ctx context.Context, before int, chance *dice) error {
	if before < 8 {
		return nil
	}
	for _, unit := range w.offices {
		for _, login := range w.cast.in[unit.unit.ID]["officer"] {
			var asked struct {
				Items []struct{ ID, State string } `json:"items"`
			}
			if err := w.call(ctx, login, http.MethodGet, "/api/v1/me/questions", nil, &asked); err != nil {
				return err
			}
			for _, q := range asked.Items {
				if q.State != "asked" {
					continue
				}
				if err := w.call(ctx, login, http.MethodPost, "/api/v1/me/questions/"+q.ID+"/explanation", map[string]any{"words": pick(chance, explaining())}, nil); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
