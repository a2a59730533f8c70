// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package pdfread

import (
	"bytes"
	"encoding/hex"
	"errors"
	"strconv"
)

var errSyntax = errors.New("pdfread: syntax")

const maxDepth = 64

type parser struct {
	b     []byte
	pos   int
	inner bool // in an object stream: where a string stands means nothing
}

func space(c byte) bool {
	return c == 0 || c == '\t' || c == '\n' || c == '\f' || c == '\r' || c == ' '
}

func delimiter(c byte) bool {
	switch c {
	case '(', ')', '<', '>', '[', ']', '{', '}', '/', '%':
		return true
	}
	return false
}

func (p *parser) skip() {
	for p.pos < len(p.b) {
		switch c := p.b[p.pos]; {
		case space(c):
			p.pos++
		case c == '%':
			for p.pos < len(p.b) && p.b[p.pos] != '\n' && p.b[p.pos] != '\r' {
				p.pos++
			}
		default:
			return
		}
	}
}

// word reads up to the next space or delimiter.
func (p *parser) word() string { return string(p.raw()) }

// raw is word without a copy: part of the file.
func (p *parser) raw() []byte {
	start := p.pos
	for p.pos < len(p.b) && !space(p.b[p.pos]) && !delimiter(p.b[p.pos]) {
		p.pos++
	}
	return p.b[start:p.pos]
}

// keyword skips white space and reads w, or stays.
func (p *parser) keyword(w string) bool {
	p.skip()
	start := p.pos
	if string(p.raw()) == w {
		return true
	}
	p.pos = start
	return false
}

func (p *parser) int() (int, bool) {
	p.skip()
	start := p.pos
	n, err := strconv.Atoi(string(p.raw()))
	if err != nil || n < 0 {
		p.pos = start
		return 0, false
	}
	return n, true
}

func (p *parser) object(depth int) (Object, error) {
	if depth > maxDepth {
		return nil, errSyntax
	}
	p.skip()
	if p.pos >= len(p.b) {
		return nil, errSyntax
	}
	switch c := p.b[p.pos]; {
	case c == '/':
		return p.name(), nil
	case c == '(':
		return p.literal()
	case c == '[':
		p.pos++
		return p.array(depth)
	case c == '<' && p.pos+1 < len(p.b) && p.b[p.pos+1] == '<':
		p.pos += 2
		return p.dict(depth)
	case c == '<':
		return p.hex()
	case delimiter(c):
		return nil, errSyntax
	}
	return p.atom()
}

// atom reads a number, a reference or one of true, false, null.
func (p *parser) atom() (Object, error) {
	w := p.word()
	switch w {
	case "true":
		return true, nil
	case "false":
		return false, nil
	case "null":
		return nil, nil
	}
	if _, err := strconv.ParseFloat(w, 64); err != nil || bytes.ContainsAny([]byte(w), "eExXnNpP_") {
		return nil, errSyntax
	}
	if n, ok := Number(w).Int(); ok && n >= 0 {
		after := p.pos
		if gen, ok := p.int(); ok && p.keyword("R") {
			return Ref{n, gen}, nil
		}
		p.pos = after
	}
	return Number(w), nil
}

func (p *parser) name() Name {
	p.pos++
	w := p.raw()
	if bytes.IndexByte(w, '#') < 0 {
		return Name(w)
	}
	var out []byte
	for i := 0; i < len(w); i++ {
		if w[i] == '#' && i+2 < len(w) {
			if c, err := hex.DecodeString(string(w[i+1 : i+3])); err == nil {
				out = append(out, c[0])
				i += 2
				continue
			}
		}
		out = append(out, w[i])
	}
	return Name(out)
}

func (p *parser) array(depth int) (Object, error) {
	a := Array{}
	for {
		p.skip()
		if p.pos < len(p.b) && p.b[p.pos] == ']' {
			p.pos++
			return a, nil
		}
		o, err := p.object(depth + 1)
		if err != nil {
			return nil, err
		}
		a = append(a, o)
	}
}

func (p *parser) dict(depth int) (Object, error) {
	d := Dict{}
	for {
		p.skip()
		if bytes.HasPrefix(p.b[p.pos:], []byte(">>")) {
			p.pos += 2
			return d, nil
		}
		if p.pos >= len(p.b) || p.b[p.pos] != '/' {
			return nil, errSyntax
		}
		key := p.name()
		o, err := p.object(depth + 1)
		if err != nil {
			return nil, err
		}
		// Readers disagree about which of two wins: that is how one file shows two faces.
		if _, twice := d[key]; twice {
			return nil, errSyntax
		}
		d[key] = o
	}
}

func (p *parser) hex() (Object, error) {
	start := p.pos
	p.pos++
	end := bytes.IndexByte(p.b[p.pos:], '>')
	if end < 0 {
		return nil, errSyntax
	}
	digits := p.b[p.pos : p.pos+end]
	if len(digits)%2 == 1 || bytes.ContainsAny(digits, "\x00\t\n\f\r ") {
		digits = tight(digits)
	}
	out := make([]byte, len(digits)/2)
	if _, err := hex.Decode(out, digits); err != nil {
		return nil, errSyntax
	}
	p.pos += end + 1
	return p.string(out, start, true), nil
}

// tight is the digits of a string without what may stand between them.
func tight(digits []byte) []byte {
	out := make([]byte, 0, len(digits)+1)
	for _, c := range digits {
		if !space(c) {
			out = append(out, c)
		}
	}
	if len(out)%2 == 1 {
		out = append(out, '0')
	}
	return out
}

func (p *parser) string(b []byte, start int, isHex bool) String {
	if p.inner {
		return String{Bytes: b, Hex: isHex}
	}
	return String{Bytes: b, Start: start, End: p.pos, Hex: isHex}
}

func (p *parser) literal() (Object, error) {
	start := p.pos
	var out []byte
	depth := 0
	for p.pos < len(p.b) {
		c := p.b[p.pos]
		p.pos++
		switch c {
		case '(':
			depth++
			if depth == 1 {
				continue
			}
		case ')':
			depth--
			if depth == 0 {
				return p.string(out, start, false), nil
			}
		case '\\':
			out = p.escape(out)
			continue
		}
		out = append(out, c)
	}
	return nil, errSyntax
}

func (p *parser) escape(out []byte) []byte {
	if p.pos >= len(p.b) {
		return out
	}
	c := p.b[p.pos]
	p.pos++
	switch c {
	case 'n':
		return append(out, '\n')
	case 'r':
		return append(out, '\r')
	case 't':
		return append(out, '\t')
	case 'b':
		return append(out, '\b')
	case 'f':
		return append(out, '\f')
	case '\r':
		if p.pos < len(p.b) && p.b[p.pos] == '\n' {
			p.pos++
		}
		return out
	case '\n':
		return out
	}
	if c < '0' || c > '7' {
		return append(out, c)
	}
	n := int(c - '0')
	for i := 0; i < 2 && p.pos < len(p.b) && p.b[p.pos] >= '0' && p.b[p.pos] <= '7'; i++ {
		n = n*8 + int(p.b[p.pos]-'0')
		p.pos++
	}
	return append(out, byte(n)) //nolint:gosec // high-order overflow is ignored, ISO 32000-1 7.3.4.2
}
