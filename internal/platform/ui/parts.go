// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package ui

import "github.com/a-h/templ"

// Label names one control. HTML, when set, replaces Text.
type Label struct {
	Text    string
	HTML    templ.Component
	For     string
	Classes string
	// IsPageHeading wraps the label in the page's h1: one question per page.
	IsPageHeading bool
	Attributes    templ.Attributes
}

// Hint helps to answer; it is read out with the control it belongs to.
type Hint struct {
	ID         string
	Text       string
	HTML       templ.Component
	Classes    string
	Attributes templ.Attributes
}

// ErrorMessage says what is wrong with one answer and how to put it right.
type ErrorMessage struct {
	ID   string
	Text string
	HTML templ.Component
	// VisuallyHiddenText is read out before the message, such as "Lỗi"; empty leaves it out.
	VisuallyHiddenText string
	Classes            string
	Attributes         templ.Attributes
}

// Legend is the question that the controls of a fieldset answer together.
type Legend struct {
	Text          string
	HTML          templ.Component
	Classes       string
	IsPageHeading bool
}

// Fieldset groups controls under one legend.
type Fieldset struct {
	DescribedBy string
	Classes     string
	Role        string
	Legend      *Legend
	HTML        templ.Component
	Attributes  templ.Attributes
}

// Insert is content placed beside a control, inside its group.
type Insert struct {
	Text string
	HTML templ.Component
}

// FormGroup is the box around a label, a control and its messages.
type FormGroup struct {
	Classes      string
	Attributes   templ.Attributes
	BeforeInput  *Insert
	AfterInput   *Insert
	BeforeInputs *Insert
	AfterInputs  *Insert
}

// describe joins ids for aria-describedby: what the caller named, the hint, the error.
func describe(describedBy, id string, hint *Hint, err *ErrorMessage) string {
	return class(describedBy, when(hint != nil, id+"-hint"), when(err != nil, id+"-error"))
}

func labelFor(l Label, id string) Label {
	l.For = id
	return l
}

func hintFor(h *Hint, id string) Hint {
	own := *h
	own.ID = id + "-hint"
	return own
}

func errorFor(e *ErrorMessage, id string) ErrorMessage {
	own := *e
	own.ID = id + "-error"
	return own
}

func idAttr(id string) templ.Attributes {
	if id == "" {
		return nil
	}
	return templ.Attributes{"id": id}
}
