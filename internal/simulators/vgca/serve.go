// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package vgca

import (
	"context"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net/http"
	"strings"

	"golang.org/x/net/websocket"

	"tinhso.vn/internal/simulators/door"
)

// Handler serves the WebSocket at every path that is not the person's: GET /pin/
// is the window that asks for the PIN, GET /pin.json the same for tests. They
// also need POST /cards?id=…&name=… (answers the certificate, PEM),
// POST /insert?id=… and POST /faults?silent=1&….
func (p *Program) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /pin/{$}", p.page)
	mux.HandleFunc("GET /pin.json", p.waiting)
	mux.HandleFunc("POST /pin/{number}", p.typed)
	mux.HandleFunc("POST /cards", p.enrol)
	mux.HandleFunc("POST /insert", p.insert)
	mux.HandleFunc("POST /faults", p.misbehave)
	mux.HandleFunc("GET /faults", p.told)
	mux.Handle("/", websocket.Server{
		Handshake: func(c *websocket.Config, r *http.Request) (err error) {
			if c.Origin, err = websocket.Origin(c, r); err == nil && c.Origin == nil {
				err = websocket.ErrBadWebSocketOrigin
			}
			return err
		},
		Handler: p.talk,
	})
	return mux
}

// talk answers one page until it goes away.
func (p *Program) talk(ws *websocket.Conn) {
	ws.MaxPayloadBytes = maxAnswer
	ctx, end := context.WithCancel(ws.Request().Context())
	defer end()
	questions := make(chan Question)
	go func() { // who closes the page takes the question back
		defer end()
		for {
			var q Question
			if websocket.JSON.Receive(ws, &q) != nil {
				return
			}
			select {
			case questions <- q:
			case <-ctx.Done():
				return
			}
		}
	}()
	for {
		select {
		case <-ctx.Done():
			return
		case q := <-questions:
			answer := p.Do(ctx, ws.Config().Origin.String(), q)
			if ctx.Err() != nil || websocket.JSON.Send(ws, answer) != nil {
				return
			}
		}
	}
}

// Ask plays the page's part: it asks a program at an address one question.
func Ask(ctx context.Context, address, origin string, q Question) (a Answer, err error) {
	config, err := websocket.NewConfig(address, origin)
	if err != nil {
		return a, err
	}
	ws, err := config.DialContext(ctx)
	if err != nil {
		return a, err
	}
	stop := context.AfterFunc(ctx, func() { _ = ws.Close() })
	defer stop()
	defer func() { _ = ws.Close() }()
	if err := websocket.JSON.Send(ws, q); err != nil {
		return a, err
	}
	return a, websocket.JSON.Receive(ws, &a)
}

const style = `body{font-family:system-ui,sans-serif;max-width:26rem;margin:1.5rem auto;padding:0 1rem;color:#16232b}
h1{font-size:1.35rem}li{margin:0 0 1rem;padding:1rem;background:#e3f0f0;border-radius:14px;list-style:none}ul{padding:0}
small{color:#46545d}p{margin:.35rem 0}input,button{font:inherit;padding:.6rem .8rem;margin:.4rem .4rem 0 0;border-radius:10px;border:2px solid #0b5b5f}
button{font-weight:600;background:#0b5b5f;color:#fff}button.no{background:#fff;color:#0b5b5f}`

// page is the window that asks for the PIN.
func (p *Program) page(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'")
	p.mu.Lock()
	defer p.mu.Unlock()
	var b strings.Builder
	b.WriteString(`<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Phần mềm ký số mô phỏng</title><style>` + style +
		`</style></head><body><h1>Phần mềm ký số (MÔ PHỎNG)</h1><p>Thẻ giả định: chữ ký tạo ra ở đây không có giá trị pháp lý. Mã PIN của mọi thẻ là ` + PIN + `.</p><ul>`)
	for _, a := range p.asked {
		b.WriteString("<li><small>" + html.EscapeString(a.File) + "</small><p><b>" + html.EscapeString(a.Name) + `</b></p><form method="post" action="` + a.Number +
			`"><label>Mã PIN <input name="pin" type="password" autocomplete="off" inputmode="numeric"></label><br><button>Ký</button><button class="no" name="cancel" value="1">Hủy</button></form>`)
		if a.Tries > 0 {
			fmt.Fprintf(&b, "<p>Sai mã PIN %d lần.</p>", a.Tries)
		}
		b.WriteString("</li>")
	}
	if len(p.asked) == 0 {
		w.Header().Set("Refresh", "2") // while nobody is typing
		b.WriteString("<li>Chưa có văn bản nào chờ ký.</li>")
	}
	b.WriteString("</ul></body></html>")
	_, _ = io.WriteString(w, b.String()) // the caller has gone: nobody to tell
}

func (p *Program) waiting(w http.ResponseWriter, _ *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(append([]*asked{}, p.asked...)) // as above
}

// typed is the person with the card.
func (p *Program) typed(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, a := range p.asked {
		if a.Number != r.PathValue("number") {
			continue
		}
		why := ""
		switch {
		case r.FormValue("cancel") != "":
			why = "Người ký đã hủy"
		case r.FormValue("pin") != PIN:
			if a.Tries++; a.Tries >= maxTries {
				why = "Sai mã PIN quá số lần"
			}
		}
		if why != "" || r.FormValue("pin") == PIN {
			select {
			case a.done <- why:
			default: // pressed twice
			}
		}
		w.Header().Set("Location", "./")
		w.WriteHeader(http.StatusSeeOther)
		return
	}
	w.WriteHeader(http.StatusNotFound)
}

func (p *Program) enrol(w http.ResponseWriter, r *http.Request) {
	key, err := p.Enrol(r.FormValue("id"), r.FormValue("name"))
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	cert, above, err := key.Certificate(r.Context())
	if err != nil {
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/x-pem-file")
	_, _ = w.Write(pemOf(cert.Raw)) //nolint:gosec // a certificate, and no page
	for _, c := range above {
		_, _ = w.Write(pemOf(c.Raw)) //nolint:gosec // the same
	}
}

func (p *Program) insert(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.in = r.FormValue("id")
	w.WriteHeader(http.StatusNoContent)
}

func (p *Program) misbehave(w http.ResponseWriter, r *http.Request) {
	on := func(name string) bool { return r.FormValue(name) != "" }
	p.mu.Lock()
	defer p.mu.Unlock()
	p.faults = faults{
		Silent: on("silent"), PIN: on("pin"), Other: on("other"), Card: on("card"), Twice: on("twice"), Again: on("again"), Page: on("page"), Field: on("field"), Lie: on("lie"),
	}
	w.WriteHeader(http.StatusNoContent)
}

func (p *Program) told(w http.ResponseWriter, _ *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f := p.faults
	door.Show(w, map[string]string{
		"silent": door.Flag(f.Silent), "pin": door.Flag(f.PIN), "other": door.Flag(f.Other), "card": door.Flag(f.Card), "twice": door.Flag(f.Twice),
		"again": door.Flag(f.Again), "page": door.Flag(f.Page), "field": door.Flag(f.Field), "lie": door.Flag(f.Lie),
	})
}
