// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/support"
	"tinhso.vn/internal/modules/support/internal/core"
	"tinhso.vn/internal/modules/support/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
	"tinhso.vn/internal/platform/errs"
)

func operator() identity.Actor {
	at := identity.Place{Unit: "tinh"}
	a := identity.NewActor("it", "it").Grant(support.PermAnnounce, at).Grant(support.PermMaintain, at).Grant(support.PermFeedback, at)
	a.Unit = "tinh"
	return a
}

func pages() []string { return []string{"/{$}", "/ho-so", "/ho-so/{id}"} }

func service(t *testing.T, d *db.DB, probes ...core.Probe) *core.Service {
	t.Helper()
	g, err := core.LoadGuide()
	if err != nil {
		t.Fatal(err)
	}
	return core.New(d, probes, pages, g)
}

func each(t *testing.T, f func(t *testing.T, d *db.DB, c *dbtest.Clock, s *core.Service)) {
	t.Helper()
	dbtest.Each(t, []db.Migrations{audit.Migrations(), store.Migrations()}, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		f(t, d, c, service(t, d))
	})
}

func in(d *db.DB, after time.Duration) db.Time { return db.At(d.Now().Add(after)) }

func TestAnnouncements(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock, s *core.Service) {
		ctx, it := t.Context(), operator()
		good := core.Words{Kind: support.Info, Audience: support.Citizens, Text: i18n.Text{VI: " Nghỉ  lễ "}, Until: in(d, time.Hour)}
		first, err := s.Announce(ctx, it, good)
		if err != nil {
			t.Fatal(err)
		}
		later := good
		later.Kind, later.Audience, later.From = support.Incident, support.Everyone, in(d, time.Minute)
		if _, err := s.Announce(ctx, it, later); err != nil {
			t.Fatal(err)
		}
		now := d.Now().Time
		if got := s.News(support.Citizens, now); len(got) != 1 || got[0].Text.VI != "Nghỉ lễ" {
			t.Errorf("%+v", got)
		}
		if got := s.News(support.Officials, now); len(got) != 0 {
			t.Errorf("officials see %+v", got)
		}
		if got := s.News(support.Citizens, now.Add(time.Minute)); len(got) != 2 || got[0].Kind != support.Incident {
			t.Errorf("the worst is not first: %+v", got)
		}
		if got := s.News(support.Citizens, now.Add(time.Hour)); len(got) != 0 {
			t.Errorf("after its end: %+v", got)
		}
		inside := good
		inside.Audience, inside.Text.VI = support.Officials, "Tập huấn"
		if _, err := s.Announce(ctx, it, inside); err != nil {
			t.Fatal(err)
		}
		for _, a := range s.Status(now).News {
			if a.Audience == support.Officials {
				t.Errorf("everybody reads what is for officials: %+v", a)
			}
		}
		if err := s.Withdraw(ctx, it, first); err != nil {
			t.Fatal(err)
		}
		c.Advance(time.Second)
		if got := s.News(support.Citizens, d.Now().Time); len(got) != 0 {
			t.Errorf("withdrawn and still there: %+v", got)
		}
		if err := s.Withdraw(ctx, it, first); !errors.Is(err, support.ErrOver) {
			t.Errorf("withdrawn twice: %v", err)
		}
		if err := s.Withdraw(ctx, it, "x"); !errors.Is(err, support.ErrNotFound) {
			t.Errorf("%v", err)
		}
		if _, err := s.Announce(ctx, identity.NewActor("a", "a"), good); !errors.Is(err, access.ErrNotAllowed) {
			t.Errorf("anybody announces: %v", err)
		}
		_, err = s.Announce(ctx, it, core.Words{Kind: "x", Audience: "y", Text: i18n.Text{EN: strings.Repeat("é", 401)}, From: in(d, time.Hour), Until: in(d, time.Minute)})
		if e, ok := errors.AsType[*errs.Error](err); !ok || len(e.Fields) != 5 {
			t.Errorf("all problems at once: %v", err)
		}
	})
}

