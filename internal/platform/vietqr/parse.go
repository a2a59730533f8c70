// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package vietqr

import (
	"fmt"
	"strconv"
	"strings"
)

// fields are the values of a level by tag.
type fields map[string]string

// level reads the fields of one level. at is where s begins in the whole, under
// is the tag that holds it with a dot.
func level(s, under string, at int) (fields, error) {
	out := fields{}
	for i := 0; i < len(s); {
		if len(s)-i < 4 {
			return nil, &FaultError{Reason: Short, Field: strings.TrimSuffix(under, "."), At: at + i}
		}
		tag, size := s[i:i+2], s[i+2:i+4]
		if !digits(tag) {
			return nil, &FaultError{Reason: Value, Field: strings.TrimSuffix(under, "."), At: at + i}
		}
		if !digits(size) {
			return nil, &FaultError{Reason: Length, Field: under + tag, At: at + i + 2}
		}
		n, _ := strconv.Atoi(size) // two digits
		if i += 4; n == 0 || n > len(s)-i {
			return nil, &FaultError{Reason: Length, Field: under + tag, At: at + i - 2}
		}
		if _, twice := out[tag]; twice {
			return nil, &FaultError{Reason: Repeated, Field: under + tag, At: at + i - 4}
		}
		out[tag] = s[i : i+n]
		i += n
	}
	return out, nil
}

// Parse reads a code as strictly as Build writes it; fields that neither needs
// are passed over. The error is a *FaultError. What a reader of banks that forgives
// wrong lengths would make of a code is not ours to guess: money goes there.
func Parse(s string) (c Code, err error) {
	if len(s) < 12 {
		return c, &FaultError{Reason: Short, At: len(s)}
	}
	end := len(s) - 4
	if s[end-4:end] != "6304" {
		return c, &FaultError{Reason: Missing, Field: "63", At: end - 4}
	}
	if fmt.Sprintf("%04X", CRC(s[:end])) != strings.ToUpper(s[end:]) {
		return c, &FaultError{Reason: Checksum, Field: "63", At: end}
	}
	outer, err := level(s, "", 0)
	if err != nil {
		return c, err
	}
	for _, want := range []struct {
		tag    string
		values []string
	}{{"00", []string{"01"}}, {"01", []string{"11", "12"}}, {"53", []string{currency}}, {"58", []string{country}}} {
		got, there := outer[want.tag]
		switch {
		case !there:
			return c, &FaultError{Reason: Missing, Field: want.tag}
		case got != want.values[0] && got != want.values[len(want.values)-1]:
			return c, &FaultError{Reason: Value, Field: want.tag, At: strings.Index(s, want.tag)}
		}
	}
	c.Dynamic = outer["01"] == "12"
	if err := c.receiver(s, outer["38"]); err != nil {
		return Code{}, err
	}
	if raw, there := outer["54"]; there {
		if c.Amount, err = strconv.ParseInt(raw, 10, 64); err != nil || c.Amount <= 0 || !digits(raw) || raw[0] == '0' {
			return Code{}, &FaultError{Reason: Value, Field: "54", At: strings.Index(s, raw)}
		}
	}
	c.Category, c.Name, c.City, c.Postcode = outer["52"], outer["59"], outer["60"], outer["61"]
	if raw := outer["62"]; raw != "" {
		more, err := level(raw, "62.", strings.LastIndex(s, raw))
		if err != nil {
			return Code{}, err
		}
		c.Bill, c.Reference, c.Terminal, c.Purpose = more["01"], more["05"], more["07"], more["08"]
	}
	if err := c.check(); err != nil {
		return Code{}, err
	}
	return c, nil
}

// receiver reads field 38: whose account it is.
func (c *Code) receiver(s, raw string) error {
	if raw == "" {
		return &FaultError{Reason: Missing, Field: "38"}
	}
	at := strings.Index(s, raw)
	inner, err := level(raw, "38.", at)
	if err != nil {
		return err
	}
	if inner["00"] != application {
		return &FaultError{Reason: Elsewhere, Field: "38.00", At: at}
	}
	who := inner["01"]
	account, err := level(who, "38.01.", at+strings.Index(raw, who))
	if err != nil {
		return err
	}
	for _, tag := range []string{"00", "01"} {
		if account[tag] == "" {
			return &FaultError{Reason: Missing, Field: "38.01." + tag, At: at}
		}
	}
	c.Bank, c.Account, c.Service = account["00"], account["01"], inner["02"]
	return nil
}
