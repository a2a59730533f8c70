// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/search"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// What the search of the house knows of records: one document for each class of
// views of a record (see view). Its id is "<register>/<record>/<class>".

// SearchFacet is the facet that tells of which register a hit is.
const SearchFacet = "register"

// SearchThing returns "<register>/<record>" of a document.
func SearchThing(doc string) string {
	if i := strings.LastIndexByte(doc, '/'); i >= 0 {
		return doc[:i]
	}
	return doc
}

// SearchViews returns how somebody finds records: for each of their rights the class
// of documents that say what it shows, in its scope. Rights of the same scope are one way.
func (k *Keeper) SearchViews(ctx context.Context, q db.Querier, reader identity.Actor) (all []search.View, err error) {
	defer errs.Wrap(&err, "views of records")

	standings, err := k.Standings(ctx, q, reader)
	if unseen(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	at := map[string]int{}
	for _, s := range standings {
		for _, h := range s.Holds {
			v, ok := s.Definition.viewOf(h.Right)
			if !ok {
				continue
			}
			way := search.View{Scope: &h.Scope}
			if h.Owner != "" {
				if way.Scope, err = ownersScope(h.index); err != nil {
					return nil, err
				}
			}
			where, args := way.Scope.Where(access.Columns{Units: []string{"u"}, Persons: []string{"p"}})
			if where == "(1 = 1)" {
				way.Scope = nil
			}
			same := fmt.Sprint(where, args)
			if i, there := at[same]; there {
				if !slices.Contains(all[i].Classes, v.id) {
					all[i].Classes = append(all[i].Classes, v.id)
				}
				continue
			}
			at[same] = len(all)
			way.Classes = []string{v.id}
			all = append(all, way)
		}
	}
	return all, nil
}

// unseen reports an error that says: not for this actor.
func unseen(err error) bool {
	kind := errs.KindOf(err)
	return err != nil && (kind == errs.Forbidden || kind == errs.Unauthenticated)
}

// ownersPermission is held by nobody: it makes the scope of what is somebody's own.
const ownersPermission identity.Permission = "registers.search.own"

// owned is what stands in the index for whom a record is about: what stands in the
// register's own column, a keyed hash or a tax code.
func owned(index string) string { return "register:" + index }

func ownersScope(index string) (*access.Scope, error) {
	s, err := access.Require(identity.NewActor("search", owned(index)).Grant(ownersPermission, identity.Place{}), ownersPermission)
	return &s, err
}

// SearchShape says which classes of documents all registers have.
func (k *Keeper) SearchShape(ctx context.Context, q db.Querier) (string, error) {
	var n int64
	var last db.Time
	if err := q.QueryRow(ctx, `SELECT COUNT(*), MAX(applied_at) FROM registers_definitions`).Scan(&n, &last); err != nil {
		return "", err
	}
	key := fmt.Sprint(n, last.UnixMicro())
	if shape, known := k.memory.shaped(key); known {
		return shape, nil
	}
	all, err := k.Registers(ctx, q)
	if err != nil {
		return "", err
	}
	h := sha256.New()
	for _, id := range all {
		d, err := k.Definition(ctx, q, id)
		if err != nil {
			return "", err
		}
		_, _ = fmt.Fprintln(h, id, d.sought(), d.Title.VI, d.Title.EN) // a hash takes everything
		for _, v := range d.views() {
			_, _ = fmt.Fprintln(h, v.id)
		}
	}
	shape := hex.EncodeToString(h.Sum(nil)[:6])
	k.memory.shape(key, shape)
	return shape, nil
}

// SearchCount returns how many documents there are, about: of each record as many as
// it has classes.
func (k *Keeper) SearchCount(ctx context.Context, q db.Querier) (n int64, err error) {
	defer errs.Wrap(&err, "count records for the search")

	all, err := k.Registers(ctx, q)
	if err != nil {
		return 0, err
	}
	for _, id := range all {
		d, err := k.Definition(ctx, q, id)
		if err != nil {
			return 0, err
		}
		for _, v := range d.views() {
			cond, args := v.where(d, []any{StateActive})
			var some int64
			if err := q.QueryRow(ctx, `SELECT COUNT(*) FROM `+ident(d.Table())+` WHERE state = $1`+cond, args...).Scan(&some); err != nil {
				return 0, err
			}
			n += some
		}
	}
	return n, nil
}

// where is which records have a document of the class.
func (v view) where(d Definition, args []any) (cond string, with []any) {
	if len(v.states) > 0 {
		in, more := among(ident("f_"+LifeKey), v.states, args)
		cond, args = cond+` AND `+in, more
	}
	if v.owner != "" {
		f, _ := d.Field(v.owner) // Check has seen it
		cond += ` AND ` + ident(f.filtered()) + ` IS NOT NULL`
	}
	return cond, args
}

// SearchList returns at most limit ids of documents after one.
func (k *Keeper) SearchList(ctx context.Context, q db.Querier, after string, limit int) (ids []string, err error) {
	defer errs.Wrap(&err, "list records for the search")

	register, rest, _ := strings.Cut(after, "/")
	record, _, _ := strings.Cut(rest, "/")
	all, err := k.Registers(ctx, q)
	if err != nil {
		return nil, err
	}
	for _, id := range all {
		if id < register {
			continue
		}
		d, err := k.Definition(ctx, q, id)
		if err != nil {
			return nil, err
		}
		views, from := d.views(), ""
		if id == register {
			from = record
		}
		if len(views) == 0 {
			continue
		}
		records, err := db.All(ctx, q, db.Column[string], `SELECT id FROM `+ident(d.Table())+` WHERE id >= $1 AND state = $2 ORDER BY id LIMIT $3`,
			from, StateActive, limit+1)
		if err != nil {
			return nil, err
		}
		for _, r := range records {
			for _, v := range views {
				doc := id + "/" + r + "/" + v.id
				if r == from && doc <= after {
					continue
				}
				if ids = append(ids, doc); len(ids) == limit {
					return ids, nil
				}
			}
		}
	}
	return ids, nil
}

// SearchSince returns the documents of records that have changed since a place of the
// feeds of all registers; see search.Kind.
func (k *Keeper) SearchSince(ctx context.Context, q db.Querier, place string, limit int) (ids []string, next string, lost bool, err error) {
	defer errs.Wrap(&err, "changes for the search")

	type feed struct {
		register   string
		gone, last int64
	}
	feeds, err := db.All(ctx, q, func(r db.Row) (f feed, err error) {
		err = r.Scan(&f.register, &f.gone, &f.last)
		return f, err
	}, `SELECT register, gone_place, last_place FROM registers_feeds ORDER BY register`)
	if err != nil {
		return nil, "", false, err
	}
	at, began := map[string]int64{}, place == ""
	if !began {
		if err := json.Unmarshal([]byte(place), &at); err != nil {
			return nil, "", false, err
		}
	}
	for _, f := range feeds {
		switch from := at[f.register]; {
		case began:
			at[f.register] = f.last
		case from < f.gone:
			at[f.register], lost = f.last, true
		case from < f.last && len(ids) < limit:
			part, err := db.All(ctx, q, func(r db.Row) (n noted, err error) {
				err = r.Scan(&n.place, &n.record, &n.version, &n.at)
				return n, err
			}, feedNext, f.register, from, limit-len(ids))
			if err != nil {
				return nil, "", false, err
			}
			d, err := k.Definition(ctx, q, f.register)
			if err != nil && !errors.Is(err, ErrUnknown) {
				return nil, "", false, err
			}
			for _, n := range part {
				at[f.register] = n.place
				for _, v := range d.views() {
					if doc := f.register + "/" + n.record + "/" + v.id; n.record != "" && !slices.Contains(ids, doc) {
						ids = append(ids, doc)
					}
				}
			}
		}
	}
	said, err := json.Marshal(at)
	return ids, string(said), lost, err
}

// SearchDocs returns documents by their ids. One whose record is no more, has another
// state than its class, or nothing to say, is left out.
func (k *Keeper) SearchDocs(ctx context.Context, q db.Querier, ids []string) (docs []search.Doc, err error) {
	defer errs.Wrap(&err, "read records for the search")

	wanted, registers := map[string]map[string][]string{}, []string{} // register → record → classes
	for _, doc := range ids {
		part := strings.Split(doc, "/")
		if len(part) != 3 {
			continue
		}
		if wanted[part[0]] == nil {
			wanted[part[0]] = map[string][]string{}
			registers = append(registers, part[0])
		}
		wanted[part[0]][part[1]] = append(wanted[part[0]][part[1]], part[2])
	}
	for _, id := range registers {
		d, err := k.Definition(ctx, q, id)
		if errors.Is(err, ErrUnknown) {
			continue
		}
		if err != nil {
			return nil, err
		}
		some, err := k.searchDocs(ctx, q, d, wanted[id])
		if err != nil {
			return nil, err
		}
		docs = append(docs, some...)
	}
	return docs, nil
}

func (k *Keeper) searchDocs(ctx context.Context, q db.Querier, d Definition, wanted map[string][]string) (docs []search.Doc, err error) {
	views, keys := d.views(), d.sought().fields()
	owners := []string{}
	for _, v := range views {
		keys = append(keys, v.units...)
		if v.owner != "" && !slices.Contains(owners, v.owner) {
			owners = append(owners, v.owner)
		}
	}
	if d.Life != nil {
		keys = append(keys, LifeKey)
	}
	fields := slices.DeleteFunc(d.Visible(), func(f Field) bool { return f.personal() || !slices.Contains(keys, f.Key) })
	var more strings.Builder
	for _, key := range owners {
		f, _ := d.Field(key) // Check has seen it
		_, _ = more.WriteString(`, COALESCE(` + ident(f.filtered()) + `, '')`)
	}
	args, marks := []any{StateActive}, []string{}
	for record := range wanted {
		args = append(args, record)
		marks = append(marks, mark(args))
	}
	type row struct {
		loaded
		owners []string
	}
	rows, err := db.All(ctx, q, func(r db.Row) (one row, err error) {
		one.owners = make([]string, len(owners))
		into := make([]any, len(owners))
		for i := range into {
			into[i] = &one.owners[i]
		}
		one.loaded, err = scan(r, fields, into...)
		return one, err
	}, `SELECT `+selected(d, fields)+more.String()+` FROM `+ident(d.Table())+` WHERE state = $1 AND id IN (`+strings.Join(marks, ", ")+`) ORDER BY id`, args...)
	if err != nil {
		return nil, err
	}
	for _, one := range rows {
		if one.definition != d.Version {
			return nil, db.ErrUnavailable // another definition came into force: read again
		}
		values, err := k.values(d, fields, one.ID, one.raw)
		if err != nil {
			return nil, err
		}
		for _, v := range views {
			if !slices.Contains(wanted[one.ID], v.id) || len(v.states) > 0 && !slices.Contains(v.states, asString(values[LifeKey])) {
				continue
			}
			doc, some := d.document(v, one.Record, values)
			if v.owner != "" {
				index := one.owners[slices.Index(owners, v.owner)]
				if some = some && index != ""; some {
					doc.Units, doc.People = nil, []string{owned(index)}
				}
			}
			if some {
				docs = append(docs, doc)
			}
		}
	}
	return docs, nil
}

// document is what a class says of a record; false where that is nothing.
func (d Definition) document(v view, r Record, values map[string]any) (doc search.Doc, some bool) {
	sought := d.sought()
	doc = search.Doc{
		ID: d.ID + "/" + r.ID + "/" + v.id, Units: []orgs.ID{orgs.ID(r.Unit)}, At: r.Updated,
		Values: []search.Value{{Facet: SearchFacet, Value: d.ID, Label: d.Title}},
	}
	for _, key := range v.units {
		if unit := asString(values[key]); unit != "" {
			doc.Units = append(doc.Units, orgs.ID(unit))
		}
	}
	if state, ok := d.State(asString(values[LifeKey])); ok && v.life {
		doc.Closed = state.Kind == Over
	}
	var line i18n.Text
	lines := 0
	for _, key := range v.fields {
		f, _ := d.Field(key)
		said := f.said(values[key])
		switch {
		case len(said) == 0 || said[0].VI == "":
			continue
		case key == sought.Number:
			doc.Codes = append(doc.Codes, said[0].VI)
		}
		if doc.Title.VI == "" {
			doc.Title = short(said[0])
		} else if key != sought.Number && lines < 2 {
			line = beside(line, short(said[0]))
			lines++
		}
		for _, one := range said {
			doc.Words = append(doc.Words, one.VI, one.EN)
		}
	}
	doc.Line = line
	return doc, doc.Title.VI != ""
}

// shortest is how many characters of a value are shown in a hit.
const shortest = 160

func short(t i18n.Text) i18n.Text {
	cut := func(s string) string {
		if r := []rune(s); len(r) > shortest {
			return strings.TrimSpace(string(r[:shortest])) + "…"
		}
		return s
	}
	return i18n.Text{VI: cut(t.VI), EN: cut(t.EN)}
}

func beside(a, b i18n.Text) i18n.Text {
	if a.VI == "" {
		return b
	}
	en := func(t i18n.Text) string {
		if t.EN == "" {
			return t.VI
		}
		return t.EN
	}
	both := i18n.Text{VI: a.VI + " · " + b.VI}
	if a.EN != "" || b.EN != "" {
		both.EN = en(a) + " · " + en(b)
	}
	return both
}

// said is a value in words.
func (f Field) said(v any) (all []i18n.Text) {
	option := func(value string) {
		for _, o := range f.Options {
			if o.Value == value {
				all = append(all, o.Label)
			}
		}
	}
	switch v := v.(type) {
	case string:
		if f.Type == Choice {
			option(v)
			return all
		}
		return []i18n.Text{{VI: strings.Join(strings.Fields(v), " ")}}
	case []string:
		for _, one := range v {
			option(one)
		}
	case Organisation:
		return []i18n.Text{{VI: strings.TrimSpace(v.Name + " " + v.TaxCode)}}
	case Location:
		return []i18n.Text{{VI: v.Line}}
	}
	return all
}