// What is asked for beside each other never overlaps.
// However much is planned, what stands now stands above the pages.
func TestWhatStandsIsNotHiddenByWhatIsPlanned(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock, s *core.Service) {
		ctx, it := t.Context(), operator()
		say := func(text string, from, until time.Duration) {
			t.Helper()
			if _, err := s.Announce(ctx, it, core.Words{Kind: support.Info, Audience: support.Citizens, Text: i18n.Text{VI: text}, From: in(d, from), Until: in(d, until)}); err != nil {
				t.Fatal(err)
			}
		}
		say("Đang nghỉ lễ", 0, time.Hour)
		for i := range 120 {
			say("Sẽ bảo trì", time.Duration(24+i)*time.Hour, time.Duration(25+i)*time.Hour)
		}
		if err := s.Refresh(ctx); err != nil {
			t.Fatal(err)
		}
		if news := s.News(support.Citizens, d.Now().Time); len(news) != 1 || news[0].Text.VI != "Đang nghỉ lễ" {
			t.Errorf("above the pages stands %+v", news)
		}
		if all, err := s.Announcements(ctx, it); err != nil || len(all) == 0 || all[0].Text.VI != "Đang nghỉ lễ" {
			t.Errorf("the list begins with %+v, %v", all[:min(len(all), 1)], err)
		}
	})
}

func TestWindowsNeverOverlap(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock, s *core.Service) {
		var done atomic.Int64
		var wg sync.WaitGroup
		for i := range 6 {
			wg.Go(func() {
				from := time.Duration(i) * 10 * time.Minute
				_, err := s.Maintain(t.Context(), operator(), core.Plan{
					Mode: support.ReadOnly, Text: i18n.Text{VI: "Nâng cấp"}, From: in(d, from+time.Minute), Until: in(d, from+2*time.Hour),
				})
				switch {
				case err == nil:
					done.Add(1)
				case !errors.Is(err, support.ErrOverlaps):
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if done.Load() != 1 {
			t.Errorf("%d windows at the same time", done.Load())
		}
	})
}

func TestTheGate(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock, s *core.Service) {
		ctx, it, citizen := t.Context(), operator(), identity.NewActor("dan", "dan")
		refused := func(mode support.Mode, reads bool, path string, who identity.Actor) bool {
			err := s.Gate(reads, path, who, d.Now().Add(time.Minute))
			if err != nil && errs.KindOf(err) != errs.Unavailable {
				t.Errorf("%s %v %s: %v", mode, reads, path, err)
			}
			return err != nil
		}
		for _, tt := range []struct {
			mode             support.Mode
			get, post, signs bool // refused
		}{{support.Open, false, false, false}, {support.ReadOnly, false, true, false}, {support.Closed, true, true, false}} {
			window := ""
			if tt.mode != support.Open {
				var err error
				if window, err = s.Maintain(ctx, it, core.Plan{Mode: tt.mode, Text: i18n.Text{VI: "Nâng cấp"}, Until: in(d, time.Hour)}); err != nil {
					t.Fatal(err)
				}
			}
			if got := refused(tt.mode, true, "/ho-so", citizen); got != tt.get {
				t.Errorf("%s: reading refused: %v", tt.mode, got)
			}
			if got := refused(tt.mode, false, "/nhap/a/gui", citizen); got != tt.post {
				t.Errorf("%s: sending refused: %v", tt.mode, got)
			}
			if got := refused(tt.mode, false, "/dang-nhap", citizen); got != tt.signs {
				t.Errorf("%s: signing in refused: %v", tt.mode, got)
			}
			if refused(tt.mode, false, "/nhap/a/gui", it) {
				t.Errorf("%s: who operates is refused", tt.mode)
			}
			if window != "" {
				if err := s.Reopen(ctx, it, window); err != nil {
					t.Fatal(err)
				}
			}
		}
		if refused(support.Open, false, "/dang-nhap-khac", citizen) {
			t.Error("open, and refused")
		}
		if _, err := s.Maintain(ctx, it, core.Plan{Mode: support.Closed, Text: i18n.Text{VI: "a"}, Until: in(d, 100*time.Hour)}); errs.KindOf(err) != errs.Invalid {
			t.Errorf("four days at once: %v", err)
		}
	})
}

