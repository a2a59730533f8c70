// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package geo

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"time"

	"tinhso.vn/internal/platform/text"
)

// A newer table lists every commune of the provinces it names, as of a day. What
// it does not list of them ends on the day before; what became of it is said by the
// second file. Everything is compared with the table in force, by code.

// The files of a newer table.
const (
	FileCommunes = fileCommunes // code, province, name; lat and lon where they are known
	FileLineage  = fileLineage  // old, new, kind; kind may be left out
)

// Fate is what a newer table does to a commune.
type Fate string

// The fates, in the order of pages.
const (
	Begun   Fate = "new"
	Ended   Fate = "ended"
	Renamed Fate = "renamed"
	Moved   Fate = "moved" // to another province
	Merged  Fate = "merged"
	Divided Fate = "split"
	Grown   Fate = "grown" // keeps code and name, and takes others in
)

// Fates lists them all.
func Fates() []Fate { return []Fate{Begun, Ended, Renamed, Moved, Merged, Divided, Grown} }

// Change is what a newer table does to one commune.
type Change struct {
	Fate     Fate
	Old, New Unit   // Old is empty for what is new, New for what ends without an heir
	Heirs    []Unit // of what is merged or divided
	Line     int    // of the file that says so; 0: it is not listed any more
}

// Plan is what a newer table changes.
type Plan struct {
	Day     string
	Changes []Change
	Same    int // communes that stay as they are
	table   Table
}

// Compare reads a newer table and says what it changes on a day (YYYY-MM-DD). A
// table with a mistake changes nothing: all mistakes are returned, by line.
func (x *Index) Compare(files map[string][]byte, day string) (plan Plan, wrong []Mistake) {
	plan.Day = day
	if _, err := time.Parse(time.DateOnly, day); err != nil {
		return plan, []Mistake{{FileCommunes, 1, fmt.Sprintf("%q is no day", day)}}
	}
	if len(files[FileCommunes]) == 0 {
		return plan, []Mistake{{FileCommunes, 1, "the table is missing"}}
	}
	r := &reader{sheets: map[string]sheet{}}
	s := r.open(FileCommunes, files[FileCommunes], []string{"code", "province", "name"})
	listed, at := x.listed(r, s, day)
	heirs, lines := x.became(r, files[FileLineage], listed, day)
	if len(r.wrong) > 0 {
		slices.SortStableFunc(r.wrong, func(a, b Mistake) int { return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line)) })
		return plan, r.wrong
	}
	x.decide(&plan, r, listed, at, heirs, lines)
	slices.SortStableFunc(plan.Changes, func(a, b Change) int {
		return cmp.Or(slices.Index(Fates(), a.Fate)-slices.Index(Fates(), b.Fate), cmp.Compare(a.code(), b.code()))
	})
	return plan, r.wrong
}

func (c Change) code() string { return cmp.Or(c.Old.Code, c.New.Code) }

// listed reads the communes of the newer table, by code, and their lines.
func (x *Index) listed(r *reader, s sheet, day string) (all map[string]Unit, at map[string]int) {
	all, at = map[string]Unit{}, map[string]int{}
	names := map[string]int{}
	_, pointed := s.column["lat"]
	_, pointed2 := s.column["lon"]
	s.each(func(get func(string) string, line int) {
		u := Unit{Code: get("code"), Level: Commune, Name: get("name"), Parent: get("province"), From: day}
		if kind, _ := u.Parted(); kind == "" {
			r.fail(s, line, "%q does not begin with Xã, Phường or Đặc khu", u.Name)
			return
		}
		if p, ok := x.Get(u.Parent, day); !ok || p.Level != Province || !p.ValidOn(day) {
			r.fail(s, line, "there is no province %q on this day", u.Parent)
			return
		}
		if twice, known := at[u.Code]; known {
			r.fail(s, line, "the code %s stands in line %d as well", u.Code, twice)
			return
		}
		if twice, known := names[u.Parent+text.Fold(u.Name)]; known {
			r.fail(s, line, "%s stands in line %d as well", u.Name, twice)
			return
		}
		if pointed && pointed2 && get("lat") != "" {
			var err1, err2 error
			u.Lat, err1 = strconv.ParseFloat(get("lat"), 64)
			u.Lon, err2 = strconv.ParseFloat(get("lon"), 64)
			if err1 != nil || err2 != nil || u.Lat < -90 || u.Lat > 90 || u.Lon < -180 || u.Lon > 180 {
				r.fail(s, line, "%s, %s is no point", get("lat"), get("lon"))
				return
			}
		}
		before := len(r.units)
		if r.add(s, line, u, 5); len(r.units) > before {
			all[u.Code], at[u.Code], names[u.Parent+text.Fold(u.Name)] = u, line, line
		}
	})
	if len(all) == 0 && len(r.wrong) == 0 {
		r.fail(s, 1, "the table is empty")
	}
	return all, at
}

