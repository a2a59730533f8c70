// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package law

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"reflect"

	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
)

//go:embed migrations
var files embed.FS

// Migrations creates the tables of this package.
func Migrations() db.Migrations { return db.Migrations{Namespace: "law", Files: files} }

// Change is what Apply did to a document.
type Change struct {
	ID    ID
	Added bool // otherwise changed
}

// Apply brings the documents of a pack into the database and reports what
// changed; applied again it changes nothing. A document that the pack no longer
// names stays: dossiers of its time need it.
func Apply(ctx context.Context, tx *db.Tx, docs []Doc) (changes []Change, err error) {
	defer errs.Wrap(&err, "apply legal documents")

	old, err := all(ctx, tx)
	if err != nil {
		return nil, err
	}
	known, ids := make(map[ID]Doc, len(old)), make([]ID, 0, len(old))
	for _, d := range old {
		known[d.ID] = d
		ids = append(ids, d.ID)
	}
	if err := errs.BadInput(Check(docs, ids...)); err != nil {
		return nil, err
	}
	for _, d := range docs {
		before, there := known[d.ID]
		if there && same(before, d) {
			continue
		}
		if err := put(ctx, tx, d); err != nil {
			return nil, fmt.Errorf("document %s: %w", d.ID, err)
		}
		changes = append(changes, Change{ID: d.ID, Added: !there})
	}
	for _, c := range changes { // when all documents are there, for relations lead both ways
		if _, err := tx.Exec(ctx, `DELETE FROM law_relations WHERE doc_id = $1`, string(c.ID)); err != nil {
			return nil, err
		}
	}
	for _, d := range docs {
		for _, r := range d.Relations {
			if _, err := tx.Exec(ctx, `INSERT INTO law_relations (doc_id, kind, to_id) VALUES ($1, $2, $3)
				ON CONFLICT (doc_id, kind, to_id) DO NOTHING`, string(d.ID), string(r.Kind), string(r.To)); err != nil {
				return nil, fmt.Errorf("document %s %s %s: %w", d.ID, r.Kind, r.To, err)
			}
		}
	}
	return changes, nil
}

// same compares documents; the order of relations says nothing.
func same(a, b Doc) bool {
	ties := func(d Doc) map[Relation]bool {
		set := map[Relation]bool{}
		for _, r := range d.Relations {
			set[r] = true
		}
		return set
	}
	ra, rb := ties(a), ties(b)
	a.Relations, b.Relations = nil, nil
	return reflect.DeepEqual(a, b) && reflect.DeepEqual(ra, rb)
}

func put(ctx context.Context, tx *db.Tx, d Doc) error {
	verified := 0
	if d.Verified {
		verified = 1
	}
	_, err := tx.Exec(ctx, `INSERT INTO law_docs (id, number, signed, issuer, kind, title_vi, title_en, valid_from, valid_to,
		mark, source, verified, folded) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
		ON CONFLICT (id) DO UPDATE SET number = excluded.number, signed = excluded.signed, issuer = excluded.issuer,
		kind = excluded.kind, title_vi = excluded.title_vi, title_en = excluded.title_en, valid_from = excluded.valid_from,
		valid_to = excluded.valid_to, mark = excluded.mark, source = excluded.source, verified = excluded.verified,
		folded = excluded.folded`,
		string(d.ID), d.Number, d.Signed.String(), d.Issuer, d.Kind, d.Title.VI, d.Title.EN, d.ValidFrom.String(), d.ValidTo.String(),
		d.Mark, d.Source, verified, text.Fold(d.Number+" "+d.Title.VI+" "+d.Title.EN))
	return err
}

const columns = `id, number, signed, issuer, kind, title_vi, title_en, valid_from, valid_to, mark, source, verified`

func scan(r db.Row) (d Doc, err error) {
	var signed, from, to string
	var verified int
	if err := r.Scan(&d.ID, &d.Number, &signed, &d.Issuer, &d.Kind, &d.Title.VI, &d.Title.EN, &from, &to, &d.Mark, &d.Source, &verified); err != nil {
		return Doc{}, err
	}
	d.Verified = verified == 1
	return d, errors.Join(
		d.Signed.UnmarshalText([]byte(signed)), d.ValidFrom.UnmarshalText([]byte(from)), d.ValidTo.UnmarshalText([]byte(to)))
}

type tie struct {
	from ID
	Relation
}

func scanTie(r db.Row) (t tie, err error) {
	err = r.Scan(&t.from, &t.Kind, &t.To)
	return t, err
}

func all(ctx context.Context, q db.Querier) ([]Doc, error) {
	docs, err := db.All(ctx, q, scan, `SELECT `+columns+` FROM law_docs ORDER BY id`)
	if err != nil {
		return nil, err
	}
	ties, err := db.All(ctx, q, scanTie, `SELECT doc_id, kind, to_id FROM law_relations ORDER BY doc_id, kind, to_id`)
	if err != nil {
		return nil, err
	}
	at := make(map[ID]int, len(docs))
	for i, d := range docs {
		at[d.ID] = i
	}
	for _, t := range ties {
		docs[at[t.from]].Relations = append(docs[at[t.from]].Relations, t.Relation)
	}
	return docs, nil
}

// All returns every document by id. There are hundreds, not thousands: InForce
// and ChangesOn need all of them.
func All(ctx context.Context, q db.Querier) (docs []Doc, err error) {
	defer errs.Wrap(&err, "read legal documents")
	return all(ctx, q)
}

// Get returns a document with its relations.
func Get(ctx context.Context, q db.Querier, id ID) (d Doc, err error) {
	defer errs.Wrap(&err, "get legal document %s", id)
	docs, err := db.All(ctx, q, scan, `SELECT `+columns+` FROM law_docs WHERE id = $1`, string(id))
	if err != nil {
		return Doc{}, err
	}
	if len(docs) == 0 {
		return Doc{}, ErrNotFound
	}
	ties, err := db.All(ctx, q, scanTie, `SELECT doc_id, kind, to_id FROM law_relations WHERE doc_id = $1 ORDER BY kind, to_id`, string(id))
	for _, t := range ties {
		docs[0].Relations = append(docs[0].Relations, t.Relation)
	}
	return docs[0], err
}
