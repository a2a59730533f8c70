// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// order gives all places.
func (w world) order(t *testing.T) {
	t.Helper()
	for more := true; more; {
		var err error
		more, err = w.keeper.OrderFeed(t.Context(), w.d)
		ok(t, err)
	}
}

// feed reads all that somebody is told from a place on: "added Vàng name,note" or
// "changed Vàng note dữ>hiền".
func (r rights) feed(t *testing.T, who, after string) (said []string, last registers.Feed) {
	t.Helper()
	s, err := r.keeper.Stand(t.Context(), r.d, r.people[who], "cho-nuoi")
	ok(t, err)
	for {
		f, err := r.keeper.Changes(t.Context(), r.d, s, after, 3)
		ok(t, err)
		for _, c := range f.Items {
			line := strings.Join([]string{c.Kind, r.names[c.Record], strings.Join(c.Fields, ",")}, " ")
			if c.Kind == registers.FeedChanged {
				line += fmt.Sprintf(" %v>%v", c.Before, pick(c.After, slices.Collect(maps.Keys(c.Before))))
			}
			said = append(said, strings.TrimSpace(line))
		}
		last, after = f, f.Next
		if !f.More {
			return said, last
		}
	}
}

func pick(values map[string]any, keys []string) map[string]any {
	some := map[string]any{}
	for _, k := range keys {
		if v, there := values[k]; there {
			some[k] = v
		}
	}
	return some
}

// Each is told what their rights show, and that a record has left their sight.
func TestTheFeedTellsWhatTheRightsShow(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w world) {
		r := newRights(t, w)
		all, err := r.keeper.List(t.Context(), w.d, w.all, "cho-nuoi", registers.Query{})
		ok(t, err)
		ids := map[string]string{}
		for _, one := range all.Records {
			ids[asText(one.Values["name"])] = one.ID
			r.names[one.ID] = asText(one.Values["name"])
		}
		change := func(name string, seen int64, values map[string]any) {
			t.Helper()
			ok(t, r.update(t, "cho-nuoi", ids[name], seen, values))
		}
		change("Mực", 1, map[string]any{"note": "già"})
		change("Vện", 1, map[string]any{"second": nil, "weight": "9.5"}) // moves to nobody: out of the east's sight
		change("Vàng", 1, map[string]any{"keeper": map[string]any{"name": "Lê Văn Tư", "number": "089085009999"}})
		change("Cò", 1, map[string]any{"second": "east"})
		r.write(t, func(tx *db.Tx) error {
			return r.keeper.Hide(t.Context(), tx, r.actor, access.All(), "cho-nuoi", ids["Mực"], 2)
		})
		r.order(t)
		for who, want := range map[string][]string{
			"officer": {
				"register", "added Vàng name,weight,note,keeper", "added Vện name", "added Cò name", "changed Vện weight,note,keeper,second map[]>map[]",
				"changed Vàng keeper map[]>map[]", "changed Cò weight,note,second map[]>map[]", "removed Mực",
			},
			"leader": {
				"register", "added Vàng name,weight", "added Vện name,weight,second", "added Cò name,weight",
				"changed Vện weight,second map[second:east weight:9]>map[weight:9.5]", "changed Cò second map[]>map[]", "removed Mực",
			},
			"owner":  {"register", "added Vàng name", "added Vện name", "added Cò name", "changed Vàng weight,keeper map[]>map[]", "removed Mực"}, // another's now
			"nobody": {"register", "added Vàng name", "added Vện name", "added Cò name", "removed Mực"},
		} {
			got, last := r.feed(t, who, "")
			if !slices.Equal(got, want) {
				t.Errorf("%s is told\n%s\nwant\n%s", who, strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
			if again, _ := r.feed(t, who, last.Next); len(again) > 0 || last.Resync {
				t.Errorf("%s is told again %v", who, again)
			}
		}
		// Who gets other rights reads the list anew.
		_, last := r.feed(t, "officer", "")
		r.people["officer"] = r.people["leader"]
		s, err := r.keeper.Stand(t.Context(), r.d, r.people["officer"], "cho-nuoi")
		ok(t, err)
		if f, err := r.keeper.Changes(t.Context(), r.d, s, last.Next, 10); err != nil || !f.Resync || len(f.Items) != 0 || f.More {
			t.Errorf("with other rights: %+v, %v", f, err)
		}
		if _, err := r.keeper.Changes(t.Context(), r.d, s, "x", 10); err == nil {
			t.Error("took a place that is none")
		}
	})
}

