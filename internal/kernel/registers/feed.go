// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// The feed of a register tells those who follow it what has changed, in an order
// that never changes again. A change is noted in the transaction that makes it; its
// place in the feed is given after the commit, by one server at a time. So nobody
// who has read up to a place misses a transaction that began earlier and ended
// later, and the changes of a record stand in the order of its versions: who wrote
// the later one had seen the earlier one committed.

// What a change is, for one reader.
const (
	FeedAdded    = "added"    // the record came into sight
	FeedChanged  = "changed"  // something of it that the reader sees
	FeedRemoved  = "removed"  // it left the reader's sight, or the register
	FeedRegister = "register" // another version of the register's file
)

// FeedItem is one change of a register as somebody may see it.
type FeedItem struct {
	Place    int64
	Kind     string
	Record   string // empty: of the register's file
	Unit     string
	Version  int64
	At       db.Time
	Fields   []string       // that differ, in the order of the file; personal ones are named alone
	Before   map[string]any // of Fields
	After    map[string]any // all that the reader sees; nothing of what was removed
	Withheld []string       // personal fields that have a value
}

// Feed is a part of the changes of a register.
type Feed struct {
	Items []FeedItem
	Next  string // where to go on
	More  bool   // there are more that could be read now
	// Resync says that what the reader knows no longer fits: the place they asked
	// from is gone, or their rights are others. The list is read anew, then the feed
	// from Next.
	Resync bool
}

// FeedNow is the place after everything that has happened, for who begins with a list.
const FeedNow = "now"

const (
	feedScan  = 500 // changes that one reading looks at
	feedOrder = 500 // places given in one transaction
)

// The statements of the feed: all of them go by an index.
const (
	feedWaits   = `SELECT 1 FROM registers_changes WHERE place IS NULL LIMIT 1`
	feedWaiting = `SELECT DISTINCT register FROM registers_changes WHERE place IS NULL`
	feedPlaces  = `UPDATE registers_changes SET place = $2 + waiting.nth FROM (
			SELECT n AS one, ROW_NUMBER() OVER (ORDER BY n) AS nth FROM registers_changes WHERE register = $1 AND place IS NULL ORDER BY n LIMIT $3
		) waiting WHERE n = waiting.one`
	feedNext = `SELECT place, record, version, at FROM registers_changes WHERE register = $1 AND place > $2 ORDER BY place LIMIT $3`
)

// note writes down that a record has a new version; without a record, the
// register's file. Whoever writes records calls it in the same transaction.
func note(ctx context.Context, tx *db.Tx, register, record string, version int64) error {
	_, err := tx.Exec(ctx, `INSERT INTO registers_changes (register, record, version, at) VALUES ($1, $2, $3, $4)`, register, record, version, tx.Now)
	return err
}

// noteNew writes down that records were added, a stretch of them in one statement.
func noteNew(ctx context.Context, tx *db.Tx, register string, records []string) error {
	args, rows := []any{register, tx.Now}, make([]string, len(records))
	for i, record := range records {
		args = append(args, record)
		rows[i] = "($1, " + mark(args) + ", 1, $2)"
	}
	_, err := tx.Exec(ctx, `INSERT INTO registers_changes (register, record, version, at) VALUES `+strings.Join(rows, ", "), args...)
	return err
}

// FeedWaits reports whether changes wait for their place.
func (k *Keeper) FeedWaits(ctx context.Context, q db.Querier) (bool, error) {
	found, err := db.All(ctx, q, db.Column[int], feedWaits)
	return len(found) > 0, err
}

