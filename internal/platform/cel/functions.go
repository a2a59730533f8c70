// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package cel

import (
	"math"
	"reflect"
	"time"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
)

// functions are what expressions may call besides what the language has:
// sum(list) of whole or of decimal numbers, and years(from, to), the whole years
// between two dates written 2026-11-24. Both take time in proportion to what they
// are given, and the caller bounds that.
func functions() []cel.EnvOption {
	ints, doubles := cel.ListType(cel.IntType), cel.ListType(cel.DoubleType)
	return []cel.EnvOption{
		cel.Function("sum",
			cel.Overload("sum_ints", []*cel.Type{ints}, cel.IntType, cel.UnaryBinding(sumInts)),
			cel.Overload("sum_doubles", []*cel.Type{doubles}, cel.DoubleType, cel.UnaryBinding(sumDoubles)),
		),
		cel.Function("years",
			cel.Overload("years_dates", []*cel.Type{cel.StringType, cel.StringType}, cel.IntType, cel.BinaryBinding(years)),
		),
	}
}

func sumInts(list ref.Val) ref.Val {
	all, err := list.ConvertToNative(reflect.TypeFor[[]int64]())
	numbers, ok := all.([]int64)
	if err != nil || !ok {
		return types.NewErr("sum of what is no list of numbers")
	}
	total := int64(0)
	for _, n := range numbers {
		if (n > 0 && total > math.MaxInt64-n) || (n < 0 && total < math.MinInt64-n) {
			return types.NewErr("the sum does not fit")
		}
		total += n
	}
	return types.Int(total)
}

func sumDoubles(list ref.Val) ref.Val {
	all, err := list.ConvertToNative(reflect.TypeFor[[]float64]())
	numbers, ok := all.([]float64)
	if err != nil || !ok {
		return types.NewErr("sum of what is no list of numbers")
	}
	total := 0.0
	for _, n := range numbers {
		total += n
	}
	return types.Double(total)
}

// years counts birthdays: from 2006-11-24 to 2026-11-23 are 19 years.
func years(from, to ref.Val) ref.Val {
	a, b := day(from), day(to)
	if a.IsZero() || b.IsZero() {
		return types.NewErr("not two dates")
	}
	n := b.Year() - a.Year()
	if b.Month() < a.Month() || (b.Month() == a.Month() && b.Day() < a.Day()) {
		n--
	}
	return types.Int(n)
}

func day(v ref.Val) time.Time {
	s, _ := v.Value().(string)
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return time.Time{}
	}
	return t
}
