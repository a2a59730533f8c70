// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
)

// How words are found in a register. Beside the folded column of each searchable
// text stands an index of its words: on PostgreSQL a GIN index over the words of
// the column, on SQLite one FTS5 table for the register, which triggers keep. A word
// of two letters and more is found by its beginning, one of a single letter as it is.
//
// A list goes down its order and compares, or collects by the words and sorts:
// whichever is less work, as a glance at the first records says (weigh). Both find
// the same.

// fullIndex is how far an index is filled that has everything.
const fullIndex = math.MaxInt64

// The bounds of looking for words.
const (
	glance    = 2000   // records at which a list is glanced before it is read
	few       = 20_000 // records that are collected, or compared, in good time
	fillBatch = 5000   // rows that are brought into an index at a time
)

// wordFields are the keys of the fields whose words have an index.
func (d Definition) wordFields() (keys []string) {
	for _, f := range d.Fields {
		if f.Searchable && f.textual() {
			keys = append(keys, f.Key)
		}
	}
	return keys
}

// wordTable is the FTS5 table of a register. It is no ending of the register's own
// name: FTS5 makes tables of its own beside it.
func (d Definition) wordTable() string {
	sum := sha256.Sum256([]byte(d.slug()))
	return "regw_" + hex.EncodeToString(sum[:6])
}

// wordIndex is the GIN index of a field.
func (d Definition) wordIndex(key string) string {
	sum := sha256.Sum256([]byte(key))
	return d.wordTable() + "_" + hex.EncodeToString(sum[:4])
}

func foldedColumn(key string) string { return "f_" + key + "_folded" }

func vectorOf(key string) string {
	return `to_tsvector('simple'::regconfig, ` + ident(foldedColumn(key)) + `)`
}

// wordsDDL returns the statements that turn the index of one list of fields into
// that of another, and the note about it. Fresh: there are no records yet.
func (d Definition) wordsDDL(dialect db.Dialect, had, want []string, fresh bool) (all []string) {
	table := ident(d.wordTable())
	filled := int64(fullIndex)
	if dialect == db.Postgres {
		for _, key := range had {
			if !slices.Contains(want, key) {
				all = append(all, `DROP INDEX IF EXISTS `+ident(d.wordIndex(key)))
			}
		}
		for _, key := range want {
			if !slices.Contains(had, key) {
				if !fresh { // left behind by whoever took the note away
					all = append(all, `DROP INDEX IF EXISTS `+ident(d.wordIndex(key)))
				}
				all = append(all, `CREATE INDEX `+ident(d.wordIndex(key))+` ON `+ident(d.Table())+` USING gin (`+vectorOf(key)+`) WITH (fastupdate = off)`)
			}
		}
	} else {
		for _, name := range []string{"_added", "_changed", "_gone"} {
			if !fresh {
				all = append(all, `DROP TRIGGER IF EXISTS `+ident(d.wordTable()+name))
			}
		}
		if !fresh {
			all = append(all, `DROP TABLE IF EXISTS `+table)
		}
		if len(want) > 0 {
			all = append(all, d.wordTriggers(want)...)
		}
		if !fresh {
			filled = 0
		}
	}
	if len(want) == 0 {
		return append(all, `DELETE FROM registers_words WHERE register = '`+d.ID+`'`)
	}
	return append(all, `INSERT INTO registers_words (register, fields, filled) VALUES ('`+d.ID+`', '`+strings.Join(want, " ")+`', `+strconv.FormatInt(filled, 10)+`)
		ON CONFLICT (register) DO UPDATE SET fields = excluded.fields, filled = excluded.filled`)
}

