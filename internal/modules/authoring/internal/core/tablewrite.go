// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/modules/authoring"
	"tinhso.vn/internal/platform/text"
	"tinhso.vn/internal/platform/yaml"
)

func dayBefore(day string) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return ""
	}
	return t.AddDate(0, 0, -1).Format(time.DateOnly)
}

// words writes a text unless it says what is there already, in which case its
// English stays.
func (w *work) words(name string, c cell) {
	if said := c.said(); text.Line(said) != text.Line(w.before.Words(name).VI) {
		w.doc.SetWords(name, packs.Text{VI: said})
	}
}

func (w *work) common(code string) {
	if code != "" && short(w.before.Str("code")) != short(code) {
		w.doc.SetStr("code", code)
	}
	for _, name := range []string{"name", "conditions", "steps"} {
		if c, there := w.given(name); there {
			w.words(name, c)
		}
	}
	if c, there := w.given("field"); there {
		if known, is := w.named[text.Fold(c.Text)]; is { // "ĐẤT ĐAI" is the field that is there
			if text.Fold(w.before.Words("field").VI) != text.Fold(c.Text) {
				w.doc.SetWords("field", known)
			}
		} else {
			w.words("field", c)
			w.named[text.Fold(c.Text)] = packs.Text{VI: c.line()}
		}
	} else if len(w.base) == 0 {
		w.problem(w.at("field"), "required", "")
	}
	if c, there := w.given("result"); there {
		w.words("result_name", c)
	} else if len(w.base) == 0 {
		w.doc.SetWords("result_name", packs.Text{VI: "Văn bản trả kết quả", EN: "Letter with the result"})
	}
	if c, there := w.given("audience"); there {
		var all []string
		folded := text.Fold(c.Text)
		if strings.Contains(folded, "ca nhan") || strings.Contains(folded, "cong dan") || strings.Contains(folded, "ho gia dinh") {
			all = append(all, "individual")
		}
		if strings.Contains(folded, "to chuc") || strings.Contains(folded, "doanh nghiep") || strings.Contains(folded, "hop tac xa") || strings.Contains(folded, "co quan") {
			all = append(all, "organisation")
		}
		if len(all) == 0 {
			w.problem(c, "audience", "")
		}
		w.list("audience", all)
	}
	if c, there := w.given("bases"); there {
		w.bases(c)
	}
	for _, name := range []string{"paperless", "boundary_free"} {
		c, there := w.given(name)
		if !there {
			continue
		}
		is, ok := readTruth(c)
		if !ok {
			w.problem(c, "truth", "")
		}
		w.doc.SetBool(name, is)
	}
}

// at is a cell of a field, also where the table has no such column.
func (w *work) at(name string) cell {
	if c, there := w.of[name]; there {
		return c
	}
	return cell{name: name}
}

// list writes a list of plain words unless it is there already.
func (w *work) list(name string, all []string) {
	if len(all) == 0 || slices.Equal(all, w.before.Strs(name)) {
		return
	}
	n := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Style: yaml.FlowStyle}
	for _, one := range all {
		n.Content = append(n.Content, str(one))
	}
	w.doc.set(name, n)
}

// bases finds the legal documents that a cell names by their numbers.
func (w *work) bases(c cell) {
	said := numberOf(c.Text)
	var all []string
	for number, id := range w.docs {
		if number != "" && strings.Contains(said, number) {
			all = append(all, id)
		}
	}
	slices.Sort(all)
	if len(all) == 0 {
		w.warn(c, "bases", "")
		return
	}
	for _, id := range w.before.Strs("legal_bases") { // those of before stand first, as they did
		if i := slices.Index(all, id); i >= 0 {
			all = append([]string{id}, slices.Delete(all, i, i+1)...)
		}
	}
	before := slices.Sorted(slices.Values(w.before.Strs("legal_bases")))
	if !slices.Equal(before, slices.Sorted(slices.Values(all))) {
		w.list("legal_bases", all)
	}
}

