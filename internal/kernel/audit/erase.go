// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/text"
)

// What the log says of its own erasures. The subject of the first three is the
// erasure; that of Erased names the record, its leaf, its time and its event.
const (
	ErasureProposed  Event = "audit.erasure_proposed"
	ErasureConfirmed Event = "audit.erasure_confirmed"
	ErasureRefused   Event = "audit.erasure_refused"
	Erased           Event = "audit.erased"
)

// Events returns the events of this package.
func Events() []Event { return []Event{ErasureProposed, ErasureConfirmed, ErasureRefused, Erased} }

// What is refused.
var (
	ErrNoErasure      = errs.New(errs.NotFound, "audit.erasure.not_found")
	ErrErasureDecided = errs.New(errs.Conflict, "audit.erasure.decided")
	ErrErasureSame    = errs.New(errs.Forbidden, "audit.erasure.same_person") // who proposes does not decide
	// ErrErasureWaits means that some of the records have no leaf yet: what has
	// not been sealed cannot be erased without a trace of what it was.
	ErrErasureWaits = errs.New(errs.Unavailable, "audit.erasure.waits")
)

// ErasureState is where an erasure stands.
type ErasureState string

// The states. Confirmed records go a batch at a time.
const (
	EraseProposed  ErasureState = "proposed"
	EraseConfirmed ErasureState = "confirmed"
	EraseRefused   ErasureState = "refused"
	EraseDone      ErasureState = "done"
)

// ErasureKind says what the target of an erasure is.
type ErasureKind string

// The kinds.
const (
	ErasePerson  ErasureKind = "person"  // what was done to or read of a person, and what they did for themselves
	EraseSubject ErasureKind = "subject" // what was done to one thing, such as a dossier
)

// Erasure takes from the log what names a person, for a reason of law. The
// hashes stay: the tree and every proof hold as before.
type Erasure struct {
	ID                string
	Kind              ErasureKind
	Target            string // an id
	Reason            string // the legal basis, in words
	State             ErasureState
	Proposer, Decider string // accounts
	Proposed, Decided db.Time
	Rows              int64 // erased so far
}

const maxReason = 1000

// Check returns what is wrong with a proposal.
func (e Erasure) Check() (wrong []errs.Field) {
	if e.Kind != ErasePerson && e.Kind != EraseSubject {
		wrong = append(wrong, errs.Field{Name: "kind", Code: "form.required"})
	}
	if e.Target == "" {
		wrong = append(wrong, errs.Field{Name: "target", Code: "form.required"})
	}
	if e.Reason == "" {
		wrong = append(wrong, errs.Field{Name: "reason", Code: "form.required"})
	} else if utf8.RuneCountInString(e.Reason) > maxReason {
		wrong = append(wrong, errs.Field{Name: "reason", Code: "audit.erasure.reason_long", Args: map[string]any{"max": maxReason}})
	}
	return wrong
}

