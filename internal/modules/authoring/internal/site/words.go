// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/authoring"
	"tinhso.vn/internal/modules/authoring/internal/core"
	"tinhso.vn/internal/modules/authoring/internal/core/registeredit"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

// field is a field of a form with what is wrong about it.
func field(p page.Page, name, value, label, hint string, wrong []web.ProblemField) ui.InputParams {
	in := ui.InputParams{ID: name, Name: name, Value: value, Label: ui.Label{Text: label}, Autocomplete: "off"}
	if hint != "" {
		in.Hint = &ui.Hint{Text: hint}
	}
	if said := p.Errors(wrong)[name]; said != "" {
		in.ErrorMessage = &ui.ErrorMessage{Text: said}
	}
	return in
}

func summary(p page.Page, wrong []web.ProblemField) ui.ErrorSummaryParams {
	s := ui.ErrorSummaryParams{TitleText: p.T("page.error.input")}
	for _, f := range wrong {
		s.ErrorList = append(s.ErrorList, ui.ErrorItem{Text: p.Named(f.Code, f.Args), Href: "#" + f.Name})
	}
	return s
}

func reasonWrong(wrong []web.ProblemField) bool {
	for _, f := range wrong {
		if f.Name == "reason" {
			return true
		}
	}
	return false
}

func fileField(p page.Page, wrong []web.ProblemField) ui.FileUploadParams {
	f := ui.FileUploadParams{ID: "file", Name: "file", Label: ui.Label{Text: p.T("authoring.f.file")}, Hint: &ui.Hint{Text: p.T("authoring.f.file.hint")}}
	if said := p.Errors(wrong)["file"]; said != "" {
		f.ErrorMessage = &ui.ErrorMessage{Text: said}
	}
	return f
}

// stateTag is where a change stands, in a word and a colour.
func stateTag(p page.Page, s authoring.State) ui.TagParams {
	classes := map[authoring.State]string{
		authoring.Submitted: "ts-tag--soon", authoring.Returned: "ts-tag--late", authoring.Approved: "ts-tag--ok", authoring.Published: "ts-tag--done",
		authoring.Withdrawn: "ts-tag--hold", authoring.Draft: "ts-tag--plain",
	}
	return ui.TagParams{Text: p.T("authoring.state." + string(s)), Classes: classes[s]}
}

func kindTag(p page.Page, i authoring.Item) ui.TagParams {
	switch {
	case i.Gone():
		return changeTag(p, packs.Removed)
	case i.New():
		return changeTag(p, packs.Added)
	}
	return changeTag(p, packs.Changed)
}

func changeTag(p page.Page, k packs.Change) ui.TagParams {
	classes := map[packs.Change]string{packs.Added: "ts-tag--ok", packs.Removed: "ts-tag--late", packs.Changed: "ts-tag--soon"}
	return ui.TagParams{Text: p.T("authoring.kind." + string(k)), Classes: classes[k]}
}

func markTag(p page.Page, m core.Mark) ui.TagParams {
	classes := map[core.Mark]string{core.Fine: "ts-tag--ok", core.Note: "ts-tag--soon", core.Stop: "ts-tag--late"}
	return ui.TagParams{Text: p.T("authoring.mark." + string(m)), Classes: classes[m]}
}

func removeText(i authoring.Item) string {
	if i.New() {
		return "authoring.do.drop"
	}
	return "authoring.do.remove"
}

// stateLink is a filter of the list; without Href it is the one that is on.
type stateLink struct{ Text, Href string }

func stateLinks(p page.Page, on authoring.State) (all []stateLink) {
	add := func(s authoring.State, text string) {
		link := stateLink{Text: text, Href: Path + "?state=" + string(s)}
		if s == on {
			link.Href = ""
		}
		all = append(all, link)
	}
	add("", p.T("authoring.state.all"))
	for _, s := range authoring.States() {
		add(s, p.T("authoring.state."+string(s)))
	}
	return all
}

func newAction(p page.Page) (all []ui.DeskAction) {
	if p.Actor.May("dossiers.templates") || p.Actor.May("dossiers.templates_approve") {
		all = append(all, ui.DeskAction{ButtonParams: ui.ButtonParams{Text: p.T("authoring.templates.link"), Href: "/mau-van-ban", Classes: "ts-button--secondary"}})
	}
	if !p.Actor.May(authoring.PermEdit) {
		return all
	}
	return append(all, []ui.DeskAction{
		{ButtonParams: ui.ButtonParams{Text: p.T("authoring.clock.title"), Href: ClockPath, Classes: "ts-button--secondary"}},
		{ButtonParams: ui.ButtonParams{Text: p.T("authoring.tables.link"), Href: TablesPath, Classes: "ts-button--secondary"}},
		{ButtonParams: ui.ButtonParams{Text: p.T("authoring.new.title"), Href: Path + "/moi"}},
	}...)
}

