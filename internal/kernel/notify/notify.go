// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package notify tells people that something has happened: by the bell of this
// site, and by the channels outside that they can be reached on. A message is
// written in the transaction of what it tells of and sent by a job, again and
// again until the gateway has taken it. What may identify a person goes only
// where nobody else reads it. It decides nothing about who has to know.
package notify

import (
	"context"
	"embed"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
)

//go:embed migrations
var files embed.FS

// Migrations creates the tables of this package.
func Migrations() db.Migrations { return db.Migrations{Namespace: "notify", Files: files} }

// The jobs. The body of JobSend is the id of a message, that of JobDigest of an account.
const (
	JobSend   jobs.Kind = "notify.send"
	JobDigest jobs.Kind = "notify.digest"
)

// MaxSMS is how long a short message is at most: longer ones cost twice.
const MaxSMS = 160

// Options are what a notifier works with.
type Options struct {
	DB     *db.DB
	Keys   *crypt.Keys
	People *identity.Directory // nil: accounts have the contacts they have proven, and no others
	Lines  map[ChannelID]Line  // a channel that is not there carries nothing
	Days   func() Works        // of all offices; nil: every day is a day of work
	// Address is that of this site, https://HOST, for links.
	Address string
}

// Notifier writes and sends messages.
type Notifier struct {
	Options
	db   *db.DB
	keys *crypt.Keys
}

// New returns a notifier.
func New(o Options) *Notifier { return &Notifier{Options: o, db: o.DB, keys: o.Keys} }

// Jobs are what the notifier does in the background.
func (n *Notifier) Jobs() map[jobs.Kind]jobs.Handler {
	return map[jobs.Kind]jobs.Handler{JobSend: n.Send, JobDigest: n.Digest}
}

const table = "notify_messages"

// SMS writes a short message about something (an id) to a phone number, without
// marks and cut to MaxSMS. Without a number there is nobody to tell. What has a
// text of the pack is told by Tell instead.
func (n *Notifier) SMS(ctx context.Context, tx *db.Tx, about, phone, words string) (err error) {
	defer errs.Wrap(&err, "notify about %s", about)

	if _, there := n.Lines[SMS]; phone == "" || !there {
		return nil
	}
	err = n.put(ctx, tx, message{about: about, state: Waiting, step: step{Channel: SMS, To: phone, Text: short(words)}})
	return err
}

// short makes a text fit one message: plain letters only.
func short(words string) string {
	plain := []byte(text.ASCII(text.Line(words)))
	for i, c := range plain {
		if c < ' ' || c > '~' {
			plain[i] = '?'
		}
	}
	return string(plain[:min(len(plain), MaxSMS)])
}
