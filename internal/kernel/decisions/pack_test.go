// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package decisions_test

import (
	"slices"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/decisions"
	"tinhso.vn/internal/platform/yaml"
)

const pack = `id: phi
title: {vi: Phí, en: Fee}
version: 2
source: s
status: unverified
hit: first
inputs:
  - {key: pages, label: Số trang, type: number, least: 1}
outputs:
  - {key: fee, label: Mức thu, type: money}
rows:
  - {when: ["1..2"], then: ["= 2000 * pages"]}
  - {when: [3..], then: [1], note: nhiều}
  - when: ["-"]
    then: ["= pages +"]
cases:
  - {name: a, given: {pages: 1}, want: {fee: 2000}}
`

func decode(t *testing.T, text string) (decisions.Decision, []string) {
	t.Helper()
	var node yaml.Node
	if err := yaml.Unmarshal([]byte(text), &node); err != nil {
		t.Fatal(err)
	}
	d, problems := decisions.Decode(node.Content[0])
	var said []string
	for _, p := range problems {
		said = append(said, p.String())
	}
	return d, said
}

func TestMistakesOfAPackHaveTheirLine(t *testing.T) {
	t.Parallel()
	_, said := decode(t, pack)
	if !slices.Equal(said, []string{"13: rows[1].when[0]: decisions.cell", "15: rows[2].then[0]: decisions.formula"}) {
		t.Errorf("%q", said)
	}
	good := strings.NewReplacer("[3..]", `["> 2"]`, `["= pages +"]`, `["= pages"]`).Replace(pack)
	d, said := decode(t, good)
	if len(said) > 0 || d.Title.EN != "Fee" || d.Rows[1].Note.VI != "nhiều" || d.Cases[0].Given["pages"] != "1" || *d.Inputs[0].Least != 1 {
		t.Errorf("%+v %q", d, said)
	}
	if _, said := decode(t, good+"colour: red\n"); len(said) != 1 || said[0] != "1: id: decisions.shape" {
		t.Errorf("%q", said)
	}
	if _, said := decode(t, strings.Replace(good, "fee: 2000", "fee: 2001", 1)); len(said) != 1 || said[0] != "17: cases[0]: decisions.case_wrong" {
		t.Errorf("%q", said)
	}
}
