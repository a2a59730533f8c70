// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"errors"

	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/id"
)

// SaveAsItStood is Save for a dossier that comes from elsewhere: it took its way there.
func (s Store) SaveAsItStood(ctx context.Context, tx *db.Tx, d Dossier) error {
	d.was = stands{d.Status, d.Finance, d.Delivery, d.Sync}
	return s.Save(ctx, tx, d)
}

// AddMoved notes that a dossier came from elsewhere, and by which words it is found.
func (Store) AddMoved(ctx context.Context, tx *db.Tx, d dossiers.ID, account string, words []string) error {
	if _, err := tx.Exec(ctx, `INSERT INTO dossiers_moved (dossier_id, version, moved_by, moved_at)
		SELECT id, version, $2, $3 FROM dossiers_dossiers WHERE id = $1`, string(d), account, tx.Now); err != nil {
		return err
	}
	for _, w := range words {
		if _, err := tx.Exec(ctx, `INSERT INTO dossiers_formerly (word, dossier_id) VALUES ($1, $2) ON CONFLICT (word) DO NOTHING`, w, string(d)); err != nil {
			return err
		}
	}
	return nil
}

// Whole is a dossier that ended elsewhere, with everything that is written of it; each
// line of its timeline has its moment.
type Whole struct {
	Dossier  Dossier
	Personal Personal
	Found    Found
	Lines    []Event
	Formerly []string
}

// InsertWhole adds dossiers that ended elsewhere, as they stood there: nobody has to
// follow how they came to where they are, so that they need few statements.
func (s Store) InsertWhole(ctx context.Context, tx *db.Tx, account string, all []Whole) error {
	var rows, lines, moved, words [][]any
	for _, w := range all {
		d := w.Dossier
		rows = append(rows, s.rowOf(d, w.Personal, w.Found))
		for _, e := range w.Lines {
			lines = append(lines, []any{id.New(), string(d.ID), e.At, e.Kind, int(e.Status), e.Step.VI, e.Step.EN, string(e.Unit)})
		}
		moved = append(moved, []any{string(d.ID), d.Version, account, tx.Now})
		for _, word := range w.Formerly {
			words = append(words, []any{word, string(d.ID)})
		}
	}
	if err := tx.InsertAll(ctx, `INSERT INTO dossiers_dossiers (`+columns+`, `+sealedColumns+`)`, "", rows); err != nil {
		return err
	}
	if err := tx.InsertAll(ctx, `INSERT INTO dossiers_history (`+lineColumns+`)`, "", lines); err != nil {
		return err
	}
	if err := tx.InsertAll(ctx, `INSERT INTO dossiers_moved (dossier_id, version, moved_by, moved_at)`, "", moved); err != nil {
		return err
	}
	if err := tx.InsertAll(ctx, `INSERT INTO dossiers_formerly (word, dossier_id)`, `ON CONFLICT (word) DO NOTHING`, words); err != nil {
		return err
	}
	ids := make([]dossiers.ID, len(all))
	for i, w := range all {
		ids[i] = w.Dossier.ID
	}
	return s.tellAll(ctx, tx, ids)
}

const sealedColumns = `basis_sealed, owner_folded, owner_number_index, owner_phone_index, owner_sealed, submitter_sealed, answers_sealed, receiver_sealed`

// rowOf are the values of columns and sealedColumns.
func (s Store) rowOf(d Dossier, p Personal, f Found) []any {
	seal := func(column, value string) string { return s.keys.SealText(table, column, string(d.ID), value) }
	return []any{
		string(d.ID), d.Version, d.Reference, d.Code, string(d.Procedure), d.SHA, d.FormSHA, d.Name.VI, d.Name.EN, int(d.Channel), int(d.Status),
		string(d.Finance), string(d.Delivery), string(d.Sync), d.FiledBy, d.Helper, d.SubmitterID, d.OwnerID, string(d.Basis), d.OwnerName,
		string(d.Helped), string(d.Received), string(d.Authority), string(d.Handler), d.Task, d.Step, d.StepName.VI, d.StepName.EN, d.Action, d.Post,
		d.StepDue, d.Assignee, d.AssigneeName, d.WorkDue, d.SubmittedAt, d.AcceptedAt, d.AcceptedBy, d.Statutory, d.Original, d.Due, d.FinishedAt,
		d.DeliveredAt, d.DeliveredBy, d.DeliveryMode, d.Reason, d.ReceiptFile, d.Signing, d.Representation, d.BringerID, d.Case, d.Keeper.Code, d.Keeper.Name, d.Keeper.NameEN,
		seal("basis_sealed", p.BasisNote), f.Folded, s.keys.Index("person number", f.Number), s.keys.Index("phone", f.Phone),
		seal("owner_sealed", p.Owner), seal("submitter_sealed", p.Submitter), seal("answers_sealed", p.Answers), seal("receiver_sealed", p.Receiver),
	}
}

// Formerly returns the dossier that is found by a word of an older system.
func (Store) Formerly(ctx context.Context, q db.Querier, word string) (id dossiers.ID, err error) {
	err = q.QueryRow(ctx, `SELECT dossier_id FROM dossiers_formerly WHERE word = $1`, word).Scan(&id)
	return id, orNotFound(err)
}

