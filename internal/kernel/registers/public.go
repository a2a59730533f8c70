// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"reflect"
	"regexp"
	"slices"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/platform/yaml"
)

// Public is the page of one record for visitors: what a QR code at the place, on
// the goods or on the wall opens. Its address is made of a field that names the
// record, so that it can be printed and stays. It shows nothing that the rights
// do not show.
type Public struct {
	Code     string     `json:"code"`            // a unique text: the address
	Title    string     `json:"title"`           // a text
	Lead     string     `json:"lead,omitempty"`  // a field that stands beneath the title
	Texts    []string   `json:"texts,omitempty"` // texts that are read, in this order
	Facts    []string   `json:"facts,omitempty"` // fields with their labels
	Place    string     `json:"place,omitempty"` // a point
	Search   []string   `json:"search"`          // texts by which visitors find a record
	Ask      i18n.Text  `json:"ask"`             // what the page of searching asks for
	Holds    i18n.Text  `json:"holds,omitzero"`  // what is said of a record that is live and valid today; empty: nothing is
	Fails    i18n.Text  `json:"fails,omitzero"`  // and of one that is not
	Beside   []Beside   `json:"beside,omitempty"`
	Speaking []Speaking `json:"languages,omitempty"`

	line int
}

// Beside are records of another register that point to the record.
type Beside struct {
	Register string    `json:"register"`
	By       string    `json:"by"` // the reference there
	Title    i18n.Text `json:"title"`
}

// Speaking is a language in which the page can be read. A text that has no field
// in it is shown in Vietnamese.
type Speaking struct {
	ID     string `json:"id"`   // as browsers say it: en, km
	Name   string `json:"name"` // what it is called in itself
	Labels []Said `json:"labels,omitempty"`
}

// Said is what the label of a field is called in a language that the pages do not speak.
type Said struct {
	Field string `json:"field"`
	Text  string `json:"text"`
}

// The bounds of the page of a record.
const (
	maxSpeaking = 10
	maxBeside   = 5
	maxShown    = 40
)

func validLanguage(s string) bool { return regexp.MustCompile(`^[a-z]{2,3}$`).MatchString(s) }

func (r *reader) public(n *yaml.Node) *Public {
	if n == nil {
		return nil
	}
	m := r.mapping(n, "", Keys()["public_page"]...)
	one := Public{
		line: n.Line, Code: r.str(m["code"], ""), Title: r.str(m["title"], ""), Lead: r.str(m["lead"], ""), Texts: r.strs(m["texts"]), Facts: r.strs(m["facts"]),
		Place: r.str(m["place"], ""), Search: r.strs(m["search"]), Ask: r.text(m["ask"], ""), Holds: r.text(m["holds"], ""), Fails: r.text(m["fails"], ""),
	}
	for _, n := range r.sequence(m["beside"], "") {
		b := r.mapping(n, "", Keys()["public_page.beside"]...)
		one.Beside = append(one.Beside, Beside{Register: r.str(b["register"], ""), By: r.str(b["by"], ""), Title: r.text(b["title"], "")})
	}
	for _, n := range r.sequence(m["languages"], "") {
		l := r.mapping(n, "", Keys()["public_page.languages"]...)
		s := Speaking{ID: r.str(l["id"], ""), Name: r.str(l["name"], "")}
		for _, n := range r.sequence(l["labels"], "") {
			said := r.mapping(n, "", Keys()["public_page.languages.labels"]...)
			s.Labels = append(s.Labels, Said{Field: r.str(said["field"], ""), Text: r.str(said["text"], "")})
		}
		one.Speaking = append(one.Speaking, s)
	}
	return &one
}

// publicKeys is what each mapping of a public page may hold.
func publicKeys(all map[string][]string) map[string][]string {
	all["public_page"] = []string{"code", "title", "lead", "texts", "facts", "place", "search", "ask", "holds", "fails", "beside", "languages"}
	all["public_page.beside"] = []string{"register", "by", "title"}
	all["public_page.languages"] = []string{"id", "name", "labels"}
	all["public_page.languages.labels"] = []string{"field", "text"}
	return all
}

// spoken checks what fields say of their language: a translation is of a text of
// the register that is no translation itself, and there is one for each language.
func (c *checker) spoken(d Definition) {
	seen := map[string]bool{}
	for _, f := range d.Visible() {
		if f.Language == "" && f.Translates == "" {
			continue
		}
		add := func(code, value string) { c.add(f.line, f.Key, "registers.definition."+code, value) }
		if !validLanguage(f.Language) || !f.textual() || f.Compute != "" {
			add("language", f.Language)
		}
		if f.Translates == "" {
			continue
		}
		of, ok := d.Field(f.Translates)
		if !ok || of.Hidden || !of.textual() || of.Translates != "" || of.Key == f.Key || of.class() != f.class() || of.personal() != f.personal() {
			add("translates", f.Translates)
		}
		if name := f.Translates + " " + f.Language; seen[name] {
			add("twice", f.Language)
		} else {
			seen[name] = true
		}
	}
}

