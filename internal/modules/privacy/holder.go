// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package privacy

import (
	"context"
	"io"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/platform/db"
)

// Holder keeps data about people.
type Holder interface {
	// Name is what purposes of packs call it: lower case letters.
	Name() string
	// Describe says in few words what it keeps.
	Describe() Description
	// Export hands over what is kept about a person, one record after the
	// other, and then its files. Of others than the person nothing is handed
	// over: no number, no phone, no words. Who calls decides who may ask.
	Export(ctx context.Context, person string, to Sink) error
}

// Description is a holder in words.
type Description struct{ Name, What i18n.Text }

// Sink takes what a holder hands over. All records come before the first file.
type Sink interface {
	Record(r Record) error
	// File takes a file; name is what people call it. The content is read to its end.
	File(name string, content io.Reader) error
}

// Record is one thing that is kept about a person.
type Record struct {
	Title i18n.Text
	At    db.Time // zero where it has no time
	Lines []Line
	Data  any // the same for programs: anything encoding/json takes
}

// Line is one fact of a record.
type Line struct {
	Label i18n.Text
	Value string
}

// Kept is something that may not be deleted yet.
type Kept struct {
	What   string // "H01.1-261121-0001"
	Rule   string // id of the rule of retention; empty where it is a hold
	Reason i18n.Text
	Until  db.Time // the last day; zero: no end is known
}

// Eraser is a holder that can delete what it keeps about a person.
type Eraser interface {
	Holder
	// MustKeep lists what the law or a hold keeps, at most limit of it.
	MustKeep(ctx context.Context, q db.Querier, person string, limit int) ([]Kept, error)
	// Erase deletes the rest and says how many things. It may run again.
	Erase(ctx context.Context, tx *db.Tx, person string) (erased int, err error)
}
