// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package search is the one index of the house: what modules declare as a Kind
// is found by folded words, by codes and in spite of typing errors, always
// within the scope of who asks. It is not a second truth: a document says what
// its module's row says and can be built anew from it at any time.
//
// # How a change arrives
//
// A module calls Mark in the transaction that changes a thing: one small row,
// an outbox. Step reads the thing anew through Kind.Load and writes it, usually
// within a second. Writing the index in the caller's own transaction was
// weighed against it: every act would pay for some hundred entries of the index,
// on PostgreSQL acts would wait for each other at common words, and a fault of
// the index would be a fault of the act. Kinds of a few thousand things need no
// marks: they say a Stamp that changes with their source.
//
// # Who finds what
//
// Every document names its units and persons. A question is asked of each kind
// in the scope of its permissions; words of the scope stand in the index, so
// that the intersection is done there, and access.Scope decides about each
// candidate. What is out of scope is neither ranked nor counted, offers no
// filter and no correction.
//
// # Two halves
//
// One half answers; a rebuild fills the other in small transactions, each of
// which keeps where it goes on. Marks are written to both. When all kinds are
// through, one UPDATE turns to the new half.
//
// # What never stands in it
//
// Numbers, phones, addresses of mail. Names of people are readable, as
// docs/security.md says. A question that looks like a number goes to
// Index.Persons alone, which compares keyed hashes.
package search

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"sync"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/search/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/text"
)

// Migrations creates the tables of this package.
func Migrations() db.Migrations { return store.Migrations() }

// Kind is one kind of things that a module lets people find.
type Kind struct {
	Name    string // small letters: "dossier"
	Label   string // translation key of many of them: "Thủ tục"
	Version int    // grows when Load says something else than before: the index is built anew
	Weight  int    // points before others of equal fitness, 0 to 20
	Loose   bool   // offered as well when only some of the words are there
	// Permissions say who finds them: one is enough, and its scope holds. None:
	// everybody, all of them.
	Permissions []identity.Permission
	// Scope is the scope of one who has such a permission; nil: that of the
	// permissions joined.
	Scope  func(reader identity.Actor) (access.Scope, error)
	Facets []Facet
	// Path is the page of one, for this reader; empty: it has none.
	Path func(reader identity.Actor, id string) string
	// List returns at most limit ids after one, in their order.
	List func(ctx context.Context, q db.Querier, after string, limit int) ([]string, error)
	// Load returns the documents of ids. One that is not there any more is left out.
	Load func(ctx context.Context, q db.Querier, ids []string) ([]Doc, error)
	// Count returns how many there are.
	Count func(ctx context.Context, q db.Querier) (int64, error)
	// Stamp says in a few characters what the source is now; when it changes, all
	// of the kind are compared. Nil: changes come as marks alone.
	Stamp func(ctx context.Context, q db.Querier) (string, error)
	// Since returns what has changed since a place of the source's own feed, and
	// where to go on: for kinds that write no marks. Of "" it returns the place now.
	// Lost: the feed no longer goes so far back, and all is built anew.
	Since func(ctx context.Context, q db.Querier, place string, limit int) (ids []string, next string, lost bool, err error)
	// Shape says in a few characters what documents there are of each thing; when it
	// changes, the index is built anew. Nil: Version alone says so.
	Shape func(ctx context.Context, q db.Querier) (string, error)
	// Views returns the ways in which a reader finds documents of the kind; nil: the
	// permissions decide. The id of a document ends with "/" and its class.
	Views func(ctx context.Context, q db.Querier, reader identity.Actor) ([]View, error)
	// Thing returns what a document is about: of several about the same thing, the
	// best stands for it, and is shown by this id. Nil: each stands for itself.
	Thing func(id string) string
	// Own returns the few documents of the reader, the newest first. A kind that has
	// it stands in no index: its words are sealed, and compared while they are asked for.
	// It needs no List, Load and Count, and nobody but the reader finds them.
	Own func(ctx context.Context, q db.Querier, reader identity.Actor) ([]Doc, error)
	// Shown records, before they leave, that these were shown with their lines. Nil:
	// nothing personal stands there.
	Shown func(ctx context.Context, reader identity.Actor, ids []string) error
}

