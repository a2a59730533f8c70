// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package vgca plays the signing program on an official's own computer, with the
// cards that are put into it: a page hands it a document over a WebSocket, it
// asks for the PIN on a page of its own, signs the whole file and brings it back;
// it misbehaves when told to. Every certificate says that it is simulated.
//
// What such programs exchange is written from memory of them and not from a
// published description: names of fields and the port may differ.
package vgca

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/pdf"
)

// PIN opens every card.
const PIN = "12345678"

const (
	maxTries    = 3               // before a question is given up
	maxDocument = 64 << 20        // bytes
	maxAnswer   = 64 << 10        // bytes of what the other side says
	pinTime     = 2 * time.Minute // how long a PIN is waited for
)

// Question is what a page asks.
type Question struct {
	FileUploadHandler string // address to which the signed file is brought
	SessionID         string `json:"SessionId"`
	FileName          string // address where the document is fetched
	DocNumber         string
	MetaData          []Pair
}

// Pair is a line of what is said about a document.
type Pair struct{ Key, Value string }

// Answer is what the page hears.
type Answer struct {
	Status     int // 0: signed
	Message    string
	FileName   string
	FileServer string
}

// What an Answer's Status says.
const (
	StatusSigned = iota
	StatusFailed
	StatusCancelled
)

// faults is how the program misbehaves.
type faults struct {
	Silent bool // never answers, and does nothing
	PIN    bool // the card takes no PIN
	Other  bool // signs another document
	Card   bool // signs with another card
	Twice  bool // brings the file twice
	Again  bool // brings it, and then another one
	Page   bool // adds a page before it signs
	Field  bool // signs at a place of its own
	Lie    bool // says that it has signed, and brings nothing
}

// card is a card and whose it is.
type card struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	key  *signing.SoftKey
}

// asked is a question that waits for a PIN.
type asked struct {
	Number string      `json:"number"`
	Name   string      `json:"name"` // on the card
	File   string      `json:"file"`
	Tries  int         `json:"tries"`
	done   chan string // "" or why not
}

// Program is the simulated program with its cards.
type Program struct {
	folder string
	fonts  pdf.Fonts // of the signature's picture
	clock  clock.Clock
	client *http.Client
	ca     *signing.DevCA

	mu     sync.Mutex
	cards  []*card
	in     string // the card that is in
	asked  []*asked
	faults faults
}

// New opens the program over a folder, which is made when it is not there.
func New(folder string, c clock.Clock, fonts pdf.Fonts) (*Program, error) {
	p := &Program{folder: folder, fonts: fonts, clock: c, client: &http.Client{Timeout: 30 * time.Second}}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	if err := p.authority(); err != nil {
		return nil, fmt.Errorf("authority of the simulated cards: %w", err)
	}
	return p, p.load()
}

// RootFile is where the authority's certificate lies, PEM.
func RootFile(folder string) string { return filepath.Join(folder, "authority.crt") }

func (p *Program) authority() error {
	path := filepath.Join(p.folder, "authority.pem")
	key, err := signing.Load(path)
	switch {
	case err == nil:
		p.ca, err = signing.OpenDevCA(key)
	case errors.Is(err, fs.ErrNotExist):
		if p.ca, err = signing.NewDevCA("Chứng thực thẻ ký số", p.clock.Now().Add(-24*time.Hour), signing.RSA2048); err == nil {
			err = p.ca.Key().Save(path)
		}
	}
	if err != nil {
		return err
	}
	return os.WriteFile(RootFile(p.folder), pemOf(p.ca.Root().Raw), 0o600)
}

