// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/platform/db"
)

// Transfer is a row of dossiers_transfers. Reason and Words are sealed in the
// database.
type Transfer struct {
	ID             string
	Dossier        dossiers.ID
	From, To       orgs.ID
	Reason, Basis  string
	Sheets         int
	SentBy, Sender string // account, name
	SentAt         db.Time
	State          dossiers.TransferState
	Words          string
	EndedBy, Ender string // account, name
	EndedAt        db.Time
}

const (
	transfersTable  = "dossiers_transfers"
	transferColumns = `id, dossier_id, from_unit, to_unit, reason_sealed, basis, sheets, sent_by, sender, sent_at, state, words_sealed, ended_by, ender, ended_at`
)

func (s Store) scanTransfer(r db.Row) (t Transfer, err error) {
	if err = r.Scan(&t.ID, &t.Dossier, &t.From, &t.To, &t.Reason, &t.Basis, &t.Sheets, &t.SentBy, &t.Sender, &t.SentAt, &t.State, &t.Words, &t.EndedBy, &t.Ender, &t.EndedAt); err != nil {
		return t, err
	}
	if t.Reason, err = s.keys.OpenText(transfersTable, "reason_sealed", t.ID, t.Reason); err != nil {
		return t, err
	}
	t.Words, err = s.keys.OpenText(transfersTable, "words_sealed", t.ID, t.Words)
	return t, err
}

// AddTransfer adds one that is open.
func (s Store) AddTransfer(ctx context.Context, tx *db.Tx, t Transfer) error {
	_, err := tx.Exec(ctx, `INSERT INTO dossiers_transfers (id, dossier_id, from_unit, to_unit, reason_sealed, basis, sheets, sent_by, sender, sent_at, state, words_sealed, ended_by, ender)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'open', $11, '', '')`,
		t.ID, string(t.Dossier), string(t.From), string(t.To), s.keys.SealText(transfersTable, "reason_sealed", t.ID, t.Reason), t.Basis, t.Sheets, t.SentBy, t.Sender, tx.Now,
		s.keys.SealText(transfersTable, "words_sealed", t.ID, ""))
	return err
}

// EndTransfer ends an open one.
func (s Store) EndTransfer(ctx context.Context, tx *db.Tx, t Transfer) error {
	n, err := tx.Exec(ctx, `UPDATE dossiers_transfers SET state = $2, words_sealed = $3, ended_by = $4, ender = $5, ended_at = $6, to_unit = $7 WHERE id = $1 AND state = 'open'`,
		t.ID, string(t.State), s.keys.SealText(transfersTable, "words_sealed", t.ID, t.Words), t.EndedBy, t.Ender, tx.Now, string(t.To))
	if err == nil && n != 1 {
		return errStale
	}
	return err
}

// Transfers returns those of a dossier, the oldest first; one is open at a time.
// Whoever reads it has found the dossier in scope before.
func (s Store) Transfers(ctx context.Context, q db.Querier, d dossiers.ID) ([]Transfer, error) {
	return db.All(ctx, q, s.scanTransfer, `SELECT `+transferColumns+` FROM dossiers_transfers WHERE dossier_id = $1 ORDER BY id`, string(d))
}

// Transferring names the units of a transfer: the one that sends, or the one that is to receive.
func Transferring(incoming bool) access.Columns {
	if incoming {
		return access.Columns{Units: []string{"to_unit"}}
	}
	return access.Columns{Units: []string{"from_unit"}}
}

// BothSides names both units of a transfer.
func BothSides() access.Columns { return access.Columns{Units: []string{"to_unit", "from_unit"}} }

// GetTransfer returns one of a scope; ErrNoTransfer where it is out of it.
func (s Store) GetTransfer(ctx context.Context, q db.Querier, sc access.Scope, c access.Columns, id string) (Transfer, error) {
	where, args := sc.Where(c, id)
	t, err := s.scanTransfer(q.QueryRow(ctx, `SELECT `+transferColumns+` FROM dossiers_transfers WHERE id = $1 AND `+where, args...))
	if errors.Is(err, db.ErrNoRows) {
		return t, dossiers.ErrNoTransfer
	}
	return t, err
}

const (
	waitsToBeTaken = ` FROM dossiers_transfers WHERE state = 'open' AND `
	wasSent        = ` FROM dossiers_transfers WHERE `
)

// ListTransfers returns at most limit transfers of a scope after an id: those that
// wait to be received, the oldest first, or those that were sent, the newest first.
func (s Store) ListTransfers(ctx context.Context, q db.Querier, sc access.Scope, incoming bool, after string, limit int) ([]Transfer, error) {
	text, args := transfersQuery(sc, incoming, after, limit)
	return db.All(ctx, q, s.scanTransfer, text, args...)
}

func transfersQuery(sc access.Scope, incoming bool, after string, limit int) (text string, args []any) {
	where, args := sc.Where(Transferring(incoming), after, limit)
	if incoming {
		return `SELECT ` + transferColumns + waitsToBeTaken + `id > $1 AND ` + where + ` ORDER BY id LIMIT $2`, args
	}
	return `SELECT ` + transferColumns + wasSent + `id < $1 AND ` + where + ` ORDER BY id DESC LIMIT $2`, args
}

// CountIncoming counts those that wait to be received in a scope.
func (Store) CountIncoming(ctx context.Context, q db.Querier, sc access.Scope) (n int64, err error) {
	where, args := sc.Where(Transferring(true))
	err = q.QueryRow(ctx, `SELECT COUNT(*)`+waitsToBeTaken+where, args...).Scan(&n)
	return n, err
}

// ByIDs returns dossiers; whoever asks has found what names them in scope.
func (Store) ByIDs(ctx context.Context, q db.Querier, ids []dossiers.ID) (map[dossiers.ID]Dossier, error) {
	found := map[dossiers.ID]Dossier{}
	if len(ids) == 0 {
		return found, nil
	}
	args, marks := make([]any, len(ids)), make([]string, len(ids))
	for i, id := range ids {
		args[i], marks[i] = string(id), "$"+strconv.Itoa(i+1)
	}
	all, err := db.All(ctx, q, scan, `SELECT `+columns+` FROM dossiers_dossiers WHERE id IN (`+strings.Join(marks, ", ")+`)`, args...)
	for _, d := range all {
		found[d.ID] = d
	}
	return found, err
}

// Rehome writes who receives and who decides a dossier that the transaction has locked.
func (s Store) Rehome(ctx context.Context, tx *db.Tx, id dossiers.ID, received, authority orgs.ID) error {
	_, err := tx.Exec(ctx, `UPDATE dossiers_dossiers SET received_unit = $2, authority_unit = $3 WHERE id = $1`, string(id), string(received), string(authority))
	return err
}