// ProposeErasure keeps a proposal, of which Kind, Target and Reason are read.
// Nothing is erased before somebody else has confirmed it.
func ProposeErasure(ctx context.Context, tx *db.Tx, a identity.Actor, e Erasure) (erasure string, err error) {
	defer errs.Wrap(&err, "propose an erasure")

	e.Target, e.Reason = text.Line(e.Target), strings.TrimSpace(text.NFC(e.Reason))
	if wrong := e.Check(); len(wrong) > 0 {
		return "", errs.BadInput(wrong)
	}
	erasure = id.New()
	if _, err := tx.Exec(ctx, `INSERT INTO audit_erasures (id, kind, target, reason, state, proposer, proposed) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		erasure, string(e.Kind), e.Target, e.Reason, string(EraseProposed), a.Account, tx.Now); err != nil {
		return "", err
	}
	return erasure, Record(ctx, tx, a, ErasureProposed, erasure)
}

// DecideErasure confirms or refuses a proposal of somebody else. What is
// recorded after the confirmation is not meant.
func DecideErasure(ctx context.Context, tx *db.Tx, a identity.Actor, erasure string, confirm bool) (err error) {
	defer errs.Wrap(&err, "decide erasure %s", erasure)

	e, err := getErasure(ctx, tx, erasure, tx.ForUpdate())
	if err != nil {
		return err
	}
	if e.State != EraseProposed {
		return ErrErasureDecided
	}
	state, event := EraseRefused, ErasureRefused
	if confirm {
		state, event = EraseConfirmed, ErasureConfirmed
		if e.Proposer == a.Account {
			return ErrErasureSame
		}
	}
	if _, err := tx.Exec(ctx, `UPDATE audit_erasures SET state = $1, decider = $2, decided = $3, upto = $4 WHERE id = $5`,
		string(state), a.Account, tx.Now, id.New(), erasure); err != nil {
		return err
	}
	return Record(ctx, tx, a, event, erasure)
}

const erasureColumns = `id, kind, target, reason, state, proposer, proposed, decider, decided, removed`

func scanErasure(r db.Row) (e Erasure, err error) {
	err = r.Scan(&e.ID, &e.Kind, &e.Target, &e.Reason, &e.State, &e.Proposer, &e.Proposed, &e.Decider, &e.Decided, &e.Rows)
	return e, err
}

// GetErasure returns an erasure; ErrNoErasure where there is none.
func GetErasure(ctx context.Context, q db.Querier, erasure string) (Erasure, error) {
	return getErasure(ctx, q, erasure, "")
}

func getErasure(ctx context.Context, q db.Querier, erasure, lock string) (e Erasure, err error) {
	e, err = scanErasure(q.QueryRow(ctx, `SELECT `+erasureColumns+` FROM audit_erasures WHERE id = $1`+lock, erasure))
	if errors.Is(err, db.ErrNoRows) {
		return e, ErrNoErasure
	}
	return e, err
}

// ListErasures returns at most limit erasures, the newest first, before the one
// with the id ("" for the newest).
func ListErasures(ctx context.Context, q db.Querier, before string, limit int) ([]Erasure, error) {
	if before == "" {
		before = "~"
	}
	return db.All(ctx, q, scanErasure,
		`SELECT `+erasureColumns+` FROM audit_erasures WHERE id < $1 ORDER BY id DESC LIMIT $2`, before, limit)
}

// EraseSome erases at most limit records of a confirmed erasure and reports
// whether there are more. Own are the accounts of the person, where it is about
// one: what they did as citizens goes, what they did in an office stays.
//
// Every record gets another that vouches for it: one that lost its text without
// it is a fault to Verify.
func EraseSome(ctx context.Context, tx *db.Tx, erasure string, own []string, limit int) (more bool, err error) {
	defer errs.Wrap(&err, "erase for %s", erasure)

	e, err := getErasure(ctx, tx, erasure, tx.ForUpdate())
	if err != nil || e.State == EraseDone {
		return false, err
	}
	if e.State != EraseConfirmed {
		return false, ErrErasureDecided
	}
	var upto string
	if err := tx.QueryRow(ctx, `SELECT upto FROM audit_erasures WHERE id = $1`, erasure).Scan(&upto); err != nil {
		return false, err
	}
	found, err := meant(ctx, tx, e, upto, own, limit+1)
	if err != nil {
		return false, err
	}
	more = len(found) > limit
	by := identity.Program("audit.erase")
	for _, r := range found[:min(limit, len(found))] {
		if r.Seq < 0 {
			return false, ErrErasureWaits
		}
		voucher, err := insert(ctx, tx, by, Erased, r.vouched(), "", "")
		if err != nil {
			return false, err
		}
		if _, err := tx.Exec(ctx, `UPDATE audit_records SET actor = '', subject = '', unit = '', purpose = '', salt = '', about = '', erased = $1
			WHERE id = $2`, voucher, r.ID); err != nil {
			return false, err
		}
		e.Rows++
	}
	if !more {
		e.State = EraseDone
	}
	_, err = tx.Exec(ctx, `UPDATE audit_erasures SET state = $1, removed = $2 WHERE id = $3`, string(e.State), e.Rows, erasure)
	return more, err
}

// meant returns records that an erasure is about. The log's own word on
// erasures is never among them.
func meant(ctx context.Context, q db.Querier, e Erasure, upto string, own []string, limit int) ([]row, error) {
	where, args := `subject = $1`, []any{e.Target, upto}
	if e.Kind == ErasePerson {
		where += ` OR (about <> '' AND about = $1)`
		for _, account := range own {
			args = append(args, account)
			where += fmt.Sprintf(` OR (actor = $%d AND unit = '')`, len(args))
		}
	}
	args = append(args, limit)
	return db.All(ctx, q, scanRow, fmt.Sprintf(`SELECT %s FROM audit_records WHERE id IN (SELECT id FROM audit_records WHERE %s)
		AND id <= $2 AND erased = '' AND event NOT IN ('%s', '%s', '%s', '%s') ORDER BY id LIMIT $%d`,
		columns, where, ErasureProposed, ErasureConfirmed, ErasureRefused, Erased, len(args)), args...)
}

// vouched is what the subject of a voucher says of an erased record: all of it
// that is still readable, and its place.
func (r row) vouched() string { return fmt.Sprintf("%s %d %d %s", r.ID, r.Seq, r.At, r.Event) }

// blank reports whether nothing is readable that was erased.
func (r row) blank() bool {
	return r.Actor == "" && r.Subject == "" && r.Unit == "" && r.Purpose == "" && r.Salt == "" && r.About == ""
}
