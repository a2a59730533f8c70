// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"reflect"
	"slices"
	"time"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/platform/yaml"
)

// Database is what a file says of its register for the catalogue of databases,
// beside what the file shows by itself: its fields, personal data, purpose and time it
// is kept. What is not said stands as derived, or is left out.
type Database struct {
	Owner     i18n.Text `json:"owner"`
	Scope     i18n.Text `json:"scope"`
	Content   i18n.Text `json:"content"`
	Collected i18n.Text `json:"collected"` // how what is in it is collected
	Sources   i18n.Text `json:"sources"`
	Refreshed string    `json:"refreshed,omitempty"` // one of Refreshings
	Sharing   string    `json:"sharing,omitempty"`   // one of Sharings; "": by the rights
	Class     string    `json:"class,omitempty"`     // one of InformationClasses

	line int
}

// Sharings are the ways in which agencies share data: the three kinds of request of the
// national data platform, beside what is open and what is not shared.
func Sharings() []string {
	return []string{SharedOpenly, "automatic", SharedOnRequest, "special", "none"}
}

// Two of Sharings, which the rights of a file tell by themselves.
const (
	SharedOpenly    = "open"
	SharedOnRequest = "request"
)

// InformationClasses are the classes of information: for everybody, private or of an
// office, of persons.
func InformationClasses() []string { return []string{"public", "private", "personal"} }

// databaseKeys is what the mapping of a database may hold.
func databaseKeys(all map[string][]string) map[string][]string {
	all["database"] = []string{"owner", "scope", "content", "collected", "sources", "refreshed", "sharing", "class"}
	return all
}

func (r *reader) database(n *yaml.Node) *Database {
	if n == nil {
		return nil
	}
	m := r.mapping(n, "", Keys()["database"]...)
	return &Database{
		Owner: r.text(m["owner"], ""), Scope: r.text(m["scope"], ""), Content: r.text(m["content"], ""), Collected: r.text(m["collected"], ""),
		Sources: r.text(m["sources"], ""), Refreshed: r.str(m["refreshed"], ""), Sharing: r.str(m["sharing"], ""), Class: r.str(m["class"], ""), line: n.Line,
	}
}

// database checks that what is said of a database is one of what can be said, and
// that nothing is called open, or closed, that the rights make the contrary.
func (c *checker) database(d Definition) {
	v := d.Database
	if v == nil {
		return
	}
	for _, one := range []struct {
		said string
		can  []string
	}{{v.Refreshed, Refreshings()}, {v.Sharing, Sharings()}, {v.Class, InformationClasses()}} {
		if one.said != "" && !slices.Contains(one.can, one.said) {
			c.add(v.line, "", "registers.definition.database_word", one.said)
		}
	}
	switch open := d.open(); {
	case v.Sharing == SharedOpenly && !open:
		c.add(v.line, "", "registers.definition.database_closed", d.ID)
	case v.Sharing == "none" && open:
		c.add(v.line, "", "registers.definition.database_open", d.ID)
	}
	if basic, sensitive := d.PersonalFields(); v.Class == "personal" && len(basic)+len(sensitive) == 0 {
		c.add(v.line, "", "registers.definition.database_nobody", d.ID)
	}
}

// open reports whether everybody sees something of the register.
func (d Definition) open() bool {
	return slices.ContainsFunc(d.Rights, func(r Right) bool { return r.Public && r.Allows(View) })
}

func (v *Database) unlined() *Database {
	if v == nil {
		return nil
	}
	bare := *v
	bare.line = 0
	return &bare
}

// catalogued adds what changes in what the catalogue of databases says.
func (p *Plan) catalogued() {
	if !reflect.DeepEqual(p.old.Database.unlined(), p.def.Database.unlined()) {
		p.add(Change{Kind: Relabel, Label: p.def.Title, Aspect: "database"})
	}
}

// profile is what the catalogue says of a register: what the file says, and what it
// shows by itself.
func (d Definition) profile() Profile {
	p := Profile{Definition: d, Personal: None, Sharing: SharedOnRequest, Refreshed: int(d.FreshWithin() / (24 * time.Hour))}
	for _, f := range d.Visible() {
		if f.personal() && p.Personal != Sensitive {
			p.Personal = f.class()
		}
	}
	if d.open() {
		p.Sharing = SharedOpenly
	}
	if d.Database != nil {
		p.Database = *d.Database
		if d.Database.Sharing != "" {
			p.Sharing, p.Declared = d.Database.Sharing, true
		}
	}
	return p
}
