// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/config"
	"tinhso.vn/internal/platform/mail"
)

// place is where checkpoints go.
type place struct {
	audit.Publisher
	once  bool          // by one server of several
	every time.Duration // not more often
}

// mailEvery keeps mail readable: who keeps checkpoints wants one a day.
const mailEvery = 24 * time.Hour

// places returns where the configuration wants checkpoints. Every server writes
// to its own files; mail and requests come from one.
func (p *Program) places() (map[string]place, error) {
	all := map[string]place{}
	for _, name := range p.Config.Checkpoints {
		to, mailed := strings.CutPrefix(name, "mailto:")
		switch {
		case mailed:
			sender, err := newMailer(p.Config.SMTP, p.clock())
			if err != nil {
				return nil, err
			}
			all[name] = place{mailPublisher{sender, to}, true, mailEvery}
		case strings.HasPrefix(name, "https://"):
			all[name] = place{httpPublisher{name, &http.Client{Timeout: publishTimeout}}, true, 0}
		default:
			all[name] = place{Publisher: audit.FilePublisher{Path: name}}
		}
	}
	return all, nil
}

func (p *Program) clock() clock.Clock {
	if p.Clock != nil {
		return p.Clock
	}
	return clock.System{}
}

// newMailer returns what sends mail.
func newMailer(c config.SMTP, now clock.Clock) (*mail.Sender, error) {
	return mail.New(mail.Config{
		Host: c.Host, Port: c.Port, Security: mail.Security(c.Security), User: c.User, Password: c.Password, From: c.From,
	}, now)
}

// publisher takes the newest checkpoint of the audit log to each place of the
// configuration, and again where it did not arrive.
func (p *Program) publisher() func(context.Context) (bool, error) {
	places, wrong := p.places()
	seen := map[string]int64{}
	return func(ctx context.Context) (bool, error) {
		if len(places) == 0 || wrong != nil {
			return false, wrong
		}
		newest, err := audit.ListCheckpoints(ctx, p.DB, 0, 1)
		if err != nil || len(newest) == 0 {
			return false, err
		}
		for name, to := range places {
			if seen[name] == newest[0].Size {
				continue
			}
			if e := p.publish(ctx, name, to, newest[0]); e != nil {
				err = errors.Join(err, fmt.Errorf("checkpoints at %s: %w", name, e))
				continue
			}
			if !to.once || to.every == 0 {
				seen[name] = newest[0].Size
			}
		}
		return false, err
	}
}

func (p *Program) publish(ctx context.Context, name string, to place, c audit.Checkpoint) error {
	if !to.once {
		return to.Publish(ctx, c)
	}
	mine, err := audit.Take(ctx, p.DB, name, c.Size, to.every)
	if err != nil || !mine {
		return err
	}
	if err := to.Publish(ctx, c); err != nil {
		return errors.Join(err, audit.GiveBack(ctx, p.DB, name, c.Size))
	}
	return nil
}

// mailPublisher sends checkpoints by mail: whoever keeps the mail can tell later
// that the log was cut.
type mailPublisher struct {
	sender *mail.Sender
	to     string
}

// Publish implements audit.Publisher.
func (m mailPublisher) Publish(ctx context.Context, c audit.Checkpoint) error {
	at := c.At.In(clock.Vietnam()).Format("02/01/2006 15:04")
	return m.sender.Send(ctx, mail.Message{
		ID: fmt.Sprintf("diem-neo-%d", c.Size), To: []string{m.to}, Subject: fmt.Sprintf("Điểm neo nhật ký nghiệp vụ: %d bản ghi, %s", c.Size, at),
		Text: "Kính gửi Ông/Bà,\n\nThư này kèm điểm neo có chữ ký của nhật ký nghiệp vụ. Xin lưu lại: sau này điểm neo cho thấy nhật ký có bị cắt bớt,\n" +
			"sửa hoặc thay bằng bản cũ hay không (tinhso verify --checkpoint diem-neo.txt).\n\nThis mail carries a signed checkpoint of the audit log. Please keep it.\n\n" + c.Note,
		Attachments: []mail.Attachment{{Name: "diem-neo.txt", Type: "text/plain", Content: []byte(c.Note)}},
	})
}

// httpPublisher sends checkpoints to somebody who keeps them.
type httpPublisher struct {
	address string
	client  *http.Client
}

const publishTimeout = 15 * time.Second

// Publish implements audit.Publisher.
func (h httpPublisher) Publish(ctx context.Context, c audit.Checkpoint) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, h.address, strings.NewReader(c.Note))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "text/plain; charset=utf-8")
	answer, err := h.client.Do(r)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }()
	_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, 1<<16)) // so that the connection can be used again
	if answer.StatusCode/100 != 2 {
		return fmt.Errorf("answered %s", answer.Status)
	}
	return nil
}