func (w *work) times() {
	d := w.doc.Sub("durations")
	for _, one := range []struct{ column, key string }{{"days", "statutory"}, {"reduced", "reduced"}, {"online_days", "online_statutory"}, {"online_reduced", "online_reduced"}} {
		c, there := w.given(one.column)
		if !there {
			continue
		}
		s, ok := readSpan(c)
		switch {
		case !ok:
			w.problem(c, "span", "")
		case s.sameDay && one.column == "days":
			w.doc.SetBool("same_day", true)
			d.Drop("statutory")
		case s.sameDay:
			w.problem(c, "span", "")
		default:
			if one.column == "days" {
				w.doc.Drop("same_day")
			}
			w.span(d, one.key, s)
		}
	}
	if len(d.node.Content) > 0 {
		w.doc.set("durations", d.node)
	} else {
		w.doc.Drop("durations")
	}
	if !d.Has("statutory") && !w.doc.Has("same_day") {
		w.problem(w.at("days"), "required", "")
	}
}

// span writes a duration unless it is there already.
func (w *work) span(d Doc, key string, s span) {
	is := d.Sub(key)
	same := is.Str("hours") == strconv.Itoa(s.n) && s.unit == "hours" ||
		is.Str("days") == strconv.Itoa(s.n) && s.unit == "days" && (is.Str("count") == "working") == s.working
	if same {
		return
	}
	now := NewDoc()
	now.node.Style = yaml.FlowStyle
	now.SetRaw(s.unit, strconv.Itoa(s.n))
	if s.unit == "days" {
		now.SetStr("count", map[bool]string{true: "working", false: "calendar"}[s.working])
	}
	d.set(key, now.node)
}

func (w *work) fee() {
	c, there := w.given("fee")
	if !there {
		if len(w.base) == 0 {
			w.doc.SetStr("fee", "unverified")
		}
		return
	}
	amount, per, known := readFee(c)
	is := w.before.Sub("fee")
	switch {
	case !known && len(w.base) > 0: // words: what is there may say more
	case !known:
		w.warn(c, "fee_words", "")
		w.doc.SetStr("fee", "unverified")
	case amount == 0:
		if w.before.Str("fee") != "none" && is.Str("amount") != "0" {
			w.doc.SetStr("fee", "none")
		}
	case is.Str("amount") != strconv.Itoa(amount) && !is.Has("table"):
		f := NewDoc()
		f.node.Style = yaml.FlowStyle
		f.SetRaw("amount", strconv.Itoa(amount))
		f.SetStr("per", per)
		f.SetStr("source", w.source())
		w.doc.set("fee", f.node)
	}
}

// source is where what the table says comes from.
func (w *work) source() string {
	if number, _ := w.deciding(); number != "" {
		return "Quyết định công bố số " + number
	}
	return "Danh mục nhập từ tệp " + w.file
}

func (w *work) papers() {
	c, there := w.given("papers")
	if !there {
		return
	}
	said, before := readPapers(c), w.before.Subs("papers")
	for _, p := range said {
		for _, a := range w.set.Abolished {
			for _, n := range a.Names {
				if strings.Contains(" "+text.Fold(p.name)+" ", " "+text.Fold(n.VI)+" ") {
					w.problem(c, "abolished_paper", p.name)
					return
				}
			}
		}
	}
	known := func(name string) int {
		return slices.IndexFunc(before, func(d Doc) bool { return text.Fold(d.Words("name").VI) == text.Fold(name) })
	}
	if len(said) == len(before) && !slices.ContainsFunc(said, func(p paperSaid) bool { return known(p.name) < 0 }) {
		return
	}
	list := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
	taken := map[string]bool{}
	for i, p := range said {
		if k := known(p.name); k >= 0 && !taken[before[k].Str("id")] {
			taken[before[k].Str("id")] = true
			list.Content = append(list.Content, before[k].node)
			continue
		}
		d := NewDoc()
		id := strings.ReplaceAll(text.Fold(p.name), " ", "-")
		id = strings.TrimRight(id[:min(len(id), 40)], "-")
		if taken[id] || !packs.ValidID(id) || slices.ContainsFunc(before, func(o Doc) bool { return o.Str("id") == id }) {
			id = "giay-to-" + strconv.Itoa(i+1)
		}
		taken[id] = true
		d.SetStr("id", id)
		d.SetWords("name", packs.Text{VI: p.name})
		for _, n := range []struct {
			key string
			n   int
		}{{"original", p.original}, {"copy", p.copy}, {"certified", p.certified}} {
			if n.n > 0 {
				d.SetRaw(n.key, strconv.Itoa(n.n))
			}
		}
		d.SetRaw("required", strconv.FormatBool(p.required))
		d.SetStr("source", w.source())
		list.Content = append(list.Content, d.node)
	}
	if len(list.Content) > 0 {
		w.doc.set("papers", list)
	}
}

