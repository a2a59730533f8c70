// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"slices"
	"strconv"
	"sync"
	"time"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/modules/satisfaction"
	"tinhso.vn/internal/platform/errs"
)

// publicMonths is how many months everybody can read.
const publicMonths = 13

// publicTTL is how old the figures of a month may be: anybody asks for them, and what is
// over changes only when its box is emptied the last time.
const publicTTL = 10 * time.Minute

// published keeps the figures of months for a while.
type published struct {
	mu     sync.Mutex
	months map[string]keptMonth
}

type keptMonth struct {
	units []UnitCell
	rest  Cell
	until time.Time
}

// UnitCell is a unit with its procedures, as everybody may read them.
type UnitCell struct {
	Cell
	Procedures []Cell
	Others     Cell // all other procedures together; without answers there are none, or too few
}

// Public is what everybody may read of a month.
type Public struct {
	Month  string
	Months []string // that can be chosen, the newest first
	Fewest int      // answers that a figure has at least
	Units  []UnitCell
	Rest   Cell // all other units together
}

// Unit returns one of them.
func (p Public) Unit(id string) (UnitCell, bool) {
	i := slices.IndexFunc(p.Units, func(u UnitCell) bool { return u.ID == id })
	if i < 0 {
		return UnitCell{}, false
	}
	return p.Units[i], true
}

// Publish returns the figures of a month (empty: the last) for everybody. Only months
// that are over are published, when their last box was emptied: who reads the same month
// on two days finds no answer between them. Figures of fewer answers than Fewest are
// joined or not shown.
func (s *Service) Publish(ctx context.Context, month string) (p Public, err error) {
	defer errs.Wrap(&err, "publish what people said")

	p.Fewest = max(s.Fewest, satisfaction.Fewest)
	now := s.DB.Now().Time
	day := calendar.On(now).AddDays(-1) // on the first of a month the last box of the one before is still full
	for d := (calendar.Date{Year: day.Year, Month: day.Month, Day: 1}).AddDays(-1); len(p.Months) < publicMonths; d = (calendar.Date{Year: d.Year, Month: d.Month, Day: 1}).AddDays(-1) {
		p.Months = append(p.Months, d.String()[:len("2026-11")])
	}
	if p.Month = month; month == "" {
		p.Month = p.Months[0]
	}
	if !slices.Contains(p.Months, p.Month) {
		return p, errs.BadInput([]errs.Field{{Name: "month", Code: "satisfaction.not_published"}})
	}
	s.public.mu.Lock()
	defer s.public.mu.Unlock()
	kept, ok := s.public.months[p.Month]
	if !ok || !now.Before(kept.until) {
		if kept, err = s.publicOf(ctx, p.Month, int64(p.Fewest)); err != nil {
			return p, err
		}
		kept.until = now.Add(publicTTL)
		s.public.months[p.Month] = kept
	}
	p.Units, p.Rest = kept.units, kept.rest
	return p, nil
}

// publicOf counts a month and folds it: units first, then the procedures of those that
// are shown.
func (s *Service) publicOf(ctx context.Context, month string, fewest int64) (k keptMonth, err error) {
	groups, err := s.store.CountAll(ctx, s.DB, month)
	if err != nil {
		return k, err
	}
	var units []Cell
	within := map[string][]Cell{}
	for _, g := range groups {
		units = counted(units, g.Unit, g.Score, g.N)
		within[g.Unit] = counted(within[g.Unit], g.Procedure, g.Score, g.N)
	}
	shown, rest := fold(units, fewest)
	if err := s.nameUnits(ctx, shown); err != nil {
		return k, err
	}
	k.rest, k.units = rest, make([]UnitCell, len(shown))
	names := map[string]i18n.Text{}
	for i, c := range shown {
		k.units[i].Cell = c
		k.units[i].Procedures, k.units[i].Others = fold(within[c.ID], fewest)
		for j, one := range k.units[i].Procedures {
			name, known := names[one.ID]
			if !known {
				if name, err = s.procedure(ctx, one.ID); err != nil {
					return k, err
				}
				names[one.ID] = name
			}
			k.units[i].Procedures[j].Name = name
		}
	}
	return k, nil
}

// PublicRows returns a month as rows of text, with its head: what everybody may read, as
// open data. Codes stay the same when names change.
func (s *Service) PublicRows(ctx context.Context, month string) (rows [][]string, p Public, err error) {
	if p, err = s.Publish(ctx, month); err != nil {
		return nil, p, err
	}
	rows = [][]string{{"thang", "ma_don_vi", "ten_don_vi", "ma_thu_tuc", "ten_thu_tuc", "so_danh_gia", "hai_long", "khong_hai_long", "ty_le_hai_long", "diem_trung_binh"}}
	add := func(unit Cell, procedure Cell, c Cell) {
		rows = append(rows, []string{p.Month, unit.ID, unit.Name.VI, procedure.ID, procedure.Name.VI, whole(c.Answers), whole(c.Satisfied), whole(c.Low), whole(c.Percent()), whole(c.Tenths()/10) + "." + whole(c.Tenths()%10)})
	}
	rest := Cell{ID: "*", Name: i18n.Text{VI: "Các mục khác gộp lại"}}
	all := Cell{Name: i18n.Text{VI: "Tất cả thủ tục"}}
	for _, u := range p.Units {
		add(u.Cell, all, u.Cell)
		for _, c := range u.Procedures {
			add(u.Cell, c, c)
		}
		if u.Others.Answers > 0 {
			add(u.Cell, rest, u.Others)
		}
	}
	if p.Rest.Answers > 0 {
		add(rest, all, p.Rest)
	}
	return rows, p, nil
}

func whole(n int64) string { return strconv.FormatInt(n, 10) }
