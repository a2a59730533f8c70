// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/authoring/internal/core"
	"tinhso.vn/internal/modules/authoring/internal/core/registeredit"
	"tinhso.vn/internal/modules/authoring/internal/core/tree"
	"tinhso.vn/internal/platform/ui"
)

// registerView is the page of a register: one part of it is shown at a time.
type registerView struct {
	*editing
	registeredit.Register

	Part      string
	Out       core.Outlook // of the plan
	Questions []registeredit.Question
	Base      registeredit.Register
	In        bool // the register is in force
	Preview   templ.Component
	See       string // what is previewed
	As        string // as whom
}

func (h pages) registerPage(e *editing) error {
	v := registerView{editing: e, Register: registeredit.Read(e.s.Tree), Part: registeredit.PartFields}
	if e.open != "" {
		v.Part = e.open[:1]
	}
	if !e.s.Item.New() {
		base, err := tree.Parse(e.s.Item.Base)
		if err != nil {
			return packs.ErrItem.Because(err)
		}
		v.Base, v.In = registeredit.Read(base), true
		v.Questions = registeredit.Questions(base, e.s.Tree)
	}
	switch v.Part {
	case registeredit.PartPlan:
		out, err := h.svc.RegisterPlan(e.r.Context(), e.Actor, e.s.Change.ID, v.ID)
		if err != nil {
			return err
		}
		v.Out = out
	case registeredit.PartPreview:
		v.look(h.preview)
	}
	return e.render(e.T("authoring.register.title", "name", v.Title.VI), registerBody(v))
}

// The parts of a register that can be looked at before they are there.
const (
	seeList   = "danh-sach"
	seeForm   = "bieu-mau"
	seeRecord = "ban-ghi"
)

// look draws the part of the register that was asked for, as a right shows it.
func (v *registerView) look(preview Preview) {
	q := v.r.URL.Query()
	if v.See = q.Get("xem"); !slices.Contains([]string{seeList, seeForm, seeRecord}, v.See) {
		v.See = seeList
	}
	def, problems := registers.Decode(v.s.Tree.Root())
	if len(problems) > 0 || preview == nil {
		return
	}
	st := registers.Standing{Definition: def, Actor: v.Actor, Holds: []registers.Hold{{Right: registers.Right{ID: "all", May: registers.Acts()}, Scope: access.All()}}}
	if i := slices.IndexFunc(def.Rights, func(r registers.Right) bool { return r.ID == q.Get("quyen") }); i >= 0 {
		v.As = def.Rights[i].ID
		st.Holds = []registers.Hold{{Right: def.Rights[i], Scope: access.All()}}
	}
	v.Preview = preview(v.Page, st, v.See)
}

// parts are the links between the parts of the register.
func (v registerView) parts() ui.ChipsParams {
	c := ui.ChipsParams{Label: v.T("authoring.register.parts")}
	for _, part := range []string{
		registeredit.PartFields, registeredit.PartRights, registeredit.PartList, registeredit.PartKept, registeredit.PartStates, registeredit.PartPreview,
		registeredit.PartPlan, registeredit.PartText,
	} {
		on := v.Part == part || part == registeredit.PartStates && v.Part == registeredit.PartMoves ||
			part == registeredit.PartKept && (v.Part == registeredit.PartOpen || v.Part == registeredit.PartMeasures)
		c.Items = append(c.Items, ui.Chip{Text: v.T("authoring.register.part." + part), Href: v.to(part), On: on, OnText: v.T("authoring.register.here")})
	}
	return c
}

// to is the address of a part, or of one thing in it, opened.
func (v registerView) to(at string) string { return v.path + "?o=" + at }

// looks are the links of the preview: what is seen, and as whom.
func (v registerView) looks() ui.ChipsParams {
	c := ui.ChipsParams{Label: v.T("authoring.register.see")}
	for _, see := range []string{seeList, seeForm, seeRecord} {
		c.Items = append(c.Items, ui.Chip{
			Text: v.T("authoring.register.see." + see), Href: v.to("p") + "&xem=" + see + "&quyen=" + v.As, On: v.See == see, OnText: v.T("authoring.register.here"),
		})
	}
	return c
}

func (v registerView) readers() ui.ChipsParams {
	c := ui.ChipsParams{Label: v.T("authoring.register.as")}
	add := func(id, text string) {
		c.Items = append(c.Items, ui.Chip{Text: text, Href: v.to("p") + "&xem=" + v.See + "&quyen=" + id, On: v.As == id, OnText: v.T("authoring.register.here")})
	}
	add("", v.T("authoring.register.as_all"))
	for _, r := range v.Rights {
		add(r.ID, v.words(r.Name))
	}
	return c
}

