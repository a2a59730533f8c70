// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"errors"

	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/platform/db"
)

// SaveAsItStood is Save for a dossier that comes from elsewhere: it took its way there.
func (s Store) SaveAsItStood(ctx context.Context, tx *db.Tx, d Dossier) error {
	d.was = stands{d.Status, d.Finance, d.Delivery, d.Sync}
	return s.Save(ctx, tx, d)
}

// AddMoved notes that a dossier came from elsewhere, and by which words it is found.
func (Store) AddMoved(ctx context.Context, tx *db.Tx, id dossiers.ID, account string, words []string) error {
	if _, err := tx.Exec(ctx, `INSERT INTO dossiers_moved (dossier_id, version, moved_by, moved_at)
		SELECT id, version, $2, $3 FROM dossiers_dossiers WHERE id = $1`, string(id), account, tx.Now); err != nil {
		return err
	}
	for _, w := range words {
		if _, err := tx.Exec(ctx, `INSERT INTO dossiers_formerly (word, dossier_id) VALUES ($1, $2) ON CONFLICT (word) DO NOTHING`, w, string(id)); err != nil {
			return err
		}
	}
	return nil
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
func (Store) TakenCode(ctx context.Context, q db.Querier, code string) (bool, error) {
	var n int
	err := q.QueryRow(ctx, `SELECT COUNT(*) FROM dossiers_dossiers WHERE code = $1 AND code <> ''`, code).Scan(&n)
	return n > 0, err
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
	(SELECT COUNT(*) FROM dossiers_papers p WHERE p.dossier_id = d.id AND p.file_id <> ''),
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
	for _, t := range []string{"formerly", "moved", "erasures", "assigned", "tasks", "custody", "papers", "supplements", "notes", "history"} {
		_, err := tx.Exec(ctx, `DELETE FROM dossiers_`+t+` WHERE dossier_id = $1`, string(id))
		all = append(all, err)
	}
	for _, text := range []string{`DELETE FROM dossiers_seen WHERE dossier = $1`, `DELETE FROM dossiers_dossiers WHERE id = $1`} {
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