// wordTriggers makes the FTS5 table of a register and what keeps it.
func (d Definition) wordTriggers(keys []string) []string {
	name := d.wordTable()
	columns, news, differ := make([]string, len(keys)), make([]string, len(keys)), make([]string, len(keys))
	for i, key := range keys {
		columns[i] = ident(foldedColumn(key))
		news[i] = `new.` + columns[i]
		differ[i] = `old.` + columns[i] + ` IS NOT new.` + columns[i]
	}
	list, of := strings.Join(columns, ", "), ` ON `+ident(d.Table())
	insert := `INSERT INTO ` + ident(name) + ` (rowid, ` + list + `) VALUES (new.rowid, ` + strings.Join(news, ", ") + `);`
	drop := `DELETE FROM ` + ident(name) + ` WHERE rowid = old.rowid;`
	return []string{
		`CREATE VIRTUAL TABLE ` + ident(name) + ` USING fts5(` + list + `, content='', contentless_delete=1, detail='column', prefix='2 3', tokenize="unicode61 remove_diacritics 0")`,
		`CREATE TRIGGER ` + ident(name+"_added") + ` AFTER INSERT` + of + ` BEGIN ` + insert + ` END`,
		`CREATE TRIGGER ` + ident(name+"_changed") + ` AFTER UPDATE OF ` + list + of + ` WHEN ` + strings.Join(differ, " OR ") + ` BEGIN ` + drop + ` ` + insert + ` END`,
		`CREATE TRIGGER ` + ident(name+"_gone") + ` AFTER DELETE` + of + ` BEGIN ` + drop + ` END`,
	}
}

// keptWords returns which fields the index of a register has, and how far it is filled.
func keptWords(ctx context.Context, q db.Querier, register string) (fields []string, filled int64, err error) {
	var joined string
	err = q.QueryRow(ctx, `SELECT fields, filled FROM registers_words WHERE register = $1`, register).Scan(&joined, &filled)
	if errors.Is(err, db.ErrNoRows) {
		return nil, 0, nil
	}
	return strings.Fields(joined), filled, err
}

// words adds what is missing of the index of words, or too much of it. A register
// that is older than the index has none yet, though its file is the same.
func (p *Plan) words(ctx context.Context, q db.Querier) error {
	had, _, err := keptWords(ctx, q, p.Register)
	if err != nil {
		return err
	}
	want := p.def.wordFields()
	if slices.Equal(had, want) {
		return nil
	}
	ddl := p.def.wordsDDL(q.Dialect(), had, want, false)
	fresh := slices.DeleteFunc(slices.Clone(want), func(key string) bool { return slices.Contains(had, key) })
	if len(fresh) == 0 { // some are searched no more
		gone := slices.DeleteFunc(slices.Clone(had), func(key string) bool { return slices.Contains(want, key) })
		c := Change{Kind: DropIndex, Label: p.Title, Aspect: "search", SQL: ddl}
		if len(gone) > 0 {
			f, _ := p.def.follow(p.old, "").Field(gone[0])
			c.Field, c.Label = gone[0], p.label(f)
		}
		p.add(c)
		return nil
	}
	// After all columns are there.
	for i, c := range slices.Backward(p.Changes) {
		if c.Kind == AddIndex && c.Aspect == "search" {
			p.Changes[i].SQL = append(slices.Clone(c.SQL), ddl...)
			return nil
		}
	}
	f, _ := p.def.Field(fresh[0])
	p.Changes = append(p.Changes, Change{Kind: AddIndex, Field: f.Key, Label: f.Label, Aspect: "search", SQL: ddl})
	return nil
}

