// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Op is how a condition compares.
type Op string

// The ways of comparing.
const (
	Is     Op = "is"     // one of the values
	From   Op = "from"   // that or greater; of fields that are sorted by
	To     Op = "to"     // that or less
	Has    Op = "has"    // a searchable text has all the words, with or without marks
	Empty  Op = "empty"  // there is no value
	Within Op = "within" // a point or a shape meets a box: west, south, east, north in degrees
)

// Condition is one filter of a list.
type Condition struct {
	Field  string // its key; "unit" for the unit of the record
	Op     Op
	Values []string

	way   way    // how words are looked for
	table string // where
}

// Ask is which records are asked for, and of what.
type Ask struct {
	Where   []Condition
	By      string         // a field of List.Sort or List.Sorts; empty: as they were added
	Down    bool           // the greatest, or the latest, first
	After   string         // Page.Next of the page before
	Limit   int            // at most 200; 0: 50
	Act     Act            // the right that must reach a record and show its fields; empty: View
	Purpose access.Purpose // without one, personal fields are withheld
}

func (a Ask) act() Act {
	if a.Act == "" {
		return View
	}
	return a.Act
}

// Find returns a page of the records that the actor may see, of each the fields
// that they may see. A condition and an order look only at records on which the
// rights show their fields. Personal fields need a purpose, and then a tx: each
// record is recorded as read.
func (k *Keeper) Find(ctx context.Context, q db.Querier, s Standing, ask Ask) (p Page, err error) {
	defer errs.Wrap(&err, "find in register %s", s.Definition.ID)

	if ask.Limit < 1 || ask.Limit > maxLimit {
		ask.Limit = defaultLimit
	}
	err = k.steadily(ctx, q, s, func(s Standing) error {
		found, err := k.find(ctx, q, s, ask)
		p = found
		return err
	})
	if err != nil || ask.Purpose == "" {
		return p, err
	}
	return p, k.told(ctx, q, s, ask.Purpose, p.Records)
}

// Read returns one record as the actor may see it; out of reach it is ErrNotFound.
func (k *Keeper) Read(ctx context.Context, q db.Querier, s Standing, record string, why access.Purpose) (rec Record, err error) {
	defer errs.Wrap(&err, "read record %s of register %s", record, s.Definition.ID)

	err = k.steadily(ctx, q, s, func(s Standing) error {
		conds, args := []string{`id = $1`, `state = $2`}, []any{record, StateActive}
		rows, err := k.rows(ctx, q, s, View, why != "", `''`, conds, args, ` LIMIT 1`, nil)
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			return ErrNotFound
		}
		all, err := k.seen(s, rows, why != "")
		if err == nil {
			rec = all[0]
		}
		return err
	})
	if err != nil || why == "" {
		return rec, err
	}
	return rec, k.told(ctx, q, s, why, []Record{rec})
}

// Tally counts the records that Find would return, up to most: a greater number
// is told as more.
func (k *Keeper) Tally(ctx context.Context, q db.Querier, s Standing, ask Ask, most int) (n int, more bool, err error) {
	defer errs.Wrap(&err, "count in register %s", s.Definition.ID)

	if s, ask, err = k.weigh(ctx, q, s, ask, "", k.glance/4); err != nil {
		return 0, false, err
	}
	conds, args, err := k.conditions(s, ask)
	if err != nil {
		return 0, false, err
	}
	args = append(args, most+1)
	err = q.QueryRow(ctx, `SELECT COUNT(*) FROM (SELECT 1 FROM `+s.table()+
		` WHERE `+strings.Join(conds, ` AND `)+` LIMIT `+mark(args)+`) counted`, args...).Scan(&n)
	return min(n, most), n > most, err
}

// told records that records were read with their personal fields.
func (k *Keeper) told(ctx context.Context, q db.Querier, s Standing, why access.Purpose, records []Record) error {
	if err := why.Check(); err != nil {
		return err
	}
	tx, ok := q.(*db.Tx)
	if !ok {
		return access.ErrPurposeNeeded // who reads personal fields leaves a trace, in the same transaction
	}
	for _, r := range records {
		if err := audit.RecordRead(ctx, tx, s.Actor, AuditRead, s.Definition.ID+"/"+r.ID, why); err != nil {
			return err
		}
	}
	return nil
}

// steadily runs read with the definition in force, once more where another came
// into force meanwhile.
func (k *Keeper) steadily(ctx context.Context, q db.Querier, s Standing, read func(Standing) error) error {
	for range 3 {
		err := read(s)
		if !errors.Is(err, errOther) {
			return err
		}
		if s, err = k.Stand(ctx, q, s.Actor, s.Definition.ID); err != nil {
			return err
		}
	}
	return db.ErrUnavailable
}

var errOther = errors.New("another definition came into force")

