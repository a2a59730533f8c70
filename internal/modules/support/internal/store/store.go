// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package store keeps announcements, maintenance windows, outages and feedback.
package store

import (
	"context"
	"embed"
	"errors"

	"tinhso.vn/internal/modules/support"
	"tinhso.vn/internal/platform/db"
)

//go:embed migrations
var files embed.FS

// Migrations creates the tables of support.
func Migrations() db.Migrations { return db.Migrations{Namespace: "support", Files: files} }

const announced = `id, kind, audience, text_vi, text_en, from_at, until_at, made_by, ended_by`

func announcement(r db.Row) (a support.Announcement, err error) {
	return a, r.Scan(&a.ID, &a.Kind, &a.Audience, &a.Text.VI, &a.Text.EN, &a.From, &a.Until, &a.By, &a.EndedBy)
}

// PutAnnouncement keeps an announcement, new or ended, and tells every process.
func PutAnnouncement(ctx context.Context, tx *db.Tx, a support.Announcement) error {
	_, err := tx.Exec(ctx, `INSERT INTO support_announcements (`+announced+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (id) DO UPDATE SET until_at = excluded.until_at, ended_by = excluded.ended_by`,
		a.ID, string(a.Kind), string(a.Audience), a.Text.VI, a.Text.EN, a.From, a.Until, a.By, a.EndedBy)
	return errors.Join(err, changed(ctx, tx))
}

// GetAnnouncement returns an announcement and keeps others from changing it.
func GetAnnouncement(ctx context.Context, tx *db.Tx, id string) (support.Announcement, error) {
	a, err := announcement(tx.QueryRow(ctx, `SELECT `+announced+` FROM support_announcements WHERE id = $1`+tx.ForUpdate(), id))
	if errors.Is(err, db.ErrNoRows) {
		return a, support.ErrNotFound
	}
	return a, err
}

// nearest puts what stands or is to come at $2 before what is over: however much
// is planned, what holds now is among the first.
const nearest = ` ORDER BY CASE WHEN until_at > $2 THEN 0 ELSE 1 END, CASE WHEN until_at > $2 THEN from_at ELSE -until_at END, id LIMIT $3`

// Announcements returns those that end after a moment: first what stands now or
// is to come, by its begin, then what is over, the last first.
func Announcements(ctx context.Context, q db.Querier, after, now db.Time, limit int) ([]support.Announcement, error) {
	return db.All(ctx, q, announcement, `SELECT `+announced+` FROM support_announcements WHERE until_at > $1`+nearest, after, now, limit)
}

const windowed = `id, mode, text_vi, text_en, from_at, until_at, made_by, ended_by`

func window(r db.Row) (m support.Maintenance, err error) {
	return m, r.Scan(&m.ID, &m.Mode, &m.Text.VI, &m.Text.EN, &m.From, &m.Until, &m.By, &m.EndedBy)
}

// PutWindow keeps a maintenance window, new or ended, and tells every process.
func PutWindow(ctx context.Context, tx *db.Tx, m support.Maintenance) error {
	_, err := tx.Exec(ctx, `INSERT INTO support_windows (`+windowed+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (id) DO UPDATE SET until_at = excluded.until_at, ended_by = excluded.ended_by`,
		m.ID, string(m.Mode), m.Text.VI, m.Text.EN, m.From, m.Until, m.By, m.EndedBy)
	return errors.Join(err, changed(ctx, tx))
}

// GetWindow returns a window.
func GetWindow(ctx context.Context, q db.Querier, id string) (support.Maintenance, error) {
	m, err := window(q.QueryRow(ctx, `SELECT `+windowed+` FROM support_windows WHERE id = $1`, id))
	if errors.Is(err, db.ErrNoRows) {
		return m, support.ErrNotFound
	}
	return m, err
}

// Windows returns those that end after a moment, in the order of Announcements.
func Windows(ctx context.Context, q db.Querier, after, now db.Time, limit int) ([]support.Maintenance, error) {
	return db.All(ctx, q, window, `SELECT `+windowed+` FROM support_windows WHERE until_at > $1`+nearest, after, now, limit)
}

// Lock lets one transaction at a time decide about windows.
func Lock(ctx context.Context, tx *db.Tx) error {
	var n int64
	return tx.QueryRow(ctx, `SELECT n FROM support_revision WHERE one = 1`+tx.ForUpdate()).Scan(&n)
}

// Revision changes whenever an announcement or a window does.
func Revision(ctx context.Context, q db.Querier) (n int64, err error) {
	return n, q.QueryRow(ctx, `SELECT n FROM support_revision WHERE one = 1`).Scan(&n)
}

func changed(ctx context.Context, tx *db.Tx) error {
	_, err := tx.Exec(ctx, `UPDATE support_revision SET n = n + 1 WHERE one = 1`)
	return err
}

// PutOutage keeps an outage. Another process has seen it too: kept once.
func PutOutage(ctx context.Context, tx *db.Tx, o support.Outage) error {
	_, err := tx.Exec(ctx, `INSERT INTO support_outages (part, began_at, ended_at) VALUES ($1, $2, $3)
		ON CONFLICT (part, began_at) DO NOTHING`, o.Part, o.Began, o.Ended)
	return err
}

// Outages returns those that ended after a moment, the newest first.
func Outages(ctx context.Context, q db.Querier, after db.Time, limit int) ([]support.Outage, error) {
	return db.All(ctx, q, func(r db.Row) (o support.Outage, err error) {
		return o, r.Scan(&o.Part, &o.Began, &o.Ended)
	}, `SELECT part, began_at, ended_at FROM support_outages WHERE ended_at > $1 ORDER BY ended_at DESC LIMIT $2`, after, limit)
}
