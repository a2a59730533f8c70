// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"fmt"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/platform/db"
)

// number writes a truth as the databases keep it.
func number(b bool) int {
	if b {
		return 1
	}
	return 0
}

// byUnit is what puts a row into scope.
func byUnit() access.Columns { return access.Columns{Units: []string{"unit_id"}} }

// latest is a key after every id.
const latest = "~"

// Grant is one row of personnel_grants.
type Grant struct {
	ID, Account, Role, Unit string
	Subtree                 bool
	From, Until, Reason, By string
	At                      db.Time
	State, DecidedBy        string
	DecidedAt               db.Time
	Words, Holding          string
}

const grantColumns = `id, account_id, role_id, unit_id, subtree, from_day, until_day, reason, asked_by, asked_at, state, decided_by, decided_at, words, holding`

func scanGrant(r db.Row) (g Grant, err error) {
	var subtree int
	err = r.Scan(&g.ID, &g.Account, &g.Role, &g.Unit, &subtree, &g.From, &g.Until, &g.Reason, &g.By, &g.At, &g.State, &g.DecidedBy, &g.DecidedAt, &g.Words, &g.Holding)
	g.Subtree = subtree == 1
	return g, err
}

// PutGrant keeps a request, new or decided.
func PutGrant(ctx context.Context, tx *db.Tx, g Grant) error {
	_, err := tx.Exec(ctx, `INSERT INTO personnel_grants (`+grantColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
		ON CONFLICT (id) DO UPDATE SET state = excluded.state, decided_by = excluded.decided_by, decided_at = excluded.decided_at, words = excluded.words, holding = excluded.holding`,
		g.ID, g.Account, g.Role, g.Unit, number(g.Subtree), g.From, g.Until, g.Reason, g.By, g.At, g.State, g.DecidedBy, g.DecidedAt, g.Words, g.Holding)
	return err
}

// GetGrant returns a request in scope and keeps it for the transaction.
func GetGrant(ctx context.Context, tx *db.Tx, scope access.Scope, id string) (Grant, error) {
	in, args := scope.Where(byUnit(), id)
	g, err := scanGrant(tx.QueryRow(ctx, `SELECT `+grantColumns+` FROM personnel_grants WHERE id = $1 AND `+in+tx.ForUpdate(), args...))
	return g, orNotFound(err)
}

// Grants returns at most limit requests in scope, the newest first, before the given one.
func Grants(ctx context.Context, q db.Querier, scope access.Scope, state, before string, limit int) ([]Grant, error) {
	if before == "" {
		before = latest
	}
	args, only := []any{before, limit}, ""
	if state != "" {
		args = append(args, state)
		only = ` AND state = $3`
	}
	in, args := scope.Where(byUnit(), args...)
	return db.All(ctx, q, scanGrant, `SELECT `+grantColumns+` FROM personnel_grants WHERE id < $1`+only+` AND `+in+` ORDER BY id DESC LIMIT $2`, args...)
}

// CountAsked counts the requests in scope that wait, but those an account may not decide.
func CountAsked(ctx context.Context, q db.Querier, scope access.Scope, not string) (n int64, err error) {
	in, args := scope.Where(byUnit(), not)
	err = q.QueryRow(ctx, `SELECT COUNT(*) FROM personnel_grants WHERE state = 'asked' AND asked_by <> $1 AND account_id <> $1 AND `+in, args...).Scan(&n)
	return n, err
}

// Campaign is one row of personnel_campaigns, with how far it is.
type Campaign struct {
	ID, Name, Ends         string
	Suspends               bool
	By                     string
	Opened, Closed         db.Time
	Reminded               int
	All, Open, Kept, Taken int64
}

const campaignColumns = `c.id, c.name, c.ends_day, c.suspends, c.opened_by, c.opened_at, c.closed_at, c.reminded,
	(SELECT COUNT(*) FROM personnel_reviews r WHERE r.campaign_id = c.id), (SELECT COUNT(*) FROM personnel_reviews r WHERE r.campaign_id = c.id AND r.verdict = ''),
	(SELECT COUNT(*) FROM personnel_reviews r WHERE r.campaign_id = c.id AND r.verdict = 'keep'), (SELECT COUNT(*) FROM personnel_reviews r WHERE r.campaign_id = c.id AND r.verdict = 'end')`

func scanCampaign(r db.Row) (c Campaign, err error) {
	var suspends int
	err = r.Scan(&c.ID, &c.Name, &c.Ends, &suspends, &c.By, &c.Opened, &c.Closed, &c.Reminded, &c.All, &c.Open, &c.Kept, &c.Taken)
	c.Suspends = suspends == 1
	return c, err
}

// PutCampaign keeps a campaign, new or changed.
func PutCampaign(ctx context.Context, tx *db.Tx, c Campaign) error {
	_, err := tx.Exec(ctx, `INSERT INTO personnel_campaigns (id, name, ends_day, suspends, opened_by, opened_at, closed_at, reminded) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (id) DO UPDATE SET closed_at = excluded.closed_at, reminded = excluded.reminded`,
		c.ID, c.Name, c.Ends, number(c.Suspends), c.By, c.Opened, c.Closed, c.Reminded)
	return err
}

// Campaigns returns at most limit campaigns, the newest first, before the given one.
func Campaigns(ctx context.Context, q db.Querier, before string, limit int) ([]Campaign, error) {
	if before == "" {
		before = latest
	}
	return db.All(ctx, q, scanCampaign, `SELECT `+campaignColumns+` FROM personnel_campaigns c WHERE c.id < $1 ORDER BY c.id DESC LIMIT $2`, before, limit)
}

// GetCampaign returns a campaign.
func GetCampaign(ctx context.Context, q db.Querier, id string) (Campaign, error) {
	c, err := scanCampaign(q.QueryRow(ctx, `SELECT `+campaignColumns+` FROM personnel_campaigns c WHERE c.id = $1`, id))
	return c, orNotFound(err)
}

// LastCampaign returns the newest campaign without counting, if there is one.
func LastCampaign(ctx context.Context, q db.Querier) ([]Campaign, error) {
	return db.All(ctx, q, scanCampaign, `SELECT c.id, c.name, c.ends_day, c.suspends, c.opened_by, c.opened_at, c.closed_at, c.reminded, 0, 0, 0, 0
		FROM personnel_campaigns c ORDER BY c.id DESC LIMIT 1`)
}

// Review is one row of personnel_reviews.
type Review struct {
	Campaign, Holding, Account, Unit, Verdict, By string
	At                                            db.Time
}

const reviewColumns = `campaign_id, holding_id, account_id, unit_id, verdict, by_account, at`

func scanReview(r db.Row) (v Review, err error) {
	err = r.Scan(&v.Campaign, &v.Holding, &v.Account, &v.Unit, &v.Verdict, &v.By, &v.At)
	return v, err
}

// PutReview keeps a right in a campaign, open or answered.
func PutReview(ctx context.Context, tx *db.Tx, v Review) error {
	_, err := tx.Exec(ctx, `INSERT INTO personnel_reviews (`+reviewColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (campaign_id, holding_id) DO UPDATE SET verdict = excluded.verdict, by_account = excluded.by_account, at = excluded.at`,
		v.Campaign, v.Holding, v.Account, v.Unit, v.Verdict, v.By, v.At)
	return err
}

// GetReview returns a right in scope and keeps it for the transaction.
func GetReview(ctx context.Context, tx *db.Tx, scope access.Scope, campaign, holding string) (Review, error) {
	in, args := scope.Where(byUnit(), campaign, holding)
	v, err := scanReview(tx.QueryRow(ctx, `SELECT `+reviewColumns+` FROM personnel_reviews WHERE campaign_id = $1 AND holding_id = $2 AND `+in+tx.ForUpdate(), args...))
	return v, orNotFound(err)
}

// Reviews returns at most limit rights of a campaign in scope, by unit, after the given one.
func Reviews(ctx context.Context, q db.Querier, scope access.Scope, campaign string, open bool, afterUnit, afterHolding string, limit int) ([]Review, error) {
	text, args := reviewsQuery(scope, campaign, open, afterUnit, afterHolding, limit)
	return db.All(ctx, q, scanReview, text, args...)
}

func reviewsQuery(scope access.Scope, campaign string, open bool, afterUnit, afterHolding string, limit int) (string, []any) {
	only := ""
	if open {
		only = ` AND verdict = ''`
	}
	in, args := scope.Where(byUnit(), campaign, afterUnit, afterHolding, limit)
	return `SELECT ` + reviewColumns + ` FROM personnel_reviews WHERE campaign_id = $1` + only + ` AND (unit_id > $2 OR (unit_id = $2 AND holding_id > $3)) AND ` + in + `
		ORDER BY unit_id, holding_id LIMIT $4`, args
}

// CountOpen counts the rights of the open campaign in scope that wait for an answer.
func CountOpen(ctx context.Context, q db.Querier, scope access.Scope, not string) (n int64, err error) {
	in, args := scope.Where(byUnit(), not)
	err = q.QueryRow(ctx, `SELECT COUNT(*) FROM personnel_reviews WHERE campaign_id IN (SELECT id FROM personnel_campaigns WHERE closed_at IS NULL)
		AND verdict = '' AND account_id <> $1 AND `+in, args...).Scan(&n)
	return n, err
}

// OpenUnits returns at most limit units with open rights in a campaign, after the given one.
func OpenUnits(ctx context.Context, q db.Querier, campaign, after string, limit int) ([]string, error) {
	return db.All(ctx, q, db.Column[string], `SELECT DISTINCT unit_id FROM personnel_reviews WHERE campaign_id = $1 AND verdict = '' AND unit_id > $2 ORDER BY unit_id LIMIT $3`, campaign, after, limit)
}

// Emergency is one row of personnel_emergencies.
type Emergency struct {
	ID, Account, Dossier, Code, Unit, Reason string
	Opened, Until                            db.Time
	Verdict, JudgedBy                        string
	JudgedAt                                 db.Time
	Words                                    string
}

const emergencyColumns = `id, account_id, dossier, code, unit_id, reason, opened_at, until, verdict, judged_by, judged_at, words`

func scanEmergency(r db.Row) (e Emergency, err error) {
	err = r.Scan(&e.ID, &e.Account, &e.Dossier, &e.Code, &e.Unit, &e.Reason, &e.Opened, &e.Until, &e.Verdict, &e.JudgedBy, &e.JudgedAt, &e.Words)
	return e, err
}

// PutEmergency keeps an emergency, new or judged.
func PutEmergency(ctx context.Context, tx *db.Tx, e Emergency) error {
	_, err := tx.Exec(ctx, `INSERT INTO personnel_emergencies (`+emergencyColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
		ON CONFLICT (id) DO UPDATE SET verdict = excluded.verdict, judged_by = excluded.judged_by, judged_at = excluded.judged_at, words = excluded.words`,
		e.ID, e.Account, e.Dossier, e.Code, e.Unit, e.Reason, e.Opened, e.Until, e.Verdict, e.JudgedBy, e.JudgedAt, e.Words)
	return err
}

// GetEmergency returns an emergency and keeps it for the transaction.
func GetEmergency(ctx context.Context, tx *db.Tx, id string) (Emergency, error) {
	e, err := scanEmergency(tx.QueryRow(ctx, `SELECT `+emergencyColumns+` FROM personnel_emergencies WHERE id = $1`+tx.ForUpdate(), id))
	return e, orNotFound(err)
}

// Emergencies returns at most limit emergencies of units in scope and those of
// an account, the newest first, before the given one.
func Emergencies(ctx context.Context, q db.Querier, scope access.Scope, own, before string, limit int) ([]Emergency, error) {
	if before == "" {
		before = latest
	}
	in, args := scope.Where(byUnit(), before, limit, own)
	return db.All(ctx, q, scanEmergency, `SELECT `+emergencyColumns+` FROM personnel_emergencies WHERE id < $1 AND (account_id = $3 OR `+in+`) ORDER BY id DESC LIMIT $2`, args...)
}

// CountUnjudged counts the emergencies that nobody has looked at.
func CountUnjudged(ctx context.Context, q db.Querier) (n int64, err error) {
	err = q.QueryRow(ctx, `SELECT COUNT(*) FROM personnel_emergencies WHERE verdict = ''`).Scan(&n)
	return n, err
}

// CountRunning counts the emergencies of an account that are still open.
func CountRunning(ctx context.Context, q db.Querier, account string, now db.Time) (n int, err error) {
	if err = q.QueryRow(ctx, `SELECT COUNT(*) FROM personnel_emergencies WHERE account_id = $1 AND until > $2`, account, now).Scan(&n); err != nil {
		return 0, fmt.Errorf("count emergencies: %w", err)
	}
	return n, nil
}
