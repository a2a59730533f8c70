// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package channel

import (
	"context"
	"errors"
	"html"
	"strings"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/notify"
	"tinhso.vn/internal/platform/mail"
)

// MailOptions say who writes.
type MailOptions struct {
	Sender   *mail.Sender
	Province i18n.Text // its name
	Demo     i18n.Text // said in every mail of a demonstration; empty: none
	Choose   string    // address of the page where people choose how they are told
}

// Mail writes mails, one for each address.
type Mail struct{ o MailOptions }

// NewMail returns the channel.
func NewMail(o MailOptions) *Mail { return &Mail{o} }

// Carries implements notify.Channel.
func (*Mail) Carries(string) bool { return true }

// Send implements notify.Channel. A mail whose answer was lost goes again under
// the same Message-ID, by which servers and programs know it.
func (m *Mail) Send(ctx context.Context, l notify.Letter) (r notify.Receipt, err error) {
	text, page := m.Compose(l)
	err = m.o.Sender.Send(ctx, mail.Message{ID: l.Key, To: []string{l.To}, Subject: l.Title, Text: text, HTML: page})
	switch {
	case errors.Is(err, mail.ErrNoMailbox):
		return r, refuse(notify.ByAddress, err)
	case errors.Is(err, mail.ErrRefused):
		return r, refuse(notify.ByGateway, err)
	}
	return r, err
}

type mailWords struct{ dear, open, auto, choose string }

func wordsIn(lang i18n.Lang) mailWords {
	if lang == i18n.EN {
		return mailWords{"Dear Sir or Madam,", "Open the page", "This mail was sent by a program; nobody reads answers.", "Choose how you are told"}
	}
	return mailWords{"Kính gửi Ông/Bà,", "Mở trang", "Thư do hệ thống gửi tự động, xin không trả lời thư này.", "Chọn cách nhận thông báo"}
}

// Compose returns a letter as text and as HTML.
func (m *Mail) Compose(l notify.Letter) (text, page string) {
	lang := i18n.ParseLang(l.Lang)
	w := wordsIn(lang)
	province, _ := m.o.Province.In(lang)
	demo, _ := m.o.Demo.In(lang)
	lines := []string{w.dear, "", l.Text}
	if l.Link != "" {
		lines = append(lines, "", w.open+": "+l.Link)
	}
	lines = append(lines, "", "--", province, w.auto)
	if m.o.Choose != "" {
		lines = append(lines, w.choose+": "+m.o.Choose)
	}
	if demo != "" {
		lines = append(lines, demo)
	}
	e := html.EscapeString
	var b strings.Builder
	b.WriteString(`<!DOCTYPE html><html lang="` + e(string(lang)) + `"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>` + e(l.Title) + `</title></head>` +
		`<body style="margin:0;background:#eef3f3;font-family:'Be Vietnam Pro','Segoe UI',Arial,sans-serif;color:#16232b;font-size:16px;line-height:1.5">` +
		`<div style="max-width:560px;margin:0 auto;padding:16px"><p style="margin:0 0 12px;font-weight:600;color:#084248">` + e(province) + `</p>` +
		`<div style="background:#ffffff;border-radius:10px;padding:20px"><h1 style="margin:0 0 12px;font-size:20px;line-height:1.3">` + e(l.Title) + `</h1><p style="margin:0 0 12px">` + e(w.dear) + `</p><p style="margin:0 0 16px">` + e(l.Text) + `</p>`)
	if l.Link != "" {
		b.WriteString(`<p style="margin:0"><a href="` + e(l.Link) + `" style="display:inline-block;background:#0b5a60;color:#ffffff;text-decoration:none;padding:10px 18px;border-radius:8px;font-weight:600">` + e(w.open) + `</a></p>`)
	}
	b.WriteString(`</div><p style="margin:16px 0 0;font-size:14px;color:#46545d">` + e(w.auto))
	if m.o.Choose != "" {
		b.WriteString(` <a href="` + e(m.o.Choose) + `" style="color:#0b5a60">` + e(w.choose) + `</a>.`)
	}
	if demo != "" {
		b.WriteString(`<br>` + e(demo))
	}
	b.WriteString(`</p></div></body></html>`)
	return strings.Join(lines, "\n") + "\n", b.String()
}
