// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package mail

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/mail"
	"net/textproto"
	"strings"
)

// Bounce is what a server says about a mail that it could not deliver (RFC 3464).
type Bounce struct {
	ID        string // of the message, without the domain: what Message.ID was
	Recipient string // address as the server had it
	Failed    bool   // for good; else it is only late, or arrived
	Status    string // 5.1.1
}

// ErrNoBounce means that a mail is not a report about another.
var ErrNoBounce = errors.New("the mail is no report about another")

// maxReport is how much of a report is read.
const maxReport = 1 << 20

// ParseBounce reads a report. Who wrote it is not proven: that it names the id
// of a message and whom it went to is all there is.
func ParseBounce(r io.Reader) (b Bounce, err error) {
	msg, err := mail.ReadMessage(io.LimitReader(r, maxReport))
	if err != nil {
		return b, ErrNoBounce
	}
	kind, params, err := mime.ParseMediaType(msg.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/report" || !strings.EqualFold(params["report-type"], "delivery-status") {
		return b, ErrNoBounce
	}
	parts := multipart.NewReader(msg.Body, params["boundary"])
	for {
		p, err := parts.NextPart()
		if err != nil {
			break
		}
		content, err := io.ReadAll(p)
		if err != nil {
			return b, ErrNoBounce
		}
		switch kind, _, _ := mime.ParseMediaType(p.Header.Get("Content-Type")); kind {
		case "message/delivery-status":
			b.status(content)
		case "message/rfc822", "text/rfc822-headers":
			if h, err := textproto.NewReader(bufio.NewReader(io.MultiReader(bytes.NewReader(content), strings.NewReader("\r\n\r\n")))).ReadMIMEHeader(); err == nil {
				b.ID, _, _ = strings.Cut(strings.Trim(h.Get("Message-Id"), "<> "), "@")
			}
		}
	}
	if b.ID == "" || b.Recipient == "" {
		return b, ErrNoBounce
	}
	return b, nil
}

// status reads the blocks of a delivery status: one about the message, then one
// for each recipient, of which ours have one.
func (b *Bounce) status(content []byte) {
	r := textproto.NewReader(bufio.NewReader(io.MultiReader(bytes.NewReader(content), strings.NewReader("\r\n\r\n"))))
	for range 20 {
		h, err := r.ReadMIMEHeader()
		if to := h.Get("Final-Recipient"); to != "" {
			_, address, _ := strings.Cut(to, ";")
			b.Recipient, b.Status = strings.TrimSpace(address), strings.TrimSpace(h.Get("Status"))
			b.Failed = strings.EqualFold(strings.TrimSpace(h.Get("Action")), "failed") && strings.HasPrefix(b.Status, "5")
			return
		}
		if err != nil {
			return
		}
	}
}
