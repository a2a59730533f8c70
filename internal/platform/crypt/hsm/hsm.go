// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package hsm wraps keys with a hardware module. A module's library is written
// in C, which this program does not link: a sidecar on the same machine has it
// and speaks over a unix socket, in operations named after those of PKCS#11. The
// sidecar is not part of this package.
//
// Each request and each answer is one line of JSON, at most 64 KiB. A connection
// begins with C_OpenSession and C_Login; its session ends with it.
//
//	{"function":"C_OpenSession","label":"tinhso"}        → {"rv":"CKR_OK"}
//	{"function":"C_Login","pin":"…"}                     → {"rv":"CKR_OK"}
//	{"function":"C_GetInfo"}                             → {"rv":"CKR_OK","value":"<name of the wrapping key, base64>"}
//	{"function":"C_WrapKey","what":"…","value":"<key>"}  → {"rv":"CKR_OK","value":"<wrapped>"}
//	{"function":"C_UnwrapKey","what":"…","value":"<wrapped>","extractable":true}
//	                                                     → {"rv":"CKR_OK","value":"<key>"}
//	{"function":"C_UnwrapKey","what":"…","value":"<wrapped>","extractable":false}
//	                                                     → {"rv":"CKR_OK","object":7}
//	{"function":"C_Sign","object":7,"mechanism":"CKM_EDDSA","value":"<message>"}
//	                                                     → {"rv":"CKR_OK","value":"<signature>"}
//
// Values are base64. What is bound to a wrapped key: the same what must be given
// to unwrap it (additional data of an authenticated mechanism, such as
// CKM_AES_GCM). The rv is one of PKCS#11.
package hsm

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"time"

	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/crypt"
)

// Request is one line that the program sends.
type Request struct {
	Function    string `json:"function"`
	Label       string `json:"label,omitempty"`
	PIN         string `json:"pin,omitempty"`
	What        string `json:"what,omitempty"`
	Mechanism   string `json:"mechanism,omitempty"`
	Value       []byte `json:"value,omitempty"`
	Object      int64  `json:"object,omitempty"`
	Extractable bool   `json:"extractable,omitempty"`
}

// Answer is one line that the sidecar sends.
type Answer struct {
	RV     string `json:"rv"`
	Value  []byte `json:"value,omitempty"`
	Object int64  `json:"object,omitempty"`
}

// OK is the rv of success.
const OK = "CKR_OK"

// MaxLine bounds a request and an answer, in bytes.
const MaxLine = 64 << 10

// Token is a slot of the module.
type Token struct {
	Socket string        // path of the sidecar's socket
	Label  string        // of the token
	PIN    string        // of the user
	Wait   time.Duration // how long a call may take
}

// Kind implements crypt.Provider.
func (Token) Kind() crypt.Kind { return crypt.InToken }

// String keeps the PIN out of logs.
func (t Token) String() string { return "token " + t.Label + " at " + t.Socket }

// GoString keeps the PIN out of logs.
func (t Token) GoString() string { return t.String() }

// ID implements crypt.Provider.
func (t Token) ID() (string, error) {
	answers, err := t.talk(Request{Function: "C_GetInfo"})
	if err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(answers[0].Value), nil
}

// Wrap implements crypt.Provider.
func (t Token) Wrap(what string, key []byte) ([]byte, error) {
	answers, err := t.talk(Request{Function: "C_WrapKey", What: what, Value: key})
	if err != nil {
		return nil, err
	}
	return answers[0].Value, nil
}

// Unwrap implements crypt.Provider.
func (t Token) Unwrap(what string, wrapped []byte) ([]byte, error) {
	answers, err := t.talk(Request{Function: "C_UnwrapKey", What: what, Value: wrapped, Extractable: true})
	if err != nil {
		return nil, err
	}
	return answers[0].Value, nil
}

// Sign implements crypt.Provider: the seed is unwrapped inside the module and
// never comes here.
func (t Token) Sign(what string, wrapped, message []byte) ([]byte, error) {
	answers, err := t.talk(Request{Function: "C_UnwrapKey", What: what, Value: wrapped},
		Request{Function: "C_Sign", Mechanism: "CKM_EDDSA", Value: message})
	if err != nil {
		return nil, err
	}
	return answers[1].Value, nil
}

// talk opens a session and makes the calls, each with the object that the one
// before has returned. When the connection breaks it tries once more: every call
// can be made twice.
func (t Token) talk(calls ...Request) (answers []Answer, err error) {
	for range 2 {
		if answers, err = t.try(calls); !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			return answers, err
		}
	}
	return nil, crypt.ErrUnreachable.With("socket", t.Socket).Because(err)
}

func (t Token) try(calls []Request) ([]Answer, error) {
	d := net.Dialer{Timeout: t.Wait}
	c, err := d.Dial("unix", t.Socket)
	if err != nil {
		return nil, crypt.ErrUnreachable.With("socket", t.Socket).Because(err)
	}
	defer func() { _ = c.Close() }()
	if err := c.SetDeadline(clock.System{}.Now().Add(t.Wait)); err != nil {
		return nil, err
	}
	lines := bufio.NewReaderSize(io.LimitReader(c, MaxLine), 4096)
	object := int64(0)
	answers := make([]Answer, 0, len(calls))
	for i, call := range append([]Request{{Function: "C_OpenSession", Label: t.Label}, {Function: "C_Login", PIN: t.PIN}}, calls...) {
		call.Object = object
		a, err := t.call(c, lines, call)
		if err != nil {
			return nil, err
		}
		object = a.Object
		if i >= 2 {
			answers = append(answers, a)
		}
	}
	return answers, nil
}

func (t Token) call(c io.Writer, lines *bufio.Reader, call Request) (a Answer, err error) {
	raw, err := json.Marshal(call)
	if err != nil {
		return a, err
	}
	if len(raw) >= MaxLine {
		return a, fmt.Errorf("hsm: a request of %d bytes", len(raw))
	}
	if _, err = c.Write(append(raw, '\n')); err != nil {
		return a, t.explain(err)
	}
	line, err := lines.ReadBytes('\n')
	if err != nil {
		return a, t.explain(err)
	}
	if err := json.Unmarshal(line, &a); err != nil {
		return a, crypt.ErrRefused.With("operation", call.Function).With("code", "CKR_DATA_INVALID") // the cause could show a key
	}
	switch a.RV {
	case OK:
		return a, nil
	case "CKR_WRAPPED_KEY_INVALID", "CKR_UNWRAPPING_KEY_HANDLE_INVALID":
		return a, crypt.ErrWrongKey.With("provider", string(crypt.InToken))
	}
	return a, crypt.ErrRefused.With("operation", call.Function).With("code", a.RV)
}

// explain tells a token that is silent from one that hangs up.
func (t Token) explain(err error) error {
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return crypt.ErrSilent.With("socket", t.Socket).With("seconds", int(t.Wait/time.Second)).Because(err)
	case errors.Is(err, io.EOF):
		return err
	}
	return errors.Join(io.EOF, err) // broken: try again
}