// fillWords brings the next rows into the index of a register, and reports whether
// there are more. What was brought in half is brought in again.
func fillWords(ctx context.Context, tx *db.Tx, d Definition) (more bool, err error) {
	keys, filled, err := keptWords(ctx, tx, d.ID)
	if err != nil || len(keys) == 0 || filled == fullIndex || tx.Dialect() == db.Postgres {
		return false, err
	}
	table, columns := ident(d.Table()), make([]string, len(keys))
	for i, key := range keys {
		columns[i] = foldedColumn(key)
	}
	var last, n int64
	if err := tx.QueryRow(ctx, `SELECT COALESCE(MAX(n), 0), COUNT(*) FROM (SELECT rowid AS n FROM `+table+` WHERE rowid > $1 ORDER BY rowid LIMIT $2) next`,
		filled, fillBatch).Scan(&last, &n); err != nil {
		return false, err
	}
	if n > 0 {
		of := ` FROM ` + table + ` WHERE rowid > $1 AND rowid <= $2`
		for _, statement := range []string{
			`DELETE FROM ` + ident(d.wordTable()) + ` WHERE rowid IN (SELECT rowid` + of + `)`,
			`INSERT INTO ` + ident(d.wordTable()) + ` (rowid, ` + idents(columns) + `) SELECT rowid, ` + idents(columns) + of,
		} {
			if _, err := tx.Exec(ctx, statement, filled, last); err != nil {
				return false, err
			}
		}
	}
	if n < fillBatch {
		last = fullIndex
	}
	_, err = tx.Exec(ctx, `UPDATE registers_words SET filled = $2 WHERE register = $1`, d.ID, last)
	return n == fillBatch, err
}

// FillWords brings some rows of registers that had records before they had an index
// of words into it, in a transaction of its own, and reports whether there are more.
// Until all are in, lists compare.
func (k *Keeper) FillWords(ctx context.Context, d *db.DB) (more bool, err error) {
	defer errs.Wrap(&err, "fill the index of words")

	next, err := db.All(ctx, d, db.Column[string], `SELECT register FROM registers_words WHERE filled < $1
		AND register NOT IN (SELECT register FROM registers_rewrites) ORDER BY register LIMIT 1`, int64(fullIndex))
	if err != nil || len(next) == 0 {
		return false, err // an idle server does not write
	}
	err = d.Write(ctx, func(tx *db.Tx) error {
		def, err := k.Definition(ctx, tx, next[0])
		if err != nil {
			return err
		}
		_, err = fillWords(ctx, tx, def)
		return err
	})
	return err == nil, err
}

// way is how the words of a condition are looked for.
type way uint8

const (
	compared     way = iota // in the folded text of each record
	inFTS                   // by the index of SQLite
	inGIN                   // by the index of PostgreSQL
	leftOut                 // not at all: to see how many there are without it
	downTheOrder            // of values: without their index, where the order of the list is the shorter way
)

// words are the folded words that a condition asks for.
func (c Condition) words() []string {
	return strings.Fields(text.Fold(strings.Join(c.Values, " ")))
}

// begins reports whether a word may go on.
func begins(word string) bool { return utf8.RuneCountInString(word) > 1 }

// has is the condition that a text has words.
func (f Field) has(c Condition, args []any) (string, []any, string) {
	words := c.words()
	if !f.Searchable || !f.textual() {
		return "", nil, "not_indexed"
	}
	if len(words) == 0 {
		return "", nil, "shape"
	}
	switch c.way {
	case leftOut:
		return `1 = 1`, args, ""
	case inFTS:
		args = append(args, matchFTS(f.Key, words))
		return `rowid IN (SELECT rowid FROM ` + ident(c.table) + ` WHERE ` + ident(c.table) + ` MATCH ` + mark(args) + `)`, args, ""
	case inGIN:
		args = append(args, matchGIN(words))
		return vectorOf(f.Key) + ` @@ ` + mark(args) + `::tsquery`, args, ""
	case compared, downTheOrder:
	}
	all := make([]string, len(words))
	for i, w := range words { // of letters and digits alone
		end := "%"
		if !begins(w) {
			end = " %"
		}
		args = append(args, "% "+w+end)
		all[i] = `(' ' || ` + ident(foldedColumn(f.Key)) + ` || ' ') LIKE ` + mark(args)
	}
	return strings.Join(all, " AND "), args, ""
}

// matchFTS asks FTS5 for words of one column.
func matchFTS(key string, words []string) string {
	all := make([]string, len(words))
	for i, w := range words {
		all[i] = `"` + w + `"`
		if begins(w) {
			all[i] += " *"
		}
	}
	return `{` + foldedColumn(key) + `} : (` + strings.Join(all, " AND ") + `)`
}