func firstAction(p page.Page) *ui.ButtonParams {
	if !p.Actor.May(authoring.PermEdit) {
		return nil
	}
	return &ui.ButtonParams{Text: p.T("authoring.new.title"), Href: Path + "/moi"}
}

func addAction(p page.Page, s seen) *ui.ButtonParams {
	if !s.Editable {
		return nil
	}
	return &ui.ButtonParams{Text: p.T("authoring.add.title"), Href: at(s.ID, "them")}
}

// changeActions are what can be done with a change, the most likely first.
func changeActions(p page.Page, s seen) (all []ui.DeskAction) {
	add := func(key, part, classes string) {
		all = append(all, ui.DeskAction{ButtonParams: ui.ButtonParams{Text: p.T(key), Href: at(s.ID, part), Classes: classes}})
	}
	const second = "ts-button--secondary"
	if s.State == authoring.Submitted && p.Actor.May(authoring.PermApprove) {
		add("authoring.decide.title", "duyet", "")
	} else if s.State != authoring.Published && s.State != authoring.Withdrawn {
		add("authoring.check.title", "kiem-tra-truoc", "")
	}
	if len(s.Items) > 0 {
		if s.State != authoring.Published && s.State != authoring.Withdrawn {
			add("authoring.try", "chay-thu", second)
		}
		add("authoring.diff.title", "khac", second)
	}
	return all
}

func facts(p page.Page, s seen) (rows []ui.SummaryRow) {
	add := func(key, value string, actions ...ui.SummaryAction) {
		if value != "" {
			rows = append(rows, ui.SummaryRow{Key: ui.SummaryText{Text: p.T(key)}, Value: ui.SummaryText{Text: value}, Actions: ui.SummaryActions{Items: actions}})
		}
	}
	by := func(h authoring.Hand) string {
		if h.Account == "" {
			return ""
		}
		return s.Names[h.Account] + ", " + p.DateTime(h.At.Time)
	}
	var edit []ui.SummaryAction
	if s.Editable {
		edit = []ui.SummaryAction{{Text: p.T("authoring.edit"), Href: at(s.ID, "chung"), VisuallyHiddenText: p.T("authoring.f.day")}}
	}
	add("authoring.f.day", p.Date(s.Day.At(0)), edit...)
	basis := s.Basis
	if basis == "" {
		basis = p.T("authoring.basis.none")
	}
	add("authoring.f.basis", basis, edit...)
	add("authoring.fact.created", by(s.Created))
	add("authoring.fact.submitted", by(s.Submitted))
	if s.State == authoring.Approved || s.State == authoring.Published {
		add("authoring.fact.approved", by(s.Decided))
	}
	if !s.Published.IsZero() {
		add("authoring.fact.published", p.DateTime(s.Published.Time))
	}
	return rows
}

// itemPath is the page on which an item is written.
func itemPath(change authoring.ID, i authoring.Item) string {
	return placeOf(change, i.List, i.ID, "")
}

func placeOf(change authoring.ID, list authoring.List, id, path string) string {
	id = url.PathEscape(id)
	switch list {
	case authoring.Procedures:
		if path == "" {
			return at(change, "thu-tuc", id)
		}
		return at(change, "thu-tuc", id, sectionOf(path))
	case authoring.Forms:
		return at(change, "bieu-mau", id)
	case authoring.Flows:
		return at(change, "quy-trinh", id)
	case authoring.Decisions:
		return at(change, "bang-quyet-dinh", id)
	case authoring.Templates:
		return at(change, "mau-ket-qua", id)
	case authoring.Registers:
		if path == core.PlanPath {
			return at(change, registerPath, id) + "?o=" + registeredit.PartPlan
		}
		return at(change, registerPath, id)
	}
	return ""
}

func linePath(change authoring.ID, l core.Line) string {
	if l.ID == "" {
		return ""
	}
	return placeOf(change, l.List, l.ID, l.Path)
}

func lineText(p page.Page, l core.Line) string {
	if l.Problem == nil {
		return p.Named(l.Code, l.Args)
	}
	text := said(p, *l.Problem)
	if where := labelOf(p, l); where != "" {
		text = where + ": " + text
	}
	if l.List == "" && l.Problem.File != "" { // not in the change itself: somebody else needs what it takes away
		text = l.ID + ": " + text
	}
	return text
}

// labelOf is the question that a mistake of a procedure belongs to; of other
// items it is the path.
func labelOf(p page.Page, l core.Line) string {
	if l.List != authoring.Procedures {
		return l.Path
	}
	prefix, rest, inPaper := strings.Cut(l.Path, "].")
	if inPaper && strings.HasPrefix(prefix, "papers[") {
		for _, q := range askedOfPaper() {
			if q.path[0] == rest {
				return p.T("authoring.s.giay-to") + ", " + p.T("authoring.q."+q.name)
			}
		}
	}
	for _, s := range sections() {
		for _, q := range asks(s) {
			if strings.Join(q.path, ".") == l.Path {
				return p.T("authoring.q." + q.name)
			}
		}
	}
	if l.Path == "" {
		return ""
	}
	return p.T("authoring.s." + sectionOf(l.Path))
}

