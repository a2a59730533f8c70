// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package forms

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
)

// Limits of a condition. Without macros there are no loops, so these and the
// length of the text bound what one evaluation costs.
const (
	maxCondition  = 1000 // characters
	conditionCost = 10_000
)

var (
	errCondition     = errors.New("form.bad_condition")
	errConditionLong = errors.New("form.condition_too_long")
)

// condition is a compiled show_when.
type condition struct {
	program cel.Program
	keys    []string // of the fields it reads
}

// environment declares a variable for each field that a condition may read.
func environment(fields []Field) (*cel.Env, error) {
	options := []cel.EnvOption{
		cel.ClearMacros(), cel.ParserRecursionLimit(50), cel.ParserExpressionSizeLimit(maxCondition),
	}
	seen := map[string]bool{}
	for _, f := range fields {
		if !seen[f.Key] && keyForm().MatchString(f.Key) {
			options = append(options, cel.Variable(f.Key, celType(f)))
			seen[f.Key] = true
		}
	}
	return cel.NewEnv(options...)
}

func celType(f Field) *cel.Type {
	switch f.Type {
	case Checkboxes, File:
		return cel.ListType(cel.StringType)
	case Address:
		return cel.MapType(cel.StringType, cel.StringType)
	case Money:
		return cel.IntType
	case Number:
		if f.Decimals > 0 {
			return cel.DoubleType
		}
		return cel.IntType
	default: // nothing is special about the others
	}
	return cel.StringType
}

// compile refuses what is not a short condition over known fields.
func compile(env *cel.Env, text string) (*condition, error) {
	if len(text) > maxCondition {
		return nil, errConditionLong
	}
	ast, issues := env.Compile(text)
	if issues.Err() != nil {
		return nil, fmt.Errorf("%w: %w", errCondition, issues.Err())
	}
	if !ast.OutputType().IsExactType(cel.BoolType) {
		return nil, fmt.Errorf("%w: it answers %s, not yes or no", errCondition, ast.OutputType())
	}
	program, err := env.Program(ast, cel.CostLimit(conditionCost))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errCondition, err)
	}
	keys := map[string]bool{}
	for _, ref := range ast.NativeRep().ReferenceMap() {
		if ref.Name != "" && ref.Value == nil {
			keys[ref.Name] = true
		}
	}
	return &condition{program: program, keys: slices.Sorted(maps.Keys(keys))}, nil
}

// holds evaluates the condition. Where it cannot be evaluated (a division by
// an answer of zero) it holds: a question too many loses nothing.
func (c *condition) holds(vars map[string]any) bool {
	if c == nil {
		return true
	}
	out, _, err := c.program.Eval(vars)
	return err != nil || out == types.True
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