// OrderFeed gives their places to changes that wait, and reports whether there are
// more. Several servers may call it: one works at a time.
func (k *Keeper) OrderFeed(ctx context.Context, d *db.DB) (more bool, err error) {
	defer errs.Wrap(&err, "order the feed of registers")

	if waits, err := k.FeedWaits(ctx, d); err != nil || !waits {
		return false, err // an idle server does not write
	}
	err = d.Write(ctx, func(tx *db.Tx) error {
		full := false
		if tx.Dialect() == db.Postgres {
			if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock($1, 0)`, feedLock); err != nil {
				return err
			}
		}
		waiting, err := db.All(ctx, tx, db.Column[string], feedWaiting)
		if err != nil {
			return err
		}
		for _, register := range waiting {
			n, err := order(ctx, tx, register)
			if err != nil {
				return err
			}
			full = full || n == feedOrder
		}
		more = full
		return nil
	})
	return more, err
}

// feedLock keeps our lock apart from others of the database.
const feedLock = int32(7005)

func order(ctx context.Context, tx *db.Tx, register string) (given int64, err error) {
	if _, err := tx.Exec(ctx, `INSERT INTO registers_feeds (register, last_place, gone_place) VALUES ($1, 0, 0) ON CONFLICT (register) DO NOTHING`, register); err != nil {
		return 0, err
	}
	var last int64
	if err := tx.QueryRow(ctx, `SELECT last_place FROM registers_feeds WHERE register = $1`, register).Scan(&last); err != nil {
		return 0, err
	}
	if given, err = tx.Exec(ctx, feedPlaces, register, last, feedOrder); err != nil {
		return 0, err
	}
	_, err = tx.Exec(ctx, `UPDATE registers_feeds SET last_place = $2 WHERE register = $1`, register, last+given)
	return given, err
}

// FeedEnds returns the last place of every register that has a feed.
func (k *Keeper) FeedEnds(ctx context.Context, q db.Querier) (map[string]int64, error) {
	type end struct {
		register string
		place    int64
	}
	all, err := db.All(ctx, q, func(r db.Row) (e end, err error) {
		err = r.Scan(&e.register, &e.place)
		return e, err
	}, `SELECT register, last_place FROM registers_feeds`)
	ends := make(map[string]int64, len(all))
	for _, e := range all {
		ends[e.register] = e.place
	}
	return ends, err
}

// FeedEnd returns the last place of a register's feed; 0 where there is none.
func (k *Keeper) FeedEnd(ctx context.Context, q db.Querier, register string) (last int64, err error) {
	_, last, err = feedEnds(ctx, q, register)
	return last, err
}

func feedEnds(ctx context.Context, q db.Querier, register string) (gone, last int64, err error) {
	err = q.QueryRow(ctx, `SELECT gone_place, last_place FROM registers_feeds WHERE register = $1`, register).Scan(&gone, &last)
	if errors.Is(err, db.ErrNoRows) {
		return 0, 0, nil
	}
	return gone, last, err
}

// CountChanges returns how many changes are older than a moment, and when the oldest was.
func (k *Keeper) CountChanges(ctx context.Context, q db.Querier, before db.Time) (n int, oldest db.Time, err error) {
	err = q.QueryRow(ctx, `SELECT COUNT(*), MIN(at) FROM registers_changes WHERE at < $1 AND place IS NOT NULL`, before).Scan(&n, &oldest)
	return n, oldest, err
}

// ForgetChanges forgets at most limit changes that are older than a moment, and says
// how many. Who follows a register from farther back reads it anew.
func (k *Keeper) ForgetChanges(ctx context.Context, tx *db.Tx, before db.Time, limit int) (n int, err error) {
	defer errs.Wrap(&err, "forget changes of registers")

	if tx.Dialect() == db.Postgres { // places are given in order, and are forgotten in order
		if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock($1, 0)`, feedLock); err != nil {
			return 0, err
		}
	}
	if _, err := tx.Exec(ctx, `UPDATE registers_feeds SET gone_place = COALESCE((
			SELECT MAX(c.place) FROM registers_changes c WHERE c.register = registers_feeds.register AND c.n IN (
				SELECT n FROM registers_changes WHERE at < $1 AND place IS NOT NULL ORDER BY at, n LIMIT $2)), gone_place)`, before, limit); err != nil {
		return 0, err
	}
	gone, err := tx.Exec(ctx, `DELETE FROM registers_changes WHERE place IS NOT NULL AND place <= (
		SELECT f.gone_place FROM registers_feeds f WHERE f.register = registers_changes.register)`)
	return int(gone), err
}

// place is where a reader stands in a feed, and what they could see when they
// stood there.
type place struct {
	At    int64  `json:"p"`
	Sight string `json:"s"`
}

func (p place) encode() (string, error) {
	raw, err := json.Marshal(p)
	return base64.RawURLEncoding.EncodeToString(raw), err
}

func readPlace(s string) (p place, err error) {
	raw, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		return p, err
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&p); err != nil {
		return p, err
	}
	if p.At < 0 {
		return p, fmt.Errorf("place %d", p.At)
	}
	return p, nil
}