// became reads what became of communes that end or are divided.
func (x *Index) became(r *reader, file []byte, listed map[string]Unit, day string) (heirs map[string][]string, lines map[string]int) {
	heirs, lines = map[string][]string{}, map[string]int{}
	if len(file) == 0 {
		return heirs, lines
	}
	s := r.open(FileLineage, file, []string{"old", "new"})
	s.each(func(get func(string) string, line int) {
		old, heir := get("old"), get("new")
		u, known := x.Get(old, day)
		switch {
		case !known || u.Level != Commune || !u.ValidOn(day):
			r.fail(s, line, "there is no commune %s on this day", old)
		case listed[heir].Code == "":
			r.fail(s, line, "%s is not in the newer table", heir)
		case slices.Contains(heirs[old], heir):
			r.fail(s, line, "%s → %s stands in another line as well", old, heir)
		default:
			heirs[old], lines[old] = append(heirs[old], heir), line
		}
	})
	return heirs, lines
}

// decide compares what there is with what is listed.
func (x *Index) decide(plan *Plan, r *reader, listed map[string]Unit, at map[string]int, heirs map[string][]string, lines map[string]int) {
	day := plan.Day
	provinces, takes := map[string]bool{}, map[string]bool{}
	for _, u := range listed {
		provinces[u.Parent] = true
	}
	for old, into := range heirs {
		for _, heir := range into {
			takes[heir] = takes[heir] || heir != old
		}
	}
	begin := func(u Unit) { plan.table.units = append(plan.table.units, u) }
	link := func(old, heir string, kind Kind, main bool) {
		plan.table.links = append(plan.table.links, rawLink{level: Commune, old: old, new: heir, kind: kind, main: main, day: day})
	}
	there := map[string]bool{}
	for _, u := range x.units {
		if u.Level != Commune || u.Code == "" || !u.ValidOn(day) || !provinces[x.Province(u).Code] && listed[u.Code].Code == "" {
			continue
		}
		there[u.Code] = true
		now, still := listed[u.Code]
		if now.Lat == 0 && now.Lon == 0 {
			now.Lat, now.Lon = u.Lat, u.Lon
		}
		change := Change{Old: u, New: now, Line: at[u.Code]}
		into := heirs[u.Code]
		for _, heir := range into {
			change.Heirs = append(change.Heirs, listed[heir])
		}
		switch {
		case len(into) > 1 || len(into) == 1 && still && into[0] != u.Code:
			change.Fate, change.Line = Divided, lines[u.Code]
		case len(into) == 1 && into[0] != u.Code:
			change.Fate, change.Line = Merged, lines[u.Code]
		case !still:
			change.Fate = Ended
		case now.Name != u.Name:
			change.Fate = Renamed
		case now.Parent != u.Parent:
			change.Fate = Moved
		case takes[u.Code]:
			change.Fate = Grown
		default:
			plan.Same++
			continue
		}
		if plan.Changes = append(plan.Changes, change); still {
			begin(now)
		}
		switch change.Fate {
		case Divided, Merged:
			kind := map[bool]Kind{true: Split, false: Merge}[change.Fate == Divided]
			if still && !slices.Contains(into, u.Code) {
				link(u.Code, u.Code, kind, true)
			}
			for _, heir := range into {
				link(u.Code, heir, kind, heir == u.Code)
			}
		case Renamed, Moved:
			link(u.Code, u.Code, Rename, false)
		case Grown:
			link(u.Code, u.Code, Keep, false)
		case Begun, Ended:
		}
	}
	for _, u := range r.units {
		if !there[u.Code] {
			begin(u)
			plan.Changes = append(plan.Changes, Change{Fate: Begun, New: u, Line: at[u.Code]})
		}
	}
}

// over lays a plan over the table it was made for: what changes ends on the day
// before and begins anew.
func (p Plan) over(t Table) Table {
	begun, err := time.Parse(time.DateOnly, p.Day)
	if err != nil {
		return t // Compare has refused it
	}
	last := begun.AddDate(0, 0, -1).Format(time.DateOnly)
	changed := map[string]bool{}
	for _, c := range p.Changes {
		changed[c.Old.Code] = c.Old.Code != ""
	}
	units := slices.Clone(t.units)
	for i, u := range units {
		if u.Level == Commune && changed[u.Code] && u.ValidOn(p.Day) {
			units[i].To = last
		}
	}
	return Table{units: append(units, p.table.units...), links: append(slices.Clone(t.links), p.table.links...)}
}
