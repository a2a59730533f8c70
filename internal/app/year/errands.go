// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package year

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
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

// residents are those of the pack who file for themselves.
func (c cast) residents() (all []packs.Account) {
	for _, login := range c.role["citizen"] {
		if a := c.who[login]; a.Person.Number != "" && a.Person.TaxCode == "" {
			all = append(all, a)
		}
	}
	return all
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
		w.taking(day, before, add)
		w.reading(day, before, add)
		w.opinions(day, add)
		w.guarding(before, add)
		w.rights(before, add)
		w.money(day, before, add)
	}
	if day.Weekday() == time.Thursday {
		w.duties(day, add)
	}
	w.standIns(day, before, add)
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

// taking: in the last days officers take in hand what they are going to work on,
// where a table says whose step it is.
func (w *World) taking(day calendar.Date, before int, add adder) {
	if before > 8 {
		return
	}
	add(8*60+5, "work in hand", func(ctx context.Context, w *World, _ *dice) error {
		for _, s := range w.underWay() {
			p, err := w.plan(s)
			if err != nil {
				return err
			}
			step, known := w.steps[p.v.ID][s.Step]
			o := p.decides
			if step.Unit == "received" {
				o = p.received
			}
			mine := throw(w.Options.Seed, "hand", s.Day, fmt.Sprint(s.N), s.Step, day.String())
			if s.Next != working || s.Hand != "" || !known || p.v.Flow.BPMN != "" || o.share < visited || step.Post != "officer" || !mine.chance(0.3) {
				continue
			}
			me := w.inHand(s, o, step.Post, &p)
			if err := w.call(ctx, me, http.MethodPost, s.path()+"/claim", map[string]any{}, nil); err != nil {
				return err
			}
			s.Hand = me
		}
		return nil
	})
}

// standIns: who is away on the last day and after it, and who has asked for more rights.
func (w *World) standIns(day calendar.Date, before int, add adder) {
	for _, o := range w.offices {
		of := w.cast.in[o.unit.ID]
		if o.share < visited || !isCommune(o.unit) {
			continue
		}
		away := func(role string, who, deputy int, from, to calendar.Date) {
			add(16*60+who*7, "absence in "+o.unit.ID, func(ctx context.Context, w *World, chance *dice) error {
				id, err := w.account(ctx, o.staff[role][deputy])
				if err != nil {
					return err
				}
				return w.call(ctx, o.staff[role][who], http.MethodPost, "/api/v1/absences", map[string]any{
					"deputy": id, "from": from.String(), "to": to.String(), "reason": pick(chance, reasonsAway()),
				}, nil)
			})
		}
		switch admin := of["unit_admin"]; {
		case before == 1:
			away("officer", 2, 1, day, day.AddDays(4))
			away("clerk", 1, 0, day.AddDays(8), day.AddDays(10))
		case before == 2:
			away("records", 1, 0, day.AddDays(3), day.AddDays(3))
		case (before == 16 || before == 3) && len(admin) > 0 && len(of["leader"]) > 0:
			w.more(o, admin[0], of["leader"][0], before == 16, day, add)
		}
	}
}

// more: a role is asked for, for a time; a leader has given it, or has yet to.
func (w *World) more(o *office, admin, leader string, given bool, day calendar.Date, add adder) {
	add(10*60+10, "role in "+o.unit.ID, func(ctx context.Context, w *World, _ *dice) error {
		who, role, why := o.staff["officer"][1], "clerk", "Tăng cường cho bộ phận một cửa trong đợt cao điểm."
		if !given {
			who, role, why = o.staff["clerk"][1], "records", "Làm thay văn thư trong thời gian nghỉ phép."
		}
		var asked struct {
			ID string `json:"id"`
		}
		err := w.call(ctx, admin, http.MethodPost, "/api/v1/role-grants", map[string]any{
			"login": who, "role": role, "unit": o.unit.ID, "from": day.AddDays(1).String(), "until": day.AddDays(30).String(), "reason": why,
		}, &asked)
		if err != nil || !given {
			return err
		}
		return w.call(ctx, leader, http.MethodPost, "/api/v1/role-grants/"+asked.ID+"/decide", map[string]any{"give": true}, nil)
	})
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

// underWay returns the dossiers that are open, oldest first.
func (w *World) underWay() (all []*Scene) {
	for _, e := range w.queue {
		if s, ok := e.what.(*Scene); ok && s.ID != "" {
			all = append(all, s)
		}
	}
	slices.SortFunc(all, func(a, b *Scene) int { return a.compare(b) })
	return all
}

// filedIn returns the dossiers under way that an office has received, oldest first.
func (w *World) filedIn(o *office) (ids []string) {
	for _, s := range w.underWay() {
		if p, err := w.plan(s); err == nil && p.received == o {
			ids = append(ids, s.ID)
		}
	}
	return ids
}
