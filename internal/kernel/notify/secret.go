// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package notify

import (
	"context"
	"errors"

	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/webpush"
)

const vapid = "vapid"

// PushSender returns the key by which push services know this site; it is made
// when it is first needed. Of two servers that make one at once one wins.
func (n *Notifier) PushSender(ctx context.Context) (*webpush.Sender, error) {
	for {
		var sealed string
		err := n.db.QueryRow(ctx, `SELECT secret FROM notify_keys WHERE id = $1`, vapid).Scan(&sealed)
		if err == nil {
			raw, err := n.keys.OpenText("notify_keys", "secret", vapid, sealed)
			if err != nil {
				return nil, err
			}
			return webpush.OpenSender([]byte(raw))
		}
		if !errors.Is(err, db.ErrNoRows) {
			return nil, err
		}
		_, raw, err := webpush.NewSender()
		if err != nil {
			return nil, err
		}
		if err := n.db.Write(ctx, func(tx *db.Tx) error {
			_, err := tx.Exec(ctx, `INSERT INTO notify_keys (id, secret) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING`, vapid, n.keys.SealText("notify_keys", "secret", vapid, string(raw)))
			return err
		}); err != nil {
			return nil, err
		}
	}
}
