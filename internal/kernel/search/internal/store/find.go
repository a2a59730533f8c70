// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/platform/db"
)

// Words are one way to say a part of a question.
type Words struct {
	All    []string // folded: letters and digits
	Phrase bool     // one after the other
	Prefix bool     // the last one may go on
}

// Match is what documents must have: of every clause one of its ways.
type Match struct {
	Clauses [][]Words
	Tags    []string   // all of them
	AnyTag  [][]string // of each list at least one
	Classes []string   // one of them, whatever else; none: any
	// Late: so many documents have a word that begins so that PostgreSQL compares
	// beginnings afterwards, instead of collecting all of these.
	Late bool
}

// late takes the clauses out that are compared afterwards.
func (m Match) late() (now, afterwards Match) {
	now = m
	now.Clauses = nil
	for _, c := range m.Clauses {
		if slices.ContainsFunc(c, func(w Words) bool { return w.Prefix }) {
			afterwards.Clauses = append(afterwards.Clauses, c)
		} else {
			now.Clauses = append(now.Clauses, c)
		}
	}
	return now, afterwards
}

// fts writes the match for FTS5. Words hold letters and digits alone; they are
// quoted all the same.
func (m Match) fts() string {
	var all []string
	for _, c := range m.Clauses {
		ways := make([]string, len(c))
		for i, w := range c {
			ways[i] = w.fts()
		}
		all = append(all, "("+strings.Join(ways, " OR ")+")")
	}
	for _, t := range m.Tags {
		all = append(all, quoteFTS(t))
	}
	for _, one := range m.AnyTag {
		tags := make([]string, len(one))
		for i, t := range one {
			tags[i] = quoteFTS(t)
		}
		all = append(all, "("+strings.Join(tags, " OR ")+")")
	}
	if len(m.Classes) > 0 {
		tags := make([]string, len(m.Classes))
		for i, t := range m.Classes {
			tags[i] = quoteFTS(t)
		}
		all = append(all, "("+strings.Join(tags, " OR ")+")")
	}
	return strings.Join(all, " AND ")
}

func quoteFTS(w string) string { return `"` + strings.ReplaceAll(w, `"`, ``) + `"` }

func (w Words) fts() string {
	end := ""
	if w.Prefix {
		end = " *"
	}
	if w.Phrase {
		return quoteFTS(strings.Join(w.All, " ")) + end
	}
	quoted := make([]string, len(w.All))
	for i, one := range w.All {
		quoted[i] = quoteFTS(one)
	}
	quoted[len(quoted)-1] += end
	return "(" + strings.Join(quoted, " AND ") + ")"
}

// tsquery writes the match for PostgreSQL.
func (m Match) tsquery() string {
	var all []string
	for _, c := range m.Clauses {
		ways := make([]string, len(c))
		for i, w := range c {
			ways[i] = w.tsquery()
		}
		all = append(all, "("+strings.Join(ways, " | ")+")")
	}
	for _, t := range m.Tags {
		all = append(all, quoteTS(t))
	}
	for _, one := range m.AnyTag {
		tags := make([]string, len(one))
		for i, t := range one {
			tags[i] = quoteTS(t)
		}
		all = append(all, "("+strings.Join(tags, " | ")+")")
	}
	if len(m.Classes) > 0 {
		tags := make([]string, len(m.Classes))
		for i, t := range m.Classes {
			tags[i] = quoteTS(t)
		}
		all = append(all, "("+strings.Join(tags, " | ")+")")
	}
	return strings.Join(all, " & ")
}

