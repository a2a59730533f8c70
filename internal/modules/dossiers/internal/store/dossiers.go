// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"errors"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/platform/db"
)

// Dossier is one row of dossiers_dossiers without what is sealed.
type Dossier struct {
	dossiers.Summary
	Version                  int
	SHA, FormSHA             string
	Case                     string // of the procedure; empty: it has none
	Finance, Delivery, Sync  dossiers.Progress
	FiledBy, Helper          string // accounts
	SubmitterID, OwnerID     string // persons
	Basis                    dossiers.Basis
	OwnerName                string // personal data
	Helped                   orgs.ID
	Task, Step, Action, Post string
	StepName                 i18n.Text
	StepDue                  db.Time
	Assignee, AssigneeName   string
	WorkDue                  db.Time
	AcceptedBy               string // account
	Statutory, Original      db.Time
	FinishedAt, DeliveredAt  db.Time
	DeliveredBy              string // account
	DeliveryMode             string
	Reason, ReceiptFile      string
	Representation           string // by which the submitter acts for the owner; empty: none was used
	BringerID                string // the submitter, where that is a reason to go on seeing it
	Signing                  string // the signature that is waited for; empty: none
	was                      stands // as it is in the database
}

const (
	table   = "dossiers_dossiers"
	columns = `id, version, reference, code, procedure_id, procedure_sha, form_sha, name_vi, name_en, channel, status, finance, delivery, sync,
	filed_by, helper, submitter_id, owner_id, basis, owner_name, helped_unit, received_unit, authority_unit, handler_unit,
	task, step, step_vi, step_en, action, post, step_due, assignee, assignee_name, work_due, submitted_at, accepted_at, accepted_by,
	statutory_due, original_due, due_at, finished_at, delivered_at, delivered_by, delivery_mode, reason, receipt_file, signing, representation, bringer_id, case_id, kept_by, kept_name, kept_name_en`
)

func scan(r db.Row) (d Dossier, err error) {
	err = r.Scan(&d.ID, &d.Version, &d.Reference, &d.Code, &d.Procedure, &d.SHA, &d.FormSHA, &d.Name.VI, &d.Name.EN, &d.Channel, &d.Status,
		&d.Finance, &d.Delivery, &d.Sync, &d.FiledBy, &d.Helper, &d.SubmitterID, &d.OwnerID, &d.Basis, &d.OwnerName, &d.Helped, &d.Received,
		&d.Authority, &d.Handler, &d.Task, &d.Step, &d.StepName.VI, &d.StepName.EN, &d.Action, &d.Post, &d.StepDue, &d.Assignee, &d.AssigneeName,
		&d.WorkDue, &d.SubmittedAt, &d.AcceptedAt, &d.AcceptedBy, &d.Statutory, &d.Original, &d.Due, &d.FinishedAt, &d.DeliveredAt, &d.DeliveredBy,
		&d.DeliveryMode, &d.Reason, &d.ReceiptFile, &d.Signing, &d.Representation, &d.BringerID, &d.Case, &d.Keeper.Code, &d.Keeper.Name, &d.Keeper.NameEN)
	d.was = stands{d.Status, d.Finance, d.Delivery, d.Sync}
	return d, err
}

// Involved are all who take part in a dossier: those whose turn it is too.
func Involved() Part {
	return Part{Turns: true, Columns: access.Columns{
		Units:   []string{"helped_unit", "received_unit", "authority_unit", "handler_unit"},
		Persons: []string{"bringer_id", "owner_id"},
		ID:      "id", Owner: "owner_id", Kind: "procedure_id",
	}}
}

// Handlers are those whose turn it is.
func Handlers() Part { return Part{Turns: true} }

// Receivers are those who accept.
func Receivers() Part { return Part{Columns: access.Columns{Units: []string{"received_unit"}}} }

// Owners are those whose dossier it is.
func Owners() Part {
	return Part{Columns: access.Columns{Persons: []string{"bringer_id", "owner_id"}, Owner: "owner_id", Kind: "procedure_id"}}
}

// Get returns one dossier; ErrNotFound when it is out of scope.
func (Store) Get(ctx context.Context, q db.Querier, s access.Scope, c Part, id dossiers.ID) (Dossier, error) {
	return get(ctx, q, s, c, id, "")
}

// Lock is Get for a transaction that decides on the dossier: it stays as it is
// until the end. Every act goes through it, so that none is done to a dossier whose
// status is owned by the system of another agency: dossiers.ErrMirror.
func (s Store) Lock(ctx context.Context, tx *db.Tx, scope access.Scope, c Part, id dossiers.ID) (Dossier, error) {
	d, err := s.LockAny(ctx, tx, scope, c, id)
	if err == nil && d.Keeper.Code != "" {
		err = Mirrored(d)
	}
	return d, err
}

