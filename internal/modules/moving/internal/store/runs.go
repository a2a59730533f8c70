// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strconv"

	"tinhso.vn/internal/platform/db"
)

// Run is a going through the dump for a wave.
type Run struct {
	ID, Wave, State, Stage              string
	Line, Total, Done                   int
	Added, Changed, Same, Kept, Outside int
	Rejected, Files, Steps, Contents    int
	BytesTotal, BytesDone               int64 // of contents of files
	Problem, Mapping, By                string
	StartedAt, At, EndedAt              db.Time
}

const runColumns = `id, wave_id, state, stage, line, total, done, added, changed, same, kept, outside, rejected, files, problem, mapping, started_by, started_at, at, ended_at, steps, contents, bytes_total, bytes_done`

func scanRun(r db.Row) (n Run, err error) {
	err = r.Scan(&n.ID, &n.Wave, &n.State, &n.Stage, &n.Line, &n.Total, &n.Done, &n.Added, &n.Changed, &n.Same, &n.Kept, &n.Outside, &n.Rejected, &n.Files, &n.Problem,
		&n.Mapping, &n.By, &n.StartedAt, &n.At, &n.EndedAt, &n.Steps, &n.Contents, &n.BytesTotal, &n.BytesDone)
	return n, err
}

// AddRun begins a run; db.IsDuplicate where one is under way.
func (Store) AddRun(ctx context.Context, tx *db.Tx, n Run) error {
	_, err := tx.Exec(ctx, `INSERT INTO moving_runs (`+runColumns+`) VALUES ($1, $2, 'running', $3, 0, $4, 0, 0, 0, 0, 0, 0, 0, 0, '', $5, $6, $7, $7, $8, 0, 0, 0, 0)`,
		n.ID, n.Wave, n.Stage, n.Total, n.Mapping, n.By, tx.Now, db.Time{})
	return err
}

// GetRun returns a run, locked in a transaction.
func (Store) GetRun(ctx context.Context, q db.Querier, id string) (Run, error) {
	lock := ""
	if tx, ok := q.(*db.Tx); ok {
		lock = tx.ForUpdate()
	}
	n, err := scanRun(q.QueryRow(ctx, `SELECT `+runColumns+` FROM moving_runs WHERE id = $1`+lock, id))
	return n, orNotFound(err)
}

const runsOf = `SELECT ` + runColumns + ` FROM moving_runs WHERE wave_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3`

// Runs returns at most limit runs of a wave, the newest first, before an id.
func (Store) Runs(ctx context.Context, q db.Querier, wave, before string, limit int) ([]Run, error) {
	if before == "" {
		before = last
	}
	return db.All(ctx, q, scanRun, runsOf, wave, before, limit)
}

// SaveRun writes where a run is.
func (Store) SaveRun(ctx context.Context, tx *db.Tx, n Run) error {
	_, err := tx.Exec(ctx, `UPDATE moving_runs SET state = $2, stage = $3, line = $4, done = $5, added = $6, changed = $7, same = $8, kept = $9, outside = $10, rejected = $11,
		files = $12, problem = $13, at = $14, ended_at = $15, steps = $16, contents = $17, bytes_total = $18, bytes_done = $19 WHERE id = $1`,
		n.ID, n.State, n.Stage, n.Line, n.Done, n.Added, n.Changed, n.Same, n.Kept, n.Outside, n.Rejected, n.Files, n.Problem, tx.Now, n.EndedAt, n.Steps, n.Contents, n.BytesTotal, n.BytesDone)
	return err
}

// Reject is a row that was not taken.
type Reject struct {
	Run, Stage        string
	Line              int
	Field, Code, Said string
}

// AddRejects notes that rows were not taken.
func (Store) AddRejects(ctx context.Context, tx *db.Tx, all []Reject) error {
	rows := make([][]any, len(all))
	for i, r := range all {
		rows[i] = []any{r.Run, r.Stage, r.Line, r.Field, r.Code, r.Said}
	}
	return tx.InsertAll(ctx, `INSERT INTO moving_rejects (run_id, stage, line, field, code, said)`, `ON CONFLICT (run_id, stage, line) DO NOTHING`, rows)
}

const rejectsOf = `SELECT run_id, stage, line, field, code, said FROM moving_rejects WHERE run_id = $1 AND stage = $2 AND line > $3 ORDER BY line LIMIT $4`

// Rejects returns at most limit rows of a stage that were not taken, behind a line.
func (Store) Rejects(ctx context.Context, q db.Querier, run, stage string, after, limit int) ([]Reject, error) {
	return db.All(ctx, q, func(r db.Row) (j Reject, err error) {
		err = r.Scan(&j.Run, &j.Stage, &j.Line, &j.Field, &j.Code, &j.Said)
		return j, err
	}, rejectsOf, run, stage, after, limit)
}

