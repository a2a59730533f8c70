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

// environment declares a variable for each field that a condition may read.
func environment(fields []Field) (*cel.Env, error) {
	vars := map[string]cel.Type{}
	for _, f := range fields {
		if _, seen := vars[f.Key]; !seen && keyForm().MatchString(f.Key) {
			vars[f.Key] = celType(f)
		}
	}
	return cel.NewEnv(vars)
}

func celType(f Field) cel.Type {
	switch f.Type {
	case Checkboxes, File:
		return cel.Strings
	case Address:
		return cel.Texts
	case Money:
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

// compile refuses what is not a short condition over known fields.
func compile(env *cel.Env, text string) (*condition, error) {
	program, err := env.Compile(text, cel.Bool)
	if errors.Is(err, cel.ErrLong) {
		return nil, errConditionLong
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errCondition, err)
	}
	return &condition{program: program, keys: program.Reads()}, nil
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