// sight is the same for rights that show the same.
func (s Standing) sight() string {
	sum := sha256.New()
	for _, h := range s.Holds {
		where, args := h.where(s.Definition, nil)
		_, _ = fmt.Fprintf(sum, "%t %q %q %q %v\n", h.Allows(View), h.Only, h.Except, where, args) // a hash takes everything
	}
	return hex.EncodeToString(sum.Sum(nil)[:8])
}

// Changes returns changes of a register after a place: "" for the oldest that is
// kept, FeedNow for none, or Feed.Next. Of each it shows what the reader's rights
// show of the record now, as far as they showed it then; of records that are out of
// sight now only that they left it. Personal fields are named and withheld.
func (k *Keeper) Changes(ctx context.Context, q db.Querier, s Standing, after string, limit int) (f Feed, err error) {
	defer errs.Wrap(&err, "changes of register %s", s.Definition.ID)

	if limit < 1 || limit > maxLimit {
		limit = defaultLimit
	}
	err = k.steadily(ctx, q, s, func(s Standing) error {
		read, err := k.changes(ctx, q, s, after, limit)
		f = read
		return err
	})
	return f, err
}

func (k *Keeper) changes(ctx context.Context, q db.Querier, s Standing, after string, limit int) (f Feed, err error) {
	gone, last, err := feedEnds(ctx, q, s.Definition.ID)
	if err != nil {
		return Feed{}, err
	}
	at := place{At: gone, Sight: s.sight()}
	switch after {
	case "":
	case FeedNow:
		at.At = last
	default:
		from, err := readPlace(after)
		if err != nil {
			return Feed{}, ErrCursor.Because(err)
		}
		if from.At < gone || from.At > last || from.Sight != at.Sight {
			at.At, f.Resync = last, true
		} else {
			at.At = from.At
		}
	}
	if at.At < last {
		if at.At, err = k.follow(ctx, q, s, at.At, limit, &f); err != nil {
			return Feed{}, err
		}
	}
	f.More = at.At < last
	f.Next, err = at.encode()
	return f, err
}

// FeedPlace tells the place of Feed.Next.
func (k *Keeper) FeedPlace(next string) (int64, error) {
	p, err := readPlace(next)
	return p.At, err
}

// FeedFrom returns what to ask Changes with for all that came after a place; false
// where the feed does not go back so far, or not on so far.
func (k *Keeper) FeedFrom(ctx context.Context, q db.Querier, s Standing, after int64) (next string, there bool, err error) {
	gone, last, err := feedEnds(ctx, q, s.Definition.ID)
	if err != nil || after < gone || after > last {
		return "", false, err
	}
	next, err = place{At: after, Sight: s.sight()}.encode()
	return next, err == nil, err
}

// Plain writes values as programs read them: a point as "10.386200, 105.435100", the
// others as they are in JSON.
func Plain(values map[string]any) map[string]any {
	if values == nil {
		return nil
	}
	said := map[string]any{}
	for key, v := range values {
		if p, ok := v.(Point); ok {
			v = fmt.Sprintf("%.6f, %.6f", float64(p.Lat)/1e6, float64(p.Lon)/1e6)
		}
		said[key] = v
	}
	return said
}