func quoteTS(w string) string {
	return "'" + strings.ReplaceAll(strings.ReplaceAll(w, `\`, ``), `'`, ``) + "'"
}

func (w Words) tsquery() string {
	quoted := make([]string, len(w.All))
	for i, one := range w.All {
		quoted[i] = quoteTS(one)
	}
	if w.Prefix {
		quoted[len(quoted)-1] += ":*"
	}
	by := " & "
	if w.Phrase {
		by = " <-> "
	}
	return "(" + strings.Join(quoted, by) + ")"
}

// Candidate is a document that a question finds, as far as ranking needs it.
type Candidate struct {
	Num           int64
	Doc           string
	Title, Folded string
	Words         string
	Closed        bool
	At            db.Time
	Facets        string
}

func scanCandidate(r db.Row) (c Candidate, err error) {
	var closed int
	err = r.Scan(&c.Num, &c.Doc, &c.Title, &c.Folded, &c.Words, &closed, &c.At, &c.Facets)
	c.Closed = closed == 1
	return c, err
}

const candidateColumns = `d.num, d.doc, d.title_vi, d.title_folded, d.words_folded, d.closed, d.at, d.facets`

// inScope is the condition that documents of d are in a scope.
// PostgreSQL asks for each document as it comes (OFFSET 0) instead of joining
// with all there are: it stops at the limit. No number is below zero, but that
// keeps its planner from reading the tree of the units again for each document:
// under an OR it makes a hashed set of them once.
func inScope(d db.Dialect, h Half, s *access.Scope, a *args) string {
	if s == nil {
		return "1 = 1"
	}
	part, bound := s.Where(access.Columns{Units: []string{"s.unit"}, Persons: []string{"s.person"}, ID: "d.doc"}, *a...)
	*a = bound
	if d == db.Postgres {
		part = "(s.num < 0 OR " + part + ")"
	}
	return `EXISTS (SELECT 1 FROM ` + h.name("parts") + ` s WHERE s.num = d.num AND ` + part + d.Pick("", " OFFSET 0") + `)`
}

// Newest returns at most limit documents that match and are in scope, the
// newest first. A nil scope is everything: for what is public.
func Newest(ctx context.Context, q db.Querier, h Half, m Match, s *access.Scope, limit int) ([]Candidate, error) {
	query, args := newestQuery(q.Dialect(), h, m, s, limit)
	return db.All(ctx, q, scanCandidate, query, args...)
}

// newestQuery is two queries. SQLite goes down the list of the words, which is
// ordered by number. PostgreSQL collects the numbers from its index and sorts
// them, and reads the documents of the first ones alone.
func newestQuery(d db.Dialect, h Half, m Match, s *access.Scope, limit int) (string, []any) {
	if d == db.Postgres {
		return collect(h, m, s, limit)
	}
	var a args
	match := a.add(m.fts())
	where := inScope(d, h, s, &a)
	return `SELECT ` + candidateColumns + ` FROM ` + h.name("fts") + ` f CROSS JOIN ` + h.name("docs") + ` d ON d.num = f.rowid
		WHERE f.` + h.name("fts") + ` MATCH ` + match + ` AND ` + where + ` ORDER BY f.rowid DESC LIMIT ` + a.add(limit), a
}

// Within is Newest among the numbers from one up to another, on PostgreSQL:
// words say in which stretch of numbers a document stands, so that its index
// finds what is new of a common word without collecting all there is. It may
// return some below from; what it returns are the newest all the same.
func Within(ctx context.Context, q db.Querier, h Half, m Match, s *access.Scope, from, to int64, limit int) ([]Candidate, error) {
	query, args := withinQuery(h, m, s, from, to, limit)
	return db.All(ctx, q, scanCandidate, query, args...)
}

// manyTags is how many units narrow the search in the index; of more of them it
// is faster to ask who may see a document.
const manyTags = 30

func withinQuery(h Half, m Match, s *access.Scope, from, to int64, limit int) (string, []any) {
	m.AnyTag = slices.DeleteFunc(slices.Clone(m.AnyTag), func(tags []string) bool { return len(tags) > manyTags })
	m.AnyTag = append(m.AnyTag, stretches(from, to))
	m.Late = true
	return collect(h, m, s, limit)
}

// collect begins with the list of words whatever the planner believes: "num + 0"
// keeps it from going down the whole table, which is in that order already.
func collect(h Half, m Match, s *access.Scope, limit int) (string, []any) {
	var a args
	var begins Match
	if m.Late {
		m, begins = m.late()
	}
	match, begin := a.add(m.tsquery()), ""
	if len(begins.Clauses) > 0 {
		begin = " AND (words @@ " + a.add(begins.tsquery()) + "::tsquery) IS TRUE" // compared, not looked up
	}
	where := inScope(db.Postgres, h, s, &a)
	return `WITH n AS MATERIALIZED (SELECT d.num FROM (SELECT num, doc FROM ` + h.name("docs") + ` WHERE words @@ ` + match + `::tsquery` + begin + ` ORDER BY num + 0 DESC OFFSET 0) d
		WHERE ` + where + ` LIMIT ` + a.add(limit) + `)
		SELECT ` + candidateColumns + ` FROM n CROSS JOIN LATERAL (SELECT * FROM ` + h.name("docs") + ` WHERE num = n.num OFFSET 0) d ORDER BY d.num DESC`, a
}

// The stretches of numbers that documents have words of.
const (
	narrow = 12 // 4,096 documents
	broad  = 15 // 32,768
	many   = 8  // narrow ones at most in one question
)

// stretch is the word of the stretch that a number stands in.
func stretch(num int64, wide uint) string {
	if wide == broad {
		return fmt.Sprintf("_m%d", num>>broad)
	}
	return fmt.Sprintf("_n%d", num>>narrow)
}

// stretches are words that together hold the numbers from one to another.
func stretches(from, to int64) (all []string) {
	from = max(from, 0)
	wide := uint(narrow)
	if to>>narrow-from>>narrow >= many {
		wide = broad
	}
	for at := to >> wide; at >= from>>wide; at-- {
		all = append(all, stretch(at<<wide, wide))
	}
	return all
}

// HasCode returns the kinds of documents that have a code, whoever may see them.
func HasCode(ctx context.Context, q db.Querier, h Half, code string) ([]string, error) {
	if code == "" {
		return nil, nil
	}
	return db.All(ctx, q, db.Column[string], `SELECT DISTINCT d.kind FROM `+h.name("codes")+` c CROSS JOIN `+h.name("docs")+` d WHERE c.code = $1 AND d.num = c.num`, code)
}

// Coded returns documents in scope that have a code, of the kinds.
func Coded(ctx context.Context, q db.Querier, h Half, kind, code string, s *access.Scope, limit int) ([]Candidate, error) {
	query, args := codedQuery(q.Dialect(), h, kind, code, s, limit)
	return db.All(ctx, q, scanCandidate, query, args...)
}

func codedQuery(d db.Dialect, h Half, kind, code string, s *access.Scope, limit int) (string, []any) {
	var a args
	is, of := a.add(code), a.add(kind)
	where := inScope(d, h, s, &a)
	// CROSS JOIN: SQLite begins with the code, whatever it believes of tables it has never counted.
	return `SELECT ` + candidateColumns + ` FROM ` + h.name("codes") + ` c CROSS JOIN ` + h.name("docs") + ` d
		WHERE c.code = ` + is + ` AND d.num = c.num AND d.kind = ` + of + ` AND ` + where + ` ORDER BY c.num DESC LIMIT ` + a.add(limit), a
}

// About returns at most limit documents of a kind in scope that are about one
// of the persons, the newest first.
func About(ctx context.Context, q db.Querier, h Half, kind string, persons []string, s *access.Scope, limit int) ([]Candidate, error) {
	if len(persons) == 0 {
		return nil, nil
	}
	var a args
	of, in := a.add(kind), a.list(persons)
	where := inScope(q.Dialect(), h, s, &a)
	return db.All(ctx, q, scanCandidate, `SELECT `+candidateColumns+` FROM (SELECT DISTINCT num FROM `+h.name("parts")+` WHERE person <> '' AND person IN `+in+`) p
		CROSS JOIN `+h.name("docs")+` d WHERE d.num = p.num AND d.kind = `+of+` AND `+where+` ORDER BY p.num DESC LIMIT `+a.add(limit), a...)
}

// Named returns documents in scope by their ids.
func Named(ctx context.Context, q db.Querier, h Half, kind string, docs []string, s *access.Scope) ([]Candidate, error) {
	if len(docs) == 0 {
		return nil, nil
	}
	var a args
	of, in := a.add(kind), a.list(docs)
	where := inScope(q.Dialect(), h, s, &a)
	return db.All(ctx, q, scanCandidate, `SELECT `+candidateColumns+` FROM `+h.name("docs")+` d WHERE d.kind = `+of+` AND d.doc IN `+in+` AND `+where, a...)
}

// Shown is what a page says of a document.
type Shown struct {
	Num              int64
	TitleVI, TitleEN string
	LineVI, LineEN   string
	Code             string
}

// Show returns what is said of documents, by their numbers.
func Show(ctx context.Context, q db.Querier, h Half, nums []int64) (map[int64]Shown, error) {
	all := map[int64]Shown{}
	if len(nums) == 0 {
		return all, nil
	}
	var a args
	in := make([]string, len(nums))
	for i, n := range nums {
		in[i] = a.add(n)
	}
	_, err := db.All(ctx, q, func(r db.Row) (s Shown, err error) {
		err = r.Scan(&s.Num, &s.TitleVI, &s.TitleEN, &s.LineVI, &s.LineEN, &s.Code)
		all[s.Num] = s
		return s, err
	}, `SELECT num, title_vi, title_en, line_vi, line_en, code FROM `+h.name("docs")+` WHERE num IN (`+strings.Join(in, ", ")+`)`, a...)
	return all, err
}

// Top returns the highest number of a half.
func Top(ctx context.Context, q db.Querier, h Half) (n int64, err error) {
	err = q.QueryRow(ctx, `SELECT COALESCE(MAX(num), 0) FROM `+h.name("docs")).Scan(&n)
	return n, err
}

// Term is a word of the vocabulary.
type Term struct {
	Term string
	N    int64
}

func scanTerm(r db.Row) (t Term, err error) {
	err = r.Scan(&t.Term, &t.N)
	return t, err
}

// Terms returns those of the words that the vocabulary has.
func Terms(ctx context.Context, q db.Querier, words []string) (map[string]int64, error) {
	all := map[string]int64{}
	if len(words) == 0 {
		return all, nil
	}
	var a args
	found, err := db.All(ctx, q, scanTerm, `SELECT term, n FROM search_terms WHERE term IN `+a.list(words), a...)
	for _, t := range found {
		all[t.Term] = t.N
	}
	return all, err
}

// maxNear is how many words of a length are compared: the most frequent.
const maxNear = 20000

// TermsOfSize returns the words with so many characters, the most frequent first.
func TermsOfSize(ctx context.Context, q db.Querier, from, to int) ([]Term, error) {
	return db.All(ctx, q, scanTerm, fmt.Sprintf(`SELECT term, n FROM search_terms WHERE size BETWEEN $1 AND $2 ORDER BY n DESC, term LIMIT %d`, maxNear), from, to)
}

// Begins counts the documents of the words that begin with these letters, about,
// and reports whether there is such a word.
func Begins(ctx context.Context, q db.Querier, letters string) (n int64, there bool, err error) {
	if letters == "" {
		return 0, false, nil
	}
	query := q.Dialect().Pick(`SELECT COALESCE(SUM(n), 0), COUNT(*) FROM search_terms WHERE term >= $1 AND term < $2`,
		`SELECT CAST(COALESCE(SUM(n), 0) AS BIGINT), COUNT(*) FROM search_terms WHERE term ~>=~ $1 AND term ~<~ $2`)
	var count int64
	err = q.QueryRow(ctx, query, letters, letters+"\U0010FFFF").Scan(&n, &count)
	return n, count > 0, err
}

// AddTerms notes that documents have these words: how many each. Building counts
// for the half that is built.
func AddTerms(ctx context.Context, tx *db.Tx, counts map[string]int64, building bool) error {
	words := make([]string, 0, len(counts))
	for w := range counts {
		words = append(words, w)
	}
	slices.Sort(words) // two transactions meet them in the same order
	const most = 500
	for from := 0; from < len(words); from += most {
		var a args
		var rows []string
		for _, w := range words[from:min(from+most, len(words))] {
			size := len([]rune(w))
			if strings.HasPrefix(w, "_") {
				size = 0 // a word that nobody types: it is counted and never offered
			}
			n, fresh := counts[w], int64(0)
			if building {
				n, fresh = fresh, n
			}
			rows = append(rows, a.row(w, size, n, fresh))
		}
		if _, err := tx.Exec(ctx, `INSERT INTO search_terms (term, size, n, fresh) VALUES `+strings.Join(rows, ", ")+`
			ON CONFLICT (term) DO UPDATE SET n = search_terms.n + excluded.n, fresh = search_terms.fresh + excluded.fresh`, a...); err != nil {
			return err
		}
	}
	return nil
}

// ZeroTerms begins counting words anew for the half that is built.
func ZeroTerms(ctx context.Context, tx *db.Tx) error {
	_, err := tx.Exec(ctx, `UPDATE search_terms SET fresh = 0 WHERE fresh <> 0`)
	return err
}

// TurnTerms makes the counts of the half that was built those that hold, and
// forgets the words that no document has any more.
func TurnTerms(ctx context.Context, tx *db.Tx) error {
	for _, q := range []string{`DELETE FROM search_terms WHERE fresh <= 0`, `UPDATE search_terms SET n = fresh, fresh = 0`} {
		if _, err := tx.Exec(ctx, q); err != nil {
			return err
		}
	}
	return nil
}

// Synonym says that who looks for Word looks for Also as well.
type Synonym struct{ Word, Also string }

// Synonyms returns all.
func Synonyms(ctx context.Context, q db.Querier) ([]Synonym, error) {
	return db.All(ctx, q, func(r db.Row) (s Synonym, err error) {
		err = r.Scan(&s.Word, &s.Also)
		return s, err
	}, `SELECT word, also FROM search_synonyms ORDER BY word, also`)
}

// Stops returns the words that say little.
func Stops(ctx context.Context, q db.Querier) ([]string, error) {
	return db.All(ctx, q, db.Column[string], `SELECT word FROM search_stops ORDER BY word`)
}

// PutSynonyms replaces all synonyms and stop words.
func PutSynonyms(ctx context.Context, tx *db.Tx, all []Synonym, stops []string) error {
	for _, q := range []string{`DELETE FROM search_synonyms`, `DELETE FROM search_stops`, `UPDATE search_state SET synonyms = synonyms + 1 WHERE id = 1`} {
		if _, err := tx.Exec(ctx, q); err != nil {
			return err
		}
	}
	for _, s := range all {
		if _, err := tx.Exec(ctx, `INSERT INTO search_synonyms (word, also) VALUES ($1, $2) ON CONFLICT DO NOTHING`, s.Word, s.Also); err != nil {
			return err
		}
	}
	for _, w := range stops {
		if _, err := tx.Exec(ctx, `INSERT INTO search_stops (word) VALUES ($1) ON CONFLICT DO NOTHING`, w); err != nil {
			return err
		}
	}
	return nil
}

// Written returns the match as FTS5 and as PostgreSQL are asked.
func (m Match) Written() []string { return []string{m.fts(), m.tsquery()} }
