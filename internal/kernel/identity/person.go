// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"
	"errors"
	"log/slog"

	"tinhso.vn/internal/kernel/identity/internal/store"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/text"
)

// PersonKind tells people from organisations.
type PersonKind string

// The kinds of persons.
const (
	Individual   PersonKind = "individual"
	Organisation PersonKind = "organisation"
)

// Person is an individual or an organisation: personal data.
type Person struct {
	ID     string
	Kind   PersonKind
	Name   string
	Number string // personal number (12 digits) or tax code
	Phone  string
	Email  string
	Born   string // 1985-06-12, or the part of it that is known
	Merged string // id of the person it was found to be; empty: itself
}

// LogValue keeps the person out of logs.
func (p Person) LogValue() slog.Value { return slog.StringValue(p.ID) }

// What can go wrong with persons.
var (
	ErrPersonNotFound = errs.New(errs.NotFound, "identity.person_not_found")
	ErrNumberTaken    = errs.New(errs.Conflict, "identity.number_taken")
)

const persons = "identity_persons"

// SavePerson adds p, or changes the person of that id. The id is returned. Two
// persons of a kind never have the same number: ErrNumberTaken.
func (d *Directory) SavePerson(ctx context.Context, tx *db.Tx, p Person) (string, error) {
	if p.ID == "" {
		p.ID = id.New()
	}
	err := store.PutPerson(ctx, tx, d.rowOf(p))
	if db.IsDuplicate(err) {
		return "", ErrNumberTaken.Because(err)
	}
	return p.ID, err
}

// AddPersons adds persons that are not there, with few statements; their ids are
// returned. ErrNumberTaken where one of them is there after all.
func (d *Directory) AddPersons(ctx context.Context, tx *db.Tx, all []Person) ([]string, error) {
	ids, rows := make([]string, len(all)), make([]store.Person, len(all))
	for i, p := range all {
		p.ID = id.New()
		ids[i], rows[i] = p.ID, d.rowOf(p)
	}
	err := store.AddPersons(ctx, tx, rows)
	if db.IsDuplicate(err) {
		return nil, ErrNumberTaken.Because(err)
	}
	return ids, err
}

// rowOf is a person as it is kept.
func (d *Directory) rowOf(p Person) store.Person {
	seal := func(column, value string) string { return d.keys.SealText(persons, column, p.ID, value) }
	name := text.Line(p.Name)
	return store.Person{
		ID: p.ID, Kind: string(p.Kind), Name: name, Folded: text.Fold(name), Key: nameKey(p.Kind, name),
		Number: seal("number", p.Number), NumberIndex: d.keys.Index(numberDomain, p.Number),
		Phone: seal("phone", p.Phone), PhoneIndex: d.keys.Index("phone", p.Phone),
		Email: seal("email", p.Email), EmailIndex: d.keys.Index("email", p.Email),
		Born: seal("born", p.Born), BornIndex: d.keys.Index("born", p.Born),
	}
}

const numberDomain = "person number"

func nameKey(k PersonKind, name string) string {
	if k == Organisation {
		return text.CollationKey(name)
	}
	return text.PersonKey(name)
}

// GetPerson returns a person: personal data, so the caller records why it is
// read. ErrPersonNotFound where there is none.
func (d *Directory) GetPerson(ctx context.Context, q db.Querier, id string) (Person, error) {
	return d.person(store.GetPerson(ctx, q, id))
}

// FindByNumber finds a person by personal number or tax code; one that was
// merged is found as the other.
func (d *Directory) FindByNumber(ctx context.Context, q db.Querier, k PersonKind, number string) (Person, bool, error) {
	p, err := d.person(store.PersonByNumber(ctx, q, string(k), d.keys.Index(numberDomain, number)))
	if errors.Is(err, ErrPersonNotFound) {
		return Person{}, false, nil
	}
	for err == nil && p.Merged != "" { // into one who was merged in turn
		p, err = d.GetPerson(ctx, q, p.Merged)
	}
	return p, err == nil, err
}