// Reason is why rows were not taken, with how many.
type Reason struct {
	Stage, Field, Code, Said string
	N                        int
}

// Reasons counts why rows of a run were not taken, the most frequent first.
func (Store) Reasons(ctx context.Context, q db.Querier, run string, limit int) ([]Reason, error) {
	return db.All(ctx, q, func(r db.Row) (o Reason, err error) {
		err = r.Scan(&o.Stage, &o.Field, &o.Code, &o.Said, &o.N)
		return o, err
	}, `SELECT stage, field, code, said, COUNT(*) AS n FROM moving_rejects WHERE run_id = $1 GROUP BY stage, field, code, said ORDER BY n DESC, stage, code, said LIMIT $2`, run, limit)
}

// Row is a dossier of a dump that is here.
type Row struct {
	Source, Word, Dossier, Sum string
	Unit, Wave, Run            string
	Line                       int
}

const rowColumns = `source, word, dossier_id, sum, unit, wave_id, run_id, line`

func scanRow(r db.Row) (o Row, err error) {
	err = r.Scan(&o.Source, &o.Word, &o.Dossier, &o.Sum, &o.Unit, &o.Wave, &o.Run, &o.Line)
	return o, err
}

// FindRows returns those of some dossiers of a dump that are here, by their code there.
func (Store) FindRows(ctx context.Context, q db.Querier, source string, words []string) (map[string]Row, error) {
	all := map[string]Row{}
	if len(words) == 0 {
		return all, nil
	}
	in, args := list(words, source)
	rows, err := db.All(ctx, q, scanRow, `SELECT `+rowColumns+` FROM moving_rows WHERE source = $1 AND word IN `+in, args...)
	for _, r := range rows {
		all[r.Word] = r
	}
	return all, err
}

// PutRows keeps what rows said, and what they became.
func (Store) PutRows(ctx context.Context, tx *db.Tx, all []Row) error {
	rows := make([][]any, len(all))
	for i, r := range all {
		rows[i] = []any{r.Source, r.Word, r.Dossier, r.Sum, r.Unit, r.Wave, r.Run, r.Line}
	}
	return tx.InsertAll(ctx, `INSERT INTO moving_rows (`+rowColumns+`)`,
		`ON CONFLICT (source, word) DO UPDATE SET dossier_id = excluded.dossier_id, sum = excluded.sum, unit = excluded.unit, wave_id = excluded.wave_id, run_id = excluded.run_id, line = excluded.line`, rows)
}

// MeetRows notes that a run met rows that say what they said before.
func (Store) MeetRows(ctx context.Context, tx *db.Tx, all []Row) error {
	rows := make([][]string, len(all))
	for i, r := range all {
		rows[i] = []string{r.Source, r.Word, r.Run, strconv.Itoa(r.Line)}
	}
	return tx.UpdateAll(ctx, `UPDATE moving_rows SET run_id = v.column3, line = CAST(v.column4 AS INTEGER)`, `moving_rows.source = v.column1 AND moving_rows.word = v.column2`, rows)
}

// HasRows reports whether anything of a dump is here.
func (Store) HasRows(ctx context.Context, q db.Querier, source string) (bool, error) {
	var n int
	err := q.QueryRow(ctx, `SELECT COUNT(*) FROM (SELECT 1 FROM moving_rows WHERE source = $1 LIMIT 1) AS one`, source).Scan(&n)
	return n > 0, err
}

// DropRow forgets a dossier that was given back, with its files.
func (s Store) DropRow(ctx context.Context, tx *db.Tx, dossier string) error {
	_, err := tx.Exec(ctx, `DELETE FROM moving_rows WHERE dossier_id = $1`, dossier)
	if err == nil {
		err = s.DropFiles(ctx, tx, dossier)
	}
	return err
}

const rowsOfUnit = `SELECT ` + rowColumns + ` FROM moving_rows WHERE wave_id = $1 AND unit = $2 AND word > $3 ORDER BY word LIMIT $4`

// RowsOfUnit returns at most limit dossiers of a unit of a wave, behind a code.
func (Store) RowsOfUnit(ctx context.Context, q db.Querier, wave, unit, after string, limit int) ([]Row, error) {
	return db.All(ctx, q, scanRow, rowsOfUnit, wave, unit, after, limit)
}

// Party is a person of a dump.
type Party struct {
	ID, Word, Named string // Named is JSON
	Person          string // who it is here
}