// View is one way in which somebody finds documents: those of some classes, which
// say the same to all who may see them, in a scope.
type View struct {
	Classes []string
	Scope   *access.Scope // nil: wherever they are
}

// class is that of a document of a kind with views.
func class(doc string) string { return doc[strings.LastIndexByte(doc, '/')+1:] }

func classTag(kind, class string) string { return tag("class", kind+"\x00"+class) }

// Facet is something by which hits are narrowed.
type Facet struct {
	Name   string // small letters: "field"
	Label  string // translation key
	Values string // before a value it makes a translation key; empty: documents bring the words
	Beside bool   // the words that a document brings stand beside its hit
}

// Value is what a document has of a facet.
type Value struct {
	Facet, Value string
	Label        i18n.Text
}

// Doc is a document of the index.
type Doc struct {
	ID     string
	Codes  []string  // as people write them: found exactly, whatever stands between letters
	Title  i18n.Text // Vietnamese at least
	Line   i18n.Text // under the title: readable names, never a number of a person
	Words  []string  // what it is found by besides
	Units  []orgs.ID // that take part
	People []string  // ids of persons it is about
	Closed bool      // its work is over: after open ones
	At     db.Time   // newer ones first; zero: no matter
	Values []Value
}

// Mark notes, in the caller's transaction, that a thing has changed, is new or
// is gone.
func Mark(ctx context.Context, tx *db.Tx, kind, id string) error {
	return store.AddMark(ctx, tx, kind, id)
}

// MarkAll is Mark for many documents of a kind.
func MarkAll(ctx context.Context, tx *db.Tx, kind string, ids []string) error {
	return store.AddMarks(ctx, tx, kind, ids)
}

// Refresh has the kinds that say a stamp compared with their sources again.
func Refresh(ctx context.Context, tx *db.Tx) error { return store.ForgetStamps(ctx, tx) }

// Index answers questions and keeps itself up to date.
type Index struct {
	// Persons returns the ids of persons with this number or phone, by keyed hash; nil:
	// nobody is found so.
	Persons func(ctx context.Context, q db.Querier, asked string) ([]string, error)

	db    *db.DB
	kinds []Kind

	mu       sync.Mutex
	synonyms synonyms
	looked   db.Time // when stamps were compared
}

// New returns an index without kinds.
func New(d *db.DB) *Index { return &Index{db: d} }

// Declare adds what modules let people find; it is called before the first
// question, and kinds are shown in this order.
func (x *Index) Declare(kinds ...Kind) { x.kinds = append(x.kinds, kinds...) }

// Kinds returns what was declared.
func (x *Index) Kinds() []Kind { return slices.Clone(x.kinds) }

func (x *Index) kind(name string) (Kind, bool) {
	i := slices.IndexFunc(x.kinds, func(k Kind) bool { return k.Name == name })
	if i < 0 {
		return Kind{}, false
	}
	return x.kinds[i], true
}

// format grows when rows are written otherwise than before.
const format = "2"

// indexed returns the kinds that stand in the index.
func (x *Index) indexed() (all []Kind) {
	for _, k := range x.kinds {
		if k.Own == nil {
			all = append(all, k)
		}
	}
	return all
}

// made says with what the index is built: another one is built anew.
func (x *Index) made(ctx context.Context, q db.Querier) (string, error) {
	names := []string{format}
	for _, k := range x.indexed() {
		name := k.Name + ":" + string(rune('0'+k.Version%10)) + strings.Repeat("+", k.Version/10)
		if k.Shape != nil {
			shape, err := k.Shape(ctx, q)
			if err != nil {
				return "", err
			}
			name += "/" + shape
		}
		names = append(names, name)
	}
	slices.Sort(names)
	return strings.Join(names, " "), nil
}

