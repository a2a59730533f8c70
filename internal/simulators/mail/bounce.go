// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package mail

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// bounce puts a report into the Maildir, as a server does that could not deliver
// a mail: written beside and moved, so that nobody reads half of it.
func (s *Server) bounce(to []string, raw []byte) error {
	if s.Bounces == "" || len(to) == 0 {
		return nil
	}
	heads, _, _ := bytes.Cut(raw, []byte("\r\n\r\n"))
	text := strings.ReplaceAll(fmt.Sprintf(`From: MAILER-DAEMON@mail.simulated
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=simulated

--simulated
Content-Type: text/plain; charset=utf-8

The mail could not be delivered.
--simulated
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.simulated

Final-Recipient: rfc822; %s
Action: failed
Status: 5.1.1
--simulated
Content-Type: text/rfc822-headers

`, to[0]), "\n", "\r\n") + string(heads) + "\r\n--simulated--\r\n"
	for _, sub := range []string{"tmp", "new", "cur"} {
		if err := os.MkdirAll(filepath.Join(s.Bounces, sub), 0o700); err != nil {
			return err
		}
	}
	name := rand.Text() + ".mail.simulated"
	if err := os.WriteFile(filepath.Join(s.Bounces, "tmp", name), []byte(text), 0o600); err != nil {
		return err
	}
	return os.Rename(filepath.Join(s.Bounces, "tmp", name), filepath.Join(s.Bounces, "new", name))
}
