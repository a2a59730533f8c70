// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package forms

import (
	"errors"
	"fmt"
	"strconv"

	"tinhso.vn/internal/platform/cel"
)

var (
	errCondition     = errors.New("form.bad_condition")
	errConditionLong = errors.New("form.condition_too_long")
)

// condition is a compiled show_when.
type condition struct {
	program *cel.Program
	keys    []string // of the fields it reads
}

// environment declares a variable for each field that an expression may read:
// outside rows with group empty, where the answers in rows are lists, or in the
// rows of a group, where its own are single.
func environment(fields []Field, groupOf map[string]string, group string) (*cel.Env, error) {
	vars := map[string]cel.Type{}
	for _, f := range fields {
		if _, seen := vars[f.Key]; seen || !keyForm().MatchString(f.Key) {
			continue
		}
		t := celType(f)
		if in := groupOf[f.Key]; in != "" && in != group {
			t = columnType(f)
		}
		vars[f.Key] = t
	}
	return cel.NewEnv(vars)
}

func celType(f Field) cel.Type {
	switch f.Type {
	case Checkboxes, File:
		return cel.Strings
	case Address, Person, Organisation, Document:
		return cel.Texts
	case Money, Group: // the rows of a group are counted
		return cel.Int
	case Number:
		if f.Decimals > 0 {
			return cel.Double
		}
		return cel.Int
	default: // nothing is special about the others
	}
	return cel.String
}

// columnType is what all answers to a question in rows are together. Of what is
// no number and no text, only the number of rows can be told.
func columnType(f Field) cel.Type {
	switch celType(f) {
	case cel.Int:
		return cel.Ints
	case cel.Double:
		return cel.Doubles
	default: // text, or nothing that can be told in one value
	}
	return cel.Strings
}

// compile refuses what is not a short expression over known fields.
func compile(env *cel.Env, text string, want cel.Type) (*cel.Program, error) {
	program, err := env.Compile(text, want)
	if errors.Is(err, cel.ErrLong) {
		return nil, errConditionLong
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errCondition, err)
	}
	return program, nil
}

// holds evaluates the condition. Where it cannot be evaluated (a division by
// an answer of zero) it holds: a question too many loses nothing.
func (c *condition) holds(vars map[string]any) bool {
	if c == nil {
		return true
	}
	yes, err := c.program.True(vars)
	return err != nil || yes
}

// variable is an answer as a condition sees it.
func variable(f Field, answer any) any {
	switch f.Type {
	case Checkboxes, File:
		if list, ok := answer.([]string); ok {
			return list
		}
		return []string{}
	case Address:
		if parts, ok := answer.(map[string]string); ok {
			return parts
		}
		return map[string]string{Commune: "", Detail: ""}
	case Person, Organisation, Document:
		given, _ := answer.(map[string]string)
		all := map[string]string{}
		for _, name := range f.partNames() {
			all[name] = given[name]
		}
		return all
	case Money, Number:
		if f.Decimals > 0 {
			s, _ := answer.(string)
			v, err := strconv.ParseFloat(s, 64)
			if err != nil {
				return 0.0
			}
			return v
		}
		n, _ := answer.(int64)
		return n
	default: // nothing is special about the others
	}
	s, _ := answer.(string)
	return s
}
