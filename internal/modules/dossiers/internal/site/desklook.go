// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/modules/procedures"
)

// The names under which an address says how a list of work is looked at.
const (
	inBucket, inAction, inMine, inProcedure, inField  = "han", "viec", "cua-toi", "thu-tuc", "linh-vuc"
	inUnit, inPost, inStep, inHolder, inStatus        = "don-vi", "vi-tri", "ten-buoc", "nguoi", "trang-thai"
	inChannel, inBasis, inFrom, inTo, inWords         = "kenh", "tu-cach", "tu", "den", "tim"
	inOrder, inColumn, inPlace, inView, inAll, inList = "xep", "cot", "vt.", "goc", "tat-ca", "ds"

	inBack = "ve" // in a form: the query of the list it came from
)

// lookOf reads from an address, or a form, how a list is looked at; false where
// it says nothing.
func lookOf(q url.Values) (l core.Look, says bool) {
	number := func(name string) int {
		n, _ := strconv.Atoi(q.Get(name)) // what is no number chooses nothing
		return n
	}
	l.Filter = core.DeskFilter{
		Bucket: core.Bucket(q.Get(inBucket)), Action: q.Get(inAction), Mine: q.Get(inMine) != "", Procedure: procedures.ID(q.Get(inProcedure)),
		Field: q.Get(inField), Unit: orgs.ID(q.Get(inUnit)), Post: q.Get(inPost), Step: q.Get(inStep), Holder: q.Get(inHolder),
		Status: dossiers.Status(number(inStatus)), Channel: dossiers.Channel(number(inChannel)), Basis: dossiers.Basis(q.Get(inBasis)),
		From: q.Get(inFrom), To: q.Get(inTo), Words: q.Get(inWords), Order: core.Order(q.Get(inOrder)),
	}
	if !slices.Contains(core.Orders(), l.Filter.Order) {
		l.Filter.Order = core.ByWork
	}
	for _, c := range q[inColumn] {
		if slices.Contains(core.Columns(), core.Column(c)) && !slices.Contains(l.Columns, core.Column(c)) {
			l.Columns = append(l.Columns, core.Column(c))
		}
	}
	slices.SortStableFunc(l.Columns, func(a, b core.Column) int {
		return cmp.Compare(number(inPlace+string(a)), number(inPlace+string(b))) // where the form asks for it
	})
	if slices.Equal(l.Columns, core.UsualColumns()) {
		l.Columns = nil
	}
	return l, l.Filter != core.DeskFilter{} || l.Columns != nil
}

// valuesOf writes what lookOf reads.
func valuesOf(l core.Look) url.Values {
	q, f := url.Values{}, l.Filter
	set := func(name, value string) {
		if value != "" && value != "0" {
			q.Set(name, value)
		}
	}
	if f.Mine {
		q.Set(inMine, "1")
	}
	for name, value := range map[string]string{
		inBucket: string(f.Bucket), inAction: f.Action, inProcedure: string(f.Procedure), inField: f.Field, inUnit: string(f.Unit), inPost: f.Post, inStep: f.Step,
		inHolder: f.Holder, inStatus: strconv.Itoa(int(f.Status)), inChannel: strconv.Itoa(int(f.Channel)), inBasis: string(f.Basis), inFrom: f.From, inTo: f.To,
		inWords: f.Words, inOrder: string(f.Order),
	} {
		set(name, value)
	}
	for _, c := range l.Columns {
		q.Add(inColumn, string(c))
	}
	return q
}

// columns are those that are shown.
func columns(l core.Look) []core.Column {
	if len(l.Columns) == 0 {
		return core.UsualColumns()
	}
	return l.Columns
}

// worklist is a list of work as somebody looks at it.
type worklist struct {
	list  core.WorkList
	look  core.Look
	view  core.View // that is shown; zero: none with a name
	views []core.View
	found core.Desk
	units func(orgs.ID) string
	named map[string]string // names of those who hold work, by account
}

func (l worklist) path() string {
	if l.list == core.UnitsWork {
		return assignPath
	}
	return deskPath
}

// address is the list with a look; of a view that is shown it keeps the name.
func (l worklist) address(look core.Look) string {
	q := valuesOf(look)
	if l.view.ID != "" && same(look, l.view.Look) {
		q.Set(inView, l.view.ID)
	}
	if len(q) == 0 && l.opens() {
		q.Set(inAll, "1") // otherwise the list opens with a view
	}
	if len(q) == 0 {
		return l.path()
	}
	return l.path() + "?" + q.Encode()
}

// with is the list with something else chosen.
func (l worklist) with(change func(f *core.DeskFilter)) string {
	look := l.look
	change(&look.Filter)
	return l.address(look)
}

// opens reports whether the list opens with a view.
func (l worklist) opens() bool {
	return slices.ContainsFunc(l.views, func(v core.View) bool { return v.First })
}

// query is what stands behind the path of the list.
func (l worklist) query() string {
	_, query, _ := strings.Cut(l.address(l.look), "?")
	return query
}

func same(a, b core.Look) bool { return a.Filter == b.Filter && slices.Equal(a.Columns, b.Columns) }

// narrowed reports whether not everything is shown.
func (l worklist) narrowed() bool {
	f := l.look.Filter
	f.Order = core.ByWork
	return f != core.DeskFilter{}
}