// Where nobody else may see a record, it leaves the sight of who loses it as if it
// were not there, whatever it becomes later.
func TestARecordLeavesSight(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w world) {
		r := newRights(t, w)
		kept, _, _ := strings.Cut(dogs, "      - {id: all")
		d, problems := decode(t, strings.Replace(kept, "version: 1", "version: 2", 1))
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		r.apply(t, d)
		id := r.insertBy(t, "west", map[string]any{"name": "Bông", "second": "east"})
		r.names[id] = "Bông"
		for i, second := range []any{"province", "east", nil} {
			ok(t, r.update(t, "cho-nuoi", id, int64(i)+1, map[string]any{"second": second, "note": fmt.Sprint(i)}))
		}
		r.order(t)
		tail := func() []string {
			said, _ := r.feed(t, "officer", "")
			at := slices.IndexFunc(said, func(s string) bool { return strings.Contains(s, "Bông") })
			return said[max(at, 0):]
		}
		// It is out of sight now: what it was then is not told, that it left is.
		if got := tail(); !slices.Equal(got, []string{"removed Bông", "removed Bông"}) {
			t.Errorf("out of sight: %q", got)
		}
		ok(t, r.update(t, "cho-nuoi", id, 4, map[string]any{"second": "east"}))
		r.order(t)
		want := []string{"added Bông name,second", "removed Bông", "added Bông name,note,second", "removed Bông", "added Bông name,note,second"}
		if got := tail(); !slices.Equal(got, want) {
			t.Errorf("in sight again: %q", got)
		}
	})
}

// What is older than the rule is forgotten, and who comes later reads the list anew.
func TestTheFeedIsForgotten(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w world) {
		r := newRights(t, w)
		r.order(t)
		s, err := r.keeper.Stand(t.Context(), r.d, r.people["leader"], "cho-nuoi")
		ok(t, err)
		early, err := r.keeper.Changes(t.Context(), r.d, s, "", 1)
		ok(t, err)
		r.clock.Advance(91 * 24 * time.Hour)
		before := db.At(r.clock.Now().AddDate(0, 0, -90))
		late := r.insertBy(t, "east", map[string]any{"name": "Đốm"})
		r.order(t)
		if n, _, err := r.keeper.CountChanges(t.Context(), r.d, before); err != nil || n != 5 {
			t.Errorf("%d are past their time, %v", n, err)
		}
		for range 3 {
			r.write(t, func(tx *db.Tx) error {
				_, err := r.keeper.ForgetChanges(t.Context(), tx, before, 2)
				return err
			})
		}
		if f, err := r.keeper.Changes(t.Context(), r.d, s, early.Next, 10); err != nil || !f.Resync || len(f.Items) != 0 {
			t.Errorf("from a place that is gone: %+v, %v", f, err)
		}
		if f, err := r.keeper.Changes(t.Context(), r.d, s, "", 10); err != nil || len(f.Items) != 1 || f.Items[0].Record != late {
			t.Errorf("kept: %+v, %v", f, err)
		}
	})
}

func (r rights) insertBy(t *testing.T, unit string, values map[string]any) (id string) {
	t.Helper()
	r.write(t, func(tx *db.Tx) error {
		rec, err := r.keeper.Insert(t.Context(), tx, r.actor, access.All(), "cho-nuoi", unit, values)
		id = rec.ID
		return err
	})
	return id
}

