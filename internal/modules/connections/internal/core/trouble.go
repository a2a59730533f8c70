// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/connectors"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/notify"
	"tinhso.vn/internal/modules/connections"
	"tinhso.vn/internal/platform/db"
)

// Teller tells people.
type Teller interface {
	Tell(ctx context.Context, tx *db.Tx, n notify.Notice) error
}

// maxTold is how many people are told of one trouble.
const maxTold = 20

// trouble tells those who look after connections, once an hour for each partner and
// kind of trouble: a thousand dead letters are one thing to look at.
func (s *Service) trouble(ctx context.Context, tx *db.Tx, p connectors.Partner, why connectors.Trouble) error {
	managers, err := access.ListAllowed(ctx, tx, connections.PermManage, tx.Now, maxTold)
	if err != nil {
		return err
	}
	words := map[connectors.Trouble]i18n.Text{
		connectors.Dead: {VI: "có tin không gửi được nữa", EN: "there are messages that are not sent any more"},
		connectors.Down: {VI: "bên kia không trả lời, tin đang chờ", EN: "the other side does not answer, and messages wait"},
	}
	for _, account := range managers {
		if err := s.Notices.Tell(ctx, tx, notify.Notice{
			Event: connections.NoticeTrouble, About: p.ID, Key: p.ID + " " + string(why) + " " + tx.Now.UTC().Format("2006-01-02T15"), Link: "/quan-tri/ket-noi/" + p.ID,
			Words: map[string]i18n.Text{"partner": p.Title, "why": words[why]}, To: notify.To{Account: account},
		}); err != nil {
			return err
		}
	}
	return nil
}