// LockAny is Lock whoever owns the status.
func (Store) LockAny(ctx context.Context, tx *db.Tx, s access.Scope, c Part, id dossiers.ID) (Dossier, error) {
	return get(ctx, tx, s, c, id, tx.ForUpdate())
}

// Mirrored says whose the status of a dossier is.
func Mirrored(d Dossier) error { return dossiers.ErrMirror.With("who", d.Keeper.Name) }

func get(ctx context.Context, q db.Querier, s access.Scope, c Part, id dossiers.ID, lock string) (Dossier, error) {
	in, args := c.Where(s, string(id))
	d, err := scan(q.QueryRow(ctx, `SELECT `+columns+` FROM dossiers_dossiers WHERE id = $1 AND `+in+lock, args...))
	return d, orNotFound(err)
}

func orNotFound(err error) error {
	if errors.Is(err, db.ErrNoRows) {
		return dossiers.ErrNotFound
	}
	return err
}

// Sent returns the dossier that a person's draft has become.
func (Store) Sent(ctx context.Context, q db.Querier, account string, id dossiers.ID) (Dossier, error) {
	d, err := scan(q.QueryRow(ctx, `SELECT `+columns+` FROM dossiers_dossiers WHERE id = $1 AND filed_by = $2`, string(id), account))
	return d, orNotFound(err)
}

// FindCode finds a dossier in scope by its code or reference.
func (Store) FindCode(ctx context.Context, q db.Querier, s access.Scope, code string) (Dossier, error) {
	in, args := Involved().Where(s, code)
	d, err := scan(q.QueryRow(ctx, `SELECT `+columns+` FROM dossiers_dossiers
		WHERE ((code = $1 AND code <> '') OR reference = $1) AND `+in, args...))
	return d, orNotFound(err)
}

// Track returns what the public may know of the dossier with a reference or
// code: the columns without people.
func (Store) Track(ctx context.Context, q db.Querier, key string) (d Dossier, err error) {
	err = q.QueryRow(ctx, `SELECT id, reference, code, name_vi, name_en, status, delivery, received_unit, submitted_at, accepted_at, due_at, finished_at,
		task, step, step_vi, step_en, step_due, handler_unit, authority_unit, procedure_id, procedure_sha, case_id, channel, kept_by, kept_name, kept_name_en FROM dossiers_dossiers WHERE (code = $1 AND code <> '') OR reference = $1`, key).Scan(&d.ID, &d.Reference, &d.Code, &d.Name.VI, &d.Name.EN,
		&d.Status, &d.Delivery, &d.Received, &d.SubmittedAt, &d.AcceptedAt, &d.Due, &d.FinishedAt,
		&d.Task, &d.Step, &d.StepName.VI, &d.StepName.EN, &d.StepDue, &d.Handler, &d.Authority, &d.Procedure, &d.SHA, &d.Case, &d.Channel, &d.Keeper.Code, &d.Keeper.Name, &d.Keeper.NameEN)
	return d, orNotFound(err)
}

// HasPhone reports whether the owner of a dossier gave this number. It opens nothing.
func (s Store) HasPhone(ctx context.Context, q db.Querier, id dossiers.ID, phone string) (bool, error) {
	index := s.keys.Index("phone", phone)
	if index == "" {
		return false, nil
	}
	var n int
	err := q.QueryRow(ctx, `SELECT COUNT(*) FROM dossiers_dossiers WHERE id = $1 AND owner_phone_index = $2`, string(id), index).Scan(&n)
	return n == 1, err
}

// AskedUntil returns until when the owner of a dossier has time to add what is
// missing; zero where nobody is asked.
func (Store) AskedUntil(ctx context.Context, q db.Querier, id dossiers.ID) (until db.Time, err error) {
	err = q.QueryRow(ctx, `SELECT until_at FROM dossiers_supplements WHERE dossier_id = $1 AND ended_at IS NULL ORDER BY id DESC LIMIT 1`, string(id)).Scan(&until)
	if errors.Is(err, db.ErrNoRows) {
		return db.Time{}, nil
	}
	return until, err
}

// Personal is what is sealed of a dossier: JSON, and words.
type Personal struct {
	Owner, Submitter, BasisNote, Answers, Receiver string
}

// parts names the sealed columns with where they go.
func (p *Personal) parts() []struct {
	column string
	value  *string
} {
	return []struct {
		column string
		value  *string
	}{
		{"owner_sealed", &p.Owner},
		{"submitter_sealed", &p.Submitter},
		{"basis_sealed", &p.BasisNote},
		{"answers_sealed", &p.Answers},
		{"receiver_sealed", &p.Receiver},
	}
}