// mistakes are what is wrong with the register, each with its line in the text
// and a link to the field or right that it is about.
func (v registerView) mistakes() (items []ui.ErrorItem) {
	for _, p := range v.s.Wrong {
		text := v.Text(i18n.Text(p.Message))
		if p.Line > 0 {
			text = v.T("authoring.register.line", "n", p.Line) + ": " + text
		}
		items = append(items, ui.ErrorItem{Text: text, Href: v.to(v.placeOf(p))})
	}
	return items
}

// placeOf is the part of the page at which a mistake can be mended.
func (v registerView) placeOf(p packs.Problem) string {
	for part, prefix := range map[string]string{registeredit.PartFields: "fields[", registeredit.PartRights: "rights["} {
		if rest, ok := strings.CutPrefix(p.Path, prefix); ok {
			n, _, _ := strings.Cut(rest, "]")
			return part + n
		}
	}
	for i, f := range v.Fields {
		if p.Path == f.Key || strings.HasPrefix(v.Text(i18n.Text(p.Message)), f.Key+":") {
			return registeredit.PartFields + strconv.Itoa(i)
		}
	}
	if part := v.keptPlace(p); part != "" {
		return part
	}
	return registeredit.PartText
}

// inForce reports whether a field stands in the register in force.
func (v registerView) inForce(key string) bool {
	_, ok := v.Base.Field(key)
	return v.In && ok
}

func (v registerView) types(all []string) (items []ui.SelectItem) {
	for _, t := range all {
		items = append(items, choiceOf(t, v.T("registers.type."+t)))
	}
	return items
}

func (v registerView) classes() (items []ui.SelectItem) {
	items = append(items, choiceOf("", "–"))
	for _, c := range registeredit.Classes() {
		items = append(items, choiceOf(c, v.T("registers.class."+c)))
	}
	return items
}

// fieldItems are the fields, and the state, that may be chosen, by what is asked of them.
func (v registerView) fieldItems(may func(registeredit.Field) bool) (items []ui.SelectItem) {
	items = append(items, choiceOf("", v.T("authoring.register.none")))
	for _, f := range v.Known() {
		if may(f) {
			items = append(items, choiceOf(f.Key, v.words(f.Label)))
		}
	}
	return items
}

// boxes are boxes of fields, and of the state, to tick.
func (v registerView) boxes(may func(registeredit.Field) bool) (items []ui.CheckboxItem) {
	for _, f := range v.Known() {
		if may(f) {
			items = append(items, ui.CheckboxItem{Value: f.Key, Text: v.words(f.Label)})
		}
	}
	return items
}

func anyField(registeredit.Field) bool { return true }

func ofType(types ...string) func(registeredit.Field) bool {
	return func(f registeredit.Field) bool { return slices.Contains(types, f.Type) }
}

// registersOf are the registers to which a field may point; lists of codes only.
func (v registerView) registersOf(codes bool) (items []ui.SelectItem) {
	items = append(items, choiceOf("", v.T("authoring.register.none")))
	for _, r := range v.s.Set.Registers {
		item, err := tree.Of(r.Definition)
		if err == nil && codes == (tree.Get(item.Root(), "codes") != nil) {
			items = append(items, choiceOf(r.ID, v.Text(i18n.Text(r.Title))))
		}
	}
	return items
}

func (v registerView) roleBoxes() (items []ui.CheckboxItem) {
	for _, r := range v.s.Set.Roles {
		if !r.Citizen {
			items = append(items, ui.CheckboxItem{Value: r.ID, Text: v.Text(i18n.Text(r.Name))})
		}
	}
	return items
}

func (v registerView) whoItems() (items []ui.SelectItem) {
	for _, who := range []string{registeredit.Roles, registeredit.Owner, registeredit.Public} {
		items = append(items, choiceOf(who, v.T("authoring.register.who."+who)))
	}
	return items
}

func (v registerView) actBoxes() (items []ui.CheckboxItem) {
	for _, a := range registeredit.Acts() {
		items = append(items, ui.CheckboxItem{Value: a, Text: v.T("authoring.register.act." + a), Disabled: a == "view"})
	}
	return items
}

func (v registerView) wayItems() (items []ui.SelectItem) {
	for _, w := range registeredit.Ways() {
		items = append(items, choiceOf(w, v.T("authoring.register.way."+w)))
	}
	return items
}

func (v registerView) stateItems() (items []ui.SelectItem) {
	for _, s := range v.States {
		items = append(items, choiceOf(s.ID, v.words(s.Name)))
	}
	return items
}

func (v registerView) stateBoxes() (items []ui.CheckboxItem) {
	for _, s := range v.States {
		items = append(items, ui.CheckboxItem{Value: s.ID, Text: v.words(s.Name)})
	}
	return items
}

func (v registerView) rightBoxes() (items []ui.CheckboxItem) {
	for _, r := range v.Rights {
		items = append(items, ui.CheckboxItem{Value: r.ID, Text: v.words(r.Name)})
	}
	return items
}