// PutParties keeps persons for the time of a run. One who stands there twice is who
// stands there last.
func (s Store) PutParties(ctx context.Context, tx *db.Tx, source, run string, all []Party) error {
	words, at := make([]string, 0, len(all)), map[string]int{}
	for i, p := range all {
		words, at[p.Word] = append(words, p.Word), i
	}
	if len(words) == 0 {
		return nil
	}
	in, args := list(words, source)
	there, err := db.All(ctx, tx, func(r db.Row) (p Party, err error) {
		err = r.Scan(&p.ID, &p.Word)
		return p, err
	}, `SELECT id, word FROM moving_parties WHERE source = $1 AND word IN `+in, args...)
	if err != nil {
		return err
	}
	ids := map[string]string{} // what is sealed is bound to the row that is there already
	for _, p := range there {
		ids[p.Word] = p.ID
	}
	var added [][]any
	var changed [][]string
	for i, p := range all {
		if at[p.Word] != i {
			continue
		}
		id, known := ids[p.Word]
		if !known {
			id = p.ID
		}
		sealed := s.keys.SealText("moving_parties", "named_sealed", id, p.Named)
		if known {
			changed = append(changed, []string{id, sealed, run})
		} else {
			added = append(added, []any{id, source, p.Word, sealed, "", run})
		}
	}
	if err := tx.InsertAll(ctx, `INSERT INTO moving_parties (id, source, word, named_sealed, person_id, run_id)`, "", added); err != nil {
		return err
	}
	return tx.UpdateAll(ctx, `UPDATE moving_parties SET named_sealed = v.column2, run_id = v.column3`, `moving_parties.id = v.column1`, changed)
}

// FindParties returns some persons of a dump by what they are called there.
func (s Store) FindParties(ctx context.Context, q db.Querier, source string, words []string) (map[string]Party, error) {
	all := map[string]Party{}
	if len(words) == 0 {
		return all, nil
	}
	in, args := list(words, source)
	rows, err := db.All(ctx, q, func(r db.Row) (p Party, err error) {
		err = r.Scan(&p.ID, &p.Word, &p.Named, &p.Person)
		return p, err
	}, `SELECT id, word, named_sealed, person_id FROM moving_parties WHERE source = $1 AND word IN `+in, args...)
	for _, p := range rows {
		if p.Named != "" {
			if p.Named, err = s.keys.OpenText("moving_parties", "named_sealed", p.ID, p.Named); err != nil {
				return nil, err
			}
		}
		all[p.Word] = p
	}
	return all, err
}

// SetPersons notes who persons of a dump are here: by the id of their row.
func (Store) SetPersons(ctx context.Context, tx *db.Tx, persons map[string]string) error {
	rows := make([][]string, 0, len(persons))
	for _, id := range slices.Sorted(maps.Keys(persons)) {
		rows = append(rows, []string{id, persons[id]})
	}
	return tx.UpdateAll(ctx, `UPDATE moving_parties SET person_id = v.column2`, `moving_parties.id = v.column1`, rows)
}

const partiesAfter = `SELECT word FROM moving_parties WHERE source = $1 AND word > $2 ORDER BY word LIMIT $3`

// ForgetParties removes at most limit persons of a dump behind a word that nobody needed,
// and says nothing more of the others than who they are here. Next is the last word;
// empty at the end.
func (Store) ForgetParties(ctx context.Context, tx *db.Tx, source, after string, limit int) (next string, err error) {
	words, err := db.All(ctx, tx, db.Column[string], partiesAfter, source, after, limit)
	if err != nil || len(words) == 0 {
		return "", err
	}
	next = words[len(words)-1]
	const some = ` WHERE source = $1 AND word > $2 AND word <= $3 AND named_sealed <> '' AND person_id `
	if _, err := tx.Exec(ctx, `DELETE FROM moving_parties`+some+`= ''`, source, after, next); err != nil {
		return "", err
	}
	_, err = tx.Exec(ctx, `UPDATE moving_parties SET named_sealed = ''`+some+`<> ''`, source, after, next)
	return next, err
}

// Comparison is a looking at both sides.
type Comparison struct {
	ID, Wave, Kind, State string
	Theirs, Ours, Found   int
	Scores                map[string][2]float64 // by name: theirs, ours
	Kinds                 map[string]int        // differences of each kind
	Problem, By           string
	Day                   string // on which it ran by itself; empty: somebody asked for it
	At, EndedAt           db.Time
}

const comparisonColumns = `id, wave_id, kind, state, theirs, ours, found, scores, problem, made_by, made_at, ended_at, day, kinds`

