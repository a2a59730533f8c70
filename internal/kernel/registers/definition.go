// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/i18n"
)

// Type says what a field holds.
type Type string

// The types of fields, with the Go type of their values.
const (
	Line        Type = "text"          // string of one line
	LongText    Type = "longtext"      // string
	Integer     Type = "integer"       // int64
	Decimal     Type = "decimal"       // string "12.5": exact, with at most Scale digits after the point
	Money       Type = "money"         // int64, đồng
	Date        Type = "date"          // string 2026-11-21
	DatePartial Type = "date_partial"  // string 2026, 2026-11 or 2026-11-21
	Boolean     Type = "boolean"       // bool
	Choice      Type = "choice"        // string, one of Options
	Unit        Type = "unit"          // string, the id of a unit
	Number      Type = "person_number" // string of 12 digits; sealed
	Phone       Type = "phone"         // string of digits, perhaps after +; sealed
	Place       Type = "point"         // Point
	Choices     Type = "choices"       // []string, some of Options, in their order
	Code        Type = "code"          // string, the code of an entry of the register Catalogue
	Org         Type = "organisation"  // Organisation
	Person      Type = "person"        // Human; sealed
	Email       Type = "email"         // string in small letters; sealed
	Address     Type = "address"       // Location
	Shape       Type = "shape"         // Geometry
	Files       Type = "file"          // []File, at most Max
	Reference   Type = "reference"     // string, the id of a record of Register
	Group       Type = "group"         // []Row, at most Max
)

func types() []Type {
	return []Type{
		Line, LongText, Integer, Decimal, Money, Date, DatePartial, Boolean, Choice, Choices, Code, Unit,
		Org, Person, Number, Phone, Email, Address, Place, Shape, Files, Reference, Group,
	}
}

// Class says how personal a field is. Fields of any class but none are read for
// a purpose only.
type Class string

// The classes of personal data (Luật 91/2025/QH15 tells basic from sensitive).
const (
	None      Class = "none"
	Basic     Class = "basic"
	Sensitive Class = "sensitive"
)

// Definition is a register as its file declares it. The definition in force also
// holds the fields that earlier files had: hidden, with the day they were.
type Definition struct {
	ID        string        `json:"id"`
	Title     i18n.Text     `json:"title"`
	Version   int           `json:"version"`
	Fields    []Field       `json:"fields"`
	Key       []string      `json:"key,omitempty"` // fields that together name a record
	List      List          `json:"list"`
	Approval  bool          `json:"approval,omitempty"` // another person agrees before anything is written
	Codes     *Codes        `json:"codes,omitempty"`    // nil: it is no list of codes
	Rules     []Rule        `json:"checks,omitempty"`
	Life      *Life         `json:"life,omitempty"`   // nil: records have no states
	Valid     *Valid        `json:"valid,omitempty"`  // nil: the file does not say when records are valid
	Rights    []Right       `json:"rights,omitempty"` // none: registers.view and registers.edit hold for all of it
	Map       *Layer        `json:"map,omitempty"`
	Prints    []Print       `json:"prints,omitempty"`
	Reports   []Report      `json:"reports,omitempty"`
	Measures  []PlanMeasure `json:"measures,omitempty"`    // figures that plans ask for
	Public    *Public       `json:"public_page,omitempty"` // nil: records have no page for visitors
	FreshDays int           `json:"fresh_days,omitempty"`  // within which records are looked at again; 0: a year
	Search    *Search       `json:"search,omitempty"`      // nil: by the columns of the list
	Least     int           `json:"small_cells,omitempty"` // fewest records that a count by a personal field tells; 0: 5
	Home      string        `json:"home,omitempty"`        // of what people add about themselves: the field that leads to the unit
	Related   []string      `json:"related,omitempty"`     // references of other registers that point here: "giai-ngan.project"

	Purpose    *Purpose    `json:"purpose,omitempty"`    // nil: the file does not say what its personal data is for
	Retention  *Retention  `json:"retention,omitempty"`  // nil: the file does not say how long a record is kept
	Dataset    *OpenData   `json:"open_data,omitempty"`  // nil: nothing is published
	Database   *Database   `json:"database,omitempty"`   // nil: the catalogue of databases says what the file shows by itself
	Duplicates *Duplicates `json:"duplicates,omitempty"` // nil: none are suspected
	File       int         `json:"file,omitempty"`       // version of the file where the register went back to an earlier one; 0: Version

	line int
}

// Field is one field of a register.
type Field struct {
	Key         string    `json:"key"`
	Label       i18n.Text `json:"label"`
	Hint        i18n.Text `json:"hint"`
	Type        Type      `json:"type"`
	Max         int64     `json:"max,omitempty"`   // longest text in characters, largest number; 0: the limit of the type
	Scale       int       `json:"scale,omitempty"` // digits after the point of a decimal
	Required    bool      `json:"required,omitempty"`
	Unique      bool      `json:"unique,omitempty"` // in the whole register, whatever the unit
	Searchable  bool      `json:"searchable,omitempty"`
	Hidden      bool      `json:"hidden,omitempty"`
	HiddenSince string    `json:"hidden_since,omitempty"` // day in Vietnam; only in the definition in force
	Options     []Option  `json:"options,omitempty"`
	Personal    Class     `json:"personal,omitempty"`
	Compute     string    `json:"compute,omitempty"`    // CEL; the value is made with every writing and never entered
	Measure     string    `json:"measure,omitempty"`    // unit of a number as people write it: m², tấn
	Pattern     string    `json:"pattern,omitempty"`    // RE2, of the whole text
	Catalogue   string    `json:"catalogue,omitempty"`  // of a code: the register of its entries
	Register    string    `json:"register,omitempty"`   // of a reference: the register it points to
	Fields      []Field   `json:"fields,omitempty"`     // of a group
	Language    string    `json:"language,omitempty"`   // of a text, as browsers say it (km); empty: Vietnamese, or none
	Translates  string    `json:"translates,omitempty"` // the text of which this is the same in Language
	Life        bool      `json:"life,omitempty"`       // where the record stands in its life; only moves change it
	Serial      string    `json:"serial,omitempty"`     // "PD-{year}-{number}": the number of a record that is added without one

	line int
}