// Personal returns personal data of a dossier in scope; the caller records why.
func (s Store) Personal(ctx context.Context, q db.Querier, scope access.Scope, id dossiers.ID) (p Personal, err error) {
	in, args := Involved().Where(scope, string(id))
	err = q.QueryRow(ctx, `SELECT owner_sealed, submitter_sealed, basis_sealed, answers_sealed, receiver_sealed FROM dossiers_dossiers WHERE id = $1 AND `+in, args...).
		Scan(&p.Owner, &p.Submitter, &p.BasisNote, &p.Answers, &p.Receiver)
	if err != nil {
		return Personal{}, orNotFound(err)
	}
	for _, part := range p.parts() {
		if *part.value, err = s.keys.OpenText(table, part.column, string(id), *part.value); err != nil {
			return Personal{}, err
		}
	}
	return p, nil
}

// Found is what a dossier is found by, besides its codes.
type Found struct{ Folded, Number, Phone string }

// Insert adds a dossier that was just sent.
func (s Store) Insert(ctx context.Context, tx *db.Tx, d Dossier, p Personal, f Found) error {
	seal := func(column, value string) string { return s.keys.SealText(table, column, string(d.ID), value) }
	_, err := tx.Exec(ctx, `INSERT INTO dossiers_dossiers (`+columns+`, `+sealedColumns+`)
		VALUES ($1, 1, $2, '', $3, $4, $4, $5, $6, $7, 1, 'none', 'none', 'none', $8, $9, $10, $11, $12, $13, $14, $15, $16, $15,
		'', '', '', '', '', '', $25, '', '', $17, $17, $25, '', $25, $25, $25, $25, $25, '', '', '', '', '', $26, $27, $28, $29, $30, $31, $18, $19, $20, $21, $22, $23, $24, '')`,
		string(d.ID), d.Reference, string(d.Procedure), d.SHA, d.Name.VI, d.Name.EN, int(d.Channel), d.FiledBy, d.Helper, d.SubmitterID, d.OwnerID,
		string(d.Basis), d.OwnerName, string(d.Helped), string(d.Received), string(d.Authority), tx.Now,
		seal("basis_sealed", p.BasisNote), f.Folded, s.keys.Index("person number", f.Number), s.keys.Index("phone", f.Phone),
		seal("owner_sealed", p.Owner), seal("submitter_sealed", p.Submitter), seal("answers_sealed", p.Answers), db.Time{}, d.Representation, d.BringerID, d.Case, d.Keeper.Code, d.Keeper.Name, d.Keeper.NameEN)
	if err != nil {
		return err
	}
	return s.tell(ctx, tx, d.ID)
}

// errStale would be a mistake of ours: the row was locked.
var errStale = errors.New("the dossier was changed by somebody else although it was locked")

// Save writes what may change of a dossier that the transaction has locked. It
// refuses a status to which no way leads.
func (s Store) Save(ctx context.Context, tx *db.Tx, d Dossier) error {
	if err := d.was.check(d); err != nil {
		return err
	}
	n, err := tx.Exec(ctx, `UPDATE dossiers_dossiers SET version = version + 1, code = $3, procedure_sha = $4, status = $5, delivery = $6,
		handler_unit = $7, task = $8, step = $9, step_vi = $10, step_en = $11, action = $12, post = $13, step_due = $14, assignee = $15,
		assignee_name = $16, work_due = $17, accepted_at = $18, accepted_by = $19, statutory_due = $20, original_due = $21, due_at = $22,
		finished_at = $23, delivered_at = $24, delivered_by = $25, delivery_mode = $26, reason = $27, receipt_file = $28, signing = $29, case_id = $30 WHERE id = $1 AND version = $2 AND kept_by = ''`,
		string(d.ID), d.Version, d.Code, d.SHA, int(d.Status), string(d.Delivery), string(d.Handler), d.Task, d.Step, d.StepName.VI, d.StepName.EN,
		d.Action, d.Post, d.StepDue, d.Assignee, d.AssigneeName, d.WorkDue, d.AcceptedAt, d.AcceptedBy, d.Statutory, d.Original, d.Due,
		d.FinishedAt, d.DeliveredAt, d.DeliveredBy, d.DeliveryMode, d.Reason, d.ReceiptFile, d.Signing, d.Case)
	if err == nil && n != 1 {
		return errStale
	}
	if err != nil {
		return err
	}
	return s.tell(ctx, tx, d.ID)
}

// SaveFinance writes where the finance of a dossier stands, and nothing else: who
// works on the dossier meanwhile is not disturbed.
func (Store) SaveFinance(ctx context.Context, tx *db.Tx, d Dossier) error {
	if err := d.was.check(d); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `UPDATE dossiers_dossiers SET finance = $2 WHERE id = $1 AND kept_by = ''`, string(d.ID), string(d.Finance))
	return err
}

// SetReceiver keeps who took the result.
func (s Store) SetReceiver(ctx context.Context, tx *db.Tx, id dossiers.ID, name string) error {
	_, err := tx.Exec(ctx, `UPDATE dossiers_dossiers SET receiver_sealed = $2 WHERE id = $1`, string(id),
		s.keys.SealText(table, "receiver_sealed", string(id), name))
	return err
}
