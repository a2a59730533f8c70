// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/books/internal/core"
	"tinhso.vn/internal/platform/sheet"
	"tinhso.vn/internal/platform/text"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

// What the page of statistics is asked for.
const (
	askRows    = "hang"
	askColumns = "theo-cot"
	askOf      = "tinh" // sum.cost, average.cost
	askChart   = "bieu-do"
	askReport  = "bang" // its place in the file, from 1
	askAgainst = "canh" // the number beside what is added up
)

func statisticsPath(d registers.Definition) string { return bookPath(d) + "/thong-ke" }

// counting are the pages of statistics.
func (s site) counting() []web.Route {
	anybody := web.Public()
	const path = booksPath + "/{register}/thong-ke"
	return []web.Route{
		{Pattern: "GET " + path, Access: anybody, Handle: s.statistics},
		{Pattern: "GET " + path + "/tai-ve", Access: anybody, Handle: s.takeStatistics},
	}
}

// tables is a page of statistics.
type tables struct {
	list

	reports []registers.Report
	pivot   registers.Pivot
	chart   string
	found   core.Statistics
	plans   []registers.Measured // what plans ask for
}

// pivotOf reads what is asked for: a report of the file, or what was chosen.
func (t *tables) pivotOf(q url.Values) {
	t.reports = t.Reports()
	how, of, _ := strings.Cut(text.Line(q.Get(askOf)), ".")
	t.pivot = registers.Pivot{Rows: text.Line(q.Get(askRows)), Columns: text.Line(q.Get(askColumns)), Of: of, How: how, Against: text.Line(q.Get(askAgainst))}
	t.chart = q.Get(askChart)
	n, _ := strconv.Atoi(q.Get(askReport)) // what is no number is no report
	switch {
	case t.pivot.Rows != "":
	case n > 0 && n <= len(t.reports):
		t.pivot, t.chart = t.reports[n-1].Pivot(), t.reports[n-1].Chart
	case len(t.reports) > 0:
		t.pivot, t.chart = t.reports[0].Pivot(), t.reports[0].Chart
	default:
		t.pivot = registers.Pivot{Rows: t.usual()}
	}
	if t.chart == "" {
		t.chart = registers.Bars
		if strings.Contains(t.pivot.Rows, ".") {
			t.chart = registers.Lines
		}
	}
}

// usual is the first field by which a register without reports is counted.
func (t *tables) usual() string {
	all := t.Dimensions()
	if i := slices.IndexFunc(all, func(d string) bool {
		f, ok := t.Definition.Field(d)
		return ok && !f.Withheld() && f.Type == registers.Choice
	}); i >= 0 {
		return all[i]
	}
	return registers.UnitField
}

func (s site) tablesOf(r *http.Request) (t tables, err error) {
	if err := r.ParseForm(); err != nil {
		return t, web.ErrMalformed.Because(err)
	}
	l, err := s.looked(r, r.Form)
	if err != nil {
		return t, err
	}
	t = tables{list: l}
	t.pivotOf(r.Form)
	return t, nil
}

func (s site) statistics(w http.ResponseWriter, r *http.Request) error {
	t, err := s.tablesOf(r)
	if err != nil {
		return err
	}
	p := page.From(r.Context())
	view := page.View{Title: p.T("books.stats.title") + " · " + p.Text(t.Definition.Title), Desk: p.Actor.Official()}
	if t.found, err = s.svc.Statistics(r.Context(), p.Actor, t.Definition.ID, query(t.Register, t.Sent), t.pivot); err != nil {
		problem := web.Problem(err)
		if problem.Status != http.StatusUnprocessableEntity {
			return err
		}
		p.Site.Explain(r, problem)
		view.Status, t.Problem = problem.Status, inForm(t.Definition, problem)
	}
	if t.plans, err = s.svc.Measures(r.Context(), p.Actor, t.Definition.ID); err != nil {
		return err
	}
	view.Body = statistics(p, t)
	return p.Render(w, r, view)
}

// values are what of the address says what is counted.
func (t tables) values() url.Values {
	q := kept(t.Register, t.Sent)
	q.Set(askRows, t.pivot.Rows)
	if t.pivot.Columns != "" {
		q.Set(askColumns, t.pivot.Columns)
	}
	if t.pivot.Of != "" {
		q.Set(askOf, t.pivot.How+"."+t.pivot.Of)
	}
	if t.pivot.Against != "" {
		q.Set(askAgainst, t.pivot.Against)
	}
	q.Set(askChart, t.chart)
	return q
}