// levels reads at which level a procedure is done.
func (w *work) levels(c cell) (all []string) {
	folded := " " + text.Fold(c.Text) + " "
	if strings.Contains(folded, " xa ") || strings.Contains(folded, " phuong ") || strings.Contains(folded, " commune ") {
		all = append(all, "commune")
	}
	if strings.Contains(folded, " tinh ") || strings.Contains(folded, " so ") || strings.Contains(folded, " province ") {
		all = append(all, "province")
	}
	if len(all) == 0 {
		w.problem(c, "level", "")
	}
	return all
}

func (w *work) where() {
	levels := w.before.Strs("levels")
	if c, there := w.given("level"); there {
		if levels = w.levels(c); len(levels) > 0 && !slices.Equal(slices.Sorted(slices.Values(levels)), slices.Sorted(slices.Values(w.before.Strs("levels")))) {
			w.list("levels", levels)
		}
	}
	if c, there := w.given("unit"); there {
		folded := text.Fold(c.Text)
		id, known := w.units[folded]
		switch {
		case known:
			if id != w.before.Str("authority_unit") {
				w.doc.SetStr("authority_unit", id)
			}
		case strings.HasPrefix(folded, "ubnd cap xa") || strings.HasPrefix(folded, "uy ban nhan dan cap xa") || strings.HasPrefix(folded, "uy ban nhan dan xa") || strings.HasPrefix(folded, "ubnd xa"):
			if len(levels) == 0 {
				levels = []string{"commune"}
				w.list("levels", levels)
			}
		default:
			w.problem(c, "unit", "")
		}
	}
	if len(levels) == 0 && len(w.base) == 0 {
		if w.doc.Has("authority_unit") {
			levels = []string{"province"}
			w.list("levels", levels)
		} else {
			w.problem(w.at("level"), "required", "")
		}
	}
	if !w.doc.Has("authority") && !w.doc.Has("authority_unit") {
		if kindOf(levels) == "xa" {
			w.list("authority", []string{"commune", "ward", "special_zone"})
		} else {
			w.list("authority", []string{"department"})
		}
	}
	if c, there := w.given("online"); there {
		how, ok := readOnline(c)
		if !ok {
			w.problem(c, "online", "")
		}
		w.doc.SetStr("online", cmp.Or(how, "none"))
	} else if len(w.base) == 0 {
		w.doc.SetStr("online", "partial")
	}
	if c, there := w.given("route"); there {
		route, ok := readRoute(c)
		if !ok {
			w.problem(c, "route", "")
		}
		w.doc.SetStr("route", cmp.Or(route, "LOCAL"))
	} else if len(w.base) == 0 {
		w.doc.SetStr("route", "LOCAL")
	}
}

// deciding is the decision by which the row was made known, as far as it is said.
func (w *work) deciding() (number, signed string) {
	number, signed = w.Decision, w.Signed
	if c, there := w.given("decision"); there {
		said, day := readDecision(c)
		number, signed = said, cmp.Or(day, signed)
	}
	if c, there := w.given("signed"); there {
		signed, _ = readTableDay(c) // what cannot be read is said in decision
	}
	return number, signed
}

