// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package core holds the rules of moving in: one file per use case. It knows no
// HTTP, no SQL and no pages.
package core

import (
	"context"
	"os"
	"path/filepath"
	"slices"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/notify"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/authoring"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/moving"
	"tinhso.vn/internal/modules/moving/internal/core/ask"
	"tinhso.vn/internal/modules/moving/internal/core/dump"
	"tinhso.vn/internal/modules/moving/internal/core/mapping"
	"tinhso.vn/internal/modules/moving/internal/store"
	"tinhso.vn/internal/modules/personnel"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/id"
)

// Deps is everything the use cases need, by name.
type Deps struct {
	DB         *db.DB
	Keys       *crypt.Keys
	Dossiers   dossiers.Mover
	Procedures procedures.Finder
	Codes      procedures.Coded
	Catalogues authoring.Bringer // how a catalogue comes in
	Lists      personnel.Lists   // how units and officials come in
	Folder     string            // in which each dump has a folder of its own
	System     ask.System        // whose interface may be asked
	Notices    Teller
	Name       func(ctx context.Context, account string) string
}

// Teller tells people.
type Teller interface {
	Tell(ctx context.Context, tx *db.Tx, n notify.Notice) error
}

// Service runs the use cases.
type Service struct {
	Deps
	store store.Store
}

// New returns a service.
func New(d Deps) *Service { return &Service{Deps: d, store: store.New(d.Keys)} }

type (
	// Wave is a set of units that come over together.
	Wave = store.Wave
	// Unit is a unit of a wave.
	Unit = store.Unit
	// Run is a going through the dump.
	Run = store.Run
	// Reject is a row that was not taken.
	Reject = store.Reject
	// Reason is why rows were not taken.
	Reason = store.Reason
	// Comparison is a looking at both sides.
	Comparison = store.Comparison
	// Difference is one thing that both sides say differently.
	Difference = store.Difference
	// File is what a file of a dossier was in the older system.
	File = store.File
)

// PageSize is how many rows a list returns at most.
const PageSize = 50

// Source is a dump that lies in the folder.
type Source struct {
	Name  string // of its folder
	Title string
	Wrong []mapping.Mistake
	Units []string // of ours, that its mapping names
	Lists []string // units, officials: that can be let come
	Waves bool     // it has dossiers
}

// Sources returns the dumps that lie in the folder.
func (s *Service) Sources(_ context.Context, actor identity.Actor) (all []Source, err error) {
	if _, err := access.RequireAny(actor, moving.PermView, moving.PermManage); err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(s.Folder)
	if os.IsNotExist(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		if !e.IsDir() || e.Name()[0] == '.' {
			continue
		}
		content, err := os.ReadFile(filepath.Join(s.Folder, e.Name(), mapping.FileName))
		if err != nil {
			continue // no dump
		}
		m, wrong := mapping.Read(content)
		_, waves := m.Tables[mapping.Dossiers]
		all = append(all, Source{Name: e.Name(), Title: m.Title, Wrong: wrong, Units: unitsOf(m), Lists: listsOf(m), Waves: waves})
	}
	return all, nil
}

// listsOf are the lists of units and officials of a mapping. A table of units that has
// nothing but names serves to name them.
func listsOf(m mapping.File) (all []string) {
	if t, there := m.Tables[mapping.Units]; there && (t.Columns[mapping.Kind].Name != "" || t.Columns[mapping.Parent].Name != "") {
		all = append(all, mapping.Units)
	}
	if _, there := m.Tables[mapping.Officials]; there {
		all = append(all, mapping.Officials)
	}
	return all
}

// ListTitle is what the system is called of which a source has a list.
func (s *Service) ListTitle(source, table string) (string, error) {
	m, _, err := s.openAny(source)
	if err != nil {
		return "", err
	}
	if !slices.Contains(listsOf(m), table) {
		return "", moving.ErrNotFound
	}
	return m.Title, nil
}

func unitsOf(m mapping.File) (all []string) {
	for _, u := range m.Units {
		all = append(all, u)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// open reads the mapping of a source that has dossiers; its first mistake is the error.
func (s *Service) open(source string) (m mapping.File, folder string, err error) {
	if m, folder, err = s.openAny(source); err != nil {
		return m, folder, err
	}
	if _, there := m.Tables[mapping.Dossiers]; !there {
		return m, folder, moving.ErrNoTable.With("table", mapping.Dossiers)
	}
	return m, folder, nil
}

// openAny reads the mapping of a source, whatever it has.
func (s *Service) openAny(source string) (m mapping.File, folder string, err error) {
	if source == "" || source != filepath.Base(source) || source[0] == '.' {
		return m, "", moving.ErrSource
	}
	folder = filepath.Join(s.Folder, source)
	m, err = ReadMapping(folder)
	return m, folder, err
}

// ReadMapping reads the mapping of a folder; its first mistake is the error.
func ReadMapping(folder string) (m mapping.File, err error) {
	content, err := os.ReadFile(filepath.Join(folder, mapping.FileName)) //nolint:gosec // a folder of the server that its operators name
	if err != nil {
		return m, moving.ErrSource.Because(err)
	}
	m, wrong := mapping.Read(content)
	if len(wrong) > 0 {
		return m, moving.ErrMapping.With("line", wrong[0].Line).With("path", wrong[0].Path)
	}
	return m, nil
}

// count counts the rows of the tables that a run reads.
func count(folder string, m mapping.File) (total int, err error) {
	for _, name := range stages() {
		t, ok := m.Tables[name]
		if !ok {
			continue
		}
		rows, err := dump.Open(folder, t)
		if err != nil {
			return 0, err
		}
		for rows.Next() {
			total++
		}
		err = rows.Err()
		_ = rows.Close()
		if err != nil {
			return 0, err
		}
	}
	return total, nil
}

// stages are the tables that a run reads, in their order.
func stages() []string {
	return []string{mapping.Persons, mapping.Dossiers, mapping.Done, mapping.Files}
}

// unitHere reports whether a unit exists today.
func (s *Service) unitHere(ctx context.Context, unit string) bool {
	u, err := orgs.Get(ctx, s.DB, orgs.ID(unit))
	day := calendar.On(s.DB.Now().Time).String()
	return err == nil && (u.ValidFrom == "" || u.ValidFrom <= day) && (u.ValidTo == "" || day <= u.ValidTo)
}

func newID() string { return id.New() }
