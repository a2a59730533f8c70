// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package gateway speaks with platforms on which people pay for public services:
// it begins a payment, asks what became of one, and reads what a platform calls
// back with. It decides nothing about money and keeps nothing. No number of a card
// passes here: people type it on the page of the platform.
package gateway

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"tinhso.vn/internal/platform/fetch"
)

// ErrForged means that what came is not signed by the platform.
var ErrForged = errors.New("gateway: not signed by the platform")

// ErrUnknown means that the platform knows no such payment.
var ErrUnknown = errors.New("gateway: the platform does not know the payment")

// Ask is a payment that begins. Asked again with the same reference it is the same
// payment.
type Ask struct {
	Reference string
	Amount    int64 // đồng
	Title     string
	Dossier   string // it is for, as the record of calls names it
	Return    string // where people come back to
	Call      string // where the platform calls
}

// State is what became of a payment.
type State string

// The states.
const (
	Open   State = "open"
	Paid   State = "paid"
	Failed State = "failed"
)

// News is what the platform says of a payment.
type News struct {
	ID        string // of what it says, the same when it says it again
	Reference string
	TheirRef  string
	Amount    int64 // that was paid
	State     State
}

// Gateway is one platform.
type Gateway interface {
	// Begin returns where people pay.
	Begin(ctx context.Context, a Ask) (address, theirRef string, err error)
	// Look asks what became of a payment for a dossier; ErrUnknown where the platform has none.
	Look(ctx context.Context, reference, dossier string) (News, error)
	// Read reads what somebody has sent to our door; ErrForged where it was not the platform.
	Read(body []byte) (News, error)
	// Question is what is asked of the network for an operation.
	Question(operation string, body []byte) fetch.Question
}

// Shape is how a platform writes: names of fields and of states. They are data,
// because none of them could be checked against a published specification.
type Shape struct {
	Form     bool   // fields as of a form; else one JSON object of texts
	Begin    string // paths below the address of the platform
	Look     string
	Merchant string // names of fields
	Ref      string
	Amount   string
	Title    string
	Return   string
	Call     string
	Address  string
	TheirRef string
	State    string
	Sign     string
	Paid     string // what State says
	Failed   string
}

// Shapes are the shapes that are known, by name. The names of the first are those
// of the old platform of the national portal as integrators remember them; those of
// the others are made after public descriptions. All are unverified: an
// installation states what its contract says under payments.fields.
func Shapes() map[string]Shape {
	return map[string]Shape{
		"national": {
			Begin: "/khoi-tao", Look: "/tra-cuu", Merchant: "MaCoQuan", Ref: "MaThamChieu", Amount: "SoTien", Title: "NoiDung", Return: "UrlTraVe", Call: "UrlThongBao",
			Address: "UrlThanhToan", TheirRef: "MaGiaoDich", State: "TrangThai", Sign: "ChuKy", Paid: "1", Failed: "2",
		},
		"paygov": {
			Begin: "/init", Look: "/query", Merchant: "partnerCode", Ref: "requestCode", Amount: "amount", Title: "orderInfo", Return: "redirectUrl", Call: "ipnUrl",
			Address: "payUrl", TheirRef: "transactionNo", State: "errorCode", Sign: "checksum", Paid: "00", Failed: "99",
		},
		"keypay": {
			Form: true, Begin: "/create", Look: "/querydr", Merchant: "merchant_code", Ref: "merchant_trans_id", Amount: "net_cost", Title: "description", Return: "return_url",
			Call: "ipn_url", Address: "pay_url", TheirRef: "trans_id", State: "response_code", Sign: "secure_hash", Paid: "00", Failed: "24",
		},
	}
}

// Options is how one platform is reached.
type Options struct {
	Shape    string   // of Shapes
	Fields   []string // NAME=THEIRS, in the place of those of the shape
	URL      string
	Merchant string
	Secret   string // that signs both ways
	Ask      func(ctx context.Context, s Said) (body []byte, err error)
}

// The operations of a platform.
const (
	OpBegin = "khoi-tao" // a payment begins
	OpLook  = "tra-cuu"  // what became of one
	OpCall  = "goi-ve"   // the platform calls us
)

// Said is what the platform is told; what carries it there turns it into a question
// with Question and returns the body of the answer: ErrUnknown where its status is 404.
type Said struct {
	Operation, Dossier string
	Body               []byte
}

type platform struct {
	Options
	shape Shape
}

// New returns the platform, or what is wrong with its options.
func New(o Options) (Gateway, error) {
	shape, ok := Shapes()[o.Shape]
	switch {
	case !ok:
		return nil, fmt.Errorf("payments.shape: %q is none of national, paygov, keypay", o.Shape)
	case o.Secret == "":
		return nil, errors.New("payments.secret is missing: calls could not be told from forged ones")
	}
	named := map[string]*string{
		"begin": &shape.Begin, "look": &shape.Look, "merchant": &shape.Merchant, "reference": &shape.Ref, "amount": &shape.Amount, "title": &shape.Title, "return": &shape.Return,
		"call": &shape.Call, "address": &shape.Address, "their_ref": &shape.TheirRef, "state": &shape.State, "sign": &shape.Sign, "paid": &shape.Paid, "failed": &shape.Failed,
	}
	for _, f := range o.Fields {
		name, theirs, ok := strings.Cut(f, "=")
		to := named[name]
		if !ok || to == nil || theirs == "" {
			return nil, fmt.Errorf("payments.fields: %q is not NAME=THEIRS with one of %s", f, strings.Join(slices.Sorted(maps.Keys(named)), ", "))
		}
		*to = theirs
	}
	return platform{o, shape}, nil
}

