// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package year

import (
	"fmt"
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/platform/text"
)

// office is a unit whose people can carry dossiers: the logins of each role, those
// of the pack first.
type office struct {
	unit  packs.Unit
	share float64 // of what is sent to offices of its kind
	staff map[string][]string
}

// posts is how many of a role work in an office.
func posts() map[string]int {
	return map[string]int{"clerk": 2, "officer": 3, "leader": 2, "records": 2}
}

// shownOfficers is how many officers work in an office that is shown.
const shownOfficers = 7

// posts is how many of a role work in this office.
func (o *office) posts() map[string]int {
	all := posts()
	if o.share >= visited {
		all["officer"] = shownOfficers
	}
	return all
}

// visited is from which share on an office is one that is shown: all its posts are
// held by accounts of the pack.
const visited = 4

// perOffice is about how many dossiers of a year make one more commune take part.
const perOffice = 180

// maxCommunes is how many take part in a full year.
const maxCommunes = 24

// offices returns who takes part in a year of so many dossiers: every unit in
// which the pack has people who work on dossiers, those that decide on
// procedures, and some communes more.
func offices(set *packs.Set, seed uint64, dossiers int) (all []*office) {
	held := map[string]map[string][]string{}
	for _, a := range set.Accounts {
		if _, works := posts()[a.Role]; works && a.Unit != "" {
			if held[a.Unit] == nil {
				held[a.Unit] = map[string][]string{}
			}
			held[a.Unit][a.Role] = append(held[a.Unit][a.Role], a.ID)
		}
	}
	decide := map[string]bool{}
	for _, p := range local(set) {
		if p.AuthorityUnit != "" {
			decide[p.AuthorityUnit] = true
		}
	}
	communes, others := 0, []*office(nil)
	for _, u := range set.Units {
		if u.Generated || u.Valid.To != "" {
			continue
		}
		o := &office{unit: u, share: 1, staff: held[u.ID]}
		switch {
		case isCommune(u):
			if o.staff == nil {
				o.share = throw(seed, "office", u.ID).between(0.4, 1.3)
				others = append(others, o)
				continue
			}
			communes++
			o.share = 1.5 + 3*float64(min(1, len(o.staff)/4)) // where most accounts of a demonstration work, most comes in
		case o.staff == nil && !decide[u.ID]:
			continue
		}
		all = append(all, o)
	}
	slices.SortStableFunc(others, func(a, b *office) int {
		order := func(o *office) uint64 { return throw(seed, "commune", o.unit.ID).next() }
		if order(a) < order(b) {
			return -1
		}
		return 1
	})
	more := max(0, min(maxCommunes, 2+dossiers/perOffice)-communes)
	return append(all, others[:min(more, len(others))]...)
}

func isCommune(u packs.Unit) bool {
	return slices.Contains([]packs.UnitKind{packs.KindWard, packs.KindCommune, packs.KindSpecialZone}, u.Kind)
}

// local returns the procedures that are worked on here: the others are filed and
// decided in the systems of ministries.
func local(set *packs.Set) (all []packs.Procedure) {
	for _, p := range set.Procedures {
		if u, ok := set.Unit(p.AuthorityUnit); p.Route == "LOCAL" && (!ok || u.Kind != packs.KindCentralAgency) {
			all = append(all, p)
		}
	}
	return all
}

// Accounts returns the accounts that a year needs beside those of the pack: more
// people in the offices that take part, and residents who file from home.
func Accounts(set *packs.Set, o Options) (all []packs.Account) {
	n := 0
	for _, f := range offices(set, o.Seed, o.Dossiers) {
		for _, role := range []string{"clerk", "officer", "leader", "records"} {
			for i := len(f.staff[role]); i < f.posts()[role]; i++ {
				n++
				a := account(throw(o.Seed, "staff", f.unit.ID, role, fmt.Sprint(i)), n, 9)
				a.ID, a.Role, a.Unit = staffLogin(f, role, i), role, f.unit.ID
				a.Title, a.SignsAs = titleOf(f.unit, role, i)
				a.Note = packs.Text{VI: "Người giả định", EN: "Made up"}
				all = append(all, a)
			}
		}
		for _, role := range []string{cashier, accountant} {
			if slices.ContainsFunc(set.Accounts, func(a packs.Account) bool { return a.Unit == f.unit.ID && a.Role == role }) {
				continue
			}
			n++
			a := account(throw(o.Seed, "staff", f.unit.ID, role), n, 9)
			a.ID, a.Role, a.Unit = staffLogin(f, role, 0), role, f.unit.ID
			a.Title, _ = titleOf(f.unit, role, 0)
			a.Note = packs.Text{VI: "Người giả định", EN: "Made up"}
			all = append(all, a)
		}
	}
	for i := range residents(o.Dossiers) {
		who := resident(o.Seed, i)
		a := packs.Account{Name: who.Name, Role: "citizen", Person: packs.Person{Number: who.Number, Phone: who.Phone}}
		a.ID = citizenLogin(i)
		a.Person.Email = a.ID + "@example.org"
		a.Note = packs.Text{VI: "Người dân giả định", EN: "A resident, made up"}
		all = append(all, a)
	}
	return all
}

// residents is how many people file from home in a year of so many dossiers.
func residents(dossiers int) int { return max(4, min(600, dossiers/8)) }

func citizenLogin(i int) string { return fmt.Sprintf("dan.%04d", i+1) }

func account(d *dice, n, mark int) packs.Account {
	who := person(d, n, mark)
	return packs.Account{Name: who.Name, Person: packs.Person{Number: who.Number, Phone: who.Phone, Email: fmt.Sprintf("can-bo-%04d@example.org", n)}}
}

// staffLogin is the login of the i-th of a role in an office.
func staffLogin(f *office, role string, i int) string {
	post := map[string]string{"clerk": "motcua", "officer": "chuyenvien", "leader": "lanhdao", "records": "vanthu", cashier: "thuquy", accountant: "ketoan"}[role]
	_, name, found := strings.Cut(f.unit.ID, "-")
	if !found || !isCommune(f.unit) {
		name = f.unit.ID
	}
	return fmt.Sprintf("%s%d.%s", post, i+1, strings.NewReplacer(" ", "", "-", "").Replace(text.Fold(name)))
}

// titleOf is what stands under a name, and the line above it.
func titleOf(u packs.Unit, role string, i int) (title, signsAs packs.Text) {
	switch role {
	case "clerk":
		return packs.Text{VI: "Công chức một cửa", EN: "One-stop clerk"}, signsAs
	case "officer":
		return packs.Text{VI: "Chuyên viên", EN: "Officer"}, signsAs
	case "records":
		return packs.Text{VI: "Văn thư", EN: "Records clerk"}, signsAs
	case cashier:
		return packs.Text{VI: "Thủ quỹ", EN: "Cashier"}, signsAs
	case accountant:
		return packs.Text{VI: "Phụ trách kế toán", EN: "Chief accountant"}, signsAs
	}
	head, deputy := packs.Text{VI: "GIÁM ĐỐC", EN: "DIRECTOR"}, packs.Text{VI: "PHÓ GIÁM ĐỐC", EN: "DEPUTY DIRECTOR"}
	if isCommune(u) {
		head, deputy = packs.Text{VI: "CHỦ TỊCH", EN: "CHAIR"}, packs.Text{VI: "PHÓ CHỦ TỊCH", EN: "VICE CHAIR"}
	}
	if i%2 == 1 {
		return head, signsAs
	}
	return deputy, packs.Text{VI: "KT. " + head.VI}
}
