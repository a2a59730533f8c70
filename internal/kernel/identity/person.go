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
	seal := func(column, value string) string { return d.keys.SealText(persons, column, p.ID, value) }
	name := text.Line(p.Name)
	err := store.PutPerson(ctx, tx, store.Person{
		ID: p.ID, Kind: string(p.Kind), Name: name, Folded: text.Fold(name), Key: nameKey(p.Kind, name),
		Number: seal("number", p.Number), NumberIndex: d.keys.Index(numberDomain, p.Number),
		Phone: seal("phone", p.Phone), PhoneIndex: d.keys.Index("phone", p.Phone),
		Email: seal("email", p.Email), EmailIndex: d.keys.Index("email", p.Email),
	})
	if db.IsDuplicate(err) {
		return "", ErrNumberTaken.Because(err)
	}
	return p.ID, err
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

// FindByNumber finds a person by personal number or tax code.
func (d *Directory) FindByNumber(ctx context.Context, q db.Querier, k PersonKind, number string) (Person, bool, error) {
	p, err := d.person(store.PersonByNumber(ctx, q, string(k), d.keys.Index(numberDomain, number)))
	if errors.Is(err, ErrPersonNotFound) {
		return Person{}, false, nil
	}
	return p, err == nil, err
}

func (d *Directory) person(row store.Person, err error) (Person, error) {
	if errors.Is(err, db.ErrNoRows) {
		return Person{}, ErrPersonNotFound
	}
	if err != nil {
		return Person{}, err
	}
	p := Person{ID: row.ID, Kind: PersonKind(row.Kind), Name: row.Name}
	for _, f := range []struct {
		column, sealed string
		to             *string
	}{{"number", row.Number, &p.Number}, {"phone", row.Phone, &p.Phone}, {"email", row.Email, &p.Email}} {
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
