// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"fmt"
	"strings"

	"tinhso.vn/internal/platform/db"
)

// Found is a version that a question found. Body is there where it was asked for.
type Found struct{ ID, SHA, NameKey, Body string }

func scanFound(r db.Row) (f Found, err error) {
	err = r.Scan(&f.ID, &f.SHA, &f.NameKey)
	return f, err
}

// FindOn returns the version of a procedure that is listed on a day.
func FindOn(ctx context.Context, q db.Querier, id, day string) ([]Found, error) {
	return db.All(ctx, q, scanFound, `SELECT id, sha, name_key FROM procedures_versions
		WHERE id = $1 AND is_current = 1 AND valid_from <= $2 AND valid_to >= $2 ORDER BY valid_from DESC, sha LIMIT 1`, id, day)
}

// FindKey returns the place of a procedure in the lists, also of a closed one.
func FindKey(ctx context.Context, q db.Querier, id string) ([]string, error) {
	return db.All(ctx, q, db.Column[string], `SELECT name_key FROM procedures_versions
		WHERE id = $1 ORDER BY is_current DESC, valid_from DESC, sha LIMIT 1`, id)
}

// Body returns the text of a version; db.ErrNoRows where there is none.
func Body(ctx context.Context, q db.Querier, id, sha string) (body string, err error) {
	err = q.QueryRow(ctx, `SELECT body FROM procedures_versions WHERE id = $1 AND sha = $2`, id, sha).Scan(&body)
	return body, err
}

// args numbers the values of a query as they come.
type args []any

func (a *args) add(v any) string {
	*a = append(*a, v)
	return fmt.Sprintf("$%d", len(*a))
}

// has is the condition that v has the facets.
func (a *args) has(facets []Facet) string {
	var b strings.Builder
	for _, f := range facets {
		b.WriteString(` AND EXISTS (SELECT 1 FROM procedures_facets o WHERE o.id = v.id AND o.sha = v.sha AND o.kind = ` +
			a.add(f.Kind) + ` AND o.value = ` + a.add(f.Value) + `)`)
	}
	return b.String()
}

func (a *args) listedOn(day string) string {
	p := a.add(day)
	return `v.is_current = 1 AND v.valid_from <= ` + p + ` AND v.valid_to >= ` + p
}

// List returns versions of a day that have all the facets, after a place in
// the order of names.
func List(ctx context.Context, q db.Querier, day string, facets []Facet, afterKey, afterID string, limit int) ([]Found, error) {
	query, a := listQuery(day, facets, afterKey, afterID, limit)
	return db.All(ctx, q, scanFound, query, a...)
}

// listQuery walks the index of the first facet, or that of the names.
func listQuery(day string, facets []Facet, afterKey, afterID string, limit int) (string, []any) {
	var a args
	var b strings.Builder
	if len(facets) == 0 {
		b.WriteString(`SELECT v.id, v.sha, v.name_key FROM procedures_versions v WHERE ` + a.listedOn(day))
		b.WriteString(` AND (v.name_key, v.id) > (` + a.add(afterKey) + `, ` + a.add(afterID) + `)`)
		b.WriteString(` ORDER BY v.name_key, v.id LIMIT ` + a.add(limit))
		return b.String(), a
	}
	b.WriteString(`SELECT v.id, v.sha, f.name_key FROM procedures_facets f JOIN procedures_versions v ON v.id = f.id AND v.sha = f.sha
		WHERE f.kind = ` + a.add(facets[0].Kind) + ` AND f.value = ` + a.add(facets[0].Value) + ` AND ` + a.listedOn(day))
	b.WriteString(a.has(facets[1:]))
	b.WriteString(` AND (f.name_key, f.id) > (` + a.add(afterKey) + `, ` + a.add(afterID) + `)`)
	b.WriteString(` ORDER BY f.name_key, f.id LIMIT ` + a.add(limit))
	return b.String(), a
}

// Count is how many versions have a facet.
type Count struct {
	Facet
	N int64
}

