// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package mail_test

import (
	"errors"
	"strings"
	"testing"

	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/mail"
)

func TestAConfigurationIsCheckedWhole(t *testing.T) {
	t.Parallel()
	good := mail.Config{Host: "127.0.0.1", Port: 25, Security: mail.Plain, From: "a@example.vn"}
	if _, err := mail.New(good, clock.System{}); err != nil {
		t.Error(err)
	}
	_, err := mail.New(mail.Config{Port: 0, Security: "maybe", From: "nobody", Password: "s3cret"}, clock.System{})
	if err == nil {
		t.Fatal("accepted")
	}
	for _, want := range []string{"host", "port", "from", "security"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%s is not named in %v", want, err)
		}
	}
	if strings.Contains(err.Error(), "s3cret") {
		t.Error("the password is repeated")
	}
	far := good
	far.Host = "mail.example.vn"
	if _, err := mail.New(far, clock.System{}); err == nil {
		t.Error("mail leaves the machine in clear")
	}
}

// A head that holds a line of its own would be another head.
func TestNothingAddsAHead(t *testing.T) {
	t.Parallel()
	s, err := mail.New(mail.Config{Host: "127.0.0.1", Port: 1, Security: mail.Plain, From: "a@example.vn"}, clock.System{})
	if err != nil {
		t.Fatal(err)
	}
	for name, m := range map[string]mail.Message{
		"nobody":         {},
		"no address":     {To: []string{"nobody"}},
		"two in one":     {To: []string{"b@example.vn\r\nBcc: c@example.vn"}},
		"in the subject": {To: []string{"b@example.vn"}, Subject: "a\nBcc: c@example.vn"},
		"in the id":      {To: []string{"b@example.vn"}, ID: "a\nBcc: c@example.vn"},
		"in a file name": {To: []string{"b@example.vn"}, Attachments: []mail.Attachment{{Name: "a\r\nBcc: c@example.vn"}}},
	} {
		if err := s.Send(t.Context(), m); !errors.Is(err, mail.ErrRefused) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
