// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package store keeps what people wish to be sent, parcels, what the post says of
// them, and what was handed over at once.
package store

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/modules/post"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
)

//go:embed migrations
var files embed.FS

// Migrations creates the tables.
func Migrations() db.Migrations { return db.Migrations{Namespace: "post", Files: files} }

// Store has no state but the keys that seal personal data.
type Store struct{ keys *crypt.Keys }

// New returns a store.
func New(k *crypt.Keys) Store { return Store{k} }

const (
	wishTable, parcelTable   = "post_wishes", "post_parcels"
	toColumn, receiverColumn = "to_sealed", "receiver_sealed"
)

// Sealed names the columns that hold sealed texts.
func Sealed() []crypt.Sealed {
	return []crypt.Sealed{
		{Table: wishTable, Column: toColumn, Key: []string{"id"}},
		{Table: parcelTable, Column: toColumn, Key: []string{"id"}},
		{Table: parcelTable, Column: receiverColumn, Key: []string{"id"}},
		{Table: incomingTable, Column: fromColumn, Key: []string{"id"}},
	}
}

// whose decides whose rows they are: of the unit, of the owner and of who brought the dossier.
func whose() access.Columns {
	return access.Columns{Units: []string{"unit"}, Persons: []string{"owner_id", "bringer_id"}, Owner: "owner_id", Kind: "procedure_id"}
}

func ofUnit() access.Columns { return access.Columns{Units: []string{"unit"}} }

func lock(q db.Querier) string {
	if tx, ok := q.(*db.Tx); ok {
		return tx.ForUpdate()
	}
	return ""
}

// To is where a parcel goes. It is personal data.
type To struct {
	Name    string `json:"name"`
	Phone   string `json:"phone"`
	Address string `json:"address"`
}

func (s Store) seal(table, row string, to To) (string, error) {
	raw, err := json.Marshal(to)
	return s.keys.SealText(table, toColumn, row, string(raw)), err
}

func (s Store) open(table, row, sealed string) (to To, err error) {
	raw, err := s.keys.OpenText(table, toColumn, row, sealed)
	if err != nil {
		return to, err
	}
	return to, json.Unmarshal([]byte(raw), &to)
}

// Of is the dossier that a wish or a parcel is about.
type Of struct {
	Dossier, Code, Unit, Owner, Bringer, Procedure string
	Name                                           i18n.Text
}

// Holds reports whether a dossier is in a scope.
func (Store) Holds(ctx context.Context, q db.Querier, scope access.Scope, of Of) (ok bool, err error) {
	in, args := scope.Where(whose(), of.Unit, of.Owner, of.Bringer, of.Procedure)
	err = q.QueryRow(ctx, `SELECT COUNT(*) > 0 FROM (SELECT CAST($1 AS TEXT) AS unit, CAST($2 AS TEXT) AS owner_id, CAST($3 AS TEXT) AS bringer_id, CAST($4 AS TEXT) AS procedure_id) t WHERE `+in, args...).Scan(&ok)
	return ok, err
}

// The states of a wish.
const (
	Wanted    = "wanted"
	Ready     = "ready" // the result is issued
	Taken     = "packed"
	Withdrawn = "withdrawn"
)

// Wish is that a result shall come by post.
type Wish struct {
	Of
	Version int // 0: there is none
	To      To
	State   string
	By      string
	At      db.Time
	Postage *int64 // đồng, as people were told before they chose; nil: they were told none
}

const wishColumns = `id, version, dossier_code, unit, owner_id, bringer_id, procedure_id, name_vi, name_en, to_sealed, state, by_id, at, postage`

func (s Store) scanWish(r db.Row) (w Wish, err error) {
	var sealed string
	if err = r.Scan(&w.Dossier, &w.Version, &w.Code, &w.Unit, &w.Owner, &w.Bringer, &w.Procedure, &w.Name.VI, &w.Name.EN, &sealed, &w.State, &w.By, &w.At, &w.Postage); err != nil {
		return w, err
	}
	w.To, err = s.open(wishTable, w.Dossier, sealed)
	return w, err
}

