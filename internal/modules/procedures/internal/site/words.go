// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/decisions"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/modules/procedures/internal/core"
	"tinhso.vn/internal/platform/ui"
)

const hoursADay = 8

// choice is a value of a filter in words, with how many procedures have it.
type choice struct {
	Value, Text string
	N           int64
}

// choices puts counted values into words, in the order of the words. What has
// no words is not offered: a pack may bring an event that nobody has named yet.
func choices(counts []core.Count, words func(value string) string) (all []choice) {
	for _, c := range counts {
		if text := words(c.Value); text != "" {
			all = append(all, choice{c.Value, text, c.N})
		}
	}
	slices.SortStableFunc(all, func(a, b choice) int { return cmp.Compare(core.Slug(a.Text), core.Slug(b.Text)) })
	return all
}

// named says the message of a value, and nothing where there is none.
func named(p page.Page, prefix string) func(string) string {
	return func(value string) string {
		if !p.Site.Catalogue.Has(prefix + value) {
			return ""
		}
		return p.T(prefix + value)
	}
}

func fieldNames(p page.Page, o core.Overview) func(string) string {
	return func(slug string) string { return p.Text(o.Fields[slug]) }
}

// agencyNames says who decides: a unit by its name, a kind of units by its word.
func agencyNames(p page.Page, o core.Overview) func(string) string {
	kinds := named(p, "procedures.authority.")
	return func(value string) string {
		if name, unit := o.Agencies[value]; unit {
			return p.Text(name)
		}
		return kinds(value)
	}
}

// lifelong puts the events of life in the order in which they come.
func lifelong(all []choice) []choice {
	order := core.LifeOrder()
	at := func(c choice) int {
		if i := slices.Index(order, c.Value); i >= 0 {
			return i
		}
		return len(order)
	}
	slices.SortStableFunc(all, func(a, b choice) int { return cmp.Compare(at(a), at(b)) })
	return all
}

// items are the options of a select; the first is not to choose.
func items(p page.Page, all []choice, chosen string) []ui.SelectItem {
	out := []ui.SelectItem{{Text: p.T("procedures.filter.any")}}
	known := chosen == ""
	for _, c := range all {
		out = append(out, ui.SelectItem{Value: c.Value, Text: c.Text + " (" + p.Number(c.N) + ")", Selected: c.Value == chosen})
		known = known || c.Value == chosen
	}
	if !known { // nothing has it under the other filters; it stays chosen
		out = append(out, ui.SelectItem{Value: chosen, Text: chosen + " (0)", Selected: true})
	}
	return out
}

func href(id procedures.ID) string { return "/thu-tuc/" + url.PathEscape(string(id)) }

// often writes a number of procedures.
func often(p page.Page, n int64) string { return p.T("procedures.count", "count", n) }

func topics(p page.Page, all []choice, param string) (links []ui.CardLink) {
	for _, c := range all {
		links = append(links, ui.CardLink{
			Title: c.Text, Text: often(p, c.N), Href: "/thu-tuc?" + url.Values{param: {c.Value}}.Encode(),
		})
	}
	return links
}

func doors(p page.Page, d procedures.Doors) []ui.CardLink {
	links := []ui.CardLink{{Title: p.T("procedures.home.file"), Text: p.T("procedures.home.file_text"), Href: "/thu-tuc"}}
	if d.File == "" {
		links[0].Title, links[0].Text = p.T("procedures.home.look"), p.T("procedures.home.look_text")
	}
	if d.Track != "" {
		links = append(links, ui.CardLink{Title: p.T("procedures.home.track"), Text: p.T("procedures.home.track_text"), Href: d.Track})
	}
	if d.Mine != "" && !p.Actor.Official() {
		links = append(links, ui.CardLink{Title: p.T("procedures.home.mine"), Text: p.T("procedures.home.mine_text"), Href: d.Mine})
	}
	return links
}

// facts are the figures somebody has counted, at most four: the work first, then
// the catalogue.
func facts(p page.Page, c core.Counts, f procedures.Figures) (all []ui.Fact) {
	add := func(value, key string) { all = append(all, ui.Fact{Value: value, Text: p.T(key)}) }
	if f.Decided > 0 {
		add(tenths(p, f.OnTime*1000/f.Decided)+" %", "procedures.fact.on_time") // rounded down: 100 % is all of them
	}
	if f.Open > 0 {
		add(p.Number(f.Open), "procedures.fact.open")
	}
	if f.Decided > 0 && f.MedianHours > 0 {
		add(p.T("procedures.fact.days", "days", tenths(p, (f.MedianHours*10+hoursADay/2)/hoursADay)), "procedures.fact.median")
	}
	if c.Total > 0 {
		add(p.Number(c.Total), "procedures.fact.listed")
	}
	online := int64(0)
	for _, o := range c.Online {
		if o.Value == "full" || o.Value == "partial" {
			online += o.N
		}
	}
	if online > 0 {
		add(p.Number(online), "procedures.fact.online")
	}
	return all[:min(len(all), 4)]
}

// tenths writes a number of tenths: 982 is 98,2.
func tenths(p page.Page, n int64) string {
	if n%10 == 0 {
		return p.Number(n / 10)
	}
	point := ","
	if p.Lang() == i18n.EN {
		point = "."
	}
	return p.Number(n/10) + point + strconv.FormatInt(n%10, 10)
}

