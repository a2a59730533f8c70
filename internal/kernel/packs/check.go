// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package packs

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// check finds what no single item can show: references, cycles, sums.
func check(s *Set, b *book) {
	checkUnits(s, b)
	checkLaw(s, b)
	checkRoles(s, b)
	checkDecisions(s, b)
	checkBases(s, b)
	checkRetention(s, b)
	checkPrivacy(s, b)
	checkPhrases(s, b)
	checkScores(s, b)
	checkBundles(s, b)
	checkLookups(s, b)
	checkSignIn(s, b)
	checkNotices(s, b)
	checkProcedures(s, b)
	for _, f := range s.Flows {
		checkFlow(s, f, b)
		if !slices.ContainsFunc(b.problems, func(p Problem) bool { return p.ID == f.ID && p.File == f.Origin.File }) {
			checkRuns(s, f, b)
		}
	}
	checkDrawings(s, b)
	checkCalendars(s, b)
	checkTemplates(s, b)
	checkAccounts(s, b)
}

func checkUnits(s *Set, b *book) {
	units := byID(s.Units, Unit.itemID)
	codes, areas := map[string]string{}, map[string]string{}
	for _, u := range s.Units {
		if u.Parent != "" {
			parent, ok := units[u.Parent]
			if !ok {
				b.addOrigin(u.Origin, u.ID, "unit.parent", u.Parent)
			} else if !overlap(parent.Valid, u.Valid) {
				b.addOrigin(u.Origin, u.ID, "unit.parent_period", u.Parent)
			}
		}
		if cyclic(u, units) {
			b.addOrigin(u.Origin, u.ID, "unit.cycle")
		}
		for _, p := range u.Predecessors {
			if _, ok := units[p.ID]; !ok {
				b.addOrigin(u.Origin, u.ID, "unit.predecessor", p.ID)
			}
		}
		for _, c := range []struct {
			code string
			seen map[string]string
		}{{u.Code, codes}, {u.ProvisionalCode, codes}, {u.AreaCode, areas}} {
			if c.code == "" {
				continue
			}
			other, taken := c.seen[c.code]
			if taken && overlap(units[other].Valid, u.Valid) {
				b.addOrigin(u.Origin, u.ID, "unit.code_taken", c.code, other)
			}
			c.seen[c.code] = u.ID
		}
	}
}

func overlap(x, y Period) bool {
	return (x.To == "" || y.From == "" || y.From <= x.To) && (y.To == "" || x.From == "" || x.From <= y.To)
}

func cyclic(u Unit, units map[string]Unit) bool {
	at := u
	for range units {
		if at.Parent == "" {
			return false
		}
		at = units[at.Parent]
		if at.ID == u.ID {
			return true
		}
	}
	return false
}

func checkLaw(s *Set, b *book) {
	docs := byID(s.Legal, LegalDoc.itemID)
	for _, d := range s.Legal {
		for _, r := range d.Relations {
			if _, ok := docs[r.To]; !ok {
				b.addOrigin(d.Origin, d.ID, "legal.unknown", r.To)
			}
		}
	}
	for _, a := range s.Abolished {
		if _, ok := docs[a.Basis]; !ok {
			b.addOrigin(a.Origin, a.ID, "legal.unknown", a.Basis)
		}
	}
	for _, c := range s.Calendars {
		for _, r := range c.Rules {
			if _, ok := docs[r.Legal]; r.Legal != "" && !ok {
				b.addOrigin(c.Origin, c.ID, "legal.unknown", r.Legal)
			}
		}
	}
}

// checkCalendars makes sure that there is one calendar of all offices, and that
// the others belong to units there are.
func checkCalendars(s *Set, b *book) {
	units, common := byID(s.Units, Unit.itemID), 0
	for _, c := range s.Calendars {
		if len(c.Units) == 0 {
			if common++; common > 1 {
				b.addOrigin(c.Origin, c.ID, "calendar.two")
			}
		}
		for _, u := range c.Units {
			if !has(units, u) {
				b.addOrigin(c.Origin, c.ID, "calendar.unit", u)
			}
		}
	}
}