func (v registerView) kindItems() (items []ui.SelectItem) {
	for _, k := range registeredit.StateKinds() {
		items = append(items, choiceOf(k, v.T("authoring.register.kind."+k)))
	}
	return items
}

// ticks are several boxes; an empty value before them says that they were asked.
func (b box) ticks(name, label, hint string, items []ui.CheckboxItem, kept []string) templ.Component {
	return b.ticksOf(name, b.e.T(label), hint, items, kept)
}

// ticksOf are such boxes with the words of somebody over them.
func (b box) ticksOf(name, legend, hint string, items []ui.CheckboxItem, kept []string) templ.Component {
	if b.here && b.e.op.Has(name) {
		kept = b.e.op.Values[name]
	}
	all := slices.Clone(items)
	for i := range all {
		all[i].ID = b.id(name)
		if i > 0 {
			all[i].ID += "-" + strconv.Itoa(i+1)
		}
	}
	return templ.Join(ui.HiddenFields([]ui.HiddenField{{Name: name}}), ui.Checkboxes(ui.CheckboxesParams{
		IDPrefix: b.id(name), Name: name, Items: all, Values: kept, Classes: "ts-checkboxes--small", Hint: b.hint(hint), ErrorMessage: b.wrong(name),
		Fieldset: &ui.Fieldset{Legend: &ui.Legend{Text: legend, Classes: "ts-fieldset__legend--s"}},
	}))
}

// labelOf is what people call a field.
func (v registerView) labelOf(key string) string {
	if f, ok := v.Field(key); ok {
		return v.words(f.Label)
	}
	if i := slices.IndexFunc(v.Known(), func(f registeredit.Field) bool { return f.Key == key }); i >= 0 {
		return v.words(v.Known()[i].Label)
	}
	return key
}

func (v registerView) roleName(id string) string { return v.editing.roleName(id) }

// rightLine says in a sentence for whom a right is.
func (v registerView) rightLine(r registeredit.Right) string {
	who := v.T("authoring.register.who." + r.Who)
	switch r.Who {
	case registeredit.Roles:
		var names []string
		for _, id := range r.Roles {
			names = append(names, v.roleName(id))
		}
		who = strings.Join(names, ", ")
		if r.Everywhere {
			who += " (" + v.T("authoring.register.everywhere_short") + ")"
		}
	case registeredit.Owner:
		who = v.T("authoring.register.owner_of", "field", v.labelOf(r.Owner))
	}
	var may []string
	for _, a := range r.May {
		may = append(may, v.T("authoring.register.act."+a))
	}
	return who + ": " + strings.Join(may, ", ")
}

// fieldsLine says of which fields a right is.
func (v registerView) fieldsLine(r registeredit.Right) string {
	var names []string
	for _, key := range r.Named {
		names = append(names, v.labelOf(key))
	}
	return v.T("authoring.register.way_of."+r.Way, "fields", strings.Join(names, ", "))
}

// planLines are the lines of the plan as it is told, with its head and end.
func (v registerView) planLines() []string {
	return strings.Split(strings.TrimRight(v.Out.Plan.Text(v.Printer), "\n"), "\n")
}

// wider says in plain words what somebody may do that they may not do today.
func (v registerView) wider(w registers.Widening) string {
	who := v.roleName(w.Role)
	switch {
	case w.Public:
		who = v.T("authoring.register.who.public")
	case w.Owner != "":
		who = v.T("authoring.register.owner_of", "field", v.labelOf(w.Owner))
	case strings.HasPrefix(w.Role, "registers."):
		who = v.T("authoring.register.who." + strings.ReplaceAll(w.Role, ".", "_"))
	}
	var names []string
	for _, key := range w.Fields {
		names = append(names, v.labelOf(key))
	}
	where := ""
	switch {
	case w.Everywhere:
		where = v.T("authoring.register.where.all")
	case w.Unit != "":
		where = v.T("authoring.register.where.field", "field", v.labelOf(w.Unit))
	}
	if w.State != "" {
		for _, s := range v.States {
			if s.ID == w.State {
				where = strings.TrimSpace(where + " " + v.T("authoring.register.where.state", "state", v.words(s.Name)))
			}
		}
	}
	return strings.TrimSpace(v.T("authoring.register.wider", "who", who, "act", v.T("authoring.register.act."+string(w.Act)), "fields", strings.Join(names, ", ")) + " " + where)
}

// moveLine says from where to where a move leads.
func (v registerView) moveLine(m registeredit.Move) string {
	name := func(id string) string {
		for _, s := range v.States {
			if s.ID == id {
				return v.words(s.Name)
			}
		}
		return id
	}
	var from []string
	for _, id := range m.From {
		from = append(from, name(id))
	}
	return strings.Join(from, ", ") + " → " + name(m.To)
}