// tag makes a word of the index that nobody can type: Fold leaves no "_".
func tag(of, value string) string {
	sum := sha256.Sum256([]byte(of + "\x00" + value))
	return "_" + of[:1] + hex.EncodeToString(sum[:8])
}

func kindTag(kind string) string { return tag("kind", kind) }

func valueTag(kind string, v Value) string {
	return tag("facet", kind+"\x00"+v.Facet+"\x00"+v.Value)
}

const (
	maxWord = 60   // characters of a word that count
	maxBody = 4000 // words of a document
)

// fold is text.Fold with words of bounded length.
func fold(s string) string {
	words := strings.Fields(text.Fold(s))
	for i, w := range words {
		if r := []rune(w); len(r) > maxWord {
			words[i] = string(r[:maxWord])
		}
	}
	return strings.Join(words[:min(len(words), maxBody)], " ")
}

// code is a code as it is compared: letters and digits alone.
func code(s string) string { return strings.ReplaceAll(text.Fold(s), " ", "") }

// row is a document as it is kept.
func (k Kind) row(d Doc) store.Row {
	r := store.Row{
		Kind: k.Name, Doc: d.ID, TitleVI: d.Title.VI, TitleEN: d.Title.EN, LineVI: d.Line.VI, LineEN: d.Line.EN,
		Title: bothTitles(d.Title), Closed: d.Closed, At: d.At, Persons: d.People,
		Tags: []string{kindTag(k.Name), tag("item", d.ID)},
	}
	if k.Views != nil {
		r.Tags = append(r.Tags, classTag(k.Name, class(d.ID)))
	}
	for _, words := range append([]string{d.Line.VI, d.Line.EN}, d.Words...) {
		if folded := fold(words); folded != "" && !slices.Contains(r.Words, folded) {
			r.Words = append(r.Words, folded)
		}
	}
	for _, c := range d.Codes {
		if c == "" {
			continue
		}
		if r.Code == "" {
			r.Code = c
		}
		r.Codes = append(r.Codes, code(c))
		r.Words = append(r.Words, fold(c))
	}
	for _, u := range d.Units {
		if u != "" && !slices.Contains(r.Units, string(u)) {
			r.Units, r.Tags = append(r.Units, string(u)), append(r.Tags, tag("unit", string(u)))
		}
	}
	for _, p := range d.People {
		if t := tag("person", p); p != "" && !slices.Contains(r.Tags, t) {
			r.Tags = append(r.Tags, t)
		}
	}
	var facets []string
	for _, v := range d.Values {
		if v.Value == "" {
			continue
		}
		facets = append(facets, strings.Join([]string{v.Facet, v.Value, v.Label.VI, v.Label.EN}, "\t"))
		r.Tags = append(r.Tags, valueTag(k.Name, v))
	}
	r.Facets = strings.Join(facets, "\n")
	r.Sum = sum(d)
	return r
}

// bothTitles folds a title; what one language ends with is not continued by the other.
func bothTitles(t i18n.Text) string {
	vi, en := fold(t.VI), fold(t.EN)
	if vi == "" || en == "" {
		return vi + en
	}
	return vi + " _ " + en
}

// sum is the same for a document that says the same.
func sum(d Doc) string {
	said, err := json.Marshal(d)
	if err != nil {
		return "" // plain fields: they always encode
	}
	s := sha256.Sum256(said)
	return hex.EncodeToString(s[:16])
}

func values(facets string) (all []Value) {
	for line := range strings.SplitSeq(facets, "\n") {
		if part := strings.Split(line, "\t"); len(part) == 4 {
			all = append(all, Value{Facet: part[0], Value: part[1], Label: i18n.Text{VI: part[2], EN: part[3]}})
		}
	}
	return all
}
