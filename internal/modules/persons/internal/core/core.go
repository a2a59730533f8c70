// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package core holds the rules of who acts for whom and who is the same person:
// one file per use case. It knows no HTTP, no SQL and no pages.
package core

import (
	"context"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/forms"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/persons"
	"tinhso.vn/internal/modules/persons/internal/store"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
)

// Catalogue knows procedures as far as rights are limited to them.
type Catalogue interface {
	// Known returns the names of those of the ids that are procedures of today.
	Known(ctx context.Context, ids []string) (map[string]i18n.Text, error)
	// Fields returns the fields of procedures of today by their slug.
	Fields(ctx context.Context) (map[string]i18n.Text, error)
	// InFields returns the ids of all procedures of some fields, whatever the day.
	InFields(ctx context.Context, q db.Querier, fields []string) ([]string, error)
}

// Deps is everything the use cases need, by name.
type Deps struct {
	DB        *db.DB
	Keys      *crypt.Keys
	People    *identity.Directory
	Files     *files.Store
	Catalogue Catalogue
	Holders   map[string]persons.Holder // by name; what points to persons elsewhere
	Papers    persons.Papers            // of dossiers; nil: there are none
}

// Service runs the use cases.
type Service struct {
	Deps
	store store.Store
}

// New returns a service.
func New(d Deps) *Service { return &Service{Deps: d, store: store.New(d.Keys)} }

// PageSize is how many rows a page holds at most.
const PageSize = 50

// Page is a part of a list; Next is given back to go on, and empty at the end.
type Page[T any] struct {
	Items []T
	Next  string
}

func cut[T any](rows []T, size int, id func(T) string) (p Page[T]) {
	p.Items = rows
	if len(rows) > size {
		p.Items, p.Next = rows[:size], id(rows[size-1])
	}
	return p
}

// MaxWords is how many characters a reason may have.
const MaxWords = 500

// asked collects what is wrong with an input.
type asked struct{ fields []errs.Field }

func (a *asked) add(name, code string) {
	a.fields = append(a.fields, errs.Field{Name: name, Code: code})
}

func (a *asked) err() error { return errs.BadInput(a.fields) }

// line checks a text of one line and returns it tidied.
func (a *asked) line(name, value string, most int, needed bool) string {
	value = text.Line(value)
	switch n := utf8.RuneCountInString(value); {
	case n == 0 && needed:
		a.add(name, "form.required")
	case n > most:
		a.fields = append(a.fields, errs.Field{Name: name, Code: "form.too_long", Args: map[string]any{"max": most, "over": n - most}})
	}
	return value
}

// day checks a day; needed says whether it has to be there.
func (a *asked) day(name, value string, needed bool) (time.Time, bool) {
	if value == "" {
		if needed {
			a.add(name, "form.required")
		}
		return time.Time{}, false
	}
	t, err := time.Parse(time.DateOnly, value)
	if err != nil || t.Year() < 1900 || t.Year() > 2200 {
		a.add(name, "form.not_a_date")
		return time.Time{}, false
	}
	return t, true
}

// Who is a person as input names one: the one of that number, or a new one.
type Who struct {
	Kind   identity.PersonKind
	Name   string
	Number string // personal number or tax code
	Born   string // YYYY-MM-DD; of an individual, where it is known
	Phone  string
}

func (w *Who) check(a *asked, prefix string, numbered bool) {
	if w.Kind == "" {
		w.Kind = identity.Individual
	}
	w.Name = a.line(prefix+"name", w.Name, 200, true)
	w.Number = strings.NewReplacer(" ", "", ".", "").Replace(text.Line(w.Number))
	switch {
	case w.Number == "":
		if numbered {
			a.add(prefix+"number", "form.required")
		}
	case w.Kind == identity.Organisation:
		if n, ok := forms.ParseTaxCode(w.Number); ok {
			w.Number = n
		} else {
			a.add(prefix+"number", "form.tax_code")
		}
	case !regexp.MustCompile(`^\d{12}$`).MatchString(w.Number):
		a.add(prefix+"number", "form.person_number")
	}
	if w.Phone = strings.NewReplacer(" ", "", ".", "").Replace(text.Line(w.Phone)); w.Phone != "" && !regexp.MustCompile(`^0\d{9,10}$`).MatchString(w.Phone) {
		a.add(prefix+"phone", "form.phone")
	}
	if w.Kind != identity.Individual && w.Kind != identity.Organisation {
		a.add(prefix+"kind", "form.choose")
	}
	a.day(prefix+"born", w.Born, false)
}

// person returns who is meant: the person of that number where the name is the
// same without marks, or a new one.
func (s *Service) person(ctx context.Context, tx *db.Tx, w Who, prefix string) (identity.Person, error) {
	if w.Number != "" {
		known, found, err := s.People.FindByNumber(ctx, tx, w.Kind, w.Number)
		if err != nil {
			return known, err
		}
		if found {
			if text.Fold(known.Name) != text.Fold(w.Name) {
				return known, errs.BadInput([]errs.Field{{Name: prefix + "name", Code: "persons.name_differs"}})
			}
			if known.Born == "" && w.Born != "" {
				known.Born = w.Born
				_, err = s.People.SavePerson(ctx, tx, known)
			}
			return known, err
		}
	}
	p := identity.Person{Kind: w.Kind, Name: w.Name, Number: w.Number, Born: w.Born, Phone: w.Phone}
	var err error
	p.ID, err = s.People.SavePerson(ctx, tx, p)
	return p, err
}

// nextDay is the beginning of the day after one, in Vietnam: a right that lasts
// until a day ends at midnight.
func nextDay(day time.Time) (db.Time, error) {
	return orgs.Start(day.AddDate(0, 0, 1).Format(time.DateOnly))
}

// Named is a person as people see one who may know that there is such a person.
type Named struct {
	ID   string
	Kind identity.PersonKind
	Name string
}

func (s *Service) named(ctx context.Context, q db.Querier, person string) (Named, error) {
	p, err := s.People.GetPerson(ctx, q, person)
	return Named{ID: p.ID, Kind: p.Kind, Name: p.Name}, err
}