// Sum signs fields: HMAC-SHA-256 over NAME=VALUE in the order of names, joined by
// an ampersand, without the signature itself.
func Sum(fields map[string]string, sign, secret string) string {
	var pairs []string
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if name != sign {
			pairs = append(pairs, name+"="+fields[name])
		}
	}
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(strings.Join(pairs, "&")))
	return hex.EncodeToString(mac.Sum(nil))
}

func (p platform) send(ctx context.Context, operation, dossier string, fields map[string]string) (map[string]string, error) {
	fields[p.shape.Merchant] = p.Merchant
	fields[p.shape.Sign] = Sum(fields, p.shape.Sign, p.Secret)
	said := Said{Operation: operation, Dossier: dossier}
	if p.shape.Form {
		form := url.Values{}
		for name, value := range fields {
			form.Set(name, value)
		}
		said.Body = []byte(form.Encode())
	} else {
		raw, err := json.Marshal(fields)
		if err != nil {
			return nil, err
		}
		said.Body = raw
	}
	body, err := p.Ask(ctx, said)
	if err != nil {
		return nil, err
	}
	return p.fields(body)
}

// Question implements Gateway.
func (p platform) Question(operation string, body []byte) fetch.Question {
	q := fetch.Question{URL: strings.TrimSuffix(p.URL, "/") + p.shape.Begin, Type: "application/json", Body: body}
	if operation == OpLook {
		q.URL = strings.TrimSuffix(p.URL, "/") + p.shape.Look
	}
	if p.shape.Form {
		q.Type = "application/x-www-form-urlencoded"
	}
	return q
}

// fields reads signed fields.
func (p platform) fields(body []byte) (map[string]string, error) {
	out := map[string]string{}
	if p.shape.Form {
		form, err := url.ParseQuery(string(body))
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrForged, err)
		}
		for name := range form {
			if len(form[name]) != 1 {
				return nil, fmt.Errorf("%w: a field comes twice", ErrForged)
			}
			out[name] = form.Get(name)
		}
	} else {
		d := json.NewDecoder(bytes.NewReader(body))
		d.UseNumber()
		var raw map[string]any
		if err := d.Decode(&raw); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrForged, err)
		}
		for name, value := range raw {
			switch v := value.(type) {
			case string:
				out[name] = v
			case json.Number:
				out[name] = v.String()
			default:
				return nil, fmt.Errorf("%w: a field is no text", ErrForged)
			}
		}
	}
	given, err := hex.DecodeString(out[p.shape.Sign])
	if err != nil {
		return nil, ErrForged
	}
	want, _ := hex.DecodeString(Sum(out, p.shape.Sign, p.Secret)) // hex that we wrote
	if !hmac.Equal(given, want) || out[p.shape.Merchant] != p.Merchant {
		return nil, ErrForged
	}
	return out, nil
}

// Begin implements Gateway.
func (p platform) Begin(ctx context.Context, a Ask) (address, theirRef string, err error) {
	got, err := p.send(ctx, OpBegin, a.Dossier, map[string]string{
		p.shape.Ref: a.Reference, p.shape.Amount: strconv.FormatInt(a.Amount, 10), p.shape.Title: a.Title, p.shape.Return: a.Return, p.shape.Call: a.Call,
	})
	if err != nil {
		return "", "", err
	}
	u, err := url.Parse(got[p.shape.Address])
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return "", "", errors.New("gateway: the platform names no page")
	}
	return u.String(), got[p.shape.TheirRef], nil
}

// Look implements Gateway.
func (p platform) Look(ctx context.Context, reference, dossier string) (News, error) {
	got, err := p.send(ctx, OpLook, dossier, map[string]string{p.shape.Ref: reference})
	if err != nil {
		return News{}, err
	}
	return p.news(got)
}

// Read implements Gateway.
func (p platform) Read(body []byte) (News, error) {
	got, err := p.fields(body)
	if err != nil {
		return News{}, err
	}
	return p.news(got)
}

func (p platform) news(f map[string]string) (n News, err error) {
	n = News{Reference: f[p.shape.Ref], TheirRef: f[p.shape.TheirRef], State: Open}
	switch f[p.shape.State] {
	case p.shape.Paid:
		n.State = Paid
	case p.shape.Failed:
		n.State = Failed
	}
	if n.Amount, err = strconv.ParseInt(f[p.shape.Amount], 10, 64); err != nil || n.Amount < 0 {
		return News{}, errors.New("gateway: the amount is no number")
	}
	if n.Reference == "" || n.TheirRef == "" {
		return News{}, errors.New("gateway: it does not say which payment")
	}
	n.ID = n.TheirRef + ":" + string(n.State)
	return n, nil
}
