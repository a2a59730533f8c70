// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"tinhso.vn/internal/platform/db"
)

// Row is a document as it is kept. Title and Words are folded already; an
// element of Words is not continued by the next.
type Row struct {
	Num              int64
	Kind, Doc, Sum   string
	TitleVI, TitleEN string
	LineVI, LineEN   string
	Code             string
	Title            string
	Words            []string
	Codes            []string // letters and digits alone
	Tags             []string // words that nobody can type: they begin with _
	Units, Persons   []string
	Closed           bool
	At               db.Time
	Facets           string
}

// known is a document of a batch that is there already.
type known struct {
	num int64
	sum string
}

// Put writes documents of one kind and returns how many differed from what was
// there, and which were not there at all. The caller holds Lock.
func Put(ctx context.Context, tx *db.Tx, h Half, kind string, rows []Row) (written int, added map[string]bool, err error) {
	if len(rows) == 0 {
		return 0, nil, nil
	}
	there, err := have(ctx, tx, h, kind, rows)
	if err != nil {
		return 0, nil, err
	}
	var last int64
	if err := tx.QueryRow(ctx, `SELECT COALESCE(MAX(num), 0) FROM `+h.name("docs")).Scan(&last); err != nil {
		return 0, nil, err
	}
	added = map[string]bool{}
	var fresh []Row
	var changed []int64
	for _, r := range rows {
		old, known := there[r.Doc]
		switch {
		case known && old.sum == r.Sum:
			continue
		case known:
			r.Num = old.num
			changed = append(changed, old.num)
		default:
			last++
			r.Num, added[r.Doc] = last, true
		}
		fresh = append(fresh, r)
	}
	if err := drop(ctx, tx, h, changed); err != nil {
		return 0, nil, err
	}
	const most = 200 // rows of one statement: PostgreSQL takes 65,535 values
	for from := 0; from < len(fresh); from += most {
		if err := insert(ctx, tx, h, fresh[from:min(from+most, len(fresh))]); err != nil {
			return 0, nil, err
		}
	}
	return len(fresh), added, nil
}

func have(ctx context.Context, q db.Querier, h Half, kind string, rows []Row) (map[string]known, error) {
	var a args
	of := a.add(kind)
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.Doc
	}
	there := map[string]known{}
	_, err := db.All(ctx, q, func(r db.Row) (doc string, err error) {
		var k known
		err = r.Scan(&doc, &k.num, &k.sum)
		there[doc] = k
		return doc, err
	}, `SELECT doc, num, sum FROM `+h.name("docs")+` WHERE kind = `+of+` AND doc IN `+a.list(ids), a...)
	return there, err
}

// Remove takes documents out of a half. The caller holds Lock.
func Remove(ctx context.Context, tx *db.Tx, h Half, kind string, docs []string) error {
	if len(docs) == 0 {
		return nil
	}
	var a args
	of := a.add(kind)
	nums, err := db.All(ctx, tx, db.Column[int64], `SELECT num FROM `+h.name("docs")+` WHERE kind = `+of+` AND doc IN `+a.list(docs), a...)
	if err != nil {
		return err
	}
	return drop(ctx, tx, h, nums)
}

func drop(ctx context.Context, tx *db.Tx, h Half, nums []int64) error {
	if len(nums) == 0 {
		return nil
	}
	var a args
	in := make([]string, len(nums))
	for i, n := range nums {
		in[i] = a.add(n)
	}
	list := " IN (" + strings.Join(in, ", ") + ")"
	if tx.Dialect() == db.SQLite {
		if _, err := tx.Exec(ctx, `DELETE FROM `+h.name("fts")+` WHERE rowid`+list, a...); err != nil {
			return err
		}
	}
	for _, table := range []string{"docs", "parts", "codes"} {
		if _, err := tx.Exec(ctx, `DELETE FROM `+h.name(table)+` WHERE num`+list, a...); err != nil {
			return err
		}
	}
	return nil
}

