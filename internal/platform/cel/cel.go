// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package cel is the one door to the expression language of rules: short
// expressions without loops over named variables, with a bound on what one
// evaluation costs. It knows neither forms nor flows.
package cel

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
)

// Limits of an expression. Without macros there are no loops, so these and the
// length of the text bound what one evaluation costs.
const (
	MaxText = 1000 // bytes
	cost    = 10_000
	depth   = 50
)

// What can be wrong with an expression.
var (
	ErrBad  = errors.New("not an expression over the known variables")
	ErrLong = errors.New("an expression of more than 1000 bytes")
)

// Type is what a variable holds.
type Type string

// The types of variables, with the Go type each is given as.
const (
	String  Type = "string"  // string
	Int     Type = "int"     // int64
	Double  Type = "double"  // float64
	Bool    Type = "bool"    // bool
	Strings Type = "strings" // []string
	Texts   Type = "texts"   // map[string]string
	Ints    Type = "ints"    // []int64
	Doubles Type = "doubles" // []float64
)

// Known reports whether t is one of the types.
func (t Type) Known() bool { return t.cel() != nil }

func (t Type) cel() *cel.Type {
	switch t {
	case String:
		return cel.StringType
	case Int:
		return cel.IntType
	case Double:
		return cel.DoubleType
	case Bool:
		return cel.BoolType
	case Strings:
		return cel.ListType(cel.StringType)
	case Texts:
		return cel.MapType(cel.StringType, cel.StringType)
	case Ints:
		return cel.ListType(cel.IntType)
	case Doubles:
		return cel.ListType(cel.DoubleType)
	}
	return nil
}

// Env is a set of variables that expressions may read.
type Env struct{ env *cel.Env }

// NewEnv declares variables. Names are the caller's to check: a name that the
// language reserves is an error.
func NewEnv(vars map[string]Type) (*Env, error) {
	options := []cel.EnvOption{
		cel.ClearMacros(), cel.ParserRecursionLimit(depth), cel.ParserExpressionSizeLimit(MaxText),
	}
	options = append(options, functions()...)
	for _, name := range slices.Sorted(maps.Keys(vars)) {
		t := vars[name].cel()
		if t == nil {
			return nil, fmt.Errorf("variable %s is of the unknown type %s", name, vars[name])
		}
		options = append(options, cel.Variable(name, t))
	}
	env, err := cel.NewEnv(options...)
	if err != nil {
		return nil, err
	}
	return &Env{env}, nil
}

// Program is a compiled expression. It is safe for concurrent use.
type Program struct {
	program cel.Program
	reads   []string
}

// Compile reads an expression that answers the wanted type.
func (e *Env) Compile(text string, want Type) (*Program, error) {
	if len(text) > MaxText {
		return nil, ErrLong
	}
	ast, issues := e.env.Compile(text)
	if issues.Err() != nil {
		return nil, fmt.Errorf("%w: %w", ErrBad, issues.Err())
	}
	if !ast.OutputType().IsExactType(want.cel()) {
		return nil, fmt.Errorf("%w: it answers %s, not %s", ErrBad, ast.OutputType(), want.cel())
	}
	program, err := e.env.Program(ast, cel.CostLimit(cost))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBad, err)
	}
	names := map[string]bool{}
	for _, ref := range ast.NativeRep().ReferenceMap() {
		if ref.Name != "" && ref.Value == nil {
			names[ref.Name] = true
		}
	}
	return &Program{program: program, reads: slices.Sorted(maps.Keys(names))}, nil
}

// Reads returns the variables that the expression looks at, sorted.
func (p *Program) Reads() []string { return p.reads }

// True evaluates an expression of type Bool. The error says why it has no
// answer: a division by zero, or more work than is allowed.
func (p *Program) True(vars map[string]any) (bool, error) {
	out, _, err := p.program.Eval(vars)
	if err != nil {
		return false, err
	}
	return out == types.True, nil
}

// Text evaluates an expression of type String.
func (p *Program) Text(vars map[string]any) (string, error) {
	out, _, err := p.program.Eval(vars)
	if err != nil {
		return "", err
	}
	s, ok := out.Value().(string)
	if !ok {
		return "", fmt.Errorf("%w: it answered %T", ErrBad, out.Value())
	}
	return s, nil
}