func scanComparison(r db.Row) (c Comparison, err error) {
	var scores, kinds string
	if err = r.Scan(&c.ID, &c.Wave, &c.Kind, &c.State, &c.Theirs, &c.Ours, &c.Found, &scores, &c.Problem, &c.By, &c.At, &c.EndedAt, &c.Day, &kinds); err != nil {
		return c, err
	}
	return c, errors.Join(json.Unmarshal([]byte(scores), &c.Scores), json.Unmarshal([]byte(kinds), &c.Kinds))
}

// AddComparison begins a comparison.
func (Store) AddComparison(ctx context.Context, tx *db.Tx, c Comparison) error {
	_, err := tx.Exec(ctx, `INSERT INTO moving_comparisons (`+comparisonColumns+`) VALUES ($1, $2, $3, 'running', 0, 0, 0, '{}', '', $4, $5, $6, $7, '{}')`, c.ID, c.Wave, c.Kind, c.By, tx.Now, db.Time{}, c.Day)
	return err
}

// EndComparison writes what came out.
func (Store) EndComparison(ctx context.Context, tx *db.Tx, c Comparison) error {
	if c.Scores == nil {
		c.Scores = map[string][2]float64{}
	}
	if c.Kinds == nil {
		c.Kinds = map[string]int{}
	}
	scores, err := json.Marshal(c.Scores)
	if err != nil {
		return err
	}
	kinds, err := json.Marshal(c.Kinds)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `UPDATE moving_comparisons SET state = $2, theirs = $3, ours = $4, found = $5, scores = $6, problem = $7, ended_at = $8, kinds = $9 WHERE id = $1`,
		c.ID, c.State, c.Theirs, c.Ours, c.Found, string(scores), c.Problem, tx.Now, string(kinds))
	return err
}

// GetComparison returns a comparison.
func (Store) GetComparison(ctx context.Context, q db.Querier, id string) (Comparison, error) {
	c, err := scanComparison(q.QueryRow(ctx, `SELECT `+comparisonColumns+` FROM moving_comparisons WHERE id = $1`, id))
	return c, orNotFound(err)
}

const comparisonsOf = `SELECT ` + comparisonColumns + ` FROM moving_comparisons WHERE wave_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3`

// Comparisons returns at most limit comparisons of a wave, the newest first, before an id.
func (Store) Comparisons(ctx context.Context, q db.Querier, wave, before string, limit int) ([]Comparison, error) {
	if before == "" {
		before = last
	}
	return db.All(ctx, q, scanComparison, comparisonsOf, wave, before, limit)
}

// Difference is one thing that both sides say differently.
type Difference struct {
	N                                                int
	Kind, Procedure, Month, Unit, Word, Theirs, Ours string
}

// ClearDifferences forgets what a comparison found that was broken off.
func (Store) ClearDifferences(ctx context.Context, tx *db.Tx, comparison string) error {
	_, err := tx.Exec(ctx, `DELETE FROM moving_differences WHERE comparison_id = $1`, comparison)
	return err
}

// AddDifferences keeps them.
func (Store) AddDifferences(ctx context.Context, tx *db.Tx, comparison string, all []Difference) error {
	rows := make([][]any, len(all))
	for i, d := range all {
		rows[i] = []any{comparison, d.N, d.Kind, d.Procedure, d.Month, d.Unit, d.Word, d.Theirs, d.Ours}
	}
	return tx.InsertAll(ctx, `INSERT INTO moving_differences (comparison_id, n, kind, procedure_id, month, unit, word, theirs, ours)`, "", rows)
}

const differencesOf = `SELECT n, kind, procedure_id, month, unit, word, theirs, ours FROM moving_differences WHERE comparison_id = $1 AND n > $2 ORDER BY n LIMIT $3`

// Differences returns at most limit of them, behind a number.
func (Store) Differences(ctx context.Context, q db.Querier, comparison string, after, limit int) ([]Difference, error) {
	return db.All(ctx, q, func(r db.Row) (d Difference, err error) {
		err = r.Scan(&d.N, &d.Kind, &d.Procedure, &d.Month, &d.Unit, &d.Word, &d.Theirs, &d.Ours)
		return d, err
	}, differencesOf, comparison, after, limit)
}

// Compared reports whether a comparison of counts was made after a moment.
func (Store) Compared(ctx context.Context, q db.Querier, wave string, after db.Time) (bool, error) {
	var n int
	err := q.QueryRow(ctx, `SELECT COUNT(*) FROM moving_comparisons WHERE wave_id = $1 AND state = 'done' AND kind = 'counts' AND made_at >= $2`, wave, after).Scan(&n)
	return n > 0, err
}
