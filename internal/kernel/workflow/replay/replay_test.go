// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package replay

import (
	"encoding/json"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tinhso.vn/internal/kernel/workflow"
)

func table() workflow.Table {
	step := func(id, post, action string, hours int, next ...string) workflow.Step {
		return workflow.Step{ID: id, Post: post, Unit: "authority", Action: action, Hours: hours, Next: next}
	}
	return workflow.Table{ID: "x", Version: 1, Steps: []workflow.Step{
		step("nhan", "clerk", "accept", 4, "tham"), step("tham", "officer", "appraise", 16, "hoi", "ky"), step("hoi", "officer", "consult", 8, "ky"),
		step("ky", "leader", "sign", 4, "tra"), step("tra", "clerk", "deliver", 2),
	}}
}

// past is ten cases: the n-th takes n hours to appraise, every second asks others.
func past() (all []Past) {
	for n := 1; n <= 10; n++ {
		p := Past{Stays: []Stay{{"nhan", time.Hour}, {"tham", time.Duration(n) * 2 * time.Hour}}}
		if n%2 == 0 {
			p.Stays = append(p.Stays, Stay{"hoi", 6 * time.Hour})
		}
		p.Stays = append(p.Stays, Stay{"ky", 2 * time.Hour}, Stay{"ky", time.Hour}, Stay{"tra", time.Hour})
		all = append(all, p)
	}
	return all
}

func TestTheSameTableGivesThePast(t *testing.T) {
	t.Parallel()
	r := Run(past(), Question{Was: table(), Now: table(), Limit: 20 * time.Hour})
	if r.Cases != 10 || r.Was != r.Now || r.Was.Mean != 19 || r.Was.Max != 31 || r.Was.Late != 0.4 || r.Was.P50 != 19 {
		t.Errorf("%+v", r)
	}
	if s := r.Steps[1]; s.Was != s.Now || s.Was.Late != 0.2 || s.Assumed != 0 {
		t.Errorf("%+v", s)
	}
	if _, err := json.Marshal(r); err != nil {
		t.Error(err)
	}
}

func TestWhatChanges(t *testing.T) {
	t.Parallel()
	for name, v := range map[string]struct {
		change  func(*workflow.Table)
		elastic float64
		mean    float64
		late    float64 // of the step that changed, by its number
		step    int
		assumed int
	}{
		"fewer hours, same work":   {func(w *workflow.Table) { w.Steps[1].Hours = 8 }, 0, 19, 0.6, 1, 0},
		"fewer hours, faster work": {func(w *workflow.Table) { w.Steps[1].Hours = 8 }, 1, 13.5, 0.2, 1, 0},
		"without asking":           {func(w *workflow.Table) { w.Steps[1].Next = []string{"ky"} }, 0, 16, 0, 3, 0},
		"another post, known work": {func(w *workflow.Table) { w.Steps[4].Post = "records" }, 0, 20, 0, 4, 10},
		"another action of the post": {func(w *workflow.Table) {
			w.Steps[2].Action, w.Steps[2].ID, w.Steps[1].Next = "appraise", "xem", []string{"xem"}
		}, 0, 27, 0.6, 2, 0},
	} {
		now := table()
		v.change(&now)
		r := Run(past(), Question{Was: table(), Now: now, Elastic: v.elastic, Limit: 20 * time.Hour})
		if r.Now.Mean != v.mean || r.Steps[v.step].Now.Late != v.late || r.Steps[v.step].Assumed != v.assumed {
			t.Errorf("%s: %+v, step %+v", name, r.Now, r.Steps[v.step])
		}
	}
}

// More work never makes the whole shorter, whatever the past.
func TestMoreIsNeverLess(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var all []Past
		for range rapid.IntRange(1, 20).Draw(t, "cases") {
			var p Past
			for _, s := range table().Steps {
				if rapid.Bool().Draw(t, "went") {
					p.Stays = append(p.Stays, Stay{s.ID, time.Duration(rapid.IntRange(0, 100).Draw(t, "took")) * time.Minute})
				}
			}
			all = append(all, p)
		}
		longer := table()
		longer.Steps = append(longer.Steps, workflow.Step{ID: "z", Post: "nobody", Hours: 3})
		longer.Steps[4].Next = []string{"z"}
		a, b := Run(all, Question{Was: table(), Now: table()}), Run(all, Question{Was: table(), Now: longer})
		if b.Now.Mean < a.Now.Mean || b.Now.Max < a.Now.Max || b.Steps[5].Assumed != len(all) {
			t.Errorf("%+v %+v", a.Now, b.Now)
		}
		if r := Run(nil, Question{Was: table(), Now: table()}); r.Cases != 0 || r.Now != (Spread{}) {
			t.Errorf("%+v", r)
		}
	})
}