func TestWatch(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock, _ *core.Service) {
		var broken atomic.Bool
		s := service(t, d, core.Probe{ID: "files", Look: func(context.Context) error { return nil }}, core.Probe{ID: "vneid", Look: func(context.Context) error {
			if broken.Load() {
				return errors.New("gone")
			}
			return nil
		}})
		look := func() core.Status {
			t.Helper()
			if err := s.Watch(t.Context()); err != nil {
				t.Fatal(err)
			}
			return s.Status(d.Now().Time)
		}
		if got := s.Status(d.Now().Time).Worst(); got != support.Unknown {
			t.Errorf("before the first look: %s", got)
		}
		broken.Store(false)
		if got := look(); got.Worst() != support.Works || len(got.Parts) != 2 {
			t.Errorf("%+v", got)
		}
		broken.Store(true)
		began := d.Now().Time
		if got := look(); got.Worst() != support.Broken || got.Parts[1].ID != "vneid" || !got.Parts[1].Since.Equal(began) {
			t.Errorf("%+v", got)
		}
		c.Advance(10 * time.Minute)
		if got := look(); !got.Parts[1].Since.Equal(began) {
			t.Errorf("broken since %s, not since it broke", got.Parts[1].Since)
		}
		broken.Store(false)
		got := look()
		if got.Worst() != support.Works || len(got.Outages) != 1 || got.Outages[0].Ended.Sub(got.Outages[0].Began.Time) < 10*time.Minute {
			t.Errorf("%+v", got.Outages)
		}
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
		broken.Store(true)
		_ = s.Watch(t.Context())
		broken.Store(false)
		if err := s.Watch(t.Context()); err == nil {
			t.Error("an outage was written into a database that is gone")
		}
		if got := s.Status(d.Now().Time); got.Worst() != support.Works || len(got.Outages) != 1 {
			t.Errorf("without the database: %+v", got)
		}
	})
}

func TestFeedback(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, _ *db.DB, c *dbtest.Clock, s *core.Service) {
		ctx, it := t.Context(), operator()
		if err := s.Say(ctx, identity.Actor{}, "/ho-so/079081234567?q=bay", "no", "  Chữ nhỏ  "); err != nil {
			t.Fatal(err)
		}
		if err := s.Say(ctx, it, "/nowhere/x", "yes", ""); err != nil {
			t.Fatal(err)
		}
		for _, bad := range []struct{ useful, text string }{{"", " "}, {"perhaps", "x"}, {"yes", strings.Repeat("x", 2001)}} {
			if err := s.Say(ctx, it, "/", bad.useful, bad.text); errs.KindOf(err) != errs.Invalid {
				t.Errorf("%+v: %v", bad, err)
			}
		}
		all, err := s.Feedback(ctx, it, false, "")
		if err != nil || len(all) != 2 || all[1].Page != "/ho-so/{id}" || all[1].Text != "Chữ nhỏ" || all[1].Side != support.Citizens || all[0].Page != "" || all[0].Side != support.Officials {
			t.Fatalf("%+v %v", all, err)
		}
		if n, err := s.Waiting(ctx, it); n != 2 || err != nil {
			t.Errorf("%d %v", n, err)
		}
		if _, err := s.Feedback(ctx, identity.NewActor("a", "a"), false, ""); !errors.Is(err, access.ErrNotAllowed) {
			t.Errorf("%v", err)
		}
		if err := s.Handle(ctx, it, all[1].ID, "Đã phóng to"); err != nil {
			t.Fatal(err)
		}
		if err := s.Handle(ctx, it, "x", ""); !errors.Is(err, support.ErrNotFound) {
			t.Errorf("%v", err)
		}
		c.Advance(367 * 24 * time.Hour)
		if err := s.Sweep(ctx); err != nil {
			t.Fatal(err)
		}
		if done, err := s.Feedback(ctx, it, true, ""); len(done) != 0 || err != nil {
			t.Errorf("kept a year too long: %+v %v", done, err)
		}
		if open, err := s.Feedback(ctx, it, false, ""); len(open) != 1 || err != nil {
			t.Errorf("what waits was deleted: %+v %v", open, err)
		}
	})
}

func TestFirstDay(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, _ *db.DB, _ *dbtest.Clock, s *core.Service) {
		ctx, it := t.Context(), operator()
		steps, done, err := s.FirstDay(ctx, it)
		if err != nil || len(steps) == 0 || len(done) != 0 {
			t.Fatalf("%v %v %v", steps, done, err)
		}
		for range 2 { // twice is once
			if err := s.Tick(ctx, it, steps[0].ID, true); err != nil {
				t.Fatal(err)
			}
		}
		if _, done, _ := s.FirstDay(ctx, it); !done[steps[0].ID] || len(done) != 1 {
			t.Errorf("%v", done)
		}
		if err := s.Tick(ctx, it, steps[0].ID, false); err != nil {
			t.Fatal(err)
		}
		if _, done, _ := s.FirstDay(ctx, it); len(done) != 0 {
			t.Errorf("%v", done)
		}
		if err := s.Tick(ctx, it, "quay", true); !errors.Is(err, support.ErrNotFound) {
			t.Errorf("a step of somebody else: %v", err)
		}
		if _, _, err := s.FirstDay(ctx, identity.NewActor("dan", "dan")); !errors.Is(err, access.ErrNotAllowed) {
			t.Errorf("%v", err)
		}
	})
}
