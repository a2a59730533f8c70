// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/kernel/province"
	"tinhso.vn/internal/modules/authoring"
	"tinhso.vn/internal/modules/authoring/internal/core"
	"tinhso.vn/internal/modules/authoring/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
	"tinhso.vn/internal/platform/errs"
)

func migrations() []db.Migrations {
	return []db.Migrations{province.Migrations(), audit.Migrations(), jobs.Migrations(), store.Migrations()}
}

const (
	flowText = "id: mot\ntitle: Quy trình một\nversion: 1\nlegal_bases: [nd-1]\nsteps:\n" +
		"  - {id: nhan, name: Nhận, post: clerk, unit: received, hours: 4, action: accept, next: tra}\n" +
		"  - {id: tra, name: Trả, post: clerk, unit: received, hours: 4, action: deliver}\n"
	formText = "id: mot\ntitle: Đơn một\nversion: 1\nlegal_bases: [nd-1]\nsteps:\n  - id: a\n    title: Bước\n    fields:\n      - {key: name, type: text, label: Tên}\n"
	procText = "id: mot\nname: Thủ tục một\nfield: Lĩnh vực\nroute: LOCAL\nonline: full\nfee: none\nresult_name: Kết quả\nform: mot\nflow: mot\n" +
		"durations: {statutory: {days: 3, count: working}}\nlegal_bases: [nd-1]\n"
)

// item is a text as an item of a list in a file.
func item(list, text string) string {
	return list + ":\n  - " + strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", "\n    ") + "\n"
}

func files() map[string][]byte {
	out := map[string][]byte{}
	for name, text := range map[string]string{
		"p/pack.yaml":    "name: p\ntitle: Tỉnh thử\nkind: province\n",
		"p/roles/r.yaml": "permissions:\n  - {id: dossiers.accept, name: Tiếp nhận}\nroles:\n  - {id: clerk, name: Một cửa, permissions: [dossiers.accept]}\n",
		"p/legal/l.yaml": "legal:\n  - {id: nd-1, number: 1/2020/NĐ-CP, issuer: Chính phủ, kind: decree, title: Nghị định về một việc, mark: seed, source: s}\n" +
			"  - {id: nd-2, number: 2/2020/NĐ-CP, issuer: Chính phủ, kind: decree, title: Nghị định khác, mark: seed, source: s}\n",
		"p/forms/f.yaml": item("forms", formText), "p/flows/f.yaml": item("flows", flowText), "p/procedures/p.yaml": item("procedures", procText),
	} {
		out[name] = []byte(text)
	}
	return out
}

type world struct {
	*core.Service
	d     *db.DB
	clock *dbtest.Clock

	mu      sync.Mutex
	applied int
	fail    error // what applying answers next
}

// apply makes a set true as the program does, as far as this module sees it.
func (w *world) apply(ctx context.Context, tx *db.Tx, set *packs.Set) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.fail != nil {
		err := w.fail
		w.fail = nil
		return err
	}
	w.applied++
	week := calendar.Week{Days: map[time.Weekday][]calendar.Span{time.Monday: {{From: 7 * 60, To: 17 * 60}}}}
	if _, err := province.Apply(ctx, tx, province.Settings{
		Pack: set.Meta.Name, Fingerprint: set.Fingerprint(), Calendar: calendar.Config{Weeks: []calendar.Week{week}},
	}); err != nil {
		return err
	}
	return province.KeepFiles(ctx, tx, set.Keepable())
}

// ground applies files as IT does.
func (w *world) ground(t *testing.T, all map[string][]byte) {
	t.Helper()
	fsys, err := packs.FromFiles(all)
	if err != nil {
		t.Fatal(err)
	}
	set, err := packs.Load(fsys, packs.Top(all, "p"))
	if err != nil {
		t.Fatal(err)
	}
	if err := w.d.Write(t.Context(), func(tx *db.Tx) error { return w.apply(t.Context(), tx, set) }); err != nil {
		t.Fatal(err)
	}
}

func (w *world) service() *core.Service {
	return core.New(core.Deps{
		DB: w.d, Name: func(_ context.Context, account string) string { return "Ông " + account },
		Unusable: func(*packs.Set) map[string]error { return nil }, Apply: w.apply, Lock: province.Lock,
		Running: func(context.Context, db.Querier) (map[string]int64, error) { return map[string]int64{"mot": 7}, nil },
	})
}

func each(t *testing.T, f func(t *testing.T, w *world)) {
	t.Helper()
	dbtest.Each(t, migrations(), func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		w := &world{d: d, clock: c}
		w.Service = w.service()
		w.ground(t, files())
		f(t, w)
	})
}

func writer(account string) identity.Actor {
	return identity.NewActor(account, account).Grant(authoring.PermEdit, identity.Place{Unit: "tinh"})
}