func (k *Keeper) find(ctx context.Context, q db.Querier, s Standing, ask Ask) (Page, error) {
	if slices.Contains(s.Preparing, ask.By) { // in the order in which they were added until then
		ask.By = ""
	}
	ordered := func(wrap string) (sort, id, order string) {
		sort, id = `''`, wrap+`id`
		down := ""
		if ask.Down {
			down = ` DESC`
		}
		if order = id + down; ask.By != "" {
			sort = wrap + ident("f_"+ask.By+"_sort")
			order = sort + down + `, ` + order
		}
		return sort, id, ` ORDER BY ` + order
	}
	sort, id, order := ordered("")
	if f, ok := s.Definition.Field(ask.By); ask.By == "" || ok && slices.Contains(s.Definition.List.sorts(), f.Key) { // else conditions refuses it
		var err error
		if s, ask, err = k.weigh(ctx, q, s, ask, order, int64(ask.Limit)+1); err != nil {
			return Page{}, err
		}
		if ask, err = k.downOrder(ctx, q, s, ask, order, int64(ask.Limit)+1); err != nil {
			return Page{}, err
		}
	}
	if ask.collects() { // what has the words is sorted: PostgreSQL does not go down the order instead
		sort, id, order = ordered(`'' || `)
	}
	conds, args, err := k.conditions(s, ask)
	if err != nil {
		return Page{}, err
	}
	before := ` > `
	if ask.Down {
		before = ` < `
	}
	by := ask.By
	if ask.Down {
		by += " down"
	}
	if ask.After != "" {
		after, err := decode(ask.After)
		if err != nil || after.By != by {
			return Page{}, ErrCursor.Because(err)
		}
		if ask.By == "" {
			args = append(args, after.ID)
			conds = append(conds, id+before+mark(args))
		} else {
			args = append(args, after.Sort)
			first := mark(args)
			args = append(args, after.ID)
			conds = append(conds, `(`+sort+`, `+id+`)`+before+`(`+first+`, `+mark(args)+`)`)
		}
	}
	rows, err := k.rows(ctx, q, s, ask.act(), ask.Purpose != "", sort, conds, args, order, &ask.Limit)
	if err != nil {
		return Page{}, err
	}
	var p Page
	if len(rows) > ask.Limit {
		rows = rows[:ask.Limit]
		last := rows[len(rows)-1]
		if p.Next, err = (cursor{By: by, Sort: last.sort, ID: last.ID}).encode(); err != nil {
			return Page{}, err
		}
	}
	p.Records, err = k.seen(s, rows, ask.Purpose != "")
	return p, err
}

// rows reads records that conds hold and a right reaches, with the marks of the
// rights that do.
func (k *Keeper) rows(ctx context.Context, q db.Querier, s Standing, act Act, personal bool, sort string, conds []string, args []any, end string, limit *int) ([]loaded, error) {
	d := s.Definition
	fields := slices.DeleteFunc(readable(d, personal), func(f Field) bool { return !s.Reaches(act, f.Key) })
	reach, args := s.reach(act, nil, args)
	marks, args := s.marks(act, args)
	if limit != nil {
		args = append(args, *limit+1)
		end += ` LIMIT ` + mark(args)
	}
	rows, err := db.All(ctx, q, func(r db.Row) (loaded, error) {
		var by string
		var which int64
		l, err := scan(r, fields, &by, &which)
		l.sort, l.which = by, through(which) //nolint:gosec // eight rights at most
		return l, err
	}, `SELECT `+selected(d, fields)+`, `+sort+`, `+marks+` FROM `+s.table()+
		` WHERE `+strings.Join(append(conds, reach), ` AND `)+end, args...)
	if err != nil {
		return nil, err
	}
	if slices.ContainsFunc(rows, func(l loaded) bool { return l.definition != d.Version }) {
		return nil, errOther
	}
	return rows, nil
}

// seen makes records of rows, without the fields that no right shows on each.
func (k *Keeper) seen(s Standing, rows []loaded, personal bool) ([]Record, error) {
	records := make([]Record, len(rows))
	for i, l := range rows {
		var fields []Field
		var withheld []string
		for _, f := range s.Definition.Visible() {
			switch {
			case !s.shows(l.which, f.Key):
			case f.personal() && !personal:
				withheld = append(withheld, f.Key)
			default:
				fields = append(fields, f)
			}
		}
		values, err := k.values(s.Definition, fields, l.ID, l.raw)
		if err != nil {
			return nil, err
		}
		records[i] = l.Record
		records[i].Values, records[i].Withheld = values, withheld
	}
	return records, nil
}