// checkBases makes sure that forms and flows rest on law that is there: their
// own, or that of a procedure that uses them; or say that their source has
// still to be found.
func checkBases(s *Set, b *book) {
	docs := byID(s.Legal, LegalDoc.itemID)
	form, flow := map[string]bool{}, map[string]bool{} // that a procedure gives a basis
	for _, p := range s.Procedures {
		if len(p.LegalBases) > 0 || !p.Verified() {
			form[p.Form], flow[p.Flow] = true, true
		}
	}
	rests := func(i Item, on []string, said bool) {
		for _, id := range on {
			if !has(docs, id) {
				b.addOrigin(i.Origin, i.ID, "legal.unknown", id)
			}
		}
		if len(on) == 0 && !said && i.Verified() {
			b.addOrigin(i.Origin, i.ID, "legal.none", i.ID)
		}
	}
	for _, f := range s.Forms {
		rests(f.Item, f.Legal, form[f.ID])
	}
	for _, f := range s.Flows {
		rests(f.Item, f.Legal, flow[f.ID] || !f.Basis.IsZero())
	}
}

func checkDecisions(s *Set, b *book) {
	docs := byID(s.Legal, LegalDoc.itemID)
	for _, d := range s.Decisions {
		if d.Legal != "" && !has(docs, d.Legal) {
			b.addOrigin(d.Origin, d.ID, "legal.unknown", d.Legal)
		}
	}
}

func checkRoles(s *Set, b *book) {
	known := byID(s.Permissions, Permission.itemID)
	for _, r := range s.Roles {
		for _, p := range r.Permissions {
			if _, ok := known[p]; !ok {
				b.addOrigin(r.Origin, r.ID, "role.permission", p)
			}
		}
		for _, other := range r.Apart {
			if _, ok := s.Role(other); !ok || other == r.ID {
				b.addOrigin(r.Origin, r.ID, "role.apart", other)
			}
		}
	}
}

func checkProcedures(s *Set, b *book) {
	forms, flows := byID(s.Forms, Form.itemID), byID(s.Flows, Flow.itemID)
	templates, units := byID(s.Templates, Template.itemID), byID(s.Units, Unit.itemID)
	docs, tables := byID(s.Legal, LegalDoc.itemID), byID(s.Decisions, Decision.itemID)
	events, _ := s.Catalogue("life-event")
	types := byID(s.PaperTypes, PaperType.itemID)
	for _, t := range s.PaperTypes {
		if t.Outside != "" && !has(docs, t.Outside) {
			b.addOrigin(t.Origin, t.ID, "legal.unknown", t.Outside)
		}
	}
	pairs := map[[2]string]Procedure{}
	for _, p := range s.Procedures {
		missing := func(id string, known bool, code string) {
			if id != "" && !known {
				b.addOrigin(p.Origin, p.ID, code, id)
			}
		}
		missing(p.Form, has(forms, p.Form), "procedure.form")
		drawing, isDrawn := s.Drawing(p.Flow)
		missing(p.Flow, isDrawn || has(flows, p.Flow), "procedure.flow")
		missing(p.ResultTemplate, has(templates, p.ResultTemplate), "procedure.template")
		missing(p.ResultType, has(types, p.ResultType), "paper.type")
		missing(p.AuthorityUnit, has(units, p.AuthorityUnit), "procedure.unit")
		missing(p.Fee.Legal, has(docs, p.Fee.Legal), "legal.unknown")
		missing(p.Fee.Table, has(tables, p.Fee.Table), "procedure.fee_table")
		checkShares(p.Fee, func(id string) bool { return has(units, id) }, func(id string) bool { return has(docs, id) }, missing)
		if a := p.AfterDeath; a != nil && a.Legal != "" {
			if _, ok := docs[a.Legal]; !ok {
				b.addOrigin(p.Origin, p.ID, "legal.unknown", a.Legal)
			}
		}
		for _, l := range p.LegalBases {
			missing(l, has(docs, l), "legal.unknown")
			missing(l, overlap(docs[l].Valid, p.Valid), "procedure.law_period")
		}
		for _, l := range slices.Concat(forms[p.Form].Legal, flows[p.Flow].Legal) {
			missing(l, !has(docs, l) || overlap(docs[l].Valid, p.Valid), "procedure.law_period")
		}
		for _, e := range p.LifeEvents {
			missing(e, slices.ContainsFunc(events.Entries, func(x Entry) bool { return x.ID == e }), "procedure.life_event")
		}
		for _, paper := range p.Papers {
			if paper.Form != "" && !has(forms, paper.Form) {
				b.addOrigin(paper.Origin, p.ID, "procedure.form", paper.Form)
			}
			checkPaper(s, p, paper, b)
			if paper.Type != "" && !has(types, paper.Type) {
				b.addOrigin(paper.Origin, p.ID, "paper.type", paper.Type)
			}
		}
		if p.Route == "LOCAL" && (p.Form == "" || p.Flow == "") {
			b.addOrigin(p.Origin, p.ID, "procedure.incomplete")
		}
		if flow, ok := flows[p.Flow]; ok {
			checkHours(p, flow, b)
		}
		if isDrawn {
			checkHours(p, drawing.Flow(), b)
			checkDrawn(s, p, drawing, b)
		}
		checkCases(s, p, flows, tables, docs, units, b)
		pair := [2]string{p.Form, p.Flow}
		if first, taken := pairs[pair]; taken && p.Form != "" && p.Flow != "" && p.SameBecause.IsZero() && overlap(first.Valid, p.Valid) {
			b.addOrigin(p.Origin, p.ID, "procedure.same", first.ID)
		}
		pairs[pair] = p
	}
}