func nameOf(p page.Page, i authoring.Item) string {
	text := i.Whole
	if i.Gone() {
		text = i.Base
	}
	doc, err := core.ReadDoc(i.ID, text)
	if err != nil {
		return i.ID
	}
	for _, name := range []string{"name", "title"} {
		if t := doc.Words(name); t.VI != "" {
			return textOf(p, t)
		}
	}
	return i.ID
}

func diffRows(p page.Page, all []packs.Difference) (rows [][]ui.TableCell) {
	say := func(s string) string {
		if s == "" {
			return p.T("authoring.diff.nothing")
		}
		if inner, list := strings.CutPrefix(s, "["); list && strings.HasSuffix(inner, "]") && !strings.ContainsAny(inner, "{[") {
			s = strings.TrimSuffix(inner, "]")
		}
		return short(s, 400)
	}
	for _, d := range all {
		rows = append(rows, []ui.TableCell{{Text: textOf(p, d.Label)}, {Text: say(d.From)}, {Text: say(d.To)}})
	}
	return rows
}

func problemTable(p page.Page, all []packs.Problem) ui.TableParams {
	t := ui.TableParams{
		Caption: p.T("authoring.upload.table"), CaptionClasses: "ts-visually-hidden",
		Head: []ui.TableCell{{Text: p.T("authoring.upload.file")}, {Text: p.T("authoring.upload.line")}, {Text: p.T("authoring.upload.what")}},
	}
	for _, one := range all {
		t.Rows = append(t.Rows, []ui.TableCell{{Text: strings.TrimPrefix(one.File, packs.LayerName+"/")}, {Text: strconv.Itoa(one.Line)}, {Text: textOf(p, one.Message)}})
	}
	return t
}

// tasks are the sections of a procedure with how far each is.
func tasks(p page.Page, g writing) (all []ui.TaskItem) {
	wrong := map[string]int{}
	for _, one := range g.own() {
		wrong[sectionOf(one.Path)]++
	}
	for _, s := range sections() {
		item := ui.TaskItem{Title: ui.TaskTitle{Text: p.T("authoring.s." + s)}, Href: g.at(s), Hint: &ui.Hint{Text: inShort(p, g, s)}}
		if n := wrong[s]; n > 0 {
			item.Status.Tag = &ui.TagParams{Text: p.T("authoring.items.problems", "count", n), Classes: "ts-tag--late"}
		} else {
			item.Status.Tag = &ui.TagParams{Text: p.T("authoring.mark.fine"), Classes: "ts-tag--ok"}
		}
		all = append(all, item)
	}
	return all
}

// inShort says in a line what a section holds.
func inShort(p page.Page, g writing, section string) string {
	d, of := g.Doc, fmt.Sprintf
	some := func(parts ...string) string {
		var out []string
		for _, s := range parts {
			if s = strings.TrimSpace(s); s != "" {
				out = append(out, short(s, 90))
			}
		}
		return strings.Join(out, " · ")
	}
	switch section {
	case "chung":
		return some(textOf(p, d.Words("field")), textOf(p, d.Words("result_name")))
	case "giay-to":
		return p.T("authoring.short.papers", "count", len(d.Subs("papers")))
	case "truong-hop":
		return p.T("authoring.short.cases", "count", len(d.Subs("cases")))
	case "quyet-dinh":
		return some(d.Sub("decision").Str("number"), shownDay(d.Sub("decision").Str("signed")))
	case "dieu-kien":
		return some(textOf(p, d.Words("conditions")))
	case "bieu-mau":
		return some(partTitle(p, g, authoring.Forms, d.Str("form")))
	case "thoi-han":
		s := d.Sub("durations").Sub("statutory")
		switch {
		case d.Str("same_day") == "true":
			return p.T("authoring.q.same_day")
		case s.Has("hours"):
			return of("%s %s", s.Str("hours"), p.T("authoring.short.hours"))
		case s.Has("days"):
			return of("%s %s", s.Str("days"), p.T("authoring.o.count."+s.Str("count")))
		}
	case "phi":
		if kind := feeKind(d); kind == "amount" {
			return d.Sub("fee").Str("amount") + " đồng"
		} else if kind != "" {
			return p.T("authoring.o.fee." + kind)
		}
	case "can-cu":
		return p.T("authoring.short.bases", "count", len(d.Strs("legal_bases")))
	case "tim-kiem":
		return some(strings.Join(d.Strs("keywords"), ", "))
	case "hieu-luc":
		return some(shownDay(d.Str("valid_from")), shownDay(d.Str("valid_to")))
	}
	return ""
}
