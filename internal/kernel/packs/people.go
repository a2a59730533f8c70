// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package packs

// Permission is a right by the name the code knows it by.
type Permission struct {
	ID   string // dossiers.accept
	Name Text
}

func readPermission(r *record) Permission {
	return Permission{ID: r.shape("id", r.book.shapes.permission, required), Name: r.text("name", required)}
}

func (p Permission) itemID() string { return p.ID }

// Role is a bundle of permissions. Citizen roles belong to people outside the
// offices, system roles to programs of other agencies.
type Role struct {
	Item
	Name        Text
	Permissions []string
	Citizen     bool
	Kinds       []string // of units in which it can be held; none: in all
	Apart       []string // roles that nobody may hold together with it
	ApartWhy    Text
	System      bool
}

func readRole(r *record) Role {
	return Role{
		Item:        r.item(),
		Name:        r.text("name", required),
		Permissions: r.strs("permissions"),
		Citizen:     r.boolean("citizen"),
		Kinds:       r.someOf("kinds", unitKinds()...),
		Apart:       r.strs("apart"),
		ApartWhy:    r.text("apart_why"),
		System:      r.boolean("system"),
	}
}

// Account is somebody who signs in to a demonstration. Everybody is made up.
type Account struct {
	Item     // ID is the login
	Name     string
	Role     string
	Also     []string // further roles in the unit
	Unit     string   // the agency; empty for citizens
	Division string   // the part of it, where there is one
	Title    Text     // Chuyên viên; of a leader as it stands under a paper: PHÓ CHỦ TỊCH
	SignsAs  Text     // the line above the title: KT. CHỦ TỊCH
	Password string
	ByPhone  bool // signs with a key elsewhere, approved on a phone
	ByCard   bool // signs with a card in the computer
	Person   Person
	Note     Text
}

// Person is the made-up person behind an account.
type Person struct {
	Number       string // 12 digits
	Born         Date
	Sex          string // male, female
	Phone        string
	Email        string
	Address      string
	Organisation string // of a business account
	TaxCode      string
	Basis        string   // by what right the account acts for it: law, contract, authorisation; empty: law
	Paper        string   // number of the paper that gives the right
	Procedures   []string // the right is about; none: all
	Children     []Member
	Household    []Member // the others, where the person is head
}

// Member is somebody of a family, without an account. Relation is to the head of
// a household; empty for a child.
type Member struct {
	Name, Number, Relation string
	Born                   Date
}

func readMember(r *record, relations ...string) Member {
	m := Member{Name: r.str("name", required), Number: r.str("number"), Born: r.date("born")}
	if len(relations) > 0 {
		m.Relation = r.oneOf("relation", required, relations...)
	}
	if m.Number != "" && !numberFits(Person{Number: m.Number, Born: m.Born}) {
		r.problem("number", "account.number", m.Number)
	}
	r.done()
	return m
}

func readAccount(r *record) Account {
	a := Account{
		Item:     r.item(),
		Name:     r.str("name", required),
		Role:     r.str("role", required),
		Also:     r.strs("also"),
		Unit:     r.str("unit"),
		Division: r.str("division"),
		Title:    r.text("title"),
		SignsAs:  r.text("signs_as"),
		Password: r.str("password", required),
		ByPhone:  r.boolean("signs_by_phone"),
		ByCard:   r.boolean("signs_by_card"),
		Note:     r.text("note"),
	}
	if s := r.sub("person"); s != nil {
		a.Person = Person{
			Number:       s.str("number"),
			Born:         s.date("born"),
			Sex:          s.oneOf("sex", false, "male", "female"),
			Phone:        s.str("phone"),
			Email:        s.str("email"),
			Address:      s.str("address"),
			Organisation: s.str("organisation"),
			TaxCode:      s.str("tax_code"),
			Basis:        s.oneOf("basis", false, "law", "contract", "authorisation"),
			Paper:        s.str("paper"),
			Procedures:   s.strs("procedures"),
		}
		for _, one := range s.subs("children") {
			a.Person.Children = append(a.Person.Children, readMember(one))
		}
		for _, one := range s.subs("household") {
			a.Person.Household = append(a.Person.Household, readMember(one, "spouse", "child", "parent", "sibling", "grandparent", "grandchild", "other"))
		}
		if a.Person.Number != "" && !numberFits(a.Person) {
			s.problem("number", "account.number", a.Person.Number)
		}
		s.done()
	}
	return a
}

// numberFits checks what a personal number says of its own: twelve digits, the
// fourth century and sex, the next two the year. It has no check digit.
func numberFits(p Person) bool {
	if len(p.Number) != 12 {
		return false
	}
	for _, c := range p.Number {
		if c < '0' || c > '9' {
			return false
		}
	}
	if p.Born == "" || p.Sex == "" {
		return true
	}
	digit := 0
	if p.Sex == "female" {
		digit = 1
	}
	if p.Born[:2] == "20" {
		digit += 2
	}
	return int(p.Number[3]-'0') == digit && p.Number[4:6] == string(p.Born[2:4])
}
