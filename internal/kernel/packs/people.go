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
	System      bool
}

func readRole(r *record) Role {
	return Role{
		Item:        r.item(),
		Name:        r.text("name", required),
		Permissions: r.strs("permissions"),
		Citizen:     r.boolean("citizen"),
		System:      r.boolean("system"),
	}
}

// Account is somebody who signs in to a demonstration. Everybody is made up.
type Account struct {
	Item     // ID is the login
	Name     string
	Role     string
	Unit     string // the agency; empty for citizens
	Division string // the part of it, where there is one
	Title    Text   // Chuyên viên; of a leader as it stands under a paper: PHÓ CHỦ TỊCH
	SignsAs  Text   // the line above the title: KT. CHỦ TỊCH
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
}

func readAccount(r *record) Account {
	a := Account{
		Item:     r.item(),
		Name:     r.str("name", required),
		Role:     r.str("role", required),
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