func insert(ctx context.Context, tx *db.Tx, h Half, rows []Row) error {
	var docs, words, parts, codes args
	var docRows, wordRows, partRows, codeRows []string
	for _, r := range rows {
		closed := 0
		if r.Closed {
			closed = 1
		}
		values := []any{r.Num, r.Kind, r.Doc, r.Sum, r.TitleVI, r.TitleEN, r.Code, r.LineVI, r.LineEN, r.Title, strings.Join(r.Words, " "), closed, r.At, r.Facets}
		if tx.Dialect() == db.Postgres {
			values = append(values, vector(r))
		} else {
			wordRows = append(wordRows, words.row(r.Num, r.Title, strings.Join(r.Words, " _ "), strings.Join(r.Tags, " ")))
		}
		docRows = append(docRows, docs.row(values...))
		for _, p := range r.parts() {
			partRows = append(partRows, parts.row(r.Num, p[0], p[1]))
		}
		seen := map[string]bool{}
		for _, c := range r.Codes {
			if !seen[c] && c != "" {
				codeRows = append(codeRows, codes.row(c, r.Num))
			}
			seen[c] = true
		}
	}
	const columns = `num, kind, doc, sum, title_vi, title_en, code, line_vi, line_en, title_folded, words_folded, closed, at, facets`
	for _, one := range []struct {
		into string
		rows []string
		args args
	}{
		{h.name("docs") + ` (` + columns + tx.Dialect().Pick("", ", words") + `)`, docRows, docs},
		{h.name("fts") + ` (rowid, title, body, tags)`, wordRows, words},
		{h.name("parts") + ` (num, unit, person)`, partRows, parts},
		{h.name("codes") + ` (code, num)`, codeRows, codes},
	} {
		if len(one.rows) == 0 {
			continue
		}
		if _, err := tx.Exec(ctx, `INSERT INTO `+one.into+` VALUES `+strings.Join(one.rows, ", "), one.args...); err != nil {
			return err
		}
	}
	return nil
}

// row adds the values of one row and returns its place in VALUES.
func (a *args) row(values ...any) string {
	places := make([]string, len(values))
	for i, v := range values {
		if t, ok := v.(tsvector); ok {
			places[i] = a.add(string(t)) + "::tsvector"
			continue
		}
		places[i] = a.add(v)
	}
	return "(" + strings.Join(places, ", ") + ")"
}

// parts are the rows of who may see it.
func (r Row) parts() (all [][2]string) {
	seen := map[[2]string]bool{}
	for _, u := range r.Units {
		seen[[2]string{u, ""}] = u != ""
	}
	for _, p := range r.Persons {
		seen[[2]string{"", p}] = p != ""
	}
	for part, real := range seen {
		if real {
			all = append(all, part)
		}
	}
	return all
}

// tsvector is words with their places, as PostgreSQL reads them. We make it
// ourselves: its parser would take codes and numbers apart otherwise than FTS5 does.
type tsvector string

const (
	lastPlace = 16383 // PostgreSQL knows no later one
	maxPlaces = 100   // of one word
)

