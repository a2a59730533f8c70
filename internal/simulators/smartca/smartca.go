// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package smartca plays a provider of remote signatures: it keeps keys in a
// folder under an authority of its own, shows on a page what people's phones
// would show, signs what is approved there, and misbehaves when told to. Every
// certificate says that it is simulated.
package smartca

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/id"
)

// SPID and Password let a program in.
const (
	SPID     = "mo-phong"
	Password = "mo-phong"
)

const (
	life    = 5 * time.Minute // of a transaction
	maxKept = 500
	waiting = "sig_wait_for_user_confirm"
)

// user is somebody with a phone.
type user struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	key  *signing.SoftKey
}

// document is one hash of a transaction.
type document struct {
	ID        string `json:"id"`
	Hash      []byte `json:"hash"`
	Signature []byte `json:"signature,omitempty"`
}

// transaction is what one phone is asked.
type transaction struct {
	Number    string     `json:"number"` // ours
	Asked     string     `json:"asked"`  // theirs
	User      string     `json:"user"`
	Words     string     `json:"words"`
	At        time.Time  `json:"at"`
	Message   string     `json:"message"`
	ReadyAt   time.Time  `json:"ready_at"` // when the answer is given out
	Documents []document `json:"documents"`
}

// Provider is the simulated service.
type Provider struct {
	folder string
	clock  clock.Clock
	client *http.Client // for notices
	ca     *signing.DevCA

	mu     sync.Mutex
	users  map[string]*user
	kept   []*transaction
	faults faults
	notice notice
}

// New opens the service over a folder, which is made when it is not there.
func New(folder string, c clock.Clock) (*Provider, error) {
	p := &Provider{folder: folder, clock: c, users: map[string]*user{}, client: &http.Client{Timeout: 5 * time.Second}}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	if err := p.authority(); err != nil {
		return nil, fmt.Errorf("authority of the simulated provider: %w", err)
	}
	return p, p.load()
}

// RootFile is where the authority's certificate lies, PEM.
func RootFile(folder string) string { return filepath.Join(folder, "authority.crt") }

func (p *Provider) authority() error {
	path := filepath.Join(p.folder, "authority.pem")
	key, err := signing.Load(path)
	switch {
	case err == nil:
		p.ca, err = signing.OpenDevCA(key)
	case errors.Is(err, fs.ErrNotExist):
		if p.ca, err = signing.NewDevCA("Chứng thực ký số từ xa", p.clock.Now().Add(-24*time.Hour), signing.RSA2048); err == nil {
			err = p.ca.Key().Save(path)
		}
	}
	if err != nil {
		return err
	}
	return os.WriteFile(RootFile(p.folder), pemOf(p.ca.Root().Raw), 0o600)
}

// state is what is kept beside the keys.
type state struct {
	Users        []*user        `json:"users"`
	Transactions []*transaction `json:"transactions"`
}

func (p *Provider) load() error {
	raw, err := os.ReadFile(filepath.Join(p.folder, "state.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var s state
	if err := json.Unmarshal(raw, &s); err != nil {
		return err
	}
	p.kept = s.Transactions
	for _, u := range s.Users {
		if u.key, err = signing.Load(p.keyFile(u.ID)); err != nil {
			return err
		}
		p.users[u.ID] = u
	}
	return nil
}

func (p *Provider) save() error {
	s := state{Transactions: p.kept}
	for _, u := range p.users {
		s.Users = append(s.Users, u)
	}
	raw, err := json.Marshal(s)
	if err != nil {
		return err
	}
	path := filepath.Join(p.folder, "state.json")
	if err := os.WriteFile(path+".new", raw, 0o600); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

func (p *Provider) keyFile(user string) string {
	sum := sha256.Sum256([]byte(user))
	return filepath.Join(p.folder, hex.EncodeToString(sum[:12])+".pem")
}

// Enrol gives somebody a key; who has one keeps it.
func (p *Provider) Enrol(userID, name string) error {
	if userID == "" || name == "" {
		return errors.New("a user needs a number and a name")
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.users[userID] != nil {
		return nil
	}
	now := p.clock.Now()
	key, err := p.ca.Issue(signing.Subject{Name: name, Key: signing.RSA2048, From: now.Add(-time.Hour), Until: now.AddDate(2, 0, 0)})
	if err != nil {
		return err
	}
	if err := key.Save(p.keyFile(userID)); err != nil {
		return err
	}
	p.users[userID] = &user{ID: userID, Name: name, key: key}
	return p.save()
}

// take keeps a transaction, or finds the one of that id: asked again with the
// same documents it is the same one.
func (p *Provider) take(asked signAsked) (*transaction, bool) {
	docs := make([]document, len(asked.Files))
	for i, f := range asked.Files {
		hash, err := hex.DecodeString(f.Hash)
		if err != nil || len(hash) != sha256.Size || f.SignType != "hash" {
			return nil, false
		}
		docs[i] = document{ID: f.ID, Hash: hash}
	}
	for _, t := range p.kept {
		if t.Asked == asked.Transaction {
			return t, slices.EqualFunc(t.Documents, docs, func(a, b document) bool { return a.ID == b.ID && string(a.Hash) == string(b.Hash) })
		}
	}
	t := &transaction{Number: id.New(), Asked: asked.Transaction, User: asked.User, Words: asked.Words, At: p.clock.Now(), Message: waiting, Documents: docs}
	p.kept = append(p.kept, t)
	if len(p.kept) > maxKept {
		p.kept = p.kept[1:]
	}
	return t, true
}

func (p *Provider) find(number string) *transaction {
	for _, t := range p.kept {
		if t.Number == number || t.Asked == number {
			p.age(t)
			return t
		}
	}
	return nil
}

// age ends a transaction that nobody has answered in time.
func (p *Provider) age(t *transaction) {
	if t.Message == waiting && p.clock.Now().Sub(t.At) > life {
		t.Message = "sig_expired"
	}
}

// answer is what the person does with the phone.
func (p *Provider) answer(ctx context.Context, t *transaction, approve bool) error {
	if p.age(t); t.Message != waiting {
		return nil
	}
	if !approve {
		t.Message = "sig_user_rejected"
		return p.save()
	}
	u := p.users[t.User]
	for i, d := range t.Documents {
		key := u.key
		if p.faults.Other {
			other, err := p.ca.Issue(signing.Subject{Name: "Người khác", Key: signing.RSA2048, From: t.At.Add(-time.Hour), Until: t.At.AddDate(1, 0, 0)})
			if err != nil {
				return err
			}
			key = other
		}
		raw, err := key.Sign(ctx, d.Hash)
		if err != nil {
			return err
		}
		if p.faults.Wrong {
			raw[len(raw)/2] ^= 1
		}
		t.Documents[i].Signature = raw
	}
	t.Message, t.ReadyAt = "sig_signed", p.clock.Now().Add(p.faults.Late)
	return p.save()
}