// FindWish returns the wish of a dossier in scope, locked in a transaction; Version 0 where there is none.
func (s Store) FindWish(ctx context.Context, q db.Querier, scope access.Scope, dossier string) (Wish, error) {
	in, args := scope.Where(whose(), dossier)
	w, err := s.scanWish(q.QueryRow(ctx, `SELECT `+wishColumns+` FROM post_wishes WHERE id = $1 AND `+in+lock(q), args...))
	if errors.Is(err, db.ErrNoRows) {
		return Wish{Of: Of{Dossier: dossier}}, nil
	}
	return w, err
}

// PutWish keeps a wish; what it is about is taken from it each time.
func (s Store) PutWish(ctx context.Context, tx *db.Tx, w Wish) error {
	sealed, err := s.seal(wishTable, w.Dossier, w.To)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO post_wishes (`+wishColumns+`) VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
		ON CONFLICT (id) DO UPDATE SET version = post_wishes.version + 1, dossier_code = $2, unit = $3, to_sealed = $9, state = $10, by_id = $11, at = $12, postage = $13`,
		w.Dossier, w.Code, w.Unit, w.Owner, w.Bringer, w.Procedure, w.Name.VI, w.Name.EN, sealed, w.State, w.By, w.At, w.Postage)
	return err
}

func readyQuery(scope access.Scope, after string, limit int) (string, []any) {
	in, args := scope.Where(ofUnit(), after, limit)
	return `SELECT ` + wishColumns + ` FROM post_wishes WHERE state = 'ready' AND id > $1 AND ` + in + ` ORDER BY id LIMIT $2`, args
}

// ListReady returns wishes whose results can be packed, the oldest first.
func (s Store) ListReady(ctx context.Context, q db.Querier, scope access.Scope, after string, limit int) ([]Wish, error) {
	text, args := readyQuery(scope, after, limit)
	return db.All(ctx, q, s.scanWish, text, args...)
}

// Parcel is a result on its way to somebody.
type Parcel struct {
	Of
	ID, Waybill      string
	Version          int
	Result           string
	State            post.State
	List             string
	Fee              *int64 // đồng; nil: nobody has said it
	Problem          string
	To               To     // personal data
	Receiver         string // personal data
	By               string // account
	At, HandedAt     db.Time
	EndedAt, AskedAt db.Time
	was              post.State
}

const parcelColumns = `id, version, waybill, dossier_id, dossier_code, unit, owner_id, bringer_id, procedure_id, name_vi, name_en, result, state, list_id, fee, problem,
	to_sealed, receiver_sealed, made_by, made_at, handed_at, ended_at, asked_at`

func (s Store) scanParcel(r db.Row) (p Parcel, err error) {
	var to string
	if err = r.Scan(&p.ID, &p.Version, &p.Waybill, &p.Dossier, &p.Code, &p.Unit, &p.Owner, &p.Bringer, &p.Procedure, &p.Name.VI, &p.Name.EN, &p.Result, &p.State, &p.List,
		&p.Fee, &p.Problem, &to, &p.Receiver, &p.By, &p.At, &p.HandedAt, &p.EndedAt, &p.AskedAt); err != nil {
		return p, err
	}
	p.was = p.State
	if p.To, err = s.open(parcelTable, p.ID, to); err != nil || p.Receiver == "" {
		return p, err
	}
	p.Receiver, err = s.keys.OpenText(parcelTable, receiverColumn, p.ID, p.Receiver)
	return p, err
}

// AddParcel adds a parcel; false where another of the dossier is under way.
func (s Store) AddParcel(ctx context.Context, tx *db.Tx, p Parcel) (bool, error) {
	sealed, err := s.seal(parcelTable, p.ID, p.To)
	if err != nil {
		return false, err
	}
	n, err := tx.Exec(ctx, `INSERT INTO post_parcels (`+parcelColumns+`) VALUES ($1, 1, '', $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, '', NULL, '', $12, '', $13, $14, NULL, NULL, $14)
		ON CONFLICT (dossier_id) WHERE state IN ('packed', 'handed', 'carried', 'returned') DO NOTHING`,
		p.ID, p.Dossier, p.Code, p.Unit, p.Owner, p.Bringer, p.Procedure, p.Name.VI, p.Name.EN, p.Result, string(post.Packed), sealed, p.By, p.At)
	if err != nil || n == 0 {
		return false, err
	}
	p.State = post.Packed
	return true, s.book(ctx, tx, p)
}

// PutParcel changes a parcel that was locked. What no way leads to is a mistake of ours.
func (s Store) PutParcel(ctx context.Context, tx *db.Tx, p Parcel) error {
	if p.State != p.was && !p.was.MayBecome(p.State) {
		return fmt.Errorf("no way leads from %q to %q of a parcel", p.was, p.State)
	}
	receiver := ""
	if p.Receiver != "" {
		receiver = s.keys.SealText(parcelTable, receiverColumn, p.ID, p.Receiver)
	}
	_, err := tx.Exec(ctx, `UPDATE post_parcels SET version = version + 1, waybill = $2, state = $3, list_id = $4, fee = $5, problem = $6, receiver_sealed = $7, handed_at = $8, ended_at = $9, asked_at = $10
		WHERE id = $1`, p.ID, p.Waybill, string(p.State), p.List, p.Fee, p.Problem, receiver, p.HandedAt, p.EndedAt, p.AskedAt)
	if err != nil {
		return err
	}
	return s.book(ctx, tx, p)
}

// GetParcel returns a parcel in scope, locked in a transaction.
func (s Store) GetParcel(ctx context.Context, q db.Querier, scope access.Scope, id string) (Parcel, error) {
	in, args := scope.Where(whose(), id)
	p, err := s.scanParcel(q.QueryRow(ctx, `SELECT `+parcelColumns+` FROM post_parcels WHERE id = $1 AND `+in+lock(q), args...))
	if errors.Is(err, db.ErrNoRows) {
		err = post.ErrNotFound
	}
	return p, err
}

// ParcelsOf returns the parcels of a dossier in scope, the newest first.
func (s Store) ParcelsOf(ctx context.Context, q db.Querier, scope access.Scope, dossier string) ([]Parcel, error) {
	in, args := scope.Where(whose(), dossier)
	return db.All(ctx, q, s.scanParcel, `SELECT `+parcelColumns+` FROM post_parcels WHERE dossier_id = $1 AND `+in+` ORDER BY id DESC LIMIT 20`, args...)
}

// FindParcel returns the id of the newest parcel in scope with a waybill or the code of a dossier.
func (s Store) FindParcel(ctx context.Context, q db.Querier, scope access.Scope, code, dossier string) (id string, err error) {
	in, args := scope.Where(ofUnit(), code, dossier)
	err = q.QueryRow(ctx, `SELECT id FROM post_parcels WHERE (waybill = $1 AND waybill <> '' OR dossier_id = $2) AND `+in+` ORDER BY id DESC LIMIT 1`, args...).Scan(&id)
	if errors.Is(err, db.ErrNoRows) {
		err = post.ErrNotFound
	}
	return id, err
}

func parcelsQuery(scope access.Scope, state post.State, before string, limit int) (string, []any) {
	if before == "" {
		before = "~" // after every id
	}
	if state == "" {
		in, args := scope.Where(ofUnit(), before, limit)
		return `SELECT ` + parcelColumns + ` FROM post_parcels WHERE id < $1 AND ` + in + ` ORDER BY id DESC LIMIT $2`, args
	}
	in, args := scope.Where(ofUnit(), before, limit, string(state))
	return `SELECT ` + parcelColumns + ` FROM post_parcels WHERE state = $3 AND id < $1 AND ` + in + ` ORDER BY id DESC LIMIT $2`, args
}

// ListParcels returns parcels in scope, the newest first; state empty: in all states.
func (s Store) ListParcels(ctx context.Context, q db.Querier, scope access.Scope, state post.State, before string, limit int) ([]Parcel, error) {
	text, args := parcelsQuery(scope, state, before, limit)
	return db.All(ctx, q, s.scanParcel, text, args...)
}

// ParcelsOn returns the parcels of a list.
func (s Store) ParcelsOn(ctx context.Context, q db.Querier, list string) ([]Parcel, error) {
	return db.All(ctx, q, s.scanParcel, `SELECT `+parcelColumns+` FROM post_parcels WHERE list_id = $1 ORDER BY id`, list)
}

// Event is something that the post says of a parcel.
type Event struct {
	ID, Parcel, TheirID, Kind, Place, Note string
	At                                     db.Time
}

// AddEvent keeps an event; false where it was known.
func (Store) AddEvent(ctx context.Context, tx *db.Tx, e Event) (bool, error) {
	n, err := tx.Exec(ctx, `INSERT INTO post_events (id, parcel_id, their_id, kind, place, note, at) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (parcel_id, their_id) DO NOTHING`,
		e.ID, e.Parcel, e.TheirID, e.Kind, e.Place, e.Note, e.At)
	return n == 1, err
}

// Events returns what the post has said of a parcel, the oldest first.
func (Store) Events(ctx context.Context, q db.Querier, parcel string) ([]Event, error) {
	return db.All(ctx, q, func(r db.Row) (e Event, err error) {
		return e, r.Scan(&e.ID, &e.Parcel, &e.TheirID, &e.Kind, &e.Place, &e.Note, &e.At)
	}, `SELECT id, parcel_id, their_id, kind, place, note, at FROM post_events WHERE parcel_id = $1 ORDER BY at, id`, parcel)
}

// List is what was handed over at once.
type List struct {
	ID, Unit, Number, Courier string
	Parcels                   int
	By                        string
	At                        db.Time
}

const listColumns = `id, unit, number, courier, parcels, made_by, at`

func scanList(r db.Row) (l List, err error) {
	return l, r.Scan(&l.ID, &l.Unit, &l.Number, &l.Courier, &l.Parcels, &l.By, &l.At)
}

// AddList keeps a list.
func (Store) AddList(ctx context.Context, tx *db.Tx, l List) error {
	_, err := tx.Exec(ctx, `INSERT INTO post_lists (`+listColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7)`, l.ID, l.Unit, l.Number, l.Courier, l.Parcels, l.By, l.At)
	return err
}

// GetList returns a list in scope.
func (Store) GetList(ctx context.Context, q db.Querier, scope access.Scope, id string) (List, error) {
	in, args := scope.Where(ofUnit(), id)
	l, err := scanList(q.QueryRow(ctx, `SELECT `+listColumns+` FROM post_lists WHERE id = $1 AND `+in, args...))
	if errors.Is(err, db.ErrNoRows) {
		err = post.ErrNotFound
	}
	return l, err
}

func listsQuery(scope access.Scope, before string, limit int) (string, []any) {
	if before == "" {
		before = "~"
	}
	in, args := scope.Where(ofUnit(), before, limit)
	return `SELECT ` + listColumns + ` FROM post_lists WHERE id < $1 AND ` + in + ` ORDER BY id DESC LIMIT $2`, args
}

// Lists returns lists in scope, the newest first.
func (Store) Lists(ctx context.Context, q db.Querier, scope access.Scope, before string, limit int) ([]List, error) {
	text, args := listsQuery(scope, before, limit)
	return db.All(ctx, q, scanList, text, args...)
}