func vector(r Row) tsvector {
	places, order, at := map[string][]string{}, []string{}, 0
	put := func(text, weight string) {
		for w := range strings.FieldsSeq(text) {
			at++
			if _, seen := places[w]; !seen {
				order = append(order, w)
			}
			if len(places[w]) < maxPlaces {
				places[w] = append(places[w], fmt.Sprintf("%d%s", min(at, lastPlace), weight))
			}
		}
		at += 2 // a phrase does not go on here
	}
	put(r.Title, "A")
	for _, w := range r.Words {
		put(w, "")
	}
	for _, t := range append(r.Tags, stretch(r.Num, narrow), stretch(r.Num, broad)) {
		put(t, "")
	}
	var b strings.Builder
	for _, w := range order {
		b.WriteString("'" + strings.ReplaceAll(strings.ReplaceAll(w, `\`, ``), `'`, ``) + "':" + strings.Join(places[w], ",") + " ")
	}
	return tsvector(b.String())
}

// Prepare makes a half ready to be filled from the beginning: PostgreSQL
// collects words and writes them into their lists by the ten thousands.
func Prepare(ctx context.Context, tx *db.Tx, h Half) error {
	if err := Clear(ctx, tx, h); err != nil || tx.Dialect() != db.Postgres {
		return err
	}
	_, err := tx.Exec(ctx, `ALTER INDEX `+h.name("docs")+`_words SET (fastupdate = on, gin_pending_list_limit = 32768)`)
	return err
}

// Ready makes a half that was filled ready to answer: nothing is left that
// PostgreSQL would have to read one by one, and it knows how much there is of what.
func Ready(ctx context.Context, tx *db.Tx, h Half) error {
	if tx.Dialect() != db.Postgres {
		return nil
	}
	for _, q := range []string{
		`ALTER INDEX ` + h.name("docs") + `_words SET (fastupdate = off)`, `SELECT gin_clean_pending_list('` + h.name("docs") + `_words'::regclass)`,
		`ANALYZE ` + h.name("docs") + `, ` + h.name("parts") + `, ` + h.name("codes"),
	} {
		if _, err := tx.Exec(ctx, q); err != nil {
			return err
		}
	}
	return nil
}

// Clear empties a half.
func Clear(ctx context.Context, tx *db.Tx, h Half) error {
	if tx.Dialect() == db.Postgres {
		_, err := tx.Exec(ctx, `TRUNCATE `+h.name("docs")+`, `+h.name("parts")+`, `+h.name("codes"))
		return err
	}
	for _, q := range []string{
		`INSERT INTO ` + h.name("fts") + ` (` + h.name("fts") + `) VALUES ('delete-all')`,
		`DELETE FROM ` + h.name("docs"), `DELETE FROM ` + h.name("parts"), `DELETE FROM ` + h.name("codes"),
	} {
		if _, err := tx.Exec(ctx, q); err != nil {
			return err
		}
	}
	return nil
}

// Kept is a document of the index with the sum of what it says.
type Kept struct {
	Num      int64
	Doc, Sum string
}

func scanKept(r db.Row) (k Kept, err error) {
	err = r.Scan(&k.Num, &k.Doc, &k.Sum)
	return k, err
}

// List returns at most limit documents of a kind after a number.
func List(ctx context.Context, q db.Querier, h Half, kind string, after int64, limit int) ([]Kept, error) {
	return db.All(ctx, q, scanKept, `SELECT num, doc, sum FROM `+h.name("docs")+` WHERE kind = $1 AND num > $2 ORDER BY num LIMIT $3`, kind, after, limit)
}

// Last returns the highest number of a kind; 0 where there is none.
func Last(ctx context.Context, q db.Querier, h Half, kind string) (n int64, err error) {
	err = q.QueryRow(ctx, `SELECT COALESCE(MAX(num), 0) FROM `+h.name("docs")+` WHERE kind = $1`, kind).Scan(&n)
	return n, err
}

// Count returns how many documents of each kind there are.
func Count(ctx context.Context, q db.Querier, h Half) (map[string]int64, error) {
	all := map[string]int64{}
	_, err := db.All(ctx, q, func(r db.Row) (kind string, err error) {
		var n int64
		err = r.Scan(&kind, &n)
		all[kind] = n
		return kind, err
	}, `SELECT kind, COUNT(*) FROM `+h.name("docs")+` GROUP BY kind`)
	return all, err
}

// IsTerm reports whether a folded word belongs in the vocabulary: syllables
// and names do, numbers and codes do not.
func IsTerm(w string) bool {
	n := utf8.RuneCountInString(w)
	if n < 2 || n > 24 {
		return false
	}
	for _, r := range w {
		if unicode.IsDigit(r) {
			return false
		}
	}
	return true
}