// public checks what the file says of the page of a record. Nothing on it is personal.
func (c *checker) public(d Definition) {
	v := d.Public
	if v == nil {
		return
	}
	add := func(code, value string) { c.add(v.line, "", "registers.definition."+code, value) }
	wrong := func(key string, ok func(Field) bool) {
		if f, there := d.Field(key); !there || f.Hidden || f.personal() || !ok(f) {
			add("public_field", key)
		}
	}
	wrong(v.Code, func(f Field) bool { return f.Type == Line && f.Unique })
	wrong(v.Title, Field.textual)
	if v.Lead != "" {
		wrong(v.Lead, Field.printed)
	}
	for _, key := range v.Texts {
		wrong(key, Field.textual)
	}
	for _, key := range v.Facts {
		wrong(key, Field.printed)
	}
	if v.Place != "" {
		wrong(v.Place, func(f Field) bool { return f.Type == Place })
	}
	for _, key := range v.Search {
		wrong(key, func(f Field) bool { return f.Type == Line && (f.Unique || f.Searchable) })
	}
	if len(v.Search) == 0 || v.Ask.VI == "" || len(v.Texts)+len(v.Facts) > maxShown {
		add("public_search", v.Code)
	}
	if v.Holds.VI != "" && (v.Fails.VI == "" || d.Life == nil && d.Valid == nil) {
		add("public_holds", v.Holds.VI)
	}
	for _, b := range v.Beside {
		if !validID(b.Register) || !validSlug(b.By) || b.Title.VI == "" {
			add("public_beside", b.Register)
		}
	}
	if len(v.Beside) > maxBeside || len(v.Speaking) > maxSpeaking {
		add("public_many", v.Code)
	}
	c.speaking(d, add)
}

func (c *checker) speaking(d Definition, add func(code, value string)) {
	seen := map[string]bool{"vi": true}
	for _, s := range d.Public.Speaking {
		switch {
		case !validLanguage(s.ID) || s.Name == "":
			add("language", s.ID)
		case seen[s.ID]:
			add("twice", s.ID)
		}
		seen[s.ID] = true
		for _, l := range s.Labels {
			if f, ok := d.Field(l.Field); !ok || f.Hidden || l.Text == "" {
				add("unknown_field", l.Field)
			}
		}
	}
}

// In returns the field that holds a text in a language: the field itself where it
// has no translation.
func (d Definition) In(key, language string) (Field, bool) {
	for _, f := range d.Fields {
		if f.Translates == key && f.Language == language && !f.Hidden {
			return f, true
		}
	}
	return d.Field(key)
}

// Fields are the keys of all that the page shows, each once.
func (v Public) Fields() []string {
	var all []string
	for _, key := range slices.Concat([]string{v.Code, v.Title, v.Lead}, v.Texts, v.Facts, []string{v.Place}) {
		if key != "" && !slices.Contains(all, key) {
			all = append(all, key)
		}
	}
	return all
}

// Label returns what a field is called in a language that only the file speaks.
func (s Speaking) Label(key string) (string, bool) {
	for _, l := range s.Labels {
		if l.Field == key {
			return l.Text, true
		}
	}
	return "", false
}

// Stands says whether a record holds on a day.
type Stands string

// Where a record can stand.
const (
	StandsHolds     Stands = "holds"
	StandsEarly     Stands = "early"     // its first day is still to come
	StandsExpired   Stands = "expired"   // its last day is past
	StandsDraft     Stands = "draft"     // nobody has let it hold yet
	StandsSuspended Stands = "suspended" // for a time
	StandsEnded     Stands = "ended"     // for good
)

// StandsOn reports whether a record, as somebody sees it, holds on a day (2026-11-21):
// its state is live and the day lies within its validity. A record of which this
// is not shown, or of a register that does not say, has no such standing.
func (s Standing) StandsOn(rec Record, day string) (Stands, bool) {
	d := s.Definition
	if d.Life == nil && d.Valid == nil {
		return "", false
	}
	if d.Life != nil {
		id, shown := rec.Values[LifeKey].(string)
		state, ok := d.State(id)
		if !shown || !ok {
			return "", false
		}
		switch state.Kind {
		case Live:
		case Draft:
			return StandsDraft, true
		case Suspended:
			return StandsSuspended, true
		case Over:
			return StandsEnded, true
		}
	}
	if d.Valid == nil {
		return StandsHolds, true
	}
	if slices.ContainsFunc(d.Valid.fields(), func(key string) bool { return !s.Reaches(View, key) }) {
		return "", false
	}
	from, _ := rec.Values[d.Valid.From].(string)
	until, _ := rec.Values[d.Valid.Until].(string)
	switch {
	case from != "" && day < from:
		return StandsEarly, true
	case until != "" && day > until:
		return StandsExpired, true
	}
	return StandsHolds, true
}

// unlined is a page without the line of its file.
func (v *Public) unlined() *Public {
	if v == nil {
		return nil
	}
	c := *v
	c.line = 0
	return &c
}

// publicPage adds what changes in the page for visitors and in the languages of
// fields. Neither shows anything that the rights did not show.
func (p *Plan) publicPage() {
	if !reflect.DeepEqual(p.old.Public.unlined(), p.def.Public.unlined()) {
		p.add(Change{Kind: Relabel, Label: p.def.Title, Aspect: "public_page"})
	}
	for _, f := range p.def.Visible() {
		if old, known := p.old.Field(f.Key); known && (old.Language != f.Language || old.Translates != f.Translates) {
			p.add(Change{Kind: Relabel, Field: f.Key, Label: f.Label, Aspect: "language", From: old.Language, To: f.Language})
		}
	}
}