// FindByNumbers is FindByNumber for persons of one kind; the answer is by number, and
// leaves out whom nobody knows.
func (d *Directory) FindByNumbers(ctx context.Context, q db.Querier, k PersonKind, numbers []string) (map[string]Person, error) {
	of, indexes := map[string]string{}, make([]string, 0, len(numbers))
	for _, n := range numbers {
		if index := d.keys.Index(numberDomain, n); index != "" {
			of[index] = n
			indexes = append(indexes, index)
		}
	}
	found := map[string]Person{}
	rows, err := store.PersonsByNumber(ctx, q, string(k), indexes)
	for _, row := range rows {
		p, err := d.person(row, nil)
		for err == nil && p.Merged != "" {
			p, err = d.GetPerson(ctx, q, p.Merged)
		}
		if err != nil {
			return nil, err
		}
		found[of[row.NumberIndex]] = p
	}
	return found, err
}

// ListNamed returns at most limit persons of a whole name, without marks, by id,
// after the given one. Merged ones are left out.
func (d *Directory) ListNamed(ctx context.Context, q db.Querier, name, after string, limit int) ([]Person, error) {
	return d.people(store.PersonsNamed(ctx, q, text.Fold(name), after, limit))
}

// ListWithPhone returns at most limit persons of a phone, as ListNamed.
func (d *Directory) ListWithPhone(ctx context.Context, q db.Querier, phone, after string, limit int) ([]Person, error) {
	return d.people(store.PersonsWithPhone(ctx, q, d.keys.Index("phone", phone), after, limit))
}

// ListPersons returns at most limit persons in the order in which they came, after
// the given id. Merged ones are left out.
func (d *Directory) ListPersons(ctx context.Context, q db.Querier, after string, limit int) ([]Person, error) {
	return d.people(store.PersonsAfter(ctx, q, after, limit))
}

func (d *Directory) people(rows []store.Person, err error) ([]Person, error) {
	all := make([]Person, len(rows))
	for i, row := range rows {
		if all[i], err = d.person(row, err); err != nil {
			return nil, err
		}
	}
	return all, err
}

// LockPerson is GetPerson for a transaction that decides on the person.
func (d *Directory) LockPerson(ctx context.Context, tx *db.Tx, id string) (Person, error) {
	return d.person(store.LockPerson(ctx, tx, id))
}

// SetMerged says that a person was found to be another, or with an empty id that
// it is itself after all. What points to it is for the caller to move.
func (d *Directory) SetMerged(ctx context.Context, tx *db.Tx, id, into string) error {
	return store.SetMerged(ctx, tx, id, into)
}

// MoveAccount says whose an account is; false where it is not from's.
func (d *Directory) MoveAccount(ctx context.Context, tx *db.Tx, account, from, to string) (bool, error) {
	return store.SetAccountPerson(ctx, tx, account, from, to)
}

func (d *Directory) person(row store.Person, err error) (Person, error) {
	if errors.Is(err, db.ErrNoRows) {
		return Person{}, ErrPersonNotFound
	}
	if err != nil {
		return Person{}, err
	}
	p := Person{ID: row.ID, Kind: PersonKind(row.Kind), Name: row.Name, Merged: row.Merged}
	for _, f := range []struct {
		column, sealed string
		to             *string
	}{{"number", row.Number, &p.Number}, {"phone", row.Phone, &p.Phone}, {"email", row.Email, &p.Email}, {"born", row.Born, &p.Born}} {
		if *f.to, err = d.keys.OpenText(persons, f.column, row.ID, f.sealed); err != nil {
			return Person{}, err
		}
	}
	return p, nil
}

// Directory is the register of persons and accounts. It holds the keys that
// open personal identifiers, and no state.
type Directory struct {
	keys  *crypt.Keys
	hash  *hasher
	ended []SessionsEnded
}

// NewDirectory returns a directory.
func NewDirectory(k *crypt.Keys) *Directory {
	return &Directory{keys: k, hash: newHasher(cost{passwordTime, passwordMemory})}
}
