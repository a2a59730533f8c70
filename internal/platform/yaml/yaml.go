// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package yaml is the one door to the YAML library: nodes, which know their
// line, for packs and registers, and strict decoding for the configuration.
package yaml

import (
	"bytes"
	"errors"
	"io"

	"go.yaml.in/yaml/v3"
)

// Node is a part of a YAML text; it knows its line.
type Node = yaml.Node

// Kind says what a node is.
type Kind = yaml.Kind

// The kinds of nodes.
const (
	DocumentNode = yaml.DocumentNode
	SequenceNode = yaml.SequenceNode
	MappingNode  = yaml.MappingNode
	ScalarNode   = yaml.ScalarNode
	AliasNode    = yaml.AliasNode
)

// FlowStyle writes a part on one line, {vi: …, en: …}; DoubleQuotedStyle a text in quotes.
const (
	FlowStyle         = yaml.FlowStyle
	DoubleQuotedStyle = yaml.DoubleQuotedStyle
)

// Unmarshal reads a text.
func Unmarshal(text []byte, into any) error { return yaml.Unmarshal(text, into) }

// Marshal writes a value.
func Marshal(v any) ([]byte, error) { return yaml.Marshal(v) }

// Text writes a node as people write it, two spaces a level.
func Text(n *Node) ([]byte, error) {
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	if err := e.Encode(n); err != nil {
		return nil, err
	}
	err := e.Close()
	return b.Bytes(), err
}

// Decoder reads one document after the other.
type Decoder = yaml.Decoder

// NewDecoder returns a decoder of r.
func NewDecoder(r io.Reader) *Decoder { return yaml.NewDecoder(r) }

// Strict reads a text whose every key must be known. An empty text changes nothing.
func Strict(text []byte, into any) error {
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	if err := d.Decode(into); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	return nil
}