// Option is one answer of a choice.
type Option struct {
	Value string    `json:"value"`
	Label i18n.Text `json:"label"`
}

// List says what a list of the register shows.
type List struct {
	Columns []string `json:"columns,omitempty"`
	Sort    string   `json:"sort,omitempty"`    // a field; empty: as they were added
	Sorts   []string `json:"sorts,omitempty"`   // further fields by which people may sort
	Filters []string `json:"filters,omitempty"` // fields that have an index to be found by
}

// sorts returns the fields by which a list can stand, the first its own.
func (l List) sorts() []string {
	var all []string
	for _, key := range append([]string{l.Sort}, l.Sorts...) {
		if key != "" && !slices.Contains(all, key) {
			all = append(all, key)
		}
	}
	return all
}

// The limits of a register.
const (
	maxSlug     = 40
	maxFields   = 200
	maxLine     = 2_000
	maxLong     = 100_000
	maxIndexed  = 500                   // characters of a unique text; PostgreSQL indexes at most 2,700 bytes
	maxScale    = 6                     // digits after the point
	maxInteger  = 9_007_199_254_740_991 // what every JSON reader keeps exact
	defaultLine = 200
	defaultLong = 10_000
	maxFiles    = 50
	maxRows     = 200 // of a group
	defaultMany = 10  // files, rows
)

// slug is the id as it stands in names of tables: ids of packs may have hyphens.
func (d Definition) slug() string { return strings.ReplaceAll(d.ID, "-", "_") }

// Table returns the name of the register's table.
func (d Definition) Table() string { return "reg_" + d.slug() }

func (d Definition) history() string { return d.Table() + "_history" }

// Field returns the field called key, hidden or not.
func (d Definition) Field(key string) (Field, bool) {
	for _, f := range d.Fields {
		if f.Key == key {
			return f, true
		}
	}
	return Field{}, false
}

// Visible returns the fields that are not hidden, in the order of the file.
func (d Definition) Visible() []Field {
	return slices.DeleteFunc(slices.Clone(d.Fields), func(f Field) bool { return f.Hidden })
}

// sum is the checksum of what the file says, whatever its spacing.
func (d Definition) sum() (string, error) {
	raw, err := json.Marshal(d)
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:]), err
}

// follow returns the definition in force once d follows old: fields that d no
// longer names are hidden since today.
func (d Definition) follow(old Definition, today string) Definition {
	fields := slices.Clone(d.Fields)
	for i, f := range fields {
		if !f.Hidden {
			continue
		}
		fields[i].HiddenSince = today
		if before, ok := old.Field(f.Key); ok && before.Hidden {
			fields[i].HiddenSince = before.HiddenSince
		}
	}
	for _, f := range old.Fields {
		if _, ok := d.Field(f.Key); ok {
			continue
		}
		if !f.Hidden {
			f.Hidden, f.HiddenSince = true, today
		}
		// Nobody writes it any more, so that nothing may hang on what it holds.
		f.Unique, f.Required, f.Searchable = false, false, false
		fields = append(fields, f)
	}
	d.Fields = fields
	return d
}

// Withheld reports whether the field is read for a purpose only, and kept back
// without one.
func (f Field) Withheld() bool { return f.personal() }

// personal reports whether the field is read for a purpose only.
func (f Field) personal() bool { return f.Personal != None && f.Personal != "" || f.sealed() }

// sealed reports whether the database never sees the value.
func (f Field) sealed() bool {
	return f.Type == Number || f.Type == Phone || f.Type == Email || f.Type == Person
}

// structured reports whether the value is kept as JSON, which nobody sorts or
// filters within.
func (f Field) structured() bool {
	return f.Type == Address || f.Type == Shape || f.Type == Files || f.Type == Group
}

// exactable reports whether equal values are found by one column.
func (f Field) exactable() bool {
	return !f.structured() && f.Type != LongText && f.Type != Place && f.Type != Choices && f.Type != Org
}

func (f Field) textual() bool { return f.Type == Line || f.Type == LongText }

func (f Field) numeric() bool { return f.Type == Integer || f.Type == Decimal || f.Type == Money }

// sortable reports whether a list can stand in the order of the field.
func (f Field) sortable() bool {
	return f.Type == Line || f.numeric() || f.Type == Date || f.Type == DatePartial
}

// Limit is how many characters, files or rows a value of the field has at most.
func (f Field) Limit() int64 { return f.limit() }

// limit is Max, or what the type allows where the file says nothing.
func (f Field) limit() int64 {
	switch {
	case f.Max > 0:
		return f.Max
	case f.Type == Line:
		return defaultLine
	case f.Type == LongText:
		return defaultLong
	case f.Type == Files, f.Type == Group:
		return defaultMany
	}
	return maxInteger
}

func (f Field) option(value string) bool {
	return slices.ContainsFunc(f.Options, func(o Option) bool { return o.Value == value })
}
