// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"strings"

	"github.com/a-h/templ"
)

// DateInputItem is one field of a date.
type DateInputItem struct {
	ID string
	// Name is "day", "month", "year" or what the caller likes; NamePrefix goes before it.
	Name         string
	Label        string
	Value        string
	Inputmode    string
	Autocomplete string
	Pattern      string
	Classes      string
	// Error marks this field; when no field is marked, an error message marks all.
	Error bool
	// NoError never marks this field.
	NoError    bool
	Attributes templ.Attributes
}

// DateInputParams are the parameters of DateInput.
type DateInputParams struct {
	ID         string
	NamePrefix string
	// Day, Month and Year are used when Items is empty.
	Day, Month, Year DateInputItem
	// Items replace day, month and year, for example only month and year.
	Items []DateInputItem
	// Values are by the name of the field, with or without the prefix.
	Values       map[string]string
	Fieldset     *Fieldset
	Hint         *Hint
	ErrorMessage *ErrorMessage
	FormGroup    FormGroup
	Classes      string
	Attributes   templ.Attributes
}

const (
	inputError = "ts-input--error"
	inputWidth = "ts-input--width-"
)

func (i DateInputItem) failed() bool {
	return i.Error || strings.Contains(i.Classes, inputError)
}

func (p DateInputParams) items() []DateInputItem {
	if len(p.Items) > 0 {
		return p.Items
	}
	day, month, year := p.Day, p.Month, p.Year
	day.Name, month.Name, year.Name = or(day.Name, "day"), or(month.Name, "month"), or(year.Name, "year")
	return []DateInputItem{day, month, year}
}

// named is the day, month or year with this name, so that Items take over its value.
func (p DateInputParams) named(name string) DateInputItem {
	return map[string]DateInputItem{
		"day": p.Day, or(p.Day.Name, "day"): p.Day,
		"month": p.Month, or(p.Month.Name, "month"): p.Month,
		"year": p.Year, or(p.Year.Name, "year"): p.Year,
	}[name]
}

func (p DateInputParams) isYear(i DateInputItem) bool {
	return i.Name == "year" || i.Name == p.Year.Name && i.Name != ""
}

func (p DateInputParams) describedBy() string {
	by := ""
	if p.Fieldset != nil {
		by = p.Fieldset.DescribedBy
	}
	return describe(by, p.ID, p.Hint, p.ErrorMessage)
}

// input is the text field of one item.
func (p DateInputParams) input(i DateInputItem) InputParams {
	anyFailed := false
	for _, other := range p.items() {
		anyFailed = anyFailed || other.failed()
	}
	failed := i.failed() || !i.NoError && p.ErrorMessage != nil && !anyFailed
	width := "2"
	if p.isYear(i) {
		width = "4"
	}
	name := i.Name
	if p.NamePrefix != "" {
		name = p.NamePrefix + "-" + name
	}
	return InputParams{
		ID: or(i.ID, p.ID+"-"+i.Name), Name: name, Value: or(i.Value, p.named(i.Name).Value, p.Values[name], p.Values[i.Name]),
		Label: Label{Text: i.Label, Classes: "ts-date-input__label"},
		Classes: class("ts-date-input__input",
			when(failed && !strings.Contains(i.Classes, inputError), inputError),
			when(!strings.Contains(i.Classes, inputWidth), inputWidth+width), i.Classes),
		Inputmode: or(i.Inputmode, "numeric"), Autocomplete: i.Autocomplete, Pattern: i.Pattern, Attributes: i.Attributes,
	}
}