// CountFacets counts the versions of a day that have all the given facets, by
// the values of one kind.
func CountFacets(ctx context.Context, q db.Querier, day, kind string, given []Facet) ([]Count, error) {
	var a args
	query := `SELECT f.kind, f.value, count(*) FROM procedures_facets f JOIN procedures_versions v ON v.id = f.id AND v.sha = f.sha
		WHERE f.kind = ` + a.add(kind) + ` AND ` + a.listedOn(day) + a.has(given)
	return db.All(ctx, q, func(r db.Row) (c Count, err error) {
		err = r.Scan(&c.Kind, &c.Value, &c.N)
		return c, err
	}, query+` GROUP BY f.kind, f.value ORDER BY f.value`, a...)
}

// CountListed counts the versions of a day that have all the given facets.
func CountListed(ctx context.Context, q db.Querier, day string, given []Facet) (n int64, err error) {
	var a args
	query := `SELECT count(*) FROM procedures_versions v WHERE ` + a.listedOn(day) + a.has(given)
	err = q.QueryRow(ctx, query, a...).Scan(&n)
	return n, err
}

// Search returns versions of a day whose name and everyday words have all the
// words. Best are names that begin with the phrase, then names with the phrase
// in them or with all words, then everyday words with the phrase. Words are
// folded: letters and digits only, so that none means anything to LIKE.
func Search(ctx context.Context, q db.Querier, day, phrase string, words []string, limit int) ([]Found, error) {
	query, a := searchQuery(day, phrase, words, limit)
	return db.All(ctx, q, scanFound, query, a...)
}

func searchQuery(day, phrase string, words []string, limit int) (string, []any) {
	var a args
	where, inName := a.listedOn(day), ``
	for _, w := range words {
		p := a.add("% " + w + "%")
		where += ` AND ((' ' || v.name_folded) LIKE ` + p + ` OR v.keywords_folded LIKE ` + p + `)`
		inName += ` AND (' ' || v.name_folded) LIKE ` + p
	}
	return `SELECT v.id, v.sha, v.name_key FROM procedures_versions v WHERE ` + where + ` ORDER BY CASE
		WHEN v.name_folded LIKE ` + a.add(phrase+"%") + ` THEN 0
		WHEN (' ' || v.name_folded) LIKE ` + a.add("% "+phrase+"%") + ` THEN 1
		WHEN v.keywords_folded LIKE ` + a.add("%| "+phrase+" |%") + ` THEN 2
		WHEN 1 = 1` + inName + ` THEN 3
		WHEN v.keywords_folded LIKE ` + a.add("% "+phrase+"%") + ` THEN 4
		ELSE 5 END, v.name_key, v.id LIMIT ` + a.add(limit), a
}

// SearchKeywords returns versions of a day of which an everyday word is one of
// the phrases; first those with the longest one.
func SearchKeywords(ctx context.Context, q db.Querier, day string, phrases []string, limit int) ([]Found, error) {
	var a args
	on := a.listedOn(day)
	in := make([]string, len(phrases))
	for i, p := range phrases {
		in[i] = a.add(p)
	}
	if len(in) == 0 {
		return nil, nil
	}
	return db.All(ctx, q, scanFound, `SELECT v.id, v.sha, v.name_key FROM procedures_facets f
		JOIN procedures_versions v ON v.id = f.id AND v.sha = f.sha
		WHERE f.kind = 'keyword' AND f.value IN (`+strings.Join(in, ", ")+`) AND `+on+`
		GROUP BY v.id, v.sha, v.name_key ORDER BY max(length(f.value)) DESC, v.name_key, v.id LIMIT `+a.add(limit), a...)
}

// InFields returns the ids of all procedures of some fields, listed or not.
func InFields(ctx context.Context, q db.Querier, fields []string) ([]string, error) {
	if len(fields) == 0 {
		return nil, nil
	}
	var a args
	marks := make([]string, len(fields))
	for i, f := range fields {
		marks[i] = a.add(f)
	}
	return db.All(ctx, q, db.Column[string], `SELECT DISTINCT id FROM procedures_versions WHERE field IN (`+strings.Join(marks, ", ")+`) ORDER BY id`, a...)
}