func pemOf(der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

func (p *Program) cardsFile() string { return filepath.Join(p.folder, "cards.json") }

func (p *Program) keyFile(id string) string {
	return filepath.Join(p.folder, "card-"+hex.EncodeToString([]byte(id))+".pem")
}

func (p *Program) load() error {
	raw, err := os.ReadFile(p.cardsFile())
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := json.Unmarshal(raw, &p.cards); err != nil {
		return err
	}
	for _, c := range p.cards {
		if c.key, err = signing.Load(p.keyFile(c.ID)); err != nil {
			return err
		}
		p.in = c.ID
	}
	return nil
}

// Enrol makes a card for somebody and puts it in; who has one keeps it.
func (p *Program) Enrol(id, name string) (*signing.SoftKey, error) {
	if id == "" || len(id) > 60 || name == "" {
		return nil, errors.New("a card needs a login and a name")
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.in = id
	if c := p.card(id); c != nil {
		return c.key, nil
	}
	key, err := p.issue(name)
	if err != nil {
		return nil, err
	}
	if err := key.Save(p.keyFile(id)); err != nil {
		return nil, err
	}
	p.cards = append(p.cards, &card{ID: id, Name: name, key: key})
	raw, err := json.Marshal(p.cards)
	if err != nil {
		return nil, err
	}
	return key, os.WriteFile(p.cardsFile(), raw, 0o600)
}

func (p *Program) issue(name string) (*signing.SoftKey, error) {
	now := p.clock.Now()
	return p.ca.Issue(signing.Subject{Name: name, Key: signing.RSA2048, From: now.Add(-time.Hour), Until: now.AddDate(2, 0, 0)})
}

func (p *Program) card(id string) *card {
	i := slices.IndexFunc(p.cards, func(c *card) bool { return c.ID == id })
	if i < 0 {
		return nil
	}
	return p.cards[i]
}

// Do does what a page of an origin asks: fetches, asks for the PIN, signs, brings.
func (p *Program) Do(ctx context.Context, origin string, q Question) Answer {
	p.mu.Lock()
	c, f := p.card(p.in), p.faults
	p.mu.Unlock()
	switch {
	case f.Silent:
		<-ctx.Done()
		return Answer{Status: StatusFailed}
	case f.Lie:
		return Answer{Status: StatusSigned, Message: "Ký số thành công", FileServer: "1"}
	case c == nil:
		return Answer{Status: StatusFailed, Message: "Chưa cắm thẻ ký số"}
	case !within(origin, q.FileName) || !within(origin, q.FileUploadHandler):
		return Answer{Status: StatusFailed, Message: "Địa chỉ không thuộc trang đang mở"}
	}
	document, err := p.fetch(ctx, q.FileName)
	if err != nil {
		return failed(err)
	}
	if why := p.pin(ctx, c, q, f); why != "" {
		return Answer{Status: StatusCancelled, Message: why}
	}
	signed, err := p.sign(ctx, document, q, c, f)
	if err != nil {
		return failed(err)
	}
	answer := p.bring(ctx, q.FileUploadHandler, signed)
	if f.Twice {
		answer = p.bring(ctx, q.FileUploadHandler, signed)
	}
	if f.Again {
		other, err := p.sign(ctx, document, q, c, faults{})
		if err != nil {
			return failed(err)
		}
		answer = p.bring(ctx, q.FileUploadHandler, other)
	}
	return answer
}

func failed(err error) Answer {
	return Answer{Status: StatusFailed, Message: "Không ký được: " + err.Error()}
}

// within reports whether an address belongs to the page that asks.
func within(origin, address string) bool {
	a, err := url.Parse(origin)
	b, wrong := url.Parse(address)
	return err == nil && wrong == nil && a.Host != "" && a.Scheme == b.Scheme && a.Host == b.Host
}

func (p *Program) fetch(ctx context.Context, address string) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return nil, err
	}
	answer, err := p.client.Do(r)
	if err != nil {
		return nil, err
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != http.StatusOK {
		return nil, errors.New(message(answer))
	}
	return io.ReadAll(io.LimitReader(answer.Body, maxDocument))
}

// message is what the other side says.
func message(answer *http.Response) string {
	var said struct{ Message string }
	if json.NewDecoder(io.LimitReader(answer.Body, maxAnswer)).Decode(&said) != nil || said.Message == "" {
		return answer.Status
	}
	return said.Message
}

// pin waits for the person, and returns why there is no signature.
func (p *Program) pin(ctx context.Context, c *card, q Question, f faults) string {
	if f.PIN {
		return "Thẻ đã bị khóa mã PIN"
	}
	a := &asked{Number: id.New(), Name: c.Name, File: value(q, "Name"), done: make(chan string, 1)}
	p.mu.Lock()
	p.asked = append(p.asked, a)
	p.mu.Unlock()
	defer p.forget(a)
	timer := time.NewTimer(pinTime)
	defer timer.Stop()
	select {
	case why := <-a.done:
		return why
	case <-timer.C:
		return "Hết thời gian nhập mã PIN"
	case <-ctx.Done():
		return "Trang đã đóng"
	}
}

func (p *Program) forget(a *asked) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked = slices.DeleteFunc(p.asked, func(b *asked) bool { return a == b })
}

func value(q Question, key string) string {
	for _, m := range q.MetaData {
		if m.Key == key {
			return m.Value
		}
	}
	return ""
}

// bring uploads a signed file.
func (p *Program) bring(ctx context.Context, address string, file []byte) Answer {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("uploadfile", "da-ky.pdf")
	if err == nil {
		_, err = part.Write(file)
	}
	if err = errors.Join(err, form.Close()); err != nil {
		return failed(err)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, &body)
	if err != nil {
		return failed(err)
	}
	r.Header.Set("Content-Type", form.FormDataContentType())
	answer, err := p.client.Do(r)
	if err != nil {
		return failed(err)
	}
	defer func() { _ = answer.Body.Close() }()
	if said := message(answer); answer.StatusCode != http.StatusOK {
		return Answer{Status: StatusFailed, Message: said}
	}
	return Answer{Status: StatusSigned, Message: "Ký số thành công", FileName: "da-ky.pdf", FileServer: strings.TrimPrefix(r.URL.Path, "/")}
}
