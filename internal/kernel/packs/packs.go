// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package packs reads the data that makes a province: folders of YAML files,
// laid over one another by id, checked as a whole. It is not a store: what a
// pack says enters the database by `tinhso apply`, each part by its owner.
package packs

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"slices"
	"strings"

	"tinhso.vn/internal/platform/yaml"
)

// Set is everything a pack says after the packs it uses were laid under it.
// Lists keep the order of the files, national first, so two loads are equal.
type Set struct {
	Meta  Meta   // the pack that was asked for; of a local layer, the pack it lies over
	Packs []Meta // the whole chain, national first

	Units       []Unit
	Legal       []LegalDoc
	Catalogues  []Catalogue
	Permissions []Permission
	Roles       []Role
	Procedures  []Procedure
	Forms       []Form
	Flows       []Flow
	Drawings    []Drawing
	Templates   []Template
	Calendars   []Calendar
	Accounts    []Account
	Registers   []Register
	Authorities []Authority
	Decisions   []Decision
	Abolished   []AbolishedPaper
	PaperTypes  []PaperType
	Watch       []WatchRule
	Retention   []RetentionRule
	SignIn      []SignInRule
	Synonyms    []Synonym
	Areas       map[string][]byte // tables of administrative units, by path: kernel/geo reads them
	Purposes    []Purpose
	Terms       []PrivacyTerm
	Notices     []NoticeRule
	Quiet       []QuietRule
	Layouts     []ReportLayout // of periodic reports
	Indicators  []Indicator
	Scores      []ScoreSet
	Bundles     []Bundle // life events that several agencies deal with
	Lookups     []Lookup // databases of others that officials may ask
	Phrases     []Phrase

	fingerprint string
	files       map[string][]byte // of the chain, by path
	english     map[string]int    // texts without it, by list
	meta        *yaml.Node        // of pack.yaml
	merged      lists
}

// Load reads the pack called name and what it uses. The error is Problems,
// the list of every mistake found, when the packs could be read at all.
func Load(fsys fs.FS, name string) (*Set, error) {
	set, problems := read(fsys, name, nil, newBook())
	if len(problems) > 0 {
		return nil, Problems(problems)
	}
	return set, nil
}

// Lint returns every mistake of the pack called name and of what it uses.
func Lint(fsys fs.FS, name string) []Problem {
	_, problems := read(fsys, name, nil, newBook())
	return problems
}

// Read is Load for those who look for further mistakes: it returns what could
// be read, however many mistakes there are; nil where there is no pack at all.
func Read(fsys fs.FS, name string) (*Set, Places, []Problem) { return ReadWith(fsys, name, nil) }

// ReadWith is Read with some items as somebody would have them. Mistakes in
// these carry their List and Path.
func ReadWith(fsys fs.FS, name string, drafts []Draft) (*Set, Places, []Problem) {
	b := newBook()
	set, problems := read(fsys, name, drafts, b)
	return set, Places{b.origins}, problems
}

func read(fsys fs.FS, name string, drafts []Draft, b *book) (*Set, []Problem) {
	chain := readChain(fsys, name, b)
	if len(chain) == 0 {
		return nil, b.sorted()
	}
	top := chain[len(chain)-1]
	if under := len(chain) - 2; top.meta.Kind == Local && under >= 0 {
		top = chain[under]
	}
	set := &Set{Meta: top.meta, Areas: map[string][]byte{}, files: map[string][]byte{}, english: b.english}
	hash := sha256.New()
	for _, p := range chain {
		set.Packs = append(set.Packs, p.meta)
		for _, f := range p.files {
			_, _ = hash.Write([]byte(f.path + "\x00" + f.sum + "\x00")) // a hash never fails
			set.files[f.path] = f.content
		}
		for _, f := range p.drawn {
			_, _ = hash.Write([]byte(f.path + "\x00" + f.sum + "\x00"))
			set.files[f.path] = f.text
		}
		for _, f := range p.tables {
			_, _ = hash.Write([]byte(f.path + "\x00" + f.sum + "\x00"))
			set.Areas[f.path], set.files[f.path] = f.content, f.content
		}
	}
	set.fingerprint = hex.EncodeToString(hash.Sum(nil))
	set.meta, set.merged = top.root, overlayAll(chain, b)
	putDrafts(set.merged, drafts, b)
	fill(set, set.merged, b)
	readDrawings(set, chain, b)
	check(set, b)
	checkAreas(set, b)
	return set, b.sorted()
}