// matchGIN asks a tsvector for words.
func matchGIN(words []string) string {
	all := make([]string, len(words))
	for i, w := range words {
		all[i] = `'` + w + `'`
		if begins(w) {
			all[i] += ":*"
		}
	}
	return strings.Join(all, " & ")
}

// with returns the question with its words looked for in a way.
func (a Ask) with(w way, table string) Ask {
	a.Where = slices.Clone(a.Where)
	for i := range a.Where {
		if a.Where[i].Op == Has {
			a.Where[i].way, a.Where[i].table = w, table
		}
	}
	return a
}

// collects reports whether PostgreSQL looks for the words by their index.
func (a Ask) collects() bool {
	return slices.ContainsFunc(a.Where, func(c Condition) bool { return c.Op == Has && c.way == inGIN })
}

// weigh says how the words of a question are looked for, so that at most enough
// records are read in its order, or counted. A glance at the first records decides: where
// they have the words often enough, or are all there are, they are compared.
func (k *Keeper) weigh(ctx context.Context, q db.Querier, s Standing, ask Ask, order string, enough int64) (Standing, Ask, error) {
	if !slices.ContainsFunc(ask.Where, func(c Condition) bool { return c.Op == Has && len(c.words()) > 0 }) {
		return s, ask, nil
	}
	keys, filled, err := keptWords(ctx, q, s.Definition.ID)
	if err != nil || filled != fullIndex {
		return s, ask, err
	}
	var match, columns, plain []string
	for _, c := range ask.Where {
		if c.Op != Has {
			continue
		}
		f, ok := s.Definition.Field(c.Field)
		if !ok || !slices.Contains(keys, c.Field) || len(c.words()) == 0 {
			return s, ask, nil // conditions says what is wrong with it
		}
		match, columns = append(match, `(`+matchFTS(f.Key, c.words())+`)`), append(columns, ident(foldedColumn(f.Key)))
	}
	slices.Sort(columns)
	conds, args, err := k.conditions(s, ask.with(leftOut, ""))
	if err != nil {
		return s, ask, err
	}
	among, bound := ` FROM `+ident(s.Definition.Table())+` WHERE `+strings.Join(conds, ` AND `), len(args)
	for _, c := range ask.Where {
		if f, _ := s.Definition.Field(c.Field); c.Op == Has {
			var one string
			one, args, _ = f.has(c, args)
			plain = append(plain, one)
		}
	}
	var seen, having int64
	args = append(args, k.glance)
	if err := q.QueryRow(ctx, `SELECT COUNT(*), CAST(COALESCE(SUM(CASE WHEN `+strings.Join(plain, ` AND `)+` THEN 1 ELSE 0 END), 0) AS BIGINT) FROM (SELECT `+
		strings.Join(slices.Compact(columns), ", ")+among+order+` LIMIT `+mark(args)+`) first`, args...).Scan(&seen, &having); err != nil {
		return s, ask, err
	}
	if seen < k.glance || having >= enough {
		return s, ask, nil
	}
	if q.Dialect() == db.Postgres {
		return s, ask.with(inGIN, ""), nil // its planner knows how many there are
	}
	upTo := func(statement string, args ...any) (n int64, err error) {
		err = q.QueryRow(ctx, `SELECT COUNT(*) FROM (SELECT 1`+statement+` LIMIT `+mark(args)+`) some`, args...).Scan(&n)
		return n, err
	}
	table := s.Definition.wordTable()
	n, err := upTo(` FROM `+ident(table)+` WHERE `+ident(table)+` MATCH $1`, strings.Join(match, " AND "), k.few+1)
	if err != nil {
		return s, ask, err
	}
	if n > k.few { // of a common word, those that the actor sees may be fewer
		if n, err = upTo(among, append(slices.Clone(args[:bound]), k.few+1)...); err != nil || n <= k.few {
			return s, ask, err
		}
	}
	s.found = ` NOT INDEXED` // but by the numbers of the rows that have the words
	return s, ask.with(inFTS, table), nil
}

// table is where the records of a question are read.
func (s Standing) table() string { return ident(s.Definition.Table()) + s.found }
