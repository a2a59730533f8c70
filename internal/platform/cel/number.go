// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package cel

import "fmt"

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