// Transactions that begin in one order and end in another: whoever follows the feed
// meanwhile misses none, and sees the versions of a record in their order.
func TestTheFeedLosesNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w world) {
		r := newRights(t, w)
		s, err := r.keeper.Stand(t.Context(), r.d, r.people["leader"], "cho-nuoi")
		ok(t, err)
		const writers, each = 6, 12
		shared := r.insertBy(t, "east", map[string]any{"name": "Chung", "weight": "1"})
		var wg sync.WaitGroup
		for i := range writers {
			wg.Go(func() {
				for j := range each {
					var last error
					for range 200 { // until it was the first to change the version that it saw
						last = r.d.Write(context.WithoutCancel(t.Context()), func(tx *db.Tx) error {
							one, err := r.keeper.Insert(t.Context(), tx, identity.Program("w"), access.All(), "cho-nuoi", "east", map[string]any{"name": fmt.Sprint(i, j)})
							if err != nil || one.ID == "" {
								return err
							}
							if (i+j)%3 == 0 {
								time.Sleep(time.Duration(i) * time.Millisecond) // it began early and ends late
							}
							now, err := r.keeper.Get(t.Context(), tx, access.All(), "cho-nuoi", shared)
							if err != nil {
								return err
							}
							_, err = r.keeper.Update(t.Context(), tx, identity.Program("w"), access.All(), "cho-nuoi", shared, now.Version, map[string]any{"weight": fmt.Sprint(i*each + j + 2)})
							return err
						})
						if last == nil {
							break
						}
					}
					if last != nil {
						t.Errorf("writer %d: %v", i, last)
					}
				}
			})
		}
		done := make(chan struct{})
		go func() { wg.Wait(); close(done) }()
		seen, version, after := map[string]bool{}, int64(0), ""
		read := func() {
			r.order(t)
			for {
				f, err := r.keeper.Changes(t.Context(), r.d, s, after, 50)
				ok(t, err)
				for _, c := range f.Items {
					if c.Record == shared {
						if c.Version <= version {
							t.Errorf("version %d after %d", c.Version, version)
						}
						version = c.Version
						continue
					}
					if seen[c.Record] && c.Kind == registers.FeedAdded {
						t.Errorf("%s twice", c.Record)
					}
					seen[c.Record] = true
				}
				if after = f.Next; !f.More {
					return
				}
			}
		}
		for going := true; going; {
			select {
			case <-done:
				going = false
			default:
			}
			read()
		}
		if want := writers*each + 4 + 1; len(seen) != want || version != writers*each+1 { // 4 of the register, 1 its file
			t.Errorf("saw %d of %d, and version %d of %d", len(seen), want, version, writers*each+1)
		}
	})
}

// Among 20,000 changes the feed is read, and its places are given, by an index.
func TestPlansOfTheFeed(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w world) {
		const step = 2000
		for from := 0; from < 20_000; from += step {
			w.write(t, func(tx *db.Tx) error {
				var rows []string
				for i := from; i < from+step; i++ {
					place := fmt.Sprint(i/2 + 1)
					if i > 19_900 {
						place = "NULL"
					}
					rows = append(rows, fmt.Sprintf("('%s', 'r%d', 1, %d, %s)", []string{"cho", "ben"}[i%2], i, i, place))
				}
				_, err := tx.Exec(t.Context(), `INSERT INTO registers_changes (register, record, version, at, place) VALUES `+strings.Join(rows, ", "))
				return err
			})
		}
		if w.d.Dialect() == db.Postgres { // which counts its tables by itself; SQLite does not
			w.write(t, func(tx *db.Tx) error { _, err := tx.Exec(t.Context(), `ANALYZE`); return err })
		}
		for query, args := range map[string][]any{
			registers.FeedWaits: nil, registers.FeedWaiting: nil, registers.FeedPlaces: {"cho", int64(7), 500}, registers.FeedNext: {"cho", int64(5000), 50},
		} {
			lines := dbtest.Plan(t, w.d, query, args...)
			plan := strings.Join(lines, "\n")
			if !strings.Contains(plan, "registers_changes_") || strings.Contains(plan, "Seq Scan on registers_changes") || strings.Contains(plan, "SCAN registers_changes\n") {
				t.Errorf("%s\n%s", query, plan)
			}
		}
	})
}