func checkPaper(s *Set, p Procedure, paper Paper, b *book) {
	name := spaced(paper.Name.VI)
	for _, a := range s.Abolished {
		for _, n := range a.Names {
			if strings.Contains(name, spaced(n.VI)) {
				b.addOrigin(paper.Origin, p.ID, "paper.abolished", paper.Name.VI, a.ReplacedBy.VI)
				return
			}
		}
	}
}

// spaced lowers a name and makes its spaces single.
func spaced(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }

// checkHours compares the longest way through the flow with the shortest
// duration that is counted in working time.
func checkHours(p Procedure, f Flow, b *book) {
	longest := longestHours(f)
	for _, d := range p.Times.All() {
		if hours, ok := d.Hours(); ok && longest > hours {
			b.addOrigin(p.Origin, p.ID, "flow.too_long", f.ID, strconv.Itoa(longest), strconv.Itoa(hours))
			return
		}
	}
}

func checkTemplates(s *Set, b *book) {
	forms := byID(s.Forms, Form.itemID)
	placeholder := regexp.MustCompile(`\{([^{}]*)\}`)
	for _, t := range s.Templates {
		known := Placeholders()
		for _, f := range t.Fields {
			known = append(known, f.Key)
		}
		used := false
		for _, p := range s.Procedures {
			if p.ResultTemplate == t.ID {
				used = true
				for _, key := range forms[p.Form].Keys {
					known = append(known, "form."+key)
				}
			}
		}
		for _, text := range t.Texts() {
			for _, version := range []string{text.VI, text.EN} {
				for _, m := range placeholder.FindAllStringSubmatch(version, -1) {
					unusedForm := !used && strings.HasPrefix(m[1], "form.")
					if !slices.Contains(known, m[1]) && !unusedForm {
						b.addOrigin(t.Origin, t.ID, "template.placeholder", m[1])
					}
				}
				if rest := placeholder.ReplaceAllString(version, ""); strings.ContainsAny(rest, "{}") {
					b.addOrigin(t.Origin, t.ID, "template.braces", version)
				}
			}
		}
	}
}

// Placeholders are the names every template may use besides its own fields
// and {form.name}.
func Placeholders() []string {
	return []string{
		"agency", "agency_upper", "agency_short", "parent_agency", "parent_agency_upper", "place", "number", "date_long",
		"dossier_code", "submitted_on", "accepted_on", "due_on", "procedure", "owner", "owner_upper", "submitter", "signer", "signer_form", "signer_title",
	}
}

func checkAccounts(s *Set, b *book) {
	roles, units := byID(s.Roles, Role.itemID), byID(s.Units, Unit.itemID)
	for _, a := range s.Accounts {
		role, ok := roles[a.Role]
		if !ok {
			b.addOrigin(a.Origin, a.ID, "account.role", a.Role)
		}
		for _, also := range a.Also {
			if r, known := roles[also]; !known || r.Citizen || r.System || a.Unit == "" {
				b.addOrigin(a.Origin, a.ID, "account.role", also)
			}
		}
		for _, id := range []string{a.Unit, a.Division} {
			if id != "" && !has(units, id) {
				b.addOrigin(a.Origin, a.ID, "account.unit", id)
			}
		}
		if ok && (role.System || role.Citizen != (a.Unit == "")) {
			b.addOrigin(a.Origin, a.ID, "account.place")
		}
		if a.Origin.Pack != "" && packKind(s, a.Origin.Pack) != Province {
			b.addOrigin(a.Origin, a.ID, "account.pack")
		}
	}
}

func packKind(s *Set, name string) Kind {
	m, _ := find(s.Packs, name, func(m Meta) string { return m.Name })
	return m.Kind
}

func byID[T any](list []T, key func(T) string) map[string]T {
	out := make(map[string]T, len(list))
	for _, item := range list {
		out[key(item)] = item
	}
	return out
}

func has[T any](m map[string]T, id string) bool {
	_, ok := m[id]
	return ok
}
