// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package mail_test

import (
	"errors"
	"strings"
	"testing"

	"tinhso.vn/internal/platform/mail"
)

const report = "From: MAILER-DAEMON@mx.example.vn\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nsorry\r\n" +
	"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.vn\r\n\r\nFinal-Recipient: rfc822; nam@example.vn\r\nAction: failed\r\nStatus: 5.1.1\r\n" +
	"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <m-1@tinh.example.vn>\r\nSubject: x\r\n--b--\r\n"

func TestParseBounce(t *testing.T) {
	t.Parallel()
	got, err := mail.ParseBounce(strings.NewReader(report))
	if err != nil || got != (mail.Bounce{ID: "m-1", Recipient: "nam@example.vn", Failed: true, Status: "5.1.1"}) {
		t.Fatalf("got %+v, %v", got, err)
	}
	if late, err := mail.ParseBounce(strings.NewReader(strings.Replace(report, "Action: failed\r\nStatus: 5", "Action: delayed\r\nStatus: 4", 1))); err != nil || late.Failed {
		t.Errorf("a mail that is late: %+v, %v", late, err)
	}
	for name, bad := range map[string]string{
		"a mail": "From: a@b.vn\r\n\r\nhello", "no mail": "\x00", "no recipient": strings.Replace(report, "Final-Recipient", "X", 1), "no message": strings.Replace(report, "Message-ID", "X", 1),
		"receipt": strings.Replace(report, "delivery-status; boundary", "disposition-notification; boundary", 1),
	} {
		if got, err := mail.ParseBounce(strings.NewReader(bad)); !errors.Is(err, mail.ErrNoBounce) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func FuzzParseBounce(f *testing.F) {
	f.Add(report)
	f.Fuzz(func(t *testing.T, raw string) {
		if b, err := mail.ParseBounce(strings.NewReader(raw)); err == nil && (b.ID == "" || b.Recipient == "") {
			t.Errorf("%+v", b)
		}
	})
}