func leader(account string) identity.Actor {
	return identity.NewActor(account, account).Grant(authoring.PermApprove, identity.Place{Unit: "tinh"})
}

func (w *world) begin(t *testing.T, who identity.Actor, ahead int) authoring.ID {
	t.Helper()
	id, err := w.Create(t.Context(), who, core.General{Title: "Sửa thủ tục", Basis: "QĐ 1", Day: w.Today().AddDays(ahead)})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func (w *world) save(t *testing.T, who identity.Actor, change authoring.ID, list authoring.List, id, text string) {
	t.Helper()
	rev := 0
	if i, err := w.GetItem(t.Context(), who, change, list, id); err == nil {
		rev = i.Rev
	}
	if _, err := w.SaveItem(t.Context(), who, change, list, id, []byte(text), rev); err != nil {
		t.Fatal(err)
	}
}

func (w *world) rev(t *testing.T, change authoring.ID) int {
	t.Helper()
	return w.get(t, change).Rev
}

func (w *world) get(t *testing.T, change authoring.ID) authoring.Change {
	t.Helper()
	c, err := w.Get(t.Context(), leader("x"), change)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (w *world) submit(t *testing.T, who identity.Actor, change authoring.ID) {
	t.Helper()
	if err := w.Submit(t.Context(), who, change, w.rev(t, change)); err != nil {
		l, _, _ := w.Check(t.Context(), who, change)
		t.Fatal(err, l)
	}
}

// inForce returns an item as everybody has it now, seen by another process.
func (w *world) inForce(t *testing.T, list, id string) string {
	t.Helper()
	g, err := w.service().InForce(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	text, _ := g.Set.ItemText(list, id)
	return string(text)
}

func (w *world) work(t *testing.T) {
	t.Helper()
	for did := true; did; {
		var err error
		if did, err = jobs.Work(t.Context(), w.d, map[jobs.Kind]jobs.Handler{core.JobPublish: w.Publish}); err != nil {
			t.Fatal(err)
		}
	}
}

func swap(text, old, now string) string { return strings.Replace(text, old, now, 1) }

func TestAChangeIsWrittenApprovedByAnotherAndPublishedToday(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx, lan, ha := t.Context(), writer("lan"), leader("ha")
		change := w.begin(t, lan, 0)
		if err := w.Submit(ctx, lan, change, w.rev(t, change)); !errors.Is(err, authoring.ErrProblems) {
			t.Errorf("an empty change was submitted: %v", err)
		}
		w.save(t, lan, change, authoring.Procedures, "mot", swap(procText, "online: full", "online: ful"))
		if _, problems, err := w.Set(ctx, lan, change); err != nil || len(problems) != 1 || problems[0].Path != "online" || problems[0].List != "procedures" {
			t.Errorf("%+v %v", problems, err)
		}
		if err := w.Submit(ctx, lan, change, w.rev(t, change)); !errors.Is(err, authoring.ErrProblems) {
			t.Errorf("a change with a mistake was submitted: %v", err)
		}
		w.save(t, lan, change, authoring.Procedures, "mot", swap(procText, "online: full", "online: partial"))
		w.submit(t, lan, change)
		if _, err := w.SaveItem(ctx, lan, change, authoring.Procedures, "mot", []byte(procText), 2); !errors.Is(err, authoring.ErrClosed) {
			t.Errorf("edited after it was submitted: %v", err)
		}
		if got := w.inForce(t, "procedures", "mot"); !strings.Contains(got, "online: full") {
			t.Errorf("in force before anybody approved:\n%s", got)
		}
		diff, err := w.Diff(ctx, ha, change)
		if err != nil || len(diff) != 1 || diff[0].Field != "online" || diff[0].To != "partial" {
			t.Errorf("%+v %v", diff, err)
		}
		if err := w.Approve(ctx, ha, change, w.rev(t, change)); err != nil {
			t.Fatal(err)
		}
		if c := w.get(t, change); c.State != authoring.Published || c.Decided.Account != "ha" || c.Published.IsZero() {
			t.Errorf("%+v", c)
		}
		if got := w.inForce(t, "procedures", "mot"); !strings.Contains(got, "online: partial") {
			t.Errorf("not in force:\n%s", got)
		}
		kept, err := province.Files(ctx, w.d)
		if err != nil || string(kept["local/procedures/mot.yaml"]) != "procedures:\n  - id: mot\n    online: partial\n" {
			t.Errorf("the layer: %s %v", kept["local/procedures/mot.yaml"], err)
		}
		applied := w.applied
		w.work(t) // the job finds it done
		if w.applied != applied {
			t.Error("published twice")
		}
		entries, err := audit.List(ctx, w.d, audit.Filter{Subject: string(change)}, "", 10)
		if err != nil || len(entries) != 4 {
			t.Errorf("%d records, %v", len(entries), err)
		}

		undo, err := w.Undo(ctx, lan, change)
		if err != nil {
			t.Fatal(err)
		}
		w.submit(t, lan, undo)
		if err := w.Approve(ctx, ha, undo, w.rev(t, undo)); err != nil {
			t.Fatal(err)
		}
		if kept, err = province.Files(ctx, w.d); err != nil || len(kept) != len(files()) {
			t.Errorf("taken back, the layer is still there: %v %v", slices.Sorted(maps.Keys(kept)), err)
		}
		if _, err := w.Undo(ctx, lan, change); !errors.Is(err, authoring.ErrEmpty) {
			t.Errorf("there is nothing left to undo: %v", err)
		}
	})
}

func TestFourEyes(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		both := func(account string) identity.Actor {
			return writer(account).Grant(authoring.PermApprove, identity.Place{Unit: "tinh"})
		}
		change := w.begin(t, both("author"), 3)
		w.save(t, both("helper"), change, authoring.Flows, "mot", swap(flowText, "hours: 4", "hours: 3"))
		w.save(t, both("author"), change, authoring.Flows, "mot", swap(flowText, "hours: 4", "hours: 2"))
		w.submit(t, both("sender"), change)
		rev := w.rev(t, change)
		for _, who := range []string{"author", "helper", "sender"} {
			if err := w.Approve(ctx, both(who), change, rev); !errors.Is(err, authoring.ErrSame) {
				t.Errorf("%s approved what they wrote: %v", who, err)
			}
		}
		if err := w.Approve(ctx, writer("x"), change, rev); !errors.Is(err, access.ErrNotAllowed) {
			t.Errorf("without the right: %v", err)
		}
		if err := w.Approve(ctx, leader("ha"), change, rev-1); !errors.Is(err, authoring.ErrSeen) {
			t.Errorf("an older revision was approved: %v", err)
		}
		if err := w.Return(ctx, leader("ha"), change, " "); errs.KindOf(err) != errs.Invalid {
			t.Errorf("returned without reason: %v", err)
		}
		var wg sync.WaitGroup
		var mu sync.Mutex
		done := 0
		for _, who := range []string{"a", "b", "c", "d"} {
			wg.Go(func() {
				err := w.Approve(ctx, leader(who), change, rev)
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					done++
				} else if !errors.Is(err, authoring.ErrClosed) && !errors.Is(err, authoring.ErrSeen) {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if done != 1 {
			t.Errorf("approved %d times", done)
		}
		if err := w.Return(ctx, leader("ha"), change, "chờ họp"); err != nil {
			t.Error(err)
		}
		if c := w.get(t, change); c.State != authoring.Returned || c.Reason != "chờ họp" {
			t.Errorf("%+v", c)
		}
		w.clock.Advance(5 * 24 * time.Hour)
		w.work(t)
		if c := w.get(t, change); c.State != authoring.Returned {
			t.Errorf("a change that was taken back was published: %+v", c)
		}
		if err := w.Submit(ctx, writer("x"), change, w.rev(t, change)); !errors.Is(err, authoring.ErrPast) {
			t.Errorf("for a day that is over: %v", err)
		}
	})
}

// TestPublishedOnItsDayAcrossACrash approves for a day to come and lets the
// program die between the approval and the end of publishing.
func TestPublishedOnItsDayAcrossACrash(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx, lan := t.Context(), writer("lan")
		change := w.begin(t, lan, 2)
		w.save(t, lan, change, authoring.Flows, "mot", swap(flowText, "hours: 4", "hours: 3"))
		w.submit(t, lan, change)
		if err := w.Approve(ctx, leader("ha"), change, w.rev(t, change)); err != nil {
			t.Fatal(err)
		}
		w.work(t)
		if c := w.get(t, change); c.State != authoring.Approved {
			t.Errorf("published before its day: %s", c.State)
		}
		w.clock.Advance(w.get(t, change).Day.At(0).Sub(w.d.Now().Time) - time.Second)
		w.work(t)
		if c := w.get(t, change); c.State != authoring.Approved {
			t.Errorf("published a second early: %s", c.State)
		}
		w.clock.Advance(time.Second)
		w.fail = errors.New("the plug was pulled")
		if _, err := jobs.Work(ctx, w.d, map[jobs.Kind]jobs.Handler{core.JobPublish: w.Publish}); err == nil {
			t.Error("the crash was not seen")
		}
		if c := w.get(t, change); c.State != authoring.Approved || !strings.Contains(w.inForce(t, "flows", "mot"), "hours: 4, action: accept") {
			t.Errorf("half of it happened: %s", c.State)
		}
		w.clock.Advance(time.Hour)
		applied := w.applied
		var wg sync.WaitGroup
		for range 3 { // and as other processes
			wg.Go(func() {
				if err := w.service().Publish(ctx, []byte(`{"change":"`+string(change)+`"}`)); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		w.work(t)
		if c := w.get(t, change); c.State != authoring.Published || w.applied != applied+1 {
			t.Errorf("%s, applied %d times", c.State, w.applied-applied)
		}
	})
}

// TestPutOffTwice approves a change for a day, takes that back and approves it
// for a later one: the job of the first day does nothing and is no trouble.
func TestPutOffTwice(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx, lan, ha := t.Context(), writer("lan"), leader("ha")
		change := w.begin(t, lan, 1)
		w.save(t, lan, change, authoring.Flows, "mot", swap(flowText, "hours: 4", "hours: 3"))
		approve := func() {
			t.Helper()
			w.submit(t, lan, change)
			if err := w.Approve(ctx, ha, change, w.rev(t, change)); err != nil {
				t.Fatal(err)
			}
		}
		approve()
		if err := w.Return(ctx, ha, change, "lùi ngày"); err != nil {
			t.Fatal(err)
		}
		if n, err := w.CountWaiting(ctx, lan); n != 1 || err != nil {
			t.Errorf("%d wait for who writes, %v", n, err)
		}
		if err := w.Edit(ctx, lan, change, core.General{Title: "Lùi", Basis: "QĐ 1", Day: w.Today().AddDays(4)}, 0); err != nil {
			t.Fatal(err)
		}
		approve()
		w.clock.Advance(48 * time.Hour)
		w.work(t)
		queued, dead, err := jobs.Counts(ctx, w.d)
		if c := w.get(t, change); c.State != authoring.Approved || queued != 1 || dead != 0 || err != nil {
			t.Errorf("%s, %d jobs, %d given up, %v", c.State, queued, dead, err)
		}
		w.clock.Advance(48 * time.Hour)
		w.work(t)
		if c := w.get(t, change); c.State != authoring.Published {
			t.Errorf("%s", c.State)
		}
	})
}

func TestTheGroundHasChanged(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx, lan, ha := t.Context(), writer("lan"), leader("ha")
		first, second := w.begin(t, lan, 1), w.begin(t, lan, 1)
		w.save(t, lan, first, authoring.Procedures, "mot", swap(procText, "online: full", "online: partial"))
		w.save(t, lan, second, authoring.Procedures, "mot", swap(procText, "result_name: Kết quả", "result_name: Giấy"))
		for _, c := range []authoring.ID{first, second} {
			w.submit(t, lan, c)
			if err := w.Approve(ctx, ha, c, w.rev(t, c)); err != nil {
				t.Fatal(err)
			}
		}
		w.clock.Advance(48 * time.Hour)
		w.work(t)
		c := w.get(t, second)
		if w.get(t, first).State != authoring.Published || c.State != authoring.Returned || len(c.Problems) != 1 || c.Problems[0].Code != "item.moved" {
			t.Fatalf("%+v", c)
		}
		if err := w.Edit(ctx, lan, second, core.General{Title: c.Title, Basis: c.Basis, Day: w.Today()}, c.Rev); err != nil {
			t.Fatal(err)
		}
		if err := w.Submit(ctx, lan, second, w.rev(t, second)); !errors.Is(err, authoring.ErrProblems) {
			t.Errorf("submitted over the other change: %v", err)
		}
		if err := w.TakeOver(ctx, lan, second, authoring.Procedures, "mot"); err != nil {
			t.Fatal(err)
		}
		w.submit(t, lan, second)
		if err := w.Approve(ctx, ha, second, w.rev(t, second)); err != nil {
			t.Fatal(err)
		}
		if got := w.inForce(t, "procedures", "mot"); !strings.Contains(got, "online: partial") || !strings.Contains(got, "result_name: Giấy") {
			t.Errorf("one of two changes is lost:\n%s", got)
		}

		third := w.begin(t, lan, 0) // IT applies a pack in which what the change needs is gone
		w.save(t, lan, third, authoring.Procedures, "mot", swap(w.inForce(t, "procedures", "mot"), "nd-1", "nd-2"))
		w.submit(t, lan, third)
		newer := files()
		newer["p/legal/l.yaml"] = []byte(strings.Split(string(newer["p/legal/l.yaml"]), "  - {id: nd-2")[0])
		kept, err := province.Files(ctx, w.d)
		if err != nil {
			t.Fatal(err)
		}
		maps.DeleteFunc(kept, func(name string, _ []byte) bool { return !strings.HasPrefix(name, "local/") })
		maps.Copy(newer, kept)
		rev := w.rev(t, third)
		w.ground(t, newer)
		if err := w.Approve(ctx, ha, third, rev); !errors.Is(err, authoring.ErrProblems) {
			t.Errorf("approved although it cannot be: %v", err)
		}
	})
}
