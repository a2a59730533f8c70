// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package cel

import (
	"fmt"
	"math"
)

// Number evaluates an expression of type Int. Whole numbers alone: money is in
// đồng. What does not fit 64 bits is an error, as is a division by zero.
func (p *Program) Number(vars map[string]any) (int64, error) {
	out, _, err := p.program.Eval(vars)
	if err != nil {
		return 0, err
	}
	n, ok := out.Value().(int64)
	if !ok {
		return 0, fmt.Errorf("%w: it answered %T", ErrBad, out.Value())
	}
	return n, nil
}

// Double evaluates an expression of type Double. What is no number, such as the
// result of a division by zero, is an error.
func (p *Program) Double(vars map[string]any) (float64, error) {
	out, _, err := p.program.Eval(vars)
	if err != nil {
		return 0, err
	}
	n, ok := out.Value().(float64)
	if !ok || math.IsNaN(n) || math.IsInf(n, 0) {
		return 0, fmt.Errorf("%w: it answered %v", ErrBad, out.Value())
	}
	return n, nil
}