// Fingerprint names the content: it changes when any file of the chain does.
func (s *Set) Fingerprint() string { return s.fingerprint }

// Unit returns the unit called id.
func (s *Set) Unit(id string) (Unit, bool) { return find(s.Units, id, Unit.itemID) }

// LegalDoc returns the legal document called id.
func (s *Set) LegalDoc(id string) (LegalDoc, bool) { return find(s.Legal, id, LegalDoc.itemID) }

// Catalogue returns the catalogue called id.
func (s *Set) Catalogue(id string) (Catalogue, bool) {
	return find(s.Catalogues, id, Catalogue.itemID)
}

// Role returns the role called id.
func (s *Set) Role(id string) (Role, bool) { return find(s.Roles, id, Role.itemID) }

// Procedure returns the procedure called id.
func (s *Set) Procedure(id string) (Procedure, bool) {
	return find(s.Procedures, id, Procedure.itemID)
}

// Form returns the form called id.
func (s *Set) Form(id string) (Form, bool) { return find(s.Forms, id, Form.itemID) }

// Flow returns the flow called id; of one that is drawn, its steps as a table.
func (s *Set) Flow(id string) (Flow, bool) {
	if d, ok := s.Drawing(id); ok {
		return d.Flow(), true
	}
	return find(s.Flows, id, Flow.itemID)
}

// Drawing returns the process that is drawn and called id.
func (s *Set) Drawing(id string) (Drawing, bool) {
	return find(s.Drawings, id, func(d Drawing) string { return d.ID })
}

// Template returns the template called id.
func (s *Set) Template(id string) (Template, bool) { return find(s.Templates, id, Template.itemID) }

// Calendar returns the calendar called id.
func (s *Set) Calendar(id string) (Calendar, bool) { return find(s.Calendars, id, Calendar.itemID) }

// Register returns the register called id.
func (s *Set) Register(id string) (Register, bool) { return find(s.Registers, id, Register.itemID) }

// Decision returns the decision called id.
func (s *Set) Decision(id string) (Decision, bool) { return find(s.Decisions, id, Decision.itemID) }

// Notice returns the rule of a notice called id.
func (s *Set) Notice(id string) (NoticeRule, bool) { return find(s.Notices, id, NoticeRule.itemID) }

// UnitsOn returns the units that exist on a day: the tree of that time.
func (s *Set) UnitsOn(day Date) []Unit {
	var out []Unit
	for _, u := range s.Units {
		if u.Valid.Holds(day) {
			out = append(out, u)
		}
	}
	return out
}

// ProceduresOn returns the procedures in force on a day.
func (s *Set) ProceduresOn(day Date) []Procedure {
	var out []Procedure
	for _, p := range s.Procedures {
		if p.Valid.Holds(day) {
			out = append(out, p)
		}
	}
	return out
}

func find[T any](list []T, id string, key func(T) string) (T, bool) {
	i := slices.IndexFunc(list, func(item T) bool { return key(item) == id })
	if i < 0 {
		var zero T
		return zero, false
	}
	return list[i], true
}

// Names lists the packs in fsys: every folder, at most two deep, with a pack.yaml.
func Names(fsys fs.FS) ([]string, error) {
	var names []string
	for _, pattern := range []string{"*/pack.yaml", "*/*/pack.yaml"} {
		found, err := fs.Glob(fsys, pattern)
		if err != nil {
			return nil, err
		}
		for _, path := range found {
			names = append(names, strings.TrimSuffix(path, "/pack.yaml"))
		}
	}
	slices.Sort(names)
	return names, nil
}
