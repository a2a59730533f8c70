// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package year

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"tinhso.vn/internal/kernel/calendar"
)

// Of a year with many dossiers, offices live through the last weeks with this program.
// Before, they worked with an older system; they change over in three waves, each with
// what it had there and what is not ended yet (ADR 0105).

// WhollyLived is up to how many dossiers a year is lived through as a whole.
const WhollyLived = 3000

// wave is which offices move in together, on a Saturday: at least so many days before
// the end of the year.
type wave struct {
	name   string
	before int
}

func waves() []wave {
	return []wave{
		{"Đợt 1: địa bàn thí điểm và các sở", 61},
		{"Đợt 2: các xã, phường tiếp theo", 54},
		{"Đợt 3: mười xã, phường còn lại", 47},
	}
}

// ofThirdWave is how many communes move in last.
const ofThirdWave = 10

// waveOf is with which wave an office moves in; below zero: it has always been here.
func (w *World) waveOf(o *office) int {
	if !w.Options.MovesIn || w.Options.Rush == "" {
		return -1
	}
	if !isCommune(o.unit) || o.share >= visited {
		return 0
	}
	if slices.Index(w.offices, o) < len(w.offices)-ofThirdWave {
		return 1
	}
	return 2
}

// movesIn is when a wave moves in.
func (w *World) movesIn(n int) time.Time {
	last, err := calendar.ParseDate(w.Options.Rush)
	if n < 0 || err != nil {
		return time.Time{}
	}
	day := last.AddDays(-waves()[n].before)
	return day.AddDays(-(int(day.Weekday()) + 1) % 7).At(18 * 60)
}

// elsewhere reports whether a dossier is filed in the older system.
func (w *World) elsewhere(p plan) bool { return p.at.Before(w.movesIn(w.waveOf(p.received))) }

// joinings returns the waves that move in on a day.
func (w *World) joinings(day calendar.Date) (all []*joining) {
	for n := range waves() {
		j := &joining{n: n, at: w.movesIn(n)}
		for _, o := range w.offices {
			if w.waveOf(o) == n {
				j.offices = append(j.offices, o)
			}
		}
		if len(j.offices) > 0 && calendar.On(j.at) == day {
			all = append(all, j)
		}
	}
	return all
}

// joining is a wave that moves in.
type joining struct {
	n       int
	at      time.Time
	offices []*office
	id      string   // once it is planned
	open    []*Scene // that were not ended in the older system, in the order of their codes
	codes   []string // of these
	compare bool     // it has come, and is compared
}

// happen implements event.
func (j *joining) happen(ctx context.Context, w *World) (next time.Time, err error) {
	it := w.cast.first("province_it")
	switch {
	case it == "":
		return next, errors.New("nobody of the pack can move dossiers in")
	case j.id == "":
		if err := j.begin(ctx, w, it); err != nil {
			return next, fmt.Errorf("wave %d: %w", j.n, err)
		}
	case !j.compare:
		j.compare = true
		if err := w.call(ctx, it, http.MethodPost, j.path()+"/comparisons", map[string]string{"kind": "counts"}, nil); err != nil {
			return next, fmt.Errorf("compare wave %d: %w", j.n, err)
		}
	default:
		return next, j.accept(ctx, w, it)
	}
	return w.Clock.Now().Add(time.Hour), nil
}

func (j *joining) path() string { return "/api/v1/moving/waves/" + j.id }

// begin leaves the dump of the older system on the server and has it moved in.
func (j *joining) begin(ctx context.Context, w *World, it string) error {
	source := "mot-cua-cu-dot-" + strconv.Itoa(j.n+1)
	if err := j.dump(w, filepath.Join(w.Dumps, source)); err != nil {
		return err
	}
	units := make([]string, len(j.offices))
	for i, o := range j.offices {
		units[i] = o.unit.ID
	}
	var planned struct {
		ID string `json:"id"`
	}
	if err := w.call(ctx, it, http.MethodPost, "/api/v1/moving/waves", map[string]any{"name": waves()[j.n].name, "source": source, "units": units}, &planned); err != nil {
		return err
	}
	j.id = planned.ID
	return w.call(ctx, it, http.MethodPost, j.path()+"/runs", map[string]any{}, nil)
}

// accept is the word that all has come; from then on what is open is worked on here.
func (j *joining) accept(ctx context.Context, w *World, it string) error {
	var now struct {
		Runs []struct {
			State    string `json:"state"`
			Rejected int    `json:"rejected"`
			Problem  string `json:"problem"`
		} `json:"runs"`
		Comparisons []struct {
			State string `json:"state"`
			Found int    `json:"differences"`
		} `json:"comparisons"`
	}
	if err := w.call(ctx, it, http.MethodGet, j.path(), nil, &now); err != nil {
		return err
	}
	if len(now.Runs) != 1 || now.Runs[0].State != "done" || now.Runs[0].Rejected > 0 || len(now.Comparisons) != 1 || now.Comparisons[0].State != "done" || now.Comparisons[0].Found > 0 {
		return fmt.Errorf("wave %d has not come as it should: %+v", j.n, now)
	}
	if err := w.call(ctx, it, http.MethodPost, j.path()+"/accept", map[string]string{"note": "Số hồ sơ theo thủ tục và tháng bằng nhau ở hai bên; đã kiểm ngẫu nhiên 20 hồ sơ."}, nil); err != nil {
		return err
	}
	for i, s := range j.open {
		if err := w.takeOver(ctx, s, j.codes[i]); err != nil {
			return err
		}
	}
	return nil
}

// takeOver goes on here with a dossier that came open.
func (w *World) takeOver(ctx context.Context, s *Scene, code string) error {
	p, err := w.plan(s)
	if err != nil {
		return err
	}
	var found struct {
		ID string `json:"id"`
	}
	path := "/api/v1/dossier-codes?code=" + url.QueryEscape(code)
	if err := w.call(ctx, w.who(p.received, "clerk", &p), http.MethodGet, path, nil, &found); err != nil {
		return err
	}
	s.ID = found.ID
	chance := throw(w.Options.Seed, "taken over", s.Day, fmt.Sprint(s.N))
	s.Next = working
	for _, step := range p.v.Flow.Steps {
		if step.Action == "accept" {
			if s.At, err = w.goOn(s, &p, step, chance); err != nil {
				return err
			}
			w.push(s.At, s)
			return nil
		}
	}
	return fmt.Errorf("%s does not begin with a clerk", p.v.ID)
}
