// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package smartca speaks to a provider of remote signatures of the SmartCA shape
// (VNPT SmartCA v4.1): JSON over HTTPS, a transaction that a person approves on a
// phone. It keeps nothing and decides nothing: what an answer leads to is said in
// package requests.
package smartca

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/signing/requests"
	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/errs"
)

// Name is what requests call this provider.
const Name = "smartca"

const (
	timeout   = 15 * time.Second
	maxAnswer = 4 << 20 // a hundred signatures and their chains
	maxSkew   = 5 * time.Minute
	timeStamp = "20060102150405Z" // yyyyMMddHHmmssZ, UTC
)

// Options says where the provider is and who asks.
type Options struct {
	URL      string // up to the version: "https://gwsca.example.vn/sca/sp769"
	SPID     string
	Password string
	Clock    clock.Clock
}

// Client is a requests.Provider.
type Client struct {
	with Options
	http *http.Client
}

var _ requests.Provider = (*Client)(nil)

// New returns a client. Certificates of the server are checked as usual, and
// redirects are not followed: the password goes nowhere else.
func New(o Options) *Client {
	o.URL = strings.TrimSuffix(o.URL, "/")
	return &Client{with: o, http: &http.Client{
		Timeout: timeout,
		Transport: &http.Transport{
			DialContext: (&net.Dialer{Timeout: 5 * time.Second}).DialContext, TLSHandshakeTimeout: 5 * time.Second,
			ResponseHeaderTimeout: timeout, MaxIdleConnsPerHost: 4, IdleConnTimeout: time.Minute, MaxResponseHeaderBytes: 64 << 10,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// program is who asks, in every message.
type program struct {
	SPID     string `json:"sp_id"`
	Password string `json:"sp_password"`
}

type certificateAsked struct {
	program
	User        string `json:"user_id"`
	Serial      string `json:"serial_number"`
	Transaction string `json:"transaction_id"`
}

type certificatesTold struct {
	Certificates []struct {
		ID     string `json:"cert_id"`
		Serial string `json:"serial_number"`
		Data   string `json:"cert_data"`
		Chain  struct {
			CA   string `json:"ca_cert"`
			Root string `json:"root_cert"`
		} `json:"chain_data"`
	} `json:"user_certificates"`
}

type signAsked struct {
	program
	User        string      `json:"user_id"`
	Transaction string      `json:"transaction_id"`
	Words       string      `json:"transaction_desc"`
	Serial      string      `json:"serial_number"`
	At          string      `json:"time_stamp"`
	Files       []fileAsked `json:"sign_files"`
}

type fileAsked struct {
	ID       string `json:"doc_id"`
	Type     string `json:"file_type"`
	SignType string `json:"sign_type"`
	Hash     string `json:"data_to_be_signed"` // SHA-256, hexadecimal
}

type signTold struct {
	Transaction string `json:"tran_code"`
	Message     string `json:"message"`
}

type statusAsked struct {
	program
	Transaction string `json:"transaction_id"`
}

type statusTold struct {
	Transaction string `json:"tran_code"`
	Message     string `json:"message"`
	Files       []struct {
		ID        string `json:"doc_id"`
		Signature string `json:"signature_value"` // base64
	} `json:"signed_files"`
}

// What the provider's messages mean.
const (
	saysWaiting  = "sig_wait_for_user_confirm"
	saysSigned   = "sig_signed"
	saysDeclined = "sig_user_rejected"
	saysExpired  = "sig_expired"
)

// Send implements requests.Provider.
func (c *Client) Send(ctx context.Context, call requests.Call) (a requests.Answer, err error) {
	defer errs.Wrap(&err, "ask for signatures")

	asked := signAsked{
		program: c.program(), User: call.User, Transaction: string(call.Request), Words: call.Words, Serial: call.Serial,
		At: call.At.UTC().Format(timeStamp),
	}
	for _, d := range call.Documents {
		asked.Files = append(asked.Files, fileAsked{ID: d.ID, Type: "pdf", SignType: "hash", Hash: hex.EncodeToString(d.Hash)})
	}
	var told signTold
	if err := c.post(ctx, "/v1/signatures/sign", asked, &told); err != nil {
		return a, err
	}
	if told.Transaction == "" || told.Message != saysWaiting {
		return a, requests.ErrNoAnswer.Because(fmt.Errorf("answered %.60q", told.Message)) // its status will tell
	}
	return requests.Answer{Reference: told.Transaction, Outcome: requests.Pending}, nil
}

// Status implements requests.Provider. Before the provider has given a number
// of its own, it is asked by ours.
func (c *Client) Status(ctx context.Context, call requests.Call) (a requests.Answer, err error) {
	defer errs.Wrap(&err, "ask for the status")

	number := call.Reference
	if number == "" {
		number = string(call.Request)
	}
	var told statusTold
	if err := c.post(ctx, "/v1/signatures/sign/"+url.PathEscape(number)+"/status", statusAsked{c.program(), string(call.Request)}, &told); err != nil {
		return a, err
	}
	a.Reference = told.Transaction
	switch told.Message {
	case saysWaiting:
		a.Outcome = requests.Pending
	case saysDeclined:
		a.Outcome = requests.Declined
	case saysExpired:
		a.Outcome = requests.TimedOut
	case saysSigned:
		a.Outcome = requests.Agreed
		for _, f := range told.Files {
			raw, err := base64.StdEncoding.DecodeString(f.Signature)
			if err != nil {
				raw = []byte("?") // no signature of anybody: it will be refused as such
			}
			a.Signed = append(a.Signed, requests.Signed{ID: f.ID, Signature: raw})
		}
	default:
		return requests.Answer{}, requests.ErrNoAnswer.Because(fmt.Errorf("the status is %.60q", told.Message))
	}
	return a, nil
}

// Held is a certificate that the provider keeps a key for.
type Held struct {
	ID     string
	Serial string // hexadecimal
	Cert   *x509.Certificate
	Chain  []*x509.Certificate // issuer first
}

// Certificates returns what the provider holds for a user; none is no error.
func (c *Client) Certificates(ctx context.Context, user, transaction string) (all []Held, err error) {
	defer errs.Wrap(&err, "ask for certificates")

	var told certificatesTold
	if err := c.post(ctx, "/v1/credentials/get_certificate", certificateAsked{program: c.program(), User: user, Transaction: transaction}, &told); err != nil {
		if errors.Is(err, requests.ErrUnknown) {
			return nil, nil
		}
		return nil, err
	}
	for _, one := range told.Certificates {
		h := Held{ID: one.ID, Serial: strings.ToLower(one.Serial)}
		if h.Cert, err = certificate(one.Data); err != nil {
			return nil, requests.ErrDenied.Because(err)
		}
		for _, text := range []string{one.Chain.CA, one.Chain.Root} {
			if text == "" {
				continue
			}
			above, err := certificate(text)
			if err != nil {
				return nil, requests.ErrDenied.Because(err)
			}
			h.Chain = append(h.Chain, above)
		}
		all = append(all, h)
	}
	return all, nil
}

// certificate reads base64 of DER, with or without the lines of PEM.
func certificate(text string) (*x509.Certificate, error) {
	if block, _ := pem.Decode([]byte(text)); block != nil {
		return x509.ParseCertificate(block.Bytes)
	}
	der, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text), ""))
	if err != nil {
		return nil, err
	}
	return x509.ParseCertificate(der)
}

func (c *Client) program() program { return program{c.with.SPID, c.with.Password} }

// post asks and maps what went wrong. Whatever is not the provider's clear word
// is ErrNoAnswer: nobody knows what became of it.
func (c *Client) post(ctx context.Context, path string, body, into any) error {
	raw, err := json.Marshal(body)
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.with.URL+path, bytes.NewReader(raw))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "application/json")
	answer, err := c.http.Do(r)
	if err != nil {
		return requests.ErrNoAnswer.Because(err)
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer+1))
	switch {
	case err != nil:
		return requests.ErrNoAnswer.Because(err)
	case len(text) > maxAnswer:
		return requests.ErrNoAnswer.Because(errors.New("the answer has no end"))
	}
	if c.skewed(answer.Header.Get("Date")) {
		return requests.ErrClock
	}
	if answer.StatusCode != http.StatusOK {
		return refusal(answer.StatusCode, text)
	}
	if err := json.Unmarshal(text, into); err != nil {
		return requests.ErrNoAnswer.Because(err)
	}
	return nil
}

