// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package mail sends mail over SMTP. It is not a queue: what has to arrive is
// sent by a job that tries again. It reads no mail and knows nothing of what a
// message says.
package mail

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"tinhso.vn/internal/platform/clock"
)

// Security is how the line to the server is kept from others.
type Security string

// The ways. Plain is refused off this machine: passwords and names would go in clear.
const (
	StartTLS Security = "starttls" // the line becomes TLS, or nothing is sent
	TLS      Security = "tls"      // TLS from the first byte
	Plain    Security = "none"
)

// Config is the server that takes our mail.
type Config struct {
	Host     string
	Port     int
	Security Security
	User     string // empty: without signing in
	Password string
	From     string         // "Cổng dịch vụ công <khong-tra-loi@example.vn>"
	Roots    *x509.CertPool // nil: those of the system
}

// Check returns what is wrong with c; nil when nothing is. It never repeats the password.
func (c Config) Check() error {
	var err error
	wrong := func(format string, args ...any) { err = errors.Join(err, fmt.Errorf(format, args...)) }
	if c.Host == "" {
		wrong("host is missing")
	}
	if c.Port < 1 || c.Port > 65535 {
		wrong("port %d is none", c.Port)
	}
	if _, e := mail.ParseAddress(c.From); e != nil {
		wrong("from %q is not an address", c.From)
	}
	switch c.Security {
	case StartTLS, TLS:
	case Plain:
		if ip := net.ParseIP(c.Host); c.Host != "localhost" && (ip == nil || !ip.IsLoopback()) {
			wrong("security %q is for servers on this machine only", c.Security)
		}
	default:
		wrong("security %q is none of starttls, tls, none", c.Security)
	}
	return err
}

// Attachment is a file that goes with a message.
type Attachment struct {
	Name    string
	Type    string // application/pdf
	Content []byte
}

// Message is one mail. Each of To sees the others: who must not writes several.
type Message struct {
	ID          string // names the message; sent again, it has the same
	To          []string
	Subject     string
	Text        string
	HTML        string // empty: none
	Attachments []Attachment
}

// Sender sends mail. It has no state and may be used by many at once.
type Sender struct {
	config Config
	clock  clock.Clock
}

// New returns a sender; the error says what is wrong with c.
func New(c Config, now clock.Clock) (*Sender, error) {
	if err := c.Check(); err != nil {
		return nil, fmt.Errorf("mail: %w", err)
	}
	return &Sender{config: c, clock: now}, nil
}

// patience is how long each step of a delivery may take.
const patience = 30 * time.Second

// ErrRefused means that the server will never take the message as it is:
// sending it again is in vain.
var ErrRefused = errors.New("the mail was refused for good")

// ErrNoMailbox means that the server knows no such mailbox. It is an ErrRefused.
var ErrNoMailbox = fmt.Errorf("%w: there is no such mailbox", ErrRefused)

// Send returns when the server has taken the message. An error that is not
// ErrRefused may pass; a message whose answer was lost may arrive twice, with
// the same id.
func (s *Sender) Send(ctx context.Context, m Message) error {
	msg, err := s.compose(m)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrRefused, err)
	}
	c := s.config
	options := []gomail.Option{
		gomail.WithPort(c.Port), gomail.WithTimeout(patience),
		gomail.WithTLSConfig(&tls.Config{ServerName: c.Host, RootCAs: c.Roots, MinVersion: tls.VersionTLS12}),
	}
	switch c.Security {
	case TLS:
		options = append(options, gomail.WithSSL())
	case StartTLS:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	case Plain:
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS))
	}
	if c.User != "" {
		options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(c.User), gomail.WithPassword(c.Password))
	}
	client, err := gomail.NewClient(c.Host, options...)
	if err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	if err := client.DialAndSendWithContext(ctx, msg); err != nil {
		var refused *gomail.SendError
		if errors.As(err, &refused) && refused.ErrorCode() >= 500 && strings.HasPrefix(refused.EnhancedStatusCode(), "5.1.") {
			return fmt.Errorf("%w (%d)", ErrNoMailbox, refused.ErrorCode())
		}
		if errors.As(err, &refused) && refused.ErrorCode() >= 500 {
			return fmt.Errorf("%w (%d)", ErrRefused, refused.ErrorCode()) // what the server says may repeat addresses
		}
		if errors.As(err, &refused) {
			return fmt.Errorf("mail: the server did not take it (%d)", refused.ErrorCode())
		}
		return fmt.Errorf("mail: %w", err)
	}
	return nil
}

// compose writes a message; nothing in it can add a header.
func (s *Sender) compose(m Message) (*gomail.Msg, error) {
	if len(m.To) == 0 {
		return nil, errors.New("it goes to nobody")
	}
	heads := append([]string{m.ID, m.Subject}, m.To...)
	for _, a := range m.Attachments {
		heads = append(heads, a.Name, a.Type)
	}
	for _, h := range heads {
		if strings.ContainsAny(h, "\r\n\x00") {
			return nil, errors.New("a head has two lines")
		}
	}
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	if err := msg.From(s.config.From); err != nil {
		return nil, errors.New("from is not an address")
	}
	if err := msg.To(m.To...); err != nil {
		return nil, errors.New("to is not an address")
	}
	if m.ID != "" {
		from, err := mail.ParseAddress(s.config.From)
		if err != nil {
			return nil, errors.New("from is not an address")
		}
		_, domain, _ := strings.Cut(from.Address, "@")
		msg.SetMessageIDWithValue(m.ID + "@" + domain)
	}
	msg.SetDateWithValue(s.clock.Now())
	msg.Subject(m.Subject)
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // no machine answers a machine
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	if m.HTML != "" {
		msg.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	}
	for _, a := range m.Attachments {
		if err := msg.AttachReader(a.Name, bytes.NewReader(a.Content), gomail.WithFileContentType(gomail.ContentType(a.Type))); err != nil {
			return nil, fmt.Errorf("attach: %w", err)
		}
	}
	return msg, nil
}