// dimension names what is counted by.
func (t tables) dimension(p page.Page, said string) string {
	if said == registers.UnitField {
		return p.T("books.records.unit")
	}
	key, period, dated := strings.Cut(said, ".")
	f, _ := t.Definition.Field(key)
	if dated {
		return p.T("books.stats.by_"+period, "field", f.Label)
	}
	return p.Text(f.Label)
}

// value names a group.
func (t tables) value(p page.Page, dimension, v string) string {
	if v == "" {
		return p.T("books.empty")
	}
	if dimension == registers.UnitField {
		return t.unit(v)
	}
	key, period, _ := strings.Cut(dimension, ".")
	f, _ := t.Definition.Field(key)
	switch {
	case period == registers.Quarter:
		year, quarter, _ := strings.Cut(v, "-Q")
		return p.T("books.stats.quarter", "quarter", quarter, "year", year)
	case period != "":
		return turn(v)
	case f.Type == registers.Boolean:
		return p.T("books.bool." + v)
	}
	return show(p, f, v, t.unit)
}

// figure writes what stands in a cell.
func (t tables) figure(p page.Page, f registers.Figure) string {
	of, _ := t.Definition.Field(t.pivot.Of)
	switch {
	case f.Few:
		return p.T("books.stats.few", "n", t.found.Table.Least)
	case t.pivot.Of == "":
		return p.Number(int64(f.Count))
	case f.Filled == 0:
		return "–"
	case t.pivot.How == registers.Average:
		return t.number(p, of, float64(f.Sum)/float64(f.Filled), true)
	}
	return t.number(p, of, float64(f.Sum), false)
}

// number writes a sum or an average of a field, as the field is written; an
// average with one digit more than is kept.
func (t tables) number(p page.Page, f registers.Field, v float64, finer bool) string {
	scale := f.Scale
	if f.Type != registers.Decimal {
		scale = 0
	}
	for range scale {
		v /= 10
	}
	if f.Type == registers.Money {
		return p.Money(int64(v + .5))
	}
	if finer && scale < 2 {
		scale++
	}
	f.Type = registers.Decimal
	return show(p, f, strconv.FormatFloat(v, 'f', scale, 64), t.unit)
}

// drawn is the height of a figure in the chart.
func (t tables) drawn(f registers.Figure) float64 {
	switch {
	case f.Few:
		return 0
	case t.pivot.Of == "":
		return float64(f.Count)
	case f.Filled == 0:
		return 0
	}
	v := float64(f.Sum)
	if t.pivot.How == registers.Average {
		v /= float64(f.Filled)
	}
	if t.chart == registers.Lines { // bars do not go below nothing
		return v
	}
	return max(0, v)
}

// maxDrawn is how many rows, and how many series, a chart can hold.
const (
	maxDrawn  = 40
	maxSeries = 6
)

// picture is the chart of the table; false where it would not be readable.
func (t tables) picture(p page.Page) (c ui.ChartParams, ok bool) {
	table := t.found.Table
	if len(table.Rows) == 0 || len(table.Rows) > maxDrawn && t.chart == registers.Bars || len(table.Columns) > maxSeries {
		return c, false
	}
	c.Label = p.T("books.stats.chart_of", "what", t.title(p))
	for _, column := range table.Columns {
		c.Series = append(c.Series, t.value(p, t.pivot.Columns, column))
	}
	if t.pivot.Columns == "" {
		c.Series = []string{t.measure(p)}
	}
	if t.pivot.Against != "" {
		c.Series = append(c.Series, t.against(p))
	}
	for i, row := range table.Rows {
		if row == "" && t.chart == registers.Lines {
			continue // no time
		}
		point := ui.ChartPoint{Label: t.value(p, t.pivot.Rows, row)}
		for _, f := range table.Cells[i] {
			point.Values, point.Said = append(point.Values, t.drawn(f)), append(point.Said, t.figure(p, f))
			if t.pivot.Against != "" {
				point.Values, point.Said = append(point.Values, max(0, float64(f.Beside))), append(point.Said, t.beside(p, f))
			}
		}
		c.Points = append(c.Points, point)
	}
	return c, len(c.Points) > 0
}