// skewed reports whether the provider's clock is far from ours: signatures with
// the wrong day help nobody.
func (c *Client) skewed(date string) bool {
	theirs, err := http.ParseTime(date)
	return err == nil && theirs.Sub(c.with.Clock.Now()).Abs() > maxSkew
}

// refusal maps an answer that is no success.
func refusal(status int, text []byte) error {
	var told struct {
		Message string `json:"message"`
	}
	_ = json.Unmarshal(text, &told) // what cannot be read says nothing
	why := fmt.Errorf("status %d, %.60q", status, told.Message)
	switch {
	case status == http.StatusUnauthorized:
		return requests.ErrCredentials.Because(why)
	case status == http.StatusForbidden && told.Message == "CREDENTIAL_STATUS_INVALID":
		return requests.ErrSuspended.Because(why)
	case status == http.StatusNotFound && told.Message == "TRANSACTION_NOT_FOUND", status == http.StatusNotFound && told.Message == "USER_NOT_FOUND":
		return requests.ErrUnknown.Because(why)
	case status == http.StatusBadRequest && told.Message == "TIME_STAMP_INVALID":
		return requests.ErrClock.Because(why)
	case status == http.StatusRequestTimeout, status == http.StatusTooManyRequests, status == http.StatusNotFound, status >= 500, status < 400:
		return requests.ErrNoAnswer.Because(why)
	}
	return requests.ErrDenied.Because(why)
}
