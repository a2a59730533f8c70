// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import "slices"

// NoticeKind says of what a notice is.
type NoticeKind string

// The notices.
const (
	Publishes      NoticeKind = "publishes"      // a dataset that there is not today
	PublishesMore  NoticeKind = "fields"         // further columns of the dataset
	PublishesWider NoticeKind = "records"        // further records: a condition of the dataset is wider or gone
	KeptShorter    NoticeKind = "kept_shorter"   // the time of records is over earlier
	KeptOtherwise  NoticeKind = "kept_otherwise" // it counts from another day, or something else happens then
	KeptForEver    NoticeKind = "kept_for_ever"  // the file says no longer how long records are kept
)

// Notice is something that who approves a plan is told beside the rights: that more
// is published than today, or that records are kept shorter or for ever.
type Notice struct {
	Kind    NoticeKind
	Fields  []string   // keys of what is published and is not today
	Was, Is *Retention // nil: for ever
}

// Notices returns what a plan publishes more than today and what it changes in how
// long records are kept; of a new register, what it publishes.
func (p Plan) Notices() []Notice {
	all := p.published()
	was, is := p.old.Retention, p.def.Retention
	one := Notice{Was: was, Is: is}
	switch {
	case p.From == 0 || is.unlined() == was.unlined():
		return all
	case is == nil:
		one.Kind = KeptForEver
	case was == nil || is.length() < was.length():
		one.Kind = KeptShorter
	case is.Field != was.Field || is.State != was.State || is.Then.rank() > was.Then.rank():
		one.Kind = KeptOtherwise
	default:
		return all // longer, on another basis, or less is done then
	}
	return append(all, one)
}

// published is what the dataset of a plan holds and that of today does not.
func (p Plan) published() (all []Notice) {
	was, is := p.old.Dataset, p.def.Dataset
	if is == nil {
		return nil
	}
	if was == nil {
		return []Notice{{Kind: Publishes, Fields: is.Fields}}
	}
	more := slices.DeleteFunc(slices.Clone(is.Fields), func(key string) bool { return slices.Contains(was.Fields, key) })
	if len(more) > 0 {
		all = append(all, Notice{Kind: PublishesMore, Fields: more})
	}
	for _, w := range was.Where {
		if !slices.ContainsFunc(is.Where, w.holdsWhere) {
			return append(all, Notice{Kind: PublishesWider})
		}
	}
	return all
}

// holdsWhere reports whether all records that another condition lets through are let
// through by this one. Only values that are named are compared; a changed bound is
// taken for a wider one.
func (w OpenFilter) holdsWhere(other OpenFilter) bool {
	if w.Field != other.Field || w.Op != other.Op {
		return false
	}
	if w.Op != Is {
		return slices.Equal(w.Values, other.Values)
	}
	return !slices.ContainsFunc(other.Values, func(v string) bool { return !slices.Contains(w.Values, v) })
}

// length compares times of different units: a year has 365.25 days, a month is its
// twelfth. It counts sixteenths of days, so that both are whole.
func (v *Retention) length() int {
	return v.Amount * map[string]int{"days": 16, "months": 487, "years": 12 * 487}[v.Unit]
}

// rank says how much is done to a record: what goes to the archive stays.
func (t Then) rank() int { return slices.Index([]Then{Archived, Reviewed, Destroyed}, t) }