// totals names the last line and the last column: averages do not add up.
func (t tables) totals(p page.Page) string {
	if t.pivot.How == registers.Average {
		return p.T("books.stats.overall")
	}
	return p.T("books.stats.total")
}

// measure names what is counted.
func (t tables) measure(p page.Page) string {
	if t.pivot.Of == "" {
		return p.T("books.stats.count")
	}
	of, _ := t.Definition.Field(t.pivot.Of)
	return p.T("books.stats."+t.pivot.How, "field", of.Label)
}

// title says what the table counts: by its name where the file has one.
func (t tables) title(p page.Page) string {
	if i := slices.IndexFunc(t.reports, func(r registers.Report) bool { return r.Pivot() == t.pivot }); i >= 0 {
		return p.Text(t.reports[i].Name)
	}
	by := t.dimension(p, t.pivot.Rows)
	if t.pivot.Columns != "" {
		by = p.T("books.stats.and", "one", by, "other", t.dimension(p, t.pivot.Columns))
	}
	return p.T("books.stats.of", "measure", t.measure(p), "by", by)
}

// narrowed is the list with a group more; empty where the list has no such filter.
func (t tables) narrowed(groups map[string]string) string {
	q := kept(t.Register, t.Sent)
	for dimension, v := range groups {
		key, period, _ := strings.Cut(dimension, ".")
		f, _ := t.Definition.Field(key)
		i := slices.IndexFunc(filters(t.Register), func(x filter) bool { return x.Key == key })
		switch {
		case dimension == registers.UnitField:
			q.Set(askUnit, v)
		case v == "" || i < 0 || period != "" && !filters(t.Register)[i].ranged:
			return ""
		case period != "":
			from, to := span(v)
			q.Set(control(f)+fromEnd, turn(from))
			q.Set(control(f)+toEnd, turn(to))
		default:
			q.Set(control(f), v)
		}
	}
	return bookPath(t.Definition) + "?" + q.Encode()
}

// span is the first and the last month, or the year, of a group of dates.
func span(group string) (from, to string) {
	year, quarter, ok := strings.Cut(group, "-Q")
	n, err := strconv.Atoi(quarter)
	if !ok || err != nil {
		return group, group
	}
	month := func(m int) string { return year + "-" + strconv.Itoa(100 + m)[1:] }
	return month(3*n - 2), month(3 * n)
}

// takeStatistics sends the table as a file.
func (s site) takeStatistics(w http.ResponseWriter, r *http.Request) error {
	t, err := s.tablesOf(r)
	if err != nil {
		return err
	}
	p := page.From(r.Context())
	if t.found, err = s.svc.TakeStatistics(r.Context(), p.Actor, t.Definition.ID, query(t.Register, t.Sent), t.pivot); err != nil {
		return err
	}
	head, rows := t.sheet(p)
	name := t.Definition.ID + "-thong-ke"
	w.Header().Set("Cache-Control", "no-store")
	if r.FormValue(askKind) == "csv" {
		w.Header().Set("Content-Type", "text/csv; charset=utf-8")
		w.Header().Set("Content-Disposition", `attachment; filename="`+name+`.csv"`)
		return sheet.WriteCSV(w, written(p, head, rows))
	}
	w.Header().Set("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`.xlsx"`)
	columns := make([]sheet.Column, len(head))
	for i, h := range head {
		columns[i].Title = h
	}
	return sheet.WriteXLSX(w, name, columns, rows)
}

// items are the fields by which can be counted.
func (t tables) items(p page.Page, none string) (items []ui.SelectItem) {
	if none != "" {
		items = append(items, ui.SelectItem{Text: none})
	}
	for _, d := range t.Dimensions() {
		items = append(items, ui.SelectItem{Value: d, Text: t.dimension(p, d)})
	}
	return items
}

// measures are what can be counted.
func (t tables) measures(p page.Page) []ui.SelectItem {
	items := []ui.SelectItem{{Text: p.T("books.stats.count")}}
	for _, f := range t.Measures() {
		for _, how := range []string{registers.Sum, registers.Average} {
			items = append(items, ui.SelectItem{Value: how + "." + f.Key, Text: p.T("books.stats."+how, "field", f.Label)})
		}
	}
	return items
}