// FormerlyOf returns by which words dossiers were found elsewhere.
func (Store) FormerlyOf(ctx context.Context, q db.Querier, ids []string) (map[dossiers.ID][]string, error) {
	all := map[dossiers.ID][]string{}
	if len(ids) == 0 {
		return all, nil
	}
	in, args := list(ids)
	_, err := db.All(ctx, q, func(r db.Row) (id dossiers.ID, err error) {
		var word string
		err = r.Scan(&id, &word)
		all[id] = append(all[id], word)
		return id, err
	}, `SELECT dossier_id, word FROM dossiers_formerly WHERE dossier_id IN `+in+` ORDER BY dossier_id, word`, args...)
	return all, err
}

// TakenCode reports whether a dossier has a code.
func (s Store) TakenCode(ctx context.Context, q db.Querier, code string) (bool, error) {
	taken, err := s.TakenCodes(ctx, q, []string{code})
	return taken[code], err
}

// TakenCodes returns those of some codes that a dossier has.
func (Store) TakenCodes(ctx context.Context, q db.Querier, codes []string) (map[string]bool, error) {
	taken := map[string]bool{}
	if len(codes) == 0 {
		return taken, nil
	}
	in, args := list(db.Padded(codes))
	all, err := db.All(ctx, q, db.Column[string], `SELECT code FROM dossiers_dossiers WHERE code <> '' AND code IN `+in, args...)
	for _, code := range all {
		taken[code] = true
	}
	return taken, err
}

// Since is what was done with a dossier after it came from elsewhere.
type Since struct {
	Changed  bool // its row, or a note
	Numbered bool // a result or letter has a number
	Worked   bool // a result, an opinion, a motion, a signature, a transfer: others took part
	Filed    bool // files were added
	Money    bool
}

const doneSince = `SELECT CASE WHEN d.version <> m.version THEN 1 ELSE 0 END,
	(SELECT COUNT(*) FROM dossiers_notes n WHERE n.dossier_id = d.id),
	(SELECT COUNT(*) FROM dossiers_results r WHERE r.dossier_id = d.id AND r.number > 0) + (SELECT COUNT(*) FROM dossiers_letters l WHERE l.dossier_id = d.id),
	(SELECT COUNT(*) FROM dossiers_results r WHERE r.dossier_id = d.id) + (SELECT COUNT(*) FROM dossiers_opinions o WHERE o.dossier_id = d.id)
		+ (SELECT COUNT(*) FROM dossiers_motions o WHERE o.dossier_id = d.id) + (SELECT COUNT(*) FROM dossiers_signatures g WHERE g.dossier_id = d.id)
		+ (SELECT COUNT(*) FROM dossiers_transfers t WHERE t.dossier_id = d.id) + (SELECT COUNT(*) FROM dossiers_successions u WHERE u.dossier_id = d.id)
		+ (SELECT COUNT(*) FROM dossiers_handings h WHERE h.dossier_id = d.id),
	(SELECT COUNT(*) FROM dossiers_papers p WHERE p.dossier_id = d.id AND p.file_id <> '' AND p.file_id NOT IN (SELECT m.file_id FROM dossiers_moved_files m WHERE m.dossier_id = d.id)),
	CASE WHEN d.finance <> 'none' THEN 1 ELSE 0 END
	FROM dossiers_moved m JOIN dossiers_dossiers d ON d.id = m.dossier_id WHERE m.dossier_id = $1`

// DoneSince says what was done with a dossier that came from elsewhere; ErrNotFound of another.
func (Store) DoneSince(ctx context.Context, q db.Querier, id dossiers.ID) (s Since, err error) {
	var version, notes, numbers, worked, filed, money int
	if err := q.QueryRow(ctx, doneSince, string(id)).Scan(&version, &notes, &numbers, &worked, &filed, &money); err != nil {
		return s, orNotFound(err)
	}
	return Since{Changed: version+notes > 0, Numbered: numbers > 0, Worked: worked > 0, Filed: filed > 0, Money: money > 0}, nil
}

// Forget removes a dossier with all its rows, but for the figures: who counts takes
// it out of them.
func (s Store) Forget(ctx context.Context, tx *db.Tx, id dossiers.ID) error {
	var all []error
	for _, t := range []string{"moved_files", "earlier", "formerly", "moved", "erasures", "assigned", "tasks", "custody", "papers", "supplements", "notes", "history"} {
		_, err := tx.Exec(ctx, `DELETE FROM dossiers_`+t+` WHERE dossier_id = $1`, string(id))
		all = append(all, err)
	}
	for _, text := range []string{`DELETE FROM dossiers_seen WHERE dossier = $1`, `DELETE FROM dossiers_annexes WHERE id = $1`, `DELETE FROM dossiers_dossiers WHERE id = $1`} {
		_, err := tx.Exec(ctx, text, string(id))
		all = append(all, err)
	}
	return errors.Join(append(all, s.tell(ctx, tx, id))...)
}

// DropFact forgets what the figures held of a dossier that is no more; they were
// corrected before.
func (Store) DropFact(ctx context.Context, tx *db.Tx, id dossiers.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM dossiers_facts WHERE dossier_id = $1`, string(id))
	if err == nil {
		_, err = tx.Exec(ctx, `DELETE FROM dossiers_steps WHERE dossier_id = $1`, string(id))
	}
	return err
}
