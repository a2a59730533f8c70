// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package notify

import (
	"context"
	"encoding/json"

	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

// Subscription is what a browser says about where it is reached.
type Subscription struct {
	Endpoint string `json:"endpoint"`
	Keys     struct {
		P256DH string `json:"p256dh"`
		Auth   string `json:"auth"`
	} `json:"keys"`
}

// Device is a browser that is told.
type Device struct {
	ID, Name string
	At       db.Time
}

type device struct{ id, subscription string }

const (
	devices     = "notify_devices"
	mostDevices = 10
)

// ErrDevices means that an account has as many devices as it may.
var ErrDevices = errs.New(errs.Conflict, "notify.too_many_devices")

// AddDevice keeps where a browser of an account is reached; the same browser again stays one.
func (n *Notifier) AddDevice(ctx context.Context, tx *db.Tx, account, name string, s Subscription) (string, error) {
	var count int
	if err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM notify_devices WHERE account_id = $1`, account).Scan(&count); err != nil {
		return "", err
	}
	if count >= mostDevices {
		return "", ErrDevices
	}
	body, err := json.Marshal(s)
	if err != nil {
		return "", err
	}
	ix := n.keys.Index("push endpoint", s.Endpoint)
	key := id.New()
	done, err := tx.Exec(ctx, `INSERT INTO notify_devices (id, account_id, name, subscription, endpoint_ix, created_at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (account_id, endpoint_ix) DO NOTHING`, key, account, name, n.keys.SealText(devices, "subscription", key, string(body)), ix, tx.Now)
	if err == nil && done == 0 {
		err = tx.QueryRow(ctx, `SELECT id FROM notify_devices WHERE account_id = $1 AND endpoint_ix = $2`, account, ix).Scan(&key)
	}
	return key, err
}

// ListDevices returns the browsers of an account, the oldest first.
func ListDevices(ctx context.Context, q db.Querier, account string) ([]Device, error) {
	return db.All(ctx, q, func(r db.Row) (d Device, err error) {
		err = r.Scan(&d.ID, &d.Name, &d.At)
		return d, err
	}, `SELECT id, name, created_at FROM notify_devices WHERE account_id = $1 ORDER BY id`, account)
}

// RemoveDevice forgets a browser; false where the account has none of that id.
func RemoveDevice(ctx context.Context, tx *db.Tx, account, id string) (bool, error) {
	done, err := tx.Exec(ctx, `DELETE FROM notify_devices WHERE account_id = $1 AND id = $2`, account, id)
	return done > 0, err
}

func (n *Notifier) listDevices(ctx context.Context, q db.Querier, account string) ([]device, error) {
	if _, there := n.Lines[Push]; !there {
		return nil, nil
	}
	return db.All(ctx, q, func(r db.Row) (d device, err error) {
		var sealed string
		if err := r.Scan(&d.id, &sealed); err != nil {
			return d, err
		}
		d.subscription, err = n.keys.OpenText(devices, "subscription", d.id, sealed)
		return d, err
	}, `SELECT id, subscription FROM notify_devices WHERE account_id = $1 ORDER BY id`, account)
}

// forgetDevice drops a browser that is no more.
func (n *Notifier) forgetDevice(ctx context.Context, tx *db.Tx, account, subscription string) error {
	var s Subscription
	if err := json.Unmarshal([]byte(subscription), &s); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM notify_devices WHERE account_id = $1 AND endpoint_ix = $2`, account, n.keys.Index("push endpoint", s.Endpoint))
	return err
}
