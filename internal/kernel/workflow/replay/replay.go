// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package replay lets cases of the past run through a changed table of steps:
// how long would they have taken, and how many would have been late? It is
// arithmetic over what was recorded, not a forecast of what people will do: what
// nobody has recorded is assumed and counted.
package replay

import (
	"math"
	"slices"
	"time"

	"tinhso.vn/internal/kernel/workflow"
)

// Past is a case as it went: the stays at steps in their order, in working time.
type Past struct {
	Case  workflow.ID
	Stays []Stay
}

// Stay is one stay at a step. Coming back to it is another.
type Stay struct {
	Step string
	Took time.Duration // working time, without what was waited for outside
}

// Question is what is asked of the past.
type Question struct {
	Was workflow.Table // under which the cases went
	Now workflow.Table // under which they are to go
	// Limit is how much working time a whole case may take; 0: the sum of the
	// steps on its way.
	Limit time.Duration
	// Elastic says how much of a changed allowance shows in the work: 0, people
	// need what they needed; 1, half the hours are done in half the time.
	Elastic float64
}

// Spread is how a number of durations lie, in working hours.
type Spread struct {
	Mean float64 `json:"mean"`
	P50  float64 `json:"p50"`
	P80  float64 `json:"p80"`
	P95  float64 `json:"p95"`
	Max  float64 `json:"max"`
	Late float64 `json:"late"` // share, 0 to 1
}

// StepResult is a step before and after.
type StepResult struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Was     Spread `json:"was"`
	Now     Spread `json:"now"`
	Assumed int    `json:"assumed"` // cases for which nothing was recorded that it could be taken from
}

// Result is the answer.
type Result struct {
	Cases int          `json:"cases"`
	Was   Spread       `json:"was"`
	Now   Spread       `json:"now"`
	Steps []StepResult `json:"steps"` // of the new table, in its order
}

// maxSteps bounds the way of one case: only a return goes back, and a replay takes none.
const maxSteps = 500

// Run answers the question. The same past gives the same answer.
func Run(past []Past, q Question) Result {
	r := runner{q: q, was: index(q.Was), now: index(q.Now), pool: map[kind][]time.Duration{}, old: map[string][]sample{}, fresh: map[string][]sample{}, assumed: map[string]int{}}
	for _, p := range past {
		for step, took := range sums(p) {
			if s, ok := r.was[step]; ok {
				k := kind{s.Action, s.Post}
				r.pool[k] = append(r.pool[k], took)
				r.old[step] = append(r.old[step], sample{took, allowed(s)})
			}
		}
	}
	for k := range r.pool {
		slices.Sort(r.pool[k])
	}
	var was, now []sample
	for i, p := range past {
		rank := (float64(i) + 0.5) / float64(len(past))
		was = append(was, r.before(p))
		now = append(now, r.after(p, rank))
	}
	out := Result{Cases: len(past), Was: spread(was), Now: spread(now)}
	for _, s := range q.Now.Steps {
		out.Steps = append(out.Steps, StepResult{ID: s.ID, Name: s.Name.VI, Was: spread(r.old[s.ID]), Now: spread(r.fresh[s.ID]), Assumed: r.assumed[s.ID]})
	}
	return out
}

// kind is what steps have in common that are no longer the same step.
type kind struct{ action, post string }

// sample is a duration and what was allowed for it.
type sample struct{ took, limit time.Duration }

type runner struct {
	q          Question
	was, now   map[string]workflow.Step
	pool       map[kind][]time.Duration // sorted
	old, fresh map[string][]sample
	assumed    map[string]int
}

func index(t workflow.Table) map[string]workflow.Step {
	all := map[string]workflow.Step{}
	for _, s := range t.Steps {
		all[s.ID] = s
	}
	return all
}

func allowed(s workflow.Step) time.Duration {
	return time.Duration(s.Hours+s.Seal)*time.Hour + time.Duration(s.Minutes)*time.Minute
}

// sums is how long a case stayed at each step in all.
func sums(p Past) map[string]time.Duration {
	all := map[string]time.Duration{}
	for _, s := range p.Stays {
		all[s.Step] += s.Took
	}
	return all
}

func (r *runner) limit(way time.Duration) time.Duration {
	if r.q.Limit > 0 {
		return r.q.Limit
	}
	return way
}

// before is the case as it went.
func (r *runner) before(p Past) sample {
	var all sample
	for step, took := range sums(p) {
		all.took += took
		all.limit += allowed(r.was[step])
	}
	all.limit = r.limit(all.limit)
	return all
}

// after is the case on its way through the new table. Where the table leaves a
// choice it goes where it went.
func (r *runner) after(p Past, rank float64) sample {
	var all sample
	if len(r.q.Now.Steps) == 0 {
		return all
	}
	recorded := sums(p)
	for at, n := r.q.Now.Steps[0], 0; n < maxSteps; n++ {
		took := r.took(at, recorded, rank)
		r.fresh[at.ID] = append(r.fresh[at.ID], sample{took, allowed(at)})
		all.took += took
		all.limit += allowed(at)
		if len(at.Next) == 0 {
			break
		}
		next := at.Next[0]
		for _, way := range at.Next {
			if _, went := recorded[way]; went {
				next = way
				break
			}
		}
		at = r.now[next]
	}
	all.limit = r.limit(all.limit)
	return all
}

// took is how long the case would stay at a step: what it took, if the same
// post did it; what this kind of work takes that post, at the rank of the case
// among all; and else all that is allowed.
func (r *runner) took(s workflow.Step, recorded map[string]time.Duration, rank float64) time.Duration {
	was, known := r.was[s.ID]
	took, did := recorded[s.ID]
	if known && did && was.Post == s.Post {
		if old := allowed(was); old > 0 && r.q.Elastic != 0 {
			took = time.Duration(float64(took) * (1 + r.q.Elastic*(float64(allowed(s))/float64(old)-1)))
		}
		return took
	}
	if pool := r.pool[kind{s.Action, s.Post}]; len(pool) > 0 {
		return pool[min(int(rank*float64(len(pool))), len(pool)-1)]
	}
	r.assumed[s.ID]++
	return allowed(s)
}

func spread(all []sample) (s Spread) {
	if len(all) == 0 {
		return s
	}
	took, late := make([]time.Duration, len(all)), 0
	var sum time.Duration
	for i, one := range all {
		took[i] = one.took
		sum += one.took
		if one.limit > 0 && one.took > one.limit {
			late++
		}
	}
	slices.Sort(took)
	at := func(share float64) float64 {
		return hours(took[max(int(math.Ceil(share*float64(len(took))))-1, 0)])
	}
	return Spread{
		Mean: hours(sum / time.Duration(len(all))), P50: at(0.5), P80: at(0.8), P95: at(0.95), Max: hours(took[len(took)-1]),
		Late: float64(late) / float64(len(all)),
	}
}

func hours(d time.Duration) float64 { return math.Round(d.Hours()*100) / 100 }

// Group puts the stays of each case together, in the order in which they come.
func Group(stays []workflow.PastStay) (all []Past) {
	at := map[workflow.ID]int{}
	for _, s := range stays {
		i, known := at[s.Case]
		if !known {
			i = len(all)
			at[s.Case] = i
			all = append(all, Past{Case: s.Case})
		}
		all[i].Stays = append(all[i].Stays, Stay{Step: s.Step, Took: s.Took})
	}
	return all
}