// conditions returns what holds a query to the records that are asked for and
// may be looked at for it.
func (k *Keeper) conditions(s Standing, ask Ask) ([]string, []any, error) {
	d := s.Definition
	args := []any{StateActive}
	conds := []string{`state = $1`}
	var problems []errs.Field
	fields := []string{}
	held := ends{}
	if ask.By != "" {
		f, ok := d.Field(ask.By)
		if !ok || f.Hidden || !slices.Contains(d.List.sorts(), ask.By) {
			problems = append(problems, errs.Field{Name: ask.By, Code: "registers.value.unknown"})
		} else if f.personal() && ask.Purpose == "" {
			return nil, nil, access.ErrPurposeNeeded
		}
		fields = append(fields, ask.By)
	}
	for _, c := range ask.Where {
		if c.Field == "unit" {
			var cond string
			if cond, args = among(`unit_id`, c.Values, args); cond != "" {
				conds = append(conds, cond)
			}
			continue
		}
		if c.Field == ValidKey && d.Valid != nil {
			cond, with, code := s.validOn(ask.act(), c, args)
			if code != "" {
				problems = append(problems, validField().problem(code))
				continue
			}
			conds, args, fields = append(conds, cond), with, append(fields, d.Valid.fields()...)
			continue
		}
		f, ok := d.Field(c.Field)
		if !ok || f.Hidden || !s.Reaches(ask.act(), c.Field) { // what is not shown is not there
			problems = append(problems, errs.Field{Name: c.Field, Code: "registers.value.unknown"})
			continue
		}
		if slices.Contains(s.Preparing, c.Field) {
			problems = append(problems, f.problem("preparing"))
			continue
		}
		if f.personal() && ask.Purpose == "" {
			return nil, nil, access.ErrPurposeNeeded
		}
		cond, with, code := k.condition(d, f, c, args)
		if code != "" {
			problems = append(problems, f.problem(code))
			continue
		}
		if held.crossed(c, with) {
			problems = append(problems, f.problem("crossed"))
			continue
		}
		conds, args = append(conds, cond), with
		fields = append(fields, c.Field)
	}
	if err := errs.BadInput(problems); err != nil {
		return nil, nil, err
	}
	reach, args := s.reach(ask.act(), fields, args)
	return append(conds, reach), args, nil
}

// condition returns the SQL of one condition, or the code of what is wrong.
func (k *Keeper) condition(d Definition, f Field, c Condition, args []any) (string, []any, string) {
	column := ident(f.filtered())
	if c.way == downTheOrder {
		column = `+` + column // no index serves an expression
	}
	switch c.Op {
	case Empty:
		return ident(f.presence()) + ` IS NULL`, args, ""
	case Has:
		return f.has(c, args)
	case Within:
		return f.within(c.Values, args)
	case From, To:
		return f.bounded(d, c, args)
	case Is:
	default:
		return "", nil, "shape"
	}
	if f.Type == Choices {
		if len(c.Values) != 1 || !f.option(c.Values[0]) {
			return "", nil, "choice"
		}
		args = append(args, "%|"+c.Values[0]+"|%")
		return ident(f.base()) + ` LIKE ` + mark(args), args, ""
	}
	if f.structured() && f.Type != Address || f.Type == LongText || f.Type == Place {
		return "", nil, "not_indexed"
	}
	var values []any
	for _, given := range c.Values {
		if f.Type == Org || f.Type == Address { // by tax code, by commune
			values = append(values, strings.TrimSpace(given))
			continue
		}
		if f.Type == Person {
			values = append(values, k.keys.Index(f.domain(), strings.ReplaceAll(given, " ", "")))
			continue
		}
		parsed, code := f.parse(given)
		if code != "" || parsed == nil {
			return "", nil, "shape"
		}
		values = append(values, k.exact(f, parsed))
	}
	cond, args := among(column, values, args)
	if cond == "" {
		return "", nil, "shape"
	}
	return cond, args, ""
}

// within compares a point or the box of a shape with a box in degrees.
func (f Field) within(values []string, args []any) (string, []any, string) {
	if f.Type != Place && f.Type != Shape || len(values) != 4 {
		return "", nil, "not_indexed"
	}
	var edges [4]int64
	for i, v := range values {
		n, ok := unscaled(strings.TrimSpace(v), 6)
		if !ok {
			return "", nil, "point"
		}
		edges[i] = n
	}
	south, north, west, east := f.base()+"_lat", f.base()+"_lat", f.base()+"_lon", f.base()+"_lon"
	if f.Type == Shape {
		south, north, west, east = f.base()+"_south", f.base()+"_north", f.base()+"_west", f.base()+"_east"
	}
	var all []string
	for _, x := range []struct {
		column, by string
		edge       int64
	}{{east, ` >= `, edges[0]}, {north, ` >= `, edges[1]}, {west, ` <= `, edges[2]}, {south, ` <= `, edges[3]}} {
		args = append(args, x.edge)
		all = append(all, ident(x.column)+x.by+mark(args))
	}
	return strings.Join(all, " AND "), args, ""
}

func among[T any](column string, values []T, args []any) (string, []any) {
	if len(values) == 0 || len(values) > maxLimit {
		return "", args
	}
	marks := make([]string, len(values))
	for i, v := range values {
		args = append(args, v)
		marks[i] = mark(args)
	}
	return column + ` IN (` + strings.Join(marks, ", ") + `)`, args
}

// mark is the parameter of the last of args.
func mark(args []any) string { return "$" + strconv.Itoa(len(args)) }

func number(n int) string { return strconv.Itoa(n) }
