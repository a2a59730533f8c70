// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package vietqr writes and reads the text of a VietQR code: a transfer to an
// account in Vietnam, in the format of EMVCo merchant-presented codes as NAPAS
// uses it. It draws no picture (platform/qr does), knows no bank by name and
// moves no money.
package vietqr

import (
	"fmt"
	"strconv"
	"strings"

	"tinhso.vn/internal/platform/text"
)

// What the text of a code says. Lengths are bytes.
const (
	application = "A000000727" // of NAPAS
	ToAccount   = "QRIBFTTA"
	ToCard      = "QRIBFTTC"
	currency    = "704"
	country     = "VN"
	maxAccount  = 19
	maxAmount   = 9_999_999_999_999 // 13 digits
	// MaxPurpose is the length of the text that goes with the transfer.
	MaxPurpose = 25
)

// Code is a transfer that somebody is asked to make.
type Code struct {
	Bank      string // BIN of the bank, 6 digits
	Account   string // or the number of a card: letters and digits
	Service   string // ToAccount or ToCard
	Dynamic   bool   // made for one transfer
	Amount    int64  // đồng; 0: whoever pays writes it
	Category  string // of the merchant, 4 digits; empty: none
	Name      string // of the receiver; empty: none
	City      string
	Postcode  string
	Bill      string // number of a bill; empty: none
	Reference string
	Terminal  string
	Purpose   string // text of the transfer
}

// Reason says why a text is no code.
type Reason string

// The reasons.
const (
	Short     Reason = "short"     // it ends before what it announces
	Length    Reason = "length"    // a length is no number, or goes beyond what holds it
	Checksum  Reason = "checksum"  // the sum at the end is another
	Repeated  Reason = "repeated"  // a field comes twice
	Missing   Reason = "missing"   // a field that must be there is not
	Value     Reason = "value"     // a field says what it cannot
	Elsewhere Reason = "elsewhere" // it is a code, and not of NAPAS
)

// FaultError is what is wrong with a code. It says where, and never what stood there.
type FaultError struct {
	Reason Reason
	Field  string // tags from the outside in: "38.01.00"; empty: the whole
	At     int    // byte; of what is to be written always 0
}

// Error implements error.
func (f *FaultError) Error() string {
	return fmt.Sprintf("vietqr: %s in field %q at byte %d", f.Reason, f.Field, f.At)
}

// CRC is the sum at the end of a code: CRC-16/CCITT-FALSE.
func CRC(s string) uint16 {
	sum := uint16(0xFFFF)
	for i := range len(s) {
		sum ^= uint16(s[i]) << 8
		for range 8 {
			if sum&0x8000 != 0 {
				sum = sum<<1 ^ 0x1021
			} else {
				sum <<= 1
			}
		}
	}
	return sum
}

// Purpose writes a text as banks let it pass: letters without marks, digits,
// blanks, hyphens and dots, at most MaxPurpose of them.
func Purpose(s string) string {
	var b strings.Builder
	for _, r := range text.ASCII(text.Line(s)) {
		if r == ' ' || r == '-' || r == '.' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' {
			b.WriteRune(r)
		}
	}
	out := b.String()
	if len(out) > MaxPurpose {
		out = out[:MaxPurpose]
	}
	return strings.TrimSpace(out)
}

func digits(s string) bool {
	return strings.Trim(s, "0123456789") == ""
}

func plain(s string) bool {
	for i := range len(s) {
		if s[i] < 0x20 || s[i] > 0x7e {
			return false
		}
	}
	return true
}

// check returns what is wrong with a code as such.
func (c Code) check() error {
	bad := func(field string) error { return &FaultError{Reason: Value, Field: field} }
	switch {
	case len(c.Bank) != 6 || !digits(c.Bank):
		return bad("38.01.00")
	case c.Account == "" || len(c.Account) > maxAccount || strings.ContainsFunc(c.Account, func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	}):
		return bad("38.01.01")
	case c.Service != ToAccount && c.Service != ToCard:
		return bad("38.02")
	case c.Amount < 0 || c.Amount > maxAmount:
		return bad("54")
	case c.Category != "" && (len(c.Category) != 4 || !digits(c.Category)):
		return bad("52")
	}
	for _, f := range []struct {
		field, value string
		most         int
	}{
		{"59", c.Name, 25},
		{"60", c.City, 15},
		{"61", c.Postcode, 10},
		{"62.01", c.Bill, 25},
		{"62.05", c.Reference, 25},
		{"62.07", c.Terminal, 25},
		{"62.08", c.Purpose, MaxPurpose},
	} {
		if len(f.value) > f.most || !plain(f.value) {
			return bad(f.field)
		}
	}
	return nil
}

func tlv(tag, value string) string {
	if value == "" {
		return ""
	}
	return fmt.Sprintf("%s%02d%s", tag, len(value), value)
}

// Build writes the code. The error is a *FaultError.
func (c Code) Build() (string, error) {
	if err := c.check(); err != nil {
		return "", err
	}
	way, amount := "11", ""
	if c.Dynamic {
		way = "12"
	}
	if c.Amount > 0 {
		amount = strconv.FormatInt(c.Amount, 10)
	}
	more := tlv("01", c.Bill) + tlv("05", c.Reference) + tlv("07", c.Terminal) + tlv("08", c.Purpose)
	if len(more) > 99 {
		return "", &FaultError{Reason: Length, Field: "62"}
	}
	out := tlv("00", "01") + tlv("01", way) +
		tlv("38", tlv("00", application)+tlv("01", tlv("00", c.Bank)+tlv("01", c.Account))+tlv("02", c.Service)) +
		tlv("52", c.Category) + tlv("53", currency) + tlv("54", amount) + tlv("58", country) +
		tlv("59", c.Name) + tlv("60", c.City) + tlv("61", c.Postcode) + tlv("62", more) + "6304"
	return out + fmt.Sprintf("%04X", CRC(out)), nil
}