func (w *work) decision() {
	number, signed := w.deciding()
	if c, there := w.given("signed"); there {
		if _, ok := readTableDay(c); !ok {
			w.problem(c, "day", "")
			return
		}
	}
	effective, issuer := w.Effective, w.Issuer
	if c, there := w.given("effective"); there {
		day, ok := readTableDay(c)
		if !ok {
			w.problem(c, "day", "")
			return
		}
		effective = day
	}
	if c, there := w.given("issuer"); there {
		issuer = c.line()
	}
	if number == "" {
		if len(w.base) == 0 && !w.doc.Has("source") {
			w.doc.SetStr("source", w.source())
			w.doc.SetStr("status", "unverified")
		}
		return
	}
	if signed == "" {
		w.problem(w.at("decision"), "no_day", "")
		return
	}
	if effective != "" && effective < signed {
		w.problem(w.at("effective"), "effective", "")
		return
	}
	is := w.before.Sub("decision")
	if is.Str("number") != number || is.Str("signed") != signed || is.Str("effective") != effective || issuer != "" && is.Words("issuer").VI != issuer {
		d := NewDoc()
		d.node.Style = yaml.FlowStyle
		d.SetStr("number", number)
		d.SetRaw("signed", signed)
		d.SetRaw("effective", effective)
		d.SetStr("issuer", issuer)
		w.doc.set("decision", d.node)
	}
	if len(w.base) == 0 {
		w.doc.SetStr("source", w.source())
	}
}

// fillUp gives a procedure that is received here what it needs and has not:
// the general form, a general flow of its kind and duration, the general letter.
func (w *work) fillUp() {
	if w.doc.Str("route") != "LOCAL" {
		return
	}
	if w.doc.Str("form") == "" {
		w.doc.SetStr("form", generalForm)
		w.needs = append(w.needs, authoring.Item{List: authoring.Forms, ID: generalForm})
	}
	flow := w.doc.Str("flow")
	shortest, hours := w.shortest()
	switch {
	case (flow == "" || strings.HasPrefix(flow, generalFlow)) && hours > 0 && hours < leastGeneral:
		w.problem(w.at("days"), "short", strconv.Itoa(leastGeneral))
		return
	case flow == "" || strings.HasPrefix(flow, generalFlow):
		flow = flowFor(kindOf(w.doc.Strs("levels")), hours)
		if w.doc.Str("flow") != flow {
			w.doc.SetStr("flow", flow)
		}
		w.needs = append(w.needs, authoring.Item{List: authoring.Flows, ID: flow})
	default:
		if f, there := w.set.Flow(flow); there && hours < f.LongestHours() && shortest {
			w.problem(w.at("days"), "flow", strconv.Itoa(f.LongestHours()))
		}
	}
	if w.doc.Str("result_template") == "" && w.doc.Str("form") == generalForm {
		w.doc.SetStr("result_template", generalTemplate)
		w.needs = append(w.needs, authoring.Item{List: authoring.Templates, ID: generalTemplate})
	}
	if w.doc.Str("form") == generalForm && !w.doc.Has("same_because") {
		w.doc.SetWords("same_because", packs.Text{
			VI: "Chưa có biểu mẫu và quy trình riêng: dùng đơn chung và quy trình chung theo cấp và thời hạn",
			EN: "No form and process of its own yet: the general ones of its level and duration",
		})
	}
}

// shortest is the shortest duration in working hours; false where none is
// counted in working time. Of calendar days two thirds are taken as work.
func (w *work) shortest() (worked bool, hours int) {
	if w.doc.Has("same_day") {
		return true, 0
	}
	hours = maxGeneral
	d := w.doc.Sub("durations")
	for _, key := range []string{"statutory", "reduced", "online_statutory", "online_reduced"} {
		is := d.Sub(key)
		n, err := strconv.Atoi(cmp.Or(is.Str("days"), is.Str("hours")))
		switch {
		case err != nil:
		case is.Has("hours"):
			worked, hours = true, min(hours, n)
		case is.Str("count") == "working":
			worked, hours = true, min(hours, n*8)
		default:
			hours = min(hours, max(n*2/3, 1)*8)
		}
	}
	return worked, hours
}
