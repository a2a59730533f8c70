// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package mail

import (
	"bytes"
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"net/textproto"
	"strings"
	"time"
)

// Received is a mail as the server has taken it.
type Received struct {
	From    string    `json:"from"`
	To      []string  `json:"to"`
	At      time.Time `json:"at"`
	ID      string    `json:"id"`
	Date    string    `json:"date"`
	Subject string    `json:"subject"`
	Text    string    `json:"text"`
	HTML    string    `json:"html,omitempty"`
	Files   []string  `json:"files,omitempty"`
	Bytes   []int     `json:"bytes,omitempty"` // of each file
}

// parse reads a mail; what it cannot read stays empty.
func parse(raw []byte) (m Received) {
	msg, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return m
	}
	m.ID, m.Date, m.Subject = msg.Header.Get("Message-Id"), msg.Header.Get("Date"), word(msg.Header.Get("Subject"))
	m.part(textproto.MIMEHeader(msg.Header), msg.Body)
	return m
}

func word(s string) string {
	if said, err := new(mime.WordDecoder).DecodeHeader(s); err == nil {
		return said
	}
	return s
}

// part reads a part, and the parts in it.
func (m *Received) part(h textproto.MIMEHeader, body io.Reader) {
	kind, params, _ := mime.ParseMediaType(h.Get("Content-Type"))
	if strings.HasPrefix(kind, "multipart/") {
		r := multipart.NewReader(body, params["boundary"])
		for {
			p, err := r.NextRawPart()
			if err != nil {
				return
			}
			m.part(p.Header, p)
		}
	}
	switch strings.ToLower(h.Get("Content-Transfer-Encoding")) {
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	}
	content, err := io.ReadAll(body)
	if err != nil {
		return
	}
	how, named, _ := mime.ParseMediaType(h.Get("Content-Disposition"))
	switch {
	case how == "attachment":
		m.Files, m.Bytes = append(m.Files, word(named["filename"])), append(m.Bytes, len(content))
	case kind == "text/html":
		m.HTML = string(content)
	default:
		m.Text += strings.ReplaceAll(string(content), "\r\n", "\n")
	}
}