// long writes a duration, and nothing where none is stated.
func long(p page.Page, d procedures.Duration) string {
	switch {
	case d.Amount == 0:
		return ""
	case d.Unit == "hours":
		return p.T("procedures.time.hours", "count", d.Amount)
	case d.Working:
		return p.T("procedures.time.working_days", "count", d.Amount)
	}
	return p.T("procedures.time.days", "count", d.Amount)
}

// howLong is the duration that holds: the province's own where it has one.
func howLong(p page.Page, v procedures.Version) string {
	switch {
	case v.SameDay:
		return p.T("procedures.time.same_day")
	case v.Reduced.Amount > 0:
		return long(p, v.Reduced)
	case v.Statutory.Amount > 0:
		return long(p, v.Statutory)
	}
	return p.T("procedures.unverified.none")
}

// timeUnverified reports whether the duration that howLong says is not confirmed.
func timeUnverified(v procedures.Version) bool {
	if v.SameDay {
		return false
	}
	if v.Reduced.Amount > 0 {
		return !v.Reduced.Verified
	}
	return v.Statutory.Amount > 0 && !v.Statutory.Verified
}

func fee(p page.Page, f procedures.Fee) string {
	switch {
	case f.Kind == "none", f.Kind == "amount" && f.Amount == 0: // free, with a note on when it is not
		return p.T("procedures.fee.none")
	case f.Kind == "amount" && f.Per != (i18n.Text{}):
		return p.T("procedures.fee.per", "amount", p.Money(f.Amount), "per", p.Text(f.Per))
	case f.Kind == "amount":
		return p.Money(f.Amount)
	case f.Kind == "table":
		return p.T("procedures.fee.table")
	}
	return p.T("procedures.unverified.none")
}

// authority says who decides: kinds of units, each once.
func authority(p page.Page, v procedures.Version) string {
	var all []string
	for _, k := range v.Authority {
		if text := named(p, "procedures.authority.")(string(k)); text != "" && !slices.Contains(all, text) {
			all = append(all, text)
		}
	}
	return strings.Join(all, "; ")
}

func join(p page.Page, values []string, prefix string) string {
	var all []string
	for _, v := range values {
		if text := named(p, prefix)(v); text != "" {
			all = append(all, text)
		}
	}
	return strings.Join(all, "; ")
}

// copies says how many of a paper to bring.
func copies(p page.Page, paper procedures.Paper) string {
	var all []string
	for _, one := range []struct {
		n   int
		key string
	}{{paper.Original, "original"}, {paper.Copy, "copy"}, {paper.Certified, "certified"}} {
		if one.n > 0 {
			all = append(all, p.T("procedures.paper."+one.key, "count", one.n))
		}
	}
	return strings.Join(all, ", ")
}

// fileable reports whether a dossier can be begun on the web here.
func fileable(d procedures.Doors, v procedures.Version) bool {
	return d.File != "" && v.Route == procedures.Local && v.Online != "none" && len(v.Form.Steps) > 0
}

func elsewhere(v procedures.Version) bool { return v.Route != procedures.Local }

// yes is what an address says of a filter that is on.
const yes = "yes"

func yesIf(is bool) string {
	if is {
		return yes
	}
	return ""
}

// way is a way to file, or what comes after.
type way struct{ Name, Text string }

func ways(p page.Page, d procedures.Doors, v procedures.Version) (all []way) {
	add := func(key string) {
		all = append(all, way{p.T("procedures.file." + key), p.T("procedures.file." + key + "_text")})
	}
	switch {
	case elsewhere(v) && v.Where.VI != "":
		return []way{{Text: p.T("procedures.file.ministry_where", "where", v.Where)}}
	case elsewhere(v):
		return []way{{Text: p.T("procedures.file.ministry_text")}}
	case fileable(d, v):
		add(v.Online)
	}
	add("counter")
	if d.Track != "" {
		add("track")
	}
	return all
}

// hours writes working hours, full days as days.
func hours(p page.Page, n int) string {
	if n >= 2*hoursADay && n%hoursADay == 0 {
		return p.T("procedures.time.working_days", "count", n/hoursADay)
	}
	return p.T("procedures.time.hours", "count", n)
}

func anyUnverified(d core.Description) bool {
	return !d.Verified || timeUnverified(d.Version) || !d.Fee.Verified ||
		slices.ContainsFunc(d.Papers, func(x procedures.Paper) bool { return !x.Verified }) ||
		slices.ContainsFunc(d.Bases, func(b core.Basis) bool { return !b.Known || !b.Verified })
}

// feeRows is a table of fees as people read it: what is asked, then what it
// costs in words where the table has them.
func feeRows(p page.Page, d *decisions.Decision) ui.TableParams {
	t := ui.TableParams{Caption: p.Text(d.Title), CaptionClasses: "ts-visually-hidden"}
	for _, c := range d.Inputs {
		t.Head = append(t.Head, ui.TableCell{Text: p.T("procedures.fee.if", "label", p.Text(c.Label))})
	}
	t.Head = append(t.Head, ui.TableCell{Text: p.Text(d.Outputs[0].Label)})
	for _, r := range d.Rows {
		var cells []ui.TableCell
		for _, test := range r.When {
			if test = strings.TrimSpace(test); test == "" || test == "-" {
				test = p.T("procedures.fee.any")
			}
			cells = append(cells, ui.TableCell{Text: strings.ReplaceAll(test, "..", "–")})
		}
		said := p.Text(r.Note)
		if said == "" {
			said = strings.TrimSpace(strings.TrimPrefix(r.Then[0], "="))
		}
		t.Rows = append(t.Rows, append(cells, ui.TableCell{Text: said}))
	}
	return t
}
